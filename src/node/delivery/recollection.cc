#include "node/delivery/recollection.h"

#include <algorithm>

namespace comity::delivery {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration first_pause = 100ms;
constexpr base::Duration longest_pause = 5s;

/// How many of `others` attesting nodes share at least one with every quorum of them.
std::size_t meets_every_quorum(std::size_t others, std::int64_t quorum) {
    const auto needed = static_cast<std::int64_t>(others) - quorum + 1;
    return static_cast<std::size_t>(
        std::clamp<std::int64_t>(needed, others == 0 ? 0 : 1, static_cast<std::int64_t>(others)));
}

}  // namespace

std::size_t attesting_nodes_to_ask(const casework::Annex& annex, const base::PartyId& self) {
    const auto others = std::ranges::count_if(
        annex.witnesses, [&self](const base::PartyId& witness) { return witness != self; });
    return meets_every_quorum(static_cast<std::size_t>(others), annex.quorum);
}

base::Result<LastHead> last_head(const submit::Institution& witness, std::string_view body) {
    LastHead head = COMITY_TRY(codec::read_text<LastHead>(body));
    const bool known =
        std::ranges::any_of(witness.annex().parties, [&head](const casework::PartyEntry& party) {
            const auto key = ledger::NoteKey::parse(party.ledger);
            return key && key->name() == head.origin;
        });
    if (!known) {
        return base::fail(base::ErrorKind::not_found, "this node does not attest that ledger");
    }
    const auto row = COMITY_TRY(witness.ports().store.witnessed(head.origin));
    head.size = row ? static_cast<std::int64_t>(row->size) : 0;
    head.root = row ? row->root : base::Digest{};
    return head;
}

Recollection::Recollection(const submit::Institution& institution) : institution_(institution) {
    const casework::Annex& annex = institution.annex();
    for (const base::PartyId& witness : annex.witnesses) {
        if (witness != institution.settings().party) {
            open_.emplace(witness, Asked{});
        }
    }
    enough_ = attesting_nodes_to_ask(annex, institution.settings().party);
}

Recollection::Verdict Recollection::verdict() const {
    if (behind_) {
        return Verdict::behind;
    }
    return answers_ >= enough_ ? Verdict::current : Verdict::asking;
}

base::Error Recollection::finding() const {
    if (behind_) {
        return *behind_;
    }
    std::string why = std::to_string(enough_) + " attesting nodes must say what they last cosigned";
    for (const auto& [witness, asked] : open_) {
        why += "; " + witness.text() + " " + asked.trouble;
    }
    return base::Error{base::ErrorKind::try_later,
                       "this node has not been told yet that its data are the newest",
                       std::move(why),
                       "wait; until then nothing is signed",
                       {},
                       {}};
}

std::vector<Outgoing> Recollection::next(base::Instant now) {
    std::vector<Outgoing> out;
    if (verdict() != Verdict::asking) {
        return out;
    }
    for (auto& [witness, asked] : open_) {
        if (asked.token != 0 || asked.pause.runs(now)) {
            continue;
        }
        asked.token = next_token_++;
        const LastHead question{institution_.settings().origin, 0, {}};
        out.push_back(Outgoing{asked.token, witness,
                               message::post_request(last_head_path, codec::write(question))});
    }
    return out;
}

base::Result<LastHead> Recollection::read(const base::Result<message::Response>& response) const {
    if (!response) {
        return std::unexpected(response.error());
    }
    if (response->status != 200) {
        return std::unexpected(message::error_of(*response));
    }
    LastHead head = COMITY_TRY(codec::read_text<LastHead>(response->body));
    if (head.origin != institution_.settings().origin || head.size < 0) {
        return base::fail(base::ErrorKind::malformed, "the answer is about another ledger");
    }
    return head;
}

std::optional<std::string> Recollection::contradiction(const LastHead& head) const {
    const submit::Sequencer& own = institution_.sequencer();
    const auto size = static_cast<std::uint64_t>(head.size);
    if (size > own.size()) {
        return "cosigned " + std::to_string(size) + " leaves of this ledger; the data here hold " +
               std::to_string(own.size());
    }
    if (size != 0 && own.tree().root_at(size) != head.root) {
        return "cosigned another history: the first " + std::to_string(size) +
               " leaves here are not those";
    }
    return std::nullopt;
}

void Recollection::answered(std::uint64_t token, const base::Result<message::Response>& response,
                            base::Instant now) {
    const auto found = std::ranges::find_if(
        open_, [token](const auto& one) { return token != 0 && one.second.token == token; });
    if (found == open_.end()) {
        return;
    }
    Asked& asked = found->second;
    asked.token = 0;
    const auto head = read(response);
    if (!head) {
        asked.trouble = "could not be asked: " + head.error().text();
        asked.pause.prolong(now, first_pause, longest_pause);
        return;
    }
    if (const auto more = contradiction(*head)) {
        behind_ = base::Error{base::ErrorKind::conflict,
                              "this node's data are older than what others attested",
                              found->first.text() + " " + *more,
                              "nothing was signed; put the newest copy of the data folder in its "
                              "place, or run comity node restore (docs/operations.md, Restore), "
                              "and start again",
                              {},
                              {}};
    }
    open_.erase(found);
    ++answers_;
}

std::optional<base::Instant> Recollection::wake_at() const {
    std::optional<base::Instant> earliest;
    if (verdict() != Verdict::asking) {
        return earliest;
    }
    for (const auto& [witness, asked] : open_) {
        if (asked.token == 0 && (!earliest || asked.pause.until() < *earliest)) {
            earliest = asked.pause.until();
        }
    }
    return earliest;
}

}  // namespace comity::delivery
