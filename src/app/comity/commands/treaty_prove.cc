#include "app/comity/commands/treaty_prove.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <iostream>
#include <memory>
#include <system_error>

#include <CLI/CLI.hpp>

#include "adapter/files/files.h"
#include "app/comity/commands/treaty_findings.h"
#include "app/comity/commands/treaty_inputs.h"
#include "domain/prover/prover.h"
#include "ground/codec/codec.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;

using prover::Finding;

std::string file_name_of(const certificate::Certificate& certificate) {
    std::string name = certificate.document + "-" + std::to_string(certificate.document_version) +
                       "-" + certificate.guardrail + ".certificate";
    std::ranges::replace_if(
        name, [](unsigned char letter) { return std::isalnum(letter) == 0 && letter != '.'; }, '-');
    return name;
}

base::Result<void> write_certificates(const std::vector<Finding>& findings,
                                      const std::string& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    for (const Finding& finding : findings) {
        if (!finding.certificate) {
            continue;
        }
        const fs::path path = fs::path(folder) / file_name_of(*finding.certificate);
        COMITY_TRY(files::write_text_file_atomically(path, certificate::write(*finding.certificate),
                                                     files::Readers::everyone));
    }
    return {};
}

base::Result<int> prove(const ProveOptions& options, std::ostream& out) {
    const Asked asked = COMITY_TRY(asked_for(options.files, Beside::all_texts));
    const auto library = COMITY_TRY(library_of(asked, options.json, out));
    if (!library) {
        return exit_findings;
    }
    const std::vector<Finding> findings = findings_on(*library, asked, Usual::left_out);
    if (!options.out_dir.empty()) {
        COMITY_TRY(write_certificates(findings, options.out_dir));
    }
    if (options.json) {
        codec::Object answer;
        answer.emplace("guardrails", findings_json(*library, findings));
        out << codec::canonical(answer) << "\n";
        return exit_of(findings);
    }
    for (const Finding& finding : findings) {
        tell_finding(finding, out);
    }
    tell_count(findings, out);
    return exit_of(findings);
}

void tell(const certificate::Certificate& made, const certificate::Checked& checked, bool texts,
          bool json, std::ostream& out) {
    if (json) {
        codec::Object answer;
        answer.emplace("document", made.document);
        answer.emplace("version", made.document_version);
        answer.emplace("guardrail", made.guardrail);
        answer.emplace("says", made.says);
        answer.emplace("proof_holds", true);
        answer.emplace("texts_checked", texts);
        answer.emplace("variables", checked.variables);
        answer.emplace("clauses", checked.clauses);
        answer.emplace("steps", checked.steps);
        out << codec::canonical(answer) << "\n";
        return;
    }
    out << made.document << " version " << made.document_version << ", " << made.guardrail << ": "
        << made.says << "\n"
        << "The proof holds: nothing satisfies the formula (" << checked.clauses << " clauses, "
        << checked.steps << " steps).\n"
        << (texts ? "The texts given are those that it names, and they give this formula: no "
                    "request breaks the guardrail.\n"
                  : "NOT PROVEN that the formula stands for the texts: give them with --law.\n");
}

base::Result<int> verify(const CertificateOptions& options, std::ostream& out) {
    const std::string bytes =
        COMITY_TRY(treaty_text(options.file, certificate::max_certificate_bytes));
    auto read = certificate::read(bytes);
    if (!read) {
        return std::unexpected(base::at_place(std::move(read).error(), options.file));
    }
    const certificate::Checked checked = COMITY_TRY(certificate::check(*read));
    if (options.law_dir.empty()) {
        tell(*read, checked, false, options.json, out);
        return exit_not_proven;
    }
    const Asked asked = COMITY_TRY(asked_for({options.law_dir}, Beside::all_texts));
    const auto library = COMITY_TRY(library_of(asked, options.json, out));
    if (!library) {
        return exit_findings;
    }
    COMITY_TRY(prover::recheck(*library, *read));
    tell(*read, checked, true, options.json, out);
    return exit_done;
}

}  // namespace

int run_treaty_prove(const ProveOptions& options, std::ostream& out, std::ostream& err) {
    const auto code = prove(options, out);
    return code ? *code : report(code.error(), options.json, out, err);
}

int run_certificate_verify(const CertificateOptions& options, std::ostream& out,
                           std::ostream& err) {
    const auto code = verify(options, out);
    return code ? *code : report(code.error(), options.json, out, err);
}

void add_treaty_prove(CLI::App& treaty, Run& run) {
    const auto proved = std::make_shared<ProveOptions>();
    CLI::App* prove_command = treaty.add_subcommand("prove", "Decide the guardrails of texts");
    prove_command->add_option("FILE", proved->files, "text, or folder of texts")->required();
    prove_command->add_option("--out", proved->out_dir, "folder for the certificates");
    prove_command->add_flag("--json", proved->json, "answer as JSON");
    prove_command->footer(
        "Examples:\n"
        "  comity treaty prove law/agreements/xc-xd-ee.treaty --out certificates\n"
        "  comity treaty prove --json law\n"
        "Exit: 0 all proven, 9 a request breaks one or a text is wrong, 7 one is not decided, 3 no "
        "such file");
    prove_command->callback([proved, &run] {
        run.action = [proved] { return run_treaty_prove(*proved, std::cout, std::cerr); };
    });

    const auto compared = std::make_shared<DiffOptions>();
    CLI::App* diff_command =
        treaty.add_subcommand("diff", "Tell the requests that two texts treat differently");
    diff_command->add_option("OLD", compared->older, "the older text")->required();
    diff_command->add_option("NEW", compared->newer, "the newer text")->required();
    diff_command->add_flag("--json", compared->json, "answer as JSON");
    diff_command->footer(
        "Examples:\n"
        "  comity treaty diff law/agreements/xa-xb-ee-1.treaty law/agreements/xa-xb-ee.treaty\n"
        "  comity treaty diff --json old.treaty new.treaty\n"
        "Exit: 0 none, 9 there are some or a text is wrong, 7 not all could be looked for, 3 no "
        "such file");
    diff_command->callback([compared, &run] {
        run.action = [compared] { return run_treaty_diff(*compared, std::cout, std::cerr); };
    });

    CLI::App* certificates =
        treaty.add_subcommand("certificate", "Proofs of guardrails, for others to check");
    certificates->require_subcommand(1);
    const auto given = std::make_shared<CertificateOptions>();
    CLI::App* verify_command =
        certificates->add_subcommand("verify", "Check a proof, and that texts give its formula");
    verify_command->add_option("FILE", given->file, "certificate")->required();
    verify_command->add_option("--law", given->law_dir, "the texts: a law folder");
    verify_command->add_flag("--json", given->json, "answer as JSON");
    verify_command->footer(
        "Examples:\n"
        "  comity treaty certificate verify certificates/XC-XD-EE-1-G1.certificate --law law\n"
        "  comity treaty certificate verify certificates/XC-XD-EE-1-G1.certificate --json\n"
        "Exit: 0 proof and texts hold, 6 one of them does not, 7 no texts given or other rules, 3 "
        "no such file or text");
    verify_command->callback([given, &run] {
        run.action = [given] { return run_certificate_verify(*given, std::cout, std::cerr); };
    });
}

}  // namespace comity::app
