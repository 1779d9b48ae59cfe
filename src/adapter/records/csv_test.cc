#include "adapter/records/csv.h"

#include <gtest/gtest.h>
#include <optional>
#include <rapidcheck.h>

namespace comity::records {
namespace {

using Fields = std::vector<std::string>;

std::optional<Fields> split(std::string_view line) {
    CsvSplitter splitter;
    const auto fields = splitter.split(line);
    if (!fields) {
        return std::nullopt;
    }
    return Fields(fields->begin(), fields->end());
}

/// Slow twin: one character after the other through a table of states.
std::optional<Fields> split_slowly(std::string_view line) {
    enum class State { begin, bare, quoted, closed };
    State state = State::begin;
    Fields fields(1);
    for (const char c : line) {
        switch (state) {
            case State::begin:
                if (c == '"') {
                    state = State::quoted;
                    continue;
                }
                state = State::bare;
                break;
            case State::bare: break;
            case State::quoted:
                if (c == '"') {
                    state = State::closed;
                } else {
                    fields.back() += c;
                }
                continue;
            case State::closed:
                if (c == '"') {
                    fields.back() += c;
                    state = State::quoted;
                    continue;
                }
                if (c != ',') {
                    return std::nullopt;
                }
                break;
        }
        if (c == ',') {
            fields.emplace_back();
            state = State::begin;
        } else if (c == '"') {
            return std::nullopt;
        } else {
            fields.back() += c;
        }
    }
    if (state == State::quoted || fields.size() > max_csv_fields) {
        return std::nullopt;
    }
    return fields;
}

TEST(Csv, splits_bare_and_quoted_fields) {
    EXPECT_EQ(*split("a,b,c"), (Fields{"a", "b", "c"}));
    EXPECT_EQ(*split(""), Fields{""});
    EXPECT_EQ(*split(","), (Fields{"", ""}));
    EXPECT_EQ(*split(R"("a,b"," c ",d)"), (Fields{"a,b", " c ", "d"}));
    EXPECT_EQ(*split(R"("say ""no""","")"), (Fields{R"(say "no")", ""}));
    EXPECT_EQ(*split(R"("""")"), Fields{"\""});
}

TEST(Csv, refuses_what_readers_disagree_about) {
    for (const char* line :
         {R"(a"b)", R"("a"b)", R"("a)", R"(a,"b)", R"("a" ,b)", R"( "a")", R"(")", R"(""")"}) {
        EXPECT_EQ(split(line), std::nullopt) << line;
    }
}

TEST(Csv, bounds_the_number_of_fields) {
    EXPECT_EQ(split(std::string(max_csv_fields - 1, ','))->size(), max_csv_fields);
    CsvSplitter splitter;
    EXPECT_EQ(splitter.split(std::string(max_csv_fields, ',')).error().kind,
              base::ErrorKind::too_large);
}

TEST(Csv, splits_any_line_as_its_slow_twin_does) {
    EXPECT_TRUE(rc::check("the same fields or both refuse", [] {
        const auto line =
            *rc::gen::container<std::string>(rc::gen::element('a', ',', '"', ' ', '"', ','));
        RC_ASSERT(split(line) == split_slowly(line));
    }));
}

TEST(Csv, reads_what_it_wrote) {
    EXPECT_TRUE(rc::check("fields written and split are the same", [] {
        const auto fields = *rc::gen::nonEmpty(rc::gen::container<Fields>(
            rc::gen::container<std::string>(rc::gen::element('x', ',', '"', ' '))));
        RC_PRE(fields.size() <= max_csv_fields);
        std::string line;
        for (std::size_t i = 0; i < fields.size(); ++i) {
            line += (i == 0 ? "" : ",") + csv_field(fields[i]);
        }
        RC_ASSERT(split(line) == fields);
    }));
}

}  // namespace
}  // namespace comity::records
