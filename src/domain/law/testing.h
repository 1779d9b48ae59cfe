#pragma once

// For tests: the texts of the law folder, and small texts written in place.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "domain/law/law.h"

namespace comity::law::testing {

[[nodiscard]] inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

[[nodiscard]] inline std::vector<Source> sources_below(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.path().extension() == ".treaty") {
            paths.push_back(entry.path());
        }
    }
    std::ranges::sort(paths);
    std::vector<Source> sources;
    for (const auto& path : paths) {
        sources.push_back({path.lexically_relative(folder).string(), read_file(path)});
    }
    return sources;
}

[[nodiscard]] inline Facts facts_of(const Library& library, std::string_view json) {
    const auto value = codec::parse(json);
    return facts_from(library.vocabulary(), value.value().get_object()).value();
}

}  // namespace comity::law::testing
