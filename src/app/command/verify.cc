#include "app/command/verify.h"

#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>

namespace comity::app {
namespace {

std::string explanation(const std::string& name) {
    return "Answers:\n"
           "  AUTHENTIC (0)   the chain holds; this says nothing on the merits\n"
           "  INVALID (6)     altered, or a signature or proof does not verify\n"
           "  NOT PROVEN (7)  a link or an anchor lacks; it says which, and what would prove it\n"
           "Examples:\n"
           "  " +
           name + " out/disclosure.proof --trust out/trust\n  " + name +
           " out/disclosure.proof --trust out/trust --lang fr\n  " + name +
           " out/disclosure.proof --trust out/trust --json | jq .screen\n";
}

codec::Value json_of(const prooffile::Report& verified, prooffile::Language language) {
    codec::Value json = prooffile::to_json(verified);
    json.get_object()["screen"] = prooffile::screen_to_json(verified, language);
    return json;
}

/// A file of a timestamp, if it is there. One too large to be one is left to be refused.
base::Result<std::optional<std::string>> read_beside(std::filesystem::path file,
                                                     std::string_view extension,
                                                     const ReadFile& read) {
    file += extension;
    auto text = read(file, crypto::max_timestamp_bytes);
    if (!text && text.error().kind == base::ErrorKind::not_found) {
        return std::nullopt;
    }
    if (!text && text.error().kind == base::ErrorKind::too_large) {
        return std::string();
    }
    return text ? base::Result<std::optional<std::string>>(*std::move(text))
                : std::unexpected(base::at_place(std::move(text).error(), file.string()));
}

base::Result<std::optional<prooffile::TimestampBeside>> timestamp_beside(
    const std::filesystem::path& file, const ReadFile& read) {
    auto response = COMITY_TRY(read_beside(file, ".tsr", read));
    if (!response) {
        return std::nullopt;
    }
    auto request = COMITY_TRY(read_beside(file, ".tsq", read));
    return prooffile::TimestampBeside{*std::move(response), std::move(request)};
}

}  // namespace

base::Result<std::optional<prooffile::Trust>> read_trust_file(
    const std::optional<std::filesystem::path>& file, const ReadFile& read) {
    if (!file) {
        return std::nullopt;
    }
    const std::string text = COMITY_TRY(read(*file, prooffile::max_trust_bytes));
    auto trust = prooffile::read_trust(text);
    if (!trust) {
        return std::unexpected(base::at_place(std::move(trust).error(), file->string()));
    }
    return *std::move(trust);
}

base::Result<std::string> read_proof_file(const std::filesystem::path& file, const ReadFile& read) {
    auto text = read(file, prooffile::max_proof_bytes);
    if (!text && text.error().kind == base::ErrorKind::too_large) {
        text.error().kind = base::ErrorKind::invalid;  // no proof file is so large
    }
    return text;
}

base::Result<prooffile::Report> verified_file(const std::filesystem::path& file,
                                              const std::optional<prooffile::Trust>& trust,
                                              Timestamps timestamps, const ReadFile& read) {
    const std::string text = COMITY_TRY(read_proof_file(file, read));
    prooffile::Report found = prooffile::verify_proof(text, trust);
    const auto beside = timestamps == Timestamps::looked_at
                            ? COMITY_TRY(timestamp_beside(file, read))
                            : std::optional<prooffile::TimestampBeside>{};
    return beside ? prooffile::with_timestamp(std::move(found), text, *beside, trust) : found;
}

int run_verify(const VerifyRequest& request, const ReadFile& read, std::ostream& out,
               std::ostream& err) {
    const auto trust = read_trust_file(request.trust, read);
    if (!trust) {
        return report(trust.error(), request.json, out, err);
    }
    const auto found = verified_file(request.file, *trust, request.timestamps, read);
    if (!found) {
        return report(found.error(), request.json, out, err);
    }
    const prooffile::Report& verified = *found;
    if (request.json) {
        out << codec::canonical(json_of(verified, request.language)) << "\n";
        return prooffile::exit_code_of(verified.answer);
    }
    const auto lines = request.detail == Detail::all
                           ? prooffile::lines_of(verified)
                           : prooffile::screen_of(verified, request.language);
    for (const std::string& line : lines) {
        out << line << "\n";
    }
    return prooffile::exit_code_of(verified.answer);
}

void be_verify(CLI::App& verify, Run& run, ReadFile read, const std::string& name) {
    const auto request = std::make_shared<VerifyRequest>();
    const auto trust = std::make_shared<std::string>();
    const auto language = std::make_shared<std::string>("en");
    const auto all = std::make_shared<bool>(false);
    const auto alone = std::make_shared<bool>(false);
    verify.add_option("FILE", request->file, "the proof file")->required();
    verify.add_option("--trust", *trust, "the anchors, which you got by another way than the file");
    verify.add_option("--lang", *language, "the screen's language: en or fr")
        ->check(CLI::IsMember({"en", "fr"}))
        ->capture_default_str();
    verify.add_flag("--long", *all, "every check and every act, in English");
    verify.add_flag("--no-timestamp", *alone, "leave the timestamp beside it (FILE.tsr) out");
    verify.add_flag("--json", request->json, "everything as one JSON object");
    verify.footer(explanation(name));
    verify.callback([request, trust, language, all, alone, read = std::move(read), &run] {
        run.action = [request, trust, language, all, alone, read] {
            if (!trust->empty()) {
                request->trust = *trust;
            }
            request->language =
                prooffile::language_named(*language).value_or(prooffile::Language::english);
            request->timestamps = *alone ? Timestamps::left_out : Timestamps::looked_at;
            request->detail = *all ? Detail::all : Detail::screen;
            return run_verify(*request, read, std::cout, std::cerr);
        };
    });
}

void add_verify(CLI::App& app, Run& run, ReadFile read) {
    CLI::App* verify = app.add_subcommand(
        "verify", "Verify a proof file offline: AUTHENTIC, INVALID or NOT PROVEN");
    be_verify(*verify, run, std::move(read), "comity verify");
}

}  // namespace comity::app
