// `witnessed by`: what is read, and what is refused with its place.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/law/law.h"

namespace comity::law {
namespace {

using ::testing::HasSubstr;

std::string text_with(std::string_view line, std::string_view mechanism) {
    return "language comity-treaty 1\nvocabulary core 3\nprocedure \"small\" version 1\n"
           "  title \"Small\" fr \"Petite\"\n  reviewed by none\n  sides requesting, provider\n"
           "  states asked\nact \"ask\" opens asked\n  title \"Ask\" fr \"Demander\"\n"
           "  by requesting root\n  field provider party as provider\nact \"hand\" from asked\n"
           "  title \"Hand\" fr \"Remettre\"\n  by provider root\n  field item item\n  " +
           std::string(mechanism) + "\n  " + std::string(line) + "\n";
}

std::expected<Library, std::vector<Diagnostic>> loaded(
    std::string_view line, std::string_view mechanism = "seals item for requesting tier 1") {
    return Library::load(
        {{{"words.treaty",
           "language comity-treaty 1\nvocabulary core 3\ntitle \"Words\"\nreviewed by none\n"
           "side requesting, provider\ninstitution court, oversight, civil-society\n"
           "fact emergency boolean case asserted by requesting\n"
           "fact size scale small < large case asserted by requesting\n"},
          {"small.treaty", text_with(line, mechanism)}}});
}

std::string first_error(std::string_view line,
                        std::string_view mechanism = "seals item for requesting tier 1") {
    const auto library = loaded(line, mechanism);
    EXPECT_FALSE(library) << line;
    return library ? "" : library.error().front().text();
}

TEST(WitnessedBy, is_read_with_its_groups_its_age_and_its_emergency) {
    const auto library = loaded(
        "witnessed by 1 of foreign court and 2 of oversight, civil-society no older than 6 hours\n"
        "    or when size is large by 1 of any completed within 2 days");
    ASSERT_TRUE(library) << library.error().front().text();
    const Witnessing& read = *library->procedure_named("small")->act("hand")->witnessing;
    EXPECT_EQ(text_of(read.groups), "1 of foreign court and 2 of oversight, civil-society");
    EXPECT_EQ(read.no_older.text(), "6 hours");
    ASSERT_TRUE(read.emergency);
    EXPECT_EQ(text_of(read.emergency->groups), "1 of any");
    EXPECT_EQ(read.emergency->complete_within.text(), "2 days");
    Facts facts;
    EXPECT_FALSE(read.emergency->when.holds(library->vocabulary(), facts));
    ASSERT_TRUE(facts.set(library->vocabulary(), "size", codec::Value("small")));
    EXPECT_FALSE(read.emergency->when.holds(library->vocabulary(), facts));
    ASSERT_TRUE(facts.set(library->vocabulary(), "size", codec::Value("large")));
    EXPECT_TRUE(read.emergency->when.holds(library->vocabulary(), facts));
}

TEST(WitnessedBy, refuses_what_cannot_be_asked_for) {
    const std::string rest = " no older than 6 hours";
    EXPECT_THAT(first_error("witnessed by 1 of cuort" + rest), HasSubstr("court"));
    EXPECT_THAT(first_error("witnessed by 0 of any" + rest), HasSubstr("small.treaty:"));
    EXPECT_THAT(first_error("witnessed by 9 of any and 9 of court" + rest),
                HasSubstr("at most 16 cosignatures"));
    EXPECT_THAT(first_error("witnessed by 1 of any no older than 2 months"),
                HasSubstr("hours or days"));
    EXPECT_THAT(first_error("witnessed by 1 of any no older than 0 hours"),
                HasSubstr("hours or days"));
    EXPECT_THAT(first_error("witnessed by 1 of any" + rest, "releases"),
                HasSubstr("nothing waits for the witnesses"));
    EXPECT_THAT(first_error("witnessed by 1 of any" + rest +
                            " or when emergency by 1 of court completed within 1 days"),
                HasSubstr("no fewer witnesses"));
    EXPECT_THAT(first_error("witnessed by 2 of any" + rest + "\n  witnessed by 1 of any" + rest),
                HasSubstr("one line"));
}

}  // namespace
}  // namespace comity::law
