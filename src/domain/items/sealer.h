#pragma once

// Sealing a stream: plaintext in, sealed segments out, in memory that does not grow.

#include <functional>
#include <memory>
#include <string>

#include "domain/items/stream.h"

namespace comity::items {

/// A segment that is ready to be kept or sent. The bytes are valid during the call that hands it
/// out.
struct SealedSegment {
    std::uint64_t index = 0;
    base::ByteView bytes;
    base::Digest leaf;  ///< its leaf in the tree, see SegmentList
};

/// Takes segments in their order; an error stops the sealing and is returned.
using SegmentSink = std::function<base::Result<void>(const SealedSegment&)>;

/// A finished stream but for its segments, which went to the sink.
struct SealedStream {
    ItemDescriptor descriptor;
    std::string box;  ///< the file key, sealed to the readers: see box.h
};

class Sealer {
 public:
    /// Begins a stream under a new file key. `random` outlives it. Kind malformed (terms).
    [[nodiscard]] static base::Result<Sealer> start(const StreamTerms& terms,
                                                    crypto::Random& random);
    /// Goes on behind `progress.segments` segments, with the plaintext that follows them, under the
    /// same terms. `file_key`: of the first part, kept by the caller under a day key (held.h).
    /// Kinds malformed, invalid (another stream's key, terms or progress).
    [[nodiscard]] static base::Result<Sealer> resume(const StreamTerms& terms,
                                                     base::SecretBytes file_key,
                                                     const StreamProgress& progress,
                                                     crypto::Random& random);
    Sealer(Sealer&&) noexcept;
    Sealer& operator=(Sealer&&) noexcept;
    ~Sealer();

    /// Takes plaintext in parts of any size. A segment comes out once a byte behind it is known.
    /// Kinds too_large, and what `sink` answers: then only progress() is of use.
    [[nodiscard]] base::Result<void> write(base::ByteView plaintext, const SegmentSink& sink);
    /// Hands out the last segment and makes the descriptor and the box. The sealer is done then.
    [[nodiscard]] base::Result<SealedStream> finish(const SegmentSink& sink);

    /// As of the last segment that `sink` took.
    [[nodiscard]] StreamProgress progress() const;
    /// What the holder keeps under a day key, never bare.
    [[nodiscard]] const base::SecretBytes& file_key() const;
    /// The descriptor as far as it is known: without id and size.
    [[nodiscard]] const ItemDescriptor& unfinished() const;

 private:
    struct State;
    explicit Sealer(std::unique_ptr<State> state);
    [[nodiscard]] static base::Result<Sealer> make(const StreamTerms& terms,
                                                   base::SecretBytes file_key,
                                                   crypto::Random& random);
    std::unique_ptr<State> state_;
};

}  // namespace comity::items
