#include "domain/law/detail/words.h"

#include <algorithm>

namespace comity::law::detail {
namespace {

std::string lower(std::string_view text) {
    std::string out(text.substr(0, 128));
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

}  // namespace

std::size_t edit_distance(std::string_view left, std::string_view right) {
    // Three rows of the usual table (optimal string alignment).
    std::vector<std::size_t> before(right.size() + 1);
    std::vector<std::size_t> previous(right.size() + 1);
    std::vector<std::size_t> row(right.size() + 1);
    for (std::size_t j = 0; j <= right.size(); ++j) {
        previous[j] = j;
    }
    for (std::size_t i = 1; i <= left.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const std::size_t change = left[i - 1] == right[j - 1] ? 0 : 1;
            row[j] = std::min({previous[j] + 1, row[j - 1] + 1, previous[j - 1] + change});
            if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
        std::swap(before, previous);
        std::swap(previous, row);
    }
    return previous[right.size()];
}

std::string nearest(std::string_view word, std::span<const std::string> known) {
    const std::string wanted = lower(word);
    std::size_t best = std::max<std::size_t>(2, wanted.size() / 2) + 1;
    std::string name;
    for (const std::string& candidate : known) {
        const std::size_t distance = edit_distance(wanted, lower(candidate));
        if (distance < best) {
            best = distance;
            name = candidate;
        }
    }
    return name;
}

bool holds(std::span<const std::string> names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

std::string list_of(std::span<const std::string> names) {
    constexpr std::size_t shown = 12;
    std::string text;
    for (std::size_t i = 0; i < names.size() && i < shown; ++i) {
        if (i > 0) {
            text += i + 1 == names.size() ? " or " : ", ";
        }
        text += names[i];
    }
    return names.size() > shown ? text + ", ..." : text;
}

}  // namespace comity::law::detail
