#include "node/submit/mirror.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "node/submit/derived.h"
#include "node/submit/story_for_test.h"

namespace comity::submit {
namespace {

constexpr ledger::MirrorRule rule{3600, 16, 4};
constexpr base::Duration hour = std::chrono::hours(1);

class Mirrored : public Story {
 protected:
    void SetUp() override {
        Story::SetUp();
        xa().mirror_rule = rule;
        restart();
    }
    void restart() {
        ASSERT_TRUE(xa().start());
        mirror = std::make_unique<Mirror>(*xa());
        ASSERT_TRUE(mirror->run(federation.clock.now()));
    }
    /// All heads that the node wants to have attested are.
    void attest() { federation.cosign(xa()); }
    /// An interval passes, with its end.
    base::Result<void> pass() {
        attest();
        federation.clock.advance(hour);
        auto ran = mirror->run(federation.clock.now());
        attest();
        return ran;
    }
    std::optional<ledger::Checkpoint> shown() {
        const auto text = xa().mirror.read("checkpoint");
        if (!text) {
            return std::nullopt;
        }
        const auto note = ledger::Note::parse(base::text_of(*text)).value();
        EXPECT_GT(note.signatures.size(), 1U) << "it is not attested";
        return ledger::Checkpoint::parse(note.text).value();
    }
    std::uint64_t shown_size() {
        const auto head = shown();
        return head ? head->size : 0;
    }
    void expect_sound() {
        const auto head = shown();
        ASSERT_TRUE(head);
        EXPECT_EQ(head->root, xa()->sequencer().tree().root_at(head->size));
        const auto leaves = ledger::check_static_mirror(
            [this](std::string_view path) { return xa().mirror.read(path); }, head->size,
            head->root);
        ASSERT_TRUE(leaves) << leaves.error().text();
        for (const std::string& path : xa().mirror.paths()) {
            EXPECT_FALSE(path.starts_with("tile/entries")) << path;
        }
    }

    std::unique_ptr<Mirror> mirror;
};

TEST_F(Mirrored, grows_by_one_batch_an_interval_whatever_happens_within_a_batch) {
    ASSERT_TRUE(pass());
    ASSERT_TRUE(pass());
    const std::uint64_t first = shown_size();
    ASSERT_GT(first, 0U);
    std::uint64_t expected = first;
    for (const int asked : {0, 3, 1, 0, 0, 9}) {
        for (int i = 0; i < asked; ++i) {
            (void)ask();
        }
        ASSERT_TRUE(pass());
        expected += rule.batch;
        EXPECT_EQ(shown_size(), expected);
        EXPECT_EQ(mirror->status().grown, 1U);
        expect_sound();
    }
}

TEST_F(Mirrored, shows_nothing_between_two_times) {
    ASSERT_TRUE(pass());
    ASSERT_TRUE(pass());
    const auto before = xa().mirror.read("checkpoint").value();
    const auto paths = xa().mirror.paths();
    for (int minute = 0; minute < 59; ++minute) {
        (void)ask();
        attest();
        federation.clock.advance(std::chrono::minutes(1));
        ASSERT_TRUE(mirror->run(federation.clock.now()));
    }
    EXPECT_EQ(xa().mirror.read("checkpoint").value(), before);
    EXPECT_EQ(xa().mirror.paths(), paths);
}

TEST_F(Mirrored, carries_what_is_over_a_batch_to_later_times) {
    ASSERT_TRUE(pass());
    ASSERT_TRUE(pass());
    const std::uint64_t first = shown_size();
    for (std::uint64_t i = 0; i < 3 * rule.batch; ++i) {
        (void)ask();
        attest();
    }
    for (std::uint64_t times = 1; times <= 4; ++times) {
        ASSERT_TRUE(pass());
        EXPECT_EQ(shown_size(), first + times * rule.batch);
        expect_sound();
    }
}

TEST_F(Mirrored, partners_see_every_head_at_once) {
    ASSERT_TRUE(pass());
    ASSERT_TRUE(pass());
    (void)ask();
    attest();
    const auto text = xa().files.read("checkpoint").value();
    const auto note = ledger::Note::parse(base::text_of(text)).value();
    EXPECT_EQ(ledger::Checkpoint::parse(note.text)->size, xa()->sequencer().size());
    EXPECT_LT(shown_size(), xa()->sequencer().size());
}

TEST_F(Mirrored, goes_on_after_a_restart_where_it_was) {
    ASSERT_TRUE(pass());
    ASSERT_TRUE(pass());
    const std::uint64_t first = shown_size();
    restart();
    EXPECT_EQ(shown_size(), first);
    ASSERT_TRUE(pass());
    EXPECT_EQ(shown_size(), first + rule.batch);
    expect_sound();
}

TEST_F(Mirrored, of_another_history_is_left_alone) {
    ASSERT_TRUE(pass());
    ASSERT_TRUE(pass());
    const ledger::Checkpoint other{xa()->settings().origin, 16, crypto::sha256("other")};
    const auto shown_note = xa().mirror.read("checkpoint").value();
    ledger::Note note = ledger::Note::parse(base::text_of(shown_note)).value();
    note.text = other.text();
    ASSERT_TRUE(xa().mirror.publish(note.encode()));
    const auto planted = xa().mirror.read("checkpoint").value();
    mirror = std::make_unique<Mirror>(*xa());
    EXPECT_EQ(mirror->run(federation.clock.now()).error().kind, base::ErrorKind::conflict);
    federation.clock.advance(hour);
    EXPECT_EQ(mirror->run(federation.clock.now()).error().kind, base::ErrorKind::conflict);
    EXPECT_EQ(xa().mirror.read("checkpoint").value(), planted);
}

TEST_F(Mirrored, padding_is_in_no_matter_and_a_restart_and_the_map_pass_over_it) {
    const base::MatterId matter = ask();
    ASSERT_TRUE(pass());
    ASSERT_TRUE(pass());
    (void)ask();
    ASSERT_TRUE(xa()->write_map());
    attest();
    const auto before = xa()->mapping().proof(matter).value();
    EXPECT_EQ(before.acts.size(), 1U);
    restart();
    EXPECT_EQ(xa()->mapping().proof(matter).value(), before);
    ledger::MapReplay replay(xa()->mapping().key().value());
    const auto openings = xa()->mapping().openings(std::nullopt, 0, 1000).value();
    auto next = openings.begin();
    for (std::uint64_t i = 0; i < xa()->sequencer().size(); ++i) {
        const bool opened = next != openings.end() && next->index == static_cast<std::int64_t>(i);
        ASSERT_TRUE(replay.add(xa()->sequencer().leaf(i),
                               opened ? std::optional(next->matter().text()) : std::nullopt));
        next += opened ? 1 : 0;
    }
    EXPECT_FALSE(replay.finding().broken);
    EXPECT_TRUE(replay.finding().unopened.empty());
}

TEST_F(Mirrored, a_failing_disk_shows_what_it_missed_at_the_next_time) {
    ASSERT_TRUE(pass());
    ASSERT_TRUE(pass());
    const std::uint64_t first = shown_size();
    xa().store.fail_commit(1, memory::CommitFault::before);
    federation.clock.advance(hour);
    EXPECT_FALSE(mirror->run(federation.clock.now()));
    ASSERT_TRUE(mirror->run(federation.clock.now()));  // nothing is tried again in between
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(pass());
    }
    EXPECT_GE(shown_size(), first + 2 * rule.batch);
    expect_sound();
}

TEST_F(Mirrored, the_days_of_padding_are_those_of_the_leaf_before_it) {
    (void)ask();
    const std::uint64_t last = xa()->sequencer().size() - 1;
    const auto real = ledger::Leaf::parse(xa()->sequencer().leaf(last)).value();
    ASSERT_TRUE(xa()->pad(3));
    for (std::uint64_t i = last + 1; i < last + 4; ++i) {
        const auto leaf = ledger::Leaf::parse(xa()->sequencer().leaf(i)).value();
        EXPECT_EQ(leaf.leaf_class, ledger::LeafClass::padding);
        EXPECT_EQ(leaf.delete_by, real.delete_by);
        EXPECT_EQ(leaf.unseal_by, real.unseal_by);
        EXPECT_NE(leaf.commitment, real.commitment);
    }
}

}  // namespace
}  // namespace comity::submit
