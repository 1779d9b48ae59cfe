#include "ground/crypto/sealing.h"

#include <fstream>
#include <functional>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sstream>

#include "ground/crypto/testing.h"

namespace comity::crypto {
namespace {

codec::Value vectors() {
    std::ifstream in(COMITY_TEST_DATA "/jose/sealing.json", std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return codec::parse(text.str()).value();
}

std::string_view text_of(const codec::Value& value) {
    return value.get_string();
}

HeldSealingKey held(const codec::Value& reader) {
    return HeldSealingKey(
        {SealingKey::from_jwk(reader.at("public")).value(),
         base::SecretBytes(base::from_hex(text_of(reader.at("private_hex"))).value())});
}

TEST(Sealing, opens_what_another_implementation_sealed_to_both_curves) {
    const codec::Value vector = vectors();
    const codec::Array& readers = vector.at("readers").get_array();
    ASSERT_EQ(readers.size(), 2U);
    for (const codec::Value& reader : readers) {
        HeldSealingKey key = held(reader);
        EXPECT_EQ(key.public_key().id().hex(), text_of(reader.at("id")));
        const auto opened = open(text_of(vector.at("jwe")), text_of(vector.at("context")), key);
        ASSERT_TRUE(opened.has_value()) << opened.error().text();
        EXPECT_EQ(base::text_of(opened->view()), text_of(vector.at("plaintext")));
    }
}

TEST(Sealing, opens_for_each_reader_and_for_nobody_else) {
    EXPECT_TRUE(rc::check("seal and open", [](const base::Bytes& plaintext) {
        CountingRandom random(*rc::gen::arbitrary<std::uint64_t>());
        std::vector<HeldSealingKey> holders;
        std::vector<SealingKey> readers;
        const auto count = *rc::gen::inRange<std::size_t>(1, 17);
        for (std::size_t i = 0; i < count; ++i) {
            const bool is_p256 = *rc::gen::arbitrary<bool>();
            holders.emplace_back(is_p256 ? Curve::p256 : Curve::x25519, random);
            readers.push_back(holders.back().public_key());
        }
        const std::string context = *rc::gen::element<std::string>("", "a context");
        const std::string jwe = seal(plaintext, context, readers, random).value();
        RC_ASSERT(codec::parse_canonical(jwe).has_value());
        for (HeldSealingKey& holder : holders) {
            const auto opened = open(jwe, context, holder);
            RC_ASSERT(opened.has_value());
            RC_ASSERT(base::text_of(opened->view()) == base::text_of(plaintext));
            RC_ASSERT(open(jwe, "another", holder).error().kind == base::ErrorKind::invalid);
        }
        for (const Curve curve : {Curve::p256, Curve::x25519}) {
            HeldSealingKey stranger(curve, random);
            RC_ASSERT(open(jwe, context, stranger).error().kind == base::ErrorKind::not_found);
        }
    }));
}

TEST(Sealing, takes_one_to_sixteen_readers_and_64_mebibytes) {
    CountingRandom random(5);
    const HeldSealingKey holder(Curve::x25519, random);
    EXPECT_FALSE(seal({}, "", {}, random).has_value());
    const std::vector<SealingKey> many(17, holder.public_key());
    EXPECT_EQ(seal({}, "", many, random).error().kind, base::ErrorKind::too_large);
    const std::vector<SealingKey> none_set(1);
    EXPECT_EQ(seal({}, "", none_set, random).error().kind, base::ErrorKind::invalid);
    const base::Bytes large(sealing_limit + 1);
    EXPECT_EQ(seal(large, "", std::span(many).first(1), random).error().kind,
              base::ErrorKind::too_large);
    EXPECT_EQ(seal({}, std::string(4097, 'x'), std::span(many).first(1), random).error().kind,
              base::ErrorKind::too_large);
}

TEST(Sealing, carries_its_largest_item) {
    CountingRandom random(6);
    HeldSealingKey holder(Curve::x25519, random);
    const std::vector<SealingKey> readers{holder.public_key()};
    const base::Bytes large(sealing_limit, 0x5a);
    const std::string jwe = seal(large, "c", readers, random).value();
    EXPECT_EQ(open(jwe, "c", holder)->size(), large.size());
}

/// One valid JWE, altered as a JSON value before it is opened.
base::Result<base::SecretBytes> open_altered(const std::function<void(codec::Object&)>& alter) {
    const codec::Value vector = vectors();
    HeldSealingKey key = held(vector.at("readers").get_array().at(0));
    codec::Object jwe = codec::parse(text_of(vector.at("jwe"))).value().get_object();
    alter(jwe);
    return open(codec::canonical(jwe), text_of(vector.at("context")), key);
}

codec::Object& header_of(codec::Object& jwe) {
    return jwe.at("recipients").get_array().at(0).at("header").get_object();
}

void set_protected(codec::Object& jwe, std::string_view header) {
    jwe["protected"] = base::to_base64url(base::view_of(header));
}

TEST(Sealing, refuses_everything_outside_its_closed_table) {
    using Alter = std::function<void(codec::Object&)>;
    const std::vector<std::pair<std::string, Alter>> malformed = {
        {"zip", [](auto& jwe) { set_protected(jwe, R"({"enc":"A256GCM","zip":"DEF"})"); }},
        {"crit", [](auto& jwe) { set_protected(jwe, R"({"crit":"x","enc":"A256GCM"})"); }},
        {"jku", [](auto& jwe) { header_of(jwe)["jku"] = "https://example.org"; }},
        {"x5u", [](auto& jwe) { header_of(jwe)["x5u"] = "https://example.org"; }},
        {"jwk", [](auto& jwe) { header_of(jwe)["jwk"] = codec::Object{}; }},
        {"apu", [](auto& jwe) { header_of(jwe)["apu"] = "QQ"; }},
        {"unprotected", [](auto& jwe) { jwe["unprotected"] = codec::Object{}; }},
        {"enc", [](auto& jwe) { set_protected(jwe, R"({"enc":"A128GCM"})"); }},
        {"enc twice", [](auto& jwe) { set_protected(jwe, R"({"enc":"x","enc":"A256GCM"})"); }},
        {"alg", [](auto& jwe) { header_of(jwe)["alg"] = "ECDH-ES+A128KW"; }},
        {"dir", [](auto& jwe) { header_of(jwe)["alg"] = "dir"; }},
        {"no alg", [](auto& jwe) { header_of(jwe).erase("alg"); }},
        {"alg twice",
         [](auto& jwe) { set_protected(jwe, R"({"alg":"ECDH-ES+A256KW","enc":"A256GCM"})"); }},
        {"no epk", [](auto& jwe) { header_of(jwe).erase("epk"); }},
        {"epk with more", [](auto& jwe) { header_of(jwe)["epk"].get_object()["d"] = "AA"; }},
        {"no recipients", [](auto& jwe) { jwe["recipients"] = codec::Array{}; }},
        {"short iv", [](auto& jwe) { jwe["iv"] = "AAAA"; }},
        {"short tag", [](auto& jwe) { jwe["tag"] = "AAAA"; }},
        {"empty aad", [](auto& jwe) { jwe["aad"] = ""; }},
        {"short key",
         [](auto& jwe) {
             jwe["recipients"].get_array()[0].get_object()["encrypted_key"] = "AAAA";
         }},
        {"flattened", [](auto& jwe) { jwe["header"] = codec::Object{}; }}};
    EXPECT_TRUE(open_altered([](codec::Object&) {}).has_value());
    for (const auto& [name, alter] : malformed) {
        const auto opened = open_altered(alter);
        ASSERT_FALSE(opened.has_value()) << name;
        EXPECT_EQ(opened.error().kind, base::ErrorKind::malformed) << name;
    }
}

TEST(Sealing, refuses_a_seventeenth_recipient) {
    const auto opened = open_altered([](codec::Object& jwe) {
        codec::Array& list = jwe["recipients"].get_array();
        const codec::Value one = list[0];
        list.resize(17, one);
    });
    EXPECT_EQ(opened.error().kind, base::ErrorKind::too_large);
}

TEST(Sealing, refuses_what_was_altered) {
    const auto flip = [](codec::Value& text) {
        base::Bytes bytes = base::from_base64url(text_of(text)).value();
        bytes.front() ^= 1;
        text = base::to_base64url(bytes);
    };
    for (const std::string_view name : {"iv", "ciphertext", "tag", "aad"}) {
        const auto opened = open_altered([&](codec::Object& jwe) { flip(jwe.at(name)); });
        ASSERT_FALSE(opened.has_value()) << name;
        EXPECT_EQ(opened.error().kind, base::ErrorKind::invalid) << name;
    }
    const auto other_header =
        open_altered([](codec::Object& jwe) { set_protected(jwe, R"({ "enc":"A256GCM"})"); });
    EXPECT_EQ(other_header.error().kind, base::ErrorKind::invalid);
    const auto other_key = open_altered([&](codec::Object& jwe) {
        flip(jwe.at("recipients").get_array()[0].get_object().at("encrypted_key"));
    });
    EXPECT_EQ(other_key.error().kind, base::ErrorKind::invalid);
    const auto other_epk = open_altered(
        [&](codec::Object& jwe) { flip(header_of(jwe).at("epk").get_object().at("x")); });
    EXPECT_EQ(other_epk.error().kind, base::ErrorKind::invalid);
}

}  // namespace
}  // namespace comity::crypto
