#include "domain/casework/equivocation.h"

#include <utility>

#include "domain/casework/judge.h"

namespace comity::casework {
namespace {

/// That the author's node stands behind the entry, and its witnessed ledger holds it.
base::Result<void> check_stands(const Annex& annex, const ProvenEntry& proven) {
    if (proven.act.has_value() == proven.receipt.has_value()) {
        return base::fail(base::ErrorKind::malformed,
                          "an entry is an act or a receipt, exactly one");
    }
    if (proven.act) {
        COMITY_TRY(check_countersignature(annex, *proven.act));
    } else {
        COMITY_TRY(check_signature(annex, *proven.receipt));
    }
    COMITY_TRY(check_proof(annex, proven));
    return {};
}

}  // namespace

Equivocation equivocation_of(ProvenEntry first, ProvenEntry second) {
    for (ProvenEntry* one : {&first, &second}) {
        if (one->act) {
            one->act->openings.clear();
            one->act->commitments.clear();
        }
    }
    return {equivocation_version, std::move(first), std::move(second)};
}

base::Result<void> check_equivocation(const Annex& annex, const Equivocation& equivocation) {
    COMITY_TRY(check_stands(annex, equivocation.first));
    COMITY_TRY(check_stands(annex, equivocation.second));
    const Entry first = equivocation.first.entry();
    const Entry second = equivocation.second.entry();
    if (id_of(first) == id_of(second)) {
        return base::fail(base::ErrorKind::malformed, "this is one entry, twice");
    }
    if (author_of(first) != author_of(second) || matter_of(first) != matter_of(second) ||
        sequence_of(first) != sequence_of(second)) {
        return base::fail(base::ErrorKind::malformed,
                          "these entries do not stand in one place of one chain");
    }
    return {};
}

base::Result<Equivocation> read_equivocation(std::string_view text) {
    codec::JsonLimits limits;
    limits.bytes = max_equivocation_bytes;
    Equivocation read = COMITY_TRY(codec::read_text<Equivocation>(text, limits));
    if (read.version != equivocation_version) {
        return base::fail(base::ErrorKind::malformed,
                          "this version of an equivocation file is not known here");
    }
    return read;
}

}  // namespace comity::casework
