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
    const std::string framed = "comity-proof 1\nsha256 " + crypto::sha256(body).hex() + "\n" + body;
    for (const std::string_view file : {input, std::string_view(framed)}) {
        const auto read = prooffile::read_proof(file);
        if (read) {
            COMITY_ENSURE(prooffile::write_proof(*read).value() == file);
        }
        const prooffile::Report report = prooffile::verify_proof(file, std::nullopt);
        COMITY_ENSURE(report.answer != prooffile::Answer::authentic);
        COMITY_ENSURE(!prooffile::lines_of(report).empty());
    }
    return 0;
}
