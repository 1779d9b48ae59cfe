#include "domain/items/detail/lines.h"

#include <algorithm>

namespace comity::items::detail {

base::Result<void> LineCutter::hand_out(std::string_view bytes, bool ends, const LineSink& sink) {
    line_ += begins_ ? 1 : 0;
    const LinePiece piece{bytes, begins_, ends};
    begins_ = ends;
    return sink(piece);
}

base::Result<void> LineCutter::write(base::ByteView bytes, const LineSink& sink) {
    std::string_view rest = base::text_of(bytes);
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        const bool ends = end != std::string_view::npos;
        const std::size_t room = max_line_bytes_ - waiting_.size();
        const std::size_t size = std::min(ends ? end + 1 : rest.size(), room);
        const std::string_view part = rest.substr(0, size);
        rest.remove_prefix(size);
        const bool is_whole = part.ends_with('\n');
        if (!is_whole && waiting_.size() + size < max_line_bytes_) {
            waiting_ += part;  // the line may still end within the bound
        } else if (waiting_.empty()) {
            COMITY_TRY(hand_out(part, is_whole, sink));
        } else {
            waiting_ += part;
            COMITY_TRY(hand_out(waiting_, is_whole, sink));
            waiting_.clear();
        }
    }
    return {};
}

base::Result<void> LineCutter::finish(const LineSink& sink) {
    if (waiting_.empty()) {
        return {};
    }
    auto handed = hand_out(waiting_, true, sink);
    waiting_.clear();
    return handed;
}

std::string_view end_of(std::string_view line) {
    if (line.ends_with("\r\n")) {
        return line.substr(line.size() - 2);
    }
    return line.ends_with('\n') ? line.substr(line.size() - 1) : std::string_view{};
}

std::string_view without_end(std::string_view line) {
    return line.substr(0, line.size() - end_of(line).size());
}

}  // namespace comity::items::detail
