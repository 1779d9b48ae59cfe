#pragma once

// A witness that is no node (c2sp.org/tlog-witness): it cosigns heads of the logs that it was told
// of, never below or beside what it cosigned before, and shows the last of each.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "ground/base/base.h"
#include "ground/ledger/ledger.h"
#include "ground/message/message.h"
#include "node/ports/ports.h"

namespace comity::app {

class WitnessDesk {
 public:
    /// Takes `folder`, in which the heads that it cosigned are kept, for as long as it lives.
    /// `name` is its key's. A log of `logs` is known by its first key, or a later one that all its
    /// heads here lead to; `recovery`: who may endorse a new key of any of them. Kinds: conflict
    /// (another process holds the folder), malformed (two logs of one name), invalid or not_proven
    /// (a kept head that the log's key did not sign), failure.
    [[nodiscard]] static base::Result<WitnessDesk> open(std::filesystem::path folder,
                                                        std::string_view name,
                                                        ports::Signer& signer, ports::Clock& clock,
                                                        const std::vector<ledger::NoteKey>& logs,
                                                        ledger::KeyRecovery recovery = {});
    WitnessDesk(WitnessDesk&& other) noexcept;
    WitnessDesk& operator=(WitnessDesk&&) = delete;
    ~WitnessDesk();

    [[nodiscard]] const ledger::NoteKey& key() const { return key_; }
    /// `POST /add-checkpoint`, `GET /<hex sha256(origin)>/checkpoint`. One at a time: it reads the
    /// last head, decides, and has the new one on the disk before it answers.
    [[nodiscard]] message::Response answer(const message::Request& request);

 private:
    struct Log {
        ledger::NoteKey key;
        std::filesystem::path file;
        std::string note;  ///< last cosigned; empty if none
        std::optional<ledger::WitnessedHead> last;
        std::vector<ledger::KeyChange> changes;  ///< from `key` to the one that signed it
    };
    WitnessDesk(ledger::NoteKey key, ledger::KeyRecovery recovery, ports::Signer& signer,
                ports::Clock& clock, int lock)
        : key_(std::move(key)),
          recovery_(std::move(recovery)),
          signer_(&signer),
          clock_(&clock),
          lock_(lock) {}

    [[nodiscard]] message::Response add_checkpoint(std::string_view body);
    [[nodiscard]] base::Result<ledger::NoteSignature> cosign(Log& log, const ledger::Note& note,
                                                             ledger::WitnessDecision decision);

    ledger::NoteKey key_;
    ledger::KeyRecovery recovery_;
    ports::Signer* signer_;
    ports::Clock* clock_;
    int lock_;                         ///< descriptor of the folder's lock
    std::map<std::string, Log> logs_;  ///< by origin
};

}  // namespace comity::app
