#include "app/comity/commands/ledger_receipt.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <sstream>

#include "adapter/files/files.h"
#include "app/command/command_for_test.h"
#include "domain/casework/casework.h"
#include "ground/codec/codec.h"
#include "ground/ledger/log_for_test.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// A node's folder as far as receipts need it: its key, its public entry, its ledger.
class ReceiptCommands : public CommandTest {
 protected:
    void SetUp() override {
        fs::create_directories(folder / "keys");
        ASSERT_TRUE(signer.save(folder / "keys/ledger.key"));
        casework::PartyEntry party;
        party.party = base::PartyId::parse("xa-court").value();
        party.title = "Invented court";
        party.jurisdiction = "XA";
        party.kind = "court";
        party.root = signer.public_key();
        party.node = signer.public_key();
        party.ledger = key.vkey();
        party.witness =
            ledger::NoteKey::of("xa", ledger::NoteKeyType::cosignature, signer.public_key())
                .value()
                .vkey();
        write("party.json", codec::canonical(codec::to_value(party)));
        write("vkey", key.vkey() + "\n");
        grow_to(300);
    }
    static base::Bytes entry_at(std::uint64_t i) {
        return base::bytes_of("entry " + std::to_string(i));
    }
    void grow_to(std::uint64_t size) {
        const std::uint64_t before = tree.size();
        tree = ledger::tree_of("entry", size);
        auto files = files::FileLedgerFiles::open(folder / "ledger").value();
        ASSERT_TRUE(files->write(ledger::files_for_growth(tree, before, entry_at)));
        const ledger::Checkpoint head{key.name(), size, tree.root()};
        const base::Bytes signature =
            signer.sign(ledger::note_signing_input(head.text(), key.type(), {})).value();
        const ledger::Note note{head.text(), {ledger::note_signature(key, {}, signature)}};
        ASSERT_TRUE(files->publish(note.encode()));
    }
    [[nodiscard]] ReceiptCheckRequest check(std::string_view file) const {
        ReceiptCheckRequest request;
        request.file = at(file);
        request.vkey = at("vkey");
        return request;
    }
    [[nodiscard]] ReceiptWriteRequest ask(std::string_view out) const {
        ReceiptWriteRequest request;
        request.dir = folder.string();
        request.out = at(out);
        return request;
    }

    softkeys::SoftSigner signer =
        softkeys::SoftSigner::generate(crypto::Algorithm::ed25519).value();
    ledger::NoteKey key =
        ledger::NoteKey::of("xa-court.example", ledger::NoteKeyType::ed25519, signer.public_key())
            .value();
    ledger::Tree tree;
};

TEST_F(ReceiptCommands, prove_an_entry_to_someone_with_only_the_key) {
    ReceiptWriteRequest request = ask("entry.cose");
    request.index = 257;
    const Told said = told(run_receipt_write, request);
    ASSERT_EQ(said.exit, exit_done) << said.err;
    write("leaf", "entry 257");
    ReceiptCheckRequest alone = check("entry.cose");
    alone.leaf = at("leaf");
    EXPECT_THAT(told(run_receipt_check, alone).out,
                HasSubstr("PROVEN: the entry is leaf 257 of xa-court.example with 300 leaves"));
    alone.json = true;
    EXPECT_THAT(told(run_receipt_check, alone).out, HasSubstr(tree.root().hex()));
    write("leaf", "entry 258");
    EXPECT_EQ(told(run_receipt_check, alone).exit, exit_invalid);
}

TEST_F(ReceiptCommands, find_the_entry_by_its_bytes_and_write_the_same_bytes_twice) {
    ReceiptWriteRequest request = ask("by-index.cose");
    request.index = 5;
    ASSERT_EQ(told(run_receipt_write, request).exit, exit_done);
    write("leaf", "entry 5");
    ReceiptWriteRequest found = ask("by-leaf.cose");
    found.leaf = at("leaf");
    ASSERT_EQ(told(run_receipt_write, found).exit, exit_done);
    EXPECT_EQ(read("by-index.cose"), read("by-leaf.cose"));
    write("leaf", "nothing of this ledger");
    EXPECT_EQ(told(run_receipt_write, found).exit, exit_not_found);
}

TEST_F(ReceiptCommands, prove_that_the_ledger_only_grew) {
    write("old", read("ledger/checkpoint"));
    ReceiptWriteRequest request = ask("growth.cose");
    request.old_checkpoint = at("old");
    EXPECT_EQ(told(run_receipt_write, request).exit, exit_not_found);  // it has not grown yet
    grow_to(777);
    ASSERT_EQ(told(run_receipt_write, request).exit, exit_done);
    ReceiptCheckRequest growth = check("growth.cose");
    growth.old_checkpoint = at("old");
    EXPECT_THAT(told(run_receipt_check, growth).out, HasSubstr("grew from 300 to 777 leaves"));
    write("now", read("ledger/checkpoint"));
    growth.old_checkpoint = at("now");
    EXPECT_EQ(told(run_receipt_check, growth).exit, exit_not_proven);
}

TEST_F(ReceiptCommands, refuse_an_altered_receipt_and_one_of_another_key) {
    ReceiptWriteRequest request = ask("entry.cose");
    request.index = 3;
    ASSERT_EQ(told(run_receipt_write, request).exit, exit_done);
    write("leaf", "entry 3");
    ReceiptCheckRequest alone = check("entry.cose");
    alone.leaf = at("leaf");
    const auto other = ledger::NoteSigner("xa-court.example", ledger::NoteKeyType::ed25519);
    alone.vkey = other.key().vkey();
    EXPECT_EQ(told(run_receipt_check, alone).exit, exit_not_proven);
    alone.vkey = at("vkey");
    std::string altered = read("entry.cose");
    altered.back() = static_cast<char>(altered.back() ^ 1);
    write("entry.cose", altered);
    EXPECT_EQ(told(run_receipt_check, alone).exit, exit_invalid);
    write("entry.cose", altered.substr(1));
    EXPECT_EQ(told(run_receipt_check, alone).exit, exit_invalid);
    alone.leaf.clear();
    alone.old_checkpoint = at("ledger/checkpoint");
    EXPECT_NE(told(run_receipt_check, alone).exit, exit_done);
}

TEST_F(ReceiptCommands, sign_nothing_that_the_ledger_does_not_hold_or_with_another_key) {
    ReceiptWriteRequest request = ask("entry.cose");
    request.index = 300;
    EXPECT_EQ(told(run_receipt_write, request).exit, exit_not_found);
    std::string tile = read("ledger/tile/0/000");
    tile[40] = static_cast<char>(tile[40] ^ 1);
    write("ledger/tile/0/000", tile);
    request.index = 0;
    EXPECT_EQ(told(run_receipt_write, request).exit, exit_invalid);
    fs::remove(folder / "keys/ledger.key");
    ASSERT_TRUE(softkeys::SoftSigner::generate(crypto::Algorithm::ed25519)
                    .value()
                    .save(folder / "keys/ledger.key"));
    EXPECT_EQ(told(run_receipt_write, request).exit, exit_conflict);
    EXPECT_FALSE(fs::exists(folder / "entry.cose"));
}

}  // namespace
}  // namespace comity::app
