#include "domain/items/sealer.h"

#include <algorithm>
#include <utility>

#include "domain/items/box.h"
#include "domain/items/detail/segments.h"

namespace comity::items {

namespace {

using detail::Position;

base::Result<ItemDescriptor> descriptor_of(const StreamTerms& terms,
                                           const base::SecretBytes& file_key) {
    if (terms.readers.empty() || terms.readers.size() > crypto::most_readers) {
        return std::unexpected(base::Error{base::ErrorKind::malformed,
                                           "an item is sealed to 1 to 16 readers",
                                           {},
                                           {},
                                           "/reader",
                                           {}});
    }
    ItemDescriptor descriptor;
    descriptor.version = stream_version;
    descriptor.realm = terms.realm;
    descriptor.commitment = commitment_to_file_key(file_key);
    descriptor.media_type = terms.media_type;
    descriptor.tier = terms.tier;
    descriptor.end = terms.end;
    descriptor.use_limits = terms.use_limits;
    descriptor.reader = terms.readers.front().party;
    descriptor.key = terms.readers.front().key.id();
    if (terms.readers.size() > 1) {
        descriptor.more_readers.emplace();
        for (std::size_t i = 1; i < terms.readers.size(); ++i) {
            descriptor.more_readers->push_back({terms.readers[i].party, terms.readers[i].key.id()});
        }
    }
    COMITY_TRY(check(descriptor));
    return descriptor;
}

}  // namespace

struct Sealer::State {
    State(ItemDescriptor made, base::SecretBytes key, crypto::Random& source)
        : descriptor(std::move(made)),
          cipher(std::move(key), stream_terms_digest(descriptor)),
          random(source) {}

    ItemDescriptor descriptor;
    std::vector<crypto::SealingKey> readers;
    detail::SegmentCipher cipher;
    crypto::Random& random;
    crypto::MerkleFrontier tree;
    crypto::Sha256 hash;
    std::int64_t size = 0;      ///< of the plaintext taken
    base::SecretBytes waiting;  ///< plaintext of the segment that is not yet sealed, and room
    std::size_t waits = 0;      ///< its bytes
    base::Bytes sealed;         ///< as large as the largest segment so far
    bool is_over = false;       ///< finished, or failed

    base::Result<void> emit(base::ByteView plaintext, Position position, const SegmentSink& sink) {
        sealed.resize(std::max(sealed.size(), plaintext.size() + segment_overhead));
        const std::span<std::uint8_t> out =
            std::span(sealed).first(plaintext.size() + segment_overhead);
        cipher.seal(tree.size(), position, plaintext, random, out);
        const SealedSegment segment{tree.size(), out, crypto::merkle_leaf_of_large(hash, out)};
        auto taken = sink(segment);
        if (!taken) {
            is_over = true;
            return taken;
        }
        tree.add(segment.leaf);
        return {};
    }
    /// Moves bytes from the front of `plaintext` to the waiting ones, as many as a segment takes.
    void wait_for_more(base::ByteView& plaintext) {
        const base::ByteView part =
            plaintext.first(std::min(plaintext.size(), segment_bytes - waits));
        if (waiting.size() < waits + part.size()) {
            // Small items stay small; the old bytes are wiped where they stood.
            base::SecretBytes larger(
                std::min(segment_bytes, std::max(2 * waiting.size(), waits + part.size())));
            std::ranges::copy(waiting.view().first(waits), larger.writable().begin());
            waiting = std::move(larger);
        }
        std::ranges::copy(part, waiting.writable().subspan(waits).begin());
        waits += part.size();
        plaintext = plaintext.subspan(part.size());
    }
};

Sealer::Sealer(std::unique_ptr<State> state) : state_(std::move(state)) {
}
Sealer::Sealer(Sealer&&) noexcept = default;
Sealer& Sealer::operator=(Sealer&&) noexcept = default;
Sealer::~Sealer() = default;

base::Result<Sealer> Sealer::make(const StreamTerms& terms, base::SecretBytes file_key,
                                  crypto::Random& random) {
    ItemDescriptor descriptor = COMITY_TRY(descriptor_of(terms, file_key));
    auto state = std::make_unique<State>(std::move(descriptor), std::move(file_key), random);
    for (const StreamReader& reader : terms.readers) {
        state->readers.push_back(reader.key);
    }
    return Sealer(std::move(state));
}

base::Result<Sealer> Sealer::start(const StreamTerms& terms, crypto::Random& random) {
    base::SecretBytes file_key(file_key_bytes);
    random.fill(file_key.writable());
    return make(terms, std::move(file_key), random);
}

base::Result<Sealer> Sealer::resume(const StreamTerms& terms, base::SecretBytes file_key,
                                    const StreamProgress& progress, crypto::Random& random) {
    if (file_key.size() != file_key_bytes || progress.segments < 0 ||
        progress.segments >= static_cast<std::int64_t>(segments_of(max_stream_bytes))) {
        return base::fail(base::ErrorKind::malformed, "this is no stream to go on with");
    }
    Sealer sealer = COMITY_TRY(make(terms, std::move(file_key), random));
    if (sealer.state_->cipher.terms() != progress.terms) {
        return base::fail(base::ErrorKind::invalid, "this is the progress of another stream",
                          "its key or its terms are others", "seal the item anew");
    }
    sealer.state_->tree = COMITY_TRY(crypto::MerkleFrontier::restore(
        static_cast<std::uint64_t>(progress.segments), progress.tree));
    sealer.state_->size = progress.segments * static_cast<std::int64_t>(segment_bytes);
    return sealer;
}

base::Result<void> Sealer::write(base::ByteView plaintext, const SegmentSink& sink) {
    State& state = *state_;
    COMITY_ENSURE(!state.is_over);
    if (std::cmp_greater(plaintext.size(), max_stream_bytes - state.size)) {
        state.is_over = true;
        return base::fail(base::ErrorKind::too_large, "an item has at most 16 TiB", {},
                          "hand it over in several items");
    }
    state.size += static_cast<std::int64_t>(plaintext.size());
    while (!plaintext.empty()) {
        if (state.waits == segment_bytes) {
            COMITY_TRY(
                state.emit(state.waiting.view().first(segment_bytes), Position::inner, sink));
            state.waits = 0;
        } else if (state.waits == 0 && plaintext.size() > segment_bytes) {
            // Straight from the caller's memory: most of a large file goes this way.
            COMITY_TRY(state.emit(plaintext.first(segment_bytes), Position::inner, sink));
            plaintext = plaintext.subspan(segment_bytes);
        } else {
            state.wait_for_more(plaintext);
        }
    }
    return {};
}

base::Result<SealedStream> Sealer::finish(const SegmentSink& sink) {
    State& state = *state_;
    COMITY_ENSURE(!state.is_over);
    if (state.waits == 0 && state.tree.size() > 0) {
        // Only after resume(): the border was behind the last byte, and the segment before it was
        // sealed as an inner one.
        state.is_over = true;
        return base::fail(base::ErrorKind::conflict, "the plaintext ends where the sealing went on",
                          "its source is shorter than it was", "seal the item anew");
    }
    COMITY_TRY(state.emit(state.waiting.view().first(state.waits), Position::last, sink));
    state.is_over = true;
    SealedStream stream;
    stream.descriptor = state.descriptor;
    stream.descriptor.size = state.size;
    stream.descriptor.id = state.tree.root();
    stream.box = COMITY_TRY(
        seal_box(stream.descriptor, state.cipher.file_key(), state.readers, state.random));
    return stream;
}

StreamProgress Sealer::progress() const {
    return {1, state_->cipher.terms(), static_cast<std::int64_t>(state_->tree.size()),
            state_->tree.roots()};
}

const base::SecretBytes& Sealer::file_key() const {
    return state_->cipher.file_key();
}

const ItemDescriptor& Sealer::unfinished() const {
    return state_->descriptor;
}

}  // namespace comity::items
