// Stores side by side: random batches, good and bad, must have the same outcome and leave the same
// contents. The store in memory is every other's twin.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "stores.h"

namespace comity::conformance {
namespace {

using ports::Batch;

struct Contents {
    ports::LedgerHead head;
    std::vector<base::Bytes> leaves;
    std::vector<ports::StoredEntry> entries;
    std::vector<ports::OutboxRow> outbox;
    std::vector<std::optional<ports::WitnessRow>> witnessed;
    std::vector<std::optional<ports::StoredItem>> items;
    std::vector<ports::KeptKey> kept;
    std::vector<std::optional<std::string>> settings;
    friend bool operator==(const Contents&, const Contents&) = default;
};

constexpr std::uint64_t names = 3;

Contents contents_of(ports::Store& store) {
    Contents all;
    all.head = *store.head();
    all.leaves = *store.leaves(0, all.head.size);
    static_cast<void>(store.each_entry([&](const ports::StoredEntry& one) -> base::Result<void> {
        all.entries.push_back(one);
        return {};
    }));
    all.outbox = *store.outbox();
    all.kept = *store.kept(base::Date{0}, base::Date{2});
    for (std::uint64_t i = 0; i < names; ++i) {
        all.witnessed.push_back(*store.witnessed("log" + std::to_string(i)));
        const auto item = store.item(digest(i));
        all.items.push_back(item ? std::optional(*item) : std::nullopt);
        all.settings.push_back(*store.setting("name" + std::to_string(i)));
    }
    return all;
}

std::uint64_t below(std::uint64_t bound) {
    return *rc::gen::inRange<std::uint64_t>(0, bound);
}

bool one_in(std::uint64_t chances) {
    return below(chances) == 0;
}

ports::OutboxRow any_row() {
    return {party("peer" + std::to_string(below(2))), digest(below(names)),
            one_in(2) ? "" : "refused " + std::to_string(below(3))};
}

ports::WitnessRow any_witnessed() {
    const std::uint64_t size = below(2);
    return {"log" + std::to_string(below(names)), size, size == 0 ? base::Digest{} : digest(size)};
}

template <class Make>
auto some(Make make) {
    std::vector<decltype(make())> list(below(3));
    for (auto& member : list) {
        member = make();
    }
    return list;
}

Batch any_batch(const ports::LedgerHead& head) {
    Batch batch;
    if (one_in(2)) {
        batch.expected_head = head;
        batch.expected_head->epoch += one_in(6) ? 1 : 0;
        batch.leaves = some([] { return base::Bytes(below(3), 7); });
        batch.new_head = grown(*batch.expected_head, batch.leaves.size());
        batch.new_head->size += one_in(8) ? 1 : 0;
    }
    batch.entries = some([] { return entry(below(12), static_cast<std::int64_t>(below(12))); });
    batch.outbox_add = some(any_row);
    batch.outbox_refused = some(any_row);
    batch.outbox_done = some(any_row);
    batch.witnessed = some(any_witnessed);
    if (one_in(3)) {
        batch.witnessed_expected = {any_witnessed()};
    }
    batch.items = some([] {
        return ports::StoredItem{digest(below(names)),
                                 matter("m"),
                                 {1},
                                 {2},
                                 base::Date{static_cast<std::int32_t>(below(2))}};
    });
    batch.rewrapped = some([] {
        return ports::KeptKey{one_in(2) ? ports::Kept::body : ports::Kept::item,
                              digest(below(names)),
                              matter("m"),
                              base::Date{static_cast<std::int32_t>(below(4))},
                              {static_cast<std::uint8_t>(below(3))}};
    });
    if (one_in(4)) {
        batch.erased = {{one_in(2) ? ports::Kept::body : ports::Kept::item, digest(below(names))}};
    }
    batch.settings = some(
        [] { return std::pair("name" + std::to_string(below(names)), std::to_string(below(5))); });
    return batch;
}

class StoreModel : public testing::TestWithParam<Kind> {};

TEST_P(StoreModel, answers_like_the_store_in_memory_and_holds_the_same) {
    const auto subject = GetParam().make();  // opened once; every run goes on with its contents
    MemorySubject twin;
    EXPECT_TRUE(rc::check("any batch has the same outcome on both stores", [&] {
        const Batch batch = any_batch(*twin.store().head());
        const auto one = twin.store().commit(batch);
        const auto other = subject->store().commit(batch);
        const auto outcome = [](const base::Result<void>& result) {
            return result ? std::string("committed") : std::string(name_of(result.error().kind));
        };
        RC_ASSERT(outcome(one) == outcome(other));
        RC_CLASSIFY(one.has_value(), "committed");
        RC_ASSERT(contents_of(twin.store()) == contents_of(subject->store()));
    }));
    subject->reopen();
    EXPECT_TRUE(contents_of(twin.store()) == contents_of(subject->store()));
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreModel, testing::ValuesIn(kinds()),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace comity::conformance
