#include "domain/casework/dossier.h"

#include <algorithm>
#include <queue>

namespace comity::casework {

Dossier::Tip Dossier::tip(const base::PartyId& party) const {
    const auto chain = chains_.find(party);
    if (chain == chains_.end()) {
        return {};
    }
    return {static_cast<std::int64_t>(chain->second.size()), chain->second.back()};
}

base::Result<void> Dossier::check_link(const Entry& entry) const {
    const EntryId id = id_of(entry);
    if (matter_of(entry) != matter_) {
        return base::fail(base::ErrorKind::malformed, "the entry belongs to another matter");
    }
    if (entries_.contains(id)) {
        return base::fail(base::ErrorKind::conflict, "this entry is already recorded",
                          "a replay changes nothing: " + id.hex());
    }
    const Tip tip = this->tip(author_of(entry));
    const std::int64_t sequence = sequence_of(entry);
    if (sequence < tip.next_sequence) {
        return base::fail(base::ErrorKind::conflict,
                          "another entry of " + author_of(entry).text() + " has number " +
                              std::to_string(sequence) + " in this matter",
                          "two entries with one number are equivocation");
    }
    if (sequence > tip.next_sequence) {
        return base::fail(base::ErrorKind::try_later,
                          "the chain of " + author_of(entry).text() + " is known here only up to " +
                              std::to_string(tip.next_sequence),
                          {}, "send the entries before it first");
    }
    if (previous_of(entry) != tip.previous) {
        return base::fail(base::ErrorKind::malformed,
                          "the entry does not follow the one before it in its author's chain");
    }
    if (tip.previous && instant_of(entry) < instant_of(entries_.at(*tip.previous))) {
        return base::fail(base::ErrorKind::inadmissible,
                          "the entry is dated before the one that it follows");
    }
    if (const auto* act = std::get_if<Act>(&entry)) {
        return check_past(*act);
    }
    return check_receipt(std::get<Receipt>(entry));
}

base::Result<void> Dossier::check_receipt(const Receipt& receipt) const {
    const Act* received = act(receipt.header.act);
    if (received == nullptr) {
        return base::fail(base::ErrorKind::try_later, "the receipt is for an act not known here");
    }
    if (received->header.author == receipt.header.author) {
        return base::fail(base::ErrorKind::malformed, "a receipt is for an act of another party");
    }
    if (receipt.header.at < received->header.at) {
        return base::fail(base::ErrorKind::inadmissible,
                          "the receipt is dated before the act that it is for");
    }
    for (const EntryId& id : chain(receipt.header.author)) {
        const auto* earlier = std::get_if<Receipt>(&entries_.at(id));
        if (earlier != nullptr && earlier->header.act == receipt.header.act) {
            return base::fail(base::ErrorKind::malformed, "this act was receipted before");
        }
    }
    return {};
}

base::Result<void> Dossier::check_past(const Act& act) const {
    if (entries_.empty() != act.header.after.empty()) {
        return act.header.after.empty()
                   ? base::fail(base::ErrorKind::malformed,
                                "the act names no past, but the matter has one")
                   : base::fail(base::ErrorKind::try_later,
                                "the matter's opening is not known here yet");
    }
    if (!is_everything(act.header.after)) {
        COMITY_TRY(check_nothing_omitted(act));
    }
    // Dates never fall along the past, so the named heads are the latest of it.
    for (const base::ActId& before : act.header.after) {
        const base::Instant earlier = this->act(before)->header.at;
        if (act.header.at < earlier) {
            return base::fail(base::ErrorKind::inadmissible,
                              "the act is dated before an act in its own past",
                              act.header.at.text() + " is before " + earlier.text());
        }
    }
    return {};
}

base::Result<void> Dossier::check_nothing_omitted(const Act& act) const {
    const std::set<base::ActId> known = COMITY_TRY(past(act.header.after));
    for (const EntryId& id : chain(act.header.author)) {
        const auto* receipt = std::get_if<Receipt>(&entries_.at(id));
        const base::ActId seen = receipt != nullptr ? receipt->header.act : base::ActId{id};
        if (!known.contains(seen)) {
            return base::fail(base::ErrorKind::malformed,
                              "the act's past omits what its author had receipted",
                              "missing: " + seen.hex());
        }
    }
    return {};
}

void Dossier::add(Entry entry) {
    const EntryId id = id_of(entry);
    COMITY_ENSURE(sequence_of(entry) == tip(author_of(entry)).next_sequence);
    chains_[author_of(entry)].push_back(id);
    if (const auto* act = std::get_if<Act>(&entry)) {
        for (const base::ActId& before : act->header.after) {
            heads_.erase(before);
        }
        heads_.insert(base::ActId{id});
    }
    entries_.emplace(id, std::move(entry));
}

const Act* Dossier::act(const base::ActId& id) const {
    const Entry* found = entry(id.digest);
    return found == nullptr ? nullptr : std::get_if<Act>(found);
}

const Entry* Dossier::entry(const EntryId& id) const {
    const auto found = entries_.find(id);
    return found == entries_.end() ? nullptr : &found->second;
}

std::vector<EntryId> Dossier::chain(const base::PartyId& party) const {
    const auto found = chains_.find(party);
    return found == chains_.end() ? std::vector<EntryId>{} : found->second;
}

std::vector<base::PartyId> Dossier::authors() const {
    std::vector<base::PartyId> authors;
    for (const auto& [party, chain] : chains_) {
        authors.push_back(party);
    }
    return authors;
}

std::vector<base::ActId> Dossier::heads() const {
    return {heads_.begin(), heads_.end()};
}

bool Dossier::is_everything(const std::vector<base::ActId>& after) const {
    return std::ranges::equal(after, heads_);
}

base::Result<std::set<base::ActId>> Dossier::past(const std::vector<base::ActId>& after) const {
    std::set<base::ActId> seen;
    std::vector<base::ActId> open(after.begin(), after.end());
    while (!open.empty()) {
        const base::ActId id = open.back();
        open.pop_back();
        if (!seen.insert(id).second) {
            continue;
        }
        const Act* found = act(id);
        if (found == nullptr) {
            return base::fail(base::ErrorKind::try_later,
                              "an act in the past is not known here: " + id.hex());
        }
        open.insert(open.end(), found->header.after.begin(), found->header.after.end());
    }
    return seen;
}

std::vector<const Act*> Dossier::in_order(const std::set<base::ActId>* among) const {
    using Key = std::pair<base::Instant, base::ActId>;
    std::map<base::ActId, std::size_t> waits_for;
    std::map<base::ActId, std::vector<base::ActId>> followers;
    std::priority_queue<Key, std::vector<Key>, std::greater<>> ready;
    for (const auto& [id, entry] : entries_) {
        const auto* act = std::get_if<Act>(&entry);
        const base::ActId act_id{id};
        if (act == nullptr || (among != nullptr && !among->contains(act_id))) {
            continue;
        }
        waits_for[act_id] = act->header.after.size();
        for (const base::ActId& before : act->header.after) {
            followers[before].push_back(act_id);
        }
        if (act->header.after.empty()) {
            ready.emplace(act->header.at, act_id);
        }
    }
    std::vector<const Act*> ordered;
    while (!ready.empty()) {
        const base::ActId id = ready.top().second;
        ready.pop();
        ordered.push_back(act(id));
        for (const base::ActId& follower : followers[id]) {
            if (--waits_for[follower] == 0) {
                ready.emplace(act(follower)->header.at, follower);
            }
        }
    }
    return ordered;
}

}  // namespace comity::casework
