#include "domain/casework/compose.h"

#include <algorithm>
#include <set>

#include "domain/casework/schema.h"

namespace comity::casework {
namespace {

base::Result<void> refuse_unknown(const law::ActKind& kind, const codec::Object& fields) {
    for (const auto& [name, value] : fields) {
        if (kind.field(std::string_view(name)) == nullptr) {
            std::string known;
            for (const law::ActField& field : kind.fields) {
                known += (known.empty() ? "" : ", ") + field.name;
            }
            return std::unexpected(
                base::Error{base::ErrorKind::malformed,
                            "the act " + kind.name + " has no field " + std::string(name),
                            "it has: " + known,
                            {},
                            "/fields/" + std::string(name),
                            {}});
        }
    }
    return {};
}

void add_field(Draft& draft, const crypto::RecordKey& record_key, const CarriedFields& carried,
               const std::string& path, const codec::Value& value) {
    Opening opening{static_cast<std::int64_t>(draft.openings.size()), path,
                    crypto::field_salt(record_key, path), codec::canonical(value)};
    for (const Opening& other : carried) {
        // Not the kind, and nothing that is left out: sharing these would only link the acts.
        if (opening.index > 0 && !value.is_null() && other.path == path &&
            other.value == opening.value) {
            opening.salt = other.salt;
        }
    }
    draft.commitments.push_back(
        crypto::field_commitment(opening.path, opening.salt, opening.value));
    draft.openings.push_back(std::move(opening));
}

}  // namespace

base::Result<Draft> compose(const law::Vocabulary& vocabulary, const law::ActKind& kind,
                            const codec::Object& fields, Header header,
                            const crypto::RecordKey& record_key, const CarriedFields& carried) {
    COMITY_TRY(refuse_unknown(kind, fields));
    Draft draft;
    add_field(draft, record_key, carried, "kind", codec::Value(kind.name));
    for (const law::ActField& field : kind.fields) {
        const codec::Value* given = fields.if_contains(field.name);
        const codec::Value value = given == nullptr ? codec::Value(nullptr) : *given;
        if (value.is_null() && !field.optional) {
            return std::unexpected(
                base::Error{base::ErrorKind::lacks_facts,
                            "the act " + kind.name + " needs the field " + field.name,
                            {},
                            {},
                            "/fields/" + field.name,
                            kind.clause});
        }
        if (!value.is_null()) {
            COMITY_TRY(check_value(vocabulary, field, value));
        }
        add_field(draft, record_key, carried, field.name, value);
    }
    draft.header = std::move(header);
    draft.header.fields = crypto::commitment_root(draft.commitments);
    return draft;
}

base::Result<void> check_draft(const Draft& draft, const base::MatterId& matter,
                               const base::KeyId& key, std::string_view kind,
                               const codec::Object& fields) {
    auto differs = [](std::string what) {
        return base::fail(base::ErrorKind::invalid, "the node's draft is not what was asked for",
                          std::move(what), "do not sign it");
    };
    if (draft.header.matter != matter || draft.header.key != key) {
        return differs("another matter or key");
    }
    Act unsigned_act;
    unsigned_act.header = draft.header;
    unsigned_act.commitments = draft.commitments;
    unsigned_act.openings = draft.openings;
    COMITY_TRY(check_form(unsigned_act));
    if (unsigned_act.text("kind") != kind || draft.openings.size() != draft.commitments.size()) {
        return differs("another kind of act");
    }
    std::set<std::string_view> found;
    for (const Opening& opening : draft.openings) {
        if (!found.insert(opening.path).second) {
            return differs("the field " + opening.path + " stands twice");
        }
        const codec::Value* asked = fields.if_contains(opening.path);
        if (opening.index != 0 &&
            opening.value != (asked == nullptr ? "null" : codec::canonical(*asked))) {
            return differs("the field " + opening.path);
        }
    }
    for (const auto& [name, value] : fields) {
        if (!found.contains(name)) {
            return differs("the field " + std::string(name) + " is missing");
        }
    }
    return {};
}

}  // namespace comity::casework
