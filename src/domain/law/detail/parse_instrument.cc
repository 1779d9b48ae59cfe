#include <algorithm>
#include <array>
#include <set>

#include "domain/law/detail/parser.h"
#include "domain/law/detail/words.h"

namespace comity::law::detail {
namespace {

std::vector<std::string> role_names(const Vocabulary& vocabulary) {
    std::vector<std::string> roles;
    for (const auto& [role, declaration] : vocabulary.roles) {
        roles.push_back(role);
    }
    return roles;
}

/// When a duty ends, for people: "10 days after receipt", "every 6 months".
std::string by_text(const Clause& clause) {
    std::string text;
    if (clause.kind == ClauseKind::dispute) {
        for (const DisputeStep& step : clause.steps) {
            text += (text.empty() ? "" : ", then ") + step.forum + " within " + step.within.text();
        }
    } else if (clause.within && clause.start_event.empty()) {
        text = "every " + clause.within->text();
    } else if (clause.within) {
        text = clause.within->text() + " after " + clause.start_event;
    }
    return text;
}

}  // namespace

void Parser::instrument(bool profile) {
    auto owned = std::make_unique<Instrument>();
    Instrument& instrument = *owned;
    instrument.profile = profile;
    instrument.place = place();
    (void)take();  // agreement or jurisdiction: head() has seen it
    const auto name =
        profile ? word("the name of a jurisdiction") : string("the name of an agreement");
    if (name && expect({"version"})) {
        instrument.info.version = static_cast<int>(number(1, 1'000'000).value_or(0));
    }
    instrument.info.name = name.value_or("");
    instrument.info.kind = profile ? "jurisdiction" : "agreement";
    instrument_meta(instrument);
    while (peek().kind != TokenKind::end) {
        if (accept("guardrail")) {
            guardrail(instrument);
        } else if (accept("article")) {
            const auto id = reference();
            const auto title = id ? string("the title of the article") : std::nullopt;
            instrument.articles.push_back({id.value_or(""), title.value_or(""), false});
            if (!title) {
                recover(restart_words());
            }
            article_body(instrument);
        } else {
            complain("an article or a guardrail is expected here", "'article' or 'guardrail'");
            (void)take();
            recover(restart_words());
            article_body(instrument);
        }
    }
    reading_.data.documents.push_back(instrument.info);
    check_instrument(instrument, reading_);
    reading_.data.instruments.push_back(std::move(owned));
}

void Parser::instrument_meta(Instrument& instrument) {
    static const std::vector<std::string> lines{
        "title",    "parties",    "in",          "replaces", "authentic", "prevails", "without",
        "reviewed", "depositary", "supplements", "calendar", "authority", "holidays", "article"};
    while (peek().kind != TokenKind::end && !at_word("article") && !at_word("guardrail")) {
        if (common_meta(instrument.info, nullptr)) {
            continue;
        }
        const auto line = one_of(lines, "the beginning of a line of a document");
        bool good = line.has_value();
        if (!good) {
            (void)take();
        } else if (*line == "parties") {
            good = parties(instrument);
        } else if (*line == "in") {
            good = force(instrument);
        } else if (*line == "replaces") {
            good = replaces(instrument);
        } else if (*line == "authentic") {
            good = authentic(instrument);
        } else if (*line == "prevails") {
            good = expect({"over"});
            const auto over = good ? string("the name of a document") : std::nullopt;
            good = over && expect({"for"});
            if (good) {
                instrument.prevails.push_back({*over, references()});
            }
        } else if (*line == "without") {
            good = expect({"prejudice", "to"});
            const auto other = good ? string("the name of a document") : std::nullopt;
            instrument.without_prejudice.push_back(other.value_or(""));
        } else if (*line == "depositary") {
            instrument.depositary = string("a name").value_or("");
        } else if (*line == "supplements") {
            instrument.supplements = string("the name of a document").value_or("");
        } else if (*line == "calendar") {
            instrument.calendar = string("the name of a calendar").value_or("");
            good = weekend(instrument);
        } else if (*line == "holidays") {
            do {
                const auto day = date();
                good = day.has_value();
                instrument.holidays.push_back(day.value_or(base::Date{}));
            } while (good && accept_mark(','));
        } else if (*line == "authority") {
            const auto name = string("the name of an authority");
            good = name && expect({"holds"});
            const auto role =
                good ? one_of(role_names(reading_.data.vocabulary), "a role") : std::nullopt;
            if (role) {
                instrument.authorities.emplace_back(*name, *role);
            }
            good = role.has_value();
        }
        if (!good) {
            static constexpr std::array<std::string_view, 11> meta{
                "title",     "parties",  "in",       "replaces", "authentic", "holidays",
                "authority", "reviewed", "calendar", "article",  "guardrail"};
            recover(meta);
        }
    }
}

bool Parser::replaces(Instrument& instrument) {
    if (!expect({"version"})) {
        return false;
    }
    instrument.replaces = static_cast<int>(number(1, 1'000'000).value_or(0));
    if (accept("transition")) {
        instrument.transition = string("the transition rule").value_or("");
    }
    if (instrument.transition.empty()) {
        complain("'replaces' has no transition", "transition \"what becomes of pending matters\"");
    }
    return true;
}

bool Parser::authentic(Instrument& instrument) {
    if (!expect({"text"})) {
        return false;
    }
    instrument.authentic_text = string("a file name").value_or("");
    if (instrument.authentic_text.empty() || !expect({"sha256"})) {
        return false;
    }
    const Place at = place();
    const auto digest = string("a digest");
    instrument.authentic_digest = digest.value_or("");
    if (digest && !base::Digest::from_hex(*digest)) {
        complain_at(at, "this is not a SHA-256 digest", "64 hexadecimal digits, lower case");
    }
    return digest.has_value();
}

bool Parser::parties(Instrument& instrument) {
    if (accept("by")) {
        instrument.by_status = true;
        return expect({"status"});
    }
    do {
        const auto name = word("the name of a jurisdiction");
        if (!name) {
            return false;
        }
        if (holds(instrument.parties, *name)) {
            complain("the party '" + *name + "' stands twice");
        }
        instrument.parties.push_back(*name);
    } while (accept_mark(','));
    return true;
}

bool Parser::force(Instrument& instrument) {
    if (!expect({"force"})) {
        return false;
    }
    if (accept("by")) {
        instrument.by_status = true;
        return expect({"status"});
    }
    if (!expect({"from"})) {
        return false;
    }
    const Place at = place();
    instrument.from = date();
    if (instrument.from && accept("until")) {
        instrument.until = date();
        if (instrument.until && *instrument.until <= *instrument.from) {
            complain_at(at, "the text ends before it begins",
                        "an end after " + instrument.from->text());
        }
        return instrument.until.has_value();
    }
    return instrument.from.has_value();
}

bool Parser::weekend(Instrument& instrument) {
    static const std::vector<std::string> days{"sunday",   "monday", "tuesday", "wednesday",
                                               "thursday", "friday", "saturday"};
    if (!accept("weekend")) {
        return true;
    }
    for (const std::string& day : names_of(days, "a day of the week")) {
        instrument.weekend.push_back(static_cast<int>(std::ranges::find(days, day) - days.begin()));
    }
    return !instrument.weekend.empty();
}

void Parser::article_body(Instrument& instrument) {
    static const std::vector<std::string> lines{"clause",     "table",   "define",  "declarable",
                                                "reservable", "overlay", "article", "guardrail"};
    while (peek().kind != TokenKind::end && !at_word("article") && !at_word("guardrail")) {
        if (accept("clause")) {
            clause(instrument);
        } else if (accept("table")) {
            table(instrument);
        } else if (accept("define")) {
            define(instrument);
        } else if (accept("declarable")) {
            reservable(instrument, false);
        } else if (accept("reservable")) {
            reservable(instrument, true);
        } else if (accept("overlay")) {
            if (!instrument.articles.empty()) {
                instrument.articles.back().overlay = true;
            }
        } else {
            (void)one_of(lines, "the beginning of a line of an article");
            (void)take();
            recover(restart_words());
        }
    }
}

void Parser::define(Instrument& instrument) {
    const Place at = place();
    const auto name = word("a name");
    if (!name || !expect({"as"})) {
        recover(restart_words());
        return;
    }
    auto meaning = condition(instrument);
    if (!meaning) {
        recover(restart_words());
        return;
    }
    if (meaning->size() > max_condition_nodes) {
        complain_at(at, "the definition is too long", "at most 4096 comparisons");
        return;
    }
    if (reading_.data.vocabulary.fact(*name) != nullptr || instrument.defines.contains(*name)) {
        complain_at(at, "'" + *name + "' has a meaning already", "a new name");
        return;
    }
    instrument.defines.emplace(*name, std::move(*meaning));
}

/// `declarable REF "text"`, `reservable REF "text"`, `reservable REF closes ARTICLE [when COND]`.
void Parser::reservable(Instrument& instrument, bool closes) {
    const Place at = place();
    const auto id = reference();
    if (!id) {
        recover(restart_words());
        return;
    }
    Reservable entry{*id, "", at};
    if (closes && accept("closes")) {
        const auto article = reference();
        Expression when;
        if (article && accept("when")) {
            when = condition(instrument).value_or(Expression{});
        }
        if (!article) {
            recover(restart_words());
            return;
        }
        entry.closes = *article;
        // A reservation is a clause that forbids along this route.
        Clause clause;
        clause.id = *id;
        clause.place = at;
        clause.article = instrument.articles.empty() ? 0 : instrument.articles.size() - 1;
        clause.kind = ClauseKind::forbid;
        Literal route;
        route.kind = Literal::Kind::route;
        route.reference = *article;
        route.text = "route is " + *article;
        route.opposite = "route is not " + *article;
        Literal reserved;
        reserved.kind = Literal::Kind::party;
        reserved.reserved = true;
        reserved.reference = *id;
        reserved.reference_side = "requested";
        reserved.text = status_key("requested", true, *id);
        reserved.opposite = "not " + reserved.text;
        Expression first{Expression::Op::literal, std::move(route), {}};
        Expression second{Expression::Op::literal, std::move(reserved), {}};
        clause.source =
            conjunction(conjunction(std::move(first), std::move(second)), std::move(when));
        keep(instrument, std::move(clause));
    } else if (!string("what may be declared")) {
        recover(restart_words());
        return;
    }
    instrument.reservables.push_back(std::move(entry));
}

void Parser::keep(Instrument& instrument, Clause clause) {
    for (const Clause& other : instrument.clauses) {
        if (other.id == clause.id) {
            complain_at(
                clause.place, "the clause " + clause.id + " stands twice",
                "an id of its own; the first is in line " + std::to_string(other.place.line));
            return;
        }
    }
    if (instrument.clauses.size() >= max_clauses) {
        complain_at(clause.place, "the document has too many clauses", "at most 4096");
        return;
    }
    if (clause.source.op != Expression::Op::always && clause.source.size() > max_condition_nodes) {
        complain_at(clause.place, "the condition is too long", "at most 4096 comparisons");
        return;
    }
    clause.when = compile(clause.source);
    clause.by_text = by_text(clause);
    instrument.clauses.push_back(std::move(clause));
}

/// `status of "CETS-224"` and for every party its dates, declarations and reservations.
void Parser::status() {
    (void)expect({"status", "of"});
    Library::DocumentInfo info{"status", "", 1, "", {}, {}};
    const auto agreement = string("the name of an agreement");
    info.name = agreement.value_or("");
    while (peek().kind != TokenKind::end) {
        if (common_meta(info, nullptr)) {
            continue;
        }
        if (accept("party")) {
            status_party(info.name);
            continue;
        }
        complain("a party is expected here", "'party'");
        (void)take();
        recover(restart_words());
    }
    if (!reading_.data.statuses.empty() && info.title.empty()) {
        info.title = "Status of " + info.name;
    }
    reading_.data.documents.push_back(std::move(info));
}

void Parser::status_party(const std::string& agreement) {
    Status status;
    status.agreement = agreement;
    status.place = place();
    const auto party = word("the name of a jurisdiction");
    if (!party || !expect({"in", "force", "from"})) {
        recover(restart_words());
        return;
    }
    status.party = *party;
    status.from = date();
    if (status.from && accept("until")) {
        status.until = date();
    }
    while (at_word("declares") || at_word("reserves")) {
        auto& list = take().text == "declares" ? status.declares : status.reserves;
        for (std::string& one : references()) {
            list.push_back(std::move(one));
        }
    }
    reading_.data.statuses.push_back(std::move(status));
}

}  // namespace comity::law::detail
