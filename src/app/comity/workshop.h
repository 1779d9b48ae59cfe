#pragma once

// What `comity simulate` and the tests play with, so that a seed means the same in both: twins in
// memory, keys that follow from their names and are the same in every process, two invented states.

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "adapter/blobs/blobs.h"
#include "adapter/memory/memory.h"
#include "adapter/softkeys/softkeys.h"
#include "ground/crypto/testing.h"
#include "node/simulation/simulation.h"

namespace comity::app {

/// Made once, used by all seeds.
class MemoryWorkshop final : public simulation::Workshop {
 public:
    [[nodiscard]] ports::Signer& signer(std::string_view name,
                                        crypto::Algorithm algorithm) override {
        auto& place = signers_[std::string(name)];
        if (!place) {
            const base::Digest secret = crypto::sha256("simulated key of " + std::string(name));
            place = std::make_unique<softkeys::SoftSigner>(
                softkeys::SoftSigner::of_secret(
                    algorithm,
                    base::SecretBytes(base::Bytes(secret.bytes.begin(), secret.bytes.end())))
                    .value());
        }
        return *place;
    }
    [[nodiscard]] crypto::KeyAgreement& sealer(std::string_view name) override {
        auto& place = sealers_[std::string(name)];
        if (!place) {
            crypto::CountingRandom random(name);
            place = std::make_unique<crypto::HeldSealingKey>(crypto::Curve::p256, random);
        }
        return *place;
    }
    [[nodiscard]] simulation::Disk disk(crypto::Random& random) override {
        return {std::make_unique<memory::MemoryStore>(),
                std::make_unique<memory::MemoryLedgerFiles>(),
                std::make_unique<memory::MemoryDayKeys>(random),
                std::make_unique<blobs::MemoryBlobs>()};
    }

 private:
    std::map<std::string, std::unique_ptr<softkeys::SoftSigner>> signers_;
    std::map<std::string, std::unique_ptr<crypto::HeldSealingKey>> sealers_;
};

/// Two invented states under the texts of the law folder; their agreement is in force then.
[[nodiscard]] inline simulation::Setting invented_states(law::Library library) {
    return {std::move(library),
            "XA-XB/EE",
            base::Instant::parse("2027-03-08T09:00:00.000Z").value(),
            {{"xa-prosecution", "XA", "prosecution"},
             {"xb-central", "XB", "central-authority"},
             {"xb-cirrus-mail", "XB", "provider-company"},
             {"xa-court", "XA", "court"},
             {"board", "XA", "oversight"}}};
}

}  // namespace comity::app
