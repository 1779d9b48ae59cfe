#include "adapter/records/generate.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <set>
#include <string>
#include <unistd.h>

#include "adapter/records/records.h"
#include "ground/crypto/hash.h"

namespace comity::records {
namespace {

class GenerateRecords : public testing::Test {
 protected:
    GenerateRecords() {
        std::string name = testing::TempDir() + "comity-generate-XXXXXX";
        folder_ = ::mkdtemp(name.data());
    }
    ~GenerateRecords() override {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    std::string text_of(const char* name) {
        std::ifstream file(folder_ / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    std::filesystem::path folder_;
};

TEST_F(GenerateRecords, gives_the_same_bytes_for_the_same_seed_everywhere) {
    ASSERT_TRUE(generate_records(folder_, 42, 100));
    EXPECT_EQ(crypto::sha256(text_of("accounts.csv")).hex(),
              "d47bdae3ae4447bd892bd107e6003c428adeea62e2bfde16bddf9d6f90c48c07");
    EXPECT_EQ(crypto::sha256(text_of("access.log")).hex(),
              "5d16ff568fb4433341a89e99c8e2f5271957a5b3f5a2816f3aac6613c998bf92");
}

TEST_F(GenerateRecords, gives_other_bytes_for_another_seed) {
    ASSERT_TRUE(generate_records(folder_, 1, 20));
    const std::string first = text_of("accounts.csv");
    ASSERT_TRUE(generate_records(folder_, 2, 20));
    EXPECT_NE(text_of("accounts.csv"), first);
}

TEST_F(GenerateRecords, makes_accounts_of_one_name_each_in_the_order_of_their_registration) {
    ASSERT_TRUE(generate_records(folder_, 3, 500));
    std::ifstream file(folder_ / "accounts.csv");
    LineReader lines(file, "accounts.csv");
    EXPECT_EQ(**lines.next(), accounts_header);
    std::set<std::string> names;
    std::string before;
    CsvSplitter splitter;
    for (std::uint64_t i = 0; i < 500; ++i) {
        const auto fields = *splitter.split(**lines.next());
        ASSERT_EQ(fields.size(), 9U);
        EXPECT_EQ(fields[0], generated_account(3, i));
        EXPECT_EQ(*fold_account(fields[0]), fields[0]);
        EXPECT_LT(before, fields[2]);
        before = fields[2];
        names.emplace(fields[0]);
    }
    EXPECT_EQ(*lines.next(), std::nullopt);
    EXPECT_EQ(names.size(), 500U);
}

TEST_F(GenerateRecords, makes_a_log_in_order_of_time_with_addresses_for_documentation_only) {
    const auto made = generate_records(folder_, 4, 250);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->log_lines, 1000U);
    std::ifstream file(folder_ / "access.log");
    LineReader lines(file, "access.log");
    base::Instant before;
    std::set<std::string> registered;
    std::set<std::string> logged_in;
    for (int i = 0; i < 1000; ++i) {
        const auto access = read_access(*split_access_line(**lines.next()));
        ASSERT_TRUE(access) << access.error().text();
        EXPECT_LE(before, access->at);
        before = access->at;
        EXPECT_TRUE(
            access->address.starts_with("192.0.2.") || access->address.starts_with("198.51.100.") ||
            access->address.starts_with("203.0.113.") || access->address.starts_with("2001:db8:"));
        if (access->action == "register") {
            EXPECT_TRUE(registered.insert(access->account).second);
        }
        EXPECT_TRUE(registered.contains(access->account));  // nobody is there before
        if (access->action == "login") {
            logged_in.insert(access->account);
        }
    }
    EXPECT_EQ(*lines.next(), std::nullopt);
    EXPECT_LT(before, generated_until);
    EXPECT_EQ(registered.size(), 250U);
    EXPECT_EQ(logged_in.size(), 250U);
}

TEST_F(GenerateRecords, bounds_the_number_of_accounts) {
    EXPECT_EQ(generate_records(folder_, 1, 0).error().kind, base::ErrorKind::too_large);
    EXPECT_EQ(generate_records(folder_, 1, max_generated_accounts + 1).error().kind,
              base::ErrorKind::too_large);
    EXPECT_TRUE(generate_records(folder_, 1, 1).has_value());
}

TEST_F(GenerateRecords, says_where_it_cannot_write) {
    const auto failed = generate_records(folder_ / "none", 1, 1);
    ASSERT_FALSE(failed.has_value());
    EXPECT_EQ(failed.error().place, (folder_ / "none/accounts.csv").string());
}

}  // namespace
}  // namespace comity::records
