#include "domain/law/detail/lexer.h"

#include <algorithm>

namespace comity::law::detail {
namespace {

constexpr std::size_t max_diagnostics = 100;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_alphanumeric(char c) {
    return is_digit(c) || is_letter(c);
}
bool is_word_part(char c) {
    return is_alphanumeric(c) || c == '-';
}

/// The length of the UTF-8 sequence at the front of `rest`; 0 if it is not valid (RFC 3629).
std::size_t utf8_length(std::string_view rest) {
    const auto byte = [&](std::size_t i) {
        return i < rest.size() ? static_cast<unsigned char>(rest[i]) : 0U;
    };
    const unsigned lead = byte(0);
    const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        return follows(1) ? 2 : 0;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = lead == 0xED && byte(1) > 0x9F;
        return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const bool overlong = lead == 0xF0 && byte(1) < 0x90;
        const bool beyond = lead == 0xF4 && byte(1) > 0x8F;
        return follows(1) && follows(2) && follows(3) && !overlong && !beyond ? 4 : 0;
    }
    return 0;
}

class Lexer {
 public:
    Lexer(std::string_view file, std::string_view text) : file_(file), text_(text) {}

    Tokens run() {
        if (text_.size() > max_text_bytes) {
            complain("the text is too long", "at most 1 MiB");
            text_ = text_.substr(0, 0);
        }
        while (position_ < text_.size() && out_.diagnostics.size() < max_diagnostics) {
            one();
        }
        add(TokenKind::end, position_, position_);
        return std::move(out_);
    }

 private:
    void one() {
        const char c = text_[position_];
        if (c == '\n') {
            new_line();
        } else if (c == ' ') {
            advance(1);
        } else if (c == '#') {
            comment();
        } else if (c == '"') {
            string();
        } else if (is_letter(c)) {
            word();
        } else if (is_digit(c)) {
            digits();
        } else if (std::string_view("{}(),|<:").find(c) != std::string_view::npos) {
            add(TokenKind::punctuation, position_, position_ + 1);
            advance(1);
        } else {
            stray(c);
        }
    }

    void new_line() {
        ++position_;
        ++line_;
        column_ = 1;
        fresh_line_ = true;
    }

    void advance(std::size_t bytes) {
        position_ += bytes;
        column_ += static_cast<int>(bytes);
    }

    void comment() {
        while (position_ < text_.size() && text_[position_] != '\n') {
            if (!plain_character()) {
                return;
            }
        }
    }

    /// One character inside a comment or string; columns count characters. Reports a bad one.
    bool plain_character() {
        const std::size_t length = utf8_length(text_.substr(position_));
        const auto lead = static_cast<unsigned char>(text_[position_]);
        if (length == 0 || lead < 0x20 || lead == 0x7F) {
            complain(length == 0 ? "this is not valid UTF-8" : "a control character stands here",
                     "");
            advance(1);
            return false;
        }
        position_ += length;
        ++column_;
        return true;
    }

    void string() {
        const int line = line_;
        const int column = column_;
        const bool fresh = fresh_line_;
        advance(1);
        const std::size_t begin = position_;
        while (position_ < text_.size() && text_[position_] != '"' && text_[position_] != '\n') {
            (void)plain_character();
        }
        Token token{
            TokenKind::string, text_.substr(begin, position_ - begin), 0, line, column, fresh};
        fresh_line_ = false;
        if (position_ >= text_.size() || text_[position_] != '"') {
            complain_at(line, column, "this string does not end on its line", "a closing \"");
        } else {
            advance(1);
        }
        if (token.text.size() > max_string_bytes) {
            complain_at(line, column, "this string is too long", "at most 4096 bytes");
            token.text = token.text.substr(0, 0);
        }
        out_.tokens.push_back(token);
    }

    void word() {
        const std::size_t begin = position_;
        std::size_t end = begin;
        while (end < text_.size() && is_word_part(text_[end])) {
            ++end;
        }
        if (end - begin > max_word_bytes) {
            complain("this word is too long", "at most 64 characters");
            advance(end - begin);
            return;
        }
        add(TokenKind::word, begin, end);
        advance(end - begin);
    }

    /// A number, a date (2027-03-01) or a reference (7(2)(b), 4a).
    void digits() {
        const std::size_t begin = position_;
        std::size_t end = begin;
        while (end < text_.size() && is_digit(text_[end])) {
            ++end;
        }
        if (end < text_.size() && text_[end] == '-') {
            date(begin, end);
            return;
        }
        std::size_t tail = end;
        while (tail < text_.size() && is_letter(text_[tail])) {
            ++tail;
        }
        const std::size_t closed = after_brackets(tail);
        if (closed > end) {
            add(TokenKind::reference, begin, closed);
            advance(closed - begin);
            return;
        }
        number(begin, end);
    }

    /// The position behind "(x)(y)..." at `from`; `from` itself if there is none.
    [[nodiscard]] std::size_t after_brackets(std::size_t from) const {
        std::size_t at = from;
        while (at < text_.size() && text_[at] == '(') {
            std::size_t inner = at + 1;
            while (inner < text_.size() && is_alphanumeric(text_[inner])) {
                ++inner;
            }
            if (inner == at + 1 || inner >= text_.size() || text_[inner] != ')') {
                return at;
            }
            at = inner + 1;
        }
        return at;
    }

    void number(std::size_t begin, std::size_t end) {
        const std::string_view digits = text_.substr(begin, end - begin);
        std::int64_t value = 0;
        if (digits.size() > 1 && digits.front() == '0') {
            const std::size_t first = std::min(digits.find_first_not_of('0'), digits.size() - 1);
            complain("a number does not begin with 0", std::string(digits.substr(first, 20)));
        } else if (digits.size() > 15) {
            complain("this number is too large", "at most 15 digits");
        } else {
            for (const char digit : digits) {
                value = value * 10 + (digit - '0');
            }
        }
        add(TokenKind::number, begin, end);
        out_.tokens.back().value = value;
        advance(end - begin);
    }

    void date(std::size_t begin, std::size_t end) {
        while (end < text_.size() && is_word_part(text_[end])) {
            ++end;
        }
        const auto parsed = base::Date::parse(text_.substr(begin, end - begin));
        if (!parsed) {
            complain("this is not a day of the calendar", "a date as YYYY-MM-DD");
        }
        add(TokenKind::date, begin, end);
        out_.tokens.back().value = parsed ? parsed->days : 0;
        advance(end - begin);
    }

    void stray(char c) {
        if (c == '\t' || c == '\r') {
            complain(c == '\t' ? "a tab stands here" : "a carriage return stands here",
                     c == '\t' ? "spaces" : "lines that end with LF alone");
            advance(1);
            return;
        }
        const std::size_t length = utf8_length(text_.substr(position_));
        if (length == 0) {
            complain("this is not valid UTF-8", "");
            advance(1);
            return;
        }
        complain("this character has no meaning outside a string",
                 "a word, number, date or string");
        position_ += length;
        ++column_;
    }

    void add(TokenKind kind, std::size_t begin, std::size_t end) {
        out_.tokens.push_back(
            {kind, text_.substr(begin, end - begin), 0, line_, column_, fresh_line_});
        fresh_line_ = false;
    }

    void complain(std::string what, std::string expected) {
        complain_at(line_, column_, std::move(what), std::move(expected));
    }
    void complain_at(int line, int column, std::string what, std::string expected) {
        out_.diagnostics.push_back(
            {std::string(file_), line, column, std::move(what), std::move(expected), ""});
    }

    std::string_view file_;
    std::string_view text_;
    std::size_t position_ = 0;
    int line_ = 1;
    int column_ = 1;
    bool fresh_line_ = true;
    Tokens out_;
};

}  // namespace

Tokens tokens_of(std::string_view file, std::string_view text) {
    return Lexer(file, text).run();
}

}  // namespace comity::law::detail
