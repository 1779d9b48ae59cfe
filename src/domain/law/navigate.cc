#include "domain/law/navigate.h"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>

#include "domain/law/detail/composition.h"

namespace comity::law {
namespace {

/// Deadlines in the order of their lengths; none stand last.
bool earlier(const Way& left, const Way& right) {
    const auto first = [](const Way& way) {
        return std::ranges::min_element(way.deadlines, [](const Duty& one, const Duty& other) {
            return detail::shorter(*one.within, *other.within);
        });
    };
    if (left.deadlines.empty() || right.deadlines.empty()) {
        return right.deadlines.empty() && !left.deadlines.empty();
    }
    return detail::shorter(*first(left)->within, *first(right)->within);
}

/// How many of the limits that a route sets are sure: each hands over less.
std::ptrdiff_t limits_of(const Way& way) {
    return std::ranges::count_if(way.assessment.duties, [](const Duty& duty) {
        return duty.kind == "limit" && duty.applies == Truth::yes;
    });
}

bool before(const Way& left, const Way& right) {
    const auto ranked = [](const Way& way) {
        return std::tuple(detail::order_of(way.assessment.outcome), !way.assessment.release_up,
                          -limits_of(way));
    };
    if (ranked(left) != ranked(right)) {
        return ranked(left) < ranked(right);
    }
    return earlier(left, right);
}

Way way_of(const Library& library, const Question& question, const Instrument& executing,
           Assessment assessment) {
    Way way;
    way.requesting = question.requesting;
    way.requested = question.requested;
    way.authorities = executing.authorities;
    for (const std::string& name : assessment.missing) {
        const FactDeclaration& fact = *library.vocabulary().fact(name);
        way.lacking.push_back({name, fact.asserted_by_sides, fact.asserted_by_roles});
    }
    for (const Duty& duty : assessment.duties) {
        if (duty.kind == "dual-criminality") {
            way.dual_criminality.push_back(duty);
        }
        if (duty.kind == "deadline" && duty.within) {
            way.deadlines.push_back(duty);
        }
    }
    way.assessment = std::move(assessment);
    return way;
}

base::Result<void> add_ways(const Library& library, const Question& question,
                            std::vector<Way>& ways) {
    const detail::Composition texts = COMITY_TRY(detail::composition_of(library.data(), question));
    Assessment best = COMITY_TRY(assess(library, question));
    std::vector<Assessment> routes = std::exchange(best.others, {});
    routes.insert(routes.begin(), std::move(best));
    for (Assessment& one : routes) {
        Way way = way_of(library, question, *texts.executing, std::move(one));
        const auto place = std::ranges::upper_bound(ways, way, before);
        ways.insert(place, std::move(way));
    }
    return {};
}

}  // namespace

base::Result<std::vector<Way>> navigate(const Library& library, Question question) {
    question.as_far_as.clear();
    std::vector<Way> ways;
    COMITY_TRY(add_ways(library, question, ways));
    std::swap(question.requesting, question.requested);
    COMITY_TRY(add_ways(library, question, ways));
    return ways;
}

}  // namespace comity::law
