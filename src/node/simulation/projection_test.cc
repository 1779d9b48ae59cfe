#include "node/simulation/projection.h"

#include <gtest/gtest.h>

#include "ground/ledger/ledger.h"
#include "node/simulation/variation.h"

namespace comity::simulation {
namespace {

std::string hex(std::string_view of) {
    return crypto::sha256(of).hex();
}

TEST(Projection, shows_words_and_lengths_and_numbers_what_is_random) {
    Projection eye;
    const std::string seen = eye.text(R"({"id":")" + hex("a") + R"(","reasons":"Some words."})");
    EXPECT_EQ(seen, R"({id:"#1/64",reasons:"Some words.",})");
    EXPECT_EQ(eye.text(hex("b")), "#2/64");
    EXPECT_EQ(eye.text(hex("a").substr(0, 8) + " is known"), "#1/8 is known");
}

TEST(Projection, of_other_random_texts_in_the_same_places_is_the_same) {
    Projection one;
    Projection other;
    const auto text = [](std::string_view first, std::string_view second) {
        return R"({"a":")" + hex(first) + R"(","b":")" + hex(second) + R"(","c":")" + hex(first) +
               R"("})";
    };
    EXPECT_EQ(one.text(text("1", "2")), other.text(text("3", "4")));
    EXPECT_NE(Projection().text(text("1", "1")), Projection().text(text("3", "4")))
        << "what repeats shows";
}

TEST(Projection, does_not_know_the_order_of_the_acts_that_a_header_names) {
    Projection eye;
    eye.call(crypto::sha256("first"), "act-1");
    eye.call(crypto::sha256("second"), "act-2");
    const auto header = [](std::string_view one, std::string_view other) {
        return R"({"after":[")" + hex(one) + R"(",")" + hex(other) + R"("]})";
    };
    EXPECT_EQ(eye.text(header("first", "second")), eye.text(header("second", "first")));
}

TEST(Projection, reads_a_leaf_as_the_world_does) {
    ledger::Leaf leaf;
    leaf.commitment = crypto::sha256("c");
    leaf.delete_by = base::Date{20'000};
    Projection eye;
    const std::string seen = eye.text(R"({"leaf":")" + base::to_base64url(leaf.encode()) + R"("})");
    EXPECT_NE(seen.find("leaf of class 1 #1/64 1970-01-01 2024-10-04"), std::string::npos) << seen;
}

TEST(Projection, looks_into_opened_values) {
    Projection eye;
    EXPECT_EQ(eye.text(R"({"value":"{\"id\":\")" + hex("a") + R"(\",\"tier\":2}"})"),
              R"({value:"{id:"#1/64",tier:2,}",})");
}

TEST(Projection, shows_how_long_a_sealed_item_is_and_nothing_else) {
    Projection eye;
    EXPECT_EQ(eye.text(R"({"sealed":"{\"ciphertext\":\"abc\"}"})"), R"({sealed:"#1/20",})");
}

class Written : public ::testing::Test {
 protected:
    Written() {
        kind.by_side = "requesting";
        kind.fields = {field("open", {}), field("closed", {"requesting"})};
        kind.fields.back().optional = true;
        written.fields["open"] = "ten chars.";
        written.fields["closed"] = "hidden 99.";
    }
    static law::ActField field(std::string name, std::vector<std::string> audience) {
        law::ActField one;
        one.name = std::move(name);
        one.limit = 100;
        one.audience = std::move(audience);
        return one;
    }
    static base::PartyId party(std::string_view name) { return base::PartyId::parse(name).value(); }

    Cast cast;
    law::ActKind kind;
    simulation::Written written;
    const Sides sides{{party("asked"), {"requested"}}, {party("asking"), {"requesting"}}};
};

TEST_F(Written, otherwise_where_a_party_may_not_read_and_nowhere_else) {
    Variation variation(cast, {true, Lengths::other, party("asked")});
    variation.rewrite(party("asking"), kind, sides, written);
    EXPECT_EQ(written.fields.at("open"), codec::Value("ten chars."));
    EXPECT_FALSE(written.fields.contains("closed")) << "it may be there or not";
    EXPECT_EQ(variation.count(), 1U);
}

TEST_F(Written, otherwise_in_all_of_a_matter_that_a_party_has_no_side_in) {
    Variation variation(cast, {true, Lengths::other, party("somebody")});
    variation.rewrite(party("asking"), kind, sides, written);
    EXPECT_NE(written.fields.at("open"), codec::Value("ten chars."));
    EXPECT_EQ(variation.count(), 2U);
}

TEST_F(Written, as_long_as_before_where_lengths_show) {
    Variation variation(cast, {true, Lengths::equal, {}});
    variation.rewrite(party("asking"), kind, sides, written);
    EXPECT_EQ(written.fields.at("open").get_string().size(), 10U);
    EXPECT_NE(written.fields.at("open"), codec::Value("ten chars."));
    EXPECT_EQ(written.fields.at("open"), written.fields.at("closed"));
}

TEST_F(Written, as_it_was_where_the_engine_acts_on_it_or_the_reader_wrote_it) {
    kind.recalls = "open";
    Variation variation(cast, {true, Lengths::equal, {}});
    variation.rewrite(party("asking"), kind, sides, written);
    EXPECT_EQ(written.fields.at("open"), codec::Value("ten chars."));
    Variation own(cast, {true, Lengths::other, party("asking")});
    own.rewrite(party("asking"), kind, sides, written);
    EXPECT_EQ(own.count(), 0U);
}

}  // namespace
}  // namespace comity::simulation
