// What happens to a node when something of its world fails: restarts, commits, disks, keys, the
// wire.

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "node/submit/institution.h"
#include "node/submit/story_for_test.h"
#include "tests/kit/kit.h"

namespace comity::submit {
namespace {

using base::ErrorKind;
using kit::party;

TEST_F(Story, a_restart_gives_the_same_matters_checkpoint_and_outbox) {
    const base::MatterId matter = ask(R"(,"secret":"s")");
    federation.exchange();
    ASSERT_TRUE(xa().act(petra, matter, "", "approve", "{}"));
    ASSERT_TRUE(xb().act(rosa, matter, "", "note", R"({"note":"x"})"));
    federation.cosign(xa());
    for (auto& [id, node] : federation.nodes()) {
        const std::string account = kit::account_of(**node);
        const auto outbox = (*node)->outbox();
        ASSERT_TRUE((*node)->publish());
        const std::string checkpoint = (*node)->sequencer().signed_head()->note.text;
        const std::size_t cosigned = (*node)->cosigned().size();
        ASSERT_TRUE(node->start());
        EXPECT_EQ(kit::account_of(**node), account) << id.text();
        EXPECT_EQ((*node)->outbox(), outbox) << id.text();
        EXPECT_FALSE((*node)->sequencer().signed_head()) << "nothing is signed by starting";
        ASSERT_TRUE((*node)->publish());
        EXPECT_EQ((*node)->sequencer().signed_head()->note.text, checkpoint) << id.text();
        EXPECT_EQ((*node)->cosigned().size(), cosigned) << id.text();
    }
    federation.exchange();
    expect_same(matter, {kit::xa_prosecution, kit::xb_central});
}

TEST_F(Story, after_any_failed_commit_memory_is_what_the_store_holds) {
    for (const auto fault : {memory::CommitFault::before, memory::CommitFault::after}) {
        for (std::uint64_t nth = 1; nth <= 4; ++nth) {
            const base::MatterId matter = ask();
            xa().store.fail_commit(nth, fault);
            for (int i = 0; i < 4; ++i) {
                (void)xa().act(ina, matter, "", "remark", R"({"note":"r"})");
            }
            const std::string account = kit::account_of(*xa());
            const auto outbox = xa()->outbox();
            const auto size = xa()->sequencer().size();
            ASSERT_TRUE(xa().start());
            EXPECT_EQ(kit::account_of(*xa()), account);
            EXPECT_EQ(xa()->outbox(), outbox);
            EXPECT_EQ(xa()->sequencer().size(), size);
        }
    }
}

TEST_F(Story, receiving_survives_a_failed_commit_at_any_place) {
    for (const auto fault : {memory::CommitFault::before, memory::CommitFault::after}) {
        const base::MatterId matter = ask();
        ASSERT_TRUE(xa().act(ina, matter, "", "remark", R"({"note":"1"})"));
        federation.cosign(xa());
        const auto parcel = federation.parcels(xa())[0];
        xb().store.fail_commit(1, fault);
        (void)federation.deliver(parcel);
        const std::string account = kit::account_of(*xb());
        ASSERT_TRUE(xb().start());
        EXPECT_EQ(kit::account_of(*xb()), account);
        federation.exchange();
        expect_same(matter, {kit::xa_prosecution, kit::xb_central});
    }
}

TEST_F(Story, a_full_disk_refuses_and_forgets_nothing) {
    const base::MatterId matter = ask();
    const std::string account = kit::account_of(*xa());
    xa().store.set_disk(memory::Disk::full);
    const auto refused = xa().act(ina, matter, "", "remark", R"({"note":"1"})");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::failure);
    EXPECT_EQ(kit::account_of(*xa()), account);
    xa().store.set_disk(memory::Disk::has_room);
    EXPECT_TRUE(xa().act(ina, matter, "", "remark", R"({"note":"1"})"));
}

TEST_F(Story, no_stored_row_shows_a_word_of_a_body) {
    const std::string marker = "marker-4cd1b0";
    const base::MatterId matter = ask(R"(,"secret":")" + marker + "\"");
    ASSERT_TRUE(xa().act(ina, matter, "", "remark", R"({"note":")" + marker + "\"}"));
    federation.exchange();
    std::size_t rows = 0;
    for (auto& [id, node] : federation.nodes()) {
        const auto searched = node->store.each_entry([&](const ports::StoredEntry& row) {
            for (const std::string& text :
                 {row.header, row.attestation, row.transport,
                  std::string(base::text_of(row.sealed_body)),
                  std::string(base::text_of(row.wrapped_key)), row.matter.text()}) {
                EXPECT_EQ(text.find(marker), std::string::npos) << id.text();
            }
            ++rows;
            return base::Result<void>{};
        });
        ASSERT_TRUE(searched);
        for (const std::string& path : node->files.paths()) {
            const auto file = node->files.read(path).value();
            EXPECT_EQ(base::text_of(file).find(marker), std::string_view::npos);
        }
    }
    EXPECT_GT(rows, 10U);
    EXPECT_EQ(xb()->matter(matter)->dossier.heads().size(), 1U);
}

TEST_F(Story, a_matter_whose_bodies_were_erased_keeps_its_entries_and_takes_nothing_more) {
    const base::MatterId matter = ask();
    federation.exchange();
    const base::Date today = base::utc_day_of(federation.clock.now());
    federation.clock.advance(std::chrono::hours(24));
    const base::MatterId other = ask();
    ASSERT_TRUE(xa().act(ina, matter, "", "remark", R"({"note":"a day later"})"));
    federation.exchange();
    const std::string account = kit::account_of(*xa(), other);
    const auto chain = xa()->matter(matter)->dossier.chain(party(kit::xa_prosecution));

    ASSERT_TRUE(xa().day_keys.destroy(base::Date{today.days + 365}));
    ASSERT_TRUE(xa().start());
    EXPECT_EQ(kit::account_of(*xa(), other), account);
    EXPECT_TRUE(xa()->matter(matter)->erased);
    EXPECT_EQ(xa()->matter(matter)->dossier.chain(party(kit::xa_prosecution)), chain);
    const auto refused = xa().act(ina, matter, "", "remark", R"({"note":"?"})");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::inadmissible);
    // What others say in it is refused with the reason; the rest of the node goes on.
    ASSERT_TRUE(xb().act(rosa, matter, "", "note", R"({"note":"2"})"));
    federation.cosign(xb());
    for (const kit::Parcel& parcel : federation.parcels(xb())) {
        const auto answer = federation.deliver(parcel);
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().what, "bodies of this matter were erased here");
    }
    EXPECT_TRUE(xa().act(ina, other, "", "remark", R"({"note":"on"})"));
}

TEST_F(Story, the_first_receipt_of_a_party_that_comes_after_the_erasure_is_answered_for_good) {
    const base::MatterId matter = ask();
    federation.cosign(xa());
    for (const kit::Parcel& parcel : federation.parcels(xa())) {
        ASSERT_TRUE(federation.deliver(parcel));
    }
    ASSERT_TRUE(xa()->matter(matter)->dossier.chain(party(kit::xb_central)).empty());
    const base::Date today = base::utc_day_of(federation.clock.now());
    ASSERT_TRUE(xa().day_keys.destroy(base::Date{today.days + 365}));
    ASSERT_TRUE(xa().start());
    ASSERT_TRUE(xa()->matter(matter)->erased);
    federation.cosign(xb());
    std::size_t late = 0;
    for (const kit::Parcel& parcel : federation.parcels(xb())) {
        if (casework::matter_of(parcel.envelope.entries.front().entry()) != matter) {
            continue;
        }
        const auto answer = federation.deliver(parcel);
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().what, "bodies of this matter were erased here");
        ++late;
    }
    EXPECT_GT(late, 0U);
}

TEST_F(Story, a_party_is_still_known_as_one_after_the_erasure_whatever_it_speaks_of) {
    const auto pass = [&](kit::Node& from, std::string_view to) {
        federation.cosign(from);
        for (const kit::Parcel& parcel : federation.parcels(from)) {
            if (parcel.envelope.to == party(to)) {
                ASSERT_TRUE(federation.deliver(parcel));
            }
        }
    };
    const base::MatterId matter = ask(R"(,"others":["xb-cirrus-mail"])");
    pass(xa(), kit::xb_central);
    pass(xa(), kit::cirrus);
    ASSERT_TRUE(xb().act(rosa, matter, "", "drop", R"({"reasons":"none"})"));
    pass(xb(), kit::xa_prosecution);
    pass(xa(), kit::xb_central);
    pass(xb(), kit::cirrus);
    pass(xa(), kit::cirrus);
    ASSERT_TRUE(xa()->matter(matter)->dossier.chain(party(kit::cirrus)).empty());
    federation.clock.advance(std::chrono::hours(24 * 400));
    ASSERT_TRUE(xa()->erase_due());
    ASSERT_TRUE(xa()->matter(matter)->erased);
    const std::vector<base::PartyId> parties = xa()->matter(matter)->parties_at_erasure;
    EXPECT_EQ(parties, (std::vector{party(kit::xa_prosecution), party(kit::xb_central),
                                    party(kit::cirrus)}));
    ASSERT_TRUE(xa().start());
    ASSERT_TRUE(xa()->matter(matter)->erased);
    EXPECT_EQ(xa()->matter(matter)->parties_at_erasure, parties);

    // Of acts that xa never gets: the first that xa hears of this party says nothing known there.
    ASSERT_TRUE(xb().act(rosa, matter, "", "note", R"({"note":"later"})"));
    pass(xb(), kit::cirrus);
    federation.cosign(provider());
    std::size_t late = 0;
    for (kit::Parcel& parcel : federation.parcels(provider())) {
        if (parcel.envelope.to != party(kit::xa_prosecution)) {
            continue;
        }
        auto& entries = parcel.envelope.entries;
        entries.erase(entries.begin(), entries.end() - 1);
        const auto answer = federation.deliver(parcel);
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().kind, ErrorKind::inadmissible);
        EXPECT_EQ(answer.error().what, "bodies of this matter were erased here");
        ++late;
    }
    EXPECT_EQ(late, 1U);
}

TEST_F(Story, a_node_with_other_keys_than_the_annex_pins_signs_nothing) {
    kit::Keys& keys = federation.stage.keys(party(kit::xa_prosecution));
    auto other = softkeys::SoftSigner::generate(crypto::Algorithm::ed25519).value();
    auto other_node = softkeys::SoftSigner::generate(crypto::Algorithm::es256).value();
    memory::MemoryStore store;
    memory::MemoryLedgerFiles files;
    const Settings settings{party(kit::xa_prosecution), base::Realm::exercise,
                            "ledger.example/xa-prosecution", 30};
    auto start = [&](ports::Signer& node, ports::Signer& log, ports::Signer& witness) {
        return Institution::start(settings,
                                  {store, federation.clock, xa().random, node, log, witness,
                                   xa().day_keys, files, xa().blobs},
                                  federation.stage.library, federation.stage.annex);
    };
    EXPECT_FALSE(start(other_node, keys.ledger, keys.witness));
    EXPECT_FALSE(start(keys.node, other, keys.witness));
    EXPECT_FALSE(start(keys.node, keys.ledger, other));
    EXPECT_TRUE(files.paths().empty());
    EXPECT_EQ(store.commits(), 0U);
    EXPECT_TRUE(start(keys.node, keys.ledger, keys.witness));
}

/// A key that fails when it is told to.
class FailingSigner final : public ports::Signer {
 public:
    explicit FailingSigner(ports::Signer& key) : key_(key) {}
    [[nodiscard]] const crypto::PublicKey& public_key() const override { return key_.public_key(); }
    [[nodiscard]] base::Result<base::Bytes> sign(base::ByteView message) override {
        if (fails) {
            return base::fail(ErrorKind::unavailable, "the token does not answer");
        }
        return key_.sign(message);
    }
    bool fails = false;

 private:
    ports::Signer& key_;
};

TEST_F(Story, a_receipt_that_cannot_be_signed_leaves_no_act_without_one) {
    const base::MatterId matter = ask();
    federation.cosign(xa());
    const auto parcel = federation.parcels(xa())[0];
    kit::Keys& keys = federation.stage.keys(party(kit::xb_central));
    FailingSigner node_key(keys.node);
    const Settings settings{party(kit::xb_central), base::Realm::exercise,
                            "ledger.example/xb-central", 30};
    memory::MemoryStore store;
    memory::MemoryLedgerFiles files;
    auto institution =
        Institution::start(settings,
                           {store, federation.clock, xb().random, node_key, keys.ledger,
                            keys.witness, xb().day_keys, files, xb().blobs},
                           federation.stage.library, federation.stage.annex);
    ASSERT_TRUE(institution);
    // It has the registry, then its token fails in the middle of a batch of two.
    federation.cosign(xa());
    casework::Envelope registry = parcel.envelope;
    registry.entries.clear();
    const auto registry_matter = casework::Registry::matter_of(party(kit::xa_prosecution)).value();
    for (const auto& id :
         xa()->matter(registry_matter)->dossier.chain(party(kit::xa_prosecution))) {
        if (xa()->matter(registry_matter)->dossier.act(base::ActId{id}) != nullptr) {
            registry.entries.push_back(*xa()->proven(id));
            registry.entries.back().act = casework::copy_for(
                *xa()->matter(registry_matter)
                     ->state.procedure->act(*registry.entries.back().act->text("kind")),
                *registry.entries.back().act, "partner");
        }
    }
    auto answers = (*institution)->record({registry});
    ASSERT_TRUE(answers[0]) << answers[0].error().text();
    node_key.fails = true;
    answers = (*institution)->record({parcel.envelope});
    ASSERT_FALSE(answers[0]);
    EXPECT_EQ(answers[0].error().kind, ErrorKind::failure);
    EXPECT_EQ((*institution)->matter(matter), nullptr);
    node_key.fails = false;
    answers = (*institution)->record({parcel.envelope});
    ASSERT_TRUE(answers[0]) << answers[0].error().text();
    EXPECT_EQ((*institution)->matter(matter)->dossier.chain(party(kit::xb_central)).size(), 1U);
}

}  // namespace
}  // namespace comity::submit
