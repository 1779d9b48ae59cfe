#pragma once

// Masks in the memory of a test.

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "domain/items/mask.h"

namespace comity::items::testing {

struct Masked {
    std::string text;
    MaskReport report;
};

inline base::SecretBytes salt_of(std::uint8_t byte = 1) {
    return base::SecretBytes(base::Bytes(mask_salt_bytes, byte));
}

/// Masks `source` in parts of `part` bytes.
inline base::Result<Masked> mask_all(const MaskSpec& spec, std::string_view source,
                                     std::size_t part = 1'000'000, std::uint8_t salt = 1) {
    const auto mask = COMITY_TRY(make_mask(spec, salt_of(salt)));
    Masked masked;
    const MaskSink sink = [&](base::ByteView bytes) {
        masked.text += base::text_of(bytes);
        return base::Result<void>{};
    };
    while (!source.empty()) {
        const std::string_view now = source.substr(0, part);
        COMITY_TRY(mask->write(base::view_of(now), sink));
        source.remove_prefix(now.size());
    }
    masked.report = COMITY_TRY(mask->finish(sink));
    return masked;
}

/// The same, for a mask and a source that are right; what comes out must not depend on the parts.
inline Masked masked_of(const MaskSpec& spec, std::string_view source) {
    auto whole = mask_all(spec, source);
    if (!whole) {
        ADD_FAILURE() << whole.error().text();
        return {};
    }
    for (const std::size_t part : {std::size_t{1}, std::size_t{7}, std::size_t{64}}) {
        const auto parts = mask_all(spec, source, part);
        EXPECT_TRUE(parts.has_value() && parts->text == whole->text &&
                    parts->report == whole->report)
            << part;
    }
    EXPECT_EQ(whole->report.source_bytes, static_cast<std::int64_t>(source.size()));
    EXPECT_EQ(whole->report.result_bytes, static_cast<std::int64_t>(whole->text.size()));
    const MaskWithheld& withheld = whole->report.withheld;
    EXPECT_EQ(whole->report.read,
              whole->report.kept + withheld.outside_time + withheld.other_correspondents +
                  withheld.withheld_correspondents + withheld.other_rows + withheld.unreadable);
    return *std::move(whole);
}

}  // namespace comity::items::testing
