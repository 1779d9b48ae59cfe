// What the reference has against an access of one person alone (invariant 8): each takes a second
// person's own act, for that item, and no such act serves twice.

#include <algorithm>

#include "node/simulation/model.h"

namespace comity::simulation {
namespace {

const KnownAct* attending(const Model& before, const KnownAct& act) {
    const auto named = named_by(act, act.kind->attended->field);
    for (const ModelAct& done : before.done) {
        if (named == done.act->id && contains(act.kind->attended->by, done.act->kind->name)) {
            return done.act;
        }
    }
    return nullptr;
}

std::optional<Objection> against_one_alone(const KnownAct& act, const Model& before) {
    const KnownAct* other = attending(before, act);
    if (other == nullptr || other->header.author != act.header.author ||
        named_by(*other, other->kind->attends) != named_by(act, act.kind->opened_field)) {
        return Objection{"DESIGN 6.8", "an access to which no second person agreed"};
    }
    if (other->person == act.person || other->header.key == act.header.key) {
        return Objection{"DESIGN 6.8",
                         act.person.text() + " is the second person of an own access"};
    }
    const bool used = std::ranges::any_of(before.done, [&](const ModelAct& done) {
        return done.act->kind->attended && attending(before, *done.act) == other;
    });
    return used ? std::optional(Objection{"DESIGN 6.8", "a second access by one agreement"})
                : std::nullopt;
}

}  // namespace

std::optional<Objection> against_attendance(const KnownAct& act, const Model& before) {
    const std::string& attended = act.kind->attends;
    const ModelAct* handed = handover(before, named_by(act, attended));
    if (!attended.empty() && (handed == nullptr || handed->reader != act.header.author)) {
        return Objection{"DESIGN 6.8", "a person agrees to an access that nobody can have"};
    }
    return act.kind->attended ? against_one_alone(act, before) : std::nullopt;
}

}  // namespace comity::simulation
