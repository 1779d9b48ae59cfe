// Fact patterns: reading any bytes must end in patterns or in diagnostics, and what was read must
// be judged without a fault.

#include <cstdint>
#include <string>
#include <vector>

#include "domain/law/law.h"

namespace {

const comity::law::Library& library() {
    static const comity::law::Library loaded = [] {
        const std::string head = "language comity-treaty 1\nvocabulary core 1\n";
        const std::string profile =
            " version 1\nin force from 2020-01-01\narticle 1 \"All\"\n"
            "clause 1 permit as issuing\nclause 2 permit as executing\n";
        const std::vector<comity::law::Source> sources{
            {"v",
             head + "side requesting, requested\nevent receipt, answer\nsilence escalate\n"
                    "fact emergency boolean case\nfact data enumeration {traffic, content} case\n"},
            {"x", head + "jurisdiction XX" + profile},
            {"y", head + "jurisdiction XY" + profile},
            {"a", head +
                      "agreement \"A\" version 1\nparties XX, XY\nin force from 2020-01-01\n"
                      "article 1 \"All\"\nclause 1 permit when emergency\nclause 2 deadline answer "
                      "by requested within 5 working days of receipt on silence escalate\n"}};
        return comity::law::Library::load(sources).value();
    }();
    return loaded;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto read = comity::law::read_patterns(
        "p", std::string_view(reinterpret_cast<const char*>(data), size));
    if (!read) {
        return read.error().empty() ? __builtin_trap(), 0 : 0;
    }
    for (const comity::law::FactPattern& pattern : read->patterns) {
        (void)comity::law::judge_pattern(library(), "p", pattern);
    }
    return 0;
}
