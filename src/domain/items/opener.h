#pragma once

// Opening a stream: sealed segments in, plaintext out, in memory that does not grow.

#include <functional>
#include <memory>

#include "domain/items/stream.h"

namespace comity::items {

/// Takes the plaintext of one segment after the other. The bytes are valid during the call and
/// wiped when the next one is opened. An error stops the opening and is returned.
using PlaintextSink = std::function<base::Result<void>(std::uint64_t index, base::ByteView)>;

/// What comes out of write() is authentic piece by piece; that it is the whole item is known only
/// when finish() has said so.
class Opener {
 public:
    /// Kinds: malformed (descriptor), invalid (`file_key` is another item's).
    [[nodiscard]] static base::Result<Opener> start(const ItemDescriptor& descriptor,
                                                    base::SecretBytes file_key);
    /// Goes on behind `progress.segments` segments. Kinds as start(); invalid: another stream's.
    [[nodiscard]] static base::Result<Opener> resume(const ItemDescriptor& descriptor,
                                                     base::SecretBytes file_key,
                                                     const StreamProgress& progress);
    Opener(Opener&&) noexcept;
    Opener& operator=(Opener&&) noexcept;
    ~Opener();

    /// Takes sealed bytes in parts of any size. Kind invalid, place `segment N`: a segment altered,
    /// moved, exchanged, of another item or behind the last; then nothing of it has come out, and
    /// only progress() is of use. And what `sink` answers.
    [[nodiscard]] base::Result<void> write(base::ByteView sealed, const PlaintextSink& sink);
    /// That all segments were there and are those of the item's id. Kind invalid.
    [[nodiscard]] base::Result<void> finish();

    /// As of the last segment that `sink` took.
    [[nodiscard]] StreamProgress progress() const;

 private:
    struct State;
    explicit Opener(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// The plaintext of one segment, wherever it comes from; whether it is one of the item's is
/// SegmentList's to say. Kinds malformed, invalid.
[[nodiscard]] base::Result<base::SecretBytes> open_segment(const ItemDescriptor& descriptor,
                                                           const base::SecretBytes& file_key,
                                                           std::uint64_t index,
                                                           base::ByteView sealed);

}  // namespace comity::items
