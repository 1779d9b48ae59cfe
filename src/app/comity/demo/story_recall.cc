// A ground that comes after the release: the release stands, its holder calls it back, its reader
// opens nothing and sets it aside (DESIGN 5.4).

#include "app/comity/demo/chapters.h"

namespace comity::app::demo {

using base::ErrorKind;

base::Result<void> recall(Stage& stage, const Records& records, Chapters& chapters) {
    stage.heading("A ground that comes too late: what was released is called back");
    Affair affair = COMITY_TRY(order_content(stage, records));
    COMITY_TRY(affair.take(central_reviewer, "clear", {}));
    const Parcel content = COMITY_TRY(invented_mails(stage.cast()));
    const ActReceipt produced = COMITY_TRY(affair.take(custodian, content));
    COMITY_TRY(affair.take(
        central_reviewer, "raise-ground",
        {{"ground", "immunity"}, {"reasons", "The account's holder is an invented diplomat."}}));
    const auto due = COMITY_TRY(affair.duties(provider, "recall"));
    if (due.size() != 1) {
        return base::fail(ErrorKind::failure, "no duty to recall runs");
    }
    stage.note("the provider has to recall it by " + due.front().due.text() + " (" +
               due.front().clause + ")");
    COMITY_TRY(affair.refused({"opening what a ground stands against", ErrorKind::inadmissible,
                               "disclosure/raise-ground"},
                              investigator, "open-item", naming("item", produced)));
    COMITY_TRY(
        affair.take(custodian, "recall-production",
                    naming("produced", produced, {{"reasons", "Borland has raised immunity."}})));
    COMITY_TRY(affair.take(prosecutor, "confirm-set-aside", naming("produced", produced)));
    COMITY_TRY(affair.refused(
        {"opening what was recalled and set aside", ErrorKind::inadmissible, "disclosure/"},
        investigator, "open-item", naming("item", produced)));
    COMITY_TRY(
        affair.take(prosecutor, "withdraw", {{"reasons", "Immunity is not waived: withdrawn."}}));
    COMITY_TRY(erase_everywhere(affair));
    chapters.prove("recall", affair);
    return {};
}

}  // namespace comity::app::demo
