// Mutations of a bilateral text: a clause or a row dropped, a requirement weakened, `and` and `or`
// changed, a number or a date moved by one. Each must be refused on reading, caught by a guardrail,
// or shown by difference().

#include <algorithm>
#include <cctype>
#include <functional>
#include <gtest/gtest.h>
#include <iostream>
#include <map>
#include <set>
#include <sstream>

#include "domain/law/compiled.h"
#include "domain/law/testing.h"
#include "domain/prover/difference.h"

namespace comity::prover {
namespace {

struct Mutant {
    std::string what;
    std::string text;
};

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::string line;
    std::istringstream in(text);
    while (std::getline(in, line)) {
        lines.push_back(line);
    }
    return lines;
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) {
        text += line + "\n";
    }
    return text;
}

bool starts(const std::string& line, std::string_view word) {
    return line.starts_with("  " + std::string(word) + " ");
}

/// Lines whose words are law: no titles, no texts, no guardrails, no comments.
bool is_law(const std::vector<std::string>& lines, std::size_t at) {
    const std::string& line = lines[at];
    const bool guardrail =
        std::any_of(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                    [](const std::string& earlier) { return earlier.starts_with("guardrail "); });
    return !guardrail && !line.starts_with("#") && !line.contains('"') &&
           !line.starts_with("language") && !line.starts_with("vocabulary");
}

void drop(const std::vector<std::string>& lines, std::vector<Mutant>& out) {
    for (std::size_t at = 0; at < lines.size(); ++at) {
        const bool row = lines[at].contains("| ") && lines[at].contains("(");
        if (!starts(lines[at], "clause") && !row) {
            continue;
        }
        std::size_t end = at + 1;
        while (!row && end < lines.size() && lines[end].starts_with("    ")) {
            ++end;
        }
        std::vector<std::string> kept = lines;
        kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(at),
                   kept.begin() + static_cast<std::ptrdiff_t>(end));
        out.push_back({"drop " + lines[at], joined(kept)});
    }
}

/// What a word becomes, given the word before it; none: it stays.
using Rule =
    std::function<std::optional<std::string>(const std::string& before, const std::string& word)>;

/// Every word of the law that the rule changes, one mutant each.
void replace(const std::vector<std::string>& lines, const Rule& rule, std::vector<Mutant>& out) {
    const auto in_word = [](char letter) {
        return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '-';
    };
    for (std::size_t at = 0; at < lines.size(); ++at) {
        const std::string& line = lines[at];
        std::string before;
        for (std::size_t start = 0; is_law(lines, at) && start < line.size();) {
            std::size_t end = start;
            while (end < line.size() && in_word(line[end])) {
                ++end;
            }
            if (end == start) {
                ++start;
                continue;
            }
            const std::string word = line.substr(start, end - start);
            if (const auto now = rule(before, word)) {
                std::vector<std::string> changed = lines;
                changed[at].replace(start, word.size(), *now);
                out.push_back({word + " to " + *now + " in " + line, joined(changed)});
            }
            before = word;
            start = end;
        }
    }
}

std::string a_day_later(const std::string& day) {
    return base::Date{base::Date::parse(day).value().days + 1}.text();
}

std::vector<Mutant> mutants_of(const std::string& text) {
    static const std::map<std::string, std::string> other{
        {"judge", "independent-authority"},
        {"independent-authority", "prosecutor"},
        {"prosecutor", "officer"},
        {"officer", "none"},
        {"probable-cause", "reasonable-grounds"},
        {"reasonable-grounds", "reasonable-suspicion"},
        {"and", "or"},
        {"or", "and"},
        {"not", ""}};
    static const std::set<std::string> measures{"least", "most",  "within",   "or",
                                                "to",    "every", "sampling", "above"};
    const std::vector<std::string> lines = lines_of(text);
    std::vector<Mutant> out;
    drop(lines, out);
    replace(
        lines,
        [&](const std::string& before, const std::string& word) -> std::optional<std::string> {
            const auto found = other.find(word);
            if (found != other.end()) {
                return found->second;
            }
            if (base::Date::parse(word)) {
                return a_day_later(word);
            }
            const bool number = word.find_first_not_of("0123456789") == std::string::npos;
            return number && measures.contains(before)
                       ? std::optional(std::to_string(std::stoll(word) + 1))
                       : std::nullopt;
        },
        out);
    return out;
}

enum class Fate { refused, caught, shown, survived };

Fate fate_of(const std::vector<law::Source>& sources, std::size_t which, const Mutant& mutant,
             const law::Library& base, const law::Instrument& original,
             const std::vector<Finding>& before) {
    std::vector<law::Source> changed = sources;
    changed[which].text = mutant.text;
    const auto library = law::Library::load(changed);
    if (!library) {
        return Fate::refused;
    }
    const law::Instrument* now = nullptr;
    for (const auto& one : library->data().instruments) {
        now = one->place.file == original.place.file ? one.get() : now;
    }
    const std::vector<Finding> after = prove(*library, *now);
    for (std::size_t i = 0; i < after.size(); ++i) {
        if (before[i].conclusion == Conclusion::proven &&
            after[i].conclusion == Conclusion::refuted) {
            return Fate::caught;
        }
    }
    const auto found = difference(base, original, *library, *now);
    EXPECT_TRUE(found) << mutant.what << ": " << found.error().text();
    return found && !found->none() ? Fate::shown : Fate::survived;
}

/// The texts that stand beside: the vocabulary and older versions, so that loading stays quick.
std::vector<law::Source> sources_for(const std::string& file) {
    std::vector<law::Source> out;
    for (law::Source& source : law::testing::sources_below(COMITY_LAW)) {
        if (source.name.starts_with("vocabulary/") ||
            source.name == "agreements/xa-xb-ee-1.treaty" || source.name == file) {
            out.push_back(std::move(source));
        }
    }
    return out;
}

void mutate(const std::string& file) {
    const std::vector<law::Source> sources = sources_for(file);
    const law::Library base = law::Library::load(sources).value();
    std::size_t which = 0;
    while (sources[which].name != file) {
        ++which;
    }
    const law::Instrument* original = nullptr;
    for (const auto& one : base.data().instruments) {
        original = one->place.file == file ? one.get() : original;
    }
    ASSERT_NE(original, nullptr);
    const std::vector<Finding> before = prove(base, *original);
    std::map<Fate, int> fates;
    const std::vector<Mutant> mutants = mutants_of(sources[which].text);
    for (const Mutant& mutant : mutants) {
        const Fate fate = fate_of(sources, which, mutant, base, *original, before);
        ++fates[fate];
        EXPECT_NE(fate, Fate::survived) << mutant.what;
    }
    const int refused = fates[Fate::refused];
    const int caught = fates[Fate::caught];
    const int shown = fates[Fate::shown];
    std::cout << file << ": " << mutants.size() << " mutants, " << refused
              << " refused on reading, " << caught << " caught by a guardrail, " << shown
              << " shown by the difference: "
              << 100 * static_cast<std::size_t>(refused + caught + shown) / mutants.size()
              << " percent\n";
    EXPECT_GT(mutants.size(), 60U);
    EXPECT_GT(caught, 10);
    EXPECT_GT(shown, 10);
}

TEST(Mutations, of_the_text_with_guardrails_of_every_kind_are_all_noticed) {
    mutate("agreements/xc-xd-ee.treaty");
}

TEST(Mutations, of_the_bilateral_text_are_all_noticed) {
    mutate("agreements/xa-xb-ee.treaty");
}

}  // namespace
}  // namespace comity::prover
