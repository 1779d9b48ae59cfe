#pragma once

// COSE receipts (RFC 9942) over the tree of RFC 9162 (verifiable data structure 1): a COSE_Sign1
// whose payload, the root, is detached, so that whoever verifies must compute it from the proof.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "ground/base/base.h"
#include "ground/crypto/crypto.h"

namespace comity::cose {

inline constexpr std::size_t max_receipt_bytes = std::size_t{16} * 1024;
inline constexpr std::size_t max_path_hashes = 64;
inline constexpr std::size_t max_issuer_bytes = 255;

/// An entry is in the tree of `size` leaves, at `index`.
struct InclusionProof {
    std::uint64_t size = 0;
    std::uint64_t index = 0;
    std::vector<base::Digest> path;  ///< from the leaf's sibling up

    friend bool operator==(const InclusionProof&, const InclusionProof&) = default;
};

/// The tree of `new_size` leaves extends that of `old_size`.
struct ConsistencyProof {
    std::uint64_t old_size = 0;
    std::uint64_t new_size = 0;
    std::vector<base::Digest> path;

    friend bool operator==(const ConsistencyProof&, const ConsistencyProof&) = default;
};

using LedgerProof = std::variant<InclusionProof, ConsistencyProof>;

struct Receipt {
    std::string issuer;  ///< the ledger's name (CWT claim `iss`)
    base::KeyId key;     ///< of the ledger's key (`kid`)
    LedgerProof proof;
    base::Bytes signature;  ///< 64 bytes of Ed25519

    /// CBOR, deterministic.
    [[nodiscard]] base::Bytes encode() const;
    /// Strict; kinds malformed and too_large.
    [[nodiscard]] static base::Result<Receipt> parse(base::ByteView bytes);

    friend bool operator==(const Receipt&, const Receipt&) = default;
};

/// The bytes that the ledger's key signs: the Sig_structure of RFC 9052, section 4.4, over the
/// receipt's protected header and `root`.
[[nodiscard]] base::Bytes receipt_signing_input(const Receipt& receipt, const base::Digest& root);

/// Whom a receipt must be by.
struct Issuer {
    std::string name;
    crypto::PublicKey key;
};

/// The root that `receipt` proves `entry` to be under, if it is signed by `issuer`. Kinds: invalid
/// (the proof or the signature does not hold), not_proven (by another issuer or key), malformed (no
/// receipt of inclusion).
[[nodiscard]] base::Result<base::Digest> check_inclusion(const Receipt& receipt,
                                                         base::ByteView entry,
                                                         const Issuer& issuer);

/// The newer root that `receipt` proves to extend the older tree. Kinds as check_inclusion().
[[nodiscard]] base::Result<base::Digest> check_consistency(const Receipt& receipt,
                                                           std::uint64_t old_size,
                                                           const base::Digest& old_root,
                                                           const Issuer& issuer);

}  // namespace comity::cose
