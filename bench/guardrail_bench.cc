// One guardrail over an agreement of 300 clauses: proven with a certificate, checked and written
// again from the texts; or refuted by a request that is replayed and made small. Also the hard
// case: what no single clause shows, a judge asked for by the leaves of a case split.

#include <algorithm>
#include <benchmark/benchmark.h>
#include <chrono>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "domain/prover/prover.h"

namespace {

using namespace comity;

constexpr std::string_view head = "language comity-treaty 1\nvocabulary bench 1\n";
constexpr std::string_view facts = R"(reviewed by none
side requesting, requested
body minister
event receipt
silence refuse
fact kind enumeration {a, b, c, d} file
fact data enumeration {indicator, registration, subscriber, traffic, content} case
fact offence enumeration {o1, o2, o3, o4, o5, o6, o7, o8, o9, o10, o11, o12, o13, o14, o15} case
fact channel enumeration {c1, c2, c3} case
fact purpose enumeration {p1, p2, p3, p4} case
fact target enumeration {t1, t2, t3, t4, t5, t6, t7, t8} case
fact penalty integer 0 to 1200 months case
fact cost integer 0 to 20000 marks case
fact approval scale none < officer < prosecutor < judge file
fact standard scale none < suspicion < grounds < cause file
fact urgent boolean case
fact named boolean case
)";

class Numbers {
 public:
    explicit Numbers(unsigned seed) : engine_(seed) {}
    int below(int most) { return static_cast<int>(engine_() % static_cast<unsigned>(most)); }

    std::string atom() {
        switch (below(10)) {
            case 0: return "kind is " + std::string(1, static_cast<char>('a' + below(4)));
            case 1:
                return below(2) == 0 ? "data in {subscriber, traffic}" : "not (data is content)";
            case 2:
                return "offence in {o" + std::to_string(1 + below(7)) + ", o" +
                       std::to_string(8 + below(8)) + "}";
            case 3: return "channel is not c" + std::to_string(1 + below(3));
            case 4: return "purpose in {p1, p" + std::to_string(2 + below(3)) + "}";
            case 5: return "target is not t" + std::to_string(1 + below(8));
            case 6: return "penalty at least " + std::to_string(12 * below(40));
            case 7: return "cost below " + std::to_string(500 * (1 + below(30)));
            case 8: return below(2) == 0 ? "urgent" : "not urgent";
            default: return below(2) == 0 ? "named" : "standard at least suspicion";
        }
    }

    /// Four to seven parts, three of ten of them a choice of two.
    std::string condition() {
        std::string text;
        for (int parts = 4 + below(4); parts > 0; --parts) {
            text += text.empty() ? "" : " and ";
            if (below(10) < 3) {
                std::string choice = "(" + atom();
                choice += " or " + atom() + ")";
                text += choice;
            } else {
                text += atom();
            }
        }
        return text;
    }

 private:
    std::mt19937 engine_;
};

law::Library library_of(const std::string& body) {
    const std::vector<law::Source> sources{
        {"v", std::string(head) + std::string(facts)},
        {"t", std::string(head) +
                  "agreement \"T\" version 1\nparties XA, XB\nin force from 2026-01-01\n"
                  "reviewed by none\narticle 1 \"All\"\n" +
                  body}};
    auto loaded = law::Library::load(sources);
    if (!loaded) {
        std::fputs(loaded.error().front().text().c_str(), stderr);
        std::abort();
    }
    return *std::move(loaded);
}

/// The rule "content only with a judge" stands in every permit; with a slip, one lacks it.
law::Library policy(int clauses, unsigned seed, bool slip) {
    Numbers numbers(seed);
    std::string body;
    const int lacking = slip ? clauses / 5 : -1;
    int permits = 0;
    for (int i = 0; i < clauses; ++i) {
        const int kind = numbers.below(100);
        std::string effect = kind < 40   ? "permit"
                             : kind < 65 ? "forbid"
                             : kind < 85 ? "require standard grounds"
                                         : "review by minister every 6 months";
        std::string when = numbers.condition();
        if (kind < 40 && permits++ != lacking) {
            when += " and (not (data is content) or approval at least judge)";
        }
        body += "clause 1(" + std::to_string(i + 1) + ") " + effect + "\nwhen " + when + "\n";
    }
    return library_of(body +
                      "guardrail G \"Content only with a judge\"\n"
                      "never release when data is content and approval below judge\n");
}

/// A judge is asked for by the leaves of a split over `offence`, `target`, `urgent` and `named`.
law::Library split(int leaves) {
    std::string body = "clause 1(1) permit\n";
    const auto each = [&](int limit, auto&& line) {
        for (int leaf = 0; leaf < limit; ++leaf) {
            body += line(leaf);
        }
    };
    each(leaves, [&](int leaf) {
        // Sixteen parts of the offence and target, times the numbers' quarters.
        const int part = leaf % 16;
        const int quarter = leaf / 16;
        std::string when = std::string(part % 2 == 0 ? "urgent" : "not urgent") + " and " +
                           (part / 2 % 2 == 0 ? "named" : "not named") + " and " +
                           (part / 4 % 2 == 0 ? "kind in {a, b}" : "kind in {c, d}") + " and " +
                           (part / 8 % 2 == 0 ? "channel is c1" : "channel in {c2, c3}");
        const int parts = std::max(leaves / 16, 1);
        when += " and cost at least " + std::to_string(20000 / parts * quarter);
        if (quarter + 1 < parts) {
            when += " and cost below " + std::to_string(20000 / parts * (quarter + 1));
        }
        return "clause 2(" + std::to_string(leaf + 1) + ") require approval judge\nwhen " + when +
               "\n";
    });
    Numbers numbers(7);
    each(195, [&](int other) {
        return "clause 3(" + std::to_string(other + 1) + ") " +
               (other % 2 == 0 ? "permit" : "forbid") + "\nwhen " + numbers.condition() + "\n";
    });
    return library_of(body +
                      "guardrail G \"Content only with a judge\"\n"
                      "never release when data is content and approval below judge\n");
}

void measure(benchmark::State& state, const law::Library& library, prover::Conclusion expected) {
    std::vector<double> times;
    double clauses = 0;
    double steps = 0;
    for (auto _ : state) {
        const auto start = std::chrono::steady_clock::now();
        const std::vector<prover::Finding> findings = prover::prove(library);
        const prover::Finding& finding = findings.front();
        if (finding.certificate) {
            const auto checked = certificate::check(*finding.certificate);
            clauses = checked ? static_cast<double>(checked->clauses) : 0;
            steps = checked ? static_cast<double>(checked->steps) : 0;
            if (!checked || !prover::recheck(library, *finding.certificate)) {
                state.SkipWithError("the certificate does not hold");
                return;
            }
        }
        if (finding.conclusion != expected) {
            state.SkipWithError(finding.note.c_str());
            return;
        }
        times.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
                .count());
    }
    std::ranges::sort(times);
    state.counters["p50_ms"] = times[times.size() / 2];
    state.counters["cnf_clauses"] = clauses;
    state.counters["proof_steps"] = steps;
}

void guardrail_with_certificate(benchmark::State& state) {
    measure(state, policy(static_cast<int>(state.range(0)), 1, false), prover::Conclusion::proven);
}

void guardrail_with_counterexample(benchmark::State& state) {
    measure(state, policy(static_cast<int>(state.range(0)), 1, true), prover::Conclusion::refuted);
}

void case_split(benchmark::State& state) {
    measure(state, split(static_cast<int>(state.range(0))), prover::Conclusion::proven);
}

BENCHMARK(guardrail_with_certificate)->Arg(300)->Arg(1000)->Unit(benchmark::kMillisecond);
BENCHMARK(guardrail_with_counterexample)->Arg(300)->Unit(benchmark::kMillisecond);
BENCHMARK(case_split)->Arg(16)->Arg(64)->Arg(256)->Unit(benchmark::kMillisecond);

}  // namespace
