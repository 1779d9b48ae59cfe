#include "ground/base/time.h"

#include <ctime>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace comity::base {
namespace {

constexpr std::int64_t last_millisecond = 253402300799999;  // of the year 9999

TEST(Instant, is_written_in_rfc_3339_with_milliseconds) {
    EXPECT_EQ(Instant{0}.text(), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(Instant{last_millisecond}.text(), "9999-12-31T23:59:59.999Z");
    EXPECT_EQ(Instant::parse("2027-03-05T09:30:00.000Z")->milliseconds, 1804239000000);
    EXPECT_EQ(Instant::parse("2028-02-29T00:00:00.001Z")->text(), "2028-02-29T00:00:00.001Z");
}

TEST(Instant, agrees_with_the_c_library_on_every_moment) {
    EXPECT_TRUE(rc::check("gmtime is the twin", [] {
        const auto milliseconds = *rc::gen::inRange<std::int64_t>(0, last_millisecond + 1);
        const std::string text = Instant{milliseconds}.text();
        const std::time_t seconds = milliseconds / 1000;
        std::tm parts{};
        gmtime_r(&seconds, &parts);
        char expected[32];
        const std::size_t size =
            std::strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%S", &parts);
        RC_ASSERT(text.substr(0, 19) == std::string(expected, size));
        RC_ASSERT(Instant::parse(text)->milliseconds == milliseconds);
        RC_ASSERT(start_of(utc_day_of(Instant{milliseconds})) <= Instant{milliseconds});
        RC_ASSERT(Date::parse(text.substr(0, 10)).value() == utc_day_of(Instant{milliseconds}));
    }));
}

TEST(Instant, refuses_every_other_spelling) {
    for (const std::string_view text :
         {"", "2027-03-05", "2027-03-05T09:30:00Z", "2027-03-05T09:30:00.0Z",
          "2027-03-05T09:30:00.0000Z", "2027-03-05t09:30:00.000Z", "2027-03-05T09:30:00.000z",
          "2027-03-05 09:30:00.000Z", "2027-03-05T24:00:00.000Z", "2027-03-05T23:60:00.000Z",
          "2027-06-30T23:59:60.000Z", "2027-02-29T00:00:00.000Z", "2027-13-01T00:00:00.000Z",
          "2027-00-01T00:00:00.000Z", "2027-01-00T00:00:00.000Z", "1969-12-31T23:59:59.999Z",
          "2027-03-05T09:30:00.000+", "+027-03-05T09:30:00.000Z", "2027-03-05T09:30:00,000Z"}) {
        EXPECT_FALSE(Instant::parse(text).has_value()) << text;
    }
}

TEST(Date, refuses_days_that_do_not_exist) {
    EXPECT_EQ(Date::parse("2000-02-29")->text(), "2000-02-29");
    for (const std::string_view text :
         {"2100-02-29", "2027-3-05", "2027-03-32", "2027/03/05", "2027-03-05 ", "1969-12-31", ""}) {
        EXPECT_FALSE(Date::parse(text).has_value()) << text;
    }
}

TEST(Instant, moves_by_durations) {
    const Instant noon{1000};
    EXPECT_EQ((noon + Duration{5}) - noon, Duration{5});
    EXPECT_EQ((noon - Duration{5}).milliseconds, 995);
}

}  // namespace
}  // namespace comity::base
