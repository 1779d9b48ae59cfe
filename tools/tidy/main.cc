// tidy [--picture | --write-picture] ROOT: the rules of the house as a test.

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "project.h"
#include "rules.h"

namespace {

namespace fs = std::filesystem;
using namespace comity::tidy;

/// What belongs to the project and is ours to keep tidy.
constexpr std::array folders{"src", "tests", "fuzz", "bench", "tools", "law", "cmake", "ui/src"};

bool is_skipped(const fs::path& folder) {
    const std::string name = folder.filename().string();
    return name == "data" || name == "corpus" || name == "node_modules" || name.starts_with('.');
}

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

Project read_project(const fs::path& root) {
    Project project;
    for (const char* name :
         {"ARCHITECTURE.md", "CMakeLists.txt", "docs/dependencies.md", "docs/threats.md"}) {
        if (fs::is_regular_file(root / name)) {
            project.files[name] = read_file(root / name);
        }
    }
    for (const char* folder : folders) {
        if (!fs::is_directory(root / folder)) {
            continue;
        }
        for (auto entry = fs::recursive_directory_iterator(root / folder);
             entry != fs::recursive_directory_iterator(); ++entry) {
            if (entry->is_directory() && is_skipped(entry->path())) {
                entry.disable_recursion_pending();
            } else if (entry->is_regular_file()) {
                project.files[fs::relative(entry->path(), root).generic_string()] =
                    read_file(entry->path());
            }
        }
    }
    return project;
}

/// Puts the current picture between the marker lines of ARCHITECTURE.md.
int write_picture(const fs::path& root, const Project& project) {
    const std::string text = read_file(root / "ARCHITECTURE.md");
    const std::size_t begin = text.find(picture_begin);
    const std::size_t end = text.find(picture_end);
    if (begin == std::string::npos || end == std::string::npos || end < begin) {
        std::fprintf(stderr, "tidy: ARCHITECTURE.md lacks the marker lines\n%s\n%s\n",
                     std::string(picture_begin).c_str(), std::string(picture_end).c_str());
        return 1;
    }
    const std::size_t rest = std::min(end + picture_end.size() + 1, text.size());
    std::ofstream file(root / "ARCHITECTURE.md", std::ios::binary);
    file << text.substr(0, begin) << picture_of(project.house()) << text.substr(rest);
    return file.good() ? 0 : 1;
}

int run(const std::vector<std::string>& arguments) {
    const std::string mode = arguments.size() == 2 ? arguments[0] : "";
    if (arguments.empty() || arguments.size() > 2 ||
        (arguments.size() == 2 && mode != "--picture" && mode != "--write-picture")) {
        std::fprintf(stderr, "use: tidy [--picture | --write-picture] ROOT\n");
        return 2;
    }
    const fs::path root = arguments.back();
    const Project project = read_project(root);
    if (mode == "--picture") {
        std::printf("%s", picture_of(project.house()).c_str());
        return 0;
    }
    if (mode == "--write-picture") {
        return write_picture(root, project);
    }
    const Findings findings = check_all(project);
    for (const Finding& finding : findings) {
        std::printf("%s\n", finding.text().c_str());
    }
    std::printf("tidy: %zu files, %zu findings\n", project.files.size(), findings.size());
    return findings.empty() ? 0 : 1;
}

}  // namespace

int main(int count, char** values) {
    try {
        return run({values + 1, values + count});
    } catch (const std::exception& error) {
        std::fprintf(stderr, "tidy: %s\n", error.what());
        return 2;
    }
}
