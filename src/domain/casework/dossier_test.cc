#include "domain/casework/dossier.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace comity::casework {
namespace {

using base::ErrorKind;

const base::MatterId matter = base::MatterId::parse("m").value();

base::PartyId author_number(int number) {
    return base::PartyId::parse("p" + std::to_string(number)).value();
}

Act act_of(int author, std::int64_t sequence, const std::optional<EntryId>& previous,
           std::vector<base::ActId> after, std::int64_t at) {
    std::ranges::sort(after);
    Act act;
    act.header.matter = matter;
    act.header.author = author_number(author);
    act.header.sequence = sequence;
    act.header.previous = previous;
    act.header.after = std::move(after);
    act.header.at = base::Instant{at};
    return act;
}

Receipt receipt_of(int author, std::int64_t sequence, const std::optional<EntryId>& previous,
                   const base::ActId& act, std::int64_t at) {
    Receipt receipt;
    receipt.header.matter = matter;
    receipt.header.author = author_number(author);
    receipt.header.sequence = sequence;
    receipt.header.previous = previous;
    receipt.header.act = act;
    receipt.header.at = base::Instant{at};
    return receipt;
}

/// A random matter as honest nodes would write it: each author's acts have its own chain and what
/// it receipted in their past; nodes learn of each other's entries in bursts.
std::vector<Entry> random_matter() {
    constexpr int authors = 3;
    std::vector<Entry> all;
    std::vector<Dossier> desks(authors, Dossier(matter));
    const auto steps =
        *rc::gen::resize(30, rc::gen::container<std::vector<std::pair<int, int>>>(rc::gen::pair(
                                 rc::gen::inRange(0, authors), rc::gen::inRange(0, 4))));
    std::int64_t time = 1000;
    const auto write = [&](int author, const Entry& entry) {
        desks[static_cast<std::size_t>(author)].add(entry);
        all.push_back(entry);
    };
    const auto next_act = [&](int author) {
        Dossier& desk = desks[static_cast<std::size_t>(author)];
        const auto tip = desk.tip(author_number(author));
        // Clocks differ a little, but an act is never dated before its past.
        std::int64_t at = time + *rc::gen::inRange(0, 3);
        for (const base::ActId& head : desk.heads()) {
            at = std::max(at, desk.act(head)->header.at.milliseconds);
        }
        if (tip.previous) {
            at = std::max(at, instant_of(*desk.entry(*tip.previous)).milliseconds);
        }
        write(author, act_of(author, tip.next_sequence, tip.previous, desk.heads(), at));
    };
    const auto learn = [&](int author) {
        for (const Entry& entry : std::vector<Entry>(all)) {
            Dossier& desk = desks[static_cast<std::size_t>(author)];
            if (author_of(entry) == author_number(author) || !desk.check_link(entry)) {
                continue;
            }
            desk.add(entry);
            if (const auto* act = std::get_if<Act>(&entry)) {
                const auto tip = desk.tip(author_number(author));
                std::int64_t at = std::max(time, act->header.at.milliseconds);
                if (tip.previous) {
                    at = std::max(at, instant_of(*desk.entry(*tip.previous)).milliseconds);
                }
                write(author, receipt_of(author, tip.next_sequence, tip.previous, act->id(), at));
            }
        }
    };
    next_act(0);
    for (const auto& [author, what] : steps) {
        ++time;
        if (what == 0) {
            learn(author);
        } else if (!desks[static_cast<std::size_t>(author)].empty()) {
            next_act(author);
        }
    }
    return all;
}

/// Adds everything that fits, again and again, in the order given.
Dossier received(std::vector<Entry> entries) {
    Dossier dossier(matter);
    for (bool moved = true; moved;) {
        moved = false;
        for (const Entry& entry : entries) {
            if (dossier.check_link(entry)) {
                dossier.add(entry);
                moved = true;
            }
        }
    }
    return dossier;
}

// --- the slow twins
// --------------------------------------------------------------------------------

std::vector<Act> acts_in(const std::vector<Entry>& entries) {
    std::vector<Act> acts;
    for (const Entry& entry : entries) {
        if (const auto* act = std::get_if<Act>(&entry)) {
            acts.push_back(*act);
        }
    }
    return acts;
}

/// `later` and all of its past, by adding what anything found names until nothing is added.
std::set<base::ActId> slow_past(const std::vector<Act>& acts, const base::ActId& later) {
    std::set<base::ActId> past{later};
    for (std::size_t size = 0; size != past.size();) {
        size = past.size();
        for (const Act& act : acts) {
            if (past.contains(act.id())) {
                past.insert(act.header.after.begin(), act.header.after.end());
            }
        }
    }
    return past;
}

/// Takes again and again the earliest act (by date and id) all of whose past is taken.
std::vector<base::ActId> slow_order(const std::vector<Act>& acts) {
    std::vector<base::ActId> order;
    const auto taken = [&](const base::ActId& id) {
        return std::ranges::find(order, id) != order.end();
    };
    while (order.size() < acts.size()) {
        std::optional<std::pair<base::Instant, base::ActId>> best;
        for (const Act& act : acts) {
            const std::pair key{act.header.at, act.id()};
            if (!taken(act.id()) && std::ranges::all_of(act.header.after, taken) &&
                (!best || key < *best)) {
                best = key;
            }
        }
        order.push_back(best->second);
    }
    return order;
}

TEST(Dossier, orders_acts_alike_for_all_who_know_the_same_whatever_the_order_of_arrival) {
    EXPECT_TRUE(rc::check([] {
        const std::vector<Entry> entries = random_matter();
        std::vector<Entry> shuffled = entries;
        for (std::size_t i = shuffled.size(); i > 1; --i) {
            std::swap(shuffled[i - 1], shuffled[*rc::gen::inRange<std::size_t>(0, i)]);
        }
        const Dossier first = received(entries);
        const Dossier second = received(shuffled);
        const std::vector<Act> acts = acts_in(entries);
        const std::vector<base::ActId> expected = slow_order(acts);
        for (const Dossier* one : {&first, &second}) {
            std::vector<base::ActId> order;
            for (const Act* act : one->in_order(nullptr)) {
                order.push_back(act->id());
            }
            RC_ASSERT(order == expected);
        }
        RC_ASSERT(first.heads() == second.heads());
    }));
}

TEST(Dossier, finds_the_past_and_the_heads_that_its_slow_twin_finds) {
    EXPECT_TRUE(rc::check([] {
        const std::vector<Entry> entries = random_matter();
        const Dossier dossier = received(entries);
        const std::vector<Act> acts = acts_in(entries);
        std::set<base::ActId> followed;
        std::vector<base::ActId> heads;
        for (const Act& act : acts) {
            const std::set<base::ActId> past = slow_past(acts, act.id());
            RC_ASSERT(dossier.past({act.id()}).value() == past);
            RC_ASSERT(dossier.in_order(&past).size() == past.size());
            followed.insert(act.header.after.begin(), act.header.after.end());
        }
        for (const Act& act : acts) {
            if (!followed.contains(act.id())) {
                heads.push_back(act.id());
            }
        }
        std::ranges::sort(heads);
        RC_ASSERT(dossier.heads() == heads);
        RC_ASSERT(dossier.is_everything(heads));
    }));
}

TEST(Dossier, keeps_every_entry_of_an_honest_matter) {
    EXPECT_TRUE(rc::check([] {
        const std::vector<Entry> entries = random_matter();
        const Dossier dossier = received(entries);
        for (const Entry& entry : entries) {
            RC_ASSERT(dossier.has(id_of(entry)));
            RC_ASSERT(dossier.check_link(entry).error().kind == ErrorKind::conflict);
        }
    }));
}

class Chains : public ::testing::Test {
 protected:
    Chains() { dossier.add(opening); }
    Dossier dossier{matter};
    Act opening = act_of(0, 0, std::nullopt, {}, 100);
};

TEST_F(Chains, an_entry_of_another_matter_does_not_fit) {
    Act other = act_of(1, 0, std::nullopt, {opening.id()}, 100);
    other.header.matter = base::MatterId::parse("n").value();
    EXPECT_EQ(dossier.check_link(other).error().kind, ErrorKind::malformed);
}

TEST_F(Chains, a_gap_in_a_chain_waits) {
    const Act gap = act_of(0, 2, opening.id().digest, {opening.id()}, 100);
    EXPECT_EQ(dossier.check_link(gap).error().kind, ErrorKind::try_later);
}

TEST_F(Chains, an_entry_names_the_one_before_it) {
    const Act wrong = act_of(0, 1, crypto::sha256("other"), {opening.id()}, 100);
    EXPECT_EQ(dossier.check_link(wrong).error().kind, ErrorKind::malformed);
}

TEST_F(Chains, an_entry_is_not_dated_before_the_one_that_it_follows) {
    const Act early = act_of(0, 1, opening.id().digest, {opening.id()}, 99);
    EXPECT_EQ(dossier.check_link(early).error().kind, ErrorKind::inadmissible);
}

TEST_F(Chains, a_second_opening_is_malformed_and_an_unknown_past_waits) {
    EXPECT_EQ(dossier.check_link(act_of(1, 0, std::nullopt, {}, 100)).error().kind,
              ErrorKind::malformed);
    const base::ActId unknown{crypto::sha256("unknown")};
    EXPECT_EQ(dossier.check_link(act_of(1, 0, std::nullopt, {unknown}, 100)).error().kind,
              ErrorKind::try_later);
    EXPECT_EQ(Dossier(matter).check_link(act_of(1, 0, std::nullopt, {unknown}, 1)).error().kind,
              ErrorKind::try_later);
}

TEST_F(Chains, a_receipt_is_for_an_act_of_another_once_and_not_before_it) {
    const auto id = opening.id();
    EXPECT_EQ(dossier.check_link(receipt_of(0, 1, id.digest, id, 100)).error().kind,
              ErrorKind::malformed);
    EXPECT_EQ(dossier.check_link(receipt_of(1, 0, std::nullopt, id, 99)).error().kind,
              ErrorKind::inadmissible);
    const base::ActId unknown{crypto::sha256("unknown")};
    EXPECT_EQ(dossier.check_link(receipt_of(1, 0, std::nullopt, unknown, 100)).error().kind,
              ErrorKind::try_later);
    const Receipt first = receipt_of(1, 0, std::nullopt, id, 100);
    ASSERT_TRUE(dossier.check_link(first));
    dossier.add(first);
    EXPECT_EQ(dossier.check_link(receipt_of(1, 1, first.id(), id, 101)).error().kind,
              ErrorKind::malformed);
}

TEST_F(Chains, a_past_that_omits_a_receipted_act_is_malformed) {
    const Act second = act_of(0, 1, opening.id().digest, {opening.id()}, 100);
    dossier.add(second);
    const Receipt receipt = receipt_of(1, 0, std::nullopt, second.id(), 100);
    dossier.add(receipt);
    EXPECT_EQ(dossier.check_link(act_of(1, 1, receipt.id(), {opening.id()}, 100)).error().kind,
              ErrorKind::malformed);
    EXPECT_TRUE(dossier.check_link(act_of(1, 1, receipt.id(), {second.id()}, 100)));
    // Who had not receipted it may act on the older past.
    EXPECT_TRUE(dossier.check_link(act_of(2, 0, std::nullopt, {opening.id()}, 100)));
}

}  // namespace
}  // namespace comity::casework
