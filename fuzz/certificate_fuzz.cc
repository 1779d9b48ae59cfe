// A certificate from anywhere: reading and checking any bytes ends in a value or an error, and no
// formula that a tried assignment satisfies is ever proven false. The first byte chooses whether
// the rest is a certificate, or a formula and a proof.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "domain/certificate/certificate.h"

namespace {

namespace certificate = comity::certificate;

/// Whether one of sixteen assignments, made of the seed, satisfies the formula.
bool satisfied(const certificate::Formula& formula, std::uint32_t seed) {
    for (std::uint32_t tries = 0; tries < 16; ++tries) {
        const auto value = [&](std::int32_t literal) {
            const std::uint32_t mixed =
                (static_cast<std::uint32_t>(std::abs(literal)) * 2654435761U) ^
                (seed + tries * 40503U) * 2246822519U;
            return ((mixed >> 15) & 1U) == (literal > 0 ? 1U : 0U);
        };
        bool all = true;
        for (const auto& clause : formula.clauses) {
            bool any = false;
            for (const std::int32_t literal : clause) {
                any = any || value(literal);
            }
            all = all && any;
        }
        if (all) {
            return true;
        }
    }
    return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (text.empty()) {
        return 0;
    }
    if (text.front() == '{') {
        const auto read = certificate::read(text);
        if (read) {
            (void)certificate::check(*read);
            if (certificate::write(*read) != text) {
                __builtin_trap();
            }
        }
        return 0;
    }
    const std::size_t parted = text.find('|');
    const auto formula = certificate::formula_from(text.substr(0, parted));
    const auto proof = certificate::proof_from(
        parted == std::string_view::npos ? std::string_view() : text.substr(parted + 1));
    if (formula && certificate::dimacs_of(*formula) != text.substr(0, parted)) {
        __builtin_trap();
    }
    if (formula && proof && certificate::check(*formula, *proof) &&
        satisfied(*formula, static_cast<std::uint32_t>(size))) {
        __builtin_trap();
    }
    return 0;
}
