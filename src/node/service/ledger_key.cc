#include "node/service/ledger_key.h"

namespace comity::service {
namespace {

codec::Object change_view(const ledger::KeyChange& change) {
    const bool is_rotation = change.cause == ledger::KeyChangeCause::rotation;
    return {{"cause", is_rotation ? "rotation" : "recovery"},
            {"from", change.from.vkey()},
            {"to", change.to.vkey()},
            {"leaf", static_cast<std::int64_t>(change.last.size)}};
}

message::Response json(const codec::Object& object) {
    return message::json_response(200, codec::canonical(codec::Value(object)) + "\n");
}

base::Result<std::string> endorsed(submit::Institution& institution, std::string_view body) {
    const ledger::Note note = COMITY_TRY(ledger::Note::parse(body));
    const ledger::Note made = COMITY_TRY(institution.endorse_recovery(note));
    return made.encode();
}

}  // namespace

std::optional<message::Response> get_ledger_key(const submit::Institution& institution,
                                                std::string_view path) {
    if (path != "/ledger-key") {
        return std::nullopt;
    }
    codec::Array changes;
    for (const ledger::KeyChange& change : institution.sequencer().key_changes()) {
        changes.push_back(codec::Value(change_view(change)));
    }
    return json({{"first", institution.self().ledger},
                 {"present", institution.sequencer().vkey().vkey()},
                 {"changes", std::move(changes)}});
}

std::optional<message::Response> post_ledger_key(submit::Institution& institution,
                                                 std::string_view path, std::string_view body) {
    if (path == "/ledger-key/rotate") {
        const auto change = institution.rotate_ledger_key();
        return change ? json(change_view(*change)) : message::error_response(change.error());
    }
    if (path == "/ledger-key/endorse") {
        const auto note = endorsed(institution, body);
        return note ? message::text_response(200, *note) : message::error_response(note.error());
    }
    return std::nullopt;
}

}  // namespace comity::service
