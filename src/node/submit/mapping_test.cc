#include "node/submit/mapping.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

#include "node/submit/story_for_test.h"

namespace comity::submit {
namespace {

using base::ErrorKind;

base::MatterId unknown_matter() {
    return base::MatterId::parse("00112233445566778899aabbccddeeff").value();
}

ledger::NoteKey log_of(kit::Node& node) {
    return node->sequencer().vkey();
}

/// The matter's own leaves as the node's store tells them.
std::set<std::uint64_t> leaves_in(kit::Node& node, const base::MatterId& matter) {
    std::set<std::uint64_t> leaves;
    EXPECT_TRUE(node.store.each_entry([&](const ports::StoredEntry& row) -> base::Result<void> {
        if (row.matter == matter && row.leaf >= 0) {
            leaves.insert(static_cast<std::uint64_t>(row.leaf));
        }
        return {};
    }));
    return leaves;
}

std::set<std::uint64_t> shown_by(const ledger::MatterProof& proof) {
    std::set<std::uint64_t> leaves;
    for (const ledger::MatterProof::Act& act : proof.acts) {
        leaves.insert(act.index);
    }
    return leaves;
}

class Mapped : public Story {
 protected:
    /// A proof of the node, as somebody reads it who trusts its ledger's key.
    ledger::MatterProof proven(kit::Node& node, const base::MatterId& matter) {
        const auto proof = node->mapping().proof(matter);
        EXPECT_TRUE(proof.has_value()) << proof.error().text();
        auto read = ledger::MatterProof::parse(proof->encode());
        EXPECT_TRUE(ledger::check_matter_proof(*read, log_of(node), {}).has_value());
        const ledger::MapKey key = node->mapping().key().value();
        EXPECT_EQ(read->pseudonym, ledger::matter_pseudonym(key, matter.text()));
        EXPECT_EQ(read->map.key, ledger::map_key_commitment(key));
        return *std::move(read);
    }
    void write_map(kit::Node& node) {
        ASSERT_TRUE(node->write_map());
        federation.cosign(node);
    }
};

TEST_F(Mapped, all_own_leaves_of_a_matter_are_shown_at_every_party_of_it) {
    const base::MatterId matter = ask();
    federation.exchange();
    (void)ask();
    federation.exchange();
    for (kit::Node* node : {&xa(), &xb()}) {
        write_map(*node);
        const ledger::MatterProof proof = proven(*node, matter);
        EXPECT_FALSE(proof.acts.empty());
        EXPECT_EQ(shown_by(proof), leaves_in(*node, matter));
        EXPECT_EQ(proof.map_leaf + 1, (*node)->sequencer().size());
    }
}

TEST_F(Mapped, a_matter_that_is_not_there_is_shown_not_to_be) {
    const base::MatterId matter = ask();
    federation.exchange();
    write_map(provider());
    EXPECT_TRUE(proven(provider(), matter).acts.empty());
    EXPECT_TRUE(proven(provider(), unknown_matter()).acts.empty());
}

TEST_F(Mapped, nothing_is_shown_before_a_head_with_the_map_is_attested) {
    const base::MatterId matter = ask();
    EXPECT_EQ(xa()->mapping().proof(matter).error().kind, ErrorKind::try_later);
    ASSERT_TRUE(xa()->write_map());
    EXPECT_EQ(xa()->mapping().proof(matter).error().kind, ErrorKind::try_later);
    federation.cosign(xa());
    EXPECT_EQ(proven(xa(), matter).acts.size(), 1U);
    // Later acts are behind it until the next one.
    ASSERT_TRUE(xa().act(petra, matter, "", "remark", R"({"note":"later"})"));
    federation.cosign(xa());
    EXPECT_EQ(proven(xa(), matter).acts.size(), 1U);
    write_map(xa());
    EXPECT_EQ(proven(xa(), matter).acts.size(), 2U);
}

TEST_F(Mapped, a_map_that_has_not_changed_is_not_written_again) {
    (void)ask();
    const auto first = xa()->write_map();
    const auto again = xa()->write_map();
    EXPECT_EQ(first.value(), again.value());
    ASSERT_TRUE(xa().start());
    EXPECT_EQ(xa()->write_map().value(), *first);
    (void)ask();
    EXPECT_EQ(xa()->write_map().value(), *first + 2);
}

TEST_F(Mapped, a_restart_shows_the_same) {
    const base::MatterId matter = ask();
    write_map(xa());
    const base::Bytes before = xa()->mapping().proof(matter)->encode();
    ASSERT_TRUE(xa().start());
    EXPECT_EQ(xa()->mapping().proof(matter)->encode(), before);
}

TEST_F(Mapped, a_crash_while_the_root_is_written_halves_nothing) {
    for (const auto fault : {memory::CommitFault::before, memory::CommitFault::after}) {
        const base::MatterId matter = ask();
        xa().store.fail_commit(1, fault);
        (void)xa()->write_map();
        ASSERT_TRUE(xa().start());
        write_map(xa());
        EXPECT_EQ(shown_by(proven(xa(), matter)), leaves_in(xa(), matter));
    }
}

TEST_F(Mapped, erased_bodies_take_no_leaf_out_of_the_map) {
    const base::MatterId matter = ask();
    write_map(xa());
    const ledger::MatterProof before = proven(xa(), matter);
    const casework::EntryId entry = xa()->matter(matter)->dossier.chain(xa().party).front();
    ASSERT_TRUE(xa().day_keys.destroy(xa().store.entry(entry)->erase_on));
    ASSERT_TRUE(xa().start());
    EXPECT_EQ(proven(xa(), matter), before);
    const auto openings = xa()->mapping().openings(matter, 0, 10).value();
    ASSERT_EQ(openings.size(), 1U);
    EXPECT_FALSE(openings.front().salt.has_value());
    EXPECT_EQ(casework::check_opening(openings.front()).value(), casework::LeafOpened::told);
}

TEST_F(Mapped, its_leaves_are_followed_by_who_can_open_them) {
    (void)ask();
    federation.exchange();
    write_map(xb());
    (void)ask();
    federation.exchange();
    write_map(xb());
    ledger::MapReplay replay(xb()->mapping().key().value());
    std::map<std::uint64_t, std::string> matters;
    for (std::uint64_t from = 0; true;) {
        const auto some = xb()->mapping().openings(std::nullopt, from, 3).value();
        if (some.empty()) {
            break;
        }
        for (const casework::LeafOpening& one : some) {
            EXPECT_EQ(casework::check_opening(one).value(), casework::LeafOpened::shown);
            from = static_cast<std::uint64_t>(one.index) + 1;
            matters[from - 1] = one.matter().text();
        }
    }
    for (std::uint64_t i = 0; i < xb()->sequencer().size(); ++i) {
        const auto known = matters.find(i);
        ASSERT_TRUE(replay.add(xb()->sequencer().leaf(i), known == matters.end()
                                                              ? std::nullopt
                                                              : std::optional(known->second)));
    }
    EXPECT_FALSE(replay.finding().broken);
    EXPECT_EQ(replay.finding().map_leaves.size(), 2U);
    EXPECT_TRUE(replay.finding().unopened.empty());
}

TEST_F(Mapped, a_root_that_does_not_follow_from_the_entries_is_found_and_nothing_is_built_on_it) {
    (void)ask();
    ASSERT_TRUE(xa()->write_map());
    const ledger::MapHead other{crypto::sha256("another root"), {}, 0};
    ports::Batch batch;
    ports::LedgerFiles& files = xa().files;
    auto sequencer = Sequencer::open({xa().store, files, xa().stage.keys(xa().party).ledger},
                                     xa()->settings().origin);
    ASSERT_TRUE(sequencer->commit(batch, {other.leaf().encode()}));
    ASSERT_TRUE(xa().start());  // the ledger is whole, and the acts go on
    EXPECT_EQ(xa()->write_map().error().kind, ErrorKind::invalid);
    EXPECT_EQ(xa()->mapping().proof(unknown_matter()).error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace comity::submit
