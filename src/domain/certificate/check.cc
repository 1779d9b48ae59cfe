#include "domain/certificate/check.h"

#include <charconv>
#include <cstdlib>
#include <limits>
#include <optional>

namespace comity::certificate {
namespace {

std::unexpected<base::Error> malformed(std::size_t line, std::string what,
                                       std::string expected = {}) {
    base::Error error{base::ErrorKind::malformed, std::move(what), "", std::move(expected), "", ""};
    error.place = "line " + std::to_string(line);
    return std::unexpected(std::move(error));
}

/// Numbers separated by single spaces, lines ended by LF, each number in its shortest form.
class Reader {
 public:
    explicit Reader(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    [[nodiscard]] std::size_t line() const { return line_; }

    [[nodiscard]] bool accept(std::string_view text) {
        if (!rest_.starts_with(text)) {
            return false;
        }
        rest_.remove_prefix(text.size());
        line_ += text == "\n" ? 1 : 0;
        return true;
    }

    [[nodiscard]] std::optional<std::int64_t> number() {
        std::int64_t value = 0;
        const char* const end = rest_.data() + rest_.size();
        const auto [next, error] = std::from_chars(rest_.data(), end, value);
        if (error != std::errc()) {
            return std::nullopt;
        }
        const auto length = static_cast<std::size_t>(next - rest_.data());
        const std::size_t sign = rest_.front() == '-' ? 1 : 0;
        if ((rest_[sign] == '0' && length > 1)) {
            return std::nullopt;  // 07, -0
        }
        rest_.remove_prefix(length);
        return value;
    }

 private:
    std::string_view rest_;
    std::size_t line_ = 1;
};

/// Reads `LITERAL ... 0`; the final 0 is taken, what follows it is not.
base::Result<std::vector<std::int32_t>> literals(Reader& in, std::int32_t variables,
                                                 std::size_t& budget) {
    std::vector<std::int32_t> clause;
    while (true) {
        const auto number = in.number();
        if (!number || *number > variables || *number < -variables) {
            return malformed(in.line(), "a literal is expected here",
                             "a number from 1 to " + std::to_string(variables) +
                                 ", its negative, or the final 0");
        }
        if (*number == 0) {
            return clause;
        }
        if (budget-- == 0) {
            return base::fail(base::ErrorKind::too_large, "there are too many literals");
        }
        clause.push_back(static_cast<std::int32_t>(*number));
        if (!in.accept(" ")) {
            return malformed(in.line(), "a clause does not end in 0");
        }
    }
}

base::Result<std::vector<std::uint32_t>> hints(Reader& in, std::size_t& budget) {
    std::vector<std::uint32_t> list;
    while (true) {
        const auto number = in.number();
        if (!number || *number < 0 || *number > std::numeric_limits<std::int32_t>::max()) {
            return malformed(in.line(), "the number of a clause is expected here");
        }
        if (*number == 0) {
            return list;
        }
        if (budget-- == 0) {
            return base::fail(base::ErrorKind::too_large, "there are too many hints");
        }
        list.push_back(static_cast<std::uint32_t>(*number));
        if (!in.accept(" ")) {
            return malformed(in.line(), "the hints do not end in 0");
        }
    }
}

std::unexpected<base::Error> fails(const Step& step, std::string why) {
    return base::fail(base::ErrorKind::invalid,
                      "the proof fails at step " + std::to_string(step.number), std::move(why),
                      "do not rely on this certificate");
}

void append(std::string& text, std::int64_t number) {
    char digits[24];
    const auto [end, error] = std::to_chars(std::begin(digits), std::end(digits), number);
    (void)error;  // 24 digits hold any 64-bit number
    text.append(digits, end);
}

/// Which literals are true while one step is checked.
class Assignment {
 public:
    explicit Assignment(std::int32_t variables)
        : values_(static_cast<std::size_t>(variables) + 1, 0) {}

    [[nodiscard]] bool known(std::int32_t literal) const {
        return static_cast<std::size_t>(std::abs(literal)) < values_.size();
    }
    /// 1 true, -1 false, 0 open.
    [[nodiscard]] int value(std::int32_t literal) const {
        const int value = values_[static_cast<std::size_t>(std::abs(literal))];
        return literal > 0 ? value : -value;
    }
    void make_true(std::int32_t literal) {
        values_[static_cast<std::size_t>(std::abs(literal))] = literal > 0 ? 1 : -1;
        trail_.push_back(literal);
    }
    void clear() {
        for (const std::int32_t literal : trail_) {
            values_[static_cast<std::size_t>(std::abs(literal))] = 0;
        }
        trail_.clear();
    }

 private:
    std::vector<signed char> values_;
    std::vector<std::int32_t> trail_;
};

/// The clauses that may be cited, by number; number 0 is none.
using Clauses = std::vector<const std::vector<std::int32_t>*>;

/// One step: what its clause denies is assumed; each hint must then force one more literal, and the
/// last one must be false altogether.
base::Result<void> check_step(const Step& step, const Clauses& clauses, Assignment& assigned) {
    for (const std::int32_t literal : step.clause) {
        if (!assigned.known(literal)) {
            return fails(step, "it names a variable that the formula does not have");
        }
        if (assigned.value(literal) > 0) {
            return {};  // it holds a literal and its opposite: always true
        }
        if (assigned.value(literal) == 0) {
            assigned.make_true(-literal);
        }
    }
    for (const std::uint32_t hint : step.hints) {
        if (hint == 0 || hint >= clauses.size()) {
            return fails(step,
                         "it rests on clause " + std::to_string(hint) + ", which is not there");
        }
        std::int32_t forced = 0;
        for (const std::int32_t literal : *clauses[hint]) {
            if (assigned.value(literal) > 0) {
                return fails(step, "clause " + std::to_string(hint) + " forces nothing");
            }
            if (assigned.value(literal) == 0 && literal != forced) {
                if (forced != 0) {
                    return fails(step, "clause " + std::to_string(hint) + " forces nothing");
                }
                forced = literal;
            }
        }
        if (forced == 0) {
            return {};  // the contradiction that was wanted
        }
        assigned.make_true(forced);
    }
    return fails(step, "its hints do not lead to a contradiction");
}

}  // namespace

std::string dimacs_of(const Formula& formula) {
    std::string text = "p cnf ";
    append(text, formula.variables);
    text += ' ';
    append(text, static_cast<std::int64_t>(formula.clauses.size()));
    text += '\n';
    for (const auto& clause : formula.clauses) {
        for (const std::int32_t literal : clause) {
            append(text, literal);
            text += ' ';
        }
        text += "0\n";
    }
    return text;
}

base::Result<Formula> formula_from(std::string_view dimacs) {
    Reader in(dimacs);
    Formula formula;
    const bool head = in.accept("p cnf ");
    const auto variables = head ? in.number() : std::nullopt;
    const bool between = variables && in.accept(" ");
    const auto count = between ? in.number() : std::nullopt;
    if (!count || *variables < 0 || *variables > max_variables || *count < 0 ||
        *count > static_cast<std::int64_t>(max_literals) || !in.accept("\n")) {
        return malformed(1, "the head of a formula is expected here", "p cnf VARIABLES CLAUSES");
    }
    formula.variables = static_cast<std::int32_t>(*variables);
    std::size_t budget = max_literals;
    while (!in.at_end()) {
        formula.clauses.push_back(COMITY_TRY(literals(in, formula.variables, budget)));
        if (!in.accept("\n") || formula.clauses.size() > static_cast<std::size_t>(*count)) {
            return malformed(in.line(), "a clause stands on a line of its own",
                             "as many as the head says");
        }
    }
    if (formula.clauses.size() != static_cast<std::size_t>(*count)) {
        return malformed(in.line(), "there are fewer clauses than the head says");
    }
    return formula;
}

std::string lrat_of(const std::vector<Step>& proof) {
    std::string text;
    for (const Step& step : proof) {
        append(text, step.number);
        text += ' ';
        for (const std::int32_t literal : step.clause) {
            append(text, literal);
            text += ' ';
        }
        text += "0 ";
        for (const std::uint32_t hint : step.hints) {
            append(text, hint);
            text += ' ';
        }
        text += "0\n";
    }
    return text;
}

base::Result<std::vector<Step>> proof_from(std::string_view lrat) {
    Reader in(lrat);
    std::vector<Step> proof;
    std::size_t budget = max_literals;
    while (!in.at_end()) {
        Step step;
        const auto number = in.number();
        if (!number || *number <= 0 || *number > std::numeric_limits<std::int32_t>::max() ||
            !in.accept(" ")) {
            return malformed(in.line(), "the number of a step is expected here");
        }
        step.number = static_cast<std::uint32_t>(*number);
        step.clause = COMITY_TRY(literals(in, max_variables, budget));
        if (!in.accept(" ")) {
            return malformed(in.line(), "a step has hints behind its clause");
        }
        step.hints = COMITY_TRY(hints(in, budget));
        if (!in.accept("\n") || proof.size() >= max_literals) {
            return malformed(in.line(), "a step stands on a line of its own");
        }
        proof.push_back(std::move(step));
    }
    return proof;
}

base::Result<void> check(const Formula& formula, const std::vector<Step>& proof) {
    if (proof.empty() || !proof.back().clause.empty()) {
        return base::fail(base::ErrorKind::invalid, "the proof does not end in a contradiction",
                          "it is cut off, or it proves nothing", "do not rely on this certificate");
    }
    Clauses clauses{nullptr};
    clauses.reserve(formula.clauses.size() + proof.size() + 1);
    for (const auto& clause : formula.clauses) {
        clauses.push_back(&clause);
    }
    Assignment assigned(formula.variables);
    for (const Step& step : proof) {
        if (step.number != clauses.size()) {
            return fails(step, "its number is not the next one");
        }
        assigned.clear();
        COMITY_TRY(check_step(step, clauses, assigned));
        clauses.push_back(&step.clause);
    }
    return {};
}

}  // namespace comity::certificate
