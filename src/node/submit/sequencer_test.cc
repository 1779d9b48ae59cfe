#include "node/submit/sequencer.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "adapter/memory/memory.h"
#include "adapter/softkeys/softkeys.h"

namespace comity::submit {
namespace {

class Ledger : public ::testing::Test {
 protected:
    base::Result<Sequencer> open() {
        return Sequencer::open({store, files, key}, "ledger.example/x");
    }
    static std::vector<base::Bytes> leaves(std::size_t count, std::uint8_t first) {
        std::vector<base::Bytes> made;
        for (std::size_t i = 0; i < count; ++i) {
            made.push_back({first, static_cast<std::uint8_t>(i), 1, 2, 3});
        }
        return made;
    }
    base::Result<std::vector<base::Digest>> published() {
        const auto note = COMITY_TRY(files.read("checkpoint"));
        const auto signed_note = COMITY_TRY(ledger::Note::parse(base::text_of(note)));
        const auto head = COMITY_TRY(ledger::Checkpoint::parse(signed_note.text));
        return ledger::check_static_ledger([&](std::string_view path) { return files.read(path); },
                                           head.size, head.root);
    }

    memory::MemoryStore store;
    memory::MemoryLedgerFiles files;
    softkeys::SoftSigner key = softkeys::SoftSigner::generate(crypto::Algorithm::ed25519).value();
};

TEST_F(Ledger, what_it_publishes_is_the_tree) {
    auto sequencer = open();
    ASSERT_TRUE(sequencer);
    for (const std::size_t count : {1U, 2U, 300U, 1U, 256U}) {
        ports::Batch batch;
        ASSERT_TRUE(sequencer->commit(batch, leaves(count, static_cast<std::uint8_t>(count))));
        ASSERT_TRUE(sequencer->is_unpublished());
        ASSERT_TRUE(sequencer->publish());
        EXPECT_FALSE(sequencer->is_unpublished());
        const auto hashes = published();
        ASSERT_TRUE(hashes) << hashes.error().text();
        EXPECT_EQ(hashes->size(), sequencer->size());
        EXPECT_EQ(crypto::merkle_root(*hashes), sequencer->tree().root());
        EXPECT_EQ(store.head()->root, sequencer->tree().root());
    }
}

TEST_F(Ledger, a_start_takes_over_with_a_new_epoch_and_puts_the_old_one_out) {
    auto first = open();
    ports::Batch batch;
    ASSERT_TRUE(first->commit(batch, leaves(3, 0)));
    auto second = open();
    ASSERT_TRUE(second);
    EXPECT_EQ(second->tree().root(), first->tree().root());
    ports::Batch late;
    const auto refused = first->commit(late, leaves(1, 9));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, base::ErrorKind::conflict);
    EXPECT_EQ(first->size(), 3U);
}

/// A store whose leaves were damaged behind the node's back.
class Damaged final : public ports::Store {
 public:
    explicit Damaged(ports::Store& store) : store_(store) {}
    [[nodiscard]] base::Result<std::vector<base::Bytes>> leaves(std::uint64_t first,
                                                                std::uint64_t count) override {
        auto read = COMITY_TRY(store_.leaves(first, count));
        if (missing) {
            read.clear();
        } else {
            read.back()[0] ^= 1;
        }
        return read;
    }
    [[nodiscard]] base::Result<void> commit(const ports::Batch& batch) override {
        ++commits;
        return store_.commit(batch);
    }
    [[nodiscard]] base::Result<ports::LedgerHead> head() override { return store_.head(); }
    [[nodiscard]] base::Result<void> each_entry(
        const std::function<base::Result<void>(const ports::StoredEntry&)>& visit) override {
        return store_.each_entry(visit);
    }
    [[nodiscard]] base::Result<ports::StoredEntry> entry(const base::Digest& id) override {
        return store_.entry(id);
    }
    [[nodiscard]] base::Result<std::vector<ports::OutboxRow>> outbox() override {
        return store_.outbox();
    }
    [[nodiscard]] base::Result<std::optional<ports::WitnessRow>> witnessed(
        std::string_view origin) override {
        return store_.witnessed(origin);
    }
    [[nodiscard]] base::Result<ports::StoredItem> item(const base::Digest& id) override {
        return store_.item(id);
    }
    [[nodiscard]] base::Result<std::vector<ports::KeptKey>> kept(base::Date first,
                                                                 base::Date last) override {
        return store_.kept(first, last);
    }
    [[nodiscard]] base::Result<std::optional<std::string>> setting(std::string_view name) override {
        return store_.setting(name);
    }
    bool missing = false;
    int commits = 0;

 private:
    ports::Store& store_;
};

TEST_F(Ledger, a_start_over_damaged_or_missing_leaves_is_refused_and_signs_nothing) {
    ports::Batch batch;
    ASSERT_TRUE(open()->commit(batch, leaves(5, 0)));
    memory::MemoryLedgerFiles fresh;
    Damaged damaged(store);
    for (const bool missing : {false, true}) {
        damaged.missing = missing;
        const auto opened = Sequencer::open({damaged, fresh, key}, "ledger.example/x");
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().kind, base::ErrorKind::invalid);
    }
    EXPECT_EQ(damaged.commits, 0);
    EXPECT_TRUE(fresh.paths().empty());
}

TEST_F(Ledger, a_commit_that_did_not_hold_changes_nothing) {
    auto sequencer = open();
    store.fail_commit(1, memory::CommitFault::before);
    ports::Batch batch;
    EXPECT_FALSE(sequencer->commit(batch, leaves(2, 0)));
    EXPECT_EQ(sequencer->size(), 0U);
    ports::Batch again;
    EXPECT_TRUE(sequencer->commit(again, leaves(2, 0)));
}

TEST_F(Ledger, a_commit_that_held_although_it_failed_is_found_to_hold) {
    auto sequencer = open();
    store.fail_commit(1, memory::CommitFault::after);
    ports::Batch batch;
    EXPECT_TRUE(sequencer->commit(batch, leaves(2, 0)));
    EXPECT_EQ(sequencer->size(), 2U);
    ASSERT_TRUE(sequencer->publish());
    EXPECT_EQ(published()->size(), 2U);
}

}  // namespace
}  // namespace comity::submit
