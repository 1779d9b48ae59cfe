#include "node/delivery/inquiry.h"

namespace comity::delivery {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration first_pause = 1s;
constexpr base::Duration longest_pause = 10min;
constexpr std::size_t most_tile_bytes = 8192;

}  // namespace

std::vector<Inquiries::Wanted> Inquiries::next(base::Instant now) {
    const auto& doubts = institution_.split_ledgers().doubts();
    std::erase_if(open_, [&](const auto& one) { return !doubts.contains(one.first); });
    const std::map<base::PartyId, submit::Doubt> all = doubts;  // what resolves one changes them
    std::vector<Wanted> wanted;
    for (const auto& [party, doubt] : all) {
        const auto [found, fresh] = open_.try_emplace(party, Inquiry{doubt, {}, false, {}});
        Inquiry& inquiry = found->second;
        if (inquiry.asked || inquiry.pause.runs(now)) {
            continue;
        }
        if (!fresh && inquiry.doubt.newer.checkpoint != doubt.newer.checkpoint) {
            inquiry.doubt = doubt;
            inquiry.files.clear();
        }
        if (auto path = go_on(party, inquiry, now)) {
            inquiry.asked = true;
            wanted.push_back({party, *std::move(path)});
        }
    }
    return wanted;
}

std::optional<std::string> Inquiries::go_on(const base::PartyId& party, Inquiry& inquiry,
                                            base::Instant now) {
    std::optional<std::string> lacks;
    const auto read = [&](std::string_view path) -> base::Result<base::Bytes> {
        const auto file = inquiry.files.find(path);
        if (file == inquiry.files.end()) {
            lacks = std::string(path);
            return base::fail(base::ErrorKind::unavailable, "it is not fetched yet");
        }
        return file->second ? base::Result<base::Bytes>(*file->second)
                            : base::fail(base::ErrorKind::not_found, "the peer does not show it");
    };
    const ledger::Checkpoint& older = inquiry.doubt.older.checkpoint;
    const ledger::Checkpoint& newer = inquiry.doubt.newer.checkpoint;
    ledger::StoredTree tree(read, newer.size);
    const auto prefix = tree.root_at(older.size);
    auto proof =
        prefix ? tree.consistency(older.size, newer.size) : std::unexpected(prefix.error());
    if (lacks) {
        return lacks;
    }
    const bool shown =
        proof && crypto::verify_consistency(older.size, *prefix, newer.size, newer.root, *proof);
    const casework::PartyEntry* entry = institution_.annex().find(party);
    const auto log = entry != nullptr ? ledger::NoteKey::parse(entry->ledger)
                                      : base::fail(base::ErrorKind::not_found, "no such party");
    base::Result<void> resolved = base::fail(base::ErrorKind::not_proven, "it does not show them");
    if (shown && *prefix == older.root) {
        resolved = institution_.split_ledgers().resolve(party, std::nullopt);
    } else if (shown && log) {
        resolved = institution_.split_ledgers().resolve(
            party, ledger::SplitView{*log, inquiry.doubt.older.verified.note,
                                     inquiry.doubt.newer.verified.note, *prefix, *proof});
    }
    if (!resolved) {
        inquiry.files.clear();
        inquiry.pause.prolong(now, first_pause, longest_pause);
    }
    return std::nullopt;
}

void Inquiries::answered(const Wanted& wanted, const base::Result<message::Response>& response,
                         base::Instant now) {
    const auto found = open_.find(wanted.from);
    if (found == open_.end()) {
        return;
    }
    Inquiry& inquiry = found->second;
    inquiry.asked = false;
    if (response && response->status == 200 && response->body.size() <= most_tile_bytes) {
        const base::ByteView bytes = base::view_of(response->body);
        inquiry.files[wanted.path] = base::Bytes(bytes.begin(), bytes.end());
    } else if (response && response->status == 404) {
        inquiry.files[wanted.path] = std::nullopt;
    } else {
        inquiry.pause.prolong(now, first_pause, longest_pause);
    }
}

std::optional<base::Instant> Inquiries::wake_at() const {
    std::optional<base::Instant> earliest;
    for (const auto& [party, inquiry] : open_) {
        const base::Instant due = inquiry.pause.until();
        if (!inquiry.asked && (!earliest || due < *earliest)) {
            earliest = due;
        }
    }
    return earliest;
}

}  // namespace comity::delivery
