// What releases or destroys waits for the witnesses that its clause names (DESIGN 5.11), at nodes
// that exchange messages.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/law/testing.h"
#include "domain/prooffile/prooffile.h"
#include "node/service/affair_for_test.h"
#include "node/service/page.h"
#include "node/service/views.h"

namespace comity::service {
namespace {

using ::testing::HasSubstr;

/// Handing over takes a foreign court and an oversight body, none longer ago than an hour; in an
/// emergency the oversight body alone, the rest within a day. Destroying takes both as well.
const std::vector<std::pair<std::string, std::string>> witnessed{
    {"title \"Hand over\"",
     "  witnessed by 1 of foreign court, prosecution and 1 of oversight no older than 1 hours\n"
     "    or when emergency by 1 of oversight completed within 24 hours"},
    {"title \"Destroy\"", "  witnessed by 2 of any no older than 1 days"}};

class ByClause : public SharedAffair {
 protected:
    ByClause() : SharedAffair(casework::testing::affair_law(witnessed)) {}

    /// A wire over which these nodes answer nothing.
    class Silenced : public Wire {
     public:
        using Wire::Wire;
        std::set<base::PartyId> silent;

     protected:
        [[nodiscard]] bool is_lost(const base::PartyId&, const base::PartyId& to) override {
            return silent.contains(to);
        }
    };

    void pass(int rounds = 40) {
        for (int i = 0; i < rounds; ++i) {
            (void)wire.round(0, 0);
            federation.clock.advance(std::chrono::milliseconds(200));
        }
    }
    [[nodiscard]] bool reader_has(const items::SealedStream& stream) {
        return xa()->item(stream.descriptor.id).has_value();
    }

    Silenced wire{federation};
};

TEST_F(ByClause, the_item_goes_with_the_cosignatures_that_the_clause_names) {
    const auto stream = seal(5000);
    const auto handed = hand(stream);
    ASSERT_TRUE(handed) << handed.error().text();
    EXPECT_EQ(handed->waits, "1 of foreign court, prosecution and 1 of oversight");
    EXPECT_EQ(provider()->effects().open().size(), 1U);
    pass();
    EXPECT_TRUE(provider()->effects().open().empty());
    for (const auto& [peer, status] : wire.delivery(kit::cirrus).status()) {
        EXPECT_EQ(status.refused, 0U) << peer.text() << ": " << status.last_refusal;
        EXPECT_EQ(status.waiting, 0U) << peer.text() << ": " << status.last_trouble;
    }
    EXPECT_TRUE(read_at_asker(stream));
    for (kit::Node* node : {&xa(), &xb(), &provider()}) {
        const auto proven = (*node)->proven(handed->entries.front());
        ASSERT_TRUE(proven);
        EXPECT_TRUE(proven->quorum) << node->party.text();
    }
}

TEST_F(ByClause, without_the_board_the_act_arrives_and_the_item_stays) {
    wire.silent = {kit::party(kit::board)};
    const auto stream = seal(5000);
    const auto handed = hand(stream);
    ASSERT_TRUE(handed);
    pass();
    const base::ActId act{handed->entries.front()};
    EXPECT_TRUE(xa()->matter(matter)->dossier.has(act.digest));
    EXPECT_FALSE(reader_has(stream));
    EXPECT_TRUE(provider()->effects().waits(act));
    EXPECT_THAT(provider()->effects().reason(act), HasSubstr("1 of oversight (board)"));
    EXPECT_EQ(provider()->check_fetch(xa().party, stream.descriptor.id).error().kind,
              base::ErrorKind::try_later);
    wire.silent.clear();
    pass(200);
    EXPECT_FALSE(provider()->effects().waits(act));
    EXPECT_TRUE(read_at_asker(stream));
}

TEST_F(ByClause, what_restricts_waits_for_nobody_and_holds_the_item_also_once_it_could_go) {
    wire.silent = {kit::party(kit::board)};
    const auto stream = seal(5000);
    const auto handed = hand(stream);
    ASSERT_TRUE(handed);
    pass();
    const auto objected = xb().act(rosa, matter, "", "object", "{}");
    ASSERT_TRUE(objected) << objected.error().text();
    EXPECT_FALSE(objected->waits);
    pass();
    const base::ActId act{handed->entries.front()};
    EXPECT_TRUE(provider()->matter(matter)->dossier.has(objected->entries.front()));
    wire.silent.clear();
    pass(200);
    EXPECT_TRUE(provider()->effects().waits(act));
    EXPECT_THAT(provider()->effects().reason(act), HasSubstr("held back by act"));
    EXPECT_FALSE(reader_has(stream));
    ASSERT_TRUE(xb().act(rosa, matter, "", "object-no-more",
                         "{\"objection\":\"" + objected->entries.front().hex() + "\"}"));
    pass(200);
    EXPECT_TRUE(read_at_asker(stream));
}

TEST_F(ByClause, in_an_emergency_fewer_suffice_and_the_rest_is_owed) {
    ASSERT_TRUE(xa().act(petra, matter, "", "claim", R"({"emergency":true})"));
    pass();
    wire.silent = {kit::party(kit::xa_court)};
    const auto stream = seal(5000);
    const auto handed = hand(stream);
    ASSERT_TRUE(handed) << handed.error().text();
    pass();
    const base::ActId act{handed->entries.front()};
    EXPECT_TRUE(read_at_asker(stream));
    const auto& open = provider()->effects().open();
    ASSERT_EQ(open.size(), 1U);
    ASSERT_TRUE(open.at(act).complete_by);
    EXPECT_THAT(provider()->effects().reason(act), HasSubstr("xa-court"));
    federation.clock.advance(std::chrono::hours(25));
    const auto shown = page(*provider(), wire.delivery(kit::cirrus), {});
    EXPECT_THAT(shown.body, HasSubstr("took effect in an emergency"));
    wire.silent.clear();
    pass(400);
    EXPECT_TRUE(open.empty());
    const auto proven = xa()->proven(handed->entries.front());
    ASSERT_TRUE(proven && proven->quorum);
    EXPECT_THAT(proven->quorum->checkpoint, HasSubstr("xa-court"));
}

TEST_F(ByClause, a_contested_emergency_is_none) {
    ASSERT_TRUE(xa().act(petra, matter, "", "claim", R"({"emergency":true})"));
    pass();
    ASSERT_TRUE(xb().act(rosa, matter, "", "doubt", "{}"));
    pass();
    wire.silent = {kit::party(kit::xa_court)};
    const auto stream = seal(5000);
    ASSERT_TRUE(hand(stream));
    pass();
    EXPECT_FALSE(reader_has(stream));
}

TEST_F(ByClause, destruction_waits_as_well) {
    const auto stream = seal(5000);
    const auto handed = hand(stream);
    ASSERT_TRUE(handed);
    pass();
    ASSERT_TRUE(read_at_asker(stream));
    wire.silent = {kit::party(kit::board)};
    const auto destroyed = provider().act(cleo, matter, "", "destroy", "{}");
    ASSERT_TRUE(destroyed) << destroyed.error().text();
    EXPECT_EQ(destroyed->waits, "2 of any");
    pass();
    ASSERT_TRUE(provider()->erase_due());
    EXPECT_TRUE(provider()->item(stream.descriptor.id));
    wire.silent.clear();
    pass(200);
    ASSERT_TRUE(provider()->erase_due());
    EXPECT_FALSE(provider()->item(stream.descriptor.id));
}

TEST_F(ByClause, what_waits_is_known_after_a_restart_and_shown) {
    wire.silent = {kit::party(kit::board)};
    const auto stream = seal(5000);
    const auto handed = hand(stream);
    ASSERT_TRUE(handed);
    pass();
    const base::ActId act{handed->entries.front()};
    ASSERT_TRUE(provider().start());
    wire.restart_all();
    EXPECT_TRUE(provider()->effects().waits(act));
    const auto shown = page(*provider(), wire.delivery(kit::cirrus), {});
    EXPECT_THAT(shown.body, HasSubstr("provisional: nothing is handed over or destroyed yet"));
    const auto status = status_view(*provider(), wire.delivery(kit::cirrus), {});
    ASSERT_TRUE(status);
    EXPECT_THAT(codec::canonical(*status), HasSubstr("1 of foreign court, prosecution"));
    const auto view = matter_view(*provider(), matter);
    ASSERT_TRUE(view);
    EXPECT_THAT(codec::canonical(*view), HasSubstr("\"state\":\"provisional\""));
    wire.silent.clear();
    pass(200);
    EXPECT_TRUE(read_at_asker(stream));
    ASSERT_TRUE(provider().start());
    wire.restart_all();
    EXPECT_TRUE(provider()->effects().open().empty());
}

TEST_F(ByClause, the_proof_file_shows_the_witnesses_or_who_lacks) {
    const auto doubts_of = [&](kit::Node& node) {
        const auto file = proof_of(*node, matter);
        EXPECT_TRUE(file) << file.error().text();
        const auto report =
            prooffile::verify_proof(file.value_or(""), prooffile::trust_from(node->annex()));
        std::string found;
        for (const prooffile::Step& step : report.steps) {
            if (step.finding != prooffile::Finding::holds && step.what != "text of the agreement") {
                found += step.what + ": " + step.detail + "\n";
            }
        }
        return found;
    };
    wire.silent = {kit::party(kit::board)};
    const auto stream = seal(5000);
    ASSERT_TRUE(hand(stream));
    pass();
    EXPECT_THAT(doubts_of(xa()), ::testing::AllOf(HasSubstr("witnesses that its clause names"),
                                                  HasSubstr("1 of oversight (board)")));
    wire.silent.clear();
    pass(200);
    EXPECT_EQ(doubts_of(xa()), "");
    EXPECT_EQ(doubts_of(xb()), "") << "who got no item is shown the same";
    const std::string file = proof_of(*xa(), matter).value();
    EXPECT_TRUE(file.starts_with("comity-proof 3\n"));
    EXPECT_EQ(prooffile::write_proof(prooffile::read_proof(file).value()).value(), file);
}

TEST_F(ByClause, one_checkpoint_is_in_flight_per_witness) {
    delivery::Delivery own(*provider());
    ASSERT_TRUE(hand(seal(5000)));
    const auto asked = [&] {
        std::map<base::PartyId, int> count;
        for (const delivery::Outgoing& one : own.next(federation.clock.now())) {
            count[one.peer] += one.request.path() == delivery::witness_path ? 1 : 0;
        }
        return count;
    };
    const auto first = asked();
    EXPECT_EQ(first.at(kit::party(kit::board)), 1);
    EXPECT_EQ(first.at(kit::party(kit::xa_court)), 1);
    for (int i = 0; i < 3; ++i) {  // the ledger grows, nobody has answered
        ASSERT_TRUE(hand(seal(5000)));
        federation.clock.advance(std::chrono::hours(1));
        for (const auto& [peer, count] : asked()) {
            EXPECT_EQ(count, 0) << peer.text();
        }
    }
}

/// The text of the law folder that uses it.
class Deposit : public ::testing::Test {
 protected:
    void SetUp() override {
        for (const std::string_view of : {kit::xa_prosecution, kit::xb_central}) {
            federation.open_registry(of);
        }
        petra = federation.accredit(kit::xa_prosecution, "petra", "prosecutor");
        rosa = federation.accredit(kit::xb_central, "rosa", "legal-reviewer");
        federation.exchange();
    }
    kit::Node& xa() { return federation.node(kit::xa_prosecution); }
    kit::Node& xb() { return federation.node(kit::xb_central); }

    kit::Federation federation{
        law::Library::load(law::testing::sources_below(std::filesystem::path(COMITY_LAW))).value()};
    kit::Official petra, rosa;
    crypto::CountingRandom random{"deposit"};
    crypto::HeldSealingKey reader{crypto::Curve::p256, random};
};

TEST_F(Deposit, leaves_and_ends_under_the_witnesses_that_the_text_names) {
    Wire wire(federation);
    const auto pass = [&] {
        for (int i = 0; i < 60; ++i) {
            (void)wire.round(0, 0);
            federation.clock.advance(std::chrono::milliseconds(200));
        }
    };
    const auto proposed = xb().act(rosa, std::nullopt, "deposit", "propose",
                                   R"({"keeper":"xa-prosecution","subject":"s","conditions":"c"})");
    ASSERT_TRUE(proposed) << proposed.error().text();
    pass();
    ASSERT_TRUE(xa().act(petra, proposed->matter, "", "agree", "{}"));
    pass();
    items::ItemTerms terms;
    terms.realm = base::Realm::exercise;
    terms.media_type = "text/plain";
    terms.tier = 1;
    terms.end = *base::Date::parse("2027-06-30");
    terms.reader = xa().party;
    const auto item = items::seal_item(base::view_of(std::string_view("invented")), terms,
                                       reader.public_key(), random)
                          .value();
    codec::Object fields{{"item", codec::to_value(item.descriptor)}, {"description", "d"}};
    auto own =
        xb().prepare(rosa, proposed->matter, "", "deposit", codec::canonical(codec::Value(fields)));
    ASSERT_TRUE(own) << own.error().text();
    own->items = {{item.descriptor.id, item.sealed}};
    const auto deposited = xb().record(*std::move(own));
    ASSERT_TRUE(deposited) << deposited.error().text();
    ASSERT_TRUE(deposited->waits);
    EXPECT_FALSE(xa()->item(item.descriptor.id));
    pass();
    EXPECT_TRUE(xa()->item(item.descriptor.id));
    const auto destroyed = xa().act(petra, proposed->matter, "", "destroy",
                                    "{\"deposited\":\"" + deposited->entries.front().hex() + "\"}");
    ASSERT_TRUE(destroyed) << destroyed.error().text();
    ASSERT_TRUE(xa()->erase_due());
    EXPECT_TRUE(xa()->item(item.descriptor.id)) << "nobody has attested it yet";
    pass();
    ASSERT_TRUE(xa()->erase_due());
    EXPECT_FALSE(xa()->item(item.descriptor.id));
}

TEST_F(Deposit, is_not_proposed_where_the_annex_lacks_the_witnesses) {
    federation.stage.annex.witnesses = {kit::party(kit::xa_court), kit::party(kit::xa_prosecution)};
    for (auto& [id, node] : federation.nodes()) {
        ASSERT_TRUE(node->start());
    }
    const auto refused = xb().act(rosa, std::nullopt, "deposit", "propose",
                                  R"({"keeper":"xa-prosecution","subject":"s","conditions":"c"})");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, base::ErrorKind::inadmissible);
    EXPECT_THAT(refused.error().text(), HasSubstr("1 of oversight, civil-society (nobody)"));
}

}  // namespace
}  // namespace comity::service
