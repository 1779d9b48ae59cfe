#pragma once

// `comity ledger show` and `comity ledger vkey`.

#include "app/comity/command.h"

namespace CLI {
class App;
}

namespace comity::app {

void add_ledger(CLI::App& app, Run& run);

}  // namespace comity::app
