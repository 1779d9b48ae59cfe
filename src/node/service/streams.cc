#include "node/service/streams.h"

namespace comity::service {
namespace {

constexpr std::string_view upload_part = "/upload";
constexpr std::string_view keep_part = "/keep";

message::Response answer(const base::Result<message::Response>& response) {
    return response ? *response : message::error_response(response.error());
}

/// The item of a path `/items/ID` + `part`.
std::optional<base::Digest> item_before(std::string_view path, std::string_view part) {
    if (!path.starts_with(delivery::items_prefix) || !path.ends_with(part) ||
        path.size() < delivery::items_prefix.size() + part.size()) {
        return std::nullopt;
    }
    path.remove_prefix(delivery::items_prefix.size());
    path.remove_suffix(part.size());
    const auto id = base::Digest::from_hex(path);
    return id ? std::optional(*id) : std::nullopt;
}

base::Result<message::Response> segments(const submit::Institution& institution,
                                         const delivery::SegmentsAsked& what,
                                         const std::optional<base::PartyId>& peer) {
    if (peer) {
        COMITY_TRY(institution.check_fetch(*peer, what.item));
    }
    ports::Blobs& blobs = institution.ports().blobs;
    const std::uint64_t size = COMITY_TRY(blobs.size(what.item));
    if (what.offset >= size) {
        return base::fail(base::ErrorKind::not_found, "the item ends before that part");
    }
    message::Response response;
    response.headers.set("content-type", "application/octet-stream");
    response.headers.set("cache-control", "no-store");
    response.body.resize(std::min<std::uint64_t>(delivery::part_bytes, size - what.offset));
    const std::size_t read = COMITY_TRY(blobs.read(
        what.item, what.offset,
        std::span(reinterpret_cast<std::uint8_t*>(response.body.data()), response.body.size())));
    if (read != response.body.size()) {
        return base::fail(base::ErrorKind::failure, "the item's segments are cut off here");
    }
    return response;
}

/// How much of an item's stream lies here.
base::Result<message::Response> state_of(ports::Blobs& blobs, const base::Digest& item) {
    codec::Object state;
    const auto kept = blobs.size(item);
    const auto size = kept ? kept : blobs.upload_size(submit::upload_name(item));
    if (!size && size.error().kind != base::ErrorKind::not_found) {
        return std::unexpected(size.error());
    }
    state["kept"] = kept.has_value();
    state["size"] = size ? static_cast<std::int64_t>(*size) : 0;
    return message::json_response(200, codec::canonical(codec::Value(std::move(state))) + "\n");
}

base::Result<message::Response> append(ports::Blobs& blobs, const delivery::SegmentsAsked& where,
                                       std::string_view body) {
    COMITY_TRY(blobs.append(submit::upload_name(where.item), where.offset, base::view_of(body)));
    return state_of(blobs, where.item);
}

base::Result<message::Response> keep(ports::Blobs& blobs, const base::Digest& item) {
    COMITY_TRY(blobs.keep(submit::upload_name(item), item, ports::BlobCheck::read_again));
    return state_of(blobs, item);
}

}  // namespace

std::optional<message::Response> get_stream(const submit::Institution& institution,
                                            std::string_view path,
                                            const std::optional<base::PartyId>& peer) {
    if (const auto what = delivery::read_segments_target(path)) {
        return answer(segments(institution, *what, peer));
    }
    if (const auto item = item_before(path, upload_part); item && !peer) {
        return answer(state_of(institution.ports().blobs, *item));
    }
    return std::nullopt;
}

std::optional<message::Response> post_stream(const submit::Institution& institution,
                                             std::string_view path, std::string_view body) {
    ports::Blobs& blobs = institution.ports().blobs;
    if (const auto where = delivery::read_segments_target(path)) {
        return answer(append(blobs, *where, body));
    }
    if (const auto item = item_before(path, keep_part)) {
        return answer(keep(blobs, *item));
    }
    return std::nullopt;
}

}  // namespace comity::service
