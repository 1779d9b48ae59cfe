#include "domain/law/pattern.h"

#include <algorithm>

#include "domain/law/detail/model.h"
#include "domain/law/detail/words.h"

namespace comity::law {
namespace {

/// The names in an order that does not depend on the texts', so that two lists can be compared.
std::string listed(std::vector<std::string> names) {
    std::ranges::sort(names);
    return names.empty() ? "none" : base::joined(names);
}

bool same(std::vector<std::string> left, std::vector<std::string> right) {
    std::ranges::sort(left);
    std::ranges::sort(right);
    return left == right;
}

/// The clauses of the grounds, as patterns name them: permits of the two profiles are left out,
/// since a pattern is written from the agreement.
std::vector<std::string> grounds_of(const Library& library, const Assessment& assessment) {
    std::vector<std::string> clauses;
    for (const Ground& ground : assessment.grounds) {
        const auto& all = library.data().instruments;
        const bool profile = std::ranges::any_of(all, [&](const auto& one) {
            return one->profile && one->info.name == ground.instrument;
        });
        if (profile && ground.kind == "permit") {
            continue;
        }
        const std::string clause = ground.kind == "no-basis" ? ground.kind : ground.clause;
        if (!detail::holds(clauses, clause)) {
            clauses.push_back(clause);
        }
    }
    return clauses;
}

/// The duty that surely obliges under this clause, whether the clause won its merge or not.
const Duty* duty_under(const Assessment& assessment, std::string_view clause) {
    for (const Duty& duty : assessment.duties) {
        if (duty.applies == Truth::yes &&
            (duty.clause == clause || detail::holds(duty.also, clause))) {
            return &duty;
        }
    }
    return nullptr;
}

class Judge {
 public:
    Judge(const Library& library, const Question& question, const ExpectedAnswer& expected,
          int line, std::vector<Mismatch>& out)
        : library_(library), question_(question), expected_(expected), line_(line), out_(out) {}

    void compare(const Assessment& came) {
        if (expected_.no_agreement) {
            differ("outcome", "no-agreement", std::string(name_of(came.outcome)));
            return;
        }
        if (*expected_.outcome != came.outcome) {
            differ("outcome", std::string(name_of(*expected_.outcome)),
                   std::string(name_of(came.outcome)) + " by " +
                       listed(grounds_of(library_, came)) + ", missing " + listed(came.missing));
        }
        if (expected_.release_up && *expected_.release_up != came.release_up) {
            const Duty* obstacle = came.first_obstacle();
            differ("release gate", *expected_.release_up ? "up" : "down",
                   came.release_up       ? "up"
                   : obstacle == nullptr ? "down"
                                         : "down, for " + obstacle->clause);
        }
        if (expected_.route && *expected_.route != came.route) {
            differ("route", *expected_.route, came.route);
        }
        if (expected_.grounds && !same(*expected_.grounds, grounds_of(library_, came))) {
            differ("grounds", listed(*expected_.grounds), listed(grounds_of(library_, came)));
        }
        if (expected_.missing && !same(*expected_.missing, came.missing)) {
            differ("missing", listed(*expected_.missing), listed(came.missing));
        }
        duties(came);
    }

    void differ(std::string what, std::string expected, std::string came) {
        out_.push_back({line_, std::move(what), std::move(expected), std::move(came)});
    }

 private:
    void duties(const Assessment& came) {
        for (const std::string& clause : expected_.duties) {
            if (duty_under(came, clause) == nullptr) {
                differ("duty " + clause, "it obliges", "it does not");
            }
        }
        for (const std::string& clause : expected_.no_duties) {
            if (duty_under(came, clause) != nullptr) {
                differ("duty " + clause, "it does not oblige", "it does");
            }
        }
        for (const ExpectedAnswer::Silence& one : expected_.silence) {
            const Duty* duty = duty_under(came, one.clause);
            const std::string effect = duty == nullptr ? "no duty" : duty->on_silence;
            if (effect != one.effect) {
                differ("silence " + one.clause, one.effect, effect);
            }
        }
        for (const ExpectedAnswer::Due& one : expected_.due) {
            const std::string at = due(duty_under(came, one.clause));
            if (at != one.at.text()) {
                differ("due " + one.clause, one.at.text(), at);
            }
        }
    }

    /// When a duty ends, by the calendar of the side that bears it.
    [[nodiscard]] std::string due(const Duty* duty) const {
        if (duty == nullptr || !duty->within) {
            return "no duty with a time";
        }
        const auto start = question_.events.find(duty->start_event);
        if (start == question_.events.end()) {
            return "the pattern does not say when the " + duty->start_event + " was";
        }
        const std::string& side =
            duty->who == "requesting" ? question_.requesting : question_.requested;
        return library_.due(side, start->second, *duty->within).text();
    }

    const Library& library_;
    const Question& question_;
    const ExpectedAnswer& expected_;
    int line_;
    std::vector<Mismatch>& out_;
};

/// Whether the texts have a clause of that name, or a table's row.
bool known_clause(const Library& library, std::string_view clause) {
    return std::ranges::any_of(library.data().instruments, [&](const auto& one) {
        return std::ranges::any_of(one->clauses,
                                   [&](const detail::Clause& other) { return other.id == clause; });
    });
}

std::optional<std::string> unknown_name(const Library& library, const FactPattern& pattern) {
    for (const auto& [event, at] : pattern.events) {
        if (!library.vocabulary().events.contains(event)) {
            return "'" + event + "' is not an event of the vocabulary";
        }
    }
    for (const std::string& fact : pattern.unknown) {
        if (library.vocabulary().fact(fact) == nullptr) {
            return "'" + fact + "' is not a fact of the vocabulary";
        }
    }
    for (const PatternCase& one : pattern.cases) {
        std::vector<std::string> clauses = one.expected.duties;
        const auto& no_duties = one.expected.no_duties;
        clauses.insert(clauses.end(), no_duties.begin(), no_duties.end());
        if (const auto& grounds = one.expected.grounds) {
            clauses.insert(clauses.end(), grounds->begin(), grounds->end());
        }
        for (const std::string& clause : clauses) {
            if (clause != "no-basis" && !known_clause(library, clause)) {
                return "'" + clause + "' is not a clause of the texts";
            }
        }
        for (const std::string& fact : one.expected.missing.value_or(std::vector<std::string>{})) {
            if (library.vocabulary().fact(fact) == nullptr) {
                return "'" + fact + "' is not a fact of the vocabulary";
            }
        }
    }
    return std::nullopt;
}

}  // namespace

std::expected<std::vector<Mismatch>, Diagnostic> judge_pattern(const Library& library,
                                                               std::string_view file,
                                                               const FactPattern& pattern) {
    if (auto wrong = unknown_name(library, pattern)) {
        return std::unexpected(
            Diagnostic{std::string(file), pattern.line, 1, std::move(*wrong), "", ""});
    }
    std::vector<Mismatch> mismatches;
    for (const PatternCase& one : pattern.cases) {
        Question question{pattern.requesting,
                          pattern.requested,
                          pattern.as_of,
                          {},
                          pattern.events,
                          pattern.now,
                          ""};
        std::vector<StatedFacts> stated = pattern.facts;
        stated.push_back(one.facts);
        for (const StatedFacts& facts : stated) {
            for (const auto& member : facts.facts) {
                const auto set =
                    question.facts.set(library.vocabulary(), member.key(), member.value());
                if (!set) {
                    return std::unexpected(Diagnostic{std::string(file), facts.line, facts.column,
                                                      set.error().what, set.error().next, ""});
                }
            }
        }
        for (const std::string& fact : pattern.unknown) {
            question.facts.forget(fact);
        }
        Judge judge(library, question, one.expected, one.line, mismatches);
        const auto came = assess(library, question, Routes::best);
        if (came) {
            judge.compare(*came);
        } else if (!one.expected.no_agreement) {
            judge.differ("outcome", std::string(name_of(*one.expected.outcome)), came.error().what);
        }
    }
    return mismatches;
}

}  // namespace comity::law
