#include "domain/items/opener.h"

#include <algorithm>
#include <utility>

#include "domain/items/detail/segments.h"

namespace comity::items {

namespace {

using detail::Position;

base::Result<void> check_key(const ItemDescriptor& descriptor, const base::SecretBytes& file_key) {
    COMITY_TRY(check(descriptor));
    if (descriptor.version != stream_version) {
        return std::unexpected(base::Error{base::ErrorKind::malformed,
                                           "this item is no stream",
                                           {},
                                           "take it as one piece",
                                           "/version",
                                           {}});
    }
    if (file_key.size() != file_key_bytes ||
        commitment_to_file_key(file_key) != descriptor.commitment) {
        return base::fail(base::ErrorKind::invalid, "this is the key of another item");
    }
    return {};
}

Position position_of(const ItemDescriptor& descriptor, std::uint64_t index) {
    return index + 1 == segments_of(descriptor.size) ? Position::last : Position::inner;
}

/// Bytes of the sealed segment `index`, which the item has.
std::size_t sealed_bytes_of(const ItemDescriptor& descriptor, std::uint64_t index) {
    const auto before = static_cast<std::int64_t>(index * segment_bytes);
    const auto rest = static_cast<std::uint64_t>(descriptor.size - before);
    return std::min<std::uint64_t>(rest, segment_bytes) + segment_overhead;
}

}  // namespace

struct Opener::State {
    State(ItemDescriptor given, base::SecretBytes key)
        : descriptor(std::move(given)),
          cipher(std::move(key), stream_terms_digest(descriptor)),
          segments(segments_of(descriptor.size)),
          plaintext(sealed_bytes_of(descriptor, 0) - segment_overhead) {}

    ItemDescriptor descriptor;
    detail::SegmentCipher cipher;
    std::uint64_t segments;
    crypto::MerkleFrontier tree;
    crypto::Sha256 hash;
    base::Bytes waiting;          ///< sealed bytes of the segment that is not yet whole
    base::SecretBytes plaintext;  ///< room for the largest segment
    bool is_over = false;

    base::Result<void> open(base::ByteView sealed, const PlaintextSink& sink) {
        const std::span<std::uint8_t> out =
            plaintext.writable().first(sealed.size() - segment_overhead);
        const std::uint64_t index = tree.size();
        COMITY_TRY(cipher.open(index, position_of(descriptor, index), sealed, out));
        COMITY_TRY(sink(index, out));
        tree.add(crypto::merkle_leaf_of_large(hash, sealed));
        return {};
    }
    base::Result<void> take(base::ByteView sealed, const PlaintextSink& sink) {
        while (!sealed.empty()) {
            if (tree.size() == segments) {
                return detail::fail_at(segments, base::ErrorKind::invalid,
                                       "there are bytes behind the item's last segment");
            }
            const std::size_t whole = sealed_bytes_of(descriptor, tree.size());
            if (waiting.empty() && sealed.size() >= whole) {
                COMITY_TRY(open(sealed.first(whole), sink));
                sealed = sealed.subspan(whole);
                continue;
            }
            const std::size_t part = std::min(sealed.size(), whole - waiting.size());
            base::append(waiting, sealed.first(part));
            sealed = sealed.subspan(part);
            if (waiting.size() == whole) {
                COMITY_TRY(open(waiting, sink));
                waiting.clear();
            }
        }
        return {};
    }
};

Opener::Opener(std::unique_ptr<State> state) : state_(std::move(state)) {
}
Opener::Opener(Opener&&) noexcept = default;
Opener& Opener::operator=(Opener&&) noexcept = default;
Opener::~Opener() = default;

base::Result<Opener> Opener::start(const ItemDescriptor& descriptor, base::SecretBytes file_key) {
    COMITY_TRY(check_key(descriptor, file_key));
    return Opener(std::make_unique<State>(descriptor, std::move(file_key)));
}

base::Result<Opener> Opener::resume(const ItemDescriptor& descriptor, base::SecretBytes file_key,
                                    const StreamProgress& progress) {
    Opener opener = COMITY_TRY(start(descriptor, std::move(file_key)));
    State& state = *opener.state_;
    if (progress.terms != state.cipher.terms() || progress.segments < 0 ||
        std::cmp_greater(progress.segments, state.segments)) {
        return base::fail(base::ErrorKind::invalid, "this is the progress of another stream", {},
                          "open the item anew");
    }
    state.tree = COMITY_TRY(crypto::MerkleFrontier::restore(
        static_cast<std::uint64_t>(progress.segments), progress.tree));
    return opener;
}

base::Result<void> Opener::write(base::ByteView sealed, const PlaintextSink& sink) {
    COMITY_ENSURE(!state_->is_over);
    auto taken = state_->take(sealed, sink);
    if (!taken) {
        state_->is_over = true;
    }
    return taken;
}

base::Result<void> Opener::finish() {
    State& state = *state_;
    COMITY_ENSURE(!state.is_over);
    state.is_over = true;
    if (state.tree.size() < state.segments) {
        return detail::fail_at(state.tree.size(), base::ErrorKind::invalid,
                               "the item ends before its last segment",
                               std::to_string(state.segments - state.tree.size()) + " of " +
                                   std::to_string(state.segments) + " segments lack");
    }
    if (state.tree.root() != state.descriptor.id) {
        return base::fail(base::ErrorKind::invalid, "the segments are not those of the item",
                          "their root is not " + state.descriptor.id.hex());
    }
    return {};
}

StreamProgress Opener::progress() const {
    return {1, state_->cipher.terms(), static_cast<std::int64_t>(state_->tree.size()),
            state_->tree.roots()};
}

base::Result<base::SecretBytes> open_segment(const ItemDescriptor& descriptor,
                                             const base::SecretBytes& file_key, std::uint64_t index,
                                             base::ByteView sealed) {
    COMITY_TRY(check_key(descriptor, file_key));
    if (index >= segments_of(descriptor.size) ||
        sealed.size() != sealed_bytes_of(descriptor, index)) {
        return detail::fail_at(index, base::ErrorKind::invalid,
                               "the item has no segment of this size there");
    }
    detail::SegmentCipher cipher(file_key.clone(), stream_terms_digest(descriptor));
    base::SecretBytes plaintext(sealed.size() - segment_overhead);
    COMITY_TRY(cipher.open(index, position_of(descriptor, index), sealed, plaintext.writable()));
    return plaintext;
}

}  // namespace comity::items
