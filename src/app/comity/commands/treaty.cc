#include "app/comity/commands/treaty.h"

#include <filesystem>
#include <iostream>
#include <memory>
#include <system_error>

#include <CLI/CLI.hpp>

#include "app/comity/commands/treaty_inputs.h"
#include "app/comity/commands/treaty_prove.h"
#include "domain/law/law.h"
#include "ground/codec/codec.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;

base::Result<int> check_files(const std::vector<std::string>& files, bool json, std::ostream& out) {
    const Asked asked = COMITY_TRY(asked_for(files, Beside::vocabulary));
    const std::vector<law::Source> sources = COMITY_TRY(sources_of(asked));
    const std::vector<law::Diagnostic> diagnostics = law::check(sources);
    print_diagnostics(diagnostics, json, out);
    if (diagnostics.empty() && !json) {
        out << asked.files.size() << (asked.files.size() == 1 ? " text" : " texts")
            << " checked, nothing wrong\n";
    }
    return diagnostics.empty() ? exit_done : exit_findings;
}

std::unexpected<base::Error> refuse(std::string place, std::string what, std::string next = {}) {
    base::Error error{base::ErrorKind::malformed, std::move(what), "", std::move(next), "", ""};
    error.place = std::move(place);
    return std::unexpected(std::move(error));
}

base::Result<std::string> side_of(const codec::Object& object, const std::string& file,
                                  std::string_view name) {
    const codec::Value* member = object.if_contains(name);
    if (member == nullptr || !member->is_string() || member->get_string().size() > 64) {
        return refuse(file + ":/" + std::string(name),
                      "a jurisdiction such as \"XA\" is expected here");
    }
    return std::string(member->get_string());
}

base::Result<law::Question> question_of(const law::Library& library, const DecideOptions& options) {
    const std::string& file = options.request_file;
    const std::string text = COMITY_TRY(treaty_text(file));
    auto parsed = codec::parse(text);
    if (!parsed) {
        return std::unexpected(base::at_place(std::move(parsed).error(), file));
    }
    if (!parsed->is_object()) {
        return refuse(file + ":/", "an object is expected here");
    }
    const codec::Object& object = parsed->get_object();
    for (const auto& member : object) {
        if (member.key() != "requesting" && member.key() != "requested" &&
            member.key() != "facts") {
            return refuse(file + ":/" + std::string(member.key()), "this member is not known",
                          "requesting, requested, facts");
        }
    }
    law::Question question;
    question.requesting = COMITY_TRY(side_of(object, file, "requesting"));
    question.requested = COMITY_TRY(side_of(object, file, "requested"));
    const codec::Value* facts = object.if_contains("facts");
    if (facts == nullptr || !facts->is_object()) {
        return refuse(file + ":/facts", "an object of facts is expected here");
    }
    auto read = law::facts_from(library.vocabulary(), facts->get_object());
    if (!read) {
        return std::unexpected(base::at_place(std::move(read).error(), file));
    }
    question.facts = std::move(*read);
    auto day = base::Date::parse(options.as_of);
    if (!day) {
        return refuse("--as-of", "this is not a date: " + options.as_of.substr(0, 40),
                      "YYYY-MM-DD");
    }
    question.as_of = *day;
    return question;
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
    const law::Question question = COMITY_TRY(question_of(*library, options));
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
    CLI::App* check = treaty->add_subcommand("check", "Read and type-check texts");
    check->add_option("FILE", checked->files, "text, or folder of texts")->required();
    check->add_flag("--json", checked->json, "print findings as JSON");
    check->footer(
        "Examples:\n"
        "  comity treaty check law/agreements/xa-xb-ee.treaty\n"
        "  comity treaty check --json law\n"
        "Exit: 0 nothing wrong, 9 findings, 3 no such file");
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
}

}  // namespace comity::app
