#include "domain/prooffile/detail/replay.h"

#include <algorithm>

#include "domain/prooffile/detail/judged.h"
#include "domain/prooffile/detail/portray.h"

namespace comity::prooffile::detail {

namespace {

std::string listed(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) {
        out += (out.empty() ? "" : ", ") + name;
    }
    return out;
}

/// After so many failures the answer is INVALID for good, and a forger's file costs no more work.
constexpr std::size_t max_failed = 64;

}  // namespace

Finding finding_of(base::ErrorKind kind) {
    switch (kind) {
        case base::ErrorKind::invalid:
        case base::ErrorKind::malformed:
        case base::ErrorKind::too_large: return Finding::fails;
        case base::ErrorKind::failure:
        case base::ErrorKind::not_found:
        case base::ErrorKind::inadmissible:
        case base::ErrorKind::lacks_facts:
        case base::ErrorKind::not_proven:
        case base::ErrorKind::conflict:
        case base::ErrorKind::unavailable:
        case base::ErrorKind::try_later: return Finding::lacks;
    }
    std::unreachable();
}

Step step_of(std::string what, std::string about, const base::Result<void>& result) {
    Step step{std::move(what), std::move(about), Finding::holds, {}, {}};
    if (!result) {
        const base::Error& error = result.error();
        step.finding = finding_of(error.kind);
        step.detail = (error.place.empty() ? "" : error.place + ": ") + error.what +
                      (error.why.empty() ? "" : ": " + error.why);
        step.clause = error.clause;
    }
    return step;
}

bool Replay::note(std::string what, const std::string& about, const base::Result<void>& result) {
    found_.steps.push_back(step_of(std::move(what), about, result));
    failed_ += found_.steps.back().finding == Finding::fails ? 1 : 0;
    return result.has_value();
}

void Replay::replay_registry(const RegistryEntries& registry) {
    const std::string label = "registry of " + registry.party.text();
    const auto matter = casework::Registry::matter_of(registry.party);
    if (!matter) {
        // The name of a party may be too long for the name of a matter.
        note("registry", label, std::unexpected(matter.error()));
        return;
    }
    Course course{casework::Dossier(*matter), {}, true, label + ", ", &found_.registry, {}};
    replay_entries(course, registry.entries);
}

void Replay::replay_matter(const base::MatterId& matter,
                           const std::vector<casework::ProvenEntry>& entries) {
    Course course{casework::Dossier(matter), {}, true, "", &found_.acts, {}};
    replay_entries(course, entries);
    found_.state = course.known ? course.state.state : "";
}

void Replay::replay_entries(Course& course, const std::vector<casework::ProvenEntry>& entries) {
    for (const casework::ProvenEntry& proven : entries) {
        if (failed_ >= max_failed) {
            return;
        }
        if (proven.act) {
            replay_act(course, proven);
        } else {
            replay_receipt(course, proven);
        }
    }
    for (const casework::DoneAct& done : course.state.done) {
        const auto place = course.places.find(done.id);
        if (done.overtaken && place != course.places.end()) {
            (*course.acts)[place->second].notices.push_back(
                "a concurrent act came first: recorded, without effect");
        }
    }
}

void Replay::replay_act(Course& course, const casework::ProvenEntry& proven) {
    const casework::Act& act = *proven.act;
    const base::ActId id = act.id();
    const std::string about =
        course.label + "act " + std::to_string(course.acts->size() + 1) + " (" + id.brief() + ")";
    ReportedAct reported = portrait_of(act);
    bool held = note("fields and their commitments", about, casework::check_form(act));
    note_withheld(act, about, reported);
    held &= check_ledger(proven, about, &reported);
    held &= note("countersignature of the node of " + act.header.author.text(), about,
                 casework::check_countersignature(annex_, act));
    if (!check_link(course, act, about)) {
        // Its past or its place in the chain lacks, so there is nothing that it could be judged by.
        course.known = false;
        course.acts->push_back(std::move(reported));
        return;
    }
    if (library_ != nullptr) {
        auto signer = check_signer(act, reported);
        held &= note("chain from the root key and official's signature", about,
                     signer ? base::Result<void>{} : std::unexpected(signer.error()));
        reported.rooted = held;
        held = held && judge_act(course, act, reported);
        course.known &= held;
        // The act conforms all the same: what it releases or destroys is what is not shown.
        held = held && check_effect(course, proven, about, reported);
    } else {
        held = false;
    }
    reported.proven = held;
    if (!course.dossier.has(id.digest)) {
        course.dossier.add(act);
    }
    const auto registry = casework::Registry::matter_of(act.header.author);
    if (registry && course.dossier.matter() == *registry) {
        registry_.extend(act.header.author, id.digest, act.header.sequence);
    }
    course.places[id] = course.acts->size();
    course.acts->push_back(std::move(reported));
}

/// What was taken away since the export has a name; that nothing else was, the seal says.
void Replay::note_withheld(const casework::Act& act, const std::string& about,
                           ReportedAct& reported) {
    const law::ActKind* kind = kind_of(library_, act);
    if (kind != nullptr) {
        reported.paths = casework::paths_of(*kind);
    }
    reported.withheld = names_of(kind, withheld_in(act, opened_));
    const std::string what = "fields as they were exported";
    if (!reported.withheld.empty()) {
        note(what, about,
             base::fail(base::ErrorKind::not_proven,
                        "withheld since the export: " + listed(reported.withheld)));
    }
    if (opens_more(act, opened_)) {
        note(what, about,
             base::fail(base::ErrorKind::not_proven, "a field is open that was not exported"));
    }
}

bool Replay::judge_act(Course& course, const casework::Act& act, ReportedAct& reported) {
    const std::string about = course.label + "act " + std::to_string(course.acts->size() + 1) +
                              " (" + act.id().brief() + ")";
    const std::string what = "conformity with the texts";
    if (!act.text("kind")) {
        return note(what, about,
                    base::fail(base::ErrorKind::not_proven, "the act's kind is not opened",
                               "its body was erased or is not for this file's reader"));
    }
    if (!course.known) {
        return note(
            what, about,
            base::fail(base::ErrorKind::not_proven, "an earlier act of the matter is not proven"));
    }
    if (const law::ActKind* kind = kind_of(library_, act)) {
        const auto lacking = names_of(kind, lacking_in(*kind, act, opened_));
        if (!lacking.empty()) {
            return note(what, about,
                        base::fail(base::ErrorKind::not_proven,
                                   "it cannot be judged without " + listed(lacking),
                                   "not opened in this file"));
        }
    }
    auto signer = casework::signer_of(world(), act);
    if (!signer) {
        return note(what, about, std::unexpected(signer.error()));
    }
    auto admitted = casework::judge(world(), course.dossier, &course.state, act, *signer);
    if (!admitted) {
        base::Error error = std::move(admitted).error();
        // A signed act that does not conform is no forgery; that it conforms is what is not proven.
        if (error.kind != base::ErrorKind::invalid) {
            error.kind = base::ErrorKind::not_proven;
        }
        return note(what, about, std::unexpected(std::move(error)));
    }
    add_law(*library_, act, *admitted, reported, found_.unreviewed);
    return note(what, about, apply(course, act, *admitted, reported));
}

/// Whether the witnesses that the act's clause names cosigned a head that holds it (DESIGN 5.11).
bool Replay::check_effect(const Course& course, const casework::ProvenEntry& proven,
                          const std::string& about, ReportedAct& reported) {
    const casework::Act& act = *proven.act;
    const law::ActKind* kind = kind_of(library_, act);
    const std::string what = "witnesses that its clause names";
    if (kind == nullptr || !kind->witnessing) {
        return !proven.quorum || note(what, about,
                                      base::fail(base::ErrorKind::invalid,
                                                 "its clause names none, but some are shown"));
    }
    const base::PartyId& author = act.header.author;
    const auto fewer = casework::asks_fewer(world(), course.dossier, act, *kind);
    const auto met = fewer ? casework::check_quorum(annex_, {*kind, author, *fewer}, proven)
                           : std::unexpected(fewer.error());
    if (met) {
        const auto& head = checkpoint(author, proven.quorum->checkpoint);
        if (!head) {
            return note(what, about, std::unexpected(head.error()));
        }
        reported.notices.push_back("its effect waited for " +
                                   law::text_of(kind->witnessing->groups) + "; attested by " +
                                   listed(attesting(annex_, *head)));
        if (*met == casework::MetBy::emergency) {
            reported.notices.push_back("released in an emergency under fewer: " +
                                       law::text_of(kind->witnessing->emergency->groups) +
                                       "; that it was completed within " +
                                       kind->witnessing->emergency->complete_within.text() +
                                       " is not shown");
        }
    }
    return note(what, about, met ? base::Result<void>{} : std::unexpected(met.error()));
}

/// The state, and for a registry the accreditations, after an admissible act.
base::Result<void> Replay::apply(Course& course, const casework::Act& act,
                                 const casework::Admitted& admitted, const ReportedAct& reported) {
    const bool follows_all = course.dossier.is_everything(act.header.after);
    const law::Procedure* procedure = library_->procedure(act.header.procedure);
    COMITY_ENSURE(procedure != nullptr);  // judge() found it
    const bool opens = course.state.procedure == nullptr;
    course.dossier.add(act);
    if (opens) {
        course.state = COMITY_TRY(casework::initial(*library_, *procedure));
    }
    if (follows_all) {
        course.state = COMITY_TRY(casework::apply(*library_, std::move(course.state), act,
                                                  *admitted.kind, admitted.signer));
    } else {
        course.state = COMITY_TRY(casework::fold(world(), course.dossier, nullptr));
    }
    const base::MatterId registry = COMITY_TRY(casework::Registry::matter_of(act.header.author));
    if (course.dossier.matter() != registry) {
        return {};
    }
    if (admitted.kind->mechanisms.suspends) {
        // Not applied to the registry: an act that was logged before its key was suspended stands.
        suspended_.push_back({act.header.author, COMITY_TRY(casework::suspension_in(act)),
                              act.header.sequence, reported.witnessed.value_or(act.header.at)});
        return {};
    }
    return registry_.apply(*admitted.kind, act);
}

void Replay::replay_receipt(Course& course, const casework::ProvenEntry& proven) {
    const casework::Receipt& receipt = *proven.receipt;
    const base::PartyId& author = receipt.header.author;
    const std::string about = course.label + "receipt of " + author.text() + ", number " +
                              std::to_string(receipt.header.sequence);
    bool held = note("signature of the node of " + author.text(), about,
                     casework::check_signature(annex_, receipt));
    held &= check_ledger(proven, about, nullptr);
    if (!check_link(course, receipt, about)) {
        return;
    }
    course.dossier.add(receipt);
    const auto registry = casework::Registry::matter_of(author);
    if (registry && course.dossier.matter() == *registry) {
        registry_.extend(author, receipt.id(), receipt.header.sequence);
    }
    const auto place = course.places.find(receipt.header.act);
    if (held && place != course.places.end()) {
        (*course.acts)[place->second].received.push_back(author.text() + " at " +
                                                         receipt.header.at.text());
    }
}

const base::Result<ledger::SignedCheckpoint>& Replay::checkpoint(const base::PartyId& author,
                                                                 const std::string& note) {
    const auto known = checkpoints_.find({author, note});
    if (known != checkpoints_.end()) {
        return known->second;
    }
    auto opened = casework::open_witnessed(annex_, author, note);
    if (opened) {
        const ledger::Checkpoint& head = opened->checkpoint;
        const auto [root, fresh] = roots_.emplace(std::pair(author, head.size), head.root);
        if (root->second != head.root) {
            opened = base::fail(base::ErrorKind::not_proven,
                                "the ledger of " + author.text() + " shows two histories",
                                "two roots for its size " + std::to_string(head.size));
        }
    }
    return checkpoints_.emplace(std::pair(author, note), std::move(opened)).first->second;
}

bool Replay::check_ledger(const casework::ProvenEntry& proven, const std::string& about,
                          ReportedAct* reported) {
    const base::PartyId author = casework::author_of(proven.entry());
    const auto& opened = checkpoint(author, proven.proof.checkpoint);
    base::Result<void> result;
    if (!opened) {
        result = std::unexpected(opened.error());
    } else {
        const auto witnessed = casework::check_proof(annex_, proven, *opened);
        if (!witnessed) {
            result = std::unexpected(witnessed.error());
        } else if (reported != nullptr) {
            reported->witnessed = *witnessed;
            reported->attested_by = attesting(annex_, *opened);
        }
    }
    return note("place in the witnessed ledger of " + author.text(), about, result);
}

bool Replay::check_link(const Course& course, const casework::Entry& entry,
                        const std::string& about) {
    base::Result<void> linked = course.dossier.check_link(entry);
    if (course.dossier.has(casework::id_of(entry))) {
        linked = base::fail(base::ErrorKind::invalid, "the entry stands twice in the file");
    }
    return note("causal past and place in the chain of its author", about, linked);
}

base::Result<casework::Signer> Replay::check_signer(const casework::Act& act,
                                                    ReportedAct& reported) {
    auto checked = casework::check_signature(world(), act);
    if (!checked && checked.error().kind == base::ErrorKind::try_later) {
        return base::fail(base::ErrorKind::not_proven,
                          "the file does not hold the registry entry that the act relies on",
                          "the link that lacks: root of " + act.header.author.text() + " -> key " +
                              act.header.key.brief());
    }
    const casework::Signer signer = COMITY_TRY(std::move(checked));
    reported.person = signer.person.text();
    reported.role = signer.role;
    const casework::PartyEntry* party = annex_.find(act.header.author);
    COMITY_ENSURE(party != nullptr);  // signer_of() found it
    reported.root = party->root.id();
    reported.chain = {"root key " + party->root.id().brief() + " of " + party->party.text()};
    if (signer.role == casework::root_role || !act.header.registry) {
        return signer;
    }
    const casework::Accreditation used = COMITY_TRY(registry_.accredited(
        act.header.author, act.header.key, *act.header.registry, act.header.at));
    reported.from = used.from;
    reported.until = used.until;
    reported.chain.push_back("accreditation " + used.granted.brief() + " of " + used.person.text() +
                             " as " + used.role + ", " + used.from.text() + " until " +
                             used.until.text());
    reported.chain.push_back("key " + used.key.id().brief());
    COMITY_TRY(check_suspension(act, used, reported));
    return signer;
}

/// DESIGN 5.6: unlogged acts are void, logged ones fall under review; an act whose time straddles
/// the suspension is not proven.
base::Result<void> Replay::check_suspension(const casework::Act& act,
                                            const casework::Accreditation& used,
                                            ReportedAct& reported) const {
    for (const Suspended& suspended : suspended_) {
        const bool concerns = suspended.party == act.header.author &&
                              suspended.key.key.id() == act.header.key &&
                              used.sequence < suspended.sequence;
        if (!concerns) {
            continue;
        }
        const base::Instant witnessed = reported.witnessed.value_or(act.header.at);
        const auto [early, late] = std::minmax(act.header.at, witnessed);
        const std::string since = "compromised since " + suspended.key.since.text();
        if (late < suspended.key.since) {
            continue;
        }
        if (early < suspended.key.since) {
            return base::fail(base::ErrorKind::not_proven,
                              "the act's time straddles the suspension of its key", since);
        }
        if (!(witnessed < suspended.witnessed)) {
            return base::fail(base::ErrorKind::not_proven,
                              "the act was not logged before its key was suspended: it is void",
                              since);
        }
        reported.notices.push_back("its key was suspended later, " + since +
                                   "; the act was logged before and falls under review");
    }
    return {};
}

}  // namespace comity::prooffile::detail
