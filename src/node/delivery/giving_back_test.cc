#include "node/delivery/giving_back.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "node/delivery/loss_for_test.h"

namespace comity::delivery {
namespace {

using base::ErrorKind;
using kit::party;

GivenBack given(kit::Node& by, std::string_view asking, const GiveBack& question) {
    const auto answer = give_back(*by, party(asking), codec::write(question));
    EXPECT_TRUE(answer.has_value()) << answer.error().text();
    return answer.value_or(GivenBack{});
}

TEST_F(Loss, a_party_gets_its_own_entries_and_those_of_common_matters) {
    const base::MatterId matter = errand_carried_out();
    const auto own = given(xb(), kit::xa_prosecution, {party(kit::xa_prosecution), 0, {}});
    EXPECT_EQ(own.entries.size(), xa()->sequencer().size());
    EXPECT_FALSE(own.next.has_value());
    for (const casework::ProvenEntry& proven : own.entries) {
        EXPECT_TRUE(casework::check_proof(xa()->annex(), proven));
    }
    const auto theirs = given(xb(), kit::xa_prosecution, {party(kit::xb_central), 0, {}});
    const auto in_matter = std::ranges::count_if(theirs.entries, [&](const auto& proven) {
        return casework::matter_of(proven.entry()) == matter;
    });
    EXPECT_EQ(static_cast<std::size_t>(in_matter),
              xb()->matter(matter)->dossier.chain(xb().party).size());
}

TEST_F(Loss, who_is_no_party_of_a_matter_gets_nothing_of_it) {
    const base::MatterId matter = errand_carried_out();
    for (const std::string_view author : {kit::xa_prosecution, kit::xb_central}) {
        const auto page = given(xb(), kit::cirrus, {party(author), 0, {}});
        EXPECT_FALSE(page.entries.empty());  // the registers
        for (const casework::ProvenEntry& proven : page.entries) {
            EXPECT_NE(casework::matter_of(proven.entry()), matter);
        }
    }
}

TEST_F(Loss, a_third_partys_act_is_opened_for_the_side_that_asks) {
    const base::MatterId matter = ask(R"(,"secret":"marker","others":["xb-cirrus-mail"])");
    federation.exchange();
    const auto secret_for = [&](std::string_view asking) {
        const auto page = given(xb(), asking, {party(kit::xa_prosecution), 0, {}});
        const auto found = std::ranges::find_if(page.entries, [&](const auto& proven) {
            return casework::matter_of(proven.entry()) == matter;
        });
        return found->act->text("secret");
    };
    EXPECT_EQ(secret_for(kit::xa_prosecution), "marker");
    EXPECT_EQ(secret_for(kit::cirrus), std::nullopt);
}

TEST_F(Loss, pages_are_bounded_and_go_on_where_the_last_one_ended) {
    const base::MatterId matter = ask();
    for (std::size_t i = 0; i < most_entries_given + 10; ++i) {
        ASSERT_TRUE(xa().act(ina, matter, "", "remark", R"({"note":"again"})"));
    }
    federation.exchange();
    std::vector<casework::EntryId> all;
    GiveBack question{party(kit::xa_prosecution), 0, {}};
    std::size_t pages = 0;
    do {
        const GivenBack page = given(xb(), kit::xa_prosecution, question);
        EXPECT_LE(page.entries.size(), most_entries_given);
        for (const casework::ProvenEntry& proven : page.entries) {
            all.push_back(casework::id_of(proven.entry()));
        }
        question.after = page.next;
        ++pages;
    } while (question.after);
    EXPECT_EQ(pages, 2U);
    std::vector<casework::EntryId> kept;
    for (const auto& [id, one] : xb()->matters()) {
        const auto chain = one.dossier.chain(party(kit::xa_prosecution));
        kept.insert(kept.end(), chain.begin(), chain.end());
    }
    EXPECT_EQ(all, kept);
    const std::int64_t from = static_cast<std::int64_t>(xa()->sequencer().size()) - 3;
    EXPECT_EQ(
        given(xb(), kit::xa_prosecution, {party(kit::xa_prosecution), from, {}}).entries.size(),
        3U);
}

TEST_F(Loss, only_own_entries_of_common_matters_are_delivered_again) {
    const base::MatterId matter = errand_carried_out();
    const auto all = [&](kit::Node& node) {
        std::vector<casework::EntryId> entries;
        for (const base::PartyId& author : node->matter(matter)->dossier.authors()) {
            const auto chain = node->matter(matter)->dossier.chain(author);
            entries.insert(entries.end(), chain.begin(), chain.end());
        }
        return entries;
    };
    const std::vector<casework::EntryId> entries = all(xb());
    EXPECT_EQ(submit::deliver_again(*xb(), party(kit::cirrus), entries), 0U);
    EXPECT_TRUE(xb()->outbox().empty());
    const std::size_t own = xb()->matter(matter)->dossier.chain(xb().party).size();
    EXPECT_EQ(submit::deliver_again(*xb(), party(kit::xa_prosecution), entries), own);
    EXPECT_EQ(submit::deliver_again(*xb(), party(kit::xa_prosecution), entries), 0U);
    EXPECT_EQ(xb()->outbox().size(), own);
    // They are known there, and a restart does not forget that they wait.
    ASSERT_TRUE(xb().start());
    EXPECT_EQ(xb()->outbox().size(), own);
    federation.exchange();
    EXPECT_TRUE(xb()->outbox().empty());
    expect_same(matter, {kit::xa_prosecution, kit::xb_central});
}

TEST_F(Loss, requests_that_are_none_are_refused) {
    message::Request request;
    request.method = "POST";
    request.target = std::string(give_back_path);
    request.body = "a question";
    EXPECT_EQ(answer_restoration(*xb(), party(kit::cirrus), request)->status, 400);
    request.body = codec::write(GiveBack{party(kit::xb_central), 0, {}});
    EXPECT_EQ(answer_restoration(*xb(), party(kit::xb_central), request)->status, 403);
    request.target = std::string(deliver_again_path);
    EXPECT_EQ(answer_restoration(*xb(), party(kit::cirrus), request)->status, 400);
    request.target = "/federation/other";
    EXPECT_FALSE(answer_restoration(*xb(), party(kit::cirrus), request).has_value());
}

}  // namespace
}  // namespace comity::delivery
