#pragma once

// The body of one mail that is kept: its parts (RFC 2046 5.1), some of which are left out.

#include <optional>
#include <string>
#include <vector>

#include "domain/items/detail/lines.h"
#include "domain/items/detail/tally.h"
#include "domain/items/mail.h"

namespace comity::items::detail {

inline constexpr std::size_t max_part_depth = 16;
inline constexpr std::size_t max_parts = 10'000;  ///< of one mail

/// The addresses whose mails are withheld, and how they are looked for.
class Watch {
 public:
    /// `addresses` in lower case.
    explicit Watch(std::vector<std::string> addresses) : addresses_(std::move(addresses)) {}
    [[nodiscard]] bool empty() const { return addresses_.empty(); }
    /// Whether one of them stands anywhere in a header block: also in a field that no mail program
    /// shows, or inside a longer address. Rather one mail too many is withheld than one too few.
    [[nodiscard]] bool finds(std::string_view header_block) const;

 private:
    std::vector<std::string> addresses_;
};

/// Which parts are left out beside those that Watch finds.
enum class Attachments { keep, leave_out };

class MimeFilter {
 public:
    /// Where kept bytes go; borrowed for one call.
    using Out = std::function<base::Result<void>(std::string_view)>;

    MimeFilter(Attachments attachments, const Watch& watch, Tally& tally)
        : attachments_(attachments), watch_(watch), tally_(tally) {}

    /// A mail begins: `block` is its header with the empty line, whose fields are `fields`; both
    /// have passed. Its lines end in `eol`.
    [[nodiscard]] base::Result<void> begin(std::string_view block,
                                           const std::vector<HeaderField>& fields,
                                           std::string_view eol, const Out& out);
    [[nodiscard]] base::Result<void> line(const LinePiece& piece, const Out& out);
    [[nodiscard]] base::Result<void> finish(const Out& out);

    /// Parts were left out of the mail.
    [[nodiscard]] bool is_reduced() const { return is_reduced_; }

 private:
    enum class State { part_header, message_header, kept, left_out, between };
    enum class What { leaf, nothing, parts, message };
    struct Verdict {
        What what = What::nothing;
        std::string boundary;    ///< of parts
        bool is_digest = false;  ///< their default type is message/rfc822, RFC 2046 5.1.5
    };
    struct Level {
        std::string boundary;
        bool is_digest = false;
    };

    [[nodiscard]] Verdict judge(const std::vector<HeaderField>& fields,
                                std::string_view default_type) const;
    [[nodiscard]] Verdict judge_type(const MailContent& type, bool is_file, bool is_plain) const;
    [[nodiscard]] base::Result<void> end_header(const Out& out);
    [[nodiscard]] base::Result<void> enter(const Verdict& verdict, std::string_view header,
                                           const Out& out);
    [[nodiscard]] base::Result<void> leave_out(std::string_view header, const Out& out);
    [[nodiscard]] base::Result<void> end_entity(const Out& out);
    [[nodiscard]] base::Result<void> delimiter(std::size_t level, bool closes,
                                               std::string_view bytes, const Out& out);
    [[nodiscard]] base::Result<void> between(std::string_view bytes, const Out& out);

    Attachments attachments_;
    const Watch& watch_;
    Tally& tally_;
    std::vector<Level> levels_;
    std::string eol_;
    State state_ = State::kept;
    std::string header_;   ///< of the part that begins, or of the mail in it
    std::string pending_;  ///< the part's header, while that of the mail in it is read
    std::size_t parts_ = 0;
    std::size_t messages_ = 0;  ///< mails in mails
    bool is_reduced_ = false;
    bool is_gap_left_out_ = false;  ///< something stood between parts
};

}  // namespace comity::items::detail
