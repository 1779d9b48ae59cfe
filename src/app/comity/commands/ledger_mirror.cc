#include "app/comity/commands/ledger_mirror.h"

#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/comity/office.h"

namespace comity::app {
namespace {

void tell(const codec::Object& mirror) {
    const auto number = [&](std::string_view name) { return mirror.at(name).to_number<int64_t>(); };
    std::cout << "shows " << number("leaves") << " leaves, " << number("behind")
              << " fewer than the ledger has\n"
              << "grows by " << number("batch") << " every " << number("interval")
              << " seconds; the last time by " << number("grown") << " batches\n";
    if (const auto next = mirror.find("next"); next != mirror.end()) {
        std::cout << "next at " << std::string_view(next->value().get_string()) << "\n";
    }
    if (number("behind") > number("carry") * number("batch") / 2) {
        std::cout << "it falls behind: take a larger batch (comity ledger mirror measure)\n";
    }
    if (const std::string_view trouble = mirror.at("trouble").get_string(); !trouble.empty()) {
        std::cout << "the last time failed: " << trouble << "\n";
    }
}

int run_show(const std::string& dir, bool json) {
    const auto shown = [&]() -> base::Result<codec::Value> {
        const Office office = COMITY_TRY(Office::of(dir));
        return office.get("/mirror");
    }();
    if (!shown) {
        return report(shown.error(), json, std::cout, std::cerr);
    }
    if (json) {
        std::cout << codec::canonical(*shown) << "\n";
    } else {
        tell(shown->get_object());
    }
    return exit_done;
}

}  // namespace

void add_ledger_mirror(CLI::App& ledger, Run& run) {
    CLI::App* mirror = ledger.add_subcommand(
        "mirror", "The public mirror of a ledger, and what its cadence still shows");
    mirror->require_subcommand(1);
    const auto dir = std::make_shared<std::string>();
    const auto json = std::make_shared<bool>(false);
    CLI::App* show = mirror->add_subcommand("show", "How a node's public mirror stands");
    show->add_option("--dir", *dir, "the node's folder; it is being served")->required();
    show->add_flag("--json", *json, "as JSON");
    show->footer(
        "Examples:\n"
        "  comity ledger mirror show --dir xa-court\n"
        "  comity ledger mirror show --dir xa-court --json");
    show->callback([=, &run] { run.action = [=] { return run_show(*dir, *json); }; });
    add_mirror_measure(*mirror, run);
}

}  // namespace comity::app
