#include "domain/items/descriptor.h"

#include <algorithm>
#include <set>

#include "ground/crypto/crypto.h"

namespace comity::items {

namespace {

std::unexpected<base::Error> refuse(std::string_view place, std::string what,
                                    std::string why = {}) {
    return std::unexpected(base::Error{
        base::ErrorKind::malformed, std::move(what), std::move(why), {}, std::string(place), {}});
}

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// RFC 6838 4.2 restricted-name, lower case only: one type has one spelling.
bool is_restricted_name(std::string_view text) {
    constexpr std::string_view others = "!#$&-^_.+";
    return !text.empty() && is_letter_or_digit(text.front()) &&
           std::ranges::all_of(text, [&](char c) {
               return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
           });
}

bool is_media_type(std::string_view text) {
    const std::size_t slash = text.find('/');
    return text.size() <= max_media_type_bytes && slash != std::string_view::npos &&
           is_restricted_name(text.substr(0, slash)) && is_restricted_name(text.substr(slash + 1));
}

/// A line that a person reads: no control characters.
bool is_plain_line(std::string_view text) {
    return std::ranges::all_of(
        text, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
}

base::Result<void> check_use_limits(const std::vector<std::string>& limits) {
    if (limits.size() > max_use_limits) {
        return refuse("/use_limits", "an item has at most 16 use limits");
    }
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < limits.size(); ++i) {
        const std::string& text = limits[i];
        const std::string place = "/use_limits/" + std::to_string(i);
        if (text.empty() || text.size() > max_use_limit_bytes || !is_plain_line(text)) {
            return refuse(place, "a use limit is one line of 1 to 512 bytes");
        }
        if (!seen.insert(text).second) {
            return refuse(place, "this use limit stands twice");
        }
    }
    return {};
}

/// Kind malformed unless there are none, or version 2 names 1 to 15 keys, each once.
base::Result<void> check_readers(const ItemDescriptor& descriptor) {
    if (descriptor.reader.empty()) {
        return refuse("/reader", "an item is sealed to a party");
    }
    if (!descriptor.more_readers) {
        return {};
    }
    const std::vector<ItemReader>& more = *descriptor.more_readers;
    if (descriptor.version == item_version) {
        return refuse("/more_readers", "an item of version 1 has one reader");
    }
    if (more.empty() || more.size() > max_more_readers) {
        return refuse("/more_readers", "further readers are 1 to 15, or the member is absent");
    }
    std::set<base::KeyId> seen{descriptor.key};
    for (std::size_t i = 0; i < more.size(); ++i) {
        const std::string place = "/more_readers/" + std::to_string(i);
        if (more[i].reader.empty()) {
            return refuse(place + "/reader", "an item is sealed to a party");
        }
        if (!seen.insert(more[i].key).second) {
            return refuse(place + "/key", "this key stands twice");
        }
    }
    return {};
}

}  // namespace

base::Result<void> check(const ItemDescriptor& descriptor) {
    const bool is_stream = descriptor.version == stream_version;
    if (descriptor.version != item_version && !is_stream) {
        return refuse("/version", "this version of the item format is not known",
                      "version " + std::to_string(descriptor.version));
    }
    if (!is_media_type(descriptor.media_type)) {
        return refuse("/media_type", "this is not a media type in lower case");
    }
    if (descriptor.size < 0 || descriptor.size > (is_stream ? max_stream_bytes : max_item_bytes)) {
        return refuse("/size", is_stream ? "an item of version 2 has at most 16 TiB"
                                         : "an item of version 1 has at most 16 MiB");
    }
    if (descriptor.tier < 0 || descriptor.tier > max_tier) {
        return refuse("/tier", "a tier is a number from 0 to 4");
    }
    if (descriptor.end.days <= 0) {
        return refuse("/end", "every item has an end");
    }
    COMITY_TRY(check_readers(descriptor));
    return check_use_limits(descriptor.use_limits);
}

base::Result<ItemDescriptor> read_descriptor(std::string_view text) {
    codec::JsonLimits limits;
    limits.bytes = max_descriptor_bytes;
    limits.depth = 3;
    limits.members = max_use_limits + 1;
    const codec::Value value = COMITY_TRY(codec::parse_canonical(text, limits));
    ItemDescriptor descriptor = COMITY_TRY(codec::read<ItemDescriptor>(value));
    COMITY_TRY(check(descriptor));
    return descriptor;
}

std::string sealing_context(const ItemDescriptor& descriptor) {
    codec::Value value = codec::to_value(descriptor);
    value.as_object().erase("id");
    const std::string core = codec::canonical(value);
    return "comity/item/v1 " +
           crypto::tagged_hash("comity/item/core/v1", base::view_of(core)).hex();
}

}  // namespace comity::items
