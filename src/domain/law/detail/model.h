#pragma once

// The checked texts: what parsing leaves behind and assessment runs over.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/law/detail/condition.h"
#include "domain/law/library.h"

namespace comity::law {

namespace detail {

inline constexpr std::size_t max_clauses = 4096;
inline constexpr std::size_t max_nesting = 32;

enum class ClauseKind : std::uint8_t {
    permit,
    forbid,
    refuse_must,
    refuse_may,
    require,  ///< its requirement's kind is Clause::need
    limit,
    deadline,
    hold,
    retain_least,
    retain_most,
    notify,
    cost,
    review,
    dispute,
    exception,
    yields,
};

enum class RequirementKind : std::uint8_t { approval, standard, judgement, element, finding };

/// Which side's law a clause is: of a profile by its `as`, of an agreement both.
enum class Capacity : std::uint8_t { either, issuing, executing };

/// A place in a text, for what is checked after reading.
struct Place {
    std::string file;
    int line = 0;
    int column = 0;
};

struct DisputeStep {
    std::string forum;
    Span within;
};

struct Clause {
    std::string id;
    Place place;
    std::size_t article = 0;
    std::string table;                 ///< the table whose row it is; may be empty
    std::vector<std::uint64_t> cells;  ///< of a table row: the values each column admits
    ClauseKind kind = ClauseKind::permit;
    Capacity capacity = Capacity::either;
    Expression source;  ///< when and unless, as written
    Condition when;     ///< compiled
    std::string text;
    bool judgement_figure = false;
    std::optional<base::Date> from;
    std::optional<base::Date> until;

    std::string target;                     ///< exception: the clause or table; yields: to what
    std::vector<std::uint32_t> exceptions;  ///< clauses that switch this one off

    std::string what;  ///< ground, element list name, event, recipient, body, limited fact
    std::string who;   ///< decider, judge of a finding, duty-bearer, bearer of cost, clearer
    RequirementKind need = RequirementKind::finding;
    std::optional<Literal> satisfied;  ///< require, limit, hold: what the gate asks
    std::string level;                 ///< approval, standard: the value; limit: the value or set
    std::vector<std::string> elements;
    std::optional<Span> within;
    std::string start_event;
    std::string on_silence;
    std::size_t silence_rank = 0;  ///< place in Vocabulary::silence, 0 is the most protective
    std::int64_t percent = 0;
    std::optional<Span> defer_at_most;
    std::string defer_on;  ///< the finding that a deferral rests on, and who makes it
    std::string defer_by;
    std::vector<DisputeStep> steps;
    std::string by_text;  ///< "10 days after receipt", written once at load
};

/// The word of a clause's kind in answers: "refuse-must", "approval", "retain-at-most".
[[nodiscard]] std::string_view name_of(const Clause& clause);

struct Article {
    std::string id;
    std::string title;
    bool overlay = false;
};

struct Reservable {
    std::string reference;
    std::string closes;  ///< article; empty: a declaration
    Place place;
};

struct Guardrail {
    enum class Kind { never_release, never_wider, always, can_fire, no_clash, no_gap, some_route };
    std::string id;
    std::string title;
    Kind kind = Kind::never_release;
    Condition when;
    Clause effect;          ///< always: what must apply
    int version = 0;        ///< never_wider
    std::string reference;  ///< never_wider: except; no_clash: the kind
    std::optional<base::Date> from;
    std::optional<base::Date> until;
    Place place;
};

struct Priority {
    std::string over;                   ///< the document that yields
    std::vector<std::string> articles;  ///< articles or clauses of it
};

}  // namespace detail

/// An agreement or a jurisdiction's profile.
struct Instrument {
    Library::DocumentInfo info;
    detail::Place place;
    bool profile = false;
    std::vector<std::string> parties;  ///< empty with by_status
    bool by_status = false;
    std::optional<base::Date> from;
    std::optional<base::Date> until;
    int replaces = 0;  ///< version; 0: none
    std::string transition;
    std::string authentic_text;
    std::string authentic_digest;
    std::vector<detail::Priority> prevails;
    std::vector<std::string> without_prejudice;
    std::string supplements;
    std::string depositary;
    std::string calendar;
    std::vector<int> weekend;  ///< 0 Sunday ... 6 Saturday
    std::vector<base::Date> holidays;
    std::vector<std::pair<std::string, std::string>> authorities;  ///< name, role it holds
    std::vector<detail::Article> articles;
    std::vector<detail::Clause> clauses;  ///< an exception stands in `order` before what it excepts
    std::vector<std::uint32_t> order;     ///< clause indices, exceptions first
    std::vector<std::string> routes;  ///< articles that are routes of their own; empty: one route
    std::vector<detail::Reservable> reservables;
    std::vector<detail::Guardrail> guardrails;
    std::map<std::string, detail::Expression, std::less<>> defines;
};

/// What one party has declared and reserved under an agreement.
struct Status {
    std::string agreement;
    std::string party;
    std::optional<base::Date> from;
    std::optional<base::Date> until;
    std::vector<std::string> declares;
    std::vector<std::string> reserves;
    detail::Place place;
};

struct LibraryData {
    std::vector<Source> sources;
    Vocabulary vocabulary;
    std::vector<std::unique_ptr<Instrument>> instruments;
    std::vector<Status> statuses;
    std::vector<Procedure> procedures;
    std::vector<Library::DocumentInfo> documents;
    base::LawDigest digest;
};

}  // namespace comity::law
