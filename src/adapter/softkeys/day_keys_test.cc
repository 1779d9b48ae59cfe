#include "adapter/softkeys/day_keys.h"

#include <gtest/gtest.h>
#include <map>
#include <rapidcheck.h>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "adapter/softkeys/detail/testing.h"
#include "ground/crypto/testing.h"

namespace comity::softkeys {
namespace {

using base::Date;
using base::ErrorKind;
using detail::TestFolder;

const Date day{20'900};        // 2027-03-23
const Date other_day{20'901};  // 2027-03-24

base::SecretBytes secret(std::string_view text) {
    return base::SecretBytes(base::bytes_of(text));
}

/// The folder of keys inside, which open() itself makes.
std::filesystem::path keys_in(const TestFolder& folder) {
    return folder.path() / "day-keys";
}

TEST(FileDayKeys, unwraps_what_it_wrapped_also_after_opening_again) {
    const TestFolder folder;
    crypto::CountingRandom random(1);
    base::Bytes wrapped;
    {
        auto keys = FileDayKeys::open(keys_in(folder), random);
        ASSERT_TRUE(keys) << keys.error().text();
        const auto made = keys->wrap(day, secret("a data key"));
        ASSERT_TRUE(made) << made.error().text();
        wrapped = *made;
    }
    auto keys = FileDayKeys::open(keys_in(folder), random);
    ASSERT_TRUE(keys);
    const auto unwrapped = keys->unwrap(day, wrapped);
    ASSERT_TRUE(unwrapped) << unwrapped.error().text();
    EXPECT_EQ(base::text_of(unwrapped->view()), "a data key");
}

TEST(FileDayKeys, keeps_one_file_a_day_for_its_owner_alone) {
    const TestFolder folder;
    crypto::CountingRandom random(1);
    auto keys = FileDayKeys::open(keys_in(folder), random);
    ASSERT_TRUE(keys);
    ASSERT_TRUE(keys->wrap(day, secret("a")));
    ASSERT_TRUE(keys->wrap(day, secret("b")));
    ASSERT_TRUE(keys->wrap(other_day, secret("c")));
    EXPECT_EQ(detail::mode_of(keys_in(folder)), 0700U);
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(keys_in(folder))) {
        names.insert(entry.path().filename());
        EXPECT_EQ(detail::mode_of(entry.path()), 0600U);
        EXPECT_EQ(std::filesystem::file_size(entry.path()), 32U);
    }
    EXPECT_EQ(names, (std::set<std::string>{day.text() + ".key", other_day.text() + ".key"}));
}

TEST(FileDayKeys, does_not_unwrap_under_another_day_or_altered_bytes) {
    const TestFolder folder;
    crypto::CountingRandom random(1);
    auto keys = FileDayKeys::open(keys_in(folder), random);
    ASSERT_TRUE(keys);
    auto wrapped = keys->wrap(day, secret("a data key"));
    ASSERT_TRUE(wrapped);
    ASSERT_TRUE(keys->wrap(other_day, secret("another")));
    const auto elsewhere = keys->unwrap(other_day, *wrapped);
    ASSERT_FALSE(elsewhere);
    EXPECT_EQ(elsewhere.error().kind, ErrorKind::invalid);
    for (std::size_t i = 0; i < wrapped->size(); ++i) {
        base::Bytes altered = *wrapped;
        altered[i] ^= 1;
        EXPECT_FALSE(keys->unwrap(day, altered)) << i;
    }
    EXPECT_FALSE(keys->unwrap(day, {}));
    // The day is authenticated, not only the key: the same key under another day's name is no use.
    std::filesystem::copy_file(keys_in(folder) / (day.text() + ".key"),
                               keys_in(folder) / (other_day.text() + ".key"),
                               std::filesystem::copy_options::overwrite_existing);
    EXPECT_FALSE(keys->unwrap(other_day, *wrapped));
}

TEST(FileDayKeys, a_destroyed_day_is_gone_for_good) {
    const TestFolder folder;
    crypto::CountingRandom random(1);
    auto keys = FileDayKeys::open(keys_in(folder), random);
    ASSERT_TRUE(keys);
    const auto wrapped = keys->wrap(day, secret("a data key"));
    const auto kept = keys->wrap(other_day, secret("kept"));
    ASSERT_TRUE(wrapped && kept);
    ASSERT_TRUE(keys->destroy(day));
    EXPECT_FALSE(std::filesystem::exists(keys_in(folder) / (day.text() + ".key")));
    for (int round = 0; round < 2; ++round) {
        const auto unwrapped = keys->unwrap(day, *wrapped);
        ASSERT_FALSE(unwrapped);
        EXPECT_EQ(unwrapped.error().kind, ErrorKind::not_found);
        const auto again = keys->wrap(day, secret("late"));
        ASSERT_FALSE(again);
        EXPECT_EQ(again.error().kind, ErrorKind::conflict);
        EXPECT_TRUE(keys->unwrap(other_day, *kept));
        EXPECT_TRUE(keys->destroy(day));
        keys = FileDayKeys::open(keys_in(folder), random);
        ASSERT_TRUE(keys);
    }
}

TEST(FileDayKeys, overwrites_the_key_before_its_name_goes) {
    const TestFolder folder;
    crypto::CountingRandom random(1);
    auto keys = FileDayKeys::open(keys_in(folder), random);
    ASSERT_TRUE(keys);
    ASSERT_TRUE(keys->wrap(day, secret("a data key")));
    // A second name for the same file shows what happened to its bytes.
    const auto witness = folder.path() / "witness";
    std::filesystem::create_hard_link(keys_in(folder) / (day.text() + ".key"), witness);
    ASSERT_NE(detail::read_text(witness), std::string(32, '\0'));
    ASSERT_TRUE(keys->destroy(day));
    EXPECT_EQ(detail::read_text(witness), std::string(32, '\0'));
}

TEST(FileDayKeys, one_item_can_end_before_its_day_and_no_other_with_it) {
    const TestFolder folder;
    crypto::CountingRandom random(1);
    auto keys = FileDayKeys::open(keys_in(folder), random);
    ASSERT_TRUE(keys);
    const base::Digest first = crypto::sha256(std::string_view("first"));
    const base::Digest second = crypto::sha256(std::string_view("second"));
    const auto goes = keys->wrap_item(day, first, secret("goes"));
    const auto stays = keys->wrap_item(day, second, secret("stays"));
    ASSERT_TRUE(goes && stays);
    EXPECT_EQ(base::text_of(keys->unwrap_item(day, first, *goes)->view()), "goes");
    EXPECT_EQ(keys->unwrap_item(day, second, *goes).error().kind, ErrorKind::invalid);
    EXPECT_NE(base::text_of(keys->unwrap(day, *stays)->view()), "stays");
    ASSERT_TRUE(keys->destroy_item(first));
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(keys->unwrap_item(day, first, *goes).error().kind, ErrorKind::not_found);
        EXPECT_EQ(keys->wrap_item(day, first, secret("late")).error().kind, ErrorKind::conflict);
        EXPECT_EQ(base::text_of(keys->unwrap_item(day, second, *stays)->view()), "stays");
        keys = FileDayKeys::open(keys_in(folder), random);
        ASSERT_TRUE(keys);
    }
    EXPECT_FALSE(std::filesystem::exists(keys_in(folder) / ("item-" + first.hex() + ".key")));
    ASSERT_TRUE(keys->destroy(day));
    EXPECT_EQ(keys->unwrap_item(day, second, *stays).error().kind, ErrorKind::not_found);
}

TEST(FileDayKeys, a_day_destroyed_before_its_first_use_never_gets_a_key) {
    const TestFolder folder;
    crypto::CountingRandom random(1);
    auto keys = FileDayKeys::open(keys_in(folder), random);
    ASSERT_TRUE(keys);
    ASSERT_TRUE(keys->destroy(day));
    EXPECT_FALSE(keys->wrap(day, secret("late")));
    EXPECT_FALSE(std::filesystem::exists(keys_in(folder) / (day.text() + ".key")));
}

TEST(FileDayKeys, opening_finishes_a_destruction_and_a_creation_that_were_cut_off) {
    const TestFolder folder;
    crypto::CountingRandom random(1);
    base::Bytes wrapped;
    {
        auto keys = FileDayKeys::open(keys_in(folder), random);
        ASSERT_TRUE(keys);
        wrapped = *keys->wrap(day, secret("a data key"));
    }
    detail::write_text(keys_in(folder) / (day.text() + ".gone"), "");
    detail::write_text(keys_in(folder) / (other_day.text() + ".new"), "half a k");
    auto keys = FileDayKeys::open(keys_in(folder), random);
    ASSERT_TRUE(keys);
    EXPECT_FALSE(std::filesystem::exists(keys_in(folder) / (day.text() + ".key")));
    EXPECT_FALSE(std::filesystem::exists(keys_in(folder) / (other_day.text() + ".new")));
    EXPECT_EQ(keys->unwrap(day, wrapped).error().kind, ErrorKind::not_found);
    EXPECT_TRUE(keys->wrap(other_day, secret("fresh")));
}

TEST(FileDayKeys, refuses_a_day_key_that_others_may_read_or_that_is_damaged) {
    const TestFolder folder;
    crypto::CountingRandom random(1);
    auto keys = FileDayKeys::open(keys_in(folder), random);
    ASSERT_TRUE(keys);
    const auto wrapped = keys->wrap(day, secret("a data key"));
    ASSERT_TRUE(wrapped);
    const auto path = keys_in(folder) / (day.text() + ".key");
    ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
    EXPECT_EQ(keys->unwrap(day, *wrapped).error().kind, ErrorKind::invalid);
    EXPECT_EQ(keys->wrap(day, secret("x")).error().kind, ErrorKind::invalid);
    detail::write_text(path, "short");
    EXPECT_EQ(keys->unwrap(day, *wrapped).error().kind, ErrorKind::malformed);
    EXPECT_EQ(keys->wrap(day, secret("x")).error().kind, ErrorKind::malformed);
}

TEST(FileDayKeys, refuses_a_folder_that_cannot_be) {
    const TestFolder folder;
    crypto::CountingRandom random(1);
    EXPECT_FALSE(FileDayKeys::open(folder.path() / "missing" / "keys", random));
    detail::write_text(folder.path() / "file", "x");
    EXPECT_FALSE(FileDayKeys::open(folder.path() / "file", random));
}

TEST(FileDayKeys, threads_that_need_one_new_day_get_one_key) {
    const TestFolder folder;
    crypto::CountingRandom random(1);
    auto keys = FileDayKeys::open(keys_in(folder), random);
    ASSERT_TRUE(keys);
    std::vector<base::Bytes> wrapped(8);
    {
        std::vector<std::jthread> threads;
        for (auto& own : wrapped) {
            threads.emplace_back([&keys, &own] {
                if (auto made = keys->wrap(day, secret("shared"))) {
                    own = *made;
                }
            });
        }
    }
    for (const auto& one : wrapped) {
        EXPECT_TRUE(keys->unwrap(day, one));
    }
}

/// The plainly right twin: a day's key is alive until destroyed, and then never again.
TEST(FileDayKeys, behave_like_a_map_with_tombstones) {
    EXPECT_TRUE(rc::check("random wraps, destructions and restarts", [] {
        const TestFolder folder;
        crypto::CountingRandom random(*rc::gen::inRange<std::uint64_t>(0, 1000));
        auto keys = FileDayKeys::open(keys_in(folder), random);
        RC_ASSERT(keys.has_value());
        std::set<int> destroyed;
        std::vector<std::pair<int, base::Bytes>> wrapped;
        const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
            12, rc::gen::pair(rc::gen::inRange(0, 6), rc::gen::inRange(0, 4)));
        for (const auto& [action, which] : steps) {
            const Date target{20'900 + which};
            if (action < 3) {
                auto made = keys->wrap(target, secret("key " + std::to_string(which)));
                RC_ASSERT(made.has_value() == !destroyed.contains(which));
                if (made) {
                    wrapped.emplace_back(which, *made);
                }
            } else if (action == 3) {
                RC_ASSERT(keys->destroy(target).has_value());
                destroyed.insert(which);
            } else if (action == 4) {
                keys = FileDayKeys::open(keys_in(folder), random);
                RC_ASSERT(keys.has_value());
            }
            for (const auto& [owner, bytes] : wrapped) {
                auto opened = keys->unwrap(Date{20'900 + owner}, bytes);
                RC_ASSERT(opened.has_value() == !destroyed.contains(owner));
                if (opened) {
                    RC_ASSERT(base::text_of(opened->view()) == "key " + std::to_string(owner));
                }
            }
        }
    }));
}

}  // namespace
}  // namespace comity::softkeys
