#pragma once

// `comity node init`, `comity node annex`, `comity node serve`; restore.h has `restore`.

#include "app/comity/command.h"

namespace CLI {
class App;
}

namespace comity::app {

void add_node(CLI::App& app, Run& run);

}  // namespace comity::app
