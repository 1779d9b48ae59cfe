#pragma once

// Blobs: the sealed segments of large items, kept outside the store because they are large. A blob
// is written as an upload, which may stop and go on, and becomes kept, whole and unchangeable,
// under its id: the root of the tree over pieces of blob_piece_bytes
// (docs/formats/sealed-stream.md).
//
// Nothing in a blob is readable without a key that is kept elsewhere. Removing one frees the disk;
// it is not the erasure.

#include <cstdint>
#include <span>
#include <vector>

#include "ground/base/base.h"

namespace comity::ports {

/// The name of an upload, chosen by the node.
using BlobName = base::Name<struct BlobTag>;

inline constexpr std::size_t blob_piece_bytes = (std::size_t{1} << 20) + 48;
inline constexpr std::uint64_t max_blob_bytes = std::uint64_t{1} << 45;

struct UploadInfo {
    BlobName name;
    std::uint64_t size = 0;
    friend bool operator==(const UploadInfo&, const UploadInfo&) = default;
};

struct BlobInfo {
    base::Digest id;
    std::uint64_t size = 0;
    friend bool operator==(const BlobInfo&, const BlobInfo&) = default;
};

/// How keep() knows that an upload is the blob of its id.
enum class BlobCheck {
    read_again,      ///< all of it is read back and its root computed
    done_by_caller,  ///< the caller computed the root over all that it appended since the upload
                     ///< began
};

/// What fails beyond the named kinds: failure (the disk), try_later (no room; nothing was changed).
class Blobs {
 public:
    virtual ~Blobs() = default;

    /// The bytes of an upload. Kind not_found.
    [[nodiscard]] virtual base::Result<std::uint64_t> upload_size(const BlobName& upload) = 0;
    /// Adds bytes behind the others; an upload begins with offset 0. All of them are there or none.
    /// Kinds: conflict (`offset` is not the upload's size), too_large.
    [[nodiscard]] virtual base::Result<void> append(const BlobName& upload, std::uint64_t offset,
                                                    base::ByteView bytes) = 0;
    /// Makes what was appended survive a crash. After a failure the upload can only be discarded:
    /// what the disk holds of it is not known.
    [[nodiscard]] virtual base::Result<void> sync(const BlobName& upload) = 0;
    /// Shortens an upload, e.g. to the last whole piece after a crash. Kinds not_found, conflict
    /// (it is shorter than `size`).
    [[nodiscard]] virtual base::Result<void> cut(const BlobName& upload, std::uint64_t size) = 0;
    /// Reads from an upload as read() does.
    [[nodiscard]] virtual base::Result<std::size_t> read_upload(const BlobName& upload,
                                                                std::uint64_t offset,
                                                                std::span<std::uint8_t> out) = 0;
    /// Removes an upload; of none, nothing.
    [[nodiscard]] virtual base::Result<void> discard(const BlobName& upload) = 0;

    /// Syncs an upload, checks it and makes it the blob `id`, in one step that a crash does not
    /// halve; durable when it returns. Doing it again is no error: if the blob is kept already, the
    /// upload is only discarded. Kinds: not_found (neither is there), invalid (another root; the
    /// upload stays as it is).
    [[nodiscard]] virtual base::Result<void> keep(const BlobName& upload, const base::Digest& id,
                                                  BlobCheck check) = 0;
    /// The bytes of a kept blob. Kind not_found.
    [[nodiscard]] virtual base::Result<std::uint64_t> size(const base::Digest& id) = 0;
    /// Fills `out` from `offset` on; the number of bytes is smaller only where the blob ends.
    /// Kinds: not_found, too_large (`offset` lies behind the end).
    [[nodiscard]] virtual base::Result<std::size_t> read(const base::Digest& id,
                                                         std::uint64_t offset,
                                                         std::span<std::uint8_t> out) = 0;
    /// Removes a kept blob; of none, nothing. Durable when it returns.
    [[nodiscard]] virtual base::Result<void> remove(const base::Digest& id) = 0;

    /// Everything there is, ascending.
    [[nodiscard]] virtual base::Result<std::vector<UploadInfo>> uploads() = 0;
    [[nodiscard]] virtual base::Result<std::vector<BlobInfo>> blobs() = 0;
};

}  // namespace comity::ports
