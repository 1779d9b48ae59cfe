// Quorums by clause, against a plain second opinion that tries every way of seating witnesses.

#include "domain/casework/quorum.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "domain/casework/affair_law_for_test.h"
#include "tests/kit/kit.h"

namespace comity::casework {
namespace {

using kit::party;
using ::testing::HasSubstr;
using Groups = std::vector<law::WitnessGroup>;

/// Whether each place can have a party of its own, by trying all of them.
bool can_seat(const std::vector<std::vector<base::PartyId>>& places, std::size_t place,
              std::set<base::PartyId>& used) {
    if (place == places.size()) {
        return true;
    }
    for (const base::PartyId& one : places[place]) {
        if (used.insert(one).second) {
            if (can_seat(places, place + 1, used)) {
                return true;
            }
            used.erase(one);
        }
    }
    return false;
}

class Quorums : public ::testing::Test {
 protected:
    Quorums() {
        for (const PartyEntry& entry : stage.annex.parties) {
            stage.annex.witnesses.push_back(entry.party);
        }
    }
    [[nodiscard]] std::vector<std::string> lacks(const Groups& groups,
                                                 const std::vector<std::string_view>& there) {
        std::vector<base::PartyId> parties;
        for (const std::string_view one : there) {
            parties.push_back(party(one));
        }
        return lacking(stage.annex, party(kit::cirrus), groups, parties);
    }
    [[nodiscard]] base::Result<MetBy> asked(const law::ActKind& kind, bool emergency,
                                            const std::vector<Cosigner>& there,
                                            const std::optional<base::Instant>& now) {
        return check_quorum(stage.annex, {kind, party(kit::cirrus), emergency}, there, now);
    }

    kit::Stage stage{testing::affair_law()};
};

TEST_F(Quorums, say_who_lacks_by_role_and_by_name) {
    const Groups groups{{1, true, {"court", "prosecution"}}, {1, false, {"oversight"}}};
    EXPECT_TRUE(lacks(groups, {kit::xa_court, kit::board}).empty());
    EXPECT_THAT(lacks(groups, {kit::xa_court}), ::testing::ElementsAre("1 of oversight (board)"));
    EXPECT_THAT(lacks(groups, {kit::board, kit::xb_central}),
                ::testing::ElementsAre(HasSubstr("1 of foreign court, prosecution")));
    // A party of the own state is not foreign, and nobody attests for himself.
    EXPECT_FALSE(lacks({{1, true, {"central-authority"}}}, {kit::xb_central}).empty());
    EXPECT_FALSE(lacks({{1, false, {}}}, {kit::cirrus}).empty());
}

TEST_F(Quorums, count_nobody_twice) {
    const Groups groups{{1, false, {}}, {1, false, {"oversight"}}};
    EXPECT_FALSE(lacks(groups, {kit::board}).empty());
    EXPECT_TRUE(lacks(groups, {kit::board, kit::xa_court}).empty())
        << "the board counts where only it can, whoever signed first";
}

TEST_F(Quorums, agree_with_the_plain_second_opinion) {
    const std::vector<std::string> kinds{"prosecution", "court", "central-authority", "oversight"};
    EXPECT_TRUE(rc::check("seating by augmenting paths and by trying all", [&] {
        Groups groups;
        const auto count = *rc::gen::inRange(1, 4);
        for (int i = 0; i < count; ++i) {
            law::WitnessGroup group{
                *rc::gen::inRange<std::int64_t>(1, 3), *rc::gen::arbitrary<bool>(),
                *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(kinds))};
            groups.push_back(std::move(group));
        }
        std::vector<base::PartyId> there;
        for (const PartyEntry& entry : stage.annex.parties) {
            if (*rc::gen::arbitrary<bool>()) {
                there.push_back(entry.party);
            }
        }
        const base::PartyId author = party(kit::cirrus);
        std::vector<std::vector<base::PartyId>> places;
        for (const law::WitnessGroup& group : groups) {
            std::vector<base::PartyId> fit = eligible(stage.annex, author, group);
            std::erase_if(fit, [&](const base::PartyId& one) {
                return std::ranges::find(there, one) == there.end();
            });
            places.insert(places.end(), static_cast<std::size_t>(group.needed), fit);
        }
        std::set<base::PartyId> used;
        RC_ASSERT(lacking(stage.annex, author, groups, there).empty() == can_seat(places, 0, used));
    }));
}

TEST_F(Quorums, cosignatures_grow_too_old) {
    law::ActKind kind;
    kind.clause = "affair/hand";
    kind.witnessing = law::Witnessing{
        {{1, false, {"court"}}, {1, false, {"oversight"}}}, {2, law::Span::Unit::hours}, {}};
    const base::Instant then =
        stage.annex.parties.empty() ? base::Instant{} : kit::instant("2027-03-01T10:00:00.000Z");
    const auto hours = [&](int count) { return then + std::chrono::hours(count); };
    const std::vector<Cosigner> there{{party(kit::xa_court), hours(0)},
                                      {party(kit::board), hours(1)}};
    EXPECT_TRUE(asked(kind, false, there, hours(2)));
    const auto late = asked(kind, false, there, hours(3));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind, base::ErrorKind::not_proven);
    EXPECT_EQ(late.error().clause, "affair/hand");
    EXPECT_THAT(late.error().why, HasSubstr("1 of court (xa-court)"));
    // Whoever reads it later cannot know the moment: what they can see is how far apart they are.
    EXPECT_TRUE(asked(kind, false, there, std::nullopt));
    EXPECT_FALSE(asked(kind, false,
                       {{party(kit::xa_court), hours(0)}, {party(kit::board), hours(3)}},
                       std::nullopt));
    EXPECT_TRUE(asked(kind, false,
                      {{party(kit::xa_court), hours(0)},
                       {party(kit::board), hours(1)},
                       {party(kit::xb_central), hours(30)}},
                      std::nullopt))
        << "who is not asked for does not make the others old";
}

TEST_F(Quorums, fewer_suffice_only_where_the_clause_says_so_and_its_condition_holds) {
    law::ActKind kind;
    kind.witnessing = law::Witnessing{
        {{1, false, {"court"}}, {1, false, {"oversight"}}}, {2, law::Span::Unit::hours}, {}};
    const std::vector<Cosigner> board{
        {party(kit::board), kit::instant("2027-03-01T10:00:00.000Z")}};
    EXPECT_FALSE(asked(kind, true, board, std::nullopt));
    kind.witnessing->emergency = law::EmergencyWitnessing{
        {"emergency", true}, {{1, false, {"oversight"}}}, {24, law::Span::Unit::hours}};
    EXPECT_FALSE(asked(kind, false, board, std::nullopt));
    EXPECT_EQ(asked(kind, true, board, std::nullopt).value(), MetBy::emergency);
}

TEST_F(Quorums, an_annex_without_the_witnesses_is_told_so) {
    law::ActKind kind;
    kind.clause = "affair/hand";
    kind.witnessing = law::Witnessing{{{2, false, {"oversight"}}}, {2, law::Span::Unit::hours}, {}};
    const auto refused = check_reachable(stage.annex, kind, party(kit::cirrus));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, base::ErrorKind::inadmissible);
    EXPECT_EQ(refused.error().clause, "affair/hand");
    EXPECT_THAT(refused.error().why, HasSubstr("1 of oversight (nobody)"));
    kind.witnessing->groups = {{1, false, {"oversight"}}};
    EXPECT_TRUE(check_reachable(stage.annex, kind, party(kit::cirrus)));
    EXPECT_FALSE(check_reachable(stage.annex, kind, party(kit::board)));
}

}  // namespace
}  // namespace comity::casework
