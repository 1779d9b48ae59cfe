#include "adapter/files/text_files.h"

#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace comity::files {
namespace {

namespace fs = std::filesystem;

class TextFiles : public testing::Test {
 protected:
    TextFiles() {
        std::string name = testing::TempDir() + "comity-texts-XXXXXX";
        folder_ = ::mkdtemp(name.data());
    }
    ~TextFiles() override {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    void put(const std::string& name, const std::string& text) {
        fs::create_directories((folder_ / name).parent_path());
        std::ofstream(folder_ / name, std::ios::binary) << text;
    }
    fs::path folder_;
};

TEST_F(TextFiles, reads_a_file_up_to_its_limit_and_not_one_byte_more) {
    put("a", "12345");
    EXPECT_EQ(*read_text_file(folder_ / "a", 5), "12345");
    const auto refused = read_text_file(folder_ / "a", 4);
    EXPECT_EQ(refused.error().kind, base::ErrorKind::too_large);
    EXPECT_EQ(refused.error().place, (folder_ / "a").string());
    put("empty", "");
    EXPECT_EQ(*read_text_file(folder_ / "empty", 0), "");
}

TEST_F(TextFiles, bounds_files_that_do_not_tell_their_size) {
    EXPECT_EQ(read_text_file("/proc/self/maps", 10).error().kind, base::ErrorKind::too_large);
    EXPECT_FALSE(read_text_file("/proc/self/maps", 1 << 20)->empty());
}

TEST_F(TextFiles, does_not_read_what_is_absent_or_no_plain_file) {
    EXPECT_EQ(read_text_file(folder_ / "none", 5).error().kind, base::ErrorKind::not_found);
    EXPECT_EQ(read_text_file(folder_, 5).error().kind, base::ErrorKind::malformed);
    ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
    EXPECT_EQ(read_text_file(folder_ / "pipe", 5).error().kind, base::ErrorKind::malformed);
}

TEST_F(TextFiles, writes_with_the_readers_it_was_told_and_leaves_no_other_file) {
    ASSERT_TRUE(write_text_file_atomically(folder_ / "secret", "old", Readers::owner));
    ASSERT_TRUE(write_text_file_atomically(folder_ / "secret", "new", Readers::owner));
    ASSERT_TRUE(write_text_file_atomically(folder_ / "open", "text", Readers::everyone));
    EXPECT_EQ(*read_text_file(folder_ / "secret", 10), "new");
    struct stat status{};
    ASSERT_EQ(::stat((folder_ / "secret").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U);
    ASSERT_EQ(::stat((folder_ / "open").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0644U);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 2);
}

TEST_F(TextFiles, keeps_the_old_file_if_the_new_one_cannot_take_its_place) {
    put("folder/inside", "x");
    EXPECT_FALSE(write_text_file_atomically(folder_ / "folder", "text", Readers::owner));
    EXPECT_EQ(*read_text_file(folder_ / "folder/inside", 10), "x");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
    EXPECT_FALSE(write_text_file_atomically(folder_ / "none/file", "text", Readers::owner));
}

TEST_F(TextFiles, reads_a_tree_in_the_order_of_names) {
    put("b.treaty", "B");
    put("a/z.treaty", "AZ");
    put("a/notes.md", "no");
    put(".hidden.treaty", "no");
    put(".git/c.treaty", "no");
    const auto tree = read_tree(folder_, ".treaty");
    ASSERT_TRUE(tree);
    EXPECT_EQ(*tree, (std::vector<TextFile>{{"a/z.treaty", "AZ"}, {"b.treaty", "B"}}));
}

TEST_F(TextFiles, refuses_a_link_among_the_texts) {
    put("outside.txt", "secret");
    fs::create_directories(folder_ / "law");
    fs::create_symlink(folder_ / "outside.txt", folder_ / "law/a.treaty");
    EXPECT_EQ(read_tree(folder_ / "law", ".treaty").error().kind, base::ErrorKind::malformed);
}

TEST_F(TextFiles, bounds_a_tree) {
    std::string deep = "d";
    for (int i = 0; i < max_tree_depth + 1; ++i) {
        deep += "/d";
    }
    put(deep + "/a.treaty", "x");
    EXPECT_EQ(read_tree(folder_, ".treaty").error().kind, base::ErrorKind::too_large);
    EXPECT_EQ(read_tree(folder_ / "none", ".treaty").error().kind, base::ErrorKind::not_found);
    put("big/a.treaty", std::string(max_tree_file_bytes + 1, 'x'));
    EXPECT_EQ(read_tree(folder_ / "big", ".treaty").error().kind, base::ErrorKind::too_large);
}

}  // namespace
}  // namespace comity::files
