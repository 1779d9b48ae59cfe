// Sealed streams: their small texts are written back byte for byte; hostile segments never open,
// and never bring an opener down; what was sealed opens however it was cut.

#include <algorithm>
#include <cstdlib>

#include "domain/items/items.h"
#include "ground/crypto/testing.h"

namespace {

using namespace comity;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void read_texts(std::string_view text) {
    if (const auto progress = items::read_progress(text)) {
        require(codec::write(*progress) == text);
    }
    if (const auto held = items::read_held_key(text)) {
        require(codec::write(*held) == text);
    }
}

struct Sealed {
    items::ItemDescriptor descriptor;
    base::Bytes bytes;
};

Sealed seal(base::ByteView plaintext, const base::SecretBytes& file_key, crypto::Random& random,
            const crypto::SealingKey& reader) {
    items::StreamTerms terms;
    terms.media_type = "text/plain";
    terms.end = base::Date{22000};
    terms.readers = {{*base::PartyId::parse("reader"), reader}};
    items::ItemDescriptor shape;
    shape.version = items::stream_version;
    shape.commitment = items::commitment_to_file_key(file_key);
    shape.media_type = terms.media_type;
    shape.end = terms.end;
    shape.reader = terms.readers[0].party;
    shape.key = reader.id();
    auto sealer = items::Sealer::resume(terms, file_key.clone(),
                                        {1, items::stream_terms_digest(shape), 0, {}}, random);
    require(sealer.has_value());
    Sealed made;
    const items::SegmentSink sink = [&](const items::SealedSegment& segment) {
        base::append(made.bytes, segment.bytes);
        return base::Result<void>{};
    };
    require(sealer->write(plaintext, sink).has_value());
    auto finished = sealer->finish(sink);
    require(finished.has_value());
    made.descriptor = finished->descriptor;
    return made;
}

/// The bytes that came out, or the error.
base::Result<base::Bytes> open(const items::ItemDescriptor& descriptor,
                               const base::SecretBytes& file_key, base::ByteView sealed,
                               std::size_t part) {
    auto opener = items::Opener::start(descriptor, file_key.clone());
    require(opener.has_value());
    base::Bytes out;
    const items::PlaintextSink sink = [&](std::uint64_t, base::ByteView bytes) {
        base::append(out, bytes);
        return base::Result<void>{};
    };
    while (!sealed.empty()) {
        const base::ByteView now = sealed.first(std::min(part, sealed.size()));
        COMITY_TRY(opener->write(now, sink));
        sealed = sealed.subspan(now.size());
    }
    COMITY_TRY(opener->finish());
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static crypto::CountingRandom random(1);
    static const crypto::HeldSealingKey reader(crypto::Curve::x25519, random);
    const base::ByteView input(data, size);
    read_texts(base::text_of(input));
    if (size < 2) {
        return 0;
    }
    const base::SecretBytes file_key(items::file_key_bytes);
    const base::ByteView plaintext = input.subspan(2);
    const Sealed made = seal(plaintext, file_key, random, reader.public_key());
    const std::size_t part = 1 + input[0];
    const auto opened = open(made.descriptor, file_key, made.bytes, part);
    require(opened.has_value() && std::ranges::equal(*opened, plaintext));
    base::Bytes altered = made.bytes;
    altered[input[1] % altered.size()] ^= 0x40;
    require(!open(made.descriptor, file_key, altered, part));
    require(!open(made.descriptor, file_key, input, part));
    return 0;
}
