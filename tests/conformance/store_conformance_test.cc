// Every promise of node/ports/store.h, on every store.

#include <atomic>
#include <gtest/gtest.h>
#include <thread>

#include "stores.h"

namespace comity::conformance {
namespace {

using base::ErrorKind;
using ports::Batch;
using ports::LedgerHead;
using ports::StoredEntry;

class StoreConformance : public testing::TestWithParam<Kind> {
 protected:
    ports::Store& store() { return subject_->store(); }

    LedgerHead head() { return *store().head(); }

    /// Commits leaves `contents` behind the present head.
    base::Result<void> append(std::vector<base::Bytes> contents) {
        Batch batch;
        batch.expected_head = head();
        batch.new_head = grown(head(), contents.size());
        batch.leaves = std::move(contents);
        return store().commit(batch);
    }

    std::vector<StoredEntry> entries() {
        std::vector<StoredEntry> all;
        const auto read = store().each_entry([&](const StoredEntry& one) -> base::Result<void> {
            all.push_back(one);
            return {};
        });
        EXPECT_TRUE(read.has_value());
        return all;
    }

    std::unique_ptr<Subject> subject_ = GetParam().make();
};

TEST_P(StoreConformance, a_new_store_is_empty) {
    EXPECT_EQ(head(), LedgerHead{});
    EXPECT_TRUE(entries().empty());
    EXPECT_TRUE(store().outbox()->empty());
    EXPECT_EQ(*store().witnessed("log.example"), std::nullopt);
    EXPECT_EQ(*store().setting("colour"), std::nullopt);
    EXPECT_EQ(store().entry(digest(1)).error().kind, ErrorKind::not_found);
    EXPECT_EQ(store().item(digest(1)).error().kind, ErrorKind::not_found);
    EXPECT_TRUE(store().leaves(0, 0)->empty());
    EXPECT_EQ(store().leaves(0, 1).error().kind, ErrorKind::not_found);
}

TEST_P(StoreConformance, an_empty_batch_changes_nothing) {
    EXPECT_TRUE(Batch{}.empty());
    EXPECT_TRUE(store().commit(Batch{}));
    EXPECT_EQ(head(), LedgerHead{});
}

TEST_P(StoreConformance, an_entry_comes_back_with_every_member) {
    Batch batch;
    batch.entries = {entry(1, 0), entry(2, 1), entry(3, 0, "xb-authority")};
    batch.entries[1].sealed_body.clear();
    batch.entries[1].wrapped_key.clear();
    batch.entries[1].erase_on = {};
    batch.entries[1].leaf = -1;
    batch.entries[2].header = std::string("nul \0 inside", 12);
    ASSERT_TRUE(store().commit(batch));
    subject_->reopen();
    for (const StoredEntry& one : batch.entries) {
        EXPECT_EQ(*store().entry(one.id), one);
    }
}

TEST_P(StoreConformance, entries_are_visited_in_the_order_of_recording) {
    std::vector<StoredEntry> expected;
    for (std::uint64_t i = 0; i < 700; ++i) {  // over what one read of a part holds
        expected.push_back(entry(700 - i, static_cast<std::int64_t>(i)));
    }
    for (std::size_t i = 0; i < expected.size(); i += 100) {
        Batch batch;
        batch.entries.assign(expected.begin() + static_cast<std::ptrdiff_t>(i),
                             expected.begin() + static_cast<std::ptrdiff_t>(i + 100));
        ASSERT_TRUE(store().commit(batch));
    }
    subject_->reopen();
    EXPECT_EQ(entries(), expected);
}

TEST_P(StoreConformance, visiting_stops_at_the_first_error_and_returns_it) {
    Batch batch;
    batch.entries = {entry(1, 0), entry(2, 1), entry(3, 2)};
    ASSERT_TRUE(store().commit(batch));
    int visits = 0;
    const auto visited = store().each_entry([&](const StoredEntry&) -> base::Result<void> {
        if (++visits == 2) {
            return base::fail(ErrorKind::invalid, "enough");
        }
        return {};
    });
    EXPECT_EQ(visited.error().what, "enough");
    EXPECT_EQ(visits, 2);
}

TEST_P(StoreConformance, a_visitor_may_use_the_store) {
    Batch batch;
    batch.entries = {entry(1, 0), entry(2, 1)};
    ASSERT_TRUE(store().commit(batch));
    const auto visited = store().each_entry([&](const StoredEntry& one) -> base::Result<void> {
        EXPECT_EQ(*store().entry(one.id), one);
        Batch inner;
        inner.settings = {{one.id.hex(), "seen"}};
        return store().commit(inner);
    });
    EXPECT_TRUE(visited.has_value());
    EXPECT_EQ(*store().setting(digest(2).hex()), "seen");
}

TEST_P(StoreConformance, leaves_come_back_in_order_and_by_range) {
    ASSERT_TRUE(append({{0}, {1, 1}}));
    ASSERT_TRUE(append({{2}, {}, {4, 0, 4}}));
    subject_->reopen();
    EXPECT_EQ(head().size, 5U);
    EXPECT_EQ(*store().leaves(0, 5), (std::vector<base::Bytes>{{0}, {1, 1}, {2}, {}, {4, 0, 4}}));
    EXPECT_EQ(*store().leaves(1, 2), (std::vector<base::Bytes>{{1, 1}, {2}}));
    EXPECT_EQ(store().leaves(4, 2).error().kind, ErrorKind::not_found);
    EXPECT_EQ(store().leaves(6, 1).error().kind, ErrorKind::not_found);
}

TEST_P(StoreConformance, the_head_is_compared_in_all_its_parts_and_swapped) {
    ASSERT_TRUE(append({{7}}));
    const LedgerHead stood = head();
    std::vector<LedgerHead> wrong(3, stood);
    wrong[0].size += 1;
    wrong[1].root = digest(5);
    wrong[2].epoch += 1;
    for (const LedgerHead& expected : wrong) {
        Batch batch;
        batch.expected_head = expected;
        batch.new_head = grown(expected, 1);
        batch.leaves = {{8}};
        batch.settings = {{"colour", "red"}};
        EXPECT_EQ(store().commit(batch).error().kind, ErrorKind::conflict);
        EXPECT_EQ(head(), stood);
        EXPECT_EQ(*store().setting("colour"), std::nullopt);
    }
    Batch take_over;
    take_over.expected_head = stood;
    take_over.new_head = LedgerHead{stood.size, stood.root, stood.epoch + 1};
    ASSERT_TRUE(store().commit(take_over));
    subject_->reopen();
    EXPECT_EQ(head(), *take_over.new_head);
    EXPECT_EQ(store().commit(take_over).error().kind, ErrorKind::conflict);
}

TEST_P(StoreConformance, the_head_may_be_compared_without_a_swap) {
    Batch batch;
    batch.expected_head = LedgerHead{};
    batch.settings = {{"colour", "red"}};
    ASSERT_TRUE(store().commit(batch));
    ASSERT_TRUE(append({{1}}));
    EXPECT_EQ(store().commit(batch).error().kind, ErrorKind::conflict);
}

TEST_P(StoreConformance, a_batch_that_contradicts_itself_is_refused) {
    Batch leaves_alone;
    leaves_alone.leaves = {{1}};
    Batch head_alone;
    head_alone.new_head = LedgerHead{};
    Batch wrong_size;
    wrong_size.expected_head = LedgerHead{};
    wrong_size.new_head = LedgerHead{2, digest(1), 0};
    wrong_size.leaves = {{1}};
    Batch no_new_head;
    no_new_head.expected_head = LedgerHead{};
    no_new_head.leaves = {{1}};
    Batch negative;
    negative.entries = {entry(1, -1)};
    for (const Batch& batch : {leaves_alone, head_alone, wrong_size, no_new_head, negative}) {
        EXPECT_EQ(store().commit(batch).error().kind, ErrorKind::failure);
    }
    EXPECT_EQ(head(), LedgerHead{});
    EXPECT_TRUE(entries().empty());
}

TEST_P(StoreConformance, an_entry_s_id_and_its_place_in_the_chain_are_unique) {
    Batch first;
    first.entries = {entry(1, 0)};
    ASSERT_TRUE(store().commit(first));
    EXPECT_EQ(store().commit(first).error().kind, ErrorKind::conflict);

    Batch same_id;
    same_id.entries = {entry(1, 1)};
    EXPECT_EQ(store().commit(same_id).error().kind, ErrorKind::conflict);

    Batch same_place;
    same_place.entries = {entry(2, 0)};
    EXPECT_EQ(store().commit(same_place).error().kind, ErrorKind::conflict);

    Batch inside;
    inside.entries = {entry(3, 5), entry(4, 5)};
    EXPECT_EQ(store().commit(inside).error().kind, ErrorKind::conflict);

    EXPECT_EQ(entries(), std::vector<StoredEntry>{entry(1, 0)});

    Batch elsewhere;
    elsewhere.entries = {entry(2, 0, "xb-authority"), entry(3, 0)};
    elsewhere.entries[1].matter = matter("matter-2");
    EXPECT_TRUE(store().commit(elsewhere));
    EXPECT_EQ(entries().size(), 3U);
}

TEST_P(StoreConformance, a_refused_batch_leaves_nothing_of_any_kind) {
    Batch before;
    before.entries = {entry(1, 0)};
    before.witnessed = {{"log.example", 3, digest(3)}};
    before.settings = {{"colour", "red"}};
    before.outbox_add = {{party("xb-authority"), digest(1), ""}};
    ASSERT_TRUE(store().commit(before));

    Batch batch;
    batch.expected_head = head();
    batch.new_head = grown(head(), 1);
    batch.leaves = {{1}};
    batch.entries = {entry(2, 1), entry(1, 2)};  // the second one's id is there
    batch.outbox_add = {{party("xb-court"), digest(2), ""}};
    batch.outbox_refused = {{party("xb-authority"), digest(1), "no"}};
    batch.outbox_done = {{party("xb-authority"), digest(1), ""}};
    batch.witnessed = {{"log.example", 4, digest(4)}};
    batch.items = {{digest(9), matter("matter-1"), {1}, {2}, base::Date{3}}};
    batch.settings = {{"colour", "green"}};
    EXPECT_EQ(store().commit(batch).error().kind, ErrorKind::conflict);

    subject_->reopen();
    EXPECT_EQ(head(), LedgerHead{});
    EXPECT_EQ(store().leaves(0, 1).error().kind, ErrorKind::not_found);
    EXPECT_EQ(entries(), before.entries);
    EXPECT_EQ(*store().outbox(), before.outbox_add);
    EXPECT_EQ(**store().witnessed("log.example"), before.witnessed[0]);
    EXPECT_EQ(store().item(digest(9)).error().kind, ErrorKind::not_found);
    EXPECT_EQ(**store().setting("colour"), "red");
    batch.entries = {entry(2, 1)};
    EXPECT_TRUE(store().commit(batch));  // and the store goes on
}

TEST_P(StoreConformance, the_outbox_keeps_the_order_of_adding) {
    const base::PartyId xb = party("xb-authority");
    const base::PartyId court = party("xa-court");
    Batch first;
    first.outbox_add = {{xb, digest(2), ""}, {court, digest(2), ""}, {xb, digest(1), ""}};
    ASSERT_TRUE(store().commit(first));
    Batch second;
    second.outbox_done = {{court, digest(2), ""}};
    second.outbox_add = {{court, digest(3), ""}};
    ASSERT_TRUE(store().commit(second));
    subject_->reopen();
    EXPECT_EQ(*store().outbox(),
              (std::vector<ports::OutboxRow>{
                  {xb, digest(2), ""}, {xb, digest(1), ""}, {court, digest(3), ""}}));
}

TEST_P(StoreConformance, an_outbox_row_may_be_refused_waited_for_again_and_removed) {
    const base::PartyId xb = party("xb-authority");
    Batch add;
    add.outbox_add = {{xb, digest(1), ""}, {xb, digest(2), ""}};
    ASSERT_TRUE(store().commit(add));
    Batch refuse;
    refuse.outbox_refused = {{xb, digest(1), "the act is not signed"}};
    ASSERT_TRUE(store().commit(refuse));
    EXPECT_EQ(*store().outbox(),
              (std::vector<ports::OutboxRow>{{xb, digest(1), "the act is not signed"},
                                             {xb, digest(2), ""}}));
    Batch again;
    again.outbox_add = {{xb, digest(1), ""}};
    ASSERT_TRUE(store().commit(again));
    EXPECT_EQ(*store().outbox(), add.outbox_add);
    Batch done;
    done.outbox_done = {{xb, digest(1), ""}, {xb, digest(2), ""}};
    ASSERT_TRUE(store().commit(done));
    EXPECT_TRUE(store().outbox()->empty());
}

TEST_P(StoreConformance, an_answer_to_an_outbox_row_that_is_gone_changes_nothing) {
    Batch late;
    late.outbox_refused = {{party("xb-authority"), digest(1), "late"}};
    late.outbox_done = {{party("xb-authority"), digest(2), ""}};
    EXPECT_TRUE(store().commit(late));
    EXPECT_TRUE(store().outbox()->empty());
}

TEST_P(StoreConformance, a_witnessed_head_is_compared_and_swapped) {
    Batch first;
    first.witnessed_expected = {{"log.example", 0, {}}};
    first.witnessed = {{"log.example", 5, digest(5)}};
    ASSERT_TRUE(store().commit(first));
    EXPECT_EQ(store().commit(first).error().kind, ErrorKind::conflict);

    Batch other_root;
    other_root.witnessed_expected = {{"log.example", 5, digest(6)}};
    other_root.witnessed = {{"log.example", 9, digest(9)}};
    EXPECT_EQ(store().commit(other_root).error().kind, ErrorKind::conflict);
    subject_->reopen();
    EXPECT_EQ(**store().witnessed("log.example"), first.witnessed[0]);

    Batch next;
    next.witnessed_expected = first.witnessed;
    next.witnessed = {{"log.example", 9, digest(9)}};
    ASSERT_TRUE(store().commit(next));
    EXPECT_EQ(**store().witnessed("log.example"), next.witnessed[0]);
    EXPECT_EQ(*store().witnessed("log.exampl"), std::nullopt);
}

TEST_P(StoreConformance, an_item_comes_back_and_is_the_same_item_when_it_comes_twice) {
    const ports::StoredItem item{digest(7), matter("matter-1"), base::Bytes(100'000, 7),
                                 base::Bytes{4, 5}, base::Date{22000}};
    Batch batch;
    batch.items = {item};
    ASSERT_TRUE(store().commit(batch));
    ASSERT_TRUE(store().commit(batch));
    batch.items[0].erase_on = base::Date{23000};
    EXPECT_EQ(store().commit(batch).error().kind, ErrorKind::conflict);
    subject_->reopen();
    EXPECT_EQ(*store().item(item.id), item);

    Batch twice;
    twice.items = {{digest(8), matter("matter-1"), {1}, {}, {}},
                   {digest(8), matter("matter-2"), {1}, {}, {}}};
    EXPECT_EQ(store().commit(twice).error().kind, ErrorKind::conflict);
    EXPECT_EQ(store().item(digest(8)).error().kind, ErrorKind::not_found);
}

TEST_P(StoreConformance, what_ends_is_listed_rewrapped_and_emptied) {
    Batch batch;
    batch.expected_head = *store().head();
    batch.leaves = {{1}, {2}};
    batch.new_head = grown(*batch.expected_head, 2);
    batch.entries = {entry(1, 1), entry(2, 2)};
    batch.entries[0].erase_on = base::Date{20000};
    batch.entries[1].erase_on = base::Date{20005};
    batch.items = {{digest(3), matter("m"), {9}, {8}, base::Date{20000}}};
    ASSERT_TRUE(store().commit(batch));
    const ports::KeptKey first{ports::Kept::body, batch.entries[0].id, batch.entries[0].matter,
                               base::Date{20000}, batch.entries[0].wrapped_key};
    const ports::KeptKey item{ports::Kept::item, digest(3), matter("m"), base::Date{20000},
                              base::Bytes{8}};
    EXPECT_EQ(*store().kept(base::Date{20000}, base::Date{20004}),
              (std::vector<ports::KeptKey>{first, item}));

    Batch moved;
    moved.rewrapped = {item};
    moved.rewrapped[0].erase_on = base::Date{20006};
    moved.rewrapped[0].wrapped = {7};
    moved.rewrapped.push_back({ports::Kept::item, digest(4), matter("m"), base::Date{20000}, {1}});
    moved.erased = {{ports::Kept::body, first.id}, {ports::Kept::item, digest(5)}};
    ASSERT_TRUE(store().commit(moved));
    subject_->reopen();
    EXPECT_EQ(store().kept(base::Date{20000}, base::Date{20004})->size(), 0U);
    const auto later = *store().kept(base::Date{20005}, base::Date{20006});
    ASSERT_EQ(later.size(), 2U);
    EXPECT_EQ(later[1], moved.rewrapped[0]);
    EXPECT_EQ(store().item(digest(3))->wrapped, base::Bytes{7});
    EXPECT_TRUE(store().entry(first.id)->sealed_body.empty());
    EXPECT_TRUE(store().entry(first.id)->wrapped_key.empty());
    EXPECT_EQ(store().entry(first.id)->header, batch.entries[0].header);

    // What was emptied is not wrapped again: it would look as if it were there.
    Batch late;
    late.rewrapped = {first};
    ASSERT_TRUE(store().commit(late));
    EXPECT_TRUE(store().entry(first.id)->wrapped_key.empty());
}

TEST_P(StoreConformance, a_setting_is_replaced_and_the_last_of_a_batch_stands) {
    Batch batch;
    batch.settings = {{"colour", "red"}, {"size", ""}, {"colour", "blue"}};
    ASSERT_TRUE(store().commit(batch));
    subject_->reopen();
    EXPECT_EQ(**store().setting("colour"), "blue");
    EXPECT_EQ(**store().setting("size"), "");
    EXPECT_EQ(*store().setting("Colour"), std::nullopt);
}

TEST_P(StoreConformance, readers_in_other_threads_see_whole_batches_only) {
    std::atomic<bool> is_done = false;
    std::thread reader([&] {
        while (!is_done) {
            const LedgerHead seen = *store().head();
            // The head counts the leaves and the leaves carry the setting of their batch.
            EXPECT_TRUE(store().leaves(0, seen.size).has_value());
        }
    });
    for (int round = 0; round < 50; ++round) {
        ASSERT_TRUE(append({{1}, {2}, {3}}));
    }
    is_done = true;
    reader.join();
    EXPECT_EQ(head().size, 150U);
}

TEST_P(StoreConformance, of_writers_that_saw_one_head_exactly_one_wins) {
    std::atomic<int> wins = 0;
    std::vector<std::thread> writers;
    for (int i = 0; i < 4; ++i) {
        writers.emplace_back([&] {
            for (int round = 0; round < 25; ++round) {
                Batch batch;
                batch.expected_head = *store().head();
                batch.new_head = grown(*batch.expected_head, 1);
                batch.leaves = {{static_cast<std::uint8_t>(round)}};
                const auto committed = store().commit(batch);
                wins += committed.has_value() ? 1 : 0;
                EXPECT_TRUE(committed || committed.error().kind == ErrorKind::conflict);
            }
        });
    }
    for (std::thread& writer : writers) {
        writer.join();
    }
    EXPECT_EQ(head().size, static_cast<std::uint64_t>(wins));
    EXPECT_GE(wins, 25);
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreConformance, testing::ValuesIn(kinds()),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace comity::conformance
