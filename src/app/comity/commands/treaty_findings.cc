#include "app/comity/commands/treaty_findings.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <iterator>
#include <ostream>

#include "app/comity/commands/treaty_inputs.h"
#include "domain/law/compiled.h"

namespace comity::app {

namespace fs = std::filesystem;

using prover::Conclusion;
using prover::Finding;

namespace {

std::string upper(std::string_view word) {
    std::string out(word);
    std::ranges::transform(out, out.begin(), [](unsigned char letter) {
        return static_cast<char>(letter == '-' ? ' ' : std::toupper(letter));
    });
    return out;
}

}  // namespace

void tell_finding(const Finding& finding, std::ostream& out) {
    out << upper(name_of(finding.conclusion)) << "  " << finding.document << " version "
        << finding.version << ", " << finding.guardrail << ": " << finding.title << "\n  "
        << finding.file << ":" << finding.line << ":" << finding.column << "\n  " << finding.note
        << "\n";
    if (finding.conclusion != Conclusion::refuted) {
        return;
    }
    for (const prover::Example& example : finding.examples) {
        const law::Question& request = example.question;
        out << "  Request of " << request.requesting << " to " << request.requested << " on "
            << request.as_of.text() << ":\n";
        print_known(example.known, example.elapsed, out);
        out << "  Everything else is not known.\n";
        for (const std::string& sentence : law::sentences(example.assessment)) {
            out << "    | " << sentence << "\n";
        }
    }
}

std::vector<Finding> findings_on(const law::Library& library, const Asked& asked, Usual usual) {
    std::vector<Finding> findings;
    for (const fs::path& file : asked.files) {
        for (const auto& instrument : library.data().instruments) {
            if (instrument->place.file == file.string()) {
                std::ranges::move(prover::prove(library, *instrument),
                                  std::back_inserter(findings));
                if (usual == Usual::added) {
                    std::ranges::move(prover::prove_usual(library, *instrument),
                                      std::back_inserter(findings));
                }
            }
        }
    }
    return findings;
}

int exit_of(const std::vector<Finding>& findings) {
    const auto any = [&](Conclusion wanted) {
        return std::ranges::find(findings, wanted, &Finding::conclusion) != findings.end();
    };
    return any(Conclusion::refuted)       ? exit_findings
           : any(Conclusion::not_decided) ? exit_not_proven
                                          : exit_done;
}

void tell_count(const std::vector<Finding>& findings, std::ostream& out) {
    const auto proven = std::ranges::count(findings, Conclusion::proven, &Finding::conclusion);
    out << proven << " of " << findings.size()
        << (findings.size() == 1 ? " guardrail" : " guardrails") << " proven\n";
}

codec::Array findings_json(const law::Library& library, const std::vector<Finding>& findings) {
    codec::Array list;
    for (const Finding& finding : findings) {
        list.push_back(prover::to_json(library, finding));
    }
    return list;
}

}  // namespace comity::app
