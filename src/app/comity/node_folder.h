#pragma once

// A node's folder: what stands in it, how it is made, how it is opened (docs/operations.md).
//
//   node.json     who this node is, where it listens, where its peers are
//   annex.json    the institutions of the agreement and their keys
//   party.json    this institution's own entry, for the annex
//   law/          the texts
//   keys/         root.key node.key ledger.key witness.key tls.key tls.crt, ledger.secret, and
//                 ledger-ID.key for keys that followed (ledger_keyring.h)
//   daykeys/      one file a day (adapter/softkeys)
//   store.sqlite  everything recorded, unless node.json names a database for it
//   blobs/        the sealed segments of large items (adapter/blobs)
//   ledger/       tiles, entries and `checkpoint`: every head at once, for partners and oversight
//   mirror/       what the public sees, if node.json has a mirror: tiles and `checkpoint`, at fixed
//                 times

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapter/blobs/blobs.h"
#include "adapter/clock/clock.h"
#include "adapter/files/files.h"
#include "adapter/softkeys/day_keys.h"
#include "adapter/softkeys/softkeys.h"
#include "adapter/softkeys/tls.h"
#include "app/comity/ledger_keyring.h"
#include "domain/casework/casework.h"
#include "ground/base/base.h"
#include "node/submit/institution.h"

namespace comity::app {

inline constexpr std::int64_t node_config_version = 1;

struct PeerAddress {
    base::PartyId party;
    std::string host;
    std::int64_t port = 0;
};

/// The public mirror: ground/ledger/mirror.h.
struct MirrorConfig {
    std::int64_t interval = 3600;  ///< seconds
    std::int64_t batch = 64;       ///< leaves an interval
    std::int64_t carry = 24;       ///< batches

    /// Kind malformed: out of bounds.
    [[nodiscard]] base::Result<ledger::MirrorRule> rule() const;
};

struct NodeConfig {
    std::int64_t version = node_config_version;
    base::PartyId party;
    base::Realm realm = base::Realm::exercise;
    std::string origin;                ///< the ledger's name
    std::int64_t federation_port = 0;  ///< mutual TLS; 0: any free one
    std::int64_t page_port = 0;        ///< plain, loopback
    std::int64_t body_days = 0;
    std::vector<PeerAddress> peers;
    std::optional<std::string> store;    ///< a database, `postgres:...`; none: in the folder
    std::optional<MirrorConfig> mirror;  ///< how the public mirror is kept; none: there is none

    [[nodiscard]] const PeerAddress* find(const base::PartyId& party) const;
};

/// Where a serving node listens: `addresses.json`, written anew at each start.
struct NodeAddresses {
    base::PartyId party;
    std::int64_t federation = 0;  ///< port with mutual TLS
    std::string page;             ///< address of the page
};

struct NewNode {
    std::filesystem::path folder;
    base::PartyId party;
    base::Realm realm = base::Realm::exercise;
    std::string title;
    std::string jurisdiction;
    std::string kind;
    std::filesystem::path law;  ///< copied into the folder
    std::int64_t federation_port = 0;
    std::int64_t page_port = 0;
    std::int64_t body_days = 180;
    std::optional<std::string> store;  ///< as in NodeConfig
};

/// Makes the folder with fresh keys and returns the institution's entry for the annex. Kind
/// conflict if there is something at that place already.
[[nodiscard]] base::Result<casework::PartyEntry> make_node(const NewNode& node);

[[nodiscard]] base::Result<NodeConfig> read_config(const std::filesystem::path& folder);
[[nodiscard]] base::Result<void> write_config(const std::filesystem::path& folder,
                                              const NodeConfig& config);
[[nodiscard]] base::Result<NodeAddresses> read_addresses(const std::filesystem::path& folder);
[[nodiscard]] base::Result<void> write_addresses(const std::filesystem::path& folder,
                                                 const NodeAddresses& addresses);
[[nodiscard]] base::Result<casework::Annex> read_annex(const std::filesystem::path& folder);
[[nodiscard]] base::Result<void> write_annex(const std::filesystem::path& folder,
                                             const casework::Annex& annex);
/// Loads and checks all texts below `folder`; the first diagnostic as an error.
[[nodiscard]] base::Result<law::Library> read_law(const std::filesystem::path& folder);

/// The node's store, wherever it is. Kind conflict: another process holds it.
[[nodiscard]] base::Result<std::unique_ptr<ports::Store>> open_node_store(
    const std::filesystem::path& folder, const NodeConfig& config);

/// Everything that a serving node holds open.
struct OpenNode {
    NodeConfig config;
    casework::Annex annex;
    clock::AheadClock clock;
    clock::SystemRandom random;
    std::unique_ptr<softkeys::SoftSigner> node_key;
    std::unique_ptr<LedgerKeyring> ledger_keyring;
    std::unique_ptr<softkeys::SoftSigner> ledger_key;  ///< as at the start
    base::SecretBytes ledger_secret;
    std::unique_ptr<softkeys::SoftSigner> witness_key;
    std::unique_ptr<softkeys::FileDayKeys> day_keys;
    std::unique_ptr<files::FileLedgerFiles> files;
    std::unique_ptr<files::FileLedgerFiles> mirror;  ///< none: there is no mirror
    std::unique_ptr<blobs::FileBlobs> blobs;
    std::unique_ptr<ports::Store> store;
    std::unique_ptr<submit::Institution> institution;
};

/// Opens the node in `folder` and starts its institution, with a clock that is ahead of the
/// machine's. Kinds: not_found, conflict (it is running), inadmissible (ahead, and not in an
/// exercise: DESIGN 5.14).
[[nodiscard]] base::Result<std::unique_ptr<OpenNode>> open_node(
    const std::filesystem::path& folder, base::Duration clock_ahead = base::Duration{0});

}  // namespace comity::app

namespace comity::codec {

template <>
struct Message<app::PeerAddress> {
    using P = app::PeerAddress;
    static constexpr std::string_view name = "peer-address";
    static constexpr auto fields = std::tuple{field("party", &P::party, "the peer"),
                                              field("host", &P::host, "name or IP address", 253),
                                              field("port", &P::port, "TCP port")};
};

template <>
struct Message<app::MirrorConfig> {
    using M = app::MirrorConfig;
    static constexpr std::string_view name = "mirror";
    static constexpr auto fields =
        std::tuple{field("interval", &M::interval, "seconds between two publications"),
                   field("batch", &M::batch, "leaves by which each grows"),
                   field("carry", &M::carry, "batches that may wait")};
};

template <>
struct Message<app::NodeConfig> {
    using N = app::NodeConfig;
    static constexpr std::string_view name = "node";
    static constexpr auto fields =
        std::tuple{field("v", &N::version, "format version, 1"),
                   field("party", &N::party, "the institution"),
                   field("realm", &N::realm, "live or exercise"),
                   field("origin", &N::origin, "the ledger's name", 200),
                   field("federation-port", &N::federation_port, "mutual TLS; 0: any free one"),
                   field("page-port", &N::page_port, "the page, on loopback; 0: any free one"),
                   field("body-days", &N::body_days, "days that bodies are kept"),
                   field("peers", &N::peers, "where the other parties listen", 256),
                   field("store", &N::store, "a database in place of store.sqlite", 4096),
                   field("mirror", &N::mirror, "how the public mirror is kept")};
};

template <>
struct Message<app::NodeAddresses> {
    using A = app::NodeAddresses;
    static constexpr std::string_view name = "addresses";
    static constexpr auto fields =
        std::tuple{field("party", &A::party, "the institution"),
                   field("federation", &A::federation, "port with mutual TLS"),
                   field("page", &A::page, "address of the page", 256)};
};

}  // namespace comity::codec
