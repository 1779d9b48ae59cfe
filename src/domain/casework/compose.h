#pragma once

// Composing: from what an official wants to say to the header that the official's key signs.

#include <string>
#include <vector>

#include "domain/casework/act.h"
#include "domain/casework/dossier.h"
#include "domain/law/law.h"
#include "ground/base/base.h"

namespace comity::casework {

/// An act before its signatures.
struct Draft {
    Header header;
    std::vector<base::Digest> commitments;
    std::vector<Opening> openings;  ///< of every field

    friend bool operator==(const Draft&, const Draft&) = default;
};

/// Fields of another act that are open here. A field of the same path and value takes their salt,
/// so that both acts hold one commitment, and can prove it without opening either
/// (prooffile/within.h).
using CarriedFields = std::vector<Opening>;

/// Fills `header` (all but `fields` is the caller's) and commits to the fields of `kind`. A field
/// that is not in `fields` is committed to as null. Kind malformed for an unknown field, a wrong
/// value, or a needed field that lacks.
[[nodiscard]] base::Result<Draft> compose(const law::Vocabulary& vocabulary,
                                          const law::ActKind& kind, const codec::Object& fields,
                                          Header header, const crypto::RecordKey& record_key,
                                          const CarriedFields& carried = {});

/// Checks, before an official signs, that a draft that a node made says what was asked for: the
/// matter, the key and exactly these fields. Kind invalid with what differs.
[[nodiscard]] base::Result<void> check_draft(const Draft& draft, const base::MatterId& matter,
                                             const base::KeyId& key, std::string_view kind,
                                             const codec::Object& fields);

}  // namespace comity::casework

namespace comity::codec {

template <>
struct Message<casework::Draft> {
    using D = casework::Draft;
    static constexpr std::string_view name = "draft";
    static constexpr auto fields = std::tuple{
        field("header", &D::header, "the header to be signed"),
        field("commitments", &D::commitments, "one for each field", casework::max_fields),
        field("openings", &D::openings, "every field", casework::max_fields)};
};

}  // namespace comity::codec
