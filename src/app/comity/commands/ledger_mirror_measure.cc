#include <fmt/format.h>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/comity/commands/ledger_mirror.h"
#include "ground/codec/codec.h"

namespace comity::app {
namespace {

constexpr double per_mille = 1000;

/// In thousandths, since canonical JSON holds whole numbers.
std::int64_t thousandths(double share) {
    return static_cast<std::int64_t>(share * per_mille + 0.5);
}

codec::Object plan_as_json(const CadencePlan& plan) {
    return {{"interval", plan.rule.interval},
            {"batch", static_cast<std::int64_t>(plan.rule.batch)},
            {"carry", static_cast<std::int64_t>(plan.rule.carry)},
            {"quiet-thousandths", thousandths(plan.quiet)},
            {"busy-thousandths", thousandths(plan.busy)},
            {"leaves", static_cast<std::int64_t>(plan.leaves)},
            {"days", static_cast<std::int64_t>(plan.days)},
            {"seed", static_cast<std::int64_t>(plan.seed)}};
}

}  // namespace

int run_mirror_measure(const MirrorMeasureRequest& request, std::ostream& out, std::ostream& err) {
    const CadencePlan& plan = request.plan;
    if (const auto checked = plan.check(); !checked) {
        return report(checked.error(), request.json, out, err);
    }
    const std::vector<Guessing> measured = measure_cadence(plan);
    if (request.json) {
        codec::Array observers;
        for (const Guessing& one : measured) {
            observers.push_back(
                codec::Value(codec::Object{{"observer", one.observer},
                                           {"advantage-thousandths", thousandths(one.advantage)},
                                           {"bits-thousandths", thousandths(one.bits)}}));
        }
        out << codec::canonical(codec::Value(codec::Object{{"played", plan_as_json(plan)},
                                                           {"observers", std::move(observers)}}))
            << "\n";
        return exit_done;
    }
    out << fmt::format(
        "{} days, each quiet ({} matters) or busy ({}), {} leaves a matter\n"
        "a mirror that grows by {} leaves every {} seconds\n\n{:<34} {:>9}  {:>5}\n",
        plan.days, plan.quiet, plan.busy, plan.leaves, plan.rule.batch, plan.rule.interval,
        "who guesses the sort of a day", "advantage", "bits");
    for (const Guessing& one : measured) {
        out << fmt::format("{:<34} {:>9.3f}  {:>5.3f}\n", one.observer, one.advantage, one.bits);
    }
    return exit_done;
}

void add_mirror_measure(CLI::App& mirror, Run& run) {
    const auto request = std::make_shared<MirrorMeasureRequest>();
    request->plan.rule = {3600, 64, 24};
    CLI::App* measure = mirror.add_subcommand(
        "measure", "Play days of activity, and measure what a mirror's cadence tells of them");
    CadencePlan& plan = request->plan;
    measure->add_option("--interval", plan.rule.interval, "seconds between publications");
    measure->add_option("--batch", plan.rule.batch, "leaves by which each grows");
    measure->add_option("--carry", plan.rule.carry, "batches that may wait");
    measure->add_option("--quiet", plan.quiet, "matters that begin on a quiet day, on average");
    measure->add_option("--busy", plan.busy, "matters that begin on a busy day, on average");
    measure->add_option("--leaves", plan.leaves, "leaves of a matter");
    measure->add_option("--days", plan.days, "days to play");
    measure->add_option("--seed", plan.seed, "of the dice");
    measure->add_flag("--json", request->json, "as JSON, in thousandths");
    measure->footer(
        "Advantage 1: every day is told; 0: nothing is. Take the matters of your own best and "
        "worst\n"
        "days, and the smallest batch for which the mirror tells nothing.\n"
        "Examples:\n"
        "  comity ledger mirror measure\n"
        "  comity ledger mirror measure --batch 16 --busy 40 --json");
    measure->callback([request, &run] {
        run.action = [request] { return run_mirror_measure(*request, std::cout, std::cerr); };
    });
}

}  // namespace comity::app
