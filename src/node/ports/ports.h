#pragma once

// ports: everything a node needs from the world, as interfaces. Adapters carry them out; the core
// is handed them and never reaches for a clock, disk, socket or randomness by itself.
//
//   store.h    what a node keeps, one transaction or nothing
//   blobs.h    the sealed segments of large items
//   below      Clock, Signer, KeyMaker, DayKeys, LedgerFiles, RecordHolder; crypto::Random,
//   crypto::KeyAgreement
//
// Sockets have no port: delivery hands out messages and is handed the answers (node/delivery).

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ground/base/base.h"
#include "ground/crypto/crypto.h"
#include "ground/ledger/ledger.h"
#include "node/ports/blobs.h"
#include "node/ports/store.h"

namespace comity::ports {

class Clock {
 public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual base::Instant now() = 0;
};

/// A private signature key, whatever holds it.
class Signer {
 public:
    virtual ~Signer() = default;
    [[nodiscard]] virtual const crypto::PublicKey& public_key() const = 0;
    /// 64 bytes: r||s or Ed25519. Safe to call from several threads.
    [[nodiscard]] virtual base::Result<base::Bytes> sign(base::ByteView message) = 0;
};

/// Makes private keys.
class KeyMaker {
 public:
    virtual ~KeyMaker() = default;
    /// A fresh Ed25519 key, which will be there after a crash.
    [[nodiscard]] virtual base::Result<std::unique_ptr<Signer>> make() = 0;
};

/// The keys of erasure days (DESIGN 5.8): one file a day; destroying it makes everything that was
/// to end that day unreadable at once. An item is under a key of its own besides, because it may
/// have to end before its day, alone: also in a back-up, without touching what stays.
class DayKeys {
 public:
    virtual ~DayKeys() = default;
    /// The data key under the key of `day`, which is made when it is first needed. Kind conflict
    /// once it is destroyed.
    [[nodiscard]] virtual base::Result<base::Bytes> wrap(base::Date day,
                                                         const base::SecretBytes& data_key) = 0;
    /// Kinds: not_found (the day's key is destroyed), invalid (altered, or of another day).
    [[nodiscard]] virtual base::Result<base::SecretBytes> unwrap(base::Date day,
                                                                 base::ByteView wrapped) = 0;
    /// Also of a day that has no key yet, which then never gets one. Doing it again is no error.
    [[nodiscard]] virtual base::Result<void> destroy(base::Date day) = 0;

    /// The data key of an item under the item's own key, made when it is first needed, and under
    /// that of `day`. Kind conflict once either is destroyed.
    [[nodiscard]] virtual base::Result<base::Bytes> wrap_item(
        base::Date day, const base::Digest& item, const base::SecretBytes& data_key) = 0;
    /// Kinds: not_found (either key is destroyed), invalid (altered, of another day or item).
    [[nodiscard]] virtual base::Result<base::SecretBytes> unwrap_item(base::Date day,
                                                                      const base::Digest& item,
                                                                      base::ByteView wrapped) = 0;
    /// As destroy(), of one item's own key.
    [[nodiscard]] virtual base::Result<void> destroy_item(const base::Digest& item) = 0;
};

/// True for the paths that a static ledger consists of: `checkpoint`, tiles and entry bundles.
[[nodiscard]] bool is_ledger_path(std::string_view path);

/// The ledger's public face: static files behind any web server. What is written here can always be
/// written again from the store. Other paths than a ledger's are refused (kind malformed).
class LedgerFiles {
 public:
    virtual ~LedgerFiles() = default;
    [[nodiscard]] virtual base::Result<void> write(
        const std::vector<ledger::StaticFile>& files) = 0;
    /// Replaces `checkpoint` atomically, after the tiles that it covers.
    [[nodiscard]] virtual base::Result<void> publish(std::string_view checkpoint_note) = 0;
    [[nodiscard]] virtual base::Result<base::Bytes> read(std::string_view path) = 0;
};

/// What a provider is asked to find in its own records.
struct RecordQuery {
    std::string account;            ///< the account's name at the provider, as in the order
    std::vector<std::string> data;  ///< data categories of the vocabulary asked for
    base::Instant from;             ///< access records: from (inclusive) until (exclusive)
    base::Instant until;
};

/// What the provider's records hold about it.
struct RecordAnswer {
    bool found = false;
    std::string document;        ///< canonical JSON, docs/formats/records.md
    std::uint64_t records = 0;   ///< accounts and log lines in it
    std::uint64_t searched = 0;  ///< records that were read to find it
};

/// The provider's own systems, read only.
class RecordHolder {
 public:
    virtual ~RecordHolder() = default;
    [[nodiscard]] virtual base::Result<RecordAnswer> find(const RecordQuery& query) = 0;
};

}  // namespace comity::ports
