#include "app/comity/witness_desk.h"

#include <atomic>
#include <filesystem>
#include <gmock/gmock.h>
#include <thread>

#include "adapter/files/files.h"
#include "adapter/http/http.h"
#include "ground/ledger/log_for_test.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;

class StandingClock final : public ports::Clock {
 public:
    [[nodiscard]] base::Instant now() override { return base::Instant{1'804'239'000'500}; }
};

class Desk : public ::testing::Test {
 protected:
    void SetUp() override {
        const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
        folder = fs::path(::testing::TempDir()) / ("comity_witness_" + std::string(info->name()));
        fs::remove_all(folder);
    }
    void TearDown() override { fs::remove_all(folder); }

    [[nodiscard]] base::Result<WitnessDesk> open() { return open_for(log.key()); }
    [[nodiscard]] base::Result<WitnessDesk> open_for(const ledger::NoteKey& key,
                                                     const ledger::KeyRecovery& recovery = {}) {
        return WitnessDesk::open(folder, "board.example", signer, clock, {key, other.key()},
                                 recovery);
    }
    [[nodiscard]] std::string body(const ledger::Tree& of, std::uint64_t from, std::uint64_t size) {
        return body(log, of, from, size);
    }
    [[nodiscard]] static std::string body(ledger::NoteSigner& by, const ledger::Tree& of,
                                          std::uint64_t from, std::uint64_t size,
                                          const std::vector<ledger::KeyChange>& changes = {}) {
        return ledger::AddCheckpoint{from, of.consistency(from, size).value(),
                                     by.head(of, size, changes)}
            .encode();
    }
    /// The log of 20 entries, the change of its key, and what `next` adds.
    void replace_key(ledger::KeyChangeCause cause, const std::vector<ledger::NoteSigner*>& by) {
        tree = ledger::tree_of("entry", 20);
        changes = {ledger::key_change(cause, log.key(), next.key(), tree, by)};
        tree = ledger::with_leaf_of(changes[0], tree);
        for (int i = 0; i < 20; ++i) {
            tree.append(crypto::merkle_leaf(base::bytes_of("later " + std::to_string(i))));
        }
    }
    /// That the desk goes on with the new key from `from` leaves and refuses the old one.
    void expect_follows(WitnessDesk& desk, std::uint64_t from, std::uint64_t to) {
        EXPECT_EQ(desk.answer(post(body(log, tree, from, to, changes))).status, 403);
        EXPECT_EQ(
            desk.answer(post(body(next, ledger::tree_of("hidden", 64), from, to, changes))).status,
            422);
        const message::Response answer = desk.answer(post(body(next, tree, from, to, changes)));
        EXPECT_EQ(answer.status, 200) << answer.body;
        // Also when it shows no change: once seen, it is remembered.
        EXPECT_EQ(desk.answer(post(body(log, tree, to, to + 1))).status, 403);
    }
    [[nodiscard]] static message::Request post(std::string body) {
        return message::post_request("/add-checkpoint", std::move(body), "text/plain");
    }
    [[nodiscard]] message::Request shown() const {
        return message::get_request("/" + ledger::monitored_name(log.key().name()) + "/checkpoint");
    }

    fs::path folder;
    StandingClock clock;
    softkeys::SoftSigner signer = *softkeys::SoftSigner::generate(crypto::Algorithm::ed25519);
    ledger::NoteSigner log{"log.example", ledger::NoteKeyType::ed25519};
    ledger::NoteSigner next{"log.example", ledger::NoteKeyType::ed25519};
    ledger::NoteSigner court{"court.example", ledger::NoteKeyType::cosignature};
    ledger::NoteSigner counsel{"counsel.example", ledger::NoteKeyType::cosignature};
    std::vector<ledger::KeyChange> changes;
    ledger::NoteSigner other{"other.example", ledger::NoteKeyType::ed25519};
    ledger::Tree tree = ledger::tree_of("entry", 64);
};

TEST_F(Desk, cosigns_a_log_that_grows_and_shows_what_it_cosigned) {
    WitnessDesk desk = open().value();
    EXPECT_EQ(desk.answer(shown()).status, 404);
    std::uint64_t last = 0;
    for (const std::uint64_t size : {1U, 1U, 7U, 64U}) {
        const message::Response answer = desk.answer(post(body(tree, last, size)));
        ASSERT_EQ(answer.status, 200) << answer.body;
        const std::string text = log.head(tree, size).text;
        const auto note = ledger::Note::parse(text + "\n" + answer.body);
        ASSERT_TRUE(note);
        const ledger::NoteKey key = desk.key();
        const auto verified = ledger::verify_note(*note, {&key, 1});
        ASSERT_TRUE(verified);
        EXPECT_EQ(verified->by[0].at, base::Instant{1'804'239'000'000});
        last = size;
    }
    const auto head =
        ledger::open_checkpoint(desk.answer(shown()).body, log.key(), std::vector{desk.key()});
    ASSERT_TRUE(head);
    EXPECT_EQ(head->checkpoint.size, 64U);
    EXPECT_EQ(head->verified.by.size(), 2U);
}

TEST_F(Desk, refuses_as_the_specification_says) {
    WitnessDesk desk = open().value();
    ASSERT_EQ(desk.answer(post(body(tree, 0, 20))).status, 200);
    EXPECT_EQ(desk.answer(post("old 20\n")).status, 400);
    const message::Response late = desk.answer(post(body(tree, 10, 30)));
    EXPECT_EQ(late.status, 409);
    EXPECT_EQ(late.body, "20\n");
    EXPECT_EQ(late.headers.get("content-type"), "text/x.tlog.size");
    EXPECT_EQ(desk.answer(post(body(ledger::tree_of("hidden", 64), 20, 30))).status, 422);
    EXPECT_EQ(desk.answer(post(body(ledger::tree_of("hidden", 64), 20, 20))).status, 422);
    ledger::NoteSigner stranger("stranger.example", ledger::NoteKeyType::ed25519);
    EXPECT_EQ(
        desk.answer(post(ledger::AddCheckpoint{0, {}, stranger.head(tree, 1)}.encode())).status,
        404);
    ledger::NoteSigner forger("log.example", ledger::NoteKeyType::ed25519);
    EXPECT_EQ(
        desk.answer(post(ledger::AddCheckpoint{20, {}, forger.head(tree, 20)}.encode())).status,
        403);
    message::Request wrong = post({});
    wrong.method = "GET";
    EXPECT_EQ(desk.answer(wrong).status, 405);
    wrong.target = "/elsewhere";
    EXPECT_EQ(desk.answer(wrong).status, 404);
}

TEST_F(Desk, goes_on_after_a_restart_and_never_back) {
    {
        ASSERT_EQ(open()->answer(post(body(tree, 0, 20))).status, 200);
    }
    WitnessDesk desk = open().value();
    EXPECT_EQ(desk.answer(post(body(tree, 0, 10))).status, 409);
    EXPECT_EQ(desk.answer(post(body(tree, 20, 30))).status, 200);
}

TEST_F(Desk, follows_a_rotation_and_refuses_the_old_key_also_after_a_restart) {
    replace_key(ledger::KeyChangeCause::rotation, {&log, &next});
    {
        WitnessDesk desk = open().value();
        ASSERT_EQ(desk.answer(post(body(tree, 0, 20))).status, 200);
        expect_follows(desk, 20, 25);
    }
    {
        WitnessDesk desk = open().value();
        expect_follows(desk, 25, 30);
        const auto head =
            ledger::open_checkpoint(desk.answer(shown()).body, log.key(), std::vector{desk.key()});
        ASSERT_TRUE(head) << head.error().text();
        EXPECT_EQ(head->checkpoint.size, 30U);
    }
    // Named by its new key from now on, it goes on where it stood.
    WitnessDesk desk = open_for(next.key()).value();
    EXPECT_EQ(desk.answer(post(body(next, tree, 20, 35, changes))).status, 409);
    expect_follows(desk, 30, 35);
}

TEST_F(Desk, follows_a_recovery_that_enough_of_those_named_for_it_endorsed) {
    const ledger::KeyRecovery recovery{{court.key(), counsel.key()}, 2};
    replace_key(ledger::KeyChangeCause::recovery, {&next, &court});
    {
        WitnessDesk desk = open_for(log.key(), recovery).value();
        ASSERT_EQ(desk.answer(post(body(tree, 0, 20))).status, 200);
        EXPECT_EQ(desk.answer(post(body(next, tree, 20, 25, changes))).status, 403);
    }
    replace_key(ledger::KeyChangeCause::recovery, {&next, &court, &counsel});
    {
        WitnessDesk desk = open().value();
        const message::Response answer = desk.answer(post(body(next, tree, 20, 25, changes)));
        EXPECT_EQ(answer.status, 403) << "it was not told who may endorse one";
        EXPECT_THAT(answer.body, ::testing::HasSubstr(next.key().vkey()));
    }
    for (const std::uint64_t from : {20U, 25U}) {
        WitnessDesk desk = open_for(log.key(), recovery).value();
        expect_follows(desk, from, from + 5);
    }
    WitnessDesk desk = open_for(next.key()).value();
    expect_follows(desk, 30, 35);
}

TEST_F(Desk, does_not_begin_anew_under_a_key_that_nothing_leads_to) {
    {
        ASSERT_EQ(open()->answer(post(body(tree, 0, 20))).status, 200);
    }
    EXPECT_EQ(open_for(next.key()).error().kind, ErrorKind::not_proven);
}

TEST_F(Desk, is_one_process_at_a_time) {
    const WitnessDesk desk = open().value();
    const auto second = open();
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::conflict);
}

TEST_F(Desk, trusts_no_kept_head_that_the_log_did_not_sign) {
    {
        ASSERT_EQ(open()->answer(post(body(tree, 0, 20))).status, 200);
    }
    const fs::path kept = folder / ledger::monitored_name(log.key().name());
    std::string note = files::read_text_file(kept, 1 << 16).value();
    note.replace(note.find("\n20\n"), 4, "\n10\n");
    ASSERT_TRUE(files::write_text_file_atomically(kept, note, files::Readers::everyone));
    EXPECT_EQ(open().error().kind, ErrorKind::invalid);
}

TEST_F(Desk, signs_one_history_when_twenty_four_ask_at_once) {
    WitnessDesk desk = open().value();
    http::Loop loop;
    auto server =
        http::Server::listen(loop, {"127.0.0.1", 0}, std::nullopt, {},
                             [&desk](const message::Request& request, http::Respond respond) {
                                 respond(desk.answer(request));
                             });
    ASSERT_TRUE(server);
    std::thread serving([&loop] { loop.run(); });
    const http::PublicUrl url{false, "127.0.0.1", server->port(), ""};
    // Each asks for a history of its own: one is cosigned, all others are told how far it went.
    std::vector<std::string> bodies;
    for (int i = 0; i < 24; ++i) {
        bodies.push_back(body(ledger::tree_of("history " + std::to_string(i), 5), 0, 5));
    }
    std::atomic<int> cosigned = 0;
    std::atomic<int> told = 0;
    std::vector<std::thread> askers;
    for (int i = 0; i < 24; ++i) {
        askers.emplace_back([&, i] {
            const auto answer = http::call_public(url, post(bodies[static_cast<std::size_t>(i)]),
                                                  1 << 16, std::chrono::seconds(30));
            cosigned += answer && answer->status == 200 ? 1 : 0;
            told += answer && answer->status == 409 && answer->body == "5\n" ? 1 : 0;
        });
    }
    for (std::thread& asker : askers) {
        asker.join();
    }
    loop.stop();
    serving.join();
    EXPECT_EQ(cosigned, 1);
    EXPECT_EQ(told, 23);
}

}  // namespace
}  // namespace comity::app
