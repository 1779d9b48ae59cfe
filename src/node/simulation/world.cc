#include "node/simulation/world.h"

#include <algorithm>
#include <array>
#include <utility>

namespace comity::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t longest_healing = 600;

/// What a peer must never be let do.
std::optional<std::string> trespass(
    const Parcel& from, const std::variant<message::Response, submit::Submission>& handled,
    std::string_view method, std::string_view path) {
    if (const auto* response = std::get_if<message::Response>(&handled)) {
        static constexpr std::array offices{"/status", "/officials", "/matters"};
        const bool office = std::ranges::any_of(
            offices, [&](std::string_view one) { return path.starts_with(one); });
        return method == "GET" && office && response->status == 200
                   ? std::optional("shows " + from.from.text() + " what is for its office only")
                   : std::nullopt;
    }
    const auto* envelope = std::get_if<casework::Envelope>(&std::get<submit::Submission>(handled));
    if (envelope == nullptr) {
        return "takes an act from " + from.from.text() + " as one of its own office";
    }
    return envelope->from == from.from
               ? std::nullopt
               : std::optional("takes from " + from.from.text() + " what says that " +
                               envelope->from.text() + " sent it");
}

/// Acts of an envelope that the node does not know yet.
std::uint64_t unknown_acts(const submit::Institution& institution,
                           const casework::Envelope& envelope) {
    const submit::Matter* matter =
        institution.matter(casework::matter_of(envelope.entries.front().entry()));
    return static_cast<std::uint64_t>(
        std::ranges::count_if(envelope.entries, [&](const casework::ProvenEntry& proven) {
            return proven.act &&
                   (matter == nullptr || !matter->dossier.has(proven.act->id().digest));
        }));
}

}  // namespace

World::World(const Setting& setting, Workshop& workshop, const Plan& plan, Onlooker* onlooker)
    : setting_(setting),
      plan_(plan),
      now_(setting.begins),
      cast_(assemble(setting, workshop, plan)),
      oracle_(setting, cast_),
      network_(plan, Dice(plan.seed, "network")),
      time_(plan.seed, "time"),
      acts_(plan.seed, "acts"),
      crashes_(plan.seed, "crashes"),
      disks_(plan.seed, "disks"),
      clocks_(plan.seed, "clocks"),
      signers_(plan.seed, "signers"),
      cuts_(plan.seed, "cuts"),
      thefts_(plan.seed, "thefts"),
      rollbacks_(plan.seed, "rollbacks"),
      nights_(plan.seed, "nights"),
      random_("world/" + std::to_string(plan.seed)),
      onlooker_(onlooker) {
    if (onlooker_ != nullptr) {
        network_.tap(
            [this](const Parcel& parcel, base::Instant now) { onlooker_->sends(parcel, now); });
    }
    // Some federations have been set up before anything breaks, some never quite are.
    calm_steps_ = time_.percent(70) ? 16 : 0;
    // Where little breaks, matters get further.
    mild_ = time_.percent(40);
    for (const Member& member : cast_.members) {
        if (member.liar) {
            liar_ = std::make_unique<Liar>(setting, cast_, member, oracle_, plan.seed);
            continue;
        }
        auto station =
            std::make_unique<Station>(setting, cast_, member, workshop, oracle_, now_, plan.seed);
        if (!plan.without.contains(Fault::clock)) {
            station->clock().set(clocks_.between(-300, 300) * 1s);
        }
        station->restart_at = now_;
        stations_.emplace(member.party, std::move(station));
    }
    for (const law::Procedure* procedure : setting.library.procedures()) {
        guides_.emplace(procedure, *procedure);
    }
    outcome_.plan = plan;
}

Outcome World::play() {
    if (cast_.deep) {
        prologue();
    }
    while (step_ < plan_.steps && !broken()) {
        step();
    }
    if (!broken()) {
        heal();
    }
    if (!broken()) {
        std::map<base::PartyId, const submit::Institution*> honest;
        for (auto& [party, station] : stations_) {
            honest.emplace(party, &station->institution());
            if (onlooker_ != nullptr) {
                onlooker_->rests(*station);
            }
        }
        oracle_.at_rest(honest);
    }
    outcome_.steps = step_;
    outcome_.counters.checks = oracle_.checks();
    for (const Mark mark : oracle_.reached()) {
        outcome_.counters.reached[mark] = 1;
    }
    if (const auto& violation = oracle_.violation()) {
        outcome_.violation = Violation{violation->rule, violation->what, step_};
        note("VIOLATED " + violation->rule + ": " + violation->what);
    }
    std::string all;
    for (const std::string& line : outcome_.trace) {
        all += line + "\n";
    }
    outcome_.fingerprint = crypto::sha256(all);
    return std::move(outcome_);
}

void World::note(std::string line) {
    outcome_.trace.push_back(std::to_string(step_) + " " + now_.text().substr(11, 12) + " " +
                             std::move(line));
}

void World::step() {
    ++step_;
    now_ = now_ + (time_.percent(4) ? time_.between(1'000, 30'000) : time_.between(1, 400)) * 1ms;
    cut_network();
    if (step_ > calm_steps_) {
        pass_night();
    }
    start_due();
    for (auto& [party, station] : stations_) {
        if (step_ > calm_steps_ && (!mild_ || step_ % 8 == 0)) {
            break_something(*station);
        }
        work(*station);
    }
    exchange();
}

void World::exchange() {
    Arrivals requests;
    deliver(requests);
    for (auto& [party, station] : stations_) {
        take_turn(*station, std::move(requests[party]));
        pump(*station);
        if (onlooker_ != nullptr) {
            onlooker_->looks_at(*station, now_);
        }
    }
    turn_of_liar();
}

bool World::survived(Station& station) {
    if (!station.up()) {
        return false;
    }
    if (!station.breaker().dead()) {
        return true;
    }
    station.end();
    station.restart_at = now_ + crashes_.between(10, 4'000) * 1ms;
    ++outcome_.counters.crashes;
    note(station.party().text() + " dies at a write");
    return false;
}

void World::deliver(Arrivals& requests) {
    for (Parcel& parcel : network_.arrived(now_)) {
        if (!parcel.answer) {
            if (liar_ && parcel.to == liar_->party()) {
                Parcel back = parcel;
                back.answer = liar_->answer(*parcel.request);
                back.request.reset();
                network_.answer(std::move(back), now_);
                continue;
            }
            const auto station = stations_.find(parcel.to);
            if (station != stations_.end() && station->second->up()) {
                requests[parcel.to].push_back(std::move(parcel));
            } else {
                parcel.request.reset();
                parcel.answer = base::fail(base::ErrorKind::unavailable, "the node is down");
                network_.answer(std::move(parcel), now_);
            }
            continue;
        }
        const auto asker = stations_.find(parcel.from);
        if (asker == stations_.end()) {
            if (liar_ && parcel.from == liar_->party()) {
                liar_->answered(parcel.token, *parcel.answer);
            }
            continue;
        }
        Station& station = *asker->second;
        if (!station.up() || station.life() != parcel.life) {
            continue;
        }
        if (parcel.token >= recollection_token) {
            if (!station.working()) {
                station.recollection()->answered(parcel.token - recollection_token, *parcel.answer,
                                                 station.clock().now());
            }
            continue;
        }
        const auto kept =
            station.delivery().answered(parcel.token, *parcel.answer, station.clock().now());
        if (!kept && !station.breaker().dead()) {
            note(parcel.from.text() + " cannot keep an answer: " + kept.error().text());
        }
        (void)survived(station);
    }
}

void World::take_turn(Station& station, std::vector<Parcel> requests) {
    std::vector<submit::Submission> submissions;
    std::vector<Waiting> waiting;
    for (Parcel& parcel : requests) {
        if (!station.up()) {
            parcel.answer = base::fail(base::ErrorKind::unavailable, "the process died");
            network_.answer(std::move(parcel), now_);
            continue;
        }
        ++outcome_.counters.messages;
        message::Request request = std::move(*parcel.request);
        parcel.request.reset();
        if (!station.working()) {
            parcel.answer = answer_meanwhile(station.institution(), request);
            network_.answer(std::move(parcel), now_);
            continue;
        }
        request.peer_key = cast_.of(parcel.from).tls;
        const std::string method = request.method;
        const std::string path(request.path());
        auto handled = station.service().handle(
            service::read_request(std::move(request), base::Realm::exercise),
            service::Listener::federation);
        if (const auto wrong = trespass(parcel, handled, method, path)) {
            oracle_.violated("DESIGN 4", station.party().text() + " " + *wrong);
        }
        if (!survived(station)) {
            parcel.answer = base::fail(base::ErrorKind::unavailable, "the process died");
            network_.answer(std::move(parcel), now_);
        } else if (auto* response = std::get_if<message::Response>(&handled)) {
            parcel.answer = std::move(*response);
            network_.answer(std::move(parcel), now_);
        } else {
            submissions.push_back(std::move(std::get<submit::Submission>(handled)));
            waiting.push_back(counted(station, submissions.back(), std::move(parcel)));
        }
    }
    auto& drawer = station.drawer;
    for (auto one = drawer.begin(); station.working() && one != drawer.end();) {
        if (now_ < one->due) {
            ++one;
            continue;
        }
        submissions.emplace_back(std::move(one->act));
        waiting.push_back(counted(station, submissions.back(), std::nullopt));
        one = drawer.erase(one);
    }
    if (!submissions.empty()) {
        record(station, std::move(submissions), std::move(waiting));
    }
}

World::Waiting World::counted(Station& station, const submit::Submission& submission,
                              std::optional<Parcel> asker) {
    Waiting waiting;
    waiting.asker = std::move(asker);
    if (const auto* own = std::get_if<submit::OwnAct>(&submission)) {
        waiting.act = casework::id_of(own->draft.header);
        waiting.entries = {waiting.act.digest};
        waiting.acts_unknown = 1;
        return waiting;
    }
    const auto& envelope = std::get<casework::Envelope>(submission);
    for (const casework::ProvenEntry& proven : envelope.entries) {
        waiting.entries.push_back(casework::id_of(proven.entry()));
    }
    waiting.acts_unknown = unknown_acts(station.institution(), envelope);
    return waiting;
}

void World::record(Station& station, std::vector<submit::Submission> submissions,
                   std::vector<Waiting> waiting) {
    std::vector<base::Result<submit::Recorded>> results;
    if (station.up()) {
        results = station.institution().record(std::move(submissions));
    }
    bool alive = survived(station);
    if (alive) {
        erase(station);  // before the answers: an act that says "erased" is then true
        alive = survived(station);
    }
    for (std::size_t i = 0; i < waiting.size(); ++i) {
        if (alive) {
            tell(station, waiting[i], results[i]);
        } else if (waiting[i].asker) {
            waiting[i].asker->answer = base::fail(base::ErrorKind::unavailable, "the process died");
            network_.answer(std::move(*waiting[i].asker), now_);
        }
    }
}

void World::tell(Station& station, const Waiting& waiting,
                 const base::Result<submit::Recorded>& recorded) {
    Counters& count = outcome_.counters;
    count.judgements += waiting.acts_unknown;
    const std::string at = station.party().text();
    std::size_t kept = 0;
    if (recorded) {
        count.entries += recorded->entries.size() + recorded->leaves.size();
        count.recorded += recorded->entries.size();
        kept = waiting.asker ? recorded->entries.size() + recorded->already_known : 1;
        oracle_.acknowledged(
            station.party(),
            {waiting.entries.begin(), waiting.entries.begin() + static_cast<std::ptrdiff_t>(kept)});
    }
    const bool whole = recorded && !recorded->stopped;
    if (!whole) {
        ++count.refused;
    }
    const base::Error* why =
        !recorded ? &recorded.error() : (recorded->stopped ? &*recorded->stopped : nullptr);
    const std::string outcome = (recorded ? std::to_string(kept) + " kept" : "none kept") +
                                (why != nullptr ? ", " + why->text() : "");
    if (!waiting.asker) {
        const KnownAct& act = *oracle_.known(waiting.act);
        note(at + ": " + act.role + " " + act.person.text() + " takes " + act.kind->clause +
             " in " + act.header.matter.text().substr(0, 16) + " " + act.id.brief() + ": " +
             outcome);
        return;
    }
    note(at + ": " + std::to_string(waiting.entries.size()) + " entries from " +
         waiting.asker->from.text() + " beginning with " +
         waiting.entries.front().hex().substr(0, 8) + ": " + outcome);
    Parcel back = *waiting.asker;
    back.answer = service::Service::recorded(recorded);
    network_.answer(std::move(back), now_);
}

void World::pump(Station& station) {
    if (station.up() && !station.working()) {
        recollect(station);
    }
    if (!station.working()) {
        return;
    }
    erase(station);
    if (!survived(station)) {
        return;
    }
    auto outgoing = station.delivery().next(station.clock().now());
    if (!survived(station)) {
        return;
    }
    for (delivery::Outgoing& one : outgoing) {
        if (one.request.path() == delivery::envelope_path) {
            const auto envelope = casework::read_envelope(one.request.body, base::Realm::exercise);
            if (!envelope) {
                oracle_.violated("DESIGN 5.15", station.party().text() +
                                                    " sends what it could not read itself: " +
                                                    envelope.error().text());
                return;
            }
            oracle_.sends(*envelope);
        }
        network_.ask(Parcel{station.party(), one.peer, station.life(), one.token,
                            std::move(one.request), std::nullopt},
                     now_);
    }
}

std::optional<message::Response> World::reach(const base::PartyId& to, message::Request request) {
    const auto found = stations_.find(to);
    if (found == stations_.end() || !found->second->working()) {
        return std::nullopt;
    }
    Station& station = *found->second;
    request.peer_key = cast_.of(liar_->party()).tls;
    auto handled =
        station.service().handle(service::read_request(std::move(request), base::Realm::exercise),
                                 service::Listener::federation);
    if (!survived(station) || !std::holds_alternative<message::Response>(handled)) {
        return std::nullopt;
    }
    return std::move(std::get<message::Response>(handled));
}

void World::turn_of_liar() {
    if (!liar_) {
        return;
    }
    const Liar::Reach witness = [this](const base::PartyId& to, message::Request request) {
        return reach(to, std::move(request));
    };
    for (Liar::Sent& sent :
         liar_->turn(now_, healed_ ? Liar::Mood::honest : Liar::Mood::lying, witness)) {
        if (!sent.lie.empty()) {
            ++outcome_.counters.lies;
            note("the liar sends " + sent.parcel.to.text() + ": " + sent.lie);
        }
        network_.ask(std::move(sent.parcel), now_);
    }
}

bool World::wants_more(Station& station) {
    if (!station.working() || !station.drawer.empty()) {
        return true;
    }
    const submit::Sequencer& ledger = station.institution().sequencer();
    const auto& cosigned = station.institution().cosigned();
    if (ledger.is_unpublished() || (cosigned.empty() ? 0 : cosigned.back().size) < ledger.size()) {
        return true;
    }
    return std::ranges::any_of(station.institution().outbox(), [&](const ports::OutboxRow& row) {
        const auto leaf = station.institution().leaf_of(row.entry);
        if (!row.refused.empty() || cast_.of(row.peer).liar) {
            return false;
        }
        // Known: what waits in a matter whose bodies were destroyed here is never sent any more,
        // and who lacks what was said before they were destroyed elsewhere can take nothing more.
        return !leaf || (!oracle_.tainted(leaf->matter) &&
                         !oracle_.has_ended(station.party(), leaf->matter) &&
                         !oracle_.is_cut_off(row.peer, leaf->matter));
    });
}

bool World::at_rest() {
    return (!liar_ || liar_->at_rest()) &&
           std::ranges::none_of(stations_, [&](auto& one) { return wants_more(*one.second); });
}

void World::heal() {
    healed_ = true;
    network_.heal();
    note("all faults stop");
    for (auto& [party, station] : stations_) {
        station->breaker().forget_orders();
        station->breaker().free_disk();
        station->clock().set(base::Duration{0});
        for (WatchedSigner* signer : station->signers()) {
            signer->fail_next(0);
        }
    }
    for (std::size_t i = 0; i < longest_healing && !broken() && !at_rest(); ++i) {
        ++step_;
        now_ = now_ + (i % 16 == 15 ? base::Duration{31s} : base::Duration{100ms});
        start_due();
        exchange();
    }
    if (!broken() && !at_rest()) {
        std::string waiting;
        for (auto& [party, station] : stations_) {
            if (wants_more(*station)) {
                waiting += " " + party.text();
            }
        }
        oracle_.violated("liveness", "not everything arrives; still at work:" + waiting);
    }
}

}  // namespace comity::simulation
