#include "app/comity/ledger_monitor.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <map>

#include "adapter/files/files.h"
#include "ground/ledger/log_for_test.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using State = LedgerNews::State;

/// A log and a witness whose files stand at URLs, and somebody who follows them.
class Followed : public ::testing::Test {
 protected:
    void SetUp() override {
        const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
        folder = fs::path(::testing::TempDir()) / ("comity_monitor_" + std::string(info->name()));
        fs::remove_all(folder);
        show("entry", 300);
    }
    void TearDown() override { fs::remove_all(folder); }

    /// The log now shows the tree of these entries.
    void show(std::string_view prefix, std::uint64_t size) {
        const ledger::Tree tree = ledger::tree_of(prefix, size);
        std::erase_if(web, [this](const auto& file) { return file.first.starts_with(log_url); });
        const auto entry_at = [&](std::uint64_t i) {
            return base::bytes_of(std::string(prefix) + " " + std::to_string(i));
        };
        for (ledger::StaticFile& file : ledger::files_for_growth(tree, 0, entry_at)) {
            web[log_url + "/" + file.path] = std::move(file.content);
        }
        web[log_url + "/checkpoint"] = base::bytes_of(log.head(tree, size).encode());
    }
    /// The witness shows that it cosigned this head.
    void witness_shows(std::string_view prefix, std::uint64_t size) {
        ledger::Note note = log.head(ledger::tree_of(prefix, size), size);
        note.signatures.push_back(board.sign(note.text));
        const std::string name = ledger::monitored_name(log.key().name());
        web[board_url + "/" + name + "/checkpoint"] = base::bytes_of(note.encode());
    }
    [[nodiscard]] LedgerNews looked(std::string_view quorum = "none") {
        const std::string text = "log " + log.key().vkey() + " " + log_url + "\nwitness board " +
                                 board.key().vkey() + " " + board_url + "\nquorum " +
                                 std::string(quorum) + "\n";
        auto monitor = LedgerMonitor::start(
            ledger::Policy::parse(text).value(), folder,
            [this](std::string_view url) -> base::Result<LedgerSource> {
                return LedgerSource{[this, url = std::string(url)](
                                        std::string_view path) -> base::Result<base::Bytes> {
                                        const auto found = web.find(url + "/" + std::string(path));
                                        if (is_down || found == web.end()) {
                                            return base::fail(is_down ? base::ErrorKind::unavailable
                                                                      : base::ErrorKind::not_found,
                                                              "nothing there");
                                        }
                                        return found->second;
                                    },
                                    std::string(url)};
            },
            recovery);
        EXPECT_TRUE(monitor) << monitor.error().text();
        const auto news = monitor->round();
        EXPECT_EQ(news.size(), 1U);
        return news.front();
    }
    void expect_evidence(const LedgerNews& news) {
        EXPECT_EQ(news.state, State::split_view) << news.what;
        const auto text = files::read_text_file(news.saved, 1 << 20);
        ASSERT_TRUE(text);
        const auto evidence = ledger::SplitView::parse(*text);
        ASSERT_TRUE(evidence);
        EXPECT_TRUE(ledger::check_split_view(*evidence));
        EXPECT_EQ(evidence->log, log.key());
    }

    const std::string log_url = "https://log.example";
    const std::string board_url = "https://board.example";
    fs::path folder;
    std::map<std::string, base::Bytes> web;
    bool is_down = false;
    ledger::KeyRecovery recovery;
    ledger::NoteSigner log{"log.example", ledger::NoteKeyType::ed25519};
    ledger::NoteSigner board{"board.example", ledger::NoteKeyType::cosignature};
};

TEST_F(Followed, a_ledger_that_only_grows_fits) {
    for (const std::uint64_t size : {300U, 300U, 301U, 777U}) {
        show("entry", size);
        const LedgerNews news = looked();
        EXPECT_EQ(news.state, State::fits) << news.what;
        EXPECT_EQ(news.size, size);
    }
}

TEST_F(Followed, over_a_recovery_of_its_key_by_those_who_may_endorse_one_also_leaves_evidence) {
    ledger::NoteSigner next{"log.example", ledger::NoteKeyType::ed25519};
    ASSERT_EQ(looked().state, State::fits);
    const ledger::KeyChange change =
        ledger::key_change(ledger::KeyChangeCause::recovery, log.key(), next.key(),
                           ledger::tree_of("entry", 310), {&next, &board});
    const auto show_recovered = [&](std::string_view prefix) {
        show(prefix, 320);
        web[log_url + "/checkpoint"] =
            base::bytes_of(next.head(ledger::tree_of(prefix, 320), 320, {change}).encode());
    };
    show_recovered("entry");
    const LedgerNews lacks = looked();
    EXPECT_EQ(lacks.state, State::doubtful);
    EXPECT_THAT(lacks.what, HasSubstr(next.key().vkey()));
    recovery = {{board.key()}, 1};
    EXPECT_EQ(looked().state, State::fits);
    EXPECT_EQ(looked().size, 320U) << "also against the head that it kept";
    show_recovered("other");
    const LedgerNews news = looked();
    ASSERT_EQ(news.state, State::split_view) << news.what;
    const auto text = files::read_text_file(news.saved, 1 << 20);
    EXPECT_TRUE(ledger::check_split_view(ledger::SplitView::parse(*text).value(), recovery));
}

TEST_F(Followed, a_ledger_that_was_written_anew_leaves_evidence) {
    ASSERT_EQ(looked().state, State::fits);
    for (const std::uint64_t size : {300U, 512U}) {
        show("rewritten", size);
        expect_evidence(looked());
    }
    show("entry", 400);  // what it showed first still counts
    EXPECT_EQ(looked().state, State::fits);
}

TEST_F(Followed, a_witness_that_saw_another_history_gives_it_away) {
    witness_shows("entry", 200);
    EXPECT_EQ(looked().state, State::fits);
    witness_shows("hidden", 200);
    expect_evidence(looked());
}

TEST_F(Followed, a_ledger_that_goes_back_is_doubtful) {
    show("entry", 777);
    ASSERT_EQ(looked().state, State::fits);
    show("entry", 300);
    const LedgerNews news = looked();
    EXPECT_EQ(news.state, State::doubtful);
    EXPECT_THAT(news.what, HasSubstr("its tiles do not reach the head that it signed"));
    show("entry", 777);
    EXPECT_EQ(looked().state, State::fits);
}

TEST_F(Followed, heads_without_the_quorum_and_of_another_key_are_doubtful) {
    const LedgerNews lacking = looked("board");
    EXPECT_EQ(lacking.state, State::doubtful);
    EXPECT_THAT(lacking.what, HasSubstr("too few witnesses"));
    ledger::NoteSigner other("log.example", ledger::NoteKeyType::ed25519);
    web[log_url + "/checkpoint"] =
        base::bytes_of(other.head(ledger::tree_of("entry", 300), 300).encode());
    EXPECT_EQ(looked().state, State::doubtful);
}

TEST_F(Followed, tiles_that_are_not_the_heads_are_doubtful_and_accuse_nobody) {
    ASSERT_EQ(looked().state, State::fits);
    show("entry", 400);
    web[log_url + "/tile/1/000.p/1"][5] ^= 1;
    const LedgerNews news = looked();
    EXPECT_EQ(news.state, State::doubtful);
    EXPECT_THAT(news.what, HasSubstr("its tiles do not give the head that it signed"));
}

TEST_F(Followed, a_ledger_that_is_down_is_no_alarm) {
    is_down = true;
    EXPECT_EQ(looked().state, State::unreachable);
    is_down = false;
    EXPECT_EQ(looked().state, State::fits);
}

TEST_F(Followed, a_policy_without_urls_is_refused) {
    const auto started =
        LedgerMonitor::start(ledger::Policy::parse("quorum none\n").value(), folder, {});
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().what, "the policy names no ledger with a URL");
}

}  // namespace
}  // namespace comity::app
