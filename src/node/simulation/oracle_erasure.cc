// The end of what is kept (DESIGN 6.5): on its day no key opens it, not even one out of a back-up
// of the store; before its day, and while it is held up, its key does.

#include <algorithm>

#include "node/simulation/oracle.h"

namespace comity::simulation {
namespace {

bool opens(ports::DayKeys& keys, ports::Kept of, const base::Digest& id, base::Date day,
           const base::Bytes& wrapped) {
    return of == ports::Kept::item ? keys.unwrap_item(day, id, wrapped).has_value()
                                   : keys.unwrap(day, wrapped).has_value();
}

}  // namespace

void Oracle::keep(Book& book, const ports::Batch& batch) {
    using enum ports::Kept;
    for (const ports::StoredEntry& row : batch.entries) {
        Kept& kept = book.kept[{body, row.id}];
        kept.matter = row.matter;
        kept.end = row.erase_on;
        kept.wrapped = {{row.erase_on, row.wrapped_key}};
        kept.header = row.header;
    }
    for (const ports::StoredItem& row : batch.items) {
        const auto carried = items_.find(row.id);
        Kept& kept = book.kept[{item, row.id}];
        kept.matter = row.matter;
        kept.end = row.erase_on;
        kept.wrapped = {{row.erase_on, row.wrapped}};
        if (carried != items_.end()) {
            kept.carrier = carried->second.by;
            kept.end = carried->second.end;
        }
    }
    for (const ports::KeptKey& key : batch.rewrapped) {
        const auto kept = book.kept.find({key.of, key.id});
        if (kept != book.kept.end()) {
            kept->second.wrapped.emplace_back(key.erase_on, key.wrapped);
        }
    }
}

bool Oracle::is_delivered(const base::PartyId& at, const base::MatterId& matter,
                          const Model& model) const {
    const Book& book = books_.at(at);
    const std::set<base::PartyId> parties = model.parties();
    return std::ranges::all_of(book.leaves, [&](const auto& leaf) {
        return seen_.at(leaf.first).matter != matter ||
               std::ranges::all_of(parties, [&](const base::PartyId& peer) {
                   const auto settled = book.settled.find(peer);
                   return peer == at ||
                          (settled != book.settled.end() && settled->second.contains(leaf.first));
               });
    });
}

std::optional<bool> Oracle::is_over(const base::PartyId& at, ports::Kept of, const Kept& kept,
                                    base::Date today) const {
    const Model& model = model_at(at, kept.matter);
    const bool day_has_come = kept.end <= today;
    // The first run of a day sees to everything that is due on it; what comes, or stays, after that
    // run waits for the next day.
    const bool came_too_late = books_.at(at).erased_on == today;
    if (of == ports::Kept::item) {
        const Erasing said = kept.carrier ? erasing(model, *kept.carrier, at) : Erasing::none;
        if (said == Erasing::at_once) {
            return true;
        }
        const bool any_day = said == Erasing::once_witnessed && !day_has_come;
        if (!kept.carrier || (day_has_come && came_too_late) || any_day) {
            return std::nullopt;
        }
        return day_has_come && !is_held_up(model, kept.carrier);
    }
    if (!day_has_come) {
        return false;
    }
    if (came_too_late || books_.at(at).ended.contains(kept.matter)) {
        return std::nullopt;  // it goes with the next run, as the others of the matter
    }
    if (model.procedure == nullptr) {
        return std::nullopt;
    }
    const auto& finals = model.procedure->final_states;
    if (std::ranges::find(finals, model.state) == finals.end() || is_held_up(model, std::nullopt)) {
        return false;
    }
    return is_delivered(at, kept.matter, model) ? std::optional(true) : std::nullopt;
}

void Oracle::check_end(const base::PartyId& at, const std::pair<ports::Kept, base::Digest>& what,
                       Kept& kept, base::Date today, Run run, ports::DayKeys& keys) {
    ++checks_;
    const auto& [of, id] = what;
    const std::string named = of == ports::Kept::item ? "an item" : "a body";
    const auto over = is_over(at, of, kept, today);
    const bool last = opens(keys, of, id, kept.wrapped.back().first, kept.wrapped.back().second);
    if (over == false && !kept.gone && !last) {
        violated("DESIGN 6.5", at.text() + " destroys the key of " + named +
                                   " before its end, or " + "while it is held up");
    }
    const bool any = std::ranges::any_of(
        kept.wrapped, [&](const auto& one) { return opens(keys, of, id, one.first, one.second); });
    if (over == true && any && run == Run::whole) {
        violated("DESIGN 6.5", at.text() + " can open " + named + " after its end");
    }
    if (kept.gone && any) {
        violated("DESIGN 6.5", at.text() + " can open again " + named + " that it destroyed");
    }
    if (!any) {
        kept.gone = true;
    }
}

void Oracle::erased(const base::PartyId& at, base::Date today, Run run, ports::DayKeys& keys,
                    ports::Store& store) {
    Book& book = books_[at];
    for (auto& [what, kept] : book.kept) {
        const bool was_gone = kept.gone;
        if (was_gone && kept.end < today) {
            continue;  // keys do not come back: it was looked for on the day and after it
        }
        check_end(at, what, kept, today, run, keys);
        if (what.first == ports::Kept::item || !kept.gone || was_gone) {
            continue;
        }
        book.ended.insert(kept.matter);
        // Its place, its order and its proof outlive it.
        const auto row = store.entry(what.second);
        if (!row || row->header != kept.header) {
            violated("DESIGN 6.5", at.text() + " loses an entry with its body");
        }
    }
    book.erased_on = today;
}

}  // namespace comity::simulation
