#include "adapter/blobs/memory_blobs.h"

#include <algorithm>
#include <string>
#include <utility>

#include "ground/crypto/crypto.h"

namespace comity::blobs {

namespace {

using base::ErrorKind;

std::unexpected<base::Error> not_found() {
    return base::fail(ErrorKind::not_found, "there is no such blob");
}

std::unexpected<base::Error> refused(DiskFault fault) {
    switch (fault) {
        case DiskFault::full:
            return base::fail(ErrorKind::try_later, "the blob cannot be written", "no room");
        case DiskFault::broken:
        case DiskFault::sync_fails:
            return base::fail(ErrorKind::failure, "the blob cannot be written", "the disk failed");
    }
    std::unreachable();
}

base::Result<std::size_t> copy_from(const base::Bytes& bytes, std::uint64_t offset,
                                    std::span<std::uint8_t> out) {
    if (offset > bytes.size()) {
        return base::fail(ErrorKind::too_large, "the blob ends before this place");
    }
    const auto rest = base::ByteView(bytes).subspan(static_cast<std::size_t>(offset));
    const base::ByteView part = rest.first(std::min(rest.size(), out.size()));
    std::ranges::copy(part, out.begin());
    return part.size();
}

base::Digest root_of(base::ByteView bytes) {
    crypto::PieceTree tree(ports::blob_piece_bytes);
    tree.update(bytes);
    return tree.finish();
}

}  // namespace

std::optional<DiskFault> MemoryBlobs::due() {
    if (!fault_) {
        return std::nullopt;
    }
    if (calls_until_fault_ > 0) {
        --calls_until_fault_;
        return std::nullopt;
    }
    return std::exchange(fault_, std::nullopt);
}

base::Result<std::uint64_t> MemoryBlobs::upload_size(const ports::BlobName& upload) {
    const std::scoped_lock hold(mutex_);
    const auto found = uploads_.find(upload);
    if (found == uploads_.end()) {
        return not_found();
    }
    return found->second.bytes.size();
}

base::Result<void> MemoryBlobs::append(const ports::BlobName& upload, std::uint64_t offset,
                                       base::ByteView bytes) {
    const std::scoped_lock hold(mutex_);
    if (offset > ports::max_blob_bytes || bytes.size() > ports::max_blob_bytes - offset) {
        return base::fail(ErrorKind::too_large, "a blob has at most 32 TiB");
    }
    const auto found = uploads_.find(upload);
    const std::uint64_t present = found == uploads_.end() ? 0 : found->second.bytes.size();
    if (present != offset) {
        return base::fail(ErrorKind::conflict, "the upload goes on at another place",
                          "it has " + std::to_string(present) + " bytes");
    }
    if (const auto fault = due()) {
        return refused(*fault);
    }
    std::uint64_t used = bytes.size();
    for (const auto& [name, one] : uploads_) {
        used += one.bytes.size();
    }
    for (const auto& [id, one] : kept_) {
        used += one.size();
    }
    if (used > room_) {
        return refused(DiskFault::full);
    }
    base::append(uploads_[upload].bytes, bytes);
    return {};
}

base::Result<void> MemoryBlobs::sync_locked(const ports::BlobName& name) {
    const auto found = uploads_.find(name);
    if (found == uploads_.end()) {
        return not_found();
    }
    const auto fault = due();
    if (fault == DiskFault::sync_fails) {
        found->second.is_unsure = true;
    }
    if (fault || found->second.is_unsure) {
        return refused(fault.value_or(DiskFault::sync_fails));
    }
    found->second.synced = found->second.bytes.size();
    return {};
}

base::Result<void> MemoryBlobs::sync(const ports::BlobName& upload) {
    const std::scoped_lock hold(mutex_);
    return sync_locked(upload);
}

base::Result<void> MemoryBlobs::cut(const ports::BlobName& upload, std::uint64_t size) {
    const std::scoped_lock hold(mutex_);
    const auto found = uploads_.find(upload);
    if (found == uploads_.end()) {
        return not_found();
    }
    if (found->second.bytes.size() < size) {
        return base::fail(ErrorKind::conflict, "the upload is shorter");
    }
    if (const auto fault = due()) {
        return refused(*fault);
    }
    found->second.bytes.resize(static_cast<std::size_t>(size));
    if (found->second.synced) {
        found->second.synced = std::min(*found->second.synced, size);
    }
    return {};
}

base::Result<std::size_t> MemoryBlobs::read_upload(const ports::BlobName& upload,
                                                   std::uint64_t offset,
                                                   std::span<std::uint8_t> out) {
    const std::scoped_lock hold(mutex_);
    const auto found = uploads_.find(upload);
    return found == uploads_.end() ? not_found() : copy_from(found->second.bytes, offset, out);
}

base::Result<void> MemoryBlobs::discard(const ports::BlobName& upload) {
    const std::scoped_lock hold(mutex_);
    if (const auto fault = due()) {
        return refused(*fault);
    }
    uploads_.erase(upload);
    return {};
}

base::Result<void> MemoryBlobs::keep(const ports::BlobName& upload, const base::Digest& id,
                                     ports::BlobCheck check) {
    const std::scoped_lock hold(mutex_);
    if (kept_.contains(id)) {
        if (const auto fault = due()) {
            return refused(*fault);
        }
        uploads_.erase(upload);
        return {};
    }
    COMITY_TRY(sync_locked(upload));
    base::Bytes& bytes = uploads_.at(upload).bytes;
    if (check == ports::BlobCheck::read_again && root_of(bytes) != id) {
        return base::fail(ErrorKind::invalid, "the upload is not the blob that it was said to be",
                          "its root is not " + id.hex());
    }
    kept_[id] = std::move(bytes);
    uploads_.erase(upload);
    return {};
}

base::Result<std::uint64_t> MemoryBlobs::size(const base::Digest& id) {
    const std::scoped_lock hold(mutex_);
    const auto found = kept_.find(id);
    if (found == kept_.end()) {
        return not_found();
    }
    return found->second.size();
}

base::Result<std::size_t> MemoryBlobs::read(const base::Digest& id, std::uint64_t offset,
                                            std::span<std::uint8_t> out) {
    const std::scoped_lock hold(mutex_);
    const auto found = kept_.find(id);
    return found == kept_.end() ? not_found() : copy_from(found->second, offset, out);
}

base::Result<void> MemoryBlobs::remove(const base::Digest& id) {
    const std::scoped_lock hold(mutex_);
    if (const auto fault = due()) {
        return refused(*fault);
    }
    kept_.erase(id);
    return {};
}

base::Result<std::vector<ports::UploadInfo>> MemoryBlobs::uploads() {
    const std::scoped_lock hold(mutex_);
    std::vector<ports::UploadInfo> found;
    for (const auto& [name, upload] : uploads_) {
        found.push_back({name, upload.bytes.size()});
    }
    return found;
}

base::Result<std::vector<ports::BlobInfo>> MemoryBlobs::blobs() {
    const std::scoped_lock hold(mutex_);
    std::vector<ports::BlobInfo> found;
    for (const auto& [id, bytes] : kept_) {
        found.push_back({id, bytes.size()});
    }
    return found;
}

void MemoryBlobs::fail_after(std::uint64_t calls, DiskFault fault) {
    const std::scoped_lock hold(mutex_);
    calls_until_fault_ = calls;
    fault_ = fault;
}

void MemoryBlobs::limit_room(std::uint64_t bytes) {
    const std::scoped_lock hold(mutex_);
    room_ = bytes;
}

void MemoryBlobs::crash(std::uint64_t torn) {
    const std::scoped_lock hold(mutex_);
    std::erase_if(uploads_, [](const auto& entry) { return !entry.second.synced; });
    for (auto& [name, upload] : uploads_) {
        const std::uint64_t left =
            std::min<std::uint64_t>(upload.bytes.size(), *upload.synced + torn);
        upload.bytes.resize(static_cast<std::size_t>(left));
        upload.synced = left;
        upload.is_unsure = false;
    }
}

void MemoryBlobs::flip(const base::Digest& id, std::uint64_t offset) {
    const std::scoped_lock hold(mutex_);
    const auto found = kept_.find(id);
    COMITY_ENSURE(found != kept_.end() && offset < found->second.size());
    found->second[static_cast<std::size_t>(offset)] ^= 1;
}

}  // namespace comity::blobs
