#pragma once

// giving back: what a node answers to a party that lost its data. It gives to nobody but that party
// itself, and nothing that the party could not have had before: the party's own entries, and those
// of others in matters that both are in, opened for the party's side, each with its leaf proof.
//
//   POST give_back_path      entries of one author, a page at a time; changes nothing
//   POST deliver_again_path  the answering node's own entries go into its outbox once more

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "domain/casework/casework.h"
#include "ground/base/base.h"
#include "ground/message/message.h"
#include "node/submit/institution.h"

namespace comity::delivery {

inline constexpr std::string_view give_back_path = "/federation/give-back";
inline constexpr std::string_view deliver_again_path = "/federation/deliver-again";

inline constexpr std::size_t most_entries_given = 256;
inline constexpr std::size_t most_bytes_given = 4 * 1024 * 1024;  ///< the first entry may be larger

/// A place in an author's chains: after this entry.
struct ChainPlace {
    base::MatterId matter;
    std::int64_t sequence = 0;

    friend auto operator<=>(const ChainPlace&, const ChainPlace&) = default;
};

struct GiveBack {
    base::PartyId author;             ///< whose entries
    std::int64_t from = 0;            ///< leave out leaves before this one in the author's ledger
    std::optional<ChainPlace> after;  ///< none: from the beginning
};

/// Entries matter by matter, each chain in order. What the answering node cannot prove, because it
/// erased the salt of its own leaf, comes without a proof.
struct GivenBack {
    std::vector<casework::ProvenEntry> entries;
    std::vector<casework::ShippedItem> items;  ///< of these acts, that the asking party may hold
    std::optional<ChainPlace> next;            ///< to ask on after; none: that was all
};

struct DeliverAgain {
    std::vector<base::Digest> entries;
};

struct DeliveringAgain {
    std::int64_t queued = 0;
};

/// Kinds: malformed, failure.
[[nodiscard]] base::Result<GivenBack> give_back(const submit::Institution& institution,
                                                const base::PartyId& asking, std::string_view body);

/// The response to a peer's request, if it is one of these two; `asking` is who the connection
/// says. The first is answered also before this node itself may sign: nodes that start together
/// must not wait for each other.
[[nodiscard]] std::optional<message::Response> answer_give_back(
    const submit::Institution& institution, const base::PartyId& asking,
    const message::Request& request);
[[nodiscard]] std::optional<message::Response> answer_restoration(submit::Institution& institution,
                                                                  const base::PartyId& asking,
                                                                  const message::Request& request);

}  // namespace comity::delivery

namespace comity::codec {

template <>
struct Message<delivery::ChainPlace> {
    using C = delivery::ChainPlace;
    static constexpr std::string_view name = "chain-place";
    static constexpr auto fields =
        std::tuple{field("matter", &C::matter, "the matter"),
                   field("seq", &C::sequence, "place in the author's chain there")};
};

template <>
struct Message<delivery::GiveBack> {
    using G = delivery::GiveBack;
    static constexpr std::string_view name = "give-back";
    static constexpr auto fields =
        std::tuple{field("author", &G::author, "whose entries"),
                   field("from", &G::from, "leaves of the author's ledger before it are left out"),
                   field("after", &G::after, "go on after this entry")};
};

template <>
struct Message<delivery::GivenBack> {
    using G = delivery::GivenBack;
    static constexpr std::string_view name = "given-back";
    static constexpr auto fields = std::tuple{
        field("entries", &G::entries, "with their proofs", delivery::most_entries_given),
        field("items", &G::items, "sealed items of these acts", delivery::most_entries_given),
        field("next", &G::next, "where to go on; absent: that was all")};
};

template <>
struct Message<delivery::DeliverAgain> {
    using D = delivery::DeliverAgain;
    static constexpr std::string_view name = "deliver-again";
    static constexpr auto fields = std::tuple{field(
        "entries", &D::entries, "of the asked node's own chains", delivery::most_entries_given)};
};

template <>
struct Message<delivery::DeliveringAgain> {
    using D = delivery::DeliveringAgain;
    static constexpr std::string_view name = "delivering-again";
    static constexpr auto fields = std::tuple{field("queued", &D::queued, "of the entries named")};
};

}  // namespace comity::codec
