#pragma once

// `comity ledger key`: show, rotate, recover, endorse.

#include "app/command/command.h"

namespace CLI {
class App;
}

namespace comity::app {

/// Adds `comity ledger key`.
void add_ledger_key(CLI::App& ledger, Run& run);

}  // namespace comity::app
