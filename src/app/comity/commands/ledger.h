#pragma once

// `comity ledger`: a node's own (show, vkey, equivocations), and anyone's (ledger_checks.h).

#include "app/comity/command.h"

namespace CLI {
class App;
}

namespace comity::app {

void add_ledger(CLI::App& app, Run& run);

}  // namespace comity::app
