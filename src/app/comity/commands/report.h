#pragma once

// `comity report`: figures over many matters, computed from proof files by whoever holds them.

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "app/comity/command.h"
#include "domain/reporting/reporting.h"

namespace CLI {
class App;
}

namespace comity::app {

enum class ReportFor {
    oversight,  ///< exact, with what is open by name
    everyone,   ///< delayed, by quarters, in bands
};

struct ErasuresRequest {
    std::vector<std::filesystem::path> files;
    std::optional<std::filesystem::path> trust;
    base::Date day;
    ReportFor reader = ReportFor::oversight;
    std::size_t quarters = 4;  ///< for everyone: how many rows
    bool json = false;
};

/// Exact figures: 0, or 9 if something is overdue, or 7 if a file is NOT PROVEN (the figures are
/// told all the same). For everyone: 0; every file must be AUTHENTIC. 6: a file is INVALID.
[[nodiscard]] int run_report_erasures(const ErasuresRequest& request, std::ostream& out,
                                      std::ostream& err);

void add_report(CLI::App& app, Run& run);

}  // namespace comity::app
