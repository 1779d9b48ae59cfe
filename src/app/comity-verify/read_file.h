#pragma once

// The one thing that `comity-verify` asks of the machine.

#include <filesystem>
#include <string>

#include "ground/base/base.h"

namespace comity::app {

/// The bytes of a plain file. Kinds: not_found, malformed (a folder, a device), too_large (over
/// `most` bytes), failure.
[[nodiscard]] base::Result<std::string> read_plain_file(const std::filesystem::path& file,
                                                        std::size_t most);

}  // namespace comity::app
