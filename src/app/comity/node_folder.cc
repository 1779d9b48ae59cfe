#include "app/comity/node_folder.h"

#include <algorithm>
#include <system_error>

#include "adapter/postgres/postgres.h"
#include "adapter/sqlite/sqlite.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_config_bytes = 1 << 20;

template <class T>
base::Result<T> read_message(const fs::path& path) {
    const std::string text = COMITY_TRY(files::read_text_file(path, max_config_bytes));
    auto read = codec::read_text<T>(text);
    if (!read) {
        return std::unexpected(base::at_place(std::move(read).error(), path.string()));
    }
    return read;
}

template <class T>
base::Result<void> write_message(const fs::path& path, const T& message) {
    return files::write_text_file_atomically(path, codec::write(message) + "\n",
                                             files::Readers::everyone);
}

base::Result<void> make_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) {
        return base::fail(base::ErrorKind::failure, "cannot make the folder " + folder.string(),
                          error.message());
    }
    return {};
}

base::Result<void> copy_law(const fs::path& from, const fs::path& to) {
    for (const files::TextFile& text : COMITY_TRY(files::read_tree(from, ".treaty"))) {
        const fs::path target = to / text.name;
        COMITY_TRY(make_folder(target.parent_path()));
        COMITY_TRY(files::write_text_file_atomically(target, text.text, files::Readers::everyone));
    }
    return {};
}

base::Result<crypto::PublicKey> make_key(const fs::path& path, crypto::Algorithm algorithm) {
    const softkeys::SoftSigner key = COMITY_TRY(softkeys::SoftSigner::generate(algorithm));
    COMITY_TRY(key.save(path));
    return key.public_key();
}

base::Result<std::unique_ptr<softkeys::SoftSigner>> load_key(const fs::path& path) {
    return std::make_unique<softkeys::SoftSigner>(COMITY_TRY(softkeys::SoftSigner::load(path)));
}

base::Result<void> check_store(const std::optional<std::string>& store) {
    if (store && !postgres::is_place(*store)) {
        return base::fail(base::ErrorKind::malformed, "this is no place of a store",
                          "a database is named by postgres:...",
                          "leave it out for a file in the node's folder");
    }
    return store ? postgres::check_place(*store) : base::Result<void>{};
}

std::string origin_of(const NewNode& node) {
    return std::string(base::name_of(node.realm)) + ".comity.example/" + node.party.text();
}

}  // namespace

/// A database belongs to the ledger that it was first opened for, so that no two share one.
base::Result<std::unique_ptr<ports::Store>> open_node_store(const fs::path& folder,
                                                            const NodeConfig& config) {
    COMITY_TRY(check_store(config.store));
    if (!config.store) {
        return COMITY_TRY(sqlite::SqliteStore::open(folder / "store.sqlite"));
    }
    return COMITY_TRY(postgres::PostgresStore::open(
        postgres::Settings{.place = *config.store, .owner = config.origin}));
}

const PeerAddress* NodeConfig::find(const base::PartyId& wanted) const {
    const auto found = std::ranges::find(peers, wanted, &PeerAddress::party);
    return found == peers.end() ? nullptr : &*found;
}

base::Result<ledger::MirrorRule> MirrorConfig::rule() const {
    if (batch < 0 || carry < 0) {
        return base::fail(base::ErrorKind::malformed,
                          "batch and carry of a mirror are numbers from 1 to 65536");
    }
    const ledger::MirrorRule rule{interval, static_cast<std::uint64_t>(batch),
                                  static_cast<std::uint64_t>(carry)};
    COMITY_TRY(rule.check());
    return rule;
}

base::Result<casework::PartyEntry> make_node(const NewNode& node) {
    if (fs::exists(node.folder / "node.json")) {
        return base::fail(base::ErrorKind::conflict,
                          "there is a node at " + node.folder.string() + " already", {},
                          "choose another folder");
    }
    COMITY_TRY(check_store(node.store));
    COMITY_TRY(read_law(node.law));
    const fs::path keys = node.folder / "keys";
    COMITY_TRY(make_folder(keys));
    fs::permissions(keys, fs::perms::owner_all);
    COMITY_TRY(copy_law(node.law, node.folder / "law"));

    casework::PartyEntry entry;
    entry.party = node.party;
    entry.title = node.title;
    entry.jurisdiction = node.jurisdiction;
    entry.kind = node.kind;
    entry.root = COMITY_TRY(make_key(keys / "root.key", crypto::Algorithm::es256));
    entry.node = COMITY_TRY(make_key(keys / "node.key", crypto::Algorithm::es256));
    const std::string origin = origin_of(node);
    const auto ledger_key = COMITY_TRY(make_key(keys / "ledger.key", crypto::Algorithm::ed25519));
    const auto witness_key = COMITY_TRY(make_key(keys / "witness.key", crypto::Algorithm::ed25519));
    entry.ledger =
        COMITY_TRY(ledger::NoteKey::of(origin, ledger::NoteKeyType::ed25519, ledger_key)).vkey();
    entry.witness = COMITY_TRY(ledger::NoteKey::of(origin + "/witness",
                                                   ledger::NoteKeyType::cosignature, witness_key))
                        .vkey();
    entry.tls = COMITY_TRY(softkeys::make_tls_identity(keys, node.party.text())).spki;
    COMITY_TRY(write_message(node.folder / "party.json", entry));
    NodeConfig config;
    config.party = node.party;
    config.realm = node.realm;
    config.origin = origin;
    config.federation_port = node.federation_port;
    config.page_port = node.page_port;
    config.body_days = node.body_days;
    config.store = node.store;
    COMITY_TRY(write_config(node.folder, config));
    return entry;
}

base::Result<NodeConfig> read_config(const fs::path& folder) {
    NodeConfig config = COMITY_TRY(read_message<NodeConfig>(folder / "node.json"));
    if (config.version != node_config_version) {
        return base::fail(base::ErrorKind::malformed,
                          "node.json is of a version that this program does not know");
    }
    return config;
}

base::Result<void> write_config(const fs::path& folder, const NodeConfig& config) {
    return write_message(folder / "node.json", config);
}

base::Result<NodeAddresses> read_addresses(const fs::path& folder) {
    auto addresses = read_message<NodeAddresses>(folder / "addresses.json");
    if (!addresses) {
        return base::fail(
            base::ErrorKind::unavailable, "the node in " + folder.string() + " is not being served",
            addresses.error().text(), "run: comity node serve --dir " + folder.string());
    }
    return addresses;
}

base::Result<void> write_addresses(const fs::path& folder, const NodeAddresses& addresses) {
    return write_message(folder / "addresses.json", addresses);
}

base::Result<casework::Annex> read_annex(const fs::path& folder) {
    casework::Annex annex = COMITY_TRY(read_message<casework::Annex>(folder / "annex.json"));
    COMITY_TRY(casework::check(annex));
    return annex;
}

base::Result<void> write_annex(const fs::path& folder, const casework::Annex& annex) {
    COMITY_TRY(casework::check(annex));
    return write_message(folder / "annex.json", annex);
}

base::Result<law::Library> read_law(const fs::path& folder) {
    std::vector<law::Source> sources;
    for (files::TextFile& text : COMITY_TRY(files::read_tree(folder, ".treaty"))) {
        sources.push_back(law::Source{std::move(text.name), std::move(text.text)});
    }
    auto library = law::Library::load(sources);
    if (!library) {
        return base::fail(base::ErrorKind::malformed,
                          "the law texts in " + folder.string() + " have " +
                              std::to_string(library.error().size()) + " errors",
                          library.error().front().text(), "run: comity treaty check");
    }
    return std::move(*library);
}

namespace {

base::Result<clock::AheadClock> clock_of(base::Realm realm, base::Duration ahead) {
    if (ahead == base::Duration{0}) {
        return clock::AheadClock();
    }
    if (realm != base::Realm::exercise) {
        return base::fail(base::ErrorKind::inadmissible, "a live node's clock is never ahead",
                          "only an exercise may jump in time", "start it without --clock-ahead");
    }
    return clock::AheadClock(realm, ahead);
}

/// The key that the ledger's own entries lead to, from the one that the annex names.
base::Result<void> load_ledger_key(OpenNode& node, const fs::path& keys) {
    const ledger::NoteKey first =
        COMITY_TRY(casework::ledger_of(node.annex, node.config.party)).first;
    const submit::LedgerKeys known = COMITY_TRY(submit::LedgerKeys::load(*node.store, node.annex));
    const ledger::NoteKey present =
        COMITY_TRY(submit::present_ledger_key(known, node.annex, node.config.party));
    node.ledger_keyring = std::make_unique<LedgerKeyring>(keys, node.config.origin);
    if (present == first) {
        node.ledger_key = COMITY_TRY(load_key(keys / "ledger.key"));
        if (node.ledger_key->public_key() != first.key()) {
            return {};  // what that means is said when the institution starts
        }
    } else {
        node.ledger_key = COMITY_TRY(node.ledger_keyring->find(present));
    }
    auto secret = node.ledger_keyring->secret(first);
    if (!secret && secret.error().kind == base::ErrorKind::not_found) {
        // Lost with the first key: the ledger goes on, its map of matters cannot.
        secret = node.ledger_keyring->secret(present);
    }
    node.ledger_secret = COMITY_TRY(std::move(secret));
    return {};
}

}  // namespace

base::Result<std::unique_ptr<OpenNode>> open_node(const fs::path& folder,
                                                  base::Duration clock_ahead) {
    auto node = std::make_unique<OpenNode>();
    node->config = COMITY_TRY(read_config(folder));
    node->clock = COMITY_TRY(clock_of(node->config.realm, clock_ahead));
    node->annex = COMITY_TRY(read_annex(folder));
    law::Library library = COMITY_TRY(read_law(folder / "law"));
    node->store = COMITY_TRY(open_node_store(folder, node->config));
    const fs::path keys = folder / "keys";
    node->node_key = COMITY_TRY(load_key(keys / "node.key"));
    COMITY_TRY(load_ledger_key(*node, keys));
    node->witness_key = COMITY_TRY(load_key(keys / "witness.key"));
    node->day_keys = std::make_unique<softkeys::FileDayKeys>(
        COMITY_TRY(softkeys::FileDayKeys::open(folder / "daykeys", node->random)));
    node->files = COMITY_TRY(files::FileLedgerFiles::open(folder / "ledger"));
    node->blobs = COMITY_TRY(blobs::FileBlobs::open(folder / "blobs"));
    submit::Settings settings{node->config.party, node->config.realm, node->config.origin,
                              node->config.body_days};
    if (node->config.mirror) {
        settings.mirror = COMITY_TRY(node->config.mirror->rule());
        node->mirror = COMITY_TRY(files::FileLedgerFiles::open(folder / "mirror"));
    }
    node->institution = COMITY_TRY(submit::Institution::start(
        std::move(settings),
        submit::Ports{*node->store, node->clock, node->random, *node->node_key, *node->ledger_key,
                      *node->witness_key, *node->day_keys, *node->files, *node->blobs,
                      node->mirror.get(), &node->ledger_secret, node->ledger_keyring.get()},
        std::move(library), node->annex));
    return node;
}

}  // namespace comity::app
