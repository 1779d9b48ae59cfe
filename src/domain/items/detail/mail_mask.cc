#include "domain/items/detail/mail_mask.h"

#include <algorithm>
#include <array>
#include <utility>

namespace comity::items::detail {

namespace {

constexpr std::size_t max_line_bytes = 64 * 1024;
constexpr std::size_t tail_bytes = 4;  // two line ends

/// What stays of a header if the mask does not say: who, to whom, when, by which way. Not the
/// subject, which is content.
constexpr std::array<std::string_view, 20> envelope_fields{"Bcc",
                                                           "Cc",
                                                           "Date",
                                                           "Delivered-To",
                                                           "From",
                                                           "In-Reply-To",
                                                           "Message-ID",
                                                           "Received",
                                                           "References",
                                                           "Reply-To",
                                                           "Resent-Bcc",
                                                           "Resent-Cc",
                                                           "Resent-Date",
                                                           "Resent-From",
                                                           "Resent-Message-ID",
                                                           "Resent-To",
                                                           "Resent-Sender",
                                                           "Return-Path",
                                                           "Sender",
                                                           "To"};

/// Where correspondents stand (RFC 5322 3.6.2, 3.6.3, 3.6.6).
constexpr std::array<std::string_view, 10> people_fields{
    "From",        "Sender",        "To",        "Cc",        "Bcc",
    "Resent-From", "Resent-Sender", "Resent-To", "Resent-Cc", "Resent-Bcc"};

std::string lowered(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

std::vector<std::string> lowered_all(const std::optional<std::vector<std::string>>& list) {
    std::vector<std::string> out;
    if (list) {
        for (const std::string& one : *list) {
            out.push_back(lowered(one));
        }
    }
    return out;
}

template <class List>
bool names(const List& list, std::string_view field) {
    return std::ranges::any_of(
        list, [field](std::string_view name) { return is_same_name(name, field); });
}

}  // namespace

MailMask::MailMask(const MaskSpec& spec, base::SecretBytes salt)
    : spec_(spec),
      is_mailbox_(spec.format == "mbox"),
      watch_(lowered_all(spec.withhold)),
      tally_(spec, std::move(salt)),
      lines_(max_line_bytes),
      filter_(spec.parts == "all" ? Attachments::keep : Attachments::leave_out, watch_, tally_) {
    if (spec.parts == "headers") {
        parts_ = Parts::headers;
    } else if (spec.parts == "without-attachments") {
        parts_ = Parts::without_attachments;
    }
    for (std::string& address : lowered_all(spec.correspondents)) {
        correspondents_.insert(std::move(address));
    }
    if (spec.headers) {
        headers_ = *spec.headers;
    } else {
        headers_.assign(envelope_fields.begin(), envelope_fields.end());
    }
}

base::Result<void> MailMask::write(base::ByteView source, const MaskSink& sink) {
    tally_.source(source);
    return lines_.write(source, [&](const LinePiece& piece) { return line(piece, sink); });
}

base::Result<MaskReport> MailMask::finish(const MaskSink& sink) {
    COMITY_TRY(lines_.finish([&](const LinePiece& piece) { return line(piece, sink); }));
    COMITY_TRY(end_mail(sink));
    return tally_.finish();
}

base::Result<void> MailMask::line(const LinePiece& piece, const MaskSink& sink) {
    // Every line that begins so is a separator, wherever it stands (RFC 4155 has it quoted in
    // bodies): a mail taken for part of another one could pass with it.
    const bool is_from = is_mailbox_ && piece.begins && piece.bytes.starts_with("From ");
    if (is_from || (state_ == State::start && !is_mailbox_)) {
        COMITY_TRY(end_mail(sink));
        COMITY_TRY(begin_mail(is_from ? piece.bytes : std::string_view{}));
    } else if (state_ == State::start) {
        return std::unexpected(base::Error{base::ErrorKind::malformed,
                                           "this is no mailbox",
                                           "it does not begin with a From_ line",
                                           {},
                                           "line 1",
                                           {}});
    }
    tally_.record(base::view_of(piece.bytes));
    if (is_from) {
        if (!piece.ends) {
            state_ = State::withheld;
            tally_.withhold_later(LeftOut::unreadable);
        }
        return {};
    }
    switch (state_) {
        case State::start: break;
        case State::header: return header_line(piece, sink);
        case State::body_kept: return out(piece.bytes, sink);
        case State::body_filtered: return filter_.line(piece, out_to(sink));
        case State::body_left_out:
            tally_.part(base::view_of(piece.bytes));
            has_body_ =
                has_body_ || piece.bytes.find_first_not_of(" \t\r\n") != std::string_view::npos;
            break;
        case State::withheld: break;
    }
    return {};
}

base::Result<void> MailMask::begin_mail(std::string_view from_line) {
    tally_.begin_record();
    from_line_ = from_line;
    header_.clear();
    eol_.clear();
    tail_.clear();
    is_reduced_ = false;
    has_body_ = false;
    state_ = State::header;
    return {};
}

base::Result<void> MailMask::header_line(const LinePiece& piece, const MaskSink& sink) {
    if (header_.size() + piece.bytes.size() > max_header_bytes) {
        header_.clear();
        state_ = State::withheld;
        tally_.withhold_later(LeftOut::unreadable);
        return {};
    }
    header_ += piece.bytes;
    if (piece.begins && piece.ends && without_end(piece.bytes).empty()) {
        return end_header(sink);
    }
    return {};
}

base::Result<void> MailMask::end_header(const MaskSink& sink) {
    eol_ = end_of(std::string_view(header_).substr(0, header_.find('\n') + 1));
    if (eol_.empty()) {
        eol_ = "\n";
    }
    const auto fields = read_header(header_);
    const auto reason = fields ? reason_against(*fields) : LeftOut::unreadable;
    if (reason) {
        state_ = State::withheld;
        tally_.withhold_later(*reason);
        return {};
    }
    return keep(*fields, sink);
}

std::optional<LeftOut> MailMask::reason_of_time(const std::vector<HeaderField>& fields) const {
    std::optional<base::Instant> at;
    if (is_mailbox_) {
        const auto envelope = read_from_line(without_end(from_line_));
        if (!envelope) {
            return LeftOut::unreadable;
        }
        at = *envelope;
    }
    if (!spec_.from && !spec_.until) {
        return std::nullopt;
    }
    if (spec_.dated_by != "envelope") {
        const auto field = only_field(fields, "Date");
        const auto date = field && *field ? read_mail_date((*field)->value())
                                          : base::fail(base::ErrorKind::malformed, "no date");
        if (!date) {
            return LeftOut::unreadable;
        }
        at = *date;
    }
    const bool is_inside =
        (!spec_.from || *at >= *spec_.from) && (!spec_.until || *at < *spec_.until);
    return is_inside ? std::nullopt : std::optional(LeftOut::outside_time);
}

std::optional<LeftOut> MailMask::reason_of_people(const std::vector<HeaderField>& fields) const {
    if (watch_.finds(header_) || watch_.finds(from_line_)) {
        return LeftOut::withheld_correspondents;
    }
    if (watch_.empty() && !spec_.correspondents) {
        return std::nullopt;
    }
    bool takes_part = !spec_.correspondents;
    for (const HeaderField& field : fields) {
        if (!names(people_fields, field.name)) {
            continue;
        }
        const auto addresses = read_addresses(field.value());
        if (!addresses) {
            if (!watch_.empty()) {
                return LeftOut::unreadable;  // somebody to be withheld may stand there
            }
            continue;
        }
        takes_part = takes_part || std::ranges::any_of(*addresses, [&](const std::string& one) {
                         return correspondents_.contains(one);
                     });
    }
    return takes_part ? std::nullopt : std::optional(LeftOut::other_correspondents);
}

std::optional<LeftOut> MailMask::reason_against(const std::vector<HeaderField>& fields) const {
    const auto reason = reason_of_time(fields);
    return reason ? reason : reason_of_people(fields);
}

base::Result<void> MailMask::keep(const std::vector<HeaderField>& fields, const MaskSink& sink) {
    COMITY_TRY(out(from_line_, sink));
    if (parts_ == Parts::headers) {
        return keep_header_only(fields, sink);
    }
    if (!header_.ends_with('\n')) {
        header_ += eol_;  // the record ends here; fields are views that are not used again
    }
    if (parts_ == Parts::all && watch_.empty()) {
        state_ = State::body_kept;
        return out(header_, sink);
    }
    state_ = State::body_filtered;
    const auto again = COMITY_TRY(read_header(header_));
    auto begun = filter_.begin(header_, again, eol_, out_to(sink));
    tail_.clear();  // what came out so far is header
    return begun;
}

base::Result<void> MailMask::keep_header_only(const std::vector<HeaderField>& fields,
                                              const MaskSink& sink) {
    std::size_t left_out = 0;
    for (const HeaderField& field : fields) {
        if (names(headers_, field.name)) {
            COMITY_TRY(out(field.raw, sink));
            if (!field.raw.ends_with('\n')) {
                COMITY_TRY(out(eol_, sink));
            }
        } else {
            ++left_out;
        }
    }
    tally_.leave_out_fields(left_out);
    is_reduced_ = left_out > 0;
    COMITY_TRY(out(eol_, sink));
    tail_.clear();
    tally_.begin_part();
    state_ = State::body_left_out;
    return {};
}

base::Result<void> MailMask::end_mail(const MaskSink& sink) {
    if (state_ == State::header) {
        COMITY_TRY(end_header(sink));  // it had no empty line behind its header
    }
    switch (std::exchange(state_, State::start)) {
        case State::start:
        case State::header: return {};
        case State::withheld: tally_.withhold_record(); return {};
        case State::body_kept: tally_.keep_record(false); return {};
        case State::body_filtered:
            COMITY_TRY(filter_.finish(out_to(sink)));
            is_reduced_ = filter_.is_reduced();
            break;
        case State::body_left_out:
            if (has_body_) {
                tally_.leave_out_part();
                is_reduced_ = true;
            }
            break;
    }
    tally_.keep_record(is_reduced_);
    if (!is_mailbox_) {
        return {};
    }
    // A mail in a mailbox ends with an empty line; that of this one may have been left out.
    if (!tail_.empty() && !tail_.ends_with('\n')) {
        COMITY_TRY(out(eol_, sink));
    }
    const bool ends_empty = tail_ == eol_ || tail_.ends_with("\n" + eol_);
    return ends_empty ? base::Result<void>{} : out(eol_, sink);
}

base::Result<void> MailMask::out(std::string_view bytes, const MaskSink& sink) {
    tail_ += bytes.substr(bytes.size() - std::min(bytes.size(), tail_bytes));
    tail_.erase(0, tail_.size() - std::min(tail_.size(), tail_bytes));
    return tally_.result(base::view_of(bytes), sink);
}

MimeFilter::Out MailMask::out_to(const MaskSink& sink) {
    return [this, &sink](std::string_view bytes) { return out(bytes, sink); };
}

}  // namespace comity::items::detail
