#include <algorithm>

#include "domain/law/detail/parser.h"
#include "domain/law/detail/words.h"

// The rule of two persons for an access (DESIGN 6.8).

namespace comity::law::detail {

/// `opens-item [of FIELD [attended in FIELD by ACTS]]`.
bool Parser::opens_item(ActKind& act) {
    act.mechanisms.opens_item = true;
    if (!accept("of")) {
        return true;
    }
    if (!names_field(act.opened_field)) {
        return false;
    }
    if (!accept("attended")) {
        return true;
    }
    AttendedOpening attended;
    if (!expect({"in"}) || !names_field(attended.field) || !expect({"by"})) {
        return false;
    }
    attended.by = strings("the name of an act");
    const bool good = !attended.by.empty();
    act.attended = std::move(attended);
    return good;
}

/// The second person is of the side that opens, and agrees to an access without having it.
void Parser::check_attendance(const Procedure& procedure, const ActKind& act, const Place& at) {
    if (!act.attends.empty()) {
        check_needed(act, act.attends, FieldType::act, at);
        if (act.is_release() || act.mechanisms.opens_item) {
            complain_at(
                at, "an act that attends opens and hands over nothing (act '" + act.name + "')");
        }
    }
    if (!act.attended) {
        return;
    }
    check_needed(act, act.attended->field, FieldType::act, at);
    for (const std::string& by : act.attended->by) {
        const ActKind* attending = procedure.act(by);
        if (attending == nullptr || attending->attends.empty()) {
            complain_at(at, "the act '" + by + "' attends nothing",
                        "an act with a line 'attends FIELD'");
        } else if (attending->by_side != act.by_side) {
            complain_at(at, "the second person is of the side that opens (act '" + by + "')",
                        "an act by " + act.by_side);
        }
    }
}

}  // namespace comity::law::detail
