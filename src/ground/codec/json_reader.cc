// The strict reader. Boost.JSON's basic_parser does the grammar, UTF-8 and escapes; this handler
// does what JSON libraries disagree about: duplicate names, numbers, bounds.

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>

#include "ground/codec/json.h"

namespace comity::codec {

namespace {

using boost::json::error_code;
using JsonText = boost::json::string_view;

constexpr std::int64_t largest_integer = (std::int64_t{1} << 53) - 1;  // RFC 7493 2.2

/// RFC 7493 2.1: no noncharacters, U+FDD0 to U+FDEF and U+xFFFE, U+xFFFF. `text` is valid UTF-8.
bool holds_noncharacter(std::string_view text) {
    constexpr std::uint64_t high_bits = 0x8080808080808080U;
    for (std::size_t i = 0; i + 2 < text.size(); ++i) {
        // ASCII, eight bytes at a time: nearly all of what is read.
        std::uint64_t word = 0;
        while (i + sizeof(word) + 2 < text.size()) {
            std::memcpy(&word, text.data() + i, sizeof(word));
            if ((word & high_bits) != 0) {
                break;
            }
            i += sizeof(word);
        }
        const auto lead = static_cast<std::uint8_t>(text[i]);
        if (lead < 0xef) {
            continue;
        }
        const auto second = static_cast<std::uint8_t>(text[i + 1]);
        const auto third = static_cast<std::uint8_t>(text[i + 2]);
        if (lead == 0xef) {
            if ((second == 0xb7 && third >= 0x90 && third <= 0xaf) ||
                (second == 0xbf && third >= 0xbe)) {
                return true;
            }
        } else if ((second & 0x0f) == 0x0f && third == 0xbf &&
                   static_cast<std::uint8_t>(text[i + 3]) >= 0xbe) {
            return true;
        }
    }
    return false;
}

/// The one value of a number's text, or why it has none.
struct Number {
    std::optional<Value> value;
    std::string_view refused_because;
};

/// Boost.JSON 1.81 rounds some doubles wrongly (its issue 599), so the text is read again.
Number number_of(std::string_view text) {
    if (text.find_first_of(".eE") == std::string_view::npos) {
        std::int64_t integer = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), integer);
        if (error != std::errc{} || integer > largest_integer || integer < -largest_integer) {
            return {{}, "an integer is beyond +-(2^53-1)"};
        }
        return {Value(integer), {}};
    }
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string_view mantissa = text.substr(0, text.find_first_of("eE"));
    const bool is_zero = mantissa.find_first_of("123456789") == std::string_view::npos;
    if (is_zero) {
        return {Value(std::int64_t{0}), {}};  // also -0.0: RFC 8785 writes both as 0
    }
    if (error != std::errc{} || !std::isfinite(number) || number == 0) {
        return {{}, "a number is outside the range of IEEE 754 double"};
    }
    // 1.0 and 1e3 are integers: one number has one value, whatever its spelling.
    if (number == std::trunc(number)) {
        if (std::fabs(number) <= static_cast<double>(largest_integer)) {
            return {Value(static_cast<std::int64_t>(number)), {}};
        }
        // RFC 8785 would write it as plain digits, which this reader refuses as an integer.
        if (std::fabs(number) < 1e21) {
            return {{}, "an integer is beyond +-(2^53-1)"};
        }
    }
    return {Value(number), {}};
}

class Handler {
 public:
    // Bounds of our own are checked below, where the reason can be told.
    static constexpr std::size_t max_array_size = SIZE_MAX;
    static constexpr std::size_t max_object_size = SIZE_MAX;
    static constexpr std::size_t max_string_size = SIZE_MAX;
    static constexpr std::size_t max_key_size = SIZE_MAX;

    explicit Handler(const JsonLimits& limits) : limits_(limits) {}

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }

    bool on_object_begin(error_code& code) { return open(Object{}, code); }
    bool on_array_begin(error_code& code) { return open(Array{}, code); }
    bool on_object_end(std::size_t, error_code&) { return close(); }
    bool on_array_end(std::size_t, error_code&) { return close(); }

    bool on_key_part(JsonText part, std::size_t size, error_code& code) {
        return collect(part, size, code);
    }
    bool on_string_part(JsonText part, std::size_t size, error_code& code) {
        return collect(part, size, code);
    }

    bool on_key(JsonText rest, std::size_t size, error_code& code) {
        if (!collect_rest(rest, size, code)) {
            return false;
        }
        Object& object = open_.back()->get_object();
        if (object.size() >= limits_.members) {
            return refuse(base::ErrorKind::too_large, "an object has too many members", code);
        }
        const auto [place, inserted] = object.emplace(whole(rest), nullptr);
        if (!inserted) {
            return refuse(base::ErrorKind::malformed, "a member name stands twice in one object",
                          code);
        }
        member_ = &place->value();
        parts_.clear();
        return true;
    }

    bool on_string(JsonText rest, std::size_t size, error_code& code) {
        if (!collect_rest(rest, size, code)) {
            return false;
        }
        const bool done = put(Value(whole(rest)), code) != nullptr;
        parts_.clear();
        return done;
    }

    bool on_number_part(JsonText part, error_code&) {
        parts_.append(part.data(), part.size());
        return true;
    }
    bool on_int64(std::int64_t, JsonText rest, error_code& code) { return on_number(rest, code); }
    bool on_uint64(std::uint64_t, JsonText rest, error_code& code) { return on_number(rest, code); }
    bool on_double(double, JsonText rest, error_code& code) { return on_number(rest, code); }
    bool on_bool(bool flag, error_code& code) { return put(Value(flag), code) != nullptr; }
    bool on_null(error_code& code) { return put(Value(nullptr), code) != nullptr; }

    bool on_comment_part(JsonText, error_code& code) {
        return refuse(base::ErrorKind::malformed, "a comment stands in JSON", code);
    }
    bool on_comment(JsonText, error_code& code) {
        return refuse(base::ErrorKind::malformed, "a comment stands in JSON", code);
    }

    [[nodiscard]] const std::optional<base::Error>& refusal() const { return refusal_; }
    [[nodiscard]] Value take() { return std::move(root_); }

 private:
    bool refuse(base::ErrorKind kind, std::string_view what, error_code& code) {
        refusal_ = base::Error{kind, std::string(what), {}, {}, {}, {}};
        code = boost::json::error::syntax;
        return false;
    }

    bool on_number(JsonText rest, error_code& code) {
        Number number = number_of(whole(rest));
        parts_.clear();
        if (!number.value) {
            return refuse(base::ErrorKind::malformed, number.refused_because, code);
        }
        return put(std::move(*number.value), code) != nullptr;
    }

    /// A string that came in parts is in parts_; one that came whole is only in `rest`.
    [[nodiscard]] std::string_view whole(JsonText rest) {
        if (parts_.empty()) {
            return {rest.data(), rest.size()};
        }
        parts_.append(rest.data(), rest.size());
        return parts_;
    }

    bool collect(JsonText part, std::size_t size, error_code& code) {
        if (size > limits_.string_bytes) {
            return refuse(base::ErrorKind::too_large, "a string is too long", code);
        }
        parts_.append(part.data(), part.size());
        return true;
    }

    bool collect_rest(JsonText rest, std::size_t size, error_code& code) {
        if (size > limits_.string_bytes) {
            return refuse(base::ErrorKind::too_large, "a string is too long", code);
        }
        if (!parts_.empty()) {
            parts_.append(rest.data(), rest.size());
        }
        const bool refused = holds_noncharacter(
            parts_.empty() ? std::string_view(rest.data(), rest.size()) : parts_);
        if (refused) {
            return refuse(base::ErrorKind::malformed, "a string holds a Unicode noncharacter",
                          code);
        }
        if (!parts_.empty()) {
            parts_.resize(parts_.size() - rest.size());  // whole() puts it back
        }
        return true;
    }

    /// Puts a value where the next one belongs. Parents do not change while a child is open, so
    /// the pointers in open_ and member_ stay good.
    Value* put(Value&& value, error_code& code) {
        if (++values_ > limits_.values) {
            refuse(base::ErrorKind::too_large, "the text has too many values", code);
            return nullptr;
        }
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        if (open_.back()->is_object()) {
            *member_ = std::move(value);
            return member_;
        }
        Array& array = open_.back()->get_array();
        if (array.size() >= limits_.members) {
            refuse(base::ErrorKind::too_large, "an array has too many members", code);
            return nullptr;
        }
        return &array.emplace_back(std::move(value));
    }

    bool open(Value&& container, error_code& code) {
        if (open_.size() >= limits_.depth) {
            return refuse(base::ErrorKind::too_large, "the text is nested too deeply", code);
        }
        Value* placed = put(std::move(container), code);
        if (placed == nullptr) {
            return false;
        }
        open_.push_back(placed);
        return true;
    }

    bool close() {
        open_.pop_back();
        return true;
    }

    const JsonLimits& limits_;
    Value root_;
    std::vector<Value*> open_;  // not owning: from root_ to the innermost open container
    Value* member_ = nullptr;   // not owning: the member whose name was read last
    std::string parts_;
    std::size_t values_ = 0;
    std::optional<base::Error> refusal_;
};

/// LINE:COL of a byte, both from 1; columns count bytes.
std::string place_of(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, std::min(offset, text.size()));
    const auto line = std::ranges::count(before, '\n') + 1;
    const std::size_t line_start = before.rfind('\n');
    const std::size_t column =
        line_start == std::string_view::npos ? before.size() + 1 : before.size() - line_start;
    return std::to_string(line) + ":" + std::to_string(column);
}

std::unexpected<base::Error> refused(base::Error error, std::string_view text, std::size_t offset) {
    error.place = place_of(text, offset);
    return std::unexpected(std::move(error));
}

base::Error malformed(std::string what, std::string why = {}) {
    return {base::ErrorKind::malformed, std::move(what), std::move(why), {}, {}, {}};
}

}  // namespace

base::Result<Value> parse(std::string_view text, const JsonLimits& limits) {
    if (text.size() > limits.bytes) {
        return base::fail(base::ErrorKind::too_large, "the JSON text is too long",
                          std::to_string(text.size()) + " bytes, at most " +
                              std::to_string(limits.bytes) + " are read");
    }
    if (text.starts_with("\xef\xbb\xbf")) {
        return refused(malformed("the JSON text begins with a byte order mark"), text, 0);
    }
    boost::json::parse_options options;
    options.max_depth = limits.depth + 1;  // one more, so that our own bound is met first
    boost::json::basic_parser<Handler> parser(options, limits);
    error_code code;
    const std::size_t read = parser.write_some(false, text.data(), text.size(), code);
    if (code) {
        if (const std::optional<base::Error>& refusal = parser.handler().refusal()) {
            return refused(*refusal, text, read);
        }
        return refused(malformed("this is not JSON", code.message()), text, read);
    }
    if (read != text.size()) {
        return refused(malformed("something stands behind the JSON value"), text, read);
    }
    return parser.handler().take();
}

base::Result<Value> parse_canonical(std::string_view text, const JsonLimits& limits) {
    Value value = COMITY_TRY(parse(text, limits));
    const std::string expected = canonical(value);
    if (expected != text) {
        const auto differs = std::ranges::mismatch(text, expected);
        return refused(malformed("this JSON text is not in canonical form (RFC 8785)"), text,
                       static_cast<std::size_t>(differs.in1 - text.begin()));
    }
    return value;
}

}  // namespace comity::codec
