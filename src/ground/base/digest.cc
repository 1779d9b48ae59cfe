#include "ground/base/digest.h"

#include <algorithm>

namespace comity::base {

Result<Digest> Digest::from_hex(std::string_view text) {
    if (text.size() != 64) {
        return fail(ErrorKind::malformed, "this is not a digest",
                    "a digest has 64 hexadecimal digits");
    }
    return from_bytes(COMITY_TRY(base::from_hex(text)));
}

Result<Digest> Digest::from_bytes(ByteView bytes) {
    Digest digest;
    if (bytes.size() != digest.bytes.size()) {
        return fail(ErrorKind::malformed, "this is not a digest", "a digest has 32 bytes");
    }
    std::ranges::copy(bytes, digest.bytes.begin());
    return digest;
}

}  // namespace comity::base
