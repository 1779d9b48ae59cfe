#include "app/comity/commands/demo.h"

#include <charconv>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/comity/demo/demo.h"

namespace comity::app {
namespace {

struct Options {
    std::string law = "law";
    std::string out;
    bool once = false;
    bool interrupt = false;
    std::vector<std::string> kill_after;
    bool json = false;
};

/// Numbers of acts, or `every`.
base::Result<void> read_kill_after(const std::vector<std::string>& words, demo::Options& chosen) {
    for (const std::string& word : words) {
        std::size_t number = 0;
        const auto read = std::from_chars(word.data(), word.data() + word.size(), number);
        const bool is_number = read.ec == std::errc{} && read.ptr == word.data() + word.size();
        if (word == "every") {
            chosen.kill_after_every = true;
        } else if (is_number && number > 0) {
            chosen.kill_after.insert(number);
        } else {
            return base::fail(base::ErrorKind::malformed, "--kill-after does not take " + word, {},
                              "numbers of acts from 1, or every");
        }
    }
    return {};
}

int run_demo(const Options& options) {
    demo::Options chosen;
    chosen.law = options.law;
    if (!options.out.empty()) {
        chosen.out = options.out;
    }
    chosen.once = options.once;
    chosen.interrupt = options.interrupt;
    if (const auto read = read_kill_after(options.kill_after, chosen); !read) {
        return report(read.error(), options.json, std::cout, std::cerr);
    }
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
        "demo", "Six nodes of two invented states, from the first key to verified proof files");
    command->add_flag("--once", options->once, "end when the story is told");
    command->add_option("--out", options->out, "where everything is written; must be empty");
    command->add_option("--law", options->law, "the folder of law texts")->capture_default_str();
    command->add_flag("--interrupt", options->interrupt,
                      "kill -9 every node once during the story");
    command
        ->add_option("--kill-after", options->kill_after,
                     "kill -9 a node after these of its acts: numbers from 1, or every")
        ->delimiter(',');
    command->add_flag("--json", options->json, "the story on stderr, the outcome as JSON");
    command->footer(
        "Examples:\n"
        "  comity demo --once --out out/demo\n"
        "  comity demo --interrupt\n"
        "  comity demo --once --kill-after 3,17,21");
    command->callback([options, &run] { run.action = [options] { return run_demo(*options); }; });
}

}  // namespace comity::app
