// The defence: admitted by the judge, it asks that data be kept; that postpones the erasure.

#include "app/comity/demo/chapters.h"

namespace comity::app::demo {

using base::ErrorKind;

base::Result<void> defend(Stage& stage, Chapters& chapters) {
    stage.heading("The defence has data kept; at the end everything is erased, with receipts");
    Affair& affair = *chapters.content;
    COMITY_TRY(affair.take(judge, "admit-defence", {{"counsel", defence}}));
    COMITY_TRY(stage.interrupt(defence));
    const ActReceipt hold = COMITY_TRY(
        affair.take(counsel, "defence-hold",
                    naming("item", *chapters.mails,
                           {{"reasons", "The second mail shows that he was abroad (invented)."}})));
    const base::Date today = base::utc_day_of(stage.cast().clock.now());
    COMITY_TRY(affair.take(prosecutor, "close", {{"date", today.text()}}));
    COMITY_TRY(affair.refused({"erasing what the defence has asked to keep",
                               ErrorKind::inadmissible, "disclosure/defence-hold"},
                              prosecutor, "erase-copy", {{"places", codec::Array{"a disk"}}}));
    COMITY_TRY(affair.refused({"the prosecution ends the hold of the defence",
                               ErrorKind::inadmissible, "disclosure/end-defence-hold"},
                              prosecutor, "end-defence-hold", naming("hold", hold)));
    COMITY_TRY(affair.take(counsel, "end-defence-hold", naming("hold", hold)));
    COMITY_TRY(erase_everywhere(affair));
    chapters.prove("content", affair);
    return {};
}

}  // namespace comity::app::demo
