#pragma once

// Writers that race on stores of one database, and what must hold of the database afterwards.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "adapter/postgres/postgres.h"
#include "tests/stores/server.h"

namespace comity::stores {

/// The value of a result that a test cannot go on without.
template <class T>
T must(base::Result<T> result) {
    if (!result) {
        ADD_FAILURE() << result.error().text();
        std::abort();
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*result);
    }
}

inline std::unique_ptr<postgres::PostgresStore> open_store(
    const std::string& place, std::chrono::milliseconds patience = std::chrono::seconds(30)) {
    return must(
        postgres::PostgresStore::open({.place = place, .owner = "xa-court", .patience = patience}));
}

/// 32 bytes made of a number.
inline base::Digest digest(std::uint64_t number) {
    base::Digest made;
    for (std::size_t i = 0; i < 8; ++i) {
        made.bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
        made.bytes[31 - i] = static_cast<std::uint8_t>(~number >> (8 * i));
    }
    return made;
}

/// One leaf and one entry behind `head`. The leaf says which root it follows and which it makes, so
/// that the leaves tell whether the heads were one chain.
inline ports::Batch link(const ports::LedgerHead& head, std::uint64_t number) {
    ports::Batch batch;
    batch.expected_head = head;
    batch.new_head = ports::LedgerHead{head.size + 1, digest(number), head.epoch};
    base::Bytes leaf(head.root.bytes.begin(), head.root.bytes.end());
    base::append(leaf, batch.new_head->root.view());
    batch.leaves = {std::move(leaf)};
    ports::StoredEntry entry;
    entry.id = digest(number);
    entry.matter = *base::MatterId::parse("matter-1");
    entry.author = *base::PartyId::parse("xa-court");
    entry.sequence = static_cast<std::int64_t>(number);
    entry.sealed_body = base::Bytes(300, static_cast<std::uint8_t>(number));
    entry.leaf = static_cast<std::int64_t>(head.size);
    batch.entries = {std::move(entry)};
    return batch;
}

/// Threads that commit links until they are told to stop.
class Load {
 public:
    Load(std::vector<ports::Store*> stores, int threads) {
        for (int i = 0; i < threads; ++i) {
            ports::Store* store = stores[static_cast<std::size_t>(i) % stores.size()];
            threads_.emplace_back([this, store, i] { run(*store, i); });
        }
    }
    ~Load() { stop(); }
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

    /// Waits until so many links more were acknowledged; false once a commit failed.
    [[nodiscard]] bool wait_for(std::size_t more) {
        std::unique_lock lock(mutex_);
        const std::size_t wanted = acknowledged_.size() + more;
        changed_.wait_for(lock, std::chrono::seconds(60),
                          [&] { return acknowledged_.size() >= wanted || !failures_.empty(); });
        return acknowledged_.size() >= wanted;
    }
    void stop() {
        is_done_ = true;
        for (std::thread& thread : threads_) {
            thread.join();
        }
        threads_.clear();
    }
    /// The numbers acknowledged, with the place of their leaf. After stop().
    [[nodiscard]] const std::map<std::uint64_t, std::uint64_t>& acknowledged() const {
        return acknowledged_;
    }
    [[nodiscard]] const std::vector<std::string>& failures() const { return failures_; }

 private:
    void run(ports::Store& store, int thread) {
        for (std::uint64_t round = 1; !is_done_; ++round) {
            const auto head = store.head();
            if (!head) {
                note(head.error().text());
                return;
            }
            const std::uint64_t number =
                round * 1000 + static_cast<std::uint64_t>(thread);  // no other thread's
            const auto committed = store.commit(link(*head, number));
            if (!committed && committed.error().kind != base::ErrorKind::conflict) {
                note(committed.error().text());
                return;
            }
            if (committed) {
                const std::scoped_lock hold(mutex_);
                acknowledged_.emplace(number, head->size);
                changed_.notify_all();
            }
        }
    }
    void note(std::string failure) {
        const std::scoped_lock hold(mutex_);
        failures_.push_back(std::move(failure));
        changed_.notify_all();
    }

    std::atomic<bool> is_done_ = false;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::uint64_t, std::uint64_t> acknowledged_;
    std::vector<std::string> failures_;
    std::vector<std::thread> threads_;
};

/// That the leaves are one chain up to the head, and that all of `acknowledged` is there.
inline void expect_one_history(postgres::PostgresStore& store,
                               const std::map<std::uint64_t, std::uint64_t>& acknowledged) {
    EXPECT_TRUE(store.integrity_check().has_value());
    const ports::LedgerHead head = must(store.head());
    const auto leaves = must(store.leaves(0, head.size));
    base::Digest root;
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        ASSERT_EQ(leaves[i].size(), 64U);
        EXPECT_TRUE(std::equal(root.bytes.begin(), root.bytes.end(), leaves[i].begin()))
            << "leaf " << i << " does not follow the one before";
        std::copy(leaves[i].begin() + 32, leaves[i].end(), root.bytes.begin());
    }
    EXPECT_EQ(root, head.root);
    std::map<base::Digest, std::int64_t> entries;
    std::size_t count = 0;
    must(store.each_entry([&](const ports::StoredEntry& entry) -> base::Result<void> {
        entries.emplace(entry.id, entry.leaf);
        ++count;
        return {};
    }));
    EXPECT_EQ(count, entries.size());
    EXPECT_EQ(count, head.size);
    for (const auto& [number, place] : acknowledged) {
        const auto found = entries.find(digest(number));
        if (found == entries.end()) {
            ADD_FAILURE() << "acknowledged and lost: " << number;
        } else {
            EXPECT_EQ(static_cast<std::uint64_t>(found->second), place);
        }
    }
}

}  // namespace comity::stores
