#pragma once

// Assessment: one request against the texts of both sides (treaty.md 5). Pure: no clock; `as_of`
// and the instants of events are handed in.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/law/facts.h"
#include "domain/law/library.h"
#include "ground/base/base.h"

namespace comity::law {

enum class Outcome { open, closed, needs_decision, needs_information };
[[nodiscard]] std::string_view name_of(Outcome outcome);  ///< "open", "needs-decision", ...

struct Question {
    std::string requesting;  ///< jurisdiction, e.g. "XA"
    std::string requested;
    base::Date as_of;
    Facts facts;
    /// Instants at which events of the vocabulary took place, for holds and duties; may be empty.
    std::map<std::string, base::Instant, std::less<>> events;
    /// The time up to which silence and holds are judged; none: only facts clear a hold.
    std::optional<base::Instant> now;
    /// A side of the matter, e.g. "requesting": unknown facts that only other sides may assert are
    /// then not held against the request (LawNeed::open_own, release_own). Empty: all facts count.
    std::string as_far_as;
};

/// A clause that decided the outcome.
struct Ground {
    std::string instrument;  ///< "XA-XB/EE", "XB"
    std::string clause;      ///< the clause id, which is its citation: "4(1)(c)", "CCP 88(2)"
    std::string kind;        ///< "forbid", "refuse-must", "refuse-may", "no-basis", "permit"; of
                             ///< clauses that cannot be merged: "limit", "cost", "retain"
    Truth truth = Truth::yes;
    std::string who;  ///< refuse-may: who decides
    friend bool operator==(const Ground&, const Ground&) = default;
};

/// What the clauses ask for, after the merge rules of treaty.md 5.4.
struct Duty {
    std::string kind;  ///< approval, standard, judgement, element, dual-criminality, limit, hold,
                       ///< deadline, retain-at-least, retain-at-most, notify, cost, review, dispute
    std::string what;  ///< e.g. "judge", "facts-summary", "answer", "tier 1"
    std::string who;   ///< who has to act: judge, requesting, requested, provider, ...
    std::string by;    ///< for people and JSON: "10 days after receipt"; empty if no time is set
    std::string instrument;
    std::string clause;  ///< the clause that won the merge; others that lead to the same in `also`
    std::vector<std::string> also;
    Truth applies = Truth::yes;      ///< unknown: it may apply, facts lack
    std::optional<Truth> satisfied;  ///< requirements, holds and limits only: what the gate asks
    std::optional<Span> within;      ///< deadlines, notices, retention
    std::string start_event;         ///< of which event `within` runs
    std::string on_silence;          ///< deadlines: escalate, refuse, withdraw-and-delete, continue
    std::optional<Span> defer_at_most;  ///< notices: the longest deferral, if all clauses allow it
    friend bool operator==(const Duty&, const Duty&) = default;
};

/// One line of the explanation: a clause, whether it applies, and what decided that.
struct TraceStep {
    std::string instrument;
    std::string clause;
    std::string kind;
    Truth truth = Truth::unknown;
    std::string because;  ///< "data is content; emergency unknown", or "switched off by 4(2)"
    friend bool operator==(const TraceStep&, const TraceStep&) = default;
};

struct Assessment {
    Outcome outcome = Outcome::needs_information;
    std::string route;  ///< the instrument, with the article where the text has routes
    bool release_up = false;
    std::vector<Ground> grounds;
    std::vector<Duty> duties;
    std::vector<std::string> missing;  ///< facts to ask for, in asking order
    std::vector<TraceStep> trace;
    std::vector<std::string> reviewed_by_none;  ///< instruments used that nobody reviewed
    /// The other routes, if asked for, best first: what each gives by itself, or lacks. Theirs are
    /// empty.
    std::vector<Assessment> others;
    friend bool operator==(const Assessment&, const Assessment&) = default;

    /// The first duty that keeps the release gate down; none if it is up.
    [[nodiscard]] const Duty* first_obstacle() const;
};

/// What an assessment tells: people read the others too, a judgement needs the best alone.
enum class Routes { all, best };

/// Assesses every route between the two sides. They are alternatives: the best is told, so a
/// release that one of them lets through is a release, whatever the others lack. Kind not_found if
/// no agreement in force at as_of binds both.
[[nodiscard]] base::Result<Assessment> assess(const Library& library, const Question& question,
                                              Routes told = Routes::all);

/// The JSON answer of `comity treaty decide` (docs/cli.md).
[[nodiscard]] codec::Value to_json(const Assessment& assessment, bool with_trace);
/// In plain sentences, English.
[[nodiscard]] std::vector<std::string> sentences(const Assessment& assessment);

}  // namespace comity::law
