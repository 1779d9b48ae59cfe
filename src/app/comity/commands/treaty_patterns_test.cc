#include "app/comity/commands/treaty_patterns.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <unistd.h>

#include "ground/codec/codec.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;

/// A folder with one file of patterns, removed at its end.
struct Patterns {
    explicit Patterns(const std::string& answer) {
        std::string name = ::testing::TempDir() + "comity-patterns-XXXXXX";
        path = ::mkdtemp(name.data());
        std::ofstream(path / "a.pattern", std::ios::binary)
            << "patterns 1\nlaw \"" << COMITY_LAW << "/../treaties\"\nbetween XM and XN\n"
            << "on 2026-10-05\npattern \"No power\"\nsource \"Nobody's text\" 1 unconfirmed\n"
            << "facts {\"action\":\"inform\",\"data\":\"content\"}\n"
            << answer << "\n";
    }
    ~Patterns() { fs::remove_all(path); }
    Patterns(const Patterns&) = delete;
    Patterns& operator=(const Patterns&) = delete;

    fs::path path;
};

struct Said {
    int code = 0;
    std::string out;
    std::string err;
};

Said test(const std::string& path, bool json) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = run_treaty_test({path, json}, out, err);
    return {code, out.str(), err.str()};
}

TEST(TreatyTest, a_pattern_that_holds_is_counted) {
    const Patterns patterns("outcome closed");
    const Said said = test(patterns.path.string(), false);
    EXPECT_EQ(said.code, exit_done) << said.err;
    EXPECT_TRUE(said.out.ends_with("1 passed, 0 failed\n")) << said.out;
}

TEST(TreatyTest, a_pattern_that_fails_is_told_with_what_was_expected_and_what_came) {
    const Patterns patterns("outcome open");
    const Said said = test((patterns.path / "a.pattern").string(), false);
    EXPECT_EQ(said.code, exit_findings);
    EXPECT_NE(said.out.find("a.pattern:5: No power\n  line 5, outcome: expected open; came closed"),
              std::string::npos)
        << said.out;
    EXPECT_TRUE(said.out.ends_with("0 passed, 1 failed\n")) << said.out;

    const auto answer = codec::parse(test(patterns.path.string(), true).out).value();
    EXPECT_EQ(answer.at("passed").as_int64(), 0);
    EXPECT_EQ(answer.at("failed").as_int64(), 1);
    EXPECT_EQ(answer.at("unconfirmed").as_int64(), 1);
    EXPECT_EQ(answer.at("failures").at(0).at("answers").at(0).at("expected").as_string(), "open");
}

TEST(TreatyTest, a_pattern_that_cannot_be_read_or_names_what_is_not_there_never_passes) {
    const Patterns unread("outcome perhaps");
    const Said said = test(unread.path.string(), false);
    EXPECT_EQ(said.code, exit_findings);
    EXPECT_NE(said.err.find("a.pattern:8:9: this is not an outcome"), std::string::npos)
        << said.err;
    const Patterns unknown("outcome closed\nno-duty 99");
    EXPECT_EQ(test(unknown.path.string(), false).code, exit_findings);
    EXPECT_EQ(test("/nowhere-at-all", false).code, exit_not_found);
}

}  // namespace
}  // namespace comity::app
