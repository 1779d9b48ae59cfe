#pragma once

// The machine that a node's process runs on: every write goes through its breaker, which decides
// whether the disk does it and whether the process lives to see the answer.

#include <cstdint>
#include <deque>
#include <functional>
#include <string>

#include "ground/base/base.h"
#include "node/ports/ports.h"
#include "node/simulation/dice.h"

namespace comity::simulation {

/// What becomes of one write.
enum class WriteFate {
    done,
    fails,       ///< nothing is held, and the process is told
    held_fails,  ///< all is held, and the process is told that it failed
    dies_before,
    dies_after,
    torn,  ///< some files are written, one of them in half; then the process dies
};

class Breaker {
 public:
    /// The `nth` write from now (1: the next) will have this fate.
    void order(std::uint64_t nth, WriteFate fate) {
        due_ = writes_ + nth;
        fate_ = fate;
    }
    void fill_disk() { full_ = true; }
    void free_disk() { full_ = false; }
    [[nodiscard]] bool full() const { return full_; }
    /// The process died: nothing that it still does reaches the world.
    [[nodiscard]] bool dead() const { return dead_; }
    void die() { dead_ = true; }
    void revive() {
        dead_ = false;
        due_ = 0;
    }
    void forget_orders() { due_ = 0; }
    /// The fate of the write that is about to happen.
    [[nodiscard]] WriteFate next();

 private:
    std::uint64_t writes_ = 0;
    std::uint64_t due_ = 0;
    WriteFate fate_ = WriteFate::done;
    bool full_ = false;
    bool dead_ = false;
};

/// A store behind a breaker. `held` hears of every batch that the disk holds.
class BreakingStore final : public ports::Store {
 public:
    using Held = std::function<void(const ports::Batch&)>;
    BreakingStore(ports::Store& inner, Breaker& breaker, Held held)
        : inner_(&inner), breaker_(breaker), held_(std::move(held)) {}
    /// From now on over that disk.
    void move_to(ports::Store& inner) { inner_ = &inner; }

    [[nodiscard]] base::Result<void> commit(const ports::Batch& batch) override;
    [[nodiscard]] base::Result<ports::LedgerHead> head() override { return inner_->head(); }
    [[nodiscard]] base::Result<std::vector<base::Bytes>> leaves(std::uint64_t first,
                                                                std::uint64_t count) override {
        return inner_->leaves(first, count);
    }
    [[nodiscard]] base::Result<void> each_entry(
        const std::function<base::Result<void>(const ports::StoredEntry&)>& visit) override {
        return inner_->each_entry(visit);
    }
    [[nodiscard]] base::Result<ports::StoredEntry> entry(const base::Digest& id) override {
        return inner_->entry(id);
    }
    [[nodiscard]] base::Result<std::vector<ports::OutboxRow>> outbox() override {
        return inner_->outbox();
    }
    [[nodiscard]] base::Result<std::optional<ports::WitnessRow>> witnessed(
        std::string_view origin) override {
        return inner_->witnessed(origin);
    }
    [[nodiscard]] base::Result<ports::StoredItem> item(const base::Digest& id) override {
        return inner_->item(id);
    }
    [[nodiscard]] base::Result<std::vector<ports::KeptKey>> kept(base::Date first,
                                                                 base::Date last) override {
        return inner_->kept(first, last);
    }
    [[nodiscard]] base::Result<std::optional<std::string>> setting(std::string_view name) override {
        return inner_->setting(name);
    }

 private:
    ports::Store* inner_;
    Breaker& breaker_;
    Held held_;
};

class BreakingFiles final : public ports::LedgerFiles {
 public:
    BreakingFiles(ports::LedgerFiles& inner, Breaker& breaker) : inner_(inner), breaker_(breaker) {}
    [[nodiscard]] base::Result<void> write(const std::vector<ledger::StaticFile>& files) override;
    [[nodiscard]] base::Result<void> publish(std::string_view checkpoint_note) override;
    [[nodiscard]] base::Result<base::Bytes> read(std::string_view path) override {
        return inner_.read(path);
    }

 private:
    void tear(const std::vector<ledger::StaticFile>& files);

    ports::LedgerFiles& inner_;
    Breaker& breaker_;
};

/// A signer that tells what it signs, and that is out of order now and then.
class WatchedSigner final : public ports::Signer {
 public:
    using Signs = std::function<void(base::ByteView message)>;
    WatchedSigner(ports::Signer& inner, Breaker& breaker, Signs signs)
        : inner_(inner), breaker_(breaker), signs_(std::move(signs)) {}
    [[nodiscard]] const crypto::PublicKey& public_key() const override {
        return inner_.public_key();
    }
    [[nodiscard]] base::Result<base::Bytes> sign(base::ByteView message) override;
    /// The next signatures fail.
    void fail_next(unsigned count) { failing_ = count; }

 private:
    ports::Signer& inner_;
    Breaker& breaker_;
    Signs signs_;
    unsigned failing_ = 0;
};

/// The time of the world, seen through a clock that is wrong.
class WrongClock final : public ports::Clock {
 public:
    explicit WrongClock(const base::Instant& world) : world_(world) {}
    [[nodiscard]] base::Instant now() override { return world_ + offset_; }
    void set(base::Duration offset) { offset_ = offset; }
    [[nodiscard]] base::Duration offset() const { return offset_; }

 private:
    const base::Instant& world_;
    base::Duration offset_{0};
};

}  // namespace comity::simulation
