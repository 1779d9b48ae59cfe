// The merge rules of treaty.md 5.4: fixed by kind, never by file order, date or priority number.

#include <algorithm>
#include <functional>
#include <utility>

#include "domain/law/detail/parser.h"
#include "domain/law/detail/route.h"
#include "domain/law/detail/words.h"

namespace comity::law::detail {
namespace {

/// A clause that applies, or may apply, with what the gate makes of it.
struct Candidate {
    const Part* part = nullptr;
    const Clause* clause = nullptr;
    Truth applies = Truth::yes;
    std::optional<Truth> satisfied;
};

using Candidates = std::vector<Candidate>;

bool executing(const Candidate& one) {
    return one.part->instrument->profile && one.part->capacity == Capacity::executing;
}

/// Whether two clauses speak of the same duty, so that one of them wins.
bool same_duty(const Candidate& left, const Candidate& right) {
    const Clause& a = *left.clause;
    const Clause& b = *right.clause;
    if (a.kind != b.kind) {
        return false;
    }
    switch (a.kind) {
        case ClauseKind::require:
            if (a.need != b.need || a.what != b.what || a.who != b.who) {
                return false;
            }
            // Approvals of both sides are separate duties.
            return a.need != RequirementKind::approval || executing(left) == executing(right);
        case ClauseKind::limit: return a.what == b.what;
        case ClauseKind::deadline:
        case ClauseKind::notify:
            return a.what == b.what && a.who == b.who && a.start_event == b.start_event;
        case ClauseKind::retain_least:
        case ClauseKind::retain_most: return a.what == b.what && a.start_event == b.start_event;
        case ClauseKind::review: return a.who == b.who;
        case ClauseKind::dispute: return true;
        case ClauseKind::hold:
        case ClauseKind::cost:
        case ClauseKind::permit:
        case ClauseKind::forbid:
        case ClauseKind::refuse_must:
        case ClauseKind::refuse_may:
        case ClauseKind::exception:
        case ClauseKind::yields: return false;
    }
    std::unreachable();
}

/// Whether `left` wins over `right` in the same duty: higher, earlier, stricter.
bool stricter(const Candidate& left, const Candidate& right) {
    const Clause& a = *left.clause;
    const Clause& b = *right.clause;
    switch (a.kind) {
        case ClauseKind::require:
            // A higher level admits fewer values of the scale.
            return a.satisfied->kind == Literal::Kind::mask &&
                   a.satisfied->mask != b.satisfied->mask &&
                   (a.satisfied->mask & b.satisfied->mask) == a.satisfied->mask;
        case ClauseKind::limit:
            return a.satisfied->kind == Literal::Kind::range &&
                   a.satisfied->high < b.satisfied->high;
        case ClauseKind::deadline:
        case ClauseKind::notify:
        case ClauseKind::retain_most:
        case ClauseKind::review: return shorter(*a.within, *b.within);
        case ClauseKind::retain_least: return shorter(*b.within, *a.within);
        case ClauseKind::dispute:
        case ClauseKind::hold:
        case ClauseKind::cost:
        case ClauseKind::permit:
        case ClauseKind::forbid:
        case ClauseKind::refuse_must:
        case ClauseKind::refuse_may:
        case ClauseKind::exception:
        case ClauseKind::yields: return false;
    }
    std::unreachable();
}

/// The order of duties in an answer: what the gate asks first.
int rank_of(const Clause& clause) {
    switch (clause.kind) {
        case ClauseKind::require: return static_cast<int>(clause.need);
        case ClauseKind::limit: return 10;
        case ClauseKind::hold: return 11;
        case ClauseKind::deadline: return 12;
        case ClauseKind::retain_least: return 13;
        case ClauseKind::retain_most: return 14;
        case ClauseKind::notify: return 15;
        case ClauseKind::cost: return 16;
        case ClauseKind::review: return 17;
        case ClauseKind::dispute: return 18;
        case ClauseKind::permit:
        case ClauseKind::forbid:
        case ClauseKind::refuse_must:
        case ClauseKind::refuse_may:
        case ClauseKind::exception:
        case ClauseKind::yields: return -1;
    }
    std::unreachable();
}

/// Requirements that ask nothing ("approval none") are no duties.
bool asks_nothing(const Clause& clause, const Vocabulary& vocabulary) {
    return clause.kind == ClauseKind::require && clause.satisfied->kind == Literal::Kind::mask &&
           clause.satisfied->mask == full_mask(*vocabulary.in_order[clause.satisfied->fact]);
}

Candidates candidates_of(const Library& library, const Question& question, const Route& route,
                         bool own_view) {
    Candidates out;
    out.reserve(48);
    for (const Part& part : route.parts) {
        const std::vector<Clause>& clauses = part.instrument->clauses;
        for (std::size_t i = 0; i < clauses.size(); ++i) {
            if (part.low[i] == Truth::no || rank_of(clauses[i]) < 0 ||
                asks_nothing(clauses[i], library.vocabulary())) {
                continue;
            }
            Candidate one{&part, &clauses[i], part.low[i], std::nullopt};
            if (is_gate(clauses[i])) {
                one.satisfied = satisfied(library, question, part, clauses[i], own_view);
            }
            out.push_back(one);
        }
    }
    return out;
}

std::string_view who_of(const Candidate& one) {
    const Clause& clause = *one.clause;
    switch (clause.kind) {
        case ClauseKind::require:
            if (clause.need == RequirementKind::approval) {
                return clause.level;
            }
            if (clause.need == RequirementKind::finding) {
                return "requested";
            }
            return clause.who.empty() ? std::string_view("requesting")
                                      : std::string_view(clause.who);
        case ClauseKind::limit: return "requesting";
        case ClauseKind::retain_least: return "requested";
        case ClauseKind::retain_most: return "requesting";
        case ClauseKind::dispute: return clause.steps.front().forum;
        case ClauseKind::deadline:
        case ClauseKind::hold:
        case ClauseKind::notify:
        case ClauseKind::cost:
        case ClauseKind::review:
        case ClauseKind::permit:
        case ClauseKind::forbid:
        case ClauseKind::refuse_must:
        case ClauseKind::refuse_may:
        case ClauseKind::exception:
        case ClauseKind::yields: return clause.who;
    }
    std::unreachable();
}

std::string limit_text(const Vocabulary& vocabulary, const Literal& literal) {
    const FactDeclaration& fact = *vocabulary.in_order[literal.fact];
    if (literal.kind == Literal::Kind::range) {
        return fact.name + " at most " + std::to_string(literal.high);
    }
    std::string text = fact.name + " within {";
    bool first = true;
    for (std::size_t i = 0; i < fact.values.size(); ++i) {
        if (((literal.mask >> i) & 1U) != 0) {
            text += first ? "" : ", ";
            text += fact.values[i];
            first = false;
        }
    }
    return text + "}";
}

std::string what_of(const Vocabulary& vocabulary, const Clause& clause, const Literal* narrowed) {
    switch (clause.kind) {
        case ClauseKind::require: return clause.level.empty() ? clause.what : clause.level;
        case ClauseKind::limit:
            return limit_text(vocabulary, narrowed == nullptr ? *clause.satisfied : *narrowed);
        case ClauseKind::review:
            return clause.percent == 0 ? "matters"
                                       : std::to_string(clause.percent) + " percent of the matters";
        case ClauseKind::retain_least:
        case ClauseKind::retain_most: return clause.what.empty() ? "data" : clause.what;
        case ClauseKind::deadline:
        case ClauseKind::hold:
        case ClauseKind::notify:
        case ClauseKind::cost:
        case ClauseKind::dispute:
        case ClauseKind::permit:
        case ClauseKind::forbid:
        case ClauseKind::refuse_must:
        case ClauseKind::refuse_may:
        case ClauseKind::exception:
        case ClauseKind::yields: return clause.what;
    }
    std::unreachable();
}

Duty duty_of(const Vocabulary& vocabulary, const Candidate& one) {
    const Clause& clause = *one.clause;
    Duty duty;
    duty.kind = name_of(clause);
    duty.what = what_of(vocabulary, clause, nullptr);
    duty.who = who_of(one);
    duty.by = clause.by_text;
    duty.instrument = one.part->instrument->info.name;
    duty.clause = clause.id;
    duty.applies = one.applies;
    duty.satisfied = one.satisfied;
    duty.within = clause.within;
    duty.start_event = clause.start_event;
    duty.on_silence = clause.on_silence;
    duty.defer_at_most = clause.defer_at_most;
    return duty;
}

/// Takes what a weaker clause of the same duty adds to the winner: its citation, and the stricter
/// of silence, deferral, sampling and limit.
void fold(const Vocabulary& vocabulary, Duty& duty, const Candidate& winner, const Candidate& other,
          Literal& narrowed) {
    const Clause& clause = *other.clause;
    duty.also.push_back(clause.id);
    if (duty.satisfied && other.satisfied) {
        duty.satisfied = both(*duty.satisfied, *other.satisfied);
    }
    switch (clause.kind) {
        case ClauseKind::deadline:
            if (clause.silence_rank < winner.clause->silence_rank) {
                duty.on_silence = clause.on_silence;
            }
            return;
        case ClauseKind::notify:
            // Deferral only if every clause allows it, then the shortest.
            if (!clause.defer_at_most || !duty.defer_at_most) {
                duty.defer_at_most.reset();
            } else if (shorter(*clause.defer_at_most, *duty.defer_at_most)) {
                duty.defer_at_most = clause.defer_at_most;
            }
            return;
        case ClauseKind::limit:
            narrowed.mask &= clause.satisfied->mask;
            duty.what = what_of(vocabulary, *winner.clause, &narrowed);
            return;
        case ClauseKind::review:
            if (clause.percent > winner.clause->percent) {
                duty.what = what_of(vocabulary, clause, nullptr);
            }
            return;
        case ClauseKind::require:
        case ClauseKind::retain_least:
        case ClauseKind::retain_most:
        case ClauseKind::dispute:
        case ClauseKind::hold:
        case ClauseKind::cost:
        case ClauseKind::permit:
        case ClauseKind::forbid:
        case ClauseKind::refuse_must:
        case ClauseKind::refuse_may:
        case ClauseKind::exception:
        case ClauseKind::yields: return;
    }
    std::unreachable();
}

/// One duty out of the clauses that surely apply, and one for each that may apply and would be
/// stricter.
void merge_group(const Vocabulary& vocabulary, std::span<const Candidate> group,
                 std::vector<Duty>& duties) {
    const Candidate* winner = nullptr;
    for (const Candidate& one : group) {
        if (one.applies == Truth::yes && (winner == nullptr || stricter(one, *winner))) {
            winner = &one;
        }
    }
    if (winner != nullptr) {
        Duty duty = duty_of(vocabulary, *winner);
        Literal narrowed;
        narrowed.kind = winner->clause->satisfied ? winner->clause->satisfied->kind : narrowed.kind;
        if (winner->clause->satisfied) {
            narrowed.fact = winner->clause->satisfied->fact;
            narrowed.mask = winner->clause->satisfied->mask;
            narrowed.high = winner->clause->satisfied->high;
        }
        for (const Candidate& one : group) {
            if (one.applies == Truth::yes && &one != winner) {
                fold(vocabulary, duty, *winner, one, narrowed);
            }
        }
        duties.push_back(std::move(duty));
    }
    for (const Candidate& one : group) {
        if (one.applies == Truth::unknown && (winner == nullptr || stricter(one, *winner) ||
                                              one.clause->kind == ClauseKind::limit)) {
            duties.push_back(duty_of(vocabulary, one));
        }
    }
}

/// One duty per element, whoever asks for it (the union).
void merge_elements(const Vocabulary& vocabulary, std::span<const Candidate> group,
                    std::vector<Duty>& duties) {
    std::uint64_t done = 0;
    for (const Truth applies : {Truth::yes, Truth::unknown}) {
        for (const Candidate& one : group) {
            if (one.applies != applies) {
                continue;
            }
            const FactDeclaration& fact = *vocabulary.in_order[one.clause->satisfied->fact];
            const Possible& supplied = one.part->at.facts[fact.order];
            for (std::size_t i = 0; i < fact.values.size(); ++i) {
                const std::uint64_t bit = std::uint64_t{1} << i;
                if ((one.clause->satisfied->mask & bit) == 0 || (done & bit) != 0) {
                    continue;
                }
                done |= bit;
                Duty duty = duty_of(vocabulary, one);
                duty.what = fact.values[i];
                duty.satisfied = (supplied.must & bit) != 0  ? Truth::yes
                                 : (supplied.may & bit) == 0 ? Truth::no
                                                             : Truth::unknown;
                duties.push_back(std::move(duty));
            }
        }
    }
}

/// Within one document a clause with a condition is more special than one without (lex specialis).
void merge_costs(const Vocabulary& vocabulary, std::span<const Candidate> group,
                 std::vector<Duty>& duties) {
    for (const Candidate& one : group) {
        const bool displaced =
            one.clause->when.always() && std::ranges::any_of(group, [&](const Candidate& other) {
                return other.part == one.part && other.applies == Truth::yes &&
                       !other.clause->when.always();
            });
        if (!displaced) {
            duties.push_back(duty_of(vocabulary, one));
        }
    }
}

}  // namespace

std::string_view name_of(const Clause& clause) {
    switch (clause.kind) {
        case ClauseKind::permit: return "permit";
        case ClauseKind::forbid: return "forbid";
        case ClauseKind::refuse_must: return "refuse-must";
        case ClauseKind::refuse_may: return "refuse-may";
        case ClauseKind::require:
            switch (clause.need) {
                case RequirementKind::approval: return "approval";
                case RequirementKind::standard: return clause.what;
                case RequirementKind::judgement: return "judgement";
                case RequirementKind::element: return "element";
                case RequirementKind::finding: return clause.what;
            }
            std::unreachable();
        case ClauseKind::limit: return "limit";
        case ClauseKind::deadline: return "deadline";
        case ClauseKind::hold: return "hold";
        case ClauseKind::retain_least: return "retain-at-least";
        case ClauseKind::retain_most: return "retain-at-most";
        case ClauseKind::notify: return "notify";
        case ClauseKind::cost: return "cost";
        case ClauseKind::review: return "review";
        case ClauseKind::dispute: return "dispute";
        case ClauseKind::exception: return "exception";
        case ClauseKind::yields: return "yields";
    }
    std::unreachable();
}

std::vector<Duty> duties_of(const Library& library, const Question& question, const Route& route,
                            bool own_view) {
    const Vocabulary& vocabulary = library.vocabulary();
    Candidates all = candidates_of(library, question, route, own_view);
    // Insertion keeps the order of the texts inside one kind; there are only a few dozen.
    std::vector<std::pair<int, std::size_t>> places;
    for (std::size_t i = 0; i < all.size(); ++i) {
        places.emplace_back(rank_of(*all[i].clause), i);
    }
    std::ranges::sort(places);
    std::vector<bool> done(all.size(), false);
    std::vector<Duty> duties;
    duties.reserve(all.size());
    Candidates group;
    for (const auto& [rank, i] : places) {
        if (done[i]) {
            continue;
        }
        group.clear();
        const Clause& first = *all[i].clause;
        const bool elements =
            first.kind == ClauseKind::require && first.need == RequirementKind::element;
        const bool costs = first.kind == ClauseKind::cost;
        for (const auto& [other_rank, j] : places) {
            const bool joins = elements || costs ? other_rank == rank : same_duty(all[i], all[j]);
            if (!done[j] && (i == j || joins)) {
                done[j] = true;
                group.push_back(all[j]);
            }
        }
        if (elements) {
            merge_elements(vocabulary, group, duties);
        } else if (costs) {
            merge_costs(vocabulary, group, duties);
        } else {
            merge_group(vocabulary, group, duties);
        }
    }
    return duties;
}

}  // namespace comity::law::detail
