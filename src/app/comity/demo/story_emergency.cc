// Emergencies: claimed with written grounds by one named person, confirmed by a second one,
// contested, decided; validated within 48 hours, refused, or met with silence (XA-XB/EE 4(2)).

#include "app/comity/demo/chapters.h"

namespace comity::app::demo {
namespace {

using base::ErrorKind;

codec::Object order_fields() {
    return {{"standard", "reasonable-grounds"}, {"reasons", "The invented hostage is in danger."}};
}

base::Result<Affair> claim(Stage& stage, const Records& records) {
    Affair affair = COMITY_TRY(ask(stage, records, "subscriber", true));
    COMITY_TRY(affair.take(
        officer, "claim-emergency",
        {{"emergency", true}, {"grounds", "A life is in danger: the invented threat of today."}}));
    return affair;
}

/// Confirmed by a second person at the desk, ordered, accepted.
base::Result<Affair> order_and_accept(Stage& stage, const Records& records) {
    Affair affair = COMITY_TRY(claim(stage, records));
    COMITY_TRY(affair.take(prosecutor, "confirm-emergency",
                           {{"reasons", "I have read the grounds and share them."}}));
    COMITY_TRY(affair.take(officer, "emergency-order", order_fields()));
    COMITY_TRY(affair.take(central_reviewer, "accept", no_refusal_grounds()));
    return affair;
}

base::Result<void> expect_clock(Affair& affair, std::string_view event, std::string_view clause) {
    const auto duties = COMITY_TRY(affair.duties(central, event));
    for (const Affair::Duty& duty : duties) {
        if (duty.clause.find(clause) != std::string::npos) {
            affair.stage().note("the clock of " + duty.clause + " runs until " + duty.due.text());
            return {};
        }
    }
    return base::fail(ErrorKind::failure, "no clock of " + std::string(clause) + " runs");
}

}  // namespace

base::Result<void> contest_emergency(Stage& stage, const Records& records, const Matters& matters,
                                     Chapters& chapters) {
    stage.heading("An emergency: confirmed, contested by the addressee, decided, validated");
    Affair affair = COMITY_TRY(claim(stage, records));
    COMITY_TRY(affair.refused({"an emergency order that no second person confirmed",
                               ErrorKind::inadmissible, "another act must come first"},
                              officer, "emergency-order", order_fields()));
    COMITY_TRY(affair.refused({"a confirmation by the person who claimed the emergency",
                               ErrorKind::inadmissible, "nobody approves their own request"},
                              officer, "confirm-emergency", {{"reasons", "I am sure."}}));
    COMITY_TRY(affair.take(prosecutor, "confirm-emergency",
                           {{"reasons", "I have read the grounds and share them."}}));
    COMITY_TRY(affair.take(officer, "emergency-order", order_fields()));
    COMITY_TRY(affair.take(central_reviewer, "accept", no_refusal_grounds()));
    COMITY_TRY(expect_clock(affair, "answer", "6(2)"));
    COMITY_TRY(affair.take(central_reviewer, "contest-emergency",
                           {{"reasons", "The threat is three weeks old."}}));
    const Parcel subscriber =
        COMITY_TRY(seal(stage.cast(), "subscriber", 2, chapters.subscriber_data));
    COMITY_TRY(affair.refused(
        {"a release that rests on a contested emergency", ErrorKind::inadmissible, "4(1)(b)"},
        custodian, subscriber));
    COMITY_TRY(expect_clock(affair, "answer", "6(1)"));
    const Office& holder = *stage.cast().institutions.find(provider)->second.office;
    const codec::Value kept = COMITY_TRY(holder.get("/matters/" + matters.preservation.text()));
    if (kept.get_object().at("final").get_bool()) {
        return base::fail(ErrorKind::failure, "the preservation has ended");
    }
    stage.note("meanwhile the data stay preserved at the provider, as ordered before");
    COMITY_TRY(affair.take(judge, "decide-emergency",
                           {{"emergency", true}, {"reasons", "A new threat came this morning."}}));
    const ActReceipt produced = COMITY_TRY(affair.take(custodian, subscriber));
    COMITY_TRY(affair.take(prosecutor, "validate",
                           {{"reasons", "Within 48 hours: the order was rightly made."}}));
    COMITY_TRY(affair.open(subscriber, produced));
    chapters.prove("emergency", affair);
    return {};
}

base::Result<void> refuse_emergency(Stage& stage, const Records& records, Chapters& chapters) {
    stage.heading("An emergency that the judge refuses to validate: withdrawn at once, erased");
    Affair affair = COMITY_TRY(order_and_accept(stage, records));
    const Parcel subscriber =
        COMITY_TRY(seal(stage.cast(), "subscriber", 2, chapters.subscriber_data));
    const ActReceipt produced = COMITY_TRY(affair.take(custodian, subscriber));
    COMITY_TRY(affair.arrived(court));
    COMITY_TRY(affair.take(judge, "refuse-validation",
                           {{"reasons", "No danger was imminent when it was ordered."}}));
    const std::string state = COMITY_TRY(affair.state(prosecution));
    if (state != "withdrawn") {
        return base::fail(ErrorKind::failure, "the order was not withdrawn");
    }
    COMITY_TRY(affair.refused({"opening what an order withdrawn had brought",
                               ErrorKind::inadmissible, "disclosure/open-item"},
                              investigator, "open-item", naming("item", produced)));
    const auto ends = COMITY_TRY(affair.duties(prosecution, "erasure"));
    for (const Affair::Duty& duty : ends) {
        stage.note("to be erased by " + duty.due.text() + " (" + duty.clause + ")");
    }
    COMITY_TRY(erase_everywhere(affair));
    chapters.prove("emergency-refused", affair);
    return {};
}

base::Result<void> confirm_by_telephone(Stage& stage, const Records& records, Chapters& chapters) {
    stage.heading("An emergency at night: confirmed by telephone, signed afterwards");
    Affair affair = COMITY_TRY(claim(stage, records));
    COMITY_TRY(affair.take(
        officer, "telephone-confirmation",
        {{"confirmed-by", prosecutor},
         {"called-at", (stage.cast().clock.now() - std::chrono::minutes(2)).text()},
         {"reasons", "One official was on duty; the second person was reached at home."}}));
    COMITY_TRY(affair.take(officer, "emergency-order", order_fields()));
    COMITY_TRY(expect_clock(affair, "confirmation", "telephone-confirmation"));
    COMITY_TRY(affair.refused({"the signature afterwards, by the person who made the call",
                               ErrorKind::inadmissible, "nobody approves their own request"},
                              officer, "sign-confirmation", {}));
    COMITY_TRY(affair.take(prosecutor, "sign-confirmation", {}));
    COMITY_TRY(affair.take(central_reviewer, "accept", no_refusal_grounds()));
    const Parcel subscriber =
        COMITY_TRY(seal(stage.cast(), "subscriber", 2, chapters.subscriber_data));
    chapters.unvalidated_item = COMITY_TRY(affair.take(custodian, subscriber));
    chapters.unvalidated = affair;
    COMITY_TRY(declare_lapsed_too_early(affair));
    stage.note("nobody validates this order: see what that means 49 hours later");
    return {};
}

base::Result<void> order_before_an_outage(Stage& stage, const Records& records,
                                          Chapters& chapters) {
    stage.heading("A last emergency: nobody answers it, nobody validates it");
    chapters.outage = COMITY_TRY(order_and_accept(stage, records));
    stage.note("the provider stays silent, and the prosecution's line is about to fail");
    return {};
}

}  // namespace comity::app::demo
