#pragma once

// The envelope: how entries travel between nodes, each with the proof that its author's ledger
// holds it (docs/formats/envelope.md). What is sent carries a cosigned checkpoint.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/casework/act.h"
#include "domain/casework/annex.h"
#include "ground/base/base.h"
#include "ground/codec/codec.h"
#include "ground/ledger/ledger.h"

namespace comity::casework {

inline constexpr std::int64_t envelope_version = 1;
inline constexpr std::int64_t quorum_version = 2;  ///< if an entry carries a `quorum`
inline constexpr std::size_t max_envelope_entries = 64;
inline constexpr std::size_t max_item_bytes = 4 * 1024 * 1024;

/// What proves that an entry's leaf is in its author's ledger.
struct LeafProof {
    std::int64_t index = 0;
    base::Digest salt;               ///< of the leaf's commitment
    base::Bytes leaf;                ///< the leaf's bytes
    std::vector<base::Digest> path;  ///< inclusion, leaf to root
    std::string checkpoint;          ///< the first cosigned checkpoint that holds the leaf

    friend bool operator==(const LeafProof&, const LeafProof&) = default;
};

/// A later head that holds the leaf too, cosigned as the clause of an act that releases or destroys
/// asks (quorum.h).
struct QuorumProof {
    std::vector<base::Digest> path;  ///< inclusion of the same leaf
    std::string checkpoint;

    friend bool operator==(const QuorumProof&, const QuorumProof&) = default;
};

/// An entry with its proof. Exactly one of `act` and `receipt` is there.
struct ProvenEntry {
    std::optional<Act> act;
    std::optional<Receipt> receipt;
    LeafProof proof;
    std::optional<QuorumProof> quorum =
        std::nullopt;  ///< of an act whose kind says `witnessed by`; since v 2

    [[nodiscard]] Entry entry() const;
    friend bool operator==(const ProvenEntry&, const ProvenEntry&) = default;
};

/// A sealed item that travels with the act that carries its descriptor.
struct ShippedItem {
    base::Digest id;     ///< SHA-256 of `sealed`
    std::string sealed;  ///< JWE, JSON

    friend bool operator==(const ShippedItem&, const ShippedItem&) = default;
};

struct Envelope {
    std::int64_t version = envelope_version;
    base::Realm realm = base::Realm::exercise;
    base::PartyId from;
    base::PartyId to;
    std::vector<ProvenEntry> entries;  ///< of one chain, in order
    std::vector<ShippedItem> items;

    friend bool operator==(const Envelope&, const Envelope&) = default;
};

/// Checks an entry's leaf proof: the leaf commits to the entry, the path leads to the checkpoint's
/// root, the checkpoint is signed by the author's ledger and cosigned by the annex's quorum, and
/// the entry's `at` lies within the annex's skew of the witnessed time. Returns the witnessed time.
[[nodiscard]] base::Result<base::Instant> check_proof(const Annex& annex,
                                                      const ProvenEntry& proven);

/// The same when the checkpoint was opened before (many entries share one).
[[nodiscard]] base::Result<base::Instant> check_proof(const Annex& annex, const ProvenEntry& proven,
                                                      const ledger::SignedCheckpoint& checkpoint);

/// Reads an envelope from the bytes of a request: bounds, version, realm, one kind per entry.
[[nodiscard]] base::Result<Envelope> read_envelope(std::string_view body, base::Realm realm);

}  // namespace comity::casework

namespace comity::codec {

template <>
struct Message<casework::LeafProof> {
    using L = casework::LeafProof;
    static constexpr std::string_view name = "leaf-proof";
    static constexpr auto fields =
        std::tuple{field("index", &L::index, "of the leaf in the author's ledger"),
                   field("salt", &L::salt, "of the leaf's commitment"),
                   field("leaf", &L::leaf, "the leaf's 42 bytes", 64),
                   field("path", &L::path, "inclusion path, leaf to root", 64),
                   field("checkpoint", &L::checkpoint, "cosigned checkpoint", 16384)};
};

template <>
struct Message<casework::QuorumProof> {
    using Q = casework::QuorumProof;
    static constexpr std::string_view name = "quorum-proof";
    static constexpr auto fields =
        std::tuple{field("path", &Q::path, "inclusion path of the same leaf, leaf to root", 64),
                   field("checkpoint", &Q::checkpoint, "cosigned as the act's clause asks", 16384)};
};

template <>
struct Message<casework::ProvenEntry> {
    using P = casework::ProvenEntry;
    static constexpr std::string_view name = "proven-entry";
    static constexpr auto fields = std::tuple{
        field("act", &P::act, "the act, or"), field("receipt", &P::receipt, "the receipt"),
        field("proof", &P::proof, "that the author's ledger holds it"),
        field("quorum", &P::quorum, "a head cosigned as the act's clause asks; since version 2")};
};

template <>
struct Message<casework::ShippedItem> {
    using S = casework::ShippedItem;
    static constexpr std::string_view name = "shipped-item";
    static constexpr auto fields =
        std::tuple{field("id", &S::id, "SHA-256 of the sealed bytes"),
                   field("sealed", &S::sealed, "JWE, JSON", casework::max_item_bytes)};
};

template <>
struct Message<casework::Envelope> {
    using E = casework::Envelope;
    static constexpr std::string_view name = "envelope";
    static constexpr auto fields = std::tuple{
        field("v", &E::version, "format version, 1 or 2"),
        field("realm", &E::realm, "live or exercise"),
        field("from", &E::from, "the sending party"),
        field("to", &E::to, "the party addressed"),
        field("entries", &E::entries, "of one chain, in order", casework::max_envelope_entries),
        field("items", &E::items, "sealed items of these acts", 16)};
};

}  // namespace comity::codec
