#pragma once

// What the commands of `comity treaty` read: texts, and what they need beside them.

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "app/comity/command.h"
#include "domain/law/law.h"

namespace comity::app {

/// The bytes of a file. Kinds not_found, too_large, failure.
[[nodiscard]] base::Result<std::string> treaty_text(const std::filesystem::path& path,
                                                    std::uintmax_t most = 4U << 20);

/// All texts below a folder, in the order of their names.
[[nodiscard]] std::vector<std::filesystem::path> treaties_below(
    const std::filesystem::path& folder);

/// The files asked for, and what they need beside them from their law folder.
struct Asked {
    std::vector<std::filesystem::path> files;
    std::vector<std::filesystem::path> beside;
};
enum class Beside { vocabulary, all_texts };
[[nodiscard]] base::Result<Asked> asked_for(const std::vector<std::string>& names, Beside what);

[[nodiscard]] base::Result<std::vector<law::Source>> sources_of(
    const std::vector<std::filesystem::path>& paths);

void print_diagnostics(const std::vector<law::Diagnostic>& diagnostics, bool json,
                       std::ostream& out);

}  // namespace comity::app
