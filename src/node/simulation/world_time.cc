// How time passes: days end and things with them, and nobody acts for a while.

#include <algorithm>

#include "node/simulation/world.h"

namespace comity::simulation {
namespace {

using namespace std::chrono_literals;

constexpr unsigned night_permille = 20;             // of steps
constexpr std::size_t longest_settling = 80;        // rounds until everything is attested
constexpr base::Duration longest_life = 24h * 300;  // officials are accredited for a year

}  // namespace

/// Destroys what has ended, as the server does after everything that it records.
void World::erase(Station& station) {
    if (!station.working() || !station.institution().erasure_due(station.clock().now())) {
        return;
    }
    const base::Date today = base::utc_day_of(station.clock().now());
    const auto erased = station.institution().erase_due();
    const bool whole = survived(station) && erased;
    oracle_.erased(station.party(), today, whole ? Oracle::Run::whole : Oracle::Run::broken_off,
                   station.day_keys(), station.store());
    if (!whole) {
        note(station.party().text() + " does not finish erasing" +
             (erased ? "" : ": " + erased.error().text()));
    } else if (!erased->items.empty() || !erased->bodies.empty() || erased->postponed > 0) {
        outcome_.counters.erased += erased->items.size() + erased->bodies.size();
        note(station.party().text() + " erases " + std::to_string(erased->items.size()) +
             " items and " + std::to_string(erased->bodies.size()) + " bodies, and keeps " +
             std::to_string(erased->postponed) + " longer");
    }
}

/// An act that nobody attested within the skew of its date can never be taken by others, so a long
/// quiet begins only when everything is attested.
bool World::is_attested() {
    return std::ranges::all_of(stations_, [](auto& one) {
        Station& station = *one.second;
        if (!station.working() || !station.drawer.empty()) {
            return false;
        }
        const submit::Sequencer& ledger = station.institution().sequencer();
        const auto& cosigned = station.institution().cosigned();
        return !ledger.is_unpublished() &&
               (cosigned.empty() ? 0 : cosigned.back().size) == ledger.size();
    });
}

std::vector<World::Running> World::running() const {
    std::vector<Running> found;
    std::set<base::MatterId> seen;  // as the first sees it who knows it
    for (const auto& [party, station] : stations_) {
        for (const base::MatterId& matter : oracle_.matters_of(party)) {
            if (!seen.insert(matter).second) {
                continue;
            }
            const Model& model = oracle_.model_at(party, matter);
            for (const law::ActKind& kind : model.procedure->acts) {
                const bool open = kind.tacit && contains(kind.from, model.state);
                if (!open) {
                    continue;
                }
                for (const Silence& one :
                     silences(model, *kind.tacit, cast_, setting_.library, now_)) {
                    if (one.certain && now_ < one.due) {
                        found.push_back(
                            {one, is_answered(model, kind.tacit->event, one.since, one.due)});
                    }
                }
            }
        }
    }
    return found;
}

void World::pass_night() {
    const bool falls = happens(nights_, Fault::night, night_permille);
    const std::size_t kind = nights_.below(100);
    const base::Duration hours = nights_.between(2, 30) * 1h;
    const base::Duration days = nights_.between(1, 12) * 24h;
    const base::Duration months = nights_.between(20, 100) * 24h;
    const base::Duration length = (kind < 40   ? hours
                                   : kind < 80 ? days
                                               : months) +
                                  nights_.between(0, 3'600'000) * 1ms;
    const bool to_deadline = nights_.percent(50);
    if (!falls) {
        return;
    }
    const auto clocks = to_deadline ? running() : std::vector<Running>{};
    rest_for(length, clocks.empty() ? std::nullopt : std::optional(nights_.pick(clocks).clock.due));
}

void World::rest_for(base::Duration length, std::optional<base::Instant> due) {
    for (auto& [party, station] : stations_) {
        station->breaker().free_disk();
    }
    for (std::size_t i = 0; i < longest_settling && !broken() && !is_attested(); ++i) {
        now_ = now_ + (i % 8 == 7 ? 6s : 200ms);
        start_due();
        exchange();
    }
    const base::Duration around = nights_.between(-20, 240) * 1min;
    if (due) {
        length = std::max(base::Duration{1min}, *due + around - now_);
    }
    if (broken() || !is_attested() || setting_.begins + longest_life < now_ + length) {
        note("there is no quiet");
        return;
    }
    now_ = now_ + length;
    ++outcome_.counters.nights;
    note("nobody acts for " +
         std::to_string(std::chrono::duration_cast<std::chrono::hours>(length).count()) +
         " hours: it is " + now_.text());
}

}  // namespace comity::simulation
