// What parties signed twice (DESIGN 5.5), kept as evidence.

#include <algorithm>

#include "node/submit/kept_list.h"
#include "node/submit/transaction.h"

namespace comity::submit {
namespace {

// A liar could fill the disk with its own lies; the first thousand will do.
constexpr std::size_t most_equivocations = 1000;
constexpr KeptList equivocation_list{"equivocation", "evidence of an equivocation",
                                     "equivocations"};

bool is_same_place(const casework::Entry& one, const casework::Entry& other) {
    return casework::author_of(one) == casework::author_of(other) &&
           casework::matter_of(one) == casework::matter_of(other) &&
           casework::sequence_of(one) == casework::sequence_of(other);
}

}  // namespace

void Institution::note_equivocation(Transaction& transaction, const Matter& matter,
                                    const casework::ProvenEntry& proven) const {
    const casework::Entry entry = proven.entry();
    const base::PartyId author = casework::author_of(entry);
    if (casework::sequence_of(entry) >= matter.dossier.tip(author).next_sequence) {
        return;  // in its turn, as nearly all are
    }
    const auto chain = matter.dossier.chain(author);
    const auto place = static_cast<std::size_t>(casework::sequence_of(entry));
    const std::size_t known = equivocations_.size() + transaction.equivocations.size();
    const auto is_known = [&](const casework::Equivocation& before) {
        return is_same_place(before.first.entry(), entry);
    };
    if (place >= chain.size() || chain[place] == casework::id_of(entry) ||
        known >= most_equivocations || std::ranges::any_of(equivocations_, is_known) ||
        std::ranges::any_of(transaction.equivocations, is_known)) {
        return;
    }
    const auto recorded = this->proven(chain[place]);
    if (!recorded) {
        return;  // of this very batch, or erased: it comes again
    }
    casework::Equivocation found = casework::equivocation_of(*recorded, proven);
    if (!casework::check_equivocation(annex_, found)) {
        return;
    }
    equivocation_list.append(transaction.batch, known, codec::write(found));
    transaction.equivocations.push_back(std::move(found));
}

base::Result<void> Institution::load_equivocations() {
    return equivocation_list.each(
        ports_.store, most_equivocations, [&](std::string text) -> base::Result<void> {
            equivocations_.push_back(COMITY_TRY(casework::read_equivocation(text)));
            return {};
        });
}

}  // namespace comity::submit
