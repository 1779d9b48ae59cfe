#include "app/comity/commands/navigate.h"

#include "app/command/command_for_test.h"
#include "ground/codec/codec.h"

namespace comity::app {
namespace {

class NavigateCommand : public CommandTest {
 protected:
    [[nodiscard]] Told navigate(const std::string& request, const std::string& as_of,
                                bool json = false) const {
        write("request.json", request);
        return told_by([&](std::ostream& out, std::ostream& err) {
            return run_navigate({COMITY_LAW, at("request.json"), as_of, json}, out, err);
        });
    }
};

constexpr const char* content =
    R"({"requesting":"XA","requested":"XB","facts":{"action":"disclose","data":"content"}})";

TEST_F(NavigateCommand, tells_each_way_in_both_directions) {
    const Told said = navigate(content, "2026-11-22");
    EXPECT_EQ(said.exit, exit_done) << said.err;
    EXPECT_TRUE(said.out.starts_with("1. XA asks XB under XA-XB/EE. Information is lacking: "))
        << said.out;
    EXPECT_TRUE(said.out.contains("\n2. XB asks XA under XA-XB/EE. ")) << said.out;
    EXPECT_TRUE(
        said.out.contains("\n   Lacks offence-political: stated by requested "
                          "(legal-reviewer).\n"))
        << said.out;
    EXPECT_FALSE(said.out.contains(" \n")) << said.out;
}

TEST_F(NavigateCommand, gives_the_ways_as_json) {
    const Told said = navigate(content, "2026-11-22", true);
    EXPECT_EQ(said.exit, exit_done) << said.err;
    const codec::Value answer = codec::parse(said.out).value();
    const codec::Array& ways = answer.as_object().at("ways").as_array();
    ASSERT_EQ(ways.size(), 2U);
    EXPECT_EQ(ways.front().as_object().at("requested").as_string(), "XB");
    EXPECT_FALSE(ways.front().as_object().at("deadlines").as_array().empty());
}

TEST_F(NavigateCommand, says_that_nothing_binds_the_two_sides_on_that_day) {
    const Told said = navigate(content, "1999-01-01");
    EXPECT_EQ(said.exit, exit_not_found);
    EXPECT_EQ(said.out, "");
    EXPECT_FALSE(said.err.empty());
}

TEST_F(NavigateCommand, refuses_a_request_with_a_fact_that_the_vocabulary_lacks) {
    const Told said = navigate(
        R"({"requesting":"XA","requested":"XB","facts":{"actoin":"disclose"}})", "2026-11-22");
    EXPECT_EQ(said.exit, exit_failure);
    EXPECT_TRUE(said.err.contains("actoin")) << said.err;
}

}  // namespace
}  // namespace comity::app
