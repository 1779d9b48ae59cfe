#include "domain/prover/detail/setting.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace comity::prover::detail {
namespace {

using law::Instrument;
using law::Question;
using law::Source;

std::string head_of(const law::Library& library) {
    return "language comity-treaty 1\nvocabulary " + library.vocabulary().name + " " +
           std::to_string(library.vocabulary().version) + "\n\n";
}

/// A profile that permits everything and asks for nothing.
Source permissive_profile(const law::Library& library, const std::string& name, base::Date from) {
    return {"(permits everything: " + name + ")",
            head_of(library) + "jurisdiction " + name + " version 1\n  in force from " +
                from.text() +
                "\n  reviewed by none\narticle 1 \"All\"\n"
                "  clause 1(1) permit\n    as issuing\n  clause 1(2) permit\n    as executing\n"};
}

Source permissive_agreement(const law::Library& library, const std::string& one,
                            const std::string& other, base::Date from) {
    return {"(permits everything)",
            head_of(library) + "agreement \"permits everything\" version 1\n  parties " + one +
                ", " + other + "\n  in force from " + from.text() +
                "\n  reviewed by none\narticle 1 \"All\"\n  clause 1(1) permit\n"};
}

/// Every day on which the instrument, its clauses or a status begin or end.
std::vector<base::Date> days_of(const law::Library& library, const Instrument& instrument) {
    std::set<base::Date> days;
    const auto note = [&](const std::optional<base::Date>& day) {
        if (day) {
            days.insert(*day);
        }
    };
    note(instrument.from);
    note(instrument.until);
    for (const law::detail::Clause& clause : instrument.clauses) {
        note(clause.from);
        note(clause.until);
    }
    for (const law::Status& status : library.data().statuses) {
        if (!instrument.profile && status.agreement == instrument.info.name) {
            note(status.from);
            note(status.until);
        }
    }
    return {days.begin(), days.end()};
}

std::vector<std::string> parties_of(const law::Library& library, const Instrument& instrument) {
    if (!instrument.by_status) {
        return instrument.parties;
    }
    std::set<std::string> parties;
    for (const law::Status& status : library.data().statuses) {
        if (status.agreement == instrument.info.name) {
            parties.insert(status.party);
        }
    }
    return {parties.begin(), parties.end()};
}

base::Result<law::Library> load(const std::vector<Source>& sources) {
    auto library = law::Library::load(sources);
    if (!library) {
        return base::fail(base::ErrorKind::malformed, "the text cannot stand alone",
                          library.error().front().text());
    }
    return *std::move(library);
}

/// The vocabulary, and with an agreement the statuses of its parties.
std::vector<Source> beside(const law::Library& library, const Instrument& instrument) {
    std::vector<Source> out;
    for (const law::Library::DocumentInfo& info : library.documents()) {
        const Source* source = info.kind == "vocabulary" ? library.source_of(info.digest) : nullptr;
        if (source != nullptr) {
            out.push_back(*source);
        }
    }
    for (const Source& source : library.sources()) {
        const bool status =
            std::ranges::any_of(library.data().statuses, [&](const law::Status& one) {
                return one.place.file == source.name && one.agreement == instrument.info.name;
            });
        if (status && !instrument.profile) {
            out.push_back(source);
        }
    }
    return out;
}

void add_case(Setting& setting, const std::string& requesting, const std::string& requested,
              base::Date day) {
    Question question;
    question.requesting = requesting;
    question.requested = requested;
    question.as_of = day;
    if (law::detail::composition_of(setting.library.data(), question)) {
        setting.cases.push_back(std::move(question));
    }
}

std::string partner_of(const Instrument& profile) {
    return profile.info.name == "ZZ" ? "YY" : "ZZ";
}

void name_texts(Setting& setting) {
    for (const law::Library::DocumentInfo& info : setting.library.documents()) {
        const bool made_up =
            info.name == "permits everything" ||
            (info.kind == "jurisdiction" &&
             !(setting.instrument->profile && info.name == setting.instrument->info.name));
        if (!made_up) {
            setting.texts.push_back({info.kind, info.name, info.version, info.digest});
        }
    }
    std::ranges::sort(setting.texts, [](const auto& left, const auto& right) {
        return std::tie(left.kind, left.name, left.version, left.digest) <
               std::tie(right.kind, right.name, right.version, right.digest);
    });
}

}  // namespace

const Instrument* instrument_of(const law::Library& library, bool profile, std::string_view name,
                                int version) {
    for (const auto& one : library.data().instruments) {
        if (one->profile == profile && one->info.name == name && one->info.version == version) {
            return one.get();
        }
    }
    return nullptr;
}

base::Date nearest_day(const Instrument& instrument, base::Date day) {
    if (instrument.until && day >= *instrument.until) {
        day = base::Date{instrument.until->days - 1};
    }
    return instrument.from && day < *instrument.from ? *instrument.from : day;
}

base::Result<Setting> alone(const law::Library& library, const Instrument& instrument) {
    const Source* source = library.source_of(instrument.info.digest);
    if (source == nullptr) {
        return base::fail(base::ErrorKind::not_found,
                          "the text of " + instrument.info.name + " is not among the sources");
    }
    return alone(library, instrument, source->text);
}

base::Result<Setting> alone(const law::Library& library, const Instrument& instrument,
                            std::string text) {
    std::vector<Source> sources = beside(library, instrument);
    sources.push_back({instrument.place.file, std::move(text)});
    const std::vector<std::string> parties = parties_of(library, instrument);
    const std::vector<base::Date> old_days = days_of(library, instrument);
    const base::Date first =
        old_days.empty() ? base::Date{0} : base::Date{old_days.front().days - 366};
    if (instrument.profile) {
        sources.push_back(permissive_profile(library, partner_of(instrument), first));
        sources.push_back(
            permissive_agreement(library, instrument.info.name, partner_of(instrument), first));
    }
    for (const std::string& party : instrument.profile ? std::vector<std::string>{} : parties) {
        sources.push_back(permissive_profile(library, party, first));
    }
    Setting setting{COMITY_TRY(load(sources)), nullptr, {}, {}};
    for (const auto& one : setting.library.data().instruments) {
        if (one->place.file == instrument.place.file) {
            setting.instrument = one.get();
        }
    }
    if (setting.instrument == nullptr) {
        return base::fail(base::ErrorKind::malformed, "the text holds no agreement and no profile");
    }
    name_texts(setting);
    for (const base::Date day : days_of(setting.library, *setting.instrument)) {
        if (setting.instrument->profile) {
            add_case(setting, partner_of(*setting.instrument), setting.instrument->info.name, day);
            continue;
        }
        for (const std::string& requesting : parties) {
            for (const std::string& requested : parties) {
                if (requesting != requested) {
                    add_case(setting, requesting, requested, day);
                }
                if (setting.cases.size() > max_cases) {
                    return base::fail(
                        base::ErrorKind::too_large,
                        instrument.info.name + " has more than 256 cases of sides and days");
                }
            }
        }
    }
    if (setting.cases.empty()) {
        return base::fail(
            base::ErrorKind::not_found,
            "no two parties are bound by " + instrument.info.name + " under the texts given", "",
            "add the status documents of two parties");
    }
    return setting;
}

std::vector<Question> as_issuing(const Setting& setting) {
    std::vector<Question> out;
    for (Question one : setting.cases) {
        std::swap(one.requesting, one.requested);
        out.push_back(std::move(one));
    }
    return out;
}

}  // namespace comity::prover::detail
