#include "ground/base/result.h"

#include <cstdio>
#include <cstdlib>

namespace comity::base {

std::string_view name_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::failure: return "failure";
        case ErrorKind::malformed: return "malformed";
        case ErrorKind::too_large: return "too-large";
        case ErrorKind::not_found: return "not-found";
        case ErrorKind::inadmissible: return "inadmissible";
        case ErrorKind::lacks_facts: return "lacks-facts";
        case ErrorKind::invalid: return "invalid";
        case ErrorKind::not_proven: return "not-proven";
        case ErrorKind::conflict: return "conflict";
        case ErrorKind::unavailable: return "unavailable";
        case ErrorKind::try_later: return "try-later";
    }
    std::unreachable();
}

std::string Error::text() const {
    std::string line;
    if (!place.empty()) {
        line += place + ": ";
    }
    line += what;
    if (!why.empty()) {
        line += ": " + why;
    }
    if (!clause.empty()) {
        line += " [" + clause + "]";
    }
    if (!next.empty()) {
        line += "; " + next;
    }
    return line;
}

Error at_place(Error error, std::string_view place) {
    error.place = error.place.empty() ? std::string(place) : std::string(place) + ":" + error.place;
    return error;
}

void report_broken_assertion(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "comity: internal assertion failed: %s (%s:%d)\n", condition, file, line);
    std::abort();
}

}  // namespace comity::base
