#pragma once

// `comity item`: seal, open, check and mask files; make a reader's key.

#include "app/comity/command.h"

namespace CLI {
class App;
}

namespace comity::app {

void add_item(CLI::App& app, Run& run);

}  // namespace comity::app
