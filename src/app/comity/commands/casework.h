#pragma once

// `comity matter show` and `comity act submit`: the office's doors to its own node.

#include "app/comity/command.h"

namespace CLI {
class App;
}

namespace comity::app {

void add_matter(CLI::App& app, Run& run);
void add_act(CLI::App& app, Run& run);

}  // namespace comity::app
