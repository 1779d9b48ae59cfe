#pragma once

// `comity demo`: the whole demonstration, from five empty folders to verified proof files.

#include <filesystem>
#include <optional>
#include <ostream>

#include "ground/base/base.h"

namespace comity::app::demo {

struct Options {
    std::filesystem::path law;                 ///< the law texts
    std::optional<std::filesystem::path> out;  ///< none: a new folder below the temporary one
    bool once = false;                         ///< end when the story is told
    bool interrupt = false;                    ///< kill -9 every node once during the story
};

[[nodiscard]] base::Result<void> run(const Options& options, std::ostream& out);

}  // namespace comity::app::demo
