#include "app/command/check_within.h"

#include <iostream>
#include <memory>
#include <utility>

#include <CLI/CLI.hpp>

namespace comity::app {
namespace {

base::Result<prooffile::WithinAnswer> check(const CheckWithinRequest& asked, const ReadFile& read) {
    const auto trust = COMITY_TRY(read_trust_file(asked.trust, read));
    const std::string text = COMITY_TRY(read(asked.file, prooffile::max_within_bytes));
    const prooffile::WithinProof proof = COMITY_TRY(prooffile::read_within(text));
    const auto order = COMITY_TRY(verified_file(asked.order_file, trust, asked.timestamps, read));
    const auto request =
        COMITY_TRY(verified_file(asked.request_file, trust, asked.timestamps, read));
    return prooffile::judge_within(proof, order, request);
}

}  // namespace

int run_check_within(const CheckWithinRequest& request, const ReadFile& read, std::ostream& out,
                     std::ostream& err) {
    const auto answer = check(request, read);
    if (!answer) {
        return report(answer.error(), request.json, out, err);
    }
    const bool proven = answer->answer == prooffile::Answer::authentic;
    const std::string word = proven ? "PROVEN" : std::string(prooffile::name_of(answer->answer));
    if (request.json) {
        codec::Array fields;
        for (const std::string& field : answer->fields) {
            fields.emplace_back(field);
        }
        out << codec::canonical(codec::Object{{"answer", word},
                                              {"exit", prooffile::exit_code_of(answer->answer)},
                                              {"detail", answer->detail},
                                              {"order", answer->order},
                                              {"request", answer->request},
                                              {"fields", std::move(fields)}})
            << "\n";
    } else {
        out << word << "\n" << answer->detail << "\n";
        for (const std::string& field : answer->fields) {
            out << "  " << field << "\n";
        }
    }
    return prooffile::exit_code_of(answer->answer);
}

void be_check_within(CLI::App& check, Run& run, ReadFile read, const std::string& name) {
    const auto request = std::make_shared<CheckWithinRequest>();
    const auto trust = std::make_shared<std::string>();
    const auto alone = std::make_shared<bool>(false);
    check.add_option("FILE", request->file, "the proof of `comity proof within`")->required();
    check.add_option("--order", request->order_file, "a proof file that holds the order")
        ->required();
    check.add_option("--request", request->request_file, "a proof file that holds the request")
        ->required();
    check.add_option("--trust", *trust, "the anchors");
    check.add_flag("--no-timestamp", *alone, "leave timestamps beside the proof files out");
    check.add_flag("--json", request->json, "as JSON");
    check.footer("Examples:\n  " + name +
                 " w --order order.proof --request request.proof --trust trust\n  " + name +
                 " w --order a.proof --request a.proof --trust trust --json");
    check.callback([request, trust, alone, read = std::move(read), &run] {
        run.action = [request, trust, alone, read] {
            if (!trust->empty()) {
                request->trust = *trust;
            }
            request->timestamps = *alone ? Timestamps::left_out : Timestamps::looked_at;
            return run_check_within(*request, read, std::cout, std::cerr);
        };
    });
}

}  // namespace comity::app
