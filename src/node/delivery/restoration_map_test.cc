#include <gtest/gtest.h>

#include "node/delivery/loss_for_test.h"
#include "node/delivery/restoration.h"

namespace comity::delivery {
namespace {

using kit::party;

TEST_F(Loss, roots_of_the_map_of_matters_are_made_again_though_no_peer_holds_them) {
    const base::MatterId first = errand_carried_out();
    ASSERT_TRUE(xa()->write_map());
    federation.exchange();
    (void)errand_carried_out();
    ASSERT_TRUE(xa()->write_map());  // the very last leaf, known from the attested head only
    federation.cosign(xa());
    const base::Bytes shown = xa()->mapping().proof(first)->encode();
    const auto before = lose(kit::xa_prosecution);
    const auto taken = restore(xa());
    ASSERT_TRUE(taken.has_value()) << taken.error().text();
    EXPECT_TRUE(taken->is_complete());
    EXPECT_TRUE(taken->lost.empty());
    EXPECT_EQ(taken->has, (*before)->sequencer().size());
    EXPECT_EQ(xa()->sequencer().tree().root(), (*before)->sequencer().tree().root());
    ASSERT_TRUE(xa().start());
    ASSERT_TRUE(xa()->write_map());
    federation.exchange();
    const auto again = xa()->mapping().proof(first);
    ASSERT_TRUE(again.has_value()) << again.error().text();
    const auto old = ledger::MatterProof::parse(shown);
    EXPECT_EQ(again->acts, old->acts);
    EXPECT_EQ(again->map, old->map);
}

TEST_F(Loss, padding_is_made_again_though_no_peer_holds_it) {
    (void)errand_carried_out();
    ASSERT_TRUE(xa()->pad(5));
    (void)errand_carried_out();
    ASSERT_TRUE(xa()->pad(2));
    ASSERT_TRUE(xa()->write_map());
    ASSERT_TRUE(xa()->pad(9));
    federation.exchange();
    (void)errand_carried_out();
    ASSERT_TRUE(xa()->pad(3));  // known from the attested head only
    federation.cosign(xa());
    const auto before = lose(kit::xa_prosecution);
    const auto taken = restore(xa());
    ASSERT_TRUE(taken.has_value()) << taken.error().text();
    EXPECT_TRUE(taken->is_complete());
    EXPECT_TRUE(taken->lost.empty());
    EXPECT_EQ(xa()->sequencer().size(), (*before)->sequencer().size());
    EXPECT_EQ(xa()->sequencer().tree().root(), (*before)->sequencer().tree().root());
    ASSERT_TRUE(xa().start());
    EXPECT_TRUE(xa()->write_map());
}

TEST_F(Loss, a_change_of_the_ledgers_key_is_made_again_from_the_heads_that_carry_it) {
    (void)errand_carried_out();
    ASSERT_TRUE(xa()->pad(2));
    ASSERT_TRUE(xa()->rotate_ledger_key());
    ASSERT_TRUE(xa()->write_map());
    (void)errand_carried_out();
    federation.exchange();
    const auto before = lose(kit::xa_prosecution);
    const auto taken = restore(xa());
    ASSERT_TRUE(taken.has_value()) << taken.error().text();
    EXPECT_TRUE(taken->is_complete());
    EXPECT_TRUE(taken->lost.empty());
    EXPECT_EQ(xa()->sequencer().tree().root(), (*before)->sequencer().tree().root());
    const auto known = submit::LedgerKeys::load(xa().store, federation.stage.annex).value();
    EXPECT_EQ(known.of(xa()->settings().origin), (*before)->sequencer().key_changes());
}

TEST_F(Loss, a_lost_act_is_not_taken_for_padding) {
    (void)errand_carried_out();
    ASSERT_TRUE(xa()->pad(2));
    const base::MatterId other = ask(R"(,"count":1)");
    federation.cosign(xa());
    const casework::EntryId unheard = xa()->matter(other)->dossier.chain(xa().party).front();
    const std::uint64_t leaf = xa()->leaf_of(unheard)->index;
    ASSERT_TRUE(xa()->settle(party(kit::xb_central), {unheard}, "the peer is gone"));
    (void)errand_carried_out();
    (void)lose(kit::xa_prosecution);
    const auto taken = restore(xa());
    ASSERT_TRUE(taken.has_value()) << taken.error().text();
    EXPECT_FALSE(taken->is_complete());
    EXPECT_EQ(taken->lost.back().index, leaf);
    EXPECT_LE(taken->has, leaf);
}

TEST_F(Loss, a_lost_act_is_not_taken_for_a_root_of_the_map) {
    (void)errand_carried_out();
    ASSERT_TRUE(xa()->write_map());
    (void)errand_carried_out();
    const base::MatterId other = ask(R"(,"count":1)");
    federation.cosign(xa());
    const casework::EntryId unheard = xa()->matter(other)->dossier.chain(xa().party).front();
    const std::uint64_t leaf = xa()->leaf_of(unheard)->index;
    ASSERT_TRUE(xa()->settle(party(kit::xb_central), {unheard}, "the peer is gone"));
    ASSERT_TRUE(xa()->write_map());
    (void)errand_carried_out();
    (void)lose(kit::xa_prosecution);
    const auto taken = restore(xa());
    ASSERT_TRUE(taken.has_value()) << taken.error().text();
    EXPECT_FALSE(taken->is_complete());
    EXPECT_EQ(taken->lost.front().index, leaf);
    EXPECT_EQ(taken->has, leaf);
}

}  // namespace
}  // namespace comity::delivery
