#pragma once

// `comity proof custody`: who held which item when, from one proof file.

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>

#include "app/comity/command.h"
#include "domain/reporting/reporting.h"

namespace CLI {
class App;
}

namespace comity::app {

enum class CustodyFormat { text, record, case_uco, pdf };

struct CustodyRequest {
    std::filesystem::path file;
    std::optional<std::filesystem::path> trust;  ///< none: the report says NOT PROVEN
    CustodyFormat format = CustodyFormat::text;
    prooffile::Language language = prooffile::Language::english;
    std::string out;  ///< empty: standard output; not for PDF
    bool json = false;
};

/// 0: the file is AUTHENTIC and the report is written; 7: it is NOT PROVEN, which the report says,
/// and it is written all the same; 6: INVALID, and nothing is written.
[[nodiscard]] int run_proof_custody(const CustodyRequest& request, std::ostream& out,
                                    std::ostream& err);

/// Adds `custody` and the timestamp commands below `comity proof`.
void add_proof_exports(CLI::App& proof, Run& run);

}  // namespace comity::app
