#include "node/service/completeness.h"

#include <gtest/gtest.h>

#include "node/service/wire_for_test.h"
#include "node/submit/story_for_test.h"

namespace comity::service {
namespace {

using submit::Story;

/// What the office of a node is answered.
class Asked : public Story {
 protected:
    [[nodiscard]] message::Response get(std::string_view path) {
        return get_completeness(*xa(), path).value();
    }
    static std::size_t lines_of(const message::Response& response) {
        return static_cast<std::size_t>(std::ranges::count(response.body, '\n'));
    }
};

TEST_F(Asked, for_a_matter_the_office_gets_the_proof_and_the_openings_of_its_leaves) {
    const base::MatterId matter = ask();
    const std::string proof = "/matters/" + matter.text() + "/completeness";
    EXPECT_EQ(get(proof).status, 503);
    const auto written = post_completeness(*xa(), "/map");
    ASSERT_TRUE(written);
    EXPECT_EQ(written->body, "{\"leaf\":" + std::to_string(xa()->sequencer().size() - 1) + "}\n");
    federation.cosign(xa());
    const message::Response shown = get(proof);
    ASSERT_EQ(shown.status, 200) << shown.body;
    const auto read = ledger::MatterProof::parse(base::view_of(shown.body));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->acts.size(), 1U);
    const message::Response lines = get("/matters/" + matter.text() + "/openings/0");
    EXPECT_EQ(lines_of(lines), 1U);
    const auto opening =
        casework::read_leaf_opening(std::string_view(lines.body).substr(0, lines.body.size() - 1));
    ASSERT_TRUE(opening);
    EXPECT_EQ(opening->matter(), matter);
    EXPECT_EQ(crypto::merkle_leaf(opening->leaf), read->acts.front().hash);
}

TEST_F(Asked, all_openings_come_in_pages) {
    (void)ask();
    EXPECT_EQ(lines_of(get("/openings/0")), xa()->sequencer().size());
    EXPECT_EQ(lines_of(get("/openings/2")), xa()->sequencer().size() - 2);
    EXPECT_EQ(get("/openings/99999999999999999999").status, 400);
    EXPECT_EQ(get("/openings/x").status, 400);
    EXPECT_EQ(get("/openings/").status, 400);
    EXPECT_EQ(get("/map-key").body.size(), 65U);
}

TEST_F(Asked, nobody_but_the_office_is_answered) {
    Wire wire(federation);
    const base::MatterId matter = ask();
    const std::vector<std::string> paths{"/map-key", "/openings/0",
                                         "/matters/" + matter.text() + "/completeness"};
    for (const std::string& path : paths) {
        const auto refused = wire.request(xb().party, xa().party, message::get_request(path));
        EXPECT_EQ(refused.status, 403) << path;
    }
    EXPECT_EQ(wire.request(xb().party, xa().party, message::post_request("/map", "")).status, 404);
    EXPECT_FALSE(post_completeness(*xa(), "/mapping"));
    EXPECT_FALSE(get_completeness(*xa(), "/matters"));
}

}  // namespace
}  // namespace comity::service
