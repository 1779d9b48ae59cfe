#include "app/comity/commands/witness.h"

#include <filesystem>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "adapter/clock/clock.h"
#include "adapter/files/files.h"
#include "adapter/http/http.h"
#include "adapter/softkeys/softkeys.h"
#include "app/comity/commands/ledger_inputs.h"
#include "app/comity/witness_desk.h"
#include "ground/codec/codec.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view key_file = "witness.key";
constexpr std::string_view vkey_file = "witness.vkey";

base::Result<std::string> init(const fs::path& folder, const std::string& name) {
    std::error_code error;
    fs::create_directories(folder, error);
    const auto signer = COMITY_TRY(softkeys::SoftSigner::generate(crypto::Algorithm::ed25519));
    const ledger::NoteKey key = COMITY_TRY(
        ledger::NoteKey::of(name, ledger::NoteKeyType::cosignature, signer.public_key()));
    COMITY_TRY(signer.save(folder / key_file));
    COMITY_TRY(files::write_text_file_atomically(folder / vkey_file, key.vkey() + "\n",
                                                 files::Readers::everyone));
    return key.vkey();
}

int run_init(const std::string& dir, const std::string& name, bool json) {
    const auto vkey = init(dir, name);
    if (!vkey) {
        return report(vkey.error(), json, std::cout, std::cerr);
    }
    if (json) {
        std::cout << codec::canonical(codec::Value(codec::Object{{"vkey", *vkey}})) << "\n";
    } else {
        std::cout << *vkey << "\n";
    }
    return exit_done;
}

base::Result<std::vector<ledger::NoteKey>> logs_in(const std::string& file) {
    const std::string text = COMITY_TRY(files::read_text_file(file, most_text_bytes));
    const auto policy = ledger::Policy::parse(text);
    if (!policy) {
        return std::unexpected(base::at_place(policy.error(), file));
    }
    std::vector<ledger::NoteKey> logs;
    for (const ledger::Policy::Known& log : policy->logs()) {
        logs.push_back(log.key);
    }
    return logs;
}

struct ServeRequest {
    std::string dir;
    std::string logs;
    std::uint16_t port = 0;
    RecoveryOptions recovery;
    bool json = false;
};

base::Result<void> serve(const ServeRequest& request) {
    const fs::path folder = request.dir;
    auto signer = COMITY_TRY(softkeys::SoftSigner::load(folder / key_file));
    const std::string vkey = COMITY_TRY(files::read_text_file(folder / vkey_file, most_text_bytes));
    const ledger::NoteKey key = COMITY_TRY(ledger::NoteKey::parse(vkey.substr(0, vkey.find('\n'))));
    clock::SystemClock clock;
    const std::vector<ledger::NoteKey> known = COMITY_TRY(logs_in(request.logs));
    const ledger::KeyRecovery recovery = COMITY_TRY(recovery_of(request.recovery));
    WitnessDesk desk =
        COMITY_TRY(WitnessDesk::open(folder / "heads", key.name(), signer, clock, known, recovery));
    http::Loop loop;
    http::Limits limits;
    limits.body_bytes = std::size_t{128} * 1024;
    http::Server server = COMITY_TRY(
        http::Server::listen(loop, {"127.0.0.1", request.port}, std::nullopt, limits,
                             [&desk](const message::Request& asked, http::Respond respond) {
                                 respond(desk.answer(asked));
                             }));
    const std::string url = "http://127.0.0.1:" + std::to_string(server.port());
    std::cout << codec::canonical(
                     codec::Value(codec::Object{{"logs", static_cast<std::int64_t>(known.size())},
                                                {"url", url},
                                                {"vkey", key.vkey()}}))
              << std::endl;
    loop.stop_on_signals([&] { server.close([&loop] { loop.stop(); }); });
    loop.run();
    return {};
}

}  // namespace

void add_witness(CLI::App& app, Run& run) {
    CLI::App* witness = app.add_subcommand("witness", "A witness of logs that is no node");
    witness->require_subcommand(1);
    const auto dir = std::make_shared<std::string>();
    const auto name = std::make_shared<std::string>();
    const auto json = std::make_shared<bool>(false);
    CLI::App* make = witness->add_subcommand("init", "Make a witness's key and print its name");
    make->add_option("--dir", *dir, "the witness's folder")->required();
    make->add_option("--name", *name, "its name, e.g. the host and path under which it is reached")
        ->required();
    make->add_flag("--json", *json, "as JSON");
    make->footer(
        "Examples:\n"
        "  comity witness init --dir watch --name watch.example/comity\n"
        "  comity witness init --dir watch --name watch.example/comity --json");
    make->callback([=, &run] { run.action = [=] { return run_init(*dir, *name, *json); }; });
    CLI::App* serving = witness->add_subcommand(
        "serve", "Cosign the heads of logs (c2sp.org/tlog-witness), on 127.0.0.1");
    const auto request = std::make_shared<ServeRequest>();
    serving->add_option("--dir", request->dir, "the witness's folder")->required();
    serving
        ->add_option("--logs", request->logs,
                     "which logs: the `log` lines of a policy (tlog-policy)")
        ->required();
    serving->add_option("--port", request->port, "port; 0: any free one");
    add_recovery_options(*serving, request->recovery);
    serving->add_flag("--json", request->json, "errors as JSON; the line about itself always is");
    serving->footer(
        "It prints one line of JSON with its address. Put a web server with TLS before it.\n"
        "Examples:\n"
        "  comity witness serve --dir watch --logs logs.policy --port 8700\n"
        "  comity witness serve --dir watch --logs logs.policy --json");
    serving->callback([request, &run] {
        run.action = [request] {
            const auto served = serve(*request);
            return served ? exit_done : report(served.error(), request->json, std::cout, std::cerr);
        };
    });
}

}  // namespace comity::app
