#include "node/simulation/station.h"

#include <algorithm>
#include <utility>

namespace comity::simulation {
Station::Station(const Setting& setting, const Cast& cast, const Member& self, Workshop& workshop,
                 Oracle& oracle, const base::Instant& world, std::uint64_t seed)
    : setting_(setting),
      cast_(cast),
      self_(self),
      workshop_(workshop),
      oracle_(oracle),
      world_(world),
      random_(self.party.text() + "/" + std::to_string(seed)),
      disk_(workshop.disk(random_)),
      store_(*disk_.store, breaker_, [this](const ports::Batch& batch) { held(batch); }),
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

void Station::held(const ports::Batch& batch) {
    if (!rolled_back()) {
        written_.push_back(batch);
        oracle_.held(party(), batch, world_);
    } else if (!batch.entries.empty() || !batch.leaves.empty() || !batch.witnessed.empty()) {
        oracle_.violated("DESIGN 5.10", party().text() + " records over data that are old");
    }
}

bool Station::roll_back(std::uint64_t cosigned, Dice& dice) {
    // How many writes it takes until the ledger holds as much as was cosigned.
    const auto enough = std::ranges::find_if(written_, [&](const ports::Batch& batch) {
        return batch.new_head && batch.new_head->size >= cosigned;
    });
    const auto most = static_cast<std::size_t>(enough - written_.begin());
    if (enough == written_.end() || most < 2) {
        return false;
    }
    end();
    Disk older = workshop_.disk(random_);
    const std::size_t writes = 1 + dice.below(most - 1);
    for (std::size_t i = 0; i < writes; ++i) {
        COMITY_ENSURE(older.store->commit(written_[i]).has_value());
    }
    newest_ = std::exchange(disk_.store, std::move(older.store));
    store_.move_to(*disk_.store);
    return true;
}

void Station::put_back() {
    end();
    disk_.store = std::move(newest_);
    store_.move_to(*disk_.store);
}

base::Result<void> Station::start() {
    breaker_.revive();
    submit::Settings settings;
    settings.party = self_.party;
    settings.realm = base::Realm::exercise;
    settings.origin = self_.origin;
    settings.body_days = cast_.body_days;
    const submit::Ports ports{store_,       clock_,          random_, node_key_,   ledger_key_,
                              witness_key_, *disk_.day_keys, files_,  *disk_.blobs};
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
    process_->recollection = std::make_unique<delivery::Recollection>(*process_->institution);
    return {};
}

void Station::end() {
    process_.reset();
    drawer.clear();
}

}  // namespace comity::simulation
