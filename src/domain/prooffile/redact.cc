#include "domain/prooffile/redact.h"

#include <algorithm>
#include <functional>
#include <set>

#include "domain/prooffile/detail/judged.h"
#include "domain/prooffile/detail/texts.h"

namespace comity::prooffile {
namespace {

constexpr std::size_t least_id_digits = 8;
constexpr std::string_view every_field = "*";

/// An act of the file and how a choice may name it.
struct Named {
    casework::Act* act = nullptr;
    std::string number;  ///< empty for an act of a registry
};

std::vector<Named> acts_of(ProofContents& contents) {
    std::vector<Named> acts;
    std::size_t number = 0;
    for (casework::ProvenEntry& entry : contents.entries) {
        if (entry.act) {
            ++number;
            acts.push_back({&*entry.act, std::to_string(number)});
        }
    }
    for (RegistryEntries& registry : contents.registries) {
        for (casework::ProvenEntry& entry : registry.entries) {
            if (entry.act) {
                acts.push_back({&*entry.act, {}});
            }
        }
    }
    return acts;
}

bool is_meant(const FieldChoice& choice, const Named& named) {
    if (choice.act.empty()) {
        return !named.number.empty();
    }
    return choice.act == named.number ||
           (choice.act.size() >= least_id_digits && named.act->id().hex().starts_with(choice.act));
}

bool is_meant(const FieldChoice& choice, const casework::Opening& opening) {
    return choice.path == every_field || choice.path == opening.path;
}

std::unexpected<base::Error> no_field(const FieldChoice& choice, const std::vector<Named>& acts) {
    std::set<std::string> open;
    bool found = false;
    for (const Named& named : acts) {
        if (is_meant(choice, named)) {
            found = true;
            for (const casework::Opening& opening : named.act->openings) {
                open.insert(opening.path);
            }
        }
    }
    std::string list;
    for (const std::string& path : open) {
        list += (list.empty() ? "" : ", ") + path;
    }
    const std::string asked = (choice.act.empty() ? "" : choice.act + ":") + choice.path;
    return std::unexpected(base::Error{
        base::ErrorKind::not_found,
        found ? "no such field is open here" : "there is no such act",
        found ? "open are: " + (list.empty() ? "none" : list)
              : "an act is named by its number in the report or by the first 8 digits of its id",
        {},
        asked,
        {}});
}

/// For each act the places that the choices mean; kind not_found if one of them means none.
base::Result<std::vector<std::set<std::int64_t>>> chosen_in(const std::vector<Named>& acts,
                                                            std::span<const FieldChoice> choices) {
    std::vector<std::set<std::int64_t>> chosen(acts.size());
    for (const FieldChoice& choice : choices) {
        bool found = false;
        for (std::size_t i = 0; i < acts.size(); ++i) {
            for (const casework::Opening& opening : acts[i].act->openings) {
                if (is_meant(choice, acts[i]) && is_meant(choice, opening)) {
                    chosen[i].insert(opening.index);
                    found = true;
                }
            }
        }
        if (!found) {
            return no_field(choice, acts);
        }
    }
    return chosen;
}

}  // namespace

base::Result<FieldChoice> read_choice(std::string_view text) {
    const std::size_t colon = text.find(':');
    FieldChoice choice;
    if (colon == std::string_view::npos) {
        choice.path = text;
    } else {
        choice.act = text.substr(0, colon);
        choice.path = text.substr(colon + 1);
    }
    if (choice.path.empty() || (colon != std::string_view::npos && choice.act.empty())) {
        return std::unexpected(base::Error{base::ErrorKind::malformed,
                                           "a field is chosen as PATH or ACT:PATH",
                                           {},
                                           {},
                                           std::string(text),
                                           {}});
    }
    return choice;
}

base::Result<ProofContents> redact(ProofContents contents, std::span<const FieldChoice> choices) {
    const std::vector<Named> acts = acts_of(contents);
    const auto chosen = COMITY_TRY(chosen_in(acts, choices));
    for (std::size_t i = 0; i < acts.size(); ++i) {
        std::erase_if(acts[i].act->openings, [&](const casework::Opening& opening) {
            return chosen[i].contains(opening.index);
        });
    }
    return contents;
}

base::Result<ProofContents> open_only(ProofContents contents,
                                      std::span<const FieldChoice> choices) {
    const std::vector<Named> acts = acts_of(contents);
    const auto chosen = COMITY_TRY(chosen_in(acts, choices));
    for (std::size_t i = 0; i < acts.size(); ++i) {
        if (acts[i].number.empty()) {
            continue;
        }
        std::erase_if(acts[i].act->openings, [&](const casework::Opening& opening) {
            return opening.index != 0 && !chosen[i].contains(opening.index);
        });
    }
    return contents;
}

base::Result<ProofContents> reopen(ProofContents contents, const ProofContents& from,
                                   std::span<const FieldChoice> choices) {
    ProofContents copy = from;
    const std::vector<Named> theirs = acts_of(copy);
    const auto chosen = COMITY_TRY(chosen_in(theirs, choices));
    for (const Named& mine : acts_of(contents)) {
        const auto same = std::ranges::find_if(theirs, [&](const Named& one) {
            return one.act->id() == mine.act->id() && one.act->commitments == mine.act->commitments;
        });
        if (same == theirs.end()) {
            continue;
        }
        const auto& places = chosen[static_cast<std::size_t>(same - theirs.begin())];
        for (const casework::Opening& opening : same->act->openings) {
            const bool here =
                std::ranges::find(mine.act->openings, opening.index, &casework::Opening::index) !=
                mine.act->openings.end();
            if (places.contains(opening.index) && !here) {
                mine.act->openings.push_back(opening);
            }
        }
        std::ranges::sort(mine.act->openings, {}, &casework::Opening::index);
        COMITY_TRY(casework::check_form(*mine.act));
        if (detail::opens_more(*mine.act, contents.opened)) {
            return base::fail(base::ErrorKind::not_proven,
                              "a field is chosen that the export did not open",
                              "act " + mine.act->id().brief(),
                              "ask for a file that was exported with this field");
        }
    }
    return contents;
}

base::Result<ProofContents> redact_for_side(ProofContents contents, std::string_view side) {
    const law::Library library = COMITY_TRY(detail::library_of(contents));
    std::set<std::string> sides;
    for (casework::ProvenEntry& entry : contents.entries) {
        if (!entry.act) {
            continue;
        }
        const law::ActKind* kind = detail::kind_of(&library, *entry.act);
        const law::Procedure* procedure = library.procedure(entry.act->header.procedure);
        if (kind == nullptr || procedure == nullptr) {
            return base::fail(base::ErrorKind::not_proven,
                              "the texts do not say who may read this act",
                              "act " + entry.act->id().brief(), "choose its fields by their names");
        }
        sides.insert(procedure->sides.begin(), procedure->sides.end());
        *entry.act = casework::copy_for(*kind, *entry.act, side);
    }
    if (!sides.contains(std::string(side))) {
        std::string list;
        for (const std::string& one : sides) {
            list += (list.empty() ? "" : ", ") + one;
        }
        return std::unexpected(base::Error{base::ErrorKind::not_found,
                                           "the procedure has no such side",
                                           "it has: " + list,
                                           "name one, or choose fields by their names",
                                           std::string(side),
                                           {}});
    }
    return contents;
}

ProofContents without_items(ProofContents contents) {
    for (ProofItem& item : contents.items) {
        item.sealed.reset();
    }
    return contents;
}

}  // namespace comity::prooffile
