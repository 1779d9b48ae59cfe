#pragma once

// What a batch of submissions is about to change. The institution is changed only once the store
// has committed; until then everything happens on copies of the matters touched.

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "node/submit/institution.h"

namespace comity::submit {

struct Institution::Transaction {
    explicit Transaction(const Institution& institution) : base(institution) {}

    const Institution& base;
    std::map<base::MatterId, Matter> matters;    ///< copies of those touched
    std::optional<casework::Registry> registry;  ///< a copy once it is touched
    ports::Batch batch;
    std::vector<base::Bytes> leaves;
    OwnLeaves own_leaves;
    std::map<base::Digest, AwaitedStream> awaited;
    std::vector<casework::Equivocation> equivocations;
    std::vector<std::pair<base::ActId, Effect>> effects;  ///< of own acts, that wait
    /// Our own failure in the middle of a step: nothing of the transaction may be kept.
    std::optional<base::Error> broken;

    /// The matter as it stands in this transaction; nullptr if it is not known.
    [[nodiscard]] const Matter* find(const base::MatterId& id) const {
        const auto touched = matters.find(id);
        return touched != matters.end() ? &touched->second : base.matter(id);
    }
    /// The same, to be changed.
    [[nodiscard]] Matter& matter(const base::MatterId& id) {
        const auto touched = matters.find(id);
        if (touched != matters.end()) {
            return touched->second;
        }
        const Matter* known = base.matter(id);
        return matters.emplace(id, known != nullptr ? *known : Matter{casework::Dossier(id), {}})
            .first->second;
    }
    /// Whether an own entry still waits for the peer, by the outbox and by this transaction.
    [[nodiscard]] bool waits(const base::PartyId& peer, const casework::EntryId& entry) const {
        const bool queued = std::ranges::any_of(batch.outbox_add, [&](const auto& row) {
            return row.peer == peer && row.entry == entry;
        });
        const auto leaf = base.leaf_of(entry);
        const Outbox::Rows& rows = base.outbox(peer);
        const auto row = leaf ? rows.find(leaf->index) : rows.end();
        return queued || (row != rows.end() && row->second.refused.empty());
    }
    [[nodiscard]] casework::World world() const {
        return {base.library_, base.annex_, registry ? *registry : base.registry_};
    }
    [[nodiscard]] casework::Registry& writable_registry() {
        if (!registry) {
            registry = base.registry_;
        }
        return *registry;
    }
};

}  // namespace comity::submit
