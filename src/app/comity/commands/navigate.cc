#include "app/comity/commands/navigate.h"

#include <iostream>
#include <memory>
#include <utility>

#include <CLI/CLI.hpp>

#include "app/comity/commands/treaty_inputs.h"
#include "domain/law/navigate.h"
#include "ground/codec/codec.h"

namespace comity::app {
namespace {

base::Result<int> navigate(const NavigateOptions& options, std::ostream& out) {
    const Asked asked = COMITY_TRY(asked_for({options.law_dir}, Beside::all_texts));
    const auto library = COMITY_TRY(library_of(asked, options.json, out));
    if (!library) {
        return exit_findings;
    }
    const law::Question question =
        COMITY_TRY(request_at(*library, options.request_file, options.as_of));
    const std::vector<law::Way> ways = COMITY_TRY(law::navigate(*library, question));
    if (options.json) {
        codec::Array list;
        for (const law::Way& way : ways) {
            list.push_back(law::to_json(way));
        }
        codec::Object answer;
        answer.emplace("ways", std::move(list));
        out << codec::canonical(answer) << "\n";
        return exit_done;
    }
    std::size_t number = 0;
    for (const law::Way& way : ways) {
        std::string lead = std::to_string(++number) + ". ";
        for (const std::string& line : law::sentences(way)) {
            out << std::exchange(lead, "   ") << line << "\n";
        }
    }
    return exit_done;
}

}  // namespace

int run_navigate(const NavigateOptions& options, std::ostream& out, std::ostream& err) {
    const auto code = navigate(options, out);
    return code ? *code : report(code.error(), options.json, out, err);
}

void add_navigate(CLI::App& app, Run& run) {
    const auto given = std::make_shared<NavigateOptions>();
    CLI::App* command =
        app.add_subcommand("navigate", "Tell the ways between two sides, and what each lacks");
    command->add_option("--law", given->law_dir, "law folder")->required();
    command->add_option("--request", given->request_file, "request, JSON")->required();
    command->add_option("--as-of", given->as_of, "legal day, YYYY-MM-DD")->required();
    command->add_flag("--json", given->json, "answer as JSON");
    command->footer(
        "Examples:\n"
        "  comity navigate --law law --request request.json --as-of 2026-11-22\n"
        "  comity navigate --law law --request request.json --as-of 2026-11-22 --json\n"
        "Exit: 0 whatever there is, 1 bad request, 3 no such file, agreement or profile, 9 bad "
        "texts");
    command->callback([given, &run] {
        run.action = [given] { return run_navigate(*given, std::cout, std::cerr); };
    });
}

}  // namespace comity::app
