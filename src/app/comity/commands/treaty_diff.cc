// `comity treaty diff`: what two texts treat differently.

#include <iostream>
#include <optional>

#include "app/comity/commands/treaty_inputs.h"
#include "app/comity/commands/treaty_prove.h"
#include "domain/law/compiled.h"
#include "domain/prover/difference.h"
#include "ground/codec/codec.h"

namespace comity::app {
namespace {

/// A text beside its vocabulary.
struct Text {
    law::Library library;
    const law::Instrument* instrument = nullptr;
};

/// None: the text is wrong, and that is told.
base::Result<std::optional<Text>> text_at(const std::string& file, bool json, std::ostream& out) {
    const Asked asked = COMITY_TRY(asked_for({file}, Beside::vocabulary));
    if (asked.files.size() != 1) {
        return base::fail(base::ErrorKind::malformed, file + " is not one text", "",
                          "name a file, not a folder");
    }
    auto library = COMITY_TRY(library_of(asked, json, out));
    if (!library) {
        return std::optional<Text>();
    }
    if (library->data().instruments.size() != 1) {
        return base::fail(base::ErrorKind::malformed, file + " is no agreement and no profile");
    }
    const law::Instrument* instrument = library->data().instruments.front().get();
    return std::optional(Text{*std::move(library), instrument});
}

std::string_view words(prover::Aspect aspect) {
    switch (aspect) {
        case prover::Aspect::newly_released: return "Released only under the newer text";
        case prover::Aspect::no_longer_released: return "Released only under the older text";
        case prover::Aspect::outcome: return "Another outcome";
        case prover::Aspect::ground: return "Another ground to refuse";
        case prover::Aspect::duty: return "Another duty";
    }
    std::unreachable();
}

std::string side(const law::Assessment& assessment) {
    return std::string(law::name_of(assessment.outcome)) +
           (assessment.release_up ? ", released" : "");
}

void tell(const prover::Difference& difference, std::ostream& out) {
    for (const std::string& line : difference.in_force) {
        out << line << "\n";
    }
    for (const prover::Change& change : difference.changes) {
        out << words(change.aspect) << ":";
        for (const std::string& clause : change.clauses) {
            out << " " << clause;
        }
        out << "\n  " << change.request.requesting << " asks " << change.request.requested << " on "
            << change.request.as_of.text() << "; older text: " << side(change.before)
            << "; newer text: " << side(change.after) << "\n";
        print_known(change.known, change.elapsed, out);
    }
    if (difference.none()) {
        out << "No request is treated differently.\n";
    }
    if (!difference.complete) {
        out << "There may be more: the search ended early.\n";
    }
}

base::Result<int> diff(const DiffOptions& options, std::ostream& out) {
    const auto older = COMITY_TRY(text_at(options.older, options.json, out));
    const auto newer = older ? COMITY_TRY(text_at(options.newer, options.json, out)) : older;
    if (!older || !newer) {
        return exit_findings;
    }
    const prover::Difference found = COMITY_TRY(
        prover::difference(older->library, *older->instrument, newer->library, *newer->instrument));
    if (options.json) {
        out << codec::canonical(prover::to_json(newer->library, found)) << "\n";
    } else {
        tell(found, out);
    }
    if (!found.changes.empty() || !found.in_force.empty()) {
        return exit_findings;
    }
    return found.complete ? exit_done : exit_not_proven;
}

}  // namespace

int run_treaty_diff(const DiffOptions& options, std::ostream& out, std::ostream& err) {
    const auto code = diff(options, out);
    return code ? *code : report(code.error(), options.json, out, err);
}

}  // namespace comity::app
