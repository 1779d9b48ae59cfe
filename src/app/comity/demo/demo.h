#pragma once

// `comity demo`: the whole demonstration, from six empty folders to verified proof files.

#include <filesystem>
#include <optional>
#include <ostream>
#include <set>

#include "ground/base/base.h"

namespace comity::app::demo {

struct Options {
    std::filesystem::path law;                 ///< the law texts
    std::optional<std::filesystem::path> out;  ///< none: a new folder below the temporary one
    bool once = false;                         ///< end when the story is told
    bool interrupt = false;                    ///< kill -9 every node once during the story
    bool kill_after_every = false;             ///< kill -9 the node after each act that it took
    std::set<std::size_t> kill_after = {};     ///< the same after these acts, by number from 1
};

[[nodiscard]] base::Result<void> run(const Options& options, std::ostream& out);

}  // namespace comity::app::demo
