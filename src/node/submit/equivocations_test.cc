// What parties signed twice (equivocations.cc).

#include <gtest/gtest.h>

#include "node/submit/story_for_test.h"

namespace comity::submit {
namespace {

using kit::party;

TEST_F(Story, a_party_that_signs_twice_in_one_place_leaves_evidence_everywhere) {
    // The same keys on a second machine: its ledger was attested by a board that looked away.
    kit::Node twin(federation.stage, kit::xb_central, federation.clock);
    const base::MatterId registry = casework::Registry::matter_of(party(kit::xb_central)).value();
    const auto opened = twin.act(federation.stage.root_of(kit::xb_central), registry, "registry",
                                 "open", R"({"institution":"Another one"})");
    ASSERT_TRUE(opened) << opened.error().text();
    ASSERT_TRUE(twin->publish());
    ledger::Note note = twin->sequencer().signed_head()->note;
    const auto witness =
        ledger::NoteKey::parse(federation.stage.annex.find(party(kit::board))->witness).value();
    const base::Instant whole{federation.clock.now().milliseconds / 1000 * 1000};
    note.signatures.push_back(ledger::note_signature(
        witness, whole,
        federation.stage.keys(party(kit::board))
            .witness
            .sign(ledger::note_signing_input(note.text, ledger::NoteKeyType::cosignature, whole))
            .value()));
    ASSERT_TRUE(twin->keep_cosigned(note));
    casework::Envelope envelope;
    envelope.from = party(kit::xb_central);
    envelope.to = party(kit::xa_prosecution);
    envelope.entries = {twin->proven(opened->entries.front()).value()};

    EXPECT_TRUE(xa()->equivocations().empty());
    for (int again = 0; again < 2; ++again) {
        EXPECT_EQ(xa().record(envelope).error().kind, base::ErrorKind::conflict);
        ASSERT_EQ(xa()->equivocations().size(), 1U);
    }
    ASSERT_TRUE(xa().start());
    ASSERT_EQ(xa()->equivocations().size(), 1U);
    const casework::Equivocation& evidence = xa()->equivocations().front();
    EXPECT_TRUE(casework::check_equivocation(federation.stage.annex, evidence));
    EXPECT_EQ(casework::author_of(evidence.second.entry()), party(kit::xb_central));
    EXPECT_EQ(xa()->matter(registry)->state.done.size(), 2U);  // the first one stands as it was
}

}  // namespace
}  // namespace comity::submit
