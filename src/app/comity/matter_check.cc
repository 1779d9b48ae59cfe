#include "app/comity/matter_check.h"

#include <algorithm>
#include <map>

#include "app/comity/ledger_check.h"

namespace comity::app {
namespace {

using base::ErrorKind;
using Openings = std::map<std::uint64_t, const casework::LeafOpening*>;

std::string leaves_text(std::uint64_t number) {
    return std::to_string(number) + (number == 1 ? " leaf" : " leaves");
}

std::unexpected<base::Error> not_shown(std::string what, std::string why, std::string next) {
    return base::fail(ErrorKind::not_proven, std::move(what), std::move(why), std::move(next));
}

base::Result<void> check_key(const ledger::MatterProof& proof, const MatterQuestion& question) {
    if (ledger::map_key_commitment(*question.key) != proof.map.key) {
        return base::fail(ErrorKind::invalid, "the key is not that of this ledger's pseudonyms");
    }
    if (ledger::matter_pseudonym(*question.key, question.matter.text()) != proof.pseudonym) {
        return base::fail(ErrorKind::invalid, "the proof is of another matter",
                          "its pseudonym is not that of " + question.matter.text());
    }
    return {};
}

/// Holds an opening against the leaves that the proof lists.
base::Result<void> hold_against(const casework::LeafOpening& opening,
                                const MatterQuestion& question, MatterFinding& finding) {
    const auto index = static_cast<std::uint64_t>(opening.index);
    const auto& acts = finding.proof.acts;
    const auto listed = std::ranges::find(acts, index, &ledger::MatterProof::Act::index);
    const bool is_of_it = opening.matter() == question.matter;
    const bool is_listed =
        listed != acts.end() && listed->hash == crypto::merkle_leaf(opening.leaf);
    const bool is_shown =
        COMITY_TRY(casework::check_opening(opening)) == casework::LeafOpened::shown;
    if (is_listed && !is_of_it && is_shown) {
        return base::fail(ErrorKind::invalid, "a leaf of another matter is among those listed",
                          "leaf " + std::to_string(index) + " is of " + opening.matter().text());
    }
    if (!is_of_it) {
        return {};
    }
    if (index >= finding.proof.map_leaf) {
        ++finding.behind;
        return {};
    }
    if (!is_listed) {
        return not_shown("a leaf of the matter that you can open is not among those listed",
                         "leaf " + std::to_string(index),
                         "if this ledger holds it (comity ledger verify --proof, or comity ledger "
                         "replay), its node has left it out");
    }
    if (is_shown) {
        finding.opened.push_back(index);
    }
    return {};
}

base::Result<void> check_covers(const MatterFinding& finding, const MatterQuestion& question) {
    const auto seen =
        COMITY_TRY(ledger::open_checkpoint(question.up_to, question.log, {})).checkpoint;
    const ledger::Checkpoint& head = finding.head.checkpoint;
    if (seen.size == head.size && seen.root != head.root) {
        return base::fail(ErrorKind::invalid, "SPLIT VIEW: the ledger signed two histories",
                          "the proof's head and yours have one size and two roots",
                          "make the evidence with comity ledger verify --old --evidence");
    }
    if (seen.size > finding.proof.map_leaf) {
        return not_shown("the proof is older than the head that you saw",
                         "it covers the first " + std::to_string(finding.proof.map_leaf) +
                             " leaves, your head has " + std::to_string(seen.size),
                         "ask for a newer one");
    }
    return {};
}

/// The entries of a ledger, bundle by bundle.
base::Result<std::vector<base::Bytes>> bundle_at(const LedgerSource& source, std::uint64_t index,
                                                 std::uint64_t size) {
    const std::uint64_t number = index / ledger::tile_width;
    const std::uint64_t width = std::min<std::uint64_t>(ledger::tile_width, size - index);
    if (width != ledger::tile_width) {
        if (const auto part =
                source.read(ledger::entries_path(number, static_cast<unsigned>(width)))) {
            return ledger::parse_entries(*part);
        }
    }
    const base::Bytes whole = COMITY_TRY(source.read(ledger::entries_path(number, 0)));
    return ledger::parse_entries(whole);
}

/// By leaf; two openings of one leaf must agree in their matter.
base::Result<Openings> by_leaf(const std::vector<casework::LeafOpening>& openings) {
    Openings found;
    for (const casework::LeafOpening& one : openings) {
        const auto [place, is_new] = found.emplace(static_cast<std::uint64_t>(one.index), &one);
        if (!is_new && place->second->salt.has_value() < one.salt.has_value()) {
            place->second = &one;  // what was kept from before the erasure
        } else if (!is_new && place->second->matter() != one.matter()) {
            return base::fail(ErrorKind::invalid, "two openings of one leaf name two matters",
                              "leaf " + std::to_string(one.index));
        }
    }
    return found;
}

/// The matter of a leaf by its opening; none if nothing opens it.
base::Result<std::optional<std::string>> matter_of(const Openings& openings, std::uint64_t index,
                                                   const base::Bytes& leaf, std::uint64_t& told) {
    const auto found = openings.find(index);
    if (found == openings.end()) {
        return std::nullopt;
    }
    if (found->second->leaf != leaf) {
        return base::fail(ErrorKind::invalid, "an opening is of another leaf than the ledger's",
                          "leaf " + std::to_string(index));
    }
    const auto opened = COMITY_TRY(casework::check_opening(*found->second));
    told += opened == casework::LeafOpened::told ? 1U : 0U;
    return found->second->matter().text();
}

}  // namespace

base::Result<std::vector<casework::LeafOpening>> read_openings(std::string_view text) {
    std::vector<casework::LeafOpening> openings;
    std::size_t line = 0;
    while (!text.empty()) {
        ++line;
        const std::size_t end = text.find('\n');
        auto opening = casework::read_leaf_opening(text.substr(0, end));
        if (end == std::string_view::npos || !opening) {
            base::Error error =
                opening
                    ? base::Error{ErrorKind::malformed, "the last line has no end", {}, {}, {}, {}}
                    : std::move(opening).error();
            return std::unexpected(
                base::at_place(std::move(error), "line " + std::to_string(line)));
        }
        openings.push_back(*std::move(opening));
        text.remove_prefix(end + 1);
    }
    return openings;
}

base::Result<ledger::MapKey> read_map_key(std::string_view text) {
    constexpr std::size_t digits = 2 * sizeof(base::Digest);
    if (text.size() != digits + 1 || text.back() != '\n') {
        return base::fail(ErrorKind::malformed, "this is no key of pseudonyms",
                          "it is 64 hexadecimal digits and a line feed");
    }
    base::Bytes bytes = COMITY_TRY(base::from_hex(text.substr(0, digits)));
    return ledger::MapKey(std::move(bytes));
}

base::Result<MatterFinding> check_matter(base::ByteView proof, const MatterQuestion& question) {
    MatterFinding finding;
    finding.proof = COMITY_TRY(ledger::MatterProof::parse(proof));
    finding.head =
        COMITY_TRY(ledger::check_matter_proof(finding.proof, question.log, question.policy));
    if (question.key) {
        COMITY_TRY(check_key(finding.proof, question));
        finding.is_tied_by_key = true;
    }
    for (const casework::LeafOpening& opening : question.openings) {
        COMITY_TRY(hold_against(opening, question, finding));
    }
    if (!question.up_to.empty()) {
        COMITY_TRY(check_covers(finding, question));
    }
    if (!finding.is_tied_by_key && finding.opened.empty()) {
        return not_shown("nothing shows that the proof is of this matter",
                         "it names a pseudonym, not the matter",
                         finding.proof.acts.empty()
                             ? "bring the key of the pseudonyms with --key; the oversight body "
                               "has it"
                             : "bring the opening of one of its leaves with --openings, or the "
                               "key of the pseudonyms with --key");
    }
    if (finding.proof.map.lost != 0) {
        return not_shown(
            "the node lost what " + leaves_text(finding.proof.map.lost) + " of its ledger are of",
            "they may be of this one", "ask the peers, who hold copies");
    }
    return finding;
}

base::Result<ReplayReport> replay_maps(const LedgerSource& source, ReplayQuestion question) {
    const LedgerQuestion whole{question.log, question.policy, {}, {}, {}, {}};
    const LedgerFinding checked = COMITY_TRY(check_ledger(source, whole));
    ReplayReport report{*checked.head, {}, 0};
    const Openings openings = COMITY_TRY(by_leaf(question.openings));
    ledger::MapReplay replay(std::move(question.key));
    const std::uint64_t size = report.head.checkpoint.size;
    std::uint64_t index = 0;
    while (index < size) {
        const auto bundle = COMITY_TRY(bundle_at(source, index, size));
        const std::uint64_t end = std::min<std::uint64_t>(size, index + bundle.size());
        for (const std::uint64_t first = index; index < end; ++index) {
            const base::Bytes& leaf = bundle[index - first];
            const auto matter = COMITY_TRY(matter_of(openings, index, leaf, report.told));
            COMITY_TRY(replay.add(leaf, matter));
        }
        if (bundle.empty()) {
            return base::fail(ErrorKind::invalid, "the ledger lacks entries",
                              "from leaf " + std::to_string(index));
        }
    }
    report.finding = replay.finding();
    return report;
}

base::Result<void> verdict_of(const ReplayReport& report) {
    using Why = ledger::ReplayFinding::Why;
    const ledger::ReplayFinding& found = report.finding;
    if (found.broken && found.broken->why != Why::unopened) {
        const std::string at = std::to_string(found.broken->map_leaf);
        const std::string leaf = std::to_string(found.broken->leaf);
        const std::string why =
            found.broken->why == Why::left_out ? "leaf " + leaf + " is not in it"
            : found.broken->why == Why::counted_twice
                ? "leaf " + leaf + " is counted twice in it"
                : "no single leaf explains it: a matter may stand under two pseudonyms, or several "
                  "leaves are left out";
        return base::fail(ErrorKind::invalid,
                          "the map of matters at leaf " + at + " does not follow from the leaves",
                          why, "ask the node, and bring this before the agreement's oversight");
    }
    if (!found.unopened.empty()) {
        return not_shown(leaves_text(found.unopened.size()) + " cannot be opened here",
                         "the first is leaf " + std::to_string(found.unopened.front()) +
                             (found.broken ? ", and the map behind it may lay it to any matter"
                                           : ", and the node says that it lost what it is of"),
                         "bring what opens them with --openings");
    }
    if (found.map_leaves.empty()) {
        return not_shown("the ledger holds no map of matters", {},
                         "have its node write one (comity ledger map)");
    }
    if (report.told != 0) {
        return not_shown("the node's word alone says what " + leaves_text(report.told) + " are of",
                         "their bodies were erased, and with them what opens the leaf",
                         "bring the openings from before the erasure as well");
    }
    return {};
}

}  // namespace comity::app
