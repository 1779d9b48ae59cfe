#pragma once

// How an act is written in the second of two worlds: the same where somebody may know it, and where
// the engine acts on it; otherwise elsewhere (two_worlds.h).

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "ground/crypto/testing.h"
#include "node/simulation/cast.h"
#include "node/simulation/fields.h"

namespace comity::simulation {

/// Which side each party took in a matter, at whatever node.
using Sides = std::map<base::PartyId, std::set<std::string>>;

enum class Lengths { equal, other };

/// What is written otherwise.
struct Varied {
    bool fields = true;  ///< false: the content of items only
    Lengths lengths = Lengths::equal;
    std::optional<base::PartyId> unless_known_to;  ///< none: all of it
};

class Variation {
 public:
    Variation(const Cast& cast, Varied varied) : cast_(cast), varied_(std::move(varied)) {}

    /// Rewrites what `author` is about to write in a matter of these sides.
    void rewrite(const base::PartyId& author, const law::ActKind& kind, const Sides& sides,
                 Written& written);
    [[nodiscard]] std::uint64_t count() const { return count_; }
    /// Of these, fields of matters in which the party has a side.
    [[nodiscard]] std::uint64_t closed() const { return closed_; }

 private:
    [[nodiscard]] bool is_hidden(const law::ActKind& kind, const law::ActField& field,
                                 const Sides& sides) const;
    void rewrite(const law::ActField& field, Written& written);
    void seal_anew(const law::ActField& field, Lengths lengths, Written& written);

    const Cast& cast_;
    Varied varied_;
    crypto::CountingRandom random_{"second world"};
    std::uint64_t count_ = 0;
    std::uint64_t closed_ = 0;
};

}  // namespace comity::simulation
