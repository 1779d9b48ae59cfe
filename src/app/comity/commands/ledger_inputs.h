#pragma once

// What the ledger commands read from the command line in the same way.

#include <cstddef>
#include <iosfwd>
#include <string>

#include "ground/base/base.h"
#include "ground/ledger/ledger.h"

namespace comity::app {

inline constexpr std::size_t most_text_bytes = std::size_t{512} * 1024;

/// The content of a file; of no path: nothing. An error names the file.
[[nodiscard]] base::Result<std::string> text_of_file(const std::string& path,
                                                     std::size_t most_bytes);
/// A key as text, or the first line of a file.
[[nodiscard]] base::Result<ledger::NoteKey> key_of(const std::string& typed);
/// The policy in a file; of no path: one that asks for no witness.
[[nodiscard]] base::Result<ledger::Policy> policy_of(const std::string& path);

/// Whatever is wrong with a ledger is a refusal of it, whether it is altered, short or unsigned:
/// tells the error and gives exit code 6, or the code of what is not the ledger's fault.
[[nodiscard]] int reject(const base::Error& error, bool json, std::ostream& out, std::ostream& err);

}  // namespace comity::app
