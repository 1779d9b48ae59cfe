// What masks read of a mail, from any bytes: nothing breaks, what is read is within its bounds, and
// an address that was read is read again as itself.

#include <algorithm>
#include <cstdlib>

#include "domain/items/items.h"

namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace comity;
    const std::string_view text = base::text_of(base::ByteView(data, size));
    if (const auto fields = items::read_header(text)) {
        std::size_t bytes = 0;
        for (const items::HeaderField& field : *fields) {
            bytes += field.raw.size();
            require(field.value().size() <= field.raw.size());
        }
        require(bytes <= size && fields->size() <= items::max_header_fields);
    }
    if (const auto addresses = items::read_addresses(text)) {
        for (const std::string& address : *addresses) {
            require(address.contains('@'));
            const auto again = items::read_addresses(address);
            if (!address.contains('"') && !address.contains('[')) {
                require(again && again->size() == 1 && again->front() == address);
            }
        }
    }
    if (const auto content = items::read_content(text)) {
        require(!content->type.empty() && content->parameters.size() <= items::max_parameters);
    }
    for (const auto& date :
         {items::read_mail_date(text), items::read_from_line(text), items::read_log_time(text)}) {
        if (date) {
            require(base::Instant::parse(date->text()).has_value());
        }
    }
    return 0;
}
