// A provider's files: lines, CSV and access lines from any bytes; what is read is written back.

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "adapter/records/records.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace comity;
    std::istringstream stream(std::string(base::text_of(base::ByteView(data, size))));
    records::LineReader lines(stream, "input");
    records::CsvSplitter splitter;
    records::CsvSplitter again;
    for (;;) {
        const auto line = lines.next();
        if (!line || !*line) {
            return 0;
        }
        if (const auto fields = splitter.split(**line)) {
            std::string written;
            for (const std::string_view& field : *fields) {
                written += (written.empty() && &field == fields->data() ? "" : ",") +
                           records::csv_field(field);
            }
            const auto reread = again.split(written);
            if (!reread || !std::ranges::equal(*reread, *fields)) {
                std::abort();
            }
        }
        if (const auto parts = records::split_access_line(**line)) {
            const auto access = records::read_access(*parts);
            if (access && records::write_access(*access).size() > (*line)->size() + 4) {
                std::abort();  // only the port's leading zeros may go
            }
        }
    }
}
