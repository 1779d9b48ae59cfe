#include "node/ports/ports.h"

namespace comity::ports {

bool Batch::empty() const {
    return leaves.empty() && entries.empty() && outbox_add.empty() && outbox_refused.empty() &&
           outbox_done.empty() && witnessed.empty() && items.empty() && rewrapped.empty() &&
           erased.empty() && settings.empty() && !new_head.has_value();
}

base::Result<void> Batch::check() const {
    constexpr std::string_view what = "the batch contradicts itself";
    if ((!leaves.empty() || new_head) && !expected_head) {
        return base::fail(base::ErrorKind::failure, std::string(what),
                          "leaves and a new head need the head that they follow");
    }
    if (!leaves.empty() && !new_head) {
        return base::fail(base::ErrorKind::failure, std::string(what),
                          "leaves without the head that covers them");
    }
    if (new_head && new_head->size != expected_head->size + leaves.size()) {
        return base::fail(base::ErrorKind::failure, std::string(what),
                          "the new size is not the old one and the leaves");
    }
    for (const StoredEntry& entry : entries) {
        if (entry.sequence < 0 || entry.leaf < -1) {
            return base::fail(base::ErrorKind::failure, std::string(what),
                              "an entry has a negative number");
        }
    }
    return {};
}

bool is_ledger_path(std::string_view path) {
    constexpr std::string_view entries = "tile/entries/";
    if (path == "checkpoint") {
        return true;
    }
    if (path.starts_with(entries)) {  // numbered like the tiles of level 0
        return ledger::TilePath::parse("tile/0/" + std::string(path.substr(entries.size())))
            .has_value();
    }
    return ledger::TilePath::parse(path).has_value();
}

}  // namespace comity::ports
