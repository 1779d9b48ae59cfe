#include "domain/casework/attendance.h"

#include <algorithm>

#include "domain/casework/refusal.h"
#include "domain/casework/state.h"

namespace comity::casework {
namespace {

bool is_of(const law::ActKind& kind, const Attendance& one) {
    return std::ranges::find(kind.attended->by, one.kind->name) != kind.attended->by.end();
}

}  // namespace

bool attended(const MatterState& state, const law::ActKind& kind, const base::PartyId& party,
              const base::ActId& release) {
    return !kind.attended || std::ranges::any_of(state.attendances, [&](const Attendance& one) {
        return is_of(kind, one) && one.party == party && one.release == release && !one.used;
    });
}

void note_attendance(MatterState& state, const Act& act, const law::ActKind& kind,
                     const DoneAct& done) {
    if (const auto release = named_act(act, kind.attends)) {
        state.attendances.push_back(
            {done.id, &kind, done.party, done.person, done.key, *release, {}});
    }
    const auto named = kind.attended ? named_act(act, kind.attended->field) : std::nullopt;
    const auto one = named ? std::ranges::find(state.attendances, *named, &Attendance::act)
                           : state.attendances.end();
    if (one != state.attendances.end() && !one->used) {
        one->used = done.id;
    }
}

base::Result<void> check_attendance(const law::ActKind& kind, const Act& act,
                                    const MatterState& before, const Signer& signer) {
    if (!kind.attends.empty()) {
        const Release* release = COMITY_TRY(release_named(kind, act, kind.attends, before));
        if (release->reader != signer.party) {
            return inadmissible(kind.clause, "the item is sealed to another party");
        }
    }
    if (!kind.attended) {
        return {};
    }
    const auto named = named_act(act, kind.attended->field);
    const auto one = named ? std::ranges::find(before.attendances, *named, &Attendance::act)
                           : before.attendances.end();
    if (one == before.attendances.end() || !is_of(kind, *one) || one->party != signer.party ||
        one->release != named_act(act, kind.opened_field)) {
        return inadmissible(kind.clause, "no second person has agreed to this access", {},
                            "let another person of your institution take the act '" +
                                kind.attended->by.front() + "' first");
    }
    if (one->person == signer.person || one->key == signer.public_key.id()) {
        return inadmissible(kind.clause, "two persons are needed for an access, and this is one",
                            "the same person agreed to it by act " + one->act.hex());
    }
    if (one->used) {
        return inadmissible(kind.clause, "what the second person agreed to was one access",
                            "it was had by act " + one->used->hex(),
                            "let a second person agree to this one");
    }
    return {};
}

}  // namespace comity::casework
