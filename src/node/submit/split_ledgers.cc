#include "node/submit/split_ledgers.h"

#include <algorithm>

#include "node/submit/institution.h"
#include "node/submit/kept_list.h"

namespace comity::submit {
namespace {

// A liar could fill memory and disk with its lies; the first will do.
constexpr std::size_t most_found = 64;
constexpr std::size_t most_heads_each = 64;
constexpr std::size_t most_reason = 4000;
constexpr KeptList split_list{"split", "evidence of a split ledger", "split ledgers"};

std::string name_of(SplitLedgers::Source source, const base::PartyId& party) {
    return (source == SplitLedgers::Source::shown ? "head/" : "attested/") + party.text();
}

codec::JsonLimits split_limits() {
    codec::JsonLimits limits;
    limits.bytes = std::size_t{1} << 20;
    limits.string_bytes = std::size_t{1} << 18;
    return limits;
}

}  // namespace

base::Digest SplitLedger::id() const {
    return crypto::sha256(base::view_of(evidence));
}

base::Digest subject_of(const Look& look, base::Realm realm) {
    const codec::Object said{
        {"at", look.at.text()}, {"evidence", look.evidence.hex()}, {"reason", look.reason}};
    return crypto::tagged_hash("comity/look/v1/" + std::string(base::name_of(realm)),
                               base::view_of(codec::canonical(codec::Value(said))));
}

std::string SplitLedgers::against(const std::vector<base::PartyId>& parties) const {
    const auto is_one = [&](const base::PartyId& party) {
        return std::ranges::find(parties, party) != parties.end();
    };
    for (const SplitLedger& split : found_) {
        if (!split.looked && is_one(split.party)) {
            return "the ledger of " + split.party.text() +
                   " signed two histories, and no official has looked at it (evidence " +
                   split.id().hex().substr(0, 16) + ")";
        }
    }
    for (const auto& [party, doubt] : doubts_) {
        if (is_one(party)) {
            return "the ledger of " + party.text() + " shows heads of " +
                   std::to_string(doubt.older.checkpoint.size) + " and of " +
                   std::to_string(doubt.newer.checkpoint.size) + " leaves that do not fit so far";
        }
    }
    return {};
}

base::Result<void> SplitLedgers::load() {
    ports::Store& store = own_.ports().store;
    for (const casework::PartyEntry& party : own_.annex().parties) {
        const casework::PartyLedger of = COMITY_TRY(casework::ledger_of(own_.annex(), party.party));
        for (const Source source : {Source::shown, Source::attested}) {
            const auto text = COMITY_TRY(store.setting(name_of(source, party.party)));
            // Under another key, since a new annex, it says nothing.
            if (const auto head = text ? ledger::open_checkpoint(*text, of.first, {}, of.recovery)
                                       : base::fail(base::ErrorKind::not_found, "none")) {
                remember(party.party, *head);
            }
        }
    }
    return split_list.each(store, most_found, [&](std::string text) -> base::Result<void> {
        found_.push_back(COMITY_TRY(codec::read_text<SplitLedger>(text, split_limits())));
        return {};
    });
}

void SplitLedgers::remember(const base::PartyId& party, const ledger::SignedCheckpoint& head) {
    Seen& seen = seen_[party];
    seen.emplace(head.checkpoint.size, head);
    if (seen.size() > most_heads_each) {
        seen.erase(seen.begin());
    }
}

base::Result<void> SplitLedgers::check(const base::PartyId& party,
                                       const ledger::SignedCheckpoint& head) {
    const auto known = seen_.find(party);
    const auto same =
        known != seen_.end() ? known->second.find(head.checkpoint.size) : Seen::iterator{};
    if (known == seen_.end() || same == known->second.end() ||
        same->second.checkpoint.root == head.checkpoint.root) {
        return {};
    }
    const ledger::SplitView evidence{COMITY_TRY(casework::ledger_of(own_.annex(), party)).first,
                                     same->second.verified.note,
                                     head.verified.note,
                                     {},
                                     {}};
    COMITY_TRY(keep(party, evidence));
    return base::fail(base::ErrorKind::conflict,
                      "the ledger of " + party.text() + " shows two histories",
                      "two roots for its size " + std::to_string(head.checkpoint.size));
}

void SplitLedgers::note(const base::PartyId& party, const ledger::SignedCheckpoint& head,
                        Source source, ports::Batch& batch) {
    const Seen& seen = seen_[party];
    const bool is_newest = seen.empty() || seen.rbegin()->first < head.checkpoint.size;
    remember(party, head);
    if (is_newest || source == Source::attested) {
        batch.settings.emplace_back(name_of(source, party), head.verified.note.encode());
    }
}

base::Result<void> SplitLedgers::refused(const base::PartyId& party,
                                         const ledger::SignedCheckpoint& head,
                                         const std::vector<base::Digest>& proof,
                                         const ledger::WitnessedHead& last, Refused why) {
    const auto known = seen_.find(party);
    const auto older = known != seen_.end() ? known->second.find(last.size) : Seen::iterator{};
    if (known == seen_.end() || older == known->second.end() || head.checkpoint.size <= last.size) {
        return {};
    }
    const auto prefix =
        crypto::older_root_in(last.size, head.checkpoint.size, head.checkpoint.root, proof);
    if (prefix && *prefix != last.root) {
        return keep(party, ledger::SplitView{
                               COMITY_TRY(casework::ledger_of(own_.annex(), party)).first,
                               older->second.verified.note, head.verified.note, *prefix, proof});
    }
    // Of a head under a key that was replaced the ledger's own tiles will never tell.
    if (why == Refused::its_proof) {
        doubts_.insert_or_assign(party, Doubt{older->second, head});
    }
    return {};
}

base::Result<void> SplitLedgers::resolve(const base::PartyId& party,
                                         const std::optional<ledger::SplitView>& evidence) {
    if (evidence) {
        COMITY_TRY(keep(party, *evidence));
    }
    doubts_.erase(party);
    return {};
}

base::Result<void> SplitLedgers::keep(const base::PartyId& party,
                                      const ledger::SplitView& evidence) {
    const casework::PartyLedger of = COMITY_TRY(casework::ledger_of(own_.annex(), party));
    COMITY_TRY(ledger::check_split_view(evidence, of.recovery));
    const bool is_known = std::ranges::any_of(found_, [&](const SplitLedger& before) {
        return before.party == party && (!before.looked || before.evidence == evidence.encode());
    });
    if (is_known || found_.size() >= most_found) {
        return {};
    }
    SplitLedger split{party, own_.ports().clock.now(), evidence.encode(), std::nullopt};
    ports::Batch batch;
    split_list.append(batch, found_.size(), codec::write(split));
    COMITY_TRY(own_.ports().store.commit(batch));
    found_.push_back(std::move(split));
    doubts_.erase(party);
    return {};
}

base::Result<void> SplitLedgers::look(const Look& look) {
    const auto split = std::ranges::find(found_, look.evidence, &SplitLedger::id);
    if (split == found_.end()) {
        return base::fail(base::ErrorKind::not_found, "there is no such evidence here",
                          look.evidence.hex(), "list it with comity ledger splits");
    }
    if (split->looked) {
        return base::fail(base::ErrorKind::conflict, "an official has looked at it before",
                          split->looked->at.text());
    }
    if (look.reason.empty() || look.reason.size() > most_reason) {
        return base::fail(base::ErrorKind::malformed, "a reason of up to 4000 bytes is needed");
    }
    const base::PartyId& party = own_.settings().party;
    const auto head = own_.registry_head();
    if (!head) {
        return base::fail(base::ErrorKind::not_proven, "nobody is accredited here yet");
    }
    const casework::Accreditation official = COMITY_TRY(
        own_.world().registry.accredited(party, look.key, *head, own_.ports().clock.now()));
    if (look.signature.intent.node != party) {
        return base::fail(base::ErrorKind::invalid, "it was signed for another node");
    }
    const base::Realm realm = own_.settings().realm;
    COMITY_TRY(casework::verify(look.signature, subject_of(look, realm), look_purpose, realm,
                                own_.ports().clock.now(), official.key));
    SplitLedger looked = *split;
    looked.looked = look;
    ports::Batch batch;
    split_list.replace(batch, static_cast<std::size_t>(split - found_.begin()),
                       codec::write(looked));
    COMITY_TRY(own_.ports().store.commit(batch));
    *split = std::move(looked);
    return {};
}

}  // namespace comity::submit
