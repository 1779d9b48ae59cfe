#include "domain/casework/act.h"

#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

#include "tests/kit/kit.h"

namespace comity::casework {
namespace {

using base::ErrorKind;

std::string file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

class Vectors : public ::testing::Test {
 protected:
    codec::Object vectors = kit::object(file(std::string(COMITY_TEST_DATA) + "/act/acts.json"));
    Act act = codec::read<Act>(vectors.at("acts").at(0).at("act")).value();
    Act second = codec::read<Act>(vectors.at("acts").at(1).at("act")).value();
    Receipt receipt = codec::read<Receipt>(vectors.at("receipts").at(0).at("receipt")).value();

    crypto::PublicKey key(std::string_view name) {
        return codec::read<crypto::PublicKey>(vectors.at(name)).value();
    }
    ErrorKind malformed(const Act& altered) {
        const auto checked = check_form(altered);
        EXPECT_FALSE(checked);
        return checked ? ErrorKind::failure : checked.error().kind;
    }
};

TEST_F(Vectors, ids_and_signing_inputs_are_what_every_implementation_computes) {
    for (const codec::Value& one : vectors.at("acts").as_array()) {
        const Act read = codec::read<Act>(one.at("act")).value();
        EXPECT_EQ(codec::write(read.header), std::string(one.at("header").as_string()));
        EXPECT_EQ(read.id().hex(), std::string(one.at("id").as_string()));
        EXPECT_EQ(codec::write(read.signature.intent), std::string(one.at("intent").as_string()));
        EXPECT_EQ(base::to_hex(signing_input(read.signature.intent)),
                  std::string(one.at("signing-input").as_string()));
        // The formula of docs/formats/act.md, in its own words.
        std::string input = "comity/act/v1/exercise";
        input += '\0';
        EXPECT_EQ(crypto::sha256(input + codec::write(read.header)), read.id().digest);
    }
    const codec::Value& one = vectors.at("receipts").at(0);
    EXPECT_EQ(codec::write(receipt.header), std::string(one.at("header").as_string()));
    EXPECT_EQ(receipt.id().hex(), std::string(one.at("id").as_string()));
    EXPECT_EQ(digest_of(codec::read<Annex>(vectors.at("annex")).value()).hex(),
              std::string(vectors.at("annex-digest").as_string()));
}

TEST_F(Vectors, a_signature_that_was_verified_ahead_counts_for_exactly_its_record) {
    const auto ring_of = [](const crypto::PublicKey& one) {
        return KeyRing{{one.id(), KnownKey::of(one).value()}};
    };
    const auto check = [&](const SignatureRecord& record, const VerifiedRecord& ahead) {
        return verify(record, act.id().digest, "act", base::Realm::exercise, act.header.at,
                      key("official"), &ahead);
    };
    const auto ahead = VerifiedRecord::of(act.signature, ring_of(key("official")));
    ASSERT_TRUE(ahead);
    EXPECT_TRUE(check(act.signature, *ahead));
    SignatureRecord altered = act.signature;
    altered.signature[5] ^= 1;
    EXPECT_EQ(check(altered, *ahead).error().kind, ErrorKind::invalid);
    EXPECT_EQ(VerifiedRecord::of(altered, ring_of(key("official"))).error().kind,
              ErrorKind::invalid);
    EXPECT_EQ(VerifiedRecord::of(act.signature, ring_of(key("node"))).error().kind,
              ErrorKind::not_found);
    // Good under its own key, it is no word for another subject, purpose or key.
    const auto receipted = VerifiedRecord::of(receipt.signature, ring_of(key("receipting-node")));
    ASSERT_TRUE(receipted);
    EXPECT_TRUE(check(act.signature, *receipted));
    EXPECT_EQ(check(receipt.signature, *receipted).error().kind, ErrorKind::invalid);
}

TEST_F(Vectors, signatures_verify_under_their_keys) {
    const base::Realm realm = base::Realm::exercise;
    EXPECT_TRUE(check_form(act));
    EXPECT_TRUE(
        verify(act.signature, act.id().digest, "act", realm, act.header.at, key("official")));
    EXPECT_TRUE(verify(act.countersignature, act.id().digest, "countersign", realm, act.header.at,
                       key("node")));
    EXPECT_TRUE(verify(receipt.signature, receipt.id(), "receipt", realm, receipt.header.at,
                       key("receipting-node")));
    EXPECT_FALSE(verify(act.signature, act.id().digest, "act", realm, act.header.at, key("node")));
    SignatureRecord altered = act.signature;
    altered.signature[5] ^= 1;
    EXPECT_EQ(
        verify(altered, act.id().digest, "act", realm, act.header.at, key("official")).error().kind,
        ErrorKind::invalid);
    altered = act.signature;
    altered.client_data = base::bytes_of("{}");
    EXPECT_EQ(
        verify(altered, act.id().digest, "act", realm, act.header.at, key("official")).error().kind,
        ErrorKind::malformed);
}

TEST_F(Vectors, every_member_of_a_header_is_part_of_the_id) {
    const base::ActId id = second.id();
    const std::vector<kit::Alter> changes{
        [](Header& h) { h.version = 2; },
        [](Header& h) { h.realm = base::Realm::live; },
        [](Header& h) { h.procedure = {}; },
        [](Header& h) { h.matter = base::MatterId::parse("x").value(); },
        [](Header& h) { h.author = kit::party("x"); },
        [](Header& h) { h.key = {}; },
        [](Header& h) { h.at = h.at + base::Duration(1); },
        [](Header& h) { h.after.clear(); },
        [](Header& h) { ++h.sequence; },
        [](Header& h) { h.previous.reset(); },
        [](Header& h) { h.law = {}; },
        [](Header& h) { h.registry.reset(); },
        [](Header& h) { h.fields = {}; }};
    EXPECT_EQ(changes.size(), codec::describe<Header>().size());
    for (const kit::Alter& change : changes) {
        Header altered = second.header;
        change(altered);
        EXPECT_NE(id_of(altered), id);
    }
}

TEST_F(Vectors, what_is_taken_out_of_the_body_leaves_the_id_and_the_form) {
    Act redacted = act;
    redacted.openings.resize(1);
    EXPECT_EQ(redacted.id(), act.id());
    EXPECT_TRUE(check_form(redacted));
    EXPECT_EQ(redacted.text("note"), std::nullopt);
    EXPECT_EQ(act.text("note"), "Åse’s \"note\"");
    EXPECT_EQ(act.value("count")->as_int64(), 7);
    EXPECT_EQ(act.value("labels"), std::nullopt) << "left out, committed to as null";
}

TEST_F(Vectors, an_altered_form_is_refused) {
    Act altered = act;
    altered.header.version = 2;
    EXPECT_EQ(malformed(altered), ErrorKind::malformed);
    altered = act;
    altered.header.sequence = 1;
    EXPECT_EQ(malformed(altered), ErrorKind::malformed);
    altered = second;
    altered.header.previous.reset();
    EXPECT_EQ(malformed(altered), ErrorKind::malformed);
    altered = second;
    altered.header.after.push_back(altered.header.after.front());
    EXPECT_EQ(malformed(altered), ErrorKind::malformed);
    altered = second;
    altered.header.after.clear();
    for (std::uint8_t i = 0; i <= max_after; ++i) {
        altered.header.after.push_back({});
        altered.header.after.back().digest.bytes[0] = i;
    }
    EXPECT_EQ(malformed(altered), ErrorKind::malformed);
    altered = act;
    altered.commitments.pop_back();
    EXPECT_EQ(malformed(altered), ErrorKind::invalid);
    altered = act;
    std::swap(altered.commitments[0], altered.commitments[1]);
    EXPECT_EQ(malformed(altered), ErrorKind::invalid);
}

TEST_F(Vectors, an_altered_opening_is_refused_with_its_place) {
    const auto place = [&](auto change) {
        Act altered = act;
        change(altered.openings);
        const auto checked = check_form(altered);
        EXPECT_FALSE(checked);
        return checked ? std::string() : checked.error().place;
    };
    EXPECT_EQ(place([](auto& o) { o[1].value = "\"x\""; }), "/openings/1");
    EXPECT_EQ(place([](auto& o) { o[1].path = "x"; }), "/openings/1");
    EXPECT_EQ(place([](auto& o) { o[1].salt.bytes[0] ^= 1; }), "/openings/1");
    EXPECT_EQ(place([](auto& o) { o[1].index = 0; }), "/openings/0");
    EXPECT_EQ(place([](auto& o) { o[0].index = -1; }), "/openings/-1");
    EXPECT_EQ(place([](auto& o) { o.back().index = 64; }), "/openings/64");
    EXPECT_EQ(place([](auto& o) { std::swap(o[0], o[1]); }), "/openings/0");
    EXPECT_EQ(place([](auto& o) { o[1].value = std::string(max_value_bytes + 1, '1'); }),
              "/openings/1");
}

TEST_F(Vectors, a_value_that_is_not_canonical_is_refused_although_it_was_committed_to) {
    Act altered = act;
    Opening& count = altered.openings[4];
    count.value = "7 ";
    altered.commitments[4] = crypto::field_commitment(count.path, count.salt, count.value);
    altered.header.fields = crypto::commitment_root(altered.commitments);
    EXPECT_EQ(malformed(altered), ErrorKind::malformed);
}

TEST(FormatDocument, tables_are_the_declared_fields) {
    const std::string documents =
        file(std::string(COMITY_TEST_DATA) + "/../../docs/formats/act.md") +
        file(std::string(COMITY_TEST_DATA) + "/../../docs/formats/signature.md") +
        file(std::string(COMITY_TEST_DATA) + "/../../docs/formats/annex.md") +
        file(std::string(COMITY_TEST_DATA) + "/../../docs/formats/envelope.md");
    const auto expect_rows = [&](const std::vector<codec::FieldDescription>& rows) {
        std::string table;
        for (const codec::FieldDescription& row : rows) {
            table += "| `" + row.name + "` | " + row.shape +
                     (row.optional ? ", may be absent" : "") + " | " + row.meaning + " |\n";
        }
        EXPECT_NE(documents.find(table), std::string::npos) << "the document lacks:\n" << table;
    };
    expect_rows(codec::describe<Header>());
    expect_rows(codec::describe<Opening>());
    expect_rows(codec::describe<Act>());
    expect_rows(codec::describe<ReceiptHeader>());
    expect_rows(codec::describe<Receipt>());
    expect_rows(codec::describe<Intent>());
    expect_rows(codec::describe<SignatureRecord>());
    expect_rows(codec::describe<PartyEntry>());
    expect_rows(codec::describe<Annex>());
    expect_rows(codec::describe<LeafProof>());
    expect_rows(codec::describe<ProvenEntry>());
    expect_rows(codec::describe<ShippedItem>());
    expect_rows(codec::describe<Envelope>());
}

}  // namespace
}  // namespace comity::casework
