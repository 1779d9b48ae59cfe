#include "domain/casework/equivocation.h"

#include <gtest/gtest.h>

#include "tests/kit/kit.h"

namespace comity::casework {
namespace {

using base::ErrorKind;
using kit::party;

/// Receipts that the prosecution signed for one act of the central authority, each in a ledger of
/// its own that the board attested.
class Twice : public ::testing::Test {
 protected:
    Twice() {
        kit::Desk registry = kit::open_registry(stage, kit::xb_central);
        received = *registry.dossier.act(registry.dossier.heads().front());
        first = receipt(std::chrono::milliseconds(1));
        second = receipt(std::chrono::milliseconds(2));
    }

    ProvenEntry receipt(base::Duration later, std::int64_t sequence = 0,
                        std::string_view of = kit::xa_prosecution) {
        ReceiptHeader header;
        header.matter = received.header.matter;
        header.author = party(of);
        header.at = received.header.at + later;
        header.act = received.id();
        header.sequence = sequence;
        if (sequence > 0) {
            header.previous = crypto::sha256("one before");
        }
        ProvenEntry proven;
        proven.receipt = stage.receipt(header);
        ledger::Leaf leaf;
        leaf.leaf_class = ledger::LeafClass::receipt;
        leaf.commitment = ledger::leaf_commitment(salt, proven.receipt->id());
        ledger::Tree tree;
        tree.append(crypto::merkle_leaf(leaf.encode()));
        proven.proof = {0, salt, leaf.encode(), {}, attested(tree, of)};
        return proven;
    }

    std::string attested(const ledger::Tree& tree, std::string_view of) {
        using Type = ledger::NoteKeyType;
        const base::Instant whole{received.header.at.milliseconds / 1000 * 1000};
        const auto log = ledger::NoteKey::parse(stage.annex.find(party(of))->ledger).value();
        const auto witness =
            ledger::NoteKey::parse(stage.annex.find(party(kit::board))->witness).value();
        const std::string text = ledger::Checkpoint{log.name(), 1, tree.root()}.text();
        const auto by_log = stage.keys(party(of)).ledger.sign(
            ledger::note_signing_input(text, Type::ed25519, whole));
        const auto by_witness =
            stage.keys(party(kit::board))
                .witness.sign(ledger::note_signing_input(text, Type::cosignature, whole));
        const ledger::Note note{text,
                                {ledger::note_signature(log, whole, by_log.value()),
                                 ledger::note_signature(witness, whole, by_witness.value())}};
        return note.encode();
    }

    ErrorKind refused(const Equivocation& equivocation) {
        const auto checked = check_equivocation(stage.annex, equivocation);
        EXPECT_FALSE(checked);
        return checked ? ErrorKind::failure : checked.error().kind;
    }

    kit::Stage stage{kit::small_law()};
    base::Digest salt = crypto::sha256("salt");
    Act received;
    ProvenEntry first, second;
};

TEST_F(Twice, two_entries_in_one_place_prove_it_to_anyone_with_the_annex) {
    const Equivocation evidence = equivocation_of(first, second);
    const auto checked = check_equivocation(stage.annex, evidence);
    EXPECT_TRUE(checked) << checked.error().text();
    const auto read = read_equivocation(codec::write(evidence));
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(*read, evidence);
}

TEST_F(Twice, one_entry_or_entries_of_other_places_prove_nothing) {
    EXPECT_EQ(refused(equivocation_of(first, first)), ErrorKind::malformed);
    EXPECT_EQ(refused(equivocation_of(first, receipt(std::chrono::milliseconds(3), 1))),
              ErrorKind::malformed);
    EXPECT_EQ(
        refused(equivocation_of(first, receipt(std::chrono::milliseconds(3), 0, kit::cirrus))),
        ErrorKind::malformed);
}

TEST_F(Twice, nobody_can_be_accused_with_what_they_did_not_sign_or_log) {
    Equivocation forged = equivocation_of(first, second);
    forged.second.receipt->header.at = first.receipt->header.at + std::chrono::milliseconds(9);
    EXPECT_NE(refused(forged), ErrorKind::failure);
    Equivocation unlogged = equivocation_of(first, second);
    unlogged.second.proof = unlogged.first.proof;
    EXPECT_EQ(refused(unlogged), ErrorKind::invalid);
    Equivocation unattested = equivocation_of(first, second);
    std::string& note = unattested.second.proof.checkpoint;
    note.erase(note.rfind("\xe2\x80\x94"));  // the witness's line
    EXPECT_EQ(refused(unattested), ErrorKind::not_proven);
}

TEST_F(Twice, what_acts_say_is_not_part_of_the_evidence) {
    ProvenEntry act{received, std::nullopt, first.proof};
    const Equivocation evidence = equivocation_of(act, second);
    EXPECT_TRUE(evidence.first.act->openings.empty());
    EXPECT_TRUE(evidence.first.act->commitments.empty());
}

TEST_F(Twice, other_versions_and_texts_are_refused) {
    Equivocation later = equivocation_of(first, second);
    later.version = 2;
    EXPECT_EQ(read_equivocation(codec::write(later)).error().kind, ErrorKind::malformed);
    EXPECT_FALSE(read_equivocation("{}"));
    EXPECT_FALSE(read_equivocation(std::string(max_equivocation_bytes + 1, ' ')));
}

}  // namespace
}  // namespace comity::casework
