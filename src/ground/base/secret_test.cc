#include "ground/base/secret.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <type_traits>

namespace comity::base {
namespace {

static_assert(!std::is_copy_constructible_v<SecretBytes>);
static_assert(!std::is_copy_assignable_v<SecretBytes>);

TEST(Wipe, leaves_only_zeros) {
    Bytes bytes(1000, 0xab);
    wipe(bytes);
    EXPECT_TRUE(std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; }));
    wipe({});
}

TEST(SecretBytes, move_and_leave_nothing_behind) {
    SecretBytes first(bytes_of("key"));
    SecretBytes second(std::move(first));
    EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): that is the point
    EXPECT_EQ(text_of(second.view()), "key");
    SecretBytes third(2);
    third = std::move(second);
    EXPECT_EQ(text_of(third.view()), "key");
    EXPECT_EQ(text_of(third.clone().view()), "key");
}

}  // namespace
}  // namespace comity::base
