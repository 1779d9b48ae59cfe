#include <algorithm>
#include <utility>

#include "domain/law/detail/route.h"
#include "domain/law/detail/words.h"

namespace comity::law::detail {

bool must_permit(const Part& part) {
    return !part.overlay;
}

bool counts(const Part& part, const Clause& clause) {
    if (clause.kind != ClauseKind::permit) {
        return false;
    }
    if (part.instrument->profile) {
        return clause.capacity == part.capacity;
    }
    return part.at.route.empty() || part.instrument->articles[clause.article].id == part.at.route;
}

namespace {

/// Asks in which order: what decides whether there is a basis, then what closes, then what a person
/// decides; inside each the order of the vocabulary.
class Wanted {
 public:
    explicit Wanted(const Vocabulary& vocabulary)
        : vocabulary_(vocabulary), rank_(vocabulary.in_order.size(), 0) {}

    void ask(const Part& part, const Clause& clause, Foreign foreign, int urgency) {
        std::vector<const Literal*> literals;
        undecided(clause.when, part.at, foreign, literals);
        for (const std::uint32_t exception : clause.exceptions) {
            const Foreign opposite = foreign == Foreign::no    ? Foreign::yes
                                     : foreign == Foreign::yes ? Foreign::no
                                                               : Foreign::unknown;
            undecided(part.instrument->clauses[exception].when, part.at, opposite, literals);
        }
        for (const Literal* literal : literals) {
            ask(*literal, urgency);
        }
    }

    void ask(const Literal& literal, int urgency) {
        const FactDeclaration* fact = vocabulary_.in_order[literal.fact];
        if (!fact->derived_from.empty()) {
            fact = vocabulary_.fact(fact->derived_from);
        }
        rank_[fact->order] = std::max(rank_[fact->order], urgency);
    }

    [[nodiscard]] std::vector<std::string> list() const {
        std::vector<std::string> names;
        for (int urgency = 4; urgency > 0; --urgency) {
            for (const FactDeclaration* fact : vocabulary_.in_order) {
                if (rank_[fact->order] == urgency) {
                    names.push_back(fact->name);
                }
            }
        }
        return names;
    }

 private:
    const Vocabulary& vocabulary_;
    std::vector<int> rank_;
};

/// The truth of a kind of clause over a route: yes if one applies.
struct Tally {
    Truth forbid = Truth::no;
    Truth may_refuse = Truth::no;
    Truth permit = Truth::yes;  ///< of all parts that must permit
    Truth gate = Truth::yes;
};

Truth permit_of(const Part& part) {
    Truth truth = Truth::no;
    const std::vector<Clause>& clauses = part.instrument->clauses;
    for (std::size_t i = 0; i < clauses.size(); ++i) {
        if (counts(part, clauses[i])) {
            truth = either(truth, part.high[i]);
        }
    }
    return truth;
}

Tally tally_of(const Library& library, const Question& question, const Route& route,
               bool own_view) {
    Tally tally;
    for (const Part& part : route.parts) {
        const std::vector<Clause>& clauses = part.instrument->clauses;
        for (std::size_t i = 0; i < clauses.size(); ++i) {
            const Truth truth = part.low[i];
            if (truth == Truth::no) {
                continue;
            }
            const ClauseKind kind = clauses[i].kind;
            if (kind == ClauseKind::forbid || kind == ClauseKind::refuse_must) {
                tally.forbid = either(tally.forbid, truth);
            } else if (kind == ClauseKind::refuse_may) {
                tally.may_refuse = either(tally.may_refuse, truth);
            } else if (is_gate(clauses[i])) {
                tally.gate = both(tally.gate,
                                  either(negated(truth),
                                         satisfied(library, question, part, clauses[i], own_view)));
            }
        }
        if (must_permit(part)) {
            tally.permit = both(tally.permit, permit_of(part));
        }
    }
    return tally;
}

Ground ground_of(const Part& part, const Clause& clause, std::string_view kind, Truth truth) {
    return {part.instrument->info.name, clause.id, std::string(kind), truth, clause.who};
}

/// The clauses of the given kinds that are of the given truth.
void cite(const Route& route, Truth truth, bool refuse_may, std::vector<Ground>& grounds) {
    for (const Part& part : route.parts) {
        const std::vector<Clause>& clauses = part.instrument->clauses;
        for (std::size_t i = 0; i < clauses.size(); ++i) {
            const ClauseKind kind = clauses[i].kind;
            const bool closes = kind == ClauseKind::forbid || kind == ClauseKind::refuse_must;
            if (part.low[i] == truth && (refuse_may ? kind == ClauseKind::refuse_may : closes)) {
                grounds.push_back(ground_of(part, clauses[i], name_of(clauses[i]), truth));
            }
        }
    }
}

/// The permits that give the basis, or that fail to.
void cite_permits(const Route& route, Truth truth, std::string_view kind,
                  std::vector<Ground>& grounds) {
    for (const Part& part : route.parts) {
        if (!must_permit(part) || (truth != Truth::yes && permit_of(part) != truth)) {
            continue;
        }
        const std::size_t before = grounds.size();
        const std::vector<Clause>& clauses = part.instrument->clauses;
        for (std::size_t i = 0; i < clauses.size(); ++i) {
            if (counts(part, clauses[i]) && part.high[i] == truth) {
                grounds.push_back(ground_of(part, clauses[i], kind, truth));
            }
        }
        if (grounds.size() == before && truth == Truth::no) {
            grounds.push_back({part.instrument->info.name, "", std::string(kind), truth, ""});
        }
    }
}

void ask_for_class(const Route& route, const Tally& tally, Wanted& wanted, bool own_view) {
    const Foreign low = own_view ? Foreign::no : Foreign::unknown;
    const Foreign high = own_view ? Foreign::yes : Foreign::unknown;
    for (const Part& part : route.parts) {
        const std::vector<Clause>& clauses = part.instrument->clauses;
        const bool basis = must_permit(part) && permit_of(part) == Truth::unknown;
        for (std::size_t i = 0; i < clauses.size(); ++i) {
            switch (clauses[i].kind) {
                case ClauseKind::permit:
                    if (basis && counts(part, clauses[i]) && part.high[i] == Truth::unknown) {
                        wanted.ask(part, clauses[i], high, 4);
                    }
                    break;
                case ClauseKind::forbid:
                case ClauseKind::refuse_must:
                case ClauseKind::refuse_may:
                case ClauseKind::cost:
                case ClauseKind::limit:
                case ClauseKind::retain_least:
                case ClauseKind::retain_most: {
                    const bool closes = clauses[i].kind == ClauseKind::forbid ||
                                        clauses[i].kind == ClauseKind::refuse_must;
                    const bool may = clauses[i].kind == ClauseKind::refuse_may &&
                                     tally.may_refuse == Truth::unknown;
                    if (part.low[i] == Truth::unknown && (closes || may)) {
                        wanted.ask(part, clauses[i], low, closes ? 3 : 2);
                    }
                    break;
                }
                case ClauseKind::require:
                case ClauseKind::deadline:
                case ClauseKind::hold:
                case ClauseKind::notify:
                case ClauseKind::review:
                case ClauseKind::dispute:
                case ClauseKind::exception:
                case ClauseKind::yields: break;
            }
        }
    }
}

/// The clauses that may or may not clash, depending on what is unknown.
void ask_for_clash(const Route& route, const Clash& clash, Wanted& wanted, bool own_view) {
    const Foreign low = own_view ? Foreign::no : Foreign::unknown;
    for (const Part& part : route.parts) {
        const std::vector<Clause>& clauses = part.instrument->clauses;
        for (std::size_t i = 0; i < clauses.size(); ++i) {
            const bool cited = std::ranges::any_of(clash.grounds, [&](const Ground& ground) {
                return ground.clause == clauses[i].id &&
                       ground.instrument == part.instrument->info.name;
            });
            if (cited && part.low[i] == Truth::unknown) {
                wanted.ask(part, clauses[i], low, 1);
            }
        }
    }
}

void ask_for_gate(const Library& library, const Question& question, const Route& route,
                  Wanted& wanted, bool own_view) {
    for (const Part& part : route.parts) {
        const std::vector<Clause>& clauses = part.instrument->clauses;
        for (std::size_t i = 0; i < clauses.size(); ++i) {
            if (!is_gate(clauses[i]) || part.low[i] == Truth::no) {
                continue;
            }
            const Truth filled = satisfied(library, question, part, clauses[i], own_view);
            if (either(negated(part.low[i]), filled) != Truth::unknown) {
                continue;
            }
            if (part.low[i] == Truth::unknown) {
                wanted.ask(part, clauses[i], own_view ? Foreign::no : Foreign::unknown, 2);
            }
            if (filled == Truth::unknown) {
                wanted.ask(*clauses[i].satisfied, 1);
            }
        }
    }
}

}  // namespace

bool releases(const Verdict& verdict) {
    return verdict.outcome == Outcome::open && verdict.gate == Truth::yes;
}

int order_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::open: return 0;
        case Outcome::needs_decision: return 1;
        case Outcome::needs_information: return 2;
        case Outcome::closed: return 3;
    }
    std::unreachable();
}

std::pair<int, int> order_of(const Verdict& verdict) {
    int among_equals = 0;
    if (verdict.outcome == Outcome::open) {
        among_equals = verdict.gate == Truth::yes ? 0 : verdict.gate == Truth::unknown ? 1 : 2;
    } else if (verdict.outcome == Outcome::closed) {
        among_equals = verdict.permit == Truth::no ? 1 : 0;
    }
    return {order_of(verdict.outcome), among_equals};
}

/// treaty.md 5.3, in its order.
Verdict verdict_of(const Library& library, const Question& question, const Route& route,
                   bool own_view) {
    const Tally tally = tally_of(library, question, route, own_view);
    const Clash clash = clash_of(route);
    Verdict verdict;
    verdict.gate = tally.gate;
    verdict.permit = tally.permit;
    Wanted wanted(library.vocabulary());
    const Truth closes = either(either(tally.forbid, clash.limits), negated(tally.permit));
    if (closes == Truth::yes) {
        verdict.outcome = Outcome::closed;
        cite(route, Truth::yes, false, verdict.grounds);
        if (clash.limits == Truth::yes) {
            verdict.grounds.insert(verdict.grounds.end(), clash.grounds.begin(),
                                   clash.grounds.end());
        }
        if (tally.permit == Truth::no) {
            cite_permits(route, Truth::no, "no-basis", verdict.grounds);
        }
        return verdict;
    }
    const Truth decides = either(tally.may_refuse, clash.decision);
    if (closes == Truth::unknown || decides == Truth::unknown) {
        verdict.outcome = Outcome::needs_information;
        cite_permits(route, Truth::unknown, "permit", verdict.grounds);
        cite(route, Truth::unknown, false, verdict.grounds);
        cite(route, Truth::unknown, true, verdict.grounds);
        verdict.grounds.insert(verdict.grounds.end(), clash.grounds.begin(), clash.grounds.end());
        ask_for_class(route, tally, wanted, own_view);
        ask_for_clash(route, clash, wanted, own_view);
        verdict.missing = wanted.list();
        return verdict;
    }
    if (decides == Truth::yes) {
        verdict.outcome = Outcome::needs_decision;
        cite(route, Truth::yes, true, verdict.grounds);
        verdict.grounds.insert(verdict.grounds.end(), clash.grounds.begin(), clash.grounds.end());
        return verdict;
    }
    verdict.outcome = Outcome::open;
    cite_permits(route, Truth::yes, "permit", verdict.grounds);
    if (tally.gate == Truth::unknown) {
        ask_for_gate(library, question, route, wanted, own_view);
        verdict.missing = wanted.list();
    }
    return verdict;
}

}  // namespace comity::law::detail
