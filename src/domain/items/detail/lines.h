#pragma once

// Lines of a stream, whole where they are short.

#include <functional>
#include <string>
#include <string_view>

#include "ground/base/base.h"

namespace comity::items::detail {

/// A line with its end, or a piece of one that is longer than the bound.
struct LinePiece {
    std::string_view bytes;
    bool begins = true;  ///< the line
    bool ends = true;    ///< the line: it has its LF, or the stream ends
};

using LineSink = std::function<base::Result<void>(const LinePiece&)>;

class LineCutter {
 public:
    explicit LineCutter(std::size_t max_line_bytes) : max_line_bytes_(max_line_bytes) {}
    /// Hands out the lines that end in `bytes`; pieces are valid during the call.
    [[nodiscard]] base::Result<void> write(base::ByteView bytes, const LineSink& sink);
    /// Hands out what stands behind the last LF.
    [[nodiscard]] base::Result<void> finish(const LineSink& sink);
    /// The number of the line handed out last, from 1.
    [[nodiscard]] std::uint64_t line() const { return line_; }

 private:
    [[nodiscard]] base::Result<void> hand_out(std::string_view bytes, bool ends,
                                              const LineSink& sink);

    std::size_t max_line_bytes_;
    std::string waiting_;
    bool begins_ = true;
    std::uint64_t line_ = 0;
};

/// "\r\n" or "\n", as the line ends; empty if it has no end.
[[nodiscard]] std::string_view end_of(std::string_view line);
/// The line without its end.
[[nodiscard]] std::string_view without_end(std::string_view line);

}  // namespace comity::items::detail
