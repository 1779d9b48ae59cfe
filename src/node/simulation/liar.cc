// How the liar says what it says: its ledger, its letters, its answers.

#include "node/simulation/liar.h"

#include <algorithm>
#include <charconv>

#include "node/delivery/delivery.h"
#include "node/submit/signing.h"

namespace comity::simulation {
namespace {

constexpr std::size_t most_overheard = 16;

}  // namespace

Liar::Liar(const Setting& setting, const Cast& cast, const Member& self, Oracle& oracle,
           std::uint64_t seed)
    : setting_(setting),
      cast_(cast),
      self_(self),
      oracle_(oracle),
      dice_(seed, "liar"),
      random_("liar/" + std::to_string(seed)) {
}

std::vector<Liar::Sent> Liar::turn(base::Instant now, Mood mood, const Reach& reach) {
    now_ = now;
    mood_ = mood;
    std::vector<Sent> out;
    if (mood == Mood::lying && dice_.percent(40)) {
        say_something(reach, out);
    }
    tell_everybody();
    send_letters(out);
    return out;
}

bool Liar::at_rest() const {
    return std::ranges::all_of(letters_, [](const auto& one) { return one.second.empty(); });
}

void Liar::send_letters(std::vector<Sent>& out) {
    for (auto& [peer, letters] : letters_) {
        if (letters.empty() || letters.front().token != 0) {
            continue;
        }
        Letter& letter = letters.front();
        letter.token = next_token_++;
        casework::Envelope envelope;
        envelope.entries = {letter.entry};
        envelope.items = letter.items;
        out.push_back({parcel(peer, std::move(envelope), letter.token), {}});
    }
}

void Liar::answered(std::uint64_t token, const base::Result<message::Response>& response) {
    for (auto& [peer, letters] : letters_) {
        if (letters.empty() || letters.front().token != token || token == 0) {
            continue;
        }
        letters.front().token = 0;
        const base::MatterId matter = casework::matter_of(letters.front().entry.entry());
        // Who has destroyed the bodies of a matter cannot take more of it.
        const bool told_apart = oracle_.tainted(matter) || oracle_.has_ended(peer, matter);
        if (!response || (response->status >= 500 && !told_apart)) {
            // What waits for another matter must not stand behind it.
            std::deque<Letter> first;
            std::deque<Letter> behind;
            for (Letter& one : letters) {
                const bool same = casework::matter_of(one.entry.entry()) == matter;
                (same ? behind : first).push_back(std::move(one));
            }
            std::ranges::move(behind, std::back_inserter(first));
            letters = std::move(first);
            return;
        }
        if (response->status != 200 && !told_apart) {
            oracle_.violated("DESIGN 5.4", peer.text() + " refuses an act that nothing is wrong " +
                                               "with: " + message::error_of(*response).text());
        }
        letters.pop_front();
        return;
    }
}

message::Response Liar::answer(const message::Request& request) {
    const auto envelope = request.path() == delivery::envelope_path
                              ? casework::read_envelope(request.body, base::Realm::exercise)
                              : base::fail(base::ErrorKind::not_found, "nothing");
    if (!envelope) {
        return message::text_response(404, "nothing\n");
    }
    // Whatever it answers: what it was told once nobody tells it again, and it must know whom a
    // matter has let in, for its own true acts to get there.
    const bool learned = learn(*envelope);
    if (mood_ == Mood::lying && dice_.percent(15)) {
        switch (learned ? dice_.below(6) : 0) {
            case 0: return message::text_response(500, "broken\n");
            case 1: return message::text_response(200, "{\"settled\":");
            case 2: return message::text_response(403, "go away\n");
            case 3: return message::json_response(200, "{}");
            case 4: return message::text_response(429, "later\n");
            default: break;
        }
        delivery::RecordedAnswer answer;
        answer.matter = casework::matter_of(envelope->entries.front().entry());
        answer.settled = dice_.between(-3, 99);
        return message::json_response(200, codec::write(answer) + "\n");
    }
    if (overheard_.size() < most_overheard) {
        overheard_.push_back(request.body);
    }
    if (!learned) {
        return message::error_response(
            base::Error{base::ErrorKind::try_later, "not yet", {}, {}, {}, {}});
    }
    delivery::RecordedAnswer answer;
    answer.matter = casework::matter_of(envelope->entries.front().entry());
    answer.settled = static_cast<std::int64_t>(envelope->entries.size());
    return message::json_response(200, codec::write(answer) + "\n");
}

/// False if an act's past was not heard yet.
bool Liar::learn(const casework::Envelope& envelope) {
    for (const casework::ProvenEntry& proven : envelope.entries) {
        if (!proven.act) {
            continue;
        }
        auto& heard = heard_[proven.act->header.matter];
        const auto& after = proven.act->header.after;
        if (!std::ranges::all_of(after,
                                 [&](const base::ActId& id) { return heard.contains(id); })) {
            return false;
        }
        heard.insert(proven.act->id());
        changed_.insert(proven.act->header.matter);
    }
    return true;
}

bool Liar::attest(const Reach& reach) {
    const ledger::Checkpoint head{self_.origin, tree_.size(), tree_.root()};
    const auto vkey =
        ledger::NoteKey::of(self_.origin, ledger::NoteKeyType::ed25519, self_.ledger->public_key());
    const base::Bytes input =
        ledger::note_signing_input(head.text(), ledger::NoteKeyType::ed25519, {});
    head_ = ledger::Note{head.text(),
                         {ledger::note_signature(*vkey, {}, self_.ledger->sign(input).value())}};
    for (const base::PartyId& witness : cast_.annex.witnesses) {
        for (int attempt = 0; witness != self_.party && attempt < 2; ++attempt) {
            ledger::AddCheckpoint request;
            request.old_size = witnessed_[witness];
            request.note = head_;
            if (request.old_size > 0 && request.old_size < tree_.size()) {
                request.proof = tree_.consistency(request.old_size, tree_.size()).value();
            }
            const auto response =
                reach(witness, message::post_request(delivery::witness_path, request.encode()));
            if (!response) {
                break;
            }
            std::uint64_t size = 0;
            const std::string& body = response->body;
            if (response->status == 200) {
                witnessed_[witness] = tree_.size();
                cosigned_ = head_.encode() + body;
                return true;
            }
            if (response->status != 409 ||
                std::from_chars(body.data(), body.data() + body.size(), size).ec != std::errc{} ||
                size > tree_.size()) {
                break;
            }
            witnessed_[witness] = size;
        }
    }
    return false;
}

std::optional<casework::LeafProof> Liar::append(const base::Digest& id,
                                                ledger::LeafClass leaf_class, const Reach& reach) {
    casework::LeafProof proof;
    random_.fill(proof.salt.bytes);
    ledger::Leaf leaf;
    leaf.leaf_class = leaf_class;
    leaf.commitment = ledger::leaf_commitment(proof.salt, id);
    leaf.delete_by = base::Date{base::utc_day_of(now_).days + 365};
    proof.leaf = leaf.encode();
    proof.index = static_cast<std::int64_t>(tree_.size());
    tree_.append(crypto::merkle_leaf(proof.leaf));
    leaves_.push_back(proof.leaf);
    if (!attest(reach)) {
        return std::nullopt;
    }
    proof.path = tree_.inclusion(tree_.size() - 1, tree_.size()).value();
    proof.checkpoint = cosigned_;
    return proof;
}

casework::ProvenEntry Liar::copy(const Made& made, const casework::LeafProof& proof,
                                 const base::PartyId& reader) const {
    std::vector<const KnownAct*> acts = place_of(made.known.header.matter).heard;
    if (std::ranges::find(acts, made.known.id, &KnownAct::id) == acts.end()) {
        acts.push_back(&made.known);
    }
    const auto side = model_of(setting_.library, std::move(acts)).side_of(reader);
    casework::ProvenEntry proven;
    proven.proof = proof;
    proven.act = casework::copy_for(*made.known.kind, made.act, side.value_or(""));
    return proven;
}

/// Another value, in a text if there is one: that is a value which the schema takes as well.
void Liar::change(casework::Act& act, const law::ActKind& kind) {
    for (casework::Opening& opening : act.openings) {
        const law::ActField* field = kind.field(opening.path);
        if (field != nullptr && field->type == law::FieldType::text && field->fact.empty()) {
            opening.value = opening.value == "\"never said\"" ? "\"said\"" : "\"never said\"";
            return;
        }
    }
    std::string& last = act.openings.back().value;
    last = last == "null" ? "1" : "null";
}

void Liar::bend(casework::ProvenEntry& entry, const law::ActKind& kind, Lie lie) {
    std::string& checkpoint = entry.proof.checkpoint;
    casework::Act& act = *entry.act;
    if (lie == Lie::unattested || lie == Lie::self_attested) {
        checkpoint = head_.encode();
    }
    if (lie == Lie::self_attested) {
        const auto vkey =
            ledger::NoteKey::of("witness.example/" + self_.party.text(),
                                ledger::NoteKeyType::cosignature, self_.witness->public_key());
        const base::Instant at{now_.milliseconds / 1000 * 1000};
        ledger::Note note = head_;
        note.signatures.push_back(ledger::note_signature(
            *vkey, at,
            self_.witness
                ->sign(ledger::note_signing_input(note.text, ledger::NoteKeyType::cosignature, at))
                .value()));
        checkpoint = note.encode();
    }
    if (lie == Lie::other_leaf) {
        entry.proof.salt.bytes[0] ^= 1U;
    }
    if (lie == Lie::hidden_field && act.openings.size() > 1) {
        act.openings.erase(act.openings.begin() + 1 +
                           static_cast<std::ptrdiff_t>(dice_.below(act.openings.size() - 1)));
    }
    if (lie == Lie::changed_field) {
        change(act, kind);
    }
}

Parcel Liar::parcel(const base::PartyId& to, casework::Envelope envelope, std::uint64_t token) {
    envelope.realm = base::Realm::exercise;
    envelope.from = envelope.from.empty() ? self_.party : envelope.from;
    envelope.to = to;
    return {self_.party,
            to,
            1,
            token,
            message::post_request(delivery::envelope_path, codec::write(envelope)),
            std::nullopt};
}

void Liar::post(const casework::ProvenEntry& proven,
                const std::vector<casework::ShippedItem>& items, const base::PartyId& to) {
    letters_[to].push_back({proven, items, 0});
}

}  // namespace comity::simulation
