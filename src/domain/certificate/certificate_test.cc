#include "domain/certificate/certificate.h"

#include <gtest/gtest.h>

#include "ground/crypto/hash.h"

namespace comity::certificate {
namespace {

Certificate example() {
    Certificate out;
    out.semantics = 1;
    out.encoding = 1;
    out.kind = "agreement";
    out.document = "T";
    out.document_version = 1;
    out.guardrail = "G1";
    out.says = "Never";
    out.texts = {{"agreement", "T", 1, {crypto::sha256("text")}}};
    out.formula = "p cnf 1 2\n1 0\n-1 0\n";
    out.proof = "3 0 1 2 0\n";
    out.formula_digest = digest_of_formula(out.formula);
    out.proof_digest = digest_of_proof(out.proof);
    return out;
}

TEST(Certificate, is_read_as_it_was_written) {
    const std::string bytes = write(example());
    EXPECT_EQ(read(bytes).value(), example());
    const auto checked = check(example());
    ASSERT_TRUE(checked) << checked.error().text();
    EXPECT_EQ(checked->variables, 1U);
    EXPECT_EQ(checked->clauses, 2U);
    EXPECT_EQ(checked->steps, 1U);
}

TEST(Certificate, refuses_other_spellings_and_members_and_versions) {
    std::string bytes = write(example());
    EXPECT_FALSE(read(bytes + " "));
    EXPECT_FALSE(read("{}"));
    std::string more = bytes;
    more.insert(1, "\"a\":1,");
    EXPECT_FALSE(read(more));
    Certificate newer = example();
    newer.version = 2;
    EXPECT_FALSE(read(write(newer)));
}

TEST(Certificate, refuses_a_formula_or_a_proof_that_has_another_digest) {
    Certificate other = example();
    other.formula = "p cnf 1 2\n-1 0\n1 0\n";  // as false as the one it stands for
    EXPECT_EQ(check(other).error().kind, base::ErrorKind::invalid);
    other = example();
    other.proof = "3 0 2 1 0\n";
    EXPECT_EQ(check(other).error().kind, base::ErrorKind::invalid);
    other = example();
    other.formula_digest = other.proof_digest;
    EXPECT_EQ(check(other).error().kind, base::ErrorKind::invalid);
}

TEST(Certificate, refuses_an_empty_or_cut_off_proof_even_with_its_own_digest) {
    for (const std::string& proof :
         {std::string(), std::string("3 0 1 0\n"), std::string("3 1 0 1 0\n")}) {
        Certificate cut = example();
        cut.proof = proof;
        cut.proof_digest = digest_of_proof(proof);
        const auto checked = check(cut);
        ASSERT_FALSE(checked) << proof;
        EXPECT_EQ(checked.error().kind, base::ErrorKind::invalid) << proof;
    }
}

}  // namespace
}  // namespace comity::certificate
