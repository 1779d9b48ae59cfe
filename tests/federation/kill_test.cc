// The demonstration with nodes killed (SIGKILL) after acts that they had acknowledged: the end is
// the same, nothing is lost, nothing is doubled.

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

constexpr std::array nodes{"xa-prosecution", "xa-court",        "xb-central",
                           "cirrus-mail",    "oversight-board", "xa-defence"};
constexpr std::array proofs{"channel.proof", "preservation.proof", "disclosure.proof",
                            "content.proof", "recall.proof",       "emergency-lapsed.proof"};
// Registers, the channel, disclosure, content, a recall, an emergency, a suspension, the defence:
// acts of every node.
constexpr std::string_view twelve = "1,7,19,22,26,34,42,50,90,113,131,144";
constexpr std::string_view mark = "killed (SIGKILL) and started again: ";

std::string content_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

int count(const std::string& text, std::string_view what) {
    int found = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
        ++found;
    }
    return found;
}

class Kill : public testing::Test {
 public:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "comity-kill-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
    }
    void TearDown() override { fs::remove_all(folder_); }

    [[nodiscard]] int comity(const std::string& arguments, const std::string& output) const {
        const int status = std::system(
            ("'" COMITY_PROGRAM "' " + arguments + " >'" + (folder_ / output).string() + "' 2>&1")
                .c_str());
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    /// Tells the story into the folder `name`; its text.
    [[nodiscard]] std::string tell(const std::string& name, const std::string& more) const {
        const fs::path out = folder_ / name;
        const int code =
            comity("demo --once --law '" COMITY_LAW "' --out '" + out.string() + "' " + more,
                   name + ".txt");
        std::string story = content_of(folder_ / (name + ".txt"));
        EXPECT_EQ(code, 0) << story;
        return story;
    }
    /// The leaves of every node's ledger: one for each act of its own and one for each receipt, so
    /// that what is lost or doubled shows.
    [[nodiscard]] std::map<std::string, std::string> leaves(const std::string& name) const {
        std::map<std::string, std::string> found;
        for (const char* node : nodes) {
            // origin, size, root (c2sp.org/tlog-checkpoint)
            const std::string head = content_of(folder_ / name / node / "ledger" / "checkpoint");
            const std::size_t size = head.find('\n') + 1;
            found[node] = head.substr(size, head.find('\n', size) - size);
            EXPECT_FALSE(found[node].empty()) << node;
            EXPECT_EQ(
                comity("ledger show --dir '" + (folder_ / name / node).string() + "'", "show"), 0)
                << content_of(folder_ / "show");
        }
        return found;
    }
    /// Like a calm run, but for `kills` more nodes killed than the story itself kills.
    void expect_the_end_of_a_calm_run(const std::string& name, const std::string& told,
                                      int kills) const {
        const std::string calm = tell("calm", "");
        EXPECT_EQ(count(told, mark), count(calm, mark) + kills);
        const auto acts = [](const std::string& story) {
            const std::size_t done = story.find("\nDone: ") + 7;
            return story.substr(done, story.find(" in ", done) - done);
        };
        EXPECT_EQ(acts(told), acts(calm));
        EXPECT_EQ(count(told, "   refused  "), count(calm, "   refused  "));
        EXPECT_EQ(leaves(name), leaves("calm"));
        for (const char* proof : proofs) {
            const fs::path out = folder_ / name;
            EXPECT_EQ(comity("verify '" + (out / proof).string() + "' --trust '" +
                                 (out / "trust").string() + "'",
                             "verified"),
                      0)
                << content_of(folder_ / "verified");
        }
    }

 private:
    fs::path folder_;
};

TEST_F(Kill, at_twelve_points_loses_and_doubles_nothing) {
    const std::string told = tell("killed", "--kill-after " + std::string(twelve));
    for (const char* node : nodes) {
        EXPECT_GE(count(told, std::string(mark) + node), 1) << node;
    }
    expect_the_end_of_a_calm_run("killed", told, 12);
}

TEST_F(Kill, after_every_act_loses_and_doubles_nothing) {
    const std::string told = tell("killed", "--kill-after every");
    expect_the_end_of_a_calm_run("killed", told, count(told, "; leaf "));
}

}  // namespace
