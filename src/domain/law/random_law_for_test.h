#pragma once

// For tests: random small laws over a vocabulary with a fact of every type.

#include <random>
#include <rapidcheck.h>
#include <string>
#include <vector>

#include "domain/law/testing.h"

namespace comity::law::testing::random {

inline constexpr const char* head = "language comity-treaty 1\nvocabulary small 1\n";
inline constexpr const char* vocabulary = R"(language comity-treaty 1
vocabulary small 1
reviewed by none
side requesting, requested
body minister, person, council
institution court
role judge accredited by court
event receipt, answer
silence refuse, escalate
fact a boolean case asserted by requesting
fact b boolean case asserted by requested
fact c enumeration {x, y, z} case asserted by requesting
fact d scale low < mid < high file
fact n integer 0 to 9 units case asserted by requested
fact element set {p, q} file asserted by requesting
fact day date case
fact t integer 0 to 4 rung case derived from c x 1, y 2, z 2
fact cleared boolean file asserted by requested
)";

/// RapidCheck chooses the seed: its own small sizes would give the same few laws again and again.
inline std::mt19937_64& engine() {
    static std::mt19937_64 numbers;
    return numbers;
}
inline void start_anew() {
    engine().seed(*rc::gen::noShrink(rc::gen::resize(100, rc::gen::arbitrary<std::uint64_t>())));
}

inline int pick(int most) {
    return static_cast<int>(engine()() % static_cast<std::uint64_t>(most));
}

inline std::string one_of(std::initializer_list<const char*> list) {
    return *(list.begin() + pick(static_cast<int>(list.size())));
}

/// `small`: only facts that can be counted out.
inline std::string condition(int depth, bool small, bool routes) {
    if (depth > 0 && pick(3) > 0) {
        const std::string joint = pick(2) == 0 ? " and " : " or ";
        std::string text = "(" + condition(depth - 1, small, routes);
        for (int more = pick(2) + 1; more > 0; --more) {
            text += joint;
            text += condition(depth - 1, small, routes);
        }
        return text + ")";
    }
    if (pick(4) == 0) {
        return "not " + condition(0, small, routes);
    }
    if (routes && pick(5) == 0) {
        return one_of({"route is 1", "route is 2"});
    }
    if (small) {
        return one_of({"a", "b", "c is x", "c in {x, y}", "c is not z", "d at least mid",
                       "d below high", "t at least 2", "t below 2"});
    }
    return one_of({"a", "b", "c is x", "c in {x, y}", "c is not z", "d at least mid",
                   "d below high", "t at least 2", "t below 2", "n at least 3", "n above 6",
                   "n at most 4", "n below 1", "n is 5", "element includes p", "element in {q}",
                   "element includes q", "day before 2026-01-01", "cleared"});
}

inline std::string effect(bool small) {
    if (small) {
        return one_of({"permit", "permit", "permit", "forbid", "refuse must ground g",
                       "refuse may ground g decided by minister", "require d mid", "require d high",
                       "require judgement a by minister", "limit c to {x, y}", "limit c to {z}",
                       "hold release until cleared by minister or 5 days after receipt"});
    }
    return one_of({"permit",
                   "permit",
                   "permit",
                   "forbid",
                   "refuse must ground g",
                   "refuse may ground g decided by minister",
                   "require d mid",
                   "require d high",
                   "require judgement a by minister",
                   "require element p",
                   "require b",
                   "limit n to 5",
                   "limit c to {x, y}",
                   "limit c to {z}",
                   "limit element to {p}",
                   "limit d to mid",
                   "cost borne by requesting",
                   "cost borne by requested",
                   "retain at least 90 days after receipt",
                   "retain at most 30 days after receipt",
                   "retain at most 120 days after receipt",
                   "hold release until cleared by minister or 5 days after receipt",
                   "hold release until cleared by person or 9 days after answer",
                   "notify person by requesting within 3 days of answer",
                   "deadline answer by requested within 4 days of receipt on silence refuse"});
}

/// Clauses NUMBER(1), NUMBER(2), ... of one article.
inline std::string clauses(int article, int count, bool profile, bool small, bool routes) {
    std::string text;
    for (int i = 1; i <= count; ++i) {
        const std::string id = std::to_string(article) + "(" + std::to_string(i) + ")";
        const bool exception = i > 1 && pick(5) == 0;
        if (i == 1 && pick(3) > 0) {
            text += "  clause " + id + " permit\n";  // else most requests have no basis
            continue;
        }
        text += "  clause " + id + " " +
                (exception ? "exception to " + std::to_string(article) + "(" +
                                 std::to_string(pick(i - 1) + 1) + ")"
                           : effect(small)) +
                "\n";
        if (profile && pick(4) > 0) {
            text += std::string("    as ") + (pick(2) == 0 ? "issuing" : "executing") + "\n";
        }
        if (pick(5) > 0) {
            text += "    when " + condition(2, small, routes) + "\n";
        }
        if (pick(8) == 0) {
            text += "    unless " + condition(1, small, routes) + "\n";
        }
        if (!small && pick(10) == 0) {
            text += "    in force from 2025-01-01 until 2026-06-01\n";
        }
    }
    return text;
}

inline std::string agreement(bool small, const std::string& guardrails = {}) {
    const bool routes = pick(3) == 0;
    std::string text = std::string(head) +
                       "agreement \"T\" version 1\n  parties XA, XB\n  in force from 2024-01-01\n";
    text += pick(4) == 0 ? "  prevails over \"XB\" for 1(1)\n" : "";
    text += "  reviewed by none\narticle 1 \"One\"\n" +
            clauses(1, 2 + pick(5), false, small, routes) + "article 2 \"Two\"\n" +
            clauses(2, 1 + pick(3), false, small, routes);
    return text + guardrails;
}

inline std::string overlay(bool small) {
    return std::string(head) +
           "agreement \"U\" version 1\n  parties XA, XB\n  in force from 2024-01-01\n"
           "  reviewed by none\narticle 1 \"Over\"\n  overlay\n" +
           clauses(1, 1 + pick(2), false, small, false) + "article 2 \"Beside\"\n" +
           clauses(2, 2, false, small, false);
}

inline std::string permissive_profile(const std::string& name) {
    return std::string(head) + "jurisdiction " + name +
           " version 1\n  in force from 2024-01-01\n  reviewed by none\narticle 1 \"All\"\n"
           "  clause 0(1) permit\n    as issuing\n  clause 0(2) permit\n    as executing\n";
}

inline std::string profile(const std::string& name, bool small) {
    return permissive_profile(name) + clauses(1, pick(4), true, small, false);
}

/// Two agreements or one, and the profiles of both sides.
inline std::vector<Source> sources(bool small) {
    std::vector<Source> list{{"v", vocabulary}, {"t", agreement(small)}};
    if (pick(2) == 0) {
        list.push_back({"u", overlay(small)});
    }
    list.push_back({"xa", profile("XA", small)});
    list.push_back({"xb", profile("XB", small)});
    return list;
}

inline Library loaded(const std::vector<Source>& list) {
    auto library = Library::load(list);
    if (!library) {
        std::string all = library.error().front().text();
        for (const Source& source : list) {
            all += "\n" + source.text;
        }
        RC_FAIL(all);
    }
    return *std::move(library);
}

/// Any JSON form of what may be known of the fact; none: nothing.
inline std::optional<codec::Value> random_knowledge(const FactDeclaration& fact) {
    if (pick(4) == 0 || !fact.derived_from.empty()) {
        return std::nullopt;
    }
    codec::Array list;
    switch (fact.type) {
        case FactType::boolean: return codec::Value(pick(2) == 0);
        case FactType::integer: {
            const int low = pick(10);
            const int high = pick(2) == 0 ? low : pick(10);
            list = {low, high};
            return list;
        }
        case FactType::date:
            return codec::Value(one_of({"2025-12-31", "2026-01-01", "1999-05-05"}));
        case FactType::enumeration:
        case FactType::scale:
        case FactType::set:
            for (const std::string& value : fact.values) {
                if (pick(2) == 0) {
                    list.emplace_back(value);
                }
            }
            if (list.empty() && fact.type != FactType::set) {
                list.emplace_back(fact.values.front());
            }
            return list;
        case FactType::text_party: break;
    }
    return std::nullopt;
}

}  // namespace comity::law::testing::random
