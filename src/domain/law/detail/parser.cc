#include "domain/law/detail/parser.h"

#include <algorithm>
#include <array>

#include "domain/law/detail/words.h"

namespace comity::law::detail {
namespace {

constexpr std::size_t max_diagnostics = 200;

std::string shown(const Token& token) {
    if (token.kind == TokenKind::end) {
        return "the text ends here";
    }
    const std::string mark = token.kind == TokenKind::string ? "\"" : "'";
    return mark + std::string(token.text.substr(0, 60)) + mark + " stands here";
}

}  // namespace

std::span<const std::string_view> restart_words() {
    static constexpr std::array<std::string_view, 17> words{
        "article",   "clause", "table", "define",  "declarable", "reservable",
        "guardrail", "act",    "fact",  "role",    "party",      "field",
        "event",     "side",   "body",  "silence", "institution"};
    return words;
}

Parser::Parser(const Source& source, Tokens tokens, Reading reading)
    : source_(source), tokens_(std::move(tokens.tokens)), reading_(reading) {
}

const Token& Parser::peek(std::size_t ahead) const {
    return tokens_[std::min(position_ + ahead, tokens_.size() - 1)];
}

const Token& Parser::take() {
    const Token& token = peek();
    if (position_ + 1 < tokens_.size()) {
        ++position_;
    }
    return token;
}

bool Parser::at_word(std::string_view word) const {
    return peek().kind == TokenKind::word && peek().text == word;
}

bool Parser::at_punctuation(char mark) const {
    return peek().kind == TokenKind::punctuation && peek().text.front() == mark;
}

bool Parser::accept(std::string_view word) {
    const bool there = at_word(word);
    if (there) {
        (void)take();
    }
    return there;
}

bool Parser::accept_mark(char mark) {
    const bool there = at_punctuation(mark);
    if (there) {
        (void)take();
    }
    return there;
}

bool Parser::expect(std::initializer_list<std::string_view> words) {
    for (const std::string_view expected : words) {
        if (!accept(expected)) {
            complain(shown(peek()), "'" + std::string(expected) + "'");
            return false;
        }
    }
    return true;
}

bool Parser::expect_mark(char mark) {
    if (accept_mark(mark)) {
        return true;
    }
    complain(shown(peek()), std::string("'") + mark + "'");
    return false;
}

std::optional<std::string> Parser::word(std::string_view what) {
    if (peek().kind != TokenKind::word) {
        complain(shown(peek()), std::string(what));
        return std::nullopt;
    }
    return std::string(take().text);
}

std::optional<std::string> Parser::string(std::string_view what) {
    if (peek().kind != TokenKind::string) {
        complain(shown(peek()), std::string(what) + " in quotes");
        return std::nullopt;
    }
    return std::string(take().text);
}

std::optional<std::int64_t> Parser::number(std::int64_t low, std::int64_t high) {
    const std::string range =
        "a number from " + std::to_string(low) + " to " + std::to_string(high);
    if (peek().kind != TokenKind::number) {
        complain(shown(peek()), range);
        return std::nullopt;
    }
    if (peek().value < low || peek().value > high) {
        complain("the number is out of range", range);
        return std::nullopt;
    }
    return take().value;
}

std::optional<base::Date> Parser::date() {
    if (peek().kind != TokenKind::date) {
        complain(shown(peek()), "a date as YYYY-MM-DD");
        return std::nullopt;
    }
    return base::Date{static_cast<std::int32_t>(take().value)};
}

std::optional<Span> Parser::span() {
    const auto count = number(0, 36500);
    if (!count) {
        return std::nullopt;
    }
    static const std::vector<std::string> units{"hours", "days", "working", "months"};
    const auto unit = one_of(units, "a unit of time");
    if (!unit) {
        return std::nullopt;
    }
    if (*unit == "working") {
        if (!expect({"days"})) {
            return std::nullopt;
        }
        return Span{*count, Span::Unit::working_days};
    }
    return Span{*count, *unit == "hours"  ? Span::Unit::hours
                        : *unit == "days" ? Span::Unit::days
                                          : Span::Unit::months};
}

std::optional<std::string> Parser::reference() {
    switch (peek().kind) {
        case TokenKind::word:
        case TokenKind::number:
        case TokenKind::reference:
        case TokenKind::string: {
            const std::string text(peek().text);
            if (text.empty() || text.size() > max_word_bytes) {
                complain("this reference is empty or too long", "1 to 64 characters");
                return std::nullopt;
            }
            (void)take();
            return text;
        }
        case TokenKind::date:
        case TokenKind::punctuation:
        case TokenKind::end: break;
    }
    complain(shown(peek()), "a reference such as 7(2)(b) or \"CCP 88\"");
    return std::nullopt;
}

std::vector<std::string> Parser::references() {
    std::vector<std::string> list;
    do {
        auto one = reference();
        if (!one) {
            return {};
        }
        list.push_back(std::move(*one));
    } while (accept_mark(','));
    return list;
}

std::optional<std::string> Parser::one_of(std::span<const std::string> known,
                                          std::string_view what) {
    if (peek().kind != TokenKind::word) {
        complain(shown(peek()), std::string(what) + ": " + list_of(known));
        return std::nullopt;
    }
    const std::string text(peek().text);
    if (std::ranges::find(known, text) == known.end()) {
        complain("'" + text + "' is not " + std::string(what), list_of(known),
                 nearest(text, known));
        return std::nullopt;
    }
    (void)take();
    return text;
}

std::vector<std::string> Parser::names_of(std::span<const std::string> known,
                                          std::string_view what) {
    const bool braces = accept_mark('{');
    std::vector<std::string> list;
    do {
        auto name = one_of(known, what);
        if (!name) {
            return {};
        }
        if (std::ranges::find(list, *name) != list.end()) {
            complain("'" + *name + "' stands twice in this list");
            return {};
        }
        list.push_back(std::move(*name));
    } while (accept_mark(','));
    if (braces && !expect_mark('}')) {
        return {};
    }
    return list;
}

Place Parser::place() const {
    return {source_.name, peek().line, peek().column};
}

void Parser::complain(std::string what, std::string expected, std::string nearest) {
    complain_at(place(), std::move(what), std::move(expected), std::move(nearest));
}

void Parser::complain_at(const Place& at, std::string what, std::string expected,
                         std::string nearest) {
    if (++errors_here_ > max_diagnostics) {
        return;
    }
    reading_.diagnostics.push_back(
        {at.file, at.line, at.column, std::move(what), std::move(expected), std::move(nearest)});
}

void Parser::recover(std::span<const std::string_view> restart) {
    while (peek().kind != TokenKind::end) {
        if (peek().first_on_line && peek().kind == TokenKind::word &&
            std::ranges::find(restart, peek().text) != restart.end()) {
            return;
        }
        (void)take();
    }
}

std::string Parser::head() {
    if (!expect({"language", "comity-treaty"})) {
        return {};
    }
    if (!number(1, 1) || !expect({"vocabulary"})) {
        return {};
    }
    const Place at = place();
    const auto name = word("the name of a vocabulary");
    if (!name) {
        return {};
    }
    const auto version = number(1, 1'000'000);
    if (!version) {
        return {};
    }
    for (const std::string_view kind : {"agreement", "jurisdiction", "status", "procedure"}) {
        if (at_word(kind)) {
            const Vocabulary& vocabulary = reading_.data.vocabulary;
            if (vocabulary.name != *name || vocabulary.version != *version) {
                complain_at(at,
                            "the vocabulary " + *name + " " + std::to_string(*version) +
                                " is not in this library",
                            vocabulary.name + " " + std::to_string(vocabulary.version));
            }
            return std::string(kind);
        }
    }
    if (!reading_.data.vocabulary.name.empty()) {
        complain("this is not a kind of document", "agreement, jurisdiction, status or procedure");
        return {};
    }
    reading_.data.vocabulary.name = *name;
    reading_.data.vocabulary.version = static_cast<int>(*version);
    return "vocabulary";
}

bool Parser::is_vocabulary() const {
    constexpr std::array<std::string_view, 9> lines{
        "title", "reviewed", "fact", "role", "event", "side", "body", "silence", "institution"};
    return tokens_.size() > 6 && tokens_[0].text == "language" && tokens_[3].text == "vocabulary" &&
           std::ranges::find(lines, tokens_[6].text) != lines.end();
}

bool Parser::reviewed(Library::DocumentInfo& info) {
    if (!expect({"by"})) {
        return false;
    }
    if (accept("none")) {
        return true;
    }
    do {
        const auto who = string("the name of who reviewed");
        if (!who) {
            return false;
        }
        const auto day = date();
        if (!day) {
            return false;
        }
        info.reviewed_by.push_back(*who + " " + day->text());
    } while (accept_mark(','));
    return true;
}

/// `title` and `reviewed`, which every document has. True if such a line stood here.
bool Parser::common_meta(Library::DocumentInfo& info, std::string* title_fr) {
    if (accept("title")) {
        const auto title = string("a title");
        if (!title) {
            recover(restart_words());
            return true;
        }
        info.title = *title;
        if (title_fr != nullptr && accept("fr")) {
            const auto french = string("a title");
            *title_fr = french.value_or("");
        }
        return true;
    }
    if (accept("reviewed")) {
        if (!reviewed(info)) {
            recover(restart_words());
        }
        return true;
    }
    return false;
}

}  // namespace comity::law::detail
