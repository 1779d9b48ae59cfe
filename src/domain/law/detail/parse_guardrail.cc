#include <algorithm>

#include "domain/law/detail/parser.h"
#include "domain/law/detail/words.h"

namespace comity::law::detail {

/// Guardrails are read and type-checked here; proving them is the work of domain/prover.
void Parser::guardrail(Instrument& instrument) {
    Guardrail guardrail;
    guardrail.place = place();
    const auto id = word("the id of the guardrail");
    const auto title = id ? string("what the guardrail says") : std::nullopt;
    guardrail.id = id.value_or("");
    guardrail.title = title.value_or("");
    if (!title || !guardrail_body(instrument, guardrail)) {
        recover(restart_words());
        return;
    }
    const auto same = std::ranges::find(instrument.guardrails, guardrail.id, &Guardrail::id);
    if (same != instrument.guardrails.end()) {
        complain_at(guardrail.place, "the guardrail " + guardrail.id + " stands twice");
        return;
    }
    instrument.guardrails.push_back(std::move(guardrail));
}

bool Parser::guardrail_body(Instrument& instrument, Guardrail& guardrail) {
    static const std::vector<std::string> beginnings{"never", "always", "all", "no", "some"};
    static const std::vector<std::string> merged{"retain", "cost", "limit", "hold", "deadline"};
    const auto first = one_of(beginnings, "the beginning of a guardrail");
    if (!first) {
        return false;
    }
    if (*first == "all") {
        guardrail.kind = Guardrail::Kind::can_fire;
        return expect({"clauses", "can", "fire"});
    }
    if (*first == "never" && accept("wider")) {
        guardrail.kind = Guardrail::Kind::never_wider;
        if (!expect({"than", "version"})) {
            return false;
        }
        guardrail.version = static_cast<int>(number(1, 1'000'000).value_or(0));
        if (guardrail.version != 0 && accept("except")) {
            guardrail.reference = reference().value_or("");
            return !guardrail.reference.empty();
        }
        return guardrail.version != 0;
    }
    if (*first == "no" && accept("clash")) {
        guardrail.kind = Guardrail::Kind::no_clash;
        if (!expect({"in"})) {
            return false;
        }
        guardrail.reference = one_of(merged, "an effect that is merged").value_or("");
        return !guardrail.reference.empty();
    }
    if (*first == "no") {
        guardrail.kind = Guardrail::Kind::no_gap;
        if (!expect({"gap", "from"})) {
            return false;
        }
        guardrail.from = date();
        if (!guardrail.from || !expect({"until"})) {
            return false;
        }
        guardrail.until = date();
        return guardrail.until.has_value();
    }
    if (*first == "some") {
        guardrail.kind = Guardrail::Kind::some_route;
        if (!expect({"route", "for"})) {
            return false;
        }
    } else if (*first == "always") {
        guardrail.kind = Guardrail::Kind::always;
        if (!effect(instrument, guardrail.effect) || !expect({"when"})) {
            return false;
        }
    } else if (!expect({"release", "when"})) {
        return false;
    }
    const auto when = condition(instrument);
    if (when && when->size() <= max_condition_nodes) {
        guardrail.when = compile(*when);
    }
    return when.has_value();
}

}  // namespace comity::law::detail
