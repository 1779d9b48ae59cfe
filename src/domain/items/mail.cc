#include "domain/items/mail.h"

#include <algorithm>
#include <array>
#include <utility>

#include "domain/items/detail/lines.h"

namespace comity::items {

namespace {

using base::ErrorKind;

std::unexpected<base::Error> malformed(std::string what) {
    return base::fail(ErrorKind::malformed, std::move(what));
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

std::string lowered(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), lower);
    return out;
}

/// Steps over comments, quoted strings and atoms of a structured field (RFC 5322 3.2).
class Scanner {
 public:
    explicit Scanner(std::string_view text) : rest_(text) {}
    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    [[nodiscard]] std::size_t left() const { return rest_.size(); }
    [[nodiscard]] char peek() const { return rest_.front(); }
    char take() {
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }
    /// The contents of the quoted string that begins here, without marks and backslashes.
    base::Result<std::string> quoted() {
        std::string out;
        take();
        while (!at_end()) {
            const char c = take();
            if (c == '"') {
                return out;
            }
            if (c == '\\') {
                if (at_end()) {
                    break;
                }
                out += take();
            } else {
                out += c;
            }
        }
        return malformed("a quoted string has no end");
    }
    /// Passes white space and comments, which may stand in one another.
    base::Result<void> pass_comments() {
        int depth = 0;
        while (!at_end()) {
            const char c = peek();
            if (c == '(') {
                if (++depth > max_comment_depth) {
                    return malformed("comments stand too deep in one another");
                }
            } else if (depth > 0 && c == ')') {
                --depth;
            } else if (depth > 0 && c == '\\' && rest_.size() > 1) {
                take();
            } else if (depth == 0 && !is_blank(c)) {
                return {};
            }
            take();
        }
        if (depth > 0) {
            return malformed("a comment has no end");
        }
        return {};
    }
    /// As many characters as `wanted` takes.
    template <class Wanted>
    std::string_view run(Wanted wanted) {
        const auto end = std::ranges::find_if_not(rest_, wanted);
        const auto size = static_cast<std::size_t>(end - rest_.begin());
        const std::string_view found = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return found;
    }

 private:
    std::string_view rest_;
};

/// Collects the addresses of one list.
class AddressReader {
 public:
    explicit AddressReader(std::string_view value) : scanner_(value) {}

    base::Result<std::vector<std::string>> read() {
        while (true) {
            const std::size_t before = scanner_.left();
            COMITY_TRY(scanner_.pass_comments());
            if (scanner_.at_end()) {
                break;
            }
            note_gap(scanner_.left() != before);
            COMITY_TRY(step());
        }
        COMITY_TRY(end_mailbox());
        if (in_angle_) {
            return malformed("an address has no closing bracket");
        }
        return std::move(addresses_);
    }

 private:
    /// White space may stand around the dots and the @ of an address, but not inside its words.
    void note_gap(bool is_gap) {
        constexpr std::string_view joints = ".@,;:<>";
        if (is_gap && !word_.empty() && !joints.contains(word_.back()) &&
            !joints.contains(scanner_.peek())) {
            has_gap_ = true;
        }
    }
    std::string take_word() {
        has_gap_ = false;
        return std::exchange(word_, {});
    }
    base::Result<void> step() {
        const char c = scanner_.peek();
        if (c == '"') {
            word_ += quote(COMITY_TRY(scanner_.quoted()));
            return {};
        }
        if (c == '[') {  // a domain literal, RFC 5322 3.4.1
            const std::string_view literal = scanner_.run([](char d) { return d != ']'; });
            if (scanner_.at_end()) {
                return malformed("a domain literal has no end");
            }
            scanner_.take();
            word_ += std::string(literal) + "]";
            return {};
        }
        scanner_.take();
        switch (c) {
            case '<': return open_angle();
            case '>': return close_angle();
            case ',':
            case ';': return in_angle_ ? malformed("a list stands in brackets") : end_mailbox();
            case ':': return end_prefix();
            default: break;
        }
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            return malformed("an address holds a control character");
        }
        word_ += c;
        return {};
    }
    /// A quoted local part, as an atom where it could be one: "talor"@x is talor@x.
    static std::string quote(const std::string& text) {
        const bool is_atom = !text.empty() && std::ranges::all_of(text, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   std::string_view("!#$%&'*+-/=?^_`{|}~.").contains(c);
        });
        return is_atom ? text : "\"" + text + "\"";
    }
    base::Result<void> open_angle() {
        if (in_angle_ || has_angle_) {
            return malformed("brackets stand twice");
        }
        in_angle_ = true;
        take_word();  // what stood before is a name
        return {};
    }
    base::Result<void> close_angle() {
        if (!in_angle_) {
            return malformed("a bracket was not opened");
        }
        if (has_gap_) {
            return malformed("an address holds white space");
        }
        in_angle_ = false;
        has_angle_ = true;
        angle_ = take_word();
        return {};
    }
    base::Result<void> end_prefix() {
        // The name of a group, or the route in front of an address (RFC 5322 4.4).
        if (!in_angle_ && (has_angle_ || word_.contains('@'))) {
            return malformed("a colon stands behind an address");
        }
        take_word();
        return {};
    }
    base::Result<void> end_mailbox() {
        if (has_angle_ && !word_.empty()) {
            return malformed("something stands behind an address");
        }
        if (has_gap_) {
            return malformed("an address holds white space");
        }
        const std::string address = has_angle_ ? std::exchange(angle_, {}) : take_word();
        has_angle_ = false;
        if (address.empty()) {  // "<>", or nothing between two commas
            return {};
        }
        const std::size_t at = address.rfind('@');
        if (at == std::string::npos || at == 0 || at + 1 == address.size() ||
            (address.front() != '"' && address.find('@') != at)) {
            return malformed("this is no address");
        }
        if (addresses_.size() == max_addresses) {
            return base::fail(ErrorKind::too_large, "a field has too many addresses");
        }
        addresses_.push_back(lowered(address));
        return {};
    }

    Scanner scanner_;
    std::vector<std::string> addresses_;
    std::string word_;
    std::string angle_;
    bool in_angle_ = false;
    bool has_angle_ = false;
    bool has_gap_ = false;  ///< white space inside word_
};

bool is_token_character(char c) {  // RFC 2045 5.1
    return c > 0x20 && c < 0x7f && !std::string_view("()<>@,;:\\\"/[]?=").contains(c);
}

base::Result<std::string> token_of(Scanner& scanner) {
    COMITY_TRY(scanner.pass_comments());
    const std::string_view token = scanner.run(is_token_character);
    if (token.empty()) {
        return malformed("a word is expected in a content field");
    }
    return lowered(token);
}

base::Result<MailParameter> parameter_of(Scanner& scanner) {
    MailParameter parameter;
    parameter.name = COMITY_TRY(token_of(scanner));
    COMITY_TRY(scanner.pass_comments());
    if (scanner.at_end() || scanner.take() != '=') {
        return malformed("a parameter has no value");
    }
    COMITY_TRY(scanner.pass_comments());
    if (!scanner.at_end() && scanner.peek() == '"') {
        parameter.value = COMITY_TRY(scanner.quoted());
    } else {
        // Values with characters that belong in quotation marks are common; they end at `;`.
        parameter.value = trimmed(scanner.run([](char c) { return c != ';' && c != '('; }));
    }
    return parameter;
}

}  // namespace

std::string HeaderField::value() const {
    std::string_view rest = raw.substr(raw.find(':') + 1);
    std::string out;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        const std::string_view line = rest.substr(0, end == std::string_view::npos ? end : end + 1);
        rest.remove_prefix(line.size());
        out += detail::without_end(line);  // a fold's white space stays: RFC 5322 2.2.3
    }
    return std::string(trimmed(out));
}

base::Result<std::vector<HeaderField>> read_header(std::string_view block) {
    if (block.size() > max_header_bytes) {
        return base::fail(ErrorKind::too_large, "a header has at most 256 KiB");
    }
    std::vector<HeaderField> fields;
    while (!block.empty()) {
        const std::size_t end = block.find('\n');
        std::size_t size = end == std::string_view::npos ? block.size() : end + 1;
        const std::string_view first = block.substr(0, size);
        if (detail::without_end(first).empty()) {
            break;
        }
        while (size < block.size() && is_blank(block[size])) {
            const std::size_t next = block.find('\n', size);
            size = next == std::string_view::npos ? block.size() : next + 1;
        }
        const std::size_t colon = first.find(':');
        const std::string_view name =
            colon == std::string_view::npos ? std::string_view{} : trimmed(first.substr(0, colon));
        if (name.empty() || is_blank(first.front()) ||
            !std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7f; })) {
            return malformed("a line of a header is no field");
        }
        if (fields.size() == max_header_fields) {
            return base::fail(ErrorKind::too_large, "a header has at most 2000 fields");
        }
        fields.push_back({name, block.substr(0, size)});
        block.remove_prefix(size);
    }
    return fields;
}

bool is_same_name(std::string_view one, std::string_view other) {
    return std::ranges::equal(one, other, {}, lower, lower);
}

base::Result<std::optional<HeaderField>> only_field(const std::vector<HeaderField>& fields,
                                                    std::string_view name) {
    std::optional<HeaderField> found;
    for (const HeaderField& field : fields) {
        if (is_same_name(field.name, name)) {
            if (found) {
                return malformed("a field stands twice: " + std::string(name));
            }
            found = field;
        }
    }
    return found;
}

base::Result<std::vector<std::string>> read_addresses(std::string_view value) {
    return AddressReader(value).read();
}

const std::string* MailContent::parameter(std::string_view name) const {
    const auto is_it = [name](const MailParameter& one) { return one.name == name; };
    const auto found = std::ranges::find_if(parameters, is_it);
    return found != parameters.end() && std::ranges::count_if(parameters, is_it) == 1
               ? &found->value
               : nullptr;
}

bool MailContent::has_any_form_of(std::string_view name) const {
    return std::ranges::any_of(parameters, [name](const MailParameter& one) {
        return one.name == name || (one.name.starts_with(name) && one.name[name.size()] == '*');
    });
}

base::Result<MailContent> read_content(std::string_view value) {
    Scanner scanner(value);
    MailContent content;
    content.type = COMITY_TRY(token_of(scanner));
    if (!scanner.at_end() && scanner.peek() == '/') {
        scanner.take();
        content.type += "/" + COMITY_TRY(token_of(scanner));
    }
    while (true) {
        COMITY_TRY(scanner.pass_comments());
        if (scanner.at_end()) {
            return content;
        }
        if (scanner.take() != ';') {
            return malformed("parameters are divided by semicolons");
        }
        COMITY_TRY(scanner.pass_comments());
        if (scanner.at_end() || scanner.peek() == ';') {
            continue;  // one semicolon too many is common
        }
        if (content.parameters.size() == max_parameters) {
            return base::fail(ErrorKind::too_large, "a content field has too many parameters");
        }
        content.parameters.push_back(COMITY_TRY(parameter_of(scanner)));
    }
}

}  // namespace comity::items
