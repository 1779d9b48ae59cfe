#include "domain/items/detail/tally.h"

#include <array>
#include <utility>

namespace comity::items::detail {

namespace {

/// HMAC-SHA-256(salt, label || 00 || message).
base::Digest salted(const base::SecretBytes& salt, std::string_view label, base::ByteView message) {
    base::Bytes labelled = base::bytes_of(label);
    labelled.push_back(0);
    base::append(labelled, message);
    return crypto::hmac_sha256(salt.view(), labelled);
}

std::int64_t& count_of(MaskWithheld& withheld, LeftOut reason) {
    switch (reason) {
        case LeftOut::outside_time: return withheld.outside_time;
        case LeftOut::other_correspondents: return withheld.other_correspondents;
        case LeftOut::withheld_correspondents: return withheld.withheld_correspondents;
        case LeftOut::other_rows: return withheld.other_rows;
        case LeftOut::unreadable: return withheld.unreadable;
        case LeftOut::part: break;
    }
    std::unreachable();
}

}  // namespace

Tally::Tally(const MaskSpec& spec, base::SecretBytes salt) : salt_(std::move(salt)) {
    report_.mask = mask_digest(spec);
    report_.salt = crypto::tagged_hash("comity/mask/salt/v1", salt_.view());
}

void Tally::source(base::ByteView bytes) {
    report_.source_bytes += static_cast<std::int64_t>(bytes.size());
    source_hash_.update(bytes);
}

base::Result<void> Tally::result(base::ByteView bytes, const MaskSink& sink) {
    if (bytes.empty()) {
        return {};
    }
    report_.result_bytes += static_cast<std::int64_t>(bytes.size());
    result_hash_.update(bytes);
    return sink(bytes);
}

void Tally::begin_record() {
    ++report_.read;
    record_hash_ = crypto::Sha256();
    parts_ = 0;
}

void Tally::keep_record(bool is_reduced) {
    ++report_.kept;
    report_.reduced += is_reduced ? 1 : 0;
}

void Tally::withhold_record(LeftOut reason) {
    COMITY_ENSURE(reason != LeftOut::part);
    ++count_of(report_.withheld, reason);
    add_leaf(reason, 0, record_hash_.finish());
}

void Tally::leave_out_part() {
    ++report_.parts_left_out;
    add_leaf(LeftOut::part, ++parts_, part_hash_.finish());
}

void Tally::add_leaf(LeftOut reason, std::uint64_t part, const base::Digest& digest) {
    // A salt for each leaf, so that one of them can be opened without the others.
    base::Bytes place;
    base::append_u64(place, static_cast<std::uint64_t>(report_.read));
    base::append_u64(place, part);
    const base::Digest leaf_salt = salted(salt_, "comity/mask/leaf/v1", place);
    base::append(place, base::ByteView(std::array{static_cast<std::uint8_t>(reason)}));
    base::append(place, crypto::hmac_sha256(leaf_salt.view(), digest.view()).view());
    left_out_.add(crypto::merkle_leaf(place));
}

MaskReport Tally::finish() {
    report_.source = salted(salt_, "comity/mask/source/v1", source_hash_.finish().view());
    report_.result = salted(salt_, "comity/mask/result/v1", result_hash_.finish().view());
    report_.left_out = left_out_.root();
    return report_;
}

}  // namespace comity::items::detail
