#include "node/delivery/fetching.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace comity::delivery {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t parts_ahead = 3;
constexpr base::Duration first_pause = 100ms;
constexpr base::Duration longest_pause = 30s;

/// How many bytes a part has that begins at `offset` of a stream of `size`.
std::uint64_t part_at(std::uint64_t offset, std::uint64_t size) {
    return std::min<std::uint64_t>(part_bytes, size - offset);
}

}  // namespace

std::string segments_target(const SegmentsAsked& what) {
    return std::string(items_prefix) + what.item.hex() + std::string(segments_part) +
           std::to_string(what.offset);
}

base::Result<SegmentsAsked> read_segments_target(std::string_view path) {
    const auto none = base::fail(base::ErrorKind::not_found, "there is nothing here");
    const std::size_t middle = path.find(segments_part);
    if (!path.starts_with(items_prefix) || middle == std::string_view::npos ||
        middle < items_prefix.size()) {
        return none;
    }
    const auto item =
        base::Digest::from_hex(path.substr(items_prefix.size(), middle - items_prefix.size()));
    const std::string_view number = path.substr(middle + segments_part.size());
    SegmentsAsked what;
    const auto read = std::from_chars(number.data(), number.data() + number.size(), what.offset);
    if (!item || read.ec != std::errc{} || read.ptr != number.data() + number.size()) {
        return none;
    }
    what.item = *item;
    return what;
}

base::Result<Fetching::Transfer> Fetching::begin(const base::Digest& item) {
    ports::Blobs& blobs = institution_.ports().blobs;
    const ports::BlobName upload = submit::upload_name(item);
    Transfer transfer;
    const auto size = blobs.upload_size(upload);
    if (!size && size.error().kind == base::ErrorKind::not_found) {
        return transfer;
    }
    const std::uint64_t there = COMITY_TRY(size);
    transfer.offset = there / ports::blob_piece_bytes * ports::blob_piece_bytes;
    transfer.asked = transfer.offset;
    transfer.resumed = transfer.offset > 0;
    COMITY_TRY(blobs.cut(upload, transfer.offset));
    return transfer;
}

std::vector<Fetching::Wanted> Fetching::next(base::Instant now) {
    std::vector<Wanted> wanted;
    std::vector<base::Digest> whole;
    std::set<base::PartyId> busy;
    std::erase_if(transfers_, [&](const auto& one) {  // what was erased before it was whole
        return !institution_.awaited().contains(one.first) && one.second.under_way == 0;
    });
    for (const auto& [item, stream] : institution_.awaited()) {
        auto known = transfers_.find(item);
        if (known == transfers_.end()) {
            auto begun = begin(item);
            if (!begun) {
                known = transfers_.emplace(item, Transfer{}).first;
                put_off(item, known->second, begun.error(), now);
                continue;
            }
            known = transfers_.emplace(item, *std::move(begun)).first;
        }
        Transfer& transfer = known->second;
        if (transfer.pause.runs(now) || !busy.insert(stream.from).second) {
            continue;
        }
        if (transfer.offset == stream.size && transfer.under_way == 0) {
            whole.push_back(item);  // the process before this one ended between the last part
            continue;               // and keeping it
        }
        while (transfer.under_way < parts_ahead && transfer.asked < stream.size) {
            wanted.push_back({stream.from, {item, transfer.asked}});
            transfer.asked += part_at(transfer.asked, stream.size);
            ++transfer.under_way;
        }
    }
    for (const base::Digest& item : whole) {
        Transfer& transfer = transfers_.at(item);
        if (const auto kept = keep(item, transfer); !kept) {
            put_off(item, transfer, kept.error(), now);
        }
    }
    return wanted;
}

void Fetching::answered(const SegmentsAsked& what, const base::Result<message::Response>& response,
                        base::Instant now) {
    const auto found = transfers_.find(what.item);
    COMITY_ENSURE(found != transfers_.end());
    Transfer& transfer = found->second;
    --transfer.under_way;
    const auto stream = institution_.awaited().find(what.item);
    if (stream == institution_.awaited().end()) {
        return;
    }
    auto taken = take(transfer, what, stream->second, response);
    if (taken && transfer.offset == stream->second.size) {
        taken = keep(what.item, transfer);
    }
    if (!taken) {
        put_off(what.item, transfer, taken.error(), now);
    } else {
        transfer.pause = Pause();
        troubles_.erase(what.item);
    }
}

base::Result<void> Fetching::take(Transfer& transfer, const SegmentsAsked& what,
                                  const submit::AwaitedStream& stream,
                                  const base::Result<message::Response>& response) {
    if (!response) {
        return std::unexpected(response.error());
    }
    if (response->status != 200) {
        return std::unexpected(message::error_of(*response));
    }
    if (what.offset < transfer.offset) {
        return {};  // it came twice
    }
    if (response->body.size() != part_at(what.offset, stream.size)) {
        return base::fail(base::ErrorKind::invalid,
                          "the peer sent another part than was asked for");
    }
    if (what.offset > transfer.offset) {
        transfer.early.insert_or_assign(what.offset, response->body);
        return {};
    }
    COMITY_TRY(append(transfer, what.item, base::view_of(response->body)));
    for (auto part = transfer.early.find(transfer.offset); part != transfer.early.end();
         part = transfer.early.find(transfer.offset)) {
        COMITY_TRY(append(transfer, what.item, base::view_of(part->second)));
        transfer.early.erase(part);
    }
    return {};
}

base::Result<void> Fetching::append(Transfer& transfer, const base::Digest& item,
                                    base::ByteView bytes) {
    COMITY_TRY(
        institution_.ports().blobs.append(submit::upload_name(item), transfer.offset, bytes));
    if (!transfer.resumed) {
        transfer.tree.update(bytes);
    }
    transfer.offset += bytes.size();
    return {};
}

base::Result<void> Fetching::keep(const base::Digest& item, Transfer& transfer) {
    ports::Blobs& blobs = institution_.ports().blobs;
    const ports::BlobName upload = submit::upload_name(item);
    base::Result<void> kept;
    if (!transfer.resumed && transfer.tree.finish() != item) {
        kept = base::fail(base::ErrorKind::invalid, "what the peer sent is not the item");
    } else {
        kept = blobs.keep(
            upload, item,
            transfer.resumed ? ports::BlobCheck::read_again : ports::BlobCheck::done_by_caller);
    }
    if (kept) {
        institution_.arrived(item);
        return kept;
    }
    if (kept.error().kind == base::ErrorKind::invalid) {  // from the beginning, then
        COMITY_TRY(blobs.discard(upload));
        transfer.offset = 0;
        transfer.resumed = false;
        transfer.tree = crypto::PieceTree(ports::blob_piece_bytes);
    }
    return kept;
}

void Fetching::put_off(const base::Digest& item, Transfer& transfer, const base::Error& error,
                       base::Instant now) {
    transfer.early.clear();
    transfer.asked = transfer.offset;
    transfer.pause.prolong(now, first_pause, longest_pause);
    troubles_[item] = error.text();
}

std::optional<base::Instant> Fetching::wake_at() const {
    std::optional<base::Instant> earliest;
    for (const auto& [item, transfer] : transfers_) {
        if (transfer.under_way == 0 && (!earliest || transfer.pause.until() < *earliest)) {
            earliest = transfer.pause.until();
        }
    }
    return earliest;
}

}  // namespace comity::delivery
