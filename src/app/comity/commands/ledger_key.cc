#include "app/comity/commands/ledger_key.h"

#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "adapter/files/files.h"
#include "app/comity/ledger_keyring.h"
#include "app/comity/office.h"

namespace comity::app {
namespace {

constexpr std::size_t most_note_bytes = std::size_t{64} * 1024;

struct KeyRequest {
    std::string dir;
    std::string out;
    std::string file;
    bool json = false;
};

codec::Object change_as_json(const ledger::KeyChange& change) {
    const bool is_rotation = change.cause == ledger::KeyChangeCause::rotation;
    return {{"cause", is_rotation ? "rotation" : "recovery"},
            {"from", change.from.vkey()},
            {"to", change.to.vkey()},
            {"leaf", static_cast<std::int64_t>(change.last.size)}};
}

std::string text_in(const codec::Object& object, std::string_view name) {
    const auto found = object.find(name);
    return found != object.end() && found->value().is_string()
               ? std::string(std::string_view(found->value().get_string()))
               : "";
}

void tell_change(const codec::Object& change) {
    std::cout << text_in(change, "cause") << ", leaf "
              << change.at("leaf").to_number<std::int64_t>() << "\n  from  "
              << text_in(change, "from") << "\n  to    " << text_in(change, "to") << "\n";
}

base::Result<codec::Value> answer_to(const message::Response& response) {
    if (response.status != 200) {
        return std::unexpected(message::error_of(response));
    }
    return codec::parse(response.body);
}

int run_show(const KeyRequest& request) {
    const auto shown = [&]() -> base::Result<codec::Value> {
        const Office office = COMITY_TRY(Office::of(request.dir));
        return office.get("/ledger-key");
    }();
    if (!shown) {
        return report(shown.error(), request.json, std::cout, std::cerr);
    }
    const codec::Object& object = shown->get_object();
    if (request.json) {
        std::cout << codec::canonical(*shown) << "\n";
        return exit_done;
    }
    std::cout << "first    " << text_in(object, "first") << "\npresent  "
              << text_in(object, "present") << "\n";
    for (const codec::Value& change : object.at("changes").get_array()) {
        tell_change(change.get_object());
    }
    return exit_done;
}

int run_rotate(const KeyRequest& request) {
    const auto changed = [&]() -> base::Result<codec::Value> {
        const Office office = COMITY_TRY(Office::of(request.dir));
        const message::Response response = COMITY_TRY(office.post("/ledger-key/rotate", ""));
        return answer_to(response);
    }();
    if (!changed) {
        return report(changed.error(), request.json, std::cout, std::cerr);
    }
    if (request.json) {
        std::cout << codec::canonical(*changed) << "\n";
    } else {
        tell_change(changed->get_object());
    }
    return exit_done;
}

base::Result<ledger::Note> note_in(const std::string& file) {
    const std::string text = COMITY_TRY(files::read_text_file(file, most_note_bytes));
    auto note = ledger::Note::parse(text);
    if (!note) {
        return std::unexpected(base::at_place(std::move(note).error(), file));
    }
    return note;
}

/// Without FILE: prepares; with it: carries it out.
base::Result<codec::Object> recover(const KeyRequest& request) {
    if (request.file.empty()) {
        const ledger::KeyChange change = COMITY_TRY(prepare_key_recovery(request.dir));
        COMITY_TRY(files::write_text_file_atomically(request.out, change.note.encode(),
                                                     files::Readers::everyone));
        codec::Object told = change_as_json(change);
        told["file"] = request.out;
        return told;
    }
    const ledger::Note note = COMITY_TRY(note_in(request.file));
    COMITY_TRY(carry_out_key_recovery(request.dir, note));
    return change_as_json(COMITY_TRY(ledger::KeyChange::parse(note)));
}

int tell(const base::Result<codec::Object>& done, const KeyRequest& request,
         const std::string& next) {
    if (!done) {
        return report(done.error(), request.json, std::cout, std::cerr);
    }
    if (request.json) {
        std::cout << codec::canonical(codec::Value(*done)) << "\n";
    } else {
        tell_change(*done);
        std::cout << next << "\n";
    }
    return exit_done;
}

int run_recover(const KeyRequest& request) {
    return tell(recover(request), request,
                request.file.empty()
                    ? request.out +
                          ": let the witnesses endorse it (comity ledger key endorse), "
                          "after they compared the new key with you by another way"
                    : "done: serve the node again");
}

base::Result<codec::Object> endorse(const KeyRequest& request) {
    const ledger::Note note = COMITY_TRY(note_in(request.file));
    const Office office = COMITY_TRY(Office::of(request.dir));
    const message::Response response =
        COMITY_TRY(office.post("/ledger-key/endorse", note.encode()));
    if (response.status != 200) {
        return std::unexpected(message::error_of(response));
    }
    const ledger::Note endorsed = COMITY_TRY(ledger::Note::parse(response.body));
    const std::string& out = request.out.empty() ? request.file : request.out;
    COMITY_TRY(files::write_text_file_atomically(out, endorsed.encode(), files::Readers::everyone));
    codec::Object told = change_as_json(COMITY_TRY(ledger::KeyChange::parse(endorsed)));
    told["file"] = out;
    return told;
}

int run_endorse(const KeyRequest& request) {
    return tell(endorse(request), request, "endorsed");
}

CLI::App* add(CLI::App& to, Run& run, const std::string& name, const std::string& what,
              const std::shared_ptr<KeyRequest>& request, int (*action)(const KeyRequest&)) {
    CLI::App* command = to.add_subcommand(name, what);
    command->add_option("--dir", request->dir, "the node's folder")->required();
    command->add_flag("--json", request->json, "as JSON");
    command->callback(
        [request, action, &run] { run.action = [request, action] { return action(*request); }; });
    return command;
}

}  // namespace

void add_ledger_key(CLI::App& ledger, Run& run) {
    CLI::App* key = ledger.add_subcommand("key", "The key of a node's ledger, and its successors");
    key->require_subcommand(1);
    const auto request = std::make_shared<KeyRequest>();
    add(*key, run, "show", "The first key, the present one, and the changes between", request,
        run_show)
        ->footer(
            "The node is being served.\n"
            "Examples:\n"
            "  comity ledger key show --dir xa-court\n"
            "  comity ledger key show --dir xa-court --json");
    add(*key, run, "rotate", "Put a new key in the place of the ledger's present one", request,
        run_rotate)
        ->footer(
            "The node is being served; acts go on. The old key endorses the new one.\n"
            "Examples:\n"
            "  comity ledger key rotate --dir xa-court\n"
            "  comity ledger key rotate --dir xa-court --json");
    CLI::App* lost = add(*key, run, "recover",
                         "Replace a key that was lost or stolen: prepare it, then carry it out",
                         request, run_recover);
    auto* step = lost->add_option_group("step", "which of the two");
    step->add_option("--out", request->out, "prepare: file to be endorsed");
    step->add_option("--with", request->file, "carry out: the file, endorsed");
    step->require_option(1);
    lost->footer(
        "The node is not served, from the first step to the second.\n"
        "Examples:\n"
        "  comity ledger key recover --dir xa-court --out recovery\n"
        "  comity ledger key recover --dir xa-court --with recovery");
    CLI::App* by = add(*key, run, "endorse", "As a witness, endorse another ledger's recovery",
                       request, run_endorse);
    by->add_option("file", request->file, "what the ledger's owner prepared")->required();
    by->add_option("--out", request->out, "file to write; none: FILE itself");
    by->footer(
        "The witness's node is being served. Compare the new key with its owner first, by another\n"
        "way than this file: whoever is endorsed speaks for that ledger.\n"
        "Examples:\n"
        "  comity ledger key endorse recovery --dir board\n"
        "  comity ledger key endorse recovery --dir board --out recovery.1 --json");
}

}  // namespace comity::app
