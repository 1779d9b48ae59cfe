// Items in a proof file: their digests, and if it was asked for the sealed items themselves.

#include "domain/items/items.h"

#include <gmock/gmock.h>

#include "domain/prooffile/testing.h"

namespace comity::prooffile {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::World;

constexpr std::string_view plaintext = "invented,log,line\n";

/// A matter in which xb hands an item over.
struct Handed {
    World world;
    softkeys::SoftSealer reader = softkeys::SoftSealer::generate(crypto::Curve::p256).value();
    items::SealedItem item;
    ProofContents contents;

    Handed() {
        crypto::CountingRandom random(7);
        items::ItemTerms terms;
        terms.media_type = "text/csv";
        terms.tier = 2;
        terms.end = base::Date::parse("2028-01-01").value();
        terms.reader = world.xa.party;
        item =
            items::seal_item(base::view_of(plaintext), terms, reader.public_key(), random).value();
        world.accredit(world.xa, world.official, "investigator");
        const casework::Act& request = world.ask();
        world.receipt(world.xb, request);
        world.pass(60);
        world.act(world.xb, world.xb.root, world.matter, "disclosure", "answer",
                  {{"political", false}});
        world.pass(60);
        const casework::Act& answer =
            world.act(world.xb, world.xb.root, world.matter, "disclosure", "deliver",
                      {{"item", codec::to_value(item.descriptor)}});
        world.receipt(world.xa, answer);
        world.pass(60);
        world.publish();
        contents = world.contents();
        contents.items = {{answer.id(), item.descriptor.id, true, item.sealed}};
        world.seal(contents);
    }
    [[nodiscard]] Report report() const {
        return verify_proof(write_proof(contents).value(), world.trust());
    }
};

std::string decided_by(const Report& report) {
    const Step* step = report.deciding();
    return step == nullptr ? "" : step->what + " | " + step->about + " | " + step->detail;
}

TEST(ProofItems, a_carried_item_verifies_and_its_reader_opens_it) {
    Handed told;
    const Report report = told.report();
    EXPECT_EQ(report.answer, Answer::authentic) << decided_by(report);
    ASSERT_EQ(report.items.size(), 1U);
    EXPECT_EQ(report.items[0].reader, "xa-prosecution");
    EXPECT_EQ(report.items[0].size, static_cast<std::int64_t>(plaintext.size()));
    EXPECT_TRUE(report.items[0].inside);
    const ProofContents read = read_proof(write_proof(told.contents).value()).value();
    const auto opened =
        items::open_item(told.item.descriptor, *read.items.at(0).sealed, told.reader);
    ASSERT_TRUE(opened);
    EXPECT_EQ(base::text_of(opened->view()), plaintext);
}

TEST(ProofItems, an_item_that_is_taken_out_leaves_its_digest_and_is_missed) {
    Handed told;
    told.contents = without_items(std::move(told.contents));
    const Report report = told.report();
    EXPECT_EQ(report.answer, Answer::not_proven);
    EXPECT_THAT(decided_by(report), HasSubstr("it was taken out since the export"));
    EXPECT_EQ(report.items.at(0).id, told.item.descriptor.id);
    for (const ReportedAct& act : report.acts) {
        EXPECT_TRUE(act.proven);
    }
}

TEST(ProofItems, an_item_that_the_export_did_not_carry_is_not_missed) {
    Handed told;
    told.contents.items[0].sealed.reset();
    told.contents.items[0].carried = false;
    told.world.seal(told.contents);
    EXPECT_EQ(told.report().answer, Answer::authentic);
    told.contents.items[0].sealed = told.item.sealed;
    EXPECT_EQ(write_proof(told.contents).error().place, "/content/items/0/sealed");
}

TEST(ProofItems, another_items_bytes_are_invalid_even_if_a_party_seals_them) {
    Handed told;
    told.contents.items[0].sealed->at(10) ^= 1;
    told.world.seal(told.contents);
    EXPECT_EQ(told.report().answer, Answer::invalid);
}

TEST(ProofItems, an_item_that_no_open_field_describes_is_not_proven) {
    Handed told;
    told.contents.items[0].id.bytes[0] ^= 1U;
    told.world.seal(told.contents);
    EXPECT_THAT(decided_by(told.report()), HasSubstr("no opened field of an act describes it"));
    Handed other;
    other.contents = redact(other.contents, std::vector{read_choice("3:item").value()}).value();
    EXPECT_EQ(other.report().answer, Answer::not_proven);
}

TEST(ProofItems, stand_in_one_order_each_once) {
    Handed told;
    told.contents.items.push_back({told.contents.items[0].act, base::Digest{}, false, {}});
    const ProofContents read = read_proof(write_proof(told.contents).value()).value();
    EXPECT_EQ(read.items.at(0).id, base::Digest{});
    told.contents.items.push_back(told.contents.items[0]);
    EXPECT_EQ(write_proof(told.contents).error().place, "/content/items/2");
}

}  // namespace
}  // namespace comity::prooffile
