#include "domain/certificate/certificate.h"

#include "ground/crypto/hash.h"

namespace comity::certificate {
namespace {

constexpr std::string_view formula_tag = "comity/guardrail-formula/v1";
constexpr std::string_view proof_tag = "comity/guardrail-proof/v1";

std::unexpected<base::Error> differs(std::string_view what) {
    return base::fail(
        base::ErrorKind::invalid,
        "the " + std::string(what) + " of the certificate is not what its digest says", "",
        "ask for the certificate again");
}

}  // namespace

base::Digest digest_of_formula(std::string_view dimacs) {
    return crypto::tagged_hash(formula_tag, base::view_of(dimacs));
}

base::Digest digest_of_proof(std::string_view lrat) {
    return crypto::tagged_hash(proof_tag, base::view_of(lrat));
}

std::string write(const Certificate& certificate) {
    return codec::canonical(codec::to_value(certificate));
}

base::Result<Certificate> read(std::string_view bytes) {
    codec::JsonLimits limits;
    limits.bytes = max_certificate_bytes;
    limits.string_bytes = max_certificate_bytes;
    const codec::Value value = COMITY_TRY(codec::parse_canonical(bytes, limits));
    Certificate certificate = COMITY_TRY(codec::read<Certificate>(value));
    if (certificate.version != format_version) {
        return base::fail(
            base::ErrorKind::malformed,
            "a certificate of another version: " + std::to_string(certificate.version),
            "this program reads version 1");
    }
    return certificate;
}

base::Result<Checked> check(const Certificate& certificate) {
    if (digest_of_formula(certificate.formula) != certificate.formula_digest) {
        return differs("formula");
    }
    if (digest_of_proof(certificate.proof) != certificate.proof_digest) {
        return differs("proof");
    }
    const Formula formula = COMITY_TRY(formula_from(certificate.formula));
    const std::vector<Step> proof = COMITY_TRY(proof_from(certificate.proof));
    COMITY_TRY(check(formula, proof));
    return Checked{static_cast<std::size_t>(formula.variables), formula.clauses.size(),
                   proof.size()};
}

}  // namespace comity::certificate
