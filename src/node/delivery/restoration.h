#pragma once

// restoration: asking all peers for what they hold of a node that lost its data. Like Delivery it
// has no socket: it hands out messages and is handed the answers.
//
//   attesting nodes -> the newest head that they cosigned of this ledger
//   every peer      -> this node's own entries, its own, and those of third parties, page by page
//   -> Gathering: each entry verified; who gives another one is named and asked no more
//   -> submit::take_back (by the caller), then: who has to deliver again
//
// It sends nothing but these questions: it acknowledges, signs and publishes nothing.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ground/base/base.h"
#include "ground/message/message.h"
#include "node/delivery/delivery.h"
#include "node/delivery/giving_back.h"
#include "node/delivery/pause.h"
#include "node/delivery/recollection.h"
#include "node/submit/institution.h"
#include "node/submit/restoring.h"

namespace comity::delivery {

class Restoration {
 public:
    /// Asks every party of the annex but those in `without`, which the operator gives up.
    Restoration(const submit::Institution& institution, std::set<base::PartyId> without);

    /// What to send now. Every message must be answered exactly once by answered().
    [[nodiscard]] std::vector<Outgoing> next(base::Instant now);
    void answered(std::uint64_t token, const base::Result<message::Response>& response,
                  base::Instant now);
    /// When next() should be asked again; none while answers are outstanding or nothing is left.
    [[nodiscard]] std::optional<base::Instant> wake_at() const;
    /// Everybody has given all, or is given up.
    [[nodiscard]] bool is_over() const;

    /// Why nothing may be taken back: kind unavailable (a peer was not reached, or too few
    /// attesting nodes), invalid (a peer gave what it could not prove), conflict (two histories).
    /// All are named.
    [[nodiscard]] base::Result<void> outcome() const;
    /// The newest head that an attesting node says it cosigned.
    [[nodiscard]] const submit::Head& attested() const { return attested_; }
    [[nodiscard]] const submit::Gathering& gathered() const { return gathering_; }
    /// Of every party that was asked: entries that it gave.
    [[nodiscard]] std::map<base::PartyId, std::size_t> given() const;

 private:
    enum class Fate { asking, done, unreached, lying };
    struct Peer {
        Fate fate = Fate::asking;
        bool is_witness = false;
        bool head_told = false;
        std::vector<base::PartyId> authors;  ///< still to be asked for, the last one first
        std::optional<ChainPlace> after;
        std::size_t empty_pages = 0;
        std::size_t entries = 0;
        std::uint64_t token = 0;  ///< 0: no message under way
        int failures = 0;         ///< in a row
        Pause pause;
        std::string trouble;
    };
    [[nodiscard]] message::Request question_for(const Peer& peer) const;
    void failed(Peer& peer, const base::Error& error, base::Instant now);
    void lied(Peer& peer, const base::Error& error);
    void take_head(const base::PartyId& from, Peer& peer, const message::Response& response);
    void take_page(const base::PartyId& from, Peer& peer, const message::Response& response);
    [[nodiscard]] base::Result<void> take_entries(const base::PartyId& from, Peer& peer,
                                                  GivenBack page);

    const submit::Institution& institution_;
    submit::Gathering gathering_;
    std::map<base::PartyId, Peer> peers_;
    std::size_t enough_heads_ = 0;
    std::size_t heads_ = 0;
    submit::Head attested_;
    std::optional<base::Error> two_histories_;
    std::int64_t from_ = 0;  ///< own leaves before it need not be given
    std::uint64_t next_token_ = 1;
};

/// The messages that ask authors to deliver again what this node could not take back by itself, at
/// most most_entries_given entries each.
[[nodiscard]] std::vector<Outgoing> ask_to_deliver(const submit::TakenBack& taken);

}  // namespace comity::delivery
