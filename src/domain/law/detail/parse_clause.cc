#include <algorithm>
#include <set>

#include "domain/law/detail/parser.h"
#include "domain/law/detail/words.h"

namespace comity::law::detail {
namespace {

std::vector<std::string> events_of(const Vocabulary& vocabulary) {
    return {vocabulary.events.begin(), vocabulary.events.end()};
}

/// Everybody a clause may name: sides, bodies and roles.
std::vector<std::string> offices_of(const Vocabulary& vocabulary) {
    std::set<std::string> all(vocabulary.sides.begin(), vocabulary.sides.end());
    all.insert(vocabulary.bodies.begin(), vocabulary.bodies.end());
    for (const auto& [role, declaration] : vocabulary.roles) {
        all.insert(role);
    }
    return {all.begin(), all.end()};
}

constexpr std::string_view office = "a side, body or role of the vocabulary";
constexpr std::string_view event = "an event of the vocabulary";

}  // namespace

void Parser::clause(Instrument& instrument) {
    Clause clause;
    clause.place = place();
    clause.article = instrument.articles.empty() ? 0 : instrument.articles.size() - 1;
    const auto id = reference();
    if (!id || !effect(instrument, clause) || !attributes(instrument, clause)) {
        recover(restart_words());
    }
    clause.id = id.value_or("");
    if (id) {
        keep(instrument, std::move(clause));
    }
}

bool Parser::effect(Instrument& instrument, Clause& clause) {
    static const std::vector<std::string> effects{
        "permit", "forbid", "refuse", "require", "limit",   "deadline",  "hold",
        "retain", "notify", "cost",   "review",  "dispute", "exception", "yields"};
    const Vocabulary& vocabulary = reading_.data.vocabulary;
    const auto effect = one_of(effects, "an effect of a clause");
    if (!effect) {
        return false;
    }
    if (*effect == "permit" || *effect == "forbid") {
        clause.kind = *effect == "permit" ? ClauseKind::permit : ClauseKind::forbid;
        return true;
    }
    if (*effect == "cost") {
        clause.kind = ClauseKind::cost;
        if (!expect({"borne", "by"})) {
            return false;
        }
        clause.who = one_of(offices_of(vocabulary), office).value_or("");
        return !clause.who.empty();
    }
    if (*effect == "exception" || *effect == "yields") {
        const bool exception = *effect == "exception";
        clause.kind = exception ? ClauseKind::exception : ClauseKind::yields;
        if (!expect({"to"})) {
            return false;
        }
        clause.target = reference().value_or("");
        return !clause.target.empty();
    }
    (void)instrument;
    return *effect == "refuse"     ? refuse(clause)
           : *effect == "require"  ? require(clause)
           : *effect == "limit"    ? limit(clause)
           : *effect == "deadline" ? deadline(clause)
           : *effect == "hold"     ? hold(clause)
           : *effect == "retain"   ? retain(clause)
           : *effect == "notify"   ? notify(clause)
           : *effect == "review"   ? review(clause)
                                   : dispute(clause);
}

bool Parser::refuse(Clause& clause) {
    const bool must = at_word("must");
    if (!must && !at_word("may")) {
        complain("'refuse' needs its force", "'must' or 'may'");
        return false;
    }
    (void)take();
    clause.kind = must ? ClauseKind::refuse_must : ClauseKind::refuse_may;
    if (!expect({"ground"})) {
        return false;
    }
    clause.what = word("the name of the ground").value_or("");
    if (clause.what.empty()) {
        return false;
    }
    if (accept("decided")) {
        if (!expect({"by"})) {
            return false;
        }
        clause.who = one_of(offices_of(reading_.data.vocabulary), office).value_or("");
        return !clause.who.empty();
    }
    if (!must) {
        complain("'refuse may' does not say who decides", "'decided by'");
    }
    return must;
}

bool Parser::require(Clause& clause) {
    clause.kind = ClauseKind::require;
    const Vocabulary& vocabulary = reading_.data.vocabulary;
    if (at_word("element")) {
        const FactDeclaration* fact = known_fact();
        clause.need = RequirementKind::element;
        if (fact == nullptr || fact->type != FactType::set) {
            return false;
        }
        clause.elements = names_of(fact->values, "an element of the vocabulary");
        Literal literal = literal_on(*fact, Literal::Kind::includes);
        for (const std::string& element : clause.elements) {
            literal.mask |= std::uint64_t{1} << static_cast<std::size_t>(
                                std::ranges::find(fact->values, element) - fact->values.begin());
        }
        clause.satisfied = std::move(literal);
        return !clause.elements.empty();
    }
    if (accept("judgement")) {
        clause.need = RequirementKind::judgement;
        const FactDeclaration* fact = known_fact();
        if (fact == nullptr || fact->type != FactType::boolean || !expect({"by"})) {
            return false;
        }
        clause.what = fact->name;
        clause.who = one_of(offices_of(vocabulary), office).value_or("");
        clause.satisfied = literal_on(*fact, Literal::Kind::mask);
        clause.satisfied->mask = 2;
        return !clause.who.empty();
    }
    const Place at = place();
    const FactDeclaration* fact = known_fact();
    if (fact == nullptr) {
        return false;
    }
    if (fact->type == FactType::scale) {
        return require_level(clause, fact->name);
    }
    if (fact->type != FactType::boolean) {
        complain_at(at, "'" + fact->name + "' cannot be required",
                    "a scale with a value, or a fact that is yes or no");
        return false;
    }
    clause.need = RequirementKind::finding;
    clause.what = fact->name;
    clause.satisfied = literal_on(*fact, Literal::Kind::mask);
    clause.satisfied->mask = 2;
    return true;
}

bool Parser::require_level(Clause& clause, const std::string& name) {
    const FactDeclaration& fact = *reading_.data.vocabulary.fact(name);
    const auto level = one_of(fact.values, "a level of " + name);
    if (!level) {
        return false;
    }
    const auto index =
        static_cast<std::size_t>(std::ranges::find(fact.values, *level) - fact.values.begin());
    clause.need = name == "approval" ? RequirementKind::approval : RequirementKind::standard;
    clause.what = name;
    clause.level = *level;
    clause.satisfied = literal_on(fact, Literal::Kind::mask);
    clause.satisfied->mask = full_mask(fact) & ~((std::uint64_t{1} << index) - 1);
    return true;
}

bool Parser::limit(Clause& clause) {
    clause.kind = ClauseKind::limit;
    const FactDeclaration* fact = known_fact();
    if (fact == nullptr || !expect({"to"})) {
        return false;
    }
    clause.what = fact->name;
    switch (fact->type) {
        case FactType::integer: {
            const auto most = number(fact->low, fact->high);
            clause.satisfied = literal_on(*fact, Literal::Kind::range);
            clause.satisfied->low = fact->low;
            clause.satisfied->high = most.value_or(0);
            clause.level = std::to_string(most.value_or(0));
            return most.has_value();
        }
        case FactType::scale: {
            const auto bit = value_bit(*fact);
            clause.satisfied = literal_on(*fact, Literal::Kind::mask);
            clause.satisfied->mask = bit.value_or(1) | (bit.value_or(1) - 1);
            return bit.has_value();
        }
        case FactType::enumeration:
        case FactType::set: {
            const auto mask = value_set(*fact);
            clause.satisfied = literal_on(
                *fact, fact->type == FactType::set ? Literal::Kind::within : Literal::Kind::mask);
            clause.satisfied->mask = mask.value_or(0);
            return mask.has_value();
        }
        case FactType::boolean:
        case FactType::date:
        case FactType::text_party: break;
    }
    complain("'" + fact->name + "' cannot be limited",
             "a number, a scale, an enumeration or a set");
    return false;
}

bool Parser::deadline(Clause& clause) {
    const Vocabulary& vocabulary = reading_.data.vocabulary;
    clause.kind = ClauseKind::deadline;
    const auto what = one_of(events_of(vocabulary), event);
    if (!what || !expect({"by"})) {
        return false;
    }
    clause.what = *what;
    const auto who = one_of(offices_of(vocabulary), office);
    if (!who || !expect({"within"})) {
        return false;
    }
    clause.who = *who;
    clause.within = span();
    if (!clause.within || !expect({"of"})) {
        return false;
    }
    clause.start_event = one_of(events_of(vocabulary), event).value_or("");
    if (clause.start_event.empty() || !expect({"on", "silence"})) {
        return false;
    }
    clause.on_silence = one_of(vocabulary.silence, "an effect of silence").value_or("");
    clause.silence_rank = static_cast<std::size_t>(
        std::ranges::find(vocabulary.silence, clause.on_silence) - vocabulary.silence.begin());
    return !clause.on_silence.empty();
}

bool Parser::hold(Clause& clause) {
    const Vocabulary& vocabulary = reading_.data.vocabulary;
    clause.kind = ClauseKind::hold;
    clause.what = word("what is held").value_or("");
    if (clause.what.empty() || !expect({"until"})) {
        return false;
    }
    const Place at = place();
    const FactDeclaration* fact = vocabulary.fact("cleared");
    if (!expect({"cleared", "by"})) {
        return false;
    }
    if (fact == nullptr || fact->type != FactType::boolean) {
        complain_at(at, "the vocabulary has no fact 'cleared' that is yes or no");
        return false;
    }
    const auto who = one_of(offices_of(vocabulary), office);
    if (!who || !expect({"or"})) {
        return false;
    }
    clause.who = *who;
    clause.satisfied = literal_on(*fact, Literal::Kind::mask);
    clause.satisfied->mask = 2;
    clause.within = span();
    if (!clause.within || !expect({"after"})) {
        return false;
    }
    clause.start_event = one_of(events_of(vocabulary), event).value_or("");
    return !clause.start_event.empty();
}

bool Parser::retain(Clause& clause) {
    if (!expect({"at"})) {
        return false;
    }
    const bool least = at_word("least");
    if (!least && !at_word("most")) {
        complain("'retain at' is incomplete", "'least' or 'most'");
        return false;
    }
    (void)take();
    clause.kind = least ? ClauseKind::retain_least : ClauseKind::retain_most;
    if (accept("as-long-as-necessary")) {
        clause.what = "as-long-as-necessary";
        if (!expect({"reviewed", "every"})) {
            return false;
        }
        clause.within = span();
        return clause.within.has_value();
    }
    clause.within = span();
    if (!clause.within || !expect({"after"})) {
        return false;
    }
    clause.start_event = one_of(events_of(reading_.data.vocabulary), event).value_or("");
    return !clause.start_event.empty();
}

bool Parser::notify(Clause& clause) {
    const std::vector<std::string> offices = offices_of(reading_.data.vocabulary);
    clause.kind = ClauseKind::notify;
    clause.what = one_of(offices, office).value_or("");
    if (clause.what.empty() || !expect({"by"})) {
        return false;
    }
    clause.who = one_of(offices, office).value_or("");
    if (clause.who.empty() || !expect({"within"})) {
        return false;
    }
    clause.within = span();
    if (!clause.within || !expect({"of"})) {
        return false;
    }
    clause.start_event = one_of(events_of(reading_.data.vocabulary), event).value_or("");
    return !clause.start_event.empty();
}

bool Parser::review(Clause& clause) {
    clause.kind = ClauseKind::review;
    if (!expect({"by"})) {
        return false;
    }
    clause.who = one_of(offices_of(reading_.data.vocabulary), office).value_or("");
    if (clause.who.empty() || !expect({"every"})) {
        return false;
    }
    clause.within = span();
    if (clause.within && accept("sampling")) {
        clause.percent = number(1, 100).value_or(0);
        return clause.percent != 0 && expect({"percent"});
    }
    return clause.within.has_value();
}

bool Parser::dispute(Clause& clause) {
    clause.kind = ClauseKind::dispute;
    do {
        const auto forum = one_of(offices_of(reading_.data.vocabulary), office);
        if (!forum || !expect({"within"})) {
            return false;
        }
        const auto within = span();
        if (!within || clause.steps.size() >= 16) {
            return false;
        }
        clause.steps.push_back({*forum, *within});
    } while (accept("then"));
    if (accept("keeping")) {
        clause.what = word("what is kept meanwhile").value_or("");
        return !clause.what.empty();
    }
    return true;
}

bool Parser::deferral(Clause& clause) {
    const FactDeclaration* fact = expect({"on"}) ? known_fact() : nullptr;
    if (fact == nullptr || !expect({"by"})) {
        return false;
    }
    clause.defer_on = fact->name;
    clause.defer_by = one_of(offices_of(reading_.data.vocabulary), office).value_or("");
    return !clause.defer_by.empty() && expect({"up", "to"});
}

/// Attributes follow in any order until a word that none of them begins with.
bool Parser::attributes(Instrument& instrument, Clause& clause) {
    while (true) {
        if (accept("text")) {
            const auto text = string("the text of the clause");
            clause.text = text.value_or("");
            if (!text) {
                return false;
            }
        } else if (accept("judgement-figure")) {
            clause.judgement_figure = true;
        } else if (accept("as")) {
            static const std::vector<std::string> capacities{"issuing", "executing"};
            const Place at = place();
            const auto capacity = one_of(capacities, "a capacity");
            if (!capacity) {
                return false;
            }
            if (!instrument.profile) {
                complain_at(at, "'as' stands in an agreement",
                            "'as' only in a jurisdiction's profile");
            }
            clause.capacity = *capacity == "issuing" ? Capacity::issuing : Capacity::executing;
        } else if (at_word("when") || at_word("unless")) {
            const bool unless = take().text == "unless";
            auto when = condition(instrument);
            if (!when) {
                return false;
            }
            clause.source = conjunction(std::move(clause.source),
                                        unless ? negation(std::move(*when)) : std::move(*when));
        } else if (accept("in")) {
            if (!expect({"force", "from"})) {
                return false;
            }
            clause.from = date();
            if (clause.from && accept("until")) {
                clause.until = date();
            }
        } else if (accept("defer")) {
            if (!deferral(clause)) {
                return false;
            }
            clause.defer_at_most = span();
            if (!clause.defer_at_most) {
                return false;
            }
        } else {
            return true;
        }
    }
}

}  // namespace comity::law::detail
