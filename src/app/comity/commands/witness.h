#pragma once

// `comity witness init` and `comity witness serve`: a witness that is no node.

#include "app/comity/command.h"

namespace CLI {
class App;
}

namespace comity::app {

void add_witness(CLI::App& app, Run& run);

}  // namespace comity::app
