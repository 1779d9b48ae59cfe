#pragma once

// How a node keeps what only some may read: an entry's body, or what travels with an item, sealed
// under a data key of its own that is wrapped by the key of its erasure day (DESIGN 5.8).

#include <optional>
#include <vector>

#include "domain/casework/casework.h"
#include "ground/base/base.h"
#include "node/ports/ports.h"

namespace comity::submit {

/// The readable part of an entry at its holder.
struct Body {
    std::vector<casework::Opening> openings;  ///< empty for a receipt
    base::Digest leaf_salt;                   ///< of the commitment in this node's ledger
    std::optional<base::Bytes> record_key;    ///< at the author's node: what the salts derive from
};

/// The parts of an act that are neither header nor body.
struct Attestation {
    std::vector<base::Digest> commitments;
    std::optional<casework::SignatureRecord>
        signature;  ///< of the official, or of a receipt's node
    std::optional<casework::SignatureRecord> countersignature;
};

/// Fills the body columns of `row`. `context` binds the ciphertext to the entry.
[[nodiscard]] base::Result<void> seal_body(const Body& body, base::Date erase_on,
                                           ports::DayKeys& day_keys, crypto::Random& random,
                                           ports::StoredEntry& row);
/// Kind not_found once the key of the erasure day is destroyed.
[[nodiscard]] base::Result<Body> open_body(const ports::StoredEntry& row, ports::DayKeys& day_keys);

/// The row of an item. What it holds is sealed to its reader already, but the reader's own key
/// would open it for ever.
[[nodiscard]] base::Result<ports::StoredItem> keep_item(const casework::ShippedItem& item,
                                                        const base::MatterId& matter,
                                                        base::Date erase_on,
                                                        ports::DayKeys& day_keys,
                                                        crypto::Random& random);
/// What travelled. Kind not_found once it is erased.
[[nodiscard]] base::Result<casework::ShippedItem> kept_item(const ports::StoredItem& row,
                                                            ports::DayKeys& day_keys);

/// The row of an entry, without body, leaf and transport.
[[nodiscard]] ports::StoredEntry row_of(const casework::Entry& entry, base::Instant recorded_at);
/// The entry that a row and its body hold.
[[nodiscard]] base::Result<casework::Entry> entry_of(const ports::StoredEntry& row,
                                                     const Body& body);

}  // namespace comity::submit

namespace comity::codec {

template <>
struct Message<submit::Body> {
    using B = submit::Body;
    static constexpr std::string_view name = "stored-body";
    static constexpr auto fields =
        std::tuple{field("openings", &B::openings, "fields readable here", casework::max_fields),
                   field("leaf-salt", &B::leaf_salt, "salt of the leaf's commitment"),
                   field("record-key", &B::record_key, "32 bytes, at the author's node", 64)};
};

template <>
struct Message<submit::Attestation> {
    using A = submit::Attestation;
    static constexpr std::string_view name = "stored-attestation";
    static constexpr auto fields = std::tuple{
        field("commitments", &A::commitments, "of an act's fields", casework::max_fields),
        field("signature", &A::signature, "the official's, or a receipt's node's"),
        field("countersignature", &A::countersignature, "of an act's node")};
};

}  // namespace comity::codec
