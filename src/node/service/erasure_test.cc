// The end of items and bodies at a node (node/submit/erasure.cc), through acts that travel.

#include <gtest/gtest.h>

#include "node/service/affair_for_test.h"
#include "node/service/page.h"

namespace comity::service {
namespace {

using submit::Erased;

class Ending : public SharedAffair {
 protected:
    void SetUp() override {
        SharedAffair::SetUp();
        stream = seal(100'000, "2027-06-30");
        const auto handed = hand(stream);
        ASSERT_TRUE(handed);
        release = handed->entries.front();
        let_messages_pass(wire);
        ASSERT_TRUE(read_at_asker(stream));
    }
    void move_to(std::string_view day) {
        federation.clock.set(kit::instant(std::string(day) + "T03:00:00.000Z"));
    }
    [[nodiscard]] std::string naming(std::string_view field, const base::Digest& act) {
        return "{\"" + std::string(field) + "\":\"" + act.hex() + "\"}";
    }
    /// What stands in the asking node's store of the item, as a back-up would have it.
    [[nodiscard]] ports::StoredItem row() { return xa().store.item(stream.descriptor.id).value(); }

    Wire wire{federation};
    items::SealedStream stream;
    base::Digest release;
};

TEST_F(Ending, an_item_is_unreadable_from_its_day_on_at_every_holder_and_in_every_back_up) {
    const ports::StoredItem back_up = row();
    move_to("2027-06-29");
    ASSERT_TRUE(xa()->erase_due());
    EXPECT_TRUE(read_at_asker(stream));
    move_to("2027-06-30");
    ASSERT_TRUE(xa()->erasure_due(federation.clock.now()));
    const auto erased = xa()->erase_due();
    ASSERT_TRUE(erased) << erased.error().text();
    EXPECT_EQ(erased->items, std::vector{stream.descriptor.id});
    EXPECT_EQ(xa()->item(stream.descriptor.id).error().kind, base::ErrorKind::not_found);
    EXPECT_EQ(xa().blobs.size(stream.descriptor.id).error().kind, base::ErrorKind::not_found);
    EXPECT_EQ(submit::kept_item(back_up, xa().day_keys).error().kind, base::ErrorKind::not_found);
    EXPECT_FALSE(xa()->erasure_due(federation.clock.now()));
    // The other holder ends it by itself.
    EXPECT_TRUE(provider()->item(stream.descriptor.id));
    ASSERT_TRUE(provider()->erase_due());
    EXPECT_FALSE(provider()->item(stream.descriptor.id));
}

TEST_F(Ending, what_a_day_makes_unreadable_stays_so_after_a_restart_and_proofs_stay) {
    const auto before = xa()->proven(release);
    ASSERT_TRUE(before);
    move_to("2027-07-01");
    ASSERT_TRUE(xa()->erase_due());
    ASSERT_TRUE(xa().start());
    EXPECT_EQ(xa()->item(stream.descriptor.id).error().kind, base::ErrorKind::not_found);
    EXPECT_TRUE(xa()->awaited().empty());  // not fetched again
    EXPECT_EQ(*xa()->proven(release), *before);
}

TEST_F(Ending, an_act_of_erasure_ends_the_item_at_once_and_touches_nothing_else) {
    const auto other = seal(5000, "2027-06-30");
    ASSERT_TRUE(hand(other));
    let_messages_pass(wire);
    const ports::StoredItem back_up = row();
    const auto receipt = xa().act(petra, matter, "", "destroy-copy", naming("handed", release));
    ASSERT_TRUE(receipt) << receipt.error().text();
    ASSERT_TRUE(xa()->erasure_due(federation.clock.now()));
    const auto erased = xa()->erase_due();
    ASSERT_TRUE(erased) << erased.error().text();
    EXPECT_EQ(erased->items, std::vector{stream.descriptor.id});
    EXPECT_EQ(submit::kept_item(back_up, xa().day_keys).error().kind, base::ErrorKind::not_found);
    EXPECT_FALSE(read_at_asker(stream));
    EXPECT_TRUE(read_at_asker(other));
    // The provider still holds its own copy, and gives the segments to nobody any more.
    federation.exchange();
    EXPECT_TRUE(provider()->item(stream.descriptor.id));
    EXPECT_FALSE(provider()->check_fetch(xa().party, stream.descriptor.id));
}

TEST_F(Ending, an_item_whose_day_comes_while_its_act_waits_does_not_hold_up_the_act) {
    const auto late = seal(5000, "2027-06-30");
    const auto handed = hand(late);
    ASSERT_TRUE(handed) << handed.error().text();
    federation.cosign(provider());
    move_to("2027-06-30");
    ASSERT_TRUE(provider()->erase_due());
    ASSERT_TRUE(provider().act(cleo, matter, "", "destroy", naming("handed", release)));
    let_messages_pass(wire);
    EXPECT_TRUE(provider()->outbox(xa().party).empty());
    EXPECT_TRUE(xa()->matter(matter)->dossier.has(handed->entries.front()));
    EXPECT_EQ(kit::account_of(*xa(), matter), kit::account_of(*provider(), matter));
    EXPECT_EQ(xa()->item(late.descriptor.id).error().kind, base::ErrorKind::not_found);
    EXPECT_TRUE(xa()->awaited().empty());
}

TEST_F(Ending, an_act_waits_for_its_item_until_the_items_day_and_then_stands_without_it) {
    const auto late = seal(5000, "2027-06-30");
    ASSERT_TRUE(hand(late));
    federation.cosign(provider());
    const std::vector<kit::Parcel> parcels = federation.parcels(provider());
    const auto sent = std::ranges::find_if(parcels, [&](const kit::Parcel& parcel) {
        return parcel.envelope.to == xa().party && !parcel.envelope.items.empty();
    });
    ASSERT_NE(sent, parcels.end());
    kit::Parcel bare = *sent;
    bare.envelope.items.clear();
    const auto refused = federation.deliver(bare);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, base::ErrorKind::try_later);
    EXPECT_EQ(refused.error().what, "the act's item is not with it");
    move_to("2027-06-30");
    ASSERT_TRUE(xa()->erase_due());
    const auto taken = federation.deliver(*sent);  // with an item that has no right to be any more
    ASSERT_TRUE(taken) << taken.error().text();
    EXPECT_EQ(xa().store.item(late.descriptor.id).error().kind, base::ErrorKind::not_found);
}

TEST_F(Ending, what_has_not_reached_its_reader_is_not_erased_by_an_act) {
    const auto waiting = seal(5000, "2027-06-30");
    const auto handed = hand(waiting);
    ASSERT_TRUE(handed);
    const auto destroy = naming("handed", handed->entries.front());
    const auto refused = provider().act(cleo, matter, "", "destroy", destroy);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, base::ErrorKind::try_later);
    EXPECT_EQ(refused.error().what, "the item has not reached its reader yet");
    let_messages_pass(wire);
    EXPECT_TRUE(provider().act(cleo, matter, "", "destroy", destroy));
}

TEST_F(Ending, an_item_that_has_ended_is_not_handed_over) {
    const auto ended = seal(5000, "2027-03-08");
    const auto handed = hand(ended);
    ASSERT_FALSE(handed);
    EXPECT_EQ(handed.error().what, "the item has ended");
}

TEST_F(Ending, a_crash_between_the_receipt_and_the_erasure_is_made_good_at_the_start) {
    ASSERT_TRUE(xa().act(petra, matter, "", "destroy-copy", naming("handed", release)));
    ASSERT_TRUE(xa().start());
    ASSERT_TRUE(xa()->erasure_due(federation.clock.now()));
    ASSERT_TRUE(xa()->erase_due());
    EXPECT_FALSE(xa()->item(stream.descriptor.id));
}

TEST_F(Ending, a_hold_postpones_the_end_day_by_day_and_no_longer) {
    const auto held = xb().act(rosa, matter, "", "retain", "{}");
    ASSERT_TRUE(held) << held.error().text();
    federation.exchange();
    for (const std::string_view day : {"2027-06-30", "2027-07-01", "2027-07-02"}) {
        move_to(day);
        const auto erased = xa()->erase_due();
        ASSERT_TRUE(erased) << erased.error().text();
        EXPECT_TRUE(erased->items.empty());
        EXPECT_GE(erased->postponed, 1U);
        EXPECT_TRUE(read_at_asker(stream)) << day;
    }
    ASSERT_TRUE(
        xb().act(rosa, matter, "", "retain-no-more", naming("retained", held->entries.front())));
    federation.exchange();
    move_to("2027-07-03");
    const auto erased = xa()->erase_due();
    ASSERT_TRUE(erased);
    EXPECT_EQ(erased->items, std::vector{stream.descriptor.id});
    EXPECT_FALSE(read_at_asker(stream));
}

TEST_F(Ending, a_failing_disk_leaves_what_stays_readable_and_the_run_is_done_again) {
    ASSERT_TRUE(xb().act(rosa, matter, "", "retain", "{}"));
    federation.exchange();
    move_to("2027-06-30");
    xa().store.fail_commit(1, memory::CommitFault::before);
    EXPECT_FALSE(xa()->erase_due());
    EXPECT_TRUE(read_at_asker(stream));  // its day's key is not destroyed before it has another
    EXPECT_TRUE(xa()->erasure_due(federation.clock.now()));
    ASSERT_TRUE(xa()->erase_due());
    EXPECT_TRUE(read_at_asker(stream));
}

TEST_F(Ending, bodies_end_with_their_day_once_the_matter_is_over) {
    ASSERT_TRUE(xa().act(petra, matter, "", "finish", "{}"));
    federation.exchange();
    move_to("2028-03-20");  // 365 days after they were recorded
    const auto erased = xa()->erase_due();
    ASSERT_TRUE(erased) << erased.error().text();
    EXPECT_FALSE(erased->bodies.empty());
    EXPECT_TRUE(xa()->matter(matter)->erased);
    ASSERT_TRUE(xa().start());
    EXPECT_TRUE(xa()->matter(matter)->erased);
    EXPECT_FALSE(xa()->world().registry.of(xa().party).empty());  // registries stay
}

TEST_F(Ending, no_body_of_a_matter_ends_while_an_entry_of_it_waits_for_a_peer) {
    ASSERT_TRUE(xa().act(petra, matter, "", "finish", "{}"));
    federation.cosign(xa());
    move_to("2028-03-20");  // all but the last body's day has come
    const auto postponed = xa()->erase_due();
    ASSERT_TRUE(postponed) << postponed.error().text();
    EXPECT_TRUE(postponed->bodies.empty());
    EXPECT_FALSE(xa()->matter(matter)->erased);
    let_messages_pass(wire);
    EXPECT_TRUE(xa()->outbox().empty());
    EXPECT_EQ(kit::account_of(*xa(), matter), kit::account_of(*xb(), matter));
    move_to("2028-03-21");
    EXPECT_FALSE(xa()->erase_due()->bodies.empty());
}

TEST_F(Ending, the_bodies_of_a_matter_that_goes_on_are_not_erased) {
    move_to("2028-03-20");
    const auto erased = xa()->erase_due();
    ASSERT_TRUE(erased) << erased.error().text();
    EXPECT_TRUE(erased->bodies.empty());
    EXPECT_GT(erased->postponed, 0U);
    EXPECT_FALSE(xa()->matter(matter)->erased);
    ASSERT_TRUE(xa().start());
    EXPECT_FALSE(xa()->matter(matter)->erased);
}

TEST_F(Ending, the_page_tells_of_items_holds_and_of_erasure_that_failed_but_no_field) {
    ASSERT_TRUE(xb().act(rosa, matter, "", "object", R"({"categories":["content"]})"));
    federation.exchange();
    const std::string shown = page(*xa(), wire.delivery(kit::xa_prosecution), {}).body;
    EXPECT_NE(shown.find("<h2 id=\"items\">Items</h2>"), std::string::npos);
    EXPECT_NE(shown.find(">here<"), std::string::npos);
    EXPECT_NE(shown.find("<h2 id=\"holds\">Held back</h2>"), std::string::npos);
    EXPECT_NE(shown.find(">Object<"), std::string::npos);
    EXPECT_EQ(shown.find(stream.descriptor.id.hex().substr(0, 12)), std::string::npos);
    ErasureStatus failed;
    failed.trouble = "the disk is full";
    EXPECT_NE(page(*xa(), wire.delivery(kit::xa_prosecution), failed)
                  .body.find("What had to be erased is not: the disk is full"),
              std::string::npos);
}

}  // namespace
}  // namespace comity::service
