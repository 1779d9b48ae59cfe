#include "app/comity/commands/verify.h"

#include <iostream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "adapter/files/files.h"
#include "domain/prooffile/prooffile.h"

namespace comity::app {
namespace {

constexpr std::string_view explanation =
    "Answers:\n"
    "  AUTHENTIC (0)   the chain holds; this says nothing on the merits\n"
    "  INVALID (6)     altered, or a signature or proof does not verify\n"
    "  NOT PROVEN (7)  a link or an anchor lacks; it says which\n"
    "Examples:\n"
    "  comity verify out/disclosure.proof --trust out/trust\n"
    "  comity verify out/disclosure.proof --trust out/trust --json | jq .acts\n";

base::Result<std::optional<prooffile::Trust>> trust_from(const VerifyRequest& request) {
    if (!request.trust) {
        return std::nullopt;
    }
    const std::string text =
        COMITY_TRY(files::read_text_file(*request.trust, prooffile::max_trust_bytes));
    auto trust = prooffile::read_trust(text);
    if (!trust) {
        return std::unexpected(base::at_place(std::move(trust).error(), request.trust->string()));
    }
    return *std::move(trust);
}

}  // namespace

int run_verify(const VerifyRequest& request, std::ostream& out, std::ostream& err) {
    const auto trust = trust_from(request);
    if (!trust) {
        return report(trust.error(), request.json, out, err);
    }
    auto file = files::read_text_file(request.file, prooffile::max_proof_bytes);
    if (!file) {
        base::Error error = std::move(file).error();
        if (error.kind == base::ErrorKind::too_large) {
            error.kind = base::ErrorKind::invalid;  // no proof file is so large
        }
        return report(error, request.json, out, err);
    }
    const prooffile::Report verified = prooffile::verify_proof(*file, *trust);
    if (request.json) {
        out << codec::canonical(prooffile::to_json(verified)) << "\n";
    } else {
        for (const std::string& line : prooffile::lines_of(verified)) {
            out << line << "\n";
        }
    }
    return prooffile::exit_code_of(verified.answer);
}

void add_verify(CLI::App& app, Run& run) {
    CLI::App* verify = app.add_subcommand(
        "verify", "Verify a proof file offline: AUTHENTIC, INVALID or NOT PROVEN");
    const auto request = std::make_shared<VerifyRequest>();
    const auto trust = std::make_shared<std::string>();
    verify->add_option("FILE", request->file, "the proof file")->required();
    verify->add_option("--trust", *trust,
                       "the anchors, which you got by another way than the file");
    verify->add_flag("--json", request->json, "one JSON object instead of lines");
    verify->footer(std::string(explanation));
    verify->callback([request, trust, &run] {
        run.action = [request, trust] {
            if (!trust->empty()) {
                request->trust = *trust;
            }
            return run_verify(*request, std::cout, std::cerr);
        };
    });
}

}  // namespace comity::app
