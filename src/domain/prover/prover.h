#pragma once

// prover: what the texts can never do, shown for every request there could be.
//
//   prove()     each guardrail of the texts: proven with a certificate, or a request that breaks it
//   recheck()   whether a certificate's formula is what these texts give
//   difference() requests whose outcome differs between two versions, by the clauses that make it
//
// A request here is what may be known of one: every fact known, partly known or unknown. What the
// solver finds is judged again by law::assess() and counts only if that agrees; what it proves is
// checked by domain/certificate. A guardrail stands for its own text alone: detail/setting.h.

#include <optional>
#include <string>
#include <vector>

#include "domain/certificate/certificate.h"
#include "domain/law/law.h"
#include "ground/base/base.h"

namespace comity::prover {

enum class Conclusion { proven, refuted, not_decided };
[[nodiscard]] std::string_view name_of(Conclusion conclusion);  ///< "proven", "refuted", ...

/// A request and what assess() says of it. No fact can be left out without losing the point.
struct Example {
    law::Question question;
    std::vector<std::string> elapsed;  ///< events so far back that holds from them are over
    law::Assessment assessment;
    std::vector<std::string> known;  ///< "data is content", for people
};

/// What became of one guardrail.
struct Finding {
    std::string file;
    int line = 0;
    int column = 0;
    std::string kind;  ///< agreement, jurisdiction
    std::string document;
    int version = 0;
    std::string guardrail;
    std::string title;
    Conclusion conclusion = Conclusion::not_decided;
    std::string note;  ///< what was shown, what breaks it, or why nothing is decided
    /// Of what is shown for all requests; guardrails that want an example have examples.
    std::optional<certificate::Certificate> certificate;
    std::vector<Example> examples;  ///< refuted: of what breaks it; `can fire`, `some route`: of it
};

/// Every guardrail of every text, in the order of the texts.
[[nodiscard]] std::vector<Finding> prove(const law::Library& library);
/// The guardrails of one document.
[[nodiscard]] std::vector<Finding> prove(const law::Library& library, const law::Instrument& one);
/// What is asked of every text that does not ask it of itself: that each clause can apply, that
/// retention never clashes, that no day lies between its versions. Without certificates.
[[nodiscard]] std::vector<Finding> prove_usual(const law::Library& library,
                                               const law::Instrument& one);

/// Whether the certificate stands for these texts: they have the digests that it names, and they
/// give its formula. Kinds: not_found (a text lacks), invalid (other texts, another formula),
/// not_proven (made by another encoding or semantics). The proof is certificate::check()'s.
[[nodiscard]] base::Result<void> recheck(const law::Library& library,
                                         const certificate::Certificate& certificate);

/// The request in the form that `comity treaty decide --request` reads.
[[nodiscard]] codec::Object request_form(const law::Library& library,
                                         const law::Question& question);
[[nodiscard]] codec::Value to_json(const law::Library& library, const Finding& finding);

}  // namespace comity::prover
