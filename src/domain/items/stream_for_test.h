#pragma once

// Streams in the memory of a test.

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "domain/items/items.h"
#include "ground/crypto/testing.h"

namespace comity::items::testing {

/// Bytes that differ from place to place: SplitMix64 over the number of every eighth.
inline base::Bytes plaintext_of(std::size_t size, std::uint64_t seed = 1) {
    base::Bytes bytes;
    bytes.reserve(size + 8);
    for (std::uint64_t i = 0; bytes.size() < size; ++i) {
        std::uint64_t value = (seed << 40) + (i + 1) * 0x9e3779b97f4a7c15U;
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
        value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
        base::append_u64(bytes, value ^ (value >> 31));
    }
    bytes.resize(size);
    return bytes;
}

inline StreamTerms terms_for(std::vector<crypto::SealingKey> keys) {
    StreamTerms terms;
    terms.media_type = "application/mbox";
    terms.tier = 4;
    terms.end = base::Date{22000};
    terms.use_limits = {"only for case XA-2031-0042"};
    int number = 0;
    for (crypto::SealingKey& key : keys) {
        terms.readers.push_back(
            {*base::PartyId::parse("reader-" + std::to_string(number++)), std::move(key)});
    }
    return terms;
}

/// All that a sealing gave.
struct Made {
    ItemDescriptor descriptor;
    std::string box;
    std::vector<base::Bytes> segments;
    std::vector<base::Digest> leaves;

    [[nodiscard]] base::Bytes sealed() const {
        base::Bytes all;
        for (const base::Bytes& segment : segments) {
            base::append(all, segment);
        }
        return all;
    }
};

inline SegmentSink keep_in(Made& made) {
    return [&made](const SealedSegment& segment) -> base::Result<void> {
        EXPECT_EQ(segment.index, made.segments.size());
        made.segments.emplace_back(segment.bytes.begin(), segment.bytes.end());
        made.leaves.push_back(segment.leaf);
        return {};
    };
}

inline void finish_into(Made& made, Sealer& sealer) {
    auto finished = sealer.finish(keep_in(made));
    ASSERT_TRUE(finished.has_value()) << finished.error().text();
    made.descriptor = finished->descriptor;
    made.box = finished->box;
}

/// Seals in parts of `part` bytes.
inline Made seal_all(base::ByteView plaintext, const StreamTerms& terms, crypto::Random& random,
                     std::size_t part = std::size_t{300} * 1000) {
    Made made;
    auto sealer = Sealer::start(terms, random);
    EXPECT_TRUE(sealer.has_value());
    while (!plaintext.empty()) {
        const base::ByteView now = plaintext.first(std::min(part, plaintext.size()));
        EXPECT_TRUE(sealer->write(now, keep_in(made)));
        plaintext = plaintext.subspan(now.size());
    }
    finish_into(made, *sealer);
    return made;
}

/// Opens in parts of `part` bytes, to the end.
inline base::Result<base::Bytes> open_all(const ItemDescriptor& descriptor,
                                          base::SecretBytes file_key, base::ByteView sealed,
                                          std::size_t part = std::size_t{400} * 1000) {
    Opener opener = COMITY_TRY(Opener::start(descriptor, std::move(file_key)));
    base::Bytes plaintext;
    const PlaintextSink sink = [&](std::uint64_t, base::ByteView bytes) -> base::Result<void> {
        base::append(plaintext, bytes);
        return {};
    };
    while (!sealed.empty()) {
        const base::ByteView now = sealed.first(std::min(part, sealed.size()));
        COMITY_TRY(opener.write(now, sink));
        sealed = sealed.subspan(now.size());
    }
    COMITY_TRY(opener.finish());
    return plaintext;
}

}  // namespace comity::items::testing
