#include <algorithm>
#include <array>
#include <limits>

#include "domain/law/detail/parser.h"
#include "domain/law/detail/words.h"

namespace comity::law::detail {
namespace {

Expression of(Literal literal) {
    Expression expression;
    expression.op = Expression::Op::literal;
    expression.literal = std::move(literal);
    return expression;
}

std::string set_text(const FactDeclaration& fact, std::uint64_t mask) {
    std::string text = "{";
    const std::vector<std::string> names = value_names(fact);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (((mask >> i) & 1U) != 0) {
            text += (text.size() > 1 ? ", " : "") + names[i];
        }
    }
    return text + "}";
}

bool has_values(const FactDeclaration& fact) {
    return fact.type == FactType::boolean || fact.type == FactType::enumeration ||
           fact.type == FactType::scale;
}

constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();

}  // namespace

std::optional<Expression> Parser::condition(const Instrument& instrument, std::size_t depth) {
    if (depth > max_nesting) {
        complain("brackets are nested too deeply", "at most 32");
        return std::nullopt;
    }
    auto first = unary(instrument, depth);
    if (!first || (!at_word("and") && !at_word("or"))) {
        return first;
    }
    const std::string_view joint = peek().text;
    Expression whole;
    whole.op = joint == "and" ? Expression::Op::all : Expression::Op::any;
    whole.parts.push_back(std::move(*first));
    while (at_word("and") || at_word("or")) {
        if (peek().text != joint) {
            complain("'and' and 'or' are mixed without brackets",
                     "brackets around the part that belongs together");
            return std::nullopt;
        }
        (void)take();
        auto next = unary(instrument, depth);
        if (!next) {
            return std::nullopt;
        }
        whole.parts.push_back(std::move(*next));
        if (whole.size() > max_condition_nodes) {
            complain("the condition is too long", "at most 4096 comparisons");
            return std::nullopt;
        }
    }
    return whole;
}

std::optional<Expression> Parser::unary(const Instrument& instrument, std::size_t depth) {
    if (depth > max_nesting) {
        complain("brackets are nested too deeply", "at most 32");
        return std::nullopt;
    }
    if (accept("not")) {
        auto inner = unary(instrument, depth + 1);
        return inner ? std::optional(negation(std::move(*inner))) : std::nullopt;
    }
    if (accept_mark('(')) {
        auto inner = condition(instrument, depth + 1);
        if (!inner || !expect_mark(')')) {
            return std::nullopt;
        }
        return inner;
    }
    return atom(instrument);
}

std::optional<Expression> Parser::atom(const Instrument& instrument) {
    if (accept("route")) {
        if (!expect({"is"})) {
            return std::nullopt;
        }
        const auto article = reference();
        if (!article) {
            return std::nullopt;
        }
        Literal literal;
        literal.kind = Literal::Kind::route;
        literal.reference = *article;
        literal.text = "route is " + *article;
        literal.opposite = "route is not " + *article;
        return of(std::move(literal));
    }
    if (peek(1).kind == TokenKind::word &&
        (peek(1).text == "declared" || peek(1).text == "reserved")) {
        static const std::vector<std::string> sides{"requesting", "requested"};
        const auto side = one_of(sides, "a side that declares");
        if (!side) {
            return std::nullopt;
        }
        Literal literal;
        literal.kind = Literal::Kind::party;
        literal.reserved = take().text == "reserved";
        literal.reference_side = *side;
        const auto what = reference();
        if (!what) {
            return std::nullopt;
        }
        literal.reference = *what;
        literal.text = status_key(*side, literal.reserved, *what);
        literal.opposite = "not " + literal.text;
        return of(std::move(literal));
    }
    const auto defined = peek().kind == TokenKind::word ? instrument.defines.find(peek().text)
                                                        : instrument.defines.end();
    if (defined != instrument.defines.end()) {
        (void)take();
        return defined->second;
    }
    const FactDeclaration* fact = known_fact();
    auto compared = fact == nullptr ? std::nullopt : comparison(*fact);
    if (!compared) {
        // The rest of the comparison is skipped, so that other errors of the condition still show.
        while (peek().kind != TokenKind::end && !peek().first_on_line && !at_word("and") &&
               !at_word("or") && !at_punctuation(')')) {
            (void)take();
        }
        return of(Literal{});
    }
    return compared;
}

const FactDeclaration* Parser::known_fact() {
    const Vocabulary& vocabulary = reading_.data.vocabulary;
    if (peek().kind != TokenKind::word) {
        complain("a condition is expected here", "the name of a fact, 'not' or '('");
        return nullptr;
    }
    const FactDeclaration* fact = vocabulary.fact(peek().text);
    if (fact == nullptr) {
        std::vector<std::string> known;
        for (const FactDeclaration* one : vocabulary.in_order) {
            known.push_back(one->name);
        }
        complain("'" + std::string(peek().text) + "' is not a fact of the vocabulary " +
                     vocabulary.name + " " + std::to_string(vocabulary.version),
                 "a fact", nearest(peek().text, known));
        return nullptr;
    }
    (void)take();
    return fact;
}

std::optional<Expression> Parser::comparison(const FactDeclaration& fact) {
    if (fact.type == FactType::text_party) {
        complain("the fact '" + fact.name + "' names a party and cannot be compared");
        return std::nullopt;
    }
    if (accept("is")) {
        return comparison_is(fact);
    }
    // `in force` behind a condition is the clause's own dates.
    if (at_word("in") && !(peek(1).kind == TokenKind::word && peek(1).text == "force")) {
        (void)take();
        return in_set(fact);
    }
    if (accept("includes")) {
        if (fact.type != FactType::set) {
            complain("'" + fact.name + "' is not a set", "'is' or 'in'");
            return std::nullopt;
        }
        const auto bit = value_bit(fact);
        if (!bit) {
            return std::nullopt;
        }
        Literal literal = literal_on(fact, Literal::Kind::includes);
        literal.mask = *bit;
        const std::string value = set_text(fact, *bit);
        literal.text = fact.name + " includes " + value.substr(1, value.size() - 2);
        literal.opposite = fact.name + " does not include " + value.substr(1, value.size() - 2);
        return of(std::move(literal));
    }
    if (at_word("at") || at_word("below") || at_word("above") || at_word("before")) {
        return ordered(fact);
    }
    if (fact.type != FactType::boolean) {
        complain("'" + fact.name + "' must be compared",
                 fact.type == FactType::set ? "'includes' or 'in'"
                 : has_values(fact)         ? "'is', 'in' or, of a scale, 'at least'"
                                            : "'is', 'at least', 'at most', 'below' or 'above'");
        return std::nullopt;
    }
    Literal literal = literal_on(fact, Literal::Kind::mask);
    literal.mask = 2;
    literal.text = fact.name;
    literal.opposite = "not " + fact.name;
    return of(std::move(literal));
}

std::optional<Expression> Parser::comparison_is(const FactDeclaration& fact) {
    const bool negated = accept("not");
    Literal literal;
    std::string value;
    if (has_values(fact)) {
        const auto bit = value_bit(fact);
        if (!bit) {
            return std::nullopt;
        }
        literal = literal_on(fact, Literal::Kind::mask);
        literal.mask = *bit;
        value = set_text(fact, *bit);
        value = value.substr(1, value.size() - 2);
    } else if (fact.type == FactType::integer || fact.type == FactType::date) {
        literal = literal_on(fact, Literal::Kind::range);
        if (fact.type == FactType::integer) {
            const auto constant = number(fact.low, fact.high);
            if (!constant) {
                return std::nullopt;
            }
            literal.low = literal.high = *constant;
            value = std::to_string(*constant);
        } else {
            const auto day = date();
            if (!day) {
                return std::nullopt;
            }
            literal.low = literal.high = day->days;
            value = day->text();
        }
    } else {
        complain("'" + fact.name + "' is a set", "'includes' or 'in'");
        return std::nullopt;
    }
    literal.text = fact.name + " is " + value;
    literal.opposite = fact.name + " is not " + value;
    Expression expression = of(std::move(literal));
    return negated ? negation(std::move(expression)) : std::move(expression);
}

std::optional<Expression> Parser::in_set(const FactDeclaration& fact) {
    if (!has_values(fact) && fact.type != FactType::set) {
        complain("'" + fact.name + "' has no list of values", "'at least', 'at most' or 'is'");
        return std::nullopt;
    }
    const auto mask = value_set(fact);
    if (!mask) {
        return std::nullopt;
    }
    Literal literal =
        literal_on(fact, fact.type == FactType::set ? Literal::Kind::within : Literal::Kind::mask);
    literal.mask = *mask;
    literal.text = fact.name + " in " + set_text(fact, *mask);
    literal.opposite = fact.name + " not in " + set_text(fact, *mask);
    return of(std::move(literal));
}

/// `at least`, `at most`, `below`, `above`, `before` on a scale, an integer or a date.
std::optional<Expression> Parser::ordered(const FactDeclaration& fact) {
    const std::string first(take().text);
    bool least = false;
    if (first == "at") {
        least = at_word("least");
        if (!least && !at_word("most")) {
            complain("'at' stands alone", "'at least' or 'at most'");
            return std::nullopt;
        }
        (void)take();
    }
    const bool upward = least || first == "above";  // the true values lie above the constant
    const bool strict = first != "at";
    Literal literal;
    std::string value;
    if (fact.type == FactType::scale) {
        const auto bit = value_bit(fact);
        if (!bit) {
            return std::nullopt;
        }
        literal = literal_on(fact, Literal::Kind::mask);
        const std::uint64_t below = *bit - 1;
        const std::uint64_t lower =
            strict == upward ? below | *bit : below;  // what is not "upward"
        literal.mask = upward ? full_mask(fact) & ~lower : (strict ? below : below | *bit);
        value = set_text(fact, *bit);
        value = value.substr(1, value.size() - 2);
    } else if (fact.type == FactType::integer || fact.type == FactType::date) {
        std::optional<std::int64_t> constant;
        if (fact.type == FactType::integer) {
            constant = number(fact.low, fact.high);
            value = std::to_string(constant.value_or(0));
            if (constant && at_word(fact.unit)) {
                (void)take();
            }
        } else if (const auto day = date()) {
            constant = day->days;
            value = day->text();
        }
        if (!constant) {
            return std::nullopt;
        }
        literal = literal_on(fact, Literal::Kind::range);
        literal.low = upward ? *constant + (strict ? 1 : 0) : lowest;
        literal.high = upward ? highest : *constant - (strict ? 1 : 0);
    } else {
        complain("'" + fact.name + "' has no order", "'is' or 'in'");
        return std::nullopt;
    }
    static constexpr std::array<std::string_view, 4> words{" at least ", " above ", " at most ",
                                                           " below "};
    const std::size_t word = (upward ? 0U : 2U) + (strict ? 1U : 0U);
    literal.text = fact.name + std::string(words[word]) + value;
    literal.opposite = fact.name + std::string(words[3 - word]) + value;
    return of(std::move(literal));
}

std::optional<std::uint64_t> Parser::value_bit(const FactDeclaration& fact) {
    const std::vector<std::string> names = value_names(fact);
    const auto value = one_of(names, "a value of " + fact.name);
    if (!value) {
        return std::nullopt;
    }
    return std::uint64_t{1} << static_cast<std::size_t>(std::ranges::find(names, *value) -
                                                        names.begin());
}

std::optional<std::uint64_t> Parser::value_set(const FactDeclaration& fact) {
    if (!expect_mark('{')) {
        return std::nullopt;
    }
    std::uint64_t mask = 0;
    do {
        const auto bit = value_bit(fact);
        if (!bit) {
            return std::nullopt;
        }
        mask |= *bit;
    } while (accept_mark(','));
    return expect_mark('}') ? std::optional(mask) : std::nullopt;
}

}  // namespace comity::law::detail
