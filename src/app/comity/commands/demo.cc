#include "app/comity/commands/demo.h"

#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/comity/demo/demo.h"

namespace comity::app {
namespace {

struct Options {
    std::string law = "law";
    std::string out;
    bool once = false;
    bool interrupt = false;
    bool json = false;
};

int run_demo(const Options& options) {
    demo::Options chosen;
    chosen.law = options.law;
    if (!options.out.empty()) {
        chosen.out = options.out;
    }
    chosen.once = options.once;
    chosen.interrupt = options.interrupt;
    const auto told = demo::run(chosen, options.json ? std::cerr : std::cout);
    if (!told) {
        return report(told.error(), options.json, std::cout, std::cerr);
    }
    if (options.json) {
        std::cout << "{\"done\":true}\n";
    }
    return exit_done;
}

}  // namespace

void add_demo(CLI::App& app, Run& run) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "demo", "Five nodes of two invented states, from the first key to verified proof files");
    command->add_flag("--once", options->once, "end when the story is told");
    command->add_option("--out", options->out, "where everything is written; must be empty");
    command->add_option("--law", options->law, "the folder of law texts")->capture_default_str();
    command->add_flag("--interrupt", options->interrupt,
                      "kill -9 every node once during the story");
    command->add_flag("--json", options->json, "the story on stderr, the outcome as JSON");
    command->footer(
        "Examples:\n"
        "  comity demo --once --out out/demo\n"
        "  comity demo --interrupt");
    command->callback([options, &run] { run.action = [options] { return run_demo(*options); }; });
}

}  // namespace comity::app
