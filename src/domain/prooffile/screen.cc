#include "domain/prooffile/screen.h"

#include <algorithm>

#include "domain/prooffile/detail/outline.h"
#include "domain/prooffile/detail/plain.h"
#include "domain/prooffile/detail/words.h"

namespace comity::prooffile {
namespace {

namespace words = detail::words;

constexpr std::size_t most_heads = 6;

/// Lines of each section; what is over is counted. With their heads, empty lines and counts, and
/// twelve lines at the top, all sections stay within `screen_lines`.
struct Budget {
    std::size_t fingerprints = 0;
    std::size_t signers = 6;
    std::size_t acts = 8;
    std::size_t clauses = 8;
    std::size_t words = 5;
    std::size_t items = 2;
    std::size_t lacks = 7;
};

Budget budget_for(const Report& report) {
    Budget budget = report.fingerprints.empty() ? Budget{} : Budget{8, 5, 5, 5, 3, 2, 5};
    budget.lacks -= report.timestamp ? 1 : 0;  // its line is at the top
    return budget;
}

/// A byte that begins a character of UTF-8.
bool begins_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

std::size_t columns_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

/// The bytes of the first `columns` characters.
std::size_t bytes_of(std::string_view text, std::size_t columns) {
    std::size_t at = 0;
    for (std::size_t seen = 0; at < text.size(); ++at) {
        if (begins_character(text[at]) && seen++ == columns) {
            break;
        }
    }
    return at;
}

/// `text` in lines of at most the screen's columns: the first after `first`, the others as far in.
std::vector<std::string> wrapped(const std::string& first, std::string_view text) {
    const std::string indent(columns_of(first), ' ');
    std::vector<std::string> lines{first};
    while (!text.empty()) {
        const std::size_t space = text.find(' ');
        std::string_view word = text.substr(0, space);
        text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
        while (!word.empty()) {
            const bool begun = lines.back().size() > indent.size() && lines.back() != first;
            const std::size_t used = columns_of(lines.back()) + (begun ? 1 : 0);
            if (used + columns_of(word) <= screen_columns) {
                lines.back() += (begun ? " " : "") + std::string(word);
                word = {};
            } else if (begun) {
                lines.push_back(indent);
            } else {
                const std::size_t cut = bytes_of(word, screen_columns - used);
                lines.back() += std::string(word.substr(0, cut));
                word.remove_prefix(cut);
                lines.push_back(indent);
            }
        }
    }
    return lines;
}

/// The lines of one section under its head.
class Section {
 public:
    Section(std::size_t most, Language language) : most_(most), language_(language) {}

    void add(const std::string& first, std::string_view text) {
        if (lines_.size() == most_) {
            ++left_out_;
            return;
        }
        const std::string line = detail::plain(text);
        std::vector<std::string> lines = wrapped(first, line);
        const std::size_t fit = std::min(lines.size(), most_ - lines_.size());
        left_out_ += fit < lines.size() ? 1 : 0;
        lines.resize(fit);
        lines_.insert(lines_.end(), std::make_move_iterator(lines.begin()),
                      std::make_move_iterator(lines.end()));
    }
    /// Puts the section below what is on the screen; a section without lines is left out.
    [[nodiscard]] std::vector<std::string> below(std::vector<std::string> screen,
                                                 const detail::Phrase& head) && {
        if (lines_.empty() && left_out_ == 0) {
            return screen;
        }
        screen.emplace_back();
        screen.emplace_back(head.in(language_));
        return std::move(*this).after(std::move(screen));
    }
    /// The same without a head.
    [[nodiscard]] std::vector<std::string> after(std::vector<std::string> screen) && {
        screen.insert(screen.end(), lines_.begin(), lines_.end());
        if (left_out_ > 0) {
            screen.push_back("  + " + std::to_string(left_out_) + " " +
                             std::string(words::more.in(language_)) + " (--long)");
        }
        return screen;
    }

 private:
    std::size_t most_;
    Language language_;
    std::size_t left_out_ = 0;
    std::vector<std::string> lines_;
};

std::string text_in(const detail::Phrase& phrase, Language language) {
    return std::string(phrase.in(language));
}

std::string acts_named(const std::vector<std::size_t>& acts, Language language) {
    return text_in(acts.size() == 1 ? words::act : words::acts, language) + " " +
           detail::ranges_of(acts);
}

/// "2027-03-05T09:30:00.000Z" to the minute.
std::string minute_of(std::string_view instant) {
    constexpr std::size_t day = 10;
    constexpr std::size_t minutes = 16;
    if (instant.size() < minutes) {
        return std::string(instant);
    }
    return std::string(instant.substr(0, day)) + " " +
           std::string(instant.substr(day + 1, minutes - day - 1)) + "Z";
}

constexpr std::size_t head_columns = 11;

std::string in_column(std::string_view text) {
    std::string out(text);
    out.append(head_columns > columns_of(text) ? head_columns - columns_of(text) : 1, ' ');
    return out;
}

/// One line, however long the authority's name is.
std::string timestamp_line(const ReportedTimestamp& timestamp, Language language) {
    const std::string line =
        text_in(words::existed, language) + " " + minute_of(timestamp.at.text()) + ", " +
        text_in(words::says, language) + " " + detail::plain(timestamp.authority);
    constexpr std::size_t room = screen_columns - head_columns;
    return columns_of(line) <= room ? line : line.substr(0, bytes_of(line, room - 3)) + "...";
}

std::vector<std::string> heads_of(const Report& report, Language language) {
    std::vector<std::string> screen{std::string(detail::answer_in(report.answer, language)),
                                    std::string(detail::meaning_in(report.answer, language)),
                                    text_in(words::merits, language)};
    if (report.matter.empty()) {
        return screen;
    }
    screen.emplace_back();
    if (report.answer != Answer::authentic) {
        screen.push_back(text_in(words::claims, language));
    }
    Section section(most_heads + (report.timestamp ? 1 : 0), language);
    section.add(
        in_column(words::matter.in(language)),
        report.matter + ", " + report.realm +
            (report.state.empty() ? ""
                                  : ", " + text_in(words::state, language) + " " + report.state));
    section.add(in_column(words::agreement.in(language)),
                report.agreement + ", " + text_in(words::text, language) + " " +
                    report.agreement_text.substr(0, 16) + ", " + text_in(words::law, language) +
                    " " + report.law.substr(0, 16));
    section.add(in_column(words::exported.in(language)),
                minute_of(report.exported_at) + " " + text_in(words::by, language) + " " +
                    report.exported_by + ", " + text_in(words::whole, language));
    if (report.timestamp) {
        section.add(in_column(words::timestamp.in(language)),
                    timestamp_line(*report.timestamp, language));
    }
    if (!report.unreviewed.empty()) {
        section.add(text_in(words::unreviewed, language) + ": ", base::joined(report.unreviewed));
    }
    return std::move(section).after(std::move(screen));
}

std::vector<std::string> with_fingerprints(std::vector<std::string> screen, const Budget& budget,
                                           const Report& report, Language language) {
    Section section(budget.fingerprints, language);
    for (const Anchor& anchor : report.fingerprints) {
        const bool needed = anchor.name == "key annex" || anchor.name.starts_with("root key");
        if (needed) {
            Step step;
            step.about = anchor.name;
            section.add("  ", detail::about_in(step, language) + ": " + anchor.value);
        }
    }
    return std::move(section).below(std::move(screen), words::compare);
}

std::vector<std::string> with_signers(std::vector<std::string> screen, const Budget& budget,
                                      const detail::Outline& outline, Language language) {
    Section section(budget.signers, language);
    const std::string to = " " + text_in(words::to, language) + " ";
    for (const detail::SignerLine& line : outline.signers) {
        std::string text = line.party;
        if (!line.root.empty()) {
            text += ", " + text_in(words::root_key, language) + " " + line.root;
        }
        if (!line.from.empty()) {
            text += " > " + line.person + ", " + line.role + ", " +
                    text_in(words::accredited, language) + " " + line.from + to + line.until;
        }
        if (line.root != line.key) {
            text += " > " + text_in(words::key, language) + " " + line.key;
        }
        section.add("  ", text + ": " + acts_named(line.acts, language));
    }
    return std::move(section).below(std::move(screen), words::signers);
}

std::vector<std::string> with_acts(std::vector<std::string> screen, const Budget& budget,
                                   const Report& report, Language language) {
    Section section(budget.acts, language);
    for (std::size_t i = 0; i < report.acts.size(); ++i) {
        const ReportedAct& act = report.acts[i];
        const std::string title = detail::title_in(act, language);
        const std::string number = std::to_string(i + 1);
        section.add(std::string(number.size() < 3 ? 3 - number.size() : 0, ' ') + number + "  " +
                        minute_of(act.at.text()) + "  ",
                    (title.empty() ? text_in(words::not_open, language) : title) + ", " +
                        act.party.text() +
                        (act.proven ? "" : " [" + text_in(words::mark, language) + "]"));
    }
    return std::move(section).below(std::move(screen), words::steps);
}

std::vector<std::string> with_clauses(std::vector<std::string> screen, const Budget& budget,
                                      const detail::Outline& outline, Language language) {
    Section section(budget.clauses, language);
    for (std::size_t i = 0; i < outline.conforms.size();) {
        const std::string& instrument = outline.conforms[i].instrument;
        std::string text;
        for (; i < outline.conforms.size() && outline.conforms[i].instrument == instrument; ++i) {
            const detail::ClauseLine& line = outline.conforms[i];
            text += (text.empty() ? "" : "; ") + line.clause +
                    (line.says.empty() ? "" : " " + line.says) + " " + detail::ranges_of(line.acts);
        }
        section.add("  ", instrument + ": " + text);
    }
    if (outline.conforms.empty()) {
        section.add("  ", words::none_judged.in(language));
    }
    return std::move(section).below(std::move(screen), words::conforms);
}

std::vector<std::string> with_words(std::vector<std::string> screen, const Budget& budget,
                                    const detail::Outline& outline, Language language) {
    Section section(budget.words, language);
    if (!outline.attested_by.empty()) {
        section.add("  ",
                    text_in(words::attested, language) + " " + base::joined(outline.attested_by));
    }
    for (std::size_t i = 0; i < outline.rests.size();) {
        const std::string& who = outline.rests[i].who;
        std::string text;
        for (; i < outline.rests.size() && outline.rests[i].who == who; ++i) {
            const detail::WordLine& line = outline.rests[i];
            text +=
                (text.empty() ? "" : "; ") + line.fact + " (" + detail::ranges_of(line.acts) + ")";
        }
        section.add("  ", who + ": " + text);
    }
    return std::move(section).below(std::move(screen), words::rests);
}

std::vector<std::string> with_items(std::vector<std::string> screen, const Budget& budget,
                                    const Report& report, Language language) {
    Section section(budget.items, language);
    for (const ReportedItem& item : report.items) {
        std::string text = item.id.hex().substr(0, 16);
        text += item.size < 0 ? "" : ", " + std::to_string(item.size) + " B";
        text += item.reader.empty() ? "" : ", > " + item.reader;
        text += item.end.empty() ? "" : ", " + item.end;
        text += ", " + text_in(item.inside    ? words::inside
                               : item.carried ? words::taken
                                              : words::outside,
                               language);
        section.add("  ", text);
    }
    return std::move(section).below(std::move(screen), words::items);
}

std::vector<std::string> with_lacks(std::vector<std::string> screen, const Budget& budget,
                                    const detail::Outline& outline, Language language) {
    Section section(budget.lacks, language);
    for (const detail::LackLine& line : outline.lacks) {
        section.add("  - ", line.about + ": " + line.check +
                                (line.detail.empty() ? "" : ": " + line.detail) + " > " +
                                line.remedy);
    }
    if (outline.lacks.empty()) {
        section.add("  ", words::all_proven.in(language));
    }
    for (const detail::WordLine& line : outline.unopened) {
        section.add("  ", text_in(words::unopened, language) + ": " + line.fact + " (" +
                              acts_named(line.acts, language) + ")");
    }
    for (const detail::WordLine& line : outline.notices) {
        section.add("  ! ", line.fact + " (" + acts_named(line.acts, language) + ")");
    }
    return std::move(section).below(std::move(screen), words::lacks);
}

std::vector<std::string> rendered(const Budget& budget, const Report& report,
                                  const detail::Outline& outline, Language language) {
    std::vector<std::string> screen = heads_of(report, language);
    if (!report.matter.empty()) {
        screen = with_fingerprints(std::move(screen), budget, report, language);
        screen = with_signers(std::move(screen), budget, outline, language);
        screen = with_acts(std::move(screen), budget, report, language);
        screen = with_clauses(std::move(screen), budget, outline, language);
        screen = with_words(std::move(screen), budget, outline, language);
        screen = with_items(std::move(screen), budget, report, language);
    }
    return with_lacks(std::move(screen), budget, outline, language);
}

codec::Array numbers(const std::vector<std::size_t>& acts) {
    codec::Array array;
    for (const std::size_t act : acts) {
        array.push_back(static_cast<std::int64_t>(act));
    }
    return array;
}

codec::Array to_json(const std::vector<detail::WordLine>& lines, std::string_view what) {
    codec::Array array;
    for (const detail::WordLine& line : lines) {
        codec::Object object{{std::string(what), line.fact}, {"acts", numbers(line.acts)}};
        if (!line.who.empty()) {
            object["who"] = line.who;
        }
        array.push_back(std::move(object));
    }
    return array;
}

codec::Array to_json(const std::vector<detail::SignerLine>& lines) {
    codec::Array array;
    for (const detail::SignerLine& line : lines) {
        array.push_back(codec::Object{{"party", line.party},
                                      {"root", line.root},
                                      {"person", line.person},
                                      {"role", line.role},
                                      {"key", line.key},
                                      {"from", line.from},
                                      {"until", line.until},
                                      {"acts", numbers(line.acts)}});
    }
    return array;
}

}  // namespace

std::optional<Language> language_named(std::string_view name) {
    for (const Language language : {Language::english, Language::french}) {
        if (name_of(language) == name) {
            return language;
        }
    }
    return std::nullopt;
}

std::string_view name_of(Language language) {
    switch (language) {
        case Language::english: return "en";
        case Language::french: return "fr";
    }
    std::unreachable();
}

std::vector<std::string> screen_of(const Report& report, Language language) {
    const detail::Outline outline = detail::outline_of(report, language);
    Budget budget = budget_for(report);
    std::vector<std::string> screen = rendered(budget, report, outline, language);
    // Lines that are left go to the sections that need them, the weightiest first.
    for (std::size_t Budget::* section :
         {&Budget::lacks, &Budget::clauses, &Budget::signers, &Budget::words, &Budget::acts}) {
        budget.*section += screen_lines - std::min(screen_lines, screen.size());
        screen = rendered(budget, report, outline, language);
    }
    return screen;
}

codec::Value screen_to_json(const Report& report, Language language) {
    const detail::Outline outline = detail::outline_of(report, language);
    codec::Object object;
    object["language"] = std::string(name_of(language));
    object["answer"] = std::string(detail::answer_in(report.answer, language));
    object["says"] = std::string(detail::meaning_in(report.answer, language));
    object["merits"] = text_in(words::merits, language);
    object["signers"] = to_json(outline.signers);
    codec::Array conforms;
    for (const detail::ClauseLine& line : outline.conforms) {
        conforms.push_back(codec::Object{{"instrument", line.instrument},
                                         {"clause", line.clause},
                                         {"says", line.says},
                                         {"acts", numbers(line.acts)}});
    }
    object["conforms"] = std::move(conforms);
    object["rests"] = to_json(outline.rests, "fact");
    codec::Array attested;
    for (const std::string& party : outline.attested_by) {
        attested.emplace_back(party);
    }
    object["attested-by"] = std::move(attested);
    object["unopened"] = to_json(outline.unopened, "field");
    object["notices"] = to_json(outline.notices, "notice");
    codec::Array lacks;
    for (const detail::LackLine& line : outline.lacks) {
        lacks.push_back(codec::Object{{"about", line.about},
                                      {"check", line.check},
                                      {"detail", line.detail},
                                      {"would-prove", line.remedy},
                                      {"fails", line.fails}});
    }
    object["lacks"] = std::move(lacks);
    if (report.timestamp) {
        object["timestamp"] = codec::Object{{"at", report.timestamp->at.text()},
                                            {"authority", report.timestamp->authority},
                                            {"says", text_in(words::existed, language)}};
    }
    return object;
}

}  // namespace comity::prooffile
