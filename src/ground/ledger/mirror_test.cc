#include "ground/ledger/mirror.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <rapidcheck.h>

#include "ground/crypto/crypto.h"

namespace comity::ledger {
namespace {

constexpr MirrorRule hourly{3600, 16, 8};

base::Digest leaf_hash(std::uint64_t index) {
    return crypto::sha256("leaf " + std::to_string(index));
}

Tree tree_of(std::uint64_t size) {
    Tree tree;
    while (tree.size() < size) {
        tree.append(leaf_hash(tree.size()));
    }
    return tree;
}

/// A mirror's files, as a web server has them.
struct Shown {
    std::map<std::string, base::Bytes, std::less<>> files;
    void take(const std::vector<StaticFile>& some) {
        for (const StaticFile& file : some) {
            files.insert_or_assign(file.path, file.content);
        }
    }
    [[nodiscard]] base::Result<std::vector<base::Digest>> checked(const Tree& tree,
                                                                  std::uint64_t size) const {
        return check_static_mirror(
            [this](std::string_view path) -> base::Result<base::Bytes> {
                const auto found = files.find(path);
                if (found == files.end()) {
                    return base::fail(base::ErrorKind::not_found, "absent");
                }
                return found->second;
            },
            size, tree.root_at(size));
    }
};

TEST(MirrorRule, refuses_numbers_out_of_its_bounds) {
    EXPECT_TRUE(hourly.check());
    for (const MirrorRule& wrong :
         {MirrorRule{59, 16, 8}, MirrorRule{604'801, 16, 8}, MirrorRule{3600, 0, 8},
          MirrorRule{3600, 65'537, 8}, MirrorRule{3600, 16, 0}, MirrorRule{3600, 16, 65'537}}) {
        EXPECT_FALSE(wrong.check());
    }
}

TEST(MirrorRule, publishes_at_whole_intervals_since_1970_whatever_the_start) {
    const base::Instant at{1'800'000'000'123};
    const base::Instant next = hourly.next_time(at);
    EXPECT_EQ(next.milliseconds % 3'600'000, 0);
    EXPECT_GT(next, at);
    EXPECT_LE((next - at).count(), 3'600'000);
    EXPECT_GT(hourly.next_time(next), next);
}

TEST(MirrorStep, a_quiet_ledger_is_padded_to_one_batch) {
    EXPECT_EQ(next_mirror_step(hourly, 16, 21, {}), (MirrorStep{std::nullopt, 11}));
    EXPECT_EQ(next_mirror_step(hourly, 16, 16, {}), (MirrorStep{std::nullopt, 16}));
    const std::vector<std::uint64_t> heads{16, 21, 32};
    EXPECT_EQ(next_mirror_step(hourly, 16, 32, heads), (MirrorStep{32, 16}));
}

TEST(MirrorStep, a_head_that_is_no_boundary_is_not_shown) {
    const std::vector<std::uint64_t> heads{17, 21, 31, 33};
    EXPECT_FALSE(next_mirror_step(hourly, 16, 33, heads).publish);
}

TEST(MirrorStep, what_is_over_a_batch_is_carried_to_the_next_time) {
    const std::vector<std::uint64_t> heads{32, 48, 64};
    EXPECT_EQ(next_mirror_step(hourly, 16, 70, heads), (MirrorStep{32, 0}));
    EXPECT_EQ(next_mirror_step(hourly, 48, 70, heads), (MirrorStep{64, 10}));
}

TEST(MirrorStep, what_is_over_the_carry_is_taken_at_once) {
    std::vector<std::uint64_t> heads;
    for (std::uint64_t size = 16; size <= 16 * 20; size += 16) {
        heads.push_back(size);
    }
    EXPECT_EQ(next_mirror_step(hourly, 16, 16 * 20, heads).publish, 16U * 20);
}

TEST(MirrorStep, waits_for_attestation_without_padding_again) {
    EXPECT_EQ(next_mirror_step(hourly, 16, 32, {}), (MirrorStep{std::nullopt, 0}));
}

TEST(MirrorStep, any_activity_below_a_batch_an_interval_shows_one_and_the_same) {
    EXPECT_TRUE(rc::check("any two ledgers below a batch", [] {
        const MirrorRule rule{3600, *rc::gen::inRange<std::uint64_t>(1, 40), 8};
        std::vector<std::uint64_t> shown[2];
        for (auto& of : shown) {
            std::uint64_t size = 0;
            std::uint64_t published = 0;
            std::vector<std::uint64_t> attested;
            for (int i = 0; i < 50; ++i) {
                size += *rc::gen::inRange<std::uint64_t>(0, rule.batch);
                if (const std::uint64_t at = rule.boundary(size); at != 0) {
                    attested.push_back(at);
                }
                const MirrorStep step = next_mirror_step(rule, published, size, attested);
                published = step.publish.value_or(published);
                size += step.pad;
                attested.push_back(rule.boundary(size));
                std::ranges::sort(attested);
                of.push_back(published);
            }
        }
        RC_ASSERT(shown[0] == shown[1]);
    }));
}

TEST(PaddingLeaf, is_one_leaf_for_a_key_and_an_index_with_the_days_before_it) {
    const base::SecretBytes key{base::Bytes(32, 7)};
    Leaf before;
    before.delete_by = base::Date{20'000};
    const Leaf one = padding_leaf(key, 5, before);
    EXPECT_EQ(one.leaf_class, LeafClass::padding);
    EXPECT_EQ(one.delete_by, before.delete_by);
    EXPECT_EQ(one, padding_leaf(key, 5, before));
    EXPECT_NE(one.commitment, padding_leaf(key, 6, before).commitment);
    EXPECT_NE(one.commitment,
              padding_leaf(base::SecretBytes{base::Bytes(32, 8)}, 5, before).commitment);
    EXPECT_TRUE(Leaf::parse(one.encode()));
    EXPECT_EQ(base::to_hex(one.encode()),
              "0105"
              "655dc6b93798c817612e34ae287237bb276928945e2567ce6b02df1b1df13f97"
              "0000000000004e20");
}

TEST(MirrorFiles, show_a_prefix_of_the_tree_and_no_hash_behind_it) {
    const Tree tree = tree_of(70'000);
    Shown shown;
    std::uint64_t had = 0;
    for (const std::uint64_t size : {16U, 256U, 272U, 512U, 65'536U, 66'048U}) {
        shown.take(mirror_files_for_growth(tree, had, size));
        const auto hashes = shown.checked(tree, size);
        ASSERT_TRUE(hashes) << hashes.error().text();
        EXPECT_EQ(hashes->size(), size);
        had = size;
        for (const auto& [path, content] : shown.files) {
            EXPECT_FALSE(path.starts_with("tile/entries")) << path;
            const auto tile = TilePath::parse(path).value();
            const std::uint64_t end = tile.index * 256 + content.size() / 32;
            EXPECT_LE(end, tile.level == 0 ? size : size >> (8 * tile.level)) << path;
        }
    }
}

TEST(MirrorFiles, are_those_of_a_whole_ledger_of_that_size_without_its_entries) {
    const Tree tree = tree_of(1000);
    const Tree prefix = tree_of(700);
    std::map<std::string, base::Bytes> expected;
    for (const StaticFile& file :
         files_for_growth(prefix, 0, [](std::uint64_t) { return base::Bytes{1}; })) {
        if (!file.path.starts_with("tile/entries")) {
            expected.emplace(file.path, file.content);
        }
    }
    Shown shown;
    shown.take(mirror_files_for_growth(tree, 0, 700));
    EXPECT_TRUE(std::ranges::equal(shown.files, expected, [](const auto& one, const auto& other) {
        return one.first == other.first && one.second == other.second;
    }));
}

TEST(MirrorFiles, with_any_changed_byte_or_missing_tile_are_refused) {
    const Tree tree = tree_of(600);
    Shown shown;
    shown.take(mirror_files_for_growth(tree, 0, 600));
    for (const auto& [path, content] : Shown(shown).files) {
        Shown changed = shown;
        changed.files[path][content.size() / 2] ^= 1;
        EXPECT_EQ(changed.checked(tree, 600).error().kind, base::ErrorKind::invalid) << path;
        changed = shown;
        changed.files[path].pop_back();
        EXPECT_FALSE(changed.checked(tree, 600)) << path;
        changed = shown;
        changed.files.erase(path);
        EXPECT_EQ(changed.checked(tree, 600).error().kind, base::ErrorKind::not_found) << path;
    }
}

}  // namespace
}  // namespace comity::ledger
