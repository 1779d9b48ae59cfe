#include "node/service/service.h"

#include "domain/prooffile/prooffile.h"
#include "node/delivery/giving_back.h"
#include "node/service/alarms.h"
#include "node/service/completeness.h"
#include "node/service/ledger_key.h"
#include "node/service/page.h"
#include "node/service/streams.h"
#include "node/service/views.h"

namespace comity::service {
namespace {

constexpr std::string_view acts_path = "/acts";
constexpr std::string_view draft_path = "/draft";
constexpr std::string_view matters_path = "/matters";
using delivery::ledger_prefix;

base::Result<submit::Submission> read_act(std::string_view body, const casework::KeyRing& ring) {
    codec::JsonLimits limits;
    limits.bytes = 8 * 1024 * 1024;
    limits.string_bytes = casework::max_item_bytes;
    SubmittedAct submitted = COMITY_TRY(codec::read_text<SubmittedAct>(body, limits));
    submit::OwnAct own{std::move(submitted.draft), std::move(submitted.signature),
                       std::move(submitted.items), std::nullopt};
    // One that does not verify here is judged, and refused with its reason, like any other.
    if (auto ahead = casework::VerifiedRecord::of(own.signature, ring)) {
        own.verified = std::move(*ahead);
    }
    return own;
}

message::Response refuse(base::ErrorKind kind, std::string what, std::string next = {}) {
    return message::error_response(base::Error{kind, std::move(what), {}, std::move(next), {}, {}});
}

message::Response json(const base::Result<codec::Value>& value) {
    return value ? message::json_response(200, codec::canonical(*value) + "\n")
                 : message::error_response(value.error());
}

/// Names with commas between them; of an empty text none.
base::Result<std::vector<base::PartyId>> parties_in(std::string_view text) {
    std::vector<base::PartyId> parties;
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        parties.push_back(COMITY_TRY(base::PartyId::parse(text.substr(0, comma))));
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    return parties;
}

}  // namespace

message::Response last_head(const submit::Institution& institution, std::string_view body) {
    const auto head = delivery::last_head(institution, body);
    return head ? message::json_response(200, codec::write(*head) + "\n")
                : message::error_response(head.error());
}

Inbound read_request(message::Request request, base::Realm realm, const casework::KeyRing& ring) {
    Inbound inbound{std::move(request), std::nullopt};
    if (inbound.request.method == "POST" && inbound.request.path() == acts_path) {
        inbound.submission = read_act(inbound.request.body, ring);
    } else if (inbound.request.method == "POST" &&
               inbound.request.path() == delivery::envelope_path) {
        auto envelope = casework::read_envelope(inbound.request.body, realm);
        if (envelope) {
            inbound.submission = submit::Submission(std::move(*envelope));
        } else {
            inbound.submission = std::unexpected(std::move(envelope).error());
        }
    }
    return inbound;
}

Service::Asker Service::asker_of(const message::Request& request) const {
    if (!request.peer_key) {
        return Asker::stranger;
    }
    if (*request.peer_key == institution_.self().tls) {
        return Asker::office;
    }
    return institution_.annex().find_tls(*request.peer_key) != nullptr ? Asker::peer
                                                                       : Asker::stranger;
}

std::variant<message::Response, submit::Submission> Service::handle(Inbound inbound,
                                                                    Listener listener) {
    const message::Request& request = inbound.request;
    const Asker asker = asker_of(request);
    if (request.method == "GET" || request.method == "HEAD") {
        return get(request, listener, asker);
    }
    if (request.method != "POST") {
        return message::text_response(405, "only GET and POST\n");
    }
    if (listener == Listener::page || asker == Asker::stranger) {
        return refuse(base::ErrorKind::inadmissible, "this is for peers and the office");
    }
    if (request.path() == delivery::witness_path) {
        return witness(request.body);
    }
    if (request.path() == delivery::last_head_path) {
        return last_head(institution_, request.body);
    }
    const base::PartyId& asking = institution_.annex().find_tls(*request.peer_key)->party;
    if (auto answer = delivery::answer_restoration(institution_, asking, request)) {
        return *std::move(answer);
    }
    if (inbound.submission) {
        return take_submission(std::move(inbound), asker);
    }
    if (request.path() == draft_path && asker == Asker::office) {
        return draft(request.body);
    }
    if (asker == Asker::office) {
        if (auto streamed = post_stream(institution_, request.path(), request.body)) {
            return *std::move(streamed);
        }
        if (auto looked = post_alarms(institution_, request.path(), request.body)) {
            return *std::move(looked);
        }
        if (auto mapped = post_completeness(institution_, request.path())) {
            return *std::move(mapped);
        }
        if (auto keyed = post_ledger_key(institution_, request.path(), request.body)) {
            return *std::move(keyed);
        }
    }
    return refuse(base::ErrorKind::not_found, "there is nothing to post to here");
}

std::variant<message::Response, submit::Submission> Service::take_submission(Inbound inbound,
                                                                             Asker asker) {
    if (!*inbound.submission) {
        return message::error_response(inbound.submission->error());
    }
    submit::Submission submission = std::move(**inbound.submission);
    if (const auto* envelope = std::get_if<casework::Envelope>(&submission)) {
        const casework::PartyEntry* sender =
            institution_.annex().find_tls(*inbound.request.peer_key);
        if (sender == nullptr || sender->party != envelope->from) {
            return refuse(base::ErrorKind::not_proven,
                          "the envelope's sender is not the one on this connection");
        }
    } else if (asker != Asker::office) {
        return refuse(base::ErrorKind::inadmissible, "acts are submitted by the office only");
    }
    return submission;
}

message::Response Service::recorded(const base::Result<submit::Recorded>& result) {
    if (!result) {
        return message::error_response(result.error());
    }
    delivery::RecordedAnswer answer;
    answer.matter = result->matter;
    answer.settled = static_cast<std::int64_t>(result->entries.size() + result->already_known);
    answer.known = static_cast<std::int64_t>(result->already_known);
    answer.entries = result->entries;
    answer.leaves.assign(result->leaves.begin(), result->leaves.end());
    answer.title = result->act_title;
    answer.clauses = result->clauses;
    answer.waits = result->waits;
    if (result->stopped && result->stopped->kind != base::ErrorKind::try_later) {
        answer.refused = result->stopped->text();
    }
    return message::json_response(200, codec::write(answer) + "\n");
}

message::Response Service::get(const message::Request& request, Listener listener, Asker asker) {
    const std::string_view path = request.path();
    if (path.starts_with(ledger_prefix)) {
        return ledger_file(path.substr(ledger_prefix.size()));
    }
    if (listener == Listener::page) {
        return path == "/" ? page(institution_, delivery_, erasure_)
                           : refuse(base::ErrorKind::not_found, "there is no such page");
    }
    if (asker != Asker::stranger) {
        std::optional<base::PartyId> peer;
        if (asker == Asker::peer) {
            peer = institution_.annex().find_tls(*request.peer_key)->party;
        }
        if (auto streamed = get_stream(institution_, path, peer)) {
            return *std::move(streamed);
        }
    }
    if (asker != Asker::office) {
        return refuse(base::ErrorKind::inadmissible, "this is for the office only");
    }
    return office_get(path);
}

message::Response Service::office_get(std::string_view path) {
    if (auto shown = get_completeness(institution_, path)) {
        return *std::move(shown);
    }
    if (auto keyed = get_ledger_key(institution_, path)) {
        return *std::move(keyed);
    }
    if (path == "/status") {
        return json(status_view(institution_, delivery_, erasure_));
    }
    if (path == "/mirror") {
        return json(mirror_view(institution_, mirror_));
    }
    if (path == matters_path) {
        return json(matters_view(institution_));
    }
    if (auto alarms = get_alarms(institution_, path)) {
        return *std::move(alarms);
    }
    if (path == "/equivocations") {
        return json(equivocations_view(institution_));
    }
    if (path == "/officials") {
        return json(officials_view(institution_));
    }
    if (path.starts_with(delivery::items_prefix)) {
        auto id = base::Digest::from_hex(path.substr(delivery::items_prefix.size()));
        auto item = id ? institution_.item(*id) : std::unexpected(id.error());
        return item ? message::json_response(200, item->sealed)
                    : message::error_response(item.error());
    }
    if (path.starts_with(matters_path) && path.size() > matters_path.size() + 1) {
        return matter_get(path.substr(matters_path.size() + 1));
    }
    return refuse(base::ErrorKind::not_found, "there is nothing here");
}

message::Response Service::matter_get(std::string_view path) {
    const std::size_t slash = path.find('/');
    auto id = base::MatterId::parse(path.substr(0, slash));
    if (!id) {
        return message::error_response(id.error());
    }
    if (slash == std::string_view::npos) {
        return json(matter_view(institution_, *id));
    }
    const std::string_view part = path.substr(slash + 1);
    constexpr std::string_view proof_for = "proof/for/";
    if (part == "proof" || part.starts_with(proof_for)) {
        const auto readers = parties_in(part == "proof" ? "" : part.substr(proof_for.size()));
        const auto file =
            readers ? proof_of(institution_, *id, *readers) : std::unexpected(readers.error());
        return file ? message::text_response(200, *file) : message::error_response(file.error());
    }
    constexpr std::string_view entries_prefix = "entries/";
    if (part.starts_with(entries_prefix)) {
        auto entry = base::Digest::from_hex(part.substr(entries_prefix.size()));
        auto proven = entry ? institution_.proven(*entry) : std::unexpected(entry.error());
        return proven ? message::json_response(200, codec::write(*proven))
                      : message::error_response(proven.error());
    }
    return refuse(base::ErrorKind::not_found, "there is nothing here");
}

message::Response Service::ledger_file(std::string_view path) {
    auto content = institution_.ports().files.read(path);
    if (!content) {
        return message::error_response(content.error());
    }
    message::Response response;
    response.headers.set("content-type", path == "checkpoint" ? "text/plain; charset=utf-8"
                                                              : "application/octet-stream");
    response.headers.set("cache-control",
                         path == "checkpoint" ? "no-store" : "max-age=31536000, immutable");
    response.body = std::string(base::text_of(*content));
    return response;
}

void Service::erasure_done(base::Instant at, const submit::Erased& erased) {
    erasure_.last_run = at;
    erasure_.items += erased.items.size();
    erasure_.bodies += erased.bodies.size();
    erasure_.postponed = erased.postponed;
    erasure_.trouble.clear();
}

void Service::erasure_failed(const base::Error& error) {
    erasure_.trouble = error.text();
}

void Service::mirror_kept(const submit::Mirror& mirror, const base::Result<void>& outcome) {
    const bool passed = mirror_.next != mirror.wake_at();
    mirror_.size = mirror.status().size;
    mirror_.grown = mirror.status().grown;
    mirror_.next = mirror.wake_at();
    if (!outcome) {
        mirror_.trouble = outcome.error().text();
    } else if (passed) {
        mirror_.trouble.clear();
    }
}

message::Response Service::draft(std::string_view body) {
    auto request = codec::read_text<submit::DraftRequest>(body);
    if (!request) {
        return message::error_response(request.error());
    }
    auto drafted = institution_.draft(*request);
    return drafted ? message::json_response(200, codec::write(*drafted))
                   : message::error_response(drafted.error());
}

message::Response Service::witness(std::string_view body) {
    auto answer = institution_.witness(body);
    if (!answer) {
        return message::error_response(answer.error());
    }
    message::Response response = message::text_response(answer->status, answer->body);
    if (answer->status == 409) {
        response.headers.set("content-type", "text/x.tlog.size");  // c2sp.org/tlog-witness
    }
    return response;
}

}  // namespace comity::service
