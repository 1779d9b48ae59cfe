// A machine whose clock is put back and forth while its node works.

#include <gtest/gtest.h>
#include <map>
#include <rapidcheck.h>

#include "node/submit/story_for_test.h"

namespace comity::submit {
namespace {

/// The published heads of one node, as they come.
struct Heads {
    std::uint64_t newest = 0;
    std::map<std::uint64_t, std::string> text;

    void see(kit::Node& node) {
        const auto bytes = node.files.read("checkpoint");
        RC_ASSERT(bytes.has_value());
        const auto note = ledger::Note::parse(base::text_of(*bytes));
        const auto head = ledger::Checkpoint::parse(note->text);
        RC_ASSERT(head->size >= newest);
        newest = head->size;
        const auto [there, is_new] = text.try_emplace(head->size, note->text);
        RC_ASSERT(is_new || there->second == note->text);
    }
};

class SteppedClock : public Story {};

TEST_F(SteppedClock, heads_only_grow_and_no_size_is_signed_in_two_ways) {
    const base::MatterId matter = ask();
    federation.exchange();
    const base::Instant begun = federation.clock.now();
    int number = 0;
    EXPECT_TRUE(rc::check("wherever the clock jumps", [&] {
        Heads heads;
        const auto jumps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-90, 90));
        for (const int minutes : jumps) {
            federation.clock.set(begun + std::chrono::minutes(minutes));
            // An act that would be dated before its past is dated with it, or refused.
            (void)xa().act(ina, matter, "", "remark",
                           R"({"note":")" + std::to_string(++number) + "\"}");
            RC_ASSERT(xa()->publish().has_value());
            heads.see(xa());
            federation.cosign(xa());
            heads.see(xa());
        }
        federation.clock.set(begun + std::chrono::minutes(91));
        federation.exchange();
        RC_ASSERT(kit::account_of(*xb(), matter) == kit::account_of(*xa(), matter));
    }));
    base::Instant last{};
    for (const casework::Act* act : xa()->matter(matter)->dossier.in_order(nullptr)) {
        EXPECT_GE(act->header.at, last);
        last = act->header.at;
    }
    EXPECT_TRUE(xa().start()) << "everything that was cosigned is in the ledger";
}

}  // namespace
}  // namespace comity::submit
