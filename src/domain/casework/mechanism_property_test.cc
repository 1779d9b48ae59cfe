// Restrictions and silence under random interleavings: four offices that know different acts at
// different times. Whoever knows the same acts has the same matter, whatever order they came in;
// and it is what a slow plain twin makes of the set of acts.

#include <gtest/gtest.h>
#include <memory>
#include <rapidcheck.h>

#include "domain/casework/affair_for_test.h"
#include "domain/casework/clock.h"
#include "domain/casework/position.h"
#include "domain/casework/schema.h"

namespace comity::casework {
namespace {

using testing::asked_for_content;
using testing::handing;
using testing::naming;

/// One for all runs: keys are dear.
testing::Cast& cast() {
    static testing::Cast one;
    return one;
}

/// What one party knows of the affair.
struct Knowledge {
    const kit::Official* official = nullptr;
    Dossier dossier{base::MatterId::parse("a1").value()};
};

class Offices {
 public:
    Offices() {
        testing::Cast& all = cast();
        for (const kit::Official* one : {&all.petra, &all.rosa, &all.cleo, &all.jo}) {
            offices_.push_back({one, Dossier(base::MatterId::parse("a1").value())});
        }
        say(0, "ask", asked_for_content);
        tell_all();
    }

    Knowledge& office(std::size_t i) { return offices_[i]; }
    std::size_t size() const { return offices_.size(); }
    const std::vector<Act>& acts() const { return acts_; }
    base::Instant now = kit::instant(kit::story_begins);

    /// The office drafts the act by what it knows; it is recorded if it is admissible there.
    std::optional<Act> say(std::size_t by, std::string_view kind, std::string_view fields) {
        Knowledge& office = offices_[by];
        const law::Procedure* procedure = cast().stage.library.procedure_named("affair");
        const kit::Official& official = *office.official;
        const Dossier::Tip tip = office.dossier.tip(official.party);
        Header header;
        header.procedure = procedure->digest;
        header.matter = office.dossier.matter();
        header.author = official.party;
        header.key = official.key->public_key().id();
        header.at = now;
        header.after = office.dossier.heads();
        header.sequence = tip.next_sequence;
        header.previous = tip.previous;
        header.law = cast().stage.library.digest();
        header.registry = cast().stage.registry.head(official.party);
        const base::SecretBytes record_key(32);
        const auto draft = compose(cast().stage.library.vocabulary(), *procedure->act(kind),
                                   kit::object(fields), std::move(header), record_key);
        RC_ASSERT(draft.has_value());
        const Act act{draft->header, draft->commitments, draft->openings, {}, {}};
        const auto signer = signer_of(cast().stage.world(), act);
        RC_ASSERT(signer.has_value());
        if (!office.dossier.check_link(act) ||
            !judge(cast().stage.world(), office.dossier, nullptr, act, *signer)) {
            return std::nullopt;
        }
        office.dossier.add(act);
        acts_.push_back(act);
        return act;
    }

    /// `to` learns everything that `from` knows, and gives receipts.
    void tell(std::size_t from, std::size_t to) {
        for (const Act& act : acts_) {
            Knowledge& reader = offices_[to];
            if (!offices_[from].dossier.has(act.id().digest) ||
                reader.dossier.has(act.id().digest)) {
                continue;
            }
            // The chain of its author is told in order, receipts left out: none is needed here.
            if (reader.dossier.check_link(act)) {
                reader.dossier.add(act);
            }
        }
    }
    void tell_all() {
        for (std::size_t from = 0; from < size(); ++from) {
            for (std::size_t to = 0; to < size(); ++to) {
                tell(from, to);
            }
        }
    }

 private:
    std::vector<Knowledge> offices_;
    std::vector<Act> acts_;
};

/// What can be compared: everything that a fold makes of the acts but pointers.
std::string account_of(const MatterState& state) {
    std::string out = "state " + state.state + "\n";
    for (const DoneAct& done : state.done) {
        out += done.id.hex() + (done.overtaken ? " overtaken\n" : "\n");
    }
    for (const Restriction& one : state.restrictions) {
        out += "restriction " + one.act.hex() + (one.lifted ? " lifted " + one.lifted->hex() : "");
        for (const std::string& category : one.categories) {
            out += " " + category;
        }
        out += "\n";
    }
    for (const Release& one : state.releases) {
        out += "release " + one.act.hex() + (one.recalled ? " recalled" : "") + " aside " +
               std::to_string(one.set_aside.size()) + " recall because";
        for (const Restriction* reason : recall_reasons(state, one)) {
            out += " " + reason->act.hex();
        }
        out += "\n";
    }
    for (const TacitDone& one : state.tacit) {
        out += "silence " + one.from.text() + " " + one.until.text() + "\n";
    }
    for (const auto& [name, possible] : state.facts.all()) {
        out +=
            name + " " + std::to_string(possible.mask) + " " + std::to_string(possible.low) + "\n";
    }
    return out;
}

MatterState folded(const Dossier& dossier) {
    auto state = fold(cast().stage.world(), dossier, nullptr);
    RC_ASSERT(state.has_value());
    return *state;
}

/// The same acts in another order that their pasts allow.
Dossier shuffled(const std::vector<Act>& acts) {
    Dossier dossier(base::MatterId::parse("a1").value());
    std::vector<const Act*> left;
    for (const Act& act : acts) {
        left.push_back(&act);
    }
    while (!left.empty()) {
        std::vector<std::size_t> ready;
        for (std::size_t i = 0; i < left.size(); ++i) {
            if (dossier.check_link(*left[i])) {
                ready.push_back(i);
            }
        }
        RC_ASSERT(!ready.empty());
        const std::size_t next = ready[*rc::gen::inRange<std::size_t>(0, ready.size())];
        dossier.add(*left[next]);
        left.erase(left.begin() + static_cast<std::ptrdiff_t>(next));
    }
    return dossier;
}

/// The twin: no fold, only sets. Pasts by search, kinds by what they are in the text.
class Twin {
 public:
    explicit Twin(const std::vector<Act>& acts) : acts_(acts) {
        for (const Act& act : acts) {
            by_id_.emplace(act.id(), &act);
        }
    }
    bool in_past(const base::ActId& earlier, const Act& later) const {
        return std::ranges::any_of(later.header.after, [&](const base::ActId& before) {
            return before == earlier || in_past(earlier, *by_id_.at(before));
        });
    }
    std::vector<const Act*> of(std::string_view kind) const {
        std::vector<const Act*> list;
        for (const Act& act : acts_) {
            if (act.text("kind") == kind) {
                list.push_back(&act);
            }
        }
        return list;
    }
    static bool names(const Act& act, std::string_view field, const Act& other) {
        return act.text(field) == other.id().hex();
    }
    /// An objection is open until an act names it to withdraw or overrule it.
    bool open(const Act& objection) const {
        for (const std::string_view kind : {"object-no-more", "overrule"}) {
            for (const Act* lift : of(kind)) {
                if (names(*lift, "objection", objection)) {
                    return false;
                }
            }
        }
        return true;
    }
    static bool speaks_of(const Act& objection, const Act& hand) {
        const auto categories = objection.value("categories");
        return !categories || std::ranges::any_of(categories->get_array(), [&](const auto& one) {
            return one == codec::Value(*hand.text("category"));
        });
    }
    std::vector<const Act*> restricting() const {
        std::vector<const Act*> all = of("object");
        const auto holds = of("hold-back");
        all.insert(all.end(), holds.begin(), holds.end());
        return all;
    }
    /// Why a release must come back, as `RELEASE RESTRICTION` lines.
    std::set<std::string> recalls() const {
        std::set<std::string> list;
        for (const Act* hand : of("hand")) {
            const auto back = of("call-back");
            const bool recalled = std::ranges::any_of(
                back, [&](const Act* one) { return names(*one, "handed", *hand); });
            for (const Act* one : restricting()) {
                if (!recalled && open(*one) && speaks_of(*one, *hand) &&
                    !in_past(one->id(), *hand)) {
                    list.insert(hand->id().hex() + " " + one->id().hex());
                }
            }
        }
        return list;
    }

 private:
    const std::vector<Act>& acts_;
    std::map<base::ActId, const Act*> by_id_;
};

std::string some_named(const Offices& offices, std::string_view field,
                       std::initializer_list<std::string_view> kinds) {
    std::vector<base::ActId> all;
    for (const Act& act : offices.acts()) {
        const std::string kind = act.text("kind").value_or("");
        if (std::ranges::find(kinds, std::string_view(kind)) != kinds.end()) {
            all.push_back(act.id());
        }
    }
    return all.empty() ? naming(field, offices.acts().front().id())
                       : naming(field, all[*rc::gen::inRange<std::size_t>(0, all.size())]);
}

void random_step(Offices& offices) {
    const std::string category = *rc::gen::element<std::string>("content", "traffic", "subscriber");
    const int tier = category == "content" ? 4 : category == "traffic" ? 3 : 2;
    offices.now = offices.now + std::chrono::seconds(*rc::gen::inRange(1, 100));
    switch (*rc::gen::weightedElement<int>(
        {{8, 0}, {1, 1}, {4, 2}, {2, 3}, {2, 4}, {3, 5}, {1, 6}, {2, 7}, {1, 8}, {6, 9}})) {
        case 0: (void)offices.say(2, "hand", handing(category, tier)); return;
        case 1: (void)offices.say(1, "grant", "{}"); return;
        case 2:
            (void)offices.say(
                1, "object",
                *rc::gen::arbitrary<bool>() ? "{}" : R"({"categories":[")" + category + R"("]})");
            return;
        case 3:
            (void)offices.say(1, "object-no-more", some_named(offices, "objection", {"object"}));
            return;
        case 4: (void)offices.say(2, "call-back", some_named(offices, "handed", {"hand"})); return;
        case 5: (void)offices.say(3, "hold-back", "{}"); return;
        case 6:
            (void)offices.say(3, "overrule", some_named(offices, "objection", {"object"}));
            return;
        case 7: (void)offices.say(0, "lay-aside", some_named(offices, "handed", {"hand"})); return;
        case 8: (void)offices.say(0, "finish", "{}"); return;
        default: {
            const std::size_t from = *rc::gen::inRange<std::size_t>(0, offices.size());
            offices.tell(from, *rc::gen::inRange<std::size_t>(0, offices.size()));
        }
    }
}

void check_twin(const Offices& offices, const MatterState& state) {
    const Twin twin(offices.acts());
    for (const Act* one : twin.restricting()) {
        const Restriction* found = state.restriction(one->id());
        RC_ASSERT(found != nullptr);  // never overtaken
        RC_ASSERT(found->lifted.has_value() != twin.open(*one));
    }
    std::set<std::string> recalls;
    for (const Release& release : state.releases) {
        for (const Restriction* reason : recall_reasons(state, release)) {
            recalls.insert(release.act.hex() + " " + reason->act.hex());
        }
    }
    RC_ASSERT(recalls == twin.recalls());
    RC_ASSERT(state.releases.size() == twin.of("hand").size());  // overtaken ones went out too
    // No release knew of a restriction that was open to it.
    for (const Act* hand : twin.of("hand")) {
        for (const Act* one : twin.restricting()) {
            const bool lifted_before = std::ranges::any_of(offices.acts(), [&](const Act& lift) {
                return Twin::names(lift, "objection", *one) && twin.in_past(lift.id(), *hand);
            });
            RC_ASSERT(!twin.in_past(one->id(), *hand) || lifted_before ||
                      !Twin::speaks_of(*one, *hand));
        }
    }
}

TEST(RestrictionsAmongOffices, are_the_same_for_all_who_know_the_same_acts_and_never_lapse) {
    EXPECT_TRUE(rc::check("restrictions against their twin", [] {
        Offices offices;
        (void)offices.say(1, "grant", "{}");
        offices.tell_all();
        const int steps = *rc::gen::inRange(10, 40);
        for (int i = 0; i < steps; ++i) {
            random_step(offices);
        }
        offices.tell_all();
        offices.tell_all();
        const MatterState state = folded(offices.office(0).dossier);
        RC_ASSERT(state.done.size() == offices.acts().size());
        for (std::size_t i = 1; i < offices.size(); ++i) {
            RC_ASSERT(account_of(folded(offices.office(i).dossier)) == account_of(state));
        }
        RC_ASSERT(account_of(folded(shuffled(offices.acts()))) == account_of(state));
        check_twin(offices, state);
        RC_CLASSIFY(!Twin(offices.acts()).recalls().empty(), "something to recall");
        RC_CLASSIFY(state.restrictions.size() > 2, "several restrictions");
    }));
}

/// The silence of rosa's office on what petra pressed for: answers and outages come at random, and
/// are known at random.
TEST(SilenceAmongOffices, has_its_effect_once_and_only_if_nothing_answered_in_time) {
    EXPECT_TRUE(rc::check("silence against its twin", [] {
        Offices offices;
        const auto pressed = offices.say(0, "press", "{}");
        RC_ASSERT(pressed.has_value());
        offices.tell_all();
        const base::Instant since = pressed->header.at;
        (void)offices.say(1, "grant", "{}");  // shows that it was delivered
        if (*rc::gen::inRange(0, 4) != 0) {
            offices.tell_all();
        }
        const base::Instant due = since + std::chrono::hours(48);
        std::optional<base::Instant> answered;
        std::set<base::ActId> lapses;
        const int steps = *rc::gen::inRange(4, 14);
        for (int i = 0; i < steps; ++i) {
            const base::Instant about_due = due + std::chrono::seconds(*rc::gen::inRange(-99, 600));
            const bool near = offices.now < about_due && *rc::gen::inRange(0, 3) == 0;
            offices.now =
                near ? about_due : offices.now + std::chrono::hours(*rc::gen::inRange(0, 30));
            switch (*rc::gen::inRange(0, 4)) {
                case 0:
                    if (!answered || !(*answered <= due)) {
                        const auto answer = offices.say(1, "validate", "{}");
                        answered = answer ? answer->header.at : answered;
                    }
                    break;
                case 1:
                    if (const auto lapse =
                            offices.say(0, "lapse",
                                        R"({"since":")" + since.text() + R"(","deadline":")" +
                                            due.text() + R"("})")) {
                        const Dossier& known = offices.office(0).dossier;
                        const auto last = known.tip(kit::party(kit::xb_central)).previous;
                        RC_ASSERT(last.has_value());
                        RC_ASSERT(due < instant_of(*known.entry(*last)) ||
                                  due + std::chrono::seconds(cast().stage.annex.skew_seconds) <
                                      lapse->header.at);
                        lapses.insert(lapse->id());
                    }
                    break;
                case 2: offices.tell(0, 1); break;
                default: offices.tell(1, 0); break;
            }
        }
        offices.tell_all();
        offices.tell_all();
        const MatterState state = folded(offices.office(0).dossier);
        for (std::size_t i = 1; i < offices.size(); ++i) {
            RC_ASSERT(account_of(folded(offices.office(i).dossier)) == account_of(state));
        }
        RC_ASSERT(account_of(folded(shuffled(offices.acts()))) == account_of(state));
        const bool in_time = answered && *answered <= due;
        const auto effects = std::ranges::count_if(state.done, [&](const DoneAct& done) {
            return lapses.contains(done.id) && !done.overtaken;
        });
        RC_CLASSIFY(effects == 1, "took effect");
        RC_CLASSIFY(in_time && !lapses.empty(), "an answer in time was not known");
        RC_ASSERT(effects == (in_time || lapses.empty() ? 0 : 1));
        RC_ASSERT((state.state == "ended") == (effects == 1));
    }));
}

}  // namespace
}  // namespace comity::casework
