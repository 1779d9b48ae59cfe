// hunt FIRST COUNT STEPS: plays seeds until one violates something. Exit 0 and one line if one
// does, 1 if none does. Linked once with the code as it is and once with every mutation of it.

#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "app/comity/workshop.h"
#include "domain/law/testing.h"
#include "node/simulation/two_worlds.h"

int main(int argc, char** argv) {
    using namespace comity;
    if (argc != 4) {
        std::fputs("usage: hunt FIRST COUNT STEPS\n", stderr);
        return 2;
    }
    const std::uint64_t first = std::strtoull(argv[1], nullptr, 10);
    const std::uint64_t count = std::strtoull(argv[2], nullptr, 10);
    const std::size_t steps = std::strtoull(argv[3], nullptr, 10);
    auto library = law::Library::load(law::testing::sources_below(COMITY_LAW));
    if (!library) {
        std::fputs((library.error().front().text() + "\n").c_str(), stderr);
        return 2;
    }
    app::MemoryWorkshop workshop;
    const simulation::Setting setting = app::invented_states(std::move(*library));
    simulation::Counters sum;
    const std::clock_t begin = std::clock();
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        const simulation::Outcome outcome = simulation::run(setting, workshop, {seed, steps, {}});
        if (outcome.violation) {
            std::printf("seed %llu, step %zu: %s: %s\n", static_cast<unsigned long long>(seed),
                        outcome.violation->step, outcome.violation->rule.c_str(),
                        outcome.violation->what.c_str());
            return 0;
        }
        sum += outcome.counters;
        // Of some seeds also what each observer sees of two worlds: it costs as much as nine seeds.
        if (seed % 10 != 1) {
            continue;
        }
        const simulation::Comparison compared =
            simulation::compare_worlds(setting, workshop, {seed, steps, {}});
        if (compared.violation) {
            std::printf("seed %llu, two worlds: %s: %s\n", static_cast<unsigned long long>(seed),
                        compared.violation->rule.c_str(), compared.violation->what.c_str());
            return 0;
        }
    }
    for (const auto& [mark, seeds] : sum.reached) {
        std::printf("%s %llu, ", std::string(simulation::name_of(mark)).c_str(),
                    static_cast<unsigned long long>(seeds));
    }
    std::printf("of %llu seeds\n", static_cast<unsigned long long>(count));
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    std::printf(
        "nothing found in %llu seeds; %llu acts judged, %llu refused, %llu crashes, "
        "%llu rollbacks, %llu lies, %llu nights, %llu keys destroyed; %.0f judgements/s\n",
        static_cast<unsigned long long>(count), static_cast<unsigned long long>(sum.judgements),
        static_cast<unsigned long long>(sum.refused), static_cast<unsigned long long>(sum.crashes),
        static_cast<unsigned long long>(sum.rollbacks), static_cast<unsigned long long>(sum.lies),
        static_cast<unsigned long long>(sum.nights), static_cast<unsigned long long>(sum.erased),
        static_cast<double>(sum.judgements) / seconds);
    return 1;
}
