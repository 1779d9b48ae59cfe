#include <gtest/gtest.h>

#include "adapter/memory/memory.h"

namespace comity::memory {
namespace {

TEST(MemoryLedgerFiles, gives_back_what_was_written_and_knows_nothing_else) {
    MemoryLedgerFiles files;
    ASSERT_TRUE(files.write({{"tile/0/000", {1, 2, 3}}, {"tile/entries/000.p/7", {4}}}));
    ASSERT_TRUE(files.publish("origin\n1\n"));
    EXPECT_EQ(*files.read("tile/0/000"), (base::Bytes{1, 2, 3}));
    EXPECT_EQ(*files.read("tile/entries/000.p/7"), base::Bytes{4});
    EXPECT_EQ(*files.read("checkpoint"), base::bytes_of("origin\n1\n"));
    EXPECT_EQ(files.read("tile/1/000").error().kind, base::ErrorKind::not_found);
    EXPECT_EQ(files.paths(),
              (std::vector<std::string>{"checkpoint", "tile/0/000", "tile/entries/000.p/7"}));
}

TEST(MemoryLedgerFiles, refuses_other_paths_and_then_writes_nothing) {
    MemoryLedgerFiles files;
    EXPECT_EQ(files.write({{"tile/0/000", {1}}, {"../../secret", {2}}}).error().kind,
              base::ErrorKind::malformed);
    EXPECT_TRUE(files.paths().empty());
    EXPECT_EQ(files.read("/etc/passwd").error().kind, base::ErrorKind::malformed);
}

}  // namespace
}  // namespace comity::memory
