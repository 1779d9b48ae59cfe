#include "domain/casework/leaf_opening.h"

namespace comity::casework {

const base::MatterId& LeafOpening::matter() const {
    COMITY_ENSURE(act.has_value() != receipt.has_value());
    return act ? act->matter : receipt->matter;
}

EntryId LeafOpening::entry() const {
    COMITY_ENSURE(act.has_value() != receipt.has_value());
    return act ? id_of(*act).digest : id_of(*receipt);
}

base::Result<LeafOpened> check_opening(const LeafOpening& opening) {
    using ledger::LeafClass;
    const ledger::Leaf leaf = COMITY_TRY(ledger::Leaf::parse(opening.leaf));
    const bool is_act = leaf.leaf_class == LeafClass::act || leaf.leaf_class == LeafClass::registry;
    if (opening.act ? !is_act : leaf.leaf_class != LeafClass::receipt) {
        return base::fail(base::ErrorKind::invalid, "the leaf is of another class than the entry",
                          "leaf " + std::to_string(opening.index));
    }
    if (!opening.salt) {
        return LeafOpened::told;
    }
    if (leaf.commitment != ledger::leaf_commitment(*opening.salt, opening.entry())) {
        return base::fail(base::ErrorKind::invalid, "the leaf does not commit to this entry",
                          "leaf " + std::to_string(opening.index));
    }
    return LeafOpened::shown;
}

base::Result<LeafOpening> read_leaf_opening(std::string_view line) {
    if (line.size() > max_leaf_opening_bytes) {
        return base::fail(base::ErrorKind::too_large, "an opening has at most 64 KiB");
    }
    LeafOpening opening = COMITY_TRY(codec::read_text<LeafOpening>(line));
    if (opening.act.has_value() == opening.receipt.has_value()) {
        return base::fail(base::ErrorKind::malformed,
                          "an opening is of an act or of a receipt, exactly one");
    }
    if (opening.index < 0) {
        return base::fail(base::ErrorKind::malformed, "a leaf's index is not negative");
    }
    return opening;
}

}  // namespace comity::casework
