#pragma once

// The texts: read, checked, and held together as one immutable library with one digest.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/law/facts.h"
#include "domain/law/procedure.h"
#include "ground/base/base.h"

namespace comity::law {

/// The number of the semantics that this code implements (DESIGN 5.12). A node that meets another
/// number says "cannot decide".
inline constexpr int semantics = 1;

/// A text and the name it is reported under (its path below the law folder).
struct Source {
    std::string name;
    std::string text;
};

/// One thing wrong with a text, at its place.
struct Diagnostic {
    std::string file;
    int line = 0;
    int column = 0;
    std::string what;
    std::string expected;  ///< what may stand there; may be empty
    std::string nearest;   ///< the nearest known name, by edit distance; may be empty

    /// `FILE:LINE:COL: what, expected ..., nearest ...`.
    [[nodiscard]] std::string text() const;
    friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

struct Instrument;  // detail/model.h
struct LibraryData;

/// Checked texts. Copies are cheap and share the texts.
class Library {
 public:
    /// Reads and checks all texts; every diagnostic of every text, or the library.
    [[nodiscard]] static std::expected<Library, std::vector<Diagnostic>> load(
        std::span<const Source> sources);

    /// Digest over texts, vocabulary and the number of the semantics: docs/formats/law.md.
    [[nodiscard]] base::LawDigest digest() const;
    [[nodiscard]] const std::vector<Source>& sources() const;
    /// The digest of one text (SHA-256 of its bytes, tagged), by document name.
    [[nodiscard]] std::optional<base::TextDigest> agreement_digest(std::string_view name) const;

    /// The text with that digest; none if it is not among the sources.
    [[nodiscard]] const Source* source_of(const base::TextDigest& digest) const;

    [[nodiscard]] const Procedure* procedure(const base::TextDigest& digest) const;
    /// The newest version of the procedure of that name.
    [[nodiscard]] const Procedure* procedure_named(std::string_view name) const;
    [[nodiscard]] std::vector<const Procedure*> procedures() const;

    [[nodiscard]] const Vocabulary& vocabulary() const;
    /// Titles and review marks ("reviewed by none") of every document, for screens and decisions.
    struct DocumentInfo {
        std::string kind;  ///< agreement, jurisdiction, vocabulary, procedure, status
        std::string name;
        int version = 0;
        std::string title;
        std::vector<std::string> reviewed_by;  ///< empty: reviewed by none
        base::TextDigest digest;
    };
    [[nodiscard]] std::vector<DocumentInfo> documents() const;

    /// The instant at which `span` after `start` ends for a duty-bearer in `jurisdiction`: hours
    /// run through, days end with the day, working days skip that jurisdiction's weekend and
    /// holidays.
    [[nodiscard]] base::Instant due(std::string_view jurisdiction, base::Instant start,
                                    const Span& span) const;

    [[nodiscard]] const LibraryData& data() const { return *data_; }

 private:
    explicit Library(std::shared_ptr<const LibraryData> data) : data_(std::move(data)) {}
    std::shared_ptr<const LibraryData> data_;  // shared: immutable after load
};

/// Checks the texts without keeping them; empty: all is well.
[[nodiscard]] std::vector<Diagnostic> check(std::span<const Source> sources);

}  // namespace comity::law
