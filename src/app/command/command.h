#pragma once

// What every command shares: the exit codes (docs/cli.md), how an error is told, and how a command
// hands main its action.

#include <functional>
#include <iosfwd>

#include "ground/base/base.h"

namespace comity::app {

inline constexpr int exit_done = 0;
inline constexpr int exit_failure = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_not_found = 3;
inline constexpr int exit_inadmissible = 4;
inline constexpr int exit_lacks_facts = 5;
inline constexpr int exit_invalid = 6;
inline constexpr int exit_not_proven = 7;
inline constexpr int exit_conflict = 8;
inline constexpr int exit_findings = 9;
inline constexpr int exit_unavailable = 69;
inline constexpr int exit_try_later = 75;

/// The exit code of an error of that kind.
[[nodiscard]] int exit_code_of(base::ErrorKind kind);

/// Tells the error, as JSON on `out` or as one line on `err`; returns its exit code.
int report(const base::Error& error, bool json, std::ostream& out, std::ostream& err);

/// What the command line has chosen to do: each command stores its action here, and main runs it.
struct Run {
    std::function<int()> action;  ///< its value is the exit code
};

}  // namespace comity::app
