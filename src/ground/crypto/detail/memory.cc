#include "ground/crypto/detail/memory.h"

#include "ground/crypto/hash.h"
#include "ground/crypto/testing.h"

namespace comity::crypto {

namespace detail {

Memory*& memory() {
    thread_local Memory* current = nullptr;
    return current;
}

base::Digest digest_of(Algorithm algorithm, base::ByteView key, base::ByteView message,
                       base::ByteView signature) {
    base::Bytes input;
    input.reserve(key.size() + message.size() + signature.size() + 4 * sizeof(std::uint64_t));
    base::append_u64(input, static_cast<std::uint64_t>(algorithm));
    for (const base::ByteView part : {key, message, signature}) {
        base::append_u64(input, part.size());
        base::append(input, part);
    }
    return sha256(input);
}

}  // namespace detail

VerifyOnce::VerifyOnce() : outer_(detail::memory()) {
    detail::memory() = &memory_;
}

VerifyOnce::~VerifyOnce() {
    detail::memory() = outer_;
}

}  // namespace comity::crypto
