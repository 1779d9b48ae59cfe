#include <algorithm>

#include "domain/law/detail/parser.h"
#include "domain/law/detail/words.h"

// Whose cosignatures an act that releases or destroys waits for (DESIGN 5.11).

namespace comity::law::detail {
namespace {

constexpr std::size_t most_groups = 8;

std::int64_t needed_by(const std::vector<WitnessGroup>& groups) {
    std::int64_t sum = 0;
    for (const WitnessGroup& group : groups) {
        sum += group.needed;
    }
    return sum;
}

}  // namespace

/// `GROUP {and GROUP}`, a group being `N of [foreign] (any | KINDS)`.
bool Parser::witness_groups(std::vector<WitnessGroup>& groups) {
    const auto& known = reading_.data.vocabulary.institutions;
    const std::vector<std::string> kinds(known.begin(), known.end());
    do {
        const Place at = place();
        const auto needed = number(1, most_cosigners);
        if (!needed || !expect({"of"})) {
            return false;
        }
        WitnessGroup group{*needed, accept("foreign"), {}};
        if (!accept("any")) {
            group.kinds = names_of(kinds, "an institution of the vocabulary, or 'any'");
            if (group.kinds.empty()) {
                return false;
            }
        }
        groups.push_back(std::move(group));
        if (groups.size() > most_groups || needed_by(groups) > most_cosigners) {
            complain_at(at, "a clause asks for at most " + std::to_string(most_cosigners) +
                                " cosignatures, in " + std::to_string(most_groups) + " groups");
            return false;
        }
    } while (accept("and"));
    return true;
}

/// A length that no calendar is needed for.
std::optional<Span> Parser::plain_span() {
    const Place at = place();
    auto length = span();
    if (length && (!plain_length(*length) || length->count < 1)) {
        complain_at(at, "a cosignature's age needs no calendar", "hours or days");
        return std::nullopt;
    }
    return length;
}

/// `by GROUPS no older than SPAN [or when FACT [is VALUE] by GROUPS completed within SPAN]`.
bool Parser::witnessed(ActKind& act) {
    Witnessing witnessing;
    if (act.witnessing) {
        complain("an act has one line 'witnessed by'");
        return false;
    }
    if (!expect({"by"}) || !witness_groups(witnessing.groups) || !expect({"no", "older", "than"})) {
        return false;
    }
    const auto age = plain_span();
    if (!age) {
        return false;
    }
    witnessing.no_older = *age;
    if (accept("or")) {
        EmergencyWitnessing fewer;
        auto when = expect({"when"}) ? setting("is") : std::nullopt;
        if (!when || !expect({"by"}) || !witness_groups(fewer.groups) ||
            !expect({"completed", "within"})) {
            return false;
        }
        const auto within = plain_span();
        if (!within) {
            return false;
        }
        fewer.when = {std::move(when->fact), std::move(when->value)};
        fewer.complete_within = *within;
        witnessing.emergency = std::move(fewer);
    }
    act.witnessing = std::move(witnessing);
    return true;
}

/// Only what releases or destroys waits; what restricts never does (invariant 2).
void Parser::check_witnessing(const ActKind& act, const Place& at) {
    if (!act.witnessing) {
        return;
    }
    if (!act.mechanisms.seals_item && act.erases.empty()) {
        complain_at(at, "nothing waits for the witnesses of the act '" + act.name + "'",
                    "an act with 'seals item' or 'erases'");
    }
    const auto& fewer = act.witnessing->emergency;
    if (fewer && needed_by(fewer->groups) >= needed_by(act.witnessing->groups)) {
        complain_at(at, "in an emergency the act '" + act.name + "' asks for no fewer witnesses",
                    "fewer than " + text_of(act.witnessing->groups));
    }
}

}  // namespace comity::law::detail
