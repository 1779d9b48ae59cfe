#include "ground/crypto/commitments.h"

#include "ground/crypto/hash.h"
#include "ground/crypto/merkle.h"

namespace comity::crypto {

namespace {

constexpr std::size_t record_key_size = 32;

std::vector<base::Digest> leaves_of(std::span<const base::Digest> commitments) {
    std::vector<base::Digest> leaves;
    leaves.reserve(commitments.size());
    for (const base::Digest& commitment : commitments) {
        leaves.push_back(merkle_leaf(commitment.bytes));
    }
    return leaves;
}

}  // namespace

base::Digest field_salt(const RecordKey& key, std::string_view path) {
    COMITY_ENSURE(key.size() == record_key_size);
    base::Bytes message = base::bytes_of("comity/salt/v1");
    base::append_length_prefixed(message, base::view_of(path));
    return hmac_sha256(key.view(), message);
}

base::Digest field_commitment(std::string_view path, const base::Digest& salt,
                              std::string_view canonical_value) {
    constexpr std::string_view tag = "comity/field/v1";
    base::Bytes message;
    message.reserve(tag.size() + 12 + path.size() + salt.bytes.size() + canonical_value.size());
    base::append(message, tag);
    base::append_length_prefixed(message, base::view_of(path));
    base::append_length_prefixed(message, salt.bytes);
    base::append_length_prefixed(message, base::view_of(canonical_value));
    return sha256(message);
}

base::Digest commitment_root(std::span<const base::Digest> commitments) {
    return merkle_root(leaves_of(commitments));
}

std::vector<base::Digest> commitment_path(std::span<const base::Digest> commitments,
                                          std::size_t index) {
    return merkle_inclusion(leaves_of(commitments), index);
}

base::Result<void> verify_commitment(const base::Digest& commitment, std::size_t index,
                                     std::size_t size, std::span<const base::Digest> path,
                                     const base::Digest& root) {
    return verify_inclusion(merkle_leaf(commitment.bytes), index, size, path, root);
}

}  // namespace comity::crypto
