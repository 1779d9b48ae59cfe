#include "ground/base/result.h"

#include <gtest/gtest.h>

namespace comity::base {
namespace {

Result<int> half(int number) {
    if (number % 2 != 0) {
        return fail(ErrorKind::malformed, "odd", "no half", "give an even number");
    }
    return number / 2;
}

Result<int> quarter(int number) {
    return half(COMITY_TRY(half(number)));
}

TEST(Result, hands_the_first_error_up) {
    EXPECT_EQ(quarter(12).value(), 3);
    EXPECT_EQ(quarter(6).error().what, "odd");
}

TEST(Error, says_what_why_where_and_what_next) {
    Error error = at_place(half(1).error(), "/x");
    error.clause = "XA-XB 4(1)";
    EXPECT_EQ(error.text(), "/x: odd: no half [XA-XB 4(1)]; give an even number");
    EXPECT_EQ(at_place(error, "file").place, "file:/x");
}

TEST(Ensure, ends_the_process_with_its_place) {
    EXPECT_DEATH(COMITY_ENSURE(1 + 1 == 3), "1 \\+ 1 == 3.*result_test.cc");
}

}  // namespace
}  // namespace comity::base
