#pragma once

// `comity ledger mirror`: the public mirror of a node, and what its cadence still shows.

#include <iosfwd>
#include <string>

#include "app/comity/cadence.h"
#include "app/command/command.h"

namespace CLI {
class App;
}

namespace comity::app {

struct MirrorMeasureRequest {
    CadencePlan plan;
    bool json = false;
};
/// Prints how well each observer tells quiet from busy days.
int run_mirror_measure(const MirrorMeasureRequest& request, std::ostream& out, std::ostream& err);

/// Adds `measure` to `comity ledger mirror`.
void add_mirror_measure(CLI::App& mirror, Run& run);
/// Adds `comity ledger mirror` with `show` and `measure`.
void add_ledger_mirror(CLI::App& ledger, Run& run);

}  // namespace comity::app
