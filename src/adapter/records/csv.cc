#include "adapter/records/csv.h"

#include <algorithm>

namespace comity::records {

base::Result<std::span<const std::string_view>> CsvSplitter::split(std::string_view line) {
    fields_.clear();
    unquoted_.clear();
    unquoted_.reserve(line.size());  // so that views into it stay where they are
    std::size_t at = 0;
    for (;;) {
        if (fields_.size() == max_csv_fields) {
            return base::fail(base::ErrorKind::too_large, "the line has too many fields",
                              "the limit is " + std::to_string(max_csv_fields));
        }
        if (at < line.size() && line[at] == '"') {
            at = COMITY_TRY(read_quoted(line, at + 1));
            if (at < line.size() && line[at] != ',') {
                return base::fail(base::ErrorKind::malformed,
                                  "something follows a closing quotation mark",
                                  "at byte " + std::to_string(at + 1) + " of the line");
            }
        } else {
            const std::size_t end = std::min(line.find(',', at), line.size());
            const std::string_view field = line.substr(at, end - at);
            if (field.find('"') != std::string_view::npos) {
                return base::fail(base::ErrorKind::malformed,
                                  "a quotation mark stands inside a bare field",
                                  "in field " + std::to_string(fields_.size() + 1));
            }
            fields_.push_back(field);
            at = end;
        }
        if (at == line.size()) {
            return std::span<const std::string_view>(fields_);
        }
        ++at;  // the comma
    }
}

/// Reads a field from behind its opening mark; returns the place behind its closing one.
base::Result<std::size_t> CsvSplitter::read_quoted(std::string_view line, std::size_t at) {
    const std::size_t first = unquoted_.size();
    for (;;) {
        const std::size_t mark = line.find('"', at);
        if (mark == std::string_view::npos) {
            return base::fail(
                base::ErrorKind::malformed, "a quotation mark is not closed",
                "in field " + std::to_string(fields_.size() + 1) + "; a field holds no line break");
        }
        unquoted_.append(line.substr(at, mark - at));
        if (mark + 1 == line.size() || line[mark + 1] != '"') {
            fields_.push_back(std::string_view(unquoted_).substr(first));
            return mark + 1;
        }
        unquoted_.push_back('"');
        at = mark + 2;
    }
}

std::string csv_field(std::string_view field) {
    if (field.find_first_of(",\"") == std::string_view::npos) {
        return std::string(field);
    }
    std::string quoted = "\"";
    for (const char c : field) {
        quoted.append(c == '"' ? 2 : 1, c);
    }
    return quoted + "\"";
}

}  // namespace comity::records
