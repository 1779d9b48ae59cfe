#include "ground/crypto/bulk.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "ground/crypto/detail/openssl.h"
#include "ground/crypto/merkle.h"

namespace comity::crypto {

namespace {

constexpr std::size_t most_piece_bytes = std::size_t{1} << 30;  // OpenSSL counts in int
constexpr std::array<std::uint8_t, 1> leaf_prefix{0x00};        // RFC 9162 2.1.1

int count(base::ByteView bytes) {
    return static_cast<int>(bytes.size());
}

}  // namespace

struct BulkCipher::State {
    detail::Cipher gcm{EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr)};
    detail::CipherContext context{EVP_CIPHER_CTX_new()};
};

BulkCipher::BulkCipher() : state_(std::make_unique<State>()) {
    COMITY_ENSURE(state_->gcm != nullptr && state_->context != nullptr);
}
BulkCipher::~BulkCipher() = default;
BulkCipher::BulkCipher(BulkCipher&&) noexcept = default;
BulkCipher& BulkCipher::operator=(BulkCipher&&) noexcept = default;

void BulkCipher::encrypt(base::ByteView key, base::ByteView nonce, base::ByteView context,
                         base::ByteView plaintext, std::span<std::uint8_t> out) {
    COMITY_ENSURE(key.size() == bulk_key_bytes && nonce.size() == bulk_nonce_bytes);
    COMITY_ENSURE(plaintext.size() <= most_piece_bytes && context.size() <= most_piece_bytes);
    COMITY_ENSURE(out.size() == plaintext.size() + bulk_tag_bytes);
    EVP_CIPHER_CTX* cipher = state_->context.get();
    COMITY_ENSURE(
        EVP_EncryptInit_ex2(cipher, state_->gcm.get(), key.data(), nonce.data(), nullptr) == 1);
    int written = 0;
    COMITY_ENSURE(EVP_EncryptUpdate(cipher, nullptr, &written, context.data(), count(context)) ==
                  1);
    if (!plaintext.empty()) {
        COMITY_ENSURE(EVP_EncryptUpdate(cipher, out.data(), &written, plaintext.data(),
                                        count(plaintext)) == 1);
        COMITY_ENSURE(written == count(plaintext));
    }
    std::uint8_t* const tag = out.data() + plaintext.size();
    COMITY_ENSURE(EVP_EncryptFinal_ex(cipher, tag, &written) == 1 && written == 0);
    COMITY_ENSURE(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, bulk_tag_bytes, tag) == 1);
}

base::Result<void> BulkCipher::decrypt(base::ByteView key, base::ByteView nonce,
                                       base::ByteView context, base::ByteView sealed,
                                       std::span<std::uint8_t> out) {
    COMITY_ENSURE(key.size() == bulk_key_bytes && nonce.size() == bulk_nonce_bytes);
    COMITY_ENSURE(sealed.size() <= most_piece_bytes && context.size() <= most_piece_bytes);
    COMITY_ENSURE(sealed.size() == out.size() + bulk_tag_bytes);
    const base::ByteView ciphertext = sealed.first(out.size());
    EVP_CIPHER_CTX* cipher = state_->context.get();
    COMITY_ENSURE(
        EVP_DecryptInit_ex2(cipher, state_->gcm.get(), key.data(), nonce.data(), nullptr) == 1);
    int written = 0;
    COMITY_ENSURE(EVP_DecryptUpdate(cipher, nullptr, &written, context.data(), count(context)) ==
                  1);
    if (!ciphertext.empty()) {
        COMITY_ENSURE(EVP_DecryptUpdate(cipher, out.data(), &written, ciphertext.data(),
                                        count(ciphertext)) == 1);
    }
    std::array<std::uint8_t, bulk_tag_bytes> tag{};  // OpenSSL takes it through a mutable pointer
    std::ranges::copy(sealed.last(bulk_tag_bytes), tag.begin());
    COMITY_ENSURE(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, bulk_tag_bytes, tag.data()) ==
                  1);
    std::array<std::uint8_t, bulk_tag_bytes> rest{};
    if (EVP_DecryptFinal_ex(cipher, rest.data(), &written) != 1) {
        base::wipe(out);
        return base::fail(base::ErrorKind::invalid, "the sealed bytes do not open",
                          "they were altered, or belong to another key or context");
    }
    return {};
}

base::Result<MerkleFrontier> MerkleFrontier::restore(std::uint64_t size,
                                                     std::vector<base::Digest> roots) {
    if (std::cmp_not_equal(roots.size(), std::popcount(size))) {
        return base::fail(base::ErrorKind::malformed, "this is no frontier of a tree of that size",
                          "it has one root for each one-bit of the size");
    }
    MerkleFrontier frontier;
    frontier.size_ = size;
    frontier.roots_ = std::move(roots);
    return frontier;
}

void MerkleFrontier::add(const base::Digest& leaf_hash) {
    base::Digest node = leaf_hash;
    for (std::uint64_t merged = size_; (merged & 1) != 0; merged >>= 1) {
        node = merkle_node(roots_.back(), node);
        roots_.pop_back();
    }
    roots_.push_back(node);
    ++size_;
}

base::Digest MerkleFrontier::root() const {
    if (roots_.empty()) {
        return merkle_root({});
    }
    base::Digest root = roots_.back();
    for (std::size_t i = roots_.size() - 1; i > 0; --i) {
        root = merkle_node(roots_[i - 1], root);
    }
    return root;
}

base::Digest merkle_leaf_of_large(Sha256& hash, base::ByteView entry) {
    hash.update(leaf_prefix);
    hash.update(entry);
    return hash.finish();
}

void PieceTree::update(base::ByteView bytes) {
    while (!bytes.empty()) {
        if (in_piece_ == 0) {
            hash_.update(leaf_prefix);
        }
        const base::ByteView part = bytes.first(std::min(bytes.size(), piece_bytes_ - in_piece_));
        hash_.update(part);
        in_piece_ += part.size();
        bytes = bytes.subspan(part.size());
        if (in_piece_ == piece_bytes_) {
            end_piece();
        }
    }
}

void PieceTree::end_piece() {
    frontier_.add(hash_.finish());
    in_piece_ = 0;
}

base::Digest PieceTree::finish() {
    if (in_piece_ > 0) {
        end_piece();
    }
    return std::exchange(frontier_, {}).root();
}

}  // namespace comity::crypto
