// Proof files: verifying, redacting, and the small proof that a request lies within an order, held
// against the machine's own hash in the same run.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <string>
#include <vector>

#include "adapter/files/files.h"
#include "bench/limits.h"
#include "domain/prooffile/prooffile.h"

namespace {

using namespace comity;
using Clock = std::chrono::steady_clock;

void require(bool holds) {
    if (!holds) {
        fmt::print(stderr, "proof-bench: a step failed\n");
        std::abort();
    }
}

/// Microseconds of one call, median of `rounds` runs of `calls` calls.
template <class Work>
double microseconds(int rounds, int calls, Work work) {
    std::vector<double> times;
    for (int round = 0; round < rounds; ++round) {
        const auto start = Clock::now();
        for (int call = 0; call < calls; ++call) {
            work();
        }
        const std::chrono::duration<double, std::micro> took = Clock::now() - start;
        times.push_back(took.count() / calls);
    }
    return bench::percentile(std::move(times), 0.5);
}

/// An act of so many fields; those at `shared` are the same in every such act.
casework::Act act_of(std::size_t fields, std::size_t seed, const std::vector<std::size_t>& shared) {
    casework::Act act;
    for (std::size_t i = 0; i < fields; ++i) {
        act.commitments.push_back(crypto::sha256(fmt::format("field {} {}", seed, i)));
    }
    for (std::size_t i = 0; i < shared.size(); ++i) {
        act.commitments[shared[i]] = crypto::sha256(fmt::format("shared {}", i));
    }
    act.header.fields = crypto::commitment_root(act.commitments);
    return act;
}

void measure_within(std::size_t fields, const std::vector<std::size_t>& in_order,
                    const std::vector<std::size_t>& in_request, double hash) {
    const casework::Act order = act_of(fields, 1, in_order);
    const casework::Act request = act_of(fields, 2, in_request);
    const auto proof =
        prooffile::prove_within(order, request, prooffile::shared_fields(order, request));
    require(proof.has_value() && proof->shared.size() == in_order.size());
    const std::string text = prooffile::write_within(*proof);
    const double check = microseconds(9, 2000, [&] {
        require(prooffile::check_within(*proof, order.header.fields, request.header.fields)
                    .has_value());
    });
    const double whole = microseconds(9, 2000, [&] {
        const auto read = prooffile::read_within(text);
        require(read && prooffile::check_within(*read, order.header.fields, request.header.fields));
    });
    // Each tree: its leaves and inner nodes on the way, less than all of them.
    fmt::print(
        "within    {} of {} fields: {:5} bytes (goal <= 1024), checked in {:5.2f} us, read and "
        "checked in {:5.2f} us (goal <= 20)  = {:4.1f} hashes of 65 bytes\n",
        in_order.size(), fields, text.size(), check, whole, check / hash);
}

void measure_file(const std::string& folder, const std::string& name) {
    const auto text = files::read_text_file(folder + "/" + name, prooffile::max_proof_bytes);
    const auto trust_text = files::read_text_file(folder + "/trust", prooffile::max_trust_bytes);
    require(text && trust_text);
    const auto trust = prooffile::read_trust(*trust_text);
    require(trust.has_value());
    prooffile::Report report;
    const double verify =
        microseconds(5, 1, [&] { report = prooffile::verify_proof(*text, *trust); });
    const auto contents = prooffile::read_proof(*text);
    require(contents.has_value());
    const std::vector<prooffile::FieldChoice> everything{{"1", "*"}};
    const double redact = microseconds(5, 1, [&] {
        require(
            prooffile::write_proof(prooffile::redact(*contents, everything).value()).has_value());
    });
    // The signatures alone: an official's, the node's, the ledger's and a witness's of each entry,
    // though many entries share a checkpoint.
    std::size_t signatures = 0;
    for (const prooffile::Step& step : report.steps) {
        const bool signed_step = step.what.contains("signature") || step.what == "seal";
        signatures += signed_step ? 1 : 0;
    }
    const auto rate = bench::p256_verifications_per_second();
    require(rate.has_value());
    const double least = static_cast<double>(signatures) / *rate * 1e6;
    fmt::print(
        "verify    {}: {} bytes, {} checks, {:.0f} us = {:.2f} x its {} signatures alone "
        "({:.0f} us)\n",
        name, text->size(), report.steps.size(), verify, verify / least, signatures, least);
    fmt::print("redact    {}: read contents to new bytes {:.0f} us\n", name, redact);
}

}  // namespace

int main(int count, char** arguments) {
    std::string block(65, 'x');
    const double hash = microseconds(
        9, 100'000, [&] { block[0] = crypto::sha256(block).bytes[0] == 0 ? 'y' : 'z'; });
    fmt::print("machine   SHA-256 of 65 bytes {:.3f} us\n", hash);
    measure_within(18, {3, 4, 5, 13}, {3, 5, 6, 12}, hash);
    measure_within(18, {3}, {3}, hash);
    measure_within(64, {40}, {13}, hash);
    if (count == 3) {
        measure_file(arguments[1], arguments[2]);
    } else {
        fmt::print("For whole files: proof-bench FOLDER_OF_THE_DEMONSTRATION content.proof\n");
    }
    return 0;
}
