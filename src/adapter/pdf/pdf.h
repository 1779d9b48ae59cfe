#pragma once

// pdf: documents as PDF pages, by pango, cairo and libqpdf.
//
// Built to PDF/A-3a (ISO 19005-3): tagged, every font embedded, colours defined, metadata in XMP,
// data attached. No validator was at hand, so nothing here claims to be certified. The same
// document and attachments give the same bytes on every run with the same libraries and fonts.

#include <span>
#include <string>

#include "domain/reporting/reporting.h"
#include "ground/base/base.h"

namespace comity::pdf {

inline constexpr std::size_t max_pages = 1000;
inline constexpr std::size_t max_attachment_bytes = std::size_t{64} * 1024 * 1024;

/// A file inside the PDF, from which its pages were made (PDF/A-3: relationship `Source`).
struct Attachment {
    std::string name;         ///< e.g. "custody.json"
    std::string media_type;   ///< e.g. "application/json"
    std::string description;  ///< for people
    std::string bytes;
};

/// Where the fonts lie (Noto, package fonts-noto-core). No other font of the machine is used.
inline constexpr std::string_view font_folder = "/usr/share/fonts/truetype/noto";

/// Not from several threads at once: fontconfig has one configuration for a process, which this
/// sets. Kinds: not_found (the fonts are not installed), malformed (a character that no font here
/// has, which is named: nothing is left out silently), too_large, failure.
[[nodiscard]] base::Result<base::Bytes> render(const reporting::Document& document,
                                               std::span<const Attachment> attachments,
                                               std::string_view fonts = font_folder);

}  // namespace comity::pdf
