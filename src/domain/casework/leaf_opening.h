#pragma once

// What opens a leaf to somebody who may know of the entry but not read it: the entry's header and
// the leaf's salt (docs/formats/matter-map.md). An oversight body enumerates a ledger by these.

#include <cstdint>
#include <optional>
#include <string_view>

#include "domain/casework/act.h"
#include "ground/base/base.h"
#include "ground/codec/codec.h"
#include "ground/ledger/ledger.h"

namespace comity::casework {

inline constexpr std::size_t max_leaf_opening_bytes = std::size_t{64} * 1024;

struct LeafOpening {
    std::int64_t index = 0;
    base::Bytes leaf;
    std::optional<base::Digest> salt;  ///< none: it was erased with the body
    std::optional<Header> act;         ///< exactly one of act and receipt
    std::optional<ReceiptHeader> receipt;

    [[nodiscard]] const base::MatterId& matter() const;
    [[nodiscard]] EntryId entry() const;
    friend bool operator==(const LeafOpening&, const LeafOpening&) = default;
};

/// Whether an opening was shown to be the leaf's, or rests on its node's word alone.
enum class LeafOpened : std::uint8_t { shown, told };

/// Checks that the leaf commits to the entry. Kinds: invalid (it does not, or is of another class).
[[nodiscard]] base::Result<LeafOpened> check_opening(const LeafOpening& opening);

/// One line of a file of openings, strict. Kind malformed, too_large.
[[nodiscard]] base::Result<LeafOpening> read_leaf_opening(std::string_view line);

}  // namespace comity::casework

namespace comity::codec {

template <>
struct Message<casework::LeafOpening> {
    using L = casework::LeafOpening;
    static constexpr std::string_view name = "leaf-opening";
    static constexpr auto fields =
        std::tuple{field("index", &L::index, "of the leaf, from 0"),
                   field("leaf", &L::leaf, "the leaf's 42 bytes", 64),
                   field("salt", &L::salt, "of the commitment; absent once it is erased"),
                   field("act", &L::act, "header of the act that the leaf is of"),
                   field("receipt", &L::receipt, "header of the receipt that the leaf is of")};
};

}  // namespace comity::codec
