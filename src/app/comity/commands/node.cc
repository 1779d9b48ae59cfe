#include "app/comity/commands/node.h"

#include <array>
#include <charconv>
#include <csignal>
#include <iostream>
#include <memory>
#include <sys/prctl.h>
#include <utility>

#include <CLI/CLI.hpp>

#include "app/comity/commands/restore.h"
#include "app/comity/node_folder.h"
#include "app/comity/serve.h"

namespace comity::app {
namespace {

struct InitOptions {
    std::string dir, party, realm, title, jurisdiction, kind, law, store;
    std::int64_t federation_port = 0;
    std::int64_t page_port = 0;
    std::int64_t body_days = 180;
    bool json = false;
};

base::Result<casework::PartyEntry> init(const InitOptions& options) {
    NewNode node;
    node.folder = options.dir;
    node.party = COMITY_TRY(base::PartyId::parse(options.party));
    node.realm = COMITY_TRY(base::realm_from(options.realm));
    node.title = options.title;
    node.jurisdiction = options.jurisdiction;
    node.kind = options.kind;
    node.law = options.law;
    node.federation_port = options.federation_port;
    node.page_port = options.page_port;
    node.body_days = options.body_days;
    if (!options.store.empty()) {
        node.store = options.store;
    }
    return make_node(node);
}

int run_init(const InitOptions& options) {
    auto entry = init(options);
    if (!entry) {
        return report(entry.error(), options.json, std::cout, std::cerr);
    }
    if (options.json) {
        std::cout << codec::write(*entry) << "\n";
        return exit_done;
    }
    std::cout << "Made the node of " << entry->party.text() << " in " << options.dir << "\n"
              << "  root key fingerprint  " << entry->root.id().hex() << "\n"
              << "  node key fingerprint  " << entry->node.id().hex() << "\n"
              << "  ledger                " << entry->ledger << "\n"
              << "Next: give " << options.dir << "/party.json to whoever makes the annex, and\n"
              << "compare the root key's fingerprint with your partners by another means.\n";
    return exit_done;
}

struct AnnexOptions {
    std::string law, agreement, realm, out;
    std::vector<std::string> parties, witnesses;
    std::int64_t quorum = 1;
    std::int64_t recovery = 0;
    std::int64_t skew = 300;
    bool json = false;
};

base::Result<casework::Annex> make_annex(const AnnexOptions& options) {
    const law::Library library = COMITY_TRY(read_law(options.law));
    casework::Annex annex;
    annex.realm = COMITY_TRY(base::realm_from(options.realm));
    annex.agreement = options.agreement;
    const auto text = library.agreement_digest(options.agreement);
    if (!text) {
        return base::fail(base::ErrorKind::not_found,
                          "there is no agreement " + options.agreement + " in " + options.law);
    }
    annex.text = *text;
    annex.quorum = options.quorum;
    if (options.recovery != 0) {
        annex.recovery = options.recovery;
    }
    annex.skew_seconds = options.skew;
    for (const std::string& witness : options.witnesses) {
        annex.witnesses.push_back(COMITY_TRY(base::PartyId::parse(witness)));
    }
    for (const std::string& path : options.parties) {
        const std::string entry = COMITY_TRY(files::read_text_file(path, 64 * 1024));
        auto read = codec::read_text<casework::PartyEntry>(entry);
        if (!read) {
            return std::unexpected(base::at_place(std::move(read).error(), path));
        }
        annex.parties.push_back(std::move(*read));
    }
    COMITY_TRY(casework::check(annex));
    COMITY_TRY(files::write_text_file_atomically(options.out, codec::write(annex) + "\n",
                                                 files::Readers::everyone));
    return annex;
}

int run_annex(const AnnexOptions& options) {
    const auto annex = make_annex(options);
    if (!annex) {
        return report(annex.error(), options.json, std::cout, std::cerr);
    }
    const std::string digest = casework::digest_of(*annex).hex();
    if (options.json) {
        codec::Object object;
        object["annex"] = digest;
        object["parties"] = static_cast<std::int64_t>(annex->parties.size());
        std::cout << codec::canonical(object) << "\n";
    } else {
        std::cout << "Annex of " << annex->parties.size() << " parties, digest " << digest << "\n"
                  << "Next: copy " << options.out << " to every node's folder as annex.json.\n";
    }
    return exit_done;
}

struct ServeOptions {
    std::string dir;
    std::string clock_ahead;
    bool json = false;
    bool end_with_parent = false;
};

/// A whole number and one of d, h, m, s; at most ten years. Kind malformed.
base::Result<base::Duration> duration_from(std::string_view text) {
    constexpr base::Duration longest = std::chrono::hours(24 * 366 * 10);
    const auto refused = [&] {
        return base::fail(base::ErrorKind::malformed,
                          "--clock-ahead does not take " + std::string(text), {},
                          "a whole number and d, h, m or s, at most ten years, e.g. 49h");
    };
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc{} || number < 0 || number > longest.count() ||
        read.ptr + 1 != text.data() + text.size()) {
        return refused();
    }
    constexpr std::array<std::pair<char, base::Duration>, 4> units{
        {{'d', std::chrono::days(1)},
         {'h', std::chrono::hours(1)},
         {'m', std::chrono::minutes(1)},
         {'s', std::chrono::seconds(1)}}};
    for (const auto& [letter, unit] : units) {
        if (*read.ptr == letter && number <= longest / unit) {
            return number * unit;
        }
    }
    return refused();
}

int run_serve(const ServeOptions& options) {
    // So that nodes started by a program that dies are not left behind (Linux: prctl(2)).
    if (options.end_with_parent && ::prctl(PR_SET_PDEATHSIG, SIGTERM) != 0) {
        return report(
            base::Error{
                base::ErrorKind::failure, "cannot watch the parent process", {}, {}, {}, {}},
            options.json, std::cout, std::cerr);
    }
    base::Duration ahead{0};
    if (!options.clock_ahead.empty()) {
        const auto read = duration_from(options.clock_ahead);
        if (!read) {
            return report(read.error(), options.json, std::cout, std::cerr);
        }
        ahead = *read;
    }
    const auto served = serve(options.dir, ahead, std::cout);
    return served ? exit_done : report(served.error(), options.json, std::cout, std::cerr);
}

void add_init(CLI::App& node, Run& run) {
    auto options = std::make_shared<InitOptions>();
    CLI::App* init = node.add_subcommand("init", "Make a node's folder with fresh keys");
    init->add_option("--dir", options->dir, "the folder to make")->required();
    init->add_option("--party", options->party, "the institution's name, e.g. xa-court")
        ->required();
    init->add_option("--realm", options->realm, "live or exercise; there is no default")
        ->required();
    init->add_option("--title", options->title, "the institution's title for people")->required();
    init->add_option("--jurisdiction", options->jurisdiction, "the state's code, e.g. XA")
        ->required();
    init->add_option("--kind", options->kind,
                     "prosecution, court, central-authority, provider-company, "
                     "oversight")
        ->required();
    init->add_option("--law", options->law, "the folder of law texts")->required();
    init->add_option("--port", options->federation_port, "port for peers; 0: any");
    init->add_option("--page-port", options->page_port, "port of the page on loopback; 0: any");
    init->add_option("--body-days", options->body_days, "days that bodies are kept")
        ->check(CLI::Range(1, 36500));
    init->add_option("--store", options->store,
                     "a database in place of a file: postgres:service=NAME, or settings of libpq");
    init->add_flag("--json", options->json, "print the annex entry as JSON");
    init->footer(
        "Examples:\n"
        "  comity node init --dir court --party xa-court --realm exercise --title 'District Court' "
        "\\\n"
        "    --jurisdiction XA --kind court --law law\n"
        "  comity node init --dir cirrus --party cirrus-mail --realm live --title 'Cirrus Mail' "
        "\\\n"
        "    --jurisdiction XB --kind provider-company --law law --port 8443 --json");
    init->callback([options, &run] { run.action = [options] { return run_init(*options); }; });
}

void add_annex(CLI::App& node, Run& run) {
    auto options = std::make_shared<AnnexOptions>();
    CLI::App* annex = node.add_subcommand("annex", "Make the key annex of an agreement");
    annex->add_option("--law", options->law, "the folder of law texts")->required();
    annex->add_option("--agreement", options->agreement, "the agreement's name")->required();
    annex->add_option("--realm", options->realm, "live or exercise; there is no default")
        ->required();
    annex->add_option("--witness", options->witnesses, "a party whose cosignature counts")
        ->required();
    annex->add_option("--quorum", options->quorum, "cosignatures needed");
    annex->add_option("--recovery", options->recovery,
                      "witnesses that endorse a new ledger key; 0: that takes a new annex");
    annex->add_option("--skew", options->skew, "seconds an act may lie from its witnessed time");
    annex->add_option("--out", options->out, "the file to write")->required();
    annex->add_option("parties", options->parties, "party.json of every node")->required();
    annex->add_flag("--json", options->json, "print the digest as JSON");
    annex->footer(
        "Examples:\n"
        "  comity node annex --law law --agreement XA-XB/EE --realm exercise --witness board \\\n"
        "    --witness xb-central --out annex.json */party.json\n"
        "  comity node annex --law law --agreement XA-XB/EE --realm exercise --witness board \\\n"
        "    --witness xb-central --quorum 1 --skew 60 --out annex.json a.json b.json --json");
    annex->callback([options, &run] { run.action = [options] { return run_annex(*options); }; });
}

void add_serve(CLI::App& node, Run& run) {
    auto options = std::make_shared<ServeOptions>();
    CLI::App* serving = node.add_subcommand("serve", "Serve a node until SIGINT or SIGTERM");
    serving->add_option("--dir", options->dir, "the node's folder")->required();
    serving->add_option("--clock-ahead", options->clock_ahead,
                        "in an exercise: how far this node's clock is ahead, e.g. 49h or 11d");
    serving->add_flag("--end-with-parent", options->end_with_parent,
                      "end when the program that started it ends");
    serving->add_flag("--json", options->json, "errors as JSON; the addresses always are");
    serving->footer(
        "Examples:\n"
        "  comity node serve --dir court\n"
        "  comity node serve --dir cirrus --json\n"
        "  comity node serve --dir exercise-court --clock-ahead 49h");
    serving->callback([options, &run] { run.action = [options] { return run_serve(*options); }; });
}

}  // namespace

void add_node(CLI::App& app, Run& run) {
    CLI::App* node = app.add_subcommand("node", "An institution's node");
    node->require_subcommand(1);
    add_init(*node, run);
    add_annex(*node, run);
    add_serve(*node, run);
    add_restore(*node, run);
}

}  // namespace comity::app
