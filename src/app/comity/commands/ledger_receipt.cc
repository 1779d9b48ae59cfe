#include "app/comity/commands/ledger_receipt.h"

#include <filesystem>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "adapter/files/files.h"
#include "adapter/softkeys/softkeys.h"
#include "app/comity/commands/ledger_inputs.h"
#include "app/comity/ledger_check.h"
#include "domain/casework/casework.h"
#include "ground/codec/codec.h"
#include "ground/cose/cose.h"

namespace comity::app {
namespace {

using base::ErrorKind;

constexpr std::size_t most_leaf_bytes = 0xFFFF;

// --- writing

/// A proof, and the root that the ledger's published checkpoint signs for it.
struct Proven {
    cose::LedgerProof proof;
    ledger::Checkpoint head;
    base::Digest old_root;  ///< of a proof of growth
    base::Bytes entry;      ///< of a proof of inclusion, if it was given
};

base::Result<Proven> prove(const ReceiptWriteRequest& request, LedgerQuestion question) {
    const LedgerSource source = COMITY_TRY(ledger_source(request.dir));
    if (!request.old_checkpoint.empty()) {
        question.old_checkpoint = COMITY_TRY(text_of_file(request.old_checkpoint, most_text_bytes));
        const auto old =
            COMITY_TRY(ledger::open_checkpoint(question.old_checkpoint, question.log, {}))
                .checkpoint;
        ledger::AddCheckpoint grown = COMITY_TRY(prove_growth(source, question));
        const auto head = COMITY_TRY(ledger::Checkpoint::parse(grown.note.text));
        if (old.size == 0 || old.size == head.size) {
            return base::fail(ErrorKind::not_found, "there is no growth to prove",
                              "from " + std::to_string(old.size) + " to " +
                                  std::to_string(head.size) + " leaves");
        }
        return Proven{cose::ConsistencyProof{old.size, head.size, std::move(grown.proof)},
                      head,
                      old.root,
                      {}};
    }
    EntryChoice choice{request.index, std::nullopt};
    if (!request.leaf.empty()) {
        const std::string leaf = COMITY_TRY(text_of_file(request.leaf, most_leaf_bytes));
        choice.leaf = base::bytes_of(leaf);
    }
    ledger::LogProof found = COMITY_TRY(prove_entry(source, question, choice));
    const auto head = COMITY_TRY(ledger::Checkpoint::parse(found.checkpoint.text));
    base::Bytes entry;
    if (choice.leaf) {
        entry = *choice.leaf;
    } else {
        ledger::StoredTree stored(source.read, head.size);
        entry = COMITY_TRY(stored.entry(found.index));
    }
    return Proven{cose::InclusionProof{head.size, found.index, std::move(found.path)},
                  head,
                  {},
                  std::move(entry)};
}

base::Result<void> check_written(const cose::Receipt& receipt, const Proven& proven,
                                 const cose::Issuer& issuer) {
    const auto* growth = std::get_if<cose::ConsistencyProof>(&receipt.proof);
    const base::Digest root =
        growth != nullptr ? COMITY_TRY(cose::check_consistency(receipt, growth->old_size,
                                                               proven.old_root, issuer))
                          : COMITY_TRY(cose::check_inclusion(receipt, proven.entry, issuer));
    if (root != proven.head.root) {
        return base::fail(ErrorKind::invalid, "the receipt does not prove the published root");
    }
    return {};
}

base::Result<cose::Receipt> write_receipt(const ReceiptWriteRequest& request) {
    const std::filesystem::path dir(request.dir);
    const std::string party_text =
        COMITY_TRY(text_of_file((dir / "party.json").string(), most_text_bytes));
    const auto party = COMITY_TRY(codec::read_text<casework::PartyEntry>(party_text));
    const LedgerQuestion question{
        COMITY_TRY(ledger::NoteKey::parse(party.ledger)), {}, {}, {}, {}, {}};
    softkeys::SoftSigner signer =
        COMITY_TRY(softkeys::SoftSigner::load(dir / "keys" / "ledger.key"));
    if (signer.public_key() != question.log.key()) {
        return base::fail(ErrorKind::conflict, "keys/ledger.key is not the key in party.json");
    }
    const Proven proven = COMITY_TRY(prove(request, question));
    cose::Receipt receipt{question.log.name(), signer.public_key().id(), proven.proof, {}};
    receipt.signature =
        COMITY_TRY(signer.sign(cose::receipt_signing_input(receipt, proven.head.root)));
    COMITY_TRY(check_written(receipt, proven, {question.log.name(), question.log.key()}));
    COMITY_TRY(files::write_text_file_atomically(request.out, base::text_of(receipt.encode()),
                                                 files::Readers::everyone));
    return receipt;
}

// --- checking

struct Checked {
    cose::Receipt receipt;
    base::Digest root;
};

base::Result<Checked> check_receipt(const ReceiptCheckRequest& request) {
    const ledger::NoteKey log = COMITY_TRY(key_of(request.vkey));
    const std::string file = COMITY_TRY(text_of_file(request.file, cose::max_receipt_bytes));
    auto receipt = cose::Receipt::parse(base::view_of(file));
    if (!receipt) {
        base::Error error = base::at_place(std::move(receipt).error(), request.file);
        error.kind = ErrorKind::invalid;
        return std::unexpected(std::move(error));
    }
    const cose::Issuer issuer{log.name(), log.key()};
    const bool grows = std::holds_alternative<cose::ConsistencyProof>(receipt->proof);
    if (grows != request.leaf.empty() || grows == request.old_checkpoint.empty()) {
        return base::fail(
            ErrorKind::not_proven,
            grows ? "the receipt proves growth from an older head" : "the receipt proves an entry",
            {}, grows ? "bring that head with --old" : "bring it with --leaf");
    }
    if (!grows) {
        const std::string leaf = COMITY_TRY(text_of_file(request.leaf, most_leaf_bytes));
        const base::Digest root =
            COMITY_TRY(cose::check_inclusion(*receipt, base::view_of(leaf), issuer));
        return Checked{*std::move(receipt), root};
    }
    const std::string text = COMITY_TRY(text_of_file(request.old_checkpoint, most_text_bytes));
    const auto old = COMITY_TRY(ledger::open_checkpoint(text, log, {})).checkpoint;
    const base::Digest root =
        COMITY_TRY(cose::check_consistency(*receipt, old.size, old.root, issuer));
    return Checked{*std::move(receipt), root};
}

// --- telling

codec::Object as_json(const cose::Receipt& receipt) {
    codec::Object object{{"issuer", receipt.issuer}, {"key", receipt.key.hex()}};
    if (const auto* growth = std::get_if<cose::ConsistencyProof>(&receipt.proof)) {
        object["kind"] = "consistency";
        object["old-size"] = static_cast<std::int64_t>(growth->old_size);
        object["size"] = static_cast<std::int64_t>(growth->new_size);
    } else {
        const auto& inclusion = std::get<cose::InclusionProof>(receipt.proof);
        object["kind"] = "inclusion";
        object["index"] = static_cast<std::int64_t>(inclusion.index);
        object["size"] = static_cast<std::int64_t>(inclusion.size);
    }
    return object;
}

std::string in_words(const cose::Receipt& receipt) {
    if (const auto* growth = std::get_if<cose::ConsistencyProof>(&receipt.proof)) {
        return "the ledger of " + receipt.issuer + " grew from " +
               std::to_string(growth->old_size) + " to " + std::to_string(growth->new_size) +
               " leaves and changed none";
    }
    const auto& inclusion = std::get<cose::InclusionProof>(receipt.proof);
    return "the entry is leaf " + std::to_string(inclusion.index) + " of " + receipt.issuer +
           " with " + std::to_string(inclusion.size) + " leaves";
}

}  // namespace

int run_receipt_write(const ReceiptWriteRequest& request, std::ostream& out, std::ostream& err) {
    const auto receipt = write_receipt(request);
    if (!receipt) {
        return report(receipt.error(), request.json, out, err);
    }
    if (request.json) {
        codec::Object object = as_json(*receipt);
        object["file"] = request.out;
        out << codec::canonical(codec::Value(object)) << "\n";
    } else {
        out << request.out << ": " << in_words(*receipt) << "\n";
    }
    return exit_done;
}

int run_receipt_check(const ReceiptCheckRequest& request, std::ostream& out, std::ostream& err) {
    const auto checked = check_receipt(request);
    if (!checked) {
        return report(checked.error(), request.json, out, err);
    }
    if (request.json) {
        codec::Object object = as_json(checked->receipt);
        object["accepted"] = true;
        object["root"] = checked->root.hex();
        out << codec::canonical(codec::Value(object)) << "\n";
    } else {
        out << "PROVEN: " << in_words(checked->receipt) << "\n  root  " << checked->root.hex()
            << "\n";
    }
    return exit_done;
}

namespace {

void add_write(CLI::App& receipt, Run& run) {
    const auto request = std::make_shared<ReceiptWriteRequest>();
    CLI::App* write = receipt.add_subcommand(
        "write", "Sign a receipt of an entry, or of growth, with the node's ledger key");
    write->add_option("--dir", request->dir, "the node's folder; it may be served")->required();
    auto* which = write->add_option_group("what", "what is proven");
    which->add_option("--index", request->index, "the entry's number, from 0");
    which->add_option("--leaf", request->leaf, "the entry's bytes");
    which->add_option("--old", request->old_checkpoint, "the head that the ledger grew from");
    which->require_option(1);
    write->add_option("--out", request->out, "file to write (COSE, binary)")->required();
    write->add_flag("--json", request->json, "as JSON");
    write->footer(
        "Examples:\n"
        "  comity ledger receipt write --dir xa-court --index 7 --out entry.cose\n"
        "  comity ledger receipt write --dir xa-court --old checkpoint.yesterday --out "
        "growth.cose");
    write->callback([request, &run] {
        run.action = [request] { return run_receipt_write(*request, std::cout, std::cerr); };
    });
}

void add_check(CLI::App& receipt, Run& run) {
    const auto request = std::make_shared<ReceiptCheckRequest>();
    CLI::App* check = receipt.add_subcommand("check", "Check a receipt offline, without a node");
    check->add_option("file", request->file, "the receipt")->required();
    check
        ->add_option("--vkey", request->vkey,
                     "the ledger's key, or a file whose first line it is: from another way than "
                     "the receipt")
        ->required();
    auto* what = check->add_option_group("what", "what it is a receipt of");
    what->add_option("--leaf", request->leaf, "the entry's bytes");
    what->add_option("--old", request->old_checkpoint, "the head that the ledger grew from");
    what->require_option(1);
    check->add_flag("--json", request->json, "as JSON");
    check->footer(
        "Exits with 0 if it proves, 6 if it does not, 7 if it is by another key.\n"
        "Examples:\n"
        "  comity ledger receipt check entry.cose --vkey xa-court.vkey --leaf entry\n"
        "  comity ledger receipt check growth.cose --vkey xa-court.vkey --old "
        "checkpoint.yesterday");
    check->callback([request, &run] {
        run.action = [request] { return run_receipt_check(*request, std::cout, std::cerr); };
    });
}

}  // namespace

void add_ledger_receipt(CLI::App& ledger, Run& run) {
    CLI::App* receipt =
        ledger.add_subcommand("receipt", "COSE receipts (RFC 9942) of what the ledger proves");
    receipt->require_subcommand(1);
    add_write(*receipt, run);
    add_check(*receipt, run);
}

}  // namespace comity::app
