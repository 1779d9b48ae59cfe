#include "domain/casework/clock.h"

#include <gtest/gtest.h>

#include "domain/casework/affair_for_test.h"
#include "domain/casework/position.h"

namespace comity::casework {
namespace {

using base::ErrorKind;
using kit::party;
using testing::Affair;
using testing::asked_for_content;

// --- silence

class Silence : public Affair {
 protected:
    Silence() {
        pressed = take(cast.petra, "press", "{}");
        since = pressed.header.at;
        due = since + std::chrono::hours(48);
    }
    std::string clock(base::Instant until) const {
        return R"({"since":")" + since.text() + R"(","deadline":")" + until.text() + R"("})";
    }
    void wait_until(std::string_view text) { desk.now = kit::instant(text); }

    Act pressed;
    base::Instant since;
    base::Instant due;
};

TEST_F(Silence, is_a_duty_first_with_its_clause_and_its_acts) {
    const Position all = now();
    ASSERT_EQ(all.duties.size(), 1U);
    EXPECT_EQ(all.duties[0].what, "validation");
    EXPECT_EQ(all.duties[0].clause, "affair/press");
    EXPECT_EQ(all.duties[0].due, due);
    EXPECT_EQ(all.duties[0].on_silence, "withdraw-and-delete");
    ASSERT_EQ(all.duties[0].acts.size(), 1U);
    EXPECT_EQ(all.duties[0].acts[0]->clause, "affair/validate");
    EXPECT_FALSE(has_power("lapse"));
    take(cast.rosa, "validate", "{}");
    EXPECT_TRUE(now().duties.empty());
}

TEST_F(Silence, has_no_effect_before_the_time_has_run_out) {
    desk.receipt(party(kit::xb_central), pressed.id());
    desk.now = due;
    const base::Error error = refusal(cast.petra, "lapse", clock(due));
    EXPECT_EQ(error.what, "the time has not run out");
    EXPECT_EQ(error.clause, "affair affair/press");
}

TEST_F(Silence, counts_once_its_bearer_is_seen_to_have_gone_on_without_an_answer) {
    desk.receipt(party(kit::xb_central), pressed.id());
    desk.now = due + base::Duration(1);
    EXPECT_FALSE(has_power("lapse"));
    const base::Error error = refusal(cast.petra, "lapse", clock(due));
    EXPECT_EQ(error.kind, ErrorKind::try_later);
    EXPECT_EQ(error.what, "an answer in time may still come from xb-central");
    EXPECT_EQ(error.clause, "affair affair/press");
    take(cast.rosa, "retain", "{}");
    EXPECT_TRUE(has_power("lapse"));
    take(cast.petra, "lapse", clock(due));
    EXPECT_EQ(desk.state.state, "ended");
}

TEST_F(Silence, counts_once_no_answer_in_time_can_become_witnessed_any_more) {
    desk.receipt(party(kit::xb_central), pressed.id());
    desk.now = due + std::chrono::seconds(cast.stage.annex.skew_seconds);
    EXPECT_FALSE(has_power("lapse"));
    EXPECT_EQ(refusal(cast.petra, "lapse", clock(due)).kind, ErrorKind::try_later);
    desk.now = desk.now + base::Duration(1);
    EXPECT_TRUE(has_power("lapse"));
    take(cast.petra, "lapse", clock(due));
}

TEST_F(Silence, of_somebody_who_was_not_reached_is_none) {
    wait_until("2027-03-12T00:00:00.000Z");
    const base::Error error = refusal(cast.petra, "lapse", clock(due));
    EXPECT_EQ(error.kind, ErrorKind::try_later);
    EXPECT_NE(error.why.find(pressed.id().hex()), std::string::npos);
    desk.receipt(party(kit::xb_central), pressed.id());
    take(cast.petra, "lapse", clock(due));
}

TEST_F(Silence, that_was_broken_in_time_is_none_but_a_late_answer_does_not_undo_it) {
    take(cast.rosa, "validate", "{}");
    wait_until("2027-03-12T00:00:00.000Z");
    EXPECT_EQ(refusal(cast.petra, "lapse", clock(due)).what, "there is no silence");
    EXPECT_FALSE(has_power("lapse"));
}

TEST_F(Silence, ends_with_an_answer_dated_in_time_whenever_it_arrives) {
    desk.receipt(party(kit::xb_central), pressed.id());
    const Act answer = meanwhile(cast.rosa, "validate", "{}");
    wait_until("2027-03-12T00:00:00.000Z");
    take(cast.petra, "lapse", clock(due));
    EXPECT_EQ(desk.state.state, "ended");
    arrives(answer);
    EXPECT_EQ(desk.state.state, "granted");
    EXPECT_TRUE(desk.state.done.back().overtaken);
}

TEST_F(Silence, says_only_what_the_clock_says) {
    desk.receipt(party(kit::xb_central), pressed.id());
    wait_until("2027-03-12T00:00:00.000Z");
    EXPECT_EQ(refusal(cast.petra, "lapse", clock(due - std::chrono::hours(1))).what,
              "the clock ran otherwise");
}

TEST_F(Silence, does_not_count_while_its_bearer_was_down) {
    desk.receipt(party(kit::xb_central), pressed.id());
    wait_until("2027-03-10T10:00:00.000Z");
    take(cast.rosa, "was-down",
         R"({"from":"2027-03-09T09:00:00.000Z","until":"2027-03-09T19:00:00.000Z"})");
    const base::Error error = refusal(cast.petra, "lapse", clock(due));
    EXPECT_EQ(error.what, "the clock ran otherwise");
    const base::Instant later = due + std::chrono::hours(10);
    EXPECT_EQ(now().duties.front().due, later);
    desk.now = later + std::chrono::hours(1);
    take(cast.petra, "lapse", clock(later));
    kit::Desk other(cast.stage, "affair", "a3");
    ASSERT_TRUE(other.take(cast.petra, "ask", asked_for_content));
    EXPECT_FALSE(
        other.take(cast.rosa, "was-down",
                   R"({"from":"2027-03-08T08:00:00.000Z","until":"2027-03-08T19:00:00.000Z"})"))
        << "an outage is not recorded before it ended";
}

TEST_F(Silence, declared_twice_is_declared_once) {
    desk.receipt(party(kit::xb_central), pressed.id());
    wait_until("2027-03-12T00:00:00.000Z");
    const Act second = meanwhile(cast.petra, "finish", "{}");
    const auto heads = desk.dossier.heads();
    take(cast.petra, "lapse", clock(due));
    EXPECT_EQ(desk.state.tacit.size(), 1U);
    EXPECT_EQ(desk.dossier.heads() == heads, false);
    EXPECT_EQ(refusal(cast.petra, "lapse", clock(due)).why, "the matter is ended");
    EXPECT_EQ(second.header.after, heads);
}

TEST(Outages, overlap_and_follow_each_other) {
    MatterState state;
    const auto at = [](int hour) { return base::Instant{std::int64_t{hour} * 3'600'000}; };
    EXPECT_EQ(with_outages(state, "requested", at(10), at(20)), at(20));
    state.outages = {{"requested", at(12), at(14)},
                     {"requested", at(13), at(15)},
                     {"provider", at(15), at(18)},
                     {"requested", at(2), at(11)}};
    EXPECT_EQ(with_outages(state, "requested", at(10), at(20)), at(24));
    state.outages.push_back({"requested", at(23), at(30)});
    EXPECT_EQ(with_outages(state, "requested", at(10), at(20)), at(31));
    state.outages.push_back({"requested", at(31), at(40)});
    EXPECT_EQ(with_outages(state, "requested", at(10), at(20)), at(31));
}

}  // namespace
}  // namespace comity::casework
