#include "domain/items/mask.h"

#include <algorithm>
#include <utility>

#include "domain/items/detail/csv_mask.h"
#include "domain/items/detail/json_lines_mask.h"
#include "domain/items/detail/mail_mask.h"

namespace comity::items {

namespace {

using Texts = std::optional<std::vector<std::string>>;

std::unexpected<base::Error> refuse(std::string_view place, std::string what) {
    return std::unexpected(
        base::Error{base::ErrorKind::malformed, std::move(what), {}, {}, std::string(place), {}});
}

bool is_line(std::string_view text) {
    return !text.empty() && text.size() <= max_mask_text_bytes &&
           std::ranges::all_of(
               text, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
}

base::Result<void> check_text(std::string_view text, std::string_view place) {
    return is_line(text) ? base::Result<void>{}
                         : refuse(place, "a text is one line of 1 to 512 bytes");
}

/// A list that is there holds something, and each text of it is one line.
base::Result<void> check_texts(const Texts& texts, std::string_view place) {
    if (!texts) {
        return {};
    }
    if (texts->empty()) {
        return refuse(place, "the list is empty; leave it out");
    }
    for (std::size_t i = 0; i < texts->size(); ++i) {
        COMITY_TRY(check_text((*texts)[i], std::string(place) + "/" + std::to_string(i)));
    }
    return {};
}

base::Result<void> check_addresses(const Texts& addresses, std::string_view place) {
    COMITY_TRY(check_texts(addresses, place));
    for (std::size_t i = 0; addresses && i < addresses->size(); ++i) {
        const auto read = read_addresses((*addresses)[i]);
        std::string lowered = (*addresses)[i];
        std::ranges::transform(lowered, lowered.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        if (!read || read->size() != 1 || read->front() != lowered) {
            return refuse(std::string(place) + "/" + std::to_string(i),
                          "this is not one bare address");
        }
    }
    return {};
}

base::Result<void> check_mail(const MaskSpec& spec) {
    if (spec.fields || spec.time_field || spec.where) {
        return refuse(spec.fields       ? "/fields"
                      : spec.time_field ? "/time_field"
                                        : "/where",
                      "a mask of mail has no such member");
    }
    if (spec.parts != "all" && spec.parts != "without-attachments" && spec.parts != "headers") {
        return refuse("/parts", "the parts are all, without-attachments or headers");
    }
    if (spec.headers && spec.parts != "headers") {
        return refuse("/headers", "fields are named only where the parts are headers");
    }
    const bool has_time = spec.from || spec.until;
    if (spec.dated_by && (!has_time || spec.format == "eml" ||
                          (spec.dated_by != "header" && spec.dated_by != "envelope"))) {
        return refuse("/dated_by", "header or envelope, in a mask of a mailbox that names a time");
    }
    COMITY_TRY(check_addresses(spec.correspondents, "/correspondents"));
    COMITY_TRY(check_addresses(spec.withhold, "/withhold"));
    return check_texts(spec.headers, "/headers");
}

base::Result<void> check_table(const MaskSpec& spec) {
    const bool is_mail =
        spec.dated_by || spec.correspondents || spec.withhold || spec.parts || spec.headers;
    if (is_mail) {
        return refuse(spec.dated_by         ? "/dated_by"
                      : spec.correspondents ? "/correspondents"
                      : spec.withhold       ? "/withhold"
                      : spec.parts          ? "/parts"
                                            : "/headers",
                      "a mask of a table or log has no such member");
    }
    if (!spec.fields) {
        return refuse("/fields", "a mask of a table or log names the fields that stay");
    }
    if ((spec.from || spec.until) != spec.time_field.has_value()) {
        return refuse("/time_field", "a time and the field that it stands in go together");
    }
    COMITY_TRY(check_texts(spec.fields, "/fields"));
    if (spec.time_field) {
        COMITY_TRY(check_text(*spec.time_field, "/time_field"));
    }
    if (spec.where) {
        COMITY_TRY(check_text(spec.where->field, "/where/field"));
        COMITY_TRY(check_texts(spec.where->values, "/where/values"));
    }
    return {};
}

base::Result<void> check_pointers(const MaskSpec& spec) {
    std::vector<std::pair<std::string, std::string>> pointers;  // place, text
    for (std::size_t i = 0; i < spec.fields->size(); ++i) {
        pointers.emplace_back("/fields/" + std::to_string(i), (*spec.fields)[i]);
    }
    if (spec.time_field) {
        pointers.emplace_back("/time_field", *spec.time_field);
    }
    if (spec.where) {
        pointers.emplace_back("/where/field", spec.where->field);
    }
    for (const auto& [place, text] : pointers) {
        const auto read = detail::read_pointer(text);
        if (!read) {
            return std::unexpected(base::at_place(read.error(), place));
        }
    }
    return {};
}

template <class T>
base::Result<T> read_text(std::string_view text) {
    codec::JsonLimits limits;
    limits.bytes = max_mask_bytes;
    limits.depth = 3;
    limits.members = max_mask_values;
    const codec::Value value = COMITY_TRY(codec::parse_canonical(text, limits));
    return codec::read<T>(value);
}

}  // namespace

base::Result<void> check(const MaskSpec& spec) {
    if (spec.version != mask_version) {
        return refuse("/version", "this version of masks is not known");
    }
    if (spec.from && spec.until && *spec.from >= *spec.until) {
        return refuse("/until", "the time ends before it begins");
    }
    if (spec.format == "mbox" || spec.format == "eml") {
        return check_mail(spec);
    }
    if (spec.format == "csv") {
        return check_table(spec);
    }
    if (spec.format == "jsonl") {
        COMITY_TRY(check_table(spec));
        return check_pointers(spec);
    }
    return refuse("/format", "the formats are mbox, eml, csv and jsonl");
}

base::Result<MaskSpec> read_mask(std::string_view text) {
    MaskSpec spec = COMITY_TRY(read_text<MaskSpec>(text));
    COMITY_TRY(check(spec));
    return spec;
}

base::Result<MaskReport> read_mask_report(std::string_view text) {
    MaskReport report = COMITY_TRY(read_text<MaskReport>(text));
    if (report.version != 1) {
        return refuse("/version", "this version of mask reports is not known");
    }
    return report;
}

base::Digest mask_digest(const MaskSpec& spec) {
    const std::string text = codec::write(spec);
    return crypto::tagged_hash("comity/mask/v1", base::view_of(text));
}

base::Result<std::unique_ptr<Mask>> make_mask(const MaskSpec& spec, base::SecretBytes salt) {
    COMITY_TRY(check(spec));
    if (salt.size() != mask_salt_bytes) {
        return base::fail(base::ErrorKind::malformed, "the salt of a mask has 32 bytes");
    }
    if (spec.format == "csv") {
        return std::make_unique<detail::CsvMask>(spec, std::move(salt));
    }
    if (spec.format == "jsonl") {
        return std::make_unique<detail::JsonLinesMask>(spec, std::move(salt));
    }
    return std::make_unique<detail::MailMask>(spec, std::move(salt));
}

}  // namespace comity::items
