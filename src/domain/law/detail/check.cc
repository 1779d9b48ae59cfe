#include <algorithm>
#include <functional>
#include <set>

#include "domain/law/detail/parser.h"
#include "domain/law/detail/words.h"

namespace comity::law::detail {
namespace {

void report(Reading reading, const Place& at, std::string what, std::string expected = {},
            std::string near = {}) {
    reading.diagnostics.push_back(
        {at.file, at.line, at.column, std::move(what), std::move(expected), std::move(near)});
}

std::vector<std::string> clause_ids(const Instrument& instrument) {
    std::vector<std::string> ids;
    for (const Clause& clause : instrument.clauses) {
        ids.push_back(clause.id);
        if (!clause.table.empty() && !holds(ids, clause.table)) {
            ids.push_back(clause.table);
        }
    }
    return ids;
}

/// Hangs every exception on the clause, or the rows of the table, that it excepts from. A clause
/// that yields does the same for its whole article.
void resolve_exceptions(Instrument& instrument, Reading reading) {
    for (std::uint32_t i = 0; i < instrument.clauses.size(); ++i) {
        const Clause& clause = instrument.clauses[i];
        if (clause.kind != ClauseKind::exception && clause.kind != ClauseKind::yields) {
            continue;
        }
        bool found = false;
        for (Clause& other : instrument.clauses) {
            const bool meant = clause.kind == ClauseKind::exception
                                   ? other.id == clause.target || other.table == clause.target
                                   : other.article == clause.article && &other != &clause &&
                                         other.kind != ClauseKind::yields;
            if (meant) {
                other.exceptions.push_back(i);
                found = true;
            }
        }
        if (!found && clause.kind == ClauseKind::exception) {
            const std::vector<std::string> ids = clause_ids(instrument);
            report(reading, clause.place,
                   "the exception is to " + clause.target + ", which is not a clause of this text",
                   "a clause or table", nearest(clause.target, ids));
        }
    }
}

/// Puts every exception before what it excepts from; reports a cycle (treaty.md 5.2).
void order_clauses(Instrument& instrument, Reading reading) {
    enum class Mark : std::uint8_t { fresh, open, done };
    struct Frame {
        std::uint32_t clause;
        std::size_t next;
    };
    std::vector<Mark> marks(instrument.clauses.size(), Mark::fresh);
    for (std::uint32_t start = 0; start < instrument.clauses.size(); ++start) {
        std::vector<Frame> path;  // a path of our own: texts choose how deep it gets
        if (marks[start] == Mark::fresh) {
            marks[start] = Mark::open;
            path.push_back({start, 0});
        }
        while (!path.empty()) {
            Frame& frame = path.back();
            const Clause& clause = instrument.clauses[frame.clause];
            if (frame.next == clause.exceptions.size()) {
                marks[frame.clause] = Mark::done;
                instrument.order.push_back(frame.clause);
                path.pop_back();
                continue;
            }
            const std::uint32_t next = clause.exceptions[frame.next++];
            if (marks[next] == Mark::open) {
                report(reading, instrument.clauses[next].place,
                       "the exceptions go round in a circle through " + instrument.clauses[next].id,
                       "an exception that does not lead back to itself");
            } else if (marks[next] == Mark::fresh) {
                marks[next] = Mark::open;
                path.push_back({next, 0});
            }
        }
    }
}

void find_routes(Instrument& instrument, Reading reading) {
    std::vector<std::string> articles;
    for (const Article& article : instrument.articles) {
        if (holds(articles, article.id)) {
            report(reading, instrument.place, "the article " + article.id + " stands twice");
        }
        articles.push_back(article.id);
    }
    std::set<std::string> routes;
    const auto look = [&](const Condition& when, const Place& at) {
        for (const Literal& literal : when.literals) {
            if (literal.kind == Literal::Kind::route) {
                routes.insert(literal.reference);
                if (!holds(articles, literal.reference)) {
                    report(reading, at, "the route " + literal.reference + " is not an article",
                           list_of(articles), nearest(literal.reference, articles));
                }
            }
            if (literal.kind == Literal::Kind::party &&
                std::ranges::find(instrument.reservables, literal.reference,
                                  &Reservable::reference) == instrument.reservables.end()) {
                report(reading, at,
                       "nothing can be declared or reserved under " + literal.reference,
                       "a 'declarable' or 'reservable' of this text");
            }
        }
    };
    for (const Clause& clause : instrument.clauses) {
        look(clause.when, clause.place);
    }
    for (const Guardrail& guardrail : instrument.guardrails) {
        look(guardrail.when, guardrail.place);
    }
    // Every article that permits something is a route, if the text tells routes apart at all.
    for (const std::string& article : articles) {
        const bool permits = std::ranges::any_of(instrument.clauses, [&](const Clause& clause) {
            return clause.kind == ClauseKind::permit && clause.article < articles.size() &&
                   articles[clause.article] == article;
        });
        if (!routes.empty() && (permits || routes.contains(article))) {
            instrument.routes.push_back(article);
        }
    }
}

void check_dates(const Instrument& instrument, Reading reading) {
    if (!instrument.by_status && !instrument.from && !instrument.info.name.empty()) {
        report(reading, instrument.place, "the text does not say from when it is in force",
               "in force from YYYY-MM-DD");
    }
    if (!instrument.profile && !instrument.by_status && instrument.parties.size() < 2) {
        report(reading, instrument.place, "an agreement has at least two parties", "parties A, B");
    }
    for (const Clause& clause : instrument.clauses) {
        if (clause.from && clause.until && *clause.until <= *clause.from) {
            report(reading, clause.place, "the clause ends before it begins",
                   "an end after " + clause.from->text());
        }
    }
    if (instrument.replaces != 0 && instrument.replaces >= instrument.info.version) {
        report(reading, instrument.place, "a version replaces an older one",
               "a number below " + std::to_string(instrument.info.version));
    }
}

void check_references(const Instrument& instrument, Reading reading) {
    const std::vector<std::string> ids = clause_ids(instrument);
    for (const Guardrail& guardrail : instrument.guardrails) {
        if (guardrail.kind == Guardrail::Kind::never_wider && !guardrail.reference.empty() &&
            !holds(ids, guardrail.reference)) {
            report(reading, guardrail.place, guardrail.reference + " is not a clause of this text",
                   "a clause", nearest(guardrail.reference, ids));
        }
    }
}

}  // namespace

void check_instrument(Instrument& instrument, Reading reading) {
    resolve_exceptions(instrument, reading);
    order_clauses(instrument, reading);
    find_routes(instrument, reading);
    check_dates(instrument, reading);
    check_references(instrument, reading);
}

void check_library(Reading reading) {
    const LibraryData& data = reading.data;
    std::set<std::tuple<std::string, std::string, int>> seen;
    for (const Library::DocumentInfo& info : data.documents) {
        if (info.kind != "status" && !seen.emplace(info.kind, info.name, info.version).second) {
            report(reading, {},
                   "the " + info.kind + " " + info.name + " version " +
                       std::to_string(info.version) + " stands twice");
        }
    }
    std::vector<std::string> agreements;
    for (const auto& instrument : data.instruments) {
        if (!instrument->profile) {
            agreements.push_back(instrument->info.name);
        }
    }
    for (const Status& status : data.statuses) {
        std::vector<std::string> references;
        for (const auto& instrument : data.instruments) {
            if (instrument->info.name == status.agreement) {
                for (const Reservable& one : instrument->reservables) {
                    references.push_back(one.reference);
                }
            }
        }
        if (!holds(agreements, status.agreement)) {
            report(reading, status.place,
                   "the agreement " + status.agreement + " is not in the library",
                   list_of(agreements), nearest(status.agreement, agreements));
            continue;
        }
        for (const auto* list : {&status.declares, &status.reserves}) {
            for (const std::string& one : *list) {
                if (!holds(references, one)) {
                    report(reading, status.place, one + " can be neither declared nor reserved",
                           list_of(references), nearest(one, references));
                }
            }
        }
    }
}

}  // namespace comity::law::detail
