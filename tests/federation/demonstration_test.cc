// The demonstration as a whole, with every node killed once, and what it leaves behind.

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <random>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::array nodes{"xa-prosecution", "xa-court",        "xb-central",
                           "cirrus-mail",    "oversight-board", "xa-defence"};
constexpr std::array proofs{"channel.proof",
                            "preservation.proof",
                            "disclosure.proof",
                            "content.proof",
                            "content-held.proof",
                            "mailbox.proof",
                            "recall.proof",
                            "emergency.proof",
                            "emergency-refused.proof",
                            "emergency-lapsed.proof",
                            "emergency-outage.proof",
                            "stolen-key.proof",
                            "content-before-erasure.proof"};

// docs/cli.md
constexpr int done = 0;
constexpr int inadmissible = 4;
constexpr int failed = 1;
constexpr int invalid = 6;
constexpr int not_proven = 7;

constexpr int flips = 200;
constexpr unsigned flip_seed = 20261122;

std::string content_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write(const fs::path& path, const std::string& content) {
    std::ofstream(path, std::ios::binary) << content;
}

std::string quoted(const fs::path& path) {
    return "'" + path.string() + "'";
}

class Demonstration : public testing::Test {
 public:
    /// Runs the program; its output goes to a file. The exit code, or -1 if a signal ended it.
    static int comity(const std::string& arguments, const fs::path& output) {
        const int status = std::system(
            ("'" COMITY_PROGRAM "' " + arguments + " >" + quoted(output) + " 2>&1").c_str());
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    static int comity(const std::string& arguments) { return comity(arguments, scratch("output")); }
    static int verify(const fs::path& file) {
        return comity("verify " + quoted(file) + " --trust " + quoted(out() / "trust"));
    }

    static fs::path out() { return folder_ / "out"; }
    static fs::path scratch(const std::string& name) { return folder_ / name; }
    static std::string story() { return content_of(scratch("story")); }

    static void SetUpTestSuite() {
        std::string name = (fs::temp_directory_path() / "comity-demonstration-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
        exit_code_ = comity("demo --once --interrupt --law '" COMITY_LAW "' --out " + quoted(out()),
                            scratch("story"));
        ASSERT_EQ(exit_code_, done) << story();
    }
    static void TearDownTestSuite() { fs::remove_all(folder_); }

    void SetUp() override { ASSERT_EQ(exit_code_, done) << "the demonstration failed"; }

 private:
    static inline fs::path folder_;
    static inline int exit_code_ = -1;
};

TEST_F(Demonstration, kills_every_node_once_and_comes_to_the_same_end) {
    const std::string told = story();
    for (const char* node : nodes) {
        EXPECT_THAT(told, HasSubstr(std::string("started again: ") + node + "\n"));
    }
    EXPECT_THAT(told, HasSubstr("\nDone: "));
}

TEST_F(Demonstration, shows_the_six_failures) {
    const std::string told = story();
    for (const char* failure :
         {"refused  a prosecutor orders content", "refused  a request signed by a key outside",
          "refused  an order altered in transit",
          "the order replayed over its sender's own line: known already",
          "refused  the order replayed over another party's line",
          "refused  a request by an official whose accreditation has expired",
          "refused  approval by the requester themself"}) {
        EXPECT_THAT(told, HasSubstr(failure));
    }
}

TEST_F(Demonstration, shows_what_holds_back_and_what_ends_it) {
    const std::string told = story();
    for (const char* line : {"refused  content before the hold has ended",
                             "refused  content, cleared, while a ground against it stands",
                             "refused  content while the assurance is given and not yet accepted",
                             "refused  opening what a ground stands against",
                             "refused  an emergency order that no second person confirmed",
                             "refused  a confirmation by the person who claimed the emergency",
                             "refused  a release that rests on a contested emergency",
                             "refused  opening what an order withdrawn had brought",
                             "refused  the order declared lapsed before its time",
                             "refused  opening what a lapsed order had brought",
                             "refused  erasing what the defence has asked to keep"}) {
        EXPECT_THAT(told, HasSubstr(line));
    }
}

TEST_F(Demonstration, shows_that_the_past_cannot_be_bent) {
    const std::string told = story();
    for (const char* line :
         {"refused  what the thief had signed but not yet sent",
          "refused  what the thief signs now", "refused  a judge accredited by the prosecution",
          "refused  an act dated an hour back",
          "refused  an act dated before what its author did before it",
          "refused  an act whose past omits what its author had receipted",
          "refused  the second of two acts with one sequence number",
          "refused  the second one brought to Borland with the proof of the first",
          "refused  the thief's act brought past the robbed institution's ledger",
          "refused  a release while no attesting node answers"}) {
        EXPECT_THAT(told, HasSubstr(line));
    }
}

TEST_F(Demonstration, jumps_in_time_twice_and_erases_at_four_places_in_the_story) {
    const std::string told = story();
    const auto count = [&](const std::string& what) {
        int found = 0;
        for (auto at = told.find(what); at != std::string::npos; at = told.find(what, at + 1)) {
            ++found;
        }
        return found;
    };
    EXPECT_EQ(count("the exercise's clock jumps by"), 2);
    EXPECT_EQ(count("erased at every holder, each with its receipt"), 4);
    EXPECT_EQ(count("refused  the order declared lapsed before its time"), 2);
}

TEST_F(Demonstration, has_a_clock_that_no_live_node_can_have) {
    const fs::path live = scratch("live");
    ASSERT_EQ(comity("node init --dir " + quoted(live) +
                     " --party xa-court --realm live --title Court --jurisdiction XA --kind court "
                     "--law '" COMITY_LAW "'"),
              done)
        << content_of(scratch("output"));
    EXPECT_EQ(comity("node serve --clock-ahead 49h --dir " + quoted(live)), inadmissible);
    EXPECT_THAT(content_of(scratch("output")), HasSubstr("a live node's clock is never ahead"));
    for (const char* wrong : {"49", "h", "1.5h", "49w", "4000d", "99999999999999999999s", "49hh"}) {
        EXPECT_EQ(
            comity("node serve --clock-ahead " + std::string(wrong) + " --dir " + quoted(live)),
            failed)
            << wrong << content_of(scratch("output"));
    }
}

TEST_F(Demonstration, leaves_proof_files_that_are_authentic_with_the_anchors_alone) {
    for (const char* proof : proofs) {
        EXPECT_EQ(verify(out() / proof), done) << proof << content_of(scratch("output"));
        EXPECT_EQ(comity("verify " + quoted(out() / proof)), not_proven)
            << proof << content_of(scratch("output"));
    }
}

TEST_F(Demonstration, leaves_a_proof_file_in_which_no_bit_can_be_flipped) {
    const std::string file = content_of(out() / "disclosure.proof");
    ASSERT_FALSE(file.empty());
    std::mt19937_64 random(flip_seed);
    for (int i = 0; i < flips; ++i) {
        const std::size_t bit =
            std::uniform_int_distribution<std::size_t>(0, file.size() * 8 - 1)(random);
        std::string flipped = file;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        write(scratch("flipped.proof"), flipped);
        EXPECT_EQ(verify(scratch("flipped.proof")), invalid) << "bit " << bit << "\n"
                                                             << content_of(scratch("output"));
    }
}

TEST_F(Demonstration, leaves_ledgers_whose_static_files_check) {
    for (const char* node : nodes) {
        const fs::path folder = out() / node;
        EXPECT_TRUE(fs::exists(folder / "ledger" / "checkpoint")) << node;
        EXPECT_EQ(comity("ledger show --json --dir " + quoted(folder)), done)
            << node << content_of(scratch("output"));
        EXPECT_THAT(content_of(scratch("output")), HasSubstr("exercise.comity.example/"));
    }
}

TEST_F(Demonstration, leaves_ledgers_in_which_an_altered_leaf_is_found) {
    const fs::path copy = scratch("altered");
    fs::copy(out() / "xa-court", copy, fs::copy_options::recursive);
    // The newest tile is the one that the checkpoint rests on; the narrower ones came before it.
    fs::path altered;
    for (const auto& entry : fs::recursive_directory_iterator(copy / "ledger" / "tile" / "0")) {
        if (entry.is_regular_file() &&
            (altered.empty() || entry.file_size() > fs::file_size(altered))) {
            altered = entry.path();
        }
    }
    std::string tile = content_of(altered);
    ASSERT_FALSE(tile.empty());
    tile.back() = static_cast<char>(tile.back() ^ 1);
    write(altered, tile);
    EXPECT_NE(comity("ledger show --dir " + quoted(copy)), done) << altered;
}

TEST_F(Demonstration, leaves_no_process) {
    for (const auto& entry : fs::directory_iterator("/proc")) {
        EXPECT_THAT(content_of(entry.path() / "cmdline"), testing::Not(HasSubstr(out().string())))
            << entry.path();
    }
}

}  // namespace
