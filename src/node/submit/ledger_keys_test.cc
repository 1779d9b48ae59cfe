#include "node/submit/ledger_keys.h"

#include <bit>
#include <gtest/gtest.h>

#include "node/submit/story_for_test.h"

namespace comity::submit {
namespace {

using base::ErrorKind;

class Rotated : public Story {
 protected:
    /// A head above the one that was attested, signed by a thief of the first key.
    ledger::AddCheckpoint by_first_key(const ledger::Tree& tree, std::uint64_t held) {
        const ledger::Checkpoint head{xa()->sequencer().origin(), tree.size(), tree.root()};
        const base::Bytes signature =
            xa().stage.keys(xa().party).ledger.sign(base::view_of(head.text())).value();
        const auto first = ledger::NoteKey::parse(xa()->self().ledger).value();
        return {held,
                tree.consistency(held, tree.size()).value(),
                {head.text(), {ledger::note_signature(first, {}, signature)}}};
    }
    ledger::KeyChange rotate() {
        auto change = xa()->rotate_ledger_key();
        EXPECT_TRUE(change.has_value()) << change.error().text();
        return *std::move(change);
    }
    /// The last cosigned head of xa, read by who trusts the annex only.
    base::Result<ledger::SignedCheckpoint> newest() {
        return casework::open_witnessed(federation.stage.annex, xa().party,
                                        xa()->cosigned().back().note);
    }
};

TEST_F(Rotated, a_matter_goes_on_and_every_peer_follows) {
    const base::MatterId before = ask();
    const ledger::NoteKey old = xa()->sequencer().vkey();
    const ledger::KeyChange change = rotate();
    EXPECT_EQ(change.from, old);
    EXPECT_EQ(xa()->sequencer().vkey(), change.to);
    const base::MatterId after = ask();
    federation.exchange();
    for (const base::MatterId& matter : {before, after}) {
        expect_same(matter, {kit::xa_prosecution, kit::xb_central});
        ASSERT_NE(xb()->matter(matter), nullptr);
    }
    EXPECT_TRUE(newest());
    EXPECT_EQ(xa()->outbox().size(), 0U);
}

TEST_F(Rotated, the_change_is_a_leaf_of_the_ledger_where_it_says) {
    const ledger::KeyChange change = rotate();
    EXPECT_EQ(xa()->sequencer().leaf(change.last.size), change.leaf().encode());
    EXPECT_EQ(xa()->sequencer().tree().root_at(change.last.size), change.last.root);
    EXPECT_EQ(xa()->sequencer().size(), change.last.size + 1);
}

TEST_F(Rotated, what_was_proven_before_stays_proven_with_the_first_key) {
    const base::MatterId matter = ask();
    federation.exchange();
    const casework::EntryId id = xa()->matter(matter)->dossier.chain(xa().party).front();
    const casework::ProvenEntry before = xa()->proven(id).value();
    (void)rotate();
    federation.cosign(xa());
    EXPECT_TRUE(casework::check_proof(federation.stage.annex, before));
    const casework::ProvenEntry after = xa()->proven(id).value();
    EXPECT_EQ(before.proof.checkpoint, after.proof.checkpoint);
}

TEST_F(Rotated, a_restart_takes_the_new_key_and_refuses_the_old_one) {
    (void)ask();
    (void)rotate();
    federation.cosign(xa());
    xa().use_first_ledger_key = true;
    EXPECT_EQ(xa().start().error().kind, ErrorKind::invalid);
    xa().use_first_ledger_key = false;
    ASSERT_TRUE(xa().start());
    (void)ask();
    federation.exchange();
    EXPECT_TRUE(newest());
    EXPECT_EQ(xa()->outbox().size(), 0U);
}

TEST_F(Rotated, sixteen_times_and_no_more) {
    for (int i = 0; i < 16; ++i) {
        (void)rotate();
        (void)ask();
    }
    federation.exchange();
    EXPECT_TRUE(newest());
    EXPECT_EQ(xa()->rotate_ledger_key().error().kind, ErrorKind::conflict);
}

TEST_F(Rotated, a_commit_that_fails_leaves_the_old_key_and_one_that_held_the_new_one) {
    const ledger::NoteKey old = xa()->sequencer().vkey();
    xa().store.fail_commit(1, memory::CommitFault::before);
    EXPECT_FALSE(xa()->rotate_ledger_key());
    EXPECT_EQ(xa()->sequencer().vkey(), old);
    (void)ask();
    federation.exchange();
    EXPECT_TRUE(newest());
    ASSERT_TRUE(xa().start());
    EXPECT_EQ(xa()->sequencer().vkey(), old);
    xa().store.fail_commit(1, memory::CommitFault::after);
    ASSERT_TRUE(xa()->rotate_ledger_key());
    EXPECT_NE(xa()->sequencer().vkey(), old);
    (void)ask();
    federation.exchange();
    EXPECT_TRUE(newest());
}

TEST_F(Rotated, a_crash_right_after_the_change_is_gone_on_with_under_the_new_key) {
    const base::MatterId matter = ask();  // recorded, and attested by nobody yet
    const ledger::KeyChange change = rotate();
    ASSERT_TRUE(xa().start());
    EXPECT_EQ(xa()->sequencer().vkey(), change.to);
    federation.exchange();
    EXPECT_NE(xb()->matter(matter), nullptr);
    EXPECT_EQ(xa()->outbox().size(), 0U);
}

TEST_F(Rotated, an_attesting_node_refuses_the_old_key_from_then_on_also_after_its_restart) {
    (void)ask();
    federation.cosign(xa());
    (void)rotate();
    federation.cosign(xa());
    kit::Node& board = federation.node(kit::board);
    for (const bool restarted : {false, true}) {
        if (restarted) {
            ASSERT_TRUE(board.start());
        }
        ledger::Tree tree = xa()->sequencer().tree();
        const std::uint64_t held = tree.size();
        tree.append(crypto::sha256("what a thief of the old key adds"));
        EXPECT_EQ(board->witness(by_first_key(tree, held).encode())->status, 403);
    }
    (void)ask();
    federation.cosign(xa());
    EXPECT_TRUE(newest());
}

TEST_F(Rotated, what_the_old_key_signs_of_another_history_is_evidence_from_the_first_key) {
    (void)ask();
    (void)rotate();
    federation.cosign(xa());
    kit::Node& board = federation.node(kit::board);
    const auto attested = [&] {
        return board.store.witnessed(xa()->sequencer().origin()).value()->size;
    };
    if (std::has_single_bit(attested())) {  // a proof from there leaves the prefix out
        (void)ask();
        federation.cosign(xa());
    }
    ledger::Tree fork;
    while (fork.size() < attested() + 3) {
        fork.append(crypto::sha256("what a thief of the old key tells"));
    }
    EXPECT_EQ(board->witness(by_first_key(fork, attested()).encode())->status, 403);
    EXPECT_TRUE(board->split_ledgers().doubts().empty());
    ASSERT_EQ(board->split_ledgers().found().size(), 1U);
    const auto evidence =
        ledger::SplitView::parse(board->split_ledgers().found().front().evidence).value();
    EXPECT_EQ(evidence.log.vkey(), xa()->self().ledger);
    EXPECT_TRUE(ledger::check_split_view(evidence));
}

/// The key of the asking party's ledger is lost; one attesting node may endorse another.
class Recovered : public Rotated {
 protected:
    void SetUp() override {
        federation.stage.annex.recovery = 1;
        for (auto& [id, node] : federation.nodes()) {
            ASSERT_TRUE(node->start()) << id.text();
        }
        Rotated::SetUp();
        (void)ask();
        federation.exchange();
    }
    /// What the owner prepares: the new key is made and signs the change.
    ledger::KeyChange prepared() {
        const Sequencer& ledger = xa()->sequencer();
        next = xa().ports().new_ledger_key->make().value();
        ledger::KeyChange change{
            ledger::KeyChangeCause::recovery,
            ledger.vkey(),
            ledger::NoteKey::of(ledger.origin(), ledger::NoteKeyType::ed25519, next->public_key())
                .value(),
            {ledger.origin(), ledger.size(), ledger.tree().root()},
            {}};
        change.note.text = change.text();
        change.note.signatures = {ledger::note_signature(
            change.to, {}, next->sign(base::view_of(change.note.text)).value())};
        return change;
    }
    /// Puts the endorsed change into the ledger of the node, which does not run meanwhile.
    void carry_out(const ledger::KeyChange& change) {
        Sequencer sequencer =
            Sequencer::open({xa().store, xa().files, *next}, change.from.name(), {}).value();
        ports::Batch batch;
        batch.settings = {key_changes_setting(change.from.name(), {change})};
        ASSERT_TRUE(sequencer.commit(batch, {change.leaf().encode()}));
        ASSERT_TRUE(xa().start());
    }

    std::unique_ptr<ports::Signer> next;
};

TEST_F(Recovered, a_node_goes_on_under_the_endorsed_key_and_every_peer_follows) {
    const ledger::KeyChange asked = prepared();
    const auto of = casework::ledger_of(federation.stage.annex, xa().party).value();
    EXPECT_EQ(ledger::check_key_change(asked, of.recovery).error().kind, ErrorKind::not_proven);
    EXPECT_EQ(xb()->endorse_recovery(asked.note).error().kind, ErrorKind::inadmissible)
        << "it is no witness of the annex";
    const ledger::Note endorsed = federation.node(kit::board)->endorse_recovery(asked.note).value();
    const ledger::KeyChange change = ledger::KeyChange::parse(endorsed).value();
    ASSERT_TRUE(ledger::check_key_change(change, of.recovery));
    carry_out(change);
    EXPECT_EQ(xa()->sequencer().vkey(), change.to);
    const base::MatterId after = ask();
    federation.exchange();
    expect_same(after, {kit::xa_prosecution, kit::xb_central});
    EXPECT_TRUE(newest());
    for (const bool restarted : {false, true}) {
        kit::Node& board = federation.node(kit::board);
        if (restarted) {
            ASSERT_TRUE(board.start());
        }
        ledger::Tree tree = xa()->sequencer().tree();
        const std::uint64_t held = tree.size();
        tree.append(crypto::sha256("what a thief of the lost key adds"));
        EXPECT_EQ(board->witness(by_first_key(tree, held).encode())->status, 403);
    }
}

TEST_F(Recovered, a_split_under_the_new_key_is_evidence_for_who_has_the_annex) {
    const ledger::Note endorsed =
        federation.node(kit::board)->endorse_recovery(prepared().note).value();
    const ledger::KeyChange change = ledger::KeyChange::parse(endorsed).value();
    carry_out(change);
    (void)ask();
    federation.cosign(xa());
    ledger::Tree fork;
    while (fork.size() < xa()->sequencer().size()) {
        fork.append(crypto::sha256("another history"));
    }
    const ledger::Checkpoint head{change.from.name(), fork.size(), fork.root()};
    const base::Bytes signature = next->sign(base::view_of(head.text())).value();
    const ledger::AddCheckpoint request{
        0, {}, {head.text(), {ledger::note_signature(change.to, {}, signature), change.line()}}};
    kit::Node& board = federation.node(kit::board);
    EXPECT_EQ(board->witness(request.encode())->status, 422);
    ASSERT_EQ(board->split_ledgers().found().size(), 1U);
    const auto evidence =
        ledger::SplitView::parse(board->split_ledgers().found().front().evidence).value();
    const auto of = casework::ledger_of(federation.stage.annex, xa().party).value();
    EXPECT_EQ(evidence.log, of.first);
    EXPECT_TRUE(ledger::check_split_view(evidence, of.recovery));
    EXPECT_EQ(ledger::check_split_view(evidence).error().kind, ErrorKind::not_proven);
}

TEST_F(Rotated, the_map_of_matters_and_the_padding_stay_as_they_were) {
    const base::MatterId matter = ask();
    ASSERT_TRUE(xa()->write_map());
    const auto first_key = xa()->mapping().key().value();
    const base::Bytes key(first_key.view().begin(), first_key.view().end());
    (void)rotate();
    ASSERT_TRUE(xa().start());
    const auto again = xa()->mapping().key().value();
    EXPECT_EQ(key, base::Bytes(again.view().begin(), again.view().end()));
    (void)ask();
    ASSERT_TRUE(xa()->write_map());
    federation.cosign(xa());
    const auto proof = xa()->mapping().proof(matter);
    ASSERT_TRUE(proof.has_value()) << proof.error().text();
    const auto first = ledger::NoteKey::parse(xa()->self().ledger).value();
    EXPECT_TRUE(ledger::check_matter_proof(*proof, first, {}));
}

}  // namespace
}  // namespace comity::submit
