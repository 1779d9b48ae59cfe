#include "ground/ledger/key_change.h"

#include <gtest/gtest.h>

#include "ground/crypto/crypto.h"
#include "ground/ledger/detail/vectors_for_test.h"
#include "ground/ledger/log_for_test.h"
#include "ground/ledger/witness.h"

namespace comity::ledger {
namespace {

using base::ErrorKind;

const std::string origin = "log.example";

/// A log of three keys, one after the other, and two guardians.
class ChangedKeys : public ::testing::Test {
 protected:
    static KeyChange rotation(NoteSigner& from, NoteSigner& to, std::uint64_t size) {
        return key_change(KeyChangeCause::rotation, from.key(), to.key(), tree_of("entry", size),
                          {&from, &to});
    }
    KeyChange recovered(NoteSigner& from, NoteSigner& to, std::uint64_t size) {
        return key_change(KeyChangeCause::recovery, from.key(), to.key(), tree_of("entry", size),
                          {&to, &board, &court});
    }
    static std::string head(NoteSigner& by, std::uint64_t size,
                            const std::vector<KeyChange>& changes = {}) {
        return by.head(tree_of("entry", size), size, changes).encode();
    }
    base::Result<SignedCheckpoint> opened(const std::string& note, const NoteSigner& anchor) {
        return open_checkpoint(note, anchor.key(), {}, recovery);
    }
    ErrorKind refused(const std::string& note, const NoteSigner& anchor) {
        const auto answer = opened(note, anchor);
        EXPECT_FALSE(answer.has_value());
        return answer ? ErrorKind::failure : answer.error().kind;
    }

    NoteSigner first{origin, NoteKeyType::ed25519};
    NoteSigner second{origin, NoteKeyType::ed25519};
    NoteSigner third{origin, NoteKeyType::ed25519};
    NoteSigner thief{origin, NoteKeyType::ed25519};
    NoteSigner board{"board.example", NoteKeyType::cosignature};
    NoteSigner court{"court.example", NoteKeyType::cosignature};
    KeyRecovery recovery{{board.key(), court.key()}, 2};
};

TEST(KeyChange, is_followed_as_in_the_vectors) {
    int cases = 0;
    for (const std::string& line : lines_of(read_data("ledger/key_changes.jsonl"))) {
        ++cases;
        const std::string id = member(line, "id");
        const auto change = KeyChange::parse(Note::parse(member(line, "change")).value()).value();
        EXPECT_EQ(change.to.vkey(), member(line, "present")) << id;
        const NoteKey anchor = NoteKey::parse(member(line, "anchor")).value();
        const auto opened = open_checkpoint(member(line, "checkpoint"), anchor, {});
        const std::string expected = member(line, "expect");
        if (expected != "ok") {
            ASSERT_FALSE(opened.has_value()) << id;
            EXPECT_EQ(base::name_of(opened.error().kind), expected) << id;
            continue;
        }
        ASSERT_TRUE(opened.has_value()) << opened.error().text();
        const base::Bytes leaf = change.leaf().encode();
        EXPECT_EQ(base::to_hex(leaf), member(line, "leaf"));
        Tree tree;
        tree.append(crypto::merkle_leaf(base::bytes_of("leaf 0")));
        EXPECT_EQ(tree.root(), change.last.root);
        tree.append(crypto::merkle_leaf(leaf));
        EXPECT_EQ(tree.root(), opened->checkpoint.root);
    }
    EXPECT_EQ(cases, 4);
}

TEST_F(ChangedKeys, lead_from_the_first_key_to_the_present_one) {
    const std::vector changes{rotation(first, second, 10), rotation(second, third, 20)};
    EXPECT_TRUE(opened(head(third, 21, changes), first));
    EXPECT_TRUE(opened(head(third, 21, changes), second));
    EXPECT_TRUE(opened(head(third, 21, changes), third));
    EXPECT_TRUE(opened(head(second, 20, changes), first));
    EXPECT_TRUE(opened(head(second, 11, {changes[0]}), first));
}

TEST_F(ChangedKeys, leave_what_the_old_key_signed_before_as_it_was) {
    const std::string before = head(first, 10);
    EXPECT_TRUE(opened(before, first));
    EXPECT_EQ(refused(before, second), ErrorKind::not_proven);
}

TEST_F(ChangedKeys, refuse_the_old_key_above_the_change_and_the_new_one_below_it) {
    const std::vector changes{rotation(first, second, 10)};
    EXPECT_EQ(refused(head(first, 11, changes), first), ErrorKind::not_proven);
    EXPECT_EQ(refused(head(second, 10, changes), first), ErrorKind::not_proven);
    EXPECT_EQ(refused(head(second, 10, changes), second), ErrorKind::invalid);
    EXPECT_EQ(refused(head(second, 11), first), ErrorKind::not_proven);
}

TEST_F(ChangedKeys, need_the_old_key_and_the_new_one_to_sign) {
    for (const std::size_t without : {0U, 1U}) {
        KeyChange one = rotation(first, second, 10);
        one.note.signatures.erase(one.note.signatures.begin() +
                                  static_cast<std::ptrdiff_t>(without));
        EXPECT_EQ(refused(head(second, 11, {one}), first), ErrorKind::not_proven);
    }
    KeyChange altered = rotation(first, second, 10);
    altered.last.size = 9;
    altered.note.text = altered.text();
    EXPECT_EQ(refused(head(second, 11, {altered}), first), ErrorKind::invalid);
}

TEST_F(ChangedKeys, by_recovery_need_enough_of_those_named_for_it) {
    const KeyChange good = recovered(first, second, 10);
    EXPECT_TRUE(opened(head(second, 11, {good}), first));
    KeyChange one_short = good;
    one_short.note.signatures.pop_back();
    EXPECT_EQ(refused(head(second, 11, {one_short}), first), ErrorKind::not_proven);
    KeyChange twice = one_short;
    twice.note.signatures.push_back(twice.note.signatures.back());
    EXPECT_EQ(refused(head(second, 11, {twice}), first), ErrorKind::not_proven);
    EXPECT_EQ(open_checkpoint(head(second, 11, {good}), first.key(), {}).error().kind,
              ErrorKind::not_proven);
    const KeyChange by_old = key_change(KeyChangeCause::recovery, first.key(), second.key(),
                                        tree_of("entry", 10), {&first, &second});
    EXPECT_EQ(refused(head(second, 11, {by_old}), first), ErrorKind::not_proven);
}

TEST_F(ChangedKeys, follow_each_other_without_a_gap) {
    const std::vector gap{rotation(first, second, 10), rotation(thief, third, 20)};
    EXPECT_EQ(refused(head(third, 21, gap), first), ErrorKind::invalid);
    const std::vector back{rotation(first, second, 10), rotation(second, third, 10)};
    EXPECT_EQ(refused(head(third, 21, back), first), ErrorKind::invalid);
    const std::vector other{rotation(thief, second, 10)};
    EXPECT_EQ(refused(head(second, 11, other), first), ErrorKind::not_proven);
}

TEST_F(ChangedKeys, are_read_as_they_were_written) {
    const KeyChange one = recovered(first, second, 10);
    const auto note = Note::parse(head(second, 11, {one})).value();
    const auto read = key_changes_in(note).value();
    ASSERT_EQ(read.size(), 1U);
    EXPECT_EQ(read.front(), one);
    for (const std::string& wrong :
         {one.note.text + "more\n", std::string("comity/ledger-key/v2") + one.note.text.substr(20),
          one.note.text.substr(0, one.note.text.size() - 5) + "\n"}) {
        EXPECT_FALSE(KeyChange::parse(Note{wrong, {}})) << wrong;
    }
    const KeyChange same = key_change(KeyChangeCause::rotation, first.key(), first.key(),
                                      tree_of("entry", 1), {&first});
    EXPECT_FALSE(KeyChange::parse(same.note));
    EXPECT_FALSE(Checkpoint::parse(one.note.text)) << "one signature would stand for two things";
    EXPECT_EQ(Leaf::parse(one.leaf().encode()).value(), one.leaf());
}

TEST_F(ChangedKeys, are_passed_over_by_readers_that_do_not_know_them) {
    const auto note = Note::parse(head(second, 11, {rotation(first, second, 10)})).value();
    EXPECT_TRUE(verify_note(note, std::vector{second.key()}));
}

TEST_F(ChangedKeys, behind_a_later_anchor_are_those_that_are_still_to_be_followed) {
    const std::vector changes{rotation(first, second, 10), rotation(second, third, 20)};
    EXPECT_EQ(changes_after(first.key(), changes), changes);
    EXPECT_EQ(changes_after(second.key(), changes), std::vector{changes[1]});
    EXPECT_TRUE(changes_after(third.key(), changes).empty());
}

TEST_F(ChangedKeys, once_seen_are_held_against_the_old_key) {
    const std::vector changes{rotation(first, second, 10)};
    EXPECT_TRUE(remembered_changes(changes, {}, 10));
    EXPECT_EQ(remembered_changes(changes, {}, 11).error().kind, ErrorKind::invalid);
    const std::vector longer{changes[0], rotation(second, third, 20)};
    EXPECT_EQ(remembered_changes(changes, longer, 21).value(), longer);
    EXPECT_EQ(remembered_changes(longer, changes, 15).value(), longer);
}

TEST_F(ChangedKeys, of_a_thief_give_way_to_a_recovery_and_never_the_other_way_round) {
    const std::vector stolen{rotation(first, thief, 10)};
    const std::vector rescued{recovered(first, second, 10)};
    EXPECT_EQ(remembered_changes(stolen, rescued, 11).value(), rescued);
    EXPECT_EQ(remembered_changes(rescued, stolen, 11).error().kind, ErrorKind::invalid);
    const std::vector other{rotation(first, third, 10)};
    EXPECT_EQ(remembered_changes(stolen, other, 11).error().kind, ErrorKind::invalid);
}

TEST_F(ChangedKeys, are_followed_by_a_witness_that_then_refuses_the_old_key) {
    const std::vector changes{rotation(first, second, 10)};
    const auto ask = [&](NoteSigner& by, std::uint64_t size, const std::vector<KeyChange>& shown) {
        AddCheckpoint request;
        request.old_size = 10;
        request.proof = tree_of("entry", size).consistency(10, size).value();
        request.note = Note::parse(head(by, size, shown)).value();
        return request;
    };
    const WitnessedHead last{10, tree_of("entry", 10).root()};
    EXPECT_EQ(decide(ask(second, 12, changes), first.key(), last).status, 200);
    EXPECT_EQ(decide(ask(second, 12, {}), first.key(), last).status, 403);
    EXPECT_EQ(decide(ask(first, 12, changes), first.key(), last).status, 403);
    EXPECT_EQ(decide(ask(first, 12, {}), first.key(), last).status, 200);
    const WitnessedKeys seen{recovery, changes};
    EXPECT_EQ(decide(ask(first, 12, {}), first.key(), last, seen).status, 403);
    EXPECT_EQ(decide(ask(second, 12, changes), first.key(), last, seen).status, 200);
}

}  // namespace
}  // namespace comity::ledger
