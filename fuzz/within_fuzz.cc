// Proofs that a request lies within an order: whatever is read is written to the same bytes, and
// held against roots that are not its own it is refused.

#include <cstddef>
#include <cstdint>

#include "domain/prooffile/prooffile.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace comity;
    const std::string_view input = base::text_of(base::ByteView(data, size));
    if (const auto proof = prooffile::read_within(input)) {
        COMITY_ENSURE(prooffile::write_within(*proof) == input);
        COMITY_ENSURE(!prooffile::check_within(*proof, base::Digest{}, base::Digest{}));
        COMITY_ENSURE(prooffile::judge_within(*proof, {}, {}).answer !=
                      prooffile::Answer::authentic);
    }
    static_cast<void>(prooffile::read_choice(input));
    return 0;
}
