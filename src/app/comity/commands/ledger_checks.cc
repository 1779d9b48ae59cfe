#include "app/comity/commands/ledger_checks.h"

#include <filesystem>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "adapter/files/files.h"
#include "app/comity/ledger_check.h"
#include "ground/codec/codec.h"

namespace comity::app {
namespace {

using base::ErrorKind;

constexpr std::size_t most_leaf_bytes = 0xFFFF;

base::Result<LedgerQuestion> question_of(const LedgerVerifyRequest& request) {
    LedgerQuestion question{COMITY_TRY(key_of(request.vkey)), {}, {}, {}, {}, {}};
    question.policy = COMITY_TRY(policy_of(request.policy));
    question.old_checkpoint = COMITY_TRY(text_of_file(request.old_checkpoint, most_text_bytes));
    question.proof = COMITY_TRY(text_of_file(request.proof, most_text_bytes));
    const std::string leaf = COMITY_TRY(text_of_file(request.leaf, most_leaf_bytes));
    question.leaf = base::bytes_of(leaf);
    question.consistency = COMITY_TRY(text_of_file(request.consistency, most_text_bytes));
    question.recovery = COMITY_TRY(recovery_of(request.recovery));
    return question;
}

base::Result<std::optional<LedgerSource>> source_of(const LedgerVerifyRequest& request) {
    if (request.source.empty()) {
        return std::nullopt;
    }
    return COMITY_TRY(ledger_source(request.source));
}

codec::Object head_as_json(const ledger::Checkpoint& head) {
    return {{"origin", head.origin},
            {"size", static_cast<std::int64_t>(head.size)},
            {"root", head.root.hex()}};
}

codec::Object finding_as_json(const LedgerFinding& finding) {
    codec::Object object{{"accepted", !finding.split_view.has_value()}};
    if (finding.head) {
        codec::Object head = head_as_json(finding.head->checkpoint);
        codec::Array signers;
        for (const ledger::VerifiedNote::By& by : finding.head->verified.by) {
            codec::Object signer{{"name", by.key.name()}};
            if (by.at) {
                signer["at"] = by.at->text();
            }
            signers.push_back(std::move(signer));
        }
        head["signed-by"] = std::move(signers);
        head["entries"] = finding.has_entries;
        object["ledger"] = std::move(head);
    }
    if (finding.old_head) {
        object["old"] = head_as_json(*finding.old_head);
    }
    if (finding.proof_head) {
        codec::Object proof = head_as_json(*finding.proof_head);
        proof["index"] = static_cast<std::int64_t>(*finding.proof_index);
        object["proof"] = std::move(proof);
    }
    if (finding.consistency_head) {
        object["consistency"] = head_as_json(*finding.consistency_head);
    }
    return object;
}

void tell(const LedgerFinding& finding, const std::string& place, std::ostream& out) {
    if (finding.head) {
        const ledger::Checkpoint& head = finding.head->checkpoint;
        out << head.origin << "\n  leaves  " << head.size << "\n  root    " << head.root.hex()
            << "\n";
        for (const ledger::VerifiedNote::By& by : finding.head->verified.by) {
            out << "  signed by " << by.key.name() << (by.at ? " at " + by.at->text() : "") << "\n";
        }
        out << (finding.has_entries ? "  all entries and tiles of " : "  all tiles of ") << place
            << " give this root\n"
            << (finding.has_entries ? "" : "  it shows no entries: a public mirror\n");
    }
    if (finding.old_head) {
        out << "  it extends the older head of " << finding.old_head->size << " leaves\n";
    }
    if (finding.proof_head) {
        out << "  the entry is leaf " << *finding.proof_index << " of "
            << finding.proof_head->origin << " with " << finding.proof_head->size << " leaves\n";
    }
    if (finding.consistency_head) {
        out << "  the consistency proof leads to the head of " << finding.consistency_head->size
            << " leaves\n";
    }
    out << "ACCEPTED\n";
}

/// An error about a key that was recovered says which options let it be checked.
base::Result<void> check_evidence(const ledger::SplitView& evidence,
                                  const ledger::KeyRecovery& recovery) {
    auto checked = ledger::check_split_view(evidence, recovery);
    if (checked) {
        return checked;
    }
    return std::unexpected(with_advice(std::move(checked).error(),
                                       {&evidence.older, &evidence.newer}, evidence.log, recovery));
}

int refuse_misuse(std::string what, std::string next, bool json, std::ostream& out,
                  std::ostream& err) {
    report({ErrorKind::malformed, std::move(what), {}, std::move(next), {}, {}}, json, out, err);
    return exit_usage;
}

int refuse_recovery(const RecoveryOptions& options, bool json, std::ostream& out,
                    std::ostream& err) {
    report(recovery_of(options).error(), json, out, err);
    return exit_usage;
}

/// The log signed two histories.
int refuse_split_view(const LedgerFinding& finding, const LedgerVerifyRequest& request,
                      std::ostream& out, std::ostream& err) {
    if (!request.evidence.empty()) {
        const auto written = files::write_text_file_atomically(
            request.evidence, finding.split_view->encode(), files::Readers::everyone);
        if (!written) {
            return report(written.error(), request.json, out, err);
        }
    }
    return report({ErrorKind::invalid,
                   "SPLIT VIEW: " + finding.head->checkpoint.origin + " signed two histories",
                   "its ledger does not hold the tree of the older head, of " +
                       std::to_string(finding.old_head->size) + " leaves",
                   request.evidence.empty() ? "write the evidence with --evidence FILE"
                                            : "give " + request.evidence + " to everybody",
                   {},
                   {}},
                  request.json, out, err);
}

}  // namespace

int run_ledger_verify(const LedgerVerifyRequest& request, std::ostream& out, std::ostream& err) {
    if (request.proof.empty() != request.leaf.empty()) {
        return refuse_misuse("--proof and --leaf go together", {}, request.json, out, err);
    }
    if (request.source.empty() && request.proof.empty()) {
        return refuse_misuse("nothing to verify",
                             "name a folder or a URL, or a proof with --proof and --leaf",
                             request.json, out, err);
    }
    if (!request.recovery.is_whole()) {
        return refuse_recovery(request.recovery, request.json, out, err);
    }
    const auto question = question_of(request);
    if (!question) {
        return report(question.error(), request.json, out, err);
    }
    const auto source = source_of(request);
    if (!source) {
        return report(source.error(), request.json, out, err);
    }
    auto finding = check_ledger(*source, *question);
    if (!finding) {
        return reject(std::move(finding).error(), request.json, out, err);
    }
    if (finding->split_view) {
        return refuse_split_view(*finding, request, out, err);
    }
    if (request.json) {
        out << codec::canonical(codec::Value(finding_as_json(*finding))) << "\n";
    } else {
        tell(*finding, request.source, out);
    }
    return exit_done;
}

int run_ledger_prove(const LedgerProveRequest& request, std::ostream& out, std::ostream& err) {
    if (!request.of.recovery.is_whole()) {
        return refuse_recovery(request.of.recovery, request.of.json, out, err);
    }
    const auto proven = [&]() -> base::Result<std::string> {
        const LedgerQuestion question = COMITY_TRY(question_of(request.of));
        const LedgerSource source = COMITY_TRY(ledger_source(request.of.source));
        if (!request.of.old_checkpoint.empty()) {
            return COMITY_TRY(prove_growth(source, question)).encode();
        }
        EntryChoice choice{request.index, std::nullopt};
        if (!request.of.leaf.empty()) {
            choice.leaf = question.leaf;
        }
        return COMITY_TRY(prove_entry(source, question, choice)).encode();
    }();
    const bool json = request.of.json;
    if (!proven) {
        return report(proven.error(), json, out, err);
    }
    if (request.out.empty()) {
        out << *proven;
        return exit_done;
    }
    const auto written =
        files::write_text_file_atomically(request.out, *proven, files::Readers::everyone);
    if (!written) {
        return report(written.error(), json, out, err);
    }
    if (json) {
        out << codec::canonical(codec::Value(codec::Object{{"file", request.out}})) << "\n";
    } else {
        out << request.out << "\n";
    }
    return exit_done;
}

int run_check_split_view(const SplitViewRequest& request, std::ostream& out, std::ostream& err) {
    if (!request.recovery.is_whole()) {
        return refuse_recovery(request.recovery, request.json, out, err);
    }
    const auto recovery = recovery_of(request.recovery);
    const auto text =
        recovery ? text_of_file(request.file, most_text_bytes) : std::unexpected(recovery.error());
    if (!text) {
        return report(text.error(), request.json, out, err);
    }
    const auto evidence = ledger::SplitView::parse(*text);
    const auto checked =
        evidence ? check_evidence(*evidence, *recovery) : std::unexpected(evidence.error());
    if (!checked) {
        return reject(base::at_place(checked.error(), request.file), request.json, out, err);
    }
    const auto size_of = [](const ledger::Note& note) {
        return static_cast<std::int64_t>(ledger::Checkpoint::parse(note.text)->size);
    };
    if (request.json) {
        out << codec::canonical(codec::Value(codec::Object{{"log", evidence->log.name()},
                                                           {"older", size_of(evidence->older)},
                                                           {"newer", size_of(evidence->newer)}}))
            << "\n";
    } else {
        out << "PROVEN: " << evidence->log.name() << " signed two histories, one with "
            << size_of(evidence->older) << " leaves and one with " << size_of(evidence->newer)
            << " that does not hold it\n";
    }
    return exit_done;
}

namespace {

void add_anchors(CLI::App& command, LedgerVerifyRequest& request) {
    command
        .add_option("--vkey", request.vkey,
                    "the log's key, or a file whose first line it is: from another way than the "
                    "ledger itself")
        ->required();
    command.add_option("--policy", request.policy, "whose cosignatures it needs (tlog-policy)");
    add_recovery_options(command, request.recovery);
    command.add_flag("--json", request.json, "as JSON");
}

void add_verify(CLI::App& ledger, Run& run) {
    const auto request = std::make_shared<LedgerVerifyRequest>();
    CLI::App* verify = ledger.add_subcommand(
        "verify", "Check a ledger's static files, or one proof, against its key");
    verify->add_option("source", request->source, "folder of static files, node's folder, or URL");
    add_anchors(*verify, *request);
    verify->add_option("--old", request->old_checkpoint, "a head that you saw before");
    verify->add_option("--proof", request->proof, "proof of an entry (tlog-proof)");
    verify->add_option("--leaf", request->leaf, "the entry that it is of");
    verify->add_option("--consistency", request->consistency,
                       "consistency proof, as the body of an add-checkpoint request");
    verify->add_option("--evidence", request->evidence,
                       "where evidence goes if the log signed two histories");
    verify->footer(
        "Exits with 0 if it accepts, 6 if it rejects.\n"
        "Examples:\n"
        "  comity ledger verify https://log.example/prefix --vkey log.vkey --policy board.policy\n"
        "  comity ledger verify xa-court --vkey xa-court.vkey --old checkpoint.yesterday\n"
        "  comity ledger verify xa-court --vkey old.vkey --guardian board.vkey --recovery 1\n"
        "  comity ledger verify --vkey log.vkey --proof entry.tlog-proof --leaf entry");
    verify->callback([request, &run] {
        run.action = [request] { return run_ledger_verify(*request, std::cout, std::cerr); };
    });
}

void add_prove(CLI::App& ledger, Run& run) {
    const auto request = std::make_shared<LedgerProveRequest>();
    CLI::App* prove =
        ledger.add_subcommand("prove", "Write the proof of an entry, or of the ledger's growth");
    prove->add_option("source", request->of.source, "folder of static files, node's folder, or URL")
        ->required();
    add_anchors(*prove, request->of);
    auto* which = prove->add_option_group("what", "what is proven");
    which->add_option("--index", request->index, "the entry's number, from 0");
    which->add_option("--leaf", request->of.leaf, "the entry's bytes");
    which->add_option("--old", request->of.old_checkpoint, "the head that it grew from");
    which->require_option(1);
    prove->add_option("--out", request->out, "file to write; none: standard output");
    prove->footer(
        "Examples:\n"
        "  comity ledger prove xa-court --vkey xa-court.vkey --index 7 --out entry.tlog-proof\n"
        "  comity ledger prove https://log.example --vkey log.vkey --leaf entry\n"
        "  comity ledger prove xa-court --vkey xa-court.vkey --old checkpoint.yesterday");
    prove->callback([request, &run] {
        run.action = [request] { return run_ledger_prove(*request, std::cout, std::cerr); };
    });
}

void add_check_split_view(CLI::App& ledger, Run& run) {
    const auto request = std::make_shared<SplitViewRequest>();
    CLI::App* check = ledger.add_subcommand(
        "check-split-view",
        "Check evidence that a log signed two histories, without anything else");
    check->add_option("file", request->file, "the evidence")->required();
    add_recovery_options(*check, request->recovery);
    check->add_flag("--json", request->json, "as JSON");
    check->footer(
        "Exits with 0 if it proves it, 6 if not.\n"
        "Examples:\n"
        "  comity ledger check-split-view split.evidence\n"
        "  comity ledger check-split-view split.evidence --guardian board.vkey --recovery 1\n"
        "  comity ledger check-split-view split.evidence --json");
    check->callback([request, &run] {
        run.action = [request] { return run_check_split_view(*request, std::cout, std::cerr); };
    });
}

}  // namespace

void add_ledger_checks(CLI::App& ledger, Run& run) {
    add_verify(ledger, run);
    add_prove(ledger, run);
    add_check_split_view(ledger, run);
}

}  // namespace comity::app
