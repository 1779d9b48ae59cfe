#include "app/comity/commands/ledger_matters.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <map>
#include <sstream>

#include "adapter/files/files.h"
#include "app/comity/matter_check.h"
#include "app/command/command_for_test.h"
#include "ground/ledger/log_for_test.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

const std::string matter_a(32, 'a');
const std::string matter_b(32, 'b');
const std::string matter_c(32, 'c');

/// A ledger of receipts in matters, its maps, and what opens its leaves.
class MatterCommands : public CommandTest {
 protected:
    void SetUp() override {
        write("vkey", log.key().vkey() + "\n");
        write("key", base::to_hex(key.view()) + "\n");
    }
    /// A receipt's leaf; `times`: how often the map counts it.
    void receipt(const std::string& matter, unsigned times = 1) {
        casework::LeafOpening one;
        one.index = static_cast<std::int64_t>(tree.size());
        one.salt = crypto::sha256("salt " + std::to_string(one.index));
        one.receipt = casework::ReceiptHeader{};
        one.receipt->matter = base::MatterId::parse(matter).value();
        one.receipt->author = base::PartyId::parse("xa-court").value();
        one.receipt->sequence = one.index;
        ledger::Leaf leaf;
        leaf.leaf_class = ledger::LeafClass::receipt;
        leaf.commitment = ledger::leaf_commitment(*one.salt, one.entry());
        one.leaf = leaf.encode();
        const base::Digest hash = crypto::merkle_leaf(one.leaf);
        for (unsigned i = 0; i < times; ++i) {
            fold.add(ledger::matter_pseudonym(key, matter), tree.size(), hash);
        }
        if (times != 0) {
            acts[matter].push_back({tree.size(), hash});
        }
        openings.push_back(std::move(one));
        append(openings.back().leaf);
    }
    void map() {
        map_leaf = tree.size();
        mapped = fold;
        append(fold.head().leaf().encode());
    }
    void append(const base::Bytes& leaf) {
        leaves.push_back(leaf);
        tree.append(crypto::merkle_leaf(leaf));
    }
    /// Matter a has leaves 0 and 2, matter b leaf 1; the map is leaf 3.
    void small_ledger() {
        receipt(matter_a);
        receipt(matter_b);
        receipt(matter_a);
        map();
    }
    void publish() const {
        auto files = files::FileLedgerFiles::open(folder / "log").value();
        ASSERT_TRUE(files->write(
            ledger::files_for_growth(tree, 0, [this](std::uint64_t i) { return leaves[i]; })));
        ASSERT_TRUE(files->publish(head().encode()));
    }
    [[nodiscard]] ledger::Note head() const { return log.head(tree, tree.size()); }
    [[nodiscard]] ledger::MatterProof proof_of(const std::string& matter) {
        ledger::MatterProof proof;
        proof.pseudonym = ledger::matter_pseudonym(key, matter);
        proof.map = mapped.head();
        proof.path = mapped.map().path(proof.pseudonym);
        for (const ledger::MatterProof::Act& act : acts[matter]) {
            if (act.index < map_leaf) {
                proof.acts.push_back(act);
            }
        }
        proof.map_leaf = map_leaf;
        proof.inclusion = tree.inclusion(map_leaf, tree.size()).value();
        proof.checkpoint = head();
        return proof;
    }
    [[nodiscard]] std::string lines(const std::vector<casework::LeafOpening>& of) const {
        std::string text;
        for (const casework::LeafOpening& one : of) {
            text += codec::write(one) + "\n";
        }
        return text;
    }
    Told checked(const ledger::MatterProof& proof, MatterCheckRequest request) {
        const base::Bytes bytes = proof.encode();
        write("proof", base::text_of(bytes));
        request.proof = at("proof");
        request.vkey = at("vkey");
        return told(run_matter_check, request);
    }
    [[nodiscard]] MatterCheckRequest about(const std::string& matter) const {
        MatterCheckRequest request;
        request.matter = matter;
        request.key = at("key");
        return request;
    }
    Told replayed(const std::vector<casework::LeafOpening>& held) {
        publish();
        write("openings", lines(held));
        ReplayRequest request{at("log"), at("vkey"), {}, at("key"), {at("openings")}, false};
        return told(run_replay, request);
    }

    mutable ledger::NoteSigner log{"log.example", ledger::NoteKeyType::ed25519};
    ledger::MapKey key{base::Bytes(32, 5)};
    ledger::MatterFold fold{ledger::map_key_commitment(key)};
    ledger::MatterFold mapped{ledger::map_key_commitment(key)};
    ledger::Tree tree;
    std::vector<base::Bytes> leaves;
    std::vector<casework::LeafOpening> openings;
    std::map<std::string, std::vector<ledger::MatterProof::Act>> acts;
    std::uint64_t map_leaf = 0;
};

TEST_F(MatterCommands, show_all_leaves_of_a_matter_and_that_there_is_none) {
    small_ledger();
    receipt(matter_c);
    const Told all = checked(proof_of(matter_a), about(matter_a));
    EXPECT_EQ(all.exit, exit_done) << all.err;
    EXPECT_THAT(all.out, HasSubstr("ALL: "));
    EXPECT_THAT(all.out, HasSubstr("leaf 0\n  leaf 2\n"));
    const Told none = checked(proof_of(matter_c), about(matter_c));
    EXPECT_EQ(none.exit, exit_done) << none.err;
    EXPECT_THAT(none.out, HasSubstr("NONE: "));
    EXPECT_THAT(none.out, HasSubstr("among the first 3 leaves of log.example"));
    MatterCheckRequest json = about(matter_a);
    json.json = true;
    EXPECT_THAT(checked(proof_of(matter_a), json).out, HasSubstr("\"shown\":true"));
}

TEST_F(MatterCommands, refuse_a_list_that_is_not_the_maps) {
    small_ledger();
    ledger::MatterProof left_out = proof_of(matter_a);
    left_out.acts.pop_back();
    EXPECT_EQ(checked(left_out, about(matter_a)).exit, exit_invalid);
    ledger::MatterProof twice = proof_of(matter_a);
    twice.acts.push_back(twice.acts.back());
    ++twice.acts.back().index;
    EXPECT_EQ(checked(twice, about(matter_a)).exit, exit_invalid);
    ledger::MatterProof siblings = proof_of(matter_a);
    siblings.path.siblings.front().bytes[0] ^= 1;
    EXPECT_EQ(checked(siblings, about(matter_a)).exit, exit_invalid);
    ledger::MatterProof none = proof_of(matter_a);
    none.acts.clear();
    EXPECT_EQ(checked(none, about(matter_a)).exit, exit_invalid);
}

TEST_F(MatterCommands, refuse_the_proof_of_another_matter_ledger_or_key) {
    small_ledger();
    const Told other = checked(proof_of(matter_b), about(matter_a));
    EXPECT_EQ(other.exit, exit_invalid);
    EXPECT_THAT(other.err, HasSubstr("of another matter"));
    write("key", std::string(64, '0') + "\n");
    EXPECT_EQ(checked(proof_of(matter_a), about(matter_a)).exit, exit_invalid);
    write("key", base::to_hex(key.view()) + "\n");
    ledger::NoteSigner stranger("other.example", ledger::NoteKeyType::ed25519);
    write("vkey", stranger.key().vkey() + "\n");
    EXPECT_EQ(checked(proof_of(matter_a), about(matter_a)).exit, exit_not_proven);
    ledger::MatterProof moved = proof_of(matter_a);
    moved.checkpoint = stranger.head(ledger::tree_of("other", 4), 4);
    EXPECT_EQ(checked(moved, about(matter_a)).exit, exit_invalid);
}

TEST_F(MatterCommands, say_what_lacks_where_nothing_names_the_matter) {
    small_ledger();
    MatterCheckRequest keyless = about(matter_a);
    keyless.key.clear();
    const Told lacking = checked(proof_of(matter_a), keyless);
    EXPECT_EQ(lacking.exit, exit_not_proven);
    EXPECT_THAT(lacking.err, HasSubstr("nothing shows that the proof is of this matter"));
    write("openings", lines({openings[2], openings[1]}));
    keyless.openings = {at("openings")};
    const Told tied = checked(proof_of(matter_a), keyless);
    EXPECT_EQ(tied.exit, exit_done) << tied.err;
    EXPECT_THAT(tied.out, HasSubstr("leaf 0\n  leaf 2, which you can open\n"));
    // The erased leaf's opening rests on the node's word: it names nothing.
    casework::LeafOpening erased = openings[2];
    erased.salt.reset();
    write("openings", lines({erased}));
    EXPECT_EQ(checked(proof_of(matter_a), keyless).exit, exit_not_proven);
    MatterCheckRequest absent = about(matter_c);
    absent.key.clear();
    EXPECT_EQ(checked(proof_of(matter_c), absent).exit, exit_not_proven);
}

TEST_F(MatterCommands, hold_the_readers_own_openings_against_the_list) {
    receipt(matter_a);
    receipt(matter_a, 0);  // the node leaves it out of its map
    receipt(matter_b);
    map();
    receipt(matter_a);
    write("openings", lines(openings));
    MatterCheckRequest request = about(matter_a);
    request.openings = {at("openings")};
    const Told told = checked(proof_of(matter_a), request);
    EXPECT_EQ(told.exit, exit_not_proven);
    EXPECT_THAT(told.err, HasSubstr("leaf 1"));
    write("openings", lines({openings[0], openings[3]}));
    const Told newer = checked(proof_of(matter_a), request);
    EXPECT_EQ(newer.exit, exit_done) << newer.err;
    EXPECT_THAT(newer.out, HasSubstr("1 that you can open are newer"));
    casework::LeafOpening forged = openings[0];
    forged.receipt->matter = base::MatterId::parse(matter_b).value();
    write("openings", lines({forged}));
    EXPECT_EQ(checked(proof_of(matter_a), request).exit, exit_invalid);
}

TEST_F(MatterCommands, refuse_a_proof_older_than_the_head_that_the_reader_saw) {
    small_ledger();
    const ledger::MatterProof old = proof_of(matter_a);
    write("early", log.head(tree, 3).encode());
    MatterCheckRequest request = about(matter_a);
    request.up_to = at("early");
    EXPECT_EQ(checked(old, request).exit, exit_done);
    receipt(matter_a);
    write("seen", head().encode());
    request.up_to = at("seen");
    const Told told = checked(old, request);
    EXPECT_EQ(told.exit, exit_not_proven);
    EXPECT_THAT(told.err, HasSubstr("older than the head that you saw"));
    write("fork", log.head(ledger::tree_of("hidden", 4), 4).encode());
    request.up_to = at("fork");
    EXPECT_THAT(checked(old, request).err, HasSubstr("SPLIT VIEW"));
}

TEST_F(MatterCommands, do_not_call_it_all_where_the_node_lost_what_leaves_are_of) {
    receipt(matter_a);
    receipt(matter_b, 0);
    fold.add_lost();
    map();
    const Told told = checked(proof_of(matter_a), about(matter_a));
    EXPECT_EQ(told.exit, exit_not_proven);
    EXPECT_THAT(told.err, HasSubstr("lost"));
}

TEST_F(MatterCommands, refuse_cut_and_overlong_files) {
    small_ledger();
    const base::Bytes good = proof_of(matter_a).encode();
    MatterCheckRequest request = about(matter_a);
    request.proof = at("proof");
    request.vkey = at("vkey");
    for (const std::size_t size : {std::size_t{0}, std::size_t{30}, good.size() - 1}) {
        write("proof", base::text_of(base::ByteView(good).first(size)));
        std::ostringstream out;
        EXPECT_EQ(run_matter_check(request, out, out), exit_invalid) << size;
    }
    write("proof", std::string(base::text_of(good)) + "x\n");
    std::ostringstream out;
    EXPECT_EQ(run_matter_check(request, out, out), exit_invalid);
    write("proof", std::string(ledger::max_matter_proof_bytes + 1, 'x'));
    EXPECT_NE(run_matter_check(request, out, out), exit_done);
}

TEST_F(MatterCommands, replay_an_honest_ledger_to_its_end) {
    small_ledger();
    for (int i = 0; i < 300; ++i) {
        receipt(i % 3 == 0 ? matter_a : matter_c);
    }
    map();
    receipt(matter_b);
    const Told told = replayed(openings);
    EXPECT_EQ(told.exit, exit_done) << told.err;
    EXPECT_THAT(told.out, HasSubstr("FOLLOWS"));
    EXPECT_THAT(told.out, HasSubstr("2 maps, the newest at leaf 304 over 3 matters"));
    EXPECT_THAT(told.out, HasSubstr("1 newer leaves are in no map yet"));
}

TEST_F(MatterCommands, replay_names_the_leaf_that_is_not_in_the_map) {
    receipt(matter_a);
    receipt(matter_b, 0);
    receipt(matter_a);
    map();
    const Told told = replayed(openings);
    EXPECT_EQ(told.exit, exit_invalid);
    EXPECT_THAT(told.err, HasSubstr("leaf 1 is not in it"));
}

TEST_F(MatterCommands, replay_names_the_leaf_that_is_counted_twice) {
    receipt(matter_a);
    receipt(matter_b, 2);
    map();
    const Told told = replayed(openings);
    EXPECT_EQ(told.exit, exit_invalid);
    EXPECT_THAT(told.err, HasSubstr("leaf 1 is counted twice"));
}

TEST_F(MatterCommands, replay_finds_a_matter_under_two_pseudonyms) {
    receipt(matter_a);
    receipt(matter_a);
    fold = ledger::MatterFold(ledger::map_key_commitment(key));
    fold.add(ledger::matter_pseudonym(key, matter_a), 0, crypto::merkle_leaf(leaves[0]));
    fold.add(crypto::sha256("another pseudonym"), 1, crypto::merkle_leaf(leaves[1]));
    map();
    // The proof alone holds: only who opens the leaves sees it.
    acts[matter_a].pop_back();
    EXPECT_EQ(checked(proof_of(matter_a), about(matter_a)).exit, exit_done);
    EXPECT_EQ(replayed(openings).exit, exit_invalid);
}

TEST_F(MatterCommands, replay_does_not_decide_without_openings_or_on_the_nodes_word) {
    small_ledger();
    std::vector<casework::LeafOpening> held = openings;
    held.erase(held.begin() + 1);
    const Told lacking = replayed(held);
    EXPECT_EQ(lacking.exit, exit_not_proven);
    EXPECT_THAT(lacking.err, HasSubstr("1 leaf cannot be opened here"));
    held = openings;
    held[1].salt.reset();
    const Told told = replayed(held);
    EXPECT_EQ(told.exit, exit_not_proven);
    EXPECT_THAT(told.err, HasSubstr("node's word"));
    held.push_back(openings[1]);  // kept from before the erasure
    EXPECT_EQ(replayed(held).exit, exit_done);
    held = openings;
    held[1].leaf = openings[0].leaf;
    EXPECT_EQ(replayed(held).exit, exit_invalid);
}

TEST_F(MatterCommands, say_what_the_reader_did_wrong) {
    small_ledger();
    MatterCheckRequest request = about(matter_a);
    request.key = at("nowhere");
    EXPECT_EQ(checked(proof_of(matter_a), request).exit, exit_not_found);
    write("openings", "{}\n");
    request = about(matter_a);
    request.openings = {at("openings")};
    const Told told = checked(proof_of(matter_a), request);
    EXPECT_EQ(told.exit, exit_failure);
    EXPECT_THAT(told.err, HasSubstr("line 1"));
    EXPECT_FALSE(read_map_key(std::string(64, 'g') + "\n"));
    EXPECT_FALSE(read_map_key(std::string(64, '0')));
    EXPECT_FALSE(read_openings("{}"));
}

}  // namespace
}  // namespace comity::app
