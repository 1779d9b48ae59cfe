#pragma once

// kit: a small invented world for tests.
//
//   Stage       five institutions with their keys, one annex, one registry, officials, a law
//   library Desk        one matter at one desk that knows everything: compose, sign, judge, record
//   Node        an institution with its ports in memory, that can be restarted
//   Federation  a node for each institution of the stage, and envelopes between them without a wire
//
// Keys are made anew in every process; ids and signatures therefore differ from run to run. What
// must be the same everywhere has vectors in tests/data.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/blobs/blobs.h"
#include "adapter/memory/memory.h"
#include "adapter/softkeys/softkeys.h"
#include "domain/casework/casework.h"
#include "domain/law/law.h"
#include "ground/crypto/testing.h"
#include "node/submit/institution.h"

namespace comity::kit {

[[nodiscard]] base::PartyId party(std::string_view name);
[[nodiscard]] base::Instant instant(std::string_view text);
/// JSON text as a value; the test fails on other text.
[[nodiscard]] codec::Value json(std::string_view text);
[[nodiscard]] codec::Object object(std::string_view text);

/// The texts of the law folder.
[[nodiscard]] law::Library real_law();
/// One vocabulary and two procedures, `registry` and `errand`, that no agreement stands behind.
[[nodiscard]] law::Library small_law();

/// The day on which stories begin: the agreement of the law folder is in force.
inline constexpr std::string_view story_begins = "2027-03-08T09:00:00.000Z";

// The institutions of every stage.
inline constexpr std::string_view xa_prosecution = "xa-prosecution";
inline constexpr std::string_view xa_court = "xa-court";
inline constexpr std::string_view xb_central = "xb-central";
inline constexpr std::string_view cirrus = "xb-cirrus-mail";
inline constexpr std::string_view board = "board";

struct Keys {
    softkeys::SoftSigner root;
    softkeys::SoftSigner node;
    softkeys::SoftSigner ledger;
    softkeys::SoftSigner witness;
};

/// A person of an institution with the key that is, or is not, accredited.
struct Official {
    base::PartyId party;
    base::PersonId person;
    std::string role;
    std::shared_ptr<softkeys::SoftSigner> key;
};

/// The record of a signature by `key` over `subject`.
[[nodiscard]] casework::SignatureRecord sign(ports::Signer& key, const base::PartyId& node,
                                             const base::Digest& subject, std::string_view purpose,
                                             base::Realm realm, base::Instant expires);

class Stage {
 public:
    explicit Stage(law::Library texts);

    [[nodiscard]] casework::World world() const { return {library, annex, registry}; }
    [[nodiscard]] Keys& keys(const base::PartyId& of) { return *keys_.at(of); }
    /// A person with a fresh key that nobody accredited.
    [[nodiscard]] Official stranger(std::string_view of, std::string_view person,
                                    std::string_view role);
    /// The institution itself, with its root key.
    [[nodiscard]] Official root_of(std::string_view of);
    /// Countersigned as its party's node does.
    [[nodiscard]] casework::Act signed_act(const casework::Draft& draft, const Official& official);
    [[nodiscard]] casework::Receipt receipt(casework::ReceiptHeader header);

    law::Library library;
    casework::Annex annex;
    casework::Registry registry;

 private:
    std::map<base::PartyId, std::shared_ptr<Keys>> keys_;
};

/// Changes a header before it is committed to and signed.
using Alter = std::function<void(casework::Header&)>;

/// One matter, all of whose entries are known at this desk.
class Desk {
 public:
    Desk(Stage& stage, std::string_view procedure, std::string_view matter);

    /// The act as its author's node would draft it now, signed.
    [[nodiscard]] base::Result<casework::Act> prepare(const Official& official,
                                                      std::string_view kind,
                                                      const codec::Object& fields,
                                                      const Alter& alter = {});
    /// Everything that a node asks of an act before it records it.
    [[nodiscard]] base::Result<casework::Admitted> attempt(const casework::Act& act) const;
    /// prepare, attempt, record. Registry acts are applied to the stage's registry.
    [[nodiscard]] base::Result<casework::Act> take(const Official& official, std::string_view kind,
                                                   std::string_view fields,
                                                   const Alter& alter = {});
    void record(const casework::Act& act, const casework::Admitted& admitted);
    /// The receipt of `by` for an act, recorded.
    casework::Receipt receipt(const base::PartyId& by, const base::ActId& act);

    Stage& stage;
    const law::Procedure* procedure;
    casework::Dossier dossier;
    casework::MatterState state;
    base::Instant now;

 private:
    crypto::CountingRandom random_{"desk"};
};

/// The registry of a party, opened by its root key.
[[nodiscard]] Desk open_registry(Stage& stage, std::string_view of);
/// The registries of a stage's parties, each opened when it is first needed.
class Registries {
 public:
    explicit Registries(Stage& stage) : stage_(stage) {}
    /// A stranger, accredited; the test fails if that is refused.
    [[nodiscard]] Official accredit(std::string_view of, std::string_view person,
                                    std::string_view role);

 private:
    Stage& stage_;
    std::map<std::string, Desk, std::less<>> opened_;
};
/// The fields of an accreditation of `official` for the years 2027 to 2029.
[[nodiscard]] std::string accreditation(const Official& official,
                                        std::string_view from = "2027-01-01T00:00:00.000Z",
                                        std::string_view until = "2029-01-01T00:00:00.000Z",
                                        std::string_view realm = "exercise");

/// An institution with everything that it needs, in memory.
class Node {
 public:
    Node(Stage& stage, std::string_view of, memory::FixedClock& clock);

    /// Starts the institution over what the store holds.
    [[nodiscard]] base::Result<void> start();
    [[nodiscard]] submit::Institution& operator*() { return *institution_; }
    [[nodiscard]] submit::Institution* operator->() { return institution_.get(); }
    [[nodiscard]] submit::Ports ports();

    [[nodiscard]] base::Result<submit::OwnAct> prepare(const Official& official,
                                                       const std::optional<base::MatterId>& matter,
                                                       std::string_view procedure,
                                                       std::string_view kind,
                                                       std::string_view fields);
    [[nodiscard]] base::Result<submit::Recorded> record(submit::Submission submission);
    /// Drafts, signs and records an act.
    [[nodiscard]] base::Result<submit::Recorded> act(const Official& official,
                                                     const std::optional<base::MatterId>& matter,
                                                     std::string_view procedure,
                                                     std::string_view kind,
                                                     std::string_view fields);

    Stage& stage;
    base::PartyId party;
    memory::FixedClock& clock;
    crypto::CountingRandom random;
    memory::MemoryStore store;
    memory::MemoryLedgerFiles files;
    memory::MemoryLedgerFiles mirror;
    std::optional<ledger::MirrorRule> mirror_rule;  ///< from the next start on
    bool use_first_ledger_key = false;              ///< though it was replaced; the same
    memory::MemoryDayKeys day_keys;
    blobs::MemoryBlobs blobs;

 private:
    /// The keys that took the place of the ledger's first one, as a disk would keep them.
    struct NewKeys final : ports::KeyMaker {
        [[nodiscard]] base::Result<std::unique_ptr<ports::Signer>> make() override;
        std::vector<std::shared_ptr<softkeys::SoftSigner>> made;
    };
    [[nodiscard]] ports::Signer& ledger_key();

    NewKeys new_keys_;
    base::SecretBytes ledger_secret_;
    std::unique_ptr<submit::Institution> institution_;
};

/// What is sent: an envelope, and the rows that it settles.
struct Parcel {
    casework::Envelope envelope;
    std::vector<casework::EntryId> entries;
};

class Federation {
 public:
    explicit Federation(law::Library texts);

    [[nodiscard]] Node& node(std::string_view of) { return *nodes_.at(party(of)); }
    [[nodiscard]] std::map<base::PartyId, std::unique_ptr<Node>>& nodes() { return nodes_; }
    /// Opens the party's registry, readable by all others.
    void open_registry(std::string_view of);
    /// Accredits a person with a fresh key.
    [[nodiscard]] Official accredit(std::string_view of, std::string_view person,
                                    std::string_view role);

    /// Gets the head of a node's ledger cosigned by the board, and by the court for the board's.
    void cosign(Node& node);
    /// What waits at a node, one parcel for each peer and matter.
    [[nodiscard]] std::vector<Parcel> parcels(Node& from);
    /// Hands a parcel over and settles what was recorded. The peer's answer.
    base::Result<submit::Recorded> deliver(const Parcel& parcel);
    /// Exchanges until nothing waits any more that can be delivered.
    void exchange();

    memory::FixedClock clock;
    Stage stage;

 private:
    std::map<base::PartyId, std::unique_ptr<Node>> nodes_;
};

/// What a node knows, in words that can be compared between nodes and over restarts: of each matter
/// its state, facts, sides, events, done acts and the ids of its entries.
[[nodiscard]] std::string account_of(const submit::Institution& institution,
                                     const base::MatterId& matter);
[[nodiscard]] std::string account_of(const submit::Institution& institution);

}  // namespace comity::kit
