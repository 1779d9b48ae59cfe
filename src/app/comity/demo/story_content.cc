// Content under a judge's order: what holds it back, what answers that, and what goes meanwhile.

#include "app/comity/demo/chapters.h"

namespace comity::app::demo {
namespace {

using base::ErrorKind;

/// Raised, answered, and taken back by who raised it.
base::Result<void> raise_and_withdraw(Affair& affair) {
    const ActReceipt ground =
        COMITY_TRY(affair.take(central_reviewer, "raise-ground",
                               {{"ground", "own-investigation"},
                                {"categories", codec::Array{"content"}},
                                {"reasons", "Borland may be looking into the same account."}}));
    COMITY_TRY(affair.take(
        prosecutor, "answer-ground",
        naming("ground", ground, {{"reasons", "Our case is about other mails; please look."}})));
    COMITY_TRY(affair.take(
        central_reviewer, "withdraw-ground",
        naming("ground", ground, {{"reasons", "There is no such investigation in Borland."}})));
    affair.stage().note("answered, and withdrawn by the party that had raised it: no other can");
    return {};
}

/// A ground that ends by an assurance, when that is given and accepted.
base::Result<void> settle_by_assurance(Affair& affair, const ActReceipt& ground,
                                       const Parcel& content) {
    COMITY_TRY(affair.take(prosecutor, "give-assurance",
                           naming("ground", ground,
                                  {{"assurance", codec::Array{"no-onward-transfer"}},
                                   {"terms", "The mails stay with this prosecution."}})));
    COMITY_TRY(affair.refused({"content while the assurance is given and not yet accepted",
                               ErrorKind::inadmissible, "disclosure/raise-ground"},
                              custodian, content));
    COMITY_TRY(affair.take(central_reviewer, "accept-assurance",
                           naming("ground", ground, {{"condition", "As assured, in this case."}})));
    return {};
}

/// Traffic data go, content waits for the ground that concerns it alone.
base::Result<void> release_by_category(Affair& affair, const Records& records,
                                       const Parcel& content) {
    const ActReceipt ground = COMITY_TRY(
        affair.take(central_reviewer, "raise-ground",
                    {{"ground", "freedom of the press"},
                     {"categories", codec::Array{"content"}},
                     {"reasons", "An invented newspaper may have written to this account."}}));
    COMITY_TRY(affair.take(central_reviewer, "clear", {}));
    COMITY_TRY(affair.refused({"content, cleared, while a ground against it stands",
                               ErrorKind::inadmissible, "disclosure/raise-ground"},
                              custodian, content));
    const Parcel traffic = COMITY_TRY(find_and_seal(affair.stage(), records, "traffic"));
    COMITY_TRY(affair.take(custodian, traffic));
    affair.stage().note("the ground names content only: traffic data are cleared and go");
    return settle_by_assurance(affair, ground, content);
}

}  // namespace

base::Result<Parcel> invented_mails(Cast& cast) {
    return seal(cast, "content", 4,
                "From sender@invented.example Mon Nov 16 09:00:00 2026\n"
                "From: sender@invented.example\n"
                "To: payer@invented.example\n"
                "Subject: Invoice 17 (invented)\n"
                "\n"
                "Please pay to the invented account below.\n");
}

base::Result<void> produce_content(Stage& stage, const Records& records, Chapters& chapters) {
    stage.heading("Content under a judge's order: each category goes when nothing holds it");
    Affair affair = COMITY_TRY(order_content(stage, records));
    const Parcel content = COMITY_TRY(invented_mails(stage.cast()));
    COMITY_TRY(affair.refused(
        {"content before the hold has ended", ErrorKind::lacks_facts, "XA-XB/EE 6(4)"}, custodian,
        content));
    stage.note("6(4): it waits until Borland clears it, or ten days after the notification");
    const Parcel subscriber =
        COMITY_TRY(seal(stage.cast(), "subscriber", 2, chapters.subscriber_data));
    COMITY_TRY(affair.take(custodian, subscriber));
    stage.note("6(4) does not hold subscriber data: a partial release");
    COMITY_TRY(raise_and_withdraw(affair));
    COMITY_TRY(release_by_category(affair, records, content));
    const ActReceipt produced = COMITY_TRY(affair.take(custodian, content));
    COMITY_TRY(affair.open(content, produced));
    stage.note("every ground has ended, every release was judged by itself");
    chapters.content = affair;
    chapters.mails = produced;
    return {};
}

base::Result<void> wait_for_the_hold(Stage& stage, const Records& records, Chapters& chapters) {
    stage.heading("A second case like it, which nobody clears");
    Affair affair = COMITY_TRY(order_content(stage, records));
    chapters.held_mails = COMITY_TRY(invented_mails(stage.cast()));
    COMITY_TRY(affair.refused({"content that is neither cleared nor ten days notified",
                               ErrorKind::lacks_facts, "XA-XB/EE 6(4)"},
                              custodian, *chapters.held_mails));
    stage.note("it waits for its time, in a later chapter");
    chapters.held = affair;
    return {};
}

base::Result<void> end_the_hold_by_time(Stage& stage, Chapters& chapters) {
    stage.heading("Ten days after the notification: the hold has ended by its time");
    Affair& affair = *chapters.held;
    const ActReceipt produced = COMITY_TRY(affair.take(custodian, *chapters.held_mails));
    COMITY_TRY(affair.open(*chapters.held_mails, produced));
    stage.note("nobody cleared it, nobody had raised a ground: XA-XB/EE 6(4) lets it go");
    chapters.prove("content-held", affair);
    return {};
}

}  // namespace comity::app::demo
