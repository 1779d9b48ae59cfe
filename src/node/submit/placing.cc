// What was given back goes into its matters, in the order in which it was recorded before.

#include <algorithm>

#include "node/submit/taking_back.h"

namespace comity::submit {
namespace {

constexpr std::size_t leaves_per_commit = 256;

bool is_open(const casework::Act& act, std::size_t index) {
    return std::ranges::find(act.openings, static_cast<std::int64_t>(index),
                             &casework::Opening::index) != act.openings.end();
}

}  // namespace

std::vector<std::string> unopened_fields(const law::ActKind& kind, const casework::Act& act,
                                         std::string_view side) {
    std::vector<std::string> closed;
    for (std::size_t i = 0; i < kind.fields.size(); ++i) {
        const law::ActField& field = kind.fields[i];
        const bool readable = field.audience.empty() || side == kind.by_side ||
                              std::ranges::find(field.audience, side) != field.audience.end();
        if (readable && !is_open(act, i + 1)) {
            closed.push_back(field.name);
        }
    }
    return closed;
}

std::vector<MissingItem> missing_items(const Institution& institution) {
    std::vector<MissingItem> missing;
    const base::PartyId& self = institution.settings().party;
    for (const auto& [id, matter] : institution.matters()) {
        for (const casework::MatterItem& carried : matter.state.items) {
            const casework::Release* release = matter.state.release(carried.act);
            const bool is_ours = carried.author == self || carried.reader == self;
            if (!is_ours || (release != nullptr && release->erased.contains(self))) {
                continue;
            }
            auto item = descriptor_of(carried);
            const auto known = [&item](const MissingItem& one) { return one.item.id == item->id; };
            if (!item || institution.ports().store.item(item->id) ||
                std::ranges::any_of(missing, known)) {
                continue;
            }
            missing.push_back(MissingItem{*std::move(item), carried.act, carried.author, id});
        }
    }
    return missing;
}

base::Result<void> TakingBack::place_leaves() {
    for (std::uint64_t index = outcome_.had; index < stop_; ++index) {
        const Gathering::OwnLeaf& next = *leaf(index);
        if (next.entry && !COMITY_TRY(place_own(index, next))) {
            outcome_.lose(LostLeaf{index, crypto::merkle_leaf(next.bytes), true});
            break;
        }
        transaction_->leaves.push_back(next.bytes);
        if (transaction_->leaves.size() >= leaves_per_commit) {
            COMITY_TRY(commit());
        }
    }
    return commit();
}

base::Result<const Gathering::Version*> TakingBack::sound(const Gathering::Known& known) {
    const casework::World world = transaction_->world();
    for (const Gathering::Version& version : known.versions) {
        const casework::ProvenEntry& proven = version.entry;
        if (!proven.act) {
            return &version;  // a receipt's only signature was checked when it was gathered
        }
        casework::SignatureContext context;
        context.logged_before = [&](const casework::Accreditation::Suspension& suspension) {
            const auto suspended_at = own_.foreign_leaf(*transaction_, suspension.act);
            return suspended_at && proven.proof.index < *suspended_at;
        };
        const auto signer = casework::check_signature(world, *proven.act, context);
        if (signer) {
            return &version;
        }
        if (signer.error().kind != base::ErrorKind::invalid &&
            signer.error().kind != base::ErrorKind::malformed) {
            return std::unexpected(signer.error());
        }
        for (const base::PartyId& from : version.from) {
            outcome_.refused.emplace_back(from, proven.act->id().digest);
        }
    }
    return nullptr;
}

base::Result<bool> TakingBack::place_own(std::uint64_t index, const Gathering::OwnLeaf& leaf) {
    const Gathering::Known& known = given_.entries().at(*leaf.entry);
    const ledger::Leaf parsed = COMITY_TRY(ledger::Leaf::parse(leaf.bytes));
    const casework::Entry any = known.versions.front().entry.entry();
    const base::MatterId matter = casework::matter_of(any);
    if (const auto* receipt = std::get_if<casework::Receipt>(&any)) {
        if (!COMITY_TRY(pull(matter, receipt->header.act.digest, parsed.delete_by))) {
            return false;
        }
    }
    const Gathering::Version* version = COMITY_TRY(sound(known));
    if (version == nullptr) {
        return false;
    }
    Body body;
    body.leaf_salt = leaf.salt;
    ports::StoredEntry row = row_of(version->entry.entry(), casework::instant_of(any));
    row.erase_on = parsed.delete_by;
    row.leaf = static_cast<std::int64_t>(index);
    transaction_->own_leaves[row.id] = Institution::OwnLeaf{matter, index};
    COMITY_TRY(take_in(*version, std::move(body), std::move(row)));
    for (const base::PartyId& peer : transaction_->matter(matter).state.parties()) {
        if (peer != own_.settings_.party) {
            transaction_->batch.outbox_add.push_back(ports::OutboxRow{peer, *leaf.entry, {}});
        }
    }
    if (version->entry.act) {
        ++outcome_.acts;
        tell_closed_fields(*version->entry.act, index);
    } else {
        ++outcome_.receipts;
    }
    return true;
}

base::Result<bool> TakingBack::pull(const base::MatterId& matter, const casework::EntryId& id,
                                    base::Date erase_on) {
    std::vector<const Gathering::Known*> chain;
    std::optional<casework::EntryId> next = id;
    while (next && !transaction_->matter(matter).dossier.has(*next)) {
        const Gathering::Known* known = given_.find(*next);
        COMITY_ENSURE(known != nullptr);  // find_missing() walked here before
        chain.push_back(known);
        next = casework::previous_of(known->versions.front().entry.entry());
    }
    for (auto known = chain.rbegin(); known != chain.rend(); ++known) {
        const Gathering::Version* version = COMITY_TRY(sound(**known));
        if (version == nullptr) {
            return false;
        }
        COMITY_TRY(place_other(*version, erase_on));
    }
    return true;
}

base::Result<void> TakingBack::place_receipts_of_others() {
    using Chain = std::pair<base::MatterId, base::PartyId>;
    std::map<Chain, std::map<std::int64_t, const Gathering::Version*>> chains;
    for (const auto& [id, known] : given_.entries()) {
        const Gathering::Version& version = known.versions.front();
        const casework::Entry entry = version.entry.entry();
        const Matter* matter = own_.matter(casework::matter_of(entry));
        const base::PartyId& author = casework::author_of(entry);
        if (author != own_.settings_.party && matter != nullptr && !matter->dossier.has(id)) {
            chains[{casework::matter_of(entry), author}].emplace(casework::sequence_of(entry),
                                                                 &version);
        }
    }
    for (const auto& [chain, entries] : chains) {
        for (const auto& [sequence, version] : entries) {
            // Behind an act that this node never receipted the chain is delivered again.
            const Matter& matter = transaction_->matter(chain.first);
            const bool is_party = matter.erased || matter.state.side_of(chain.second).has_value();
            if (version->entry.act || !version->has_proof() || !is_party ||
                !matter.dossier.check_link(version->entry.entry())) {
                break;
            }
            COMITY_TRY(place_other(*version, own_.erase_day(chain.first)));
        }
    }
    return commit();
}

base::Result<void> TakingBack::place_other(const Gathering::Version& version, base::Date erase_on) {
    const casework::Entry entry = version.entry.entry();
    ports::StoredEntry row = row_of(entry, casework::instant_of(entry));
    row.erase_on = erase_on;
    if (version.has_proof()) {
        row.transport = codec::write(version.entry.proof);
    }
    COMITY_TRY(take_in(version, Body{}, std::move(row)));
    ++outcome_.others;
    if (version.entry.act) {
        tell_closed_fields(*version.entry.act, std::nullopt);
    }
    return {};
}

base::Result<void> TakingBack::keep_body(const Body& body, ports::StoredEntry& row) {
    // If the key of its day was destroyed here, the body was erased or it was kept on because its
    // matter was open. The next erasure run knows which: it comes at the start of serving.
    const base::Date today = base::utc_day_of(own_.ports_.clock.now());
    base::Result<void> kept;
    for (const base::Date day : {row.erase_on, today, base::Date{today.days + 1}}) {
        kept = seal_body(body, day, own_.ports_.day_keys, own_.ports_.random, row);
        if (kept || kept.error().kind != base::ErrorKind::conflict) {
            return kept;
        }
    }
    return kept;
}

base::Result<void> TakingBack::take_in(const Gathering::Version& version, Body body,
                                       ports::StoredEntry row) {
    const auto& act = version.entry.act;
    COMITY_TRY(transaction_->matter(row.matter).dossier.check_link(version.entry.entry()));
    if (act) {
        body.openings = act->openings;
    }
    const bool is_erased = act && !is_open(*act, 0);  // at every peer: what is left only proves
    if (!is_erased) {
        COMITY_TRY(keep_body(body, row));
    }
    Matter& matter = transaction_->matter(row.matter);
    if (is_erased && !matter.erased) {
        matter.forget_state(matter.state.parties());
    }
    if (matter.erased) {
        matter.dossier.add(version.entry.entry());
    } else {
        COMITY_TRY(own_.absorb(*transaction_, version.entry.entry(), std::nullopt));
    }
    transaction_->batch.entries.push_back(std::move(row));
    return {};
}

void TakingBack::tell_closed_fields(const casework::Act& act, std::optional<std::uint64_t> leaf) {
    const Matter& matter = transaction_->matter(act.header.matter);
    LostFields lost{act.id().digest, act.header.matter, leaf, {}, {}};
    const law::Procedure* procedure = own_.library_.procedure(act.header.procedure);
    const auto kind = procedure != nullptr
                          ? casework::kind_of(*procedure, act)
                          : base::fail(base::ErrorKind::lacks_facts, "no such procedure");
    if (kind) {
        lost.kind = (*kind)->name;
        const std::string side =
            leaf ? (*kind)->by_side : matter.state.side_of(own_.settings_.party).value_or("");
        lost.fields = unopened_fields(**kind, act, side);
    }
    if (!kind || !lost.fields.empty()) {
        outcome_.fields.push_back(std::move(lost));
    }
}

base::Result<void> TakingBack::bring_items() {
    for (const MissingItem& missing : missing_items(own_)) {
        const casework::MatterState& state = own_.matter(missing.matter)->state;
        const auto end = own_.end_here(state, missing.act, missing.item.end);
        if (!end) {
            continue;  // nothing is lost: it would have been erased by now
        }
        bool is_here = false;
        for (const casework::ShippedItem& given : given_.item(missing.item.id)) {
            auto row = own_.take_item(*transaction_, missing.item, {given}, missing.matter, *end);
            if (row) {
                ++outcome_.items;
                transaction_->batch.items.push_back(*std::move(row));
                is_here = true;
                break;
            }
        }
        if (!is_here) {
            outcome_.lost_items.push_back(
                LostItem{missing.item.id, missing.act.digest, missing.matter});
        } else if (missing.item.version == items::stream_version) {
            if (missing.author != own_.settings_.party) {
                transaction_->awaited.emplace(
                    missing.item.id, AwaitedStream{missing.author, missing.matter,
                                                   items::sealed_size_of(missing.item.size)});
            } else if (!own_.check_whole(missing.item)) {
                outcome_.lost_items.push_back(
                    LostItem{missing.item.id, missing.act.digest, missing.matter});
            }
        }
    }
    return commit();
}

}  // namespace comity::submit
