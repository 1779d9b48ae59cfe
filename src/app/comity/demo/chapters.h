#pragma once

// The chapters after the first story: content, grounds, holds, recall, emergencies, silence, the
// defence, a stolen key, and what must fail because of what came before. They need the registers
// and the channel (story.h), and some of them that time has passed (Stage::jump).

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/comity/demo/affair.h"
#include "app/comity/demo/story.h"

namespace comity::app::demo {

/// What one chapter leaves for a later one, and the matters to be proven at the end.
struct Chapters {
    std::string subscriber_data;  ///< as found in the provider's files
    std::optional<Affair> content;
    std::optional<ActReceipt> mails;  ///< the act that handed over its content
    std::optional<Affair> held;
    std::optional<Parcel> held_mails;
    std::optional<Affair> unvalidated;
    std::optional<ActReceipt> unvalidated_item;
    std::optional<Affair> outage;
    std::vector<std::pair<std::string, base::MatterId>> proofs;

    void prove(std::string name, const Affair& affair) {
        proofs.emplace_back(std::move(name), affair.matter());
    }
};

/// Hold, grounds that are withdrawn and settled, release of each category by itself, opening.
[[nodiscard]] base::Result<void> produce_content(Stage& stage, const Records& records,
                                                 Chapters& chapters);
/// A mailbox that is streamed, found to hold mail with counsel, filtered, erased, produced anew.
[[nodiscard]] base::Result<void> read_a_mailbox(Stage& stage, const Records& records,
                                                Chapters& chapters);
/// Content that nobody clears, refused before its time, and after ten days released.
[[nodiscard]] base::Result<void> wait_for_the_hold(Stage& stage, const Records& records,
                                                   Chapters& chapters);
[[nodiscard]] base::Result<void> end_the_hold_by_time(Stage& stage, Chapters& chapters);
/// A ground after the release: recalled, not opened, set aside, erased.
[[nodiscard]] base::Result<void> recall(Stage& stage, const Records& records, Chapters& chapters);

[[nodiscard]] base::Result<void> contest_emergency(Stage& stage, const Records& records,
                                                   const Matters& matters, Chapters& chapters);
[[nodiscard]] base::Result<void> refuse_emergency(Stage& stage, const Records& records,
                                                  Chapters& chapters);
/// Of these two nobody validates the order; the second one's prosecution has an outage.
[[nodiscard]] base::Result<void> confirm_by_telephone(Stage& stage, const Records& records,
                                                      Chapters& chapters);
[[nodiscard]] base::Result<void> order_before_an_outage(Stage& stage, const Records& records,
                                                        Chapters& chapters);
/// The lapse of an order that was not validated, tried before its time.
[[nodiscard]] base::Result<void> declare_lapsed_too_early(Affair& affair);
/// These need 48 hours to have passed, the last one 72.
[[nodiscard]] base::Result<void> lapse_unvalidated(Stage& stage, Chapters& chapters);
[[nodiscard]] base::Result<void> stay_silent_in_an_outage(Stage& stage, Chapters& chapters);
[[nodiscard]] base::Result<void> lapse_after_the_outage(Stage& stage, Chapters& chapters);

/// The defence postpones the erasure of the content; then it is erased.
[[nodiscard]] base::Result<void> defend(Stage& stage, Chapters& chapters);
[[nodiscard]] base::Result<void> steal_a_key(Stage& stage, const Records& records,
                                             Chapters& chapters);
/// Back-dated, omitting, doubled, unattested; a judge who is none.
[[nodiscard]] base::Result<void> fail_against_the_past(Stage& stage, const Records& records,
                                                       const Chapters& chapters);

/// A few invented mails of the account, sealed.
[[nodiscard]] base::Result<Parcel> invented_mails(Cast& cast);

}  // namespace comity::app::demo
