#pragma once

// The key box of a stream: its file key, sealed to the readers. The segments may travel and be kept
// long before; handing over the box is the release.

#include <span>
#include <string>
#include <string_view>

#include "domain/items/stream.h"

namespace comity::items {

/// The largest box: 16 readers.
inline constexpr std::size_t max_box_bytes = 16 * 1024;

/// Seals the file key to the readers that the descriptor names, in its order, tied to every member
/// of it. Kinds: malformed (descriptor; readers other than it names), invalid (another file key).
[[nodiscard]] base::Result<std::string> seal_box(const ItemDescriptor& descriptor,
                                                 const base::SecretBytes& file_key,
                                                 std::span<const crypto::SealingKey> readers,
                                                 crypto::Random& random);

/// The file key. Kinds: malformed, too_large, not_found (sealed to other keys), invalid (altered,
/// or the box or the descriptor of another item).
[[nodiscard]] base::Result<base::SecretBytes> open_box(const ItemDescriptor& descriptor,
                                                       std::string_view box,
                                                       crypto::KeyAgreement& key);

/// What the box is sealed for: a tagged hash of the whole canonical descriptor.
[[nodiscard]] std::string box_context(const ItemDescriptor& descriptor);

}  // namespace comity::items
