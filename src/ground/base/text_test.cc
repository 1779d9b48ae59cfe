#include "ground/base/text.h"

#include <gtest/gtest.h>
#include <vector>

namespace comity::base {
namespace {

TEST(Joined, puts_the_separator_between_parts_only) {
    EXPECT_EQ(joined(std::vector<std::string>{}), "");
    EXPECT_EQ(joined(std::vector<std::string>{"a"}), "a");
    EXPECT_EQ(joined(std::vector<std::string>{"a", "b", "c"}), "a, b, c");
    EXPECT_EQ(joined(std::vector<std::string>{"a", "b"}, "; "), "a; b");
}

TEST(Joined, keeps_empty_parts) {
    EXPECT_EQ(joined(std::vector<std::string>{"", "a", ""}), ", a, ");
}

}  // namespace
}  // namespace comity::base
