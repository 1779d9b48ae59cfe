#include "domain/casework/judge.h"

#include <gtest/gtest.h>

#include "domain/casework/schema.h"
#include "tests/kit/kit.h"

namespace comity::casework {
namespace {

using base::ErrorKind;
using kit::party;

/// One errand under the small law, asked for by an investigator of the prosecution.
class Errand : public ::testing::Test {
 protected:
    Errand()
        : registry(kit::open_registry(stage, kit::xa_prosecution)),
          other_registry(kit::open_registry(stage, kit::xb_central)),
          errand(stage, "errand", "e1") {
        for (const auto* one : {&ina, &petra}) {
            EXPECT_TRUE(registry.take(root, "accredit", kit::accreditation(*one)));
        }
        EXPECT_TRUE(other_registry.take(stage.root_of(kit::xb_central), "accredit",
                                        kit::accreditation(rosa)));
        EXPECT_TRUE(errand.take(ina, "ask", asked));
    }

    base::Error refusal(const kit::Official& official, std::string_view kind,
                        std::string_view fields, const kit::Alter& alter = {}) {
        const auto size = errand.dossier.heads();
        const auto taken = errand.take(official, kind, fields, alter);
        EXPECT_FALSE(taken) << "it was admitted";
        EXPECT_EQ(errand.dossier.heads(), size);
        return taken ? base::Error{} : taken.error();
    }

    static constexpr std::string_view asked =
        R"({"requested":"xb-central","data":"subscriber","note":"n"})";
    kit::Stage stage{kit::small_law()};
    kit::Desk registry, other_registry, errand;
    kit::Official root = stage.root_of(kit::xa_prosecution);
    kit::Official ina = stage.stranger(kit::xa_prosecution, "ina", "investigator");
    kit::Official petra = stage.stranger(kit::xa_prosecution, "petra", "prosecutor");
    kit::Official rosa = stage.stranger(kit::xb_central, "rosa", "legal-reviewer");
};

TEST_F(Errand, goes_from_asked_to_carried) {
    ASSERT_TRUE(errand.take(petra, "approve", "{}"));
    ASSERT_TRUE(errand.take(petra, "remark", R"({"note":"n"})"));
    ASSERT_TRUE(errand.take(rosa, "carry", R"({"urgent":true})"));
    EXPECT_EQ(errand.state.state, "carried");
    EXPECT_TRUE(errand.state.events.contains("answer"));
}

TEST_F(Errand, an_act_of_the_wrong_side_is_refused_with_its_clause) {
    const base::Error error = refusal(petra, "drop", R"({"reasons":"r"})");
    EXPECT_EQ(error.kind, ErrorKind::inadmissible);
    EXPECT_EQ(error.clause, "errand/drop");
    EXPECT_NE(error.why.find("the side requested"), std::string::npos);
}

TEST_F(Errand, an_act_of_the_wrong_role_is_refused_with_its_clause) {
    const base::Error error = refusal(ina, "approve", "{}");
    EXPECT_EQ(error.kind, ErrorKind::inadmissible);
    EXPECT_EQ(error.clause, "errand/approve");
    EXPECT_NE(error.what.find("a investigator may not"), std::string::npos);
}

TEST_F(Errand, an_act_that_is_not_open_in_the_state_is_refused) {
    ASSERT_TRUE(errand.take(petra, "approve", "{}"));
    const base::Error error = refusal(petra, "approve", "{}");
    EXPECT_EQ(error.kind, ErrorKind::inadmissible);
    EXPECT_EQ(error.why, "the matter is agreed");
}

TEST_F(Errand, an_act_waits_for_the_act_that_must_come_first) {
    ASSERT_TRUE(errand.take(petra, "approve", "{}"));
    const base::Error error = refusal(rosa, "carry", "{}");
    EXPECT_EQ(error.kind, ErrorKind::inadmissible);
    EXPECT_EQ(error.what, "another act must come first: remark");
    EXPECT_EQ(error.clause, "errand/carry");
}

TEST_F(Errand, nobody_approves_their_own_request_even_in_a_second_role_under_a_second_key) {
    const kit::Official again = stage.stranger(kit::xa_prosecution, "ina", "prosecutor");
    ASSERT_TRUE(registry.take(root, "accredit", kit::accreditation(again)));
    const base::Error error = refusal(again, "approve", "{}");
    EXPECT_EQ(error.kind, ErrorKind::inadmissible);
    EXPECT_EQ(error.what, "nobody approves their own request");
    EXPECT_EQ(error.clause, "errand/approve");
}

TEST_F(Errand, one_key_cannot_stand_for_two_persons) {
    kit::Official alias = ina;
    alias.person = base::PersonId::parse("ina-too").value();
    alias.role = "prosecutor";
    const auto granted = registry.take(root, "accredit", kit::accreditation(alias));
    ASSERT_FALSE(granted);
    EXPECT_EQ(granted.error().kind, ErrorKind::inadmissible);
    EXPECT_EQ(granted.error().what, "one key stands for one person");
}

TEST_F(Errand, a_fact_is_asserted_by_the_side_and_role_that_the_vocabulary_names) {
    law::ActKind kind = *errand.procedure->act("note");
    kind.by_side = "requesting";
    const auto act = errand.prepare(rosa, "note", kit::object(R"({"note":"n","urgent":true})"));
    ASSERT_TRUE(act);
    const auto& words = stage.library.vocabulary();
    EXPECT_EQ(check_fields(words, kind, *act, "legal-reviewer").error().kind,
              ErrorKind::inadmissible);
    kind.by_side = "requested";
    EXPECT_EQ(check_fields(words, kind, *act, "custodian").error().kind, ErrorKind::inadmissible);
    EXPECT_TRUE(check_fields(words, kind, *act, "legal-reviewer"));
}

TEST_F(Errand, only_a_court_accredits_a_judge) {
    const kit::Official judge = stage.stranger(kit::xa_prosecution, "jo", "judge");
    const auto granted = registry.take(root, "accredit", kit::accreditation(judge));
    ASSERT_FALSE(granted);
    EXPECT_EQ(granted.error().kind, ErrorKind::inadmissible);
    EXPECT_EQ(granted.error().clause, "registry/accredit");
    EXPECT_EQ(granted.error().what, "a prosecution may not accredit a judge");
    kit::Desk court = kit::open_registry(stage, kit::xa_court);
    EXPECT_TRUE(court.take(stage.root_of(kit::xa_court), "accredit",
                           kit::accreditation(stage.stranger(kit::xa_court, "jo", "judge"))));
}

TEST_F(Errand, an_expired_accreditation_is_refused) {
    errand.now = kit::instant("2029-01-01T00:00:00.000Z");
    const base::Error error = refusal(petra, "approve", "{}");
    EXPECT_EQ(error.kind, ErrorKind::inadmissible);
    EXPECT_EQ(error.what, "the accreditation had expired");
}

TEST_F(Errand, an_accreditation_that_has_not_begun_is_refused) {
    const kit::Official late = stage.stranger(kit::xa_prosecution, "late", "prosecutor");
    ASSERT_TRUE(
        registry.take(root, "accredit", kit::accreditation(late, "2028-01-01T00:00:00.000Z")));
    EXPECT_EQ(refusal(late, "approve", "{}").what, "the accreditation had not begun");
}

TEST_F(Errand, a_renewal_made_ahead_of_time_leaves_no_gap) {
    ASSERT_TRUE(registry.take(
        root, "accredit",
        kit::accreditation(petra, "2029-01-01T00:00:00.000Z", "2031-01-01T00:00:00.000Z")));
    EXPECT_TRUE(errand.take(petra, "approve", "{}"));
    errand.now = kit::instant("2030-01-01T00:00:00.000Z");
    EXPECT_TRUE(errand.take(petra, "remark", R"({"note":"n"})"));
}

TEST_F(Errand, a_suspended_key_signs_nothing_from_then_on) {
    const auto before = errand.prepare(petra, "remark", kit::object(R"({"note":"n"})"));
    codec::Object fields;
    fields["key"] = petra.key->public_key().jwk();
    fields["reason"] = "lost";
    errand.now = errand.now + std::chrono::minutes(5);
    registry.now = errand.now - std::chrono::minutes(1);
    ASSERT_TRUE(registry.take(root, "suspend", codec::canonical(fields)));
    EXPECT_EQ(refusal(petra, "approve", "{}").what, "the accreditation is suspended");
    EXPECT_TRUE(errand.attempt(*before)) << "dated before the suspension";
    // Relying on an older head of the registry does not help.
    const auto older = registry.dossier.chain(party(kit::xa_prosecution))[2];
    EXPECT_EQ(
        refusal(petra, "approve", "{}", [&](Header& header) { header.registry = older; }).what,
        "the accreditation is suspended");
}

TEST_F(Errand, a_key_outside_the_chain_names_the_link_that_lacks) {
    const kit::Official stranger = stage.stranger(kit::xa_prosecution, "eve", "prosecutor");
    const base::Error error = refusal(stranger, "approve", "{}");
    EXPECT_EQ(error.kind, ErrorKind::not_proven);
    EXPECT_NE(error.why.find("root of xa-prosecution -> key"), std::string::npos);
    const base::Error headless =
        refusal(stranger, "approve", "{}", [](Header& header) { header.registry.reset(); });
    EXPECT_EQ(headless.kind, ErrorKind::not_proven);
}

TEST_F(Errand, a_registry_head_that_is_not_known_yet_is_asked_for) {
    const base::Error error = refusal(petra, "approve", "{}", [](Header& header) {
        header.registry = crypto::sha256("not here");
    });
    EXPECT_EQ(error.kind, ErrorKind::try_later);
}

TEST_F(Errand, a_grant_made_after_the_head_relied_on_does_not_count) {
    const auto old_head = stage.registry.head(party(kit::xa_prosecution));
    const kit::Official pia = stage.stranger(kit::xa_prosecution, "pia", "prosecutor");
    ASSERT_TRUE(registry.take(root, "accredit", kit::accreditation(pia)));
    const base::Error error =
        refusal(pia, "approve", "{}", [&](Header& header) { header.registry = old_head; });
    EXPECT_EQ(error.kind, ErrorKind::not_proven);
}

TEST_F(Errand, the_realm_of_act_and_accreditation_is_the_realm_of_the_node) {
    const base::Error error =
        refusal(petra, "approve", "{}", [](Header& header) { header.realm = base::Realm::live; });
    EXPECT_EQ(error.kind, ErrorKind::inadmissible);
    const kit::Official live = stage.stranger(kit::xa_prosecution, "liv", "prosecutor");
    const auto granted = registry.take(
        root, "accredit",
        kit::accreditation(live, "2027-01-01T00:00:00.000Z", "2029-01-01T00:00:00.000Z", "live"));
    ASSERT_FALSE(granted);
    EXPECT_EQ(granted.error().kind, ErrorKind::inadmissible);
}

TEST_F(Errand, an_act_under_other_law_texts_cannot_be_assessed) {
    const base::Error error = refusal(petra, "approve", "{}", [](Header& header) {
        header.law = base::LawDigest{crypto::sha256("other law")};
    });
    EXPECT_EQ(error.kind, ErrorKind::lacks_facts);
}

TEST_F(Errand, an_act_is_not_dated_before_its_past) {
    const base::Error error = refusal(rosa, "note", R"({"note":"n"})", [&](Header& header) {
        header.at = errand.now - std::chrono::hours(1);
    });
    EXPECT_EQ(error.kind, ErrorKind::inadmissible);
    EXPECT_EQ(error.what, "the act is dated before an act in its own past");
}

TEST_F(Errand, a_past_that_omits_what_its_author_receipted_is_malformed) {
    const auto opening = errand.dossier.heads();
    const auto remark = errand.take(petra, "remark", R"({"note":"n"})");
    ASSERT_TRUE(remark);
    errand.receipt(party(kit::xb_central), remark->id());
    const base::Error error =
        refusal(rosa, "note", R"({"note":"n"})", [&](Header& header) { header.after = opening; });
    EXPECT_EQ(error.kind, ErrorKind::malformed);
    EXPECT_NE(error.why.find(remark->id().hex()), std::string::npos);
}

TEST_F(Errand, two_acts_with_one_number_are_a_conflict) {
    const auto twin = errand.prepare(petra, "remark", kit::object(R"({"note":"1"})"));
    ASSERT_TRUE(errand.take(petra, "remark", R"({"note":"2"})"));
    const auto second = errand.attempt(*twin);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::conflict);
}

TEST_F(Errand, a_matter_stays_on_its_procedure) {
    const base::Error error = refusal(petra, "approve", "{}", [&](Header& header) {
        header.procedure = stage.library.procedure_named("registry")->digest;
    });
    EXPECT_TRUE(error.kind == ErrorKind::inadmissible || error.kind == ErrorKind::malformed);
    // Also with an act that the other procedure has.
    kit::Desk other(stage, "registry", "e1");
    other.dossier = errand.dossier;
    other.state = errand.state;
    other.now = errand.now;
    const auto moved = other.take(root, "open", R"({"institution":"i"})");
    ASSERT_FALSE(moved);
    EXPECT_EQ(moved.error().what, "a matter stays on the procedure that it was opened under");
}

TEST_F(Errand, a_registry_is_opened_and_filled_by_its_own_party_only) {
    kit::Desk squat(stage, "errand", "registry-xb-cirrus-mail");
    const auto opened = squat.take(ina, "ask", asked);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::inadmissible);
    kit::Desk elsewhere(stage, "registry", "another-matter");
    ASSERT_TRUE(elsewhere.take(root, "open", R"({"institution":"i"})"));
    const auto granted =
        elsewhere.take(root, "accredit",
                       kit::accreditation(stage.stranger(kit::xa_prosecution, "x", "prosecutor")));
    ASSERT_FALSE(granted);
    EXPECT_EQ(granted.error().what, "a party accredits and suspends in its own registry only");
}

TEST_F(Errand, who_joins_is_named_by_the_annex) {
    kit::Desk own(stage, "errand", "e2");
    const auto nobody =
        own.take(ina, "ask", R"({"requested":"xc-nobody","data":"subscriber","note":"n"})");
    ASSERT_FALSE(nobody);
    EXPECT_EQ(nobody.error().kind, ErrorKind::inadmissible);
    EXPECT_EQ(nobody.error().clause, "errand/ask");
}

TEST_F(Errand, a_party_that_stands_on_a_side_stays_there) {
    ASSERT_TRUE(errand.take(ina, "add", R"({"who":"xb-central"})"));
    EXPECT_EQ(errand.state.side_of(party(kit::xb_central)), "requested");
    EXPECT_FALSE(errand.state.sides.contains("partner"));
}

TEST_F(Errand, a_signature_given_at_another_node_is_refused) {
    auto act = errand.prepare(petra, "approve", {});
    ASSERT_TRUE(act);
    act->signature = kit::sign(*petra.key, party(kit::xb_central), act->id().digest, "act",
                               base::Realm::exercise, act->header.at);
    const auto error = errand.attempt(*act).error();
    EXPECT_EQ(error.kind, ErrorKind::invalid);
    EXPECT_EQ(error.place, "/signature");
}

TEST_F(Errand, a_signature_for_another_purpose_act_or_time_is_refused) {
    const auto act = errand.prepare(petra, "approve", {});
    ASSERT_TRUE(act);
    const base::Digest id = act->id().digest;
    const auto with = [&](const SignatureRecord& record) {
        Act altered = *act;
        altered.signature = record;
        const auto judged = errand.attempt(altered);
        return judged ? ErrorKind::failure : judged.error().kind;
    };
    const base::Instant at = act->header.at;
    const base::PartyId node = act->header.author;
    const auto realm = base::Realm::exercise;
    ports::Signer& key = *petra.key;
    EXPECT_EQ(with(kit::sign(key, node, id, "act", realm, at)), ErrorKind::failure);
    EXPECT_EQ(with(kit::sign(key, node, id, "countersign", realm, at)), ErrorKind::invalid);
    EXPECT_EQ(with(kit::sign(key, node, {}, "act", realm, at)), ErrorKind::invalid);
    EXPECT_EQ(with(kit::sign(key, node, id, "act", base::Realm::live, at)), ErrorKind::invalid);
    EXPECT_EQ(with(kit::sign(key, node, id, "act", realm, at - base::Duration(1))),
              ErrorKind::invalid);
    EXPECT_EQ(with(kit::sign(*ina.key, node, id, "act", realm, at)), ErrorKind::invalid);
    SignatureRecord short_nonce = kit::sign(key, node, id, "act", realm, at);
    short_nonce.intent.nonce.pop_back();
    EXPECT_EQ(with(short_nonce), ErrorKind::malformed);
    SignatureRecord other_algorithm = kit::sign(key, node, id, "act", realm, at);
    other_algorithm.algorithm = "Ed25519";
    EXPECT_EQ(with(other_algorithm), ErrorKind::malformed);
}

TEST_F(Errand, an_act_without_the_countersignature_of_its_node_is_refused) {
    auto act = errand.prepare(petra, "approve", {});
    ASSERT_TRUE(act);
    act->countersignature = act->signature;
    EXPECT_EQ(errand.attempt(*act).error().place, "/countersignature");
}

/// Under the texts of the law folder: who may order what.
class Disclosure : public ::testing::Test {
 protected:
    kit::Official accredit(std::string_view of, std::string_view person, std::string_view role) {
        return registries.accredit(of, person, role);
    }
    void ask_for(std::string_view data) {
        const auto asked = matter.take(
            ina, "request",
            R"({"requested":"xb-central","provider":"xb-cirrus-mail","data":")" +
                std::string(data) +
                R"(","offence":"fraud","max-penalty":60,"emergency":false,"names-a-person":true,)"
                R"("special-category":false,"purpose":"stated-case",)"
                R"("recipients":["requesting-authority"],"person-or-account":"a@example.org",)"
                R"("data-description":"d","facts-summary":"f","legal-basis":"l"})");
        ASSERT_TRUE(asked) << asked.error().text();
    }

    kit::Stage stage{kit::real_law()};
    kit::Registries registries{stage};
    kit::Official ina = accredit(kit::xa_prosecution, "ina", "investigator");
    kit::Official lena = accredit(kit::xa_prosecution, "lena", "legal-reviewer");
    kit::Official petra = accredit(kit::xa_prosecution, "petra", "prosecutor");
    kit::Desk matter{stage, "disclosure", "d1"};
};

TEST_F(Disclosure, a_prosecutor_orders_subscriber_data) {
    ask_for("subscriber");
    const auto reviewed = matter.take(lena, "legal-review", R"({"reasons":"r"})");
    ASSERT_TRUE(reviewed) << reviewed.error().text();
    const auto ordered =
        matter.take(petra, "order", R"({"standard":"reasonable-grounds","reasons":"r"})");
    ASSERT_TRUE(ordered) << ordered.error().text();
    EXPECT_EQ(matter.state.state, "ordered");
}

TEST_F(Disclosure, a_prosecutor_who_orders_content_is_refused_under_4_1_c) {
    ask_for("content");
    const auto reviewed = matter.take(lena, "legal-review", R"({"reasons":"r"})");
    ASSERT_TRUE(reviewed) << reviewed.error().text();
    const auto ordered =
        matter.take(petra, "order", R"({"standard":"probable-cause","reasons":"r"})");
    ASSERT_FALSE(ordered);
    EXPECT_EQ(ordered.error().kind, ErrorKind::inadmissible);
    EXPECT_NE(ordered.error().clause.find("4(1)(c)"), std::string::npos) << ordered.error().text();
    EXPECT_EQ(matter.state.state, "reviewed");
}

}  // namespace
}  // namespace comity::casework
