#include "domain/prooffile/detail/outline.h"

#include <algorithm>
#include <tuple>

#include "domain/prooffile/detail/words.h"

namespace comity::prooffile::detail {
namespace {

constexpr std::size_t day_characters = 10;

std::string day_of(const std::optional<base::Instant>& instant) {
    return instant ? instant->text().substr(0, day_characters) : "";
}

template <class Line, class Same>
Line& line_for(std::vector<Line>& lines, Line fresh, Same same) {
    const auto found = std::ranges::find_if(lines, same);
    if (found != lines.end()) {
        return *found;
    }
    lines.push_back(std::move(fresh));
    return lines.back();
}

void add_signer(Outline& outline, const ReportedAct& act, std::size_t number) {
    SignerLine fresh{act.party.text(),
                     act.root == base::KeyId{} ? "" : act.root.brief(),
                     {},
                     act.role,
                     act.key.brief(),
                     day_of(act.from),
                     day_of(act.until),
                     {}};
    if (act.person != act.role) {
        fresh.person = act.person;
    }
    line_for(outline.signers, fresh, [&](const SignerLine& line) {
        return line.party == fresh.party && line.key == fresh.key && line.role == fresh.role &&
               line.from == fresh.from;
    }).acts.push_back(number);
}

void add_clause(Outline& outline, ClauseLine fresh, std::size_t number) {
    line_for(outline.conforms, fresh, [&](const ClauseLine& line) {
        return line.instrument == fresh.instrument && line.clause == fresh.clause &&
               line.says == fresh.says;
    }).acts.push_back(number);
}

void add_word(std::vector<WordLine>& lines, WordLine fresh, std::size_t number) {
    line_for(lines, fresh, [&](const WordLine& line) {
        return line.who == fresh.who && line.fact == fresh.fact;
    }).acts.push_back(number);
}

std::string signer_of(const ReportedAct& act) {
    std::string who = act.party.text();
    who += act.role.empty() ? "" : ", " + act.role;
    who += act.person.empty() || act.person == act.role ? "" : " " + act.person;
    return who;
}

void add_conformity(Outline& outline, const ReportedAct& act, std::size_t number) {
    if (!act.proven) {
        return;
    }
    const std::size_t slash = act.kind.find('/');
    const std::string name = slash == std::string::npos ? act.kind : act.kind.substr(slash + 1);
    add_clause(outline, {act.procedure, name, {}, {}}, number);
    for (const Cited& cited : act.cited) {
        add_clause(outline, {cited.instrument, cited.clause, cited.kind, {}}, number);
    }
}

void add_lacks(Outline& outline, const Report& report, Language language) {
    for (const Finding finding : {Finding::fails, Finding::lacks}) {
        for (const Step& step : report.steps) {
            if (step.finding == finding) {
                outline.lacks.push_back({about_in(step, language), check_in(step, language),
                                         detail_in(step, language) +
                                             (step.clause.empty() ? "" : " (" + step.clause + ")"),
                                         std::string(remedy_in(step, language)),
                                         finding == Finding::fails});
            }
        }
    }
}

}  // namespace

Outline outline_of(const Report& report, Language language) {
    Outline outline;
    for (std::size_t i = 0; i < report.acts.size(); ++i) {
        const ReportedAct& act = report.acts[i];
        const std::size_t number = i + 1;
        add_signer(outline, act, number);
        add_conformity(outline, act, number);
        for (const std::string& fact : act.asserted) {
            add_word(outline.rests, {signer_of(act), fact, {}}, number);
        }
        for (const std::string& party : act.attested_by) {
            if (std::ranges::find(outline.attested_by, party) == outline.attested_by.end()) {
                outline.attested_by.push_back(party);
            }
        }
        for (const std::string& field : act.unopened) {
            if (std::ranges::find(act.withheld, field) == act.withheld.end()) {
                add_word(outline.unopened, {{}, field, {}}, number);
            }
        }
        for (const std::string& notice : act.notices) {
            add_word(outline.notices, {{}, notice, {}}, number);
        }
    }
    std::ranges::sort(outline.conforms, {}, [](const ClauseLine& line) {
        return std::tie(line.instrument, line.clause, line.says);
    });
    add_lacks(outline, report, language);
    return outline;
}

std::string ranges_of(const std::vector<std::size_t>& numbers) {
    std::string out;
    for (std::size_t i = 0; i < numbers.size();) {
        std::size_t last = i;
        while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) {
            ++last;
        }
        out += (out.empty() ? "" : ", ") + std::to_string(numbers[i]);
        if (last > i) {
            out += "-" + std::to_string(numbers[last]);
        }
        i = last + 1;
    }
    return out;
}

const std::string& title_in(const ReportedAct& act, Language language) {
    return language == Language::french && !act.title_fr.empty() ? act.title_fr : act.title;
}

}  // namespace comity::prooffile::detail
