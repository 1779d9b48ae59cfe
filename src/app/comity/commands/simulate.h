#pragma once

// `comity simulate`: whole federations in memory, one after the other, each from one seed.

#include "app/comity/command.h"

namespace CLI {
class App;
}

namespace comity::app {

void add_simulate(CLI::App& app, Run& run);

}  // namespace comity::app
