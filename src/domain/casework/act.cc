#include "domain/casework/act.h"

namespace comity::casework {
namespace {

template <class Signed>
base::Digest entry_hash(std::string_view kind, base::Realm realm, const Signed& header) {
    const std::string tag = std::string(kind) + std::string(base::name_of(realm));
    return crypto::tagged_hash(tag, base::view_of(codec::write(header)));
}

}  // namespace

base::ActId id_of(const Header& header) {
    return base::ActId{entry_hash("comity/act/v1/", header.realm, header)};
}

EntryId id_of(const ReceiptHeader& header) {
    return entry_hash("comity/receipt/v1/", header.realm, header);
}

base::Bytes signing_input(const Intent& intent) {
    base::Bytes input = base::bytes_of("comity/intent/v1");
    input.push_back(0);
    base::append(input, codec::write(intent));
    return input;
}

namespace {

base::Result<void> check_intent(const Intent& intent, const base::Digest& subject,
                                std::string_view purpose, base::Realm realm, base::Instant at,
                                const base::KeyId& key) {
    if (intent.realm != realm) {
        return base::fail(base::ErrorKind::invalid, "the signature is of another realm");
    }
    if (intent.subject != subject) {
        return base::fail(base::ErrorKind::invalid, "the signature is over something else",
                          "it names " + intent.subject.hex() + ", this is " + subject.hex());
    }
    if (intent.purpose != purpose) {
        return base::fail(base::ErrorKind::invalid, "the signature serves another purpose",
                          "it says " + intent.purpose + ", needed is " + std::string(purpose));
    }
    if (intent.key != key) {
        return base::fail(base::ErrorKind::invalid, "the signature names another key");
    }
    if (intent.nonce.size() != nonce_bytes) {
        return base::fail(base::ErrorKind::malformed, "a signature's nonce has 16 bytes");
    }
    if (intent.expires < at) {
        return base::fail(base::ErrorKind::invalid, "the signature had expired at " + at.text());
    }
    return {};
}

base::Result<void> check_algorithm(const SignatureRecord& record, crypto::Algorithm algorithm) {
    if (record.algorithm != crypto::name_of(algorithm)) {
        return base::fail(base::ErrorKind::malformed,
                          "the signature's algorithm is not its key's: " + record.algorithm);
    }
    if (record.authenticator_data || record.client_data) {
        return base::fail(base::ErrorKind::malformed,
                          "a plain signature carries no WebAuthn members");
    }
    return {};
}

}  // namespace

base::Result<void> verify(const SignatureRecord& record, const base::Digest& subject,
                          std::string_view purpose, base::Realm realm, base::Instant at,
                          const crypto::PublicKey& key, const VerifiedRecord* ahead) {
    COMITY_TRY(check_algorithm(record, key.algorithm()));
    COMITY_TRY(check_intent(record.intent, subject, purpose, realm, at, key.id()));
    // A key's id is its thumbprint: a record that was verified under the key of its intent was
    // verified under this one.
    if (ahead != nullptr && ahead->record() == record) {
        return {};
    }
    return crypto::verify(key, signing_input(record.intent), record.signature);
}

base::Result<KnownKey> KnownKey::of(crypto::PublicKey key) {
    crypto::Verifier verifier = COMITY_TRY(crypto::Verifier::of(key));
    return KnownKey(std::move(key), std::move(verifier));
}

base::Result<VerifiedRecord> VerifiedRecord::of(SignatureRecord record, const KeyRing& ring) {
    const auto known = ring.find(record.intent.key);
    if (known == ring.end()) {
        return base::fail(base::ErrorKind::not_found, "the signing key is not on the ring");
    }
    COMITY_TRY(check_algorithm(record, known->second.key().algorithm()));
    COMITY_TRY(known->second.verifier().verify(signing_input(record.intent), record.signature));
    return VerifiedRecord(std::move(record));
}

std::optional<codec::Value> Act::value(std::string_view path) const {
    for (const Opening& opening : openings) {
        if (opening.path == path) {
            auto parsed = codec::parse(opening.value);
            if (!parsed || parsed->is_null()) {
                return std::nullopt;
            }
            return *parsed;
        }
    }
    return std::nullopt;
}

std::optional<std::string> Act::text(std::string_view path) const {
    const auto found = value(path);
    if (!found || !found->is_string()) {
        return std::nullopt;
    }
    return std::string(found->get_string());
}

EntryId id_of(const Entry& entry) {
    if (const auto* act = std::get_if<Act>(&entry)) {
        return act->id().digest;
    }
    return std::get<Receipt>(entry).id();
}

const base::MatterId& matter_of(const Entry& entry) {
    return std::visit([](const auto& e) -> const base::MatterId& { return e.header.matter; },
                      entry);
}
const base::PartyId& author_of(const Entry& entry) {
    return std::visit([](const auto& e) -> const base::PartyId& { return e.header.author; }, entry);
}
std::int64_t sequence_of(const Entry& entry) {
    return std::visit([](const auto& e) { return e.header.sequence; }, entry);
}
const std::optional<EntryId>& previous_of(const Entry& entry) {
    return std::visit(
        [](const auto& e) -> const std::optional<EntryId>& { return e.header.previous; }, entry);
}
base::Instant instant_of(const Entry& entry) {
    return std::visit([](const auto& e) { return e.header.at; }, entry);
}

namespace {

base::Result<void> check_openings(const Act& act) {
    std::int64_t last = -1;
    std::size_t total = 0;
    for (const Opening& opening : act.openings) {
        const std::string place = "/openings/" + std::to_string(opening.index);
        total += opening.value.size();
        if (opening.path.size() > max_path_bytes || opening.value.size() > max_value_bytes ||
            total > max_opened_bytes) {
            return std::unexpected(
                base::at_place(base::Error{base::ErrorKind::too_large,
                                           "the fields of this act are too large",
                                           "a value has at most 65536 bytes, all of them 1048576",
                                           {},
                                           {},
                                           {}},
                               place));
        }
        if (opening.index <= last ||
            opening.index >= static_cast<std::int64_t>(act.commitments.size())) {
            return std::unexpected(
                base::at_place(base::Error{base::ErrorKind::malformed,
                                           "openings stand in the order of their commitments",
                                           {},
                                           {},
                                           {},
                                           {}},
                               place));
        }
        last = opening.index;
        const base::Digest commitment =
            crypto::field_commitment(opening.path, opening.salt, opening.value);
        if (commitment != act.commitments[static_cast<std::size_t>(opening.index)]) {
            return std::unexpected(base::at_place(
                base::Error{base::ErrorKind::invalid,
                            "the field " + opening.path + " is not what was committed to",
                            "its value or salt was altered",
                            {},
                            {},
                            {}},
                place));
        }
        auto value = codec::parse_canonical(opening.value);
        if (!value) {
            return std::unexpected(base::at_place(std::move(value).error(), place + "/value"));
        }
    }
    return {};
}

}  // namespace

base::Result<void> check_form(const Act& act) {
    const Header& header = act.header;
    if (header.version != act_version) {
        return base::fail(
            base::ErrorKind::malformed,
            "act format version " + std::to_string(header.version) + " is not known here",
            "this node knows version 1", "ask the sender to use version 1");
    }
    if (act.commitments.empty() || act.commitments.size() > max_fields) {
        return base::fail(base::ErrorKind::malformed, "an act has 1 to 64 fields");
    }
    if (header.sequence < 0 || (header.sequence == 0) != !header.previous.has_value()) {
        return base::fail(base::ErrorKind::malformed,
                          "the first entry of a chain has no previous one, every other has");
    }
    if (header.after.size() > max_after) {
        return base::fail(base::ErrorKind::malformed, "`after` names at most 16 acts");
    }
    for (std::size_t i = 1; i < header.after.size(); ++i) {
        if (!(header.after[i - 1] < header.after[i])) {
            return base::fail(base::ErrorKind::malformed,
                              "`after` is ascending without repetition");
        }
    }
    if (crypto::commitment_root(act.commitments) != header.fields) {
        return base::fail(base::ErrorKind::invalid,
                          "the fields are not the ones that the header commits to");
    }
    return check_openings(act);
}

}  // namespace comity::casework
