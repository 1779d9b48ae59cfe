#include "ground/ledger/policy.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "ground/ledger/detail/text.h"

namespace comity::ledger {
namespace {

constexpr std::size_t most_bytes = std::size_t{64} * 1024;
constexpr std::size_t most_names = 256;
constexpr std::string_view blanks = " \t";
constexpr std::string_view nobody = "none";

std::unexpected<base::Error> malformed(std::string what, std::string why = {}) {
    return base::fail(base::ErrorKind::malformed, std::move(what), std::move(why));
}

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (true) {
        line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
        if (line.empty()) {
            return words;
        }
        const std::size_t end = std::min(line.find_first_of(blanks), line.size());
        words.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
}

bool is_policy_octet(unsigned char octet) {
    return octet == '\t' || octet == '\n' || (octet >= 0x20 && octet != 0x7F);
}

bool has_key(const std::vector<Policy::Known>& known, const NoteKey& key) {
    return std::ranges::any_of(
        known, [&](const Policy::Known& one) { return one.key.key() == key.key(); });
}

base::Result<Policy::Known> known_of(std::string_view name, std::string_view vkey,
                                     std::string_view url) {
    NoteKey key = COMITY_TRY(NoteKey::parse(vkey));
    std::string called = name.empty() ? key.name() : std::string(name);
    return Policy::Known{std::move(called), std::move(key), std::string(url)};
}

}  // namespace

/// Reads a policy line by line.
class PolicyReader {
 public:
    base::Result<void> read(std::string_view line) {
        const std::vector<std::string_view> words = words_of(line);
        if (words.empty() || words[0].starts_with('#')) {
            return {};
        }
        if (words[0] == "log") {
            return read_log(words);
        }
        if (words[0] == "witness") {
            return read_witness(words);
        }
        if (words[0] == "group") {
            return read_group(words);
        }
        if (words[0] == "quorum") {
            return read_quorum(words);
        }
        return malformed("a line of a policy begins with log, witness, group or quorum",
                         "this one with " + std::string(words[0].substr(0, 40)));
    }

    base::Result<Policy> finish() {
        if (!has_quorum_) {
            return malformed("the policy has no quorum", {});
        }
        return std::move(policy_);
    }

 private:
    base::Result<void> read_log(const std::vector<std::string_view>& words) {
        if (words.size() != 2 && words.size() != 3) {
            return malformed("a log is written `log VKEY [URL]`");
        }
        auto log = COMITY_TRY(known_of({}, words[1], words.size() == 3 ? words[2] : ""));
        if (log.key.type() != NoteKeyType::ed25519) {
            return malformed("this is no key of a log", "it makes cosignatures");
        }
        if (has_key(policy_.logs_, log.key)) {
            return malformed("this log's key stands here twice");
        }
        if (policy_.logs_.size() == most_names) {
            return base::fail(base::ErrorKind::too_large, "the policy has too many logs");
        }
        policy_.logs_.push_back(std::move(log));
        return {};
    }

    base::Result<void> read_witness(const std::vector<std::string_view>& words) {
        if (words.size() != 3 && words.size() != 4) {
            return malformed("a witness is written `witness NAME VKEY [URL]`");
        }
        COMITY_TRY(check_new_name(words[1]));
        auto witness = COMITY_TRY(known_of(words[1], words[2], words.size() == 4 ? words[3] : ""));
        if (witness.key.type() != NoteKeyType::cosignature) {
            return malformed("this is no key of a witness", "it makes no cosignatures");
        }
        if (has_key(policy_.witnesses_, witness.key)) {
            return malformed("this witness's key stands here twice");
        }
        policy_.voters_.push_back({witness.name, policy_.witnesses_.size(), 0, {}, false});
        policy_.witnesses_.push_back(std::move(witness));
        return {};
    }

    base::Result<void> read_group(const std::vector<std::string_view>& words) {
        if (words.size() < 4) {
            return malformed("a group is written `group NAME any|all|K MEMBER...`");
        }
        COMITY_TRY(check_new_name(words[1]));
        const std::size_t members = words.size() - 3;
        Policy::Voter group{std::string(words[1]), 0, 0, {}, false};
        if (words[2] == "any") {
            group.needed = 1;
        } else if (words[2] == "all") {
            group.needed = members;
        } else {
            const std::uint64_t needed = COMITY_TRY(detail::parse_decimal(words[2]));
            if (needed < 1 || needed > members) {
                return malformed("a group of " + std::to_string(members) + " cannot need " +
                                 std::string(words[2].substr(0, 20)));
            }
            group.needed = needed;
        }
        for (const std::string_view name : std::span(words).subspan(3)) {
            const std::size_t member = COMITY_TRY(defined(name));
            if (std::exchange(policy_.voters_[member].is_member, true)) {
                return malformed("a member of a group already: " + std::string(name),
                                 "nobody counts twice");
            }
            group.members.push_back(member);
        }
        policy_.voters_.push_back(std::move(group));
        return {};
    }

    base::Result<void> read_quorum(const std::vector<std::string_view>& words) {
        if (words.size() != 2) {
            return malformed("the quorum is written `quorum NAME`");
        }
        if (std::exchange(has_quorum_, true)) {
            return malformed("a policy has one quorum");
        }
        if (words[1] != nobody) {
            policy_.quorum_ = {COMITY_TRY(defined(words[1]))};
        }
        return {};
    }

    base::Result<void> check_new_name(std::string_view name) const {
        if (name == nobody || find(name)) {
            return malformed("this name is taken: " + std::string(name.substr(0, 80)));
        }
        if (policy_.voters_.size() == most_names) {
            return base::fail(base::ErrorKind::too_large,
                              "the policy has too many witnesses and groups");
        }
        return {};
    }

    base::Result<std::size_t> defined(std::string_view name) const {
        const auto found = find(name);
        if (!found) {
            return malformed("no witness or group was defined before as " +
                             std::string(name.substr(0, 80)));
        }
        return *found;
    }

    std::optional<std::size_t> find(std::string_view name) const {
        const auto found = std::ranges::find(policy_.voters_, name, &Policy::Voter::name);
        return found == policy_.voters_.end()
                   ? std::nullopt
                   : std::optional(static_cast<std::size_t>(found - policy_.voters_.begin()));
    }

    Policy policy_;
    bool has_quorum_ = false;
};

base::Result<Policy> Policy::parse(std::string_view text) {
    if (text.size() > most_bytes) {
        return base::fail(base::ErrorKind::too_large, "a policy has at most 64 KiB");
    }
    PolicyReader reader;
    for (std::size_t number = 1; !text.empty(); ++number) {
        auto line = detail::first_line(text);
        auto read = line ? base::Result<void>{} : std::unexpected(line.error());
        if (line && !std::ranges::all_of(line->text, is_policy_octet)) {
            read = malformed("a policy has no control characters but tab and newline");
        } else if (line) {
            read = reader.read(line->text);
        }
        if (!read) {
            return std::unexpected(
                base::at_place(std::move(read).error(), "line " + std::to_string(number)));
        }
        text = line->rest;
    }
    return reader.finish();
}

std::vector<NoteKey> Policy::witness_keys() const {
    std::vector<NoteKey> keys;
    for (const Known& witness : witnesses_) {
        keys.push_back(witness.key);
    }
    return keys;
}

base::Result<void> Policy::check_quorum(const VerifiedNote& verified) const {
    if (quorum_.empty()) {
        return {};
    }
    // Members come before their groups, so one pass decides all of them.
    std::vector<bool> has_witnessed(voters_.size());
    std::string lacking;
    for (std::size_t i = 0; i < voters_.size(); ++i) {
        const Voter& voter = voters_[i];
        if (!voter.members.empty()) {
            const auto count = std::ranges::count_if(
                voter.members, [&](std::size_t member) { return has_witnessed[member]; });
            has_witnessed[i] = static_cast<std::size_t>(count) >= voter.needed;
            continue;
        }
        const NoteKey& key = witnesses_[voter.witness].key;
        has_witnessed[i] = std::ranges::any_of(
            verified.by, [&](const VerifiedNote::By& by) { return by.key == key; });
        if (!has_witnessed[i]) {
            lacking += (lacking.empty() ? "" : ", ") + voter.name;
        }
    }
    if (has_witnessed[quorum_.front()]) {
        return {};
    }
    return base::fail(base::ErrorKind::not_proven,
                      "too few witnesses for the quorum " + voters_[quorum_.front()].name,
                      "no cosignature of " + lacking,
                      "ask the log for a checkpoint that they cosigned");
}

}  // namespace comity::ledger
