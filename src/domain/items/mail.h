#pragma once

// What masks read of a mail: header fields (RFC 5322 2.2), addresses (3.4), dates (3.3), the parts
// of a Content-Type or Content-Disposition (RFC 2045 5.1, RFC 2183), and the From_ line of a
// mailbox (RFC 4155). Strict where a doubt would let something through that should stay.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ground/base/base.h"

namespace comity::items {

inline constexpr std::size_t max_header_bytes = 256 * 1024;  ///< of one mail or part
inline constexpr std::size_t max_header_fields = 2000;
inline constexpr std::size_t max_addresses = 4096;  ///< in one field
inline constexpr std::size_t max_parameters = 64;
inline constexpr int max_comment_depth = 16;

/// One field. Views into the header block.
struct HeaderField {
    std::string_view name;  ///< as written
    std::string_view raw;   ///< name, value, folds and line end

    /// The value in one line: folds taken out, white space at both ends too.
    [[nodiscard]] std::string value() const;
};

/// Cuts a header block, with or without its empty line, into fields. Kinds malformed, too_large.
[[nodiscard]] base::Result<std::vector<HeaderField>> read_header(std::string_view block);

/// True if the names are the same, whatever the case of their letters.
[[nodiscard]] bool is_same_name(std::string_view one, std::string_view other);
/// The only field of that name; none if it is not there. Kind malformed if it stands twice.
[[nodiscard]] base::Result<std::optional<HeaderField>> only_field(
    const std::vector<HeaderField>& fields, std::string_view name);

/// The addresses of a list of mailboxes and groups, in lower case, without names and comments. Kind
/// malformed, too_large.
[[nodiscard]] base::Result<std::vector<std::string>> read_addresses(std::string_view value);

/// A Date field's instant, also in the obsolete forms (RFC 5322 4.3). Kind malformed.
[[nodiscard]] base::Result<base::Instant> read_mail_date(std::string_view value);
/// The instant of a From_ line, `From ADDRESS Wed Mar  5 09:30:00 2031` in UTC (RFC 4155 appendix
/// A), without its line end. Kind malformed.
[[nodiscard]] base::Result<base::Instant> read_from_line(std::string_view line);
/// An RFC 3339 instant as logs have it: any fraction, any offset. Kind malformed.
[[nodiscard]] base::Result<base::Instant> read_log_time(std::string_view text);

struct MailParameter {
    std::string name;  ///< in lower case, with the `*` of RFC 2231
    std::string value;
};

/// A Content-Type or Content-Disposition.
struct MailContent {
    std::string type;  ///< `multipart/mixed` or `attachment`, in lower case
    std::vector<MailParameter> parameters;

    /// The only parameter of that name, else none.
    [[nodiscard]] const std::string* parameter(std::string_view name) const;
    /// True if there is a parameter of that name in any of the forms of RFC 2231.
    [[nodiscard]] bool has_any_form_of(std::string_view name) const;
};

/// Kind malformed, too_large.
[[nodiscard]] base::Result<MailContent> read_content(std::string_view value);

}  // namespace comity::items
