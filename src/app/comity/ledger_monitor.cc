#include "app/comity/ledger_monitor.h"

#include <algorithm>

#include "adapter/files/files.h"
#include "ground/crypto/crypto.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using State = LedgerNews::State;

constexpr std::size_t most_note_bytes = std::size_t{64} * 1024;

std::unexpected<base::Error> doubt(std::string what, std::string why = {}) {
    return base::fail(ErrorKind::not_proven, std::move(what), std::move(why));
}

/// Larger heads come last.
void sort_by_size(std::vector<ledger::SignedCheckpoint>& heads) {
    std::ranges::sort(heads, {}, [](const auto& head) { return head.checkpoint.size; });
}

}  // namespace

std::string_view name_of(State state) {
    switch (state) {
        case State::fits: return "fits";
        case State::unreachable: return "unreachable";
        case State::doubtful: return "doubtful";
        case State::split_view: return "split-view";
    }
    return "";
}

base::Result<LedgerMonitor> LedgerMonitor::start(ledger::Policy policy, fs::path folder, Open open,
                                                 ledger::KeyRecovery recovery) {
    const bool any =
        std::ranges::any_of(policy.logs(), [](const auto& log) { return !log.url.empty(); });
    if (!any) {
        return base::fail(ErrorKind::malformed, "the policy names no ledger with a URL", {},
                          "write `log VKEY URL`");
    }
    std::error_code error;
    for (const char* part : {"heads", "evidence"}) {
        fs::create_directories(folder / part, error);
        if (error) {
            return base::fail(ErrorKind::failure, "the folder cannot be made", error.message());
        }
    }
    return LedgerMonitor(std::move(policy), std::move(folder), std::move(open),
                         std::move(recovery));
}

std::vector<LedgerNews> LedgerMonitor::round() {
    std::vector<LedgerNews> all;
    for (const ledger::Policy::Known& log : policy_.logs()) {
        if (log.url.empty()) {
            continue;
        }
        auto news = look_at(log);
        if (news) {
            all.push_back(*std::move(news));
            continue;
        }
        const bool unreachable =
            news.error().kind == ErrorKind::unavailable || news.error().kind == ErrorKind::failure;
        all.push_back({log.name,
                       unreachable ? State::unreachable : State::doubtful,
                       0,
                       news.error().text(),
                       {}});
    }
    return all;
}

base::Result<LedgerNews> LedgerMonitor::look_at(const ledger::Policy::Known& log) {
    const LedgerSource source = COMITY_TRY(open_(log.url));
    const std::string note = COMITY_TRY(checkpoint_of(source));
    const std::vector<ledger::NoteKey> witnesses = policy_.witness_keys();
    const auto shown = COMITY_TRY(ledger::open_checkpoint(note, log.key, witnesses, recovery_));
    const auto before = COMITY_TRY(kept(log.key));
    std::vector<ledger::SignedCheckpoint> heads{shown};
    if (before) {
        heads.push_back(*before);
    }
    std::ranges::move(witnessed(log.key), std::back_inserter(heads));
    sort_by_size(heads);
    for (std::size_t i = 1; i < heads.size(); ++i) {
        if (const auto split = COMITY_TRY(compare(log.key, source, heads[i - 1], heads[i]))) {
            return LedgerNews{log.name, State::split_view, shown.checkpoint.size,
                              "it signed two histories, of " +
                                  std::to_string(heads[i - 1].checkpoint.size) + " and of " +
                                  std::to_string(heads[i].checkpoint.size) + " leaves",
                              COMITY_TRY(save(*split))};
        }
    }
    const ledger::SignedCheckpoint& newest = heads.back();
    COMITY_TRY(
        files::write_text_file_atomically(folder_ / "heads" / ledger::monitored_name(log.name),
                                          newest.verified.note.encode(), files::Readers::everyone));
    if (shown.checkpoint.size < newest.checkpoint.size) {
        return doubt("it shows an older head than it showed before",
                     std::to_string(shown.checkpoint.size) + " leaves after " +
                         std::to_string(newest.checkpoint.size));
    }
    COMITY_TRY(policy_.check_quorum(shown.verified));
    return LedgerNews{log.name, State::fits, shown.checkpoint.size, {}, {}};
}

base::Result<std::optional<ledger::SplitView>> LedgerMonitor::compare(
    const ledger::NoteKey& log, const LedgerSource& source, const ledger::SignedCheckpoint& one,
    const ledger::SignedCheckpoint& other) {
    const ledger::Checkpoint& older = one.checkpoint;
    const ledger::Checkpoint& newer = other.checkpoint;
    ledger::SplitView evidence{log, one.verified.note, other.verified.note, {}, {}};
    if (older == newer || older.size == 0) {
        return std::nullopt;
    }
    if (older.size == newer.size) {
        return evidence;
    }
    ledger::StoredTree tree(source.read, newer.size);
    auto prefix = tree.root_at(older.size);
    auto proof = tree.consistency(older.size, newer.size);
    if (!prefix || !proof) {
        const base::Error& error = prefix ? proof.error() : prefix.error();
        return error.kind == ErrorKind::unavailable
                   ? std::unexpected(error)
                   : doubt("its tiles do not reach the head that it signed", error.text());
    }
    if (!crypto::verify_consistency(older.size, *prefix, newer.size, newer.root, *proof)) {
        return doubt("its tiles do not give the head that it signed",
                     "of " + std::to_string(newer.size) + " leaves");
    }
    if (*prefix == older.root) {
        return std::nullopt;
    }
    evidence.prefix = *prefix;
    evidence.proof = *std::move(proof);
    return evidence;
}

std::vector<ledger::SignedCheckpoint> LedgerMonitor::witnessed(const ledger::NoteKey& log) const {
    std::vector<ledger::SignedCheckpoint> heads;
    const std::vector<ledger::NoteKey> keys = policy_.witness_keys();
    for (const ledger::Policy::Known& witness : policy_.witnesses()) {
        const auto source = witness.url.empty()
                                ? base::fail(ErrorKind::not_found, "it has no URL")
                                : open_(witness.url + "/" + ledger::monitored_name(log.name()));
        const auto note = source ? checkpoint_of(*source) : std::unexpected(source.error());
        auto head = note ? ledger::open_checkpoint(*note, log, keys, recovery_)
                         : std::unexpected(note.error());
        if (head) {
            heads.push_back(*std::move(head));
        }
    }
    return heads;
}

base::Result<std::optional<ledger::SignedCheckpoint>> LedgerMonitor::kept(
    const ledger::NoteKey& log) const {
    const auto note = files::read_text_file(folder_ / "heads" / ledger::monitored_name(log.name()),
                                            most_note_bytes);
    if (!note && note.error().kind == ErrorKind::not_found) {
        return std::nullopt;
    }
    if (!note) {
        return std::unexpected(note.error());
    }
    return COMITY_TRY(ledger::open_checkpoint(*note, log, policy_.witness_keys(), recovery_));
}

base::Result<fs::path> LedgerMonitor::save(const ledger::SplitView& evidence) const {
    COMITY_TRY(ledger::check_split_view(evidence, recovery_));
    const std::string text = evidence.encode();
    const fs::path path = folder_ / "evidence" /
                          (crypto::sha256(base::view_of(text)).hex().substr(0, 16) + ".split-view");
    COMITY_TRY(files::write_text_file_atomically(path, text, files::Readers::everyone));
    return path;
}

}  // namespace comity::app
