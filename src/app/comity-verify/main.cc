// comity-verify: the auditor's program. It reads proof files, what lies beside them and a trust
// file, and nothing else.

#include <exception>
#include <iostream>
#include <string_view>

#include <CLI/CLI.hpp>

#include "app/comity-verify/read_file.h"
#include "app/command/check_within.h"
#include "app/command/verify.h"

namespace {

using namespace comity;

constexpr std::string_view check_within = "check-within";

int run(CLI::App& line, const app::Run& run, int argc, char** argv) {
    try {
        line.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = line.exit(error);
        return code == 0 ? app::exit_done : app::exit_usage;
    }
    return run.action();
}

int run_program(int argc, char** argv) {
    app::Run chosen;
    if (argc > 1 && argv[1] == check_within) {
        CLI::App check(
            "Checks a proof that a request lies within an order: PROVEN, INVALID or "
            "NOT PROVEN.");
        check.name("comity-verify check-within");
        app::be_check_within(check, chosen, app::read_plain_file, "comity-verify check-within");
        return run(check, chosen, argc - 1, argv + 1);
    }
    CLI::App verify(
        "Verifies a proof file offline: AUTHENTIC, INVALID or NOT PROVEN.\n"
        "`comity-verify check-within --help`: proofs that a request lies within an "
        "order.");
    verify.name("comity-verify");
    verify.set_version_flag("--version", "comity-verify " COMITY_VERSION);
    app::be_verify(verify, chosen, app::read_plain_file, "comity-verify");
    return run(verify, chosen, argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run_program(argc, argv);
    } catch (const std::exception& error) {
        // Only exhaustion and our own bugs come here; everything expected is a Result.
        std::cerr << "comity-verify: internal error: " << error.what() << "\n";
        return app::exit_failure;
    }
}
