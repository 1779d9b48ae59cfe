#include "domain/law/detail/composition.h"

#include <algorithm>
#include <utility>

#include "domain/law/detail/words.h"

namespace comity::law::detail {
namespace {

const Status* status_of(const LibraryData& data, const std::string& agreement,
                        std::string_view party, base::Date day) {
    for (const Status& status : data.statuses) {
        if (status.agreement == agreement && status.party == party &&
            in_force(status.from, status.until, day)) {
            return &status;
        }
    }
    return nullptr;
}

bool binds(const LibraryData& data, const Instrument& instrument, const Question& question) {
    if (instrument.profile) {
        return false;
    }
    for (const std::string* side : {&question.requesting, &question.requested}) {
        const bool party = instrument.by_status ? status_of(data, instrument.info.name, *side,
                                                            question.as_of) != nullptr
                                                : holds(instrument.parties, *side);
        if (!party) {
            return false;
        }
    }
    return instrument.by_status || in_force(instrument.from, instrument.until, question.as_of);
}

/// The agreements in force between the sides; of several versions of one, the newest.
std::vector<const Instrument*> agreements_of(const LibraryData& data, const Question& question) {
    std::vector<const Instrument*> found;
    for (const auto& one : data.instruments) {
        if (!binds(data, *one, question)) {
            continue;
        }
        const auto same = std::ranges::find_if(
            found, [&](const Instrument* other) { return other->info.name == one->info.name; });
        if (same == found.end()) {
            found.push_back(one.get());
        } else if ((*same)->info.version < one->info.version) {
            *same = one.get();
        }
    }
    return found;
}

base::Result<const Instrument*> profile_of(const LibraryData& data, std::string_view jurisdiction,
                                           base::Date day) {
    const Instrument* newest = nullptr;
    for (const auto& one : data.instruments) {
        if (one->profile && one->info.name == jurisdiction &&
            in_force(one->from, one->until, day) &&
            (newest == nullptr || newest->info.version < one->info.version)) {
            newest = one.get();
        }
    }
    if (newest == nullptr) {
        return base::fail(base::ErrorKind::not_found,
                          "no profile of " + std::string(jurisdiction.substr(0, 64)) +
                              " is in force on " + day.text(),
                          "a request is assessed against the law of both sides",
                          "add the jurisdiction's profile to the law folder");
    }
    return newest;
}

std::vector<std::string> statuses_of(const LibraryData& data, const Instrument& instrument,
                                     const Question& question) {
    std::vector<std::string> keys;
    if (instrument.reservables.empty()) {
        return keys;
    }
    for (const auto& [word, party] : {std::pair{"requesting", &question.requesting},
                                      std::pair{"requested", &question.requested}}) {
        const Status* status = status_of(data, instrument.info.name, *party, question.as_of);
        if (status == nullptr) {
            continue;
        }
        for (const std::string& one : status->declares) {
            keys.push_back(status_key(word, false, one));
        }
        for (const std::string& one : status->reserves) {
            keys.push_back(status_key(word, true, one));
        }
    }
    return keys;
}

bool has_overlay(const Instrument& instrument) {
    return std::ranges::any_of(instrument.articles, &Article::overlay);
}

}  // namespace

bool in_force(const std::optional<base::Date>& from, const std::optional<base::Date>& until,
              base::Date day) {
    return from && *from <= day && (!until || day < *until);
}

base::Result<Composition> composition_of(const LibraryData& data, const Question& question) {
    Composition composition;
    composition.agreements = agreements_of(data, question);
    if (composition.agreements.empty()) {
        return base::fail(base::ErrorKind::not_found,
                          "no agreement between " + question.requesting.substr(0, 64) + " and " +
                              question.requested.substr(0, 64) + " is in force on " +
                              question.as_of.text(),
                          "", "check the two jurisdictions and the date");
    }
    composition.issuing = COMITY_TRY(profile_of(data, question.requesting, question.as_of));
    composition.executing = COMITY_TRY(profile_of(data, question.requested, question.as_of));
    return composition;
}

const std::vector<std::string>& articles_of(const Instrument& leading) {
    static const std::vector<std::string> one_route{""};
    return leading.routes.empty() ? one_route : leading.routes;
}

Route compose(const LibraryData& data, const Question& question, const Composition& composition,
              const Instrument& leading, std::string_view article, const FactTable& table) {
    Route route;
    route.article = article;
    route.parts.reserve(composition.agreements.size() + 2);
    const auto add = [&](const Instrument& instrument, Capacity capacity, bool overlay) {
        Part& part = route.parts.emplace_back();
        part.instrument = &instrument;
        part.capacity = capacity;
        part.overlay = overlay;
        part.status = statuses_of(data, instrument, question);
        part.at = {table.facts, table.foreign,
                   &instrument == &leading ? article : std::string_view(), part.status};
    };
    add(leading, Capacity::either, false);
    for (const Instrument* other : composition.agreements) {
        if (other != &leading && has_overlay(*other)) {
            add(*other, Capacity::either, true);
        }
    }
    add(*composition.issuing, Capacity::issuing, false);
    add(*composition.executing, Capacity::executing, false);
    return route;
}

}  // namespace comity::law::detail
