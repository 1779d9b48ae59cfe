#include "node/delivery/restoration.h"

#include <algorithm>

namespace comity::delivery {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration first_pause = 100ms;
constexpr base::Duration longest_pause = 2s;
constexpr int most_failures = 12;  // a quarter of a minute: time enough to start a node
/// A peer that keeps saying "go on" without giving anything is asked no more.
constexpr std::size_t most_empty_pages = 4096;

base::Result<GivenBack> read_page(const message::Response& response) {
    codec::JsonLimits limits;
    limits.bytes = 8 * 1024 * 1024;
    limits.string_bytes = casework::max_item_bytes;
    return codec::read_text<GivenBack>(response.body, limits);
}

}  // namespace

Restoration::Restoration(const submit::Institution& institution, std::set<base::PartyId> without)
    : institution_(institution), gathering_(institution) {
    const casework::Annex& annex = institution.annex();
    const base::PartyId& self = institution.settings().party;
    gathering_.add_published();
    for (const casework::PartyEntry& party : annex.parties) {
        if (party.party == self || without.contains(party.party)) {
            continue;
        }
        Peer peer;
        peer.is_witness = std::ranges::find(annex.witnesses, party.party) != annex.witnesses.end();
        for (const casework::PartyEntry& author : annex.parties) {
            if (author.party != self) {
                peer.authors.push_back(author.party);
            }
        }
        peer.authors.push_back(self);
        peers_.emplace(party.party, std::move(peer));
    }
    enough_heads_ = attesting_nodes_to_ask(annex, self);
    // Leaves that are here are given again if no checkpoint is here that proves them, and all of
    // them if their acts' items are not here.
    const auto& cosigned = institution.cosigned();
    from_ = cosigned.empty() || !submit::missing_items(institution).empty()
                ? 0
                : static_cast<std::int64_t>(cosigned.back().size);
}

message::Request Restoration::question_for(const Peer& peer) const {
    if (peer.is_witness && !peer.head_told) {
        return message::post_request(last_head_path,
                                     codec::write(LastHead{institution_.settings().origin, 0, {}}));
    }
    const base::PartyId& author = peer.authors.back();
    const bool is_own = author == institution_.settings().party;
    return message::post_request(give_back_path,
                                 codec::write(GiveBack{author, is_own ? from_ : 0, peer.after}));
}

std::vector<Outgoing> Restoration::next(base::Instant now) {
    std::vector<Outgoing> out;
    for (auto& [party, peer] : peers_) {
        if (peer.fate == Fate::asking && peer.token == 0 && !peer.pause.runs(now)) {
            peer.token = next_token_++;
            out.push_back(Outgoing{peer.token, party, question_for(peer)});
        }
    }
    return out;
}

std::optional<base::Instant> Restoration::wake_at() const {
    std::optional<base::Instant> earliest;
    for (const auto& [party, peer] : peers_) {
        if (peer.fate == Fate::asking && peer.token == 0 &&
            (!earliest || peer.pause.until() < *earliest)) {
            earliest = peer.pause.until();
        }
    }
    return earliest;
}

bool Restoration::is_over() const {
    return std::ranges::all_of(peers_,
                               [](const auto& one) { return one.second.fate != Fate::asking; });
}

void Restoration::failed(Peer& peer, const base::Error& error, base::Instant now) {
    peer.trouble = error.text();
    if (++peer.failures >= most_failures) {
        peer.fate = Fate::unreached;
    }
    peer.pause.prolong(now, first_pause, longest_pause);
}

void Restoration::lied(Peer& peer, const base::Error& error) {
    peer.fate = Fate::lying;
    peer.trouble = error.text();
}

void Restoration::answered(std::uint64_t token, const base::Result<message::Response>& response,
                           base::Instant now) {
    const auto found = std::ranges::find_if(
        peers_, [token](const auto& one) { return token != 0 && one.second.token == token; });
    if (found == peers_.end()) {
        return;
    }
    Peer& peer = found->second;
    peer.token = 0;
    if (!response || response->status != 200) {
        failed(peer, response ? message::error_of(*response) : response.error(), now);
        // What is refused now will be refused again.
        if (response && response->status >= 400 && response->status < 500) {
            peer.fate = Fate::unreached;
        }
        return;
    }
    peer.failures = 0;
    if (peer.is_witness && !peer.head_told) {
        take_head(found->first, peer, *response);
    } else {
        take_page(found->first, peer, *response);
    }
}

void Restoration::take_head(const base::PartyId& from, Peer& peer,
                            const message::Response& response) {
    const auto head = codec::read_text<LastHead>(response.body);
    if (!head || head->origin != institution_.settings().origin || head->size < 0) {
        lied(peer, head ? base::Error{base::ErrorKind::malformed,
                                      "the answer is about another ledger",
                                      {},
                                      {},
                                      {},
                                      {}}
                        : head.error());
        return;
    }
    peer.head_told = true;
    ++heads_;
    const submit::Head told{static_cast<std::uint64_t>(head->size), head->root};
    if (told.size == attested_.size && told.root != attested_.root && told.size != 0) {
        two_histories_ = base::Error{base::ErrorKind::conflict,
                                     "attesting nodes cosigned two histories of this ledger",
                                     from.text() + " tells another root of the first " +
                                         std::to_string(told.size) + " leaves than others",
                                     "nothing was changed; bring this before who oversees the "
                                     "agreement",
                                     {},
                                     {}};
    }
    if (told.size > attested_.size) {
        attested_ = told;
    }
}

void Restoration::take_page(const base::PartyId& from, Peer& peer,
                            const message::Response& response) {
    auto page = read_page(response);
    if (!page) {
        lied(peer, page.error());
        return;
    }
    if (page->next && ((peer.after && *page->next <= *peer.after) ||
                       (page->entries.empty() && ++peer.empty_pages > most_empty_pages))) {
        lied(peer,
             base::Error{
                 base::ErrorKind::malformed, "its answers do not come to an end", {}, {}, {}, {}});
        return;
    }
    const std::optional<ChainPlace> next = page->next;
    if (const auto taken = take_entries(from, peer, std::move(*page)); !taken) {
        if (taken.error().kind == base::ErrorKind::conflict) {
            two_histories_ = taken.error();
        }
        lied(peer, taken.error());
        return;
    }
    peer.after = next;
    if (!next) {
        peer.authors.pop_back();
        if (peer.authors.empty()) {
            peer.fate = Fate::done;
        }
    }
}

base::Result<void> Restoration::take_entries(const base::PartyId& from, Peer& peer,
                                             GivenBack page) {
    for (casework::ProvenEntry& proven : page.entries) {
        if (proven.act.has_value() == proven.receipt.has_value()) {
            return base::fail(base::ErrorKind::malformed,
                              "an entry is an act or a receipt, exactly one");
        }
        const casework::Entry entry = proven.entry();
        if (casework::author_of(entry) != peer.authors.back()) {
            return base::fail(base::ErrorKind::malformed,
                              "an entry of another author than the one that was asked for");
        }
        const casework::EntryId id = casework::id_of(entry);
        auto added = gathering_.add(from, std::move(proven));
        if (!added) {
            return std::unexpected(base::at_place(std::move(added).error(), "entry " + id.hex()));
        }
        ++peer.entries;
    }
    for (casework::ShippedItem& item : page.items) {
        gathering_.add(std::move(item));
    }
    return {};
}

base::Result<void> Restoration::outcome() const {
    if (two_histories_) {
        return std::unexpected(*two_histories_);
    }
    std::string liars;
    std::string unreached;
    for (const auto& [party, peer] : peers_) {
        if (peer.fate == Fate::lying) {
            liars += (liars.empty() ? "" : "; ") + party.text() + ": " + peer.trouble;
        } else if (peer.fate != Fate::done) {
            unreached += (unreached.empty() ? "" : "; ") + party.text() + ": " + peer.trouble;
        }
    }
    const std::string way =
        "nothing was changed; run it again, or with --without PARTY to give up what only that "
        "party holds";
    if (!liars.empty()) {
        return base::fail(base::ErrorKind::invalid, "a peer gave back what it cannot prove", liars,
                          way);
    }
    if (!unreached.empty()) {
        return base::fail(base::ErrorKind::unavailable, "not every peer has answered", unreached,
                          way);
    }
    if (heads_ < enough_heads_) {
        return base::fail(base::ErrorKind::unavailable,
                          "too few attesting nodes told what they last cosigned",
                          std::to_string(heads_) + " did, " + std::to_string(enough_heads_) +
                              " must, so that one of any quorum is among them",
                          "nothing was changed; run it again without giving up attesting nodes");
    }
    return {};
}

std::map<base::PartyId, std::size_t> Restoration::given() const {
    std::map<base::PartyId, std::size_t> given;
    for (const auto& [party, peer] : peers_) {
        given.emplace(party, peer.entries);
    }
    return given;
}

std::vector<Outgoing> ask_to_deliver(const submit::TakenBack& taken) {
    std::vector<Outgoing> out;
    for (const auto& [author, entries] : taken.to_deliver) {
        for (std::size_t first = 0; first < entries.size(); first += most_entries_given) {
            const std::size_t count = std::min(most_entries_given, entries.size() - first);
            const auto begin = entries.begin() + static_cast<std::ptrdiff_t>(first);
            const DeliverAgain wanted{{begin, begin + static_cast<std::ptrdiff_t>(count)}};
            out.push_back(
                Outgoing{out.size() + 1, author,
                         message::post_request(deliver_again_path, codec::write(wanted))});
        }
    }
    return out;
}

}  // namespace comity::delivery
