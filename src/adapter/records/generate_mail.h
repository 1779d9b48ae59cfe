#pragma once

// An invented mailbox for exercises and tests (RFC 4155): real MIME structure, several
// correspondents, attachments, mails with counsel. The same seed gives the same bytes with every
// compiler and library.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ground/base/base.h"

namespace comity::records {

inline constexpr std::uint64_t max_generated_mailbox_bytes = std::uint64_t{1} << 40;
/// Generated mails are dated within 360 days before this instant (2031-01-01), in order.
inline constexpr base::Instant generated_mail_until{1'924'992'000'000};

/// What a generated mailbox holds.
struct GeneratedMailbox {
    std::uint64_t bytes = 0;
    std::uint64_t mails = 0;
    std::uint64_t attachments = 0;  ///< files and inline pictures
    std::uint64_t forwarded = 0;    ///< mails in mails
    std::uint64_t privileged = 0;   ///< mails with counsel among their correspondents
    /// Mails that hold a forwarded mail of counsel, without counsel among their correspondents.
    std::uint64_t hidden_privileged = 0;
    std::string counsel;                      ///< the lawyer's address
    std::vector<std::string> correspondents;  ///< everyone else's
    base::Instant first;                      ///< the first mail's date
    base::Instant last;

    friend bool operator==(const GeneratedMailbox&, const GeneratedMailbox&) = default;
};

/// Takes the mailbox mail by mail; an error stops the making and is returned.
using MailboxSink = std::function<base::Result<void>(std::string_view)>;

/// Makes a mailbox of `owner` (an address) with at least `bytes` bytes, and at most 2 MiB more, in
/// memory for one mail. Kind too_large, and what `sink` answers.
[[nodiscard]] base::Result<GeneratedMailbox> generate_mailbox(std::uint64_t seed,
                                                              std::string_view owner,
                                                              std::uint64_t bytes,
                                                              const MailboxSink& sink);

/// The same into a file, which is replaced. Kinds too_large, failure.
[[nodiscard]] base::Result<GeneratedMailbox> write_generated_mailbox(
    const std::filesystem::path& path, std::uint64_t seed, std::string_view owner,
    std::uint64_t bytes);

}  // namespace comity::records
