#include "app/comity/commands/ledger_inputs.h"

#include <algorithm>
#include <filesystem>

#include <CLI/CLI.hpp>

#include "adapter/files/files.h"
#include "app/comity/command.h"

namespace comity::app {

using base::ErrorKind;

base::Result<std::string> text_of_file(const std::string& path, std::size_t most_bytes) {
    if (path.empty()) {
        return std::string();
    }
    auto text = files::read_text_file(path, most_bytes);
    if (!text) {
        return std::unexpected(base::at_place(std::move(text).error(), path));
    }
    return text;
}

base::Result<ledger::NoteKey> key_of(const std::string& typed) {
    std::error_code ignored;
    std::string text = typed;
    if (std::filesystem::is_regular_file(typed, ignored)) {
        text = COMITY_TRY(text_of_file(typed, most_text_bytes));
        text = text.substr(0, text.find_first_of("\r\n"));
    }
    return ledger::NoteKey::parse(text);
}

base::Result<ledger::Policy> policy_of(const std::string& path) {
    if (path.empty()) {
        return ledger::Policy();
    }
    const std::string text = COMITY_TRY(text_of_file(path, most_text_bytes));
    auto policy = ledger::Policy::parse(text);
    if (!policy) {
        const std::string place = path + ": " + policy.error().place;
        policy.error().place.clear();
        return std::unexpected(base::at_place(std::move(policy).error(), place));
    }
    return policy;
}

void add_recovery_options(CLI::App& command, RecoveryOptions& options) {
    command.add_option("--guardian", options.guardians,
                       "who may endorse a recovery of the log's key: a witness's key, or a file "
                       "whose first line it is; repeatable, from another way than the ledger");
    command.add_option("--recovery", options.needed, "how many of them a recovery takes");
}

base::Result<ledger::KeyRecovery> recovery_of(const RecoveryOptions& options) {
    if (!options.is_whole()) {
        return base::fail(ErrorKind::malformed, "--guardian and --recovery go together", {},
                          "--recovery K: of those named with --guardian, how many it takes");
    }
    ledger::KeyRecovery recovery;
    recovery.needed = options.needed;
    for (const std::string& typed : options.guardians) {
        ledger::NoteKey key = COMITY_TRY(key_of(typed));
        const bool is_new = std::ranges::find(recovery.guardians, key) == recovery.guardians.end();
        if (key.type() != ledger::NoteKeyType::cosignature || !is_new) {
            return base::fail(ErrorKind::malformed,
                              "a guardian is a witness's key, and stands once", typed);
        }
        recovery.guardians.push_back(std::move(key));
    }
    return recovery;
}

int reject(const base::Error& error, bool json, std::ostream& out, std::ostream& err) {
    const bool is_the_ledgers =
        error.kind == ErrorKind::malformed || error.kind == ErrorKind::not_found ||
        error.kind == ErrorKind::too_large || error.kind == ErrorKind::not_proven;
    const int code = report(error, json, out, err);
    return is_the_ledgers ? exit_invalid : code;
}

}  // namespace comity::app
