// Proof files as a node exports them: digests of items, sealed items for named readers, and drafts
// that repeat the commitments of an order.

#include <gtest/gtest.h>

#include "domain/prooffile/prooffile.h"
#include "node/service/affair_for_test.h"
#include "node/service/views.h"

namespace comity::service {
namespace {

constexpr std::string_view letter = "invented mail";

/// The small law of this test stands under no agreement, and a file cannot prove that it does.
const std::vector<std::string> only_the_agreement{"text of the agreement"};

std::vector<std::string> what_does_not_hold(const prooffile::Report& report) {
    std::vector<std::string> found;
    for (const prooffile::Step& step : report.steps) {
        if (step.finding != prooffile::Finding::holds) {
            found.push_back(step.what);
        }
    }
    return found;
}

class ExportedProof : public SharedAffair {
 protected:
    void SetUp() override {
        SharedAffair::SetUp();
        items::ItemTerms terms;
        terms.realm = xa()->settings().realm;
        terms.media_type = "text/plain";
        terms.tier = 4;
        terms.end = *base::Date::parse("2027-06-30");
        terms.reader = xa().party;
        item = items::seal_item(base::view_of(letter), terms, reader.public_key(), random).value();
        codec::Object fields;
        fields["item"] = codec::to_value(item.descriptor);
        fields["category"] = "content";
        auto own =
            provider().prepare(cleo, matter, "", "hand", codec::canonical(codec::Value(fields)));
        ASSERT_TRUE(own) << own.error().text();
        own->items = {{item.descriptor.id, item.sealed}};
        const auto handed = provider().record(*std::move(own));
        ASSERT_TRUE(handed) << handed.error().text();
        let_messages_pass(wire);
        ASSERT_TRUE(xa()->item(item.descriptor.id));
    }
    [[nodiscard]] std::string exported(const std::vector<base::PartyId>& readers) {
        auto file = proof_of(*xa(), matter, readers);
        EXPECT_TRUE(file) << file.error().text();
        return file.value_or("");
    }
    [[nodiscard]] prooffile::Report report_on(const std::string& file) {
        return prooffile::verify_proof(file, prooffile::trust_from(xa()->annex()));
    }

    Wire wire{federation};
    items::SealedItem item;
};

TEST_F(ExportedProof, names_the_digest_of_every_item_and_carries_none_unless_asked) {
    const std::string file = exported({});
    const prooffile::ProofContents contents = prooffile::read_proof(file).value();
    ASSERT_EQ(contents.items.size(), 1U);
    EXPECT_EQ(contents.items[0].id, item.descriptor.id);
    EXPECT_FALSE(contents.items[0].carried);
    EXPECT_EQ(what_does_not_hold(report_on(file)), only_the_agreement);
    EXPECT_EQ(exported({xb().party}).find(item.sealed.substr(0, 60)), std::string::npos)
        << "the item is sealed to another reader";
}

TEST_F(ExportedProof, carries_the_item_for_its_reader_who_opens_it_and_nobody_else) {
    const std::string file = exported({xa().party});
    const prooffile::ProofContents contents = prooffile::read_proof(file).value();
    ASSERT_TRUE(contents.items.at(0).sealed);
    const prooffile::Report report = report_on(file);
    EXPECT_EQ(what_does_not_hold(report), only_the_agreement);
    EXPECT_TRUE(report.items.at(0).inside);
    const auto opened = items::open_item(item.descriptor, *contents.items[0].sealed, reader);
    ASSERT_TRUE(opened);
    EXPECT_EQ(base::text_of(opened->view()), letter);
    crypto::HeldSealingKey other(crypto::Curve::p256, random);
    EXPECT_EQ(items::open_item(item.descriptor, *contents.items[0].sealed, other).error().kind,
              base::ErrorKind::not_found);
}

TEST_F(ExportedProof, an_erased_item_is_not_carried_and_the_proof_still_verifies) {
    federation.clock.set(kit::instant("2027-06-30T03:00:00.000Z"));
    ASSERT_TRUE(xa()->erase_due());
    ASSERT_FALSE(xa()->item(item.descriptor.id));
    const std::string file = exported({xa().party});
    const prooffile::Report report = report_on(file);
    EXPECT_EQ(what_does_not_hold(report), only_the_agreement);
    ASSERT_EQ(report.items.size(), 1U);
    EXPECT_FALSE(report.items[0].inside);
    EXPECT_FALSE(report.items[0].carried);
}

TEST_F(ExportedProof, a_draft_within_an_act_repeats_the_commitments_of_equal_fields_only) {
    const casework::Act order = *xa()->matter(matter)->dossier.in_order(nullptr).front();
    submit::DraftRequest request;
    request.procedure = "affair";
    request.kind = "ask";
    request.key = petra.key->public_key().id();
    request.fields = codec::parse(R"({"requested":"xb-central","provider":"xb-cirrus-mail",)"
                                  R"("court":"xa-court","data":"traffic"})")
                         .value();
    const auto apart = xa()->draft(request);
    ASSERT_TRUE(apart) << apart.error().text();
    request.within = order.id();
    const auto within = xa()->draft(request);
    ASSERT_TRUE(within) << within.error().text();
    casework::Act separate;
    separate.commitments = apart->commitments;
    casework::Act repeated;
    repeated.commitments = within->commitments;
    EXPECT_TRUE(prooffile::shared_fields(order, separate).empty());
    const auto shared = prooffile::shared_fields(order, repeated);
    EXPECT_EQ(shared.size(), 3U) << "the three parties; the data differ";
    request.within = base::ActId{};
    EXPECT_EQ(xa()->draft(request).error().kind, base::ErrorKind::not_found);
}

}  // namespace
}  // namespace comity::service
