// Several sequencers that want one ledger: on one store at a time, and one process after the other.

#include <gtest/gtest.h>
#include <map>
#include <mutex>
#include <thread>
#include <unistd.h>

#include "adapter/memory/memory.h"
#include "adapter/softkeys/softkeys.h"
#include "forked.h"
#include "node/submit/sequencer.h"
#include "stores.h"

namespace comity::conformance {
namespace {

using submit::Sequencer;

constexpr std::string_view origin = "ledger.example/race";

base::Bytes leaf_of(int writer, int number) {
    return base::bytes_of("leaf " + std::to_string(writer) + " " + std::to_string(number));
}

/// What was promised to anybody: leaves at their places, and heads.
struct Promised {
    std::mutex mutex;  ///< guards all below
    std::map<std::uint64_t, base::Bytes> leaves;
    std::map<std::uint64_t, std::string> heads;
    bool is_fork = false;

    void leaf(std::uint64_t index, const base::Bytes& leaf) {
        const std::scoped_lock hold(mutex);
        is_fork = is_fork || !leaves.try_emplace(index, leaf).second;
    }
    void head(const Sequencer::SignedHead& head) {
        const std::scoped_lock hold(mutex);
        const auto [there, is_new] = heads.try_emplace(head.size, head.note.text);
        is_fork = is_fork || (!is_new && there->second != head.note.text);
    }
};

void expect_kept(ports::Store& store, const Promised& promised) {
    EXPECT_FALSE(promised.is_fork);
    const std::uint64_t size = store.head()->size;
    const auto leaves = store.leaves(0, size).value();
    ledger::Tree tree;
    for (const base::Bytes& leaf : leaves) {
        tree.append(crypto::merkle_leaf(leaf));
    }
    EXPECT_EQ(tree.root(), store.head()->root);
    for (const auto& [index, leaf] : promised.leaves) {
        ASSERT_LT(index, size);
        EXPECT_EQ(leaves[index], leaf);
    }
    for (const auto& [at, text] : promised.heads) {
        ASSERT_LE(at, size);
        EXPECT_EQ(text, (ledger::Checkpoint{std::string(origin), at, tree.root_at(at)}.text()));
    }
}

/// Takes the ledger over again and again, and goes on until it is put out.
void take_over(ports::Store& store, ports::Signer& key, int writer, Promised& promised) {
    int number = 0;
    for (int round = 0; round < 20; ++round) {
        memory::MemoryLedgerFiles files;
        auto sequencer = Sequencer::open({store, files, key}, std::string(origin));
        if (!sequencer) {
            EXPECT_EQ(sequencer.error().kind, base::ErrorKind::conflict);
            continue;
        }
        for (int i = 0; i < 5; ++i) {
            const base::Bytes leaf = leaf_of(writer, number++);
            const std::uint64_t index = sequencer->size();
            ports::Batch batch;
            const auto committed = sequencer->commit(batch, {leaf});
            if (!committed) {
                EXPECT_EQ(committed.error().kind, base::ErrorKind::conflict);
                break;
            }
            promised.leaf(index, leaf);
            if (sequencer->publish()) {
                promised.head(*sequencer->signed_head());
            }
        }
    }
}

class SequencerRace : public testing::TestWithParam<Kind> {};

TEST_P(SequencerRace, of_eight_on_one_store_nothing_acknowledged_is_lost_and_no_head_forks) {
    const std::unique_ptr<Subject> subject = GetParam().make();
    softkeys::SoftSigner key = softkeys::SoftSigner::generate(crypto::Algorithm::ed25519).value();
    Promised promised;
    {
        std::vector<std::jthread> threads;
        for (int writer = 0; writer < 8; ++writer) {
            threads.emplace_back(
                [&, writer] { take_over(subject->store(), key, writer, promised); });
        }
    }
    EXPECT_FALSE(promised.leaves.empty());
    EXPECT_FALSE(promised.heads.empty());
    expect_kept(subject->store(), promised);
    subject->reopen();
    expect_kept(subject->store(), promised);
}

INSTANTIATE_TEST_SUITE_P(Stores, SequencerRace, testing::ValuesIn(kinds()),
                         [](const auto& kind) { return kind.param.name; });

/// In the child: says each index that it was promised, until it is killed.
[[noreturn]] void sequence_forever(const std::filesystem::path& path, ports::Signer& key,
                                   int report) {
    auto store = sqlite::SqliteStore::open(path);
    memory::MemoryLedgerFiles files;
    auto sequencer = store ? Sequencer::open({**store, files, key}, std::string(origin))
                           : std::unexpected(store.error());
    while (sequencer) {
        const std::uint64_t index = sequencer->size();
        ports::Batch batch;
        const bool is_done = sequencer->commit(batch, {leaf_of(0, static_cast<int>(index))}) &&
                             ::write(report, &index, sizeof index) == sizeof index &&
                             sequencer->publish();
        if (!is_done) {
            ::_exit(2);
        }
    }
    ::_exit(1);
}

TEST(SequencerProcesses, one_that_takes_over_from_a_killed_one_has_all_that_it_promised) {
    const TemporaryFolder folder;
    const auto path = folder.path() / "store.sqlite";
    softkeys::SoftSigner key = softkeys::SoftSigner::generate(crypto::Algorithm::ed25519).value();
    Promised promised;
    std::uint64_t epoch = 0;
    for (int kills = 0; kills < 5; ++kills) {
        Forked writer([&](int report) { sequence_forever(path, key, report); });
        std::uint64_t index = 0;
        for (int i = 0; i < 3 + 2 * kills; ++i) {
            ASSERT_TRUE(writer.read(index));
            promised.leaf(index, leaf_of(0, static_cast<int>(index)));
        }
        EXPECT_FALSE(sqlite::SqliteStore::open(path)) << "the other process lives";
        writer.kill();
        while (writer.read(index)) {
            promised.leaf(index, leaf_of(0, static_cast<int>(index)));
        }
        auto store = sqlite::SqliteStore::open(path);
        ASSERT_TRUE(store) << store.error().text();
        memory::MemoryLedgerFiles files;
        auto sequencer = Sequencer::open({**store, files, key}, std::string(origin));
        ASSERT_TRUE(sequencer);
        EXPECT_GE((*store)->head()->epoch, epoch + 2) << "each start takes a new one";
        epoch = (*store)->head()->epoch;
        ASSERT_TRUE(sequencer->publish());
        promised.head(*sequencer->signed_head());
        expect_kept(**store, promised);
    }
}

}  // namespace
}  // namespace comity::conformance
