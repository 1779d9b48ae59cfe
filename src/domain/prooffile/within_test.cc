#include "domain/prooffile/within.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "domain/prooffile/testing.h"

namespace comity::prooffile {
namespace {

using ::testing::HasSubstr;
using testing::World;

base::Digest digest_of(std::size_t number) {
    return crypto::sha256("invented " + std::to_string(number));
}

/// Acts of so many fields that share the commitments at `shared`.
std::pair<casework::Act, casework::Act> acts(std::size_t order_fields, std::size_t request_fields,
                                             const std::vector<SharedField>& shared) {
    std::pair<casework::Act, casework::Act> made;
    for (std::size_t i = 0; i < order_fields; ++i) {
        made.first.commitments.push_back(digest_of(i));
    }
    for (std::size_t i = 0; i < request_fields; ++i) {
        made.second.commitments.push_back(digest_of(1000 + i));
    }
    for (const auto& [order, request] : shared) {
        made.second.commitments[request] = made.first.commitments[order];
    }
    made.first.header.fields = crypto::commitment_root(made.first.commitments);
    made.second.header.fields = crypto::commitment_root(made.second.commitments);
    return made;
}

/// The slow twin: every shared commitment by its own inclusion path in both trees.
bool holds_one_by_one(const WithinProof& proof, const casework::Act& order,
                      const casework::Act& request) {
    for (std::size_t i = 0; i < proof.shared.size(); ++i) {
        for (const auto& [act, place] : {std::pair(&order, proof.shared[i].first),
                                         std::pair(&request, proof.shared[i].second)}) {
            const auto path = crypto::commitment_path(act->commitments, place);
            if (!crypto::verify_commitment(proof.commitments[i], place, act->commitments.size(),
                                           path, act->header.fields)) {
                return false;
            }
        }
    }
    return true;
}

std::vector<SharedField> some_shared(std::size_t order_fields, std::size_t request_fields) {
    std::vector<SharedField> shared;
    std::size_t next = 1;
    for (std::size_t i = 1; i < order_fields && next < request_fields; ++i) {
        if (*rc::gen::inRange(0, 3) == 0) {
            next += *rc::gen::inRange<std::size_t>(0, request_fields - next);
            shared.emplace_back(i, next++);
        }
    }
    return shared;
}

TEST(Within, any_shared_fields_are_proven_written_and_read_back) {
    EXPECT_TRUE(rc::check("proof and slow twin agree", [] {
        const auto order_fields = *rc::gen::inRange<std::size_t>(2, 65);
        const auto request_fields = *rc::gen::inRange<std::size_t>(2, 65);
        const auto shared = some_shared(order_fields, request_fields);
        RC_PRE(!shared.empty());
        const auto [order, request] = acts(order_fields, request_fields, shared);
        RC_ASSERT(shared_fields(order, request) == shared);
        const WithinProof proof = prove_within(order, request, shared).value();
        RC_ASSERT(check_within(proof, order.header.fields, request.header.fields).has_value());
        RC_ASSERT(holds_one_by_one(proof, order, request));
        const auto read = read_within(write_within(proof));
        RC_ASSERT(read.has_value());
        RC_ASSERT(*read == proof);
    }));
}

TEST(Within, four_fields_of_an_order_with_eighteen_need_at_most_1_KB) {
    const std::vector<SharedField> shared{{3, 3}, {4, 5}, {5, 6}, {13, 12}};
    const auto [order, request] = acts(18, 18, shared);
    const std::string text = write_within(prove_within(order, request, shared).value());
    EXPECT_LE(text.size(), 1024U) << text;
}

TEST(Within, one_field_of_the_largest_acts_needs_at_most_1_KB) {
    const auto [order, request] = acts(64, 64, {{40, 13}});
    EXPECT_LE(write_within(prove_within(order, request, {{40, 13}}).value()).size(), 1024U);
}

TEST(Within, another_root_place_commitment_or_hash_is_invalid) {
    const std::vector<SharedField> shared{{2, 3}, {5, 4}};
    const auto [order, request] = acts(9, 7, shared);
    const WithinProof proof = prove_within(order, request, shared).value();
    auto refused = [&](WithinProof altered) {
        const auto held = check_within(altered, order.header.fields, request.header.fields);
        return !held && held.error().kind == base::ErrorKind::invalid;
    };
    EXPECT_FALSE(refused(proof));
    EXPECT_FALSE(check_within(proof, request.header.fields, order.header.fields));
    for (const std::size_t i : {0U, 1U}) {
        WithinProof altered = proof;
        altered.shared[i].first += 1;
        EXPECT_TRUE(refused(altered));
        altered = proof;
        altered.commitments[i].bytes[7] ^= 1U;
        EXPECT_TRUE(refused(altered));
        altered = proof;
        altered.order_tree[i].bytes[0] ^= 1U;
        EXPECT_TRUE(refused(altered));
        altered = proof;
        altered.request_tree[i].bytes[31] ^= 1U;
        EXPECT_TRUE(refused(altered));
    }
    WithinProof altered = proof;
    altered.order_fields = 17;
    EXPECT_TRUE(refused(altered));
    altered.order_fields = 10;  // the same subtrees; judge_within() compares the number
    EXPECT_FALSE(refused(altered));
    altered = proof;
    altered.order_tree.push_back(digest_of(1));
    EXPECT_TRUE(refused(altered));
    altered = proof;
    altered.shared.clear();
    altered.commitments.clear();
    EXPECT_TRUE(refused(altered)) << "nothing shared proves nothing";
}

TEST(Within, two_hundred_flipped_bits_are_all_refused) {
    const std::vector<SharedField> shared{{2, 3}, {5, 4}};
    const auto [order, request] = acts(18, 7, shared);
    const std::string text = write_within(prove_within(order, request, shared).value());
    std::size_t refused = 0;
    for (std::size_t flip = 0; flip < 200; ++flip) {
        std::string altered = text;
        const std::size_t at = flip * (text.size() * 8 - 1) / 199;
        altered[at / 8] =
            static_cast<char>(static_cast<unsigned char>(altered[at / 8]) ^ (1U << (at % 8)));
        const auto read = read_within(altered);
        const bool held = read && read->order == order.id() && read->request == request.id() &&
                          check_within(*read, order.header.fields, request.header.fields);
        refused += held ? 0 : 1;
    }
    EXPECT_EQ(refused, 200U);
}

TEST(Within, only_the_one_way_of_writing_it_is_read) {
    const auto [order, request] = acts(5, 5, {{2, 2}});
    const std::string text = write_within(prove_within(order, request, {{2, 2}}).value());
    ASSERT_TRUE(read_within(text));
    auto with = [&](std::string_view from, std::string_view to) {
        std::string altered = text;
        altered.replace(altered.find(from), from.size(), to);
        return read_within(altered);
    };
    EXPECT_EQ(with("comity-within 1", "comity-within 2").error().place, "line 1");
    EXPECT_EQ(with("order ", "Order ").error().place, "line 2");
    EXPECT_EQ(with("request ", "").error().place, "line 3");
    EXPECT_EQ(with("fields 5 5 2:2", "fields 5 5 2:2 ").error().place, "line 4");
    EXPECT_EQ(with("fields 5 5 2:2", "fields 05 5 2:2").error().place, "line 4");
    EXPECT_EQ(with("fields 5 5 2:2", "fields 5 5 2:5").error().place, "line 4");
    EXPECT_EQ(with("fields 5 5 2:2", "fields 65 5 2:2").error().place, "line 4");
    EXPECT_EQ(with("fields 5 5 2:2", "fields 5 5").error().place, "line 4");
    EXPECT_EQ(with("fields 5 5 2:2", "fields 9 5 2:2").error().place, "line 5");
    EXPECT_EQ(read_within(text + "\n").error().place, "line 1");
    EXPECT_EQ(read_within("").error().place, "line 1");
    EXPECT_EQ(read_within(std::string(max_within_bytes + 1, 'a')).error().kind,
              base::ErrorKind::invalid);
}

TEST(Within, acts_that_share_nothing_give_no_proof) {
    const auto [order, request] = acts(5, 5, {});
    EXPECT_TRUE(shared_fields(order, request).empty());
    EXPECT_EQ(prove_within(order, request, {}).error().kind, base::ErrorKind::not_found);
    EXPECT_EQ(prove_within(order, request, {{1, 1}}).error().kind, base::ErrorKind::not_found);
}

TEST(Within, equal_values_of_two_acts_share_no_commitment_unless_they_carry_it) {
    World world;
    world.accredit(world.xa, world.official, "investigator");
    const casework::Act first = world.ask();
    world.matter = base::MatterId::parse("ffeeddccbbaa99887766554433221100").value();
    const casework::Act second = world.ask();
    EXPECT_TRUE(shared_fields(first, second).empty());
    world.matter = base::MatterId::parse("00000000000000000000000000000001").value();
    world.carry(first);
    const casework::Act third = world.ask();
    EXPECT_EQ(shared_fields(first, third), (std::vector<SharedField>{{1, 1}, {2, 2}, {3, 3}}));
    EXPECT_NE(first.commitments[0], third.commitments[0]) << "the kind is not carried";
}

struct Carried {
    World world;
    casework::Act order;
    casework::Act request;
    Report order_report;
    Report request_report;

    Carried() {
        world.accredit(world.xa, world.official, "investigator");
        order = world.ask();
        world.pass(60);
        world.publish();
        order_report = verify_proof(write_proof(world.contents()).value(), world.trust());
        world.matter = base::MatterId::parse("ffeeddccbbaa99887766554433221100").value();
        world.pass(60);
        world.carry(order);
        request = world.ask();
        world.pass(60);
        world.publish();
        request_report = verify_proof(write_proof(world.contents()).value(), world.trust());
    }
    [[nodiscard]] WithinProof proof() const {
        return prove_within(order, request, shared_fields(order, request)).value();
    }
};

TEST(Within, is_proven_against_two_files_that_hang_on_the_anchors) {
    const Carried told;
    const WithinAnswer answer = judge_within(told.proof(), told.order_report, told.request_report);
    EXPECT_EQ(answer.answer, Answer::authentic) << answer.detail;
    EXPECT_EQ(answer.fields, (std::vector<std::string>{"requested", "data", "reasons"}));
    EXPECT_THAT(answer.order, HasSubstr(told.order.id().hex()));
}

TEST(Within, is_proven_though_both_files_withhold_the_fields) {
    Carried told;
    ProofContents contents = told.world.contents();
    contents = redact(contents, std::vector{read_choice("1:*").value()}).value();
    const Report report = verify_proof(write_proof(contents).value(), told.world.trust());
    const WithinAnswer answer = judge_within(told.proof(), told.order_report, report);
    EXPECT_EQ(answer.answer, Answer::authentic) << answer.detail;
}

TEST(Within, the_wrong_order_in_time_is_not_proven) {
    const Carried told;
    const auto turned =
        prove_within(told.request, told.order, shared_fields(told.request, told.order)).value();
    const WithinAnswer answer = judge_within(turned, told.request_report, told.order_report);
    EXPECT_EQ(answer.answer, Answer::not_proven);
    EXPECT_THAT(answer.detail, HasSubstr("came before"));
}

TEST(Within, without_anchors_or_with_an_act_that_is_not_there_nothing_is_proven) {
    Carried told;
    const WithinAnswer other = judge_within(told.proof(), told.order_report, told.order_report);
    EXPECT_EQ(other.answer, Answer::not_proven);
    EXPECT_THAT(other.detail, HasSubstr("The request is not in the file"));
    const Report unanchored =
        verify_proof(write_proof(told.world.contents()).value(), std::nullopt);
    const WithinAnswer loose = judge_within(told.proof(), told.order_report, unanchored);
    EXPECT_EQ(loose.answer, Answer::not_proven);
    EXPECT_THAT(loose.detail, HasSubstr("anchors"));
}

TEST(Within, a_proof_of_other_commitments_or_a_file_that_fails_is_invalid) {
    Carried told;
    WithinProof altered = told.proof();
    altered.commitments[0] = digest_of(7);
    EXPECT_EQ(judge_within(altered, told.order_report, told.request_report).answer,
              Answer::invalid);
    altered = told.proof();
    altered.order_fields += 60;
    EXPECT_EQ(judge_within(altered, told.order_report, told.request_report).answer,
              Answer::invalid);
    Report failed = told.request_report;
    failed.answer = Answer::invalid;
    EXPECT_EQ(judge_within(told.proof(), told.order_report, failed).answer, Answer::invalid);
}

}  // namespace
}  // namespace comity::prooffile
