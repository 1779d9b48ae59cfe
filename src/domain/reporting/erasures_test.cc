#include "domain/reporting/erasures.h"

#include <algorithm>
#include <array>
#include <gmock/gmock.h>
#include <rapidcheck.h>

namespace comity::reporting {
namespace {

using ::testing::ElementsAre;

base::Date day(std::string_view text) {
    return base::Date::parse(text).value();
}

base::Instant noon(base::Date on) {
    return base::start_of(on) + std::chrono::hours(12);
}

const base::PartyId asking = base::PartyId::parse("xa-prosecution").value();
const base::PartyId provider = base::PartyId::parse("xb-provider").value();

/// The custody report of one invented matter, made by hand.
struct Story {
    explicit Story(std::uint32_t number) {
        std::array<char, 33> id{};
        std::snprintf(id.data(), id.size(), "%032x", number);
        report.matter = id.data();
    }
    base::ActId act() {
        base::ActId made;
        made.digest.bytes[0] = ++acts_;
        return made;
    }
    /// Handed over on `from` by the provider, which alone holds it.
    std::size_t item(base::Date from, base::Date last_day) {
        CustodyItem made{act(), provider, true, items::ItemDescriptor{}, {}};
        made.descriptor->id.bytes[0] = acts_;
        made.descriptor->end = last_day;
        report.items.push_back(made);
        report.holdings.push_back({report.items.size() - 1, provider, noon(from), {}, {}});
        return report.items.size() - 1;
    }
    void erase(std::size_t item, base::Date on) {
        report.holdings[item].until = noon(on);
        report.holdings[item].erasure = act();
    }
    base::ActId hold(std::optional<std::size_t> item, base::Date on) {
        CustodyEvent& event = add(CustodyStep::restricted, on);
        event.holds_erasure = true;
        event.concerns_all = !item;
        if (item) {
            event.touched.push_back({*item, {}, {}});
        }
        return event.act;
    }
    void lift(const base::ActId& hold, base::Date on) { add(CustodyStep::lifted, on).ends = hold; }
    void open(std::size_t item, base::Date on) {
        add(CustodyStep::opened, on).touched.push_back({item, {}, {}});
    }

    CustodyReport report;

 private:
    CustodyEvent& add(CustodyStep step, base::Date on) {
        CustodyEvent event;
        event.act = act();
        event.step = step;
        event.at = noon(on);
        report.events.push_back(event);
        return report.events.back();
    }
    std::uint8_t acts_ = 0;
};

ErasureState state_of(const Story& story, base::Date on) {
    return erasures_of(story.report, on).obligations.at(0).state;
}

TEST(Erasures, are_told_apart_by_the_last_day_and_the_day_of_counting) {
    Story story(1);
    const std::size_t item = story.item(day("2027-01-10"), day("2027-03-31"));
    EXPECT_TRUE(erasures_of(story.report, day("2027-01-09")).obligations.empty());
    EXPECT_EQ(state_of(story, day("2027-03-31")), ErasureState::pending);
    EXPECT_EQ(state_of(story, day("2027-04-01")), ErasureState::overdue);
    Story in_time = story;
    in_time.erase(item, day("2027-03-31"));
    EXPECT_EQ(state_of(in_time, day("2027-03-30")), ErasureState::pending);
    EXPECT_EQ(state_of(in_time, day("2027-03-31")), ErasureState::in_time);
    EXPECT_EQ(state_of(in_time, day("2030-01-01")), ErasureState::in_time);
    Story late = story;
    late.erase(item, day("2027-04-05"));
    EXPECT_EQ(state_of(late, day("2027-04-04")), ErasureState::overdue);
    EXPECT_EQ(state_of(late, day("2027-04-05")), ErasureState::late);
}

TEST(Erasures, are_held_only_while_a_restriction_that_concerns_the_item_stands) {
    Story story(1);
    const std::size_t item = story.item(day("2027-01-10"), day("2027-03-31"));
    const std::size_t other = story.item(day("2027-01-10"), day("2027-03-31"));
    const base::ActId hold = story.hold(item, day("2027-02-01"));
    story.lift(hold, day("2027-05-01"));
    EXPECT_EQ(state_of(story, day("2027-04-01")), ErasureState::held);
    EXPECT_EQ(erasures_of(story.report, day("2027-04-01")).obligations[0].by, hold);
    EXPECT_EQ(erasures_of(story.report, day("2027-04-01")).obligations[other].state,
              ErasureState::overdue);
    EXPECT_EQ(state_of(story, day("2027-05-01")), ErasureState::overdue);
    const base::ActId all = story.hold(std::nullopt, day("2027-06-01"));
    EXPECT_EQ(erasures_of(story.report, day("2027-06-02")).obligations[other].by, all);
}

TEST(Erasures, what_a_reader_never_receipted_or_nobody_opened_is_not_guessed) {
    Story story(1);
    const std::size_t item = story.item(day("2027-01-10"), day("2027-03-31"));
    story.report.holdings.push_back({item, asking, {}, {}, {}});
    EXPECT_EQ(erasures_of(story.report, day("2027-04-01")).obligations.size(), 1U);
    story.report.items[item].descriptor.reset();
    const MatterErasures found = erasures_of(story.report, day("2027-04-01"));
    EXPECT_TRUE(found.obligations.empty());
    EXPECT_EQ(found.unknown, 1U);
}

TEST(Erasures, are_counted_exactly_by_quarter_and_what_is_open_is_listed) {
    Story first(1);
    const std::size_t item = first.item(day("2027-01-10"), day("2027-03-31"));
    first.open(item, day("2027-02-01"));
    first.open(item, day("2027-04-01"));
    Story second(2);
    second.erase(second.item(day("2027-01-10"), day("2027-05-01")), day("2027-05-02"));
    second.hold(std::nullopt, day("2027-05-03"));
    second.item(day("2027-01-10"), day("2027-06-30"));
    second.item(day("2027-01-10"), day("2027-09-30"));
    const ErasureStatistics counted =
        count_erasures({second.report, first.report}, day("2027-07-01"));
    EXPECT_EQ(counted.matters, 2U);
    ASSERT_EQ(counted.quarters.size(), 3U);
    EXPECT_EQ(counted.quarters.at({2027, 1}), (ErasureCounts{0, 0, 0, 1, 0, 1}));
    EXPECT_EQ(counted.quarters.at({2027, 2}), (ErasureCounts{0, 1, 1, 0, 0, 1}));
    EXPECT_EQ(counted.quarters.at({2027, 3}), (ErasureCounts{0, 0, 0, 0, 1, 0}));
    EXPECT_EQ(counted.quarters.at({2027, 2}).due(), 2U);
    ASSERT_EQ(counted.open.size(), 2U);
    EXPECT_EQ(counted.open[0].state, ErasureState::overdue);
    EXPECT_EQ(counted.open[0].matter.text(), first.report.matter);
    EXPECT_EQ(counted.open[1].state, ErasureState::held);
    const codec::Value json = to_json(counted);
    EXPECT_EQ(json.at("quarters").get_array()[0].at("overdue").get_int64(), 1);
    EXPECT_EQ(json.at("not-erased").get_array()[0].at("state").get_string(), "overdue");
}

TEST(Quarters, have_their_days) {
    EXPECT_EQ(Quarter::of(day("2028-02-29")), (Quarter{2028, 1}));
    EXPECT_EQ(Quarter::of(day("2027-12-31")), (Quarter{2027, 4}));
    EXPECT_EQ((Quarter{2027, 4}.last_day()), day("2027-12-31"));
    EXPECT_EQ((Quarter{2027, 2}.last_day()), day("2027-06-30"));
    EXPECT_EQ((Quarter{2027, 1}.before().text()), "2026-Q4");
    EXPECT_TRUE(rc::check("a quarter's last day is in it and the next is not", [] {
        const base::Date some{*rc::gen::inRange(-100'000, 100'000)};
        const Quarter quarter = Quarter::of(some);
        RC_ASSERT(some <= quarter.last_day());
        RC_ASSERT(Quarter::of(quarter.last_day()) == quarter);
        RC_ASSERT(Quarter::of({quarter.last_day().days + 1}).before() == quarter);
    }));
}

TEST(Bands, hide_nought_among_small_counts) {
    EXPECT_EQ(Band::of(0), Band::of(9));
    EXPECT_EQ(Band::of(0).text(), "0-9");
    EXPECT_EQ(Band::of(10).text(), "10-19");
    EXPECT_EQ(Band::of(49).text(), "20-49");
    EXPECT_EQ(Band::of(99'999).text(), "50000-99999");
    EXPECT_EQ(Band::of(UINT64_MAX).text(), "100000 or more");
}

/// Random matters of two years: items with ends, erasures, holds, openings.
CustodyReport random_matter(std::uint32_t number) {
    const auto some_day = [] {
        return base::Date{day("2027-01-01").days + *rc::gen::inRange(0, 730)};
    };
    Story story(number);
    const int count = *rc::gen::inRange(0, 4);
    for (int i = 0; i < count; ++i) {
        const base::Date from = some_day();
        const std::size_t item = story.item(from, {from.days + *rc::gen::inRange(0, 300)});
        if (*rc::gen::arbitrary<bool>()) {
            story.erase(item, {from.days + *rc::gen::inRange(0, 500)});
        }
        if (*rc::gen::arbitrary<bool>()) {
            story.open(item, {from.days + *rc::gen::inRange(0, 100)});
        }
        if (*rc::gen::arbitrary<bool>()) {
            const base::Date on{from.days + *rc::gen::inRange(0, 300)};
            const base::ActId hold = story.hold(item, on);
            if (*rc::gen::arbitrary<bool>()) {
                story.lift(hold, {on.days + *rc::gen::inRange(0, 300)});
            }
        }
    }
    return story.report;
}

std::vector<CustodyReport> random_world(int matters) {
    std::vector<CustodyReport> world;
    for (int i = 0; i < matters; ++i) {
        world.push_back(random_matter(static_cast<std::uint32_t>(i)));
    }
    return world;
}

/// The slow twin: day by day over every holding.
std::array<std::uint64_t, 5> plain_cells(const std::vector<CustodyReport>& world,
                                         const Quarter& quarter) {
    const base::Date published{quarter.last_day().days + publication_delay_days};
    std::array<std::uint64_t, 5> cells{};
    for (const CustodyReport& report : world) {
        std::array<bool, 5> has{};
        for (const Holding& holding : report.holdings) {
            const base::Date end = report.items[holding.item].descriptor->end;
            if (Quarter::of(end) != quarter || noon(published) < *holding.from) {
                continue;
            }
            const bool erased = holding.until && *holding.until <= noon(published);
            bool held = false;
            for (const CustodyEvent& hold : report.events) {
                bool stands = hold.holds_erasure && hold.at <= noon(published) &&
                              hold.touched[0].item == holding.item;
                for (const CustodyEvent& lift : report.events) {
                    stands = stands && !(lift.ends == hold.act && lift.at <= noon(published));
                }
                held = held || stands;
            }
            has[0] = true;
            has[1] = has[1] || (erased && base::utc_day_of(*holding.until) > end);
            has[2] = has[2] || (!erased && held);
            has[3] = has[3] || (!erased && !held);
        }
        for (const CustodyEvent& event : report.events) {
            has[4] = has[4] || (event.step == CustodyStep::opened &&
                                Quarter::of(base::utc_day_of(event.at)) == quarter);
        }
        for (std::size_t i = 0; i < has.size(); ++i) {
            cells[i] += has[i] ? 1 : 0;
        }
    }
    return cells;
}

std::array<std::string, 5> texts_of(const PublicErasures& row) {
    return {row.due.text(), row.late.text(), row.held.text(), row.overdue.text(),
            row.opened.text()};
}

TEST(PublicErasures, are_the_bands_of_a_plain_count) {
    EXPECT_TRUE(rc::check("whatever happened", [] {
        const auto world = random_world(*rc::gen::inRange(0, 60));
        for (const PublicErasures& row : public_erasures(world, day("2030-01-01"), 12)) {
            const auto cells = plain_cells(world, row.quarter);
            const auto texts = texts_of(row);
            for (std::size_t i = 0; i < cells.size(); ++i) {
                RC_ASSERT(texts[i] == Band::of(cells[i]).text());
            }
        }
    }));
}

TEST(PublicErasures, of_two_worlds_that_differ_by_one_matter_within_a_band_are_equal) {
    std::size_t compared = 0;
    EXPECT_TRUE(rc::check("with or without one matter", [&compared] {
        const auto with = random_world(*rc::gen::inRange(1, 40));
        auto without = with;
        const auto at = *rc::gen::inRange<std::size_t>(0, with.size());
        without.erase(without.begin() + static_cast<std::ptrdiff_t>(at));
        const base::Date on{day("2027-06-01").days + *rc::gen::inRange(0, 900)};
        bool same_bands = true;
        Quarter quarter = Quarter::of(on);
        for (int i = 0; i < 12; ++i, quarter = quarter.before()) {
            const auto first = plain_cells(with, quarter);
            const auto second = plain_cells(without, quarter);
            for (std::size_t cell = 0; cell < first.size(); ++cell) {
                same_bands = same_bands && Band::of(first[cell]) == Band::of(second[cell]);
            }
        }
        if (same_bands) {
            ++compared;
            RC_ASSERT(codec::canonical(to_json(public_erasures(with, on, 8))) ==
                      codec::canonical(to_json(public_erasures(without, on, 8))));
        }
    }));
    EXPECT_GT(compared, 20U);
}

TEST(PublicErasures, never_change_once_they_are_out_and_show_nothing_before) {
    EXPECT_TRUE(rc::check("whatever is done later", [] {
        auto world = random_world(30);
        const Quarter quarter{2027, *rc::gen::inRange(1, 5)};
        const base::Date published{quarter.last_day().days + publication_delay_days};
        const auto first = public_erasures(world, published, 1);
        RC_ASSERT(first[0].quarter == quarter);
        RC_ASSERT(public_erasures(world, {published.days - 1}, 1)[0].quarter == quarter.before());
        for (CustodyReport& report : world) {
            for (Holding& holding : report.holdings) {
                if (!holding.until || base::utc_day_of(*holding.until) > published) {
                    holding.until = noon({published.days + 1});
                }
            }
        }
        const auto later = public_erasures(world, {published.days + 400}, 12);
        RC_ASSERT(std::ranges::find(later, first[0]) != later.end());
    }));
}

}  // namespace
}  // namespace comity::reporting
