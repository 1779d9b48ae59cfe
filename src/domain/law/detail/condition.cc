#include "domain/law/detail/condition.h"

#include <algorithm>

#include "ground/base/base.h"

namespace comity::law::detail {
namespace {

using Op = Expression::Op;

class Compiler {
 public:
    void add(const Expression& expression, bool negated) {
        switch (expression.op) {
            case Op::always: return;  // only ever stands alone: Compiler is not called for it
            case Op::literal: literal(expression.literal, negated); return;
            case Op::negation: add(expression.parts.front(), !negated); return;
            case Op::all:
            case Op::any: {
                const bool all = (expression.op == Op::all) != negated;  // de Morgan
                const std::size_t at = condition.nodes.size();
                condition.nodes.push_back(
                    {all ? Condition::Node::Op::all : Condition::Node::Op::any, 0, 0});
                for (const Expression& part : expression.parts) {
                    add(part, negated);
                }
                condition.nodes[at].end = static_cast<std::uint32_t>(condition.nodes.size());
                return;
            }
        }
    }

    Condition condition;

 private:
    void literal(const Literal& literal, bool negated) {
        Literal copy = literal;
        if (negated) {
            copy.negated = !copy.negated;
            std::swap(copy.text, copy.opposite);
        }
        const auto index = static_cast<std::uint16_t>(condition.literals.size());
        condition.literals.push_back(std::move(copy));
        const auto end = static_cast<std::uint32_t>(condition.nodes.size() + 1);
        condition.nodes.push_back({Condition::Node::Op::literal, index, end});
    }
};

Truth truth_of(bool surely, bool possibly) {
    return surely ? Truth::yes : possibly ? Truth::unknown : Truth::no;
}

/// The plain truth of a literal, before its own negation.
Truth bare(const Literal& literal, const Circumstances& at) {
    switch (literal.kind) {
        case Literal::Kind::mask: {
            const std::uint64_t possible = at.facts[literal.fact].mask;
            return truth_of((possible & ~literal.mask) == 0, (possible & literal.mask) != 0);
        }
        case Literal::Kind::range: {
            const Possible& possible = at.facts[literal.fact];
            return truth_of(possible.low >= literal.low && possible.high <= literal.high,
                            possible.low <= literal.high && possible.high >= literal.low);
        }
        case Literal::Kind::includes: {
            const Possible& possible = at.facts[literal.fact];
            return truth_of((possible.must & literal.mask) == literal.mask,
                            (possible.may & literal.mask) == literal.mask);
        }
        case Literal::Kind::within: {
            const Possible& possible = at.facts[literal.fact];
            return truth_of((possible.may & ~literal.mask) == 0,
                            (possible.must & ~literal.mask) == 0);
        }
        case Literal::Kind::party: {
            const std::string key =
                status_key(literal.reference_side, literal.reserved, literal.reference);
            const bool held = std::ranges::find(at.status, key) != at.status.end();
            return held ? Truth::yes : Truth::no;
        }
        case Literal::Kind::route: return literal.reference == at.route ? Truth::yes : Truth::no;
    }
    std::unreachable();
}

/// Judges the subtree at `index`, which is set to the index behind it.
Truth judge_at(const Condition& condition, const Circumstances& at, Foreign foreign,
               std::uint32_t& index) {
    const Condition::Node node = condition.nodes[index];
    if (node.op == Condition::Node::Op::literal) {
        ++index;
        return judge(condition.literals[node.literal], at, foreign);
    }
    const bool all = node.op == Condition::Node::Op::all;
    const Truth decisive = all ? Truth::no : Truth::yes;
    Truth truth = all ? Truth::yes : Truth::no;
    ++index;
    while (index < node.end) {
        const Truth part = judge_at(condition, at, foreign, index);
        if (part == decisive) {
            index = node.end;
            return decisive;
        }
        truth = all ? both(truth, part) : either(truth, part);
    }
    return truth;
}

void undecided_at(const Condition& condition, const Circumstances& at, Foreign foreign,
                  std::uint32_t index, std::vector<const Literal*>& out) {
    const Condition::Node node = condition.nodes[index];
    std::uint32_t probe = index;
    if (judge_at(condition, at, foreign, probe) != Truth::unknown) {
        return;
    }
    if (node.op == Condition::Node::Op::literal) {
        out.push_back(&condition.literals[node.literal]);
        return;
    }
    for (std::uint32_t part = index + 1; part < node.end; part = condition.nodes[part].end) {
        undecided_at(condition, at, foreign, part, out);
    }
}

void append_part(std::string& text, std::string_view part, std::string_view tail) {
    if (!text.empty()) {
        text += "; ";
    }
    text += part;
    text += tail;
}

void explain_at(const Condition& condition, const Circumstances& at, Truth wanted,
                std::uint32_t index, std::string& text) {
    const Condition::Node node = condition.nodes[index];
    std::uint32_t probe = index;
    if (judge_at(condition, at, Foreign::unknown, probe) != wanted) {
        return;
    }
    if (node.op == Condition::Node::Op::literal) {
        const Literal& literal = condition.literals[node.literal];
        if (wanted == Truth::unknown) {
            append_part(text, literal.text, " unknown");
        } else {
            append_part(text, wanted == Truth::yes ? literal.text : literal.opposite, "");
        }
        return;
    }
    for (std::uint32_t part = index + 1; part < node.end; part = condition.nodes[part].end) {
        explain_at(condition, at, wanted, part, text);
    }
}

}  // namespace

std::size_t Expression::size() const {
    std::size_t total = 1;
    for (const Expression& part : parts) {
        total += part.size();
    }
    return total;
}

Expression conjunction(Expression left, Expression right) {
    if (left.op == Op::always) {
        return right;
    }
    if (right.op == Op::always) {
        return left;
    }
    Expression out;
    out.op = Op::all;
    out.parts.push_back(std::move(left));
    out.parts.push_back(std::move(right));
    return out;
}

Expression negation(Expression inner) {
    Expression out;
    out.op = Op::negation;
    out.parts.push_back(std::move(inner));
    return out;
}

Condition compile(const Expression& expression) {
    if (expression.op == Op::always) {
        return {};
    }
    Compiler compiler;
    compiler.add(expression, false);
    return std::move(compiler.condition);
}

Truth judge(const Literal& literal, const Circumstances& circumstances, Foreign foreign) {
    const Truth plain = bare(literal, circumstances);
    const Truth truth = literal.negated ? negated(plain) : plain;
    if (truth != Truth::unknown || foreign == Foreign::unknown ||
        circumstances.foreign[literal.fact] == 0) {
        return truth;
    }
    return foreign == Foreign::yes ? Truth::yes : Truth::no;
}

Truth judge(const Condition& condition, const Circumstances& circumstances, Foreign foreign) {
    if (condition.always()) {
        return Truth::yes;
    }
    std::uint32_t index = 0;
    return judge_at(condition, circumstances, foreign, index);
}

void undecided(const Condition& condition, const Circumstances& circumstances, Foreign foreign,
               std::vector<const Literal*>& out) {
    if (!condition.always()) {
        undecided_at(condition, circumstances, foreign, 0, out);
    }
}

void explain(const Condition& condition, const Circumstances& circumstances, Truth truth,
             std::string& text) {
    if (!condition.always()) {
        explain_at(condition, circumstances, truth, 0, text);
    }
}

std::string status_key(std::string_view side, bool reserved, std::string_view reference) {
    std::string key(side);
    key += reserved ? " reserved " : " declared ";
    key += reference;
    return key;
}

}  // namespace comity::law::detail
