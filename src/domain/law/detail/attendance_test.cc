// Attended openings in a procedure: what they compile to, and what does not fit together.

#include <gtest/gtest.h>

#include "domain/law/testing.h"

namespace comity::law {
namespace {

constexpr std::string_view words = R"(language comity-treaty 1
vocabulary core 3
reviewed by none
side requesting, requested
institution prosecution
role prosecutor accredited by prosecution
fact cleared boolean file
)";

constexpr std::string_view head = R"(language comity-treaty 1
vocabulary core 3
procedure "p" version 1
  title "P" fr "P"
  reviewed by none
  sides requesting, requested
  states first
act "begin" opens first
  title "a" fr "a"
  by requested prosecutor
  field receiver party as requesting
act "hand" from first
  title "a" fr "a"
  by requested prosecutor
  field item item
  seals item for requesting tier 1
)";

std::string act(std::string_view name, std::string_view by, std::string_view lines) {
    return "act \"" + std::string(name) + "\" from first\n title \"a\" fr \"a\"\n by " +
           std::string(by) + " prosecutor\n" + std::string(lines) + "\n";
}

const std::string agree = act("agree", "requesting", "field handed act\nattends handed");
const std::string open = act("open", "requesting",
                             "field handed act\nfield agreed act\n"
                             "opens-item of handed attended in agreed by \"agree\"");

std::vector<Source> sources(const std::string& more) {
    return {{"v", std::string(words)}, {"p", std::string(head) + more}};
}

/// The only finding; an empty text if there are none or several.
std::string only(const std::string& more) {
    const std::vector<Diagnostic> all = check(sources(more));
    EXPECT_EQ(all.size(), 1U) << more << (all.empty() ? "" : all.back().text());
    return all.size() == 1 ? all.front().text() : "";
}

TEST(AttendedOpening, compiles_to_what_the_lines_say) {
    const auto library = Library::load(sources(agree + open));
    ASSERT_TRUE(library) << library.error().front().text();
    const Procedure& procedure = *library->procedures().front();
    EXPECT_EQ(procedure.act("agree")->attends, "handed");
    EXPECT_FALSE(procedure.act("agree")->attended);
    ASSERT_TRUE(procedure.act("open")->attended);
    EXPECT_EQ(procedure.act("open")->opened_field, "handed");
    EXPECT_EQ(procedure.act("open")->attended->field, "agreed");
    EXPECT_EQ(procedure.act("open")->attended->by, std::vector<std::string>{"agree"});
}

TEST(AttendedOpening, rests_on_fields_of_type_act_that_cannot_be_left_out) {
    EXPECT_NE(only(act("agree", "requesting", "field handed act optional\nattends handed") + open)
                  .find("'handed' is optional"),
              std::string::npos);
    EXPECT_NE(only(agree + act("open", "requesting",
                               "field handed act\nfield agreed text 10\n"
                               "opens-item of handed attended in agreed by \"agree\""))
                  .find("another type"),
              std::string::npos);
}

TEST(AttendedOpening, names_acts_of_the_own_side_that_attend_and_no_more) {
    EXPECT_NE(
        only(act("agree", "requesting", "field handed act") + open).find("'agree' attends nothing"),
        std::string::npos);
    EXPECT_NE(only(act("agree", "requested", "field handed act\nattends handed") + open)
                  .find("second person is of the side that opens"),
              std::string::npos);
    EXPECT_NE(
        only(agree + open +
             act("both", "requesting", "field handed act\nattends handed\nopens-item of handed"))
            .find("opens and hands over nothing"),
        std::string::npos);
}

}  // namespace
}  // namespace comity::law
