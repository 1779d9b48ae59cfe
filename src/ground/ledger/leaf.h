#pragma once

// The ledger's leaf (DESIGN 5.9, docs/formats/ledger.md): what the world may see of an act.

#include <cstdint>
#include <string>

#include "ground/base/base.h"

namespace comity::ledger {

/// How coarsely an act is classified in public.
enum class LeafClass : std::uint8_t {
    act = 1,       ///< an act of this node
    receipt = 2,   ///< this node's receipt for another's act
    erasure = 3,   ///< a key destroyed
    registry = 4,  ///< an accreditation, its suspension or end
    padding = 5,   ///< nothing: keeps the cadence of a public mirror
    map = 6,       ///< the root of the map of matters (matter_map.h), in leaves of version 02
    key = 7,       ///< the ledger's key is replaced (key_change.h), in leaves of version 03
};

/// Whether such a leaf stands for an act or a receipt, whose salt and id its commitment hides.
[[nodiscard]] bool stands_for_entry(LeafClass leaf_class);

/// 42 bytes: version 01 (of class map: 02, of class key: 03), class, commitment (32), then
/// unseal_by and delete_by as days since 1970-01-01, each an unsigned big-endian 32-bit number, 0
/// for "not set".
struct Leaf {
    LeafClass leaf_class = LeafClass::act;
    /// Hides which act or receipt this is: SHA-256(tag || salt || id), the salt derived from the
    /// record key.
    base::Digest commitment;
    base::Date unseal_by;  ///< day on which the act's existence may be told; 1970-01-01: not set
    base::Date delete_by;  ///< day by which the body must be gone; 1970-01-01: not set

    /// Days before 1970-01-01 have no place in the format and are written as 1970-01-02: both say
    /// no more than that the day is long past.
    /// A leaf of class map or key has no days.
    [[nodiscard]] base::Bytes encode() const;
    /// Strict: exactly what encode() writes, days up to 9999-12-31. Kind malformed.
    [[nodiscard]] static base::Result<Leaf> parse(base::ByteView bytes);

    friend bool operator==(const Leaf&, const Leaf&) = default;
};

/// commitment = SHA-256("comity/leaf/v1" || lp(salt) || lp(id)).
[[nodiscard]] base::Digest leaf_commitment(const base::Digest& salt, const base::Digest& id);

}  // namespace comity::ledger
