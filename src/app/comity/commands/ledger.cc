#include "app/comity/commands/ledger.h"

#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/comity/node_folder.h"

namespace comity::app {
namespace {

struct Shown {
    ledger::Checkpoint head;
    std::size_t signatures = 0;
    std::vector<std::string> attested_by;
    std::string vkey;
};

/// Reads a node's public ledger from its static files alone and checks it: tiles against the
/// checkpoint's root, the checkpoint against the node's verifier key.
base::Result<Shown> check_ledger(const std::filesystem::path& dir) {
    const std::string party_text = COMITY_TRY(files::read_text_file(dir / "party.json", 64 * 1024));
    const auto party = COMITY_TRY(codec::read_text<casework::PartyEntry>(party_text));
    const ledger::NoteKey key = COMITY_TRY(ledger::NoteKey::parse(party.ledger));
    const std::filesystem::path folder = dir / "ledger";
    const std::string note = COMITY_TRY(files::read_text_file(folder / "checkpoint", 64 * 1024));
    const ledger::SignedCheckpoint opened = COMITY_TRY(ledger::open_checkpoint(note, key, {}));
    const auto files = COMITY_TRY(files::FileLedgerFiles::open(folder));
    COMITY_TRY(
        ledger::check_static_ledger([&files](std::string_view path) { return files->read(path); },
                                    opened.checkpoint.size, opened.checkpoint.root));
    Shown shown{opened.checkpoint, opened.verified.note.signatures.size(), {}, party.ledger};
    for (const ledger::NoteSignature& signature : opened.verified.note.signatures) {
        if (signature.name != key.name()) {
            shown.attested_by.push_back(signature.name);
        }
    }
    return shown;
}

int run_show(const std::string& dir, bool json) {
    const auto shown = check_ledger(dir);
    if (!shown) {
        return report(shown.error(), json, std::cout, std::cerr);
    }
    if (json) {
        codec::Object object;
        object["origin"] = shown->head.origin;
        object["size"] = static_cast<std::int64_t>(shown->head.size);
        object["root"] = shown->head.root.hex();
        codec::Array attested;
        for (const std::string& name : shown->attested_by) {
            attested.emplace_back(name);
        }
        object["attested-by"] = std::move(attested);
        std::cout << codec::canonical(object) << "\n";
        return exit_done;
    }
    std::cout << shown->head.origin << "\n  leaves  " << shown->head.size << "\n  root    "
              << shown->head.root.hex() << "\n  tiles and entries agree with the checkpoint, "
              << "which the ledger's key signed\n";
    for (const std::string& name : shown->attested_by) {
        std::cout << "  attested by " << name << " (signature not checked here)\n";
    }
    return exit_done;
}

int run_vkey(const std::string& dir, bool json) {
    auto read = [&]() -> base::Result<casework::PartyEntry> {
        const std::string text =
            COMITY_TRY(files::read_text_file(std::filesystem::path(dir) / "party.json", 64 * 1024));
        return codec::read_text<casework::PartyEntry>(text);
    }();
    if (!read) {
        return report(read.error(), json, std::cout, std::cerr);
    }
    if (json) {
        codec::Object object;
        object["ledger"] = read->ledger;
        object["witness"] = read->witness;
        std::cout << codec::canonical(object) << "\n";
    } else {
        std::cout << read->ledger << "\n";
    }
    return exit_done;
}

}  // namespace

void add_ledger(CLI::App& app, Run& run) {
    CLI::App* ledger = app.add_subcommand("ledger", "A node's public ledger");
    ledger->require_subcommand(1);
    auto dir = std::make_shared<std::string>();
    auto json = std::make_shared<bool>(false);
    CLI::App* show = ledger->add_subcommand("show", "Check the static files and show the head");
    show->add_option("--dir", *dir, "the node's folder")->required();
    show->add_flag("--json", *json, "as JSON");
    show->footer(
        "Examples:\n"
        "  comity ledger show --dir xa-court\n"
        "  comity ledger show --dir xa-court --json");
    show->callback([=, &run] { run.action = [=] { return run_show(*dir, *json); }; });
    CLI::App* vkey = ledger->add_subcommand("vkey", "Print the verifier key of the ledger");
    vkey->add_option("--dir", *dir, "the node's folder")->required();
    vkey->add_flag("--json", *json, "as JSON, with the witness key");
    vkey->footer(
        "Examples:\n"
        "  comity ledger vkey --dir xa-court\n"
        "  comity ledger vkey --dir xa-court --json");
    vkey->callback([=, &run] { run.action = [=] { return run_vkey(*dir, *json); }; });
}

}  // namespace comity::app
