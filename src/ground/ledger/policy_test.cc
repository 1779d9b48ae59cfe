#include "ground/ledger/policy.h"

#include <gtest/gtest.h>
#include <map>
#include <rapidcheck.h>

#include "ground/ledger/log_for_test.h"

namespace comity::ledger {
namespace {

/// A log, six witnesses, and a policy over two levels of groups.
class Policies : public ::testing::Test {
 protected:
    Policies() : log("log.example", NoteKeyType::ed25519) {
        for (const std::string name : {"X1", "X2", "X3", "Y1", "Y2", "Y3"}) {
            witnesses.emplace(name,
                              NoteSigner("witness.example/" + name, NoteKeyType::cosignature));
        }
    }
    [[nodiscard]] std::string vkey(const std::string& witness) const {
        return witnesses.at(witness).key().vkey();
    }
    [[nodiscard]] std::string two_levels() const {
        return "# who must have seen a head\nlog " + log.key().vkey() + "\n\n" + "\twitness X1 " +
               vkey("X1") + " https://x1.example/submit\n" + "witness X2\t" + vkey("X2") +
               "\nwitness X3 " + vkey("X3") + "  \n" + "group X-witnesses 2 X1 X2 X3\n" +
               "witness Y1 " + vkey("Y1") + "\nwitness Y2 " + vkey("Y2") + "\nwitness Y3 " +
               vkey("Y3") + "\ngroup Y-witnesses any Y1 Y2 Y3\n" +
               "group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n";
    }
    /// What check_quorum says of a head that the log and these witnesses signed.
    [[nodiscard]] base::Result<void> asked(const Policy& policy,
                                           const std::vector<std::string>& by) {
        const std::string text = Checkpoint{log.key().name(), 0, crypto::merkle_root({})}.text();
        Note note{text, {log.sign(text)}};
        for (const std::string& name : by) {
            note.signatures.push_back(witnesses.at(name).sign(text));
        }
        const auto known = policy.witness_keys();
        const auto opened = open_checkpoint(note.encode(), log.key(), known);
        EXPECT_TRUE(opened) << opened.error().text();
        return policy.check_quorum(opened->verified);
    }
    [[nodiscard]] static base::Error refusal(const std::string& text) {
        const auto policy = Policy::parse(text);
        EXPECT_FALSE(policy) << text;
        return policy ? base::Error{} : policy.error();
    }

    NoteSigner log;
    std::map<std::string, NoteSigner> witnesses;
};

TEST_F(Policies, name_logs_witnesses_and_where_they_are) {
    const auto policy = Policy::parse(two_levels());
    ASSERT_TRUE(policy) << policy.error().text();
    ASSERT_EQ(policy->logs().size(), 1U);
    EXPECT_EQ(policy->logs()[0].key, log.key());
    ASSERT_EQ(policy->witnesses().size(), 6U);
    EXPECT_EQ(policy->witnesses()[0].name, "X1");
    EXPECT_EQ(policy->witnesses()[0].url, "https://x1.example/submit");
    EXPECT_EQ(policy->witnesses()[1].url, "");
}

TEST_F(Policies, ask_for_the_members_of_groups_in_groups) {
    const Policy policy = Policy::parse(two_levels()).value();
    EXPECT_TRUE(asked(policy, {"X1", "X3", "Y2"}));
    EXPECT_TRUE(asked(policy, {"X1", "X2", "X3", "Y1", "Y2", "Y3"}));
    const auto one_x = asked(policy, {"X1", "Y1", "Y2", "Y3"});
    ASSERT_FALSE(one_x);
    EXPECT_EQ(one_x.error().kind, base::ErrorKind::not_proven);
    EXPECT_EQ(one_x.error().what, "too few witnesses for the quorum X-and-Y");
    EXPECT_EQ(one_x.error().why, "no cosignature of X2, X3");
    EXPECT_FALSE(asked(policy, {"X1", "X2", "X3"}));
    EXPECT_FALSE(asked(policy, {}));
}

TEST_F(Policies, may_ask_for_one_witness_or_for_none) {
    const std::string witness = "witness X1 " + vkey("X1") + "\n";
    EXPECT_TRUE(asked(Policy::parse("quorum none\n").value(), {}));
    EXPECT_TRUE(asked(Policy(), {}));
    const Policy one = Policy::parse(witness + "quorum X1\n").value();
    EXPECT_TRUE(asked(one, {"X1"}));
    EXPECT_FALSE(asked(one, {}));
    EXPECT_FALSE(asked(one, {"Y1"}));
}

TEST_F(Policies, are_refused_with_the_line_that_is_wrong) {
    const std::string x1 = "witness X1 " + vkey("X1") + "\n";
    const std::string x2 = "witness X2 " + vkey("X2") + "\n";
    const std::string end = "quorum none\n";
    struct Case {
        std::string text, what, place;
    };
    for (const Case& one : std::vector<Case>{
             {"", "the policy has no quorum", ""},
             {x1, "the policy has no quorum", ""},
             {x1 + "quorum X1\nquorum X1\n", "a policy has one quorum", "line 3"},
             {x1 + "quorum\n", "the quorum is written `quorum NAME`", "line 2"},
             {x1 + "quorum X9\n", "no witness or group was defined before as X9", "line 2"},
             {"group G any X1\n" + x1 + end, "no witness or group was defined before as X1",
              "line 1"},
             {x1 + "group G any none\n" + end, "no witness or group was defined before as none",
              "line 2"},
             {x1 + x1 + end, "this name is taken: X1", "line 2"},
             {x1 + "witness X2 " + vkey("X1") + "\n" + end, "this witness's key stands here twice",
              "line 2"},
             {"witness none " + vkey("X1") + "\n" + end, "this name is taken: none", "line 1"},
             {"witness X1 " + log.key().vkey() + "\n" + end, "this is no key of a witness",
              "line 1"},
             {"log " + vkey("X1") + "\n" + end, "this is no key of a log", "line 1"},
             {x1 + x2 + "group G 0 X1 X2\n" + end, "a group of 2 cannot need 0", "line 3"},
             {x1 + x2 + "group G 3 X1 X2\n" + end, "a group of 2 cannot need 3", "line 3"},
             {x1 + "group G any\n" + end, "a group is written `group NAME any|all|K MEMBER...`",
              "line 2"},
             {x1 + "group G any X1 X1\n" + end, "a member of a group already: X1", "line 2"},
             {x1 + "group G any X1\ngroup H any X1\n" + end, "a member of a group already: X1",
              "line 3"},
             {"trust X1\n" + end, "a line of a policy begins with log, witness, group or quorum",
              "line 1"},
             {"quorum none\r\n", "a policy has no control characters but tab and newline",
              "line 1"}}) {
        const base::Error error = refusal(one.text);
        EXPECT_EQ(error.what, one.what);
        EXPECT_EQ(error.place, one.place) << one.what;
        EXPECT_EQ(error.kind, base::ErrorKind::malformed);
    }
    EXPECT_EQ(refusal("quorum none").kind, base::ErrorKind::malformed) << "a line ends in LF";
    EXPECT_EQ(refusal(std::string(64 * 1024, '#') + "\n" + end).kind, base::ErrorKind::too_large);
}

TEST_F(Policies, hold_names_in_any_octets) {
    const std::string name = "\xC3\xA9tat-\xFF";
    const auto policy =
        Policy::parse("witness " + name + " " + vkey("X1") + "\nquorum " + name + "\n");
    ASSERT_TRUE(policy) << policy.error().text();
    EXPECT_EQ(policy->witnesses()[0].name, name);
}

/// The plain second opinion: a quorum of k of n witnesses is k cosignatures.
TEST_F(Policies, of_one_group_count) {
    const std::vector<std::string> names{"X1", "X2", "X3", "Y1", "Y2", "Y3"};
    EXPECT_TRUE(rc::check("k of n", [&] {
        const int n = *rc::gen::inRange(1, 7);
        const int k = *rc::gen::inRange(1, n + 1);
        std::string text;
        std::string members;
        for (int i = 0; i < n; ++i) {
            const std::string& name = names[static_cast<std::size_t>(i)];
            text += "witness " + name + " " + vkey(name) + "\n";
            members += " " + name;
        }
        text += "group G " + std::to_string(k) + members + "\nquorum G\n";
        const Policy policy = Policy::parse(text).value();
        std::vector<std::string> by;
        int counted = 0;
        for (int i = 0; i < 6; ++i) {
            if (*rc::gen::arbitrary<bool>()) {
                by.push_back(names[static_cast<std::size_t>(i)]);
                counted += i < n ? 1 : 0;
            }
        }
        RC_ASSERT(asked(policy, by).has_value() == (counted >= k));
    }));
}

}  // namespace
}  // namespace comity::ledger
