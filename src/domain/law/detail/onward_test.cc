// Onward sharing in a procedure: what it compiles to, and what does not fit together.

#include <gtest/gtest.h>

#include "domain/law/testing.h"

namespace comity::law {
namespace {

constexpr std::string_view words = R"(language comity-treaty 1
vocabulary core 3
reviewed by none
side requesting, requested, partner
institution prosecution
role prosecutor accredited by prosecution
fact cleared boolean file
)";

constexpr std::string_view head = R"(language comity-treaty 1
vocabulary core 3
procedure "p" version 1
  title "P" fr "P"
  reviewed by none
  sides requesting, requested, partner
  states first
act "open" opens first
  title "a" fr "a"
  by requested prosecutor
  field receiver party as requesting
)";

std::string act(std::string_view name, std::string_view by, std::string_view lines) {
    return "act \"" + std::string(name) + "\" from first\n title \"a\" fr \"a\"\n by " +
           std::string(by) + " prosecutor\n" + std::string(lines) + "\n";
}

const std::string hand =
    act("hand", "requested", "field item item\nseals item for requesting tier 1");
const std::string grant =
    act("grant", "requested", "field of act\nfield to party as partner\ngrants of to to");
const std::string hand_on = act("hand-on", "requesting",
                                "field of act\nfield item item\nseals item for partner tier 1\n"
                                "hands-on of granted by \"grant\"");

std::vector<Source> sources(const std::string& more) {
    return {{"v", std::string(words)}, {"p", std::string(head) + more}};
}

/// The only finding; an empty text if there are none or several.
std::string only(const std::string& more) {
    const std::vector<Diagnostic> all = check(sources(more));
    EXPECT_EQ(all.size(), 1U) << more << (all.empty() ? "" : all.back().text());
    return all.size() == 1 ? all.front().text() : "";
}

bool holds(const std::string& text, std::string_view words_in_it) {
    return text.find(words_in_it) != std::string::npos;
}

TEST(OnwardSharing, compiles_to_what_the_lines_say) {
    const auto library = Library::load(sources(hand + grant + hand_on));
    ASSERT_TRUE(library) << library.error().front().text();
    const Procedure& procedure = *library->procedures().front();
    ASSERT_TRUE(procedure.act("grant")->grants);
    EXPECT_EQ(procedure.act("grant")->grants->of, "of");
    EXPECT_EQ(procedure.act("grant")->grants->to, "to");
    ASSERT_TRUE(procedure.act("hand-on")->hands_on);
    EXPECT_EQ(procedure.act("hand-on")->hands_on->of, "of");
    EXPECT_EQ(procedure.act("hand-on")->hands_on->granted_by, std::vector<std::string>{"grant"});
    EXPECT_FALSE(procedure.act("hand")->hands_on);
}

TEST(OnwardSharing, who_receives_hands_over_in_no_other_way) {
    EXPECT_TRUE(holds(
        only(hand + act("pass", "requesting", "field item item\nseals item for partner tier 1")),
        "needs the origin's grant"));
}

TEST(OnwardSharing, rests_on_fields_that_everybody_reads) {
    EXPECT_TRUE(holds(only(hand +
                           act("grant", "requested",
                               "field of act optional\nfield to party as partner\n"
                               "grants of to to") +
                           hand_on),
                      "the act rests on it"));
    EXPECT_TRUE(
        holds(only(act("hand", "requested",
                       "field item item open to requesting\nseals item for requesting tier 1") +
                   grant + hand_on),
              "is not open to all"));
    EXPECT_TRUE(holds(
        only(hand + act("grant", "requested", "field of act\nfield to party\ngrants of to to") +
             hand_on),
        "names a party without a side"));
}

TEST(OnwardSharing, names_acts_that_grant_and_seals_what_it_hands_on) {
    EXPECT_TRUE(holds(only(hand + act("hand-on", "requesting",
                                      "field of act\nfield item item\n"
                                      "seals item for partner tier 1\n"
                                      "hands-on of granted by \"hand\"")),
                      "grants nothing"));
    EXPECT_TRUE(
        holds(only(hand + grant +
                   act("hand-on", "requesting", "field of act\nhands-on of granted by \"grant\"")),
              "without sealing an item"));
    EXPECT_TRUE(holds(only(hand +
                           act("grant", "requested",
                               "field of act\nfield to party as partner\ngrants of to to\n"
                               "releases") +
                           hand_on),
                      "hands nothing over"));
}

}  // namespace
}  // namespace comity::law
