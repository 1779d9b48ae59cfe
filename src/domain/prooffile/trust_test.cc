#include "domain/prooffile/trust.h"

#include <gmock/gmock.h>

#include "domain/prooffile/testing.h"
#include "ground/crypto/tsa_for_test.h"

namespace comity::prooffile {
namespace {

using testing::World;

const World& world() {
    static const World made;
    return made;
}

TEST(Trust, holds_what_the_annex_pins) {
    const Trust trust = world().trust();
    EXPECT_EQ(trust.agreement, "XA-XB/T");
    EXPECT_EQ(trust.annex, casework::digest_of(world().annex()));
    ASSERT_EQ(trust.parties.size(), 3U);
    EXPECT_EQ(trust.parties[0].root, world().xa.root.public_key());
    EXPECT_EQ(trust.parties[1].ledger, world().xb.ledger_vkey().vkey());
    ASSERT_EQ(trust.witnesses.size(), 3U);
    EXPECT_EQ(trust.witnesses[2].vkey, world().xo.witness_vkey().vkey());
    EXPECT_EQ(trust.quorum, 1);
    EXPECT_EQ(trust.skew_seconds, 3600);
}

TEST(Trust, what_is_written_is_read_back) {
    Trust trust = world().trust();
    EXPECT_EQ(read_trust(write_trust(trust)).value(), trust);
    trust.law = world().library().digest();
    EXPECT_EQ(read_trust(write_trust(trust)).value(), trust);
}

TEST(Trust, refuses_other_formats_versions_and_members_with_their_place) {
    codec::Object object = codec::to_value(world().trust()).get_object();
    object["v"] = 2;
    EXPECT_EQ(read_trust(codec::canonical(object)).error().kind, base::ErrorKind::malformed);
    object["v"] = 1;
    object["format"] = "comity-annex";
    EXPECT_EQ(read_trust(codec::canonical(object)).error().kind, base::ErrorKind::malformed);
    object["format"] = "comity-trust";
    object["note"] = "";
    EXPECT_EQ(read_trust(codec::canonical(object)).error().place, "/note");
    EXPECT_FALSE(read_trust("comity-trust"));
    EXPECT_EQ(read_trust(std::string(max_trust_bytes + 1, ' ')).error().kind,
              base::ErrorKind::too_large);
}

TEST(Trust, is_of_version_2_if_and_only_if_it_names_authorities_for_timestamps) {
    const crypto::testing::TestAuthority authority(
        {base::Instant{0}, base::Instant{1'900'000'000'000}});
    const Trust named = with_timestamps(world().trust(), authority.root_pem()).value();
    const Trust read = read_trust(write_trust(named)).value();
    EXPECT_EQ(read, named);
    EXPECT_EQ(read.version, 2);
    codec::Object object = codec::to_value(named).get_object();
    object["v"] = 1;
    EXPECT_EQ(read_trust(codec::canonical(object)).error().kind, base::ErrorKind::malformed);
    object["v"] = 2;
    object["timestamps"] = "no certificate";
    EXPECT_EQ(read_trust(codec::canonical(object)).error().kind, base::ErrorKind::malformed);
    EXPECT_FALSE(with_timestamps(world().trust(), ""));
}

TEST(Trust, every_anchor_that_differs_is_named) {
    const Trust trust = world().trust();
    EXPECT_TRUE(differences(trust, trust).empty());

    Trust other = trust;
    other.parties[1].root = world().xa.node.public_key();
    other.quorum = 2;
    const std::vector<Anchor> differing = differences(trust, other);
    ASSERT_EQ(differing.size(), 2U);
    EXPECT_EQ(differing[0].name, "root key of xb-authority");
    EXPECT_EQ(differing[0].value, world().xa.node.public_key().id().hex());
    EXPECT_EQ(differing[1], (Anchor{"quorum", "2"}));
}

TEST(Trust, an_anchor_that_one_side_lacks_is_a_difference) {
    const Trust trust = world().trust();
    Trust fewer = trust;
    fewer.witnesses.pop_back();
    ASSERT_EQ(differences(trust, fewer).size(), 1U);
    EXPECT_EQ(differences(trust, fewer)[0], (Anchor{"attesting node xo-board", "none"}));
    ASSERT_EQ(differences(fewer, trust).size(), 1U);
    EXPECT_EQ(differences(fewer, trust)[0].name, "attesting node xo-board");
}

}  // namespace
}  // namespace comity::prooffile
