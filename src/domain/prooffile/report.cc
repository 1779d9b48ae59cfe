#include "domain/prooffile/report.h"

#include <algorithm>

#include "domain/prooffile/detail/plain.h"

namespace comity::prooffile {

std::string_view name_of(Answer answer) {
    switch (answer) {
        case Answer::authentic: return "AUTHENTIC";
        case Answer::invalid: return "INVALID";
        case Answer::not_proven: return "NOT PROVEN";
    }
    std::unreachable();
}

int exit_code_of(Answer answer) {
    switch (answer) {
        case Answer::authentic: return 0;
        case Answer::invalid: return 6;
        case Answer::not_proven: return 7;
    }
    std::unreachable();
}

std::string_view meaning_of(Answer answer) {
    switch (answer) {
        case Answer::authentic:
            return "The chain holds from the anchors to every act. This says nothing on the "
                   "merits.";
        case Answer::invalid:
            return "The file was altered or damaged, or a signature or proof in it does not "
                   "verify.";
        case Answer::not_proven:
            return "No check failed, but a link or an anchor lacks: nothing is proven.";
    }
    std::unreachable();
}

std::string_view name_of(Finding finding) {
    switch (finding) {
        case Finding::holds: return "holds";
        case Finding::fails: return "fails";
        case Finding::lacks: return "lacks";
    }
    std::unreachable();
}

void Report::decide() {
    const Step* step = deciding();
    if (step == nullptr) {
        answer = Answer::authentic;
    } else {
        answer = step->finding == Finding::fails ? Answer::invalid : Answer::not_proven;
    }
}

const Step* Report::deciding() const {
    for (const Finding finding : {Finding::fails, Finding::lacks}) {
        const auto found = std::ranges::find(steps, finding, &Step::finding);
        if (found != steps.end()) {
            return &*found;
        }
    }
    return nullptr;
}

namespace {

constexpr std::size_t max_shown_steps = 20;

std::string sentence(const Step& step) {
    std::string out = step.about + ": " + step.what + " " + std::string(name_of(step.finding));
    if (!step.detail.empty()) {
        out += ": " + step.detail;
    }
    if (!step.clause.empty()) {
        out += " (" + step.clause + ")";
    }
    return out;
}

void add_obstacles(const Report& report, std::vector<std::string>& lines) {
    std::size_t shown = 0;
    std::size_t hidden = 0;
    for (const Finding finding : {Finding::fails, Finding::lacks}) {
        for (const Step& step : report.steps) {
            if (step.finding != finding) {
                continue;
            }
            if (shown == max_shown_steps) {
                ++hidden;
                continue;
            }
            ++shown;
            lines.push_back("  - " + sentence(step));
        }
    }
    if (hidden > 0) {
        lines.push_back("  - and " + std::to_string(hidden) + " more; see --json");
    }
}

void add_list(std::vector<std::string>& lines, std::string_view head,
              const std::vector<std::string>& list, std::string_view between = ", ") {
    if (!list.empty()) {
        lines.push_back("     " + std::string(head) + base::joined(list, between));
    }
}

std::string time_line(const ReportedAct& act) {
    std::string line = "dated " + act.at.text();
    if (!act.witnessed) {
        return line + ", not attested";
    }
    const auto [early, late] = std::minmax(act.at, *act.witnessed);
    return line + ", first attested " + act.witnessed->text() + " by " +
           base::joined(act.attested_by, ", ") + "; so taken between " + early.text() + " and " +
           late.text();
}

std::string signer_of(const ReportedAct& act) {
    if (act.role.empty()) {
        return act.party.text();
    }
    return act.party.text() + ", " + act.role +
           (act.person.empty() || act.person == act.role ? "" : " " + act.person);
}

void add_act(std::vector<std::string>& lines, const ReportedAct& act, std::size_t number) {
    lines.push_back("");
    lines.push_back((number < 10 ? " " : "") + std::to_string(number) + ". " +
                    (act.title.empty() ? "An act whose kind is not opened" : act.title) + " — " +
                    signer_of(act) + (act.proven ? "" : "  [not proven]"));
    lines.push_back("     act " + act.id.hex());
    add_list(lines, "chain: ", act.chain, " -> ");
    lines.push_back("     time: " + time_line(act));
    if (!act.kind.empty()) {
        lines.push_back("     text: " + act.kind + " of procedure " + act.procedure);
    }
    if (!act.outcome.empty()) {
        lines.push_back("     law: " + act.outcome + (act.clauses.empty() ? "" : " under ") +
                        base::joined(act.clauses, "; "));
    }
    add_list(lines, "rests on the word of " + signer_of(act) + ": ", act.asserted);
    add_list(lines, "received by: ", act.received);
    add_list(lines, "not opened here: ", act.unopened);
    add_list(lines, "withheld since the export: ", act.withheld);
    add_list(lines, "note: ", act.notices, "; ");
}

void add_heads(const Report& report, std::vector<std::string>& lines) {
    if (report.matter.empty()) {
        return;
    }
    lines.push_back("");
    if (report.answer != Answer::authentic) {
        lines.push_back("What the file claims, which is not proven:");
    }
    lines.push_back("matter     " + report.matter + ", realm " + report.realm +
                    (report.state.empty() ? "" : ", state " + report.state));
    lines.push_back("agreement  " + report.agreement + ", text " + report.agreement_text);
    if (!report.law.empty()) {
        lines.push_back("law        " + report.law);
    }
    lines.push_back("exported   " + report.exported_at + " by " + report.exported_by +
                    ", on whose word rests that nothing later is left out");
    if (report.timestamp) {
        lines.push_back("timestamp  " + report.timestamp->at.text() + " on the word of " +
                        report.timestamp->authority + ", serial " + report.timestamp->serial);
    }
    if (!report.unreviewed.empty()) {
        lines.push_back("reviewed by none: " + base::joined(report.unreviewed, ", "));
    }
}

codec::Array texts(const std::vector<std::string>& list) {
    codec::Array array;
    for (const std::string& one : list) {
        array.emplace_back(one);
    }
    return array;
}

codec::Object to_json(const ReportedAct& act) {
    codec::Object object;
    object["act"] = act.id.hex();
    object["matter"] = act.matter.text();
    object["party"] = act.party.text();
    object["kind"] = act.kind;
    object["title"] = act.title;
    object["procedure"] = act.procedure;
    object["person"] = act.person;
    object["role"] = act.role;
    object["key"] = act.key.hex();
    object["chain"] = texts(act.chain);
    object["at"] = act.at.text();
    object["witnessed"] =
        act.witnessed ? codec::Value(act.witnessed->text()) : codec::Value(nullptr);
    object["attested-by"] = texts(act.attested_by);
    object["outcome"] = act.outcome;
    object["clauses"] = texts(act.clauses);
    object["asserted"] = texts(act.asserted);
    object["unopened"] = texts(act.unopened);
    object["withheld"] = texts(act.withheld);
    object["received"] = texts(act.received);
    object["notices"] = texts(act.notices);
    object["proven"] = act.proven;
    return object;
}

codec::Object to_json(const ReportedItem& item) {
    codec::Object object;
    object["act"] = item.act.hex();
    object["id"] = item.id.hex();
    object["size"] = item.size;
    object["tier"] = item.tier;
    object["last-day"] = item.end;
    object["reader"] = item.reader;
    object["carried"] = item.carried;
    object["inside"] = item.inside;
    return object;
}

codec::Array to_json(const std::vector<ReportedAct>& acts) {
    codec::Array array;
    for (const ReportedAct& act : acts) {
        array.push_back(to_json(act));
    }
    return array;
}

}  // namespace

std::vector<std::string> lines_of(const Report& report) {
    std::vector<std::string> lines{std::string(name_of(report.answer)),
                                   std::string(meaning_of(report.answer))};
    add_obstacles(report, lines);
    if (!report.fingerprints.empty()) {
        lines.push_back("");
        lines.push_back("Compare these fingerprints by another means, then verify with --trust:");
        for (const Anchor& anchor : report.fingerprints) {
            lines.push_back("  " + anchor.name + ": " + anchor.value);
        }
    }
    add_heads(report, lines);
    for (std::size_t i = 0; i < report.acts.size(); ++i) {
        add_act(lines, report.acts[i], i + 1);
    }
    std::ranges::transform(lines, lines.begin(), detail::plain);
    return lines;
}

codec::Value to_json(const Report& report) {
    codec::Object object;
    object["answer"] = std::string(name_of(report.answer));
    object["exit"] = exit_code_of(report.answer);
    object["says"] = std::string(meaning_of(report.answer));
    object["matter"] = report.matter;
    object["state"] = report.state;
    object["realm"] = report.realm;
    object["agreement"] =
        codec::Object{{"name", report.agreement}, {"text", report.agreement_text}};
    object["law"] = report.law;
    object["exported"] = codec::Object{{"party", report.exported_by}, {"at", report.exported_at}};
    object["reviewed-by-none"] = texts(report.unreviewed);
    codec::Array fingerprints;
    for (const Anchor& anchor : report.fingerprints) {
        fingerprints.push_back(codec::Object{{"anchor", anchor.name}, {"value", anchor.value}});
    }
    object["fingerprints"] = std::move(fingerprints);
    codec::Array steps;
    for (const Step& step : report.steps) {
        steps.push_back(codec::Object{{"what", step.what},
                                      {"about", step.about},
                                      {"result", std::string(name_of(step.finding))},
                                      {"detail", step.detail},
                                      {"clause", step.clause}});
    }
    object["steps"] = std::move(steps);
    object["registry"] = to_json(report.registry);
    object["acts"] = to_json(report.acts);
    codec::Array items;
    for (const ReportedItem& item : report.items) {
        items.push_back(to_json(item));
    }
    object["items"] = std::move(items);
    if (report.timestamp) {
        object["timestamp"] = codec::Object{{"at", report.timestamp->at.text()},
                                            {"authority", report.timestamp->authority},
                                            {"certificate", report.timestamp->certificate.hex()},
                                            {"serial", report.timestamp->serial},
                                            {"policy", report.timestamp->policy},
                                            {"nonce-compared", report.timestamp->nonce_compared}};
    }
    return object;
}

}  // namespace comity::prooffile
