#include "app/comity/commands/ledger.h"

#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/comity/commands/ledger_checks.h"
#include "app/comity/commands/ledger_key.h"
#include "app/comity/commands/ledger_matters.h"
#include "app/comity/commands/ledger_mirror.h"
#include "app/comity/commands/ledger_receipt.h"
#include "app/comity/commands/ledger_splits.h"
#include "app/comity/ledger_check.h"
#include "app/comity/node_folder.h"
#include "app/comity/office.h"

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
base::Result<Shown> shown_ledger(const std::filesystem::path& dir) {
    const std::string party_text = COMITY_TRY(files::read_text_file(dir / "party.json", 64 * 1024));
    const auto party = COMITY_TRY(codec::read_text<casework::PartyEntry>(party_text));
    LedgerQuestion question{COMITY_TRY(ledger::NoteKey::parse(party.ledger)), {}, {}, {}, {}, {}};
    // Who may endorse a recovery the annex says, which a node has once its partners are agreed on.
    const auto annex = read_annex(dir);
    const auto own =
        annex ? casework::ledger_of(*annex, party.party) : std::unexpected(annex.error());
    if (own) {
        question.recovery = own->recovery;
    }
    const LedgerSource source = COMITY_TRY(ledger_source(dir.string()));
    const auto head = COMITY_TRY(check_ledger(source, question)).head;
    Shown shown{head->checkpoint, head->verified.note.signatures.size(), {}, party.ledger};
    for (const ledger::NoteSignature& signature : head->verified.note.signatures) {
        if (signature.name != question.log.name()) {
            shown.attested_by.push_back(signature.name);
        }
    }
    return shown;
}

int run_show(const std::string& dir, bool json) {
    const auto shown = shown_ledger(dir);
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

/// Fetches the evidence that a served node holds; each case into a file of its own.
base::Result<codec::Array> export_equivocations(const std::string& dir, const std::string& out) {
    const Office office = COMITY_TRY(Office::of(dir));
    const casework::Annex annex = COMITY_TRY(read_annex(dir));
    const codec::Value all = COMITY_TRY(office.get("/equivocations"));
    std::error_code error;
    std::filesystem::create_directories(out, error);
    codec::Array told;
    for (const codec::Value& one : all.get_array()) {
        const std::string text = codec::canonical(one);
        const auto evidence = COMITY_TRY(casework::read_equivocation(text));
        COMITY_TRY(casework::check_equivocation(annex, evidence));
        const casework::Entry entry = evidence.first.entry();
        const std::filesystem::path path =
            std::filesystem::path(out) /
            (std::to_string(told.size() + 1) + "-" + casework::author_of(entry).text() + ".json");
        COMITY_TRY(files::write_text_file_atomically(path, text + "\n", files::Readers::everyone));
        told.push_back(codec::Value(codec::Object{{"file", path.string()},
                                                  {"party", casework::author_of(entry).text()},
                                                  {"matter", casework::matter_of(entry).text()},
                                                  {"number", casework::sequence_of(entry)}}));
    }
    return told;
}

int run_equivocations(const std::string& dir, const std::string& out, bool json) {
    const auto told = export_equivocations(dir, out);
    if (!told) {
        return report(told.error(), json, std::cout, std::cerr);
    }
    if (json) {
        std::cout << codec::canonical(codec::Value(*told)) << "\n";
        return exit_done;
    }
    for (const codec::Value& one : *told) {
        const codec::Object& object = one.get_object();
        std::cout << std::string_view(object.at("party").get_string())
                  << " signed two entries with number " << object.at("number").get_int64()
                  << " in matter " << std::string_view(object.at("matter").get_string()) << ": "
                  << std::string_view(object.at("file").get_string()) << "\n";
    }
    std::cout << told->size() << " found\n";
    return exit_done;
}

int run_check_equivocation(const std::string& file, const std::string& dir, bool json) {
    codec::Object told;
    const auto checked = [&]() -> base::Result<void> {
        const casework::Annex annex = COMITY_TRY(read_annex(dir));
        const std::string text =
            COMITY_TRY(files::read_text_file(file, casework::max_equivocation_bytes));
        const auto evidence = COMITY_TRY(casework::read_equivocation(text));
        COMITY_TRY(casework::check_equivocation(annex, evidence));
        const casework::Entry entry = evidence.first.entry();
        told["party"] = casework::author_of(entry).text();
        told["matter"] = casework::matter_of(entry).text();
        told["number"] = casework::sequence_of(entry);
        return {};
    }();
    if (!checked) {
        return report(base::at_place(checked.error(), file), json, std::cout, std::cerr);
    }
    if (json) {
        std::cout << codec::canonical(codec::Value(told)) << "\n";
    } else {
        std::cout << "PROVEN: " << std::string_view(told.at("party").get_string())
                  << " signed and logged two entries with number " << told.at("number").get_int64()
                  << " in matter " << std::string_view(told.at("matter").get_string()) << "\n";
    }
    return exit_done;
}

void add_equivocations(CLI::App& ledger, Run& run) {
    auto dir = std::make_shared<std::string>();
    auto path = std::make_shared<std::string>();
    auto json = std::make_shared<bool>(false);
    CLI::App* all = ledger.add_subcommand(
        "equivocations", "Export the evidence of what parties signed twice in one place");
    all->add_option("--dir", *dir, "the node's folder; it is being served")->required();
    all->add_option("--out", *path, "folder for the files")->required();
    all->add_flag("--json", *json, "as JSON");
    all->footer(
        "Examples:\n"
        "  comity ledger equivocations --dir xa-court --out evidence\n"
        "  comity ledger equivocations --dir xa-court --out evidence --json");
    all->callback(
        [=, &run] { run.action = [=] { return run_equivocations(*dir, *path, *json); }; });
    CLI::App* check = ledger.add_subcommand("check-equivocation",
                                            "Check such a file against an annex, without a node");
    check->add_option("file", *path, "the evidence")->required();
    check->add_option("--dir", *dir, "a folder that holds annex.json")->required();
    check->add_flag("--json", *json, "as JSON");
    check->footer(
        "Examples:\n"
        "  comity ledger check-equivocation evidence/1-xb-central.json --dir xa-court\n"
        "  comity ledger check-equivocation evidence/1-xb-central.json --dir xa-court --json");
    check->callback(
        [=, &run] { run.action = [=] { return run_check_equivocation(*path, *dir, *json); }; });
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
    add_ledger_checks(*ledger, run);
    add_ledger_monitor(*ledger, run);
    add_ledger_matters(*ledger, run);
    add_ledger_mirror(*ledger, run);
    add_ledger_key(*ledger, run);
    add_ledger_receipt(*ledger, run);
    add_equivocations(*ledger, run);
    add_ledger_splits(*ledger, run);
}

}  // namespace comity::app
