// The oracle's questions to a node that runs again, and to all nodes once everything is at rest.

#include <algorithm>

#include "node/simulation/oracle.h"

namespace comity::simulation {

std::vector<const KnownAct*> Oracle::past_of(const KnownAct& act) const {
    std::set<base::ActId> found;
    std::vector<base::ActId> open(act.header.after.begin(), act.header.after.end());
    std::vector<const KnownAct*> past;
    while (!open.empty()) {
        const base::ActId id = open.back();
        open.pop_back();
        const KnownAct* before = known(id);
        if (before != nullptr && found.insert(id).second) {
            past.push_back(before);
            open.insert(open.end(), before->header.after.begin(), before->header.after.end());
        }
    }
    return past;
}

std::vector<const KnownAct*> Oracle::acts_of(const Book& book, const base::MatterId& matter) const {
    std::vector<const KnownAct*> acts;
    const auto found = book.acts.find(matter);
    if (found != book.acts.end()) {
        for (const base::ActId& id : found->second) {
            acts.push_back(known(id));
        }
    }
    return acts;
}

std::vector<const KnownAct*> Oracle::registry_of(const Book& book,
                                                 const base::PartyId& party) const {
    const auto matter = base::MatterId::parse("registry-" + party.text()).value();
    std::vector<const KnownAct*> acts = acts_of(book, matter);
    std::erase_if(acts, [&](const KnownAct* act) { return act->header.author != party; });
    return acts;
}

const Model& Oracle::model_at(const base::PartyId& node, const base::MatterId& matter) const {
    const auto book = books_.find(node);
    if (book == books_.end()) {
        return none_;
    }
    const auto model = book->second.models.find(matter);
    return model == book->second.models.end() ? none_ : model->second;
}

std::uint64_t Oracle::cosigned_of(const base::PartyId& node) const {
    const auto book = books_.find(node);
    return book == books_.end() ? 0 : book->second.highest_cosigned;
}

bool Oracle::has_ended(const base::PartyId& node, const base::MatterId& matter) const {
    const auto book = books_.find(node);
    return book != books_.end() && book->second.ended.contains(matter);
}

bool Oracle::is_cut_off(const base::PartyId& node, const base::MatterId& matter) const {
    for (const auto& [party, book] : books_) {
        if (party == node || !book.ended.contains(matter)) {
            continue;
        }
        for (const auto& [entry, leaf] : book.leaves) {
            if (seen_.at(entry).matter == matter && !holds(node, entry)) {
                return true;
            }
        }
    }
    return false;
}

bool Oracle::holds(const base::PartyId& node, const casework::EntryId& entry) const {
    const auto book = books_.find(node);
    return book != books_.end() && book->second.held.contains(entry);
}

std::vector<base::MatterId> Oracle::matters_of(const base::PartyId& node) const {
    std::vector<base::MatterId> matters;
    const auto book = books_.find(node);
    if (book != books_.end()) {
        for (const auto& [matter, acts] : book->second.acts) {
            matters.push_back(matter);
        }
    }
    return matters;
}

std::vector<base::ActId> Oracle::acts_at(const base::PartyId& node,
                                         const base::MatterId& matter) const {
    const auto book = books_.find(node);
    if (book == books_.end() || !book->second.acts.contains(matter)) {
        return {};
    }
    return book->second.acts.at(matter);
}

void Oracle::restarted(const submit::Institution& institution) {
    const base::PartyId& at = institution.settings().party;
    const Book& book = books_[at];
    for (const casework::EntryId& entry : book.held) {
        ++checks_;
        const submit::Matter* matter = institution.matter(seen_.at(entry).matter);
        if (matter == nullptr || !matter->dossier.has(entry)) {
            violated("DESIGN 6.10", at.text() + " does not know after a restart what it recorded");
        }
    }
    if (institution.sequencer().size() != book.log.size() ||
        institution.sequencer().tree().root() != book.log.root_at(book.log.size())) {
        violated("DESIGN 6.10", at.text() + " has another ledger after a restart");
    }
    // Whatever a party of the matter has not confirmed must still be on its way.
    for (const auto& [entry, leaf] : book.leaves) {
        const base::MatterId& matter = seen_.at(entry).matter;
        for (const base::PartyId& peer : model_at(at, matter).parties()) {
            const auto settled = book.settled.find(peer);
            const bool confirmed = settled != book.settled.end() && settled->second.contains(entry);
            if (peer != at && !confirmed && !institution.outbox(peer).contains(leaf)) {
                violated("DESIGN 6.10", at.text() + " forgot to send an entry to " + peer.text());
            }
        }
    }
}

void Oracle::at_rest(const std::map<base::PartyId, const submit::Institution*>& honest) {
    for (const auto& [party, institution] : honest) {
        check_arrived(honest, party, books_[party]);
        for (const auto& [matter, acts] : books_[party].acts) {
            check_agreement(*institution, matter);
        }
        check_files(*institution);
    }
    // Who knows the same acts of a matter knows the same state of it: check_agreement compared
    // each node with the reference, and the reference of a set of acts is one.
}

void Oracle::check_arrived(const std::map<base::PartyId, const submit::Institution*>& honest,
                           const base::PartyId& from, const Book& book) {
    for (const auto& [entry, leaf] : book.leaves) {
        const base::MatterId& matter = seen_.at(entry).matter;
        if (tainted(matter)) {
            continue;
        }
        for (const base::PartyId& peer : model_at(from, matter).parties()) {
            ++checks_;
            const bool open = !has_ended(peer, matter) && !has_ended(from, matter);
            if (peer != from && honest.contains(peer) && open &&
                !books_[peer].held.contains(entry) && !is_cut_off(peer, matter)) {
                violated("liveness", "an entry of " + from.text() + " in " + matter.text() +
                                         " never reached " + peer.text());
            }
        }
    }
}

/// The node's fold against the reference model of the same acts.
void Oracle::check_agreement(const submit::Institution& institution, const base::MatterId& id) {
    ++checks_;
    const base::PartyId& at = institution.settings().party;
    const submit::Matter* matter = institution.matter(id);
    if (has_ended(at, id)) {
        return;
    }
    const Model& model = model_at(at, id);
    auto differs = [&](std::string_view in) {
        violated("agreement", at.text() + " differs from the reference in the " + std::string(in) +
                                  " of " + id.text());
    };
    if (matter == nullptr || matter->state.state != model.state) {
        return differs("state");
    }
    std::map<std::string, std::set<base::PartyId>> sides;
    for (const auto& [side, members] : matter->state.sides) {
        sides[side].insert(members.begin(), members.end());
    }
    if (sides != model.sides) {
        return differs("sides");
    }
    if (matter->state.facts != model.facts) {
        return differs("facts");
    }
    if (!std::ranges::equal(matter->state.events, model.events)) {
        return differs("events");
    }
    const bool same_acts = std::ranges::equal(
        matter->state.done, model.done, [](const casework::DoneAct& left, const ModelAct& right) {
            return left.id == right.act->id && left.overtaken == right.overtaken &&
                   left.person == right.act->person && left.role == right.act->role;
        });
    if (!same_acts) {
        differs("acts");
    }
}

/// The public face: a checkpoint of this ledger, and tiles and entries that make its root.
void Oracle::check_files(const submit::Institution& institution) {
    ++checks_;
    const base::PartyId& at = institution.settings().party;
    const Book& book = books_[at];
    ports::LedgerFiles& files = institution.ports().files;
    const auto text = files.read("checkpoint");
    const auto note = text ? ledger::Note::parse(base::text_of(*text)) : base::fail({}, "");
    const auto head = note ? ledger::Checkpoint::parse(note->text) : base::fail({}, "");
    if (!head || head->size != book.log.size() || head->root != book.log.root_at(head->size)) {
        violated("DESIGN 5.9", at.text() + " publishes another head than that of its ledger");
        return;
    }
    const auto leaves = ledger::check_static_ledger(
        [&](std::string_view path) { return files.read(path); }, head->size, head->root);
    if (!leaves) {
        violated("DESIGN 5.9", at.text() + " publishes broken files: " + leaves.error().text());
    }
}

}  // namespace comity::simulation
