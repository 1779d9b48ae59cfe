#pragma once

// certificate: a guardrail's proof that travels (docs/formats/certificate.md).
//
//   certificate.h  what it says, as a file
//   check.h        the formula, the proof, and the checker
//
// The formula says "there is a request that breaks the guardrail"; the proof shows that nothing
// satisfies it. That the formula stands for the texts is shown by writing it again from the texts
// and comparing digests (domain/prover).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/certificate/check.h"  // IWYU pragma: export
#include "ground/base/base.h"
#include "ground/codec/codec.h"

namespace comity::certificate {

inline constexpr std::size_t max_certificate_bytes = 64U << 20;
inline constexpr int format_version = 1;

/// A text that the formula was written from.
struct TextName {
    std::string kind;  ///< vocabulary, agreement, jurisdiction, status
    std::string name;
    std::int64_t version = 0;
    base::TextDigest digest;
    friend bool operator==(const TextName&, const TextName&) = default;
};

struct Certificate {
    std::int64_t version = format_version;
    std::int64_t semantics = 0;  ///< number of the law's semantics (docs/formats/law.md)
    std::int64_t encoding = 0;   ///< number of the way in which texts become a formula
    std::string kind;            ///< of the document with the guardrail: agreement, jurisdiction
    std::string document;
    std::int64_t document_version = 0;
    std::string guardrail;        ///< its id: "G1"
    std::string says;             ///< its title
    std::vector<TextName> texts;  ///< all that the formula was written from, sorted
    base::Digest formula_digest;
    base::Digest proof_digest;
    std::string formula;  ///< DIMACS CNF
    std::string proof;    ///< LRAT, additions only

    friend bool operator==(const Certificate&, const Certificate&) = default;
};

[[nodiscard]] base::Digest digest_of_formula(std::string_view dimacs);
[[nodiscard]] base::Digest digest_of_proof(std::string_view lrat);

/// RFC 8785 bytes.
[[nodiscard]] std::string write(const Certificate& certificate);
/// Strict, canonical bytes only, at most 64 MiB. Kinds malformed, too_large.
[[nodiscard]] base::Result<Certificate> read(std::string_view bytes);

/// What was shown, for a person.
struct Checked {
    std::size_t variables = 0;
    std::size_t clauses = 0;
    std::size_t steps = 0;
};

/// Checks the digests, then the proof against the formula. Needs no text and trusts no solver. Kind
/// invalid: a digest or a step that fails, or a proof that does not end in a contradiction;
/// malformed: formula or proof cannot be read.
[[nodiscard]] base::Result<Checked> check(const Certificate& certificate);

}  // namespace comity::certificate

template <>
struct comity::codec::Message<comity::certificate::TextName> {
    static constexpr std::string_view name = "certificate-text";
    static constexpr auto fields =
        std::tuple{field("kind", &certificate::TextName::kind,
                         "vocabulary, agreement, jurisdiction or status", 32),
                   field("name", &certificate::TextName::name, "of the document", 256),
                   field("version", &certificate::TextName::version, "of the document"),
                   field("digest", &certificate::TextName::digest, "of its bytes (law.md)")};
};

template <>
struct comity::codec::Message<comity::certificate::Certificate> {
    using C = certificate::Certificate;
    static constexpr std::string_view name = "guardrail-certificate";
    static constexpr auto fields = std::tuple{
        field("version", &C::version, "1"),
        field("semantics", &C::semantics, "number of the law's semantics"),
        field("encoding", &C::encoding, "number of the encoding of texts as a formula"),
        field("kind", &C::kind, "agreement or jurisdiction", 32),
        field("document", &C::document, "the text with the guardrail", 256),
        field("document_version", &C::document_version, "its version"),
        field("guardrail", &C::guardrail, "the guardrail's id", 256),
        field("says", &C::says, "the guardrail's title", 4096),
        field("texts", &C::texts, "all that the formula was written from", 64),
        field("formula_digest", &C::formula_digest, "of the bytes of formula"),
        field("proof_digest", &C::proof_digest, "of the bytes of proof"),
        field("formula", &C::formula, "DIMACS CNF", certificate::max_certificate_bytes),
        field("proof", &C::proof, "LRAT, additions only", certificate::max_certificate_bytes)};
};
