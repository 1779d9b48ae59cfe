#pragma once

// What the ledger commands read from the command line in the same way.

#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

#include "ground/base/base.h"
#include "ground/ledger/ledger.h"

namespace CLI {
class App;
}

namespace comity::app {

inline constexpr std::size_t most_text_bytes = std::size_t{512} * 1024;

/// The content of a file; of no path: nothing. An error names the file.
[[nodiscard]] base::Result<std::string> text_of_file(const std::string& path,
                                                     std::size_t most_bytes);
/// A key as text, or the first line of a file.
[[nodiscard]] base::Result<ledger::NoteKey> key_of(const std::string& typed);
/// The policy in a file; of no path: one that asks for no witness.
[[nodiscard]] base::Result<ledger::Policy> policy_of(const std::string& path);

/// Who may endorse a recovery of a log's key, as typed: keys or files, and how many it takes.
struct RecoveryOptions {
    std::vector<std::string> guardians;
    std::size_t needed = 0;

    /// Whether both are given, or neither, and no more are needed than there are.
    [[nodiscard]] bool is_whole() const {
        return guardians.empty() ? needed == 0 : needed >= 1 && needed <= guardians.size();
    }
};
void add_recovery_options(CLI::App& command, RecoveryOptions& options);
/// Kind malformed: they are not whole; no cosigner's key; or one key twice, which would count one
/// of them twice.
[[nodiscard]] base::Result<ledger::KeyRecovery> recovery_of(const RecoveryOptions& options);

/// Whatever is wrong with a ledger is a refusal of it, whether it is altered, short or unsigned:
/// tells the error and gives exit code 6, or the code of what is not the ledger's fault.
[[nodiscard]] int reject(const base::Error& error, bool json, std::ostream& out, std::ostream& err);

}  // namespace comity::app
