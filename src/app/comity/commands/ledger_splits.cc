#include "app/comity/commands/ledger_splits.h"

#include <filesystem>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "adapter/clock/clock.h"
#include "adapter/files/files.h"
#include "adapter/softkeys/softkeys.h"
#include "app/comity/node_folder.h"
#include "app/comity/office.h"

namespace comity::app {
namespace {

constexpr base::Duration signature_life = std::chrono::minutes(5);

struct SplitsRequest {
    std::string dir, out;
    bool json = false;
};

struct LookRequest {
    std::string dir, key, evidence, reason;
    bool json = false;
};

/// Fetches the evidence, checks each and writes it to a file of its own, as the monitor does.
base::Result<codec::Array> export_splits(const SplitsRequest& request) {
    const Office office = COMITY_TRY(Office::of(request.dir));
    const casework::Annex annex = COMITY_TRY(read_annex(request.dir));
    const codec::Value all = COMITY_TRY(office.get("/splits"));
    if (!all.is_array()) {
        return base::fail(base::ErrorKind::malformed, "the node's answer is not a list");
    }
    std::error_code error;
    std::filesystem::create_directories(request.out, error);
    codec::Array told;
    for (const codec::Value& one : all.get_array()) {
        const auto split = COMITY_TRY(codec::read<submit::SplitLedger>(one));
        const auto evidence = COMITY_TRY(ledger::SplitView::parse(split.evidence));
        const auto of = COMITY_TRY(casework::ledger_of(annex, split.party));
        COMITY_TRY(ledger::check_split_view(evidence, of.recovery));
        if (evidence.log != of.first) {
            return base::fail(base::ErrorKind::invalid, "evidence against another ledger",
                              evidence.log.vkey() + " is not the key in the annex");
        }
        const std::filesystem::path path =
            std::filesystem::path(request.out) / (split.id().hex().substr(0, 16) + ".split-view");
        COMITY_TRY(
            files::write_text_file_atomically(path, split.evidence, files::Readers::everyone));
        codec::Object object{{"party", split.party.text()},
                             {"evidence", split.id().hex()},
                             {"file", path.string()},
                             {"found", split.found.text()},
                             {"looked", split.looked.has_value()}};
        told.push_back(std::move(object));
    }
    return told;
}

int run_splits(const SplitsRequest& request) {
    const auto told = export_splits(request);
    if (!told) {
        return report(told.error(), request.json, std::cout, std::cerr);
    }
    if (request.json) {
        std::cout << codec::canonical(codec::Value(*told)) << "\n";
        return exit_done;
    }
    for (const codec::Value& one : *told) {
        const codec::Object& split = one.get_object();
        std::cout << std::string_view(split.at("party").get_string())
                  << " signed two histories, found "
                  << std::string_view(split.at("found").get_string())
                  << (split.at("looked").get_bool() ? ", looked at" : ", NOT LOOKED AT")
                  << "\n  evidence " << std::string_view(split.at("evidence").get_string())
                  << "\n  file     " << std::string_view(split.at("file").get_string()) << "\n";
    }
    std::cout << told->size() << " found\n";
    return exit_done;
}

base::Result<void> look(const LookRequest& request) {
    const Office office = COMITY_TRY(Office::of(request.dir));
    softkeys::SoftSigner key = COMITY_TRY(softkeys::SoftSigner::load(request.key));
    clock::SystemRandom random;
    const base::Instant now = clock::SystemClock().now();
    submit::Look look{COMITY_TRY(base::Digest::from_hex(request.evidence)),
                      request.reason,
                      key.public_key().id(),
                      now,
                      {}};
    look.signature = COMITY_TRY(
        submit::sign_for(submit::subject_of(look, office.realm()), submit::look_purpose,
                         office.realm(), office.party(), now + signature_life, key, random));
    const message::Response response = COMITY_TRY(office.post("/splits/look", codec::write(look)));
    return response.status == 200 ? base::Result<void>{}
                                  : std::unexpected(message::error_of(response));
}

int run_look(const LookRequest& request) {
    const auto looked = look(request);
    if (!looked) {
        return report(looked.error(), request.json, std::cout, std::cerr);
    }
    if (request.json) {
        std::cout << "{\"evidence\":\"" << request.evidence << "\",\"looked\":true}\n";
    } else {
        std::cout << "Recorded. Releases in matters of that party go on.\n";
    }
    return exit_done;
}

}  // namespace

void add_ledger_splits(CLI::App& ledger, Run& run) {
    const auto splits = std::make_shared<SplitsRequest>();
    CLI::App* all = ledger.add_subcommand(
        "splits", "Export what a node found: ledgers that signed two histories");
    all->add_option("--dir", splits->dir, "the node's folder; it is being served")->required();
    all->add_option("--out", splits->out, "folder for the evidence files")->required();
    all->add_flag("--json", splits->json, "as JSON");
    all->footer(
        "Examples:\n"
        "  comity ledger splits --dir xb-central --out evidence\n"
        "  comity ledger splits --dir xb-central --out evidence --json");
    all->callback([splits, &run] { run.action = [splits] { return run_splits(*splits); }; });

    const auto asked = std::make_shared<LookRequest>();
    CLI::App* looking = ledger.add_subcommand(
        "look", "An official has looked at such evidence: releases may go on");
    looking->add_option("--dir", asked->dir, "the node's folder; it is being served")->required();
    looking->add_option("--key", asked->key, "the official's private key (PEM file)")->required();
    looking->add_option("--reason", asked->reason, "what was found, and why releases may go on")
        ->required();
    looking->add_option("evidence", asked->evidence, "its SHA-256, as `splits` shows it")
        ->required();
    looking->add_flag("--json", asked->json, "as JSON");
    looking->footer(
        "Examples:\n"
        "  comity ledger look --dir xb-central --key rosa.key --reason \"disk restored\" 6f21...\n"
        "  comity ledger look --dir xb-central --key rosa.key --reason \"test\" 6f21... --json");
    looking->callback([asked, &run] { run.action = [asked] { return run_look(*asked); }; });
}

}  // namespace comity::app
