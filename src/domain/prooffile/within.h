#pragma once

// "This request lies within that order", without opening either (docs/formats/prooffile.md): fields
// of the request repeat the order's own commitments, so path, salt and value are the same. The
// proof shows these commitments in the trees of both acts.
//
//   comity-within 1
//   order <64 hexadecimal digits: act id>
//   request <64 hexadecimal digits: act id>
//   fields <order's fields> <request's fields> <place>:<place> ...
//   <one line of base64: the commitments, then the order's tree, then the request's>
//
// The trees' roots stand in the acts' headers, which the ids are hashes of; who holds headers that
// verify needs nothing else. It links order and request, and tells how many fields they share.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/casework/casework.h"
#include "domain/prooffile/report.h"
#include "ground/base/base.h"

namespace comity::prooffile {

inline constexpr std::size_t max_within_bytes = 4096;

/// A field's place in the order and its place in the request.
using SharedField = std::pair<std::size_t, std::size_t>;

struct WithinProof {
    base::ActId order;
    base::ActId request;
    std::size_t order_fields = 0;  ///< 1 to 64
    std::size_t request_fields = 0;
    std::vector<SharedField> shared;         ///< ascending in both; at least one
    std::vector<base::Digest> commitments;   ///< one for each shared field
    std::vector<base::Digest> order_tree;    ///< subtrees without a shared field, left to right
    std::vector<base::Digest> request_tree;  ///< the same of the request

    friend bool operator==(const WithinProof&, const WithinProof&) = default;
};

/// The fields whose commitments both acts hold, ascending in both. `kind` (place 0) is none.
[[nodiscard]] std::vector<SharedField> shared_fields(const casework::Act& order,
                                                     const casework::Act& request);

/// Proves that both acts hold the commitments of the shared fields. Kind not_found: none given.
/// Each must be one of shared_fields().
[[nodiscard]] base::Result<WithinProof> prove_within(const casework::Act& order,
                                                     const casework::Act& request,
                                                     std::vector<SharedField> shared);

/// Checks the proof against the members `fields` of the two headers. Kind invalid.
[[nodiscard]] base::Result<void> check_within(const WithinProof& proof,
                                              const base::Digest& order_root,
                                              const base::Digest& request_root);

/// What the proof shows, held against two reports on proof files, or twice the same.
struct WithinAnswer {
    Answer answer = Answer::not_proven;
    std::string detail;  ///< a sentence
    std::string order;   ///< what and by whom; empty if it is not there
    std::string request;
    std::vector<std::string> fields;  ///< the names of what the request repeats
};

/// AUTHENTIC (shown as PROVEN): both acts hang on the anchors, the request repeats these fields of
/// the order, and the order came first: it is in the request's past, or it was attested before the
/// request's date. That either conforms is not asked here; a file may be redacted.
[[nodiscard]] WithinAnswer judge_within(const WithinProof& proof, const Report& order,
                                        const Report& request);

/// The file's text; equal proofs give equal bytes.
[[nodiscard]] std::string write_within(const WithinProof& proof);
/// Kind invalid, with the line as place.
[[nodiscard]] base::Result<WithinProof> read_within(std::string_view text);

}  // namespace comity::prooffile
