#pragma once

// A procedure: what acts exist in a kind of matter, who may take them, from which state to which,
// with which fields, and which audience each field has. It is a text in the same notation
// (docs/formats/law.md); this is its compiled form, which casework runs. Casework knows no
// procedure and no act kind by name: whatever it does follows from these members.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/law/facts.h"
#include "domain/law/witnessing.h"
#include "ground/base/base.h"
#include "ground/codec/codec.h"

namespace comity::law {

/// The two sides that an assessment is between, in the notation's own words (treaty.md 5.5).
inline constexpr std::string_view requesting_side = "requesting";
inline constexpr std::string_view requested_side = "requested";
/// The fact that says which category of data a matter is about.
inline constexpr std::string_view data_fact = "data";

enum class FieldType {
    fact,     ///< a fact of the vocabulary, named in ActField::fact
    text,     ///< up to `limit` characters
    party,    ///< a party id; with `side`, it takes that side of the matter
    parties,  ///< a list of at most 64 party ids; with `side`, all of them take that side
    person,   ///< a person id
    role,     ///< a role of the vocabulary
    realm,    ///< live or exercise
    key,      ///< a public signature key (JWK)
    sealing,  ///< a public sealing key (JWK)
    digest,   ///< 64 hexadecimal digits
    date,     ///< a legal day
    instant,  ///< RFC 3339
    number,   ///< an integer in low..high
    list,     ///< of texts of up to `limit` characters, at most 64
    item,     ///< a sealed item descriptor (domain/items)
    matter,   ///< the id of another matter
    act,      ///< the id of an act
    vkey,     ///< a note verifier key
};

struct ActField {
    std::string name;
    FieldType type = FieldType::text;
    std::string fact;  ///< for FieldType::fact; of a text or list: the enumeration whose values it
                       ///< holds (`value FACT`, `values FACT`); then `limit` does not count
    std::string side;  ///< for FieldType::party(ies): the side that is taken; may be empty
    std::int64_t limit = 0;  ///< text, list: characters; number: the highest value
    std::int64_t low = 0;    ///< number: the lowest value
    bool optional = false;
    std::vector<std::string> audience;  ///< sides that may read it; empty: all sides of the matter
};

/// A fact that an act sets or a matter begins with: a constant of the fact's type in its JSON form
/// (a set fact: the list of its elements). In a fold a scale only rises (an order by a prosecutor
/// does not undo the approval of a judge) and a set only grows; every other fact takes the last
/// value.
struct FactSetting {
    std::string fact;
    codec::Value value;
};

/// How much of the law must be satisfied before the act is admissible, the act itself counted in.
/// The two `own` needs ask the same as far as the act's side can know: a fact that only other sides
/// may assert, and that nobody has asserted yet, is not held against the act (Question::as_far_as
/// is then the act's `by_side`). So a request can be assessed before it leaves; the requested
/// side's acceptance states those facts and asks for all of it.
enum class LawNeed {
    none,         ///< the procedure alone decides
    open,         ///< the outcome is open
    open_own,     ///< open as far as the side can know
    release,      ///< open, and the release gate up
    release_own,  ///< release as far as the side can know
};

/// Mechanisms of the engine that an act kind may use.
struct Mechanisms {
    bool accredits =
        false;  ///< binds person, role, key, competence from..until (fields of those names)
    bool suspends = false;    ///< ends an accreditation: field `key`, `compromised-since` optional
    bool pins = false;        ///< the key annex of a channel: field `annex` (digest)
    bool seals_item = false;  ///< carries an item sealed to the side `item_reader`
    bool opens_item = false;  ///< records that the reader opened the item of the matter
    bool releases = false;    ///< hands something over, though it seals no item
};

/// What a restricting act binds.
enum class Bound : std::uint8_t {
    release,  ///< every act that releases (ActKind::is_release)
    opening,  ///< every act that opens the item
    erasure,  ///< every act that erases: it is postponed
};

/// Officials of a side; no roles: any of them.
struct Office {
    std::string side;
    std::vector<std::string> roles;
};

/// `restricts`, `filters`: from then on the acts named are inadmissible, until an act lifts it. It
/// never waits and never lapses by itself (DESIGN 5.4, invariants 2 and 3).
struct Restraint {
    std::vector<Bound> binds;  ///< empty: the act restricts nothing
    std::string field;         ///< what it is limited to: a field of type act (one release) or a
                               ///< list of values (categories); empty, or left out: everything
    std::optional<Office> spares;       ///< filters: who may still open the item
    std::optional<Span> recall_within;  ///< for what was released before; none: at once
};

/// `lifts FIELD of ACTS`: ends the restriction that the field (of type act) names.
struct Lifting {
    std::string field;
    std::vector<std::string> of;  ///< act kinds that restrict
    bool as_authority = false;    ///< anybody's restriction; else only one of the own party
};

/// `opens duty EVENT by SIDE within SPAN on silence WORD`: a duty that begins with the act.
struct OpenedDuty {
    std::string event;
    std::string side;
    Span within;
    std::string on_silence;
};

/// `tacit WORD for EVENT from FIELD until FIELD`: the effect that a clause attaches to silence. The
/// fields, when the clock began and when it ran out, are its only ones, and the engine knows what
/// they must say; so doubles are the same act twice, and collapse (DESIGN 5.7).
struct TacitEffect {
    std::string silence;
    std::string event;
    std::string from;
    std::string until;
};

/// `records outage of SIDE from FIELD until FIELD`: silence does not count meanwhile.
struct OutageRecord {
    std::string side;
    std::string from;
    std::string until;
};

/// `grants FIELD to FIELD`: who first handed an item over lets its reader hand it on to a party.
struct OnwardGrant {
    std::string of;  ///< field of type act: the release
    std::string to;  ///< field of type party: to whom
};

/// `hands-on FIELD granted by ACTS`: the item that the act seals is one that its author received;
/// without a grant of its origin, or with wider terms, the act is inadmissible (invariant 7).
struct HandingOn {
    std::string of;                       ///< field of type act: by which it was received
    std::vector<std::string> granted_by;  ///< act kinds that grant
};

/// `opens-item of FIELD attended in FIELD by ACTS`: an access that a second person has agreed to by
/// an act of their own, which the second field names (invariant 8).
struct AttendedOpening {
    std::string field;            ///< of type act: by which act
    std::vector<std::string> by;  ///< act kinds that attend
};

struct ActKind {
    std::string name;   ///< e.g. "order"
    std::string title;  ///< for screens
    std::string title_fr;
    std::string by_side;
    std::vector<std::string>
        by_roles;                   ///< any of them; `root` stands for the institution's root key
    std::vector<std::string> from;  ///< states; empty: the act opens the matter
    std::string to;                 ///< the state it leads to; empty: stays
    std::vector<std::string> not_by_author_of;  ///< act kinds: separation per person (invariant 4)
    std::vector<std::string> after;  ///< act kinds of which one each must stand in the causal past
    std::vector<std::string> after_any;  ///< act kinds of which one must; empty: none
    std::vector<ActField> fields;
    std::vector<FactSetting> sets;
    std::vector<std::string> marks;       ///< events of the vocabulary that the act is
    std::vector<std::string> discharges;  ///< duty events that the act answers
    LawNeed need = LawNeed::none;
    Mechanisms mechanisms;
    std::string item_reader;  ///< with seals_item: the side whose sealing key the item is sealed to
    int item_tier = 0;
    std::string item_category;  ///< with seals_item: the field that says which category of data it
                                ///< is; the tier follows from it. Empty: item_tier
    std::string
        opened_field;  ///< with opens_item: the field (of type act) that says which; or empty
    Restraint restrains;
    std::optional<Lifting> lifts;
    std::string recalls;     ///< field of type act: the holder's own release that is called back
    std::string sets_aside;  ///< field of type act: the release whose item its reader uses no more
    std::string erases;      ///< field of type act: what was destroyed here; left out: everything
    std::vector<std::string> contests;  ///< facts that are unknown from then on (invariant 4)
    std::optional<OnwardGrant> grants;
    std::optional<HandingOn> hands_on;
    std::string attends;  ///< field of type act: the release to which one more access is agreed
    std::optional<AttendedOpening> attended;
    std::optional<Span> ends_items;  ///< every item of the matter ends so long after the act
    std::optional<OpenedDuty> opens_duty;
    std::optional<TacitEffect> tacit;
    std::optional<OutageRecord> outage;
    std::optional<Witnessing> witnessing;  ///< whose cosignatures its effect waits for
    std::string clause;                    ///< how the act kind is cited: `disclosure/order`

    [[nodiscard]] const ActField* field(std::string_view field_name) const;
    [[nodiscard]] bool restricts(Bound bound) const;
    /// Whether a restriction on releasing stops it: it needs the release gate up, or hands over.
    [[nodiscard]] bool is_release() const;
    /// Whether something is out of the holder's hands after it, so that it can be called back.
    [[nodiscard]] bool hands_over() const;
    /// Whether it takes effect in whatever state a merged matter is: it restricts, answers what
    /// restricts, or says what was done and cannot be undone. Such an act leads to no other state.
    [[nodiscard]] bool stands() const;
};

struct Procedure {
    std::string name;
    int version = 0;
    std::string title;
    std::string title_fr;
    std::vector<std::string> reviewed_by;
    base::TextDigest digest;
    std::vector<std::string> sides;
    std::vector<std::string> states;
    std::vector<std::string> final_states;  ///< no duty runs any more
    std::vector<FactSetting> assumes;       ///< facts a matter begins with: e.g. action is disclose
    std::vector<ActKind> acts;

    [[nodiscard]] const ActKind* act(std::string_view act_name) const;
};

}  // namespace comity::law
