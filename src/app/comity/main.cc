// comity: the one program of a node's office and operator. This file is the command line's wiring.

#include <exception>
#include <iostream>

#include <CLI/CLI.hpp>

#include "adapter/files/files.h"
#include "app/comity/command.h"
#include "app/comity/commands/casework.h"
#include "app/comity/commands/demo.h"
#include "app/comity/commands/item.h"
#include "app/comity/commands/ledger.h"
#include "app/comity/commands/navigate.h"
#include "app/comity/commands/node.h"
#include "app/comity/commands/proof.h"
#include "app/comity/commands/proof_custody.h"
#include "app/comity/commands/report.h"
#include "app/comity/commands/simulate.h"
#include "app/comity/commands/treaty.h"
#include "app/comity/commands/witness.h"
#include "app/command/verify.h"

namespace {

using namespace comity;

int run_command(int argc, char** argv) {
    CLI::App app(
        "Comity: states, providers and oversight act together against cybercrime, "
        "inside the law and provably.");
    app.name("comity");
    app.set_version_flag("--version", "comity " COMITY_VERSION);
    app.require_subcommand(1);
    app::Run run;
    app::add_demo(app, run);
    app::add_node(app, run);
    app::add_treaty(app, run);
    app::add_navigate(app, run);
    app::add_matter(app, run);
    app::add_act(app, run);
    app::add_verify(app, run, files::read_text_file);
    CLI::App& proof = app::add_proof(app, run);
    app::add_export(proof, run);
    app::add_ledger(app, run);
    app::add_witness(app, run);
    app::add_item(app, run);
    app::add_simulate(app, run);
    app::add_proof_exports(proof, run);
    app::add_report(app, run);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        return code == 0 ? app::exit_done : app::exit_usage;
    }
    return run.action();
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run_command(argc, argv);
    } catch (const std::exception& error) {
        // Only exhaustion and our own bugs come here; everything expected is a Result.
        std::cerr << "comity: internal error: " << error.what() << "\n";
        return app::exit_failure;
    }
}
