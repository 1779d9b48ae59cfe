#pragma once

// What an official asks a node to draft.

#include <optional>
#include <string>

#include "ground/base/base.h"
#include "ground/codec/codec.h"

namespace comity::submit {

struct DraftRequest {
    std::optional<base::MatterId> matter;  ///< none: a new matter
    std::string procedure;                 ///< for a new matter: the procedure's name
    std::string kind;
    base::KeyId key;
    std::optional<base::Instant> at;  ///< none: now
    codec::Value fields;              ///< an object
    /// An act known here, of any matter, whose commitments the draft repeats in every field of the
    /// same name and value that is open here: then it can be proven that the one lies within the
    /// other (domain/prooffile/within.h). It links them for everybody who sees both headers.
    std::optional<base::ActId> within = {};
};

}  // namespace comity::submit
