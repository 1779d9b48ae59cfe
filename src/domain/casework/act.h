#pragma once

// Acts and receipts: the two kinds of entry that a node's chain in a matter is made of
// (DESIGN 5.2, 5.5; docs/formats/act.md).

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ground/base/base.h"
#include "ground/codec/codec.h"
#include "ground/crypto/crypto.h"

namespace comity::casework {

inline constexpr std::int64_t act_version = 1;
inline constexpr std::size_t max_after = 16;
inline constexpr std::size_t max_fields = 64;
inline constexpr std::size_t max_path_bytes = 128;
inline constexpr std::size_t max_value_bytes = 64 * 1024;
/// Of all opened values of one act together, so that every act fits into one envelope.
inline constexpr std::size_t max_opened_bytes = 1024 * 1024;
inline constexpr std::size_t nonce_bytes = 16;

/// The id of a chain entry: an act's id or a receipt's.
using EntryId = base::Digest;

/// What all parties of a matter may see of an act, and what its id is the hash of.
struct Header {
    std::int64_t version = act_version;
    base::Realm realm = base::Realm::exercise;
    base::TextDigest procedure;
    base::MatterId matter;
    base::PartyId author;  ///< the party whose official acts
    base::KeyId key;       ///< the official's key; no personal data
    base::Instant at;
    std::vector<base::ActId>
        after;                  ///< heads of the acts known to the author, at most 16, ascending
    std::int64_t sequence = 0;  ///< of the author's chain in this matter, from 0
    std::optional<EntryId> previous;  ///< the author's entry before; none for sequence 0
    base::LawDigest law;
    std::optional<EntryId>
        registry;         ///< head of the author's registry chain relied on; none: root key
    base::Digest fields;  ///< root of the field commitments

    friend bool operator==(const Header&, const Header&) = default;
};

/// SHA-256("comity/act/v1/" realm || 00 || canonical header).
[[nodiscard]] base::ActId id_of(const Header& header);

/// One field made readable: its place in the schema, path, salt and canonical JSON value.
struct Opening {
    std::int64_t index = 0;
    std::string path;
    base::Digest salt;
    std::string value;  ///< RFC 8785 text of the value; `null` for a field left out

    friend bool operator==(const Opening&, const Opening&) = default;
};

/// What exactly a key signs, whatever kind of key it is (DESIGN 5.13).
struct Intent {
    base::Realm realm = base::Realm::exercise;
    base::Digest subject;  ///< act id, receipt id, ...
    std::string purpose;   ///< "act", "countersign", "receipt"
    base::KeyId key;
    base::PartyId node;  ///< the node at which it is signed
    base::Bytes nonce;   ///< 16 bytes
    base::Instant expires;

    friend bool operator==(const Intent&, const Intent&) = default;
};

/// "comity/intent/v1" || 00 || canonical intent. A plain key signs these bytes; a WebAuthn key
/// signs the challenge that is their SHA-256.
[[nodiscard]] base::Bytes signing_input(const Intent& intent);

/// One record for all kinds of keys.
struct SignatureRecord {
    std::string algorithm;  ///< "ES256", "Ed25519"; "webauthn-ES256" once passkeys sign
    Intent intent;
    std::optional<base::Bytes> authenticator_data;
    std::optional<base::Bytes> client_data;
    base::Bytes signature;

    friend bool operator==(const SignatureRecord&, const SignatureRecord&) = default;
};

/// A public key that is used often: parsed once.
class KnownKey {
 public:
    [[nodiscard]] static base::Result<KnownKey> of(crypto::PublicKey key);
    [[nodiscard]] const crypto::PublicKey& key() const { return key_; }
    [[nodiscard]] const crypto::Verifier& verifier() const { return verifier_; }

 private:
    KnownKey(crypto::PublicKey key, crypto::Verifier verifier)
        : key_(std::move(key)), verifier_(std::move(verifier)) {}
    crypto::PublicKey key_;
    crypto::Verifier verifier_;
};

/// Keys to verify under ahead of judging, by their ids.
using KeyRing = std::map<base::KeyId, KnownKey>;

/// A record whose signature verifies under the key that its intent names. Verifying costs more than
/// all else in judging an act and asks nothing but the key, so it may be done ahead, on any thread;
/// what the record is over, and whom its key stands for, is judged later.
class VerifiedRecord {
 public:
    /// Kinds: not_found (the key is not on the ring), malformed, invalid.
    [[nodiscard]] static base::Result<VerifiedRecord> of(SignatureRecord record,
                                                         const KeyRing& ring);
    [[nodiscard]] const SignatureRecord& record() const { return record_; }

 private:
    explicit VerifiedRecord(SignatureRecord record) : record_(std::move(record)) {}
    SignatureRecord record_;
};

/// Checks that `record` is over `subject` for `purpose` in `realm` with a nonce of 16 bytes, was
/// not expired at `at`, and verifies under `key`. That its intent names the author's node is
/// checked where the author is known (judge.h). `ahead`: the same record, verified before; nullptr:
/// none. Kinds: invalid; malformed for an algorithm that is not the key's.
[[nodiscard]] base::Result<void> verify(const SignatureRecord& record, const base::Digest& subject,
                                        std::string_view purpose, base::Realm realm,
                                        base::Instant at, const crypto::PublicKey& key,
                                        const VerifiedRecord* ahead = nullptr);

/// A signed step. `openings` holds what this copy's reader may see; `commitments` are always whole.
struct Act {
    Header header;
    std::vector<base::Digest> commitments;
    std::vector<Opening> openings;
    SignatureRecord signature;         ///< of the official, purpose "act"
    SignatureRecord countersignature;  ///< of the author's node, purpose "countersign"

    [[nodiscard]] base::ActId id() const { return id_of(header); }
    /// The opened value of the field `path`; none if this copy does not open it or it is null.
    [[nodiscard]] std::optional<codec::Value> value(std::string_view path) const;
    /// The opened value if it is a text.
    [[nodiscard]] std::optional<std::string> text(std::string_view path) const;

    friend bool operator==(const Act&, const Act&) = default;
};

/// A node's word that it has recorded another's act at this place of its own chain.
struct ReceiptHeader {
    std::int64_t version = act_version;
    base::Realm realm = base::Realm::exercise;
    base::MatterId matter;
    base::PartyId author;  ///< the party whose node receipts
    base::Instant at;
    std::int64_t sequence = 0;
    std::optional<EntryId> previous;
    base::ActId act;  ///< what was received

    friend bool operator==(const ReceiptHeader&, const ReceiptHeader&) = default;
};

/// SHA-256("comity/receipt/v1/" realm || 00 || canonical receipt header).
[[nodiscard]] EntryId id_of(const ReceiptHeader& header);

struct Receipt {
    ReceiptHeader header;
    SignatureRecord signature;  ///< of the node, purpose "receipt"

    [[nodiscard]] EntryId id() const { return id_of(header); }
    friend bool operator==(const Receipt&, const Receipt&) = default;
};

using Entry = std::variant<Act, Receipt>;
[[nodiscard]] EntryId id_of(const Entry& entry);
[[nodiscard]] const base::MatterId& matter_of(const Entry& entry);
[[nodiscard]] const base::PartyId& author_of(const Entry& entry);
[[nodiscard]] std::int64_t sequence_of(const Entry& entry);
[[nodiscard]] const std::optional<EntryId>& previous_of(const Entry& entry);
[[nodiscard]] base::Instant instant_of(const Entry& entry);

/// Checks all of an act that needs nothing but the act: version, bounds, commitments against the
/// root, every opening against its commitment. Signatures are checked where the keys are known.
[[nodiscard]] base::Result<void> check_form(const Act& act);

}  // namespace comity::casework

namespace comity::codec {

template <>
struct Message<casework::Header> {
    using H = casework::Header;
    static constexpr std::string_view name = "act-header";
    static constexpr auto fields =
        std::tuple{field("v", &H::version, "format version, 1"),
                   field("realm", &H::realm, "live or exercise"),
                   field("procedure", &H::procedure, "digest of the procedure text"),
                   field("matter", &H::matter, "the matter"),
                   field("author", &H::author, "the party whose official acts"),
                   field("key", &H::key, "thumbprint of the official's key"),
                   field("at", &H::at, "when the official acted"),
                   field("after", &H::after, "heads of the acts known to the author, ascending",
                         casework::max_after),
                   field("seq", &H::sequence, "place in the author's chain in this matter, from 0"),
                   field("prev", &H::previous, "the author's entry before"),
                   field("law", &H::law, "digest of the law texts assessed under"),
                   field("registry", &H::registry, "head of the author's registry relied on"),
                   field("fields", &H::fields, "root of the field commitments")};
};

template <>
struct Message<casework::Opening> {
    using O = casework::Opening;
    static constexpr std::string_view name = "opening";
    static constexpr auto fields = std::tuple{
        field("i", &O::index, "place of the field in the act kind's schema, from 0"),
        field("path", &O::path, "the field's path", casework::max_path_bytes),
        field("salt", &O::salt, "the field's salt"),
        field("value", &O::value, "canonical JSON of the value", casework::max_value_bytes)};
};

template <>
struct Message<casework::Intent> {
    using I = casework::Intent;
    static constexpr std::string_view name = "intent";
    static constexpr auto fields =
        std::tuple{field("realm", &I::realm, "live or exercise"),
                   field("subject", &I::subject, "id of what is signed"),
                   field("purpose", &I::purpose, "act, countersign or receipt", 32),
                   field("key", &I::key, "thumbprint of the signing key"),
                   field("node", &I::node, "the node at which it is signed"),
                   field("nonce", &I::nonce, "16 bytes, never used twice", 22),
                   field("expires", &I::expires, "the signature is void for acts after this")};
};

template <>
struct Message<casework::SignatureRecord> {
    using S = casework::SignatureRecord;
    static constexpr std::string_view name = "signature";
    static constexpr auto fields = std::tuple{
        field("alg", &S::algorithm, "ES256, Ed25519 or webauthn-ES256; must be the key's", 16),
        field("intent", &S::intent, "what was signed"),
        field("auth-data", &S::authenticator_data, "WebAuthn authenticator data", 1024),
        field("client-data", &S::client_data, "WebAuthn client data", 2048),
        field("sig", &S::signature, "64 bytes", 128)};
};

template <>
struct Message<casework::Act> {
    using A = casework::Act;
    static constexpr std::string_view name = "act";
    static constexpr auto fields = std::tuple{
        field("header", &A::header, "what the id is the hash of"),
        field("commitments", &A::commitments, "one for each field of the schema, in order",
              casework::max_fields),
        field("openings", &A::openings, "the fields this copy opens", casework::max_fields),
        field("signature", &A::signature, "the official's"),
        field("countersignature", &A::countersignature, "the author's node's")};
};

template <>
struct Message<casework::ReceiptHeader> {
    using R = casework::ReceiptHeader;
    static constexpr std::string_view name = "receipt-header";
    static constexpr auto fields =
        std::tuple{field("v", &R::version, "format version, 1"),
                   field("realm", &R::realm, "live or exercise"),
                   field("matter", &R::matter, "the matter"),
                   field("author", &R::author, "the party whose node receipts"),
                   field("at", &R::at, "when it was recorded"),
                   field("seq", &R::sequence, "place in the author's chain in this matter, from 0"),
                   field("prev", &R::previous, "the author's entry before"),
                   field("act", &R::act, "the act received")};
};

template <>
struct Message<casework::Receipt> {
    using R = casework::Receipt;
    static constexpr std::string_view name = "receipt";
    static constexpr auto fields =
        std::tuple{field("header", &R::header, "what the id is the hash of"),
                   field("signature", &R::signature, "the node's")};
};

}  // namespace comity::codec
