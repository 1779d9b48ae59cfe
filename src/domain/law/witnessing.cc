#include "domain/law/witnessing.h"

#include <chrono>
#include <utility>

namespace comity::law {

std::string WitnessGroup::text() const {
    std::string out = std::to_string(needed) + " of " + (foreign ? "foreign " : "");
    if (kinds.empty()) {
        return out + "any";
    }
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        out += (i == 0 ? "" : ", ") + kinds[i];
    }
    return out;
}

std::string text_of(const std::vector<WitnessGroup>& groups) {
    std::string out;
    for (const WitnessGroup& group : groups) {
        out += (out.empty() ? "" : " and ") + group.text();
    }
    return out;
}

bool FactIs::holds(const Vocabulary& vocabulary, const Facts& facts) const {
    const Possible* known = facts.find(fact);
    Facts wanted;
    if (known == nullptr || !wanted.set(vocabulary, fact, value)) {
        return false;
    }
    return *wanted.find(fact) == *known;
}

std::optional<base::Duration> plain_length(const Span& span) {
    switch (span.unit) {
        case Span::Unit::hours: return std::chrono::hours(span.count);
        case Span::Unit::days: return std::chrono::hours(24 * span.count);
        case Span::Unit::working_days:
        case Span::Unit::months: return std::nullopt;
    }
    std::unreachable();
}

}  // namespace comity::law
