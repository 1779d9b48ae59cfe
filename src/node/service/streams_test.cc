#include "node/service/streams.h"

#include <gtest/gtest.h>

#include "node/service/affair_for_test.h"

namespace comity::service {
namespace {

constexpr std::size_t two_parts = std::size_t{6} << 20;

TEST_F(SharedAffair, a_stream_follows_the_act_that_hands_it_over) {
    Wire wire(federation);
    const auto stream = seal(two_parts);
    const auto handed = hand(stream);
    ASSERT_TRUE(handed) << handed.error().text();
    let_messages_pass(wire);
    EXPECT_TRUE(xa()->awaited().empty());
    const auto opened = read_at_asker(stream);
    ASSERT_TRUE(opened) << opened.error().text();
    EXPECT_EQ(*opened, plaintext);
}

TEST_F(SharedAffair, an_act_is_not_recorded_before_its_stream_is_whole_here) {
    auto stream = seal(1000);
    ASSERT_TRUE(provider().blobs.remove(stream.descriptor.id));
    const auto refused = hand(stream);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, base::ErrorKind::inadmissible);
    EXPECT_EQ(refused.error().what, "the item is not whole at this node");
}

TEST_F(SharedAffair, an_item_comes_with_one_act_only) {
    const auto stream = seal(1000);
    ASSERT_TRUE(hand(stream));
    const auto again = hand(stream);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, base::ErrorKind::conflict);
}

TEST_F(SharedAffair, a_stream_sealed_to_another_party_is_not_handed_over) {
    auto stream = seal(1000);
    stream.descriptor.reader = kit::party(kit::board);
    const auto refused = hand(stream);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().what, "the item is sealed to another party");
}

TEST_F(SharedAffair, a_transfer_goes_on_after_losses_and_restarts) {
    Wire wire(federation);
    const auto stream = seal(4 * two_parts);
    ASSERT_TRUE(hand(stream));
    for (int i = 0; i < 30 && (xa()->awaited().empty() || i < 8); ++i) {
        (void)wire.round(40, 0);
        federation.clock.advance(std::chrono::milliseconds(300));
    }
    const auto begun = xa().blobs.upload_size(submit::upload_name(stream.descriptor.id));
    // Both processes die; what had come stays, and a torn end is cut off.
    ASSERT_TRUE(xa().start());
    ASSERT_TRUE(provider().start());
    wire.restart_all();
    if (begun && *begun > 0 && xa()->awaited().size() == 1) {
        ASSERT_TRUE(xa().blobs.append(submit::upload_name(stream.descriptor.id), *begun,
                                      base::Bytes(100, 1)));
    }
    for (int i = 0; i < 200 && (i < 10 || !xa()->awaited().empty()); ++i) {
        (void)wire.round(20, 0);
        federation.clock.advance(std::chrono::seconds(1));
    }
    const auto opened = read_at_asker(stream);
    ASSERT_TRUE(opened) << opened.error().text();
    EXPECT_EQ(opened->size(), plaintext.size());
}

TEST_F(SharedAffair, other_bytes_than_the_items_are_thrown_away_and_fetched_anew) {
    Wire wire(federation);
    const auto stream = seal(two_parts);
    ASSERT_TRUE(hand(stream));
    provider().blobs.flip(stream.descriptor.id, 12345);
    let_messages_pass(wire);
    ASSERT_EQ(xa()->awaited().size(), 1U);
    EXPECT_EQ(wire.delivery(kit::xa_prosecution).fetching().troubles().at(stream.descriptor.id),
              "what the peer sent is not the item");
    EXPECT_EQ(xa().blobs.size(stream.descriptor.id).error().kind, base::ErrorKind::not_found);
    provider().blobs.flip(stream.descriptor.id, 12345);
    for (int i = 0; i < 40 && !xa()->awaited().empty(); ++i) {
        (void)wire.round(0, 0);
        federation.clock.advance(std::chrono::seconds(5));
    }
    EXPECT_TRUE(read_at_asker(stream));
}

TEST_F(SharedAffair, segments_go_to_the_reader_only_and_stop_when_an_objection_comes) {
    Wire wire(federation);
    const auto stream = seal(1000);
    const auto handed = hand(stream);
    ASSERT_TRUE(handed);
    federation.exchange();
    const message::Request asked =
        message::get_request(delivery::segments_target({stream.descriptor.id, 0}));
    const auto answer = [&](std::string_view who) {
        return wire.request(kit::party(who), provider().party, asked).status;
    };
    EXPECT_EQ(answer(kit::xa_prosecution), 200);
    EXPECT_EQ(answer(kit::cirrus), 200);  // the provider's own office
    EXPECT_EQ(answer(kit::board), 404);
    EXPECT_EQ(answer(kit::xb_central), 404);  // of the matter, but not the reader
    ASSERT_TRUE(xb().act(rosa, matter, "", "object", "{}"));
    federation.exchange();
    EXPECT_EQ(answer(kit::xa_prosecution), 403);
    // Whoever is no reader of it learns nothing of an item by asking.
    EXPECT_EQ(
        wire.request(kit::party(kit::board), provider().party,
                     message::get_request(delivery::segments_target({crypto::sha256("none"), 0})))
            .status,
        404);
}

TEST_F(SharedAffair, the_office_uploads_in_parts_from_where_it_stopped) {
    Wire wire(federation);
    const auto stream = seal(two_parts);
    base::Bytes sealed(*provider().blobs.size(stream.descriptor.id));
    ASSERT_TRUE(provider().blobs.read(stream.descriptor.id, 0, sealed));
    ASSERT_TRUE(provider().blobs.remove(stream.descriptor.id));
    const std::string base = "/items/" + stream.descriptor.id.hex();
    const auto send = [&](const std::string& target, base::ByteView body,
                          std::string_view who = kit::cirrus) {
        message::Request request = message::get_request(target);
        request.method = "POST";
        request.body = std::string(base::text_of(body));
        return wire.request(kit::party(who), provider().party, request);
    };
    const base::ByteView all = sealed;
    EXPECT_EQ(send(base + "/segments/0", all.first(1000)).status, 200);
    EXPECT_EQ(send(base + "/segments/0", all.first(1000)).status, 409);
    EXPECT_EQ(
        wire.request(provider().party, provider().party, message::get_request(base + "/upload"))
            .body,
        "{\"kept\":false,\"size\":1000}\n");
    EXPECT_EQ(send(base + "/keep", {}).status, 400);  // not whole yet
    EXPECT_EQ(send(base + "/segments/1000", all.subspan(1000), kit::board).status, 404);
    EXPECT_EQ(send(base + "/segments/1000", all.subspan(1000)).status, 200);
    EXPECT_EQ(send(base + "/keep", {}).status, 200);
    EXPECT_TRUE(hand(stream));
}

TEST_F(SharedAffair, targets_that_ask_for_no_segments_are_told_so) {
    for (const std::string_view path :
         {"/items/", "/items/segments/", "/items/00/segments/0", "/items/x/segments/1x",
          "/segments/0", "/items//segments/-1"}) {
        EXPECT_FALSE(delivery::read_segments_target(path)) << path;
    }
    const delivery::SegmentsAsked what{crypto::sha256("an item"), 4194496};
    const auto read = delivery::read_segments_target(delivery::segments_target(what));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->item, what.item);
    EXPECT_EQ(read->offset, what.offset);
}

}  // namespace
}  // namespace comity::service
