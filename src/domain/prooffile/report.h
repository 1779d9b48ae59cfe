#pragma once

// The report: the answer, every check with its result, and for each act what a reader has to know.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/casework/casework.h"
#include "domain/prooffile/trust.h"
#include "ground/base/base.h"
#include "ground/codec/codec.h"

namespace comity::prooffile {

/// invalid wins over not_proven, not_proven over authentic.
enum class Answer { authentic, invalid, not_proven };
[[nodiscard]] std::string_view name_of(Answer answer);  ///< "AUTHENTIC", "INVALID", "NOT PROVEN"
[[nodiscard]] int exit_code_of(Answer answer);          ///< 0, 6, 7
[[nodiscard]] std::string_view meaning_of(Answer answer);

/// What one check found.
enum class Finding {
    holds,
    fails,  ///< altered, or a signature or proof does not verify
    lacks,  ///< a link or an anchor is missing
};
[[nodiscard]] std::string_view name_of(Finding finding);

struct Step {
    std::string what;   ///< what was checked, e.g. "official's signature"
    std::string about;  ///< of what, e.g. "act 3, 1f0c5a2e"
    Finding finding = Finding::holds;
    std::string detail;  ///< why it fails or lacks, or what was found; may be empty
    std::string clause;  ///< the clause that decides; may be empty

    friend bool operator==(const Step&, const Step&) = default;
};

/// A clause that the assessment of an act named.
struct Cited {
    std::string instrument;
    std::string clause;
    std::string kind;  ///< what it says: permit, approval, deadline, ...

    friend auto operator<=>(const Cited&, const Cited&) = default;
};

/// One act of the file: of the matter or of a registry.
struct ReportedAct {
    base::ActId id;
    base::MatterId matter;
    base::PartyId party;
    std::string kind;  ///< how the act is cited, "disclosure/order"; empty if it is not opened
    std::string title;
    std::string title_fr;   ///< empty if the text has none
    std::string procedure;  ///< name and version of its text
    std::string person;     ///< pseudonym; `root` for the institution's own key
    std::string role;
    base::KeyId key;
    base::KeyId root;                        ///< of its party; zero if the annex does not name it
    std::optional<base::Instant> from;       ///< of the accreditation that it rests on
    std::optional<base::Instant> until;      ///< exclusive
    std::vector<std::string> chain;          ///< from the root key to the signing key, with dates
    base::Instant at;                        ///< as its author dates it
    std::optional<base::Instant> witnessed;  ///< first attested in its author's ledger
    std::vector<std::string> attested_by;    ///< parties whose nodes attested that
    std::string outcome;                     ///< of the assessment; empty if its kind asks for none
    std::vector<std::string>
        clauses;               ///< instrument and clause, as far as the assessment names them
    std::vector<Cited> cited;  ///< the same in parts, ascending, each once
    std::vector<std::string> asserted;  ///< facts that rest on the signer's word
    std::vector<std::string> unopened;  ///< fields that this file does not open
    std::vector<std::string> withheld;  ///< of these: those that the export opened
    std::vector<std::string> received;  ///< parties that receipted it, with the instant
    std::vector<std::string> notices;   ///< what a reader must weigh, e.g. a later suspension
    base::Digest fields;                ///< root of its commitments, as its header says
    std::size_t field_count = 0;        ///< how many commitments it has
    std::vector<std::string> paths;     ///< its fields' names in order; empty: kind not opened
    std::vector<base::ActId> after;     ///< the acts that it names as known
    bool rooted = false;                ///< form, ledger, past, signatures and chain of keys hold
    bool proven = false;                ///< every check of this act held
};

/// An item that an act handed over.
struct ReportedItem {
    base::Digest id;
    base::ActId act;
    std::int64_t size = -1;  ///< bytes of the plaintext; -1: no opened field says it
    std::int64_t tier = -1;
    std::string end;     ///< the day on which the key to it is destroyed; may be empty
    std::string reader;  ///< the party it is sealed to; may be empty
    bool carried = false;
    bool inside = false;  ///< the sealed item is in this file
};

/// A timestamp of the whole file that holds (RFC 3161, docs/formats/timestamp.md).
struct ReportedTimestamp {
    base::Instant at;
    std::string authority;  ///< subject of the certificate that signed it
    base::Digest certificate;
    std::string serial;
    std::string policy;
    bool nonce_compared = false;

    friend bool operator==(const ReportedTimestamp&, const ReportedTimestamp&) = default;
};

struct Report {
    Answer answer = Answer::not_proven;
    std::string matter;  ///< empty if the file could not be read
    std::string state;   ///< of the matter after its last act; empty if that is not known
    std::string realm;
    std::string agreement;
    std::string agreement_text;  ///< digest
    std::string law;             ///< digest of the texts in the file
    bool anchored = false;       ///< a trust was given, and the annex is the one that it holds
    std::string exported_by;
    std::string exported_at;
    std::vector<Anchor> fingerprints;     ///< to compare, when no trust was given
    std::vector<std::string> unreviewed;  ///< texts that nobody reviewed
    std::vector<Step> steps;
    std::vector<ReportedAct> registry;  ///< accreditations and the like
    std::vector<ReportedAct> acts;      ///< of the matter, in the file's order
    std::vector<ReportedItem> items;    ///< that they handed over, as far as the file lists them
    std::optional<ReportedTimestamp> timestamp;  ///< beside the file, and it holds

    /// Sets the answer by the steps.
    void decide();

    /// The step that decides the answer; nullptr if all hold.
    [[nodiscard]] const Step* deciding() const;
};

/// Everything, for people: the answer on the first line, then what decides it, then the chain of
/// every act. The short form is screen.h.
[[nodiscard]] std::vector<std::string> lines_of(const Report& report);
/// One object, docs/formats/prooffile.md.
[[nodiscard]] codec::Value to_json(const Report& report);

}  // namespace comity::prooffile
