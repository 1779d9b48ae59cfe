#include "app/comity/commands/treaty.h"

#include <filesystem>
#include <iostream>
#include <memory>
#include <system_error>

#include <CLI/CLI.hpp>

#include "app/comity/commands/treaty_findings.h"
#include "app/comity/commands/treaty_inputs.h"
#include "app/comity/commands/treaty_patterns.h"
#include "app/comity/commands/treaty_prove.h"
#include "domain/law/law.h"
#include "ground/codec/codec.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;

base::Result<int> check_files(const std::vector<std::string>& files, bool json, std::ostream& out) {
    const Asked alone = COMITY_TRY(asked_for(files, Beside::vocabulary));
    const std::vector<law::Source> sources = COMITY_TRY(sources_of(alone));
    const std::vector<law::Diagnostic> diagnostics = law::check(sources);
    if (!diagnostics.empty()) {
        print_diagnostics(diagnostics, json, out);
        return exit_findings;
    }
    // A guardrail may speak of an older version, which stands beside.
    const Asked asked = COMITY_TRY(asked_for(files, Beside::all_texts));
    const auto library = COMITY_TRY(library_of(asked, json, out));
    if (!library) {
        return exit_findings;
    }
    const std::vector<prover::Finding> findings = findings_on(*library, asked, Usual::added);
    if (json) {
        codec::Object answer;
        answer.emplace("findings", codec::Array());
        answer.emplace("guardrails", findings_json(*library, findings));
        out << codec::canonical(answer) << "\n";
        return exit_of(findings);
    }
    for (const prover::Finding& finding : findings) {
        if (finding.conclusion != prover::Conclusion::proven) {
            tell_finding(finding, out);
        }
    }
    out << asked.files.size() << (asked.files.size() == 1 ? " text" : " texts") << " read, ";
    tell_count(findings, out);
    return exit_of(findings);
}

base::Result<int> decide(const DecideOptions& options, std::ostream& out, std::ostream& err) {
    std::error_code error;
    if (!fs::is_directory(options.law_dir, error)) {
        return base::fail(base::ErrorKind::not_found, "there is no folder " + options.law_dir);
    }
    const auto library = COMITY_TRY(library_of({treaties_below(options.law_dir), {}}, false, err));
    if (!library) {
        return exit_findings;
    }
    const law::Question question =
        COMITY_TRY(request_at(*library, options.request_file, options.as_of));
    const law::Assessment assessment = COMITY_TRY(law::assess(*library, question));
    if (options.json) {
        out << codec::canonical(law::to_json(assessment, options.trace)) << "\n";
        return exit_done;
    }
    for (const std::string& sentence : law::sentences(assessment)) {
        out << sentence << "\n";
    }
    if (options.trace) {
        for (const law::TraceStep& step : assessment.trace) {
            out << "  " << step.instrument << " " << step.clause << " " << step.kind << ": "
                << law::name_of(step.truth) << (step.because.empty() ? "" : ", ") << step.because
                << "\n";
        }
    }
    return exit_done;
}

}  // namespace

int run_treaty_check(const std::vector<std::string>& files, bool json, std::ostream& out,
                     std::ostream& err) {
    const auto code = check_files(files, json, out);
    return code ? *code : report(code.error(), json, out, err);
}

int run_treaty_decide(const DecideOptions& options, std::ostream& out, std::ostream& err) {
    const auto code = decide(options, out, err);
    return code ? *code : report(code.error(), options.json, out, err);
}

void add_treaty(CLI::App& app, Run& run) {
    CLI::App* treaty = app.add_subcommand("treaty", "Texts that a node executes");
    treaty->require_subcommand(1);

    struct CheckOptions {
        std::vector<std::string> files;
        bool json = false;
    };
    const auto checked = std::make_shared<CheckOptions>();
    CLI::App* check = treaty->add_subcommand("check", "Read texts and decide their guardrails");
    check->add_option("FILE", checked->files, "text, or folder of texts")->required();
    check->add_flag("--json", checked->json, "print findings as JSON");
    check->footer(
        "Examples:\n"
        "  comity treaty check law/agreements/xa-xb-ee.treaty\n"
        "  comity treaty check --json law\n"
        "Exit: 0 nothing wrong, 9 a text is wrong or a request breaks a guardrail, 7 a guardrail "
        "is "
        "not decided, 3 no such file");
    check->callback([checked, &run] {
        run.action = [checked] {
            return run_treaty_check(checked->files, checked->json, std::cout, std::cerr);
        };
    });

    const auto decided = std::make_shared<DecideOptions>();
    CLI::App* decide_command = treaty->add_subcommand("decide", "Assess a request under the texts");
    decide_command->add_option("--law", decided->law_dir, "law folder")->required();
    decide_command->add_option("--request", decided->request_file, "request, JSON")->required();
    decide_command->add_option("--as-of", decided->as_of, "legal day, YYYY-MM-DD")->required();
    decide_command->add_flag("--json", decided->json, "answer as JSON");
    decide_command->add_flag("--trace", decided->trace, "add what decided each clause");
    decide_command->footer(
        "Examples:\n"
        "  comity treaty decide --law law --request request.json --as-of 2026-11-22\n"
        "  comity treaty decide --law law --request request.json --as-of 2026-11-22 --json "
        "--trace\n"
        "Exit: 0 whatever the outcome, 1 bad request, 3 no such file, agreement or profile, 9 bad "
        "texts");
    decide_command->callback([decided, &run] {
        run.action = [decided] { return run_treaty_decide(*decided, std::cout, std::cerr); };
    });
    add_treaty_prove(*treaty, run);
    add_treaty_test(*treaty, run);
}

}  // namespace comity::app
