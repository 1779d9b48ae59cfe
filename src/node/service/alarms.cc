#include "node/service/alarms.h"

#include <algorithm>

namespace comity::service {
namespace {

std::vector<std::pair<base::ActId, submit::Effect>> by_age(const submit::Institution& institution) {
    const auto& open = institution.effects().open();
    std::vector<std::pair<base::ActId, submit::Effect>> all(open.begin(), open.end());
    std::ranges::sort(all, {},
                      [](const auto& one) { return std::pair(one.second.since, one.first); });
    return all;
}

codec::Object effect_object(const submit::Institution& institution, const base::ActId& id,
                            const submit::Effect& effect) {
    codec::Object one{{"act", id.hex()},
                      {"matter", effect.matter.text()},
                      {"title", effect.kind->title},
                      {"clause", effect.kind->clause},
                      {"since", effect.since.text()},
                      {"state", effect.is_provisional() ? "provisional" : "to-be-completed"},
                      {"asks", law::text_of(effect.kind->witnessing->groups)},
                      {"reason", institution.effects().reason(id)}};
    if (effect.complete_by) {
        one["complete-by"] = effect.complete_by->text();
        one["late"] = *effect.complete_by < institution.ports().clock.now();
    }
    return one;
}

}  // namespace

codec::Value effects_view(const submit::Institution& institution) {
    codec::Array all;
    for (const auto& [id, effect] : by_age(institution)) {
        all.push_back(effect_object(institution, id, effect));
    }
    return all;
}

std::optional<codec::Value> effect_in(const submit::Institution& institution,
                                      const base::ActId& act) {
    const auto found = institution.effects().open().find(act);
    if (found == institution.effects().open().end()) {
        return std::nullopt;
    }
    return codec::Value(effect_object(institution, act, found->second));
}

codec::Value ledger_alarms_view(const submit::Institution& institution) {
    codec::Array all;
    for (const submit::SplitLedger& split : institution.split_ledgers().found()) {
        codec::Object one{{"party", split.party.text()},
                          {"state", split.looked ? "looked-at" : "split-view"},
                          {"evidence", split.id().hex()},
                          {"found", split.found.text()}};
        if (split.looked) {
            one["looked"] = split.looked->at.text();
            one["reason"] = split.looked->reason;
        }
        all.push_back(std::move(one));
    }
    for (const auto& [party, doubt] : institution.split_ledgers().doubts()) {
        all.push_back(codec::Object{{"party", party.text()}, {"state", "doubtful"}});
    }
    return all;
}

std::vector<std::string> alarm_lines(const submit::Institution& institution) {
    std::vector<std::string> lines;
    for (const submit::SplitLedger& split : institution.split_ledgers().found()) {
        if (!split.looked) {
            lines.push_back("ALARM: the ledger of " + split.party.text() +
                            " signed two histories. Nothing is released or destroyed in its "
                            "matters until an official has looked at the evidence (comity ledger "
                            "splits, comity ledger look)");
        }
    }
    for (const auto& [party, doubt] : institution.split_ledgers().doubts()) {
        lines.push_back("ALARM: two heads of the ledger of " + party.text() +
                        " may not fit; nothing is released in its matters meanwhile");
    }
    const base::Instant now = institution.ports().clock.now();
    for (const auto& [id, effect] : institution.effects().open()) {
        if (effect.complete_by && *effect.complete_by < now) {
            lines.push_back("LATE: \"" + effect.kind->title +
                            "\" took effect in an emergency and "
                            "still lacks " +
                            institution.effects().reason(id));
        }
    }
    return lines;
}

Table effects_table(const submit::Institution& institution) {
    Table table("effects", {"Since (UTC)", "Act", "Matter", "Clause", "State", "What lacks"});
    for (const auto& [id, effect] : by_age(institution)) {
        const std::string state =
            effect.is_provisional()
                ? std::string("provisional: nothing is handed over or destroyed yet")
                : "done in an emergency, to be completed by " + effect.complete_by->text();
        table.row({code(effect.since.text()), words(effect.kind->title), code(effect.matter.text()),
                   words(effect.kind->clause), words(state),
                   words(institution.effects().reason(id))});
    }
    return table;
}

std::optional<message::Response> get_alarms(const submit::Institution& institution,
                                            std::string_view path) {
    if (path != "/splits") {
        return std::nullopt;
    }
    codec::Array all;
    for (const submit::SplitLedger& split : institution.split_ledgers().found()) {
        all.push_back(codec::to_value(split));
    }
    return message::json_response(200, codec::canonical(codec::Value(std::move(all))) + "\n");
}

std::optional<message::Response> post_alarms(submit::Institution& institution,
                                             std::string_view path, std::string_view body) {
    if (path != "/splits/look") {
        return std::nullopt;
    }
    const auto look = codec::read_text<submit::Look>(body);
    const auto looked = look ? institution.split_ledgers().look(*look)
                             : base::Result<void>(std::unexpected(look.error()));
    return looked ? message::json_response(200, "{\"looked\":true}\n")
                  : message::error_response(looked.error());
}

}  // namespace comity::service
