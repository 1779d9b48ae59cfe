#include "domain/items/detail/csv_mask.h"

#include <algorithm>

#include "domain/items/mail.h"

namespace comity::items::detail {

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

}  // namespace

std::unexpected<base::Error> CsvMask::refuse(base::ErrorKind kind, std::string what) const {
    return std::unexpected(
        base::Error{kind, std::move(what), {}, {}, "row " + std::to_string(rows_ + 1), {}});
}

base::Result<void> CsvMask::write(base::ByteView source, const MaskSink& sink) {
    tally_.source(source);
    for (const std::uint8_t byte : source) {
        COMITY_TRY(take(static_cast<char>(byte), sink));
    }
    return {};
}

base::Result<MaskReport> CsvMask::finish(const MaskSink& sink) {
    if (state_ == State::quoted) {
        return refuse(base::ErrorKind::malformed, "a quoted field has no end");
    }
    if (state_ == State::after_cr) {
        return refuse(base::ErrorKind::malformed, "a carriage return stands alone");
    }
    if (!row_.empty()) {
        COMITY_TRY(end_cell(0));
        COMITY_TRY(end_row(sink));
    }
    if (rows_ == 0) {
        return refuse(base::ErrorKind::malformed, "a table has a first row with names");
    }
    return tally_.finish();
}

base::Result<void> CsvMask::take(char c, const MaskSink& sink) {
    if (row_.size() == max_row_bytes) {
        return refuse(base::ErrorKind::too_large, "a row has at most 1 MiB");
    }
    row_ += c;
    switch (state_) {
        case State::quoted: state_ = c == '"' ? State::quote : State::quoted; return {};
        case State::after_cr:
            return c == '\n' ? end_row(sink)
                             : refuse(base::ErrorKind::malformed, "a carriage return stands alone");
        case State::field:
            if (c == '"') {
                state_ = State::quoted;
                return {};
            }
            break;
        case State::bare:
            if (c == '"') {
                return refuse(base::ErrorKind::malformed, "a mark stands in a field without marks");
            }
            break;
        case State::quote:
            if (c == '"') {
                state_ = State::quoted;
                return {};
            }
            if (c != ',' && c != '\r' && c != '\n') {
                return refuse(base::ErrorKind::malformed, "something stands behind a quoted field");
            }
            break;
    }
    return take_unquoted(c, sink);
}

base::Result<void> CsvMask::take_unquoted(char c, const MaskSink& sink) {
    if (c != ',' && c != '\r' && c != '\n') {
        state_ = State::bare;
        return {};
    }
    COMITY_TRY(end_cell(1));
    if (c == '\r') {
        state_ = State::after_cr;
        return {};
    }
    return c == '\n' ? end_row(sink) : base::Result<void>{};
}

base::Result<void> CsvMask::end_cell(std::size_t divider_bytes) {
    if (cells_.size() == max_columns) {
        return refuse(base::ErrorKind::too_large, "a table has at most 4096 columns");
    }
    cells_.push_back({cell_begin_, row_.size() - divider_bytes});
    cell_begin_ = row_.size();
    state_ = State::field;
    return {};
}

std::string CsvMask::text_of(const Cell& cell) const {
    std::string_view raw = std::string_view(row_).substr(cell.begin, cell.end - cell.begin);
    if (!raw.starts_with('"')) {
        return std::string(raw);
    }
    raw = raw.substr(1, raw.size() - 2);
    std::string text;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        text += raw[i];
        i += raw[i] == '"' ? 1 : 0;  // marks inside stand doubled
    }
    return text;
}

base::Result<std::size_t> CsvMask::column(std::string_view name) const {
    const auto found = std::ranges::find(names_, name);
    if (found == names_.end() || std::ranges::count(names_, name) > 1) {
        return refuse(base::ErrorKind::malformed,
                      "the table has not exactly one column " + std::string(name));
    }
    return static_cast<std::size_t>(found - names_.begin());
}

base::Result<void> CsvMask::read_head(const MaskSink& sink) {
    columns_ = cells_.size();
    for (const Cell& cell : cells_) {
        names_.push_back(text_of(cell));
    }
    if (names_.front().starts_with(byte_order_mark)) {
        names_.front().erase(0, byte_order_mark.size());
    }
    stays_.assign(columns_, false);
    for (const std::string& name : *spec_.fields) {
        stays_[COMITY_TRY(column(name))] = true;
    }
    if (spec_.time_field) {
        time_ = COMITY_TRY(column(*spec_.time_field));
    }
    if (spec_.where) {
        where_ = COMITY_TRY(column(spec_.where->field));
    }
    tally_.leave_out_fields(static_cast<std::size_t>(std::ranges::count(stays_, false)));
    return put_row(sink);
}

std::optional<LeftOut> CsvMask::reason_against() const {
    if (cells_.size() != columns_) {
        return LeftOut::unreadable;
    }
    if (time_ && (spec_.from || spec_.until)) {
        const auto at = read_log_time(text_of(cells_[*time_]));
        if (!at) {
            return LeftOut::unreadable;
        }
        if ((spec_.from && *at < *spec_.from) || (spec_.until && *at >= *spec_.until)) {
            return LeftOut::outside_time;
        }
    }
    if (where_ && std::ranges::find(spec_.where->values, text_of(cells_[*where_])) ==
                      spec_.where->values.end()) {
        return LeftOut::other_rows;
    }
    return std::nullopt;
}

base::Result<void> CsvMask::put_row(const MaskSink& sink) {
    std::string masked;
    bool is_first = true;
    for (std::size_t i = 0; i < columns_; ++i) {
        if (stays_[i]) {
            masked += is_first ? "" : ",";
            masked.append(row_, cells_[i].begin, cells_[i].end - cells_[i].begin);
            is_first = false;
        }
    }
    masked.append(row_, cells_.back().end);  // the row's end, as it was
    return tally_.result(base::view_of(masked), sink);
}

base::Result<void> CsvMask::end_row(const MaskSink& sink) {
    if (rows_ == 0) {
        COMITY_TRY(read_head(sink));
    } else {
        tally_.begin_record();
        tally_.record(base::view_of(row_));
        if (const auto reason = reason_against()) {
            tally_.withhold_record(*reason);
        } else {
            tally_.keep_record(std::ranges::count(stays_, false) > 0);
            COMITY_TRY(put_row(sink));
        }
    }
    ++rows_;
    row_.clear();
    cells_.clear();
    cell_begin_ = 0;
    state_ = State::field;
    return {};
}

}  // namespace comity::items::detail
