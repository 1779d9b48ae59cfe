#pragma once

// What `comity item` does with files: sealing, opening, checking and masking, all in memory that
// does not grow, and going on where they were stopped.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "domain/items/items.h"
#include "ground/base/base.h"
#include "ground/crypto/crypto.h"

namespace comity::app {

/// Told now and then: bytes done, and of how many.
using Progress = std::function<void(std::uint64_t done, std::uint64_t all)>;

/// A mask and the salt of its report.
struct Masking {
    items::MaskSpec spec;
    base::SecretBytes salt;
};

struct SealFile {
    std::filesystem::path source;
    items::StreamTerms terms;
    std::filesystem::path out;  ///< the sealed stream; beside it `OUT.item`, and while it is made
                                ///< `OUT.progress` if `days` is given
    std::optional<std::filesystem::path> days;  ///< day keys, which make the sealing resumable
    std::optional<Masking> masking;             ///< what is sealed is the view, not the source
    Progress progress = [](std::uint64_t, std::uint64_t) {};
};

struct SealedFile {
    items::ItemDescriptor descriptor;
    std::uint64_t resumed_at = 0;  ///< segments that an earlier run had sealed
    std::optional<items::MaskReport> report;
};

/// What `OUT.item` holds: what a reader needs beside the sealed stream.
struct ItemFile {
    items::ItemDescriptor descriptor;
    std::string box;
};

/// Seals a file, or its view, to the readers; no plaintext is written anywhere. Kinds: conflict
/// (OUT is there, and no progress of it), malformed, invalid, failure, try_later (no room).
[[nodiscard]] base::Result<SealedFile> seal_file(SealFile request, crypto::Random& random);

struct OpenFile {
    std::filesystem::path sealed;
    std::filesystem::path item;
    std::filesystem::path out;  ///< made in one step from `OUT.part` when all of it is right
    Progress progress = [](std::uint64_t, std::uint64_t) {};
};

struct OpenedFile {
    items::ItemDescriptor descriptor;
    std::uint64_t resumed_at = 0;  ///< segments that an earlier run had opened
};

/// Opens a sealed stream with `key`. Kinds as items::Opener; conflict if OUT is there.
[[nodiscard]] base::Result<OpenedFile> open_file(const OpenFile& request,
                                                 crypto::KeyAgreement& key);

/// Checks a sealed stream against its item without a key. Kinds as items::StreamCheck.
[[nodiscard]] base::Result<items::ItemDescriptor> check_file(const std::filesystem::path& sealed,
                                                             const std::filesystem::path& item,
                                                             const Progress& progress);

/// Masks a file into OUT. Kinds as items::Mask; conflict if OUT is there.
[[nodiscard]] base::Result<items::MaskReport> mask_file(const std::filesystem::path& source,
                                                        Masking masking,
                                                        const std::filesystem::path& out,
                                                        const Progress& progress);

/// What a file of terms holds.
struct TermsReader {
    base::PartyId reader;
    crypto::SealingKey key;
};
struct TermsFile {
    base::Realm realm = base::Realm::exercise;
    std::string media_type;
    std::int64_t tier = 0;
    base::Date end;
    std::vector<std::string> use_limits;
    std::vector<TermsReader> readers;
};

/// Written anew at `path`, for its owner alone.
[[nodiscard]] base::Result<void> write_item_file(const std::filesystem::path& path,
                                                 const ItemFile& item);
/// Kinds not_found, malformed, too_large.
[[nodiscard]] base::Result<ItemFile> read_item_file(const std::filesystem::path& path);
/// Reads a TermsFile. Kinds not_found, malformed, too_large.
[[nodiscard]] base::Result<items::StreamTerms> read_terms_file(const std::filesystem::path& path);

}  // namespace comity::app

template <>
struct comity::codec::Message<comity::app::TermsReader> {
    using Of = comity::app::TermsReader;
    static constexpr std::string_view name = "terms_reader";
    static constexpr auto fields = std::tuple{field("reader", &Of::reader, "a party"),
                                              field("key", &Of::key, "its sealing key, a JWK")};
};

template <>
struct comity::codec::Message<comity::app::TermsFile> {
    using Of = comity::app::TermsFile;
    static constexpr std::string_view name = "terms";
    static constexpr auto fields =
        std::tuple{field("realm", &Of::realm, "live or exercise"),
                   field("media_type", &Of::media_type, "type/subtype in lower case", 127),
                   field("tier", &Of::tier, "0 to 4"),
                   field("end", &Of::end, "day on which it is erased"),
                   field("use_limits", &Of::use_limits, "texts", 16),
                   field("readers", &Of::readers, "1 to 16", 16)};
};
