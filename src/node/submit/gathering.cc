// What peers give back is verified here, each entry by itself.

#include <algorithm>
#include <bit>

#include "node/submit/institution.h"
#include "node/submit/restoring.h"

namespace comity::submit {
namespace {

using Range = std::pair<std::uint64_t, std::uint64_t>;

/// The leaves below each hash of an inclusion path, leaf to root (RFC 9162 2.1.3.1).
std::vector<Range> ranges_of(std::uint64_t index, std::uint64_t size) {
    std::vector<Range> ranges;
    std::uint64_t begin = 0;
    std::uint64_t end = size;
    while (end - begin > 1) {
        const std::uint64_t middle = begin + std::bit_floor(end - begin - 1);
        if (index < middle) {
            ranges.emplace_back(middle, end);
            end = middle;
        } else {
            ranges.emplace_back(begin, middle);
            begin = middle;
        }
    }
    std::ranges::reverse(ranges);
    return ranges;
}

/// The same entry but for what it opens and how it is proven.
bool is_same_version(const casework::ProvenEntry& one, const casework::ProvenEntry& other) {
    if (one.receipt || other.receipt) {
        return one.receipt == other.receipt;
    }
    return one.act->header == other.act->header && one.act->commitments == other.act->commitments &&
           one.act->signature == other.act->signature &&
           one.act->countersignature == other.act->countersignature;
}

void merge(casework::ProvenEntry& into, casework::ProvenEntry more) {
    if (into.proof.checkpoint.empty()) {
        into.proof = std::move(more.proof);
    }
    if (!into.act) {
        return;
    }
    std::vector<casework::Opening>& openings = into.act->openings;
    for (casework::Opening& opening : more.act->openings) {
        if (std::ranges::find(openings, opening.index, &casework::Opening::index) ==
            openings.end()) {
            openings.push_back(std::move(opening));
        }
    }
    std::ranges::sort(openings, {}, &casework::Opening::index);
}

/// The entry bundle that begins with leaf `index`; a full one may stand for a partial one.
template <class Read>
base::Result<std::vector<base::Bytes>> bundle_at(const Read& read, std::uint64_t index,
                                                 std::uint64_t size) {
    const std::uint64_t number = index / ledger::tile_width;
    const std::uint64_t width = std::min<std::uint64_t>(ledger::tile_width, size - index);
    if (width != ledger::tile_width) {
        if (const auto part = read(ledger::entries_path(number, static_cast<unsigned>(width)))) {
            return ledger::parse_entries(*part);
        }
    }
    const base::Bytes whole = COMITY_TRY(read(ledger::entries_path(number, 0)));
    return ledger::parse_entries(whole);
}

base::Error two_histories(std::uint64_t size) {
    return base::Error{base::ErrorKind::conflict,
                       "two histories of this node's ledger were attested",
                       "they differ within the first " + std::to_string(size) + " leaves",
                       "nothing was changed; bring this before the agreement's oversight",
                       {},
                       {}};
}

}  // namespace

const Gathering::Known* Gathering::find(const casework::EntryId& id) const {
    const auto found = entries_.find(id);
    return found == entries_.end() ? nullptr : &found->second;
}

const Gathering::OwnLeaf* Gathering::leaf(std::uint64_t index) const {
    const auto found = leaves_.find(index);
    return found == leaves_.end() ? nullptr : &found->second;
}

std::optional<base::Digest> Gathering::hash_of(std::uint64_t index) const {
    const auto found = hashes_.find({index, index + 1});
    return found == hashes_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<ledger::KeyChange> Gathering::key_changes() const {
    if (checkpoints_.empty()) {
        return {};
    }
    const auto& [size, newest] = *checkpoints_.rbegin();
    const auto own = casework::ledger_of(own_.annex(), own_.settings().party);
    const auto note = ledger::Note::parse(newest.note);
    const auto all = note ? ledger::key_changes_in(*note) : std::unexpected(note.error());
    if (!own || !all) {
        return {};
    }
    return ledger::changes_from(own->first, *all, own->recovery, size)
        .value_or(std::vector<ledger::KeyChange>{});
}

bool Gathering::fits(const ledger::Tree& tree, std::uint64_t begin) const {
    const auto head = hashes_.find({0, tree.size()});
    if (head != hashes_.end() && head->second != tree.root()) {
        return false;
    }
    // The left siblings on the way to the leaf behind the tree, whatever the tree grew to.
    std::uint64_t from = 0;
    while (from < tree.size()) {
        const std::uint64_t end = from + std::bit_floor(tree.size() - from);
        const auto known = hashes_.find({from, end});
        if (known != hashes_.end() && end > begin &&
            known->second != crypto::merkle_root(tree.tile_hashes(0, from, end - from))) {
            return false;
        }
        from = end;
    }
    return true;
}

const std::vector<casework::ShippedItem>& Gathering::item(const base::Digest& id) const {
    const auto found = items_.find(id);
    return found == items_.end() ? no_items_ : found->second;
}

void Gathering::add(casework::ShippedItem item) {
    std::vector<casework::ShippedItem>& given = items_[item.id];
    if (std::ranges::find(given, item) == given.end()) {
        given.push_back(std::move(item));
    }
}

base::Result<void> Gathering::check_entry(const casework::ProvenEntry& proven) const {
    if (proven.act.has_value() == proven.receipt.has_value()) {
        return base::fail(base::ErrorKind::malformed,
                          "an entry is an act or a receipt, exactly one");
    }
    if (proven.receipt) {
        return casework::check_signature(own_.annex(), *proven.receipt);
    }
    if (proven.act->header.realm != own_.settings().realm) {
        return base::fail(base::ErrorKind::inadmissible, "the act is of another realm");
    }
    COMITY_TRY(casework::check_form(*proven.act));
    return casework::check_countersignature(own_.annex(), *proven.act);
}

base::Result<const ledger::SignedCheckpoint*> Gathering::opened(const base::PartyId& author,
                                                                const std::string& note) {
    const std::pair key(author, note);
    auto found = opened_.find(key);
    if (found == opened_.end()) {
        ledger::SignedCheckpoint checkpoint =
            COMITY_TRY(casework::open_witnessed(own_.annex(), author, note));
        found = opened_.emplace(key, std::move(checkpoint)).first;
    }
    return &found->second;
}

base::Result<void> Gathering::add(const base::PartyId& from, casework::ProvenEntry proven) {
    COMITY_TRY(check_entry(proven));
    const casework::Entry entry = proven.entry();
    const base::PartyId& author = casework::author_of(entry);
    const bool is_own = author == own_.settings().party;
    if (is_own || !proven.proof.checkpoint.empty()) {
        const ledger::SignedCheckpoint* checkpoint =
            COMITY_TRY(opened(author, proven.proof.checkpoint));
        COMITY_TRY(casework::check_proof(own_.annex(), proven, *checkpoint));
        if (is_own) {
            COMITY_TRY(keep_own(proven, *checkpoint));
        } else {
            note_attested(*checkpoint);
        }
    }
    Known& known = entries_[casework::id_of(entry)];
    known.holders.insert(from);
    const auto same = std::ranges::find_if(known.versions, [&](const Version& version) {
        return is_same_version(version.entry, proven);
    });
    if (same == known.versions.end()) {
        known.versions.push_back(Version{std::move(proven), {from}});
    } else {
        same->from.insert(from);
        merge(same->entry, std::move(proven));
    }
    return {};
}

base::Result<void> Gathering::keep_own(const casework::ProvenEntry& proven,
                                       const ledger::SignedCheckpoint& checkpoint) {
    const ledger::Checkpoint& head = checkpoint.checkpoint;
    const auto index = static_cast<std::uint64_t>(proven.proof.index);
    const std::vector<Range> ranges = ranges_of(index, head.size);
    COMITY_TRY(keep_hash({0, head.size}, head.root));
    COMITY_TRY(keep_hash({index, index + 1}, crypto::merkle_leaf(proven.proof.leaf)));
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        COMITY_TRY(keep_hash(ranges[i], proven.proof.path[i]));
    }
    checkpoints_.insert_or_assign(head.size, Checkpoint{proven.proof.checkpoint, head.root});
    leaves_.insert_or_assign(
        index, OwnLeaf{proven.proof.leaf, proven.proof.salt, casework::id_of(proven.entry())});
    return {};
}

base::Result<void> Gathering::keep_hash(Range range, const base::Digest& hash) {
    const auto [place, is_new] = hashes_.emplace(range, hash);
    if (!is_new && place->second != hash) {
        return std::unexpected(two_histories(range.second));
    }
    return {};
}

void Gathering::note_attested(const ledger::SignedCheckpoint& checkpoint) {
    const auto& by = checkpoint.verified.by;
    const bool by_us = std::ranges::any_of(by, [&](const ledger::VerifiedNote::By& one) {
        return one.at.has_value() && one.key.vkey() == own_.self().witness;
    });
    const ledger::Checkpoint& head = checkpoint.checkpoint;
    Head& newest = attested_here_[head.origin];
    if (by_us && head.size > newest.size) {
        newest = Head{head.size, head.root};
    }
}

void Gathering::add_published() {
    ports::LedgerFiles& files = own_.ports().files;
    const auto read = [&files](std::string_view path) { return files.read(path); };
    const auto note = read("checkpoint");
    const auto own = casework::ledger_of(own_.annex(), own_.settings().party);
    if (!note || !own) {
        return;
    }
    const auto head = ledger::open_checkpoint(base::text_of(*note), own->first, {}, own->recovery);
    if (!head) {
        return;
    }
    const ledger::Checkpoint& signed_head = head->checkpoint;
    if (!ledger::check_static_ledger(read, signed_head.size, signed_head.root)) {
        return;
    }
    std::uint64_t index = 0;
    while (index < signed_head.size) {
        const auto some = bundle_at(read, index, signed_head.size);
        if (!some) {
            return;
        }
        for (const base::Bytes& leaf : *some) {
            if (index < signed_head.size) {
                leaves_.try_emplace(index++, OwnLeaf{leaf, {}, std::nullopt});
            }
        }
    }
    published_ = Head{signed_head.size, signed_head.root};
}

}  // namespace comity::submit
