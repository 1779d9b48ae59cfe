#include "node/service/page.h"

#include <algorithm>

#include "node/service/html.h"

namespace comity::service {
namespace {

constexpr std::size_t latest_acts_shown = 20;

std::string span_until(base::Instant now, base::Instant due) {
    const auto minutes =
        std::chrono::duration_cast<std::chrono::minutes>(due < now ? now - due : due - now);
    const auto hours = minutes.count() / 60;
    const std::string length =
        hours >= 48 ? std::to_string(hours / 24) + " days"
                    : std::to_string(hours) + " h " + std::to_string(minutes.count() % 60) + " min";
    return due < now ? "late by " + length : length + " left";
}

struct Sections {
    Html powers{"table"};
    Html duties{"table"};
    std::vector<std::pair<base::Instant, std::vector<std::string>>> acts;
    std::size_t power_count = 0;
    std::size_t duty_count = 0;
};

void add_matter(const submit::Institution& institution, const base::MatterId& id,
                const submit::Matter& matter, base::Instant now, Sections& sections) {
    auto position = casework::position(institution.world(), matter.state, now);
    if (!position) {
        return;
    }
    const std::string name = matter.state.procedure->name + " " + id.text().substr(0, 24);
    for (const casework::Power& power : position->powers) {
        if (power.party == institution.settings().party) {
            std::string roles;
            for (const std::string& role : power.kind->by_roles) {
                roles += (roles.empty() ? "" : ", ") + role;
            }
            sections.powers.add(
                Html::row("td", {power.kind->title, name, roles, power.kind->clause}));
            ++sections.power_count;
        }
    }
    for (const casework::RunningDuty& duty : position->duties) {
        const std::string who = duty.party ? duty.party->text() : duty.who;
        sections.duties.add(Html::row(
            "td", {duty.what, who, span_until(now, duty.due), duty.due.text(), name,
                   duty.instrument + " " + duty.clause, "on silence: " + duty.on_silence}));
        ++sections.duty_count;
    }
    for (const casework::DoneAct& done : matter.state.done) {
        sections.acts.emplace_back(
            done.at,
            std::vector<std::string>{done.at.text(), done.kind->title, name, done.party.text(),
                                     done.role, done.kind->clause, done.id.brief()});
    }
}

}  // namespace

message::Response page(const submit::Institution& institution, const delivery::Delivery& delivery) {
    const base::Instant now = institution.ports().clock.now();
    Sections sections;
    sections.powers.add(Html::row("th", {"Act open now", "Matter", "For", "Clause"}));
    sections.duties.add(Html::row(
        "th", {"Duty", "Of", "Clock", "Due (UTC)", "Matter", "Clause", "Meaning of silence"}));
    for (const auto& [id, matter] : institution.matters()) {
        if (matter.state.procedure != nullptr) {
            add_matter(institution, id, matter, now, sections);
        }
    }
    std::ranges::sort(sections.acts, std::greater<>{}, [](const auto& act) { return act.first; });
    Html acts("table");
    acts.add(Html::row("th", {"Time (UTC)", "Act", "Matter", "Party", "Role", "Clause", "Id"}));
    for (std::size_t i = 0; i < std::min(latest_acts_shown, sections.acts.size()); ++i) {
        acts.add(Html::row("td", sections.acts[i].second));
    }
    Html peers("table");
    peers.add(Html::row("th", {"Peer", "Waiting", "Refused", "Last reached (UTC)", "Trouble"}));
    for (const auto& [party, status] : delivery.status()) {
        peers.add(Html::row(
            "td", {party.text(), std::to_string(status.waiting), std::to_string(status.refused),
                   status.reached ? status.reached->text() : "not yet",
                   status.unreached_since ? "not reached since " + status.unreached_since->text()
                                          : std::string()}));
    }
    Html body("body");
    Html main("main");
    if (institution.settings().realm == base::Realm::exercise) {
        main.add(std::move(Html("p", {{"class", "exercise"}})
                               .text("EXERCISE: invented states, invented people, no real data")));
    }
    const std::string title = institution.self().title;
    main.add(std::move(Html("h1").text(title)));
    main.add(std::move(Html("h2").text("Duties")));
    main.add(sections.duty_count > 0 ? sections.duties
                                     : std::move(Html("p").text("No clock is running.")));
    main.add(std::move(Html("h2").text("Powers")));
    main.add(sections.power_count > 0 ? sections.powers
                                      : std::move(Html("p").text("Nothing is open to you.")));
    main.add(std::move(Html("h2").text("Latest acts"))).add(acts);
    main.add(std::move(Html("h2").text("Peers"))).add(peers);
    main.add(std::move(Html("h2").text("Checkpoint")));
    main.add(std::move(Html("pre").text(institution.cosigned().empty()
                                            ? institution.sequencer().checkpoint().encode()
                                            : institution.cosigned().back().note)));
    body.add(std::move(main));
    message::Response response;
    response.headers.set("content-type", "text/html; charset=utf-8");
    response.headers.set(
        "content-security-policy",
        "default-src 'none'; style-src '" + style_source() + "'; frame-ancestors 'none'");
    response.headers.set("cache-control", "no-store");
    response.body = document(title, body);
    return response;
}

}  // namespace comity::service
