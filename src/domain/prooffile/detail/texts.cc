#include "domain/prooffile/detail/texts.h"

namespace comity::prooffile::detail {

base::Result<law::Library> library_of(const ProofContents& contents) {
    std::vector<law::Source> sources;
    for (const LawText& text : contents.law) {
        sources.push_back({text.name, text.text});
    }
    auto library = law::Library::load(sources);
    if (!library) {
        const std::vector<law::Diagnostic>& diagnostics = library.error();
        return base::fail(base::ErrorKind::not_proven, "the law texts in the file do not read",
                          diagnostics.empty() ? "" : diagnostics.front().text());
    }
    return *std::move(library);
}

}  // namespace comity::prooffile::detail
