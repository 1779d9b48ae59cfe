// What a node's own office does with the map of matters.

#include <chrono>
#include <functional>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "adapter/files/files.h"
#include "adapter/http/http.h"
#include "app/comity/commands/ledger_matters.h"
#include "app/comity/matter_check.h"
#include "app/comity/office.h"

namespace comity::app {
namespace {

using base::ErrorKind;

constexpr base::Duration between_questions = std::chrono::milliseconds(100);

struct MapRequest {
    std::string dir;
    std::string matter;
    std::string out;
    std::string key_out;
    std::int64_t wait = 30;  ///< seconds
    bool json = false;
};

/// Makes the map's root a leaf, if it has changed; the newest's index.
base::Result<std::uint64_t> write_map(const Office& office) {
    const message::Response response = COMITY_TRY(office.post("/map", ""));
    if (response.status != 200) {
        return std::unexpected(message::error_of(response));
    }
    const codec::Value told = COMITY_TRY(codec::parse(response.body));
    const codec::Object* object = told.is_object() ? &told.get_object() : nullptr;
    const auto leaf = object != nullptr ? object->find("leaf") : codec::Object::const_iterator{};
    if (object == nullptr || leaf == object->end() || !leaf->value().is_int64() ||
        leaf->value().get_int64() < 0) {
        return base::fail(ErrorKind::failure, "the node's answer is not understood");
    }
    return static_cast<std::uint64_t>(leaf->value().get_int64());
}

/// The proof, if an attested head holds the map leaf or a later one; none: not yet.
base::Result<std::optional<std::string>> proof_covering(const Office& office,
                                                        const base::MatterId& matter,
                                                        std::uint64_t map_leaf) {
    auto text = office.get_text("/matters/" + matter.text() + "/completeness");
    if (!text && text.error().kind == ErrorKind::try_later) {
        return std::nullopt;
    }
    if (!text) {
        return std::unexpected(std::move(text).error());
    }
    const auto proof = COMITY_TRY(ledger::MatterProof::parse(base::view_of(*text)));
    if (proof.map_leaf < map_leaf) {
        return std::nullopt;
    }
    return std::optional(*std::move(text));
}

/// Asks again and again, until the attesting nodes have answered or the time is over.
base::Result<std::string> wait_for_proof(const Office& office, const base::MatterId& matter,
                                         std::uint64_t map_leaf, std::int64_t wait_seconds) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(wait_seconds);
    base::Result<std::string> answer =
        base::fail(ErrorKind::try_later, "no attested head holds the newest map of matters yet", {},
                   "see that the attesting nodes are reached, and try again");
    http::Loop loop;
    const std::function<void()> ask = [&] {
        auto proof = proof_covering(office, matter, map_leaf);
        if (!proof) {
            answer = std::unexpected(std::move(proof).error());
        } else if (*proof) {
            answer = **std::move(proof);
        } else if (std::chrono::steady_clock::now() < until) {
            loop.after(between_questions, ask);
            return;
        }
        loop.stop();
    };
    loop.post(ask);
    loop.run();
    return answer;
}

base::Result<codec::Object> make(const MapRequest& request) {
    const base::MatterId matter = COMITY_TRY(base::MatterId::parse(request.matter));
    const Office office = COMITY_TRY(Office::of(request.dir));
    const std::uint64_t map_leaf = COMITY_TRY(write_map(office));
    const std::string text = COMITY_TRY(wait_for_proof(office, matter, map_leaf, request.wait));
    const auto proof = COMITY_TRY(ledger::MatterProof::parse(base::view_of(text)));
    COMITY_TRY(files::write_text_file_atomically(request.out, text, files::Readers::owner));
    return codec::Object{{"file", request.out},
                         {"leaves", static_cast<std::int64_t>(proof.acts.size())},
                         {"covers", static_cast<std::int64_t>(proof.map_leaf)}};
}

/// All pages of the openings, as text.
base::Result<std::string> fetch_openings(const Office& office, const std::string& prefix) {
    std::string all;
    std::int64_t from = 0;
    while (true) {
        const std::string page = COMITY_TRY(office.get_text(prefix + std::to_string(from)));
        if (page.empty()) {
            return all;
        }
        const auto openings = COMITY_TRY(read_openings(page));
        from = openings.back().index + 1;
        all += page;
    }
}

base::Result<codec::Object> fetch(const MapRequest& request) {
    std::string prefix = "/openings/";
    if (!request.matter.empty()) {
        prefix = "/matters/" + COMITY_TRY(base::MatterId::parse(request.matter)).text() + prefix;
    }
    const Office office = COMITY_TRY(Office::of(request.dir));
    const std::string openings = COMITY_TRY(fetch_openings(office, prefix));
    COMITY_TRY(files::write_text_file_atomically(request.out, openings, files::Readers::owner));
    codec::Object told{{"file", request.out}, {"openings", std::ranges::count(openings, '\n')}};
    if (!request.key_out.empty()) {
        std::string key = COMITY_TRY(office.get_text("/map-key"));
        const auto written =
            files::write_text_file_atomically(request.key_out, key, files::Readers::owner);
        base::wipe(std::span(reinterpret_cast<std::uint8_t*>(key.data()), key.size()));
        COMITY_TRY(written);
        told["key"] = request.key_out;
    }
    return told;
}

/// Prints what was made: as JSON, or as one line.
int tell(const base::Result<codec::Object>& made, bool json, const std::string& line) {
    if (!made) {
        return report(made.error(), json, std::cout, std::cerr);
    }
    std::cout << (json ? codec::canonical(codec::Value(*made)) : line) << "\n";
    return exit_done;
}

int run_map(const MapRequest& request) {
    const auto made = [&]() -> base::Result<codec::Object> {
        const Office office = COMITY_TRY(Office::of(request.dir));
        const std::uint64_t leaf = COMITY_TRY(write_map(office));
        return codec::Object{{"leaf", static_cast<std::int64_t>(leaf)}};
    }();
    return tell(
        made, request.json,
        made ? "the newest map of matters is leaf " + std::to_string(made->at("leaf").get_int64())
             : "");
}

int run_make(const MapRequest& request) {
    const auto made = make(request);
    return tell(made, request.json,
                made ? request.out + ": " + std::to_string(made->at("leaves").get_int64()) +
                           " leaves of the matter among the first " +
                           std::to_string(made->at("covers").get_int64())
                     : "");
}

int run_openings(const MapRequest& request) {
    const auto made = fetch(request);
    return tell(
        made, request.json,
        made ? request.out + ": " + std::to_string(made->at("openings").get_int64()) + " leaves"
             : "");
}

CLI::App* add(CLI::App& to, const std::string& name, const std::string& what,
              const std::shared_ptr<MapRequest>& request) {
    CLI::App* command = to.add_subcommand(name, what);
    command->add_option("--dir", request->dir, "the node's folder; it is being served")->required();
    command->add_flag("--json", request->json, "as JSON");
    return command;
}

void on(CLI::App* command, Run& run, const std::shared_ptr<MapRequest>& request,
        int (*action)(const MapRequest&)) {
    command->callback(
        [request, action, &run] { run.action = [request, action] { return action(*request); }; });
}

}  // namespace

void add_ledger_matters(CLI::App& ledger, Run& run) {
    const auto map = std::make_shared<MapRequest>();
    CLI::App* write = add(ledger, "map", "Make the root of the map of matters a leaf", map);
    write->footer(
        "Examples:\n"
        "  comity ledger map --dir xa-court\n"
        "  comity ledger map --dir xa-court --json");
    on(write, run, map, run_map);

    CLI::App* proof = ledger.add_subcommand(
        "matter-proof", "Show that these are all acts of a matter, or that there is none");
    proof->require_subcommand(1);
    const auto made = std::make_shared<MapRequest>();
    CLI::App* make_one =
        add(*proof, "make", "Make the proof, up to now, under an attested head", made);
    make_one->add_option("--matter", made->matter, "the matter's id")->required();
    make_one->add_option("--out", made->out, "file to write")->required();
    make_one->add_option("--wait", made->wait, "seconds to wait for the attesting nodes")
        ->check(CLI::Range(0, 3600));
    make_one->footer(
        "Examples:\n"
        "  comity ledger matter-proof make --dir xa-court --matter ID --out acts.matter-proof\n"
        "  comity ledger matter-proof make --dir xa-court --matter ID --out none --wait 5 --json");
    on(make_one, run, made, run_make);
    add_matter_check(*proof, run);

    const auto opened = std::make_shared<MapRequest>();
    CLI::App* openings =
        add(ledger, "openings", "Write what opens the leaves, for who may enumerate them", opened);
    openings->add_option("--matter", opened->matter, "of this matter only");
    openings->add_option("--out", opened->out, "file to write, for its reader's eyes")->required();
    openings->add_option("--key-out", opened->key_out, "file for the key of the pseudonyms");
    openings->footer(
        "It names every matter with its parties and times: hand it over sealed.\n"
        "Examples:\n"
        "  comity ledger openings --dir xa-court --out all.openings --key-out map.key\n"
        "  comity ledger openings --dir xa-court --matter ID --out mine.openings --json");
    on(openings, run, opened, run_openings);
    add_replay(ledger, run);
}

}  // namespace comity::app
