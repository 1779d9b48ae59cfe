#pragma once

// Whom a reader of checkpoints trusts (c2sp.org/tlog-policy): logs, witnesses, and the quorum of
// witnesses that a checkpoint needs.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ground/base/base.h"
#include "ground/ledger/note.h"

namespace comity::ledger {

class Policy {
 public:
    /// A log or a witness; the URL is empty if the policy names none.
    struct Known {
        std::string name;  ///< of a witness, within the policy; of a log its key's name
        NoteKey key;
        std::string url;
        friend bool operator==(const Known&, const Known&) = default;
    };

    /// No witness is needed.
    Policy() = default;
    /// Strict; at most 64 KiB and 256 names. Kind malformed or too_large, place: `line N`.
    [[nodiscard]] static base::Result<Policy> parse(std::string_view text);

    [[nodiscard]] const std::vector<Known>& logs() const { return logs_; }
    [[nodiscard]] const std::vector<Known>& witnesses() const { return witnesses_; }
    [[nodiscard]] std::vector<NoteKey> witness_keys() const;

    /// Whether the signatures of a note make up the quorum. Kind not_proven, saying who lacks.
    [[nodiscard]] base::Result<void> check_quorum(const VerifiedNote& verified) const;

 private:
    friend class PolicyReader;
    /// A witness (no members), or a group of which `needed` members must have witnessed.
    struct Voter {
        std::string name;
        std::size_t witness = 0;
        std::size_t needed = 0;
        std::vector<std::size_t> members;  ///< of voters_, all before this one
        bool is_member = false;            ///< of a group: nobody counts twice
    };

    std::vector<Known> logs_;
    std::vector<Known> witnesses_;
    std::vector<Voter> voters_;
    std::vector<std::size_t> quorum_;  ///< one of voters_, or none
};

}  // namespace comity::ledger
