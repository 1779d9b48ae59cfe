#include "domain/casework/quorum.h"

#include <algorithm>

#include "domain/casework/refusal.h"

namespace comity::casework {
namespace {

using Groups = std::vector<law::WitnessGroup>;

bool counts(const Annex& annex, const base::PartyId& author, const law::WitnessGroup& group,
            const base::PartyId& party) {
    const PartyEntry* own = annex.find(author);
    const PartyEntry* other = annex.find(party);
    const bool of_kind =
        other != nullptr &&
        (group.kinds.empty() || std::ranges::find(group.kinds, other->kind) != group.kinds.end());
    return of_kind && own != nullptr && party != author &&
           (!group.foreign || other->jurisdiction != own->jurisdiction);
}

/// Parties to places in groups, so that as many places as possible are taken: each party in turn
/// takes a free place, or one whose party can move to another (augmenting paths).
class Places {
 public:
    Places(const Annex& annex, const base::PartyId& author, const Groups& groups,
           std::span<const base::PartyId> there)
        : there_(there) {
        for (std::size_t group = 0; group < groups.size(); ++group) {
            std::vector<bool> fits;
            for (const base::PartyId& party : there) {
                fits.push_back(counts(annex, author, groups[group], party));
            }
            for (std::int64_t i = 0; i < groups[group].needed; ++i) {
                places_.push_back({group, fits, std::nullopt});
            }
        }
        for (std::size_t party = 0; party < there_.size(); ++party) {
            std::vector<bool> tried(places_.size(), false);
            (void)seat(party, tried);
        }
    }

    /// Places of a group that nobody took.
    [[nodiscard]] std::int64_t free_in(std::size_t group) const {
        return std::ranges::count_if(
            places_, [&](const Place& place) { return place.group == group && !place.taken; });
    }

 private:
    struct Place {
        std::size_t group = 0;
        std::vector<bool> fits;
        std::optional<std::size_t> taken;
    };

    bool seat(std::size_t party, std::vector<bool>& tried) {
        for (std::size_t i = 0; i < places_.size(); ++i) {
            if (!places_[i].fits[party] || tried[i]) {
                continue;
            }
            tried[i] = true;
            if (!places_[i].taken || seat(*places_[i].taken, tried)) {
                places_[i].taken = party;
                return true;
            }
        }
        return false;
    }

    std::span<const base::PartyId> there_;
    std::vector<Place> places_;
};

std::vector<base::PartyId> distinct_witnesses(const Annex& annex) {
    std::vector<base::PartyId> all = annex.witnesses;
    std::ranges::sort(all);
    const auto doubles = std::ranges::unique(all);
    all.erase(doubles.begin(), doubles.end());
    return all;
}

/// What lacks when only cosignatures from `latest` back to the clause's age count.
std::vector<std::string> lacking_at(const Annex& annex, const QuorumAsked& asked,
                                    const Groups& groups, std::span<const Cosigner> cosigners,
                                    base::Instant latest) {
    const base::Duration age =
        law::plain_length(asked.kind.witnessing->no_older).value_or(base::Duration{});
    std::vector<base::PartyId> there;
    for (const Cosigner& one : cosigners) {
        const bool fresh = latest - age <= one.at && one.at <= latest + age;
        if (fresh && std::ranges::find(there, one.party) == there.end()) {
            there.push_back(one.party);
        }
    }
    return lacking(annex, asked.author, groups, there);
}

/// The least that lacks.
std::vector<std::string> lacking_ever(const Annex& annex, const QuorumAsked& asked,
                                      const Groups& groups, std::span<const Cosigner> cosigners,
                                      const std::optional<base::Instant>& now) {
    if (now) {
        return lacking_at(annex, asked, groups, cosigners, *now);
    }
    std::vector<std::string> least = lacking(annex, asked.author, groups, {});
    for (const Cosigner& newest : cosigners) {
        std::vector<Cosigner> until;
        std::ranges::copy_if(cosigners, std::back_inserter(until),
                             [&](const Cosigner& one) { return one.at <= newest.at; });
        auto lacks = lacking_at(annex, asked, groups, until, newest.at);
        if (lacks.size() < least.size() || lacks.empty()) {
            least = std::move(lacks);
        }
    }
    return least;
}

}  // namespace

std::vector<Cosigner> cosigners_of(const Annex& annex, const base::PartyId& author,
                                   const ledger::SignedCheckpoint& head) {
    std::vector<Cosigner> cosigners;
    for (const base::PartyId& witness : distinct_witnesses(annex)) {
        const PartyEntry* entry = annex.find(witness);
        const auto key = entry != nullptr && witness != author
                             ? ledger::NoteKey::parse(entry->witness)
                             : base::fail(base::ErrorKind::not_found, "no witness");
        for (const auto& by : head.verified.by) {
            if (key && by.at && by.key.vkey() == key->vkey()) {
                cosigners.push_back({witness, *by.at});
            }
        }
    }
    return cosigners;
}

std::vector<base::PartyId> eligible(const Annex& annex, const base::PartyId& author,
                                    const law::WitnessGroup& group) {
    std::vector<base::PartyId> all = distinct_witnesses(annex);
    std::erase_if(all, [&](const auto& party) { return !counts(annex, author, group, party); });
    return all;
}

std::vector<std::string> lacking(const Annex& annex, const base::PartyId& author,
                                 const Groups& groups, std::span<const base::PartyId> there) {
    const Places places(annex, author, groups, there);
    std::vector<std::string> lacks;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const std::int64_t free = places.free_in(i);
        if (free == 0) {
            continue;
        }
        law::WitnessGroup open = groups[i];
        open.needed = free;
        std::vector<std::string> who;
        for (const base::PartyId& party : eligible(annex, author, open)) {
            if (std::ranges::find(there, party) == there.end()) {
                who.push_back(party.text());
            }
        }
        lacks.push_back(open.text() + " (" + (who.empty() ? "nobody" : base::joined(who, ", ")) +
                        ")");
    }
    return lacks;
}

base::Result<MetBy> check_quorum(const Annex& annex, const QuorumAsked& asked,
                                 std::span<const Cosigner> cosigners,
                                 const std::optional<base::Instant>& now) {
    COMITY_ENSURE(asked.kind.witnessing.has_value());
    const law::Witnessing& witnessing = *asked.kind.witnessing;
    const auto lacks = lacking_ever(annex, asked, witnessing.groups, cosigners, now);
    if (lacks.empty()) {
        return MetBy::whole;
    }
    if (witnessing.emergency && asked.in_emergency &&
        lacking_ever(annex, asked, witnessing.emergency->groups, cosigners, now).empty()) {
        return MetBy::emergency;
    }
    base::Error error{base::ErrorKind::not_proven,
                      "the cosignatures that the clause asks for are not there",
                      "it lacks " + base::joined(lacks, " and ") + ", no older than " +
                          witnessing.no_older.text(),
                      "wait for these attesting nodes",
                      {},
                      asked.kind.clause};
    return std::unexpected(std::move(error));
}

base::Result<MetBy> check_quorum(const Annex& annex, const QuorumAsked& asked,
                                 const ProvenEntry& proven) {
    if (!proven.quorum) {
        return check_quorum(annex, asked, std::span<const Cosigner>{}, std::nullopt);
    }
    const base::PartyId author = author_of(proven.entry());
    const LeafProof& proof = proven.proof;
    const ledger::SignedCheckpoint head =
        COMITY_TRY(open_witnessed(annex, author, proven.quorum->checkpoint));
    const ledger::Leaf leaf = COMITY_TRY(ledger::Leaf::parse(proof.leaf));
    if (leaf.commitment != ledger::leaf_commitment(proof.salt, id_of(proven.entry()))) {
        return base::fail(base::ErrorKind::invalid, "the leaf does not commit to this entry");
    }
    if (proof.index < 0) {
        return base::fail(base::ErrorKind::malformed, "a leaf's index is not negative");
    }
    COMITY_TRY(crypto::verify_inclusion(
        crypto::merkle_leaf(proof.leaf), static_cast<std::uint64_t>(proof.index),
        head.checkpoint.size, proven.quorum->path, head.checkpoint.root));
    return check_quorum(annex, asked, cosigners_of(annex, author, head), std::nullopt);
}

base::Result<bool> asks_fewer(const World& world, const Dossier& dossier, const Act& act,
                              const law::ActKind& kind) {
    if (!kind.witnessing || !kind.witnessing->emergency) {
        return false;
    }
    const std::set<base::ActId> past = COMITY_TRY(dossier.past(act.header.after));
    const MatterState before = COMITY_TRY(fold(world, dossier, &past));
    const Signer signer = COMITY_TRY(signer_of(world, act));
    const MatterState after = COMITY_TRY(apply(world.library, before, act, kind, signer));
    return kind.witnessing->emergency->when.holds(world.library.vocabulary(), after.facts);
}

base::Result<void> check_reachable(const Annex& annex, const law::ActKind& kind,
                                   const base::PartyId& author) {
    if (!kind.witnessing) {
        return {};
    }
    std::vector<base::PartyId> all = distinct_witnesses(annex);
    std::vector<std::string> lacks = lacking(annex, author, kind.witnessing->groups, all);
    if (lacks.empty() && kind.witnessing->emergency) {
        lacks = lacking(annex, author, kind.witnessing->emergency->groups, all);
    }
    if (lacks.empty()) {
        return {};
    }
    return inadmissible(kind.clause, "the annex has not the witnesses that the clause asks for",
                        "for " + author.text() + " it lacks " + base::joined(lacks, " and "),
                        "agree on an annex with these attesting nodes");
}

base::Result<void> check_witnesses(const Annex& annex, const law::ActKind& kind,
                                   const base::PartyId& author, const MatterState& after) {
    COMITY_TRY(check_reachable(annex, kind, author));
    if (!kind.from.empty()) {
        return {};
    }
    for (const law::ActKind& later : after.procedure->acts) {
        const auto side = after.sides.find(later.by_side);
        if (!later.witnessing || side == after.sides.end()) {
            continue;
        }
        for (const base::PartyId& party : side->second) {
            COMITY_TRY(check_reachable(annex, later, party));
        }
    }
    return {};
}

}  // namespace comity::casework
