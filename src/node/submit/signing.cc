#include "node/submit/signing.h"

namespace comity::submit {

base::Result<casework::SignatureRecord> sign_for(const base::Digest& subject,
                                                 std::string_view purpose, base::Realm realm,
                                                 const base::PartyId& node, base::Instant expires,
                                                 ports::Signer& key, crypto::Random& random) {
    casework::SignatureRecord record;
    record.algorithm = std::string(crypto::name_of(key.public_key().algorithm()));
    record.intent.realm = realm;
    record.intent.subject = subject;
    record.intent.purpose = std::string(purpose);
    record.intent.key = key.public_key().id();
    record.intent.node = node;
    record.intent.nonce.resize(casework::nonce_bytes);
    random.fill(record.intent.nonce);
    record.intent.expires = expires;
    record.signature = COMITY_TRY(key.sign(casework::signing_input(record.intent)));
    return record;
}

}  // namespace comity::submit
