#pragma once

// What a proof file holds, and its bytes (docs/formats/prooffile.md):
//
//   comity-proof 2                                    (3 if an entry shows its clause's witnesses)
//   sha256 <64 hexadecimal digits: of all that follows>
//   {"content":...,"exported":...,"seal":...}        RFC 8785, one line
//
// `content` is proven piece by piece: by signatures, commitments, ledgers. `exported` and `seal`
// add the exporting node's word that the content is whole: nothing left out. Fields and sealed
// items may be taken away later (redact.h): the seal says which were there, so that what lacks has
// a name, and that nothing else was touched. Version 1, which could not say it, stays readable.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/casework/casework.h"
#include "domain/law/law.h"
#include "ground/base/base.h"
#include "ground/codec/codec.h"

namespace comity::prooffile {

inline constexpr std::int64_t proof_version = 2;  ///< what is written; 1 is read, and kept as 1
inline constexpr std::int64_t quorum_proof_version = 3;  ///< written if an entry has a `quorum`
inline constexpr std::size_t max_proof_bytes = 64 * 1024 * 1024;
inline constexpr std::size_t max_proof_entries =
    8192;  ///< of the matter and all registries together
inline constexpr std::size_t max_law_texts = 1024;
inline constexpr std::size_t max_law_text_bytes = 1 << 20;
inline constexpr std::size_t max_proof_items = 1024;

/// The purpose under which a node signs what it exports.
inline constexpr std::string_view export_purpose = "export";

/// One text of the library that the acts were judged under.
struct LawText {
    std::string name;  ///< the text's path below the law folder, for people
    std::string text;

    friend bool operator==(const LawText&, const LawText&) = default;
};

/// All texts of a library, in their order.
[[nodiscard]] std::vector<LawText> law_texts_of(const law::Library& library);

/// The registry of one party: its own chain in its registry matter, and of others' entries there
/// whatever that chain refers to, in recording order.
struct RegistryEntries {
    base::PartyId party;
    std::vector<casework::ProvenEntry> entries;

    friend bool operator==(const RegistryEntries&, const RegistryEntries&) = default;
};

/// What the exporting node says of the content.
struct Statement {
    base::PartyId party;  ///< whose node exported it
    base::Instant at;
    base::Digest content;  ///< content_digest()

    friend bool operator==(const Statement&, const Statement&) = default;
};

/// SHA-256("comity/export/v1/" realm || 00 || canonical statement): what the node signs, for
/// `export_purpose`.
[[nodiscard]] base::Digest id_of(const Statement& statement, base::Realm realm);

/// An item that an act of the matter handed over: its digest, and, if it was asked for, the item as
/// it is sealed to its reader. No key travels here: who could not open it cannot open it now.
struct ProofItem {
    base::ActId act;
    base::Digest id;                    ///< of the sealed bytes, as the act's descriptor names it
    bool carried = false;               ///< whether the export carried the sealed item
    std::optional<std::string> sealed;  ///< JWE; of a stream never: it is fetched, not carried

    friend bool operator==(const ProofItem&, const ProofItem&) = default;
};

/// For each act the places of the fields that the export opened, ascending.
using OpenedFields = std::map<base::ActId, std::vector<std::int64_t>>;

struct ProofContents {
    std::int64_t version = proof_version;
    casework::Annex annex;
    std::vector<LawText> law;
    std::vector<RegistryEntries> registries;  ///< of every party whose officials signed
    base::MatterId matter;
    std::vector<casework::ProvenEntry> entries;  ///< in recording order: each after its past
    std::vector<ProofItem> items;                ///< ascending by act and id
    OpenedFields opened;  ///< when it was exported; an act that is not here: what it opens now
    Statement exported;
    casework::SignatureRecord seal;  ///< by the exporting party's node key

    friend bool operator==(const ProofContents&, const ProofContents&) = default;
};

/// What the acts of `contents` open now, the registries' included.
[[nodiscard]] OpenedFields opened_in(const ProofContents& contents);

/// SHA-256("comity/proof/v2/" realm || 00 || canonical content), of everything but `exported`,
/// `seal`, the openings and the sealed items, of which the digest holds the places and the ids.
/// Version 1: "comity/proof/v1/", and the openings are in it.
[[nodiscard]] base::Digest content_digest(const ProofContents& contents);

/// The statement for `contents`; the caller's node signs id_of(statement, annex.realm) and puts
/// statement and signature into the contents.
[[nodiscard]] Statement statement_of(const ProofContents& contents, const base::PartyId& party,
                                     base::Instant at);

/// The bytes of the file; equal contents give equal bytes. A registry that is the exported matter
/// itself is not written twice. Kinds: malformed, too_large.
[[nodiscard]] base::Result<std::string> write_proof(const ProofContents& contents);

/// The contents of a file whose digest line holds. Nothing is verified but the form. Whatever is
/// wrong is kind invalid, with its place.
[[nodiscard]] base::Result<ProofContents> read_proof(std::string_view file);

}  // namespace comity::prooffile

namespace comity::codec {

template <>
struct Message<prooffile::LawText> {
    using L = prooffile::LawText;
    static constexpr std::string_view name = "law-text";
    static constexpr auto fields =
        std::tuple{field("name", &L::name, "its path below the law folder, for people", 256),
                   field("text", &L::text, "the text", prooffile::max_law_text_bytes)};
};

template <>
struct Message<prooffile::Statement> {
    using S = prooffile::Statement;
    static constexpr std::string_view name = "export-statement";
    static constexpr auto fields =
        std::tuple{field("party", &S::party, "the party whose node exported the file"),
                   field("at", &S::at, "when"),
                   field("content", &S::content, "digest of the member `content`")};
};

}  // namespace comity::codec
