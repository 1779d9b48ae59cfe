#include "app/comity/commands/ledger_matters.h"

#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/comity/commands/ledger_inputs.h"
#include "app/comity/matter_check.h"
#include "ground/codec/codec.h"

namespace comity::app {
namespace {

using base::ErrorKind;

constexpr std::size_t most_openings_bytes = std::size_t{1} << 30;
constexpr std::size_t most_key_bytes = 1024;

std::int64_t number(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

codec::Array numbers(const std::vector<std::uint64_t>& values) {
    codec::Array array;
    for (const std::uint64_t value : values) {
        array.emplace_back(number(value));
    }
    return array;
}

codec::Object head_as_json(const ledger::SignedCheckpoint& head) {
    codec::Array signers;
    for (const ledger::VerifiedNote::By& by : head.verified.by) {
        codec::Object signer{{"name", by.key.name()}};
        if (by.at) {
            signer["at"] = by.at->text();
        }
        signers.push_back(std::move(signer));
    }
    return {{"origin", head.checkpoint.origin},
            {"size", number(head.checkpoint.size)},
            {"root", head.checkpoint.root.hex()},
            {"signed-by", std::move(signers)}};
}

void tell_head(const ledger::SignedCheckpoint& head, std::ostream& out) {
    out << head.checkpoint.origin << ", by its head of " << head.checkpoint.size << " leaves\n";
    for (const ledger::VerifiedNote::By& by : head.verified.by) {
        out << "  signed by " << by.key.name() << (by.at ? " at " + by.at->text() : "") << "\n";
    }
}

base::Result<std::vector<casework::LeafOpening>> openings_of(
    const std::vector<std::string>& paths) {
    std::vector<casework::LeafOpening> all;
    for (const std::string& path : paths) {
        const std::string text = COMITY_TRY(text_of_file(path, most_openings_bytes));
        auto read = read_openings(text);
        if (!read) {
            const std::string place = path + ": " + read.error().place;
            read.error().place.clear();
            return std::unexpected(base::at_place(std::move(read).error(), place));
        }
        all.insert(all.end(), std::make_move_iterator(read->begin()),
                   std::make_move_iterator(read->end()));
    }
    return all;
}

base::Result<ledger::MapKey> map_key_of(const std::string& path) {
    std::string text = COMITY_TRY(text_of_file(path, most_key_bytes));
    auto key = read_map_key(text);
    base::wipe(std::span(reinterpret_cast<std::uint8_t*>(text.data()), text.size()));
    return key ? std::move(key) : std::unexpected(base::at_place(key.error(), path));
}

base::Result<MatterQuestion> question_of(const MatterCheckRequest& request) {
    MatterQuestion question{COMITY_TRY(key_of(request.vkey)), {}, {}, {}, {}, {}};
    question.policy = COMITY_TRY(policy_of(request.policy));
    question.matter = COMITY_TRY(base::MatterId::parse(request.matter));
    if (!request.key.empty()) {
        question.key = COMITY_TRY(map_key_of(request.key));
    }
    question.openings = COMITY_TRY(openings_of(request.openings));
    question.up_to = COMITY_TRY(text_of_file(request.up_to, most_text_bytes));
    return question;
}

/// What is not shown is told apart from what is refused (exit codes 7 and 6).
int refuse(const base::Error& error, bool json, std::ostream& out, std::ostream& err) {
    return error.kind == ErrorKind::not_proven ? report(error, json, out, err)
                                               : reject(error, json, out, err);
}

codec::Object as_json(const MatterFinding& found, const std::string& matter) {
    codec::Array leaves;
    for (const ledger::MatterProof::Act& act : found.proof.acts) {
        leaves.push_back(
            codec::Value(codec::Object{{"index", number(act.index)}, {"hash", act.hash.hex()}}));
    }
    return {{"shown", true},
            {"matter", matter},
            {"covers", number(found.proof.map_leaf)},
            {"leaves", std::move(leaves)},
            {"opened", numbers(found.opened)},
            {"behind", number(found.behind)},
            {"tied-by", found.is_tied_by_key ? "key" : "opening"},
            {"ledger", head_as_json(found.head)}};
}

void tell(const MatterFinding& found, const std::string& matter, std::ostream& out) {
    const auto& acts = found.proof.acts;
    out << (acts.empty() ? "NONE: the ledger holds no act or receipt of matter "
                         : "ALL: these are all acts and receipts of matter ")
        << matter << "\n  among the first " << found.proof.map_leaf << " leaves of ";
    tell_head(found.head, out);
    for (const ledger::MatterProof::Act& act : acts) {
        const bool is_opened = std::ranges::find(found.opened, act.index) != found.opened.end();
        out << "  leaf " << act.index << (is_opened ? ", which you can open" : "") << "\n";
    }
    if (found.behind != 0) {
        out << "  " << found.behind << " that you can open are newer: ask for a newer proof\n";
    }
    out << "  the matter is known by "
        << (found.is_tied_by_key ? "the key of the pseudonyms\n" : "an opening of its leaf\n")
        << "Says nothing of other parties' ledgers. That the map follows from the leaves is shown "
           "by who replays it (comity ledger replay).\n";
}

}  // namespace

int run_matter_check(const MatterCheckRequest& request, std::ostream& out, std::ostream& err) {
    const auto question = question_of(request);
    if (!question) {
        return report(question.error(), request.json, out, err);
    }
    const auto proof = text_of_file(request.proof, ledger::max_matter_proof_bytes);
    if (!proof) {
        return report(proof.error(), request.json, out, err);
    }
    const auto found = check_matter(base::view_of(*proof), *question);
    if (!found) {
        return refuse(found.error(), request.json, out, err);
    }
    if (request.json) {
        out << codec::canonical(codec::Value(as_json(*found, request.matter))) << "\n";
    } else {
        tell(*found, request.matter, out);
    }
    return exit_done;
}

int run_replay(const ReplayRequest& request, std::ostream& out, std::ostream& err) {
    const auto asked = [&]() -> base::Result<ReplayQuestion> {
        ledger::NoteKey log = COMITY_TRY(key_of(request.vkey));
        ledger::Policy policy = COMITY_TRY(policy_of(request.policy));
        ledger::MapKey key = COMITY_TRY(map_key_of(request.key));
        auto openings = COMITY_TRY(openings_of(request.openings));
        return ReplayQuestion{std::move(log), std::move(policy), std::move(key),
                              std::move(openings)};
    };
    auto question = asked();
    if (!question) {
        return report(question.error(), request.json, out, err);
    }
    const auto source = ledger_source(request.source);
    if (!source) {
        return report(source.error(), request.json, out, err);
    }
    const auto replayed = replay_maps(*source, *std::move(question));
    if (!replayed) {
        return refuse(replayed.error(), request.json, out, err);
    }
    if (const auto verdict = verdict_of(*replayed); !verdict) {
        return refuse(verdict.error(), request.json, out, err);
    }
    const ledger::ReplayFinding& found = replayed->finding;
    const std::uint64_t behind = replayed->head.checkpoint.size - found.covered() - 1;
    if (request.json) {
        out << codec::canonical(
                   codec::Value(codec::Object{{"follows", true},
                                              {"maps", numbers(found.map_leaves)},
                                              {"matters", number(found.matters)},
                                              {"behind", number(behind)},
                                              {"ledger", head_as_json(replayed->head)}}))
            << "\n";
        return exit_done;
    }
    out << "FOLLOWS: every map of matters follows from the leaves before it\n  ";
    tell_head(replayed->head, out);
    out << "  " << found.map_leaves.size()
        << (found.map_leaves.size() == 1 ? " map, the newest at leaf "
                                         : " maps, the newest at leaf ")
        << found.covered() << " over " << found.matters << " matters\n";
    if (behind != 0) {
        out << "  " << behind << " newer leaves are in no map yet\n";
    }
    return exit_done;
}

void add_matter_check(CLI::App& matter_proof, Run& run) {
    const auto request = std::make_shared<MatterCheckRequest>();
    CLI::App* check = matter_proof.add_subcommand(
        "check", "Check offline that these are all acts of a matter, or that there is none");
    check->add_option("file", request->proof, "the proof")->required();
    check
        ->add_option("--vkey", request->vkey,
                     "the ledger's key, or a file whose first line it is: from another way than "
                     "the proof")
        ->required();
    check->add_option("--matter", request->matter, "the matter's id")->required();
    check->add_option("--policy", request->policy, "whose cosignatures it needs (tlog-policy)");
    check->add_option("--key", request->key, "file with the key of the ledger's pseudonyms");
    check->add_option("--openings", request->openings,
                      "what you hold of the leaves (comity ledger openings)");
    check->add_option("--up-to", request->up_to, "a head that you saw, which it has to cover");
    check->add_flag("--json", request->json, "as JSON");
    check->footer(
        "Exits with 0 if it is shown, 6 if the proof is refused, 7 if something lacks.\n"
        "Examples:\n"
        "  comity ledger matter-proof check acts.matter-proof --vkey log.vkey --matter ID --key K\n"
        "  comity ledger matter-proof check acts.matter-proof --vkey log.vkey --policy "
        "board.policy --matter ID --openings mine.openings --up-to checkpoint.yesterday");
    check->callback([request, &run] {
        run.action = [request] { return run_matter_check(*request, std::cout, std::cerr); };
    });
}

void add_replay(CLI::App& ledger, Run& run) {
    const auto request = std::make_shared<ReplayRequest>();
    CLI::App* replay = ledger.add_subcommand(
        "replay", "For oversight: follow the maps of matters from the leaves");
    replay->add_option("source", request->source, "folder of static files, node's folder, or URL")
        ->required();
    replay
        ->add_option("--vkey", request->vkey, "the ledger's key, or a file whose first line it is")
        ->required();
    replay->add_option("--policy", request->policy, "whose cosignatures it needs (tlog-policy)");
    replay->add_option("--key", request->key, "file with the key of the ledger's pseudonyms")
        ->required();
    replay
        ->add_option("--openings", request->openings,
                     "what opens the leaves (comity ledger openings); several files are one")
        ->required();
    replay->add_flag("--json", request->json, "as JSON");
    replay->footer(
        "Exits with 0 if every map follows, 6 if one does not, 7 if leaves are not opened.\n"
        "Examples:\n"
        "  comity ledger replay https://log.example/prefix --vkey log.vkey --key K --openings all\n"
        "  comity ledger replay xa-court --vkey xa-court.vkey --key K --openings 2026 --openings "
        "2027 --json");
    replay->callback([request, &run] {
        run.action = [request] { return run_replay(*request, std::cout, std::cerr); };
    });
}

}  // namespace comity::app
