#pragma once

// The mask of mailboxes (RFC 4155) and of single mails (RFC 5322).

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/items/detail/mime_filter.h"
#include "domain/items/mask.h"

namespace comity::items::detail {

class MailMask final : public Mask {
 public:
    /// `spec` is checked.
    MailMask(const MaskSpec& spec, base::SecretBytes salt);
    MailMask(const MailMask&) = delete;
    MailMask& operator=(const MailMask&) = delete;

    [[nodiscard]] base::Result<void> write(base::ByteView source, const MaskSink& sink) override;
    [[nodiscard]] base::Result<MaskReport> finish(const MaskSink& sink) override;

 private:
    enum class State { start, header, body_kept, body_filtered, body_left_out, withheld };
    enum class Parts { all, without_attachments, headers };

    [[nodiscard]] base::Result<void> line(const LinePiece& piece, const MaskSink& sink);
    [[nodiscard]] base::Result<void> begin_mail(std::string_view from_line);
    [[nodiscard]] base::Result<void> header_line(const LinePiece& piece, const MaskSink& sink);
    [[nodiscard]] base::Result<void> end_header(const MaskSink& sink);
    [[nodiscard]] base::Result<void> end_mail(const MaskSink& sink);
    [[nodiscard]] base::Result<void> keep(const std::vector<HeaderField>& fields,
                                          const MaskSink& sink);
    [[nodiscard]] base::Result<void> keep_header_only(const std::vector<HeaderField>& fields,
                                                      const MaskSink& sink);
    [[nodiscard]] std::optional<LeftOut> reason_against(
        const std::vector<HeaderField>& fields) const;
    [[nodiscard]] std::optional<LeftOut> reason_of_time(
        const std::vector<HeaderField>& fields) const;
    [[nodiscard]] std::optional<LeftOut> reason_of_people(
        const std::vector<HeaderField>& fields) const;
    [[nodiscard]] base::Result<void> out(std::string_view bytes, const MaskSink& sink);
    [[nodiscard]] MimeFilter::Out out_to(const MaskSink& sink);

    MaskSpec spec_;
    Parts parts_ = Parts::all;
    bool is_mailbox_;
    std::set<std::string, std::less<>> correspondents_;
    Watch watch_;
    std::vector<std::string> headers_;  ///< names that stay, for Parts::headers
    Tally tally_;
    LineCutter lines_;
    MimeFilter filter_;

    State state_ = State::start;
    std::string from_line_;
    std::string header_;
    std::string eol_;
    std::string tail_;  ///< the last bytes that came out of the present body
    bool is_reduced_ = false;
    bool has_body_ = false;  ///< something but white space stands in a body that is left out
};

}  // namespace comity::items::detail
