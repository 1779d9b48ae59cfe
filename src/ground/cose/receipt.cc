#include "ground/cose/receipt.h"

#include <bit>
#include <limits>
#include <optional>

#include "ground/cose/cbor.h"

namespace comity::cose {
namespace {

using base::ErrorKind;

// RFC 9052, 3.1 and 4.2; RFC 9597; RFC 8392; RFC 9942, 7.
constexpr std::int64_t algorithm_label = 1;
constexpr std::int64_t key_label = 4;
constexpr std::int64_t claims_label = 15;
constexpr std::int64_t issuer_claim = 1;
constexpr std::int64_t structure_label = 395;
constexpr std::int64_t proofs_label = 396;
constexpr std::int64_t inclusion_label = -1;
constexpr std::int64_t consistency_label = -2;
constexpr std::int64_t eddsa = -8;
constexpr std::int64_t rfc9162_sha256 = 1;
constexpr std::uint64_t sign1_tag = 18;
constexpr std::size_t signature_bytes = 64;

std::unexpected<base::Error> malformed(std::string why) {
    return base::fail(ErrorKind::malformed, "this is no receipt of a ledger", std::move(why));
}

// --- writing

base::Bytes protected_header(const Receipt& receipt) {
    return write_cbor(
        cbor_map({{cbor_integer(algorithm_label), cbor_integer(eddsa)},
                  {cbor_integer(key_label), cbor_bytes(receipt.key.digest.view())},
                  {cbor_integer(claims_label),
                   cbor_map({{cbor_integer(issuer_claim), cbor_text(receipt.issuer)}})},
                  {cbor_integer(structure_label), cbor_integer(rfc9162_sha256)}}));
}

CborValue path_of(const std::vector<base::Digest>& path) {
    CborValue::Array hashes;
    for (const base::Digest& hash : path) {
        hashes.push_back(cbor_bytes(hash.view()));
    }
    return cbor_array(std::move(hashes));
}

CborValue number(std::uint64_t value) {
    COMITY_ENSURE(value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
    return cbor_integer(static_cast<std::int64_t>(value));
}

CborValue proof_of(std::uint64_t first, std::uint64_t second,
                   const std::vector<base::Digest>& path) {
    return cbor_bytes(write_cbor(cbor_array({number(first), number(second), path_of(path)})));
}

CborValue proofs_of(const LedgerProof& proof) {
    if (const auto* inclusion = std::get_if<InclusionProof>(&proof)) {
        return cbor_map(
            {{cbor_integer(inclusion_label),
              cbor_array({proof_of(inclusion->size, inclusion->index, inclusion->path)})}});
    }
    const auto& consistency = std::get<ConsistencyProof>(proof);
    return cbor_map(
        {{cbor_integer(consistency_label),
          cbor_array({proof_of(consistency.old_size, consistency.new_size, consistency.path)})}});
}

// --- reading

/// The members of a map with exactly these integer keys, in this order.
base::Result<std::vector<const CborValue*>> members_of(const CborValue& value,
                                                       const std::vector<std::int64_t>& labels,
                                                       std::string_view what) {
    const auto* map = value.get<CborValue::Map>();
    std::vector<const CborValue*> members;
    for (std::size_t i = 0; map != nullptr && i < map->size() && i < labels.size(); ++i) {
        const auto* label = (*map)[i].key.get<std::int64_t>();
        if (label != nullptr && *label == labels[i]) {
            members.push_back(&(*map)[i].value);
        }
    }
    if (map == nullptr || map->size() != labels.size() || members.size() != labels.size()) {
        return malformed(std::string(what) + " has not exactly the members of docs/formats");
    }
    return members;
}

bool is_integer(const CborValue& value, std::int64_t wanted) {
    const auto* integer = value.get<std::int64_t>();
    return integer != nullptr && *integer == wanted;
}

base::Result<void> read_protected(base::ByteView bytes, Receipt& receipt) {
    const CborValue header = COMITY_TRY(read_cbor(bytes));
    const auto members =
        COMITY_TRY(members_of(header, {algorithm_label, key_label, claims_label, structure_label},
                              "the protected header"));
    if (!is_integer(*members[0], eddsa)) {
        return malformed("the algorithm is not EdDSA (-8)");
    }
    const auto* key = members[1]->get<base::Bytes>();
    if (key == nullptr) {
        return malformed("the key id is no byte string");
    }
    receipt.key.digest = COMITY_TRY(base::Digest::from_bytes(*key));
    const auto claims = COMITY_TRY(members_of(*members[2], {issuer_claim}, "the claims"));
    const auto* issuer = claims[0]->get<std::string>();
    if (issuer == nullptr || issuer->empty() || issuer->size() > max_issuer_bytes) {
        return malformed("the issuer is no name of 1 to 255 bytes");
    }
    receipt.issuer = *issuer;
    if (!is_integer(*members[3], rfc9162_sha256)) {
        return malformed("the verifiable data structure is not RFC9162_SHA256 (1)");
    }
    return {};
}

struct ReadProof {
    std::uint64_t first = 0;
    std::uint64_t second = 0;
    std::vector<base::Digest> path;
};

base::Result<ReadProof> read_proof(const CborValue& proofs) {
    const auto* list = proofs.get<CborValue::Array>();
    const auto* bytes =
        list != nullptr && list->size() == 1 ? list->front().get<base::Bytes>() : nullptr;
    if (bytes == nullptr) {
        return malformed("there is not exactly one proof");
    }
    const CborValue value = COMITY_TRY(read_cbor(*bytes));
    const auto* parts = value.get<CborValue::Array>();
    if (parts == nullptr || parts->size() != 3) {
        return malformed("a proof has not two numbers and a path");
    }
    const auto* first = (*parts)[0].get<std::int64_t>();
    const auto* second = (*parts)[1].get<std::int64_t>();
    const auto* path = (*parts)[2].get<CborValue::Array>();
    if (first == nullptr || second == nullptr || path == nullptr || *first < 0 || *second < 0 ||
        path->size() > max_path_hashes) {
        return malformed("a proof has not two numbers and a path of at most 64 hashes");
    }
    ReadProof proof{static_cast<std::uint64_t>(*first), static_cast<std::uint64_t>(*second), {}};
    for (const CborValue& one : *path) {
        const auto* hash = one.get<base::Bytes>();
        if (hash == nullptr) {
            return malformed("a hash of the path is no byte string");
        }
        proof.path.push_back(COMITY_TRY(base::Digest::from_bytes(*hash)));
    }
    return proof;
}

base::Result<LedgerProof> read_proofs(const CborValue& header) {
    const auto members = COMITY_TRY(members_of(header, {proofs_label}, "the unprotected header"));
    if (const auto inclusion = members_of(*members[0], {inclusion_label}, "the proofs")) {
        ReadProof proof = COMITY_TRY(read_proof(*inclusion->front()));
        return InclusionProof{proof.first, proof.second, std::move(proof.path)};
    }
    const auto consistency = COMITY_TRY(members_of(*members[0], {consistency_label}, "the proofs"));
    ReadProof proof = COMITY_TRY(read_proof(*consistency.front()));
    return ConsistencyProof{proof.first, proof.second, std::move(proof.path)};
}

// --- verifying

/// The root that an inclusion proof leads to; whether it is one, verify_inclusion() says.
base::Digest root_of(const InclusionProof& proof, const base::Digest& leaf) {
    // RFC 9162 2.1.3.2: below the border the index's bits say the side; a node that has no sibling
    // at its level goes up unchanged.
    std::uint64_t index = proof.index;
    std::uint64_t last = proof.size - 1;
    base::Digest node = leaf;
    for (const base::Digest& sibling : proof.path) {
        if ((index & 1) != 0 || index == last) {
            node = crypto::merkle_node(sibling, node);
            while ((index & 1) == 0 && index != 0) {
                index >>= 1;
                last >>= 1;
            }
        } else {
            node = crypto::merkle_node(node, sibling);
        }
        index >>= 1;
        last >>= 1;
    }
    return node;
}

/// The newer root that a consistency proof leads to; whether it is one, verify_consistency() says.
base::Digest root_of(const ConsistencyProof& proof, const base::Digest& old_root) {
    // RFC 9162 2.1.4.2, the half that computes sr.
    const bool whole = std::has_single_bit(proof.old_size);
    std::uint64_t index = proof.old_size - 1;
    std::uint64_t last = proof.new_size - 1;
    while ((index & 1) != 0) {
        index >>= 1;
        last >>= 1;
    }
    std::size_t used = 0;
    base::Digest node = old_root;
    if (!whole && !proof.path.empty()) {
        node = proof.path[used++];
    }
    for (; used < proof.path.size(); ++used) {
        if ((index & 1) != 0 || index == last) {
            node = crypto::merkle_node(proof.path[used], node);
            while ((index & 1) == 0 && index != 0) {
                index >>= 1;
                last >>= 1;
            }
        } else {
            node = crypto::merkle_node(node, proof.path[used]);
        }
        index >>= 1;
        last >>= 1;
    }
    return node;
}

base::Result<void> check_signature(const Receipt& receipt, const base::Digest& root,
                                   const Issuer& issuer) {
    if (receipt.issuer != issuer.name || receipt.key != issuer.key.id()) {
        return base::fail(ErrorKind::not_proven, "the receipt is by another issuer",
                          "it names " + receipt.issuer + " and the key " + receipt.key.brief(),
                          "bring the verifier key of that ledger, by another way than the receipt");
    }
    if (issuer.key.algorithm() != crypto::Algorithm::ed25519) {
        return base::fail(ErrorKind::not_proven, "the issuer's key is not of Ed25519");
    }
    return crypto::verify(issuer.key, receipt_signing_input(receipt, root), receipt.signature);
}

}  // namespace

base::Bytes Receipt::encode() const {
    return write_cbor(cbor_tagged(
        sign1_tag, cbor_array({cbor_bytes(protected_header(*this)),
                               cbor_map({{cbor_integer(proofs_label), proofs_of(proof)}}),
                               CborValue{}, cbor_bytes(signature)})));
}

base::Result<Receipt> Receipt::parse(base::ByteView bytes) {
    if (bytes.size() > max_receipt_bytes) {
        return base::fail(ErrorKind::too_large, "a receipt has at most 16 KiB");
    }
    const CborValue value = COMITY_TRY(read_cbor(bytes));
    const auto* tagged = value.get<CborValue::Tagged>();
    if (tagged == nullptr || tagged->tag != sign1_tag) {
        return malformed("it is no COSE_Sign1 (tag 18)");
    }
    const auto* parts = tagged->value.front().get<CborValue::Array>();
    if (parts == nullptr || parts->size() != 4) {
        return malformed("a COSE_Sign1 has four parts");
    }
    const auto* header = (*parts)[0].get<base::Bytes>();
    const auto* signature = (*parts)[3].get<base::Bytes>();
    if (header == nullptr || signature == nullptr || signature->size() != signature_bytes) {
        return malformed("the protected header or the signature is not as it must be");
    }
    if ((*parts)[2].get<CborValue::Null>() == nullptr) {
        return malformed("the payload is not detached");
    }
    Receipt receipt;
    COMITY_TRY(read_protected(*header, receipt));
    receipt.proof = COMITY_TRY(read_proofs((*parts)[1]));
    receipt.signature = *signature;
    return receipt;
}

base::Bytes receipt_signing_input(const Receipt& receipt, const base::Digest& root) {
    return write_cbor(cbor_array({cbor_text("Signature1"), cbor_bytes(protected_header(receipt)),
                                  cbor_bytes({}), cbor_bytes(root.view())}));
}

base::Result<base::Digest> check_inclusion(const Receipt& receipt, base::ByteView entry,
                                           const Issuer& issuer) {
    const auto* proof = std::get_if<InclusionProof>(&receipt.proof);
    if (proof == nullptr) {
        return malformed("it proves growth, not an entry");
    }
    if (proof->index >= proof->size) {
        return base::fail(ErrorKind::invalid, "the leaf lies outside the tree");
    }
    const base::Digest leaf = crypto::merkle_leaf(entry);
    const base::Digest root = root_of(*proof, leaf);
    COMITY_TRY(crypto::verify_inclusion(leaf, proof->index, proof->size, proof->path, root));
    COMITY_TRY(check_signature(receipt, root, issuer));
    return root;
}

base::Result<base::Digest> check_consistency(const Receipt& receipt, std::uint64_t old_size,
                                             const base::Digest& old_root, const Issuer& issuer) {
    const auto* proof = std::get_if<ConsistencyProof>(&receipt.proof);
    if (proof == nullptr) {
        return malformed("it proves an entry, not growth");
    }
    if (proof->old_size != old_size) {
        return base::fail(
            ErrorKind::not_proven, "the receipt begins at another size",
            std::to_string(proof->old_size) + " leaves, not " + std::to_string(old_size));
    }
    if (old_size == 0 || proof->new_size <= old_size) {
        return base::fail(ErrorKind::invalid, "a receipt of growth goes from some to more leaves");
    }
    const base::Digest root = root_of(*proof, old_root);
    COMITY_TRY(crypto::verify_consistency(old_size, old_root, proof->new_size, root, proof->path));
    COMITY_TRY(check_signature(receipt, root, issuer));
    return root;
}

}  // namespace comity::cose
