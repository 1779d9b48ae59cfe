#include "domain/prooffile/detail/portray.h"

#include <algorithm>

namespace comity::prooffile::detail {
namespace {

bool opens(const casework::Act& act, std::size_t index) {
    return std::ranges::any_of(act.openings, [&](const casework::Opening& opening) {
        return opening.index == static_cast<std::int64_t>(index);
    });
}

void add_once(std::vector<std::string>& list, std::string text) {
    if (std::ranges::find(list, text) == list.end()) {
        list.push_back(std::move(text));
    }
}

void cite(ReportedAct& reported, Cited cited) {
    const auto place = std::ranges::lower_bound(reported.cited, cited);
    if (place == reported.cited.end() || *place != cited) {
        reported.cited.insert(place, std::move(cited));
    }
}

void add_assessment(const law::Assessment& assessment, ReportedAct& reported,
                    std::set<std::string>& unreviewed) {
    reported.outcome = std::string(law::name_of(assessment.outcome));
    for (const law::Ground& ground : assessment.grounds) {
        add_once(reported.clauses, ground.instrument + " " + ground.clause + " " + ground.kind);
        cite(reported, {ground.instrument, ground.clause, ground.kind});
    }
    for (const law::Duty& duty : assessment.duties) {
        if (duty.applies == law::Truth::yes) {
            add_once(reported.clauses, duty.instrument + " " + duty.clause + " " + duty.kind +
                                           (duty.what.empty() ? "" : " " + duty.what));
            cite(reported, {duty.instrument, duty.clause, duty.kind});
        }
    }
    unreviewed.insert(assessment.reviewed_by_none.begin(), assessment.reviewed_by_none.end());
}

}  // namespace

ReportedAct portrait_of(const casework::Act& act) {
    ReportedAct reported;
    reported.id = act.id();
    reported.matter = act.header.matter;
    reported.party = act.header.author;
    reported.key = act.header.key;
    reported.at = act.header.at;
    reported.fields = act.header.fields;
    reported.field_count = act.commitments.size();
    reported.after = act.header.after;
    for (std::size_t i = 0; i < act.commitments.size(); ++i) {
        if (!opens(act, i)) {
            reported.unopened.push_back("field " + std::to_string(i));
        }
    }
    return reported;
}

void add_law(const law::Library& library, const casework::Act& act,
             const casework::Admitted& admitted, ReportedAct& reported,
             std::set<std::string>& unreviewed) {
    const law::ActKind& kind = *admitted.kind;
    reported.kind = kind.clause;
    reported.title = kind.title;
    reported.title_fr = kind.title_fr;
    if (const law::Procedure* procedure = library.procedure(act.header.procedure)) {
        reported.procedure = procedure->name + " version " + std::to_string(procedure->version);
        if (procedure->reviewed_by.empty()) {
            unreviewed.insert("procedure " + reported.procedure);
        }
    }
    const std::vector<std::string> paths = casework::paths_of(kind);
    reported.unopened.clear();
    for (std::size_t i = 0; i < paths.size(); ++i) {
        if (!opens(act, i)) {
            reported.unopened.push_back(paths[i]);
        }
    }
    for (const law::ActField& field : kind.fields) {
        const auto value = act.value(field.name);
        if (field.type == law::FieldType::fact && value) {
            reported.asserted.push_back(field.fact + " = " + codec::canonical(*value));
        }
    }
    if (admitted.assessment) {
        add_assessment(*admitted.assessment, reported, unreviewed);
    }
}

std::vector<std::string> attesting(const casework::Annex& annex,
                                   const ledger::SignedCheckpoint& checkpoint) {
    std::vector<std::string> parties;
    for (const auto& by : checkpoint.verified.by) {
        for (const casework::PartyEntry& party : annex.parties) {
            if (by.key.type() == ledger::NoteKeyType::cosignature &&
                by.key.vkey() == party.witness) {
                add_once(parties, party.party.text());
            }
        }
    }
    return parties;
}

}  // namespace comity::prooffile::detail
