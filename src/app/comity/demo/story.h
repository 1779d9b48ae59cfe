#pragma once

// The story: a channel is inaugurated, data is preserved, ordered, produced, opened; and what must
// fail, fails. Every step goes through the nodes' own doors.

#include <filesystem>
#include <optional>

#include "app/comity/demo/affair.h"
#include "app/comity/demo/stage.h"
#include "ground/base/base.h"

namespace comity::app::demo {

/// The matters that the story leaves behind, for the proof files.
struct Matters {
    base::MatterId channel;
    base::MatterId preservation;
    base::MatterId disclosure;
    std::string subscriber_data;                      ///< as found in the provider's files
    std::optional<ActReceipt> order;                  ///< the order of the disclosure
    std::optional<casework::ProvenEntry> sent_order;  ///< as its node sent it, to be tampered with
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

/// An envelope as the prosecution would send it, with one entry, posted to `to` over the TLS key of
/// `from`; an error is the node's refusal.
[[nodiscard]] base::Result<delivery::RecordedAnswer> post_envelope(Cast& cast,
                                                                   std::string_view from,
                                                                   std::string_view to,
                                                                   casework::ProvenEntry entry);

/// Brings `act` to the node of the other state as if the prosecution's node had sent it: over its
/// line, with its ledger's proof of the act `sent`. It must be refused.
[[nodiscard]] base::Result<void> smuggle(Stage& stage, const ActReceipt& sent, const SignedAct& act,
                                         std::string_view what);

/// The fields of a disclosure request of `data` about the account.
[[nodiscard]] codec::Object request_fields(const Records& records, std::string_view data);
/// The fields of the act that accredits the official.
[[nodiscard]] codec::Object accreditation(const Official& official, base::Instant from,
                                          base::Instant until);

}  // namespace comity::app::demo
