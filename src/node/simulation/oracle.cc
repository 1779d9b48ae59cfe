#include "node/simulation/oracle.h"

#include <algorithm>
#include <charconv>

#include "domain/items/items.h"
#include "node/simulation/depth.h"
#include "node/simulation/silence.h"

namespace comity::simulation {
namespace {

base::Digest joined(const base::Digest& left, const base::Digest& right) {
    base::Bytes input{0x01};
    base::append(input, left.view());
    base::append(input, right.view());
    return crypto::sha256(input);
}

/// The checkpoint in what a ledger key or a witness key signs.
base::Result<ledger::Checkpoint> head_in(base::ByteView message) {
    std::string_view text = base::text_of(message);
    if (text.starts_with("cosignature/v1\n")) {
        text.remove_prefix(text.find('\n') + 1);
        text.remove_prefix(text.find('\n') + 1);  // the line with the time
    }
    return ledger::Checkpoint::parse(text);
}

}  // namespace

void PlainLog::append(base::ByteView leaf) {
    base::Bytes input{0x00};
    base::append(input, leaf);
    full_.emplace_back(1, crypto::sha256(input));
    while (full_.size() > 1 && full_[full_.size() - 2].first == full_.back().first) {
        const auto right = full_.back();
        full_.pop_back();
        full_.back() = {right.first * 2, joined(full_.back().second, right.second)};
    }
    base::Digest root = full_.back().second;
    for (std::size_t i = full_.size() - 1; i > 0; --i) {
        root = joined(full_[i - 1].second, root);
    }
    roots_.push_back(root);
}

void Oracle::know(KnownAct act) {
    const base::ActId id = act.id;
    if (act.kind->mechanisms.accredits || act.kind->mechanisms.suspends) {
        const codec::Value* key = act.fields.if_contains("key");
        const auto read = key == nullptr ? base::fail(base::ErrorKind::not_found, "no key")
                                         : crypto::PublicKey::from_jwk(*key);
        act.concerned = read ? std::optional(read->id()) : std::nullopt;
    }
    for (const law::ActField& field : act.kind->fields) {
        const codec::Value* value = act.fields.if_contains(field.name);
        if (field.type != law::FieldType::item || value == nullptr) {
            continue;
        }
        if (const auto item = codec::read<items::ItemDescriptor>(*value)) {
            items_.emplace(item->id, Carried{id, item->end});
        }
    }
    known_.insert_or_assign(id, std::move(act));
}

const KnownAct* Oracle::known(const base::ActId& id) const {
    const auto found = known_.find(id);
    return found == known_.end() ? nullptr : &found->second;
}

void Oracle::violated(std::string rule, std::string what) {
    if (!violation_) {
        violation_ = Objection{std::move(rule), std::move(what)};
    }
}

void Oracle::held(const base::PartyId& at, const ports::Batch& batch, base::Instant world) {
    Book& book = books_[at];
    if (!batch.leaves.empty() && batch.expected_head->size != book.log.size()) {
        violated("DESIGN 5.10", at.text() + " writes leaves elsewhere than behind its last");
    }
    for (const base::Bytes& leaf : batch.leaves) {
        book.log.append(leaf);
    }
    for (const ports::StoredEntry& row : batch.entries) {
        check_entry(at, row);
        const base::Date today = base::utc_day_of(world);
        if (row.erase_on <= today || row.sealed_body.empty() || row.wrapped_key.empty()) {
            violated("DESIGN 6.5", at.text() + " keeps an entry without an end");
        }
    }
    std::uint64_t own = 0;
    for (const ports::StoredEntry& row : batch.entries) {
        own += row.author == at ? 1U : 0U;
    }
    if (own != batch.leaves.size()) {
        violated("DESIGN 6.8", at.text() + " writes " + std::to_string(own) + " own entries and " +
                                   std::to_string(batch.leaves.size()) + " leaves");
    }
    keep(book, batch);
    check_refusals(at, batch);
    for (const ports::OutboxRow& row : batch.outbox_done) {
        book.settled[row.peer].insert(row.entry);
    }
}

void Oracle::check_entry(const base::PartyId& at, const ports::StoredEntry& row) {
    ++checks_;
    Book& book = books_[at];
    Seen seen{row.kind, row.matter, row.author, row.sequence, base::ActId{row.id}, {}};
    check_link(book, row, at);
    check_kept(at, row);
    if (row.kind == ports::EntryKind::act) {
        const KnownAct* act = known(base::ActId{row.id});
        if (act == nullptr) {
            violated("DESIGN 4", at.text() + " records an act that nobody took");
            return;
        }
        seen.at = act->header.at;
        check_act(at, *act);
        take_into(book, *act);
    } else {
        const auto header = codec::read_text<casework::ReceiptHeader>(row.header);
        const auto& acts = book.acts[row.matter];
        if (!header || std::ranges::find(acts, header->act) == acts.end()) {
            violated("DESIGN 5.5", at.text() + " records a receipt for an act it does not hold");
            return;
        }
        seen.act = header->act;
        seen.at = header->at;
        const auto received = seen_.find(header->act.digest);
        if (received != seen_.end() && received->second.author == row.author) {
            violated("DESIGN 5.5", at.text() + " records a receipt for its author's own act");
        }
    }
    book.held.insert(row.id);
    book.chains[{row.matter, row.author}].push_back(row.id);
    if (row.author == at) {
        book.leaves[row.id] = static_cast<std::uint64_t>(row.leaf);
    }
    seen_.insert_or_assign(row.id, std::move(seen));
}

/// One chain per node and matter: every number once, from 0, each naming the one before.
void Oracle::check_link(const Book& book, const ports::StoredEntry& row, const base::PartyId& at) {
    const auto chain = book.chains.find({row.matter, row.author});
    const std::size_t length = chain == book.chains.end() ? 0 : chain->second.size();
    if (row.sequence != static_cast<std::int64_t>(length)) {
        violated("DESIGN 5.5", at.text() + " records number " + std::to_string(row.sequence) +
                                   " of " + row.author.text() + " where " + std::to_string(length) +
                                   " follows");
        return;
    }
    std::optional<casework::EntryId> previous;
    if (row.kind == ports::EntryKind::act) {
        const KnownAct* act = known(base::ActId{row.id});
        previous = act == nullptr ? std::nullopt : act->header.previous;
    } else if (const auto header = codec::read_text<casework::ReceiptHeader>(row.header)) {
        previous = header->previous;
    }
    if (previous != (length == 0 ? std::optional<casework::EntryId>{} : chain->second.back())) {
        violated("DESIGN 5.5", at.text() + " records an entry that does not follow its chain");
    }
}

/// How the entry is kept: readable nowhere, in its place of the ledger, or with its proof.
void Oracle::check_kept(const base::PartyId& at, const ports::StoredEntry& row) {
    const auto readable = [](std::string_view text) {
        return text.find(secret_word) != std::string_view::npos;
    };
    if (readable(row.header) || readable(row.attestation) ||
        readable(base::text_of(row.sealed_body)) || readable(row.transport)) {
        violated("DESIGN 5.8", at.text() + " stores a body that can be read");
    }
    const bool own = row.author == at;
    if (own != (row.leaf >= 0) || own != row.transport.empty()) {
        violated("DESIGN 6.8", at.text() + " keeps an entry without leaf or proof");
    }
}

void Oracle::check_act(const base::PartyId& at, const KnownAct& act) {
    const std::vector<const KnownAct*> past = past_of(act);
    const Book& book = books_[at];
    const auto here = book.acts.find(act.header.matter);
    const bool everything = here != book.acts.end() && here->second.size() == past.size();
    const bool first = !judged_.contains(act.id);
    if (first || act.kind->tacit) {
        const Model folded = everything ? Model{} : model_of(setting_.library, past);
        const Model& before = everything ? book.models.at(act.header.matter) : folded;
        if (first) {
            judged_[act.id] = objection_to(act, before, cast_, setting_.library);
            reached_.merge(marks_of(act, before));
        }
        if (const auto found = act.kind->tacit ? unheard(at, act, before) : std::nullopt) {
            violated(found->rule, at.text() + " records " + found->what);
        }
    }
    if (const auto& objection = judged_.at(act.id)) {
        violated(objection->rule, at.text() + " records " + objection->what);
    }
    check_past(at, act, past);
    check_accredited(at, act);
}

std::optional<Objection> Oracle::unheard(const base::PartyId& node, const KnownAct& act,
                                         const Model& before) const {
    if (!act.kind->tacit) {
        return std::nullopt;
    }
    const auto silence = meant_by(act, before, cast_, setting_.library);
    if (!silence || !silence->bearer || !silence->began) {
        return std::nullopt;  // objection_to says so
    }
    bool knew = false;
    bool later = false;
    const Book& book = books_.at(node);
    const auto chain = book.chains.find({act.header.matter, *silence->bearer});
    for (std::size_t i = 0; chain != book.chains.end() && i < chain->second.size(); ++i) {
        const Seen& seen = seen_.at(chain->second[i]);
        knew = knew || seen.act == *silence->began;
        if (seen.kind == ports::EntryKind::act) {
            const auto past = past_of(known_.at(seen.act));
            knew = knew || std::ranges::any_of(past, [&](const KnownAct* one) {
                       return one->id == *silence->began;
                   });
        }
        later = silence->due < seen.at;
    }
    if (!knew) {
        return Objection{"DESIGN 5.7", "silence of one who is not proven to have known"};
    }
    const base::Instant grace = silence->due + std::chrono::seconds(cast_.annex.skew_seconds);
    if (act.header.at <= grace && !later) {
        return Objection{"DESIGN 5.7", "silence of one from whom an answer may still come"};
    }
    return std::nullopt;
}

void Oracle::take_into(Book& book, const KnownAct& act) {
    auto& acts = book.acts[act.header.matter];
    Model& model = book.models[act.header.matter];
    const bool last = past_of(act).size() == acts.size();
    acts.push_back(act.id);
    if (last) {
        take(setting_.library, model, act);
    } else {
        model = model_of(setting_.library, acts_of(book, act.header.matter));
    }
}

/// The past is held here, and holds all that its author had seen.
void Oracle::check_past(const base::PartyId& at, const KnownAct& act,
                        const std::vector<const KnownAct*>& before_it) {
    const Book& book = books_[at];
    for (const base::ActId& before : act.header.after) {
        if (!book.held.contains(before.digest)) {
            violated("DESIGN 5.5", at.text() + " records an act whose past it does not know");
            return;
        }
    }
    std::set<base::ActId> past;
    for (const KnownAct* before : before_it) {
        past.insert(before->id);
    }
    const auto chain = book.chains.find({act.header.matter, act.header.author});
    if (chain == book.chains.end()) {
        return;
    }
    for (const casework::EntryId& earlier : chain->second) {
        if (!past.contains(seen_.at(earlier).act)) {
            violated("DESIGN 5.5",
                     at.text() + " records an act whose past omits what its author had seen");
        }
    }
}

/// Granted by the party's own root, in force at `at`, and not known here to be suspended then.
void Oracle::check_accredited(const base::PartyId& at, const KnownAct& act) {
    const casework::Header& header = act.header;
    if (header.key == cast_.of(header.author).root->public_key().id()) {
        return;
    }
    const auto head = header.registry ? seen_.find(*header.registry) : seen_.end();
    bool granted = false;
    for (const KnownAct* granting : registry_of(books_[at], header.author)) {
        const KnownAct& entry = *granting;
        if (entry.concerned != header.key) {
            continue;
        }
        if (entry.kind->mechanisms.accredits) {
            const auto from = base::Instant::parse(entry.fields.at("from").get_string());
            const auto until = base::Instant::parse(entry.fields.at("until").get_string());
            granted =
                granted || (head != seen_.end() && entry.header.sequence <= head->second.sequence &&
                            *from <= header.at && header.at < *until &&
                            entry.fields.at("person") == codec::Value(act.person.text()) &&
                            entry.fields.at("role") == codec::Value(act.role));
        }
        if (entry.kind->mechanisms.suspends) {
            base::Instant since = entry.header.at;
            if (const auto* stated = entry.fields.if_contains("compromised-since")) {
                since = std::min(since, *base::Instant::parse(stated->get_string()));
            }
            // What the ledger held before the suspension stands, and falls under review.
            const auto suspended = leaf_of(entry);
            const auto logged = leaf_of(act);
            const bool before = suspended && logged && *logged < *suspended;
            if (since <= header.at && !before) {
                violated("DESIGN 5.6", at.text() + " records an act under a suspended key");
            }
        }
    }
    if (!granted) {
        violated("DESIGN 6.1", at.text() + " records an act of somebody not accredited then");
    }
}

std::optional<std::uint64_t> Oracle::leaf_of(const KnownAct& act) const {
    if (act.leaf) {
        return act.leaf;
    }
    const auto book = books_.find(act.header.author);
    if (book == books_.end() || !book->second.leaves.contains(act.id.digest)) {
        return std::nullopt;
    }
    return book->second.leaves.at(act.id.digest);
}

void Oracle::check_refusals(const base::PartyId& at, const ports::Batch& batch) {
    for (const ports::OutboxRow& row : batch.outbox_refused) {
        const auto entry = seen_.find(row.entry);
        if (entry == seen_.end()) {
            violated("DESIGN 5.4", at.text() + " notes a refusal of what it never recorded");
            return;
        }
        // Who has destroyed the bodies of a matter cannot take more of it.
        if (!cast_.of(row.peer).liar && !tainted(entry->second.matter) &&
            !has_ended(row.peer, entry->second.matter)) {
            violated("DESIGN 5.4", row.peer.text() + " refuses for good what " + at.text() +
                                       " recorded: " + row.refused);
        }
    }
}

void Oracle::signs_head(const base::PartyId& of, base::ByteView message) {
    ++checks_;
    const auto head = head_in(message);
    Book& book = books_[of];
    if (!head || head->origin != cast_.of(of).origin || head->size > book.log.size() ||
        head->root != book.log.root_at(head->size)) {
        violated("DESIGN 5.10", of.text() + " signs a head that its durable leaves do not make");
        return;
    }
    if (head->size < book.highest_cosigned || head->size < book.highest_signed) {
        violated("DESIGN 5.10", of.text() + " signs below a head that it signed before");
    }
    book.highest_signed = std::max(book.highest_signed, head->size);
}

void Oracle::cosigns(const base::PartyId& witness, base::ByteView message) {
    ++checks_;
    const auto head = head_in(message);
    const Member* log = head ? cast_.origin(head->origin) : nullptr;
    if (log == nullptr) {
        violated("DESIGN 5.10", witness.text() + " cosigns what is no head of this annex");
        return;
    }
    auto& last = cosigned_[{witness, head->origin}];
    if (head->size < last.first ||
        (head->size == last.first && last.second != head->root && last.first != 0)) {
        violated("DESIGN 5.10", witness.text() + " cosigns a head below one that it cosigned");
    }
    last = {head->size, head->root};
    Book& book = books_[log->party];
    if (log->liar) {
        return;
    }
    if (head->size > book.log.size() || head->root != book.log.root_at(head->size)) {
        violated("DESIGN 5.10", witness.text() + " cosigns a head that is none of that ledger");
        return;
    }
    if (witness != log->party) {
        book.highest_cosigned = std::max(book.highest_cosigned, head->size);
    }
}

void Oracle::acknowledged(const base::PartyId& by, const std::vector<casework::EntryId>& entries) {
    Book& book = books_[by];
    for (const casework::EntryId& entry : entries) {
        ++checks_;
        if (!book.held.contains(entry)) {
            violated("DESIGN 6.10", by.text() + " acknowledges what its disk does not hold");
        }
        book.acknowledged.insert(entry);
    }
}

void Oracle::sends(const casework::Envelope& envelope) {
    const Book& book = books_[envelope.from];
    for (const casework::ProvenEntry& proven : envelope.entries) {
        ++checks_;
        const auto leaf = book.leaves.find(casework::id_of(proven.entry()));
        if (leaf == book.leaves.end() || leaf->second >= book.highest_cosigned) {
            violated("DESIGN 6.2", envelope.from.text() + " sends an entry that is not attested");
        }
        if (proven.act) {
            check_copy(envelope, *proven.act);
        }
    }
}

/// A copy opens what its reader's side may read, and not more (DESIGN 5.3, 6.11).
void Oracle::check_copy(const casework::Envelope& envelope, const casework::Act& act) {
    const KnownAct* whole = known(act.id());
    if (whole == nullptr) {
        return;
    }
    const law::ActKind& kind = *whole->kind;
    for (const law::ActField& field : kind.fields) {
        const bool opened = std::ranges::find(act.openings, field.name, &casework::Opening::path) !=
                            act.openings.end();
        if (field.audience.empty() || !opened) {
            continue;
        }
        const auto side = model_at(envelope.from, act.header.matter).side_of(envelope.to);
        const bool may = side && (*side == kind.by_side ||
                                  std::ranges::find(field.audience, *side) != field.audience.end());
        if (!may) {
            violated("DESIGN 5.3",
                     envelope.from.text() + " opens " + field.name + " to " + envelope.to.text());
        }
    }
}

}  // namespace comity::simulation
