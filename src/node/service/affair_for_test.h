#pragma once

// For tests: five nodes that share an affair (domain/casework/affair_law_for_test.h) in which the
// provider hands over a stream.

#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "domain/casework/affair_law_for_test.h"
#include "domain/items/items.h"
#include "ground/crypto/testing.h"
#include "node/service/wire_for_test.h"
#include "tests/kit/kit.h"

namespace comity::service {

class SharedAffair : public ::testing::Test {
 protected:
    explicit SharedAffair(law::Library law = casework::testing::affair_law())
        : federation(std::move(law)) {}

    void SetUp() override {
        for (const std::string_view of :
             {kit::xa_prosecution, kit::xa_court, kit::xb_central, kit::cirrus}) {
            federation.open_registry(of);
        }
        petra = federation.accredit(kit::xa_prosecution, "petra", "prosecutor");
        jo = federation.accredit(kit::xa_court, "jo", "judge");
        rosa = federation.accredit(kit::xb_central, "rosa", "legal-reviewer");
        cleo = federation.accredit(kit::cirrus, "cleo", "custodian");
        federation.exchange();
        const auto asked =
            xa().act(petra, std::nullopt, "affair", "ask",
                     R"({"requested":"xb-central","provider":"xb-cirrus-mail","court":"xa-court",)"
                     R"("data":"content"})");
        ASSERT_TRUE(asked) << asked.error().text();
        matter = asked->matter;
        federation.exchange();
        ASSERT_TRUE(xb().act(rosa, matter, "", "grant", "{}"));
        federation.exchange();
    }

    kit::Node& xa() { return federation.node(kit::xa_prosecution); }
    kit::Node& xb() { return federation.node(kit::xb_central); }
    kit::Node& provider() { return federation.node(kit::cirrus); }

    /// A stream of `size` bytes, sealed to the asking party, whole in the provider's blobs.
    items::SealedStream seal(std::size_t size, std::string_view end = "2027-06-30") {
        items::StreamTerms terms;
        terms.media_type = "application/mbox";
        terms.tier = 4;
        terms.end = *base::Date::parse(end);
        terms.readers = {{xa().party, reader.public_key()}};
        items::Sealer sealer = items::Sealer::start(terms, random).value();
        const auto upload = *ports::BlobName::parse("sealing");
        std::uint64_t at = 0;
        const items::SegmentSink sink = [&](const items::SealedSegment& segment) {
            auto appended = provider().blobs.append(upload, at, segment.bytes);
            at += segment.bytes.size();
            return appended;
        };
        plaintext.assign(size, 'm');
        EXPECT_TRUE(sealer.write(plaintext, sink));
        items::SealedStream stream = sealer.finish(sink).value();
        EXPECT_TRUE(
            provider().blobs.keep(upload, stream.descriptor.id, ports::BlobCheck::read_again));
        return stream;
    }
    /// The provider's act that hands it over.
    base::Result<submit::Recorded> hand(const items::SealedStream& stream) {
        codec::Object fields;
        fields["item"] = codec::to_value(stream.descriptor);
        fields["category"] = "content";
        auto own = COMITY_TRY(
            provider().prepare(cleo, matter, "", "hand", codec::canonical(codec::Value(fields))));
        own.items = {{stream.descriptor.id, stream.box}};
        return provider().record(std::move(own));
    }
    /// Rounds of messages; enough for a few parts to come.
    void let_messages_pass(Wire& wire, unsigned lose = 0) {
        for (int i = 0; i < 40; ++i) {
            (void)wire.round(lose, 0);
            federation.clock.advance(std::chrono::milliseconds(200));
        }
    }
    /// What the asking node holds of a stream, opened by its reader.
    base::Result<base::Bytes> read_at_asker(const items::SealedStream& stream) {
        const casework::ShippedItem box = COMITY_TRY(xa()->item(stream.descriptor.id));
        base::SecretBytes key = COMITY_TRY(items::open_box(stream.descriptor, box.sealed, reader));
        items::Opener opener = COMITY_TRY(items::Opener::start(stream.descriptor, std::move(key)));
        base::Bytes sealed(COMITY_TRY(xa().blobs.size(stream.descriptor.id)));
        COMITY_TRY(xa().blobs.read(stream.descriptor.id, 0, sealed));
        base::Bytes opened;
        COMITY_TRY(opener.write(sealed, [&](std::uint64_t, base::ByteView bytes) {
            base::append(opened, bytes);
            return base::Result<void>{};
        }));
        COMITY_TRY(opener.finish());
        return opened;
    }

    crypto::CountingRandom random{"shared affair"};
    crypto::HeldSealingKey reader{crypto::Curve::p256, random};
    kit::Federation federation;
    kit::Official petra, jo, rosa, cleo;
    base::MatterId matter;
    base::Bytes plaintext;
};

}  // namespace comity::service
