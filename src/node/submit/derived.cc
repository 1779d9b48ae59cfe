#include "node/submit/derived.h"

#include <algorithm>

namespace comity::submit {

base::Result<base::SecretBytes> ledger_secret(ports::Signer& first_key, std::string_view origin) {
    const std::string text = "comity/matter-map/key/v1\n" + std::string(origin) + "\n";
    base::SecretBytes first(COMITY_TRY(first_key.sign(base::view_of(text))));
    base::Bytes second = COMITY_TRY(first_key.sign(base::view_of(text)));
    const bool is_stable = std::ranges::equal(first.view(), second);
    base::wipe(second);
    if (!is_stable) {
        return base::fail(base::ErrorKind::failure,
                          "the ledger's key does not sign one text in one way",
                          "the key of the map of matters derives from such a signature");
    }
    return first;
}

base::SecretBytes derived_key(const base::SecretBytes& secret, std::string_view tag) {
    base::Digest derived = crypto::tagged_hash(tag, secret.view());
    base::SecretBytes key(base::Bytes(derived.bytes.begin(), derived.bytes.end()));
    base::wipe(derived.bytes);
    return key;
}

}  // namespace comity::submit
