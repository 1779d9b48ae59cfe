// The stores that need nothing but this process.

#include "stores.h"

namespace comity::conformance {

std::vector<Kind> kinds() {
    return {{"memory", [] { return std::make_unique<MemorySubject>(); }},
            {"sqlite", [] { return std::make_unique<SqliteSubject>(); }}};
}

}  // namespace comity::conformance
