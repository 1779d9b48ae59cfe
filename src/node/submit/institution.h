#pragma once

// The institution: one node's matters, registry and ledger in memory, and the one way in which they
// change (DESIGN 4). Single-threaded: one thread owns an Institution, others pass it messages.
//
//   submission -> form, signatures, chain of keys -> causal past -> assessment
//     -> inadmissible: a clear reason with its clause; nothing is stored
//     -> admissible: one transaction writes entry, leaf, outbox; the head covers it and is durable

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/casework/casework.h"
#include "ground/base/base.h"
#include "node/ports/ports.h"
#include "node/submit/body.h"
#include "node/submit/carried.h"
#include "node/submit/draft_request.h"
#include "node/submit/effects.h"
#include "node/submit/erasure.h"
#include "node/submit/ledger_keys.h"
#include "node/submit/mapping.h"
#include "node/submit/matter.h"
#include "node/submit/outbox.h"
#include "node/submit/sequencer.h"
#include "node/submit/settings.h"
#include "node/submit/split_ledgers.h"
#include "node/submit/submission.h"

namespace comity::submit {

class Institution {
 public:
    /// Loads everything from the store, checks it, and takes the ledger over.
    [[nodiscard]] static base::Result<std::unique_ptr<Institution>> start(Settings settings,
                                                                          Ports ports,
                                                                          law::Library library,
                                                                          casework::Annex annex);

    // --- what it knows -----------------------------------------------------------------------
    [[nodiscard]] const Settings& settings() const { return settings_; }
    [[nodiscard]] const Ports& ports() const { return ports_; }
    [[nodiscard]] casework::World world() const { return {library_, annex_, registry_}; }
    [[nodiscard]] const law::Library& library() const { return library_; }
    [[nodiscard]] const casework::Annex& annex() const { return annex_; }
    [[nodiscard]] const casework::PartyEntry& self() const { return *annex_.find(settings_.party); }
    [[nodiscard]] const std::map<base::MatterId, Matter>& matters() const { return matters_; }
    [[nodiscard]] const Matter* matter(const base::MatterId& id) const;
    [[nodiscard]] const Sequencer& sequencer() const { return sequencer_; }
    [[nodiscard]] const std::vector<Cosigned>& cosigned() const { return cosigned_; }
    /// Entries that wait for a peer, by peer and leaf.
    [[nodiscard]] std::vector<ports::OutboxRow> outbox() const { return outbox_.rows(); }
    [[nodiscard]] const Outbox::Rows& outbox(const base::PartyId& peer) const {
        return outbox_.of(peer);
    }

    using OwnLeaf = submit::OwnLeaf;
    /// The keys of this party's officials, and the head of the registry that they are read from.
    struct OfficialKeys {
        std::optional<casework::EntryId> head;
        casework::KeyRing ring;
    };
    [[nodiscard]] OfficialKeys official_keys() const;
    [[nodiscard]] std::optional<casework::EntryId> registry_head() const {
        return registry_.head(settings_.party);
    }

    [[nodiscard]] std::optional<OwnLeaf> leaf_of(const casework::EntryId& id) const;
    /// An entry of any author with the proof that its author's ledger holds it. Kind try_later for
    /// an own entry that no cosigned checkpoint holds yet.
    [[nodiscard]] base::Result<casework::ProvenEntry> proven(const casework::EntryId& id) const;
    /// What travelled with an item's act. Kind not_found, also once the item is erased here.
    [[nodiscard]] base::Result<casework::ShippedItem> item(const base::Digest& id) const;
    /// Streams that are still to be fetched, by item.
    [[nodiscard]] const std::map<base::Digest, AwaitedStream>& awaited() const { return awaited_; }
    /// Whether `peer` may have the segments of an item that an act of this institution handed over.
    /// Kinds: not_found (also to anyone but the reader), inadmissible (recalled, or held up since).
    [[nodiscard]] base::Result<void> check_fetch(const base::PartyId& peer,
                                                 const base::Digest& item) const;

    /// What parties signed twice in one place of a chain, in the order of finding: for anyone.
    [[nodiscard]] const std::vector<casework::Equivocation>& equivocations() const {
        return equivocations_;
    }

    /// What of this institution's acts is still to be brought about.
    [[nodiscard]] const Effects& effects() const { return effects_; }

    /// Others' ledgers that signed two histories, or may have.
    [[nodiscard]] const SplitLedgers& split_ledgers() const { return split_ledgers_; }

    // --- what changes it ---------------------------------------------------------------------
    /// The draft of an act as of now: nothing is stored but the record key, until it is submitted.
    [[nodiscard]] base::Result<casework::Draft> draft(const DraftRequest& request);
    /// Records submissions in one transaction; each has its own answer. What was answered with a
    /// Recorded is durable.
    [[nodiscard]] std::vector<base::Result<Recorded>> record(std::vector<Submission> submissions);
    /// Signs and publishes the ledger's head, if the ledger has grown (Sequencer::publish).
    [[nodiscard]] base::Result<void> publish() { return sequencer_.publish(); }
    /// Whether what is published and the store agree (Sequencer::check_files).
    [[nodiscard]] base::Result<void> check_published() { return sequencer_.check_files(); }
    /// The head to be cosigned next: the newest, or before it one that the public mirror will show
    /// (mirror.h). None: nothing above `held` is signed. `seen`: the largest that any witness saw.
    [[nodiscard]] base::Result<std::optional<Sequencer::SignedHead>> head_to_attest(
        std::uint64_t held, std::uint64_t seen);
    /// Writes `count` leaves that mean nothing (mirror.h).
    [[nodiscard]] base::Result<void> pad(std::uint64_t count);
    /// Puts a new key in the place of the ledger's present one (ledger_keys.h). Acts go on; kind
    /// conflict after sixteen times.
    [[nodiscard]] base::Result<ledger::KeyChange> rotate_ledger_key();
    /// This node's signature for the recovery of another's ledger key, added. The office asks for
    /// it when it knows by another way that it is right. Kinds: inadmissible (not for this node to
    /// endorse), conflict (another history than this node attested).
    [[nodiscard]] base::Result<ledger::Note> endorse_recovery(const ledger::Note& note);
    /// What keys of this ledger derive from (derived.h).
    [[nodiscard]] base::Result<base::SecretBytes> ledger_secret() const;
    [[nodiscard]] Mapping& mapping() { return mapping_; }
    /// Makes the root of the map of matters the next leaf if it has changed. The newest's index.
    [[nodiscard]] base::Result<std::uint64_t> write_map();
    /// This node's signature over `subject` for `purpose`.
    [[nodiscard]] base::Result<casework::SignatureRecord> sign(const base::Digest& subject,
                                                               std::string_view purpose,
                                                               base::Instant at);
    /// Keeps a cosignature for the checkpoint that `note` carries.
    [[nodiscard]] base::Result<void> keep_cosigned(const ledger::Note& note);
    /// A peer recorded these entries, or refused them for good with `refusal`.
    [[nodiscard]] base::Result<void> settle(const base::PartyId& peer,
                                            const std::vector<casework::EntryId>& entries,
                                            const std::optional<std::string>& refusal);
    /// A stream is whole here, kept under its id.
    void arrived(const base::Digest& item) { awaited_.erase(item); }
    /// Whether erase_due() has something to do at `now`.
    [[nodiscard]] bool erasure_due(base::Instant now) const;
    /// Destroys the keys of what has ended here (DESIGN 5.8, invariant 5): everything whose day has
    /// come, except what a hold or an open matter keeps, which moves to the next day; and each item
    /// that an act of this institution says is erased. Whatever moment a crash chooses, doing it
    /// again finishes it.
    [[nodiscard]] base::Result<Erased> erase_due();
    [[nodiscard]] SplitLedgers& split_ledgers() { return split_ledgers_; }
    /// Answers another's request for a cosignature (c2sp.org/tlog-witness): status and body.
    struct WitnessAnswer {
        int status = 0;
        std::string body;
    };
    [[nodiscard]] base::Result<WitnessAnswer> witness(std::string_view body);

 private:
    struct Transaction;
    friend class TakingBack;  // restoring.h
    friend class Effects;     // which changes what it settles (effects.cc)
    Institution(Settings settings, Ports ports, law::Library library, casework::Annex annex,
                Sequencer sequencer, LedgerKeys ledger_keys)
        : settings_(std::move(settings)),
          ports_(ports),
          library_(std::move(library)),
          annex_(std::move(annex)),
          sequencer_(std::move(sequencer)),
          ledger_keys_(std::move(ledger_keys)) {}

    [[nodiscard]] base::Result<void> load();
    [[nodiscard]] base::Result<void> load_cosigned(std::string note);
    [[nodiscard]] base::Result<void> load_equivocations();
    /// Keeps the evidence if `proven`, which is signed and witnessed, stands where another entry
    /// is recorded; once for each place.
    void note_equivocation(Transaction& transaction, const Matter& matter,
                           const casework::ProvenEntry& proven) const;
    [[nodiscard]] base::Result<void> load_entry(Transaction& transaction,
                                                const ports::StoredEntry& row);
    [[nodiscard]] base::Result<Recorded> record_own(Transaction& transaction, OwnAct own);
    [[nodiscard]] base::Result<Recorded> record_envelope(Transaction& transaction,
                                                         const casework::Envelope& envelope);
    [[nodiscard]] base::Result<void> record_foreign(Transaction& transaction,
                                                    const casework::ProvenEntry& proven,
                                                    const casework::Envelope& envelope,
                                                    Recorded& recorded);
    [[nodiscard]] base::Result<void> record_foreign_act(Transaction& transaction,
                                                        const Matter& before,
                                                        const casework::ProvenEntry& proven,
                                                        const casework::Envelope& envelope,
                                                        Recorded& recorded);
    /// Passes on the outcome of a step that changes the transaction. All input was checked before:
    /// what fails there is our own failure, and half a step is not kept.
    [[nodiscard]] static base::Result<void> broken(Transaction& transaction,
                                                   base::Result<void> step);
    /// Where a foreign act stands in its author's ledger; none if it is not recorded here.
    [[nodiscard]] std::optional<std::int64_t> foreign_leaf(const Transaction& transaction,
                                                           const base::ActId& id) const;
    [[nodiscard]] base::Result<void> keep_and_receipt(Transaction& transaction,
                                                      const casework::ProvenEntry& proven,
                                                      std::optional<casework::MatterState> after,
                                                      Recorded& recorded);
    [[nodiscard]] base::Result<void> keep_foreign(Transaction& transaction,
                                                  const casework::ProvenEntry& proven,
                                                  std::optional<casework::MatterState> after);
    [[nodiscard]] base::Result<void> add_receipt(Transaction& transaction, const casework::Act& act,
                                                 Recorded& recorded);
    [[nodiscard]] base::Result<void> add_own(Transaction& transaction, casework::Entry entry,
                                             std::optional<base::Bytes> record_key,
                                             std::optional<casework::MatterState> after,
                                             Recorded& recorded);
    /// Takes an entry into its matter. `after`: the matter's state with it if that is known already
    /// (its past is everything known here); none: it is folded.
    [[nodiscard]] base::Result<void> absorb(Transaction& transaction, casework::Entry entry,
                                            std::optional<casework::MatterState> after);
    [[nodiscard]] base::Result<void> check_witnessed(Transaction& transaction,
                                                     const casework::ProvenEntry& proven);
    /// This node's cosignature of a note's text, as of now.
    [[nodiscard]] base::Result<ledger::NoteSignature> cosign(std::string_view text);
    /// Holds a head's key against what was seen before. Kind invalid: it was replaced.
    [[nodiscard]] base::Result<void> note_key_changes(const base::PartyId& author,
                                                      const ledger::SignedCheckpoint& opened);
    /// Whether an own item's stream lies whole in the blobs. Kind inadmissible.
    [[nodiscard]] base::Result<void> check_whole(const items::ItemDescriptor& item) const;
    /// Whether nothing stands against the ledgers that an effect relies on. Kind inadmissible.
    [[nodiscard]] base::Result<void> check_ledgers(const casework::MatterState& state) const;
    /// Whether what an act erases has reached its reader. Kind try_later.
    [[nodiscard]] base::Result<void> check_handed(const Transaction& transaction,
                                                  const casework::MatterState& after) const;
    /// The day on which an item ends here, tomorrow while a hold postpones it; none: it has ended.
    [[nodiscard]] std::optional<base::Date> end_here(const casework::MatterState& state,
                                                     const base::ActId& carrier,
                                                     base::Date own_end) const;
    /// The row of an item that comes with an act. Kinds as shipped_with(); conflict: there is one.
    [[nodiscard]] base::Result<ports::StoredItem> take_item(
        const Transaction& transaction, const items::ItemDescriptor& item,
        const std::vector<casework::ShippedItem>& shipped, const base::MatterId& matter,
        base::Date erase_on);
    /// Takes the item that another's act brings with it. Kinds as take_item(), and try_later: it is
    /// not with it.
    [[nodiscard]] base::Result<void> take_carried(Transaction& transaction,
                                                  const casework::Act& act,
                                                  const items::ItemDescriptor& item,
                                                  const casework::Envelope& envelope,
                                                  base::Date erase_on);
    [[nodiscard]] base::Result<void> load_awaited();
    /// Queues what acts of this institution say is erased.
    void note_erasures(const Matter& matter,
                       const std::optional<base::ActId>& in_force = std::nullopt);
    /// A clause is met: what waited is sent, or destroyed at the next run.
    [[nodiscard]] base::Result<void> bring_about(const base::ActId& id, const Effect& effect,
                                                 const KeptQuorum& kept);
    /// Whether an entry's `quorum` is what its act's clause asks for.
    [[nodiscard]] base::Result<casework::MetBy> check_shown(const Matter& before,
                                                            const casework::ProvenEntry& proven,
                                                            const law::ActKind& kind) const;
    void keep_shown(Transaction& transaction, const casework::ProvenEntry& proven,
                    casework::MetBy met) const;
    /// Takes what comes after its act: the quorum, and the item that waited for it.
    [[nodiscard]] base::Result<void> take_shown(Transaction& transaction,
                                                const casework::ProvenEntry& proven,
                                                const casework::Envelope& envelope);
    [[nodiscard]] bool must_stay(const ports::KeptKey& key,
                                 const std::set<base::MatterId>& waiting) const;
    [[nodiscard]] base::Result<ports::KeptKey> moved_to(base::Date day, const ports::KeptKey& key);
    [[nodiscard]] base::Result<void> empty(const std::vector<ports::KeptKey>& ended);
    /// Adds who is a party of the matters whose bodies are about to end. It has to hold before
    /// their keys are destroyed: from then on nobody can tell.
    void keep_parties(const std::vector<ports::KeptKey>& ended, ports::Batch& batch) const;
    [[nodiscard]] base::Result<std::vector<base::PartyId>> parties_at_erasure(
        const base::MatterId& matter) const;
    [[nodiscard]] base::Result<void> erase_ended(base::Date today, Erased& erased);
    [[nodiscard]] base::Result<void> erase_receipted(Erased& erased);
    void adopt(Transaction&& transaction);
    /// The day on which what is recorded now in a matter is to be unreadable here.
    [[nodiscard]] base::Date erase_day(const base::MatterId& matter) const;

    Settings settings_;
    Ports ports_;
    law::Library library_;
    casework::Annex annex_;
    Sequencer sequencer_;
    LedgerKeys ledger_keys_;
    std::vector<std::unique_ptr<ports::Signer>> new_ledger_keys_;  ///< since the start
    casework::Registry registry_;
    std::map<base::MatterId, Matter> matters_;
    OwnLeaves own_leaves_;
    Mapping mapping_{*this};
    Effects effects_{*this};
    SplitLedgers split_ledgers_{*this};
    Outbox outbox_;
    std::vector<Cosigned> cosigned_;
    std::vector<casework::Equivocation> equivocations_;
    std::map<base::Digest, AwaitedStream> awaited_;
    std::set<base::Digest> receipted_;          ///< items that are erased here by an act
    std::optional<base::Date> erased_through_;  ///< the day of the last whole erasure run
    std::map<base::Digest, base::SecretBytes> record_keys_;  ///< of drafts, by act id; bounded
    std::deque<base::Digest> record_key_order_;
    std::map<base::Digest, ledger::SignedCheckpoint>
        opened_;  ///< checkpoints verified before; bounded
};

}  // namespace comity::submit
