#include "domain/casework/annex.h"

#include <gtest/gtest.h>

#include "tests/kit/kit.h"

namespace comity::casework {
namespace {

class Pinned : public ::testing::Test {
 protected:
    void expect_refused(const Annex& altered) {
        const auto checked = check(altered);
        ASSERT_FALSE(checked);
        EXPECT_EQ(checked.error().kind, base::ErrorKind::malformed);
    }
    kit::Stage stage{kit::small_law()};
    Annex annex = stage.annex;
};

TEST_F(Pinned, an_annex_is_read_as_it_was_written_with_the_same_digest) {
    EXPECT_TRUE(check(annex));
    const auto read = codec::read_text<Annex>(codec::write(annex));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, annex);
    EXPECT_EQ(digest_of(*read), digest_of(annex));
    Annex live = annex;
    live.realm = base::Realm::live;
    EXPECT_NE(digest_of(live), digest_of(annex));
}

TEST_F(Pinned, version_and_skew_have_bounds) {
    annex.version = 2;
    expect_refused(annex);
    annex = stage.annex;
    for (const std::int64_t skew : {0, 86'401, -1}) {
        annex.skew_seconds = skew;
        expect_refused(annex);
    }
}

TEST_F(Pinned, no_party_key_or_name_stands_twice) {
    const auto altered = [&](auto change) {
        Annex one = stage.annex;
        change(one.parties[0], one.parties[1]);
        return one;
    };
    expect_refused(altered([](auto& a, auto& b) { b.party = a.party; }));
    expect_refused(altered([](auto& a, auto& b) { b.root = a.root; }));
    expect_refused(altered([](auto& a, auto& b) { b.node = a.root; }));
    expect_refused(altered([](auto& a, auto&) { a.node = a.root; }));
    expect_refused(altered([](auto& a, auto& b) { b.ledger = a.ledger; }));
    expect_refused(altered([](auto& a, auto& b) { b.witness = a.witness; }));
    expect_refused(altered([](auto& a, auto& b) { b.tls = a.tls; }));
    expect_refused(altered([](auto& a, auto&) { a.ledger = a.witness; }));
    expect_refused(altered([](auto& a, auto&) { a.witness = a.ledger; }));
    expect_refused(altered([](auto& a, auto&) { a.ledger = "no key"; }));
}

TEST_F(Pinned, the_quorum_is_reachable_for_every_party) {
    annex.quorum = 0;
    expect_refused(annex);
    annex.quorum = 2;
    expect_refused(annex);
    annex.quorum = 1;
    annex.witnesses = {kit::party(kit::board)};
    expect_refused(annex);  // who would attest the board's own ledger
    annex.witnesses = {kit::party(kit::board), kit::party(kit::board)};
    expect_refused(annex);
    annex.witnesses = {kit::party(kit::board), kit::party("nobody")};
    expect_refused(annex);
}

TEST_F(Pinned, finds_parties_by_name_and_by_tls_key) {
    const PartyEntry& last = annex.parties.back();
    EXPECT_EQ(annex.find(last.party), &last);
    EXPECT_EQ(annex.find_tls(last.tls), &last);
    EXPECT_EQ(annex.find(kit::party("nobody")), nullptr);
    EXPECT_EQ(annex.find_tls({}), nullptr);
}

}  // namespace
}  // namespace comity::casework
