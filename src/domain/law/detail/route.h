#pragma once

// One route: an instrument, the overlays, the profile of the requesting side as issuing and that of
// the requested side as executing, each clause judged (treaty.md 5.3, 5.5).

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/law/assess.h"
#include "domain/law/detail/model.h"

namespace comity::law::detail {

/// The facts of a question as the clauses read them: one entry per declared fact.
struct FactTable {
    std::vector<Possible> facts;
    std::vector<std::uint8_t> foreign;
};

[[nodiscard]] FactTable table_of(const Vocabulary& vocabulary, const Question& question);

/// One document in a route.
struct Part {
    const Instrument* instrument = nullptr;
    Capacity capacity = Capacity::either;  ///< of a profile: as which side it stands here
    bool overlay = false;                  ///< only its overlay articles count
    Circumstances at;
    std::vector<std::string> status;  ///< declarations and reservations in force; `at` refers to it
    std::vector<Truth> truth;         ///< per clause
    std::vector<Truth> low;  ///< the same with what other sides alone know counted as favourable
    std::vector<Truth> high;
};

struct Route {
    std::string article;
    std::vector<Part> parts;  ///< the instrument first, then overlays, issuing, executing
};

/// The instrument, with the article where the text has routes: "CETS-224 7".
[[nodiscard]] std::string route_name(const Instrument& leading, std::string_view article);

/// Whether a clause counts in this part at all, on that day.
[[nodiscard]] bool stands(const Part& part, const Clause& clause, base::Date as_of,
                          const Instrument& leading);

void judge_part(Part& part, base::Date as_of, const Instrument& leading, bool own_view);

/// Whether the part must permit for the route to be open.
[[nodiscard]] bool must_permit(const Part& part);
/// Whether a permit counts here: of a profile only for the side that it names (no statute, no
/// power); of a text with routes only along the route of its own article.
[[nodiscard]] bool counts(const Part& part, const Clause& clause);

/// What the clauses of a route say together.
struct Verdict {
    Outcome outcome = Outcome::needs_information;
    Truth gate = Truth::no;
    Truth permit = Truth::yes;  ///< whether every text that must permit it does
    std::vector<Ground> grounds;
    std::vector<std::string> missing;
};

[[nodiscard]] bool releases(const Verdict& verdict);

/// open < needs decision < needs information < closed (treaty.md 5.5).
[[nodiscard]] int order_of(Outcome outcome);

/// Of alternatives the least is taken: by outcome, then released before open; of open ones not
/// released, first those that facts may still release. A route that releases comes before any that
/// is merely open: else what more is known of the one could take away what the other lets through.
/// Of closed ones the one that a clause closes comes before one that gives no basis: it is the
/// route that was meant.
[[nodiscard]] std::pair<int, int> order_of(const Verdict& verdict);

[[nodiscard]] Verdict verdict_of(const Library& library, const Question& question,
                                 const Route& route, bool own_view);

/// The duties of a route after the merge rules of treaty.md 5.4.
[[nodiscard]] std::vector<Duty> duties_of(const Library& library, const Question& question,
                                          const Route& route, bool own_view);

/// Whether what a gate clause asks is satisfied.
[[nodiscard]] Truth satisfied(const Library& library, const Question& question, const Part& part,
                              const Clause& clause, bool own_view);

/// Clauses that cannot be merged: costs that fall on different sides, retention that ends before it
/// may, limits that leave nothing (treaty.md 5.4).
struct Clash {
    Truth limits = Truth::no;
    Truth decision = Truth::no;
    std::vector<Ground> grounds;
};
[[nodiscard]] Clash clash_of(const Route& route);

[[nodiscard]] bool is_gate(const Clause& clause);
/// True if the left span is shorter. Unlike units are compared by their usual length in hours: a
/// working day counts 7/5 of a day, a month 730 hours.
[[nodiscard]] bool shorter(const Span& left, const Span& right);

[[nodiscard]] std::vector<TraceStep> trace_of(const Route& route);

}  // namespace comity::law::detail
