#include "domain/prooffile/proof.h"

#include <algorithm>
#include <map>
#include <set>

#include "domain/prooffile/detail/file.h"

namespace comity::prooffile {
namespace {

constexpr std::string_view first_line = "comity-proof 1\n";
constexpr std::string_view digest_word = "sha256 ";
constexpr std::size_t hex_digits = 64;

/// The table of checkpoints while it is filled.
struct Table {
    std::vector<detail::FiledCheckpoint> checkpoints;
    std::map<std::string, std::int64_t, std::less<>> places;

    std::int64_t place_of(const std::string& note) {
        const auto [found, fresh] =
            places.emplace(note, static_cast<std::int64_t>(checkpoints.size()));
        if (fresh) {
            checkpoints.push_back({note});
        }
        return found->second;
    }
};

std::vector<detail::FiledEntry> filed(const std::vector<casework::ProvenEntry>& entries,
                                      Table& table) {
    std::vector<detail::FiledEntry> list;
    list.reserve(entries.size());
    for (const casework::ProvenEntry& entry : entries) {
        const casework::LeafProof& proof = entry.proof;
        list.push_back(
            {entry.act,
             entry.receipt,
             {proof.index, proof.salt, proof.leaf, proof.path, table.place_of(proof.checkpoint)}});
    }
    return list;
}

bool is_registry_of(const base::PartyId& party, const base::MatterId& matter) {
    const auto registry = casework::Registry::matter_of(party);
    return registry && *registry == matter;
}

detail::Content content_of(const ProofContents& contents) {
    detail::Content content{contents.annex, contents.law, {}, {}, {contents.matter, {}}};
    std::vector<const RegistryEntries*> registries;
    for (const RegistryEntries& registry : contents.registries) {
        if (!is_registry_of(registry.party, contents.matter)) {
            registries.push_back(&registry);
        }
    }
    std::ranges::sort(registries, {}, &RegistryEntries::party);
    Table table;
    for (const RegistryEntries* registry : registries) {
        content.registries.push_back({registry->party, filed(registry->entries, table)});
    }
    content.matter.entries = filed(contents.entries, table);
    content.checkpoints = std::move(table.checkpoints);
    return content;
}

base::Digest digest_of(const detail::Content& content) {
    const std::string tag = "comity/proof/v1/" + std::string(base::name_of(content.annex.realm));
    return crypto::tagged_hash(tag, base::view_of(codec::write(content)));
}

codec::JsonLimits proof_limits() {
    codec::JsonLimits limits;
    limits.bytes = max_proof_bytes;
    limits.members = std::size_t{1} << 16;
    limits.values = std::size_t{1} << 22;
    limits.string_bytes = max_law_text_bytes;
    return limits;
}

std::unexpected<base::Error> wrong_at(std::string place, std::string what, std::string why = {}) {
    return std::unexpected(base::Error{
        base::ErrorKind::invalid, std::move(what), std::move(why), {}, std::move(place), {}});
}

/// Reads filed entries back; `next` counts the checkpoints that were referred to so far.
base::Result<std::vector<casework::ProvenEntry>> entries_from(
    std::vector<detail::FiledEntry> list, const std::vector<detail::FiledCheckpoint>& checkpoints,
    std::int64_t& next, std::string_view place) {
    std::vector<casework::ProvenEntry> entries;
    entries.reserve(list.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
        detail::FiledEntry& entry = list[i];
        const std::string here = std::string(place) + "/" + std::to_string(i);
        if (entry.act.has_value() == entry.receipt.has_value()) {
            return wrong_at(here, "an entry is an act or a receipt, exactly one");
        }
        const std::int64_t checkpoint = entry.proof.checkpoint;
        if (checkpoint < 0 || checkpoint > next ||
            checkpoint >= static_cast<std::int64_t>(checkpoints.size())) {
            return wrong_at(here + "/proof/checkpoint",
                            "checkpoints stand in the order of their first use");
        }
        next = std::max(next, checkpoint + 1);
        entries.push_back({std::move(entry.act),
                           std::move(entry.receipt),
                           {entry.proof.index, entry.proof.salt, std::move(entry.proof.leaf),
                            std::move(entry.proof.path),
                            checkpoints[static_cast<std::size_t>(checkpoint)].note}});
    }
    return entries;
}

base::Result<void> check_tables(const detail::Content& content) {
    std::set<std::string_view> notes;
    for (std::size_t i = 0; i < content.checkpoints.size(); ++i) {
        if (!notes.insert(content.checkpoints[i].note).second) {
            return wrong_at("/content/checkpoints/" + std::to_string(i),
                            "a checkpoint stands twice");
        }
    }
    std::size_t entries = content.matter.entries.size();
    for (std::size_t i = 0; i < content.registries.size(); ++i) {
        const detail::FiledRegistry& registry = content.registries[i];
        const std::string place = "/content/registries/" + std::to_string(i);
        if (i > 0 && !(content.registries[i - 1].party < registry.party)) {
            return wrong_at(place, "registries stand in ascending order, each once");
        }
        if (is_registry_of(registry.party, content.matter.id)) {
            return wrong_at(place, "this registry is the matter itself");
        }
        entries += registry.entries.size();
    }
    if (entries > max_proof_entries) {
        return wrong_at("/content", "a proof file has at most 8192 entries");
    }
    if (content.matter.entries.empty()) {
        return wrong_at("/content/matter/entries", "the matter has no entry");
    }
    return {};
}

base::Result<ProofContents> contents_from(detail::File file) {
    detail::Content& content = file.content;
    COMITY_TRY(check_tables(content));
    ProofContents contents{
        std::move(content.annex), std::move(content.law), {}, content.matter.id, {}, file.exported,
        std::move(file.seal)};
    std::int64_t next = 0;
    for (std::size_t i = 0; i < content.registries.size(); ++i) {
        detail::FiledRegistry& registry = content.registries[i];
        contents.registries.push_back(
            {registry.party,
             COMITY_TRY(entries_from(std::move(registry.entries), content.checkpoints, next,
                                     "/content/registries/" + std::to_string(i) + "/entries"))});
    }
    contents.entries = COMITY_TRY(entries_from(
        std::move(content.matter.entries), content.checkpoints, next, "/content/matter/entries"));
    if (static_cast<std::size_t>(next) != content.checkpoints.size()) {
        return wrong_at("/content/checkpoints", "no entry refers to a checkpoint");
    }
    return contents;
}

/// Any error of reading, as what it is for a proof file.
base::Error as_invalid(base::Error error) {
    error.kind = base::ErrorKind::invalid;
    return error;
}

/// Checks the two first lines; the JSON text without its LF.
base::Result<std::string_view> body_of(std::string_view file) {
    if (file.size() > max_proof_bytes) {
        return wrong_at("byte " + std::to_string(max_proof_bytes),
                        "a proof file has at most 64 MiB");
    }
    if (!file.starts_with(first_line)) {
        return wrong_at("line 1", "this is not a proof file of version 1",
                        "the first line is `comity-proof 1`");
    }
    std::string_view rest = file.substr(first_line.size());
    if (!rest.starts_with(digest_word) || rest.size() < digest_word.size() + hex_digits + 1 ||
        rest[digest_word.size() + hex_digits] != '\n') {
        return wrong_at("line 2", "the digest line is missing or damaged",
                        "it is `sha256 ` and 64 hexadecimal digits");
    }
    const auto digest = base::Digest::from_hex(rest.substr(digest_word.size(), hex_digits));
    if (!digest) {
        return wrong_at("line 2", "the digest line is missing or damaged", digest.error().what);
    }
    rest.remove_prefix(digest_word.size() + hex_digits + 1);
    if (crypto::sha256(rest) != *digest) {
        return wrong_at("line 2", "the file is not what its digest line says",
                        "it was altered, cut or damaged after it was written");
    }
    if (!rest.ends_with('\n')) {
        return wrong_at("line 3", "the file does not end in a line feed");
    }
    rest.remove_suffix(1);
    return rest;
}

}  // namespace

std::vector<LawText> law_texts_of(const law::Library& library) {
    std::vector<LawText> texts;
    for (const law::Source& source : library.sources()) {
        texts.push_back({source.name, source.text});
    }
    return texts;
}

base::Digest id_of(const Statement& statement, base::Realm realm) {
    const std::string tag = "comity/export/v1/" + std::string(base::name_of(realm));
    return crypto::tagged_hash(tag, base::view_of(codec::write(statement)));
}

base::Digest content_digest(const ProofContents& contents) {
    return digest_of(content_of(contents));
}

Statement statement_of(const ProofContents& contents, const base::PartyId& party,
                       base::Instant at) {
    return {party, at, content_digest(contents)};
}

base::Result<std::string> write_proof(const ProofContents& contents) {
    detail::File file{content_of(contents), contents.exported, contents.seal};
    const std::string json = codec::write(file) + "\n";
    std::string out(first_line);
    out += std::string(digest_word) + crypto::sha256(json).hex() + "\n" + json;
    // What could not be read again is refused here, while its author can still do something.
    auto readable = read_proof(out);
    if (!readable) {
        readable.error().kind =
            out.size() > max_proof_bytes ? base::ErrorKind::too_large : base::ErrorKind::malformed;
        return std::unexpected(std::move(readable).error());
    }
    return out;
}

base::Result<ProofContents> read_proof(std::string_view file) {
    const std::string_view body = COMITY_TRY(body_of(file));
    auto value = codec::parse_canonical(body, proof_limits());
    if (!value) {
        base::Error error = as_invalid(std::move(value).error());
        return std::unexpected(base::at_place(std::move(error), "line 3"));
    }
    auto read = codec::read<detail::File>(*value);
    if (!read) {
        return std::unexpected(as_invalid(std::move(read).error()));
    }
    return contents_from(*std::move(read));
}

}  // namespace comity::prooffile
