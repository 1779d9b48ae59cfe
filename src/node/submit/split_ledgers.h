#pragma once

// Heads of others' ledgers as this node sees them: asked to attest them, and with the entries that
// come in. Two that do not fit become evidence that anyone can check (docs/formats/split-view.md),
// kept for good, and an alarm; until an official of this institution has looked at it, nothing is
// released or destroyed in matters of that party (docs/operations.md, Alarms).

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/casework/casework.h"
#include "ground/base/base.h"
#include "ground/codec/codec.h"
#include "ground/ledger/ledger.h"
#include "node/ports/ports.h"

namespace comity::submit {

class Institution;

/// The purpose under which an official signs that they have looked at such evidence.
inline constexpr std::string_view look_purpose = "look";

/// What an official says of evidence, signed.
struct Look {
    base::Digest evidence;  ///< SHA-256 of the evidence file
    std::string reason;     ///< what was found, and why releases may go on
    base::KeyId key;        ///< of the official
    base::Instant at;
    casework::SignatureRecord signature;  ///< over subject_of(), purpose look
};

/// SHA-256("comity/look/v1/" realm || 00 || canonical {at, evidence, reason}): what is signed.
[[nodiscard]] base::Digest subject_of(const Look& look, base::Realm realm);

/// Evidence against one ledger, found here or shown to this node.
struct SplitLedger {
    base::PartyId party;
    base::Instant found;
    std::string evidence;  ///< the file
    std::optional<Look> looked;

    [[nodiscard]] base::Digest id() const;
};

/// Two heads that may not fit: what the newer one's tree holds has to be fetched to tell.
struct Doubt {
    ledger::SignedCheckpoint older;
    ledger::SignedCheckpoint newer;
};

class SplitLedgers {
 public:
    explicit SplitLedgers(Institution& institution) : own_(institution) {}

    [[nodiscard]] const std::vector<SplitLedger>& found() const { return found_; }
    [[nodiscard]] const std::map<base::PartyId, Doubt>& doubts() const { return doubts_; }
    /// Why nothing is to be released to or for these parties; empty: nothing stands against it.
    [[nodiscard]] std::string against(const std::vector<base::PartyId>& parties) const;

    [[nodiscard]] base::Result<void> load();
    /// Whether a head that the party's ledger key signed contradicts none that was seen. Kind
    /// conflict if it does: the evidence is kept by then.
    [[nodiscard]] base::Result<void> check(const base::PartyId& party,
                                           const ledger::SignedCheckpoint& head);
    /// Remembers a head that came with entries, or that is attested; over a restart by `batch`.
    enum class Source { shown, attested };
    void note(const base::PartyId& party, const ledger::SignedCheckpoint& head, Source source,
              ports::Batch& batch);
    /// A head that was to be attested and is not: its proof does not lead from the one last
    /// attested, or its key was replaced. Evidence if the proof shows another history.
    enum class Refused { its_proof, its_key };
    [[nodiscard]] base::Result<void> refused(const base::PartyId& party,
                                             const ledger::SignedCheckpoint& head,
                                             const std::vector<base::Digest>& proof,
                                             const ledger::WitnessedHead& last, Refused why);
    /// What came of a doubt: the evidence, or that the heads fit.
    [[nodiscard]] base::Result<void> resolve(const base::PartyId& party,
                                             const std::optional<ledger::SplitView>& evidence);
    /// An official has looked. Kinds: not_found, conflict (somebody had), and of the signature.
    [[nodiscard]] base::Result<void> look(const Look& look);

 private:
    using Seen = std::map<std::uint64_t, ledger::SignedCheckpoint>;
    [[nodiscard]] base::Result<void> keep(const base::PartyId& party,
                                          const ledger::SplitView& evidence);
    void remember(const base::PartyId& party, const ledger::SignedCheckpoint& head);

    Institution& own_;
    std::map<base::PartyId, Seen> seen_;  ///< bounded for each party
    std::vector<SplitLedger> found_;
    std::map<base::PartyId, Doubt> doubts_;
};

}  // namespace comity::submit

namespace comity::codec {

template <>
struct Message<submit::Look> {
    using L = submit::Look;
    static constexpr std::string_view name = "look";
    static constexpr auto fields = std::tuple{
        field("evidence", &L::evidence, "SHA-256 of the evidence file"),
        field("reason", &L::reason, "what was found, and why releases may go on", 4000),
        field("key", &L::key, "thumbprint of the official's key"), field("at", &L::at, "when"),
        field("signature", &L::signature, "the official's, purpose look")};
};

template <>
struct Message<submit::SplitLedger> {
    using S = submit::SplitLedger;
    static constexpr std::string_view name = "split-ledger";
    static constexpr auto fields =
        std::tuple{field("party", &S::party, "whose ledger it is"),
                   field("found", &S::found, "when this node found it"),
                   field("evidence", &S::evidence, "the file, docs/formats/split-view.md", 262144),
                   field("looked", &S::looked, "that an official has looked at it")};
};

}  // namespace comity::codec
