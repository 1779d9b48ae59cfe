#pragma once

// What the commands of `comity treaty` have in common: the texts that they read with what these
// need beside them, and how requests and findings are told.

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/comity/command.h"
#include "domain/law/law.h"

namespace comity::app {

/// The bytes of a file. Kinds not_found, too_large, failure.
[[nodiscard]] base::Result<std::string> treaty_text(const std::filesystem::path& path,
                                                    std::uintmax_t most = 4U << 20);

/// All files below a folder with that extension (".pattern"), in the order of their names.
[[nodiscard]] std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder,
                                                             std::string_view extension);
/// All texts below a folder.
[[nodiscard]] std::vector<std::filesystem::path> treaties_below(
    const std::filesystem::path& folder);

/// The files asked for, and what they need beside them from their law folder.
struct Asked {
    std::vector<std::filesystem::path> files;
    std::vector<std::filesystem::path> beside;
};
enum class Beside { vocabulary, all_texts };
[[nodiscard]] base::Result<Asked> asked_for(const std::vector<std::string>& names, Beside what);

[[nodiscard]] base::Result<std::vector<law::Source>> sources_of(const Asked& asked);

/// The texts as a library; none: they are wrong, and that is told.
[[nodiscard]] base::Result<std::optional<law::Library>> library_of(const Asked& asked, bool json,
                                                                   std::ostream& out);

void print_diagnostics(const std::vector<law::Diagnostic>& diagnostics, bool json,
                       std::ostream& out);

/// A request file, and the legal day (YYYY-MM-DD) on which it is asked.
[[nodiscard]] base::Result<law::Question> request_at(const law::Library& library,
                                                     const std::string& file,
                                                     const std::string& as_of);

/// What is known in a request, and since when, a line each.
void print_known(const std::vector<std::string>& known, const std::vector<std::string>& elapsed,
                 std::ostream& out);

}  // namespace comity::app
