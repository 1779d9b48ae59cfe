#include "ground/crypto/sealing.h"

#include <optional>

#include "ground/crypto/detail/curves.h"
#include "ground/crypto/detail/jwe.h"
#include "ground/crypto/detail/wrap.h"

namespace comity::crypto {

namespace {

base::SecretBytes wrapping_key(const base::SecretBytes& shared) {
    return detail::concat_kdf(shared, detail::key_algorithm, {}, {}, detail::key_size);
}

/// An ephemeral key for each reader, so that two readers' entries have nothing in common.
base::Result<detail::Recipient> wrapped_for(const SealingKey& reader,
                                            const base::SecretBytes& content_key, Random& random) {
    if (reader.raw().empty()) {
        return base::fail(base::ErrorKind::invalid, "a reader has no key");
    }
    detail::KeyPair ephemeral = detail::make_key_pair(reader.curve(), random);
    const base::SecretBytes shared =
        COMITY_TRY(detail::shared_secret(ephemeral.private_key, reader));
    detail::Recipient recipient;
    recipient.header.alg = detail::key_algorithm;
    recipient.header.epk = std::move(ephemeral.public_key);
    recipient.header.kid = reader.id().hex();
    recipient.encrypted_key = detail::wrap_key(wrapping_key(shared), content_key);
    return recipient;
}

/// The content key, if `recipient` is meant for `key`. No value: it is for somebody else. A
/// recipient without `kid` (which other writers may leave out) is tried.
base::Result<std::optional<base::SecretBytes>> content_key_of(const detail::Recipient& recipient,
                                                              const std::string& own_id,
                                                              KeyAgreement& key) {
    const std::optional<std::string>& kid = recipient.header.kid;
    if (recipient.header.epk.curve() != key.public_key().curve() || (kid && *kid != own_id)) {
        return std::nullopt;
    }
    const base::SecretBytes shared = COMITY_TRY(key.agree(recipient.header.epk));
    auto content_key = detail::unwrap_key(wrapping_key(shared), recipient.encrypted_key);
    if (!content_key) {
        if (kid) {
            return std::unexpected(std::move(content_key).error());
        }
        return std::nullopt;
    }
    return std::optional<base::SecretBytes>(*std::move(content_key));
}

}  // namespace

base::Result<std::string> seal(base::ByteView plaintext, std::string_view context,
                               std::span<const SealingKey> readers, Random& random) {
    if (plaintext.size() > sealing_limit || context.size() > detail::context_limit) {
        return base::fail(base::ErrorKind::too_large, "this is too large to seal",
                          "at most 64 MiB and a context of 4096 bytes");
    }
    if (readers.empty() || readers.size() > most_readers) {
        return base::fail(base::ErrorKind::too_large, "a seal has 1 to 16 readers",
                          std::to_string(readers.size()) + " were named");
    }
    base::SecretBytes content_key(detail::key_size);
    random.fill(content_key.writable());
    detail::Jwe jwe;
    for (const SealingKey& reader : readers) {
        jwe.recipients.push_back(COMITY_TRY(wrapped_for(reader, content_key, random)));
    }
    jwe.protected_header = base::to_base64url(base::view_of(codec::write(
        detail::ProtectedHeader{std::nullopt, std::string(detail::content_algorithm)})));
    if (!context.empty()) {
        jwe.aad = base::bytes_of(context);
    }
    jwe.iv.resize(detail::nonce_size);
    random.fill(jwe.iv);
    const std::string authenticated = detail::authenticated_data(jwe.protected_header, context);
    base::Bytes sealed =
        detail::gcm_encrypt(content_key, jwe.iv, plaintext, base::view_of(authenticated));
    jwe.tag.assign(sealed.end() - detail::tag_size, sealed.end());
    sealed.resize(sealed.size() - detail::tag_size);
    jwe.ciphertext = std::move(sealed);
    return codec::write(jwe);
}

base::Result<base::SecretBytes> open(std::string_view jwe_text, std::string_view context,
                                     KeyAgreement& key) {
    const detail::Jwe jwe = COMITY_TRY(detail::read_jwe(jwe_text));
    const std::string_view bound = jwe.aad ? base::text_of(*jwe.aad) : std::string_view{};
    if (bound != context) {
        return base::fail(base::ErrorKind::invalid, "the sealed bytes do not open",
                          "they were sealed for another context");
    }
    const std::string own_id = key.public_key().id().hex();
    for (const detail::Recipient& recipient : jwe.recipients) {
        const std::optional<base::SecretBytes> content_key =
            COMITY_TRY(content_key_of(recipient, own_id, key));
        if (content_key) {
            const std::string authenticated =
                detail::authenticated_data(jwe.protected_header, context);
            return detail::gcm_decrypt(*content_key, jwe.iv, jwe.ciphertext, jwe.tag,
                                       base::view_of(authenticated));
        }
    }
    return base::fail(base::ErrorKind::not_found, "this is not sealed to the key at hand");
}

}  // namespace comity::crypto
