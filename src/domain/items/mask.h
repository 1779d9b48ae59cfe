#pragma once

// Masks: a view of a record, restricted to an order's scope (docs/formats/mask.md). The record
// stays with its holder; what was left out is counted and committed to in a report that the holder
// can make again from the record, the mask and the salt.
//
// Masks are careful: what cannot be read is withheld, and the report says how much that was. They
// read and write as they go; memory does not grow with the record.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "ground/base/base.h"
#include "ground/codec/codec.h"

namespace comity::items {

inline constexpr std::int64_t mask_version = 1;
inline constexpr std::size_t mask_salt_bytes = 32;
inline constexpr std::size_t max_mask_bytes = 256 * 1024;
inline constexpr std::size_t max_mask_addresses = 1024;
inline constexpr std::size_t max_mask_fields = 256;
inline constexpr std::size_t max_mask_values = 1024;
inline constexpr std::size_t max_mask_text_bytes = 512;

/// Rows are kept only if the text in `field` is one of `values`.
struct MaskWhere {
    std::string field;
    std::vector<std::string> values;
    friend bool operator==(const MaskWhere&, const MaskWhere&) = default;
};

/// What stays. Members that do not belong to the format are refused.
struct MaskSpec {
    std::int64_t version = mask_version;
    std::string format;                   ///< mbox, eml, csv or jsonl
    std::optional<base::Instant> from;    ///< inclusive
    std::optional<base::Instant> until;   ///< exclusive
    std::optional<std::string> dated_by;  ///< mbox: `header` (the Date field) or `envelope` (From_)
    std::optional<std::vector<std::string>> correspondents;  ///< mail: one of them takes part
    std::optional<std::vector<std::string>> withhold;        ///< mail: none of them is in it
    std::optional<std::string> parts;  ///< mail: `all`, `without-attachments` or `headers`
    std::optional<std::vector<std::string>> headers;  ///< mail, parts `headers`: these fields
    std::optional<std::vector<std::string>> fields;   ///< csv: columns; jsonl: pointers (RFC 6901)
    std::optional<std::string> time_field;            ///< csv, jsonl: which one `from` means
    std::optional<MaskWhere> where;                   ///< csv, jsonl
    friend bool operator==(const MaskSpec&, const MaskSpec&) = default;
};

/// Why records were left out, in numbers.
struct MaskWithheld {
    std::int64_t outside_time = 0;
    std::int64_t other_correspondents = 0;     ///< nobody whom the mask names takes part
    std::int64_t withheld_correspondents = 0;  ///< somebody whom the mask withholds does
    std::int64_t other_rows = 0;               ///< `where` does not hold
    std::int64_t unreadable = 0;
    friend bool operator==(const MaskWithheld&, const MaskWithheld&) = default;
};

/// What a mask did. Digests are salted: nothing left out can be guessed from them.
struct MaskReport {
    std::int64_t version = 1;
    base::Digest mask;  ///< mask_digest
    base::Digest salt;  ///< commitment to the salt
    std::int64_t source_bytes = 0;
    std::int64_t result_bytes = 0;
    std::int64_t read = 0;  ///< records: mails, rows, lines
    std::int64_t kept = 0;
    std::int64_t reduced = 0;  ///< of those kept: in part
    MaskWithheld withheld;
    std::int64_t parts_left_out = 0;   ///< mail: of those reduced
    std::int64_t fields_left_out = 0;  ///< header fields, columns, members of those kept
    base::Digest source;
    base::Digest result;
    base::Digest left_out;  ///< root of the tree over what was left out, in its order
    friend bool operator==(const MaskReport&, const MaskReport&) = default;
};

/// Kind malformed, place: the member's JSON pointer.
[[nodiscard]] base::Result<void> check(const MaskSpec& spec);
/// Read and check canonical JSON. Kinds malformed, too_large.
[[nodiscard]] base::Result<MaskSpec> read_mask(std::string_view text);
[[nodiscard]] base::Result<MaskReport> read_mask_report(std::string_view text);
/// What a report names its mask by.
[[nodiscard]] base::Digest mask_digest(const MaskSpec& spec);

/// Takes what stays, in parts of any size; an error stops the mask and is returned.
using MaskSink = std::function<base::Result<void>(base::ByteView)>;

class Mask {
 public:
    virtual ~Mask() = default;
    /// Takes the record in parts of any size. Kinds: malformed, too_large (the record has not the
    /// structure of its format at all, place `line N` or `row N`), and what `sink` answers.
    [[nodiscard]] virtual base::Result<void> write(base::ByteView source, const MaskSink& sink) = 0;
    /// The end of the record. The mask is done then.
    [[nodiscard]] virtual base::Result<MaskReport> finish(const MaskSink& sink) = 0;
};

/// `salt`: 32 random bytes that stay with the holder. Kind malformed (the spec).
[[nodiscard]] base::Result<std::unique_ptr<Mask>> make_mask(const MaskSpec& spec,
                                                            base::SecretBytes salt);

}  // namespace comity::items

template <>
struct comity::codec::Message<comity::items::MaskWhere> {
    using Where = comity::items::MaskWhere;
    static constexpr std::string_view name = "mask_where";
    static constexpr auto fields = std::tuple{
        field("field", &Where::field, "a column, or a pointer", comity::items::max_mask_text_bytes),
        field("values", &Where::values, "one of them", comity::items::max_mask_values)};
};

template <>
struct comity::codec::Message<comity::items::MaskSpec> {
    using Spec = comity::items::MaskSpec;
    static constexpr std::string_view name = "mask";
    static constexpr auto fields = std::tuple{
        field("version", &Spec::version, "1"),
        field("format", &Spec::format, "mbox, eml, csv or jsonl", 8),
        field("from", &Spec::from, "begin of the time, inclusive"),
        field("until", &Spec::until, "its end, exclusive"),
        field("dated_by", &Spec::dated_by, "mbox: header or envelope", 16),
        field("correspondents", &Spec::correspondents, "mail: one of them takes part",
              comity::items::max_mask_addresses),
        field("withhold", &Spec::withhold, "mail: with one of them it is withheld",
              comity::items::max_mask_addresses),
        field("parts", &Spec::parts, "mail: all, without-attachments or headers", 32),
        field("headers", &Spec::headers, "mail: names of header fields",
              comity::items::max_mask_fields),
        field("fields", &Spec::fields, "columns, or JSON pointers", comity::items::max_mask_fields),
        field("time_field", &Spec::time_field, "csv, jsonl: what from and until mean",
              comity::items::max_mask_text_bytes),
        field("where", &Spec::where, "csv, jsonl: which rows")};
};

template <>
struct comity::codec::Message<comity::items::MaskWithheld> {
    using Of = comity::items::MaskWithheld;
    static constexpr std::string_view name = "mask_withheld";
    static constexpr auto fields = std::tuple{
        field("outside_time", &Of::outside_time, "dated outside"),
        field("other_correspondents", &Of::other_correspondents, "nobody named takes part"),
        field("withheld_correspondents", &Of::withheld_correspondents, "somebody withheld does"),
        field("other_rows", &Of::other_rows, "where does not hold"),
        field("unreadable", &Of::unreadable, "could not be read, so withheld")};
};

template <>
struct comity::codec::Message<comity::items::MaskReport> {
    using Report = comity::items::MaskReport;
    static constexpr std::string_view name = "mask_report";
    static constexpr auto fields = std::tuple{
        field("version", &Report::version, "1"),
        field("mask", &Report::mask, "digest of the mask"),
        field("salt", &Report::salt, "commitment to the salt"),
        field("source_bytes", &Report::source_bytes, "of the record"),
        field("result_bytes", &Report::result_bytes, "of what came through"),
        field("read", &Report::read, "mails, rows or lines"),
        field("kept", &Report::kept, "of them"),
        field("reduced", &Report::reduced, "of those kept, in part"),
        field("withheld", &Report::withheld, "the others, by reason"),
        field("parts_left_out", &Report::parts_left_out, "of mails"),
        field("fields_left_out", &Report::fields_left_out, "header fields, columns, members"),
        field("source", &Report::source, "salted, of the record"),
        field("result", &Report::result, "salted, of what came through"),
        field("left_out", &Report::left_out, "root over what was left out")};
};
