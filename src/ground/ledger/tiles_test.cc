#include "ground/ledger/tiles.h"

#include <gtest/gtest.h>
#include <random>
#include <rapidcheck.h>

#include "ground/crypto/crypto.h"
#include "ground/ledger/detail/vectors_for_test.h"
#include "ground/ledger/note.h"
#include "ground/ledger/written_for_test.h"

namespace comity::ledger {
namespace {

TEST(TilePath, is_written_and_read_as_in_the_vectors) {
    int cases = 0;
    for (const std::string& line : lines_of(read_data("tlog/paths.jsonl"))) {
        ++cases;
        const std::string path = member(line, "path");
        const auto parsed = TilePath::parse(path);
        if (has_member(line, "error")) {
            ASSERT_FALSE(parsed.has_value()) << path;
            EXPECT_EQ(parsed.error().kind, base::ErrorKind::malformed);
            continue;
        }
        const std::uint64_t index = std::stoull(member(line, "index"));
        const auto width = static_cast<unsigned>(std::stoul(member(line, "width")));
        if (member(line, "level") == "entries") {
            EXPECT_EQ(entries_path(index, width), path);
            EXPECT_FALSE(parsed.has_value());
            continue;
        }
        const TilePath tile{static_cast<unsigned>(std::stoul(member(line, "level"))), index, width};
        EXPECT_EQ(tile.text(), path);
        ASSERT_TRUE(parsed.has_value()) << path;
        EXPECT_EQ(*parsed, tile);
    }
    EXPECT_EQ(cases, 29);
}

TEST(TilePath, refuses_a_second_path_for_one_tile) {
    for (const char* path : {"tile/00/001", "tile/0/x000/001", "tile/0/001.p/01", "tile/0/001.p/0",
                             "tile/0/1", "tile/0/x001/067/", "/tile/0/001", "tile/0/001.p/1.p/1"}) {
        EXPECT_FALSE(TilePath::parse(path).has_value()) << path;
    }
}

TEST(TilePath, is_read_back_whatever_it_names) {
    EXPECT_TRUE(rc::check("parse of text is the identity", [] {
        const TilePath tile{*rc::gen::inRange(0U, 64U), *rc::gen::arbitrary<std::uint64_t>(),
                            *rc::gen::inRange(0U, 256U)};
        const auto parsed = TilePath::parse(tile.text());
        RC_ASSERT(parsed.has_value());
        RC_ASSERT(*parsed == tile);
    }));
    const TilePath last{63, UINT64_MAX, 255};
    EXPECT_EQ(TilePath::parse(last.text()).value(), last);
    EXPECT_FALSE(TilePath::parse("tile/0/x018/x446/x744/x073/x709/x551/616").has_value());
}

TEST(Entries, refuses_a_bundle_that_is_cut_off_too_long_or_empty) {
    EXPECT_EQ(parse_entries({}).error().kind, base::ErrorKind::malformed);
    EXPECT_EQ(parse_entries(base::Bytes{0}).error().kind, base::ErrorKind::malformed);
    EXPECT_EQ(parse_entries(base::Bytes{0, 2, 'a'}).error().kind, base::ErrorKind::malformed);
    EXPECT_EQ(parse_entries(base::Bytes(2 * 257)).error().kind, base::ErrorKind::malformed);
    EXPECT_EQ(parse_entries(base::Bytes(2 * 256)).value().size(), 256);
    EXPECT_EQ(parse_entries(base::Bytes{0, 1, 'a', 0, 0}).value(),
              (std::vector<base::Bytes>{{'a'}, {}}));
}

TEST(StaticLedger, of_another_implementation_is_right_at_each_of_its_sizes) {
    const std::string vkey = read_data("tlog/tessera-log15/vkey");
    const NoteKey log = NoteKey::parse(vkey.substr(0, vkey.find('\n'))).value();
    for (std::uint64_t size = 0; size <= 15; ++size) {
        const auto signed_head = open_checkpoint(
            read_data("tlog/tessera-log15/checkpoint." + std::to_string(size)), log, {});
        ASSERT_TRUE(signed_head.has_value()) << signed_head.error().text();
        ASSERT_EQ(signed_head->checkpoint.size, size);
        const auto read = [](std::string_view path) -> base::Result<base::Bytes> {
            return base::bytes_of(read_data("tlog/tessera-log15/" + std::string(path)));
        };
        const auto leaves = check_static_ledger(read, size, signed_head->checkpoint.root);
        ASSERT_TRUE(leaves.has_value()) << leaves.error().text();
        EXPECT_EQ(leaves->size(), size);
    }
}

TEST(StaticLedger, that_grew_in_small_random_steps_is_right_after_each) {
    EXPECT_TRUE(rc::check("each growth leaves a whole ledger", [] {
        Written ledger;
        for (const auto step : *rc::gen::container<std::vector<std::uint64_t>>(
                 6, rc::gen::inRange<std::uint64_t>(0, 400))) {
            const std::uint64_t before = ledger.tree.size();
            ledger.grow_to(before + step);
            RC_ASSERT(ledger.check(ledger.tree.size()).has_value());
            RC_ASSERT(ledger.check(before).has_value());  // earlier checkpoints stay readable
        }
    }));
}

TEST(StaticLedger, that_grew_in_random_steps_beyond_level_two_is_right) {
    constexpr std::uint64_t end = 65536 + 256 + 37;
    std::mt19937_64 random(20270305);
    Written ledger;
    while (ledger.tree.size() < end) {
        ledger.grow_to(std::min(end, ledger.tree.size() + 1 + random() % 9000));
    }
    ASSERT_TRUE(ledger.files.contains("tile/2/000.p/1"));
    ASSERT_TRUE(ledger.files.contains("tile/1/000"));
    ASSERT_TRUE(ledger.files.contains("tile/1/001.p/1"));
    ASSERT_TRUE(ledger.files.contains("tile/0/257.p/37"));
    const auto leaves = ledger.check(end);
    ASSERT_TRUE(leaves.has_value()) << leaves.error().text();
    EXPECT_EQ(*leaves, ledger.tree.tile_hashes(0, 0, end));
}

TEST(StaticLedger, writes_only_the_tiles_that_changed) {
    Written ledger;
    ledger.grow_to(256 * 2 + 10);
    std::vector<std::string> paths;
    ledger.tree.append(crypto::merkle_leaf(entry_at(522)));
    for (const StaticFile& file : files_for_growth(ledger.tree, 522, entry_at)) {
        paths.push_back(file.path);
    }
    EXPECT_EQ(paths, (std::vector<std::string>{"tile/entries/002.p/11", "tile/0/002.p/11"}));
    EXPECT_TRUE(files_for_growth(ledger.tree, 523, entry_at).empty());
}

TEST(StaticLedger, is_readable_when_partial_tiles_were_collected) {
    Written ledger;
    ledger.grow_to(300);
    ledger.grow_to(600);
    std::erase_if(ledger.files, [](const auto& file) {
        return file.first == "tile/0/001.p/44" || file.first == "tile/entries/001.p/44" ||
               file.first == "tile/1/000.p/1";
    });
    // Level 1 has no full tile yet, so its partial tile of size 300 may not go.
    EXPECT_EQ(ledger.check(300).error().kind, base::ErrorKind::not_found);
    ledger.files["tile/1/000.p/1"] = base::Bytes(ledger.files["tile/1/000.p/2"].begin(),
                                                 ledger.files["tile/1/000.p/2"].begin() + 32);
    const auto leaves = ledger.check(300);
    ASSERT_TRUE(leaves.has_value()) << leaves.error().text();
    EXPECT_EQ(leaves->size(), 300);
}

TEST(StaticLedger, with_any_bit_changed_in_a_file_it_rests_on_is_refused) {
    Written ledger;
    ledger.grow_to(520);
    ASSERT_TRUE(ledger.check(520).has_value());
    EXPECT_TRUE(rc::check("a flipped bit shows", [&ledger] {
        Files files = ledger.files;
        auto& content =
            std::next(files.begin(), *rc::gen::inRange<long>(0, static_cast<long>(files.size())))
                ->second;
        const auto at = *rc::gen::inRange<std::size_t>(0, content.size());
        content[at] ^= static_cast<std::uint8_t>(1U << *rc::gen::inRange(0, 8));
        const auto checked = check_static_ledger(reader_of(files), 520, ledger.tree.root());
        RC_ASSERT(!checked.has_value());
        RC_ASSERT(!checked.error().place.empty());
    }));
}

TEST(StaticLedger, with_another_root_another_size_or_a_missing_file_is_refused) {
    Written ledger;
    ledger.grow_to(520);
    const auto read = reader_of(ledger.files);
    EXPECT_EQ(check_static_ledger(read, 520, ledger.tree.root_at(519)).error().kind,
              base::ErrorKind::invalid);
    EXPECT_EQ(check_static_ledger(read, 521, ledger.tree.root()).error().kind,
              base::ErrorKind::not_found);
    EXPECT_EQ(check_static_ledger(read, UINT64_MAX, ledger.tree.root()).error().kind,
              base::ErrorKind::not_found);
    ledger.files.erase("tile/0/001");
    const auto checked = check_static_ledger(read, 520, ledger.tree.root());
    EXPECT_EQ(checked.error().kind, base::ErrorKind::not_found);
    EXPECT_EQ(checked.error().place, "tile/0/001");
}

}  // namespace
}  // namespace comity::ledger
