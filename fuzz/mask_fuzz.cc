// Masks of all formats over any bytes: the same whatever parts they come in, counts that add up,
// and nothing of a withheld address in what came through.

#include <algorithm>
#include <array>
#include <cstdlib>

#include "domain/items/items.h"

namespace {

using namespace comity;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

items::MaskSpec spec_of(std::uint8_t choice) {
    items::MaskSpec spec;
    switch (choice % 6) {
        case 0:
            spec.format = "csv";
            spec.fields = {"a"};
            spec.where = items::MaskWhere{"a", {"1", "2"}};
            return spec;
        case 1:
            spec.format = "jsonl";
            spec.fields = {"/a/b", "/c"};
            spec.time_field = "/at";
            spec.from = base::Instant{0};
            return spec;
        case 2: spec.parts = "headers"; break;
        case 3: spec.parts = "all"; break;
        default: spec.parts = "without-attachments"; break;
    }
    spec.format = choice % 2 == 0 ? "mbox" : "eml";
    if (choice >= 128) {
        spec.withhold = {"c@x.example"};
    }
    return spec;
}

struct Masked {
    std::string text;
    items::MaskReport report;
};

base::Result<Masked> mask(const items::MaskSpec& spec, base::ByteView source, std::size_t part) {
    const auto made = COMITY_TRY(items::make_mask(spec, base::SecretBytes(items::mask_salt_bytes)));
    Masked masked;
    const items::MaskSink sink = [&](base::ByteView bytes) {
        masked.text += base::text_of(bytes);
        return base::Result<void>{};
    };
    while (!source.empty()) {
        const base::ByteView now = source.first(std::min(part, source.size()));
        COMITY_TRY(made->write(now, sink));
        source = source.subspan(now.size());
    }
    masked.report = COMITY_TRY(made->finish(sink));
    return masked;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const base::ByteView input(data, size);
    const std::string_view text = base::text_of(input);
    if (const auto spec = items::read_mask(text)) {
        require(codec::write(*spec) == text && items::check(*spec).has_value());
    }
    if (const auto report = items::read_mask_report(text)) {
        require(codec::write(*report) == text);
    }
    if (size < 2) {
        return 0;
    }
    const items::MaskSpec spec = spec_of(input[0]);
    const base::ByteView source = input.subspan(2);
    const auto whole = mask(spec, source, source.size() + 1);
    const auto parts = mask(spec, source, 1 + input[1] % 16);
    require(whole.has_value() == parts.has_value());
    if (!whole) {
        require(whole.error() == parts.error());
        return 0;
    }
    require(whole->text == parts->text && whole->report == parts->report);
    const items::MaskReport& report = whole->report;
    const items::MaskWithheld& withheld = report.withheld;
    require(report.read == report.kept + withheld.outside_time + withheld.other_correspondents +
                               withheld.withheld_correspondents + withheld.other_rows +
                               withheld.unreadable);
    require(report.reduced <= report.kept);
    require(report.source_bytes == static_cast<std::int64_t>(source.size()));
    require(report.result_bytes == static_cast<std::int64_t>(whole->text.size()));
    if (!spec.withhold && spec.parts == "all" && spec.format == "mbox" &&
        withheld.unreadable == 0 && source.size() > 0 && source.back() == '\n') {
        require(whole->text == base::text_of(source));
    }
    return 0;
}
