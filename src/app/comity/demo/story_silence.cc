// Silence and what a text makes of it (DESIGN 5.7): nothing before its time, nothing during an
// outage, and then only by a named person's act without free words.

#include <fmt/format.h>

#include "app/comity/demo/chapters.h"

namespace comity::app::demo {
namespace {

using base::ErrorKind;

/// The fields of an act that declares what follows from silence: when the clock began and ran out.
codec::Object clock_fields(const Affair::Duty& duty) {
    return {{"since", duty.since.text()}, {"deadline", duty.due.text()}};
}

base::Result<Affair::Duty> the_clock(Affair& affair, std::string_view event) {
    const auto duties = COMITY_TRY(affair.duties(central, event));
    if (duties.empty()) {
        return base::fail(ErrorKind::failure, "no clock runs for " + std::string(event));
    }
    return duties.front();
}

base::Result<void> lapse(Affair& affair) {
    const Affair::Duty clock = COMITY_TRY(the_clock(affair, "validation"));
    COMITY_TRY(affair.take(central_reviewer, "lapse-unvalidated", clock_fields(clock)));
    const std::string state = COMITY_TRY(affair.state(prosecution));
    if (state != "withdrawn") {
        return base::fail(ErrorKind::failure, "the order was not withdrawn");
    }
    return {};
}

}  // namespace

base::Result<void> declare_lapsed_too_early(Affair& affair) {
    const Affair::Duty clock = COMITY_TRY(the_clock(affair, "validation"));
    return affair.refused({"the order declared lapsed before its time", ErrorKind::inadmissible,
                           "the time has not run out"},
                          central_reviewer, "lapse-unvalidated", clock_fields(clock));
}

base::Result<void> lapse_unvalidated(Stage& stage, Chapters& chapters) {
    stage.heading("49 hours later: the order that nobody validated lapses");
    Affair& affair = *chapters.unvalidated;
    COMITY_TRY(lapse(affair));
    COMITY_TRY(affair.refused({"opening what a lapsed order had brought", ErrorKind::inadmissible,
                               "disclosure/open-item"},
                              investigator, "open-item",
                              naming("item", *chapters.unvalidated_item)));
    COMITY_TRY(erase_everywhere(affair));
    chapters.prove("emergency-lapsed", affair);
    return {};
}

base::Result<void> stay_silent_in_an_outage(Stage& stage, Chapters& chapters) {
    stage.heading("The same 49 hours, but the prosecution's line was down for a day");
    Affair& affair = *chapters.outage;
    const Affair::Duty answer = COMITY_TRY(the_clock(affair, "answer"));
    COMITY_TRY(affair.take(prosecutor, "escalate-unanswered", clock_fields(answer)));
    stage.note("no answer in eight hours: in this text silence means escalation, no more");
    const Affair::Duty before = COMITY_TRY(the_clock(affair, "validation"));
    COMITY_TRY(affair.take(prosecutor, "record-own-outage",
                           {{"from", (before.since + std::chrono::hours(2)).text()},
                            {"until", (before.since + std::chrono::hours(26)).text()},
                            {"means", "The provider of our line has confirmed the outage."}}));
    const Affair::Duty after = COMITY_TRY(the_clock(affair, "validation"));
    stage.note(fmt::format("an outage is not silence: due {} instead of {}", after.due.text(),
                           before.due.text()));
    return declare_lapsed_too_early(affair);
}

base::Result<void> lapse_after_the_outage(Stage& stage, Chapters& chapters) {
    stage.heading("Days after the outage: now the silence counts");
    Affair& affair = *chapters.outage;
    COMITY_TRY(lapse(affair));
    stage.note("nothing had been handed over: nothing is left to erase");
    chapters.prove("emergency-outage", affair);
    return {};
}

}  // namespace comity::app::demo
