#include "app/comity/commands/simulate.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <ctime>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "app/comity/node_folder.h"
#include "app/comity/workshop.h"
#include "node/simulation/simulation.h"

namespace comity::app {
namespace {

struct Options {
    std::string law = "law";
    std::uint64_t seeds = 100;
    std::uint64_t first = 1;
    std::size_t steps = 200;
    std::vector<std::string> without;
    bool trace = false;
    bool json = false;
};

// The seed that is being played, for a process that is ended by one of our own assertions.
volatile std::uint64_t playing = 0;  // NOLINT: read by a signal handler

void tell_seed(int signal) {
    std::array<char, 64> line{};
    constexpr std::string_view says = "comity simulate: ended in seed ";
    char* end = std::copy(says.begin(), says.end(), line.data());
    end = std::to_chars(end, line.data() + line.size() - 1, std::uint64_t{playing}).ptr;
    *end++ = '\n';
    [[maybe_unused]] const auto written =
        ::write(STDERR_FILENO, line.data(), static_cast<std::size_t>(end - line.data()));
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

std::set<simulation::Fault> faults_from(const std::vector<std::string>& names) {
    std::set<simulation::Fault> faults;
    for (const simulation::Fault fault : simulation::all_faults()) {
        if (std::ranges::find(names, simulation::name_of(fault)) != names.end()) {
            faults.insert(fault);
        }
    }
    return faults;
}

std::string words_of(const std::set<simulation::Fault>& faults) {
    std::string words;
    for (const simulation::Fault fault : faults) {
        words += fmt::format(" --without {}", simulation::name_of(fault));
    }
    return words;
}

/// P-256 verifications that this machine does in a second of one core, now: what judgements are
/// measured against.
double verifications_per_second(MemoryWorkshop& workshop) {
    ports::Signer& signer = workshop.signer("measure", crypto::Algorithm::es256);
    const base::Bytes message(300, 7);
    const auto signature = signer.sign(message);
    const auto verifier = crypto::Verifier::of(signer.public_key());
    COMITY_ENSURE(signature && verifier);
    constexpr std::clock_t enough = CLOCKS_PER_SEC / 5;
    const std::clock_t begin = std::clock();
    std::clock_t end = begin;
    double done = 0;
    for (; end - begin < enough; end = std::clock()) {
        for (int i = 0; i < 50; ++i, ++done) {
            COMITY_ENSURE(verifier->verify(message, *signature).has_value());
        }
    }
    return done * CLOCKS_PER_SEC / static_cast<double>(end - begin);
}

struct Tally {
    std::uint64_t played = 0;
    simulation::Counters counters;
    double cpu_seconds = 0;
    double verifications = 0;  ///< P-256, that this machine does in a second
    std::optional<simulation::Outcome> found;
};

codec::Value number(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

/// How many seeds came so far.
std::uint64_t seeds_with(const simulation::Counters& sum, simulation::Mark mark) {
    const auto found = sum.reached.find(mark);
    return found == sum.reached.end() ? 0 : found->second;
}

void tell(const Tally& tally, bool json) {
    const simulation::Counters& sum = tally.counters;
    const double rate = static_cast<double>(sum.judgements) / std::max(tally.cpu_seconds, 1e-9);
    if (!json) {
        std::cout << fmt::format(
            "{} seeds; {} acts judged, {} recorded, {} entries, {} messages, {} crashes, "
            "{} rollbacks, {} nights, {} lies, {} keys destroyed; {} comparisons\n{:.1f} s of "
            "processor time, {:.0f} "
            "judgements/s; "
            "{:.0f} P-256 verifications/s beside them, {:.1f} a judgement\n",
            tally.played, sum.judgements, sum.recorded, sum.entries, sum.messages, sum.crashes,
            sum.rollbacks, sum.nights, sum.lies, sum.erased, sum.checks, tally.cpu_seconds, rate,
            tally.verifications, tally.verifications / std::max(rate, 1e-9));
        std::cout << "seeds in which matters came to:";
        for (const simulation::Mark mark : simulation::all_marks()) {
            std::cout << fmt::format(" {} {}", simulation::name_of(mark), seeds_with(sum, mark));
        }
        std::cout << "\n";
        return;
    }
    codec::Object object;
    object["seeds"] = number(tally.played);
    object["judgements"] = number(sum.judgements);
    object["recorded"] = number(sum.recorded);
    object["entries"] = number(sum.entries);
    object["messages"] = number(sum.messages);
    object["crashes"] = number(sum.crashes);
    object["rollbacks"] = number(sum.rollbacks);
    object["nights"] = number(sum.nights);
    object["lies"] = number(sum.lies);
    object["keys-destroyed"] = number(sum.erased);
    object["comparisons"] = number(sum.checks);
    codec::Object reached;
    for (const simulation::Mark mark : simulation::all_marks()) {
        reached[simulation::name_of(mark)] = number(seeds_with(sum, mark));
    }
    object["seeds-that-reached"] = std::move(reached);
    object["judgements-per-second"] = static_cast<std::int64_t>(rate);
    object["verifications-per-second"] = static_cast<std::int64_t>(tally.verifications);
    if (tally.found) {
        codec::Object violation;
        violation["seed"] = number(tally.found->plan.seed);
        violation["rule"] = tally.found->violation->rule;
        violation["what"] = tally.found->violation->what;
        violation["step"] = number(tally.found->violation->step);
        codec::Array trace;
        for (const std::string& line : tally.found->trace) {
            trace.emplace_back(line);
        }
        violation["trace"] = std::move(trace);
        object["violation"] = std::move(violation);
    }
    std::cout << codec::canonical(object) << "\n";
}

void tell_trace(const simulation::Outcome& outcome) {
    for (const std::string& line : outcome.trace) {
        std::cout << line << "\n";
    }
    if (outcome.violation) {
        std::cout << fmt::format(
            "seed {} breaks {}: {}\n  comity simulate --first {} --seeds 1 --steps {} --trace{}\n",
            outcome.plan.seed, outcome.violation->rule, outcome.violation->what, outcome.plan.seed,
            outcome.plan.steps, words_of(outcome.plan.without));
    }
}

int run_simulate(const Options& options) {
    auto library = read_law(options.law);
    if (!library) {
        return report(library.error(), options.json, std::cout, std::cerr);
    }
    const simulation::Setting setting = invented_states(std::move(*library));
    std::signal(SIGABRT, tell_seed);
    MemoryWorkshop workshop;
    Tally tally;
    const std::clock_t begin = std::clock();
    for (; tally.played < options.seeds && !tally.found; ++tally.played) {
        playing = options.first + tally.played;
        simulation::Outcome outcome = simulation::run(
            setting, workshop, {playing, options.steps, faults_from(options.without)});
        tally.counters += outcome.counters;
        if (outcome.violation) {
            tally.found = simulation::shrink(setting, workshop, outcome);
        } else if (options.trace && !options.json) {
            tell_trace(outcome);
        }
    }
    tally.cpu_seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    tally.verifications = verifications_per_second(workshop);
    if (tally.found && !options.json) {
        tell_trace(*tally.found);
    }
    tell(tally, options.json);
    return tally.found ? exit_findings : exit_done;
}

}  // namespace

void add_simulate(CLI::App& app, Run& run) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "simulate", "Federations in memory with every kind of failure, checked after every step");
    command->add_option("--seeds", options->seeds, "how many")->capture_default_str();
    command->add_option("--first", options->first, "the first seed")->capture_default_str();
    command->add_option("--steps", options->steps, "of each seed, before all faults stop")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    std::vector<std::string> names;
    for (const simulation::Fault fault : simulation::all_faults()) {
        names.emplace_back(simulation::name_of(fault));
    }
    command->add_option("--without", options->without, "a kind of failure to leave out, repeatable")
        ->check(CLI::IsMember(names));
    command->add_option("--law", options->law, "the folder of law texts")->capture_default_str();
    command->add_flag("--trace", options->trace, "every event of every seed");
    command->add_flag("--json", options->json, "the sums, and what was found, as JSON");
    command->footer(
        "Examples:\n"
        "  comity simulate --seeds 1000\n"
        "  comity simulate --first 4711 --seeds 1 --trace");
    command->callback(
        [options, &run] { run.action = [options] { return run_simulate(*options); }; });
}

}  // namespace comity::app
