#include <algorithm>

#include "domain/law/navigate.h"

namespace comity::law {
namespace {

codec::Array array_of(const std::vector<std::string>& list) {
    codec::Array array;
    for (const std::string& one : list) {
        array.emplace_back(one);
    }
    return array;
}

codec::Value value_of(const Duty& duty) {
    codec::Object object;
    object.emplace("kind", duty.kind);
    object.emplace("what", duty.what);
    object.emplace("who", duty.who);
    object.emplace("by", duty.by);
    object.emplace("instrument", duty.instrument);
    object.emplace("clause", duty.clause);
    object.emplace("also", array_of(duty.also));
    object.emplace("applies", name_of(duty.applies));
    if (duty.satisfied) {
        object.emplace("satisfied", name_of(*duty.satisfied));
    }
    if (!duty.on_silence.empty()) {
        object.emplace("on_silence", duty.on_silence);
    }
    if (duty.defer_at_most) {
        object.emplace("defer_at_most", duty.defer_at_most->text());
    }
    return object;
}

std::string cite(const std::string& instrument, const std::string& clause) {
    return clause.empty() ? instrument : instrument + " " + clause;
}

std::string first_sentence(const Assessment& assessment) {
    std::string clauses;
    for (const Ground& ground : assessment.grounds) {
        clauses += (clauses.empty() ? "" : ", ") + cite(ground.instrument, ground.clause);
    }
    switch (assessment.outcome) {
        case Outcome::open: return "Open under " + clauses + ".";
        case Outcome::closed: return "Closed by " + clauses + ".";
        case Outcome::needs_decision: return "A decision is needed under " + clauses + ".";
        case Outcome::needs_information:
            return "Information is lacking: " + base::joined(assessment.missing) + ".";
    }
    std::unreachable();
}

std::string sentence(const Duty& duty) {
    std::string text = duty.kind;
    std::ranges::replace(text, '-', ' ');
    text.front() = text.front() >= 'a' && text.front() <= 'z'
                       ? static_cast<char>(text.front() - 'a' + 'A')
                       : text.front();
    if (!duty.what.empty() && duty.what != duty.who && duty.what != duty.kind) {
        text += " " + duty.what;
    }
    if (!duty.who.empty()) {
        text += ", " + duty.who;
    }
    if (!duty.by.empty()) {
        text += ", " + duty.by;
    }
    text += " (" + cite(duty.instrument, duty.clause);
    for (const std::string& one : duty.also) {
        text += "; " + one;
    }
    text += ")";
    if (duty.applies == Truth::unknown) {
        text += ", if it applies: facts are lacking";
    } else if (duty.satisfied) {
        text += *duty.satisfied == Truth::yes  ? ": satisfied"
                : *duty.satisfied == Truth::no ? ": not satisfied"
                                               : ": not known to be satisfied";
    }
    return text + ".";
}

/// Of an open route that is not taken: whether it would release, and what keeps it from that.
std::string gate_sentence(const Assessment& assessment) {
    if (assessment.outcome != Outcome::open) {
        return "";
    }
    const Duty* obstacle = assessment.first_obstacle();
    return obstacle == nullptr ? " The release gate is up."
                               : " Not released: " + sentence(*obstacle);
}

}  // namespace

codec::Value to_json(const Assessment& assessment, bool with_trace) {
    codec::Object object;
    object.emplace("outcome", name_of(assessment.outcome));
    object.emplace("release", assessment.release_up ? "up" : "down");
    object.emplace("route", assessment.route);
    codec::Array grounds;
    for (const Ground& ground : assessment.grounds) {
        codec::Object one;
        one.emplace("clause", ground.clause);
        one.emplace("kind", ground.kind);
        one.emplace("instrument", ground.instrument);
        one.emplace("truth", name_of(ground.truth));
        if (!ground.who.empty()) {
            one.emplace("who", ground.who);
        }
        grounds.emplace_back(std::move(one));
    }
    object.emplace("grounds", std::move(grounds));
    codec::Array duties;
    for (const Duty& duty : assessment.duties) {
        duties.push_back(value_of(duty));
    }
    object.emplace("duties", std::move(duties));
    object.emplace("missing", array_of(assessment.missing));
    object.emplace("reviewed_by_none", array_of(assessment.reviewed_by_none));
    codec::Array others;
    for (const Assessment& other : assessment.others) {
        others.push_back(to_json(other, with_trace));
    }
    object.emplace("others", std::move(others));
    if (with_trace) {
        codec::Array trace;
        for (const TraceStep& step : assessment.trace) {
            codec::Object one;
            one.emplace("instrument", step.instrument);
            one.emplace("clause", step.clause);
            one.emplace("kind", step.kind);
            one.emplace("truth", name_of(step.truth));
            one.emplace("because", step.because);
            trace.emplace_back(std::move(one));
        }
        object.emplace("trace", std::move(trace));
    }
    return object;
}

std::vector<std::string> sentences(const Assessment& assessment) {
    std::vector<std::string> lines{first_sentence(assessment)};
    lines.push_back(assessment.release_up ? "The release gate is up."
                                          : "The release gate is down.");
    for (const Duty& duty : assessment.duties) {
        lines.push_back(sentence(duty));
    }
    if (assessment.outcome != Outcome::needs_information && !assessment.missing.empty()) {
        lines.push_back("Not known yet: " + base::joined(assessment.missing) + ".");
    }
    for (const Assessment& other : assessment.others) {
        lines.push_back("By another route, " + other.route + ": " + first_sentence(other) +
                        gate_sentence(other));
    }
    for (const std::string& name : assessment.reviewed_by_none) {
        lines.push_back("The encoding of " + name + " is reviewed by none.");
    }
    return lines;
}

codec::Value to_json(const Way& way) {
    const auto duties = [](const std::vector<Duty>& list) {
        codec::Array array;
        for (const Duty& duty : list) {
            array.push_back(value_of(duty));
        }
        return array;
    };
    codec::Array authorities;
    for (const auto& [name, role] : way.authorities) {
        codec::Object one;
        one.emplace("name", name);
        one.emplace("holds", role);
        authorities.emplace_back(std::move(one));
    }
    codec::Array lacking;
    for (const Lacking& fact : way.lacking) {
        codec::Object one;
        one.emplace("fact", fact.fact);
        one.emplace("sides", array_of(fact.sides));
        one.emplace("roles", array_of(fact.roles));
        lacking.emplace_back(std::move(one));
    }
    codec::Object object;
    object.emplace("requesting", way.requesting);
    object.emplace("requested", way.requested);
    object.emplace("assessment", to_json(way.assessment, false));
    object.emplace("authorities", std::move(authorities));
    object.emplace("lacking", std::move(lacking));
    object.emplace("dual_criminality", duties(way.dual_criminality));
    object.emplace("deadlines", duties(way.deadlines));
    return object;
}

std::vector<std::string> sentences(const Way& way) {
    std::vector<std::string> lines{way.requesting + " asks " + way.requested + " under " +
                                   way.assessment.route + ". " + first_sentence(way.assessment) +
                                   gate_sentence(way.assessment)};
    for (const auto& [name, role] : way.authorities) {
        lines.push_back("Authority of " + way.requested + ": " + name + ", " + role + ".");
    }
    for (const Lacking& fact : way.lacking) {
        lines.push_back("Lacks " + fact.fact + ": stated by " +
                        (fact.sides.empty() ? "any side" : base::joined(fact.sides)) + " (" +
                        (fact.roles.empty() ? "any role" : base::joined(fact.roles)) + ").");
    }
    if (way.dual_criminality.empty()) {
        lines.emplace_back("Dual criminality is not asked for.");
    }
    for (const Duty& duty : way.dual_criminality) {
        lines.push_back(sentence(duty));
    }
    for (const Duty& duty : way.deadlines) {
        lines.push_back(sentence(duty));
    }
    return lines;
}

}  // namespace comity::law
