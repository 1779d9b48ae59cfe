#include "node/delivery/restoration.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "node/delivery/loss_for_test.h"

namespace comity::delivery {
namespace {

using base::ErrorKind;
using kit::party;

std::vector<std::uint64_t> indices_of(const std::vector<submit::LostLeaf>& lost) {
    std::vector<std::uint64_t> indices;
    for (const submit::LostLeaf& leaf : lost) {
        indices.push_back(leaf.index);
    }
    return indices;
}

/// Changes the acts of the author in every page that `liar` gives.
OnTheWay altering(std::string_view liar, const std::function<void(casework::Act&)>& alter) {
    return [liar, alter](const base::PartyId& peer, const message::Request& request,
                         message::Response response) -> std::optional<message::Response> {
        if (peer != party(liar) || request.path() != give_back_path) {
            return response;
        }
        auto page = codec::read_text<GivenBack>(response.body).value();
        for (casework::ProvenEntry& proven : page.entries) {
            if (proven.act) {
                alter(*proven.act);
            }
        }
        return message::json_response(200, codec::write(page));
    };
}

OnTheWay silent(std::string_view who) {
    return [who](const base::PartyId& peer, const message::Request&,
                 message::Response response) -> std::optional<message::Response> {
        return peer == party(who) ? std::nullopt : std::optional(std::move(response));
    };
}

TEST_F(Loss, everything_comes_back_from_the_peers_and_the_node_goes_on) {
    const base::MatterId matter = errand_carried_out();
    const auto before = lose(kit::xa_prosecution);
    const auto taken = restore(xa());
    ASSERT_TRUE(taken.has_value()) << taken.error().text();
    EXPECT_TRUE(taken->is_complete());
    EXPECT_TRUE(taken->lost.empty());
    EXPECT_TRUE(taken->waiting.empty());
    EXPECT_TRUE(taken->missing.empty());
    EXPECT_TRUE(taken->refused.empty());
    EXPECT_TRUE(taken->to_deliver.empty());
    EXPECT_EQ(taken->had, 0U);
    EXPECT_EQ(taken->has, (*before)->sequencer().size());
    EXPECT_EQ(taken->acts + taken->receipts, taken->has);
    EXPECT_EQ(xa()->sequencer().tree().root(), (*before)->sequencer().tree().root());
    EXPECT_TRUE(kit::account_of(*xa()) == kit::account_of(**before));
    EXPECT_TRUE(xa()->outbox().empty());

    // What it is now it is after a restart too, and the others take its next act.
    const std::string account = kit::account_of(*xa());
    ASSERT_TRUE(xa().start());
    EXPECT_EQ(kit::account_of(*xa()), account);
    ASSERT_TRUE(xa().act(petra, matter, "", "remark", R"({"note":"after the loss"})"));
    federation.exchange();
    expect_same(matter, {kit::xa_prosecution, kit::xb_central});
    ASSERT_TRUE(xb().act(rosa, matter, "", "note", R"({"note":"welcome back"})"));
    federation.exchange();
    expect_same(matter, {kit::xa_prosecution, kit::xb_central});
}

TEST_F(Loss, nothing_is_signed_while_a_node_is_restored) {
    (void)errand_carried_out();
    (void)lose(kit::xa_prosecution);
    ASSERT_TRUE(restore(xa())->is_complete());
    EXPECT_FALSE(xa()->sequencer().signed_head().has_value());
    EXPECT_TRUE(xa().files.paths().empty());
    EXPECT_TRUE(xa()->outbox().empty());
}

TEST_F(Loss, a_restored_act_is_proven_by_the_checkpoint_that_first_held_it) {
    const base::MatterId matter = errand_carried_out();
    const auto before = lose(kit::xa_prosecution);
    ASSERT_TRUE(restore(xa())->is_complete());
    for (const casework::EntryId& id : xa()->matter(matter)->dossier.chain(xa().party)) {
        const auto now = xa()->proven(id);
        ASSERT_TRUE(now.has_value()) << now.error().text();
        EXPECT_EQ(now->proof, (*before)->proven(id)->proof);
        EXPECT_TRUE(casework::check_proof(xa()->annex(), *now));
    }
}

TEST_F(Loss, a_second_run_changes_nothing) {
    (void)errand_carried_out();
    (void)lose(kit::xa_prosecution);
    ASSERT_TRUE(restore(xa())->is_complete());
    const std::string account = kit::account_of(*xa());
    const std::uint64_t commits = xa().store.commits();
    const auto again = restore(xa());
    ASSERT_TRUE(again.has_value()) << again.error().text();
    EXPECT_TRUE(again->is_complete());
    EXPECT_EQ(again->had, again->has);
    EXPECT_EQ(again->acts + again->receipts + again->others, 0U);
    EXPECT_TRUE(kit::account_of(*xa()) == account);
    EXPECT_EQ(xa().store.commits(), commits);
}

TEST_F(Loss, a_run_broken_off_at_any_commit_is_gone_on_with_by_the_next) {
    (void)errand_carried_out();
    const auto before = lose(kit::xa_prosecution);
    kit::Node whole(federation.stage, kit::xa_prosecution, federation.clock);
    const std::uint64_t at_first = whole.store.commits();
    ASSERT_TRUE(restore(whole)->is_complete());
    const std::uint64_t commits = whole.store.commits() - at_first;
    ASSERT_GE(commits, 3U);  // the leaves, their checkpoints, the heads attested for others
    for (std::uint64_t nth = 1; nth <= commits; ++nth) {
        for (const auto fault : {memory::CommitFault::before, memory::CommitFault::after}) {
            kit::Node lost(federation.stage, kit::xa_prosecution, federation.clock);
            lost.store.fail_commit(nth, fault);
            (void)restore(lost);
            ASSERT_TRUE(lost.start());
            const auto taken = restore(lost);
            ASSERT_TRUE(taken.has_value()) << taken.error().text();
            EXPECT_TRUE(taken->is_complete());
            EXPECT_TRUE(kit::account_of(*lost) == kit::account_of(**before)) << nth;
            EXPECT_EQ(lost->cosigned().size(), whole->cosigned().size()) << nth;
        }
    }
}

TEST_F(Loss, an_entry_that_reached_nobody_is_listed_with_its_hash_and_what_is_behind_it_waits) {
    if (xa()->sequencer().size() % 2 != 0) {
        (void)ask();  // so that the next leaf is a left one, and stands in its neighbour's proof
        federation.exchange();
    }
    ASSERT_EQ(xa()->sequencer().size() % 2, 0U);
    const base::MatterId other = ask(R"(,"count":1)");
    federation.cosign(xa());
    // Attested, but its peer never took it.
    const casework::EntryId unheard = xa()->matter(other)->dossier.chain(xa().party).front();
    const std::uint64_t leaf = xa()->leaf_of(unheard)->index;
    ASSERT_TRUE(xa()->settle(party(kit::xb_central), {unheard}, "the peer is gone"));
    (void)errand_carried_out();
    const auto before = lose(kit::xa_prosecution);
    const auto taken = restore(xa());
    ASSERT_TRUE(taken.has_value()) << taken.error().text();
    EXPECT_FALSE(taken->is_complete());
    EXPECT_EQ(indices_of(taken->lost), std::vector<std::uint64_t>{leaf});
    EXPECT_EQ(taken->lost.front().hash, (*before)->sequencer().tree().leaf(leaf));
    EXPECT_TRUE(taken->lost.front().is_attested);
    EXPECT_EQ(taken->has, leaf);
    EXPECT_EQ(taken->waiting.size(), (*before)->sequencer().size() - leaf - 1);
    EXPECT_EQ(taken->waiting.front().holders, std::vector{party(kit::xb_central)});
    // What is there is the history that was attested, up to the gap; the node stays behind.
    EXPECT_EQ(xa()->sequencer().tree().root(), (*before)->sequencer().tree().root_at(leaf));
    Recollection recollection(*xa());
    for (const Outgoing& question : recollection.next(federation.clock.now())) {
        recollection.answered(question.token,
                              answer_of(question.peer, xa().party, question.request),
                              federation.clock.now());
    }
    EXPECT_EQ(recollection.verdict(), Recollection::Verdict::behind);
}

TEST_F(Loss, two_peers_that_each_hold_a_half_make_a_whole) {
    const base::MatterId with_xb = ask();
    const auto asked = xa().act(ina, std::nullopt, "errand", "ask",
                                R"({"requested":"xb-cirrus-mail","data":"subscriber","note":"n"})");
    ASSERT_TRUE(asked.has_value()) << asked.error().text();
    federation.exchange();
    ASSERT_TRUE(xa().act(petra, with_xb, "", "approve", "{}"));
    ASSERT_TRUE(xa().act(petra, asked->matter, "", "approve", "{}"));
    federation.exchange();
    const auto before = lose(kit::xa_prosecution);

    const auto half = restore(xa(), {party(kit::xb_central)});
    ASSERT_TRUE(half.has_value()) << half.error().text();
    EXPECT_FALSE(half->is_complete());
    ASSERT_FALSE(half->lost.empty());
    EXPECT_EQ(half->has, half->lost.front().index);
    EXPECT_EQ(xa()->matter(with_xb), nullptr);

    const auto whole = restore(xa());
    ASSERT_TRUE(whole.has_value()) << whole.error().text();
    EXPECT_TRUE(whole->is_complete());
    EXPECT_EQ(whole->had, half->has);
    EXPECT_TRUE(kit::account_of(*xa()) == kit::account_of(**before));
}

TEST_F(Loss, what_peers_may_read_of_an_act_is_brought_together_and_what_none_may_is_told) {
    const base::MatterId matter = ask(R"(,"secret":"marker","others":["xb-cirrus-mail"])");
    federation.exchange();
    const auto before = lose(kit::xa_prosecution);
    const auto taken = restore(xa());
    ASSERT_TRUE(taken->is_complete());
    const casework::EntryId opening = xa()->matter(matter)->dossier.chain(xa().party).front();
    EXPECT_EQ(xa()->matter(matter)->dossier.act(base::ActId{opening})->text("secret"), "marker");
    // The register keeps names from everybody but its owner.
    ASSERT_EQ(taken->fields.size(), 2U);
    for (const submit::LostFields& lost : taken->fields) {
        EXPECT_EQ(lost.matter, casework::Registry::matter_of(xa().party).value());
        EXPECT_EQ(lost.kind, "accredit");
        EXPECT_EQ(lost.fields, std::vector<std::string>{"name"});
        EXPECT_TRUE(lost.leaf.has_value());
    }
    // A partner alone cannot give what is closed to it.
    kit::Node other(federation.stage, kit::xa_prosecution, federation.clock);
    const auto less = restore(other, {party(kit::xb_central)});
    ASSERT_TRUE(less.has_value()) << less.error().text();
    EXPECT_TRUE(std::ranges::any_of(less->fields, [&](const submit::LostFields& lost) {
        return lost.act == opening && lost.fields == std::vector<std::string>{"secret"};
    }));
}

TEST_F(Loss, a_peer_that_alters_a_field_is_refused_and_named) {
    (void)errand_carried_out();
    (void)lose(kit::xa_prosecution);
    const auto taken = restore(xa(), {}, altering(kit::xb_central, [](casework::Act& act) {
                                   if (act.value("note")) {
                                       for (casework::Opening& opening : act.openings) {
                                           if (opening.path == "note") {
                                               opening.value = R"("another")";
                                           }
                                       }
                                   }
                               }));
    ASSERT_FALSE(taken.has_value());
    EXPECT_EQ(taken.error().kind, ErrorKind::invalid);
    EXPECT_NE(taken.error().why.find("xb-central: entry "), std::string::npos) << taken.error().why;
    EXPECT_EQ(xa()->sequencer().size(), 0U);
    EXPECT_TRUE(xa()->matters().empty());
}

TEST_F(Loss, a_peer_that_makes_up_an_entry_is_refused_and_named) {
    (void)errand_carried_out();
    (void)lose(kit::xa_prosecution);
    const auto taken = restore(xa(), {}, altering(kit::cirrus, [](casework::Act& act) {
                                   act.header.at = act.header.at + std::chrono::seconds(1);
                               }));
    ASSERT_FALSE(taken.has_value());
    EXPECT_EQ(taken.error().kind, ErrorKind::invalid);
    EXPECT_NE(taken.error().why.find("xb-cirrus-mail: entry "), std::string::npos)
        << taken.error().why;
    // Without it the others suffice.
    EXPECT_TRUE(restore(xa(), {party(kit::cirrus)})->is_complete());
}

TEST_F(Loss, a_peer_that_gives_another_authors_entries_is_refused) {
    (void)errand_carried_out();
    (void)lose(kit::xa_prosecution);
    const OnTheWay swapped = [&](const base::PartyId& peer, const message::Request& request,
                                 message::Response response) -> std::optional<message::Response> {
        if (peer != party(kit::xb_central) || request.path() != give_back_path) {
            return response;
        }
        const GiveBack other{party(kit::xb_central), 0, std::nullopt};
        return message::json_response(
            200, codec::write(give_back(*xb(), xa().party, codec::write(other)).value()));
    };
    const auto taken = restore(xa(), {}, swapped);
    ASSERT_FALSE(taken.has_value());
    EXPECT_NE(taken.error().why.find("xb-central: "), std::string::npos) << taken.error().why;
    EXPECT_NE(taken.error().why.find("another author"), std::string::npos) << taken.error().why;
}

TEST_F(Loss, a_copy_with_another_officials_signature_is_none_and_its_giver_is_named) {
    (void)errand_carried_out();
    const auto before = lose(kit::xa_prosecution);
    const auto forged = altering(kit::xb_central,
                                 [](casework::Act& act) { act.signature.signature.front() ^= 1U; });
    const auto taken = restore(xa(), {}, forged);
    ASSERT_TRUE(taken.has_value()) << taken.error().text();
    EXPECT_FALSE(taken->is_complete());
    ASSERT_FALSE(taken->refused.empty());
    for (const auto& [from, entry] : taken->refused) {
        EXPECT_EQ(from, party(kit::xb_central));
    }
    // The registers are with others too; of the errand there is no sound copy.
    ASSERT_EQ(taken->lost.size(), 1U);
    EXPECT_EQ(taken->has, taken->lost.front().index);
    EXPECT_GT(taken->has, 0U);
    EXPECT_TRUE(restore(xa())->is_complete());
    EXPECT_TRUE(kit::account_of(*xa()) == kit::account_of(**before));
}

TEST_F(Loss, a_peer_that_does_not_answer_is_named_and_nothing_is_changed) {
    (void)errand_carried_out();
    (void)lose(kit::xa_prosecution);
    const auto taken = restore(xa(), {}, silent(kit::xb_central));
    ASSERT_FALSE(taken.has_value());
    EXPECT_EQ(taken.error().kind, ErrorKind::unavailable);
    EXPECT_NE(taken.error().why.find("xb-central: the connection was refused"), std::string::npos)
        << taken.error().why;
    EXPECT_NE(taken.error().next.find("--without"), std::string::npos);
    EXPECT_EQ(xa()->sequencer().size(), 0U);
}

TEST_F(Loss, without_the_attesting_nodes_word_nothing_is_taken_back) {
    (void)errand_carried_out();
    (void)lose(kit::xa_prosecution);
    const auto taken = restore(xa(), {party(kit::board)});
    ASSERT_FALSE(taken.has_value());
    EXPECT_EQ(taken.error().kind, ErrorKind::unavailable);
    EXPECT_NE(taken.error().what.find("attesting nodes"), std::string::npos);
}

TEST_F(Loss, an_attesting_node_that_tells_another_root_stops_it) {
    (void)errand_carried_out();
    (void)lose(kit::xa_prosecution);
    const OnTheWay lying = [&](const base::PartyId& peer, const message::Request& request,
                               message::Response response) -> std::optional<message::Response> {
        if (peer != party(kit::board) || request.path() != last_head_path) {
            return response;
        }
        auto head = codec::read_text<LastHead>(response.body).value();
        head.root = crypto::merkle_leaf({});
        return message::json_response(200, codec::write(head));
    };
    const auto taken = restore(xa(), {}, lying);
    ASSERT_FALSE(taken.has_value());
    EXPECT_EQ(taken.error().kind, ErrorKind::conflict);
    EXPECT_EQ(xa()->sequencer().size(), 0U);
}

TEST_F(Loss, a_checkpoint_that_a_peer_shows_counts_more_than_a_witness_that_forgot) {
    (void)errand_carried_out();
    const auto before = lose(kit::xa_prosecution);
    const OnTheWay forgetful = [&](const base::PartyId&, const message::Request& request,
                                   message::Response response) -> std::optional<message::Response> {
        if (request.path() != last_head_path) {
            return response;
        }
        return message::json_response(200, codec::write(LastHead{xa()->settings().origin, 0, {}}));
    };
    const auto taken = restore(xa(), {}, forgetful);
    ASSERT_TRUE(taken.has_value()) << taken.error().text();
    EXPECT_TRUE(taken->is_complete());
    EXPECT_EQ(taken->has, (*before)->sequencer().size());
}

TEST_F(Loss, data_of_another_history_are_left_alone) {
    (void)errand_carried_out();
    (void)lose(kit::xa_prosecution);
    federation.open_registry(kit::xa_prosecution);  // begins a second history
    const std::string account = kit::account_of(*xa());
    const auto taken = restore(xa());
    ASSERT_FALSE(taken.has_value());
    EXPECT_EQ(taken.error().kind, ErrorKind::conflict);
    EXPECT_EQ(kit::account_of(*xa()), account);
}

TEST_F(Loss, what_was_taken_from_a_peer_and_attested_by_nobody_is_delivered_again) {
    const base::MatterId matter = errand_carried_out();
    ASSERT_TRUE(xb().act(rosa, matter, "", "note", R"({"note":"late"})"));
    federation.cosign(xb());
    for (const kit::Parcel& parcel : federation.parcels(xb())) {
        ASSERT_TRUE(federation.deliver(parcel));  // recorded and receipted there; not attested
    }
    ASSERT_TRUE(xb()->outbox().empty());
    const auto before = lose(kit::xa_prosecution);
    const auto taken = restore(xa());
    ASSERT_TRUE(taken->is_complete());
    EXPECT_EQ(taken->has, (*before)->sequencer().size() - 1);
    ASSERT_EQ(taken->to_deliver.size(), 1U);
    EXPECT_EQ(taken->to_deliver.begin()->second.size(), 1U);
    deliver_again(xa(), *taken);
    EXPECT_EQ(xb()->outbox().size(), 1U);
    federation.exchange();
    expect_same(matter, {kit::xa_prosecution, kit::xb_central});
    EXPECT_TRUE(xb()->outbox().empty());
}

TEST_F(Loss, leaves_that_only_the_public_copy_holds_are_kept_and_told) {
    (void)errand_carried_out();
    ASSERT_TRUE(xa().act(ina, std::nullopt, "errand", "ask",
                         R"({"requested":"xb-central","data":"subscriber","note":"unheard"})"));
    ASSERT_TRUE(xa()->publish());  // its head is public; nobody attested it
    const auto before = lose(kit::xa_prosecution);
    for (const std::string& path : before->files.paths()) {
        const auto content = before->files.read(path);
        ASSERT_TRUE(path == "checkpoint" ? xa().files.publish(base::text_of(*content))
                                         : xa().files.write({{path, *content}}));
    }
    const auto taken = restore(xa());
    ASSERT_TRUE(taken.has_value()) << taken.error().text();
    EXPECT_TRUE(taken->is_complete());
    ASSERT_EQ(taken->lost.size(), 1U);
    EXPECT_EQ(taken->lost.front().index, (*before)->sequencer().size() - 1);
    EXPECT_FALSE(taken->lost.front().is_attested);
    EXPECT_EQ(xa()->sequencer().tree().root(), (*before)->sequencer().tree().root());
    ASSERT_TRUE(xa().start());
    (void)ask();
    federation.exchange();
    EXPECT_TRUE(xa()->outbox().empty());
}

TEST_F(Loss, a_restored_attesting_node_remembers_what_it_attested) {
    (void)errand_carried_out();
    const std::string origin = xa()->settings().origin;
    const auto before = lose(kit::board);
    ASSERT_FALSE(federation.node(kit::board).store.witnessed(origin).value().has_value());
    const auto taken = restore(federation.node(kit::board));
    ASSERT_TRUE(taken.has_value()) << taken.error().text();
    EXPECT_TRUE(taken->is_complete());
    const auto row = federation.node(kit::board).store.witnessed(origin).value();
    ASSERT_TRUE(row.has_value());
    EXPECT_LE(row->size, before->store.witnessed(origin).value()->size);
    EXPECT_GT(row->size, 0U);
    EXPECT_EQ(row->root, xa()->sequencer().tree().root_at(row->size));
}

TEST_F(Loss, bodies_whose_day_is_over_end_with_the_first_erasure_run) {
    const base::MatterId matter = errand_carried_out();
    const base::MatterId open = ask();
    federation.exchange();
    federation.clock.advance(std::chrono::days(400));
    const auto before = lose(kit::xa_prosecution);
    const auto taken = restore(xa());
    ASSERT_TRUE(taken.has_value()) << taken.error().text();
    EXPECT_TRUE(taken->is_complete());
    ASSERT_TRUE(xa().start());
    ASSERT_TRUE(xa()->erase_due());
    ASSERT_NE(xa()->matter(matter), nullptr);
    EXPECT_TRUE(xa()->matter(matter)->erased);
    EXPECT_EQ(xa()->matter(matter)->dossier.chain(xa().party),
              (*before)->matter(matter)->dossier.chain(xa().party));
    EXPECT_FALSE(xa()->matter(open)->erased);
    EXPECT_FALSE(xa()->matter(casework::Registry::matter_of(xa().party).value())->erased);
}

TEST_F(Loss, bodies_can_be_kept_again_though_the_key_of_their_day_was_destroyed_here) {
    const base::MatterId open = ask();
    federation.exchange();
    const casework::EntryId opening = xa()->matter(open)->dossier.chain(xa().party).front();
    const base::Date day = xa().store.entry(opening)->erase_on;
    (void)lose(kit::xa_prosecution);
    ASSERT_TRUE(xa().day_keys.destroy(day));
    const auto taken = restore(xa());
    ASSERT_TRUE(taken.has_value()) << taken.error().text();
    EXPECT_TRUE(taken->is_complete());
    ASSERT_TRUE(xa().start());
    EXPECT_FALSE(xa()->matter(open)->erased);
    EXPECT_NE(xa().store.entry(opening)->erase_on, day);
}

TEST_F(Loss, a_matter_that_the_peer_erased_is_placed_by_the_receipts_alone) {
    const base::MatterId matter = errand_carried_out();
    const casework::EntryId opening = xa()->matter(matter)->dossier.chain(xa().party).front();
    ASSERT_TRUE(xb().day_keys.destroy(xb().store.entry(opening)->erase_on));
    ASSERT_TRUE(xb().start());
    ASSERT_TRUE(xb()->matter(matter)->erased);
    const auto before = lose(kit::xa_prosecution);
    const auto taken = restore(xa());
    ASSERT_TRUE(taken.has_value()) << taken.error().text();
    EXPECT_TRUE(taken->is_complete());
    EXPECT_EQ(xa()->sequencer().tree().root(), (*before)->sequencer().tree().root());
    EXPECT_TRUE(xa()->matter(matter)->erased);
    EXPECT_EQ(xa()->matter(matter)->dossier.chain(xb().party),
              (*before)->matter(matter)->dossier.chain(xb().party));
    EXPECT_TRUE(std::ranges::any_of(taken->fields, [&](const submit::LostFields& lost) {
        return lost.act == opening && lost.kind.empty();
    }));
    ASSERT_TRUE(xa().start());
}

}  // namespace
}  // namespace comity::delivery
