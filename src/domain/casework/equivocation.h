#pragma once

// Equivocation: two entries of one party's chain in a matter that both say they are the same one
// (DESIGN 5.5). Each is signed by its node and stands in its ledger, so the two together prove it
// to anyone who has the annex, whoever shows them (docs/formats/equivocation.md).

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

#include "domain/casework/annex.h"
#include "domain/casework/envelope.h"
#include "ground/base/base.h"

namespace comity::casework {

inline constexpr std::int64_t equivocation_version = 1;
inline constexpr std::size_t max_equivocation_bytes = 256 * 1024;

/// Headers, signatures and proofs only: no field of an act is opened.
struct Equivocation {
    std::int64_t version = equivocation_version;
    ProvenEntry first;
    ProvenEntry second;

    friend bool operator==(const Equivocation&, const Equivocation&) = default;
};

/// What it takes to prove it, out of two entries; nothing that an act says is kept.
[[nodiscard]] Equivocation equivocation_of(ProvenEntry first, ProvenEntry second);

/// That it is one: two different entries of one author, matter and number, each signed by the
/// author's node and held by its witnessed ledger. Kinds: malformed (one entry, or of different
/// places), not_proven (the annex does not name the author, or too few witnesses), invalid.
[[nodiscard]] base::Result<void> check_equivocation(const Annex& annex,
                                                    const Equivocation& equivocation);

/// Reads JSON. Kinds malformed, too_large.
[[nodiscard]] base::Result<Equivocation> read_equivocation(std::string_view text);

}  // namespace comity::casework

template <>
struct comity::codec::Message<comity::casework::Equivocation> {
    using E = comity::casework::Equivocation;
    static constexpr std::string_view name = "equivocation";
    static constexpr auto fields = std::tuple{field("v", &E::version, "format version, 1"),
                                              field("first", &E::first, "an entry"),
                                              field("second", &E::second, "another in its place")};
};
