#include "app/comity/ledger_keyring.h"

#include <system_error>

#include "app/comity/node_folder.h"
#include "node/submit/derived.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_secret_bytes = 1024;

std::string id_text(const ledger::NoteKey& key) {
    base::Bytes bytes;
    for (int shift = 24; shift >= 0; shift -= 8) {
        bytes.push_back(static_cast<std::uint8_t>(key.key_id() >> shift));
    }
    return base::to_hex(bytes);
}

/// What a recovery needs of a node that is not served.
struct AtRest {
    NodeConfig config;
    casework::Annex annex;
    std::unique_ptr<ports::Store> store;
    submit::LedgerKeys known;
    ledger::NoteKey present;
};

base::Result<AtRest> at_rest(const fs::path& folder) {
    NodeConfig config = COMITY_TRY(read_config(folder));
    casework::Annex annex = COMITY_TRY(read_annex(folder));
    std::unique_ptr<ports::Store> store = COMITY_TRY(open_node_store(folder, config));
    submit::LedgerKeys known = COMITY_TRY(submit::LedgerKeys::load(*store, annex));
    ledger::NoteKey present = COMITY_TRY(submit::present_ledger_key(known, annex, config.party));
    return AtRest{std::move(config), std::move(annex), std::move(store), std::move(known),
                  std::move(present)};
}

}  // namespace

base::Result<std::unique_ptr<ports::Signer>> LedgerKeyring::make() {
    auto key = std::make_unique<softkeys::SoftSigner>(
        COMITY_TRY(softkeys::SoftSigner::generate(crypto::Algorithm::ed25519)));
    const ledger::NoteKey vkey =
        COMITY_TRY(ledger::NoteKey::of(origin_, ledger::NoteKeyType::ed25519, key->public_key()));
    COMITY_TRY(key->save(keys_ / ("ledger-" + id_text(vkey) + ".key")));
    return key;
}

base::Result<std::unique_ptr<softkeys::SoftSigner>> LedgerKeyring::find(
    const ledger::NoteKey& key) const {
    for (const std::string& name : {std::string("ledger"), "ledger-" + id_text(key)}) {
        auto loaded = softkeys::SoftSigner::load(keys_ / (name + ".key"));
        if (!loaded && loaded.error().kind != base::ErrorKind::not_found) {
            return std::unexpected(loaded.error());
        }
        if (loaded && loaded->public_key() == key.key()) {
            return std::make_unique<softkeys::SoftSigner>(*std::move(loaded));
        }
    }
    return base::fail(base::ErrorKind::not_found, "the ledger's present key is not here",
                      keys_.string() + " holds no file of the key " + key.vkey(),
                      "put it back; if it is lost: comity ledger key recover");
}

base::Result<base::SecretBytes> LedgerKeyring::secret(const ledger::NoteKey& first) const {
    const fs::path path = keys_ / "ledger.secret";
    auto text = files::read_text_file(path, most_secret_bytes);
    if (text) {
        auto secret = base::from_hex(std::string_view(*text).substr(0, text->find('\n')));
        base::wipe(std::span(reinterpret_cast<std::uint8_t*>(text->data()), text->size()));
        if (!secret) {
            return std::unexpected(base::at_place(std::move(secret).error(), path.string()));
        }
        return base::SecretBytes(*std::move(secret));
    }
    if (text.error().kind != base::ErrorKind::not_found) {
        return std::unexpected(text.error());
    }
    const auto key = COMITY_TRY(find(first));
    base::SecretBytes secret = COMITY_TRY(submit::ledger_secret(*key, origin_));
    std::string hex = base::to_hex(secret.view()) + "\n";
    const auto written = files::write_text_file_atomically(path, hex, files::Readers::owner);
    base::wipe(std::span(reinterpret_cast<std::uint8_t*>(hex.data()), hex.size()));
    COMITY_TRY(written);
    return secret;
}

base::Result<ledger::KeyChange> prepare_key_recovery(const fs::path& folder) {
    const AtRest node = COMITY_TRY(at_rest(folder));
    const ports::LedgerHead head = COMITY_TRY(node.store->head());
    LedgerKeyring keyring(folder / "keys", node.config.origin);
    const auto next = COMITY_TRY(keyring.make());
    ledger::KeyChange change{
        ledger::KeyChangeCause::recovery,
        node.present,
        COMITY_TRY(ledger::NoteKey::of(node.config.origin, ledger::NoteKeyType::ed25519,
                                       next->public_key())),
        {node.config.origin, head.size, head.size == 0 ? ledger::Tree().root() : head.root},
        {}};
    change.note.text = change.text();
    const base::Bytes signature = COMITY_TRY(next->sign(base::view_of(change.note.text)));
    change.note.signatures = {ledger::note_signature(change.to, {}, signature)};
    return change;
}

base::Result<void> carry_out_key_recovery(const fs::path& folder, const ledger::Note& note) {
    const AtRest node = COMITY_TRY(at_rest(folder));
    const ledger::KeyChange change = COMITY_TRY(ledger::KeyChange::parse(note));
    const std::string& origin = node.config.origin;
    if (change.from != node.present || change.last.origin != origin) {
        return base::fail(base::ErrorKind::conflict,
                          "this recovery does not follow the ledger's present key",
                          node.present.vkey(), "prepare it again");
    }
    const auto own = COMITY_TRY(casework::ledger_of(node.annex, node.config.party));
    COMITY_TRY(ledger::check_key_change(change, own.recovery));
    LedgerKeyring keyring(folder / "keys", origin);
    const auto key = COMITY_TRY(keyring.find(change.to));
    std::vector<ledger::KeyChange> changes = node.known.of(origin);
    const auto files = COMITY_TRY(files::FileLedgerFiles::open(folder / "ledger"));
    submit::Sequencer sequencer =
        COMITY_TRY(submit::Sequencer::open({*node.store, *files, *key}, origin, changes));
    if (sequencer.size() != change.last.size || sequencer.tree().root() != change.last.root) {
        return base::fail(base::ErrorKind::conflict, "the ledger has grown since",
                          std::to_string(sequencer.size()) + " leaves, prepared at " +
                              std::to_string(change.last.size),
                          "prepare it again, and do not serve the node meanwhile");
    }
    changes.push_back(change);
    ports::Batch batch;
    batch.settings = {submit::key_changes_setting(origin, changes)};
    return sequencer.commit(batch, {change.leaf().encode()});
}

}  // namespace comity::app
