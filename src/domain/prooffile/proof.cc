#include "domain/prooffile/proof.h"

#include <algorithm>
#include <map>
#include <set>

#include "domain/prooffile/detail/file.h"

namespace comity::prooffile {
namespace {

constexpr std::string_view first_word = "comity-proof ";
constexpr std::size_t first_line_bytes = first_word.size() + 2;  // a digit and LF
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

std::vector<std::int64_t> places_in(const casework::Act& act) {
    std::vector<std::int64_t> places;
    places.reserve(act.openings.size());
    for (const casework::Opening& opening : act.openings) {
        places.push_back(opening.index);
    }
    return places;
}

std::optional<std::vector<std::int64_t>> opened_of(const ProofContents& contents,
                                                   const casework::ProvenEntry& entry) {
    if (contents.version == 1 || !entry.act) {
        return std::nullopt;
    }
    const auto known = contents.opened.find(entry.act->id());
    return known == contents.opened.end() ? places_in(*entry.act) : known->second;
}

std::vector<detail::FiledEntry> filed(const ProofContents& contents,
                                      const std::vector<casework::ProvenEntry>& entries,
                                      Table& table) {
    std::vector<detail::FiledEntry> list;
    list.reserve(entries.size());
    for (const casework::ProvenEntry& entry : entries) {
        const casework::LeafProof& proof = entry.proof;
        list.push_back(
            {entry.act,
             entry.receipt,
             {proof.index, proof.salt, proof.leaf, proof.path, table.place_of(proof.checkpoint)},
             opened_of(contents, entry)});
        if (entry.quorum) {
            list.back().quorum = {entry.quorum->path, table.place_of(entry.quorum->checkpoint)};
        }
    }
    return list;
}

std::optional<std::vector<detail::FiledItem>> filed_items(const ProofContents& contents) {
    if (contents.version == 1 || contents.items.empty()) {
        return std::nullopt;
    }
    std::vector<detail::FiledItem> list;
    for (const ProofItem& item : contents.items) {
        list.push_back({item.act, item.id, item.carried, item.sealed});
    }
    std::ranges::sort(list, {}, [](const detail::FiledItem& item) {
        return std::pair(item.act.digest, item.id);
    });
    return list;
}

bool is_registry_of(const base::PartyId& party, const base::MatterId& matter) {
    const auto registry = casework::Registry::matter_of(party);
    return registry && *registry == matter;
}

detail::Content content_of(const ProofContents& contents) {
    detail::Content content{contents.annex,        contents.law,         {}, {},
                            {contents.matter, {}}, filed_items(contents)};
    std::vector<const RegistryEntries*> registries;
    for (const RegistryEntries& registry : contents.registries) {
        if (!is_registry_of(registry.party, contents.matter)) {
            registries.push_back(&registry);
        }
    }
    std::ranges::sort(registries, {}, &RegistryEntries::party);
    Table table;
    for (const RegistryEntries* registry : registries) {
        content.registries.push_back({registry->party, filed(contents, registry->entries, table)});
    }
    content.matter.entries = filed(contents, contents.entries, table);
    content.checkpoints = std::move(table.checkpoints);
    return content;
}

/// The content without what may be taken away from it.
detail::Content skeleton_of(detail::Content content) {
    auto close = [](std::vector<detail::FiledEntry>& entries) {
        for (detail::FiledEntry& entry : entries) {
            if (entry.act) {
                entry.act->openings.clear();
            }
        }
    };
    for (detail::FiledRegistry& registry : content.registries) {
        close(registry.entries);
    }
    close(content.matter.entries);
    if (content.items) {
        for (detail::FiledItem& item : *content.items) {
            item.sealed.reset();
        }
    }
    return content;
}

base::Digest digest_of(detail::Content content, std::int64_t version) {
    const std::string tag = "comity/proof/v" + std::to_string(version) + "/" +
                            std::string(base::name_of(content.annex.realm));
    const detail::Content sealed =
        version == 1 ? std::move(content) : skeleton_of(std::move(content));
    return crypto::tagged_hash(tag, base::view_of(codec::write(sealed)));
}

codec::JsonLimits proof_limits() {
    codec::JsonLimits limits;
    limits.bytes = max_proof_bytes;
    limits.members = std::size_t{1} << 16;
    limits.values = std::size_t{1} << 22;
    limits.string_bytes = std::max(max_law_text_bytes, casework::max_item_bytes);
    return limits;
}

std::unexpected<base::Error> wrong_at(std::string place, std::string what, std::string why = {}) {
    return std::unexpected(base::Error{
        base::ErrorKind::invalid, std::move(what), std::move(why), {}, std::move(place), {}});
}

/// What an entry says of its opened fields must be of its version, and in order.
base::Result<void> check_opened(const detail::FiledEntry& entry, std::int64_t version,
                                const std::string& place) {
    if (entry.opened.has_value() != (version > 1 && entry.act.has_value())) {
        return wrong_at(place + "/opened", "since version 2 every act, and only an act, has it");
    }
    if (!entry.opened) {
        return {};
    }
    const auto fields = static_cast<std::int64_t>(entry.act->commitments.size());
    for (std::size_t i = 0; i < entry.opened->size(); ++i) {
        const std::int64_t field = (*entry.opened)[i];
        if (field < 0 || field >= fields || (i > 0 && field <= (*entry.opened)[i - 1])) {
            return wrong_at(place + "/opened/" + std::to_string(i),
                            "fields stand in ascending order, below the number of commitments");
        }
    }
    return {};
}

/// Where a checkpoint that an entry refers to stands; `next` counts those that were referred to.
base::Result<std::string> checkpoint_at(std::int64_t place,
                                        const std::vector<detail::FiledCheckpoint>& checkpoints,
                                        std::int64_t& next, std::string_view where) {
    if (place < 0 || place > next || place >= static_cast<std::int64_t>(checkpoints.size())) {
        return wrong_at(std::string(where), "checkpoints stand in the order of their first use");
    }
    next = std::max(next, place + 1);
    return checkpoints[static_cast<std::size_t>(place)].note;
}

/// Reads filed entries back; `next` counts the checkpoints that were referred to so far.
base::Result<std::vector<casework::ProvenEntry>> entries_from(
    std::vector<detail::FiledEntry> list, const std::vector<detail::FiledCheckpoint>& checkpoints,
    std::int64_t& next, ProofContents& contents, std::string_view place) {
    std::vector<casework::ProvenEntry> entries;
    entries.reserve(list.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
        detail::FiledEntry& entry = list[i];
        const std::string here = std::string(place) + "/" + std::to_string(i);
        if (entry.act.has_value() == entry.receipt.has_value()) {
            return wrong_at(here, "an entry is an act or a receipt, exactly one");
        }
        COMITY_TRY(check_opened(entry, contents.version, here));
        if (entry.opened) {
            const base::ActId id = entry.act->id();
            const auto [known, fresh] = contents.opened.emplace(id, *entry.opened);
            if (!fresh && known->second != *entry.opened) {
                return wrong_at(here + "/opened", "one act is said to open different fields");
            }
        }
        std::string checkpoint = COMITY_TRY(
            checkpoint_at(entry.proof.checkpoint, checkpoints, next, here + "/proof/checkpoint"));
        std::optional<casework::QuorumProof> quorum;
        if (entry.quorum) {
            if (contents.version < quorum_proof_version || !entry.act) {
                return wrong_at(here + "/quorum", "a quorum stands with an act, since version 3");
            }
            std::string head = COMITY_TRY(checkpoint_at(entry.quorum->checkpoint, checkpoints, next,
                                                        here + "/quorum/checkpoint"));
            quorum = {std::move(entry.quorum->path), std::move(head)};
        }
        entries.push_back({std::move(entry.act),
                           std::move(entry.receipt),
                           {entry.proof.index, entry.proof.salt, std::move(entry.proof.leaf),
                            std::move(entry.proof.path), std::move(checkpoint)},
                           std::move(quorum)});
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

base::Result<std::vector<ProofItem>> items_from(std::vector<detail::FiledItem> list) {
    if (list.empty()) {
        return wrong_at("/content/items", "where there are none, the member is absent");
    }
    std::vector<ProofItem> items;
    for (std::size_t i = 0; i < list.size(); ++i) {
        detail::FiledItem& item = list[i];
        if (i > 0 && !(std::pair(list[i - 1].act.digest, list[i - 1].id) <
                       std::pair(item.act.digest, item.id))) {
            return wrong_at("/content/items/" + std::to_string(i),
                            "items stand in ascending order of act and id, each once");
        }
        if (item.sealed && !item.carried) {
            return wrong_at("/content/items/" + std::to_string(i) + "/sealed",
                            "the export did not carry this item");
        }
        items.push_back({item.act, item.id, item.carried, std::move(item.sealed)});
    }
    return items;
}

base::Result<ProofContents> contents_from(detail::File file, std::int64_t version) {
    detail::Content& content = file.content;
    COMITY_TRY(check_tables(content));
    ProofContents contents{version,
                           std::move(content.annex),
                           std::move(content.law),
                           {},
                           content.matter.id,
                           {},
                           {},
                           {},
                           file.exported,
                           std::move(file.seal)};
    if (content.items) {
        if (version == 1) {
            return wrong_at("/content/items", "version 1 has no items");
        }
        contents.items = COMITY_TRY(items_from(*std::move(content.items)));
    }
    std::int64_t next = 0;
    for (std::size_t i = 0; i < content.registries.size(); ++i) {
        detail::FiledRegistry& registry = content.registries[i];
        contents.registries.push_back(
            {registry.party, COMITY_TRY(entries_from(
                                 std::move(registry.entries), content.checkpoints, next, contents,
                                 "/content/registries/" + std::to_string(i) + "/entries"))});
    }
    contents.entries =
        COMITY_TRY(entries_from(std::move(content.matter.entries), content.checkpoints, next,
                                contents, "/content/matter/entries"));
    if (static_cast<std::size_t>(next) != content.checkpoints.size()) {
        return wrong_at("/content/checkpoints", "no entry refers to a checkpoint");
    }
    const bool shows_quorum = std::ranges::any_of(
        contents.entries, [](const auto& entry) { return entry.quorum.has_value(); });
    if (version == quorum_proof_version && !shows_quorum) {
        return wrong_at("/content/matter/entries", "version 3 shows the witnesses of an act");
    }
    return contents;
}

/// Any error of reading, as what it is for a proof file.
base::Error as_invalid(base::Error error) {
    error.kind = base::ErrorKind::invalid;
    return error;
}

/// The version that the first line names.
base::Result<std::int64_t> version_of(std::string_view file) {
    if (file.size() < first_line_bytes || !file.starts_with(first_word) ||
        file[first_line_bytes - 1] != '\n' || file[first_word.size()] < '1' ||
        file[first_word.size()] > '3') {
        return wrong_at("line 1", "this is not a proof file of version 1, 2 or 3",
                        "the first line is `comity-proof 2`, of an older file `comity-proof 1`");
    }
    return file[first_word.size()] - '0';
}

/// Checks the digest line; the JSON text without its LF.
base::Result<std::string_view> body_of(std::string_view file) {
    std::string_view rest = file.substr(first_line_bytes);
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
    return digest_of(content_of(contents), contents.version);
}

Statement statement_of(const ProofContents& contents, const base::PartyId& party,
                       base::Instant at) {
    return {party, at, content_digest(contents)};
}

OpenedFields opened_in(const ProofContents& contents) {
    OpenedFields opened;
    auto add = [&opened](const std::vector<casework::ProvenEntry>& entries) {
        for (const casework::ProvenEntry& entry : entries) {
            if (entry.act) {
                opened[entry.act->id()] = places_in(*entry.act);
            }
        }
    };
    for (const RegistryEntries& registry : contents.registries) {
        add(registry.entries);
    }
    add(contents.entries);
    return opened;
}

base::Result<std::string> write_proof(const ProofContents& contents) {
    detail::File file{content_of(contents), contents.exported, contents.seal};
    const std::string json = codec::write(file) + "\n";
    std::string out = std::string(first_word) + std::to_string(contents.version) + "\n";
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
    if (file.size() > max_proof_bytes) {
        return wrong_at("byte " + std::to_string(max_proof_bytes),
                        "a proof file has at most 64 MiB");
    }
    const std::int64_t version = COMITY_TRY(version_of(file));
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
    return contents_from(*std::move(read), version);
}

}  // namespace comity::prooffile
