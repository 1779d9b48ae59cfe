#include "node/service/service.h"

#include <gtest/gtest.h>

#include "node/service/html.h"
#include "node/service/page.h"
#include "node/service/views.h"
#include "node/service/wire_for_test.h"
#include "node/submit/story_for_test.h"

namespace comity::service {
namespace {

using kit::party;
using submit::Story;

message::Request get(std::string_view target) {
    message::Request request;
    request.method = "GET";
    request.target = std::string(target);
    return request;
}

message::Request post(std::string_view target, std::string body) {
    message::Request request = get(target);
    request.method = "POST";
    request.body = std::move(body);
    return request;
}

TEST_F(Story, entries_reach_all_parties_through_the_services) {
    Wire wire(federation);
    const base::MatterId matter = ask();
    ASSERT_TRUE(wire.run(0, 0, 400));
    ASSERT_TRUE(xa().act(petra, matter, "", "approve", "{}"));
    ASSERT_TRUE(wire.run(0, 0, 400));
    expect_same(matter, {kit::xa_prosecution, kit::xb_central});
    EXPECT_EQ(xb()->matter(matter)->state.state, "agreed");
    EXPECT_TRUE(xa()->outbox().empty());
    EXPECT_TRUE(xb()->outbox().empty());
}

TEST_F(Story, lost_and_doubled_messages_change_nothing_but_the_time) {
    Wire wire(federation);
    const base::MatterId matter = ask();
    ASSERT_TRUE(wire.run(30, 30, 4000));
    ASSERT_TRUE(xa().act(petra, matter, "", "approve", "{}"));
    ASSERT_TRUE(wire.run(30, 30, 4000));
    ASSERT_TRUE(xa().act(petra, matter, "", "remark", R"({"note":"hurry"})"));
    ASSERT_TRUE(wire.run(30, 30, 4000));
    const auto carried = xb().act(rosa, matter, "", "carry", "{}");
    ASSERT_TRUE(carried.has_value()) << carried.error().text();
    ASSERT_TRUE(wire.run(30, 30, 4000));
    expect_same(matter, {kit::xa_prosecution, kit::xb_central});
    EXPECT_EQ(xa()->matter(matter)->state.state, "carried");
    EXPECT_TRUE(xa()->outbox().empty());
    EXPECT_TRUE(xb()->outbox().empty());
}

TEST_F(Story, a_restarted_delivery_sends_what_still_waits_and_doubles_nothing) {
    Wire wire(federation);
    const base::MatterId matter = ask();
    ASSERT_TRUE(wire.round(100, 0));
    wire.restart_all();
    ASSERT_TRUE(wire.run(0, 0, 400));
    expect_same(matter, {kit::xa_prosecution, kit::xb_central});
    EXPECT_EQ(xb()->matter(matter)->state.done.size(), 1U);
}

TEST_F(Story, a_peer_that_does_not_answer_is_said_to_be_unreached_since_when) {
    Wire wire(federation);
    (void)ask();
    const base::Instant now = federation.clock.now();
    ASSERT_TRUE(wire.round(100, 0));  // the witness request gets no answer
    const auto status = wire.delivery(kit::xa_prosecution).status();
    bool unreached = false;
    for (const auto& [id, peer] : status) {
        unreached = unreached || peer.unreached_since == now;
    }
    EXPECT_TRUE(unreached);
    EXPECT_TRUE(wire.delivery(kit::xa_prosecution).wake_at().has_value());
}

TEST_F(Story, an_envelope_over_another_partys_line_is_refused) {
    Wire wire(federation);
    (void)ask();
    federation.cosign(xa());
    const auto parcels = federation.parcels(xa());
    ASSERT_FALSE(parcels.empty());
    const auto response =
        wire.request(party(kit::xa_court), parcels.front().envelope.to,
                     post(delivery::envelope_path, codec::write(parcels.front().envelope)));
    EXPECT_EQ(response.status, 403);
    EXPECT_EQ(message::error_of(response).kind, base::ErrorKind::not_proven);
}

TEST_F(Story, a_peer_may_not_use_the_doors_of_the_office) {
    Wire wire(federation);
    const base::PartyId self = party(kit::xa_prosecution);
    const base::PartyId peer = party(kit::xb_central);
    EXPECT_EQ(wire.request(peer, self, get("/matters")).status, 403);
    EXPECT_EQ(wire.request(peer, self, get("/status")).status, 403);
    EXPECT_EQ(wire.request(peer, self, post("/draft", "{}")).status, 404);
    EXPECT_EQ(wire.request(self, self, get("/matters")).status, 200);
    EXPECT_EQ(wire.request(self, self, get("/status")).status, 200);
}

TEST_F(Story, the_page_listener_shows_the_page_and_the_ledger_and_nothing_else) {
    delivery::Delivery delivery(*xa());
    Service service(*xa(), delivery);
    auto ask_page = [&](message::Request request) {
        auto handled =
            service.handle(read_request(std::move(request), base::Realm::exercise), Listener::page);
        return std::get<message::Response>(handled);
    };
    EXPECT_EQ(ask_page(get("/")).status, 200);
    EXPECT_EQ(ask_page(get("/ledger/checkpoint")).status, 200);
    EXPECT_EQ(ask_page(get("/matters")).status, 404);
    EXPECT_EQ(ask_page(get("/ledger/../store.sqlite")).status, 400);
    EXPECT_EQ(ask_page(post(delivery::envelope_path, "{}")).status, 403);
    EXPECT_EQ(ask_page(post("/acts", "{}")).status, 403);
}

TEST_F(Story, malformed_bodies_get_an_error_with_their_place_and_change_nothing) {
    Wire wire(federation);
    const base::PartyId self = party(kit::xa_prosecution);
    const base::PartyId peer = party(kit::xb_central);
    const auto size = xa()->sequencer().size();
    for (const std::string_view body : {"", "{", "[]", "{\"v\":1}", "{\"v\":1,\"v\":1}", "nul"}) {
        const auto envelope =
            wire.request(peer, self, post(delivery::envelope_path, std::string(body)));
        EXPECT_EQ(envelope.status, 400) << body;
        EXPECT_FALSE(message::error_of(envelope).what.empty()) << body;
        EXPECT_EQ(wire.request(self, self, post("/acts", std::string(body))).status, 400) << body;
        EXPECT_EQ(wire.request(peer, self, post(delivery::witness_path, std::string(body))).status,
                  400)
            << body;
    }
    EXPECT_EQ(xa()->sequencer().size(), size);
}

TEST_F(Story, the_page_shows_powers_and_no_field_of_any_act) {
    const base::MatterId matter = ask();
    ASSERT_TRUE(xa().act(ina, matter, "", "remark", R"({"note":"a-very-secret-remark"})"));
    const delivery::Delivery delivery(*xa());
    const message::Response shown = page(*xa(), delivery, {});
    EXPECT_EQ(shown.status, 200);
    EXPECT_NE(shown.body.find("EXERCISE"), std::string::npos);
    EXPECT_NE(shown.body.find("approve"), std::string::npos);
    EXPECT_EQ(shown.body.find("a-very-secret-remark"), std::string::npos);
    EXPECT_EQ(shown.body.find("<script"), std::string::npos);
}

TEST_F(Story, every_link_of_the_page_leads_to_a_part_of_it) {
    (void)ask();
    const delivery::Delivery delivery(*xa());
    const std::string shown = page(*xa(), delivery, {}).body;
    const std::string_view mark = "href=\"#";
    std::size_t links = 0;
    for (auto at = shown.find(mark); at != std::string::npos; at = shown.find(mark, at + 1)) {
        const std::size_t begin = at + mark.size();
        const std::string id = shown.substr(begin, shown.find('"', begin) - begin);
        EXPECT_NE(shown.find("<h2 id=\"" + id + "\">"), std::string::npos) << id;
        ++links;
    }
    EXPECT_EQ(links, 8U);
}

TEST_F(Story, what_an_attesting_node_last_cosigned_is_answered_to_peers_only) {
    Wire wire(federation);
    (void)ask();
    federation.cosign(xa());
    message::Request question = post(
        delivery::last_head_path, codec::write(delivery::LastHead{xa()->settings().origin, 0, {}}));
    const auto answer = wire.request(xa().party, kit::party(kit::board), question);
    ASSERT_EQ(answer.status, 200);
    const auto head = codec::read_text<delivery::LastHead>(answer.body);
    ASSERT_TRUE(head.has_value());
    EXPECT_EQ(head->size, static_cast<std::int64_t>(xa()->sequencer().size()));
    delivery::Delivery delivery(*xa());
    Service service(*xa(), delivery);
    for (const Listener listener : {Listener::page, Listener::federation}) {
        auto handled = service.handle(read_request(question, base::Realm::exercise), listener);
        EXPECT_EQ(std::get<message::Response>(handled).status, 403);
    }
}

TEST_F(Story, a_matters_view_names_acts_and_powers) {
    const base::MatterId matter = ask();
    const auto view = matter_view(*xa(), matter);
    ASSERT_TRUE(view.has_value());
    EXPECT_EQ(view->get_object().at("acts").get_array().size(), 1U);
    EXPECT_FALSE(view->get_object().at("powers").get_array().empty());
    EXPECT_EQ(matter_view(*xa(), base::MatterId::parse("nothing").value()).error().kind,
              base::ErrorKind::not_found);
}

TEST(Html, a_table_names_every_cell_by_its_head) {
    Table table("duties", {"Duty", "Of"});
    EXPECT_EQ(table.rows(), 0U);
    table.row({words("answer"), code("<xb>")});
    EXPECT_EQ(table.rows(), 1U);
    const std::string shown = std::move(table).html().str();
    EXPECT_NE(shown.find("<td role=\"cell\" data-head=\"Duty\"><span>answer</span></td>"
                         "<td role=\"cell\" data-head=\"Of\"><bdi dir=\"ltr\">&lt;xb&gt;</bdi>"),
              std::string::npos)
        << shown;
}

TEST(Html, text_never_becomes_markup) {
    Html paragraph("p", {{"title", "\"><script>"}});
    paragraph.text("<b>&'\"");
    EXPECT_EQ(paragraph.str(),
              "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;b&gt;&amp;&#39;&quot;</p>");
}

}  // namespace
}  // namespace comity::service
