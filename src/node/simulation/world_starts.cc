// How nodes start: over what their disk holds, and not before they know that it is the newest.

#include <algorithm>

#include "node/simulation/world.h"

namespace comity::simulation {
namespace {

using namespace std::chrono_literals;

}  // namespace

void World::start_due() {
    for (auto& [party, station] : stations_) {
        if (station->up() || now_ < station->restart_at) {
            continue;
        }
        const auto started = station->start();
        if (station->breaker().dead()) {
            station->end();
            station->breaker().revive();
            station->restart_at = now_ + 1s;
            note(party.text() + " dies while it starts");
        } else if (started) {
            note(party.text() + " starts");
            if (!station->rolled_back()) {
                oracle_.restarted(station->institution());
            }
        } else if (started.error().kind == base::ErrorKind::failure ||
                   started.error().kind == base::ErrorKind::unavailable) {
            station->restart_at = now_ + 2s;
            note(party.text() + " cannot start: " + started.error().text());
            if (healed_) {
                oracle_.violated("DESIGN 6.10", party.text() + " does not start any more: " +
                                                    started.error().text());
            }
        } else {
            oracle_.violated("DESIGN 6.10", party.text() + " does not start over its own disk: " +
                                                started.error().text());
        }
    }
}

/// What a node answers to its peers before it knows that its data are the newest.
message::Response World::answer_meanwhile(const submit::Institution& institution,
                                          const message::Request& request) {
    if (request.method == "POST" && request.path() == delivery::last_head_path) {
        return service::last_head(institution, request.body);
    }
    return message::error_response(
        base::Error{base::ErrorKind::try_later, "this node has just started", {}, {}, {}, {}});
}

/// Whether it is the newest, as the attesting nodes say; the simulation knows.
void World::recollected(Station& station) {
    using Verdict = delivery::Recollection::Verdict;
    const std::string party = station.party().text();
    switch (station.recollection()->verdict()) {
        case Verdict::asking: return;
        case Verdict::current:
            if (station.rolled_back()) {
                oracle_.violated("DESIGN 5.10", party + " takes old data for the newest");
            }
            station.begin();
            note(party + " goes on");
            return;
        case Verdict::behind:
            if (!station.rolled_back()) {
                oracle_.violated("DESIGN 5.10", party + " takes its newest data for old ones: " +
                                                    station.recollection()->finding().text());
                return;
            }
            station.put_back();
            station.restart_at = now_ + 1s;
            note(party + " refuses to go on over old data and gets the newest");
            return;
    }
    std::unreachable();
}

void World::recollect(Station& station) {
    recollected(station);
    if (!station.up() || station.working()) {
        return;
    }
    for (delivery::Outgoing& one : station.recollection()->next(station.clock().now())) {
        network_.ask(Parcel{station.party(), one.peer, station.life(),
                            one.token + recollection_token, std::move(one.request), std::nullopt},
                     now_);
    }
}

/// Somebody copies an older copy of the data folder in its place. Of one node at a time: where two
/// forget, the one attesting node that a quorum of one needs may be among them.
void World::roll_back(Station& station) {
    const bool another =
        std::ranges::any_of(stations_, [](const auto& one) { return one.second->rolled_back(); });
    if (another || !station.working() ||
        !station.roll_back(oracle_.cosigned_of(station.party()), rollbacks_)) {
        return;
    }
    station.restart_at = now_ + rollbacks_.between(10, 2'000) * 1ms;
    ++outcome_.counters.rollbacks;
    note(station.party().text() + " is ended and gets back an older copy of its data");
}

}  // namespace comity::simulation
