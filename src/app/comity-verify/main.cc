// comity-verify: the auditor's program. It reads a proof file and a trust file, and nothing else.

#include <exception>
#include <iostream>

#include <CLI/CLI.hpp>

#include "app/comity-verify/read_file.h"
#include "app/command/verify.h"

namespace {

using namespace comity;

int run_program(int argc, char** argv) {
    CLI::App verify("Verifies a proof file offline: AUTHENTIC, INVALID or NOT PROVEN.");
    verify.name("comity-verify");
    verify.set_version_flag("--version", "comity-verify " COMITY_VERSION);
    app::Run run;
    app::be_verify(verify, run, app::read_plain_file, "comity-verify");
    try {
        verify.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = verify.exit(error);
        return code == 0 ? app::exit_done : app::exit_usage;
    }
    return run.action();
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
