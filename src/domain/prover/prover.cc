#include "domain/prover/prover.h"

#include <algorithm>

#include "domain/prover/detail/shown.h"

namespace comity::prover {
namespace {

using detail::Circuit;
using detail::Question;
using detail::Solver;
using detail::Verdict;
using law::detail::Guardrail;
using Kind = law::detail::Guardrail::Kind;

void undecided(Finding& finding, const base::Error& error) {
    finding.conclusion = Conclusion::not_decided;
    finding.note = error.text();
}

std::string_view kind_of(const law::Instrument& instrument) {
    return instrument.profile ? "jurisdiction" : "agreement";
}

certificate::Certificate certificate_of(const Question& question,
                                        const certificate::Formula& formula,
                                        const std::vector<certificate::Step>& proof) {
    const law::Instrument& instrument = *question.setting.instrument;
    certificate::Certificate out;
    out.semantics = law::semantics;
    out.encoding = detail::encoding;
    out.kind = kind_of(instrument);
    out.document = instrument.info.name;
    out.document_version = instrument.info.version;
    out.guardrail = question.guardrail.id;
    out.says = question.guardrail.title;
    out.texts = question.texts;
    out.formula = certificate::dimacs_of(formula);
    out.proof = certificate::lrat_of(proof);
    out.formula_digest = certificate::digest_of_formula(out.formula);
    out.proof_digest = certificate::digest_of_proof(out.proof);
    return out;
}

/// Nothing satisfies the formula: the record becomes a proof that our own checker accepts.
void certify(const Question& question, const certificate::Formula& formula, Solver& solver,
             Finding& finding) {
    const auto proof = detail::steps_of(formula, solver.proof());
    if (!proof) {
        finding.note = "the solver's record does not lead to a contradiction step by step";
        return;
    }
    certificate::Certificate made = certificate_of(question, formula, *proof);
    const auto checked = certificate::check(made);
    if (!checked) {
        undecided(finding, checked.error());
        return;
    }
    finding.conclusion = Conclusion::proven;
    finding.note = "no request breaks it: " + std::to_string(checked->clauses) + " clauses over " +
                   std::to_string(checked->variables) + " variables, " +
                   std::to_string(checked->steps) + (checked->steps == 1 ? " step" : " steps") +
                   " of proof, checked";
    finding.certificate = std::move(made);
}

std::string note_on(const Question& question, law::Truth strength, const Example& example) {
    switch (question.guardrail.kind) {
        case Kind::never_release:
            return strength == law::Truth::yes
                       ? "this request is released"
                       : "this request is released although it is not known whether the "
                         "guardrail's condition holds";
        case Kind::never_wider: return "this request is released, and was not under the older text";
        case Kind::always: return "to this request nothing of the kind applies";
        case Kind::no_clash: return "clauses that this request meets cannot be merged";
        case Kind::can_fire:
        case Kind::no_gap:
        case Kind::some_route: break;
    }
    return example.assessment.route;
}

/// A request that breaks the guardrail, replayed and made small.
void refute(Question& question, const Solver& solver, const Circuit::Clauses& clauses,
            law::Truth strength, Finding& finding) {
    const std::vector<bool> values = detail::values_of(solver, clauses, question.world.circuit());
    const std::vector<detail::Wire>& wires =
        strength == law::Truth::yes ? question.surely_broken : question.broken;
    for (std::size_t i = 0; i < wires.size(); ++i) {
        if (values[static_cast<std::size_t>(std::abs(wires[i]))] != (wires[i] > 0)) {
            continue;
        }
        auto request = detail::question_of(question.world, question.setting.library,
                                           question.setting.cases[i], values);
        if (!request) {
            undecided(finding, request.error());
            return;
        }
        auto example = detail::smallest(
            question.setting.library, *std::move(request),
            [&](const law::Question& tried,
                const std::vector<std::string>& elapsed) -> base::Result<bool> {
                const law::Truth truth = COMITY_TRY(detail::breaks(question, tried, elapsed));
                return truth >= strength;
            });
        if (!example) {
            undecided(finding, example.error());
            return;
        }
        finding.conclusion = Conclusion::refuted;
        finding.note = note_on(question, strength, *example);
        finding.examples.push_back(*std::move(example));
        return;
    }
    finding.note = "the solver's answer names no case";
}

void decide(Question& question, Finding& finding) {
    const Circuit::Clauses clauses = question.clauses(question.broken);
    Solver solver(Solver::Proof::record);
    solver.add(clauses.formula);
    switch (solver.solve()) {
        case Verdict::undecided: finding.note = "the solver gave up"; return;
        case Verdict::unsatisfiable: certify(question, clauses.formula, solver, finding); return;
        case Verdict::satisfiable: break;
    }
    // A request whose facts surely break it tells more than one that may.
    const Circuit::Clauses stronger = question.clauses(question.surely_broken);
    Solver second;
    second.add(stronger.formula);
    if (second.solve() == Verdict::satisfiable) {
        refute(question, second, stronger, law::Truth::yes, finding);
    } else {
        refute(question, solver, clauses, law::Truth::unknown, finding);
    }
}

Finding finding_of(const law::Instrument& instrument, const Guardrail& guardrail) {
    Finding finding;
    finding.file = guardrail.place.file;
    finding.line = guardrail.place.line;
    finding.column = guardrail.place.column;
    finding.kind = kind_of(instrument);
    finding.document = instrument.info.name;
    finding.version = instrument.info.version;
    finding.guardrail = guardrail.id;
    finding.title = guardrail.title;
    return finding;
}

Finding prove_one(const law::Library& library, const law::Instrument& instrument,
                  const Guardrail& guardrail) {
    Finding finding = finding_of(instrument, guardrail);
    if (guardrail.kind == Kind::can_fire) {
        detail::show_clauses_fire(library, instrument, finding);
        return finding;
    }
    if (guardrail.kind == Kind::no_gap) {
        detail::show_no_gap(library, instrument, guardrail, finding);
        return finding;
    }
    auto question = detail::question_of(library, instrument, guardrail);
    if (!question) {
        undecided(finding, question.error());
    } else if (guardrail.kind == Kind::some_route) {
        detail::show_some_route(**question, finding);
    } else {
        decide(**question, finding);
    }
    return finding;
}

/// What is asked of every text, whether it says so or not.
std::vector<Guardrail> usual_guardrails(const law::Library& library, const law::Instrument& one) {
    Guardrail live;
    live.id = "usual-fire";
    live.title = "Every clause can apply";
    live.kind = Kind::can_fire;
    Guardrail retain;
    retain.id = "usual-retain";
    retain.title = "Least and longest retention never clash";
    retain.kind = Kind::no_clash;
    retain.reference = "retain";
    Guardrail lasts;
    lasts.id = "usual-days";
    lasts.title = "No day lies between its versions";
    lasts.kind = Kind::no_gap;
    for (const auto& version : library.data().instruments) {
        if (version->profile == one.profile && version->info.name == one.info.name &&
            version->from) {
            lasts.from = std::min(lasts.from.value_or(*version->from), *version->from);
            lasts.until = std::max(lasts.until.value_or(*version->from), *version->from);
        }
    }
    std::vector<Guardrail> usual{live, retain};
    if (lasts.from != lasts.until) {
        usual.push_back(lasts);
    }
    for (Guardrail& guardrail : usual) {
        guardrail.place = one.place;
    }
    return usual;
}

}  // namespace

std::vector<Finding> prove(const law::Library& library, const law::Instrument& one) {
    std::vector<Finding> findings;
    for (const Guardrail& guardrail : one.guardrails) {
        findings.push_back(prove_one(library, one, guardrail));
    }
    return findings;
}

std::vector<Finding> prove_usual(const law::Library& library, const law::Instrument& one) {
    std::vector<Finding> findings;
    for (const Guardrail& guardrail : usual_guardrails(library, one)) {
        const bool posed = std::ranges::any_of(one.guardrails, [&](const Guardrail& own) {
            return own.kind == guardrail.kind && own.reference == guardrail.reference;
        });
        if (!posed) {
            findings.push_back(prove_one(library, one, guardrail));
            findings.back().certificate.reset();  // it would name a guardrail that is in no text
        }
    }
    return findings;
}

std::vector<Finding> prove(const law::Library& library) {
    std::vector<Finding> findings;
    for (const auto& instrument : library.data().instruments) {
        for (Finding& finding : prove(library, *instrument)) {
            findings.push_back(std::move(finding));
        }
    }
    return findings;
}

base::Result<void> recheck(const law::Library& library,
                           const certificate::Certificate& certificate) {
    if (certificate.semantics != law::semantics || certificate.encoding < detail::oldest_encoding ||
        certificate.encoding > detail::encoding) {
        return base::fail(base::ErrorKind::not_proven,
                          "the certificate was made by other rules: semantics " +
                              std::to_string(certificate.semantics) + ", encoding " +
                              std::to_string(certificate.encoding),
                          "this program has semantics " + std::to_string(law::semantics) +
                              ", encoding " + std::to_string(detail::encoding));
    }
    const bool profile = certificate.kind == "jurisdiction";
    const bool in_range =
        certificate.document_version > 0 && std::in_range<int>(certificate.document_version);
    const law::Instrument* instrument =
        in_range ? detail::instrument_of(library, profile, certificate.document,
                                         static_cast<int>(certificate.document_version))
                 : nullptr;
    if (instrument == nullptr) {
        return base::fail(base::ErrorKind::not_found,
                          "the texts do not hold " + certificate.document + " version " +
                              std::to_string(certificate.document_version));
    }
    const auto guardrail =
        std::ranges::find(instrument->guardrails, certificate.guardrail, &Guardrail::id);
    if (guardrail == instrument->guardrails.end() || guardrail->title != certificate.says) {
        return base::fail(base::ErrorKind::invalid, "the text has no guardrail " +
                                                        certificate.guardrail +
                                                        " that says what the certificate says");
    }
    if (guardrail->kind == Kind::can_fire || guardrail->kind == Kind::no_gap ||
        guardrail->kind == Kind::some_route) {
        return base::fail(base::ErrorKind::invalid, "the guardrail " + certificate.guardrail +
                                                        " is not one that a proof shows");
    }
    const auto question = COMITY_TRY(detail::question_of(library, *instrument, *guardrail));
    if (question->texts != certificate.texts) {
        return base::fail(base::ErrorKind::invalid,
                          "the certificate is about other texts than those given");
    }
    const certificate::Formula formula = question->clauses(question->broken).formula;
    if (certificate::dimacs_of(formula) != certificate.formula) {
        if (certificate.encoding != detail::encoding) {
            return base::fail(base::ErrorKind::not_proven,
                              "the certificate was made by an older encoding, in which this text "
                              "has another formula",
                              "", "prove the guardrail again");
        }
        return base::fail(base::ErrorKind::invalid, "the formula is not what these texts give");
    }
    return {};
}

}  // namespace comity::prover
