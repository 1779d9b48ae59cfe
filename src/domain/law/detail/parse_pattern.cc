// Reading fact patterns: one statement a line, so that every mistake has its line and column.

#include <algorithm>
#include <array>
#include <charconv>

#include "domain/law/detail/words.h"
#include "domain/law/pattern.h"

namespace comity::law {
namespace {

constexpr std::size_t max_diagnostics = 200;
constexpr std::size_t max_names = 64;

/// What a statement speaks of, and so where it may stand.
enum class About { file_alone, file_or_pattern, new_pattern, pattern, answer };

struct Statement {
    std::string_view verb;
    About about;
};
constexpr std::array statements{Statement{"title", About::file_alone},
                                Statement{"law", About::file_alone},
                                Statement{"between", About::file_or_pattern},
                                Statement{"on", About::file_or_pattern},
                                Statement{"given", About::file_or_pattern},
                                Statement{"pattern", About::new_pattern},
                                Statement{"source", About::pattern},
                                Statement{"facts", About::pattern},
                                Statement{"unknown", About::pattern},
                                Statement{"event", About::pattern},
                                Statement{"now", About::pattern},
                                Statement{"case", About::pattern},
                                Statement{"outcome", About::answer},
                                Statement{"release", About::answer},
                                Statement{"route", About::answer},
                                Statement{"grounds", About::answer},
                                Statement{"missing", About::answer},
                                Statement{"duty", About::answer},
                                Statement{"no-duty", About::answer},
                                Statement{"due", About::answer},
                                Statement{"silence", About::answer}};

std::vector<std::string> verbs() {
    std::vector<std::string> all;
    for (const Statement& one : statements) {
        all.emplace_back(one.verb);
    }
    return all;
}

class PatternReader {
 public:
    PatternReader(std::string_view file, std::string_view text) : file_(file), text_(text) {}

    std::expected<PatternFile, std::vector<Diagnostic>> run() {
        if (text_.size() > max_pattern_bytes) {
            complain("this file is too large", "at most 1 MiB");
            return std::unexpected(std::move(diagnostics_));
        }
        bool first = true;
        while (!text_.empty() && diagnostics_.size() < max_diagnostics) {
            const std::size_t end = std::min(text_.find('\n'), text_.size());
            line_text_ = text_.substr(0, end);
            text_.remove_prefix(std::min(end + 1, text_.size()));
            ++line_;
            at_ = 0;
            skip_spaces();
            if (rest().empty() || rest().front() == '#') {
                continue;
            }
            if (line_text_.size() > max_pattern_line) {
                complain("this line is too long", "at most 4096 bytes");
            } else if (first) {
                first = false;
                head();
            } else {
                statement();
            }
        }
        at_ = 0;
        if (first) {
            complain("the file does not begin as fact patterns do", "'patterns 1'");
        } else if (out_.law.empty()) {
            complain("the file does not say which texts it asks", "law \"FOLDER\"");
        } else if (out_.patterns.empty()) {
            complain("there is no pattern in the file", "pattern \"TITLE\"");
        }
        finish();
        if (!diagnostics_.empty()) {
            return std::unexpected(std::move(diagnostics_));
        }
        return std::move(out_);
    }

 private:
    void head() {
        if (!accept("patterns")) {
            complain("the file does not begin as fact patterns do", "'patterns 1'");
        } else if (rest() != "1") {
            complain("this version of fact patterns is not known", "1");
        }
    }

    void statement() {
        const std::size_t begin = at_;
        const std::string verb = word();
        const auto* const found = std::ranges::find(statements, verb, &Statement::verb);
        if (found == statements.end()) {
            at_ = begin;
            complain("a statement is expected here", detail::list_of(verbs()),
                     detail::nearest(verb, verbs()));
            return;
        }
        const bool inside = !out_.patterns.empty();
        if (inside && found->about == About::file_alone) {
            at_ = begin;
            complain("'" + verb + "' stands behind the first pattern", "before it");
            return;
        }
        if (!inside && (found->about == About::pattern || found->about == About::answer)) {
            at_ = begin;
            complain("'" + verb + "' stands before the first pattern", "pattern \"TITLE\"");
        } else {
            read(verb, found->about);
        }
        if (diagnostics_.empty() && !rest().empty()) {
            complain("this does not belong to the statement", "the end of the line");
        }
    }

    void read(const std::string& verb, About about) {
        switch (about) {
            case About::file_alone: return of_file(verb);
            case About::file_or_pattern: return of_all_that_follow(verb);
            case About::new_pattern: return pattern();
            case About::pattern: return of_pattern(verb);
            case About::answer: return of_answer(verb);
        }
    }

    void of_file(const std::string& verb) {
        std::string& kept = verb == "law" ? out_.law : out_.title;
        if (!kept.empty()) {
            complain("'" + verb + "' stands twice");
        }
        kept = string();
    }

    /// In a pattern it is of that one alone, but for what is given.
    void of_all_that_follow(const std::string& verb) {
        const bool inside = !out_.patterns.empty();
        if (verb == "between") {
            std::string& one = inside ? here().requesting : requesting_;
            std::string& other = inside ? here().requested : requested_;
            one = name("a jurisdiction");
            if (!accept("and")) {
                complain("the other side is not named", "'and'");
            }
            other = name("a jurisdiction");
        } else if (verb == "on") {
            const auto day = base::Date::parse(token());
            if (!day) {
                complain("this is not a day of the calendar", "a date as YYYY-MM-DD");
            } else if (inside) {
                here().as_of = *day;
            } else {
                day_ = *day;
            }
        } else {
            given_ = facts();
        }
    }

    void pattern() {
        finish();
        if (out_.patterns.size() >= max_patterns) {
            complain("there are too many patterns", "at most 1024");
            return;
        }
        FactPattern& made = out_.patterns.emplace_back();
        made.line = line_;
        made.title = string();
        made.requesting = requesting_;
        made.requested = requested_;
        made.as_of = day_.value_or(base::Date{});
        made.facts.push_back(given_);
        has_day_ = day_.has_value();
        made.cases.push_back({{}, {}, line_});
        plain_ = true;
    }

    void of_pattern(const std::string& verb) {
        FactPattern& pattern = here();
        if (verb == "source") {
            pattern.instrument = string();
            pattern.articles = names("a place in that text");
            skip_spaces();
            pattern.unconfirmed = accept("unconfirmed");
        } else if (verb == "facts") {
            pattern.facts.push_back(facts());
        } else if (verb == "unknown") {
            pattern.unknown = names("a fact");
        } else if (verb == "event") {
            const std::string event = name("an event");
            if (!pattern.events.emplace(event, instant()).second) {
                complain("the event '" + event + "' stands twice");
            }
        } else if (verb == "now") {
            pattern.now = instant();
        } else if (pattern.cases.size() >= max_pattern_cases) {
            complain("there are too many cases in this pattern", "at most 64");
        } else {
            if (plain_ && answered(pattern.cases.front().expected)) {
                complain("an answer stands before the first case", "it behind a case");
            }
            if (plain_) {
                pattern.cases.clear();
            }
            plain_ = false;
            const int line = line_;
            pattern.cases.push_back({facts(), {}, line});
        }
    }

    void of_answer(const std::string& verb) {
        ExpectedAnswer& expected = here().cases.back().expected;
        if (verb == "outcome") {
            outcome(expected);
        } else if (verb == "release") {
            const bool up = accept("up");
            if (!up && !accept("down")) {
                complain("the release is up or down", "'up' or 'down'");
            }
            expected.release_up = up;
        } else if (verb == "route") {
            expected.route = string();
        } else if (verb == "grounds" || verb == "missing") {
            auto& list = verb == "grounds" ? expected.grounds : expected.missing;
            list = accept("none") ? std::vector<std::string>{} : names("a name");
        } else if (verb == "duty" || verb == "no-duty") {
            auto& list = verb == "duty" ? expected.duties : expected.no_duties;
            for (std::string& one : names("a clause")) {
                list.push_back(std::move(one));
            }
        } else {
            const std::string clause = name("a clause");
            if (verb == "due") {
                expected.due.push_back({clause, instant()});
            } else {
                expected.silence.push_back({clause, name("an effect of silence")});
            }
        }
    }

    void outcome(ExpectedAnswer& expected) {
        if (expected.outcome || expected.no_agreement) {
            complain("the outcome stands twice");
        }
        expected.no_agreement = accept("no-agreement");
        if (expected.no_agreement) {
            return;
        }
        for (const Outcome one : {Outcome::open, Outcome::closed, Outcome::needs_decision,
                                  Outcome::needs_information}) {
            if (accept(name_of(one))) {
                expected.outcome = one;
                return;
            }
        }
        complain("this is not an outcome",
                 "open, closed, needs-decision, needs-information or no-agreement");
    }

    static bool answered(const ExpectedAnswer& expected) {
        return expected.no_agreement || expected.outcome.has_value();
    }

    /// Whether the pattern that ends here is whole.
    void finish() {
        if (out_.patterns.empty()) {
            return;
        }
        const FactPattern& pattern = here();
        const auto lacks = [&](int line, std::string what, std::string expected) {
            complain_at({line, 1}, std::move(what), std::move(expected));
        };
        if (pattern.instrument.empty() || pattern.articles.empty()) {
            lacks(pattern.line, "the pattern does not say which legal text it is written from",
                  "source \"INSTRUMENT\" ARTICLE");
        }
        if (pattern.requesting.empty() || pattern.requested.empty()) {
            lacks(pattern.line, "the pattern has no sides", "between X and Y");
        }
        if (!has_day_ && pattern.as_of == base::Date{}) {
            lacks(pattern.line, "the pattern has no legal day", "on YYYY-MM-DD");
        }
        for (const PatternCase& one : pattern.cases) {
            if (!answered(one.expected)) {
                lacks(one.line, "no outcome is expected here", "outcome ...");
            }
        }
    }

    FactPattern& here() { return out_.patterns.back(); }

    // --- one line

    [[nodiscard]] std::string_view rest() const { return line_text_.substr(at_); }

    void skip_spaces() {
        while (at_ < line_text_.size() && line_text_[at_] == ' ') {
            ++at_;
        }
    }

    /// What stands up to the next space or comma.
    std::string_view token() {
        skip_spaces();
        const std::size_t end = std::min(line_text_.find_first_of(" ,", at_), line_text_.size());
        const std::string_view found = line_text_.substr(at_, end - at_);
        at_ = end;
        skip_spaces();
        return found;
    }

    std::string word() { return std::string(token().substr(0, 64)); }

    bool accept(std::string_view expected) {
        const std::size_t before = at_;
        if (token() == expected) {
            return true;
        }
        at_ = before;
        return false;
    }

    /// A word, a reference such as 7(2)(b), or a string.
    std::string name(std::string_view what) {
        skip_spaces();
        if (rest().starts_with('"')) {
            return string();
        }
        const std::size_t begin = at_;
        const std::string_view found = token();
        const bool plain =
            !found.empty() && found.size() <= 64 && std::ranges::all_of(found, [](char c) {
                return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '-' || c == '(' || c == ')';
            });
        if (!plain) {
            at_ = begin;
            complain("this is not a name", std::string(what));
            at_ = line_text_.size();
            return {};
        }
        return std::string(found);
    }

    std::vector<std::string> names(std::string_view what) {
        std::vector<std::string> list;
        while (true) {
            list.push_back(name(what));
            if (list.size() > max_names) {
                complain("there are too many names in this line", "at most 64");
                return {};
            }
            if (!rest().starts_with(',')) {
                return list;
            }
            ++at_;
        }
    }

    std::string string() {
        skip_spaces();
        const std::size_t end =
            rest().starts_with('"') ? line_text_.find('"', at_ + 1) : std::string_view::npos;
        if (end == std::string_view::npos) {
            complain("this is not a string", "a text in quotes, on one line");
            at_ = line_text_.size();
            return {};
        }
        // Read as JSON, so that what is told of it is well-formed.
        const auto value = codec::parse(line_text_.substr(at_, end + 1 - at_));
        if (!value || value->get_string().empty()) {
            complain("this string is empty or malformed", "a text in quotes, on one line");
            at_ = line_text_.size();
            return {};
        }
        at_ = end + 1;
        skip_spaces();
        return std::string(value->get_string());
    }

    base::Instant instant() {
        const std::size_t begin = at_;
        const auto parsed = base::Instant::parse(token());
        if (!parsed) {
            at_ = begin;
            complain("this is not an instant", "YYYY-MM-DDTHH:MM:SS.mmmZ");
            at_ = line_text_.size();
            return {};
        }
        return *parsed;
    }

    /// The rest of the line, as requests state facts.
    StatedFacts facts() {
        StatedFacts stated{{}, line_, static_cast<int>(at_) + 1};
        const auto value = codec::parse(rest());
        if (!value || !value->is_object()) {
            std::string reason = value ? "" : ": " + value.error().what;
            complain_at({line_, column_of(value)}, "these are not facts" + reason,
                        "a JSON object on one line, as in a request");
        } else {
            stated.facts = value->get_object();
        }
        at_ = line_text_.size();
        return stated;
    }

    /// The column that the JSON reader found the mistake in (its place is LINE:COL).
    [[nodiscard]] int column_of(const base::Result<codec::Value>& value) const {
        int inside = 1;
        if (!value) {
            const std::string& place = value.error().place;
            const std::size_t colon = std::min(place.find(':'), place.size());
            const char* begin = place.data() + std::min(colon + 1, place.size());
            (void)std::from_chars(begin, place.data() + place.size(), inside);
        }
        return static_cast<int>(at_) + inside;
    }

    struct Place {
        int line;
        int column;
    };
    void complain(std::string what, std::string expected = {}, std::string nearest = {}) {
        complain_at({line_, static_cast<int>(at_) + 1}, std::move(what), std::move(expected),
                    std::move(nearest));
    }
    void complain_at(Place place, std::string what, std::string expected = {},
                     std::string nearest = {}) {
        if (diagnostics_.size() < max_diagnostics) {
            diagnostics_.push_back({std::string(file_), place.line, place.column, std::move(what),
                                    std::move(expected), std::move(nearest)});
        }
    }

    std::string_view file_;
    std::string_view text_;
    std::string_view line_text_;
    std::size_t at_ = 0;
    int line_ = 0;
    std::string requesting_;
    std::string requested_;
    std::optional<base::Date> day_;
    bool has_day_ = false;
    bool plain_ = true;  ///< the pattern has no cases of its own
    StatedFacts given_;
    PatternFile out_;
    std::vector<Diagnostic> diagnostics_;
};

}  // namespace

std::expected<PatternFile, std::vector<Diagnostic>> read_patterns(std::string_view file,
                                                                  std::string_view text) {
    return PatternReader(file, text).run();
}

}  // namespace comity::law
