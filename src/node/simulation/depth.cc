#include "node/simulation/depth.h"

#include <algorithm>
#include <deque>

namespace comity::simulation {
namespace {

constexpr unsigned longest_way = 9;  // acts that are thought ahead

/// How many acts lead from each state to one of `goals`; states from which none do are left out.
std::map<std::string, std::size_t> ways_to(const law::Procedure& procedure,
                                           const std::vector<std::string>& goals) {
    std::map<std::string, std::size_t> ways;
    std::deque<std::string> open(goals.begin(), goals.end());
    for (const std::string& goal : goals) {
        ways.emplace(goal, 0);
    }
    while (!open.empty()) {
        const std::string state = open.front();
        open.pop_front();
        const std::size_t length = ways.at(state);
        for (const law::ActKind& kind : procedure.acts) {
            for (const std::string& from : kind.from) {
                if (kind.to == state && ways.emplace(from, length + 1).second) {
                    open.push_back(from);
                }
            }
        }
    }
    return ways;
}

bool has_handover(const Model& model) {
    return std::ranges::any_of(model.done,
                               [](const ModelAct& done) { return done.act->kind->hands_over(); });
}

bool names_handover(const law::ActKind& kind) {
    return !kind.opened_field.empty() || !kind.recalls.empty() || !kind.sets_aside.empty() ||
           !kind.erases.empty() || kind.restrains.spares || kind.grants || kind.hands_on ||
           !kind.attends.empty();
}

/// Lets somebody in on that side.
bool lets_in(const law::ActKind& kind, const std::string& side) {
    return std::ranges::any_of(kind.fields, [&](const law::ActField& field) {
        return (field.type == law::FieldType::party || field.type == law::FieldType::parties) &&
               field.side == side;
    });
}

}  // namespace

struct Guide::Search {
    const Model& before;
    std::vector<bool> done;       ///< by step
    std::vector<unsigned> worth;  ///< by step
    std::size_t state;            ///< in which the matter is
    bool anything_handed = false;
};

Guide::Guide(const law::Procedure& procedure) : procedure_(&procedure), states_(procedure.states) {
    for (const law::ActKind& kind : procedure.acts) {
        Step step;
        step.kind = &kind;
        step.marks = marks_of(kind);
        step.to = number_of(kind.to);
        const auto ways = ways_to(procedure, kind.from);
        for (const std::string& state : states_) {
            const auto way = ways.find(state);
            step.ways.push_back(way == ways.end() ? no_way : way->second);
            step.from.push_back(contains(kind.from, state));
        }
        step.ends = contains(procedure.final_states, kind.to);
        for (std::size_t i = 0; i < procedure.acts.size(); ++i) {
            const law::ActKind& other = procedure.acts[i];
            const auto add = [&](bool is, std::vector<std::size_t>& list) {
                if (is) {
                    list.push_back(i);
                }
            };
            const bool lifted = kind.lifts && contains(kind.lifts->of, other.name);
            add(contains(kind.after, other.name), step.after);
            add(kind.hands_on && contains(kind.hands_on->granted_by, other.name), step.after);
            add(kind.attended && contains(kind.attended->by, other.name), step.after);
            add(contains(kind.after_any, other.name), step.after_any);
            add((names_handover(kind) && other.hands_over()) || lifted, step.about);
            add(kind.need != law::LawNeed::none && !other.sets.empty(), step.prepares);
            add(lets_in(other, kind.by_side), step.lets_in);
        }
        steps_.push_back(std::move(step));
    }
}

/// `no_state` for the empty name, and for what is none.
std::size_t Guide::number_of(const std::string& state) const {
    const auto found = std::ranges::find(states_, state);
    return found == states_.end() ? no_state : static_cast<std::size_t>(found - states_.begin());
}

Guide::Worth Guide::worth(const Model& before, const std::set<Mark>& wanted) const {
    Search search{before, std::vector<bool>(steps_.size()), std::vector<unsigned>(steps_.size()),
                  number_of(before.state), has_handover(before)};
    for (const ModelAct& done : before.done) {
        const auto place = static_cast<std::size_t>(done.act->kind - procedure_->acts.data());
        if (!done.overtaken && place < steps_.size()) {
            search.done[place] = true;
        }
    }
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        if (std::ranges::any_of(steps_[i].marks,
                                [&](Mark mark) { return wanted.contains(mark); })) {
            need(search, i, longest_way);
        }
    }
    Worth found;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        // What is about something handed over can wait until something is; the end can wait.
        const bool too_early = names_handover(*steps_[i].kind) && !search.anything_handed;
        if (search.worth[i] > 0 && !too_early && !steps_[i].ends) {
            found.emplace(steps_[i].kind, search.worth[i]);
        }
    }
    return found;
}

void Guide::need(Search& search, std::size_t number, unsigned worth) const {
    if (worth <= search.worth[number]) {
        return;
    }
    search.worth[number] = worth;
    if (worth == 1) {
        return;
    }
    const Step& step = steps_[number];
    const law::ActKind& kind = *step.kind;
    const auto need_all = [&](const std::vector<std::size_t>& others) {
        for (const std::size_t other : others) {
            if (!search.done[other]) {
                need(search, other, worth - 1);
            }
        }
    };
    need_all(step.after);
    if (std::ranges::none_of(step.after_any, [&](std::size_t one) { return search.done[one]; })) {
        need_all(step.after_any);
    }
    need_all(step.about);
    need_all(step.prepares);
    if (!search.before.sides.contains(kind.by_side)) {
        need_all(step.lets_in);
    }
    // Whatever brings the matter a state nearer to where the kind is open.
    const std::size_t here = search.state == no_state ? no_way : step.ways[search.state];
    if (kind.from.empty() || here == 0) {
        return;
    }
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        const Step& other = steps_[i];
        if (other.to == no_state || step.ways[other.to] == no_way) {
            continue;
        }
        const bool opens = search.before.done.empty() && other.kind->from.empty();
        const bool leads = here != no_way && step.ways[other.to] < here && other.from[search.state];
        if (opens || leads) {
            need(search, i, worth - 1);
        }
    }
}

std::set<Mark> marks_of(const law::ActKind& kind) {
    std::set<Mark> marks;
    const auto note = [&](bool reached, Mark mark) {
        if (reached) {
            marks.insert(mark);
        }
    };
    const law::ActField* limit = kind.field(kind.restrains.field);
    note(kind.hands_over(), Mark::handed_over);
    note(kind.mechanisms.seals_item && kind.item_reader != law::requesting_side, Mark::elsewhere);
    note(kind.hands_on.has_value(), Mark::handed_on);
    note(!kind.opened_field.empty(), Mark::opened);
    note(kind.attended.has_value(), Mark::attended);
    note(kind.restricts(law::Bound::release), Mark::restricted);
    note(limit != nullptr && limit->type == law::FieldType::list, Mark::limited);
    note(kind.restrains.spares.has_value(), Mark::filtered);
    note(kind.restricts(law::Bound::erasure), Mark::held);
    note(!kind.recalls.empty(), Mark::recalled);
    note(!kind.sets_aside.empty(), Mark::set_aside);
    note(kind.lifts.has_value(), Mark::lifted);
    note(!kind.erases.empty(), Mark::erased);
    note(!kind.contests.empty(), Mark::contested);
    note(kind.opens_duty.has_value(), Mark::duty);
    note(kind.tacit.has_value(), Mark::silence);
    note(kind.outage.has_value(), Mark::outage);
    note(!kind.discharges.empty(), Mark::answered);
    return marks;
}

std::set<Mark> marks_of(const KnownAct& act, const Model& before) {
    std::set<Mark> marks = marks_of(*act.kind);
    if (!has_handover(before)) {
        marks.erase(Mark::erased);  // of nothing
    }
    if (!act.fields.contains(act.kind->restrains.field)) {
        marks.erase(Mark::limited);
    }
    return marks;
}

}  // namespace comity::simulation
