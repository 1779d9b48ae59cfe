#include "node/delivery/delivery.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <set>

#include "node/delivery/shipping.h"

namespace comity::delivery {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t entries_per_envelope = 16;
constexpr std::size_t most_envelope_bytes = 6 * 1024 * 1024;  // the receiver reads up to 8 MiB
constexpr base::Duration first_pause = 100ms;
constexpr base::Duration longest_pause = 30s;
constexpr base::Duration longest_short_pause = 2s;  // for a peer that answers "not yet"
// The static files of a head cost more than a commit: under load, commits share one publication.
// A head that comes alone is published at once.
constexpr base::Duration between_publications = 50ms;
// No clause can ask for cosignatures younger than an hour.
constexpr base::Duration round_for_effects = 30min;
// Lanes that are not a matter's; a matter's name is neither of them.
constexpr std::string_view witness_lane = "";
constexpr std::string_view whole_peer = "*";

bool is_final_refusal(int status) {
    return status >= 400 && status < 500 && status != 408 && status != 429;
}

}  // namespace

std::vector<Outgoing> Delivery::next(base::Instant now) {
    std::vector<Outgoing> out;
    publish(now);
    ask_witnesses(now, out);
    for (const casework::PartyEntry& party : institution_.annex().parties) {
        const bool under_way = std::ranges::any_of(in_flight_, [&](const auto& sent) {
            return sent.second.peer == party.party && sent.second.matter.has_value();
        });
        if (!under_way && !is_pausing({party.party, std::string(whole_peer)}, now)) {
            send_envelope(party.party, now, out);
        }
    }
    for (Inquiries::Wanted& wanted : inquiries_.next(now)) {
        const std::uint64_t token = next_token_++;
        const std::string target = std::string(ledger_prefix) + wanted.path;
        out.push_back(Outgoing{token, wanted.from, message::get_request(target)});
        inquired_.emplace(token, std::move(wanted));
    }
    for (Fetching::Wanted& wanted : fetching_.next(now)) {
        const std::uint64_t token = next_token_++;
        out.push_back(
            Outgoing{token, wanted.from, message::get_request(segments_target(wanted.what))});
        fetches_.emplace(token, std::move(wanted));
    }
    return out;
}

void Delivery::publish(base::Instant now) {
    const bool too_soon =
        published_ && *published_ <= now && now < *published_ + between_publications;
    if (!institution_.sequencer().is_unpublished() || too_soon) {
        return;
    }
    published_ = now;
    const auto outcome = institution_.publish();
    publish_error_ = outcome ? std::nullopt : std::optional(outcome.error());
}

bool Delivery::is_pausing(const LaneKey& key, base::Instant now) const {
    const auto lane = lanes_.find(key);
    return lane != lanes_.end() && lane->second.runs(now);
}

std::optional<submit::Sequencer::SignedHead> Delivery::head_to_ask() const {
    const auto& cosigned = institution_.cosigned();
    const std::uint64_t held = cosigned.empty() ? 0 : cosigned.back().size;
    std::uint64_t seen = held;
    for (const auto& [witness, size] : witnessed_sizes_) {
        seen = std::max(seen, size);
    }
    const auto grown = institution_.head_to_attest(held, seen);
    if (!grown) {
        return std::nullopt;  // what cannot be signed now is tried again with the next work
    }
    const auto& newest = institution_.sequencer().signed_head();
    const bool for_effects =
        !*grown && newest && !institution_.effects().wanted(newest->size).empty();
    return for_effects ? newest : *grown;
}

bool Delivery::has_round(base::Instant now) {
    const auto& cosigned = institution_.cosigned();
    const std::uint64_t held = cosigned.empty() ? 0 : cosigned.back().size;
    // What only effects still wait for gives way to a newer head, which holds them as well, and
    // begins anew before cosignatures of it grow too old for any clause.
    if (round_ && round_->size <= held) {
        const auto& newest = institution_.sequencer().signed_head();
        const bool outgrown = newest && newest->size > round_->size;
        if (outgrown || round_->since + round_for_effects <= now ||
            institution_.effects().wanted(round_->size).empty()) {
            round_.reset();
        }
    }
    if (!round_) {
        if (auto head = head_to_ask()) {
            round_ = WitnessRound{std::move(head->note), head->size, {}, 0, now};
        }
    }
    return round_.has_value();
}

std::optional<ledger::AddCheckpoint> Delivery::request_to(const base::PartyId& witness) const {
    const auto known = witnessed_sizes_.find(witness);
    ledger::AddCheckpoint request;
    request.old_size = known == witnessed_sizes_.end() ? 0 : known->second;
    request.note = ledger::as_the_log_signed(round_->note);
    if (request.old_size > round_->size) {
        return std::nullopt;  // the witness holds a newer head already
    }
    if (request.old_size > 0 && request.old_size < round_->size) {
        auto proof = institution_.sequencer().tree().consistency(request.old_size, round_->size);
        if (!proof) {
            return std::nullopt;
        }
        request.proof = std::move(*proof);
    }
    return request;
}

void Delivery::ask_witnesses(base::Instant now, std::vector<Outgoing>& out) {
    if (!has_round(now)) {
        return;
    }
    const std::set<base::PartyId> wanted = institution_.effects().wanted(round_->size);
    const auto asked_now = [&] {
        return std::ranges::count_if(in_flight_,
                                     [](const auto& sent) { return !sent.second.matter; });
    };
    for (const base::PartyId& witness : institution_.annex().witnesses) {
        const bool enough = round_->cosigned + asked_now() >= institution_.annex().quorum;
        const LaneKey lane{witness, std::string(witness_lane)};
        const bool done = std::ranges::find(round_->asked, witness) != round_->asked.end();
        // One checkpoint is under way per witness (c2sp.org/tlog-witness).
        if ((enough && !wanted.contains(witness)) || witness == institution_.settings().party ||
            is_pausing(lane, now) || done || is_busy(lane)) {
            continue;
        }
        const auto request = request_to(witness);
        if (!request) {
            continue;
        }
        const std::uint64_t token = next_token_++;
        in_flight_.emplace(token, InFlight{witness, std::nullopt, {}, round_->size});
        out.push_back(Outgoing{
            token, witness, message::post_request(witness_path, request->encode(), "text/plain")});
    }
}

bool Delivery::is_busy(const LaneKey& lane) const {
    return std::ranges::any_of(in_flight_, [&](const auto& sent) {
        const InFlight& one = sent.second;
        return one.peer == lane.first &&
               (one.matter ? one.matter->text() : std::string(witness_lane)) == lane.second;
    });
}

std::vector<casework::EntryId> Delivery::next_entries(const base::PartyId& peer,
                                                      base::Instant now) const {
    const auto& cosigned = institution_.cosigned();
    const std::uint64_t held = cosigned.empty() ? 0 : cosigned.back().size;
    std::optional<base::MatterId> matter;
    std::set<base::MatterId> passed_over;  // the chain of a matter goes out in order or not at all
    std::vector<casework::EntryId> entries;
    for (const auto& [index, row] : institution_.outbox(peer)) {
        if (index >= held) {
            break;  // no cosigned checkpoint holds this leaf or any after it
        }
        const auto leaf = institution_.leaf_of(row.entry);
        if (!row.refused.empty() || !leaf || (matter && leaf->matter != *matter) ||
            passed_over.contains(leaf->matter)) {
            continue;
        }
        if (is_pausing({peer, leaf->matter.text()}, now)) {
            passed_over.insert(leaf->matter);
            continue;
        }
        matter = leaf->matter;
        entries.push_back(row.entry);
        if (entries.size() == entries_per_envelope) {
            break;
        }
    }
    return entries;
}

void Delivery::send_envelope(const base::PartyId& peer, base::Instant now,
                             std::vector<Outgoing>& out) {
    std::vector<casework::EntryId> entries = next_entries(peer, now);
    if (entries.empty()) {
        return;
    }
    const base::MatterId matter = institution_.leaf_of(entries.front())->matter;
    auto body = body_for(peer, entries);
    while (body && body->size() > most_envelope_bytes && entries.size() > 1) {
        entries.resize(entries.size() / 2);
        body = body_for(peer, entries);
    }
    if (!body) {
        peers_[peer].last_trouble = body.error().text();
        pause(LaneKey{peer, matter.text()}, now, first_pause, longest_pause);
        return;
    }
    const std::uint64_t token = next_token_++;
    std::vector<submit::Effects::Reached> reached;
    for (const casework::EntryId& entry : entries) {
        reached.push_back(institution_.effects().reached(entry));
    }
    in_flight_.emplace(token, InFlight{peer, matter, std::move(entries), 0, std::move(reached)});
    out.push_back(Outgoing{token, peer, message::post_request(envelope_path, std::move(*body))});
}

base::Result<std::string> Delivery::body_for(const base::PartyId& peer,
                                             const std::vector<casework::EntryId>& entries) const {
    return codec::write(COMITY_TRY(envelope_for(peer, entries)));
}

base::Result<casework::Envelope> Delivery::envelope_for(
    const base::PartyId& peer, const std::vector<casework::EntryId>& entries) const {
    casework::Envelope envelope;
    envelope.realm = institution_.settings().realm;
    envelope.from = institution_.settings().party;
    envelope.to = peer;
    for (const casework::EntryId& id : entries) {
        casework::ProvenEntry proven = COMITY_TRY(institution_.proven(id));
        if (proven.act) {
            const submit::Matter* matter = institution_.matter(proven.act->header.matter);
            COMITY_ENSURE(matter != nullptr);
            if (matter->erased) {
                return base::fail(base::ErrorKind::not_found,
                                  "bodies of this matter were erased before this was delivered");
            }
            const law::ActKind* kind =
                COMITY_TRY(casework::kind_of(*matter->state.procedure, *proven.act));
            const auto side = matter->state.side_of(peer);
            // What has ended meanwhile does not hold up its act.
            std::ranges::move(COMITY_TRY(items_with(institution_, *matter, *proven.act, peer)),
                              std::back_inserter(envelope.items));
            proven.act = casework::copy_for(*kind, *proven.act, side.value_or(""));
        }
        if (proven.quorum) {
            envelope.version = casework::quorum_version;
        }
        envelope.entries.push_back(std::move(proven));
    }
    return envelope;
}

base::Result<void> Delivery::answered(std::uint64_t token,
                                      const base::Result<message::Response>& response,
                                      base::Instant now) {
    if (const auto fetch = fetches_.find(token); fetch != fetches_.end()) {
        const SegmentsAsked what = fetch->second.what;
        fetches_.erase(fetch);
        fetching_.answered(what, response, now);
        return {};
    }
    if (const auto asked = inquired_.find(token); asked != inquired_.end()) {
        const Inquiries::Wanted wanted = std::move(asked->second);
        inquired_.erase(asked);
        inquiries_.answered(wanted, response, now);
        return {};
    }
    const auto found = in_flight_.find(token);
    if (found == in_flight_.end()) {
        return base::fail(base::ErrorKind::failure, "an answer to a message that was not sent");
    }
    const InFlight sent = std::move(found->second);
    in_flight_.erase(found);
    PeerStatus& peer = peers_[sent.peer];
    const LaneKey lane{sent.peer, sent.matter ? sent.matter->text() : std::string(witness_lane)};
    if (!response || response->status >= 500) {
        const bool not_yet = response && response->status == 503;
        peer.last_trouble =
            response ? message::error_of(*response).text() : response.error().text();
        if (not_yet) {
            peer.reached = now;
            peer.unreached_since.reset();
        } else if (!peer.unreached_since) {
            peer.unreached_since = now;
        }
        const LaneKey troubled =
            not_yet || !sent.matter ? lane : LaneKey{sent.peer, std::string(whole_peer)};
        pause(troubled, now, first_pause, not_yet ? longest_short_pause : longest_pause);
        return {};
    }
    peer.reached = now;
    peer.unreached_since.reset();
    lanes_.erase(LaneKey{sent.peer, std::string(whole_peer)});
    return sent.matter ? envelope_answered(sent, *response, now)
                       : witness_answered(sent, *response, now);
}

base::Result<ledger::NoteSignature> Delivery::cosigned_by(const base::PartyId& witness,
                                                          std::string_view body) const {
    const casework::PartyEntry* entry = institution_.annex().find(witness);
    COMITY_ENSURE(entry != nullptr);
    const ledger::NoteKey key = COMITY_TRY(ledger::NoteKey::parse(entry->witness));
    const ledger::Note answer =
        COMITY_TRY(ledger::Note::parse(round_->note.text + "\n" + std::string(body)));
    const auto verified = ledger::verify_note(answer, {&key, 1});
    if (!verified && verified.error().kind != base::ErrorKind::not_proven) {
        return std::unexpected(verified.error());
    }
    for (const ledger::NoteSignature& signature : answer.signatures) {
        if (verified && signature.name == key.name() && signature.key_id == key.key_id()) {
            return signature;
        }
    }
    return base::fail(base::ErrorKind::not_proven, "the attesting node did not sign the head");
}

base::Result<void> Delivery::witness_answered(const InFlight& sent,
                                              const message::Response& response,
                                              base::Instant now) {
    const LaneKey lane{sent.peer, std::string(witness_lane)};
    if (response.status == 409) {
        std::uint64_t size = 0;
        const auto read = std::from_chars(response.body.data(),
                                          response.body.data() + response.body.size(), size);
        if (read.ec == std::errc{} && size <= institution_.sequencer().size()) {
            witnessed_sizes_[sent.peer] = size;
            if (round_ && size > round_->size) {
                round_.reset();  // it has seen a newer head of ours: ask about that one
            }
            return {};
        }
        peers_[sent.peer].last_trouble =
            "the attesting node holds a larger ledger of ours than we do";
        pause(lane, now, first_pause, longest_pause);
        return {};
    }
    if (response.status == 200 && (!round_ || round_->size != sent.size)) {
        lanes_.erase(lane);
        witnessed_sizes_[sent.peer] = std::max(witnessed_sizes_[sent.peer], sent.size);
        return {};  // of a head that nobody waits for any more
    }
    const auto cosigned = response.status == 200
                              ? cosigned_by(sent.peer, response.body)
                              : base::fail(base::ErrorKind::failure, "the attesting node refused",
                                           std::to_string(response.status) + " " + response.body);
    if (!cosigned) {
        peers_[sent.peer].last_trouble = cosigned.error().text();
        pause(lane, now, first_pause, longest_pause);
        return {};
    }
    lanes_.erase(lane);
    witnessed_sizes_[sent.peer] = round_->size;
    round_->asked.push_back(sent.peer);
    round_->note.signatures.push_back(*cosigned);
    if (++round_->cosigned < institution_.annex().quorum) {
        return {};
    }
    auto kept = institution_.keep_cosigned(round_->note);
    if (!kept || institution_.effects().wanted(round_->size).empty()) {
        round_.reset();
    }
    return kept;
}

base::Result<void> Delivery::envelope_answered(const InFlight& sent,
                                               const message::Response& response,
                                               base::Instant now) {
    const LaneKey lane{sent.peer, sent.matter->text()};
    if (is_final_refusal(response.status)) {
        const std::string reason = message::error_of(response).text();
        PeerStatus& peer = peers_[sent.peer];
        peer.last_refusal = reason;
        return institution_.settle(sent.peer, sent.entries, reason);
    }
    const auto answer = codec::read_text<RecordedAnswer>(response.body);
    const auto sent_count = static_cast<std::int64_t>(sent.entries.size());
    if (!answer || answer->settled < 1 || answer->settled > sent_count) {
        peers_[sent.peer].last_trouble =
            answer ? "the peer settled none of the entries" : answer.error().text();
        pause(lane, now, first_pause, longest_pause);
        return {};
    }
    lanes_.erase(lane);
    const auto settled = sent.entries.begin() + answer->settled;
    COMITY_TRY(settle(sent, static_cast<std::size_t>(answer->settled)));
    if (answer->refused && settled != sent.entries.end()) {
        peers_[sent.peer].last_refusal = *answer->refused;
        return institution_.settle(sent.peer, {settled, sent.entries.end()}, answer->refused);
    }
    return {};
}

base::Result<void> Delivery::settle(const InFlight& sent, std::size_t count) {
    std::vector<casework::EntryId> entries;
    for (std::size_t i = 0; i < count; ++i) {
        if (institution_.effects().reached(sent.entries[i]) == sent.reached[i]) {
            entries.push_back(sent.entries[i]);
        }
    }
    return institution_.settle(sent.peer, entries, std::nullopt);
}

void Delivery::pause(const LaneKey& key, base::Instant now, base::Duration first,
                     base::Duration most) {
    lanes_[key].prolong(now, first, most);
}

std::optional<base::Instant> Delivery::wake_at() const {
    std::optional<base::Instant> earliest = fetching_.wake_at();
    if (const auto inquiry = inquiries_.wake_at()) {
        earliest = std::min(earliest.value_or(*inquiry), *inquiry);
    }
    if (published_ && institution_.sequencer().is_unpublished()) {
        const base::Instant due = *published_ + between_publications;
        earliest = std::min(earliest.value_or(due), due);
    }
    for (const auto& [key, lane] : lanes_) {
        if (!earliest || lane.until() < *earliest) {
            earliest = lane.until();
        }
    }
    return earliest;
}

std::map<base::PartyId, PeerStatus> Delivery::status() const {
    std::map<base::PartyId, PeerStatus> status = peers_;
    for (const ports::OutboxRow& row : institution_.outbox()) {
        PeerStatus& peer = status[row.peer];
        ++(row.refused.empty() ? peer.waiting : peer.refused);
    }
    return status;
}

}  // namespace comity::delivery
