#pragma once

// `comity ledger splits` and `look`: what a served node holds against ledgers that signed two
// histories, and that an official has looked at it.

#include "app/comity/command.h"

namespace CLI {
class App;
}

namespace comity::app {

void add_ledger_splits(CLI::App& ledger, Run& run);

}  // namespace comity::app
