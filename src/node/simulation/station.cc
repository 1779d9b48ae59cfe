#include "node/simulation/station.h"

#include <utility>

namespace comity::simulation {
namespace {

constexpr std::int64_t body_days = 365;

}  // namespace

Station::Station(const Setting& setting, const Cast& cast, const Member& self, Workshop& workshop,
                 Oracle& oracle, const base::Instant& world, std::uint64_t seed)
    : setting_(setting),
      cast_(cast),
      self_(self),
      random_(self.party.text() + "/" + std::to_string(seed)),
      disk_(workshop.disk(random_)),
      store_(*disk_.store, breaker_,
             [&oracle, &self, &world](const ports::Batch& batch) {
                 oracle.held(self.party, batch, world);
             }),
      files_(*disk_.files, breaker_),
      node_key_(*self.node, breaker_, [](base::ByteView) {}),
      ledger_key_(
          *self.ledger, breaker_,
          [&oracle, &self](base::ByteView message) { oracle.signs_head(self.party, message); }),
      witness_key_(
          *self.witness, breaker_,
          [&oracle, &self](base::ByteView message) { oracle.cosigns(self.party, message); }),
      clock_(world) {
}

base::Result<void> Station::start() {
    breaker_.revive();
    submit::Settings settings;
    settings.party = self_.party;
    settings.realm = base::Realm::exercise;
    settings.origin = self_.origin;
    settings.body_days = body_days;
    const submit::Ports ports{store_,      clock_,       random_,         node_key_,
                              ledger_key_, witness_key_, *disk_.day_keys, files_,  *disk_.blobs};
    auto institution = submit::Institution::start(settings, ports, setting_.library, cast_.annex);
    if (!institution) {
        return std::unexpected(std::move(institution).error());
    }
    ++life_;
    process_ = std::make_unique<Process>();
    process_->institution = std::move(*institution);
    process_->delivery = std::make_unique<delivery::Delivery>(*process_->institution);
    process_->service =
        std::make_unique<service::Service>(*process_->institution, *process_->delivery);
    return {};
}

void Station::end() {
    process_.reset();
    drawer.clear();
}

}  // namespace comity::simulation
