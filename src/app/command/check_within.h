#pragma once

// `comity proof check-within` and `comity-verify check-within`: a small proof that a request lies
// within an order, held against proof files of both.

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>

#include "app/command/verify.h"

namespace comity::app {

struct CheckWithinRequest {
    std::filesystem::path file;
    std::filesystem::path order_file;
    std::filesystem::path request_file;
    std::optional<std::filesystem::path> trust;
    bool json = false;
    Timestamps timestamps = Timestamps::looked_at;
};
/// The exit code: 0 PROVEN, 6 INVALID, 7 NOT PROVEN, others as run_verify().
int run_check_within(const CheckWithinRequest& request, const ReadFile& read, std::ostream& out,
                     std::ostream& err);

/// Gives `check` the options of the command; `name` is how the examples call it.
void be_check_within(CLI::App& check, Run& run, ReadFile read, const std::string& name);

}  // namespace comity::app
