#include "domain/items/detail/mime_filter.h"

#include <algorithm>
#include <utility>

namespace comity::items::detail {

namespace {

constexpr std::size_t max_boundary_bytes = 70;  // RFC 2046 5.1.1

std::string lowered(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

bool is_boundary(const std::string* text) {
    return text != nullptr && !text->empty() && text->size() <= max_boundary_bytes &&
           text->back() != ' ' &&
           std::ranges::all_of(*text, [](char c) { return c >= 0x20 && c < 0x7f; });
}

/// 7bit, 8bit and binary are the bytes themselves (RFC 2045 6.2).
bool is_plainly_encoded(const std::vector<HeaderField>& fields) {
    const auto field = only_field(fields, "Content-Transfer-Encoding");
    if (!field) {
        return false;
    }
    if (!*field) {
        return true;
    }
    const auto content = read_content((*field)->value());
    return content && content->parameters.empty() &&
           (content->type == "7bit" || content->type == "8bit" || content->type == "binary");
}

/// Whether `line`, without its end, delimits `boundary`; and whether it closes it.
std::optional<bool> delimits(std::string_view line, std::string_view boundary) {
    if (!line.starts_with("--") || line.substr(2, boundary.size()) != boundary) {
        return std::nullopt;
    }
    std::string_view rest = line.substr(2 + boundary.size());
    const bool closes = rest.starts_with("--");
    rest.remove_prefix(closes ? 2 : 0);
    if (rest.find_first_not_of(" \t") != std::string_view::npos) {
        return std::nullopt;
    }
    return closes;
}

}  // namespace

bool Watch::finds(std::string_view header_block) const {
    if (empty()) {
        return false;
    }
    // Folds may stand anywhere between two words, never inside a word; comments and white space may
    // part an address at its joints. So it is looked for without any of them.
    std::string squeezed;
    int depth = 0;
    for (const char c : lowered(header_block)) {
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '"') {
            continue;
        }
        depth += c == '(' ? 1 : 0;
        if (depth == 0) {
            squeezed += c;
        }
        depth -= c == ')' && depth > 0 ? 1 : 0;
    }
    const std::string whole = lowered(header_block);
    return std::ranges::any_of(addresses_, [&](const std::string& address) {
        return squeezed.contains(address) || whole.contains(address);
    });
}

MimeFilter::Verdict MimeFilter::judge(const std::vector<HeaderField>& fields,
                                      std::string_view default_type) const {
    const auto type_field = only_field(fields, "Content-Type");
    const auto disposition_field = only_field(fields, "Content-Disposition");
    if (!type_field || !disposition_field) {
        return {};  // readers differ on which one counts
    }
    MailContent type;
    type.type = default_type;
    if (*type_field) {
        auto read = read_content((*type_field)->value());
        if (!read) {
            return {};
        }
        type = *std::move(read);
    }
    bool is_file = type.has_any_form_of("name");
    if (*disposition_field) {
        const auto read = read_content((*disposition_field)->value());
        if (!read) {
            return {};
        }
        is_file = is_file || read->type == "attachment" || read->has_any_form_of("filename");
    }
    return judge_type(type, is_file, is_plainly_encoded(fields));
}

MimeFilter::Verdict MimeFilter::judge_type(const MailContent& type, bool is_file,
                                           bool is_plain) const {
    const bool no_files = attachments_ == Attachments::leave_out;
    if (no_files && is_file) {
        return {};
    }
    if (type.type.starts_with("multipart/")) {
        const std::string* boundary = type.parameter("boundary");
        if (!is_boundary(boundary) || !is_plain || levels_.size() == max_part_depth) {
            return {};
        }
        return {What::parts, *boundary, type.type == "multipart/digest"};
    }
    if (type.type.starts_with("message/")) {
        const bool is_mail = type.type == "message/rfc822" || type.type == "message/global" ||
                             type.type == "message/news";
        if (no_files || type.type == "message/partial" || !is_plain ||
            (is_mail && messages_ == max_part_depth)) {
            return {};
        }
        return {is_mail ? What::message : What::leaf, {}, false};
    }
    if (no_files && !type.type.starts_with("text/")) {
        return {};
    }
    return {What::leaf, {}, false};
}

base::Result<void> MimeFilter::begin(std::string_view block, const std::vector<HeaderField>& fields,
                                     std::string_view eol, const Out& out) {
    levels_.clear();
    eol_ = eol;
    header_.clear();
    pending_.clear();
    parts_ = 0;
    messages_ = 0;
    is_reduced_ = false;
    is_gap_left_out_ = false;
    const Verdict verdict = judge(fields, "text/plain");
    if (verdict.what != What::nothing) {
        return enter(verdict, block, out);
    }
    // The mail itself is a file: what is not about its contents stays of its header.
    tally_.begin_part();
    for (const HeaderField& field : fields) {
        if (lowered(field.name).starts_with("content-")) {
            tally_.part(base::view_of(field.raw));
        } else {
            COMITY_TRY(out(field.raw));
        }
    }
    return leave_out({}, out);
}

base::Result<void> MimeFilter::enter(const Verdict& verdict, std::string_view header,
                                     const Out& out) {
    switch (verdict.what) {
        case What::leaf: state_ = State::kept; break;
        case What::parts:
            levels_.push_back({verdict.boundary, verdict.is_digest});
            state_ = State::between;
            break;
        case What::message:
            ++messages_;
            pending_ += header;
            state_ = State::message_header;
            return {};
        case What::nothing:
            tally_.begin_part();
            tally_.part(base::view_of(pending_));
            pending_.clear();
            return leave_out(header, out);
    }
    COMITY_TRY(out(pending_));
    pending_.clear();
    return out(header);
}

base::Result<void> MimeFilter::leave_out(std::string_view header, const Out& out) {
    tally_.part(base::view_of(header));
    state_ = State::left_out;
    is_reduced_ = true;
    return out("Content-Type: text/plain; charset=us-ascii" + eol_ + eol_ + "[left out]" + eol_);
}

base::Result<void> MimeFilter::end_header(const Out& out) {
    const std::string header = std::exchange(header_, {});
    const auto fields = read_header(header);
    const bool is_inner = state_ == State::message_header;
    Verdict verdict;
    if (fields && !(is_inner && watch_.finds(header))) {
        const bool is_mail = !is_inner && !levels_.empty() && levels_.back().is_digest;
        verdict = judge(*fields, is_mail ? "message/rfc822" : "text/plain");
    }
    return enter(verdict, header, out);
}

base::Result<void> MimeFilter::end_entity(const Out& out) {
    if (state_ == State::part_header || state_ == State::message_header) {
        COMITY_TRY(end_header(out));  // it had no empty line behind its header
    }
    if (state_ == State::message_header) {
        COMITY_TRY(end_header(out));  // a part that has a mail without a header
    }
    if (state_ == State::left_out) {
        tally_.leave_out_part();
    }
    if (is_gap_left_out_) {
        tally_.leave_out_part();
        is_gap_left_out_ = false;
        is_reduced_ = true;
    }
    return {};
}

base::Result<void> MimeFilter::delimiter(std::size_t level, bool closes, std::string_view bytes,
                                         const Out& out) {
    COMITY_TRY(end_entity(out));
    levels_.resize(closes ? level : level + 1);
    state_ = State::between;
    if (!closes) {
        state_ = State::part_header;
        if (++parts_ > max_parts) {
            levels_.clear();  // nothing behind it is looked into any more
            tally_.begin_part();
            COMITY_TRY(out(bytes));
            return leave_out({}, out);
        }
    }
    return out(bytes);
}

/// Before the first part and behind the last one stands what no reader shows (RFC 2046 5.1.1), so
/// anything could be put there.
base::Result<void> MimeFilter::between(std::string_view bytes, const Out& out) {
    if (attachments_ == Attachments::keep) {
        return out(bytes);
    }
    if (without_end(bytes).find_first_not_of(" \t\r\n") != std::string_view::npos) {
        if (!is_gap_left_out_) {
            tally_.begin_part();
        }
        is_gap_left_out_ = true;
    }
    if (is_gap_left_out_) {
        tally_.part(base::view_of(bytes));
    }
    return {};
}

base::Result<void> MimeFilter::line(const LinePiece& piece, const Out& out) {
    if (piece.begins && piece.ends && piece.bytes.starts_with("--")) {
        for (std::size_t level = levels_.size(); level > 0; --level) {
            const auto closes = delimits(without_end(piece.bytes), levels_[level - 1].boundary);
            if (closes) {
                return delimiter(level - 1, *closes, piece.bytes, out);
            }
        }
    }
    switch (state_) {
        case State::kept: return out(piece.bytes);
        case State::left_out: tally_.part(base::view_of(piece.bytes)); return {};
        case State::between: return between(piece.bytes, out);
        case State::part_header:
        case State::message_header: break;
    }
    header_ += piece.bytes;
    const bool is_end = piece.begins && piece.ends && without_end(piece.bytes).empty();
    if (is_end) {
        return end_header(out);
    }
    if (header_.size() > max_header_bytes) {
        const std::string header = std::exchange(header_, {});
        return enter(Verdict{}, header, out);
    }
    return {};
}

base::Result<void> MimeFilter::finish(const Out& out) {
    return end_entity(out);
}

}  // namespace comity::items::detail
