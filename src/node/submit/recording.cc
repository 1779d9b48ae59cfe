// How submissions become entries: the way of one act (DESIGN 4).

#include <algorithm>
#include <iterator>

#include "node/submit/carried.h"
#include "node/submit/signing.h"
#include "node/submit/transaction.h"

namespace comity::submit {
namespace {

/// A registry says who could act: it is read as long as anything rests on it. A hundred years.
constexpr std::int64_t registry_days = 36525;

/// The clauses that an admitted act rests on: its procedure's, then those of the law.
std::vector<std::string> clauses_of(const casework::Admitted& admitted) {
    std::vector<std::string> clauses{admitted.kind->clause};
    if (admitted.assessment) {
        for (const law::Ground& ground : admitted.assessment->grounds) {
            clauses.push_back(ground.instrument + " " + ground.clause);
        }
    }
    return clauses;
}

/// The state of a matter with `act`, if its past was everything known, so that the state that it
/// was judged by is the matter's; none if others must be folded in.
std::optional<casework::MatterState> state_after(const Matter& before, const casework::Act& act,
                                                 casework::Admitted admitted) {
    if (!before.dossier.is_everything(act.header.after)) {
        return std::nullopt;
    }
    return std::move(admitted.after);
}

/// The state after an act that follows everything known.
base::Result<casework::MatterState> follow(const casework::World& world,
                                           casework::MatterState state, const casework::Act& act,
                                           const law::ActKind& kind) {
    if (state.procedure == nullptr) {
        state = COMITY_TRY(
            casework::initial(world.library, *world.library.procedure(act.header.procedure)));
    }
    const casework::Signer signer = COMITY_TRY(casework::signer_of(world, act));
    return casework::apply(world.library, std::move(state), act, kind, signer);
}

/// Whether the entry answers or follows an act that is known here: its id is told to parties only.
bool names_known(const casework::Dossier& dossier, const casework::Entry& entry) {
    const auto known = [&](const base::ActId& id) { return dossier.act(id) != nullptr; };
    const auto* act = std::get_if<casework::Act>(&entry);
    return act != nullptr ? std::ranges::any_of(act->header.after, known)
                          : known(std::get<casework::Receipt>(entry).header.act);
}

/// Whoever has no part in the matter and does not try to open it. Once bodies were erased here, a
/// party is known by what was kept of it, or by what it names (a node whose data were destroyed
/// before it could keep that, or that was restored, has nothing else).
bool is_stranger(const Matter& matter, const casework::Entry& entry) {
    const base::PartyId author = casework::author_of(entry);
    const auto* act = std::get_if<casework::Act>(&entry);
    if (matter.erased && (std::ranges::binary_search(matter.parties_at_erasure, author) ||
                          names_known(matter.dossier, entry))) {
        return false;
    }
    return !matter.state.side_of(author) && matter.dossier.chain(author).empty() &&
           !(act != nullptr && act->header.after.empty());
}

std::vector<base::PartyId> added(const std::vector<base::PartyId>& before,
                                 const std::vector<base::PartyId>& after) {
    std::vector<base::PartyId> fresh;
    std::ranges::set_difference(after, before, std::back_inserter(fresh));
    return fresh;
}

}  // namespace

base::Result<void> check_not_erased(const Matter* matter) {
    if (matter == nullptr || !matter->erased) {
        return {};
    }
    return base::fail(base::ErrorKind::inadmissible, "bodies of this matter were erased here",
                      "what is left proves what happened, but not what may come next",
                      "open a new matter that points to this one");
}

std::vector<base::Result<Recorded>> Institution::record(std::vector<Submission> submissions) {
    Transaction transaction(*this);
    std::vector<base::Result<Recorded>> answers;
    answers.reserve(submissions.size());
    for (Submission& submission : submissions) {
        if (auto* own = std::get_if<OwnAct>(&submission)) {
            answers.push_back(record_own(transaction, std::move(*own)));
        } else {
            answers.push_back(
                record_envelope(transaction, std::get<casework::Envelope>(submission)));
        }
    }
    if (transaction.batch.empty() && !transaction.broken) {
        return answers;
    }
    base::Result<void> committed;
    if (transaction.broken) {
        committed = std::unexpected(*transaction.broken);
    } else {
        committed = sequencer_.commit(transaction.batch, std::move(transaction.leaves));
    }
    if (committed) {
        adopt(std::move(transaction));
        return answers;
    }
    // Not even a replay may be acknowledged: it may be one of an entry of this very batch.
    for (auto& answer : answers) {
        if (answer) {
            answer = std::unexpected(committed.error());
        }
    }
    return answers;
}

void Institution::adopt(Transaction&& transaction) {
    for (auto& [id, matter] : transaction.matters) {
        matters_.insert_or_assign(id, std::move(matter));
    }
    if (transaction.registry) {
        registry_ = std::move(*transaction.registry);
    }
    mapping_.note(transaction.own_leaves);
    own_leaves_.merge(transaction.own_leaves);
    awaited_.merge(transaction.awaited);
    std::ranges::move(transaction.equivocations, std::back_inserter(equivocations_));
    for (auto& [id, effect] : transaction.effects) {
        effects_.note(id, std::move(effect));
    }
    for (const auto& [id, matter] : transaction.matters) {
        note_erasures(*this->matter(id));
    }
    // Rows of one entry stand together: its leaf is looked up once.
    auto own = own_leaves_.end();
    for (const ports::OutboxRow& row : transaction.batch.outbox_add) {
        if (own == own_leaves_.end() || own->first != row.entry) {
            own = own_leaves_.find(row.entry);
        }
        outbox_.add(row, own->second.index);
    }
}

base::Result<void> Institution::broken(Transaction& transaction, base::Result<void> step) {
    if (!step) {
        step.error().kind = base::ErrorKind::failure;
        transaction.broken = step.error();
    }
    return step;
}

base::Result<Recorded> Institution::record_own(Transaction& transaction, OwnAct own) {
    casework::Entry entry{casework::Act{std::move(own.draft.header),
                                        std::move(own.draft.commitments),
                                        std::move(own.draft.openings),
                                        std::move(own.signature),
                                        {}}};
    auto& act = std::get<casework::Act>(entry);
    if (act.header.author != settings_.party) {
        return base::fail(base::ErrorKind::inadmissible,
                          "this node records the acts of " + settings_.party.text() + " only");
    }
    COMITY_TRY(casework::check_form(act));
    const base::Instant now = ports_.clock.now();
    const base::Duration skew = std::chrono::seconds(annex_.skew_seconds);
    if (act.header.at < now - skew || now + skew < act.header.at) {
        return base::fail(base::ErrorKind::inadmissible, "the act is not dated now",
                          "it says " + act.header.at.text() + ", it is " + now.text(),
                          "draft and sign it again");
    }
    const casework::World world = transaction.world();
    const casework::Signer signer = COMITY_TRY(
        casework::check_signature(world, act, {own.verified ? &*own.verified : nullptr, {}}));
    // Judged against the committed state or this batch's: a matter is copied once it is admitted.
    const Matter* known = transaction.find(act.header.matter);
    COMITY_TRY(check_not_erased(known));
    const Matter empty{casework::Dossier(act.header.matter), {}};
    const Matter& before = known != nullptr ? *known : empty;
    COMITY_TRY(before.dossier.check_link(entry));
    casework::Admitted admitted =
        COMITY_TRY(casework::judge(world, before.dossier, &before.state, act, signer));
    COMITY_TRY(casework::check_complete(*admitted.kind, act, admitted.kind->by_side));
    const auto item = COMITY_TRY(carried_item(*admitted.kind, act));
    std::optional<ports::StoredItem> row;
    if (item) {
        COMITY_TRY(check_whole(*item));
        const auto end = end_here(admitted.after, act.id(), item->end);
        COMITY_TRY(check_not_ended(end, *item));
        row = COMITY_TRY(take_item(transaction, *item, own.items, act.header.matter, *end));
    }
    if (admitted.kind->hands_over() || !admitted.kind->erases.empty()) {
        COMITY_TRY(check_ledgers(admitted.after));
    }
    if (!admitted.kind->erases.empty()) {
        COMITY_TRY(check_handed(transaction, admitted.after));
    }
    const base::Digest act_id = act.id().digest;
    act.countersignature = COMITY_TRY(sign(act_id, "countersign", act.header.at));

    Recorded recorded{act.header.matter,   {}, {}, 0, std::nullopt, admitted.kind->title,
                      clauses_of(admitted)};
    if (admitted.kind->witnessing) {
        recorded.waits = law::text_of(admitted.kind->witnessing->groups);
    }
    std::optional<base::Bytes> record_key;
    if (const auto kept = record_keys_.find(act_id); kept != record_keys_.end()) {
        record_key = base::Bytes(kept->second.view().begin(), kept->second.view().end());
    }
    auto after = state_after(before, act, std::move(admitted));
    COMITY_TRY(broken(transaction, add_own(transaction, std::move(entry), std::move(record_key),
                                           std::move(after), recorded)));
    if (row) {
        transaction.batch.items.push_back(std::move(*row));
    }
    return recorded;
}

base::Result<Recorded> Institution::record_envelope(Transaction& transaction,
                                                    const casework::Envelope& envelope) {
    if (envelope.to != settings_.party) {
        return base::fail(base::ErrorKind::inadmissible, "the envelope is for another party",
                          "it is for " + envelope.to.text());
    }
    Recorded recorded;
    recorded.matter = casework::matter_of(envelope.entries.front().entry());
    for (const casework::ProvenEntry& proven : envelope.entries) {
        auto one = record_foreign(transaction, proven, envelope, recorded);
        if (!one) {
            // What came before it in the chain stands; the sender is told where it stopped and why.
            if (recorded.entries.empty() && recorded.already_known == 0) {
                return std::unexpected(std::move(one).error());
            }
            recorded.stopped = std::move(one).error();
            break;
        }
    }
    return recorded;
}

base::Result<void> Institution::record_foreign(Transaction& transaction,
                                               const casework::ProvenEntry& proven,
                                               const casework::Envelope& envelope,
                                               Recorded& recorded) {
    const casework::Entry entry = proven.entry();
    if (casework::author_of(entry) == settings_.party) {
        return base::fail(base::ErrorKind::inadmissible,
                          "this node's own chain is not taken from others");
    }
    const Matter* known = transaction.find(recorded.matter);
    if (known != nullptr && known->dossier.has(casework::id_of(entry))) {
        // A copy that was altered on its way is refused, though its original is recorded here.
        if (proven.act) {
            COMITY_TRY(casework::check_form(*proven.act));
        }
        COMITY_TRY(take_shown(transaction, proven, envelope));
        ++recorded.already_known;
        return {};
    }
    COMITY_TRY(check_witnessed(transaction, proven));
    const Matter empty{casework::Dossier(recorded.matter), {}};
    // Who has no part in a matter is answered as if there were none (docs/threats.md).
    const bool hidden = known != nullptr && is_stranger(*known, entry);
    const Matter& before = known != nullptr && !hidden ? *known : empty;
    COMITY_TRY(check_not_erased(&before));
    if (proven.act) {
        return record_foreign_act(transaction, before, proven, envelope, recorded);
    }
    COMITY_TRY(casework::check_signature(annex_, *proven.receipt));
    note_equivocation(transaction, before, proven);
    COMITY_TRY(before.dossier.check_link(entry));
    if (!before.state.side_of(casework::author_of(entry))) {
        return base::fail(base::ErrorKind::try_later,
                          "the author of this receipt is not known here as a party of the matter");
    }
    COMITY_TRY(broken(transaction, keep_foreign(transaction, proven, std::nullopt)));
    recorded.entries.push_back(casework::id_of(entry));
    return {};
}

base::Result<void> Institution::record_foreign_act(Transaction& transaction, const Matter& before,
                                                   const casework::ProvenEntry& proven,
                                                   const casework::Envelope& envelope,
                                                   Recorded& recorded) {
    const casework::Act& act = *proven.act;
    COMITY_TRY(casework::check_form(act));
    COMITY_TRY(casework::check_countersignature(annex_, act));
    note_equivocation(transaction, before, proven);
    const casework::World world = transaction.world();
    casework::SignatureContext context;
    context.logged_before = [&](const casework::Accreditation::Suspension& suspension) {
        const auto suspended_at = foreign_leaf(transaction, suspension.act);
        return suspended_at && proven.proof.index < *suspended_at;
    };
    const casework::Signer signer = COMITY_TRY(casework::check_signature(world, act, context));
    COMITY_TRY(before.dossier.check_link(act));
    casework::Admitted admitted =
        COMITY_TRY(casework::judge(world, before.dossier, &before.state, act, signer));
    COMITY_TRY(
        casework::check_complete(*admitted.kind, act, admitted.after.side_of(settings_.party)));
    const auto item = COMITY_TRY(carried_item(*admitted.kind, act));
    std::optional<casework::MetBy> met;
    if (proven.quorum) {
        met = COMITY_TRY(check_shown(before, proven, *admitted.kind));
    }
    // Until its clause is met the item stays with its holder, and comes after the act.
    const bool in_force = !admitted.kind->witnessing || met;
    const bool for_us =
        in_force &&
        std::ranges::any_of(admitted.after.items, [&](const casework::MatterItem& carried) {
            return carried.act == act.id() && carried.reader == settings_.party;
        });
    // An item whose day has come ends at all holders, whether or not its act has arrived: the act
    // stands, and no key is made for the item any more.
    const auto end = item && for_us ? end_here(admitted.after, act.id(), item->end) : std::nullopt;
    if (end) {
        COMITY_TRY(take_carried(transaction, act, *item, envelope, *end));
    }
    recorded.act_title = admitted.kind->title;
    recorded.clauses = clauses_of(admitted);
    auto after = state_after(before, act, std::move(admitted));
    COMITY_TRY(
        broken(transaction, keep_and_receipt(transaction, proven, std::move(after), recorded)));
    if (met) {
        keep_shown(transaction, proven, *met);
    }
    recorded.entries.push_back(act.id().digest);
    return {};
}

base::Result<void> Institution::keep_and_receipt(Transaction& transaction,
                                                 const casework::ProvenEntry& proven,
                                                 std::optional<casework::MatterState> after,
                                                 Recorded& recorded) {
    COMITY_TRY(keep_foreign(transaction, proven, std::move(after)));
    return add_receipt(transaction, *proven.act, recorded);
}

base::Result<void> Institution::keep_foreign(Transaction& transaction,
                                             const casework::ProvenEntry& proven,
                                             std::optional<casework::MatterState> after) {
    casework::Entry entry = proven.entry();
    ports::StoredEntry row = row_of(entry, ports_.clock.now());
    Body body;
    if (proven.act) {
        body.openings = proven.act->openings;
    }
    COMITY_TRY(seal_body(body, erase_day(row.matter), ports_.day_keys, ports_.random, row));
    row.transport = codec::write(proven.proof);
    COMITY_TRY(absorb(transaction, std::move(entry), std::move(after)));
    transaction.batch.entries.push_back(std::move(row));
    return {};
}

base::Result<void> Institution::add_receipt(Transaction& transaction, const casework::Act& act,
                                            Recorded& recorded) {
    const casework::Dossier& dossier = transaction.matter(act.header.matter).dossier;
    const casework::Dossier::Tip tip = dossier.tip(settings_.party);
    casework::Receipt receipt;
    receipt.header.realm = settings_.realm;
    receipt.header.matter = act.header.matter;
    receipt.header.author = settings_.party;
    receipt.header.at = std::max(ports_.clock.now(), act.header.at);
    if (tip.previous) {
        receipt.header.at =
            std::max(receipt.header.at, casework::instant_of(*dossier.entry(*tip.previous)));
    }
    receipt.header.sequence = tip.next_sequence;
    receipt.header.previous = tip.previous;
    receipt.header.act = act.id();
    receipt.signature = COMITY_TRY(sign(receipt.id(), "receipt", receipt.header.at));
    return add_own(transaction, std::move(receipt), std::nullopt, std::nullopt, recorded);
}

base::Result<void> Institution::add_own(Transaction& transaction, casework::Entry entry,
                                        std::optional<base::Bytes> record_key,
                                        std::optional<casework::MatterState> after,
                                        Recorded& recorded) {
    const base::MatterId matter = casework::matter_of(entry);
    const auto* act = std::get_if<casework::Act>(&entry);
    const bool is_act = act != nullptr;
    Body body;
    ports_.random.fill(body.leaf_salt.bytes);
    body.record_key = std::move(record_key);
    if (act != nullptr) {
        body.openings = act->openings;
    }
    ports::StoredEntry row = row_of(entry, ports_.clock.now());
    COMITY_TRY(seal_body(body, erase_day(row.matter), ports_.day_keys, ports_.random, row));
    COMITY_TRY(absorb(transaction, std::move(entry), std::move(after)));

    const std::vector<base::PartyId> parties = transaction.matter(matter).state.parties();
    ledger::Leaf leaf;
    const bool in_registry = matter == COMITY_TRY(casework::Registry::matter_of(settings_.party));
    leaf.leaf_class = !is_act       ? ledger::LeafClass::receipt
                      : in_registry ? ledger::LeafClass::registry
                                    : ledger::LeafClass::act;
    leaf.commitment = ledger::leaf_commitment(body.leaf_salt, row.id);
    leaf.delete_by = row.erase_on;
    const std::uint64_t index = sequencer_.size() + transaction.leaves.size();
    row.leaf = static_cast<std::int64_t>(index);
    transaction.leaves.push_back(leaf.encode());
    transaction.own_leaves[row.id] = OwnLeaf{matter, index};
    for (const base::PartyId& peer : parties) {
        if (peer != settings_.party) {
            transaction.batch.outbox_add.push_back(ports::OutboxRow{peer, row.id, {}});
        }
    }
    recorded.leaves.push_back(index);
    if (is_act) {
        recorded.entries.push_back(row.id);
    }
    transaction.batch.entries.push_back(std::move(row));
    return {};
}

base::Result<void> Institution::absorb(Transaction& transaction, casework::Entry entry,
                                       std::optional<casework::MatterState> after) {
    Matter& matter = transaction.matter(casework::matter_of(entry));
    const std::vector<base::PartyId> before = matter.state.parties();
    const std::vector<casework::EntryId> own_chain = matter.dossier.chain(settings_.party);
    const base::PartyId author = casework::author_of(entry);
    const casework::EntryId id = casework::id_of(entry);
    const bool registry_entry =
        matter.dossier.matter() == COMITY_TRY(casework::Registry::matter_of(author));
    if (registry_entry) {
        transaction.writable_registry().extend(author, id, casework::sequence_of(entry));
    }
    const bool is_act = std::holds_alternative<casework::Act>(entry);
    const bool follows_all =
        is_act && matter.dossier.is_everything(std::get<casework::Act>(entry).header.after);
    matter.dossier.add(std::move(entry));
    if (is_act) {
        const casework::Act& act = *matter.dossier.act(base::ActId{id});
        const law::Procedure* procedure = library_.procedure(act.header.procedure);
        COMITY_ENSURE(procedure != nullptr);
        const law::ActKind* kind = COMITY_TRY(casework::kind_of(*procedure, act));
        if (author == settings_.party && kind->witnessing) {
            transaction.effects.emplace_back(base::ActId{id},
                                             Effect{matter.dossier.matter(), kind, act.header.at});
        }
        if (after) {
            matter.state = std::move(*after);
        } else if (follows_all) {
            matter.state =
                COMITY_TRY(follow(transaction.world(), std::move(matter.state), act, *kind));
        } else {
            matter.state = COMITY_TRY(casework::fold(transaction.world(), matter.dossier, nullptr));
        }
        if (registry_entry) {
            COMITY_TRY(transaction.writable_registry().apply(*kind, act));
        }
    }
    // A party that has just joined gets what this node said before it came.
    for (const base::PartyId& newcomer : added(before, matter.state.parties())) {
        for (const casework::EntryId& earlier : own_chain) {
            if (newcomer != settings_.party) {
                transaction.batch.outbox_add.push_back(ports::OutboxRow{newcomer, earlier, {}});
            }
        }
    }
    return {};
}

base::Result<casework::SignatureRecord> Institution::sign(const base::Digest& subject,
                                                          std::string_view purpose,
                                                          base::Instant at) {
    return sign_for(subject, purpose, settings_.realm, settings_.party,
                    at + std::chrono::seconds(annex_.skew_seconds), ports_.node_key, ports_.random);
}

base::Date Institution::erase_day(const base::MatterId& matter) const {
    const std::int64_t days =
        matter.text().starts_with(casework::registry_prefix) ? registry_days : settings_.body_days;
    return base::Date{base::utc_day_of(ports_.clock.now()).days + static_cast<std::int32_t>(days)};
}

}  // namespace comity::submit
