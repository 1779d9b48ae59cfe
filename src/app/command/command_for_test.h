#pragma once

// For tests of commands: what one says, and a folder of its own for the test.

#include <filesystem>
#include <gtest/gtest.h>
#include <iosfwd>
#include <sstream>
#include <string>
#include <string_view>

#include "adapter/files/files.h"

namespace comity::app {

/// What a command left behind.
struct Told {
    int exit = 0;
    std::string out;
    std::string err;
};

/// `run` takes where to print to and where to complain.
template <class Run>
[[nodiscard]] Told told_by(Run run) {
    std::ostringstream out;
    std::ostringstream err;
    const int exit = run(out, err);
    return {exit, out.str(), err.str()};
}

template <class Request>
[[nodiscard]] Told told(int (*run)(const Request&, std::ostream&, std::ostream&),
                        const Request& request) {
    return told_by([&](std::ostream& out, std::ostream& err) { return run(request, out, err); });
}

/// A test in an empty folder, which goes with it.
class CommandTest : public ::testing::Test {
 protected:
    CommandTest() {
        const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
        folder = std::filesystem::path(::testing::TempDir()) /
                 ("comity_" + std::string(info->test_suite_name()) + "_" + info->name());
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
    }
    ~CommandTest() override { std::filesystem::remove_all(folder); }

    [[nodiscard]] std::string at(std::string_view name) const { return (folder / name).string(); }
    void write(std::string_view name, std::string_view text) const {
        ASSERT_TRUE(
            files::write_text_file_atomically(folder / name, text, files::Readers::everyone));
    }
    [[nodiscard]] std::string read(std::string_view name) const {
        return files::read_text_file(folder / name, std::size_t{1} << 26).value();
    }

    std::filesystem::path folder;
};

}  // namespace comity::app
