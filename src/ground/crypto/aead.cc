#include "ground/crypto/detail/wrap.h"
#include "ground/crypto/sealing.h"

namespace comity::crypto {

base::Bytes encrypt(const base::SecretBytes& key, base::ByteView plaintext,
                    std::string_view context, Random& random) {
    base::Bytes sealed(detail::nonce_size);
    random.fill(sealed);
    const base::Bytes ciphertext =
        detail::gcm_encrypt(key, sealed, plaintext, base::view_of(context));
    base::append(sealed, ciphertext);
    return sealed;
}

base::Result<base::SecretBytes> decrypt(const base::SecretBytes& key, base::ByteView sealed,
                                        std::string_view context) {
    if (sealed.size() < detail::nonce_size + detail::tag_size) {
        return base::fail(base::ErrorKind::invalid, "the sealed bytes do not open",
                          "they are shorter than a nonce and a tag");
    }
    const base::ByteView nonce = sealed.first(detail::nonce_size);
    const base::ByteView tag = sealed.last(detail::tag_size);
    const base::ByteView ciphertext =
        sealed.subspan(detail::nonce_size, sealed.size() - detail::nonce_size - detail::tag_size);
    return detail::gcm_decrypt(key, nonce, ciphertext, tag, base::view_of(context));
}

}  // namespace comity::crypto
