#include "app/comity/commands/ledger_checks.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <sstream>
#include <thread>

#include "adapter/files/files.h"
#include "adapter/http/http.h"
#include "app/command/command_for_test.h"
#include "ground/codec/codec.h"
#include "ground/ledger/log_for_test.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

const std::string tessera = std::string(COMITY_TEST_DATA) + "/tlog/tessera-log15";

/// A folder of its own, and in it a log that this test keeps.
class LedgerCommands : public CommandTest {
 protected:
    void SetUp() override {
        write("vkey", log.key().vkey() + "\n");
        grow_to(300);
    }
    static base::Bytes entry_at(std::uint64_t i) {
        return base::bytes_of("entry " + std::to_string(i));
    }
    void grow_to(std::uint64_t size) {
        const std::uint64_t before = tree.size();
        tree = ledger::tree_of("entry", size);
        auto files = files::FileLedgerFiles::open(folder / "log").value();
        ASSERT_TRUE(files->write(ledger::files_for_growth(tree, before, entry_at)));
        ASSERT_TRUE(files->publish(log.head(tree, size).encode()));
    }
    [[nodiscard]] LedgerVerifyRequest request() const {
        LedgerVerifyRequest one;
        one.source = at("log");
        one.vkey = at("vkey");
        return one;
    }

    ledger::NoteSigner log{"log.example", ledger::NoteKeyType::ed25519};
    ledger::NoteSigner board{"board.example", ledger::NoteKeyType::cosignature};
    ledger::Tree tree;
};

TEST_F(LedgerCommands, accept_a_public_mirror_and_say_that_it_shows_no_entries) {
    auto files = files::FileLedgerFiles::open(folder / "mirror").value();
    ASSERT_TRUE(files->write(ledger::mirror_files_for_growth(tree, 0, 300)));
    ASSERT_TRUE(files->publish(log.head(tree, 300).encode()));
    LedgerVerifyRequest mirror = request();
    mirror.source = at("mirror");
    const Told said = told(run_ledger_verify, mirror);
    EXPECT_EQ(said.exit, exit_done) << said.err;
    EXPECT_THAT(said.out, HasSubstr("all tiles of"));
    EXPECT_THAT(said.out, HasSubstr("no entries: a public mirror"));
    ASSERT_TRUE(files->publish(log.head(ledger::tree_of("other", 300), 300).encode()));
    EXPECT_EQ(told(run_ledger_verify, mirror).exit, exit_invalid);
}

TEST_F(LedgerCommands, follow_a_change_of_key_that_is_in_the_ledger_and_refuse_one_that_is_not) {
    ledger::NoteSigner next{"log.example", ledger::NoteKeyType::ed25519};
    for (const bool is_leaf : {true, false}) {
        ledger::Tree grown = ledger::tree_of("entry", 5);
        const ledger::KeyChange change = ledger::key_change(
            ledger::KeyChangeCause::rotation, log.key(), next.key(), grown, {&log, &next});
        const base::Bytes last = is_leaf ? change.leaf().encode() : base::bytes_of("another");
        grown.append(crypto::merkle_leaf(last));
        ledger::Note head = next.head(grown, 6, {change});
        const std::string name = is_leaf ? "in" : "out";
        auto files = files::FileLedgerFiles::open(folder / name).value();
        ASSERT_TRUE(files->write(ledger::files_for_growth(
            grown, 0, [&](std::uint64_t i) { return i < 5 ? entry_at(i) : last; })));
        ASSERT_TRUE(files->publish(head.encode()));
        LedgerVerifyRequest changed = request();
        changed.source = at(name);
        const Told said = told(run_ledger_verify, changed);
        EXPECT_EQ(said.exit, is_leaf ? exit_done : exit_invalid) << said.out << said.err;
        // The old key signs nothing above the change, with it or without it.
        head.signatures = {log.sign(head.text), change.line()};
        ASSERT_TRUE(files->publish(head.encode()));
        EXPECT_EQ(told(run_ledger_verify, changed).exit, exit_invalid);
    }
}

TEST_F(LedgerCommands, after_a_recovery_say_which_key_lacks_and_which_options_prove_it) {
    ledger::NoteSigner next{"log.example", ledger::NoteKeyType::ed25519};
    const ledger::Tree before = ledger::tree_of("entry", 5);
    const ledger::KeyChange change = ledger::key_change(ledger::KeyChangeCause::recovery, log.key(),
                                                        next.key(), before, {&next, &board});
    const ledger::Tree grown = ledger::with_leaf_of(change, before);
    auto files = files::FileLedgerFiles::open(folder / "recovered").value();
    ASSERT_TRUE(files->write(ledger::files_for_growth(
        grown, 0, [&](std::uint64_t i) { return i < 5 ? entry_at(i) : change.leaf().encode(); })));
    ASSERT_TRUE(files->publish(next.head(grown, 6, {change}).encode()));
    LedgerVerifyRequest asked = request();
    asked.source = at("recovered");
    write("old", log.head(before, 5).encode());
    asked.old_checkpoint = at("old");
    for (const bool json : {false, true}) {
        asked.json = json;
        const Told lacks = told(run_ledger_verify, asked);
        EXPECT_EQ(lacks.exit, exit_invalid);
        EXPECT_THAT(lacks.out + lacks.err,
                    AllOf(HasSubstr("replaced by a recovery"), HasSubstr("from leaf 5 on"),
                          HasSubstr(next.key().vkey()), HasSubstr("--vkey"),
                          HasSubstr("--guardian"), HasSubstr("--recovery")));
    }
    asked.json = false;
    write("board.vkey", board.key().vkey() + "\n");
    asked.recovery = {{at("board.vkey")}, 1};
    const Told followed = told(run_ledger_verify, asked);
    EXPECT_EQ(followed.exit, exit_done) << followed.err;
    EXPECT_THAT(followed.out, HasSubstr("extends the older head of 5 leaves"));
    ledger::NoteSigner stranger{"stranger.example", ledger::NoteKeyType::cosignature};
    asked.recovery = {{stranger.key().vkey()}, 1};
    const Told too_few = told(run_ledger_verify, asked);
    EXPECT_EQ(too_few.exit, exit_invalid);
    EXPECT_THAT(too_few.err, HasSubstr("0 of 1"));
    asked.recovery = {};
    asked.vkey = next.key().vkey();
    asked.old_checkpoint.clear();
    EXPECT_EQ(told(run_ledger_verify, asked).exit, exit_done) << "to who trusts the new key";
}

TEST_F(LedgerCommands, refuse_guardians_without_a_number_twice_or_of_another_kind) {
    const std::string vkey = board.key().vkey();
    LedgerVerifyRequest asked = request();
    for (const RecoveryOptions& half :
         {RecoveryOptions{{vkey}, 0}, RecoveryOptions{{}, 1}, RecoveryOptions{{vkey}, 2}}) {
        asked.recovery = half;
        EXPECT_EQ(told(run_ledger_verify, asked).exit, exit_usage);
        EXPECT_EQ(told(run_ledger_prove, LedgerProveRequest{asked, 0, {}}).exit, exit_usage);
        EXPECT_EQ(told(run_check_split_view, SplitViewRequest{at("vkey"), half, false}).exit,
                  exit_usage);
    }
    for (const RecoveryOptions& wrong :
         {RecoveryOptions{{vkey, vkey}, 2}, RecoveryOptions{{log.key().vkey()}, 1},
          RecoveryOptions{{"no key"}, 1}}) {
        asked.recovery = wrong;
        const Told refused = told(run_ledger_verify, asked);
        EXPECT_NE(refused.exit, exit_done);
        EXPECT_NE(refused.exit, exit_invalid) << "it is not the ledger's fault";
    }
}

TEST_F(LedgerCommands, accept_a_log_that_others_wrote) {
    for (int size = 1; size <= 15; ++size) {
        LedgerVerifyRequest request;
        request.source = tessera;
        request.vkey = tessera + "/vkey";
        request.old_checkpoint = tessera + "/checkpoint." + std::to_string(size);
        const Told said = told(run_ledger_verify, request);
        EXPECT_EQ(said.exit, exit_done) << said.err;
        EXPECT_THAT(said.out, HasSubstr("leaves  15"));
        EXPECT_THAT(said.out, HasSubstr("ACCEPTED"));
    }
}

TEST_F(LedgerCommands, make_proofs_that_verify_alone_and_against_the_ledger) {
    LedgerProveRequest prove;
    prove.of = request();
    prove.index = 257;
    prove.out = at("entry.tlog-proof");
    ASSERT_EQ(told(run_ledger_prove, prove).exit, exit_done);
    write("entry", "entry 257");
    LedgerVerifyRequest alone;
    alone.vkey = log.key().vkey();
    alone.proof = at("entry.tlog-proof");
    alone.leaf = at("entry");
    EXPECT_THAT(told(run_ledger_verify, alone).out,
                HasSubstr("leaf 257 of log.example with 300 leaves"));
    alone.source = at("log");
    EXPECT_EQ(told(run_ledger_verify, alone).exit, exit_done);
    LedgerProveRequest found = prove;
    found.index.reset();
    found.of.leaf = at("entry");
    found.out.clear();
    EXPECT_EQ(told(run_ledger_prove, found).out, read("entry.tlog-proof"));
    write("entry", "entry 258");
    EXPECT_EQ(told(run_ledger_verify, alone).exit, exit_invalid);
    write("entry", "nothing of this log");
    EXPECT_EQ(told(run_ledger_prove, found).exit, exit_not_found);
}

TEST_F(LedgerCommands, prove_that_the_ledger_only_grew) {
    write("old", read("log/checkpoint"));
    grow_to(777);
    LedgerProveRequest prove;
    prove.of = request();
    prove.of.old_checkpoint = at("old");
    prove.out = at("body");
    ASSERT_EQ(told(run_ledger_prove, prove).exit, exit_done);
    LedgerVerifyRequest verify = request();
    verify.old_checkpoint = at("old");
    verify.consistency = at("body");
    EXPECT_EQ(told(run_ledger_verify, verify).exit, exit_done);
    std::string body = read("body");
    body.replace(body.find('\n') + 1, 1, body[body.find('\n') + 1] == 'A' ? "B" : "A");
    write("body", body);
    EXPECT_EQ(told(run_ledger_verify, verify).exit, exit_invalid);
}

TEST_F(LedgerCommands, reject_without_the_quorum_and_accept_with_it) {
    write("policy", "witness board " + board.key().vkey() + "\nquorum board\n");
    LedgerVerifyRequest verify = request();
    verify.policy = at("policy");
    const Told lacking = told(run_ledger_verify, verify);
    EXPECT_EQ(lacking.exit, exit_invalid);
    EXPECT_THAT(lacking.err, HasSubstr("too few witnesses for the quorum board"));
    ledger::Note note = log.head(tree, 300);
    note.signatures.push_back(board.sign(note.text));
    write("log/checkpoint", note.encode());
    EXPECT_THAT(told(run_ledger_verify, verify).out, HasSubstr("signed by board.example at "));
    write("policy", "witness board\n");
    const Told wrong = told(run_ledger_verify, verify);
    EXPECT_EQ(wrong.exit, exit_failure);
    EXPECT_THAT(wrong.err, HasSubstr("line 1"));
}

TEST_F(LedgerCommands, reject_whatever_was_altered_cut_or_taken_away) {
    const auto rejected = [this] {
        return told(run_ledger_verify, request()).exit == exit_invalid;
    };
    for (const std::string name :
         {"log/tile/0/000", "log/tile/entries/000", "log/tile/1/000.p/1", "log/tile/0/001.p/44"}) {
        const std::string good = read(name);
        std::string bad = good;
        bad[bad.size() / 2] = static_cast<char>(bad[bad.size() / 2] ^ 1);
        write(name, bad);
        EXPECT_TRUE(rejected()) << name;
        write(name, good.substr(0, good.size() - 1));
        EXPECT_TRUE(rejected()) << name;
        fs::remove(folder / name);
        EXPECT_TRUE(rejected()) << name;
        write(name, good);
    }
    EXPECT_EQ(told(run_ledger_verify, request()).exit, exit_done);
    LedgerVerifyRequest other = request();
    other.vkey = ledger::NoteSigner("log.example", ledger::NoteKeyType::ed25519).key().vkey();
    EXPECT_EQ(told(run_ledger_verify, other).exit, exit_invalid);
}

TEST_F(LedgerCommands, write_evidence_of_two_histories_that_anyone_can_check) {
    write("old", log.head(ledger::tree_of("hidden", 200), 200).encode());
    LedgerVerifyRequest verify = request();
    verify.old_checkpoint = at("old");
    verify.evidence = at("evidence");
    const Told said = told(run_ledger_verify, verify);
    EXPECT_EQ(said.exit, exit_invalid);
    EXPECT_THAT(said.err, HasSubstr("SPLIT VIEW: log.example signed two histories"));
    const SplitViewRequest check{at("evidence"), {}, false};
    const Told proven = told(run_check_split_view, check);
    EXPECT_EQ(proven.exit, exit_done) << proven.err;
    EXPECT_THAT(proven.out, HasSubstr("PROVEN: log.example"));
    write("evidence", read("evidence").substr(0, 200));
    EXPECT_EQ(told(run_check_split_view, check).exit, exit_invalid);
}

TEST_F(LedgerCommands, check_evidence_under_a_recovered_key_with_those_named_for_it) {
    ledger::NoteSigner next{"log.example", ledger::NoteKeyType::ed25519};
    const ledger::KeyChange change =
        ledger::key_change(ledger::KeyChangeCause::recovery, log.key(), next.key(),
                           ledger::tree_of("entry", 5), {&next, &board});
    const ledger::SplitView evidence{log.key(),
                                     next.head(ledger::tree_of("one", 9), 9, {change}),
                                     next.head(ledger::tree_of("other", 9), 9, {change}),
                                     {},
                                     {}};
    write("evidence", evidence.encode());
    SplitViewRequest check{at("evidence"), {}, false};
    const Told lacks = told(run_check_split_view, check);
    EXPECT_EQ(lacks.exit, exit_invalid);
    EXPECT_THAT(lacks.err, AllOf(HasSubstr(next.key().vkey()), HasSubstr("--guardian")));
    check.recovery = {{board.key().vkey()}, 1};
    check.json = true;
    const Told proven = told(run_check_split_view, check);
    EXPECT_EQ(proven.exit, exit_done) << proven.out;
    EXPECT_EQ(proven.out, "{\"log\":\"log.example\",\"newer\":9,\"older\":9}\n");
}

TEST_F(LedgerCommands, change_nothing_in_what_they_read) {
    fs::permissions(folder / "log", fs::perms::owner_read | fs::perms::owner_exec);
    const auto before = fs::last_write_time(folder / "log");
    EXPECT_EQ(told(run_ledger_verify, request()).exit, exit_done);
    EXPECT_EQ(fs::last_write_time(folder / "log"), before);
    fs::permissions(folder / "log", fs::perms::owner_all);
}

TEST_F(LedgerCommands, read_a_log_behind_a_web_server) {
    http::Loop loop;
    auto server = http::Server::listen(
        loop, {"127.0.0.1", 0}, std::nullopt, {},
        [this](const message::Request& request, http::Respond respond) {
            const auto file = files::read_text_file(
                folder / "log" / request.target.substr(std::string("/log/").size()), 1 << 24);
            respond(file ? message::text_response(200, *file)
                         : message::text_response(404, "no such file"));
        });
    ASSERT_TRUE(server);
    std::thread serving([&loop] { loop.run(); });
    LedgerVerifyRequest verify = request();
    verify.source = "http://127.0.0.1:" + std::to_string(server->port()) + "/log";
    const Told said = told(run_ledger_verify, verify);
    EXPECT_EQ(said.exit, exit_done) << said.err;
    LedgerProveRequest prove;
    prove.of = verify;
    prove.index = 3;
    EXPECT_EQ(told(run_ledger_prove, prove).exit, exit_done);
    verify.source += "/nothing";
    EXPECT_EQ(told(run_ledger_verify, verify).exit, exit_invalid);
    loop.stop();
    serving.join();
}

TEST_F(LedgerCommands, say_what_the_reader_did_wrong) {
    LedgerVerifyRequest nothing;
    nothing.vkey = at("vkey");
    EXPECT_EQ(told(run_ledger_verify, nothing).exit, exit_usage);
    LedgerVerifyRequest half = request();
    half.proof = at("vkey");
    EXPECT_EQ(told(run_ledger_verify, half).exit, exit_usage);
    LedgerVerifyRequest elsewhere = request();
    elsewhere.source = at("nowhere");
    EXPECT_EQ(told(run_ledger_verify, elsewhere).exit, exit_not_found);
    LedgerVerifyRequest keyless = request();
    keyless.vkey = "log.example+00000000+AAAA";
    EXPECT_EQ(told(run_ledger_verify, keyless).exit, exit_failure);
    LedgerVerifyRequest json = request();
    json.json = true;
    EXPECT_THAT(told(run_ledger_verify, json).out, HasSubstr("\"accepted\":true"));
}

}  // namespace
}  // namespace comity::app
