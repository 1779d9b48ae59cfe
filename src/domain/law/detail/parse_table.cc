#include <algorithm>

#include "domain/law/detail/parser.h"
#include "domain/law/detail/words.h"

namespace comity::law::detail {
namespace {

constexpr std::size_t max_columns = 16;
constexpr std::uint64_t max_combinations = 200'000;

}  // namespace

/// `table ID gives EFFECT-HEAD [complete] [when COND]`, then rows; the last column is the effect.
void Parser::table(Instrument& instrument) {
    Clause shared;
    shared.place = place();
    shared.article = instrument.articles.empty() ? 0 : instrument.articles.size() - 1;
    const auto id = reference();
    if (!id || !expect({"gives", "require"})) {
        recover(restart_words());
        return;
    }
    shared.table = *id;
    const FactDeclaration* gives = known_fact();
    if (gives == nullptr || gives->type != FactType::scale) {
        complain("a table gives the level of a scale", "'approval' or 'standard'");
        recover(restart_words());
        return;
    }
    const bool complete = accept("complete");
    if (!attributes(instrument, shared)) {
        recover(restart_words());
        return;
    }
    std::vector<std::string> columns;
    const Place head = place();
    if (!table_head(columns)) {
        recover(restart_words());
        return;
    }
    if (columns.back() != gives->name) {
        complain_at(head, "the last column is not what the table gives", "'" + gives->name + "'");
    }
    const std::size_t first = instrument.clauses.size();
    while (at_punctuation('|')) {
        table_row(instrument, shared, columns);
    }
    if (instrument.clauses.size() == first) {
        complain("the table has no rows", "'|'");
        return;
    }
    if (complete) {
        check_complete(instrument, first, columns, head);
    }
}

bool Parser::table_head(std::vector<std::string>& columns) {
    if (!expect_mark('|')) {
        return false;
    }
    do {
        const FactDeclaration* fact = known_fact();
        if (fact == nullptr || !expect_mark('|')) {
            return false;
        }
        if (holds(columns, fact->name) || columns.size() >= max_columns) {
            complain("the column '" + fact->name + "' stands twice, or there are more than 16");
            return false;
        }
        columns.push_back(fact->name);
    } while (!peek().first_on_line && peek().kind == TokenKind::word);
    if (columns.size() < 2) {
        complain("the table has too few columns", "at least one fact and what the table gives");
        return false;
    }
    return true;
}

void Parser::table_row(Instrument& instrument, const Clause& shared,
                       const std::vector<std::string>& columns) {
    Clause row = shared;
    const auto skip_row = [&] {
        do {
            (void)take();
        } while (peek().kind != TokenKind::end && !peek().first_on_line);
    };
    std::size_t marks = 1;
    std::size_t length = 1;
    for (; peek(length).kind != TokenKind::end && !peek(length).first_on_line; ++length) {
        marks += peek(length).kind == TokenKind::punctuation && peek(length).text == "|" ? 1U : 0U;
    }
    if (marks != columns.size() + 1 || peek(length - 1).text == "|") {
        complain(marks != columns.size() + 1 ? "the row has " + std::to_string(marks - 1) + " cells"
                                             : "the row has no clause id",
                 std::to_string(columns.size()) + " cells and a clause id");
        skip_row();
        return;
    }
    (void)take();  // the first mark
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i + 1 == columns.size()) {
            row.kind = ClauseKind::require;
            if (!require_level(row, columns[i])) {
                skip_row();
                return;
            }
        } else if (accept("any")) {
            row.cells.push_back(~std::uint64_t{0});
        } else {
            auto condition = cell(columns[i]);
            if (!condition) {
                skip_row();
                return;
            }
            row.cells.push_back(condition->literal.mask);
            row.source = conjunction(std::move(row.source), std::move(*condition));
        }
        if (!accept_mark('|')) {
            complain("the cell does not end here", "'|'");
            skip_row();
            return;
        }
    }
    row.place = place();
    const auto id = reference();
    row.id = id.value_or("");
    if (id) {
        keep(instrument, std::move(row));
    } else {
        skip_row();
    }
}

/// One value, several with commas, yes or no, or a comparison such as `at least 36`.
std::optional<Expression> Parser::cell(const std::string& column) {
    const FactDeclaration& fact = *reading_.data.vocabulary.fact(column);
    if (at_word("at") || at_word("below") || at_word("above") || at_word("before")) {
        return ordered(fact);
    }
    if (fact.type == FactType::integer || fact.type == FactType::date) {
        complain("the cell is not a comparison", "'at least', 'at most', 'below' or 'above'");
        return std::nullopt;
    }
    const std::vector<std::string> names = value_names(fact);
    std::vector<std::string> chosen;
    do {
        auto value = one_of(names, "a value of " + column);
        if (!value) {
            return std::nullopt;
        }
        chosen.push_back(std::move(*value));
    } while (accept_mark(','));
    Expression expression;
    expression.op = Expression::Op::literal;
    expression.literal = literal_on(
        fact, fact.type == FactType::set ? Literal::Kind::includes : Literal::Kind::mask);
    std::string text;
    for (const std::string& value : chosen) {
        expression.literal.mask |= std::uint64_t{1} << static_cast<std::size_t>(
                                       std::ranges::find(names, value) - names.begin());
        text += (text.empty() ? "" : ", ") + value;
    }
    const bool one = chosen.size() == 1;
    expression.literal.text = fact.name + (one ? " is " : " in {") + text + (one ? "" : "}");
    expression.literal.opposite =
        fact.name + (one ? " is not " : " not in {") + text + (one ? "" : "}");
    return expression;
}

/// A table that is called complete has a row for every combination of the values of its columns.
/// Columns of numbers, dates and sets are not counted out here; `any` covers them.
void Parser::check_complete(const Instrument& instrument, std::size_t first,
                            const std::vector<std::string>& columns, const Place& at) {
    const Vocabulary& vocabulary = reading_.data.vocabulary;
    std::vector<const FactDeclaration*> facts;
    std::uint64_t combinations = 1;
    for (std::size_t i = 0; i + 1 < columns.size(); ++i) {
        const FactDeclaration* fact = vocabulary.fact(columns[i]);
        const std::size_t values = value_names(*fact).size();
        if (values == 0 || fact->type == FactType::set) {
            return;
        }
        facts.push_back(fact);
        combinations *= values;
        if (combinations > max_combinations) {
            return;
        }
    }
    std::vector<std::vector<std::uint64_t>> rows;
    for (std::size_t i = first; i < instrument.clauses.size(); ++i) {
        rows.push_back(instrument.clauses[i].cells);
    }
    for (std::uint64_t number = 0; number < combinations; ++number) {
        std::uint64_t rest = number;
        std::string text;
        std::vector<std::uint64_t> bits;
        for (const FactDeclaration* fact : facts) {
            const std::vector<std::string> names = value_names(*fact);
            const std::uint64_t value = rest % names.size();
            rest /= names.size();
            bits.push_back(std::uint64_t{1} << value);
            text += (text.empty() ? "" : ", ") + fact->name + " " + names[value];
        }
        const bool covered = std::ranges::any_of(rows, [&](const std::vector<std::uint64_t>& row) {
            for (std::size_t i = 0; i < bits.size(); ++i) {
                if ((row[i] & bits[i]) == 0) {
                    return false;
                }
            }
            return true;
        });
        if (!covered) {
            complain_at(at, "the table is called complete, but has no row for " + text,
                        "a row for it");
            return;
        }
    }
}

}  // namespace comity::law::detail
