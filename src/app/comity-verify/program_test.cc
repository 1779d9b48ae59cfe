#include <array>
#include <cstdio>
#include <filesystem>
#include <gmock/gmock.h>
#include <sys/wait.h>

#include "adapter/files/files.h"
#include "app/comity-verify/read_file.h"
#include "app/command/verify.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const fs::path proofs = fs::path(COMITY_TEST_DATA) / "proof";

struct Ran {
    int exit = -1;
    std::string out;
};

/// Runs the program itself; `arguments` hold nothing that a shell would read otherwise.
Ran ran(const std::string& arguments) {
    const std::string line = std::string(COMITY_VERIFY_PROGRAM) + " " + arguments + " 2>&1";
    Ran result;
    FILE* pipe = ::popen(line.c_str(), "r");
    if (pipe == nullptr) {
        return result;
    }
    std::array<char, 4096> part{};
    for (std::size_t got = 0; (got = std::fread(part.data(), 1, part.size(), pipe)) > 0;) {
        result.out.append(part.data(), got);
    }
    const int status = ::pclose(pipe);
    result.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return result;
}

TEST(VerifyProgram, says_what_the_command_says_in_both_languages_and_as_json) {
    for (const std::string form : {"", " --lang fr", " --long", " --json"}) {
        VerifyRequest request{
            proofs / "v1.proof", proofs / "v1.trust", form == " --json",
            form == " --lang fr" ? prooffile::Language::french : prooffile::Language::english,
            form == " --long" ? Detail::all : Detail::screen};
        std::ostringstream out;
        std::ostringstream err;
        const int exit = run_verify(request, files::read_text_file, out, err);
        const Ran program = ran((proofs / "v1.proof").string() + " --trust " +
                                (proofs / "v1.trust").string() + form);
        EXPECT_EQ(program.out, out.str());
        EXPECT_EQ(program.exit, exit);
        EXPECT_EQ(exit, 0);
    }
}

TEST(VerifyProgram, its_exit_codes_tell_invalid_not_proven_missing_and_wrong_use) {
    EXPECT_EQ(ran((proofs / "v1.proof").string()).exit, 7);
    EXPECT_EQ(ran((proofs / "v1.trust").string()).exit, 6);
    EXPECT_EQ(ran((proofs / "absent").string()).exit, 3);
    EXPECT_EQ(ran("").exit, 2);
    EXPECT_EQ(ran("a --lang de").exit, 2);
    const Ran help = ran("--help");
    EXPECT_EQ(help.exit, 0);
    EXPECT_THAT(help.out, HasSubstr("comity-verify out/disclosure.proof --trust out/trust\n"));
}

#ifdef COMITY_VERIFY_IS_STATIC  // the sanitizers bring a library of their own
TEST(VerifyProgram, needs_no_library_beside_it) {
    const auto program = files::read_text_file(COMITY_VERIFY_PROGRAM, std::size_t{1} << 30);
    ASSERT_TRUE(program);
    EXPECT_THAT(*program, StartsWith("\x7F"
                                     "ELF"));
    EXPECT_EQ(program->find("/ld-linux-"), std::string::npos) << "it names a dynamic loader";
}
#endif

TEST(ReadPlainFile, refuses_what_is_no_plain_file_too_large_or_absent) {
    EXPECT_EQ(read_plain_file(proofs, 100).error().kind, base::ErrorKind::malformed);
    EXPECT_EQ(read_plain_file("/dev/zero", 100).error().kind, base::ErrorKind::malformed);
    EXPECT_EQ(read_plain_file(proofs / "absent", 100).error().kind, base::ErrorKind::not_found);
    EXPECT_EQ(read_plain_file(proofs / "v1.proof", 100).error().kind, base::ErrorKind::too_large);
    const auto whole = files::read_text_file(proofs / "v1.proof", 1 << 20);
    ASSERT_TRUE(whole);
    EXPECT_EQ(read_plain_file(proofs / "v1.proof", whole->size()).value(), *whole);
}

}  // namespace
}  // namespace comity::app
