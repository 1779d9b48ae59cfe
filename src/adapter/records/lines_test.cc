#include "adapter/records/lines.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sstream>
#include <vector>

namespace comity::records {
namespace {

/// All lines of `text`, or the error.
base::Result<std::vector<std::string>> lines_of(const std::string& text) {
    std::istringstream stream(text);
    LineReader reader(stream, "a.txt");
    std::vector<std::string> lines;
    while (const auto line = COMITY_TRY(reader.next())) {
        lines.emplace_back(*line);
    }
    return lines;
}

TEST(LineReader, hands_out_lines_without_their_ends) {
    EXPECT_EQ(*lines_of("one\ntwo\r\n\nfour\n"),
              (std::vector<std::string>{"one", "two", "", "four"}));
    EXPECT_TRUE(lines_of("")->empty());
}

TEST(LineReader, notices_a_text_that_was_cut_short) {
    const auto cut = lines_of("one\ntwo");
    ASSERT_FALSE(cut.has_value());
    EXPECT_EQ(cut.error().what, "the last line has no end");
    EXPECT_EQ(cut.error().place, "a.txt:2");
}

TEST(LineReader, bounds_a_line) {
    const std::string longest(max_line_bytes, 'x');
    EXPECT_EQ(lines_of(longest + "\r\n")->front(), longest);
    EXPECT_EQ(lines_of("a\n" + longest + "x\n").error().kind, base::ErrorKind::too_large);
    const auto endless = lines_of("a\n" + std::string(1'000'000, 'x'));
    EXPECT_EQ(endless.error().kind, base::ErrorKind::too_large);
    EXPECT_EQ(endless.error().place, "a.txt:2");
}

TEST(LineReader, refuses_control_characters_and_bytes_that_are_no_utf8) {
    for (const char* bad : {"a\tb\n", "a\rb\n", "\x7f\n", "\xc0\xaf\n", "\xed\xa0\x80\n", "\xff\n",
                            "\xe2\x82\n", "\xf4\x90\x80\x80\n", "\xf0\x80\x80\x80\n"}) {
        const auto refused = lines_of(std::string("fine\n") + bad);
        ASSERT_FALSE(refused.has_value()) << bad;
        EXPECT_EQ(refused.error().place, "a.txt:2");
    }
    EXPECT_EQ(lines_of(std::string("a\0b\n", 4)).error().kind, base::ErrorKind::malformed);
    EXPECT_EQ(lines_of("é € 𝄞 \ud7ff\n")->front(), "é € 𝄞 \ud7ff");
}

TEST(LineReader, reads_a_text_of_any_size_as_splitting_it_in_memory_does) {
    EXPECT_TRUE(rc::check("lines joined again are the text", [] {
        const int count = *rc::gen::inRange(0, 60);
        std::string text;
        std::vector<std::string> expected;
        for (int i = 0; i < count; ++i) {
            expected.emplace_back(*rc::gen::inRange<std::size_t>(0, max_line_bytes), 'a' + i % 26);
            text += expected.back() + (i % 2 == 0 ? "\n" : "\r\n");
        }
        RC_ASSERT(*lines_of(text) == expected);
    }));
}

}  // namespace
}  // namespace comity::records
