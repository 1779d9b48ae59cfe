#include "ground/ledger/log_proof.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "ground/ledger/detail/vectors_for_test.h"
#include "ground/ledger/log_for_test.h"
#include "ground/ledger/stored_tree.h"
#include "ground/ledger/tiles.h"

namespace comity::ledger {
namespace {

/// The log of 15 entries that Tessera wrote.
struct Tessera {
    Tessera() {
        const std::string vkey = read_data("tlog/tessera-log15/vkey");
        log.emplace(NoteKey::parse(vkey.substr(0, vkey.find('\n'))).value());
    }
    [[nodiscard]] static base::Result<base::Bytes> read(std::string_view path) {
        std::ifstream file(
            std::string(COMITY_TEST_DATA) + "/tlog/tessera-log15/" + std::string(path),
            std::ios::binary);
        if (!file) {
            return base::fail(base::ErrorKind::not_found, "no such file");
        }
        return base::Bytes{std::istreambuf_iterator<char>(file), {}};
    }
    [[nodiscard]] static Note head(std::uint64_t size) {
        return Note::parse(read_data("tlog/tessera-log15/checkpoint." + std::to_string(size)))
            .value();
    }
    std::optional<NoteKey> log;
};

TEST(LogProof, of_every_entry_of_a_log_that_others_wrote_holds) {
    const Tessera tessera;
    StoredTree tree(Tessera::read, 15);
    for (std::uint64_t size = 1; size <= 15; ++size) {
        for (std::uint64_t index = 0; index < size; ++index) {
            const base::Bytes entry = tree.entry(index).value();
            const LogProof proof{std::nullopt, index, tree.inclusion(index, size).value(),
                                 Tessera::head(size)};
            const auto checked = check_log_proof(proof, entry, *tessera.log, {});
            ASSERT_TRUE(checked) << checked.error().text();
            EXPECT_EQ(checked->checkpoint.size, size);
            EXPECT_EQ(LogProof::parse(proof.encode()), proof);
            base::Bytes other = entry;
            other.back() ^= 1;
            EXPECT_EQ(check_log_proof(proof, other, *tessera.log, {}).error().kind,
                      base::ErrorKind::invalid);
        }
    }
}

class Proofs : public ::testing::Test {
 protected:
    Proofs()
        : log("log.example", NoteKeyType::ed25519),
          witness("witness.example", NoteKeyType::cosignature),
          tree(tree_of("entry", 9)) {
        proof = {base::bytes_of("salt"), 4, tree.inclusion(4, 9).value(), log.head(tree, 9)};
        policy = Policy::parse("witness W " + witness.key().vkey() + "\nquorum W\n").value();
    }
    NoteSigner log;
    NoteSigner witness;
    Tree tree;
    LogProof proof;
    Policy policy;
    base::Bytes entry = base::bytes_of("entry 4");
};

TEST_F(Proofs, need_the_quorum_that_the_policy_asks_for) {
    EXPECT_TRUE(check_log_proof(proof, entry, log.key(), {}));
    EXPECT_EQ(check_log_proof(proof, entry, log.key(), policy).error().kind,
              base::ErrorKind::not_proven);
    proof.checkpoint.signatures.push_back(witness.sign(proof.checkpoint.text));
    EXPECT_TRUE(check_log_proof(proof, entry, log.key(), policy));
}

TEST_F(Proofs, of_another_log_another_index_or_an_altered_path_are_refused) {
    NoteSigner other("log.example", NoteKeyType::ed25519);
    EXPECT_EQ(check_log_proof(proof, entry, other.key(), {}).error().kind,
              base::ErrorKind::not_proven);
    LogProof moved = proof;
    moved.index = 5;
    EXPECT_EQ(check_log_proof(moved, entry, log.key(), {}).error().kind, base::ErrorKind::invalid);
    LogProof shorter = proof;
    shorter.path.pop_back();
    EXPECT_EQ(check_log_proof(shorter, entry, log.key(), {}).error().kind,
              base::ErrorKind::invalid);
    LogProof altered = proof;
    altered.path[1].bytes[0] ^= 1;
    EXPECT_EQ(check_log_proof(altered, entry, log.key(), {}).error().kind,
              base::ErrorKind::invalid);
}

TEST_F(Proofs, are_written_as_they_are_read) {
    const std::string text = proof.encode();
    EXPECT_TRUE(text.starts_with("c2sp.org/tlog-proof@v1\nextra c2FsdA==\nindex 4\n"));
    EXPECT_EQ(LogProof::parse(text), proof);
    proof.extra.reset();
    EXPECT_EQ(LogProof::parse(proof.encode()), proof);
    proof.path.clear();
    EXPECT_EQ(LogProof::parse(proof.encode()), proof);
}

TEST_F(Proofs, in_any_other_form_are_refused) {
    const std::string note = proof.checkpoint.encode();
    const std::string first = "c2sp.org/tlog-proof@v1\n";
    const std::string hash = base::to_base64(base::Digest{}.view()) + "\n";
    EXPECT_TRUE(LogProof::parse(first + "index 0\n\n" + note));
    for (const std::string& text : std::vector<std::string>{
             "", first, first + "index 0\n", first + "index 0\n\n", first + "\n" + note,
             "c2sp.org/tlog-proof@v2\nindex 0\n\n" + note, first + "index 00\n\n" + note,
             first + "index -1\n\n" + note, first + "index  1\n\n" + note,
             first + "index 18446744073709551616\n\n" + note, first + "extra\nindex 0\n\n" + note,
             first + "extra AAA\nindex 0\n\n" + note,
             first + "extra AAAA\nextra AAAA\nindex 0\n\n" + note,
             first + "index 0\nextra AAAA\n\n" + note, first + "index 0\nAAAA\n\n" + note,
             first + "index 0\n" + note}) {
        EXPECT_EQ(LogProof::parse(text).error().kind, base::ErrorKind::malformed) << text;
    }
    std::string hashes;
    for (int i = 0; i < 65; ++i) {
        hashes += hash;
    }
    EXPECT_EQ(LogProof::parse(first + "index 0\n" + hashes + "\n" + note).error().kind,
              base::ErrorKind::too_large);
}

}  // namespace
}  // namespace comity::ledger
