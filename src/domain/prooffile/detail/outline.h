#pragma once

// The report, gathered for the screen: by signer, by clause, by whose word, by what lacks.

#include <optional>
#include <string>
#include <vector>

#include "domain/prooffile/report.h"
#include "domain/prooffile/screen.h"

namespace comity::prooffile::detail {

/// A key that signed acts of the matter, and what it hangs on.
struct SignerLine {
    std::string party;
    std::string root;    ///< first digits of the root key's thumbprint; empty: not known
    std::string person;  ///< empty if the root key itself signed
    std::string role;
    std::string key;
    std::string from;  ///< days; empty for the root key
    std::string until;
    std::vector<std::size_t> acts;  ///< numbers, from 1
};

struct ClauseLine {
    std::string instrument;
    std::string clause;
    std::string says;  ///< permit, deadline, ...; of a procedure the act's name
    std::vector<std::size_t> acts;
};

struct WordLine {
    std::string who;
    std::string fact;
    std::vector<std::size_t> acts;
};

struct LackLine {
    std::string about;
    std::string check;
    std::string detail;
    std::string remedy;
    bool fails = false;
};

struct Outline {
    std::vector<SignerLine> signers;
    std::vector<ClauseLine> conforms;  ///< only of acts that are proven
    std::vector<WordLine> rests;
    std::vector<std::string> attested_by;
    std::vector<WordLine> unopened;  ///< `who` empty; fields that the file never opened
    std::vector<WordLine> notices;   ///< `who` empty; `fact` is the notice
    std::vector<LackLine> lacks;     ///< what fails first
};
[[nodiscard]] Outline outline_of(const Report& report, Language language);

/// "1-3, 5".
[[nodiscard]] std::string ranges_of(const std::vector<std::size_t>& numbers);
/// The act's title in the language; empty if its kind is not opened.
[[nodiscard]] const std::string& title_in(const ReportedAct& act, Language language);

}  // namespace comity::prooffile::detail
