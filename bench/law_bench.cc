// One decision over the example texts: outcome, grounds, duties, missing facts and trace.

#include <algorithm>
#include <benchmark/benchmark.h>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "domain/law/law.h"

namespace {

using namespace comity;

std::vector<law::Source> sources() {
    std::vector<law::Source> list;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(COMITY_LAW)) {
        if (entry.path().extension() == ".treaty") {
            std::ifstream in(entry.path(), std::ios::binary);
            list.push_back({entry.path().string(), std::string(std::istreambuf_iterator<char>(in),
                                                               std::istreambuf_iterator<char>())});
        }
    }
    return list;
}

const law::Library& library() {
    static const law::Library loaded = [] {
        auto result = law::Library::load(sources());
        if (!result) {
            std::abort();
        }
        return std::move(result).value();
    }();
    return loaded;
}

law::Question question(std::string_view facts) {
    law::Question out;
    out.requesting = "XA";
    out.requested = "XB";
    out.as_of = base::Date::parse("2026-11-22").value();
    out.facts =
        law::facts_from(library().vocabulary(), codec::parse(facts).value().get_object()).value();
    return out;
}

constexpr std::string_view known = R"({"action":"disclose","data":"subscriber","offence":"fraud",
 "max-penalty":60,"emergency":false,"names-a-person":true,"special-category":false,
 "purpose":"stated-case","recipients":["requesting-authority"],"approval":"prosecutor",
 "legal-review":"passed","standard":"reasonable-grounds","element":["offence","facts-summary",
 "data-description","person-or-account","legal-basis"],"death-penalty-exposure":false,
 "purpose-discriminatory":false,"already-tried":false,"touches-essential-interests":false,
 "privileged":false,"offence-political":false,"prejudices-own-investigation":false,
 "estimated-cost":100})";
constexpr std::string_view little =
    R"({"action":"disclose","data":["traffic","content"],"offence":"fraud","emergency":false})";

void decide(benchmark::State& state, std::string_view facts) {
    const law::Question asked = question(facts);
    std::vector<double> times;
    times.reserve(1 << 16);
    for (auto _ : state) {
        const auto start = std::chrono::steady_clock::now();
        benchmark::DoNotOptimize(law::assess(library(), asked));
        const std::chrono::duration<double, std::micro> took =
            std::chrono::steady_clock::now() - start;
        if (times.size() < times.capacity()) {
            times.push_back(took.count());
        }
    }
    std::ranges::sort(times);
    state.counters["p50_us"] = times[times.size() / 2];
    state.counters["p99_us"] = times[times.size() * 99 / 100];
}

void load(benchmark::State& state) {
    const std::vector<law::Source> texts = sources();
    for (auto _ : state) {
        benchmark::DoNotOptimize(law::Library::load(texts));
    }
}

BENCHMARK_CAPTURE(decide, all_facts_known, known);
BENCHMARK_CAPTURE(decide, most_facts_unknown, little);
BENCHMARK(load);

}  // namespace

BENCHMARK_MAIN();
