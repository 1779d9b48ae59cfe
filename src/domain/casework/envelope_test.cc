#include "domain/casework/envelope.h"

#include <gtest/gtest.h>

#include "tests/kit/kit.h"

namespace comity::casework {
namespace {

using base::ErrorKind;
using kit::party;

/// One act and one receipt in the prosecution's ledger, whose head the board cosigned.
class Proven : public ::testing::Test {
 protected:
    Proven() {
        kit::Desk registry = kit::open_registry(stage, kit::xa_prosecution);
        act = *registry.dossier.act(registry.dossier.heads().front());
        ReceiptHeader header;
        header.matter = act.header.matter;
        header.author = act.header.author;
        header.at = act.header.at;
        header.act = act.id();
        header.sequence = 1;
        header.previous = act.id().digest;
        receipt = stage.receipt(header);
        const ledger::Leaf leaves[] = {leaf_of(act.id().digest, ledger::LeafClass::registry),
                                       leaf_of(receipt.id(), ledger::LeafClass::receipt)};
        for (const ledger::Leaf& leaf : leaves) {
            tree.append(crypto::merkle_leaf(leaf.encode()));
        }
        first = {act, std::nullopt, proof_of(0, leaves[0])};
        second = {std::nullopt, receipt, proof_of(1, leaves[1])};
        envelope.from = party(kit::xa_prosecution);
        envelope.to = party(kit::xb_central);
        envelope.entries = {first, second};
    }

    static ledger::Leaf leaf_of(const base::Digest& id, ledger::LeafClass leaf_class) {
        ledger::Leaf leaf;
        leaf.leaf_class = leaf_class;
        leaf.commitment = ledger::leaf_commitment(salt(), id);
        return leaf;
    }
    static base::Digest salt() { return crypto::sha256("salt"); }

    LeafProof proof_of(std::uint64_t index, const ledger::Leaf& leaf) {
        return {static_cast<std::int64_t>(index), salt(), leaf.encode(),
                tree.size() == 2 ? tree.inclusion(index, 2).value() : std::vector<base::Digest>{},
                checkpoint(act.header.at, {kit::board})};
    }

    std::string checkpoint(base::Instant at, const std::vector<std::string_view>& witnesses,
                           std::string_view log_of = kit::xa_prosecution) {
        using Type = ledger::NoteKeyType;
        const base::Instant whole{at.milliseconds / 1000 * 1000};
        const auto log = ledger::NoteKey::parse(stage.annex.find(party(log_of))->ledger).value();
        const std::string text = ledger::Checkpoint{log.name(), tree.size(), tree.root()}.text();
        ledger::Note note{text, {}};
        note.signatures.push_back(ledger::note_signature(
            log, whole,
            stage.keys(party(log_of))
                .ledger.sign(ledger::note_signing_input(text, Type::ed25519, whole))
                .value()));
        for (const std::string_view of : witnesses) {
            const auto key = ledger::NoteKey::parse(stage.annex.find(party(of))->witness).value();
            note.signatures.push_back(ledger::note_signature(
                key, whole,
                stage.keys(party(of))
                    .witness.sign(ledger::note_signing_input(text, Type::cosignature, whole))
                    .value()));
        }
        return note.encode();
    }

    ErrorKind refused(const ProvenEntry& entry) {
        const auto checked = check_proof(stage.annex, entry);
        EXPECT_FALSE(checked);
        return checked ? ErrorKind::failure : checked.error().kind;
    }
    ErrorKind unread(const Envelope& altered) {
        const auto read = read_envelope(codec::write(altered), base::Realm::exercise);
        EXPECT_FALSE(read);
        return read ? ErrorKind::failure : read.error().kind;
    }

    kit::Stage stage{kit::small_law()};
    Act act;
    Receipt receipt;
    ledger::Tree tree;
    ProvenEntry first, second;
    Envelope envelope;
};

TEST_F(Proven, an_entry_with_its_proof_tells_when_it_was_witnessed) {
    first.proof = {0, salt(), leaf_of(act.id().digest, ledger::LeafClass::registry).encode(),
                   tree.inclusion(0, 2).value(), checkpoint(act.header.at, {kit::board})};
    const auto witnessed = check_proof(stage.annex, first);
    ASSERT_TRUE(witnessed) << witnessed.error().text();
    EXPECT_EQ(*witnessed, base::Instant{act.header.at.milliseconds / 1000 * 1000});
    EXPECT_TRUE(check_proof(stage.annex, second));
}

TEST_F(Proven, an_alteration_of_any_member_of_the_proof_is_found) {
    const auto good = second;
    ASSERT_TRUE(check_proof(stage.annex, good));
    auto altered = good;
    altered.proof.index = 0;
    EXPECT_EQ(refused(altered), ErrorKind::invalid);
    altered.proof.index = -1;
    EXPECT_EQ(refused(altered), ErrorKind::malformed);
    altered = good;
    altered.proof.salt.bytes[0] ^= 1;
    EXPECT_EQ(refused(altered), ErrorKind::invalid);
    altered = good;
    altered.proof.leaf[10] ^= 1;
    EXPECT_EQ(refused(altered), ErrorKind::invalid);
    altered = good;
    altered.proof.leaf[41] ^= 1;  // delete_by: committed to by the tree alone
    EXPECT_EQ(refused(altered), ErrorKind::invalid);
    altered = good;
    altered.proof.path[0].bytes[31] ^= 1;
    EXPECT_EQ(refused(altered), ErrorKind::invalid);
    altered = good;
    altered.proof.path.push_back({});
    EXPECT_EQ(refused(altered), ErrorKind::invalid);
    altered = good;
    altered.proof.path.clear();
    EXPECT_EQ(refused(altered), ErrorKind::invalid);
}

TEST_F(Proven, every_byte_of_the_checkpoint_counts) {
    const auto good = second;
    for (std::size_t i = 0; i < good.proof.checkpoint.size(); ++i) {
        auto altered = good;
        altered.proof.checkpoint[i] = altered.proof.checkpoint[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(check_proof(stage.annex, altered)) << "byte " << i;
    }
}

TEST_F(Proven, a_leaf_of_another_class_than_its_entry_is_refused) {
    ledger::Leaf leaf = leaf_of(receipt.id(), ledger::LeafClass::act);
    ledger::Tree one;
    one.append(crypto::merkle_leaf(leaf.encode()));
    tree = one;
    ProvenEntry entry{std::nullopt,
                      receipt,
                      {0, salt(), leaf.encode(), {}, checkpoint(act.header.at, {kit::board})}};
    EXPECT_EQ(refused(entry), ErrorKind::invalid);
}

TEST_F(Proven, a_checkpoint_without_a_cosignature_proves_nothing) {
    second.proof.checkpoint = checkpoint(act.header.at, {});
    EXPECT_EQ(refused(second), ErrorKind::not_proven);
}

TEST_F(Proven, a_cosignature_of_no_witness_of_the_annex_does_not_count) {
    second.proof.checkpoint = checkpoint(act.header.at, {kit::cirrus});
    EXPECT_EQ(refused(second), ErrorKind::not_proven);
    second.proof.checkpoint = checkpoint(act.header.at, {kit::xa_court});
    EXPECT_TRUE(check_proof(stage.annex, second));
}

TEST_F(Proven, a_quorum_of_two_needs_two_witnesses) {
    stage.annex.witnesses.push_back(party(kit::xb_central));
    stage.annex.quorum = 2;
    EXPECT_EQ(refused(second), ErrorKind::not_proven);
    second.proof.checkpoint = checkpoint(act.header.at, {kit::board, kit::board});
    EXPECT_FALSE(check_proof(stage.annex, second));
    second.proof.checkpoint = checkpoint(act.header.at, {kit::board, kit::xb_central});
    EXPECT_TRUE(check_proof(stage.annex, second));
}

TEST_F(Proven, the_checkpoint_is_of_the_authors_own_ledger) {
    second.proof.checkpoint = checkpoint(act.header.at, {kit::board}, kit::cirrus);
    EXPECT_TRUE(refused(second) == ErrorKind::not_proven || refused(second) == ErrorKind::invalid);
}

TEST_F(Proven, an_entry_dated_outside_the_skew_of_the_witnessed_time_is_refused) {
    const base::Duration skew = std::chrono::seconds(stage.annex.skew_seconds);
    for (const base::Duration by : {skew, -skew}) {
        second.proof.checkpoint = checkpoint(act.header.at + by, {kit::board});
        EXPECT_TRUE(check_proof(stage.annex, second));
    }
    for (const base::Duration by :
         {skew + std::chrono::seconds(1), -skew - std::chrono::seconds(1)}) {
        second.proof.checkpoint = checkpoint(act.header.at + by, {kit::board});
        EXPECT_EQ(refused(second), ErrorKind::inadmissible);
    }
}

TEST_F(Proven, the_author_is_not_its_own_witness) {
    stage.annex.witnesses = {party(kit::xa_prosecution), party(kit::board)};
    second.proof.checkpoint = checkpoint(act.header.at, {kit::xa_prosecution});
    EXPECT_EQ(refused(second), ErrorKind::not_proven);
}

TEST_F(Proven, an_envelope_is_read_as_it_was_written) {
    const auto read = read_envelope(codec::write(envelope), base::Realm::exercise);
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(*read, envelope);
}

TEST_F(Proven, an_envelope_of_another_version_realm_or_shape_is_refused) {
    Envelope altered = envelope;
    altered.version = 3;
    EXPECT_EQ(unread(altered), ErrorKind::malformed);
    altered = envelope;
    altered.entries.front().quorum = QuorumProof{{}, "head"};
    EXPECT_EQ(unread(altered), ErrorKind::malformed) << "a quorum came with version 2";
    altered.version = 2;
    EXPECT_TRUE(read_envelope(codec::write(altered), base::Realm::exercise));
    altered = envelope;
    altered.realm = base::Realm::live;
    EXPECT_EQ(unread(altered), ErrorKind::inadmissible);
    altered = envelope;
    altered.entries.clear();
    EXPECT_EQ(unread(altered), ErrorKind::malformed);
    altered = envelope;
    altered.entries[1].receipt.reset();
    EXPECT_EQ(unread(altered), ErrorKind::malformed);
    altered = envelope;
    altered.entries[0].receipt = receipt;
    EXPECT_EQ(unread(altered), ErrorKind::malformed);
    altered = envelope;
    altered.from = party(kit::cirrus);
    EXPECT_EQ(unread(altered), ErrorKind::malformed);
    altered = envelope;
    altered.to = altered.from;
    EXPECT_EQ(unread(altered), ErrorKind::malformed);
    altered = envelope;
    altered.entries[1].receipt->header.matter = base::MatterId::parse("other").value();
    EXPECT_EQ(unread(altered), ErrorKind::malformed);
}

TEST_F(Proven, an_envelope_holds_at_most_64_entries_and_8_mebibytes) {
    Envelope full = envelope;
    full.entries.assign(max_envelope_entries, second);
    EXPECT_TRUE(read_envelope(codec::write(full), base::Realm::exercise));
    full.entries.push_back(second);
    EXPECT_FALSE(read_envelope(codec::write(full), base::Realm::exercise));
    Envelope heavy = envelope;
    heavy.items.assign(3, {{}, std::string(max_item_bytes - 8, 'x')});
    EXPECT_EQ(unread(heavy), ErrorKind::too_large);
}

TEST_F(Proven, an_unknown_member_is_refused_with_its_place) {
    std::string text = codec::write(envelope);
    text.insert(text.find("\"seq\""), "\"later\":1,");
    const auto read = read_envelope(text, base::Realm::exercise);
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().place.find("/entries/0/act/header"), std::string::npos);
}

}  // namespace
}  // namespace comity::casework
