#pragma once

// delivery: what an institution sends, to whom, when, and what it makes of the answers. It has no
// socket: it hands out messages and is handed the answers, so that the server, a test and a
// simulator drive the same code.
//
//   own ledger grows -> its head is published and goes to the attesting nodes -> cosigned
//   -> entries whose leaf a cosigned checkpoint holds go to the parties of their matter, in order
//   -> streams that such acts hand over to this party are fetched (fetching.h)
//   -> answer: settled; refused for good (kept with the reason); not reached or not yet (tried
//   again)
//
// One message is under way per peer. What is sent twice is recorded once: the peer knows it.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/casework/casework.h"
#include "ground/base/base.h"
#include "ground/message/message.h"
#include "node/delivery/fetching.h"
#include "node/delivery/inquiry.h"
#include "node/delivery/pause.h"
#include "node/submit/institution.h"

namespace comity::delivery {

inline constexpr std::string_view envelope_path = "/federation/envelopes";
inline constexpr std::string_view witness_path = "/witness/add-checkpoint";

/// The answer of a node to what it was asked to record.
struct RecordedAnswer {
    base::MatterId matter;
    std::int64_t settled =
        0;                   ///< of the entries sent, how many are now recorded, from the first on
    std::int64_t known = 0;  ///< of these, how many were recorded before: a replay changes nothing
    std::vector<base::Digest> entries;
    std::vector<std::int64_t> leaves;  ///< of the answering node
    std::string title;
    std::vector<std::string> clauses;
    std::optional<std::string>
        refused;  ///< why the entry after the settled ones is refused for good
    /// To the own office: for whose cosignatures the effect waits. Never to a peer.
    std::optional<std::string> waits = std::nullopt;
};

struct Outgoing {
    std::uint64_t token = 0;
    base::PartyId peer;
    message::Request request;
};

/// How a peer has been reached, for pages and alarms.
struct PeerStatus {
    std::size_t waiting = 0;
    std::size_t refused = 0;
    std::string last_refusal;
    std::optional<base::Instant> reached;  ///< last answer of any kind
    std::optional<base::Instant> unreached_since;
    std::string last_trouble;
};

class Delivery {
 public:
    explicit Delivery(submit::Institution& institution)
        : institution_(institution), fetching_(institution), inquiries_(institution) {}

    /// What to send now. Every message must be answered exactly once by answered().
    [[nodiscard]] std::vector<Outgoing> next(base::Instant now);
    /// The answer to a message, or why there is none.
    [[nodiscard]] base::Result<void> answered(std::uint64_t token,
                                              const base::Result<message::Response>& response,
                                              base::Instant now);
    /// When next() should be asked again if nothing else happens; none: when something happens.
    [[nodiscard]] std::optional<base::Instant> wake_at() const;
    [[nodiscard]] std::map<base::PartyId, PeerStatus> status() const;
    /// Why the published head is behind the ledger; none if the last attempt succeeded.
    [[nodiscard]] const std::optional<base::Error>& publish_error() const { return publish_error_; }
    [[nodiscard]] const Fetching& fetching() const { return fetching_; }

 private:
    struct InFlight {
        base::PartyId peer;
        std::optional<base::MatterId> matter;  ///< none: a witness request
        std::vector<casework::EntryId> entries;
        std::uint64_t size = 0;  ///< of the head that a witness is asked for
        std::vector<submit::Effects::Reached> reached = {};  ///< of each entry, when it was sent
    };
    struct WitnessRound {
        ledger::Note note;
        std::uint64_t size = 0;
        std::vector<base::PartyId> asked;
        std::int64_t cosigned = 0;
        base::Instant since;
    };
    using LaneKey = std::pair<base::PartyId, std::string>;

    void publish(base::Instant now);
    void ask_witnesses(base::Instant now, std::vector<Outgoing>& out);
    /// Sees to it that there is a round if there is anything to ask.
    [[nodiscard]] bool has_round(base::Instant now);
    /// What a round begins with; none: nothing is to be asked now.
    [[nodiscard]] std::optional<submit::Sequencer::SignedHead> head_to_ask() const;
    [[nodiscard]] std::optional<ledger::AddCheckpoint> request_to(
        const base::PartyId& witness) const;
    void send_envelope(const base::PartyId& peer, base::Instant now, std::vector<Outgoing>& out);
    /// The next entries for the peer: of one matter, in order, held by a cosigned checkpoint.
    [[nodiscard]] std::vector<casework::EntryId> next_entries(const base::PartyId& peer,
                                                              base::Instant now) const;
    [[nodiscard]] bool is_pausing(const LaneKey& lane, base::Instant now) const;
    [[nodiscard]] base::Result<casework::Envelope> envelope_for(
        const base::PartyId& peer, const std::vector<casework::EntryId>& entries) const;
    [[nodiscard]] base::Result<std::string> body_for(
        const base::PartyId& peer, const std::vector<casework::EntryId>& entries) const;
    /// A witness's cosignature of the round's head, verified by itself: one that is wrong must not
    /// spoil the others'.
    [[nodiscard]] base::Result<ledger::NoteSignature> cosigned_by(const base::PartyId& witness,
                                                                  std::string_view body) const;
    [[nodiscard]] base::Result<void> witness_answered(const InFlight& sent,
                                                      const message::Response& response,
                                                      base::Instant now);
    [[nodiscard]] base::Result<void> envelope_answered(const InFlight& sent,
                                                       const message::Response& response,
                                                       base::Instant now);
    /// The peer has these entries as they were sent: what was reached meanwhile waits for it still.
    [[nodiscard]] base::Result<void> settle(const InFlight& sent, std::size_t count);
    void pause(const LaneKey& lane, base::Instant now, base::Duration first, base::Duration most);
    [[nodiscard]] bool is_busy(const LaneKey& lane) const;

    submit::Institution& institution_;
    Fetching fetching_;
    std::map<std::uint64_t, Fetching::Wanted> fetches_;  ///< under way, by token
    Inquiries inquiries_;
    std::map<std::uint64_t, Inquiries::Wanted> inquired_;  ///< under way, by token
    std::optional<base::Instant> published_;  ///< when the head was last published, or tried to be
    std::uint64_t next_token_ = 1;
    std::map<std::uint64_t, InFlight> in_flight_;
    std::optional<base::Error> publish_error_;
    std::map<LaneKey, Pause> lanes_;
    std::optional<WitnessRound> round_;
    std::map<base::PartyId, std::uint64_t> witnessed_sizes_;
    std::map<base::PartyId, PeerStatus> peers_;
};

}  // namespace comity::delivery

namespace comity::codec {

template <>
struct Message<delivery::RecordedAnswer> {
    using R = delivery::RecordedAnswer;
    static constexpr std::string_view name = "recorded";
    static constexpr auto fields =
        std::tuple{field("matter", &R::matter, "the matter"),
                   field("settled", &R::settled, "entries now recorded, from the first on"),
                   field("known", &R::known, "of these, recorded before"),
                   field("entries", &R::entries, "ids newly recorded", 64),
                   field("leaves", &R::leaves, "of the answering node's ledger", 64),
                   field("title", &R::title, "of the last act among them"),
                   field("clauses", &R::clauses, "that it rests on"),
                   field("refused", &R::refused, "why the entry after these is refused", 8192),
                   field("waits", &R::waits, "to the own office: whose cosignatures lack", 8192)};
};

}  // namespace comity::codec
