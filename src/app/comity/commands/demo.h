#pragma once

// `comity demo`.

#include "app/comity/command.h"

namespace CLI {
class App;
}

namespace comity::app {

void add_demo(CLI::App& app, Run& run);

}  // namespace comity::app
