#include "app/command/command.h"

#include <ostream>

#include "ground/codec/codec.h"

namespace comity::app {

int exit_code_of(base::ErrorKind kind) {
    switch (kind) {
        case base::ErrorKind::failure:
        case base::ErrorKind::malformed:
        case base::ErrorKind::too_large: return exit_failure;
        case base::ErrorKind::not_found: return exit_not_found;
        case base::ErrorKind::inadmissible: return exit_inadmissible;
        case base::ErrorKind::lacks_facts: return exit_lacks_facts;
        case base::ErrorKind::invalid: return exit_invalid;
        case base::ErrorKind::not_proven: return exit_not_proven;
        case base::ErrorKind::conflict: return exit_conflict;
        case base::ErrorKind::unavailable: return exit_unavailable;
        case base::ErrorKind::try_later: return exit_try_later;
    }
    std::unreachable();
}

int report(const base::Error& error, bool json, std::ostream& out, std::ostream& err) {
    if (json) {
        codec::Object object;
        object["code"] = std::string(base::name_of(error.kind));
        object["message"] = error.what;
        object["why"] = error.why;
        object["fix"] = error.next;
        object["place"] = error.place;
        object["ref"] = error.clause;
        out << codec::canonical(object) << "\n";
    } else {
        err << "comity: " << error.text() << "\n";
    }
    return exit_code_of(error.kind);
}

}  // namespace comity::app
