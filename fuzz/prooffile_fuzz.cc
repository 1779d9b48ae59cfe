// Proof files and trust files: as they come, and as JSON behind a digest line that holds, so that
// the fuzzer gets past it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "domain/prooffile/prooffile.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace comity;
    const std::string_view input = base::text_of(base::ByteView(data, size));
    if (const auto trust = prooffile::read_trust(input)) {
        COMITY_ENSURE(prooffile::read_trust(prooffile::write_trust(*trust)).value() == *trust);
    }
    const std::size_t second = input.find('\n', input.find('\n') + 1);
    const std::string body(second == std::string_view::npos ? input : input.substr(second + 1));
    const std::string framed = "\nsha256 " + crypto::sha256(body).hex() + "\n" + body;
    const std::string first = "comity-proof 1" + framed;
    const std::string second_version = "comity-proof 2" + framed;
    for (const std::string_view file :
         {input, std::string_view(first), std::string_view(second_version)}) {
        const auto read = prooffile::read_proof(file);
        if (read) {
            COMITY_ENSURE(prooffile::write_proof(*read).value() == file);
            const prooffile::FieldChoice everything{"", "*"};
            if (const auto closed = prooffile::redact(*read, {&everything, 1})) {
                const auto opened = prooffile::reopen(*closed, *read, {&everything, 1});
                COMITY_ENSURE(!opened || prooffile::write_proof(*opened).value() == file);
            }
        }
        const prooffile::Report report = prooffile::verify_proof(file, std::nullopt);
        COMITY_ENSURE(report.answer != prooffile::Answer::authentic);
        COMITY_ENSURE(!prooffile::lines_of(report).empty());
        const auto screen = prooffile::screen_of(report, prooffile::Language::french);
        COMITY_ENSURE(screen.size() <= prooffile::screen_lines);
    }
    return 0;
}
