#include "adapter/records/access_log.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace comity::records {
namespace {

base::Result<AccessLine> read(std::string_view line) {
    return read_access(COMITY_TRY(split_access_line(line)));
}

constexpr const char* good =
    R"(2030-03-05T09:30:00.123Z talor.venim7@cirrus.example login 192.0.2.7 51234 "A \"b\" \\ c")";

TEST(AccessLog, reads_a_line) {
    const auto access = read(good);
    ASSERT_TRUE(access) << access.error().text();
    EXPECT_EQ(*access, (AccessLine{*base::Instant::parse("2030-03-05T09:30:00.123Z"),
                                   "talor.venim7@cirrus.example", "login", "192.0.2.7", 51234,
                                   R"(A "b" \ c)"}));
    EXPECT_EQ(write_access(*access), good);
    EXPECT_TRUE(read(R"(2030-03-05T09:30:00.123Z a@b login 2001:db8::7 0 "")"));
}

TEST(AccessLog, refuses_a_line_that_is_wrong_in_any_part) {
    for (const char* line : {
             "",
             "x",
             R"(2030-03-05T09:30:00.123Z a@b login 192.0.2.7 1)",
             R"(2030-03-05 a@b login 192.0.2.7 1 "x")",
             R"(2030-03-05T09:30:00.123Z  a@b login 192.0.2.7 1 "x")",
             R"(2030-03-05T09:30:00.123Z a@b LOGIN 192.0.2.7 1 "x")",
             R"(2030-03-05T09:30:00.123Z a@b login 192.0.2.256 1 "x")",
             R"(2030-03-05T09:30:00.123Z a@b login 192.0.2 1 "x")",
             R"(2030-03-05T09:30:00.123Z a@b login 2001:db8:::7 1 "x")",
             R"(2030-03-05T09:30:00.123Z a@b login 192.0.2.7 65536 "x")",
             R"(2030-03-05T09:30:00.123Z a@b login 192.0.2.7 -1 "x")",
             R"(2030-03-05T09:30:00.123Z a@b login 192.0.2.7 1 x)",
             R"(2030-03-05T09:30:00.123Z a@b login 192.0.2.7 1 ")",
             R"(2030-03-05T09:30:00.123Z a@b login 192.0.2.7 1 "x"y")",
             R"(2030-03-05T09:30:00.123Z a@b login 192.0.2.7 1 "x\")",
             R"(2030-03-05T09:30:00.123Z a@b login 192.0.2.7 1 "\x")",
         }) {
        EXPECT_FALSE(read(line).has_value()) << line;
    }
}

TEST(AccessLog, reads_what_it_wrote) {
    EXPECT_TRUE(rc::check("any user agent survives", [] {
        AccessLine access = *read(good);
        access.agent = *rc::gen::container<std::string>(rc::gen::element('"', '\\', ' ', 'x'));
        access.port = *rc::gen::arbitrary<std::uint16_t>();
        RC_ASSERT(*read(write_access(access)) == access);
    }));
}

}  // namespace
}  // namespace comity::records
