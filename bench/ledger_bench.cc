// The ledger against the machine's own limits in the same run: building a tree again from its
// leaves, what the static files cost beside the entries, proofs from cold files, what one leaf
// costs as the ledger grows, in it and in the map of matters, and proofs that these are all of a
// matter. By this thread's core time unless it says otherwise.

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

#include "adapter/files/files.h"
#include "ground/crypto/crypto.h"
#include "ground/ledger/ledger.h"

namespace {

using namespace comity;
namespace fs = std::filesystem;

constexpr std::uint64_t large = 10'000'000;
constexpr std::uint64_t on_disk = 1'000'000;
constexpr std::uint64_t proofs = 40'000;
constexpr std::size_t entry_bytes = 42;  // docs/formats/ledger.md, Leaf

double core_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

/// How often a second of a core does one of `count` pieces of the work.
template <class Work>
double rate_of(std::uint64_t count, Work work) {
    const double start = core_seconds();
    work();
    return static_cast<double>(count) / (core_seconds() - start);
}

void require(bool holds, const char* what) {
    if (!holds) {
        fmt::print(stderr, "ledger-bench: {}\n", what);
        std::exit(1);
    }
}

base::Bytes entry_at(std::uint64_t index) {
    base::Bytes entry(entry_bytes);
    for (std::size_t i = 0; i < sizeof(index); ++i) {
        entry[i] = static_cast<std::uint8_t>(index >> (8 * i));
    }
    return entry;
}

/// Leaf hashes and node hashes a second, the limits of everything here.
struct Limits {
    double leaves = 0;
    double nodes = 0;
    static Limits measured() {
        Limits limits;
        base::Digest hash;
        constexpr std::uint64_t count = 2'000'000;
        limits.leaves = rate_of(count, [&] {
            for (std::uint64_t i = 0; i < count; ++i) {
                hash = crypto::merkle_leaf(entry_at(i));
            }
        });
        limits.nodes = rate_of(count, [&] {
            for (std::uint64_t i = 0; i < count; ++i) {
                hash = crypto::merkle_node(hash, hash);
            }
        });
        return limits;
    }
};

void rebuild(const Limits& limits) {
    ledger::Tree tree;
    const double rate = rate_of(large, [&tree] {
        for (std::uint64_t i = 0; i < large; ++i) {
            tree.append(crypto::merkle_leaf(entry_at(i)));
        }
    });
    const double limit = 1 / (1 / limits.leaves + 1 / limits.nodes);
    fmt::print("rebuild of 10^7 leaves      {:10.0f} leaves/s  {:5.1f} % of 1/(leaf + node)\n",
               rate, 100 * rate / limit);
    fmt::print("one leaf more, its root and its proof, by the ledger's size:\n");
    for (const std::uint64_t size : {10'000ULL, 100'000ULL, 1'000'000ULL, 9'000'000ULL}) {
        ledger::Tree grown = tree;
        grown.truncate(size);
        constexpr std::uint64_t more = 20'000;
        const double one = rate_of(more, [&grown] {
            for (std::uint64_t i = 0; i < more; ++i) {
                grown.append(crypto::merkle_leaf(entry_at(i)));
                require(!grown.inclusion(i, grown.size())->empty(), "no proof");
                require(grown.root() != base::Digest{}, "no root");
            }
        });
        fmt::print("  {:>9}                 {:10.2f} us\n", size, 1e6 / one);
    }
}

/// The static files of a ledger of `on_disk` entries, in a folder that goes away.
class Folder {
 public:
    Folder() {
        std::string name = "ledger-bench-XXXXXX";
        require(::mkdtemp(name.data()) != nullptr, "no folder");
        folder_ = name;
        auto files = files::FileLedgerFiles::open(folder_).value();
        for (std::uint64_t size = 0; size < on_disk; size += on_disk / 100) {
            while (tree_.size() < size + on_disk / 100) {
                tree_.append(crypto::merkle_leaf(entry_at(tree_.size())));
            }
            require(files->write(ledger::files_for_growth(tree_, size, entry_at)).has_value(),
                    "the disk");
        }
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { fs::remove_all(folder_); }

    [[nodiscard]] const ledger::Tree& tree() const { return tree_; }
    [[nodiscard]] ledger::StoredTree stored() const {
        return {[this](std::string_view path) -> base::Result<base::Bytes> {
                    const int file = ::open((folder_ / path).c_str(), O_RDONLY | O_CLOEXEC);
                    if (file < 0) {
                        return base::fail(base::ErrorKind::not_found, "no such file");
                    }
                    base::Bytes content(std::size_t{256} * 32);
                    const ssize_t size = ::read(file, content.data(), content.size());
                    ::close(file);
                    content.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
                    return content;
                },
                on_disk};
    }
    /// Bytes of all files but the entries' own, for each leaf.
    [[nodiscard]] double bytes_above_entries() const {
        std::uintmax_t bytes = 0;
        for (const auto& file : fs::recursive_directory_iterator(folder_)) {
            bytes += file.is_regular_file() ? file.file_size() : 0;
        }
        return static_cast<double>(bytes) / on_disk - entry_bytes;
    }
    /// The page cache forgets them.
    void make_cold() const {
        ::sync();
        for (const auto& one : fs::recursive_directory_iterator(folder_)) {
            const int file = one.is_regular_file() ? ::open(one.path().c_str(), O_RDONLY) : -1;
            if (file >= 0) {
                require(::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) == 0, "the page cache");
                ::close(file);
            }
        }
    }

 private:
    fs::path folder_;
    ledger::Tree tree_;
};

void prove_from(const Folder& folder, const char* what, bool cold) {
    if (cold) {
        folder.make_cold();
    }
    ledger::StoredTree stored = folder.stored();
    std::mt19937_64 random(7);
    std::vector<std::uint64_t> asked(proofs);
    std::ranges::generate(asked, [&] { return random() % on_disk; });
    const base::Digest root = folder.tree().root();
    std::vector<std::vector<base::Digest>> given;
    given.reserve(proofs);
    const auto wall = std::chrono::steady_clock::now();
    const double rate = rate_of(proofs, [&] {
        for (const std::uint64_t index : asked) {
            given.push_back(stored.inclusion(index, on_disk).value());
        }
    });
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - wall;
    for (std::size_t i = 0; i < proofs; i += 97) {
        require(crypto::verify_inclusion(crypto::merkle_leaf(entry_at(asked[i])), asked[i], on_disk,
                                         given[i], root)
                    .has_value(),
                "a proof does not hold");
    }
    fmt::print("{:27} {:10.0f} /s of core, {:.0f} /s by the clock (goal 20,000)\n", what, rate,
               static_cast<double>(proofs) / took.count());
}

constexpr std::uint64_t acts_a_matter = 10;

/// The map of matters over the first `size` leaves, ten in each matter, that come in turns.
class Mapped {
 public:
    Mapped() : key_(base::Bytes(32, 1)), fold_(ledger::map_key_commitment(key_)) {}

    /// The pseudonyms are computed before: what they cost is told apart.
    void grow_to(std::uint64_t size) {
        for (; size_ < size; ++size_) {
            tree_.append(crypto::merkle_leaf(entry_at(size_)));
            fold_.add(pseudonym_of(size_), size_, tree_.leaf(size_));
        }
    }
    /// Core time of one leaf more in the map alone, in microseconds.
    [[nodiscard]] double cost_of_one_more() {
        constexpr std::uint64_t more = 20'000;
        ledger::MatterFold grown = fold_;
        const double rate = rate_of(more, [&] {
            for (std::uint64_t i = 0; i < more; ++i) {
                grown.add(pseudonym_of(size_ + i), size_ + i, {});
                require(grown.map().root() != base::Digest{}, "no root");
            }
        });
        return 1e6 / rate;
    }
    [[nodiscard]] ledger::MatterProof proof_of(std::uint64_t matter) {
        ledger::MatterProof proof;
        proof.pseudonym = pseudonym(matter);
        proof.map = fold_.head();
        proof.path = fold_.map().path(proof.pseudonym);
        for (std::uint64_t i = 0; i < size_; ++i) {
            if (matter_of(i) == matter) {
                proof.acts.push_back({i, tree_.leaf(i)});
            }
        }
        proof.map_leaf = size_;
        ledger::Tree with_map = tree_;
        with_map.append(crypto::merkle_leaf(proof.map.leaf().encode()));
        // The head is later: a path is shortest to the last leaf.
        for (int i = 0; i < 1'000; ++i) {
            with_map.append(base::Digest{});
        }
        head_ = {"log.example", with_map.size(), with_map.root()};
        proof.inclusion = with_map.inclusion(size_, with_map.size()).value();
        // A signature that is not looked at here, as a note without one is none.
        proof.checkpoint = {head_.text(), {{head_.origin, 1, base::Bytes(64)}}};
        return proof;
    }
    [[nodiscard]] const ledger::Checkpoint& head() const { return head_; }
    [[nodiscard]] std::uint64_t matters() const { return fold_.map().size(); }

 private:
    /// A matter's ten leaves lie apart: among a hundred thousand matters that run at one time.
    [[nodiscard]] static std::uint64_t matter_of(std::uint64_t leaf) {
        constexpr std::uint64_t at_one_time = 100'000;
        return leaf / (at_one_time * acts_a_matter) * at_one_time + leaf % at_one_time;
    }
    [[nodiscard]] base::Digest pseudonym(std::uint64_t matter) const {
        return ledger::matter_pseudonym(key_, std::to_string(matter));
    }
    [[nodiscard]] base::Digest pseudonym_of(std::uint64_t leaf) const {
        return pseudonym(matter_of(leaf));
    }

    ledger::MapKey key_;
    ledger::MatterFold fold_;
    ledger::Tree tree_;
    ledger::Checkpoint head_;
    std::uint64_t size_ = 0;
};

void check_often(const Limits& limits, const ledger::MatterProof& proof,
                 const ledger::Checkpoint& head, const char* what) {
    constexpr std::uint64_t times = 20'000;
    const base::Bytes bytes = proof.encode();
    const std::size_t signature = proof.checkpoint.encode().size() - proof.checkpoint.text.size();
    const double rate = rate_of(times, [&] {
        for (std::uint64_t i = 0; i < times; ++i) {
            const auto read = ledger::MatterProof::parse(bytes);
            require(read && ledger::check_matter_paths(*read, head).has_value(), "no proof");
        }
    });
    const auto hashes = static_cast<double>(proof.path.siblings.size() + proof.inclusion.size() +
                                            proof.acts.size() + 2);
    fmt::print("{:27} {:10} bytes without the head's signature (goal 2048)\n", what,
               bytes.size() - signature);
    fmt::print("  read and checked         {:10.2f} us (goal 200), {:.1f} x its {:.0f} hashes\n",
               1e6 / rate, limits.nodes / rate / hashes, hashes);
}

void map_of_matters(const Limits& limits) {
    Mapped mapped;
    fmt::print("one leaf more in the map of matters, with its pseudonym, by the ledger's size:\n");
    for (const std::uint64_t size : {10'000ULL, 100'000ULL, 1'000'000ULL, 10'000'000ULL}) {
        mapped.grow_to(size);
        const double cost = mapped.cost_of_one_more();
        fmt::print("  {:>9} ({:>7} matters) {:8.2f} us, {:5.1f} node hashes\n", size,
                   mapped.matters(), cost, cost * limits.nodes / 1e6);
    }
    const ledger::MatterProof all = mapped.proof_of(123'456);
    check_often(limits, all, mapped.head(), "proof of ten acts");
    const ledger::MatterProof none = mapped.proof_of(large);
    require(none.acts.empty(), "there is such a matter");
    check_often(limits, none, mapped.head(), "proof that there is none");
}

}  // namespace

int main() {
    const Limits limits = Limits::measured();
    fmt::print("limits: {:.2f} M leaf hashes/s, {:.2f} M node hashes/s of one core\n",
               limits.leaves / 1e6, limits.nodes / 1e6);
    rebuild(limits);
    map_of_matters(limits);
    const Folder folder;
    fmt::print("static files above entries  {:10.2f} bytes a leaf (goal 36)\n",
               folder.bytes_above_entries());
    prove_from(folder, "proofs, files cold", true);
    prove_from(folder, "proofs, files in the cache", false);
    return 0;
}
