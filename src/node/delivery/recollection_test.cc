#include "node/delivery/recollection.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "node/submit/story_for_test.h"

namespace comity::delivery {
namespace {

using submit::Story;
using Verdict = Recollection::Verdict;

base::Result<message::Response> answer(const LastHead& head) {
    return message::json_response(200, codec::write(head));
}

base::Result<message::Response> nobody_there() {
    return base::fail(base::ErrorKind::unavailable, "the connection was refused");
}

/// What a witness of the story answers to the question.
base::Result<message::Response> asked(kit::Federation& federation, const Outgoing& outgoing) {
    return answer(last_head(*federation.node(outgoing.peer.text()), outgoing.request.body).value());
}

LastHead head_of(const submit::Institution& institution, std::uint64_t size) {
    return {institution.settings().origin, static_cast<std::int64_t>(size),
            institution.sequencer().tree().root_at(size)};
}

// The story's annex: the board and the court attest, one of them suffices.
TEST_F(Story, both_of_two_attesting_nodes_are_asked_when_one_is_a_quorum) {
    Recollection recollection(*xa());
    const base::Instant now = federation.clock.now();
    const auto questions = recollection.next(now);
    ASSERT_EQ(questions.size(), 2U);
    EXPECT_TRUE(recollection.next(now).empty());
    recollection.answered(questions[0].token, asked(federation, questions[0]), now);
    EXPECT_EQ(recollection.verdict(), Verdict::asking);
    recollection.answered(questions[1].token, asked(federation, questions[1]), now);
    EXPECT_EQ(recollection.verdict(), Verdict::current);
    EXPECT_TRUE(recollection.next(now).empty());
    EXPECT_FALSE(recollection.wake_at().has_value());
}

TEST_F(Story, two_of_three_attesting_nodes_suffice_when_two_are_a_quorum) {
    federation.stage.annex.witnesses.push_back(kit::party(kit::xb_central));
    federation.stage.annex.quorum = 2;
    const auto started = submit::Institution::start(xa()->settings(), xa().ports(),
                                                    kit::small_law(), federation.stage.annex);
    ASSERT_TRUE(started.has_value()) << started.error().text();
    Recollection recollection(**started);
    const base::Instant now = federation.clock.now();
    const auto questions = recollection.next(now);
    ASSERT_EQ(questions.size(), 3U);
    recollection.answered(questions[1].token, asked(federation, questions[1]), now);
    EXPECT_EQ(recollection.verdict(), Verdict::asking);
    recollection.answered(questions[2].token, asked(federation, questions[2]), now);
    EXPECT_EQ(recollection.verdict(), Verdict::current);
}

TEST_F(Story, an_attesting_node_does_not_ask_itself) {
    Recollection recollection(*federation.node(kit::board));
    const base::Instant now = federation.clock.now();
    const auto questions = recollection.next(now);
    ASSERT_EQ(questions.size(), 1U);
    EXPECT_EQ(questions[0].peer, kit::party(kit::xa_court));
    recollection.answered(questions[0].token, asked(federation, questions[0]), now);
    EXPECT_EQ(recollection.verdict(), Verdict::current);
}

TEST_F(Story, the_answer_is_what_was_last_cosigned) {
    (void)ask();
    federation.cosign(xa());
    const std::string question = codec::write(LastHead{xa()->settings().origin, 0, {}});
    const LastHead board = last_head(*federation.node(kit::board), question).value();
    EXPECT_EQ(board.size, static_cast<std::int64_t>(xa()->sequencer().size()));
    EXPECT_EQ(board.root, xa()->sequencer().tree().root());
    const LastHead court = last_head(*federation.node(kit::xa_court), question).value();
    EXPECT_EQ(court.size, 0);
    EXPECT_EQ(last_head(*xb(), R"({"origin":"example.com/other","root":")" + std::string(64, '0') +
                                   R"(","size":0})")
                  .error()
                  .kind,
              base::ErrorKind::not_found);
    EXPECT_EQ(last_head(*xb(), "a question").error().kind, base::ErrorKind::malformed);
}

TEST_F(Story, data_older_than_what_was_cosigned_are_found_and_the_way_out_is_said) {
    Recollection recollection(*xa());
    const base::Instant now = federation.clock.now();
    const auto questions = recollection.next(now);
    const std::uint64_t held = xa()->sequencer().size();
    LastHead newer = head_of(*xa(), held);
    ++newer.size;
    recollection.answered(questions[0].token, answer(newer), now);
    EXPECT_EQ(recollection.verdict(), Verdict::behind);
    const base::Error found = recollection.finding();
    EXPECT_EQ(found.kind, base::ErrorKind::conflict);
    EXPECT_NE(found.why.find(std::to_string(held + 1) + " leaves"), std::string::npos) << found.why;
    EXPECT_NE(found.why.find("hold " + std::to_string(held)), std::string::npos) << found.why;
    EXPECT_NE(found.next.find("Restore"), std::string::npos) << found.next;
    // What others say later does not help.
    recollection.answered(questions[1].token, answer(head_of(*xa(), held)), now);
    EXPECT_EQ(recollection.verdict(), Verdict::behind);
    EXPECT_TRUE(recollection.next(now).empty());
}

TEST_F(Story, another_history_of_no_more_leaves_is_found_as_well) {
    Recollection recollection(*xa());
    const base::Instant now = federation.clock.now();
    const auto questions = recollection.next(now);
    ASSERT_GE(xa()->sequencer().size(), 2U);
    LastHead forked = head_of(*xa(), xa()->sequencer().size() - 1);
    forked.root = xa()->sequencer().tree().root();
    recollection.answered(questions[0].token, answer(forked), now);
    EXPECT_EQ(recollection.verdict(), Verdict::behind);
}

TEST_F(Story, an_earlier_cosigned_head_is_no_contradiction) {
    Recollection recollection(*xa());
    const base::Instant now = federation.clock.now();
    for (const Outgoing& question : recollection.next(now)) {
        recollection.answered(question.token, answer(head_of(*xa(), 1)), now);
    }
    EXPECT_EQ(recollection.verdict(), Verdict::current);
}

TEST_F(Story, who_cannot_be_asked_is_asked_again_later_and_named_meanwhile) {
    Recollection recollection(*xa());
    base::Instant now = federation.clock.now();
    for (int i = 0; i < 10; ++i) {
        const auto questions = recollection.next(now);
        ASSERT_EQ(questions.size(), 2U) << i;
        for (const Outgoing& question : questions) {
            recollection.answered(question.token, nobody_there(), now);
        }
        EXPECT_TRUE(recollection.next(now).empty());
        ASSERT_TRUE(recollection.wake_at().has_value());
        ASSERT_GT(*recollection.wake_at(), now);
        now = *recollection.wake_at();
    }
    EXPECT_EQ(recollection.verdict(), Verdict::asking);
    EXPECT_EQ(recollection.finding().kind, base::ErrorKind::try_later);
    EXPECT_NE(recollection.finding().why.find("the connection was refused"), std::string::npos);
    for (const Outgoing& question : recollection.next(now)) {
        recollection.answered(question.token, asked(federation, question), now);
    }
    EXPECT_EQ(recollection.verdict(), Verdict::current);
}

TEST_F(Story, nonsense_and_answers_about_another_ledger_count_as_none) {
    Recollection recollection(*xa());
    const base::Instant now = federation.clock.now();
    const auto questions = recollection.next(now);
    recollection.answered(questions[0].token, message::text_response(200, "fine"), now);
    recollection.answered(questions[1].token, answer(head_of(*xb(), 1)), now);
    recollection.answered(4711, answer(head_of(*xa(), 1)), now);
    EXPECT_EQ(recollection.verdict(), Verdict::asking);
}

}  // namespace
}  // namespace comity::delivery
