#include "node/submit/effects.h"

#include <algorithm>

#include "node/submit/institution.h"
#include "node/submit/transaction.h"

namespace comity::submit {
namespace {

/// The release that an act hands over, or the releases that it says are erased.
std::vector<const casework::Release*> concerned(const casework::MatterState& state,
                                                const base::ActId& act,
                                                const base::PartyId& holder) {
    std::vector<const casework::Release*> all;
    for (const casework::Release& release : state.releases) {
        const auto erased = release.erased.find(holder);
        if (release.act == act || (erased != release.erased.end() && erased->second == act)) {
            all.push_back(&release);
        }
    }
    return all;
}

/// The store's name for what is kept of an act.
std::string quorum_setting(const base::ActId& act) {
    return "quorum/" + act.hex();
}

base::Result<std::optional<KeptQuorum>> kept_quorum(ports::Store& store, const base::ActId& act) {
    const auto text = COMITY_TRY(store.setting(quorum_setting(act)));
    if (!text) {
        return std::nullopt;
    }
    return codec::read_text<KeptQuorum>(*text);
}

/// The words for how a clause was met, as they are stored.
std::string_view name_of(casework::MetBy met) {
    switch (met) {
        case casework::MetBy::whole: return "whole";
        case casework::MetBy::emergency: return "emergency";
    }
    std::unreachable();
}

}  // namespace

bool Effects::waits(const base::ActId& act) const {
    const auto found = open_.find(act);
    return found != open_.end() && found->second.is_provisional();
}

Effects::Reached Effects::reached(const casework::EntryId& entry) const {
    const auto found = open_.find(base::ActId{entry});
    if (found == open_.end()) {
        return Reached::done;
    }
    return found->second.is_provisional() ? Reached::nothing : Reached::emergency;
}

std::string Effects::held_back(const base::ActId& id, const Effect& effect) const {
    const Matter* matter = own_.matter(effect.matter);
    if (matter == nullptr || matter->erased) {
        return "bodies of its matter were erased here";
    }
    const casework::MatterState& state = matter->state;
    const auto done = std::ranges::find(state.done, id, &casework::DoneAct::id);
    if (done != state.done.end() && done->overtaken) {
        return "a concurrent act came first";
    }
    if (std::string against = own_.split_ledgers().against(state.parties()); !against.empty()) {
        return against;
    }
    for (const casework::Release* release : concerned(state, id, own_.settings().party)) {
        if (release->act != id) {
            const casework::Restriction* hold = casework::erasure_hold(state, *release);
            if (hold != nullptr) {
                return "it is held by act " + hold->act.hex();
            }
            continue;
        }
        if (casework::recalled_along(state, *release) != nullptr) {
            return "it was recalled";
        }
        const auto reasons = casework::recall_reasons(state, *release);
        if (!reasons.empty()) {
            return "it is held back by act " + reasons.front()->act.hex();
        }
    }
    return {};
}

casework::QuorumAsked Effects::asked(const base::ActId& id, const Effect& effect) const {
    const Matter* matter = own_.matter(effect.matter);
    casework::QuorumAsked asked{*effect.kind, own_.settings().party, false};
    const auto& fewer = effect.kind->witnessing->emergency;
    const casework::Act* act = matter != nullptr ? matter->dossier.act(id) : nullptr;
    if (!fewer || act == nullptr || matter->erased) {
        return asked;
    }
    // By the act's own past, as everybody will judge it, and as it stands now.
    const auto then = casework::asks_fewer(own_.world(), matter->dossier, *act, *effect.kind);
    asked.in_emergency =
        then && *then && fewer->when.holds(own_.library().vocabulary(), matter->state.facts);
    return asked;
}

std::string Effects::reason(const base::ActId& act) const {
    const auto found = open_.find(act);
    if (found == open_.end()) {
        return {};
    }
    if (std::string held = held_back(act, found->second); !held.empty()) {
        return held;
    }
    casework::QuorumAsked whole = asked(act, found->second);
    whole.in_emergency &= found->second.is_provisional();
    const auto met = casework::check_quorum(own_.annex(), whole, seen_, own_.ports().clock.now());
    return met ? "a newer head has to be cosigned" : met.error().why;
}

std::set<base::PartyId> Effects::wanted(std::uint64_t size) const {
    std::set<base::PartyId> all;
    for (const auto& [id, effect] : open_) {
        const auto leaf = own_.leaf_of(id.digest);
        if (!leaf || leaf->index >= size || !held_back(id, effect).empty()) {
            continue;
        }
        for (const law::WitnessGroup& group : effect.kind->witnessing->groups) {
            for (base::PartyId& party :
                 casework::eligible(own_.annex(), own_.settings().party, group)) {
                all.insert(std::move(party));
            }
        }
    }
    return all;
}

base::Result<std::optional<casework::QuorumProof>> Effects::shown(const casework::Act& act) const {
    const Matter* matter = own_.matter(act.header.matter);
    if (matter != nullptr && !matter->erased && matter->state.procedure != nullptr) {
        const auto kind = casework::kind_of(*matter->state.procedure, act);
        if (kind && !(*kind)->witnessing) {
            return std::nullopt;
        }
    }
    auto kept = COMITY_TRY(kept_quorum(own_.ports().store, act.id()));
    if (!kept) {
        return std::nullopt;
    }
    return casework::QuorumProof{std::move(kept->path), std::move(kept->checkpoint)};
}

void Effects::note(const base::ActId& act, Effect effect) {
    open_.emplace(act, std::move(effect));
}

base::Result<void> Effects::load() {
    for (auto one = open_.begin(); one != open_.end();) {
        const auto kept = COMITY_TRY(kept_quorum(own_.ports().store, one->first));
        const Matter* matter = own_.matter(one->second.matter);
        if (kept && matter != nullptr && !one->second.kind->erases.empty()) {
            own_.note_erasures(*matter, one->first);
        }
        const auto& fewer = one->second.kind->witnessing->emergency;
        if (kept && kept->met == name_of(casework::MetBy::emergency) && fewer) {
            one->second.complete_by =
                kept->at + law::plain_length(fewer->complete_within).value_or(base::Duration{});
        }
        one = kept && one->second.is_provisional() ? open_.erase(one) : std::next(one);
    }
    return {};
}

base::Result<std::size_t> Effects::settle(const ledger::SignedCheckpoint& head) {
    seen_ = casework::cosigners_of(own_.annex(), own_.settings().party, head);
    std::size_t settled = 0;
    for (auto one = open_.begin(); one != open_.end();) {
        const bool changed = COMITY_TRY(settle_one(one->first, one->second, head));
        settled += changed ? 1 : 0;
        const bool over = changed && !one->second.complete_by;
        one = over ? open_.erase(one) : std::next(one);
    }
    return settled;
}

base::Result<bool> Effects::settle_one(const base::ActId& id, Effect& effect,
                                       const ledger::SignedCheckpoint& head) {
    const auto leaf = own_.leaf_of(id.digest);
    if (!leaf || leaf->index >= head.checkpoint.size || !held_back(id, effect).empty()) {
        return false;
    }
    const base::Instant now = own_.ports().clock.now();
    const auto met = casework::check_quorum(own_.annex(), asked(id, effect), seen_, now);
    const bool again = met && *met == casework::MetBy::emergency && effect.complete_by;
    if (!met || again) {
        return false;
    }
    const KeptQuorum kept{
        std::string(name_of(*met)), now,
        COMITY_TRY(own_.sequencer().tree().inclusion(leaf->index, head.checkpoint.size)),
        head.verified.note.encode()};
    COMITY_TRY(own_.bring_about(id, effect, kept));
    effect.complete_by.reset();
    if (*met == casework::MetBy::emergency) {
        const law::Span& within = effect.kind->witnessing->emergency->complete_within;
        effect.complete_by = now + law::plain_length(within).value_or(base::Duration{});
    }
    return true;
}

// --- the institution's side ---------------------------------------------------------------------

base::Result<void> Institution::bring_about(const base::ActId& id, const Effect& effect,
                                            const KeptQuorum& kept) {
    ports::Batch batch;
    batch.settings = {{quorum_setting(id), codec::write(kept)}};
    const Matter* known = matter(effect.matter);
    COMITY_ENSURE(known != nullptr);
    for (const base::PartyId& peer : known->state.parties()) {
        if (peer != settings_.party) {
            batch.outbox_add.push_back(ports::OutboxRow{peer, id.digest, {}});
        }
    }
    COMITY_TRY(ports_.store.commit(batch));
    for (const ports::OutboxRow& row : batch.outbox_add) {
        outbox_.add(row, leaf_of(id.digest)->index);
    }
    if (!effect.kind->erases.empty()) {
        note_erasures(*known, id);
    }
    return {};
}

base::Result<casework::MetBy> Institution::check_shown(const Matter& before,
                                                       const casework::ProvenEntry& proven,
                                                       const law::ActKind& kind) const {
    if (!kind.witnessing) {
        return base::fail(base::ErrorKind::malformed, "this act waits for no witnesses",
                          "its clause names none, but a quorum is with it");
    }
    const casework::Act& act = *proven.act;
    const bool fewer = COMITY_TRY(casework::asks_fewer(world(), before.dossier, act, kind));
    return casework::check_quorum(annex_, {kind, act.header.author, fewer}, proven);
}

void Institution::keep_shown(Transaction& transaction, const casework::ProvenEntry& proven,
                             casework::MetBy met) const {
    const KeptQuorum kept{std::string(name_of(met)), ports_.clock.now(), proven.quorum->path,
                          proven.quorum->checkpoint};
    transaction.batch.settings.emplace_back(quorum_setting(proven.act->id()), codec::write(kept));
}

base::Result<void> Institution::take_shown(Transaction& transaction,
                                           const casework::ProvenEntry& proven,
                                           const casework::Envelope& envelope) {
    const Matter* known = transaction.find(casework::matter_of(proven.entry()));
    if (!proven.quorum || known == nullptr || known->erased) {
        return {};
    }
    const casework::Act& act = *proven.act;
    const law::ActKind* kind = COMITY_TRY(casework::kind_of(*known->state.procedure, act));
    const casework::MetBy met = COMITY_TRY(check_shown(*known, proven, *kind));
    const auto kept = COMITY_TRY(kept_quorum(ports_.store, act.id()));
    if (!kept || kept->met != name_of(casework::MetBy::whole)) {
        keep_shown(transaction, proven, met);
    }
    const auto carried =
        std::ranges::find(known->state.items, act.id(), &casework::MatterItem::act);
    if (carried == known->state.items.end() || carried->reader != settings_.party) {
        return {};
    }
    const auto item = descriptor_of(*carried);
    const auto row = item ? ports_.store.item(item->id)
                          : base::fail(base::ErrorKind::failure, "the item is not shown");
    const bool lacks = !row && row.error().kind == base::ErrorKind::not_found;
    const auto end = lacks ? end_here(known->state, act.id(), item->end) : std::nullopt;
    if (!end) {
        return {};
    }
    return take_carried(transaction, act, *item, envelope, *end);
}

}  // namespace comity::submit
