// A peer whose ledger signs two histories: the nodes that see it keep the evidence, raise an alarm,
// and release nothing to it or for it until an official has looked.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/service/affair_for_test.h"
#include "node/service/alarms.h"
#include "node/service/page.h"

namespace comity::service {
namespace {

using ::testing::HasSubstr;

class TwoHistories : public SharedAffair {
 protected:
    void SetUp() override {
        SharedAffair::SetUp();
        let_messages_pass(wire);
    }
    kit::Node& board() { return federation.node(kit::board); }

    /// Another history of the asking party's ledger, of so many leaves.
    [[nodiscard]] static base::Bytes leaf(std::uint64_t index) {
        return base::bytes_of("other " + std::to_string(index));
    }
    void fork_to(std::uint64_t size) {
        while (fork.size() < size) {
            fork.append(crypto::merkle_leaf(leaf(fork.size())));
        }
    }
    [[nodiscard]] ledger::AddCheckpoint asking(std::uint64_t old_size) {
        const ledger::Checkpoint head{xa()->sequencer().origin(), fork.size(), fork.root()};
        ledger::AddCheckpoint request;
        request.old_size = old_size;
        if (old_size > 0 && old_size < fork.size()) {
            request.proof = fork.consistency(old_size, fork.size()).value();
        }
        const base::Bytes signature =
            xa().ports().ledger_key.sign(base::view_of(head.text())).value();
        request.note = {head.text(),
                        {ledger::note_signature(xa()->sequencer().vkey(), {}, signature)}};
        for (const ledger::KeyChange& change : xa()->sequencer().key_changes()) {
            request.note.signatures.push_back(change.line());
        }
        return request;
    }
    [[nodiscard]] std::uint64_t attested_by_board() {
        return board().store.witnessed(xa()->sequencer().origin()).value()->size;
    }
    /// The asking party's ledger grows and is attested, until its size is (not) a power of two.
    void grow_until(bool power_of_two) {
        while (std::has_single_bit(attested_by_board()) != power_of_two) {
            ASSERT_TRUE(xa().act(petra, matter, "", "claim", R"({"emergency":true})"));
            let_messages_pass(wire);
        }
    }
    void expect_evidence(kit::Node& node) {
        ASSERT_EQ(node->split_ledgers().found().size(), 1U);
        const submit::SplitLedger& found = node->split_ledgers().found().front();
        EXPECT_EQ(found.party, xa().party);
        const auto evidence = ledger::SplitView::parse(found.evidence);
        ASSERT_TRUE(evidence);
        EXPECT_EQ(evidence->log.vkey(), federation.stage.annex.find(xa().party)->ledger);
        EXPECT_TRUE(ledger::check_split_view(*evidence));
    }
    [[nodiscard]] submit::Look look_of(const kit::Official& official, const base::Digest& evidence,
                                       kit::Node& node) {
        submit::Look look{evidence,
                          "compared by telephone; a restored disk",
                          official.key->public_key().id(),
                          federation.clock.now(),
                          {}};
        look.signature =
            kit::sign(*official.key, node.party, submit::subject_of(look, base::Realm::exercise),
                      submit::look_purpose, base::Realm::exercise,
                      federation.clock.now() + std::chrono::hours(1));
        return look;
    }

    Wire wire{federation};
    ledger::Tree fork;
};

TEST_F(TwoHistories, of_one_size_leave_evidence_with_who_is_asked_to_attest) {
    fork_to(attested_by_board());
    const auto answer = board()->witness(asking(attested_by_board()).encode());
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 422);
    expect_evidence(board());
    const auto shown = page(*board(), wire.delivery(kit::board), {});
    EXPECT_THAT(shown.body, HasSubstr("ALARM: the ledger of xa-prosecution signed two histories"));
    EXPECT_THAT(codec::canonical(ledger_alarms_view(*board())), HasSubstr("split-view"));
    // Also asked without its last size, as one that begins anew would ask.
    ASSERT_TRUE(board()->witness(asking(0).encode()));
    ASSERT_TRUE(board().start());
    expect_evidence(board());
}

TEST_F(TwoHistories, of_two_sizes_are_told_by_the_proof_that_comes_with_them) {
    grow_until(false);
    fork_to(attested_by_board() + 3);
    EXPECT_EQ(board()->witness(asking(attested_by_board()).encode())->status, 422);
    expect_evidence(board());
    EXPECT_TRUE(board()->split_ledgers().doubts().empty());
}

TEST_F(TwoHistories, under_a_key_that_followed_are_evidence_from_the_first_one) {
    ASSERT_TRUE(xa()->rotate_ledger_key());
    grow_until(false);
    fork_to(attested_by_board() + 3);
    const ledger::AddCheckpoint forked = asking(attested_by_board());
    EXPECT_EQ(board()->witness(forked.encode())->status, 422);
    expect_evidence(board());
    ASSERT_TRUE(board().start());
    expect_evidence(board());
}

TEST_F(TwoHistories, that_the_proof_does_not_tell_are_told_by_the_tiles) {
    grow_until(true);
    fork_to(attested_by_board() + 3);
    EXPECT_EQ(board()->witness(asking(attested_by_board()).encode())->status, 422);
    ASSERT_EQ(board()->split_ledgers().doubts().size(), 1U);
    EXPECT_NE(board()->split_ledgers().against({xa().party}), "");
    std::map<std::string, base::Bytes> tiles;
    for (auto& file : ledger::files_for_growth(fork, 0, leaf)) {
        tiles[std::string(delivery::ledger_prefix) + file.path] = std::move(file.content);
    }
    delivery::Delivery own(*board());
    for (int i = 0; i < 20 && board()->split_ledgers().found().empty(); ++i) {
        for (const delivery::Outgoing& one : own.next(federation.clock.now())) {
            base::Result<message::Response> answer =
                base::fail(base::ErrorKind::unavailable, "not this time");
            if (one.request.method == "GET" && one.peer == xa().party) {
                const auto tile = tiles.find(std::string(one.request.path()));
                answer = tile == tiles.end() ? message::text_response(404, "")
                                             : message::text_response(
                                                   200, std::string(base::text_of(tile->second)));
            }
            ASSERT_TRUE(own.answered(one.token, answer, federation.clock.now()));
        }
        federation.clock.advance(std::chrono::seconds(1));
    }
    expect_evidence(board());
    EXPECT_TRUE(board()->split_ledgers().doubts().empty());
}

TEST_F(TwoHistories, a_wrong_proof_of_a_ledger_that_only_grew_accuses_nobody) {
    grow_until(false);
    const std::uint64_t old_size = attested_by_board();
    fork = xa()->sequencer().tree();
    fork_to(old_size + 3);
    ledger::AddCheckpoint request = asking(old_size);
    request.proof.front() = base::Digest{};
    EXPECT_EQ(board()->witness(request.encode())->status, 422);
    EXPECT_TRUE(board()->split_ledgers().found().empty());
    EXPECT_EQ(board()->split_ledgers().doubts().size(), 1U) << "it is asked for its tiles";
}

TEST_F(TwoHistories, stop_what_is_released_and_not_what_restricts_until_an_official_has_looked) {
    // The provider has seen heads with the entries that came in, and is shown another history.
    const auto& seen = xa()->cosigned();
    ASSERT_FALSE(seen.empty());
    fork_to(seen.back().size);
    ASSERT_TRUE(provider()->witness(asking(0).encode()));
    expect_evidence(provider());
    const auto refused = hand(seal(5000));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, base::ErrorKind::inadmissible);
    EXPECT_THAT(refused.error().text(), HasSubstr("signed two histories"));
    ASSERT_TRUE(provider()->erase_due());

    const base::Digest evidence = provider()->split_ledgers().found().front().id();
    EXPECT_FALSE(provider()->split_ledgers().look(look_of(petra, evidence, provider())))
        << "another party's official";
    submit::Look altered = look_of(cleo, evidence, provider());
    altered.reason = "another reason";
    EXPECT_EQ(provider()->split_ledgers().look(altered).error().kind, base::ErrorKind::invalid);
    EXPECT_FALSE(hand(seal(5000)));
    message::Request request =
        message::post_request("/splits/look", codec::write(look_of(cleo, evidence, provider())));
    const auto looked = wire.request(provider().party, provider().party, std::move(request));
    EXPECT_EQ(looked.status, 200) << looked.body;
    EXPECT_TRUE(hand(seal(5000)));
    ASSERT_TRUE(provider().start());
    EXPECT_TRUE(provider()->split_ledgers().found().front().looked);
    EXPECT_EQ(provider()->split_ledgers().against({xa().party}), "");
}

}  // namespace
}  // namespace comity::service
