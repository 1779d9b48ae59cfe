#include "node/simulation/variation.h"

#include <algorithm>

#include "domain/items/items.h"

namespace comity::simulation {
namespace {

constexpr std::string_view other_words = "Other words than in the first world, and more of them. ";

/// The same words everywhere, so that what differed among acts of the first world does not here.
std::string words_of(std::size_t length) {
    std::string words;
    while (words.size() < length) {
        words += other_words;
    }
    words.resize(length);
    for (char* edge : {&words.front(), &words.back()}) {
        *edge = *edge == ' ' ? 'x' : *edge;
    }
    return words;
}

/// What the engine acts on: then other acts would follow, which is not what is compared.
bool is_acted_on(const law::ActKind& kind, const std::string& field) {
    const auto named = [&](const std::string& name) { return name == field; };
    const bool lifts = kind.lifts && named(kind.lifts->field);
    const bool tacit = kind.tacit && (named(kind.tacit->from) || named(kind.tacit->until));
    return lifts || tacit || named(kind.restrains.field) || named(kind.item_category) ||
           named(kind.opened_field) || named(kind.recalls) || named(kind.sets_aside) ||
           named(kind.erases);
}

bool is_varied(const law::ActKind& kind, const law::ActField& field) {
    if (is_acted_on(kind, field.name)) {
        return false;
    }
    switch (field.type) {
        case law::FieldType::text:
        case law::FieldType::list:
            // A register's lists are what somebody may do.
            return field.fact.empty() &&
                   (field.type == law::FieldType::text || !kind.mechanisms.accredits);
        case law::FieldType::person: return !kind.mechanisms.accredits;
        case law::FieldType::number:
        case law::FieldType::date: return true;
        case law::FieldType::fact:
        case law::FieldType::party:
        case law::FieldType::parties:
        case law::FieldType::role:
        case law::FieldType::realm:
        case law::FieldType::key:
        case law::FieldType::sealing:
        case law::FieldType::digest:
        case law::FieldType::instant:
        case law::FieldType::item:  // seal_anew
        case law::FieldType::matter:
        case law::FieldType::act:
        case law::FieldType::vkey: return false;
    }
    std::unreachable();
}

/// Another number with as many digits if there is one.
std::int64_t number_beside(const law::ActField& field, std::int64_t number) {
    for (const std::int64_t other : {number + 1, number - 1}) {
        if (field.low <= other && other <= field.limit &&
            std::to_string(other).size() == std::to_string(number).size()) {
            return other;
        }
    }
    return number;
}

codec::Value as_long(const law::ActField& field, const codec::Value& value) {
    if (value.is_string()) {
        const std::size_t length = value.get_string().size();
        if (field.type == law::FieldType::person) {
            return codec::Value(std::string(length, 'p'));
        }
        if (field.type == law::FieldType::date) {
            const base::Date day = base::Date::parse(std::string_view(value.get_string())).value();
            return codec::Value(base::Date{day.days + 1}.text());
        }
        return codec::Value(words_of(length));
    }
    if (value.is_array()) {
        codec::Array list;
        for (const codec::Value& member : value.get_array()) {
            list.push_back(as_long(field, member));
        }
        return list;
    }
    return number_beside(field, value.get_int64());
}

codec::Value of_other_length(const law::ActField& field, const codec::Value& value) {
    if (field.type == law::FieldType::person) {
        return codec::Value("somebody-quite-different");
    }
    if (field.type == law::FieldType::number) {
        return value.is_int64() && value.get_int64() == field.limit ? field.low : field.limit;
    }
    if (field.type == law::FieldType::date) {
        return codec::Value("2030-01-01");
    }
    const std::size_t was = value.is_string() ? value.get_string().size() : 0;
    const std::size_t most = std::min<std::size_t>(static_cast<std::size_t>(field.limit), 97);
    codec::Value words(words_of(was == most ? (most + 1) / 2 : most));
    return field.type == law::FieldType::list ? codec::Value(codec::Array{std::move(words)})
                                              : words;
}

}  // namespace

bool Variation::is_hidden(const law::ActKind& kind, const law::ActField& field,
                          const Sides& sides) const {
    const auto known = varied_.unless_known_to ? sides.find(*varied_.unless_known_to) : sides.end();
    if (known == sides.end()) {
        return true;
    }
    return !field.audience.empty() &&
           std::ranges::none_of(known->second, [&](const std::string& side) {
               return side == kind.by_side ||
                      std::ranges::find(field.audience, side) != field.audience.end();
           });
}

void Variation::rewrite(const law::ActField& field, Written& written) {
    const codec::Value* there = written.fields.if_contains(field.name);
    if (varied_.lengths == Lengths::equal) {
        if (there != nullptr) {
            codec::Value other = as_long(field, *there);
            count_ += other == *there ? 0U : 1U;
            written.fields[field.name] = std::move(other);
        }
        return;
    }
    ++count_;
    if (there != nullptr && field.optional) {
        written.fields.erase(field.name);
    } else {
        written.fields[field.name] =
            of_other_length(field, there == nullptr ? codec::Value() : *there);
    }
}

/// The same terms, another content, other sealed bytes.
void Variation::seal_anew(const law::ActField& field, Lengths lengths, Written& written) {
    const codec::Value* there = written.fields.if_contains(field.name);
    auto was = there == nullptr ? base::fail(base::ErrorKind::not_found, "no item")
                                : codec::read<items::ItemDescriptor>(*there);
    if (!was || was->reader == varied_.unless_known_to) {
        return;
    }
    const Member& reader = cast_.of(was->reader);
    const auto key = std::ranges::find_if(reader.officials, [&](const Official& official) {
        return official.sealer->public_key().id() == was->key;
    });
    const auto size = static_cast<std::size_t>(was->size);
    const std::string content = words_of(lengths == Lengths::equal ? size : size + 41);
    items::ItemTerms terms{was->realm, was->media_type, was->tier,
                           was->end,   was->use_limits, was->reader};
    COMITY_ENSURE(key != reader.officials.end());
    auto sealed =
        items::seal_item(base::view_of(content), terms, key->sealer->public_key(), random_);
    COMITY_ENSURE(sealed.has_value());
    for (casework::ShippedItem& item : written.items) {
        if (item.id == was->id) {
            item = {sealed->descriptor.id, std::move(sealed->sealed)};
        }
    }
    written.fields[field.name] = codec::to_value(sealed->descriptor);
    ++count_;
}

void Variation::rewrite(const base::PartyId& author, const law::ActKind& kind, const Sides& sides,
                        Written& written) {
    if (author == varied_.unless_known_to) {
        return;
    }
    const std::uint64_t before = count_;
    for (const law::ActField& field : kind.fields) {
        const bool hidden = is_hidden(kind, field, sides);
        if (field.type == law::FieldType::item) {
            // Whoever may read the field sees the size of what they may not open.
            const bool shows = !hidden || !varied_.fields;
            seal_anew(field, shows ? Lengths::equal : varied_.lengths, written);
        } else if (varied_.fields && hidden && is_varied(kind, field)) {
            rewrite(field, written);
        }
    }
    const bool inside = varied_.unless_known_to && sides.contains(*varied_.unless_known_to);
    closed_ += inside ? count_ - before : 0;
}

}  // namespace comity::simulation
