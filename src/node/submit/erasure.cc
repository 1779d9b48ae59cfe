// What ends at this node, and how (DESIGN 5.8, invariant 5). First what stays moves to another key,
// then keys are destroyed, then the rows are emptied: each step is done again if a crash came
// between them.

#include <algorithm>

#include "ground/codec/codec.h"
#include "node/submit/transaction.h"

namespace comity::submit {
namespace {

constexpr base::Date first_day{0};

bool is_final(const casework::MatterState& state) {
    return state.procedure != nullptr &&
           std::ranges::find(state.procedure->final_states, state.state) !=
               state.procedure->final_states.end();
}

/// Who was a party of a matter, when its bodies ended.
std::string parties_name(const base::MatterId& matter) {
    return "parties-at-erasure/" + matter.text();
}

base::Date day_after(base::Date day) {
    return base::Date{day.days + 1};
}

/// Whether a hold postpones the end of what the act carries.
bool is_held_up(const casework::MatterState& state, const base::ActId& carrier) {
    const casework::Release* release = state.release(carrier);
    return release != nullptr && casework::erasure_hold(state, *release) != nullptr;
}

}  // namespace

base::Result<void> Institution::check_handed(const Transaction& transaction,
                                             const casework::MatterState& after) const {
    for (const casework::Release& release : after.releases) {
        if (release.holder != settings_.party || !release.reader ||
            !release.erased.contains(settings_.party)) {
            continue;
        }
        const auto item = item_of(after, release.act);
        const auto row = item ? ports_.store.item(item->id)
                              : base::fail(base::ErrorKind::not_found, "no item is shown");
        const bool is_gone = row && row->sealed.empty();
        const bool not_there =
            effects_.waits(release.act) || transaction.waits(*release.reader, release.act.digest);
        if (item && !is_gone && not_there) {
            return base::fail(base::ErrorKind::try_later, "the item has not reached its reader yet",
                              "act " + release.act.hex() + " waits for " + release.reader->text(),
                              "erase it once that is delivered; on its last day it ends anyway");
        }
    }
    return {};
}

void Institution::note_erasures(const Matter& matter, const std::optional<base::ActId>& in_force) {
    for (const casework::Release& release : matter.state.releases) {
        const auto by = release.erased.find(settings_.party);
        if (by == release.erased.end() || (by->second != in_force && effects_.waits(by->second))) {
            continue;
        }
        const auto item = item_of(matter.state, release.act);
        if (!item) {
            continue;
        }
        const auto row = ports_.store.item(item->id);
        if (row && !row->sealed.empty()) {
            receipted_.insert(row->id);
        }
    }
}

std::optional<base::Date> Institution::end_here(const casework::MatterState& state,
                                                const base::ActId& carrier,
                                                base::Date own_end) const {
    const base::Date today = base::utc_day_of(ports_.clock.now());
    if (today < own_end) {
        return own_end;
    }
    return is_held_up(state, carrier) ? std::optional(day_after(today)) : std::nullopt;
}

bool Institution::must_stay(const ports::KeptKey& key,
                            const std::set<base::MatterId>& waiting) const {
    const Matter* known = matter(key.matter);
    if (known == nullptr || known->erased) {
        return false;
    }
    const casework::MatterState& state = known->state;
    if (key.of == ports::Kept::item) {
        const casework::MatterItem* carrier = carrier_of(state, key.id);
        return carrier != nullptr && is_held_up(state, carrier->act);
    }
    // A matter that goes on, or that is held up, cannot be told without its bodies.
    const bool held = std::ranges::any_of(state.restrictions, [](const auto& restriction) {
        return restriction.binds(law::Bound::erasure);
    });
    // A peer that has not heard all of it would never take the rest, if part of it could not be
    // told.
    return held || !is_final(state) || waiting.contains(key.matter);
}

base::Result<ports::KeptKey> Institution::moved_to(base::Date day, const ports::KeptKey& key) {
    ports::KeptKey moved = key;
    moved.erase_on = day;
    if (key.of == ports::Kept::body) {
        const base::SecretBytes data_key =
            COMITY_TRY(ports_.day_keys.unwrap(key.erase_on, key.wrapped));
        moved.wrapped = COMITY_TRY(ports_.day_keys.wrap(day, data_key));
    } else if (!key.wrapped.empty()) {
        const base::SecretBytes data_key =
            COMITY_TRY(ports_.day_keys.unwrap_item(key.erase_on, key.id, key.wrapped));
        moved.wrapped = COMITY_TRY(ports_.day_keys.wrap_item(day, key.id, data_key));
    }
    return moved;
}

bool Institution::erasure_due(base::Instant now) const {
    return !receipted_.empty() || erased_through_ != base::utc_day_of(now);
}

base::Result<Erased> Institution::erase_due() {
    Erased erased;
    const base::Date today = base::utc_day_of(ports_.clock.now());
    COMITY_TRY(erase_receipted(erased));
    if (erased_through_ != today) {
        COMITY_TRY(erase_ended(today, erased));
        erased_through_ = today;
    }
    return erased;
}

base::Result<void> Institution::erase_receipted(Erased& erased) {
    std::vector<ports::KeptKey> ended;
    for (const base::Digest& id : receipted_) {
        COMITY_TRY(ports_.day_keys.destroy_item(id));
        ended.push_back({ports::Kept::item, id, {}, {}, {}});
        erased.items.push_back(id);
    }
    COMITY_TRY(empty(ended));
    receipted_.clear();
    return {};
}

void Institution::keep_parties(const std::vector<ports::KeptKey>& ended,
                               ports::Batch& batch) const {
    std::set<base::MatterId> kept;
    for (const ports::KeptKey& key : ended) {
        const Matter* known = matter(key.matter);
        if (key.of == ports::Kept::body && known != nullptr && !known->erased &&
            kept.insert(key.matter).second) {
            batch.settings.emplace_back(parties_name(key.matter),
                                        codec::write(known->state.parties()));
        }
    }
}

base::Result<std::vector<base::PartyId>> Institution::parties_at_erasure(
    const base::MatterId& matter) const {
    const auto kept = COMITY_TRY(ports_.store.setting(parties_name(matter)));
    return kept ? codec::read_text<std::vector<base::PartyId>>(*kept)
                : std::vector<base::PartyId>{};
}

base::Result<void> Institution::erase_ended(base::Date today, Erased& erased) {
    const std::vector<ports::KeptKey> due = COMITY_TRY(ports_.store.kept(first_day, today));
    const base::Date tomorrow = day_after(today);
    ports::Batch stays;
    std::vector<ports::KeptKey> ended;
    std::set<base::Date> days;
    std::set<base::MatterId> waiting;  // of which entries still wait for a peer
    for (const ports::OutboxRow& row : outbox_.rows()) {
        const auto leaf = row.refused.empty() ? leaf_of(row.entry) : std::nullopt;
        if (leaf) {
            waiting.insert(leaf->matter);
        }
    }
    for (const ports::KeptKey& key : due) {
        days.insert(key.erase_on);
        if (!must_stay(key, waiting)) {
            ended.push_back(key);
            continue;
        }
        auto moved = moved_to(tomorrow, key);
        if (moved) {
            stays.rewrapped.push_back(*std::move(moved));
        } else if (moved.error().kind == base::ErrorKind::not_found) {
            ended.push_back(key);  // its day was destroyed before: the row is only to be emptied
        } else {
            return std::unexpected(std::move(moved).error());
        }
    }
    keep_parties(ended, stays);
    if (!stays.empty()) {
        COMITY_TRY(ports_.store.commit(stays));
        erased.postponed = stays.rewrapped.size();
    }
    for (const base::Date& day : days) {
        COMITY_TRY(ports_.day_keys.destroy(day));
        erased.days.push_back(day);
    }
    for (const ports::KeptKey& key : ended) {
        if (key.of == ports::Kept::item) {
            COMITY_TRY(ports_.day_keys.destroy_item(key.id));
        }
        (key.of == ports::Kept::item ? erased.items : erased.bodies).push_back(key.id);
    }
    return empty(ended);
}

base::Result<void> Institution::empty(const std::vector<ports::KeptKey>& ended) {
    ports::Batch batch;
    for (const ports::KeptKey& key : ended) {
        batch.erased.emplace_back(key.of, key.id);
        if (key.of == ports::Kept::item) {
            awaited_.erase(key.id);
            COMITY_TRY(ports_.blobs.remove(key.id));
            COMITY_TRY(ports_.blobs.discard(upload_name(key.id)));
        } else if (const auto known = matters_.find(key.matter);
                   known != matters_.end() && !known->second.erased) {
            known->second.forget_state(known->second.state.parties());
        }
    }
    return batch.empty() ? base::Result<void>{} : ports_.store.commit(batch);
}

}  // namespace comity::submit
