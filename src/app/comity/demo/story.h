#pragma once

// The story: a channel is inaugurated, data is preserved, ordered, produced, opened; and what must
// fail, fails. Every step goes through the nodes' own doors.

#include <filesystem>
#include <optional>

#include "app/comity/demo/stage.h"
#include "ground/base/base.h"

namespace comity::app::demo {

/// The matters that the story leaves behind, for the proof files.
struct Matters {
    base::MatterId channel;
    base::MatterId preservation;
    base::MatterId disclosure;
    std::optional<ActReceipt> order;                  ///< the order of the disclosure
    std::optional<casework::ProvenEntry> sent_order;  ///< as its node sent it, to be tampered with
};

/// Where the provider's real files lie, and the account that the case is about.
struct Records {
    std::filesystem::path folder;
    std::string account;
};

/// Every institution opens its register; officials are accredited, the judge by the court alone.
[[nodiscard]] base::Result<void> accredit(Stage& stage);
/// The channel between the two states, fingerprints compared by both sides.
[[nodiscard]] base::Result<base::MatterId> inaugurate(Stage& stage);
[[nodiscard]] base::Result<base::MatterId> preserve(Stage& stage, const Records& records);
/// Request, review, order, acceptance, the provider's answer from its files, opening.
[[nodiscard]] base::Result<void> disclose(Stage& stage, const Records& records, Matters& matters);
/// The six attempts that must fail.
[[nodiscard]] base::Result<void> fail_as_due(Stage& stage, const Records& records,
                                             const Matters& matters);

/// The fields of a disclosure request of `data` about the account.
[[nodiscard]] codec::Object request_fields(const Records& records, std::string_view data);

}  // namespace comity::app::demo
