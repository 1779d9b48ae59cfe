#pragma once

// The mask of tables in CSV (RFC 4180), with line breaks in quoted fields.

#include <optional>
#include <string>
#include <vector>

#include "domain/items/detail/tally.h"
#include "domain/items/mask.h"

namespace comity::items::detail {

inline constexpr std::size_t max_row_bytes = std::size_t{1} << 20;
inline constexpr std::size_t max_columns = 4096;

class CsvMask final : public Mask {
 public:
    /// `spec` is checked.
    CsvMask(const MaskSpec& spec, base::SecretBytes salt)
        : spec_(spec), tally_(spec, std::move(salt)) {}

    [[nodiscard]] base::Result<void> write(base::ByteView source, const MaskSink& sink) override;
    [[nodiscard]] base::Result<MaskReport> finish(const MaskSink& sink) override;

 private:
    enum class State { field, bare, quoted, quote, after_cr };
    struct Cell {
        std::size_t begin = 0;
        std::size_t end = 0;
    };

    [[nodiscard]] base::Result<void> take(char c, const MaskSink& sink);
    [[nodiscard]] base::Result<void> take_unquoted(char c, const MaskSink& sink);
    /// The cell ends before the last `divider_bytes` of the row.
    [[nodiscard]] base::Result<void> end_cell(std::size_t divider_bytes);
    [[nodiscard]] base::Result<void> end_row(const MaskSink& sink);
    [[nodiscard]] base::Result<void> read_head(const MaskSink& sink);
    [[nodiscard]] base::Result<std::size_t> column(std::string_view name) const;
    [[nodiscard]] std::optional<LeftOut> reason_against() const;
    [[nodiscard]] base::Result<void> put_row(const MaskSink& sink);
    [[nodiscard]] std::string text_of(const Cell& cell) const;
    [[nodiscard]] std::unexpected<base::Error> refuse(base::ErrorKind kind, std::string what) const;

    MaskSpec spec_;
    Tally tally_;
    State state_ = State::field;
    std::string row_;  ///< as it stands in the source, with its end
    std::vector<Cell> cells_;
    std::size_t cell_begin_ = 0;
    std::uint64_t rows_ = 0;
    std::size_t columns_ = 0;  ///< known from the first row on
    std::vector<std::string> names_;
    std::vector<bool> stays_;
    std::optional<std::size_t> time_;
    std::optional<std::size_t> where_;
};

}  // namespace comity::items::detail
