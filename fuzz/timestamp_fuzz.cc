#include <cstddef>
#include <cstdint>

#include "ground/crypto/crypto.h"
#include "ground/crypto/timestamp.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const base::ByteView input(data, size);
    if (const auto request = crypto::read_timestamp_request(input)) {
        COMITY_ENSURE(request->nonce.size() <= crypto::most_timestamp_nonce);
    }
    // A root whose key nobody has: no response verifies under it.
    static constexpr std::string_view root =
        "-----BEGIN CERTIFICATE-----\n"
        "MIIBqDCCAU+gAwIBAgIUdW+Eqyp3MI0rcUza3o09GgQdF5UwCgYIKoZIzj0EAwIw\n"
        "KTEnMCUGA1UEAwweSW52ZW50ZWQgcm9vdCBvZiBhIGZ1enogdGFyZ2V0MCAXDTI2\n"
        "MTEyMzEzMDI0NVoYDzIxMjYxMDMwMTMwMjQ1WjApMScwJQYDVQQDDB5JbnZlbnRl\n"
        "ZCByb290IG9mIGEgZnV6eiB0YXJnZXQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC\n"
        "AASWW4HnokGL9W3h81DaHVXc7W1rf862d+1VFq94dYDjJ2038hCsuOEM9+A7baYS\n"
        "/HcGmYM4gnf67X6DC4BTrQT6o1MwUTAdBgNVHQ4EFgQUwwHdq2hkmURBbCa0r+pC\n"
        "Q7V2qYkwHwYDVR0jBBgwFoAUwwHdq2hkmURBbCa0r+pCQ7V2qYkwDwYDVR0TAQH/\n"
        "BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiA2XvvWRfkT5yj2aIKuIcTb3Aadabof\n"
        "0sB8XM5w9m5nIQIgS3zcvD/PTgJK26C9M13ViY2HbdMHcGcblmeaT2g4u5E=\n"
        "-----END CERTIFICATE-----\n";
    COMITY_ENSURE(!crypto::verify_timestamp(input, crypto::sha256("a file"), root));
    return 0;
}
