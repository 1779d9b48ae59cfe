// The texts under law/ are read, checked, and say what their authentic texts' digests promise.

#include <gtest/gtest.h>

#include "domain/law/detail/model.h"
#include "domain/law/testing.h"
#include "ground/crypto/hash.h"

namespace comity::law {
namespace {

const Library& library() {
    static const Library loaded = [] {
        auto result = Library::load(testing::sources_below(COMITY_LAW));
        for (const Diagnostic& one : result ? std::vector<Diagnostic>{} : result.error()) {
            ADD_FAILURE() << one.text();
        }
        return std::move(result).value();
    }();
    return loaded;
}

TEST(Texts, all_load_without_a_finding) {
    EXPECT_TRUE(check(testing::sources_below(COMITY_LAW)).empty());
    EXPECT_EQ(library().procedures().size(), 8U);
}

TEST(Texts, authentic_texts_have_the_digests_that_the_agreements_name) {
    int agreements = 0;
    for (const auto& instrument : library().data().instruments) {
        if (instrument->profile) {
            continue;
        }
        ++agreements;
        const std::string prose = testing::read_file(std::filesystem::path(COMITY_LAW) /
                                                     "agreements" / instrument->authentic_text);
        EXPECT_FALSE(prose.empty()) << instrument->authentic_text;
        EXPECT_EQ(crypto::sha256(prose).hex(), instrument->authentic_digest);
    }
    EXPECT_EQ(agreements, 3);
}

TEST(Texts, nobody_is_claimed_to_have_reviewed_them) {
    for (const Library::DocumentInfo& info : library().documents()) {
        EXPECT_TRUE(info.reviewed_by.empty()) << info.name;
    }
}

TEST(Texts, encodings_of_public_instruments_load_and_nobody_is_claimed_to_have_reviewed_them) {
    const auto folder = std::filesystem::path(COMITY_LAW).parent_path() / "treaties";
    const auto loaded = Library::load(testing::sources_below(folder));
    ASSERT_TRUE(loaded);
    for (const Library::DocumentInfo& info : loaded->documents()) {
        EXPECT_TRUE(info.reviewed_by.empty()) << info.name;
    }
    EXPECT_TRUE(loaded->agreement_digest("EU-2023/1543"));
    EXPECT_TRUE(loaded->agreement_digest("CETS-185"));
    EXPECT_TRUE(loaded->agreement_digest("CETS-224"));
}

TEST(Texts, only_a_court_accredits_a_judge) {
    const Vocabulary& vocabulary = library().vocabulary();
    for (const std::string& institution : vocabulary.institutions) {
        EXPECT_EQ(vocabulary.may_accredit(institution, "judge"), institution == "court");
    }
    EXPECT_FALSE(vocabulary.may_accredit("court", "prosecutor"));
    EXPECT_FALSE(vocabulary.may_accredit("court", "nobody"));
}

TEST(Texts, facts_of_refusal_belong_to_the_requested_side) {
    const Vocabulary& vocabulary = library().vocabulary();
    for (const char* fact : {"death-penalty-exposure", "purpose-discriminatory", "already-tried",
                             "touches-essential-interests", "privileged", "offence-political"}) {
        EXPECT_TRUE(vocabulary.may_assert(fact, "requested", "legal-reviewer")) << fact;
        EXPECT_FALSE(vocabulary.may_assert(fact, "requesting", "legal-reviewer")) << fact;
        EXPECT_FALSE(vocabulary.may_assert(fact, "requested", "custodian")) << fact;
    }
    EXPECT_FALSE(vocabulary.may_assert("tier", "requesting", "prosecutor"));
}

const Procedure* version_of(std::string_view name, int version) {
    for (const Procedure* one : library().procedures()) {
        if (one->name == name && one->version == version) {
            return one;
        }
    }
    return nullptr;
}

TEST(Procedures, a_new_matter_opens_under_the_newest_version_and_the_older_one_stays) {
    EXPECT_EQ(library().procedure_named("disclosure"), version_of("disclosure", 2));
    const Procedure* first = version_of("disclosure", 1);
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(library().procedure(first->digest), first);
    // Every act of the first is one of the second, with the fields that it had, so that whoever
    // asks as before is understood.
    const Procedure* second = version_of("disclosure", 2);
    for (const ActKind& act : first->acts) {
        const ActKind* now = second->act(act.name);
        ASSERT_NE(now, nullptr) << act.name;
        for (const ActField& field : act.fields) {
            EXPECT_NE(now->field(field.name), nullptr) << act.name << " " << field.name;
        }
        for (const ActField& field : now->fields) {
            EXPECT_TRUE(field.optional || act.field(field.name) != nullptr)
                << act.name << " " << field.name;
        }
    }
}

TEST(Procedures, the_second_disclosure_restricts_lifts_and_ends_what_it_hands_over) {
    const Procedure& procedure = *version_of("disclosure", 2);
    for (const ActKind& act : procedure.acts) {
        if (!act.restrains.binds.empty()) {
            EXPECT_TRUE(std::ranges::any_of(
                procedure.acts,
                [&](const ActKind& other) {
                    return other.lifts &&
                           std::ranges::find(other.lifts->of, act.name) != other.lifts->of.end();
                }))
                << act.name << " can never be lifted";
        }
        for (const std::string& fact : act.contests) {
            EXPECT_TRUE(std::ranges::any_of(
                procedure.acts,
                [&](const ActKind& other) {
                    return std::ranges::any_of(other.fields, [&](const ActField& field) {
                        return field.fact == fact &&
                               library().vocabulary().may_decide(fact, other.by_side,
                                                                 other.by_roles.front());
                    });
                }))
                << fact << " can never be decided";
        }
        if (act.hands_over()) {
            for (const std::string& side : {act.by_side, act.item_reader}) {
                EXPECT_TRUE(std::ranges::any_of(procedure.acts,
                                                [&](const ActKind& other) {
                                                    return !other.erases.empty() &&
                                                           other.by_side == side;
                                                }))
                    << side << " cannot say that it erased";
            }
        }
    }
}

TEST(Procedures, the_order_is_separated_from_the_request_and_needs_release_on_its_own_side) {
    const Procedure* procedure = version_of("disclosure", 1);
    ASSERT_NE(procedure, nullptr);
    const ActKind* order = procedure->act("order");
    ASSERT_NE(order, nullptr);
    EXPECT_EQ(order->need, LawNeed::release_own);
    EXPECT_EQ(order->by_side, "requesting");
    EXPECT_EQ(order->by_roles, std::vector<std::string>{"prosecutor"});
    EXPECT_EQ(order->not_by_author_of, std::vector<std::string>{"request"});
    EXPECT_EQ(order->from, std::vector<std::string>{"reviewed"});
    EXPECT_EQ(order->to, "ordered");
    EXPECT_EQ(order->clause, "disclosure/order");
    ASSERT_EQ(order->sets.size(), 1U);
    EXPECT_EQ(order->sets[0].value, codec::Value("prosecutor"));
    EXPECT_EQ(procedure->act("accept")->need, LawNeed::release);
    EXPECT_EQ(procedure->assumes[0].fact, "action");
    const ActKind* produce = procedure->act("produce");
    EXPECT_TRUE(produce->mechanisms.seals_item);
    EXPECT_EQ(produce->item_reader, "requesting");
    EXPECT_EQ(produce->item_tier, 2);
    EXPECT_EQ(library().procedure(procedure->digest), procedure);
}

TEST(Procedures, every_act_has_both_titles_a_taker_and_a_way_in) {
    for (const Procedure* procedure : library().procedures()) {
        for (const ActKind& act : procedure->acts) {
            EXPECT_FALSE(act.title.empty() || act.title_fr.empty()) << act.clause;
            EXPECT_FALSE(act.by_side.empty() || act.by_roles.empty()) << act.clause;
        }
        for (const std::string& state : procedure->states) {
            const bool reached = std::ranges::any_of(
                procedure->acts, [&](const ActKind& act) { return act.to == state; });
            EXPECT_TRUE(reached) << procedure->name << " never reaches " << state;
        }
    }
}

TEST(Procedures, a_channel_opens_only_after_both_sides_compared_fingerprints) {
    const ActKind* inaugurate = library().procedure_named("channel")->act("inaugurate");
    ASSERT_NE(inaugurate, nullptr);
    EXPECT_EQ(inaugurate->after,
              (std::vector<std::string>{"compare-fingerprints", "confirm-fingerprints"}));
}

TEST(Law, digest_does_not_depend_on_file_names_or_their_order_but_on_every_byte) {
    std::vector<Source> sources = testing::sources_below(COMITY_LAW);
    const base::LawDigest before = library().digest();
    std::ranges::reverse(sources);
    int number = 0;
    for (Source& source : sources) {
        source.name = std::to_string(number++) + ".treaty";
    }
    EXPECT_EQ(Library::load(sources)->digest(), before);
    sources.front().text += "# \n";
    EXPECT_NE(Library::load(sources)->digest(), before);
}

TEST(Law, digest_has_the_published_vector) {
    // docs/formats/law.md, "The law digest".
    const std::vector<Source> sources{
        {"v", "language comity-treaty 1\nvocabulary tiny 1\ntitle \"Tiny\"\nreviewed by none\n"}};
    EXPECT_EQ(Library::load(sources)->digest().hex(),
              "9d7e1f469c77658053282e120204f66a6ecef02578ad46b624a98fb2141a4e71");
}

TEST(Calendar, working_days_skip_weekend_and_holidays) {
    const auto at = [](const char* text) { return base::Instant::parse(text).value(); };
    const base::Instant thursday = at("2026-12-24T15:00:00.000Z");
    EXPECT_EQ(library().due("XB", thursday, {8, Span::Unit::hours}),
              at("2026-12-24T23:00:00.000Z"));
    EXPECT_EQ(library().due("XB", thursday, {1, Span::Unit::days}), at("2026-12-26T00:00:00.000Z"));
    // The 25th is a holiday, 26 and 27 are a weekend: the first working day is the 28th.
    EXPECT_EQ(library().due("XB", thursday, {1, Span::Unit::working_days}),
              at("2026-12-29T00:00:00.000Z"));
    EXPECT_EQ(library().due("XB", at("2027-01-31T10:00:00.000Z"), {1, Span::Unit::months}),
              at("2027-03-01T00:00:00.000Z"));
}

}  // namespace
}  // namespace comity::law
