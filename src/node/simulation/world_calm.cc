// The calm of a deep seed: registers are filled and a matter is played to where the seed aims,
// before anything breaks. Then everybody tries what must not be there.

#include <algorithm>

#include "node/simulation/world.h"

namespace comity::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t longest_calm = 60;  // rounds
constexpr std::size_t rounds_after = 3;   // in which more is done of what was aimed at
constexpr std::size_t temptations = 8;    // rounds
constexpr base::Duration grace = 70min;   // an answer in time may still come for an hour

}  // namespace

void World::calm_round() {
    now_ = now_ + time_.between(20, 60) * 1ms;
    start_due();
    for (auto& [party, station] : stations_) {
        work_calmly(*station);
    }
    exchange();
}

template <class There>
void World::play_calmly(std::set<Mark> wanted, There there) {
    calm_wanted_ = std::move(wanted);
    for (std::size_t i = 0; i < longest_calm && !broken() && !there(); ++i) {
        calm_round();
    }
}

/// Whatever was answered, or stretched, on the way: the clock's time runs out, and the time in
/// which an answer could still arrive.
void World::sleep_over(base::Instant due) {
    rest_for(base::Duration{0}, due + grace);
}

void World::end_matters() {
    for (std::size_t i = 0; i < longest_calm && !broken(); ++i) {
        now_ = now_ + time_.between(20, 60) * 1ms;
        for (auto& [party, station] : stations_) {
            if (station->working()) {
                act_somewhere(*station, Intent::ending);
            }
        }
        exchange();
        const bool ended = std::ranges::any_of(stations_, [&](const auto& one) {
            const auto matters = oracle_.matters_of(one.first);
            return std::ranges::any_of(matters, [&](const base::MatterId& matter) {
                const Model& model = oracle_.model_at(one.first, matter);
                return contains(model.procedure->final_states, model.state);
            });
        });
        if (ended) {
            break;
        }
    }
    rest_for(cast_.body_days * 24h + 24h, std::nullopt);
}

void World::tempt() {
    for (std::size_t i = 0; i < temptations && !broken(); ++i) {
        now_ = now_ + time_.between(20, 60) * 1ms;
        for (auto& [party, station] : stations_) {
            if (station->working()) {
                act_somewhere(*station, Intent::tempted);
            }
        }
        exchange();
    }
}

void World::play_to_aim() {
    const auto come_to = [this](Mark mark) {
        return [this, mark] { return oracle_.reached().contains(mark); };
    };
    const auto after = [](std::size_t rounds) {
        return [rounds]() mutable { return rounds-- == 0; };
    };
    const auto sleep_once = [this](std::set<Mark> wanted, auto is_meant) {
        std::optional<base::Instant> due;
        play_calmly(std::move(wanted), [&] {
            for (const Running& one : running()) {
                due = is_meant(one) ? std::optional(one.clock.due) : due;
            }
            return due.has_value();
        });
        if (due && !plan_.without.contains(Fault::night)) {
            sleep_over(*due);
        }
    };
    switch (cast_.aim) {
        case Aim::handed_over: return play_calmly({Mark::handed_over}, come_to(Mark::handed_over));
        case Aim::elsewhere: return play_calmly({Mark::elsewhere}, come_to(Mark::elsewhere));
        case Aim::attended:
            play_calmly({Mark::attended}, come_to(Mark::attended));
            return play_calmly({Mark::attended}, after(rounds_after));
        case Aim::handed_on:
            play_calmly({Mark::handed_on}, come_to(Mark::handed_on));
            return play_calmly({Mark::handed_over}, after(rounds_after));
        case Aim::recalled:
            play_calmly({Mark::handed_over}, come_to(Mark::handed_over));
            return play_calmly({Mark::recalled}, come_to(Mark::recalled));
        case Aim::silence:
            sleep_once({Mark::handed_over, Mark::duty},
                       [](const Running& one) { return !one.answered; });
            return play_calmly({Mark::silence}, after(rounds_after));
        case Aim::answered:
            return sleep_once({Mark::handed_over, Mark::duty, Mark::answered},
                              [](const Running& one) { return one.answered; });
        case Aim::outage:
            return sleep_once(
                {Mark::handed_over, Mark::duty, Mark::outage},
                [](const Running& one) { return one.clock.due != one.clock.due_without_outages; });
        case Aim::ended:
            play_calmly({Mark::handed_over}, come_to(Mark::handed_over));
            return plan_.without.contains(Fault::night) ? void() : end_matters();
    }
    std::unreachable();
}

void World::prologue() {
    calm_ = true;
    network_.heal();
    note("it is calm until " + std::string(name_of(cast_.aim)));
    play_to_aim();
    tempt();
    network_.worsen();
    calm_ = false;
    note("the calm is over");
}

}  // namespace comity::simulation
