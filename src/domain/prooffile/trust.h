#pragma once

// The trust file: the anchors that a proof file is held against. They reach the verifier by another
// way than the file (DESIGN 5.1, docs/formats/trust.md).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/casework/casework.h"
#include "domain/law/law.h"
#include "ground/base/base.h"
#include "ground/codec/codec.h"
#include "ground/crypto/crypto.h"
#include "ground/crypto/timestamp.h"

namespace comity::prooffile {

/// Version 2 may name authorities for timestamps; a file that names none is written as version 1.
inline constexpr std::int64_t trust_version = 2;
inline constexpr std::int64_t first_trust_version = 1;
inline constexpr std::string_view trust_format = "comity-trust";
inline constexpr std::size_t max_trust_bytes = 1 << 20;

struct TrustedParty {
    base::PartyId party;
    crypto::PublicKey root;
    crypto::PublicKey node;
    std::string ledger;  ///< verifier key of its checkpoints

    friend bool operator==(const TrustedParty&, const TrustedParty&) = default;
};

struct TrustedWitness {
    base::PartyId party;
    std::string vkey;  ///< verifier key of its cosignatures

    friend bool operator==(const TrustedWitness&, const TrustedWitness&) = default;
};

struct Trust {
    std::string format = std::string(trust_format);
    std::int64_t version = first_trust_version;
    base::Realm realm = base::Realm::exercise;
    std::string agreement;               ///< the agreement's name
    base::TextDigest text;               ///< of the agreement
    std::optional<base::LawDigest> law;  ///< of all texts; none: whatever the acts name
    base::Digest annex;                  ///< casework::digest_of(Annex)
    std::vector<TrustedParty> parties;
    std::vector<TrustedWitness> witnesses;
    std::int64_t quorum = 0;
    std::int64_t skew_seconds = 0;
    /// Certificates (PEM) of authorities whose timestamps count, or of roots above them; version 2.
    std::optional<std::string> timestamps;

    friend bool operator==(const Trust&, const Trust&) = default;
};

/// The anchors that an annex holds, for the parties of that annex to hand out.
[[nodiscard]] Trust trust_from(const casework::Annex& annex);
/// The same anchors and authorities for timestamps (PEM). Kinds malformed, too_large.
[[nodiscard]] base::Result<Trust> with_timestamps(Trust trust, std::string_view authorities);

/// Canonical JSON and LF.
[[nodiscard]] std::string write_trust(const Trust& trust);
/// Any strict JSON of the format. Kinds malformed and too_large, with the place.
[[nodiscard]] base::Result<Trust> read_trust(std::string_view text);

/// One anchor: what it is of, and its value as two people compare it.
struct Anchor {
    std::string name;   ///< "root key of xa-prosecution"
    std::string value;  ///< digest, key thumbprint, verifier key or number

    friend bool operator==(const Anchor&, const Anchor&) = default;
};

/// The anchors in the order in which they are shown and compared.
[[nodiscard]] std::vector<Anchor> anchors_of(const Trust& trust);

/// The anchors of `found` that `trust` does not hold with the same value, and those of `trust` that
/// `found` lacks; the values are those of `found`, or "none". `trust.law` is not compared here.
[[nodiscard]] std::vector<Anchor> differences(const Trust& trust, const Trust& found);

}  // namespace comity::prooffile

namespace comity::codec {

template <>
struct Message<prooffile::TrustedParty> {
    using P = prooffile::TrustedParty;
    static constexpr std::string_view name = "trusted-party";
    static constexpr auto fields =
        std::tuple{field("party", &P::party, "the institution"),
                   field("root", &P::root, "accredits the party's officials"),
                   field("node", &P::node, "countersigns, receipts and seals exports"),
                   field("ledger", &P::ledger, "verifier key of its checkpoints", 256)};
};

template <>
struct Message<prooffile::TrustedWitness> {
    using W = prooffile::TrustedWitness;
    static constexpr std::string_view name = "trusted-witness";
    static constexpr auto fields =
        std::tuple{field("party", &W::party, "the attesting institution"),
                   field("vkey", &W::vkey, "verifier key of its cosignatures", 256)};
};

template <>
struct Message<prooffile::Trust> {
    using T = prooffile::Trust;
    static constexpr std::string_view name = "trust";
    static constexpr auto fields = std::tuple{
        field("format", &T::format, "comity-trust", 16),
        field("v", &T::version, "format version, 1 or 2"),
        field("realm", &T::realm, "live or exercise"),
        field("agreement", &T::agreement, "the agreement's name", 128),
        field("text", &T::text, "digest of the agreement's text"),
        field("law", &T::law, "digest of all texts; absent: the one that the acts name"),
        field("annex", &T::annex, "digest of the agreement's key annex"),
        field("parties", &T::parties, "the institutions and their keys", 256),
        field("witnesses", &T::witnesses, "whose cosignature counts", 64),
        field("quorum", &T::quorum, "cosignatures that a checkpoint needs"),
        field("skew", &T::skew_seconds, "seconds that `at` may lie from the witnessed time"),
        field("timestamps", &T::timestamps, "PEM: whose timestamps count; version 2",
              crypto::max_authority_bytes)};
};

}  // namespace comity::codec
