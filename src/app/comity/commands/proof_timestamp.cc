#include "app/comity/commands/proof_timestamp.h"

#include <filesystem>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "adapter/clock/clock.h"
#include "adapter/files/files.h"
#include "domain/prooffile/prooffile.h"
#include "ground/codec/codec.h"
#include "ground/crypto/timestamp.h"

namespace comity::app {
namespace {

using base::ErrorKind;

constexpr std::size_t nonce_bytes = 16;

base::Result<std::string> text_of_file(const std::string& path, std::size_t most_bytes) {
    auto text = files::read_text_file(path, most_bytes);
    if (!text) {
        return std::unexpected(base::at_place(std::move(text).error(), path));
    }
    return text;
}

/// Nothing is written over: a request that is gone takes its nonce with it.
base::Result<void> check_free(const std::string& path) {
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) {
        return base::fail(ErrorKind::conflict, path + " is there already");
    }
    return {};
}

base::Result<base::Digest> digest_of_file(const std::string& path) {
    return crypto::sha256(COMITY_TRY(text_of_file(path, prooffile::max_proof_bytes)));
}

/// The request's nonce, if the request is there. Kind invalid if it is for another file.
base::Result<std::optional<base::Bytes>> nonce_for(const TimestampCheckRequest& request,
                                                   const base::Digest& digest) {
    const std::string path = request.request.empty() ? request.file + ".tsq" : request.request;
    std::error_code ignored;
    if (request.request.empty() && !std::filesystem::exists(path, ignored)) {
        return std::nullopt;
    }
    const std::string der = COMITY_TRY(text_of_file(path, crypto::max_timestamp_bytes));
    auto read = crypto::read_timestamp_request(base::view_of(der));
    if (!read) {
        return std::unexpected(base::at_place(std::move(read).error(), path));
    }
    if (read->digest != digest) {
        return base::fail(ErrorKind::invalid, path + " asks for a timestamp of another file");
    }
    return read->nonce;
}

struct Verified {
    crypto::Timestamp timestamp;
    base::Digest digest;
    std::string response;
    bool nonce_compared = false;
};

base::Result<Verified> verify(const TimestampCheckRequest& request) {
    const base::Digest digest = COMITY_TRY(digest_of_file(request.file));
    const std::string path = request.response.empty() ? request.file + ".tsr" : request.response;
    std::string response = COMITY_TRY(text_of_file(path, crypto::max_timestamp_bytes));
    const std::string authority =
        COMITY_TRY(text_of_file(request.authority, crypto::max_authority_bytes));
    const auto nonce = COMITY_TRY(nonce_for(request, digest));
    auto timestamp = crypto::verify_timestamp(base::view_of(response), digest, authority, nonce);
    if (!timestamp) {
        return std::unexpected(base::at_place(std::move(timestamp).error(), path));
    }
    return Verified{*std::move(timestamp), digest, std::move(response), nonce.has_value()};
}

void tell(const Verified& verified, bool json, std::ostream& out) {
    const crypto::Timestamp& timestamp = verified.timestamp;
    if (json) {
        out << codec::canonical(
                   codec::Value(codec::Object{{"accepted", true},
                                              {"at", timestamp.at.text()},
                                              {"authority", timestamp.authority},
                                              {"certificate", timestamp.certificate.hex()},
                                              {"digest", verified.digest.hex()},
                                              {"nonce-compared", verified.nonce_compared},
                                              {"policy", timestamp.policy},
                                              {"serial", timestamp.serial}}))
            << "\n";
        return;
    }
    out << "TIMESTAMPED: this file existed at " << timestamp.at.text() << ", on the word of\n  "
        << timestamp.authority << "\n  certificate " << timestamp.certificate.hex() << "\n  serial "
        << timestamp.serial << ", policy " << timestamp.policy << "\n"
        << (verified.nonce_compared ? "" : "  without its request: the nonce was not compared\n");
}

/// A response that cannot be read is refused as an altered one is.
int refuse(base::Error error, bool json, std::ostream& out, std::ostream& err) {
    if (error.kind == ErrorKind::malformed || error.kind == ErrorKind::too_large) {
        error.kind = ErrorKind::invalid;
    }
    return report(error, json, out, err);
}

}  // namespace

int run_timestamp_request(const TimestampRequestRequest& request, crypto::Random& random,
                          std::ostream& out, std::ostream& err) {
    const std::string path = request.out.empty() ? request.file + ".tsq" : request.out;
    const auto written = [&]() -> base::Result<base::Digest> {
        const base::Digest digest = COMITY_TRY(digest_of_file(request.file));
        base::Bytes nonce(nonce_bytes);
        random.fill(nonce);
        const base::Bytes der = crypto::timestamp_request(digest, nonce);
        COMITY_TRY(check_free(path));
        COMITY_TRY(
            files::write_text_file_atomically(path, base::text_of(der), files::Readers::everyone));
        return digest;
    }();
    if (!written) {
        return report(written.error(), request.json, out, err);
    }
    if (request.json) {
        out << codec::canonical(
                   codec::Value(codec::Object{{"digest", written->hex()}, {"file", path}}))
            << "\n";
    } else {
        out << path << ": send it to a timestamp authority (application/timestamp-query); keep\n"
            << "its answer with `comity proof timestamp-attach`. It sees the digest, not the "
               "file.\n";
    }
    return exit_done;
}

int run_timestamp_attach(const TimestampCheckRequest& request, std::ostream& out,
                         std::ostream& err) {
    const auto verified = verify(request);
    if (!verified) {
        return refuse(verified.error(), request.json, out, err);
    }
    const auto kept = [&]() -> base::Result<void> {
        COMITY_TRY(check_free(request.file + ".tsr"));
        return files::write_text_file_atomically(request.file + ".tsr", verified->response,
                                                 files::Readers::everyone);
    }();
    if (!kept) {
        return report(kept.error(), request.json, out, err);
    }
    tell(*verified, request.json, out);
    return exit_done;
}

int run_timestamp_check(const TimestampCheckRequest& request, std::ostream& out,
                        std::ostream& err) {
    const auto verified = verify(request);
    if (!verified) {
        return refuse(verified.error(), request.json, out, err);
    }
    tell(*verified, request.json, out);
    return exit_done;
}

int run_timestamp_trust(const TimestampTrustRequest& request, std::ostream& out,
                        std::ostream& err) {
    const auto written = [&]() -> base::Result<void> {
        const std::string text =
            COMITY_TRY(text_of_file(request.trust, prooffile::max_trust_bytes));
        auto trust = prooffile::read_trust(text);
        if (!trust) {
            return std::unexpected(base::at_place(std::move(trust).error(), request.trust));
        }
        const std::string authority =
            COMITY_TRY(text_of_file(request.authority, crypto::max_authority_bytes));
        const prooffile::Trust named =
            COMITY_TRY(prooffile::with_timestamps(*std::move(trust), authority));
        COMITY_TRY(check_free(request.out));
        return files::write_text_file_atomically(request.out, prooffile::write_trust(named),
                                                 files::Readers::everyone);
    }();
    if (!written) {
        return report(written.error(), request.json, out, err);
    }
    if (request.json) {
        out << codec::canonical(codec::Value(codec::Object{{"file", request.out}})) << "\n";
    } else {
        out << request.out << ": takes timestamps of the authorities in " << request.authority
            << "\n";
    }
    return exit_done;
}

namespace {

void add_trust(CLI::App& proof, Run& run) {
    const auto request = std::make_shared<TimestampTrustRequest>();
    CLI::App* command = proof.add_subcommand(
        "timestamp-trust", "Name in a trust file the authorities whose timestamps count");
    command->add_option("--trust", request->trust, "the trust file")->required();
    command
        ->add_option("--authority", request->authority,
                     "their certificates or those of their roots (PEM, 1 to 16)")
        ->required();
    command->add_option("--out", request->out, "the new trust file")->required();
    command->add_flag("--json", request->json, "as JSON");
    command->footer(
        "Examples:\n"
        "  comity proof timestamp-trust --trust out/trust --authority tsa.pem --out trust\n"
        "  comity proof timestamp-trust --trust out/trust --authority tsa.pem --out trust --json");
    command->callback([request, &run] {
        run.action = [request] { return run_timestamp_trust(*request, std::cout, std::cerr); };
    });
}

void add_request(CLI::App& proof, Run& run) {
    const auto request = std::make_shared<TimestampRequestRequest>();
    CLI::App* command = proof.add_subcommand(
        "timestamp-request", "Write a request for an RFC 3161 timestamp of a proof file");
    command->add_option("file", request->file, "the proof file")->required();
    command->add_option("--out", request->out, "where the request goes; default FILE.tsq");
    command->add_flag("--json", request->json, "as JSON");
    command->footer(
        "Examples:\n"
        "  comity proof timestamp-request disclosure.proof\n"
        "  comity proof timestamp-request disclosure.proof --out ask.tsq --json");
    command->callback([request, &run] {
        run.action = [request] {
            clock::SystemRandom random;
            return run_timestamp_request(*request, random, std::cout, std::cerr);
        };
    });
}

void add_options(CLI::App& command, TimestampCheckRequest& request) {
    command.add_option("file", request.file, "the proof file")->required();
    command
        .add_option("--authority", request.authority,
                    "the authority's certificate or its root's (PEM): from another way than the "
                    "response")
        ->required();
    command.add_option("--request", request.request,
                       "the request, for its nonce; default FILE.tsq if it is there");
    command.add_flag("--json", request.json, "as JSON");
}

void add_attach(CLI::App& proof, Run& run) {
    const auto request = std::make_shared<TimestampCheckRequest>();
    CLI::App* command = proof.add_subcommand(
        "timestamp-attach", "Verify an authority's answer and keep it beside the file (FILE.tsr)");
    add_options(*command, *request);
    command->add_option("--response", request->response, "the authority's answer")->required();
    command->footer(
        "Examples:\n"
        "  comity proof timestamp-attach disclosure.proof --response answer.tsr --authority "
        "tsa.pem\n"
        "  comity proof timestamp-attach disclosure.proof --response answer.tsr --request ask.tsq "
        "--authority tsa.pem");
    command->callback([request, &run] {
        run.action = [request] { return run_timestamp_attach(*request, std::cout, std::cerr); };
    });
}

void add_check(CLI::App& proof, Run& run) {
    const auto request = std::make_shared<TimestampCheckRequest>();
    CLI::App* command = proof.add_subcommand("timestamp-check",
                                             "Verify the timestamp beside a proof file, offline");
    add_options(*command, *request);
    command->add_option("--response", request->response, "the answer; default FILE.tsr");
    command->footer(
        "Exits with 0 if it holds, 6 if it does not, 7 if nobody who is trusted here gave it.\n"
        "Examples:\n"
        "  comity proof timestamp-check disclosure.proof --authority tsa.pem\n"
        "  comity proof timestamp-check disclosure.proof --response other.tsr --authority tsa.pem "
        "--json");
    command->callback([request, &run] {
        run.action = [request] { return run_timestamp_check(*request, std::cout, std::cerr); };
    });
}

}  // namespace

void add_proof_timestamp(CLI::App& proof, Run& run) {
    add_request(proof, run);
    add_attach(proof, run);
    add_check(proof, run);
    add_trust(proof, run);
}

}  // namespace comity::app
