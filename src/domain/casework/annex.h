#pragma once

// The key annex of an agreement: which institutions take part and which keys stand for them. Both
// sides sign its digest when the channel is inaugurated, after they compared the fingerprints by
// another means (docs/formats/annex.md).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ground/base/base.h"
#include "ground/codec/codec.h"
#include "ground/crypto/crypto.h"
#include "ground/ledger/ledger.h"

namespace comity::casework {

inline constexpr std::int64_t annex_version = 1;

struct PartyEntry {
    base::PartyId party;
    std::string title;         ///< for people
    std::string jurisdiction;  ///< the state's code in the agreement, "XA"; its profile applies
    std::string kind;          ///< prosecution, court, central-authority, provider, oversight
    crypto::PublicKey root;    ///< accredits the party's officials
    crypto::PublicKey node;    ///< countersigns and receipts
    std::string ledger;        ///< verifier key of its ledger's checkpoints
    std::string witness;       ///< verifier key of its cosignatures
    base::Digest tls;          ///< SHA-256 of the SubjectPublicKeyInfo of its TLS certificate

    friend bool operator==(const PartyEntry&, const PartyEntry&) = default;
};

struct Annex {
    std::int64_t version = annex_version;
    base::Realm realm = base::Realm::exercise;
    std::string agreement;          ///< the agreement's name, "XA-XB/EE"
    base::TextDigest text;          ///< digest of the agreement's text
    std::int64_t skew_seconds = 0;  ///< how far `at` may lie from the witnessed time
    std::int64_t quorum = 0;  ///< cosignatures that a checkpoint needs before anything is sent
    std::vector<base::PartyId> witnesses;  ///< parties whose cosignature counts
    std::vector<PartyEntry> parties;
    /// How many of the witnesses other than a party endorse a new ledger key in place of one that
    /// the party lost, or that was stolen; none: it takes a new annex.
    std::optional<std::int64_t> recovery = std::nullopt;

    [[nodiscard]] const PartyEntry* find(const base::PartyId& party) const;
    [[nodiscard]] const PartyEntry* find_tls(const base::Digest& spki) const;

    friend bool operator==(const Annex&, const Annex&) = default;
};

/// SHA-256("comity/annex/v1/" realm || 00 || canonical annex).
[[nodiscard]] base::Digest digest_of(const Annex& annex);

/// Checks what the types do not: version, parties and keys named once, verifier keys well formed
/// and of the right type, at least one witness that is a party, quorum reachable for every party.
[[nodiscard]] base::Result<void> check(const Annex& annex);

/// A party's ledger as the annex gives it: its first key, and who may endorse another in its place
/// (the witnesses other than the party).
struct PartyLedger {
    base::PartyId party;
    ledger::NoteKey first;
    ledger::KeyRecovery recovery;
};
/// Kind not_proven if the annex does not name the party.
[[nodiscard]] base::Result<PartyLedger> ledger_of(const Annex& annex, const base::PartyId& party);
/// The same of the ledger with that origin; none: it is no party's.
[[nodiscard]] base::Result<std::optional<PartyLedger>> ledger_named(const Annex& annex,
                                                                    std::string_view origin);

/// Opens the checkpoint of `author`'s ledger: signed by its ledger key and cosigned by at least the
/// annex's quorum of witnesses other than `author`. Kinds: malformed, invalid, not_proven.
[[nodiscard]] base::Result<ledger::SignedCheckpoint> open_witnessed(const Annex& annex,
                                                                    const base::PartyId& author,
                                                                    std::string_view note);

}  // namespace comity::casework

namespace comity::codec {

template <>
struct Message<casework::PartyEntry> {
    using P = casework::PartyEntry;
    static constexpr std::string_view name = "party";
    static constexpr auto fields = std::tuple{
        field("party", &P::party, "the institution"),
        field("title", &P::title, "for people", 200),
        field("jurisdiction", &P::jurisdiction, "the state's code in the agreement", 16),
        field("kind", &P::kind, "what sort of institution, in the vocabulary's words", 64),
        field("root", &P::root, "accredits the party's officials"),
        field("node", &P::node, "countersigns and receipts"),
        field("ledger", &P::ledger, "verifier key of its checkpoints", 256),
        field("witness", &P::witness, "verifier key of its cosignatures", 256),
        field("tls", &P::tls, "SHA-256 of its TLS certificate's SubjectPublicKeyInfo")};
};

template <>
struct Message<casework::Annex> {
    using A = casework::Annex;
    static constexpr std::string_view name = "annex";
    static constexpr auto fields = std::tuple{
        field("v", &A::version, "format version, 1"),
        field("realm", &A::realm, "live or exercise"),
        field("agreement", &A::agreement, "the agreement's name", 128),
        field("text", &A::text, "digest of the agreement's text"),
        field("skew", &A::skew_seconds, "seconds that `at` may lie from the witnessed time"),
        field("quorum", &A::quorum, "cosignatures needed before anything is sent"),
        field("witnesses", &A::witnesses, "parties whose cosignature counts", 64),
        field("parties", &A::parties, "the institutions and their keys", 256),
        field("recovery", &A::recovery, "witnesses that endorse a new ledger key")};
};

}  // namespace comity::codec
