#pragma once

// The ledger's public face as a folder.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>

#include "node/ports/ports.h"

namespace comity::files {

/// The largest file that a static ledger can have: a full bundle of the longest entries.
inline constexpr std::size_t max_ledger_file_bytes = 256 * (2 + 65535);

/// Safe to use from several threads; one process writes a folder.
class FileLedgerFiles final : public ports::LedgerFiles {
 public:
    /// Takes `folder`, made if need be, and clears what an earlier process left half-written.
    [[nodiscard]] static base::Result<std::unique_ptr<FileLedgerFiles>> open(
        const std::filesystem::path& folder);

    [[nodiscard]] base::Result<void> write(const std::vector<ledger::StaticFile>& files) override;
    [[nodiscard]] base::Result<void> publish(std::string_view checkpoint_note) override;
    [[nodiscard]] base::Result<base::Bytes> read(std::string_view path) override;

 private:
    explicit FileLedgerFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}
    [[nodiscard]] base::Result<void> replace(std::string_view path, base::ByteView content);
    /// Removes the partial tiles that a full one replaces; nothing for other paths.
    [[nodiscard]] base::Result<void> collect_partial(std::string_view path);

    std::filesystem::path folder_;
    std::mutex mutex_;  ///< guards unfinished_ and the folder's temporary files
    std::uint64_t unfinished_ = 0;
};

}  // namespace comity::files
