#pragma once

// The mask of logs with one JSON object in each line.

#include <string>
#include <vector>

#include "domain/items/detail/lines.h"
#include "domain/items/detail/tally.h"
#include "domain/items/mask.h"

namespace comity::items::detail {

inline constexpr std::size_t max_json_line_bytes = std::size_t{1} << 20;
inline constexpr std::size_t max_pointer_depth = 16;

/// The names that an RFC 6901 pointer to a member goes through. Kind malformed.
[[nodiscard]] base::Result<std::vector<std::string>> read_pointer(std::string_view text);

class JsonLinesMask final : public Mask {
 public:
    /// `spec` is checked.
    JsonLinesMask(const MaskSpec& spec, base::SecretBytes salt);

    [[nodiscard]] base::Result<void> write(base::ByteView source, const MaskSink& sink) override;
    [[nodiscard]] base::Result<MaskReport> finish(const MaskSink& sink) override;

 private:
    using Path = std::vector<std::string>;
    [[nodiscard]] base::Result<void> line(const LinePiece& piece, const MaskSink& sink);
    [[nodiscard]] base::Result<void> whole_line(std::string_view bytes, const MaskSink& sink);
    [[nodiscard]] std::optional<LeftOut> reason_against(const codec::Value& value) const;

    MaskSpec spec_;
    std::vector<Path> fields_;
    Path time_;
    Path where_;
    Tally tally_;
    LineCutter lines_{max_json_line_bytes};
    bool is_too_long_ = false;  ///< the present line
};

}  // namespace comity::items::detail
