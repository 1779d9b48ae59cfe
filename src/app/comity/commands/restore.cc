#include "app/comity/commands/restore.h"

#include <iostream>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/comity/lost_leaves.h"
#include "app/comity/restore.h"

namespace comity::app {
namespace {

struct Options {
    std::string dir;
    std::vector<std::string> without;
    bool json = false;
};

base::Result<Restored> restore_as_told(const Options& options) {
    std::set<base::PartyId> without;
    for (const std::string& party : options.without) {
        without.insert(COMITY_TRY(base::PartyId::parse(party)));
    }
    return restore(options.dir, without);
}

codec::Object counts(const std::map<base::PartyId, std::size_t>& by_party) {
    codec::Object view;
    for (const auto& [party, count] : by_party) {
        view[party.text()] = static_cast<std::int64_t>(count);
    }
    return view;
}

/// 4, 7-9, 12
std::string ranges_of(const std::vector<submit::LostLeaf>& lost, bool attested) {
    std::string text;
    for (std::size_t i = 0; i < lost.size(); ++i) {
        if (lost[i].is_attested != attested) {
            continue;
        }
        const std::uint64_t first = lost[i].index;
        while (i + 1 < lost.size() && lost[i + 1].is_attested == attested &&
               lost[i + 1].index == lost[i].index + 1) {
            ++i;
        }
        text += (text.empty() ? "" : ", ") + std::to_string(first);
        if (lost[i].index != first) {
            text += "-" + std::to_string(lost[i].index);
        }
    }
    return text;
}

void tell_losses(const submit::TakenBack& taken, std::ostream& out) {
    if (const std::string attested = ranges_of(taken.lost, true); !attested.empty()) {
        out << "LOST leaves " << attested << ": attested, and no peer holds what they stand for\n";
    }
    if (const std::string unattested = ranges_of(taken.lost, false); !unattested.empty()) {
        out << "LOST leaves " << unattested
            << ": attested by nobody, so that nobody relies on them; the ledger keeps the leaves\n";
    }
    for (const submit::MissingEntry& missing : taken.missing) {
        out << "MISSING entry " << missing.entry.hex() << " of another party in matter "
            << missing.matter.text() << ", which leaf " << missing.leaf << " receipts\n";
    }
    if (!taken.waiting.empty()) {
        out << taken.waiting.size()
            << " entries behind a lost leaf are with peers and wait there (see the list)\n";
    }
    for (const submit::LostFields& lost : taken.fields) {
        out << "LOST fields of " << (lost.kind.empty() ? "an act" : lost.kind) << " "
            << lost.act.hex().substr(0, 16) << " in matter " << lost.matter.text() << ":";
        for (const std::string& field : lost.fields) {
            out << " " << field;
        }
        out << (lost.fields.empty() ? " all, its bodies are erased at every peer\n" : "\n");
    }
    for (const submit::LostItem& lost : taken.lost_items) {
        out << "LOST sealed bytes of item " << lost.item.hex() << " in matter "
            << lost.matter.text() << "\n";
    }
    for (const auto& [party, entry] : taken.refused) {
        out << "REFUSED from " << party.text() << ": a copy of " << entry.hex()
            << " whose official's signature does not hold\n";
    }
}

void tell(const Options& options, const Restored& restored, std::ostream& out) {
    const submit::TakenBack& taken = restored.taken;
    for (const auto& [party, count] : restored.given) {
        out << party.text() << " gave " << count << " entries\n";
    }
    if (taken.has > taken.had) {
        out << "Restored leaves " << taken.had << "-" << taken.has - 1 << ": " << taken.acts
            << " acts and " << taken.receipts << " receipts of this node\n";
    }
    if (taken.others + taken.items > 0) {
        out << "Restored " << taken.others << " entries of others and the sealed bytes of "
            << taken.items << " items\n";
    }
    tell_losses(taken, out);
    for (const auto& [party, count] : restored.to_be_delivered) {
        out << party.text() << " will deliver " << count << " entries once more\n";
    }
    if (restored.not_asked) {
        out << "Not asked to deliver again: " << restored.not_asked->text() << "\n";
    }
    if (taken.is_complete()) {
        out << "The ledger is whole: " << taken.has << " leaves, all that others attested.\n"
            << "Next: comity node serve --dir " << options.dir << "\n";
    } else {
        out << "The ledger has " << taken.has << " of the " << taken.target
            << " leaves that others attested. Nothing may be signed: this node is not served.\n"
            << "Listed in " << options.dir << "/" << lost_leaves_file << "\n"
            << "Next: docs/operations.md, Restore from peers\n";
    }
}

int run_restore(const Options& options) {
    const auto restored = restore_as_told(options);
    if (!restored) {
        return report(restored.error(), options.json, std::cout, std::cerr);
    }
    if (options.json) {
        codec::Object view = view_of(restored->taken);
        view["given"] = counts(restored->given);
        view["to-be-delivered"] = counts(restored->to_be_delivered);
        std::cout << codec::canonical(view) << "\n";
    } else {
        tell(options, *restored, std::cout);
    }
    return restored->taken.is_complete() ? exit_done : exit_conflict;
}

}  // namespace

void add_restore(CLI::App& node, Run& run) {
    auto options = std::make_shared<Options>();
    CLI::App* restoring = node.add_subcommand(
        "restore", "Take back from peers what a node lost; list by leaf what nobody holds");
    restoring->add_option("--dir", options->dir, "the node's folder: keys and configuration")
        ->required();
    restoring->add_option("--without", options->without,
                          "a party that cannot be asked: what only it holds is given up");
    restoring->add_flag("--json", options->json, "the outcome as JSON");
    restoring->footer(
        "Examples:\n"
        "  comity node restore --dir court\n"
        "  comity node restore --dir court --without xb-central --json");
    restoring->callback(
        [options, &run] { run.action = [options] { return run_restore(*options); }; });
}

}  // namespace comity::app
