#include "node/service/views.h"

#include <algorithm>

#include "domain/items/items.h"
#include "domain/prooffile/prooffile.h"
#include "node/service/alarms.h"

namespace comity::service {
namespace {

codec::Value acts_in(const submit::Institution& institution, const casework::MatterState& state) {
    codec::Array acts;
    for (const casework::DoneAct& done : state.done) {
        codec::Object act;
        act["id"] = done.id.hex();
        act["kind"] = done.kind->name;
        act["title"] = done.kind->title;
        act["clause"] = done.kind->clause;
        act["party"] = done.party.text();
        act["person"] = done.person.text();
        act["role"] = done.role;
        act["at"] = done.at.text();
        act["overtaken"] = done.overtaken;
        if (auto effect = effect_in(institution, done.id)) {
            act["effect"] = *std::move(effect);
        }
        acts.push_back(std::move(act));
    }
    return acts;
}

codec::Value powers_in(const casework::Position& position) {
    codec::Array powers;
    for (const casework::Power& power : position.powers) {
        codec::Object one;
        one["kind"] = power.kind->name;
        one["title"] = power.kind->title;
        one["clause"] = power.kind->clause;
        one["party"] = power.party.text();
        codec::Array roles;
        for (const std::string& role : power.kind->by_roles) {
            roles.emplace_back(role);
        }
        one["roles"] = std::move(roles);
        powers.push_back(std::move(one));
    }
    return powers;
}

codec::Value duties_in(const casework::Position& position) {
    codec::Array duties;
    for (const casework::RunningDuty& duty : position.duties) {
        codec::Object one;
        one["what"] = duty.what;
        one["who"] = duty.party ? duty.party->text() : duty.who;
        one["since"] = duty.since.text();
        one["due"] = duty.due.text();
        one["late"] = duty.late;
        one["clause"] = duty.instrument + " " + duty.clause;
        one["on-silence"] = duty.on_silence;
        if (duty.about) {
            one["about"] = duty.about->hex();
        }
        if (duty.held_by) {
            one["held-by"] = duty.held_by->hex();
        }
        duties.push_back(std::move(one));
    }
    return duties;
}

codec::Value restrictions_in(const casework::Position& position) {
    codec::Array restrictions;
    for (const casework::Restriction* restriction : position.restrictions) {
        codec::Object one;
        one["act"] = restriction->act.hex();
        one["title"] = restriction->kind->title;
        one["clause"] = restriction->kind->clause;
        one["party"] = restriction->party.text();
        codec::Array categories;
        for (const std::string& category : restriction->categories) {
            categories.emplace_back(category);
        }
        one["categories"] = std::move(categories);
        if (restriction->item) {
            one["item"] = restriction->item->hex();
        }
        restrictions.push_back(std::move(one));
    }
    return restrictions;
}

}  // namespace

std::string_view copy_here(const submit::Institution& institution,
                           const items::ItemDescriptor& item) {
    const auto row = institution.ports().store.item(item.id);
    if (!row) {
        return "elsewhere";
    }
    if (row->sealed.empty()) {
        return "erased";
    }
    return institution.awaited().contains(item.id) ? "coming" : "here";
}

namespace {

/// Every handing over, with what has become of it.
codec::Value releases_in(const submit::Institution& institution,
                         const casework::MatterState& state) {
    codec::Array releases;
    for (const casework::Release& release : state.releases) {
        codec::Object one;
        one["act"] = release.act.hex();
        one["holder"] = release.holder.text();
        if (release.reader) {
            one["reader"] = release.reader->text();
        }
        one["category"] = release.category;
        one["recalled"] = release.recalled.has_value();
        codec::Object erased;
        for (const auto& [party, act] : release.erased) {
            erased[party.text()] = act.hex();
        }
        one["erased"] = std::move(erased);
        if (const auto item = submit::item_of(state, release.act)) {
            one["item"] = item->id.hex();
            one["copy"] = std::string(copy_here(institution, *item));
        }
        releases.push_back(std::move(one));
    }
    return releases;
}

}  // namespace

base::Result<codec::Value> matter_view(const submit::Institution& institution,
                                       const base::MatterId& id) {
    const submit::Matter* matter = institution.matter(id);
    if (matter == nullptr || matter->state.procedure == nullptr) {
        return base::fail(base::ErrorKind::not_found, "there is no such matter here: " + id.text(),
                          {}, "list them with GET /matters");
    }
    const casework::Position position = COMITY_TRY(casework::position(
        institution.world(), matter->dossier, matter->state, institution.ports().clock.now()));
    codec::Object view;
    view["matter"] = id.text();
    view["procedure"] = matter->state.procedure->name;
    view["title"] = matter->state.procedure->title;
    view["state"] = position.state;
    view["final"] = position.final;
    codec::Object sides;
    for (const auto& [side, parties] : matter->state.sides) {
        codec::Array names;
        for (const base::PartyId& party : parties) {
            names.emplace_back(party.text());
        }
        sides[side] = std::move(names);
    }
    view["sides"] = std::move(sides);
    view["acts"] = acts_in(institution, matter->state);
    view["powers"] = powers_in(position);
    view["duties"] = duties_in(position);
    view["restrictions"] = restrictions_in(position);
    codec::Array contested;
    for (const std::string& fact : position.contested) {
        contested.emplace_back(fact);
    }
    view["contested"] = std::move(contested);
    view["releases"] = releases_in(institution, matter->state);
    codec::Array items;
    for (const casework::MatterItem& item : matter->state.items) {
        items.push_back(item.descriptor);
    }
    view["items"] = std::move(items);
    if (position.assessment) {
        view["assessment"] = law::to_json(*position.assessment, false);
    }
    return view;
}

base::Result<codec::Value> matters_view(const submit::Institution& institution) {
    codec::Array matters;
    for (const auto& [id, matter] : institution.matters()) {
        if (matter.state.procedure == nullptr) {
            continue;
        }
        codec::Object one;
        one["matter"] = id.text();
        one["procedure"] = matter.state.procedure->name;
        one["state"] = matter.state.state;
        one["acts"] = static_cast<std::int64_t>(matter.state.done.size());
        matters.push_back(std::move(one));
    }
    return matters;
}

base::Result<codec::Value> officials_view(const submit::Institution& institution) {
    codec::Array officials;
    for (const casework::PartyEntry& party : institution.annex().parties) {
        for (const casework::Accreditation& known : institution.world().registry.of(party.party)) {
            codec::Object one;
            one["party"] = known.party.text();
            one["person"] = known.person.text();
            one["role"] = known.role;
            one["key"] = known.key.jwk();
            if (known.sealing) {
                one["sealing"] = known.sealing->jwk();
            }
            one["from"] = known.from.text();
            one["until"] = known.until.text();
            one["suspended"] = known.suspended.has_value();
            officials.push_back(std::move(one));
        }
    }
    return officials;
}

namespace {

codec::Value coming_in(const submit::Institution& institution, const delivery::Delivery& delivery) {
    codec::Array coming;
    for (const auto& [item, stream] : institution.awaited()) {
        codec::Object one;
        one["item"] = item.hex();
        one["matter"] = stream.matter.text();
        one["from"] = stream.from.text();
        one["bytes"] = static_cast<std::int64_t>(stream.size);
        const auto trouble = delivery.fetching().troubles().find(item);
        one["trouble"] =
            trouble == delivery.fetching().troubles().end() ? std::string() : trouble->second;
        coming.push_back(std::move(one));
    }
    return coming;
}

codec::Value erasure_in(const ErasureStatus& status) {
    codec::Object erasure;
    if (status.last_run) {
        erasure["last-run"] = status.last_run->text();
    }
    erasure["items"] = static_cast<std::int64_t>(status.items);
    erasure["bodies"] = static_cast<std::int64_t>(status.bodies);
    erasure["postponed"] = static_cast<std::int64_t>(status.postponed);
    erasure["trouble"] = status.trouble;
    return erasure;
}

}  // namespace

codec::Value equivocations_view(const submit::Institution& institution) {
    codec::Array all;
    for (const casework::Equivocation& one : institution.equivocations()) {
        all.push_back(codec::to_value(one));
    }
    return all;
}

base::Result<codec::Value> mirror_view(const submit::Institution& institution,
                                       const MirrorStatus& mirror) {
    const std::optional<ledger::MirrorRule>& rule = institution.settings().mirror;
    if (!rule) {
        return base::fail(base::ErrorKind::not_found, "this node keeps no public mirror", {},
                          "name one in node.json (docs/operations.md, \"A public mirror\")");
    }
    codec::Object view;
    view["interval"] = rule->interval;
    view["batch"] = static_cast<std::int64_t>(rule->batch);
    view["carry"] = static_cast<std::int64_t>(rule->carry);
    view["leaves"] = static_cast<std::int64_t>(mirror.size);
    view["behind"] = static_cast<std::int64_t>(institution.sequencer().size() - mirror.size);
    view["grown"] = static_cast<std::int64_t>(mirror.grown);
    if (mirror.next) {
        view["next"] = mirror.next->text();
    }
    view["trouble"] = mirror.trouble;
    return view;
}

base::Result<codec::Value> status_view(const submit::Institution& institution,
                                       const delivery::Delivery& delivery,
                                       const ErasureStatus& erasure) {
    codec::Object view;
    view["party"] = institution.settings().party.text();
    view["realm"] = std::string(base::name_of(institution.settings().realm));
    view["law"] = institution.library().digest().hex();
    view["annex"] = casework::digest_of(institution.annex()).hex();
    view["ledger"] = institution.sequencer().origin();
    view["leaves"] = static_cast<std::int64_t>(institution.sequencer().size());
    view["cosigned"] = institution.cosigned().empty()
                           ? 0
                           : static_cast<std::int64_t>(institution.cosigned().back().size);
    view["matters"] = static_cast<std::int64_t>(institution.matters().size());
    codec::Array peers;
    for (const auto& [party, status] : delivery.status()) {
        codec::Object peer;
        peer["party"] = party.text();
        peer["waiting"] = static_cast<std::int64_t>(status.waiting);
        peer["refused"] = static_cast<std::int64_t>(status.refused);
        peer["last-refusal"] = status.last_refusal;
        peer["last-trouble"] = status.last_trouble;
        if (status.reached) {
            peer["reached"] = status.reached->text();
        }
        if (status.unreached_since) {
            peer["unreached-since"] = status.unreached_since->text();
        }
        peers.push_back(std::move(peer));
    }
    view["peers"] = std::move(peers);
    view["equivocations"] = static_cast<std::int64_t>(institution.equivocations().size());
    view["effects"] = effects_view(institution);
    view["ledger-alarms"] = ledger_alarms_view(institution);
    view["coming"] = coming_in(institution, delivery);
    view["erasure"] = erasure_in(erasure);
    return view;
}

namespace {

base::Result<std::vector<casework::ProvenEntry>> proven_in(
    const submit::Institution& institution, const std::vector<casework::EntryId>& ids) {
    std::vector<casework::ProvenEntry> entries;
    for (const casework::EntryId& id : ids) {
        entries.push_back(COMITY_TRY(institution.proven(id)));
    }
    return entries;
}

/// The entries of a matter in the order in which this node recorded them.
base::Result<std::vector<casework::EntryId>> recorded_in(const submit::Institution& institution,
                                                         const base::MatterId& matter) {
    std::vector<casework::EntryId> ids;
    COMITY_TRY(institution.ports().store.each_entry(
        [&](const ports::StoredEntry& row) -> base::Result<void> {
            if (row.matter == matter) {
                ids.push_back(row.id);
            }
            return {};
        }));
    return ids;
}

base::Result<std::vector<prooffile::ProofItem>> items_of(
    const submit::Institution& institution, const submit::Matter& matter,
    const std::vector<base::PartyId>& readers) {
    std::vector<prooffile::ProofItem> items;
    for (const casework::MatterItem& item : matter.state.items) {
        const auto descriptor = COMITY_TRY(codec::read<items::ItemDescriptor>(item.descriptor));
        prooffile::ProofItem listed{item.act, descriptor.id, false, {}};
        if (descriptor.version == items::item_version &&
            std::ranges::find(readers, descriptor.reader) != readers.end()) {
            auto kept = institution.item(descriptor.id);
            // What was erased, or never came, is not here; its digest is.
            listed.carried = kept.has_value();
            listed.sealed = kept ? std::optional(std::move(kept->sealed)) : std::nullopt;
        }
        items.push_back(std::move(listed));
    }
    return items;
}

}  // namespace

base::Result<std::string> proof_of(submit::Institution& institution, const base::MatterId& id,
                                   const std::vector<base::PartyId>& readers) {
    const submit::Matter* matter = institution.matter(id);
    if (matter == nullptr) {
        return base::fail(base::ErrorKind::not_found, "there is no such matter here: " + id.text());
    }
    prooffile::ProofContents contents;
    contents.annex = institution.annex();
    contents.law = prooffile::law_texts_of(institution.library());
    contents.matter = id;
    for (const base::PartyId& author : matter->dossier.authors()) {
        const base::MatterId registry = COMITY_TRY(casework::Registry::matter_of(author));
        const submit::Matter* kept = institution.matter(registry);
        if (kept != nullptr) {
            const auto chain = kept->dossier.chain(author);
            contents.registries.push_back(
                prooffile::RegistryEntries{author, COMITY_TRY(proven_in(institution, chain))});
        }
    }
    const auto ids = COMITY_TRY(recorded_in(institution, id));
    contents.entries = COMITY_TRY(proven_in(institution, ids));
    const bool shows_quorum = std::ranges::any_of(
        contents.entries, [](const auto& entry) { return entry.quorum.has_value(); });
    contents.version = shows_quorum ? prooffile::quorum_proof_version : prooffile::proof_version;
    contents.items = COMITY_TRY(items_of(institution, *matter, readers));
    contents.opened = prooffile::opened_in(contents);
    const base::Instant now = institution.ports().clock.now();
    contents.exported = prooffile::statement_of(contents, institution.settings().party, now);
    contents.seal = COMITY_TRY(
        institution.sign(prooffile::id_of(contents.exported, institution.settings().realm),
                         prooffile::export_purpose, now));
    return prooffile::write_proof(contents);
}

}  // namespace comity::service
