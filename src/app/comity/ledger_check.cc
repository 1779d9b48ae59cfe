#include "app/comity/ledger_check.h"

#include <algorithm>

#include "ground/crypto/crypto.h"

namespace comity::app {
namespace {

using base::ErrorKind;

std::unexpected<base::Error> invalid(std::string what, std::string why = {}) {
    return base::fail(ErrorKind::invalid, std::move(what), std::move(why),
                      "keep what you have as evidence");
}

constexpr const char* advice_without_guardians =
    "compare that key with the ledger's owner by another way and give it with --vkey, or name "
    "those "
    "who may endorse a recovery, each with --guardian, and with --recovery how many of them it "
    "takes";
constexpr const char* advice_to_name_all =
    "name all who may endorse a recovery with --guardian; if they are all named, do not rely on "
    "the "
    "new key";

/// A head, as text, of the log in question.
base::Result<ledger::SignedCheckpoint> opened(std::string_view text, const LedgerQuestion& question,
                                              std::span<const ledger::NoteKey> witnesses = {}) {
    auto head = ledger::open_checkpoint(text, question.log, witnesses, question.recovery);
    if (head) {
        return head;
    }
    const ledger::Note note = COMITY_TRY(ledger::Note::parse(text));
    return std::unexpected(
        with_advice(std::move(head).error(), {&note}, question.log, question.recovery));
}

/// The published head, signed by the log and cosigned as the policy asks.
base::Result<ledger::SignedCheckpoint> published_head(const LedgerSource& source,
                                                      const LedgerQuestion& question) {
    const std::string note = COMITY_TRY(checkpoint_of(source));
    const std::vector<ledger::NoteKey> witnesses = question.policy.witness_keys();
    auto head = COMITY_TRY(opened(note, question, witnesses));
    COMITY_TRY(question.policy.check_quorum(head.verified));
    return head;
}

ledger::SplitView split_view_of(const LedgerQuestion& question, ledger::Note one,
                                const ledger::Tree& tree, std::uint64_t size, ledger::Note head) {
    ledger::SplitView evidence{question.log, std::move(one), std::move(head), {}, {}};
    if (size < tree.size()) {
        evidence.prefix = tree.root_at(size);
        evidence.proof = *tree.consistency(size, tree.size());
    }
    return evidence;
}

/// Whether the ledger's tree, whole in memory, is what `claimed` says of it.
base::Result<void> check_within(const ledger::Tree& tree, const ledger::Checkpoint& claimed,
                                std::string_view whose) {
    if (claimed.size > tree.size()) {
        return base::fail(
            ErrorKind::not_proven, "the published head is older than that of " + std::string(whose),
            std::to_string(tree.size()) + " leaves against " + std::to_string(claimed.size),
            "read the ledger again later, or from another copy");
    }
    if (tree.root_at(claimed.size) != claimed.root) {
        return invalid("the ledger does not hold the tree of " + std::string(whose),
                       "with " + std::to_string(claimed.size) + " leaves its root is another");
    }
    return {};
}

base::Result<void> check_consistency(const LedgerQuestion& question,
                                     const std::optional<ledger::Tree>& tree,
                                     LedgerFinding& finding) {
    const auto body = COMITY_TRY(ledger::AddCheckpoint::parse(question.consistency));
    const auto head = COMITY_TRY(opened(body.note.encode(), question)).checkpoint;
    base::Digest old_root;
    if (finding.old_head && finding.old_head->size == body.old_size) {
        old_root = finding.old_head->root;
    } else if (tree && body.old_size <= tree->size()) {
        old_root = tree->root_at(body.old_size);
    } else {
        return base::fail(ErrorKind::not_proven, "nothing here says what the older head was",
                          "the consistency proof begins at " + std::to_string(body.old_size),
                          "bring the checkpoint of that size with --old");
    }
    const bool empty_start = body.old_size == 0 && body.proof.empty();
    if (!empty_start) {
        COMITY_TRY(
            crypto::verify_consistency(body.old_size, old_root, head.size, head.root, body.proof));
    }
    if (tree) {
        COMITY_TRY(check_within(*tree, head, "the consistency proof"));
    }
    finding.consistency_head = head;
    return {};
}

/// A public mirror shows tiles and no entry at all (docs/formats/ledger.md, "Public mirrors");
/// where the first bundle or the last one is there, the others have to be there too.
bool shows_entries(const LedgerSource& source, std::uint64_t size) {
    const auto is_there = [&source](std::uint64_t index, unsigned width) {
        const auto bundle = source.read(ledger::entries_path(index, width));
        return bundle || bundle.error().kind != ErrorKind::not_found;
    };
    const std::uint64_t last = (size - 1) / ledger::tile_width;
    const auto width = static_cast<unsigned>(size % ledger::tile_width);
    return is_there(0, 0) || is_there(last, width) || is_there(last, 0);
}

/// Reads and checks all of the ledger's files.
base::Result<ledger::Tree> whole_tree(const LedgerSource& source, const ledger::Checkpoint& head,
                                      bool has_entries) {
    ledger::Tree tree;
    const auto leaves = has_entries
                            ? ledger::check_static_ledger(source.read, head.size, head.root)
                            : ledger::check_static_mirror(source.read, head.size, head.root);
    if (!leaves) {
        return std::unexpected(leaves.error());
    }
    for (const base::Digest& leaf : *leaves) {
        tree.append(leaf);
    }
    return tree;
}

/// Every change of the log's key that the reader relies on is a leaf of the log, where it says.
base::Result<void> check_key_changes(const ledger::Tree& tree, const ledger::NoteKey& log,
                                     const ledger::SignedCheckpoint& head) {
    for (const ledger::KeyChange& change : COMITY_TRY(ledger::key_changes_in(head.verified.note))) {
        const std::uint64_t index = change.last.size;
        if (change.to == log || index >= tree.size()) {
            continue;
        }
        if (tree.root_at(index) != change.last.root ||
            tree.leaf(index) != crypto::merkle_leaf(change.leaf().encode())) {
            return invalid("the log's key was replaced by a change that is not in the log",
                           "leaf " + std::to_string(index) + " is another");
        }
    }
    return {};
}

}  // namespace

base::Error with_advice(base::Error error, std::initializer_list<const ledger::Note*> heads,
                        const ledger::NoteKey& log, const ledger::KeyRecovery& recovery) {
    if (error.kind != ErrorKind::not_proven) {
        return error;
    }
    for (const ledger::Note* head : heads) {
        const auto changes = ledger::key_changes_in(*head);
        if (!changes) {
            continue;
        }
        for (const ledger::KeyChange& change : ledger::changes_after(log, *changes)) {
            const auto endorsed = ledger::check_key_change(change, recovery);
            if (endorsed || change.cause != ledger::KeyChangeCause::recovery) {
                continue;
            }
            base::Error advised = endorsed.error();
            advised.next = recovery.needed == 0 ? advice_without_guardians : advice_to_name_all;
            return advised;
        }
    }
    return error;
}

base::Result<LedgerFinding> check_ledger(const std::optional<LedgerSource>& source,
                                         const LedgerQuestion& question) {
    LedgerFinding finding;
    std::optional<ledger::Tree> tree;
    if (source) {
        finding.head = COMITY_TRY(published_head(*source, question));
        const ledger::Checkpoint& head = finding.head->checkpoint;
        finding.has_entries = head.size == 0 || shows_entries(*source, head.size);
        tree = COMITY_TRY(whole_tree(*source, head, finding.has_entries));
        COMITY_TRY(check_key_changes(*tree, question.log, *finding.head));
    }
    if (!question.old_checkpoint.empty()) {
        const auto old = COMITY_TRY(opened(question.old_checkpoint, question));
        finding.old_head = old.checkpoint;
        const auto within =
            tree ? check_within(*tree, old.checkpoint, "the older head") : base::Result<void>{};
        if (!within && within.error().kind == ErrorKind::invalid && old.checkpoint.size > 0) {
            finding.split_view = split_view_of(question, old.verified.note, *tree,
                                               old.checkpoint.size, finding.head->verified.note);
            return finding;
        }
        COMITY_TRY(within);
    }
    if (!question.proof.empty()) {
        const auto proof = COMITY_TRY(ledger::LogProof::parse(question.proof));
        const auto head = ledger::check_log_proof(proof, question.leaf, question.log,
                                                  question.policy, question.recovery);
        if (!head) {
            return std::unexpected(
                with_advice(head.error(), {&proof.checkpoint}, question.log, question.recovery));
        }
        if (tree) {
            COMITY_TRY(check_within(*tree, head->checkpoint, "the proof"));
        }
        finding.proof_head = head->checkpoint;
        finding.proof_index = proof.index;
    }
    if (!question.consistency.empty()) {
        COMITY_TRY(check_consistency(question, tree, finding));
    }
    return finding;
}

base::Result<ledger::LogProof> prove_entry(const LedgerSource& source,
                                           const LedgerQuestion& question,
                                           const EntryChoice& choice) {
    const auto head = COMITY_TRY(published_head(source, question));
    const std::uint64_t size = head.checkpoint.size;
    ledger::StoredTree stored(source.read, size);
    std::uint64_t index = choice.index.value_or(0);
    if (!choice.index) {
        const std::vector<base::Digest> leaves =
            COMITY_TRY(ledger::check_static_ledger(source.read, size, head.checkpoint.root));
        const auto found = std::ranges::find(leaves, crypto::merkle_leaf(*choice.leaf));
        if (found == leaves.end()) {
            return base::fail(ErrorKind::not_found, "the ledger has no such entry",
                              "none of its " + std::to_string(size) + " leaves is of these bytes");
        }
        index = static_cast<std::uint64_t>(found - leaves.begin());
    }
    ledger::LogProof proof{
        {}, index, COMITY_TRY(stored.inclusion(index, size)), head.verified.note};
    const base::Bytes entry = choice.leaf ? *choice.leaf : COMITY_TRY(stored.entry(index));
    COMITY_TRY(
        ledger::check_log_proof(proof, entry, question.log, question.policy, question.recovery));
    return proof;
}

base::Result<ledger::AddCheckpoint> prove_growth(const LedgerSource& source,
                                                 const LedgerQuestion& question) {
    const auto head = COMITY_TRY(published_head(source, question));
    const auto old = COMITY_TRY(opened(question.old_checkpoint, question)).checkpoint;
    ledger::StoredTree stored(source.read, head.checkpoint.size);
    ledger::AddCheckpoint body{old.size,
                               COMITY_TRY(stored.consistency(old.size, head.checkpoint.size)),
                               head.verified.note};
    if (old.size > 0) {
        COMITY_TRY(crypto::verify_consistency(old.size, old.root, head.checkpoint.size,
                                              head.checkpoint.root, body.proof));
    }
    return body;
}

}  // namespace comity::app
