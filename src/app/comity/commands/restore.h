#pragma once

// `comity node restore`.

#include "app/comity/command.h"

namespace CLI {
class App;
}

namespace comity::app {

/// `node`: the command that it stands below.
void add_restore(CLI::App& node, Run& run);

}  // namespace comity::app
