// What was found, as a request form, as JSON, and in words.

#include "domain/law/compiled.h"
#include "domain/prover/detail/shown.h"
#include "domain/prover/prover.h"

namespace comity::prover {
namespace {

using law::FactDeclaration;
using law::FactType;
using law::Possible;

codec::Value number(const FactDeclaration& fact, std::int64_t value) {
    return fact.type == FactType::date
               ? codec::Value(base::Date{static_cast<std::int32_t>(value)}.text())
               : codec::Value(value);
}

/// The fact as law::Facts::set reads it.
codec::Value stated(const FactDeclaration& fact, const Possible& possible) {
    codec::Array list;
    if (fact.type == FactType::integer || fact.type == FactType::date) {
        if (possible.low == possible.high) {
            return number(fact, possible.low);
        }
        list = {number(fact, possible.low), number(fact, possible.high)};
        return list;
    }
    const bool boolean = fact.type == FactType::boolean;
    const std::uint64_t mask = fact.type == FactType::set ? possible.may : possible.mask;
    for (std::size_t i = 0; i < (boolean ? 2 : fact.values.size()); ++i) {
        if (((mask >> i) & 1U) != 0) {
            list.push_back(boolean ? codec::Value(i == 1) : codec::Value(fact.values[i]));
        }
    }
    if (fact.type != FactType::set && list.size() == 1) {
        return list.front();
    }
    return list;
}

std::string words(const codec::Value& value) {
    if (value.is_bool()) {
        return value.get_bool() ? "yes" : "no";
    }
    if (value.is_string()) {
        return std::string(value.get_string());
    }
    if (!value.is_array()) {
        return codec::canonical(value);
    }
    std::string text = "{";
    for (const codec::Value& one : value.get_array()) {
        text += (text.size() > 1 ? ", " : "") + words(one);
    }
    return text + "}";
}

std::string sentence(const FactDeclaration& fact, const Possible& possible) {
    const codec::Value value = stated(fact, possible);
    if (fact.type == FactType::set) {
        return fact.name + " is exactly " + words(value);
    }
    if ((fact.type == FactType::integer || fact.type == FactType::date) && value.is_array()) {
        return fact.name + " lies between " + words(value.get_array()[0]) + " and " +
               words(value.get_array()[1]);
    }
    return fact.name + (value.is_array() ? " is one of " : " is ") + words(value);
}

codec::Object example_json(const law::Library& library, const Example& example) {
    codec::Array elapsed(example.elapsed.begin(), example.elapsed.end());
    codec::Object out;
    out.emplace("as_of", example.question.as_of.text());
    out.emplace("elapsed", std::move(elapsed));
    out.emplace("outcome", law::name_of(example.assessment.outcome));
    out.emplace("released", example.assessment.release_up);
    out.emplace("form", request_form(library, example.question));
    return out;
}

}  // namespace

namespace detail {

std::vector<std::string> known_facts(const law::Library& library, const law::Facts& facts) {
    std::vector<std::string> out;
    for (const FactDeclaration* fact : library.vocabulary().in_order) {
        if (const Possible* possible = facts.find(fact->name)) {
            out.push_back(sentence(*fact, *possible));
        }
    }
    return out;
}

}  // namespace detail

std::string_view name_of(Conclusion conclusion) {
    switch (conclusion) {
        case Conclusion::proven: return "proven";
        case Conclusion::refuted: return "refuted";
        case Conclusion::not_decided: return "not-decided";
    }
    std::unreachable();
}

codec::Object request_form(const law::Library& library, const law::Question& question) {
    codec::Object facts;
    for (const auto& [name, possible] : question.facts.all()) {
        if (const FactDeclaration* fact = library.vocabulary().fact(name)) {
            facts.emplace(name, stated(*fact, possible));
        }
    }
    codec::Object form;
    form.emplace("requesting", question.requesting);
    form.emplace("requested", question.requested);
    form.emplace("facts", std::move(facts));
    return form;
}

codec::Value to_json(const law::Library& library, const Finding& finding) {
    codec::Array examples;
    for (const Example& one : finding.examples) {
        examples.emplace_back(example_json(library, one));
    }
    codec::Object out;
    out.emplace("file", finding.file);
    out.emplace("line", finding.line);
    out.emplace("column", finding.column);
    out.emplace("kind", finding.kind);
    out.emplace("document", finding.document);
    out.emplace("version", finding.version);
    out.emplace("guardrail", finding.guardrail);
    out.emplace("title", finding.title);
    out.emplace("conclusion", name_of(finding.conclusion));
    out.emplace("note", finding.note);
    out.emplace("examples", std::move(examples));
    if (finding.certificate) {
        out.emplace("formula", finding.certificate->formula_digest.hex());
        out.emplace("proof", finding.certificate->proof_digest.hex());
    }
    return out;
}

}  // namespace comity::prover
