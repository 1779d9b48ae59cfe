#include "domain/casework/schema.h"

#include <algorithm>

#include "ground/ledger/ledger.h"

namespace comity::casework {
namespace {

constexpr std::size_t max_list_members = 64;

std::unexpected<base::Error> wrong(const law::ActField& field, std::string what,
                                   std::string why = {}) {
    return std::unexpected(base::Error{base::ErrorKind::malformed,
                                       "field " + field.name + ": " + std::move(what),
                                       std::move(why),
                                       {},
                                       "/fields/" + field.name,
                                       {}});
}

template <class T>
base::Result<void> check_as(const law::ActField& field, const codec::Value& value,
                            std::size_t limit = 0) {
    auto read = codec::read<T>(value, "/fields/" + field.name, limit);
    if (!read) {
        return std::unexpected(std::move(read).error());
    }
    return {};
}

/// Characters of UTF-8 text that the codec has already found to be valid.
std::int64_t characters_in(std::string_view text) {
    return std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
}

base::Result<void> check_text(const law::Vocabulary& vocabulary, const law::ActField& field,
                              const codec::Value& value) {
    if (!value.is_string()) {
        return wrong(field, "a text is expected");
    }
    const std::string_view text(value.get_string());
    if (!field.fact.empty()) {
        const law::FactDeclaration* fact = vocabulary.fact(field.fact);
        if (fact == nullptr || std::ranges::find(fact->values, text) == fact->values.end()) {
            return wrong(field, "a value of the fact " + field.fact + " is expected");
        }
        return {};
    }
    if (text.empty() || characters_in(text) > field.limit) {
        return wrong(field,
                     "a text of 1 to " + std::to_string(field.limit) + " characters is expected");
    }
    return {};
}

base::Result<void> check_list(const law::Vocabulary& vocabulary, const law::ActField& field,
                              const codec::Value& value) {
    if (!value.is_array() || value.get_array().size() > max_list_members) {
        return wrong(field, "a list of at most 64 texts is expected");
    }
    for (const codec::Value& member : value.get_array()) {
        COMITY_TRY(check_text(vocabulary, field, member));
    }
    return {};
}

base::Result<void> check_number(const law::ActField& field, const codec::Value& value) {
    if (!value.is_int64() || value.get_int64() < field.low || value.get_int64() > field.limit) {
        return wrong(field, "a whole number from " + std::to_string(field.low) + " to " +
                                std::to_string(field.limit) + " is expected");
    }
    return {};
}

base::Result<void> check_role(const law::Vocabulary& vocabulary, const law::ActField& field,
                              const codec::Value& value) {
    if (!value.is_string() || vocabulary.role(std::string_view(value.get_string())) == nullptr) {
        return wrong(field, "a role of the vocabulary is expected");
    }
    return {};
}

}  // namespace

std::vector<std::string> paths_of(const law::ActKind& kind) {
    std::vector<std::string> paths{"kind"};
    for (const law::ActField& field : kind.fields) {
        paths.push_back(field.name);
    }
    return paths;
}

base::Result<void> check_value(const law::Vocabulary& vocabulary, const law::ActField& field,
                               const codec::Value& value) {
    switch (field.type) {
        case law::FieldType::fact: {
            law::Facts scratch;
            auto set = scratch.set(vocabulary, field.fact, value);
            if (!set) {
                return std::unexpected(
                    base::at_place(std::move(set).error(), "/fields/" + field.name));
            }
            return {};
        }
        case law::FieldType::text: return check_text(vocabulary, field, value);
        case law::FieldType::list: return check_list(vocabulary, field, value);
        case law::FieldType::number: return check_number(field, value);
        case law::FieldType::role: return check_role(vocabulary, field, value);
        case law::FieldType::party: return check_as<base::PartyId>(field, value);
        case law::FieldType::person: return check_as<base::PersonId>(field, value);
        case law::FieldType::realm: return check_as<base::Realm>(field, value);
        case law::FieldType::key: return check_as<crypto::PublicKey>(field, value);
        case law::FieldType::sealing: return check_as<crypto::SealingKey>(field, value);
        case law::FieldType::digest:
        case law::FieldType::act: return check_as<base::Digest>(field, value);
        case law::FieldType::date: return check_as<base::Date>(field, value);
        case law::FieldType::instant: return check_as<base::Instant>(field, value);
        case law::FieldType::matter: return check_as<base::MatterId>(field, value);
        case law::FieldType::parties:
            return check_as<std::vector<base::PartyId>>(field, value, max_list_members);
        case law::FieldType::item:
            return value.is_object() ? base::Result<void>{}
                                     : wrong(field, "an item's descriptor is expected");
        case law::FieldType::vkey: {
            if (!value.is_string() ||
                !ledger::NoteKey::parse(std::string_view(value.get_string()))) {
                return wrong(field, "a verifier key is expected");
            }
            return {};
        }
    }
    std::unreachable();
}

base::Result<void> check_fields(const law::Vocabulary& vocabulary, const law::ActKind& kind,
                                const Act& act, std::string_view role) {
    if (act.commitments.size() != kind.fields.size() + 1) {
        return base::fail(base::ErrorKind::malformed,
                          "the act has not the fields of its kind " + kind.name);
    }
    for (const Opening& opening : act.openings) {
        if (opening.index == 0) {
            continue;  // `kind`, read by kind_of()
        }
        const law::ActField& field = kind.fields[static_cast<std::size_t>(opening.index - 1)];
        if (opening.path != field.name) {
            return wrong(field, "another field stands in its place: " + opening.path);
        }
        const codec::Value value = COMITY_TRY(codec::parse(opening.value));
        if (value.is_null()) {
            if (!field.optional) {
                return wrong(field, "this field is needed", field.fact);
            }
            continue;
        }
        COMITY_TRY(check_value(vocabulary, field, value));
        if (field.type == law::FieldType::fact &&
            !vocabulary.may_assert(field.fact, kind.by_side, role)) {
            return std::unexpected(base::Error{base::ErrorKind::inadmissible,
                                               "a " + std::string(role) + " of the side " +
                                                   kind.by_side + " may not assert " + field.fact,
                                               "the vocabulary names who may",
                                               {},
                                               {},
                                               {}});
        }
    }
    return {};
}

namespace {

bool may_read(const law::ActKind& kind, const law::ActField& field,
              const std::optional<std::string>& side) {
    return field.audience.empty() ||
           (side && (*side == kind.by_side ||
                     std::ranges::find(field.audience, *side) != field.audience.end()));
}

}  // namespace

base::Result<void> check_complete(const law::ActKind& kind, const Act& act,
                                  const std::optional<std::string>& side) {
    for (std::size_t i = 0; i < kind.fields.size(); ++i) {
        const auto index = static_cast<std::int64_t>(i + 1);
        const bool open =
            std::ranges::find(act.openings, index, &Opening::index) != act.openings.end();
        if (!open && may_read(kind, kind.fields[i], side)) {
            return wrong(kind.fields[i], "this field is not opened to a reader entitled to it",
                         "its audience includes " + (side ? "the side " + *side : "all sides"));
        }
    }
    return {};
}

Act copy_for(const law::ActKind& kind, const Act& act, std::string_view side) {
    Act copy = act;
    std::erase_if(copy.openings, [&](const Opening& opening) {
        if (opening.index == 0) {
            return false;
        }
        const auto place = static_cast<std::size_t>(opening.index - 1);
        if (place >= kind.fields.size()) {
            return true;
        }
        return !may_read(kind, kind.fields[place], std::string(side));
    });
    return copy;
}

}  // namespace comity::casework
