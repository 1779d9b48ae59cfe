#include "ground/crypto/detail/jwe.h"

#include "ground/crypto/detail/wrap.h"

namespace comity::crypto::detail {

namespace {

/// All that stands beside the ciphertext: sixteen recipients of some 400 bytes, and the context.
constexpr std::size_t overhead_limit = 32 * 1024;

codec::JsonLimits jwe_limits() {
    codec::JsonLimits limits;
    limits.string_bytes = base64url_size(sealing_limit);
    limits.bytes = limits.string_bytes + overhead_limit;
    limits.depth = 5;  // jwe, recipients, recipient, header, epk
    limits.members = most_readers;
    limits.values = 256;
    return limits;
}

std::unexpected<base::Error> not_ours(std::string what) {
    return base::fail(base::ErrorKind::malformed, std::move(what),
                      "only ECDH-ES+A256KW with A256GCM is used here");
}

base::Result<ProtectedHeader> read_protected(std::string_view text) {
    codec::JsonLimits limits;
    limits.bytes = 128;
    limits.depth = 1;
    const base::Bytes bytes = COMITY_TRY(base::from_base64url(text));
    return codec::read_text<ProtectedHeader>(base::text_of(bytes), limits);
}

}  // namespace

base::Result<Jwe> read_jwe(std::string_view text) {
    Jwe jwe = COMITY_TRY(codec::read_text<Jwe>(text, jwe_limits()));
    auto header = read_protected(jwe.protected_header);
    if (!header) {
        return std::unexpected(base::at_place(std::move(header).error(), "/protected"));
    }
    if (header->enc != content_algorithm) {
        return not_ours("a JWE names another content encryption");
    }
    if (jwe.recipients.empty()) {
        return base::fail(base::ErrorKind::malformed, "a JWE has no recipient");
    }
    for (const Recipient& recipient : jwe.recipients) {
        // RFC 7516 7.2.1: a name stands in one header only. So `alg` is here or there, not both.
        const std::optional<std::string>& alg = header->alg ? header->alg : recipient.header.alg;
        if (header->alg && recipient.header.alg) {
            return base::fail(base::ErrorKind::malformed, "a JWE header member stands twice");
        }
        if (alg != key_algorithm) {
            return not_ours("a JWE names another key management");
        }
        if (recipient.encrypted_key.size() != wrapped_size) {
            return base::fail(base::ErrorKind::malformed, "a wrapped key has not 40 bytes");
        }
    }
    if (jwe.iv.size() != nonce_size || jwe.tag.size() != tag_size) {
        return base::fail(base::ErrorKind::malformed, "a JWE has an iv or tag of another size");
    }
    if (jwe.aad && jwe.aad->empty()) {
        return base::fail(base::ErrorKind::malformed, "an empty aad is left out (RFC 7516 7.2.1)");
    }
    return jwe;
}

std::string authenticated_data(std::string_view protected_header, std::string_view context) {
    std::string data(protected_header);
    if (!context.empty()) {
        data += '.';
        data += base::to_base64url(base::view_of(context));
    }
    return data;
}

}  // namespace comity::crypto::detail
