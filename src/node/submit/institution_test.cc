#include "node/submit/institution.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "ground/crypto/testing.h"
#include "node/submit/story_for_test.h"
#include "tests/kit/kit.h"

namespace comity::submit {
namespace {

using base::ErrorKind;
using kit::party;

TEST_F(Story, a_registry_reaches_all_whom_it_names) {
    for (auto& [id, node] : federation.nodes()) {
        const auto registry = (*node)->world().registry.of(party(kit::xa_prosecution));
        ASSERT_EQ(registry.size(), 2U) << id.text();
        EXPECT_EQ(registry.front().person.text(), "ina");
    }
    expect_same(casework::Registry::matter_of(party(kit::xa_prosecution)).value(),
                {kit::xa_prosecution, kit::xa_court, kit::xb_central, kit::cirrus, kit::board});
}

TEST_F(Story, an_errand_is_carried_out_and_all_parties_know_the_same) {
    const base::MatterId matter = ask();
    federation.exchange();
    ASSERT_TRUE(xa().act(petra, matter, "", "approve", "{}"));
    federation.exchange();
    ASSERT_TRUE(xb().act(rosa, matter, "", "note", R"({"note":"seen","urgent":true})"));
    ASSERT_TRUE(xa().act(petra, matter, "", "remark", R"({"note":"hurry"})"));
    federation.exchange();
    const auto carried = xb().act(rosa, matter, "", "carry", "{}");
    ASSERT_TRUE(carried.has_value()) << carried.error().text();
    federation.exchange();
    EXPECT_EQ(xa()->matter(matter)->state.state, "carried");
    expect_same(matter, {kit::xa_prosecution, kit::xb_central});
    EXPECT_EQ(provider()->matter(matter), nullptr);
    EXPECT_TRUE(xa()->outbox().empty());
    EXPECT_TRUE(xb()->outbox().empty());
}

TEST_F(Story, a_party_that_joins_late_gets_what_was_said_before) {
    const base::MatterId matter = ask();
    ASSERT_TRUE(xa().act(ina, matter, "", "remark", R"({"note":"before"})"));
    federation.exchange();
    ASSERT_TRUE(xb().act(rosa, matter, "", "note", R"({"note":"also before"})"));
    federation.exchange();
    ASSERT_TRUE(xa().act(ina, matter, "", "add", R"({"who":"xb-cirrus-mail"})"));
    federation.exchange();
    expect_same(matter, {kit::xa_prosecution, kit::xb_central, kit::cirrus});
    ASSERT_TRUE(provider().act(carl, matter, "", "watch", R"({"note":"here"})"));
    federation.exchange();
    expect_same(matter, {kit::xa_prosecution, kit::xb_central, kit::cirrus});
}

TEST_F(Story, a_second_partner_does_not_put_the_first_out) {
    const base::MatterId matter = ask();
    ASSERT_TRUE(xa().act(ina, matter, "", "add", R"({"who":"xb-cirrus-mail"})"));
    ASSERT_TRUE(xa().act(ina, matter, "", "add", R"({"who":"board"})"));
    federation.exchange();
    expect_same(matter, {kit::xa_prosecution, kit::xb_central, kit::cirrus, kit::board});
    EXPECT_EQ(xa()->matter(matter)->state.sides.at("partner").size(), 2U);
}

TEST_F(Story, concurrent_acts_end_in_the_same_state_everywhere) {
    const base::MatterId matter = ask();
    federation.exchange();
    // Neither knows of the other's act.
    ASSERT_TRUE(xa().act(petra, matter, "", "approve", "{}"));
    federation.clock.advance(std::chrono::seconds(1));
    ASSERT_TRUE(xb().act(rosa, matter, "", "drop", R"({"reasons":"no"})"));
    EXPECT_EQ(xa()->matter(matter)->state.state, "agreed");
    EXPECT_EQ(xb()->matter(matter)->state.state, "dropped");
    federation.exchange();
    expect_same(matter, {kit::xa_prosecution, kit::xb_central});
    EXPECT_EQ(xb()->matter(matter)->state.state, "agreed");
    EXPECT_TRUE(xb()->matter(matter)->state.done.back().overtaken);
}

TEST_F(Story, what_a_field_keeps_from_a_side_does_not_reach_its_node) {
    const base::MatterId matter = ask(R"(,"secret":"marker-7f3a","others":["xb-cirrus-mail"])");
    federation.exchange();
    const casework::EntryId opening =
        xa()->matter(matter)->dossier.chain(party(kit::xa_prosecution)).front();
    const auto at = [&](kit::Node& node) {
        return node->matter(matter)->dossier.act(base::ActId{opening})->text("secret");
    };
    EXPECT_EQ(at(xa()), "marker-7f3a");
    EXPECT_EQ(at(xb()), "marker-7f3a");
    EXPECT_EQ(at(provider()), std::nullopt);
    expect_same(matter, {kit::xa_prosecution, kit::xb_central, kit::cirrus});
}

TEST_F(Story, a_sender_may_not_hide_what_its_reader_is_entitled_to) {
    const base::MatterId matter = ask(R"(,"secret":"s")");
    federation.cosign(xa());
    auto parcels = federation.parcels(xa());
    ASSERT_EQ(parcels.size(), 1U);
    std::erase_if(parcels[0].envelope.entries[0].act->openings,
                  [](const casework::Opening& one) { return one.path == "secret"; });
    const auto answer = federation.deliver(parcels[0]);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::malformed);
    EXPECT_EQ(answer.error().place, "/fields/secret");
    EXPECT_EQ(xb()->matter(matter), nullptr);
}

TEST_F(Story, an_own_act_opens_all_of_its_fields) {
    auto own = xa().prepare(ina, std::nullopt, "errand", "ask",
                            R"({"requested":"xb-central","data":"subscriber","note":"n"})");
    ASSERT_TRUE(own);
    own->draft.openings.pop_back();
    const auto answer = xa().record(*own);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::malformed);
}

TEST_F(Story, a_replay_changes_nothing) {
    const base::MatterId matter = ask();
    federation.cosign(xa());
    const auto parcels = federation.parcels(xa());
    ASSERT_TRUE(federation.deliver(parcels[0]));
    const std::string before = kit::account_of(*xb());
    const auto size = xb()->sequencer().size();
    const auto commits = xb().store.commits();
    const auto again = federation.deliver(parcels[0]);
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->entries.empty());
    EXPECT_EQ(again->already_known, 1U);
    EXPECT_EQ(kit::account_of(*xb()), before);
    EXPECT_EQ(xb()->sequencer().size(), size);
    EXPECT_EQ(xb().store.commits(), commits);
    EXPECT_NE(xb()->matter(matter), nullptr);
}

TEST_F(Story, the_same_envelope_twice_in_one_batch_is_recorded_once) {
    (void)ask();
    federation.cosign(xa());
    const auto parcel = federation.parcels(xa())[0];
    const auto answers = xb()->record({parcel.envelope, parcel.envelope});
    ASSERT_TRUE(answers[0] && answers[1]);
    EXPECT_EQ(answers[0]->entries.size(), 1U);
    EXPECT_EQ(answers[1]->already_known, 1U);
}

TEST_F(Story, a_replay_is_not_acknowledged_if_the_batch_that_holds_its_entry_fails) {
    const base::MatterId matter = ask();
    federation.cosign(xa());
    const auto parcel = federation.parcels(xa())[0];
    xb().store.fail_commit(1, memory::CommitFault::before);
    const auto answers = xb()->record({parcel.envelope, parcel.envelope});
    EXPECT_FALSE(answers[0]);
    EXPECT_FALSE(answers[1]);
    EXPECT_EQ(xb()->matter(matter), nullptr);
    EXPECT_TRUE(federation.deliver(parcel));
}

TEST_F(Story, of_two_acts_drafted_for_the_same_place_the_second_must_be_signed_again) {
    const base::MatterId matter = ask();
    const auto first = xa().prepare(ina, matter, "", "remark", R"({"note":"1"})");
    const auto second = xa().prepare(petra, matter, "", "remark", R"({"note":"2"})");
    ASSERT_TRUE(first && second);
    const auto answers = xa()->record({*first, *second});
    EXPECT_TRUE(answers[0]);
    ASSERT_FALSE(answers[1]);
    EXPECT_EQ(answers[1].error().kind, ErrorKind::conflict);
    ASSERT_TRUE(xa().start());
    EXPECT_EQ(xa()->matter(matter)->dossier.chain(party(kit::xa_prosecution)).size(), 2U);
}

TEST_F(Story, an_accreditation_counts_for_the_next_submission_of_its_batch) {
    const base::MatterId matter = ask();
    const kit::Official pia = federation.stage.stranger(kit::xa_prosecution, "pia", "prosecutor");
    const auto grant =
        xa().prepare(federation.stage.root_of(kit::xa_prosecution),
                     casework::Registry::matter_of(party(kit::xa_prosecution)).value(), "registry",
                     "accredit", kit::accreditation(pia));
    ASSERT_TRUE(grant);
    kit::Desk desk(federation.stage, "errand", matter.text());
    // Drafted as the node would after the grant: it relies on the registry head that the grant is.
    auto draft = xa()->draft(
        {matter, "", "approve", pia.key->public_key().id(), std::nullopt, codec::Object{}});
    ASSERT_TRUE(draft);
    draft->header.registry = casework::id_of(grant->draft.header).digest;
    const OwnAct approve{
        *draft,
        kit::sign(*pia.key, party(kit::xa_prosecution), casework::id_of(draft->header).digest,
                  "act", base::Realm::exercise, draft->header.at + std::chrono::minutes(5)),
        {}};
    const auto answers = xa()->record({*grant, approve});
    ASSERT_TRUE(answers[0]) << answers[0].error().text();
    ASSERT_TRUE(answers[1]) << answers[1].error().text();
    const std::string before = kit::account_of(*xa());
    ASSERT_TRUE(xa().start());
    EXPECT_EQ(kit::account_of(*xa()), before);
}

TEST_F(Story, an_envelope_tells_how_far_it_was_recorded) {
    const base::MatterId matter = ask();
    ASSERT_TRUE(xa().act(ina, matter, "", "remark", R"({"note":"1"})"));
    ASSERT_TRUE(xa().act(ina, matter, "", "remark", R"({"note":"2"})"));
    federation.cosign(xa());
    auto parcel = federation.parcels(xa())[0];
    ASSERT_EQ(parcel.envelope.entries.size(), 3U);
    parcel.envelope.entries[1].act->openings[1].value = R"("other")";
    const auto answer = federation.deliver(parcel);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->entries.size(), 1U);
    ASSERT_TRUE(answer->stopped);
    EXPECT_EQ(answer->stopped->kind, ErrorKind::invalid);
    EXPECT_EQ(xa()->outbox().size(), 2U);
    federation.exchange();
    expect_same(matter, {kit::xa_prosecution, kit::xb_central});
}

TEST_F(Story, what_comes_too_early_is_asked_for_again) {
    const base::MatterId matter = ask();
    ASSERT_TRUE(xa().act(ina, matter, "", "remark", R"({"note":"1"})"));
    federation.cosign(xa());
    auto late = federation.parcels(xa())[0];
    late.envelope.entries.erase(late.envelope.entries.begin());
    late.entries.erase(late.entries.begin());
    const auto answer = federation.deliver(late);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::try_later);
    EXPECT_EQ(xb()->matter(matter), nullptr);
    federation.exchange();
    expect_same(matter, {kit::xa_prosecution, kit::xb_central});
}

TEST_F(Story, an_act_of_an_official_whose_registry_is_not_here_yet_waits) {
    federation.open_registry(kit::xa_court);
    const kit::Official judge = federation.accredit(kit::xa_court, "jo", "judge");
    const base::MatterId matter = ask(R"(,"others":["xa-court"])");
    federation.cosign(xa());
    for (const kit::Parcel& parcel : federation.parcels(xa())) {
        ASSERT_TRUE(federation.deliver(parcel));
    }
    kit::Node& court = federation.node(kit::xa_court);
    const auto seen = court.act(judge, matter, "", "watch", R"({"note":"seen"})");
    ASSERT_TRUE(seen) << seen.error().text();
    federation.cosign(court);
    for (const kit::Parcel& parcel : federation.parcels(court)) {
        if (parcel.envelope.to != party(kit::xb_central) ||
            casework::matter_of(parcel.envelope.entries[0].entry()) != matter) {
            continue;
        }
        const auto answer = federation.deliver(parcel);
        ASSERT_TRUE(answer);
        ASSERT_TRUE(answer->stopped);  // the receipt before it is recorded
        EXPECT_EQ(answer->stopped->kind, ErrorKind::try_later) << answer->stopped->text();
    }
    federation.exchange();
    expect_same(matter, {kit::xa_prosecution, kit::xb_central, kit::xa_court});
}

TEST_F(Story, nobody_sends_a_node_its_own_chain) {
    const base::MatterId matter = ask();
    federation.exchange();
    casework::Envelope envelope;
    envelope.from = party(kit::xa_prosecution);
    envelope.to = party(kit::xa_prosecution);
    envelope.entries = {*xa()->proven(xa()->matter(matter)->dossier.chain(envelope.from).front())};
    const auto answer = xa().record(envelope);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::inadmissible);
}

TEST_F(Story, a_bystander_cannot_receipt_in_a_matter) {
    const base::MatterId matter = ask();
    federation.exchange();
    // The provider learnt the ids by other means, and its ledger holds such a receipt.
    casework::ReceiptHeader header;
    header.matter = matter;
    header.author = party(kit::cirrus);
    header.at = federation.clock.now();
    header.act =
        base::ActId{xa()->matter(matter)->dossier.chain(party(kit::xa_prosecution)).front()};
    const casework::Receipt receipt = federation.stage.receipt(header);
    ledger::Leaf leaf;
    leaf.leaf_class = ledger::LeafClass::receipt;
    leaf.commitment = ledger::leaf_commitment({}, receipt.id());
    ports::Batch batch;
    ledger::Tree tree;
    tree.append(crypto::merkle_leaf(leaf.encode()));
    const ledger::Checkpoint head{"ledger.example/xb-cirrus-mail", 1, tree.root()};
    kit::Keys& keys = federation.stage.keys(party(kit::cirrus));
    kit::Keys& witness = federation.stage.keys(party(kit::board));
    const auto log =
        ledger::NoteKey::parse(federation.stage.annex.find(party(kit::cirrus))->ledger).value();
    const auto cosigner =
        ledger::NoteKey::parse(federation.stage.annex.find(party(kit::board))->witness).value();
    using Type = ledger::NoteKeyType;
    const base::Instant now{federation.clock.now().milliseconds / 1000 * 1000};
    const ledger::Note note{
        head.text(),
        {ledger::note_signature(
             log, now,
             keys.ledger.sign(ledger::note_signing_input(head.text(), Type::ed25519, now)).value()),
         ledger::note_signature(
             cosigner, now,
             witness.witness.sign(ledger::note_signing_input(head.text(), Type::cosignature, now))
                 .value())}};
    casework::Envelope envelope;
    envelope.from = header.author;
    envelope.to = party(kit::xb_central);
    envelope.entries = {{std::nullopt, receipt, {0, {}, leaf.encode(), {}, note.encode()}}};
    const auto answer = xb().record(envelope);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::try_later);
    EXPECT_EQ(kit::account_of(*xb(), matter), kit::account_of(*xa(), matter));
    // Nor does it learn that there is such a matter: a node that has no part in it says the same.
    envelope.to = party(kit::xa_court);
    EXPECT_EQ(federation.node(kit::xa_court)->matter(matter), nullptr);
    const auto elsewhere = federation.node(kit::xa_court).record(envelope);
    ASSERT_FALSE(elsewhere);
    EXPECT_EQ(elsewhere.error().text(), answer.error().text());
}

TEST_F(Story, a_sealed_item_reaches_its_reader_and_nobody_else) {
    const base::MatterId matter = ask(R"(,"others":["xb-cirrus-mail"])");
    federation.exchange();
    crypto::CountingRandom random("item");
    const crypto::HeldSealingKey reader(crypto::Curve::p256, random);
    items::ItemTerms terms;
    terms.media_type = "text/plain";
    terms.tier = 2;
    terms.end = base::Date{23000};
    terms.reader = party(kit::xa_prosecution);
    const auto item =
        items::seal_item(base::view_of("invented"), terms, reader.public_key(), random).value();
    const std::string& sealed = item.sealed;
    const base::Digest id = item.descriptor.id;
    codec::Object fields;
    fields["item"] = codec::to_value(item.descriptor);
    auto own = xb().prepare(rosa, matter, "", "hand-over",
                            codec::canonical(codec::Value(std::move(fields))));
    ASSERT_TRUE(own);
    const auto without = xb().record(*own);
    ASSERT_FALSE(without);
    EXPECT_EQ(without.error().kind, ErrorKind::malformed);
    own->items = {{id, sealed + " "}};
    EXPECT_EQ(xb().record(*own).error().kind, ErrorKind::invalid);
    own->items = {{id, sealed}};
    ASSERT_TRUE(xb().record(*own));
    federation.exchange();
    EXPECT_EQ(xa()->item(id)->sealed, sealed);
    EXPECT_FALSE(provider()->item(id));
    EXPECT_EQ(xa()->matter(matter)->state.items.front().reader, party(kit::xa_prosecution));
    expect_same(matter, {kit::xa_prosecution, kit::xb_central, kit::cirrus});
}

TEST_F(Story, an_item_without_a_name_is_not_recorded) {
    const base::MatterId matter = ask();
    federation.exchange();
    const auto answer = xb().act(rosa, matter, "", "hand-over", R"({"item":{"version":1}})");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::malformed);
    EXPECT_EQ(answer.error().place, "/fields/item/realm");  // the first member that lacks
}

TEST_F(Story, a_suspension_stops_new_acts_and_leaves_recorded_ones_in_place) {
    const base::MatterId matter = ask();
    federation.exchange();
    federation.clock.advance(std::chrono::minutes(1));
    codec::Object fields;
    fields["key"] = ina.key->public_key().jwk();
    fields["reason"] = "lost";
    fields["compromised-since"] = "2027-03-08T08:00:00.000Z";  // before the recorded act
    ASSERT_TRUE(xa().act(federation.stage.root_of(kit::xa_prosecution),
                         casework::Registry::matter_of(party(kit::xa_prosecution)).value(),
                         "registry", "suspend", codec::canonical(fields)));
    federation.exchange();
    const auto refused = xa().act(ina, matter, "", "remark", R"({"note":"?"})");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::inadmissible);
    // Concurrent acts fold the matter anew; the recorded act still has its author.
    ASSERT_TRUE(xa().act(petra, matter, "", "remark", R"({"note":"1"})"));
    ASSERT_TRUE(xb().act(rosa, matter, "", "note", R"({"note":"2"})"));
    federation.exchange();
    expect_same(matter, {kit::xa_prosecution, kit::xb_central});
    const std::string before = kit::account_of(*xb());
    ASSERT_TRUE(xb().start());
    EXPECT_EQ(kit::account_of(*xb()), before);
}

TEST_F(Story, an_act_that_was_logged_before_its_key_was_suspended_is_taken_whatever_comes_first) {
    const base::MatterId matter = ask();
    federation.exchange();
    ASSERT_TRUE(xa().act(ina, matter, "", "remark", R"({"note":"logged before"})"));
    federation.clock.advance(std::chrono::minutes(1));
    codec::Object fields;
    fields["key"] = ina.key->public_key().jwk();
    fields["reason"] = "stolen";
    fields["compromised-since"] = "2027-03-08T08:00:00.000Z";
    const auto registry = casework::Registry::matter_of(party(kit::xa_prosecution)).value();
    ASSERT_TRUE(xa().act(federation.stage.root_of(kit::xa_prosecution), registry, "registry",
                         "suspend", codec::canonical(fields)));
    federation.cosign(xa());
    std::vector<kit::Parcel> late;
    for (kit::Parcel& parcel : federation.parcels(xa())) {
        if (casework::matter_of(parcel.envelope.entries.front().entry()) != registry) {
            late.push_back(std::move(parcel));
            continue;
        }
        ASSERT_TRUE(federation.deliver(parcel));
    }
    ASSERT_FALSE(late.empty());
    for (const kit::Parcel& parcel : late) {
        const auto answer = federation.deliver(parcel);
        ASSERT_TRUE(answer) << answer.error().text();
        EXPECT_FALSE(answer->stopped);
    }
    federation.exchange();
    expect_same(matter, {kit::xa_prosecution, kit::xb_central});
    EXPECT_TRUE(xa()->outbox().empty());
}

TEST_F(Story, an_act_that_is_not_dated_now_is_not_recorded) {
    auto own = xa().prepare(ina, std::nullopt, "errand", "ask",
                            R"({"requested":"xb-central","data":"subscriber","note":"n"})");
    ASSERT_TRUE(own);
    federation.clock.advance(std::chrono::seconds(301));
    const auto answer = xa().record(*own);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::inadmissible);
}

TEST_F(Story, an_envelope_for_another_party_is_refused) {
    (void)ask();
    federation.cosign(xa());
    const auto parcel = federation.parcels(xa())[0];
    const auto answer = provider().record(parcel.envelope);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::inadmissible);
}

TEST_F(Story, what_no_witness_attested_cannot_be_sent) {
    const base::MatterId matter = ask();
    const casework::EntryId id =
        xa()->matter(matter)->dossier.chain(party(kit::xa_prosecution)).front();
    const auto proven = xa()->proven(id);
    ASSERT_FALSE(proven);
    EXPECT_EQ(proven.error().kind, ErrorKind::try_later);
    federation.cosign(xa());
    ASSERT_TRUE(xa()->proven(id));
    EXPECT_TRUE(casework::check_proof(federation.stage.annex, *xa()->proven(id)));
}

TEST_F(Story, a_refused_entry_stays_in_the_outbox_with_its_reason) {
    const base::MatterId matter = ask();
    const casework::EntryId id =
        xa()->matter(matter)->dossier.chain(party(kit::xa_prosecution)).front();
    ASSERT_TRUE(xa()->settle(party(kit::xb_central), {id}, "not like this"));
    ASSERT_EQ(xa()->outbox().size(), 1U);
    EXPECT_EQ(xa()->outbox()[0].refused, "not like this");
    ASSERT_TRUE(xa().start());
    EXPECT_EQ(xa()->outbox()[0].refused, "not like this");
}

TEST_F(Story, the_witness_attests_growth_and_refuses_a_fork) {
    kit::Node& board = federation.node(kit::board);
    (void)ask();
    federation.cosign(xa());
    kit::Keys& keys = federation.stage.keys(party(kit::xa_prosecution));
    const auto row = board.store.witnessed(xa()->sequencer().origin()).value();
    ASSERT_TRUE(row);
    ledger::Tree fork;
    for (std::uint64_t i = 0; i <= row->size; ++i) {
        fork.append(crypto::merkle_leaf(base::bytes_of("other " + std::to_string(i))));
    }
    const ledger::Checkpoint head{xa()->sequencer().origin(), fork.size(), fork.root()};
    ledger::AddCheckpoint request;
    request.old_size = row->size;
    request.proof = fork.consistency(row->size, fork.size()).value();
    const base::Instant none{};
    request.note = {
        head.text(),
        {ledger::note_signature(
            xa()->sequencer().vkey(), none,
            keys.ledger
                .sign(ledger::note_signing_input(head.text(), ledger::NoteKeyType::ed25519, none))
                .value())}};
    const auto answer = board->witness(request.encode());
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 422);
    request.old_size = row->size - 1;
    EXPECT_EQ(board->witness(request.encode())->status, 409);
    EXPECT_EQ(board->witness("not a request")->status, 400);
    EXPECT_EQ(board.store.witnessed(xa()->sequencer().origin()).value(), row);
}

}  // namespace
}  // namespace comity::submit
