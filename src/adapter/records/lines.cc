#include "adapter/records/lines.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace comity::records {

namespace {

constexpr std::size_t buffer_bytes = std::size_t{64} * 1024;
static_assert(buffer_bytes > 2 * max_line_bytes);

/// Bytes of the well-formed sequence that begins `text` (RFC 3629 section 4); 0: there is none.
std::size_t sequence_length(std::string_view text) {
    const auto at = [&](std::size_t i) {
        return i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0};
    };
    const auto is_tail = [&](std::size_t i) { return (at(i) & 0xc0) == 0x80; };
    const auto is_between = [&](std::uint8_t low, std::uint8_t high) {
        return at(1) >= low && at(1) <= high;
    };
    const std::uint8_t first = at(0);
    if (first >= 0xc2 && first <= 0xdf) {
        return is_tail(1) ? 2 : 0;
    }
    if (first >= 0xe0 && first <= 0xef) {
        const bool is_second = first == 0xe0   ? is_between(0xa0, 0xbf)
                               : first == 0xed ? is_between(0x80, 0x9f)
                                               : is_tail(1);
        return is_second && is_tail(2) ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        const bool is_second = first == 0xf0   ? is_between(0x90, 0xbf)
                               : first == 0xf4 ? is_between(0x80, 0x8f)
                                               : is_tail(1);
        return is_second && is_tail(2) && is_tail(3) ? 4 : 0;
    }
    return 0;
}

}  // namespace

bool is_clean_text(std::string_view text) {
    std::size_t i = 0;
    while (i < text.size()) {
        const auto byte = static_cast<std::uint8_t>(text[i]);
        if (byte < 0x20 || byte == 0x7f) {
            return false;
        }
        const std::size_t length = byte < 0x80 ? 1 : sequence_length(text.substr(i));
        if (length == 0) {
            return false;
        }
        i += length;
    }
    return true;
}

LineReader::LineReader(std::istream& stream, std::string name)
    : stream_(stream), name_(std::move(name)), buffer_(buffer_bytes, '\0') {
}

base::Error LineReader::here(base::Error error) const {
    return base::at_place(std::move(error),
                          name_ + ":" + std::to_string(std::max(number_, std::uint64_t{1})));
}

base::Result<std::string_view> LineReader::check(std::string_view line) const {
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    if (line.size() > max_line_bytes) {
        return base::fail(base::ErrorKind::too_large, "the line is too long",
                          "the limit is " + std::to_string(max_line_bytes) + " bytes");
    }
    if (!is_clean_text(line)) {
        return base::fail(base::ErrorKind::malformed,
                          "the line is not UTF-8 without control characters");
    }
    return line;
}

base::Result<std::optional<std::string_view>> LineReader::next() {
    for (;;) {
        const std::string_view waiting(buffer_.data() + begin_, end_ - begin_);
        if (const std::size_t length = waiting.find('\n'); length != std::string_view::npos) {
            ++number_;
            begin_ += length + 1;
            auto line = check(waiting.substr(0, length));
            if (!line) {
                return std::unexpected(here(std::move(line).error()));
            }
            return *line;
        }
        if (waiting.size() > max_line_bytes + 1) {
            ++number_;
            return std::unexpected(here(check(waiting).error()));
        }
        std::memmove(buffer_.data(), waiting.data(), waiting.size());
        begin_ = 0;
        end_ = waiting.size();
        stream_.read(buffer_.data() + end_, static_cast<std::streamsize>(buffer_.size() - end_));
        const auto got = static_cast<std::size_t>(stream_.gcount());
        end_ += got;
        if (got > 0) {
            continue;
        }
        if (stream_.bad() || !stream_.eof()) {
            return std::unexpected(base::Error{
                base::ErrorKind::failure, "the file cannot be read", {}, {}, name_, {}});
        }
        if (end_ == 0) {
            return std::nullopt;
        }
        ++number_;
        return std::unexpected(here({base::ErrorKind::malformed,
                                     "the last line has no end",
                                     "the file was cut short",
                                     {},
                                     {},
                                     {}}));
    }
}

}  // namespace comity::records
