#pragma once

// Custody: who held which item when, under which clause, with which digests before and after, and
// every access, as a fold over the acts of one proof file. What the file does not open is a gap
// that is named, never a guess.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/items/items.h"
#include "domain/prooffile/prooffile.h"
#include "ground/base/base.h"

namespace comity::reporting {

/// What an act did to items. It follows from the procedure's mechanisms, not from the act's name.
enum class CustodyStep : std::uint8_t {
    handed_over,
    handed_on,  ///< what was received, to a further party
    granted,    ///< a later handing on was allowed
    opened,     ///< an access
    restricted,
    lifted,  ///< a restriction ended
    recalled,
    set_aside,
    erased,
};
[[nodiscard]] std::string_view name_of(CustodyStep step);  ///< "handed-over", ...

/// Something that an act handed over.
struct CustodyItem {
    base::ActId act;
    base::PartyId from;
    bool sealed = true;  ///< false: the act handed over without sealing an item
    std::optional<items::ItemDescriptor> descriptor;  ///< none: not opened in this file
    std::optional<base::ActId> source;                ///< handed on: by which act it was received
};

/// An item that an event concerned, and its digest before and after; none: it did not exist before,
/// or not after, or (with an item whose descriptor is not opened) the file does not say it.
struct CustodyTouch {
    std::size_t item = 0;  ///< in CustodyReport::items
    std::optional<base::Digest> before;
    std::optional<base::Digest> after;
};

struct CustodyEvent {
    base::ActId act;
    CustodyStep step = CustodyStep::handed_over;
    base::Instant at;                        ///< as its author dates it
    std::optional<base::Instant> witnessed;  ///< first attested in its author's ledger
    base::PartyId party;
    std::string person;  ///< pseudonym; empty if the chain of keys does not hold
    std::string role;
    std::string clause;  ///< how the act is cited, procedure and act kind
    std::string title;
    std::string title_fr;
    std::vector<std::string> cited;  ///< clauses of the texts that its assessment names
    std::vector<CustodyTouch> touched;
    std::vector<std::string> places;   ///< of an erasure
    bool holds_erasure = false;        ///< restricted: the end of what it concerns is postponed
    bool concerns_all = false;         ///< restricted: items handed over later too
    std::optional<base::ActId> ends;   ///< lifted: which restriction
    std::vector<std::string> notices;  ///< what the verifier says a reader must weigh
    bool proven = false;               ///< every check of this act held
};

/// Who held it, from when until when.
struct Holding {
    std::size_t item = 0;
    base::PartyId party;
    std::optional<base::Instant> from;   ///< handed over, or receipted; none: nothing proves when
    std::optional<base::Instant> until;  ///< erased there; none: this file holds no erasure
    std::optional<base::ActId> erasure;
};

enum class GapKind : std::uint8_t {
    kind_not_opened,        ///< what the act is, and so what it did to items
    field_not_opened,       ///< `what`: the field that would say it
    descriptor_not_opened,  ///< digests, size, readers and end of an item
    act_unknown,            ///< it names an act (`what`) that this file does not hold
    no_receipt,             ///< `what`: the reader whose receipt lacks
    act_not_proven,
    check_lacks,  ///< `what`: a check of the file that does not hold
};
[[nodiscard]] std::string_view name_of(GapKind kind);

struct CustodyGap {
    GapKind kind = GapKind::check_lacks;
    std::optional<base::ActId> act;
    std::string what;

    friend bool operator==(const CustodyGap&, const CustodyGap&) = default;
};

struct CustodyReport {
    base::Digest proof;  ///< SHA-256 of the proof file
    prooffile::Answer answer = prooffile::Answer::not_proven;
    std::string matter;
    std::string state;  ///< of the matter; empty if that is not known
    std::string realm;
    std::string agreement;
    std::string law;
    base::PartyId exported_by;
    base::Instant exported_at;
    std::vector<CustodyItem> items;
    std::vector<CustodyEvent> events;  ///< in recording order
    std::vector<Holding> holdings;
    std::vector<CustodyGap> gaps;  ///< at most max_custody_gaps
};

inline constexpr std::size_t max_custody_gaps = 1000;

/// The report of a proof file, verified against `trust`. Kind invalid if the file is INVALID: there
/// is no custody to report of an altered file. A file that is NOT PROVEN is reported, with what
/// lacks among the gaps.
[[nodiscard]] base::Result<CustodyReport> custody_of(std::string_view file,
                                                     const std::optional<prooffile::Trust>& trust);

/// The fold itself, over contents and what the verifier said of them.
[[nodiscard]] CustodyReport fold_custody(const prooffile::ProofContents& contents,
                                         const law::Library* library,
                                         const prooffile::Report& report);

}  // namespace comity::reporting
