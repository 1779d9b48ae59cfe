// A ledger whose disk fills up, whose files are changed behind its back, whose clock jumps, and
// that two sequencers want at one time.

#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <rapidcheck.h>

#include "adapter/memory/memory.h"
#include "adapter/softkeys/softkeys.h"
#include "node/submit/sequencer.h"

namespace comity::submit {
namespace {

constexpr std::string_view origin = "ledger.example/x";

/// Counts what is signed.
class CountedKey final : public ports::Signer {
 public:
    [[nodiscard]] const crypto::PublicKey& public_key() const override { return key_.public_key(); }
    [[nodiscard]] base::Result<base::Bytes> sign(base::ByteView message) override {
        ++signatures;
        return key_.sign(message);
    }
    int signatures = 0;

 private:
    softkeys::SoftSigner key_ = softkeys::SoftSigner::generate(crypto::Algorithm::ed25519).value();
};

base::Bytes leaf_of(std::uint64_t number) {
    return base::bytes_of("leaf " + std::to_string(number));
}

/// The disk of one node: a store and the folder of static files.
struct World {
    memory::MemoryStore store;
    memory::MemoryLedgerFiles files;
    CountedKey key;
    std::uint64_t next = 0;                         ///< number of the next leaf
    std::map<std::uint64_t, base::Bytes> promised;  ///< acknowledged leaves by index
    std::map<std::uint64_t, std::string> heads;     ///< what was signed, by size

    base::Result<Sequencer> open() {
        return Sequencer::open({store, files, key}, std::string(origin));
    }
    base::Result<void> commit(Sequencer& sequencer, std::size_t count) {
        std::vector<base::Bytes> leaves;
        for (std::size_t i = 0; i < count; ++i) {
            leaves.push_back(leaf_of(next++));
        }
        const std::uint64_t first = sequencer.size();
        ports::Batch batch;
        COMITY_TRY(sequencer.commit(batch, leaves));
        for (std::size_t i = 0; i < count; ++i) {
            promised[first + i] = leaves[i];
        }
        return {};
    }
    base::Result<void> publish(Sequencer& sequencer) {
        auto done = sequencer.publish();
        if (sequencer.signed_head()) {
            const ledger::Note& note = sequencer.signed_head()->note;
            heads.try_emplace(sequencer.signed_head()->size, note.text);
        }
        return done;
    }
    /// Everything acknowledged is there at its place, and every head signed is one of this tree.
    [[nodiscard]] bool is_one_history() {
        const std::uint64_t size = store.head()->size;
        const auto leaves = size == 0 ? std::vector<base::Bytes>{} : *store.leaves(0, size);
        ledger::Tree tree;
        for (const base::Bytes& leaf : leaves) {
            tree.append(crypto::merkle_leaf(leaf));
        }
        for (const auto& [index, leaf] : promised) {
            if (index >= size || leaves[index] != leaf) {
                return false;
            }
        }
        for (const auto& [at, text] : heads) {
            if (at > size ||
                text != ledger::Checkpoint{std::string(origin), at, tree.root_at(at)}.text()) {
                return false;
            }
        }
        return true;
    }
    /// The published files are a whole ledger under a checkpoint that the key signed; its size.
    [[nodiscard]] base::Result<std::uint64_t> published() {
        const base::Bytes text = COMITY_TRY(files.read("checkpoint"));
        const auto vkey = COMITY_TRY(ledger::NoteKey::of(
            std::string(origin), ledger::NoteKeyType::ed25519, key.public_key()));
        const auto head =
            COMITY_TRY(ledger::open_checkpoint(base::text_of(text), vkey, {})).checkpoint;
        COMITY_TRY(ledger::check_static_ledger(
            [this](std::string_view path) { return files.read(path); }, head.size, head.root));
        return head.size;
    }
};

/// A ledger of `size` leaves, published at a few sizes on the way.
void grow(World& world, std::uint64_t size) {
    auto sequencer = world.open();
    ASSERT_TRUE(sequencer);
    while (sequencer->size() < size) {
        ASSERT_TRUE(
            world.commit(*sequencer, std::min<std::uint64_t>(90, size - sequencer->size())));
        ASSERT_TRUE(world.publish(*sequencer));
    }
}

TEST(HostileLedger, of_sequencers_on_one_store_the_last_to_open_alone_goes_on) {
    EXPECT_TRUE(rc::check("whatever order they act in, there is one history", [] {
        World world;
        std::vector<Sequencer> open;
        const auto steps =
            *rc::gen::container<std::vector<std::uint8_t>>(rc::gen::inRange<std::uint8_t>(0, 60));
        for (const std::uint8_t step : steps) {
            if (open.empty() || step % 6 == 0) {
                open.push_back(world.open().value());
                continue;
            }
            const std::size_t which = step % open.size();
            const bool is_last = which + 1 == open.size();
            const bool commits = step % 2 == 0;
            const auto done =
                commits ? world.commit(open[which], 1 + step % 3) : world.publish(open[which]);
            const bool already = !commits && !open[which].is_unpublished();
            RC_ASSERT(done.has_value() == is_last || already);
            // No `||` here: RapidCheck's looks at both sides.
            const bool is_told = done ? true : done.error().kind == base::ErrorKind::conflict;
            RC_ASSERT(is_told);
        }
        RC_ASSERT(world.is_one_history());
    }));
}

TEST(HostileLedger, one_that_was_overtaken_signs_nothing_more) {
    World world;
    auto first = world.open();
    ASSERT_TRUE(world.commit(*first, 3));
    auto second = world.open();
    const auto refused = first->publish();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, base::ErrorKind::conflict);
    EXPECT_EQ(world.key.signatures, 0);
    EXPECT_TRUE(world.files.paths().empty());
    EXPECT_TRUE(world.publish(*second));
}

TEST(HostileLedger, one_that_was_overtaken_puts_no_older_head_over_a_newer_one) {
    World world;
    auto first = world.open();
    ASSERT_TRUE(world.commit(*first, 3));
    world.files.set_disk(memory::Disk::full);
    EXPECT_FALSE(world.publish(*first)) << "signed, not written";
    world.files.set_disk(memory::Disk::has_room);
    auto second = world.open();
    ASSERT_TRUE(world.commit(*second, 2));
    ASSERT_TRUE(world.publish(*second));
    EXPECT_EQ(world.publish(*first).error().kind, base::ErrorKind::conflict);
    EXPECT_EQ(world.published().value(), 5U);
}

/// Does it again if it fails once: there is room again.
base::Result<void> do_again(const std::function<base::Result<void>()>& work) {
    return work() ? base::Result<void>{} : work();
}

/// Two batches, published one by one, with a restart between.
void live_through(World& world) {
    for (int round = 0; round < 2; ++round) {
        auto opened = std::make_unique<base::Result<Sequencer>>(world.open());
        if (!*opened) {
            opened = std::make_unique<base::Result<Sequencer>>(world.open());
        }
        ASSERT_TRUE(*opened) << opened->error().text();
        Sequencer& sequencer = **opened;
        for (const std::size_t count : {200U, 100U}) {
            ASSERT_TRUE(do_again([&] { return world.commit(sequencer, count); }));
            ASSERT_TRUE(do_again([&] { return world.publish(sequencer); }));
        }
    }
}

TEST(HostileLedger, a_disk_that_fills_up_at_any_write_loses_nothing_acknowledged) {
    World calm;
    live_through(calm);
    const std::uint64_t commits = calm.store.commits();
    const std::uint64_t writes = calm.files.writes();
    ASSERT_GT(commits, 5U);
    ASSERT_GT(writes, 7U);
    for (std::uint64_t nth = 1; nth <= commits; ++nth) {
        for (const auto fault : {memory::CommitFault::before, memory::CommitFault::after}) {
            World world;
            world.store.fail_commit(nth, fault);
            live_through(world);
            EXPECT_TRUE(world.is_one_history()) << "commit " << nth;
            EXPECT_EQ(world.published().value(), world.store.head()->size);
        }
    }
    for (std::uint64_t nth = 1; nth <= writes; ++nth) {
        for (const auto fault : {memory::FileFault::before, memory::FileFault::torn}) {
            World world;
            world.files.fail_write(nth, fault);
            live_through(world);
            EXPECT_TRUE(world.is_one_history()) << "write " << nth;
            EXPECT_EQ(world.published().value(), world.store.head()->size);
        }
    }
}

TEST(HostileLedger, while_the_disk_is_full_reading_goes_on_and_nothing_is_acknowledged) {
    World world;
    grow(world, 300);
    auto sequencer = world.open();
    ASSERT_TRUE(world.publish(*sequencer));
    world.store.set_disk(memory::Disk::full);
    world.files.set_disk(memory::Disk::full);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(world.commit(*sequencer, 2).error().kind, base::ErrorKind::failure);
        EXPECT_EQ(sequencer->size(), 300U);
        EXPECT_TRUE(sequencer->publish()) << "there is nothing to write";
        EXPECT_EQ(world.published().value(), 300U);
    }
    world.store.set_disk(memory::Disk::has_room);
    ASSERT_TRUE(world.commit(*sequencer, 2));
    EXPECT_FALSE(world.publish(*sequencer));
    EXPECT_EQ(world.published().value(), 300U) << "the old head stays whole";
    world.files.set_disk(memory::Disk::has_room);
    ASSERT_TRUE(world.publish(*sequencer));
    EXPECT_EQ(world.published().value(), 302U);
    EXPECT_TRUE(world.is_one_history());
}

TEST(HostileLedger, any_flipped_bit_in_a_tile_or_bundle_is_found_before_anything_is_signed) {
    World world;
    grow(world, 300);
    const int signatures = world.key.signatures;
    std::size_t flips = 0;
    for (const std::string& path : world.files.paths()) {
        const base::Bytes whole = world.files.read(path).value();
        // What the last checkpoint does not rest on may be left from older ones.
        const bool is_old =
            path.contains(".p/") && !path.ends_with(".p/44") && !path.ends_with("tile/1/000.p/1");
        if (path == "checkpoint" || is_old) {
            continue;
        }
        for (std::size_t bit = 0; bit < 8 * whole.size(); bit += 1 + bit / 5) {
            base::Bytes altered = whole;
            altered[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
            world.files.tamper(path, altered);
            auto sequencer = world.open();
            ASSERT_TRUE(sequencer);
            ASSERT_FALSE(sequencer->check_files()) << path << " bit " << bit;
            const auto refused = sequencer->publish();
            ASSERT_FALSE(refused);
            ASSERT_EQ(refused.error().kind, base::ErrorKind::invalid);
            ASSERT_EQ(refused.error().place, path);
            ASSERT_EQ(world.files.read(path).value(), altered) << "evidence is kept";
            ++flips;
        }
        world.files.tamper(path, whole);
    }
    EXPECT_GT(flips, 100U);
    EXPECT_EQ(world.key.signatures, signatures);
    auto sequencer = world.open();
    EXPECT_TRUE(world.publish(*sequencer));
}

TEST(HostileLedger, a_truncated_tile_or_bundle_is_written_again_before_anything_is_signed) {
    World world;
    grow(world, 300);
    for (const std::string& path : world.files.paths()) {
        const base::Bytes whole = world.files.read(path).value();
        for (std::size_t size = 0; size < whole.size() && path != "checkpoint";
             size += 1 + size / 4) {
            world.files.tamper(
                path,
                base::Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
            auto sequencer = world.open();
            ASSERT_TRUE(sequencer->check_files()) << path;
            ASSERT_EQ(world.published().value(), 300U) << path << " cut at " << size;
        }
        world.files.tamper(path, whole);
    }
}

TEST(HostileLedger, a_checkpoint_that_was_changed_is_refused_or_signed_anew) {
    World world;
    grow(world, 300);
    const base::Bytes whole = world.files.read("checkpoint").value();
    std::size_t refused = 0;
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
        base::Bytes altered = whole;
        altered[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        world.files.tamper("checkpoint", altered);
        const int signatures = world.key.signatures;
        auto sequencer = world.open();
        if (world.publish(*sequencer)) {
            ASSERT_EQ(world.published().value(), 300U);  // only its signature was changed
        } else {
            ASSERT_EQ(world.key.signatures, signatures);
            ++refused;
        }
    }
    const std::size_t text_bits = 8 * (base::text_of(whole).find("\n\n") + 1);
    EXPECT_GE(refused, text_bits) << "whatever says origin, size and root";
    EXPECT_TRUE(world.is_one_history());
}

TEST(HostileLedger, an_old_back_up_of_the_store_under_newer_files_signs_nothing) {
    World world;
    grow(world, 300);
    for (const bool other_history : {false, true}) {
        World old;
        grow(old, other_history ? 0 : 100);
        if (other_history) {
            old.next = 1'000;
            grow(old, 400);
        }
        const int signatures = world.key.signatures;
        auto sequencer = Sequencer::open({old.store, world.files, world.key}, std::string(origin));
        ASSERT_TRUE(sequencer) << "it may be opened to be restored";
        const auto refused = sequencer->publish();
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, base::ErrorKind::invalid);
        EXPECT_EQ(refused.error().what, "what is published and the store disagree");
        EXPECT_EQ(world.key.signatures, signatures);
        EXPECT_EQ(world.published().value(), 300U);
    }
}

/// A store that gives back something else than it was given.
class Forgetful final : public memory::MemoryStore {
 public:
    [[nodiscard]] base::Result<std::vector<base::Bytes>> leaves(std::uint64_t first,
                                                                std::uint64_t count) override {
        auto read = COMITY_TRY(memory::MemoryStore::leaves(first, count));
        switch (fault) {
            case Fault::none: break;
            case Fault::flipped: read.back().back() ^= 1; break;
            case Fault::short_read: read.clear(); break;
            case Fault::older_head: break;
        }
        return read;
    }
    [[nodiscard]] base::Result<ports::LedgerHead> head() override {
        ports::LedgerHead head = COMITY_TRY(memory::MemoryStore::head());
        head.size -= fault == Fault::older_head ? 1 : 0;
        return head;
    }
    enum class Fault { none, flipped, short_read, older_head };
    Fault fault = Fault::none;
};

TEST(HostileLedger, only_what_the_store_gives_back_is_signed) {
    Forgetful store;
    memory::MemoryLedgerFiles files;
    CountedKey key;
    auto sequencer = Sequencer::open({store, files, key}, std::string(origin));
    ASSERT_TRUE(sequencer);
    ports::Batch batch;
    ASSERT_TRUE(sequencer->commit(batch, {leaf_of(1), leaf_of(2)}));
    for (const auto fault :
         {Forgetful::Fault::flipped, Forgetful::Fault::short_read, Forgetful::Fault::older_head}) {
        store.fault = fault;
        const auto refused = sequencer->publish();
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, base::ErrorKind::invalid);
        EXPECT_EQ(key.signatures, 0);
        EXPECT_TRUE(files.paths().empty());
    }
    store.fault = Forgetful::Fault::none;
    EXPECT_TRUE(sequencer->publish());
    EXPECT_EQ(key.signatures, 1);
}

}  // namespace
}  // namespace comity::submit
