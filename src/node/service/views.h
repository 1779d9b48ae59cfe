#pragma once

// Views: matters, officials and status as JSON values for the office. Folds; they own no truth.

#include <optional>
#include <string>

#include "ground/base/base.h"
#include "ground/codec/codec.h"
#include "node/delivery/delivery.h"
#include "node/submit/institution.h"

namespace comity::service {

/// How erasure stands since the node started.
struct ErasureStatus {
    std::optional<base::Instant> last_run;
    std::size_t items = 0;
    std::size_t bodies = 0;
    std::size_t postponed = 0;  ///< by the last run
    std::string trouble;        ///< why the last run did not finish; empty if it did
};

/// How the public mirror stands (submit::Mirror).
struct MirrorStatus {
    std::uint64_t size = 0;   ///< leaves that are shown
    std::uint64_t grown = 0;  ///< batches by which it grew the last time
    std::optional<base::Instant> next;
    std::string trouble;  ///< why the last time failed; empty if it did not
};
/// Kind not_found: there is no mirror.
[[nodiscard]] base::Result<codec::Value> mirror_view(const submit::Institution& institution,
                                                     const MirrorStatus& mirror);

/// One matter: acts with their authors, powers, running duties, what is restricted or contested,
/// its items and where their copies are, the law's word.
[[nodiscard]] base::Result<codec::Value> matter_view(const submit::Institution& institution,
                                                     const base::MatterId& id);
/// How an item's copy stands at this node: elsewhere, coming, here, erased.
[[nodiscard]] std::string_view copy_here(const submit::Institution& institution,
                                         const items::ItemDescriptor& item);
/// All matters, one line each.
[[nodiscard]] base::Result<codec::Value> matters_view(const submit::Institution& institution);
/// All accreditations known here, with their public keys.
[[nodiscard]] base::Result<codec::Value> officials_view(const submit::Institution& institution);
/// What parties signed twice, as evidence (casework/equivocation.h), in the order of finding.
[[nodiscard]] codec::Value equivocations_view(const submit::Institution& institution);
/// The node: party, realm, ledger, peers, streams that come, erasure.
[[nodiscard]] base::Result<codec::Value> status_view(const submit::Institution& institution,
                                                     const delivery::Delivery& delivery,
                                                     const ErasureStatus& erasure);
/// The proof file of a matter as this node can prove it, with the digests of its items; of those
/// that are sealed to one of `readers` and still kept here also the sealed bytes (never a key, and
/// never a stream's segments). Kind try_later while an own entry waits for its cosignature.
[[nodiscard]] base::Result<std::string> proof_of(submit::Institution& institution,
                                                 const base::MatterId& id,
                                                 const std::vector<base::PartyId>& readers = {});

}  // namespace comity::service
