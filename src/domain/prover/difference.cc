#include "domain/prover/difference.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "domain/prover/detail/respects.h"
#include "domain/prover/detail/shown.h"

namespace comity::prover {
namespace {

using detail::Circuit;
using detail::decides;
using detail::effect_of;
using detail::leaves;
using detail::Pair;
using detail::Respect;
using detail::Setting;
using detail::Solver;
using detail::Verdict;
using detail::Wire;
using detail::World;
using law::Truth;
using law::detail::Clause;

std::vector<const law::detail::Literal*> literals_of_both(const Setting& older,
                                                          const Setting& newer) {
    std::vector<const law::detail::Literal*> out;
    detail::literals_of(older.library, out);
    detail::literals_of(newer.library, out);
    return out;
}

/// The same request as the older text is asked.
law::Question as_before(const Pair& pair, const law::Question& request,
                        const std::vector<std::string>& elapsed) {
    law::Question out = pair.before;
    out.facts = request.facts;
    for (const std::string& event : elapsed) {
        detail::set_elapsed(out, pair.older.library, event);
    }
    return out;
}

/// The clauses by which two judged routes differ.
std::set<std::string> differing(const detail::Judged& before, const law::Instrument& older,
                                const detail::Judged& after, const law::Instrument& newer) {
    const auto said = [](const detail::Judged& judged, const law::Instrument& instrument) {
        std::map<std::string, std::pair<std::string, Truth>> out;
        for (const law::detail::Part& part : judged.route.parts) {
            for (std::size_t i = 0; i < part.truth.size() && part.instrument == &instrument; ++i) {
                const Clause& clause = instrument.clauses[i];
                if (decides(clause)) {
                    out.emplace(clause.id, std::pair{effect_of(clause), part.truth[i]});
                }
            }
        }
        return out;
    };
    const auto left = said(before, older);
    const auto right = said(after, newer);
    std::set<std::string> ids;
    const auto add = [&](const auto& from, const auto& to) {
        for (const auto& [id, one] : from) {
            const auto other = to.find(id);
            const bool alone = other == to.end() || other->second.first != one.first;
            if (alone ? one.second != Truth::no : other->second.second != one.second) {
                ids.insert(id);
            }
        }
    };
    add(left, right);
    add(right, left);
    return ids;
}

/// What the duties and grounds that surely apply do, however they are merged.
std::set<std::string> effects_of(const detail::Judged& judged, const law::Instrument& instrument) {
    std::set<std::string> out;
    for (const law::detail::Part& part : judged.route.parts) {
        for (std::size_t i = 0; i < part.truth.size() && part.instrument == &instrument; ++i) {
            if (leaves(instrument.clauses[i]) && part.truth[i] == Truth::yes) {
                out.insert(effect_of(instrument.clauses[i]));
            }
        }
    }
    return out;
}

/// Whether the two assessments differ in this respect, by these clauses alone.
base::Result<bool> still_differs(const Pair& pair, const Respect& respect,
                                 const std::set<std::string>& clauses, const law::Question& request,
                                 const std::vector<std::string>& elapsed) {
    const detail::Judged after = COMITY_TRY(detail::judge(pair.newer.library, request));
    const detail::Judged before =
        COMITY_TRY(detail::judge(pair.older.library, as_before(pair, request, elapsed)));
    const law::Assessment& was = before.assessment;
    const law::Assessment& is = after.assessment;
    bool differs = false;
    switch (respect.aspect) {
        case Aspect::newly_released: differs = is.release_up && !was.release_up; break;
        case Aspect::no_longer_released: differs = was.release_up && !is.release_up; break;
        case Aspect::outcome: differs = was.outcome != is.outcome; break;
        case Aspect::ground:
        case Aspect::duty: {
            const bool closed = respect.aspect == Aspect::duty &&
                                was.outcome == law::Outcome::closed &&
                                is.outcome == law::Outcome::closed;
            return !closed &&
                   effects_of(before, *pair.older.instrument).contains(respect.effect) !=
                       effects_of(after, *pair.newer.instrument).contains(respect.effect);
        }
    }
    const std::set<std::string> by =
        differing(before, *pair.older.instrument, after, *pair.newer.instrument);
    return differs && std::ranges::includes(clauses, by);
}

/// The groups of one respect.
class Search {
 public:
    Search(World& world, const Respect& respect, const Pair& pair)
        : world_(world), respect_(respect), pair_(pair), clauses_(clauses_of(world, respect)) {
        solver_.add(clauses_.formula);
    }

    /// Groups already found are not looked for again.
    void skip(const std::vector<std::string>& group) {
        std::vector<std::int32_t> clause;
        for (const std::string& id : group) {
            const auto found = respect_.by_clause.find(id);
            if (found == respect_.by_clause.end()) {
                return;
            }
            clause.push_back(-clauses_.literal(found->second));
        }
        solver_.add(clause);
    }

    /// The next group and a request of it; none: there are no more. Kind try_later: it gave up.
    base::Result<std::optional<Change>> next() {
        const Verdict verdict = solver_.solve();
        if (verdict == Verdict::undecided) {
            return base::fail(base::ErrorKind::try_later, "the solver gave up");
        }
        if (verdict == Verdict::unsatisfiable) {
            return std::optional<Change>();
        }
        std::set<std::string> group = group_now();
        std::vector<bool> values = values_now();
        for (const std::string& id : std::set<std::string>(group)) {
            if (group.contains(id) && solver_.solve(without(group, id)) == Verdict::satisfiable) {
                group = group_now();
                values = values_now();
            }
        }
        return shown(group, values);
    }

 private:
    static Circuit::Clauses clauses_of(World& world, const Respect& respect) {
        std::vector<Wire> asserted = world.facts().well_formed();
        asserted.push_back(respect.differs);
        std::vector<Wire> beside;
        for (const auto& [id, wire] : respect.by_clause) {
            beside.push_back(wire);
        }
        return world.circuit().clauses(asserted, beside);
    }

    [[nodiscard]] std::set<std::string> group_now() const {
        std::set<std::string> group;
        for (const auto& [id, wire] : respect_.by_clause) {
            const std::int32_t literal = clauses_.literal(wire);
            if (solver_.value(std::abs(literal)) == (literal > 0)) {
                group.insert(id);
            }
        }
        return group;
    }

    [[nodiscard]] std::vector<bool> values_now() const {
        return detail::values_of(solver_, clauses_, world_.circuit());
    }

    /// That only clauses of the group differ, and this one does not.
    [[nodiscard]] std::vector<std::int32_t> without(const std::set<std::string>& group,
                                                    const std::string& id) const {
        std::vector<std::int32_t> assumed;
        for (const auto& [other, wire] : respect_.by_clause) {
            if (other == id || !group.contains(other)) {
                assumed.push_back(-clauses_.literal(wire));
            }
        }
        return assumed;
    }

    base::Result<std::optional<Change>> shown(const std::set<std::string>& group,
                                              const std::vector<bool>& values) {
        law::Question request =
            COMITY_TRY(detail::question_of(world_, pair_.newer.library, pair_.after, values));
        Example example = COMITY_TRY(detail::smallest(
            pair_.newer.library, std::move(request),
            [&](const law::Question& tried, const std::vector<std::string>& elapsed) {
                return still_differs(pair_, respect_, group, tried, elapsed);
            }));
        Change change;
        change.aspect = respect_.aspect;
        change.clauses.assign(group.begin(), group.end());
        change.before = COMITY_TRY(
            law::assess(pair_.older.library, as_before(pair_, example.question, example.elapsed)));
        change.after = std::move(example.assessment);
        change.known = std::move(example.known);
        change.elapsed = std::move(example.elapsed);
        change.request = std::move(example.question);
        skip(change.clauses);
        return std::optional(std::move(change));
    }

    World& world_;
    const Respect& respect_;
    const Pair& pair_;
    Circuit::Clauses clauses_;
    Solver solver_;
};

/// All groups of one respect; those of other cases are known already.
base::Result<void> search(World& world, const Respect& respect, const Pair& pair, Difference& out) {
    if (respect.differs == detail::never) {
        return {};
    }
    Search search(world, respect, pair);
    for (const Change& known : out.changes) {
        if (known.aspect == respect.aspect) {
            search.skip(known.clauses);
        }
    }
    while (out.changes.size() < max_changes) {
        auto change = search.next();
        if (!change && change.error().kind == base::ErrorKind::try_later) {
            out.complete = false;
            return {};
        }
        std::optional<Change> found = COMITY_TRY(std::move(change));
        if (!found) {
            return {};
        }
        out.changes.push_back(*std::move(found));
    }
    out.complete = false;
    return {};
}

base::Result<void> search(const Pair& pair, Difference& out) {
    World world(pair.newer.library.vocabulary(), literals_of_both(pair.older, pair.newer));
    const std::vector<Respect> respects = COMITY_TRY(respects_of(world, pair));
    for (const Respect& respect : respects) {
        COMITY_TRY(search(world, respect, pair, out));
    }
    return {};
}

std::string force_of(const law::Instrument& instrument) {
    return (instrument.from ? instrument.from->text() : "no day") + " until " +
           (instrument.until ? instrument.until->text() : "further notice");
}

/// Days and parties of which the two texts do not both speak.
std::vector<std::string> force_differences(const law::Instrument& older,
                                           const law::Instrument& newer) {
    std::vector<std::string> out;
    if (older.from != newer.from || older.until != newer.until) {
        out.push_back("in force from " + force_of(older) + ", then from " + force_of(newer));
    }
    for (const auto* lists : {&older, &newer}) {
        const law::Instrument& other = lists == &older ? newer : older;
        for (const std::string& party : lists->parties) {
            if (std::ranges::find(other.parties, party) == other.parties.end()) {
                out.push_back(party +
                              (lists == &older ? " is no longer a party" : " was not a party"));
            }
        }
    }
    return out;
}

bool in_force_for(const Setting& setting, const law::Question& question) {
    return law::detail::composition_of(setting.library.data(), question).has_value();
}

/// Sides and days of either text, each once.
std::vector<law::Question> cases_of(const Setting& older, const Setting& newer) {
    std::vector<law::Question> out;
    std::set<std::tuple<std::string, std::string, base::Date>> seen;
    for (const Setting* setting : {&newer, &older}) {
        std::vector<law::Question> cases = setting->cases;
        if (setting->instrument->profile) {
            std::ranges::move(detail::as_issuing(*setting), std::back_inserter(cases));
        }
        for (law::Question& one : cases) {
            if (seen.emplace(one.requesting, one.requested, one.as_of).second) {
                out.push_back(std::move(one));
            }
        }
    }
    return out;
}

}  // namespace

std::string_view name_of(Aspect aspect) {
    switch (aspect) {
        case Aspect::newly_released: return "newly-released";
        case Aspect::no_longer_released: return "no-longer-released";
        case Aspect::outcome: return "outcome";
        case Aspect::ground: return "ground";
        case Aspect::duty: return "duty";
    }
    std::unreachable();
}

base::Result<Difference> difference(const law::Library& older_library, const law::Instrument& older,
                                    const law::Library& newer_library,
                                    const law::Instrument& newer) {
    const Setting before = COMITY_TRY(detail::alone(older_library, older));
    const Setting after = COMITY_TRY(detail::alone(newer_library, newer));
    const auto vocabulary = [](const Setting& setting) {
        const auto found =
            std::ranges::find(setting.texts, "vocabulary", &certificate::TextName::kind);
        return found == setting.texts.end() ? base::TextDigest{} : found->digest;
    };
    if (vocabulary(before) != vocabulary(after) || older.profile != newer.profile) {
        return base::fail(base::ErrorKind::malformed,
                          "the two texts are written in different vocabularies, or are not of "
                          "one kind",
                          "", "compare texts over one vocabulary");
    }
    Difference out;
    out.in_force = force_differences(older, newer);
    for (const law::Question& one : cases_of(before, after)) {
        Pair pair{before, after, one, one};
        pair.before.as_of = detail::nearest_day(*before.instrument, one.as_of);
        pair.after.as_of = detail::nearest_day(*after.instrument, one.as_of);
        if (in_force_for(before, pair.before) && in_force_for(after, pair.after)) {
            COMITY_TRY(search(pair, out));
        }
    }
    return out;
}

codec::Value to_json(const law::Library& library, const Difference& difference) {
    const auto side = [](const law::Assessment& assessment) {
        codec::Object out;
        out.emplace("outcome", law::name_of(assessment.outcome));
        out.emplace("released", assessment.release_up);
        return out;
    };
    codec::Array changes;
    for (const Change& change : difference.changes) {
        codec::Object one;
        one.emplace("aspect", name_of(change.aspect));
        one.emplace("clauses", codec::Array(change.clauses.begin(), change.clauses.end()));
        one.emplace("as_of", change.request.as_of.text());
        one.emplace("elapsed", codec::Array(change.elapsed.begin(), change.elapsed.end()));
        one.emplace("form", request_form(library, change.request));
        one.emplace("before", side(change.before));
        one.emplace("after", side(change.after));
        changes.emplace_back(std::move(one));
    }
    codec::Object out;
    out.emplace("in_force", codec::Array(difference.in_force.begin(), difference.in_force.end()));
    out.emplace("changes", std::move(changes));
    out.emplace("complete", difference.complete);
    return out;
}

}  // namespace comity::prover
