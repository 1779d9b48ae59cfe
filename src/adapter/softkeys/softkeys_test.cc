#include "adapter/softkeys/softkeys.h"

#include <functional>
#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string>
#include <thread>
#include <vector>

#include "adapter/softkeys/detail/private_key.h"
#include "adapter/softkeys/detail/testing.h"
#include "ground/crypto/testing.h"

namespace comity::softkeys {
namespace {

using base::ErrorKind;
using crypto::Algorithm;
using crypto::Curve;
using detail::TestFolder;

constexpr Algorithm algorithms[] = {Algorithm::es256, Algorithm::ed25519};
constexpr Curve curves[] = {Curve::p256, Curve::x25519};

/// A PEM text as another program would write it.
std::string pem_of(EVP_PKEY* key, const std::function<int(BIO*, EVP_PKEY*)>& write) {
    const detail::Key owner(key);
    const detail::Bio bio(BIO_new(BIO_s_mem()));
    EXPECT_EQ(write(bio.get(), key), 1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

int write_plain(BIO* bio, EVP_PKEY* key) {
    return PEM_write_bio_PKCS8PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
}

TEST(SoftSigner, signs_what_its_public_key_verifies) {
    for (const Algorithm algorithm : algorithms) {
        auto signer = SoftSigner::generate(algorithm);
        ASSERT_TRUE(signer) << signer.error().text();
        EXPECT_EQ(signer->public_key().algorithm(), algorithm);
        for (const std::string_view text : {"", "a", "an act that somebody signs"}) {
            const auto signature = signer->sign(base::view_of(text));
            ASSERT_TRUE(signature);
            EXPECT_EQ(signature->size(), 64U);
            EXPECT_TRUE(crypto::verify(signer->public_key(), base::view_of(text), *signature));
            const auto other =
                crypto::verify(signer->public_key(), base::view_of("other"), *signature);
            ASSERT_FALSE(other);
            EXPECT_EQ(other.error().kind, ErrorKind::invalid);
        }
    }
}

TEST(SoftSigner, is_made_again_from_its_secret) {
    struct Vector {
        Algorithm algorithm;
        std::string_view secret, raw;
    };
    // RFC 8032 section 7.1, TEST 1; RFC 6979 section A.2.5.
    constexpr Vector vectors[] = {
        {Algorithm::ed25519, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"},
        {Algorithm::es256, "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
         "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
         "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"}};
    for (const Vector& vector : vectors) {
        auto signer = SoftSigner::of_secret(
            vector.algorithm, base::SecretBytes(base::from_hex(vector.secret).value()));
        ASSERT_TRUE(signer) << signer.error().text();
        EXPECT_EQ(base::to_hex(signer->public_key().raw()), vector.raw);
        const auto signature = signer->sign(base::view_of("text"));
        ASSERT_TRUE(signature);
        EXPECT_TRUE(crypto::verify(signer->public_key(), base::view_of("text"), *signature));
        const auto shorter =
            SoftSigner::of_secret(vector.algorithm, base::SecretBytes(base::Bytes(31, 7)));
        ASSERT_FALSE(shorter);
        EXPECT_EQ(shorter.error().kind, ErrorKind::malformed);
    }
}

TEST(SoftSigner, pads_r_and_s_to_32_bytes_each) {
    // One signature in 128 has an r or s with a leading zero byte.
    auto signer = SoftSigner::generate(Algorithm::es256);
    ASSERT_TRUE(signer);
    int short_numbers = 0;
    for (std::uint64_t i = 0; i < 2000; ++i) {
        base::Bytes message;
        base::append_u64(message, i);
        const auto signature = signer->sign(message);
        ASSERT_TRUE(signature);
        ASSERT_EQ(signature->size(), 64U);
        if ((*signature)[0] == 0 || (*signature)[32] == 0) {
            ++short_numbers;
            EXPECT_TRUE(crypto::verify(signer->public_key(), message, *signature));
        }
    }
    EXPECT_GT(short_numbers, 0);
}

TEST(SoftSigner, is_the_same_key_after_save_and_load) {
    const TestFolder folder;
    for (const Algorithm algorithm : algorithms) {
        const auto path = folder.path() / std::string(name_of(algorithm));
        auto signer = SoftSigner::generate(algorithm);
        ASSERT_TRUE(signer);
        ASSERT_TRUE(signer->save(path));
        EXPECT_EQ(detail::mode_of(path), 0600U);
        EXPECT_TRUE(detail::read_text(path).starts_with("-----BEGIN PRIVATE KEY-----\n"));
        auto loaded = SoftSigner::load(path);
        ASSERT_TRUE(loaded) << loaded.error().text();
        EXPECT_EQ(loaded->public_key(), signer->public_key());
        const auto signature = loaded->sign(base::view_of("x"));
        ASSERT_TRUE(signature);
        EXPECT_TRUE(crypto::verify(signer->public_key(), base::view_of("x"), *signature));
    }
}

TEST(SoftSigner, never_overwrites_a_file) {
    const TestFolder folder;
    const auto path = folder.path() / "node.key";
    auto first = SoftSigner::generate(Algorithm::es256);
    auto second = SoftSigner::generate(Algorithm::es256);
    ASSERT_TRUE(first && second);
    ASSERT_TRUE(first->save(path));
    const std::string before = detail::read_text(path);
    const auto again = second->save(path);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, ErrorKind::conflict);
    EXPECT_EQ(again.error().place, path.string());
    EXPECT_EQ(detail::read_text(path), before);
}

TEST(SoftSigner, refuses_a_key_that_others_may_read_and_says_what_to_do) {
    const TestFolder folder;
    const auto path = folder.path() / "node.key";
    auto signer = SoftSigner::generate(Algorithm::es256);
    ASSERT_TRUE(signer);
    ASSERT_TRUE(signer->save(path));
    for (const mode_t mode : {0640U, 0604U, 0620U, 0601U, 0666U}) {
        ASSERT_EQ(::chmod(path.c_str(), mode), 0);
        const auto loaded = SoftSigner::load(path);
        ASSERT_FALSE(loaded) << mode;
        EXPECT_EQ(loaded.error().kind, ErrorKind::invalid);
        EXPECT_NE(loaded.error().next.find("chmod 600"), std::string::npos);
    }
    ASSERT_EQ(::chmod(path.c_str(), 0400), 0);
    EXPECT_TRUE(SoftSigner::load(path));
}

TEST(SoftSigner, refuses_a_path_that_is_no_file) {
    const TestFolder folder;
    const auto missing = SoftSigner::load(folder.path() / "missing.key");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
    EXPECT_FALSE(SoftSigner::load(folder.path()));
    const auto fifo = folder.path() / "fifo";
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    const auto refused = SoftSigner::load(fifo);  // must not wait for a writer
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::malformed);
}

TEST(SoftSigner, refuses_a_file_that_is_cut_off_anywhere) {
    const TestFolder folder;
    const auto path = folder.path() / "node.key";
    auto signer = SoftSigner::generate(Algorithm::es256);
    ASSERT_TRUE(signer);
    ASSERT_TRUE(signer->save(path));
    const std::string whole = detail::read_text(path);
    // The newline at the very end may be missing.
    for (std::size_t size = 0; size + 1 < whole.size(); ++size) {
        const auto cut = folder.path() / "cut.key";
        detail::write_text(cut, whole.substr(0, size));
        const auto loaded = SoftSigner::load(cut);
        ASSERT_FALSE(loaded) << size;
        EXPECT_EQ(loaded.error().kind, ErrorKind::malformed) << size;
        EXPECT_EQ(loaded.error().place, cut.string());
    }
}

TEST(SoftSigner, refuses_keys_of_other_kinds) {
    const TestFolder folder;
    const auto path = folder.path() / "other.key";
    EVP_PKEY* const others[] = {EVP_EC_gen("P-384"), EVP_EC_gen("secp256k1"), EVP_RSA_gen(2048),
                                EVP_PKEY_Q_keygen(nullptr, nullptr, "ED448"),
                                EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519")};
    for (EVP_PKEY* const other : others) {
        detail::write_text(path, pem_of(other, write_plain));
        const auto loaded = SoftSigner::load(path);
        ASSERT_FALSE(loaded);
        EXPECT_EQ(loaded.error().kind, ErrorKind::malformed);
        EXPECT_EQ(loaded.error().place, path.string());
    }
}

TEST(SoftSigner, refuses_other_formats_without_asking_for_a_password) {
    const TestFolder folder;
    const auto path = folder.path() / "other.key";
    char password[] = "wrong place for a password";
    const auto write_locked = [&password](BIO* bio, EVP_PKEY* key) {
        return PEM_write_bio_PKCS8PrivateKey(bio, key, EVP_aes_256_cbc(), password,
                                             static_cast<int>(sizeof password) - 1, nullptr,
                                             nullptr);
    };
    detail::write_text(path, pem_of(EVP_EC_gen("P-256"), write_locked));
    const auto locked = SoftSigner::load(path);
    ASSERT_FALSE(locked);
    EXPECT_EQ(locked.error().kind, ErrorKind::malformed);
    EXPECT_NE(locked.error().what.find("password"), std::string::npos);

    const auto write_traditional = [](BIO* bio, EVP_PKEY* key) {
        return PEM_write_bio_PrivateKey_traditional(bio, key, nullptr, nullptr, 0, nullptr,
                                                    nullptr);
    };
    detail::write_text(path, pem_of(EVP_EC_gen("P-256"), write_traditional));
    const auto traditional = SoftSigner::load(path);
    ASSERT_FALSE(traditional);
    EXPECT_NE(traditional.error().why.find("EC PRIVATE KEY"), std::string::npos);

    const auto write_public = [](BIO* bio, EVP_PKEY* key) {
        return PEM_write_bio_PUBKEY(bio, key);
    };
    detail::write_text(path, pem_of(EVP_EC_gen("P-256"), write_public));
    EXPECT_FALSE(SoftSigner::load(path));

    detail::write_text(path, std::string(70'000, 'A'));
    const auto large = SoftSigner::load(path);
    ASSERT_FALSE(large);
    EXPECT_EQ(large.error().kind, ErrorKind::too_large);
}

TEST(SoftSigner, signs_from_several_threads_at_once) {
    for (const Algorithm algorithm : algorithms) {
        auto signer = SoftSigner::generate(algorithm);
        ASSERT_TRUE(signer);
        std::vector<int> good(4);
        {
            std::vector<std::jthread> threads;
            for (std::size_t t = 0; t < good.size(); ++t) {
                threads.emplace_back([&signer, &good, t] {
                    for (std::uint64_t i = 0; i < 50; ++i) {
                        base::Bytes message;
                        base::append_u64(message, i * 10 + t);
                        const auto signature = signer->sign(message);
                        good[t] +=
                            signature && crypto::verify(signer->public_key(), message, *signature)
                                ? 1
                                : 0;
                    }
                });
            }
        }
        EXPECT_EQ(good, std::vector<int>(4, 50));
    }
}

TEST(SoftSealer, two_keys_agree_on_one_secret) {
    for (const Curve curve : curves) {
        auto ours = SoftSealer::generate(curve);
        auto theirs = SoftSealer::generate(curve);
        ASSERT_TRUE(ours && theirs);
        EXPECT_EQ(ours->public_key().curve(), curve);
        const auto one = ours->agree(theirs->public_key());
        const auto other = theirs->agree(ours->public_key());
        ASSERT_TRUE(one && other);
        EXPECT_EQ(one->size(), 32U);
        EXPECT_EQ(base::to_hex(one->view()), base::to_hex(other->view()));
    }
}

TEST(SoftSealer, opens_what_was_sealed_to_it_also_after_save_and_load) {
    const TestFolder folder;
    crypto::CountingRandom random(7);
    for (const Curve curve : curves) {
        const auto path = folder.path() / (curve == Curve::p256 ? "p256.key" : "x25519.key");
        auto sealer = SoftSealer::generate(curve);
        ASSERT_TRUE(sealer);
        ASSERT_TRUE(sealer->save(path));
        EXPECT_EQ(detail::mode_of(path), 0600U);
        const crypto::SealingKey readers[] = {sealer->public_key()};
        const auto jwe = crypto::seal(base::view_of("an item"), "context", readers, random);
        ASSERT_TRUE(jwe) << jwe.error().text();
        auto loaded = SoftSealer::load(path);
        ASSERT_TRUE(loaded) << loaded.error().text();
        EXPECT_EQ(loaded->public_key(), sealer->public_key());
        const auto opened = crypto::open(*jwe, "context", *loaded);
        ASSERT_TRUE(opened) << opened.error().text();
        EXPECT_EQ(base::text_of(opened->view()), "an item");
    }
}

TEST(SoftSealer, refuses_a_peer_on_the_other_curve) {
    auto p256 = SoftSealer::generate(Curve::p256);
    auto x25519 = SoftSealer::generate(Curve::x25519);
    ASSERT_TRUE(p256 && x25519);
    const auto one = p256->agree(x25519->public_key());
    const auto other = x25519->agree(p256->public_key());
    ASSERT_FALSE(one || other);
    EXPECT_EQ(one.error().kind, ErrorKind::invalid);
    EXPECT_EQ(other.error().kind, ErrorKind::invalid);
    EXPECT_FALSE(p256->agree(crypto::SealingKey{}));
}

TEST(SoftSealer, refuses_a_signature_key_of_ed25519) {
    const TestFolder folder;
    auto signer = SoftSigner::generate(Algorithm::ed25519);
    ASSERT_TRUE(signer);
    ASSERT_TRUE(signer->save(folder.path() / "ed.key"));
    const auto loaded = SoftSealer::load(folder.path() / "ed.key");
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().kind, ErrorKind::malformed);
}

}  // namespace
}  // namespace comity::softkeys
