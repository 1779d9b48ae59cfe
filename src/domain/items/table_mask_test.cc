// Masks of tables in CSV and of logs in JSON lines.

#include <rapidcheck.h>

#include "domain/items/mask_for_test.h"

namespace comity::items {
namespace {

using base::ErrorKind;
using testing::mask_all;
using testing::Masked;
using testing::masked_of;

MaskSpec table(std::vector<std::string> fields, std::string format = "csv") {
    MaskSpec spec;
    spec.format = std::move(format);
    spec.fields = std::move(fields);
    return spec;
}

TEST(CsvMask, keeps_the_named_columns_as_they_stand) {
    const std::string source =
        "account,name,phone\r\n"
        "a@x.example,\"Venim, \"\"T\"\"\r\nTalor\",+999 1\r\n"
        "b@x.example,,\"+999 2\"\n"
        ",,";
    const Masked masked = masked_of(table({"phone", "account"}), source);
    EXPECT_EQ(masked.text, "account,phone\r\na@x.example,+999 1\r\nb@x.example,\"+999 2\"\n,");
    EXPECT_EQ(masked.report.read, 3);
    EXPECT_EQ(masked.report.reduced, 3);
    EXPECT_EQ(masked.report.fields_left_out, 1);
    EXPECT_EQ(masked_of(table({"name"}), source).text,
              "name\r\n\"Venim, \"\"T\"\"\r\nTalor\"\r\n\n");
    EXPECT_EQ(masked_of(table({"account", "name", "phone"}), source).text, source);
    EXPECT_EQ(masked_of(table({"account", "name", "phone"}), source).report.reduced, 0);
    EXPECT_EQ(masked_of(table({"a"}),
                        "\xef\xbb\xbf"
                        "a,b\n1,2\n")
                  .text,
              "\xef\xbb\xbf"
              "a\n1\n");
    EXPECT_EQ(masked_of(table({"a b"}), "\"a b\",c\n").text, "\"a b\"\n");
}

TEST(CsvMask, keeps_the_rows_of_its_time_and_values) {
    const std::string source =
        "at,who\n2031-03-04T23:59:59Z,a\n2031-03-05T00:00:00Z,a\n"
        "2031-03-05T10:00:00Z,b\nsome day,a\n2031-03-06T00:00:00Z,a\n"
        "2031-03-05T11:00:00Z\n2031-03-05T12:00:00Z,\"a\"\n";
    MaskSpec spec = table({"at"});
    spec.time_field = "at";
    spec.from = base::start_of(*base::Date::parse("2031-03-05"));
    spec.until = base::start_of(*base::Date::parse("2031-03-06"));
    spec.where = MaskWhere{"who", {"a", "c"}};
    const Masked masked = masked_of(spec, source);
    EXPECT_EQ(masked.text, "at\n2031-03-05T00:00:00Z\n2031-03-05T12:00:00Z\n");
    EXPECT_EQ(masked.report.withheld.outside_time, 2);
    EXPECT_EQ(masked.report.withheld.other_rows, 1);
    EXPECT_EQ(masked.report.withheld.unreadable, 2);  // no date; a field too few
}

TEST(CsvMask, refuses_what_could_be_read_in_two_ways_with_its_row) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"a,b\n1,x\"y\n", "row 2"},
        {"a,b\n1,\"x\"y\n", "row 2"},
        {"a,b\n1,\"x\n", "row 2"},
        {"a\n1\n2\rb\n", "row 3"},
        {"a,b\n1,2\r", "row 2"},
        {"", "row 1"},
        {"b,c\n", "row 1"},
        {"a,a\n", "row 1"},
        {"a\n" + std::string(1 << 20, 'x') + "\n", "row 2"},
        {"a" + std::string(5000, ',') + "\n", "row 1"},
    };
    for (const auto& [source, place] : cases) {
        const auto refused = mask_all(table({"a"}), source);
        ASSERT_FALSE(refused.has_value()) << source.substr(0, 40);
        EXPECT_EQ(refused.error().place, place) << source.substr(0, 40);
    }
    MaskSpec spec = table({"a"});
    spec.where = MaskWhere{"z", {"1"}};
    EXPECT_EQ(mask_all(spec, "a\n1\n").error().place, "row 1");
}

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        out += c == '"' ? "\"\"" : std::string(1, c);
    }
    return out + "\"";
}

TEST(CsvMask, keeps_exactly_its_columns_of_any_table) {
    // Slow twin: the table as a list of lists, written once whole and once without columns.
    EXPECT_TRUE(rc::check("as a table that is written twice", [] {
        const auto columns = *rc::gen::inRange<std::size_t>(1, 6);
        std::vector<bool> stays(columns);
        MaskSpec spec = table({});
        std::string whole;
        std::string masked;
        const auto put = [&](const std::vector<std::string>& cells, const std::string& end) {
            std::string kept;
            bool is_first = true;
            for (std::size_t i = 0; i < columns; ++i) {
                whole += (i == 0 ? "" : ",") + cells[i];
                if (stays[i]) {
                    kept += (is_first ? "" : ",") + cells[i];
                    is_first = false;
                }
            }
            whole += end;
            masked += kept + end;
        };
        std::vector<std::string> head;
        for (std::size_t i = 0; i < columns; ++i) {
            stays[i] = i == 0 || *rc::gen::arbitrary<bool>();
            head.push_back("column " + std::to_string(i));
            if (stays[i]) {
                spec.fields->push_back(head.back());
            }
        }
        put(head, "\r\n");
        for (int row = *rc::gen::inRange(0, 5); row > 0; --row) {
            std::vector<std::string> cells;
            for (std::size_t i = 0; i < columns; ++i) {
                const auto text = *rc::gen::container<std::string>(
                    rc::gen::element('a', ',', '"', '\n', '\r', ' '));
                cells.push_back(quoted(text));
            }
            put(cells, *rc::gen::element<std::string>("\n", "\r\n"));
        }
        const auto result = mask_all(spec, whole, *rc::gen::inRange<std::size_t>(1, 50));
        RC_ASSERT(result.has_value());
        RC_ASSERT(result->text == masked);
    }));
}

TEST(JsonLinesMask, keeps_the_named_members_in_canonical_form) {
    const std::string source =
        R"({"user":{"id":"a","name":"Talor"},"at":"2031-03-05T09:30:00Z","n":1.50,"x":[1]})"
        "\r\n\n"
        R"({"other":true})"
        "\n"
        R"({"user":"flat","n":2})";
    const Masked masked = masked_of(table({"/user/id", "/n"}, "jsonl"), source);
    EXPECT_EQ(masked.text, "{\"n\":1.5,\"user\":{\"id\":\"a\"}}\n{}\n{\"n\":2}\n");
    EXPECT_EQ(masked.report.read, 3);
    EXPECT_EQ(masked.report.reduced, 3);
    EXPECT_EQ(masked.report.fields_left_out, 3 + 1 + 1);
    EXPECT_EQ(masked_of(table({"/user/id", "/user"}, "jsonl"), source).text,
              "{\"user\":{\"id\":\"a\",\"name\":\"Talor\"}}\n{}\n{\"user\":\"flat\"}\n");
    EXPECT_EQ(masked_of(table({"/a~1b/c~0d"}, "jsonl"), R"({"a/b":{"c~d":1,"e":2}})").text,
              "{\"a/b\":{\"c~d\":1}}\n");
}

TEST(JsonLinesMask, withholds_lines_that_it_cannot_read) {
    const std::string long_line = "{\"a\":\"" + std::string(1 << 20, 'x') + "\"}\n";
    const std::string source = "{\"a\":1}\nnot json\n[1]\n{\"a\":1,\"a\":2}\n{\"a\":\"\xff\"}\n" +
                               std::string(40, '[') + "\n" + long_line + "{\"a\":2}\n" +
                               long_line.substr(0, 1'200'000);
    const auto masked = mask_all(table({"/a"}, "jsonl"), source);
    ASSERT_TRUE(masked.has_value());
    EXPECT_EQ(masked->text, "{\"a\":1}\n{\"a\":2}\n");
    EXPECT_EQ(masked->report.withheld.unreadable, 7);
    EXPECT_EQ(masked->report.read, 9);
}

TEST(JsonLinesMask, keeps_the_lines_of_its_time_and_values) {
    MaskSpec spec = table({"/n"}, "jsonl");
    spec.time_field = "/t/at";
    spec.from = base::start_of(*base::Date::parse("2031-03-05"));
    spec.until = base::start_of(*base::Date::parse("2031-03-06"));
    spec.where = MaskWhere{"/code", {"200", "ok"}};
    const auto line = [](std::string_view at, std::string_view code, int n) {
        return "{\"t\":{\"at\":\"" + std::string(at) + "\"},\"code\":" + std::string(code) +
               ",\"n\":" + std::to_string(n) + "}\n";
    };
    const std::string source = line("2031-03-05T00:00:00+00:00", "200", 1) +
                               line("2031-03-05T23:59:59.999Z", "\"ok\"", 2) +
                               line("2031-03-06T00:00:00Z", "200", 3) +
                               line("2031-03-05T10:00:00Z", "404", 4) + line("then", "200", 5) +
                               "{\"code\":200}\n" + "{\"t\":{\"at\":\"2031-03-05T10:00:00Z\"}}\n";
    const Masked masked = masked_of(spec, source);
    EXPECT_EQ(masked.text, "{\"n\":1}\n{\"n\":2}\n");
    EXPECT_EQ(masked.report.withheld.outside_time, 1);
    EXPECT_EQ(masked.report.withheld.other_rows, 2);
    EXPECT_EQ(masked.report.withheld.unreadable, 2);
}

}  // namespace
}  // namespace comity::items
