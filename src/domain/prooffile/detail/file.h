#pragma once

// The messages of a proof file as they are written: entries refer to their checkpoint by its place
// in one table, because many share one.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/prooffile/proof.h"

namespace comity::prooffile::detail {

inline constexpr std::size_t max_checkpoint_bytes = 16384;

struct FiledProof {
    std::int64_t index = 0;
    base::Digest salt;
    base::Bytes leaf;
    std::vector<base::Digest> path;
    std::int64_t checkpoint = 0;
};

struct FiledQuorum {
    std::vector<base::Digest> path;
    std::int64_t checkpoint = 0;
};

struct FiledEntry {
    std::optional<casework::Act> act;
    std::optional<casework::Receipt> receipt;
    FiledProof proof;
    std::optional<std::vector<std::int64_t>> opened;   ///< of an act, since version 2
    std::optional<FiledQuorum> quorum = std::nullopt;  ///< of an act, since version 3
};

struct FiledRegistry {
    base::PartyId party;
    std::vector<FiledEntry> entries;
};

struct FiledMatter {
    base::MatterId id;
    std::vector<FiledEntry> entries;
};

struct FiledCheckpoint {
    std::string note;
};

struct FiledItem {
    base::ActId act;
    base::Digest id;
    bool carried = false;
    std::optional<std::string> sealed;
};

struct Content {
    casework::Annex annex;
    std::vector<LawText> law;
    std::vector<FiledCheckpoint> checkpoints;  ///< in the order of their first use
    std::vector<FiledRegistry> registries;     ///< ascending by party
    FiledMatter matter;
    std::optional<std::vector<FiledItem>> items;  ///< since version 2; absent if there are none
};

struct File {
    Content content;
    Statement exported;
    casework::SignatureRecord seal;
};

}  // namespace comity::prooffile::detail

namespace comity::codec {

template <>
struct Message<prooffile::detail::FiledProof> {
    using P = prooffile::detail::FiledProof;
    static constexpr std::string_view name = "filed-proof";
    static constexpr auto fields =
        std::tuple{field("index", &P::index, "of the leaf in the author's ledger"),
                   field("salt", &P::salt, "of the leaf's commitment"),
                   field("leaf", &P::leaf, "the leaf's 42 bytes", 64),
                   field("path", &P::path, "inclusion path, leaf to root", 64),
                   field("checkpoint", &P::checkpoint, "place in `checkpoints`, from 0")};
};

template <>
struct Message<prooffile::detail::FiledQuorum> {
    using Q = prooffile::detail::FiledQuorum;
    static constexpr std::string_view name = "filed-quorum";
    static constexpr auto fields =
        std::tuple{field("path", &Q::path, "inclusion path of the same leaf, leaf to root", 64),
                   field("checkpoint", &Q::checkpoint, "place in `checkpoints`, from 0")};
};

template <>
struct Message<prooffile::detail::FiledEntry> {
    using E = prooffile::detail::FiledEntry;
    static constexpr std::string_view name = "filed-entry";
    static constexpr auto fields = std::tuple{
        field("act", &E::act, "the act, or"), field("receipt", &E::receipt, "the receipt"),
        field("proof", &E::proof, "that the author's ledger holds it"),
        field("opened", &E::opened, "of an act: the fields that the export opened, ascending",
              casework::max_fields),
        field("quorum", &E::quorum, "a head cosigned as the act's clause asks; since version 3")};
};

template <>
struct Message<prooffile::detail::FiledItem> {
    using I = prooffile::detail::FiledItem;
    static constexpr std::string_view name = "filed-item";
    static constexpr auto fields =
        std::tuple{field("act", &I::act, "the act that handed it over"),
                   field("id", &I::id, "digest of the sealed bytes"),
                   field("carried", &I::carried, "whether the export carried the sealed item"),
                   field("sealed", &I::sealed, "the item as it is sealed to its reader",
                         casework::max_item_bytes)};
};

template <>
struct Message<prooffile::detail::FiledRegistry> {
    using R = prooffile::detail::FiledRegistry;
    static constexpr std::string_view name = "filed-registry";
    static constexpr auto fields = std::tuple{
        field("party", &R::party, "whose registry"),
        field("entries", &R::entries, "in recording order", prooffile::max_proof_entries)};
};

template <>
struct Message<prooffile::detail::FiledMatter> {
    using M = prooffile::detail::FiledMatter;
    static constexpr std::string_view name = "filed-matter";
    static constexpr auto fields =
        std::tuple{field("id", &M::id, "the matter"),
                   field("entries", &M::entries, "in recording order, each after its past",
                         prooffile::max_proof_entries)};
};

template <>
struct Message<prooffile::detail::FiledCheckpoint> {
    using C = prooffile::detail::FiledCheckpoint;
    static constexpr std::string_view name = "filed-checkpoint";
    static constexpr auto fields = std::tuple{
        field("note", &C::note, "a cosigned checkpoint", prooffile::detail::max_checkpoint_bytes)};
};

template <>
struct Message<prooffile::detail::Content> {
    using C = prooffile::detail::Content;
    static constexpr std::string_view name = "proof-content";
    static constexpr auto fields = std::tuple{
        field("annex", &C::annex, "the institutions and their keys"),
        field("law", &C::law, "all texts of the library that the acts name",
              prooffile::max_law_texts),
        field("checkpoints", &C::checkpoints, "in the order of their first use, each once",
              prooffile::max_proof_entries),
        field("registries", &C::registries, "of the authors, ascending by party", 256),
        field("matter", &C::matter, "the matter's entries"),
        field("items", &C::items, "that its acts handed over, ascending by act and id",
              prooffile::max_proof_items)};
};

template <>
struct Message<prooffile::detail::File> {
    using F = prooffile::detail::File;
    static constexpr std::string_view name = "proof";
    static constexpr auto fields =
        std::tuple{field("content", &F::content, "what is proven piece by piece"),
                   field("exported", &F::exported, "who exported it when, and that it is whole"),
                   field("seal", &F::seal, "the exporting node's signature, purpose export")};
};

}  // namespace comity::codec
