#include "node/service/page.h"

#include <algorithm>

#include "node/service/alarms.h"
#include "node/service/html.h"

namespace comity::service {
namespace {

constexpr std::size_t latest_acts_shown = 20;

struct Span {
    std::string words;
    bool late = false;
};

Span span_until(base::Instant now, base::Instant due) {
    const auto minutes =
        std::chrono::duration_cast<std::chrono::minutes>(due < now ? now - due : due - now);
    const auto hours = minutes.count() / 60;
    const std::string length =
        hours >= 48 ? std::to_string(hours / 24) + " days"
                    : std::to_string(hours) + " h " + std::to_string(minutes.count() % 60) + " min";
    return {due < now ? "late by " + length : length + " left", due < now};
}

/// To the second for people, exactly for programs.
Html time_of(base::Instant instant) {
    const std::string exact = instant.text();
    std::string shown = exact.substr(0, exact.find('.'));
    std::ranges::replace(shown, 'T', ' ');
    Html time("time", {{"datetime", exact}});
    time.add(code(shown));
    return time;
}

struct Sections {
    Table duties{"duties",
                 {"Duty", "Of", "Clock", "Due (UTC)", "Matter", "Clause", "Meaning of silence"}};
    Table powers{"powers", {"Act open now", "Matter", "For", "Clause"}};
    Table holds{"holds", {"What holds it back", "Matter", "Raised by", "Clause"}};
    Table items{"items", {"Handed over (UTC)", "Matter", "From", "For", "Copy here", "Erased at"}};
    std::vector<std::pair<base::Instant, std::vector<Html>>> acts;
    std::size_t late = 0;
};

void add_duty(const casework::RunningDuty& duty, std::string_view matter, base::Instant now,
              Sections& sections) {
    const Span span = span_until(now, duty.due);
    sections.late += span.late ? 1 : 0;
    sections.duties.row(
        {words(duty.what), words(duty.party ? duty.party->text() : duty.who),
         std::move(Html("span", {{"class", span.late ? "late clock" : "clock"}}).text(span.words)),
         time_of(duty.due), code(matter), words(duty.instrument + " " + duty.clause),
         words(duty.on_silence)});
}

std::string joined(const std::vector<std::string>& words) {
    std::string all;
    for (const std::string& word : words) {
        all += (all.empty() ? "" : ", ") + word;
    }
    return all;
}

void add_hold(const casework::Restriction& restriction, std::string_view matter,
              Sections& sections) {
    sections.holds.row({words(restriction.kind->title), code(matter),
                        words(restriction.party.text()), words(restriction.kind->clause)});
}

void add_item(const submit::Institution& institution, const casework::MatterState& state,
              const casework::Release& release, std::string_view matter, Sections& sections) {
    const auto item = submit::item_of(state, release.act);
    if (!item) {
        return;
    }
    std::string erased;
    for (const auto& [party, act] : release.erased) {
        erased += (erased.empty() ? "" : ", ") + party.text();
    }
    const bool recalled = release.recalled.has_value();
    sections.items.row(
        {time_of(release.at), code(matter), words(release.holder.text()),
         words(item->reader.text()),
         words(std::string(copy_here(institution, *item)) + (recalled ? ", recalled" : "")),
         words(erased.empty() ? "nowhere" : erased)});
}

/// Its procedure, and enough of its id to know it again (all of an id that is a name).
std::string name_of(const law::Procedure& procedure, const base::MatterId& id) {
    constexpr std::size_t shown = 12;
    const std::string& text = id.text();
    return text.starts_with(procedure.name) ? text : procedure.name + " " + text.substr(0, shown);
}

void add_matter(const submit::Institution& institution, const base::MatterId& id,
                const submit::Matter& matter, base::Instant now, Sections& sections) {
    auto position = casework::position(institution.world(), matter.dossier, matter.state, now);
    if (!position) {
        return;
    }
    const std::string name = name_of(*matter.state.procedure, id);
    for (const casework::Power& power : position->powers) {
        if (power.party == institution.settings().party) {
            sections.powers.row({words(power.kind->title), code(name),
                                 words(joined(power.kind->by_roles)), words(power.kind->clause)});
        }
    }
    for (const casework::RunningDuty& duty : position->duties) {
        add_duty(duty, name, now, sections);
    }
    for (const casework::Restriction* restriction : position->restrictions) {
        add_hold(*restriction, name, sections);
    }
    for (const casework::Release& release : matter.state.releases) {
        add_item(institution, matter.state, release, name, sections);
    }
    for (const casework::DoneAct& done : matter.state.done) {
        sections.acts.emplace_back(
            done.at, std::vector<Html>{time_of(done.at), words(done.kind->title), code(name),
                                       words(done.party.text()), words(done.role),
                                       words(done.kind->clause), code(done.id.brief())});
    }
}

/// One part of the page, and its place in the list of parts at the top.
struct Part {
    std::string id;
    std::string title;
    std::string count;
    Html content;
};

Part part_of(std::string id, std::string title, Table table, std::string_view if_empty) {
    const std::size_t rows = table.rows();
    return {std::move(id), std::move(title), std::to_string(rows),
            rows > 0 ? std::move(table).html() : words(if_empty, "p")};
}

Part latest_acts(Sections& sections) {
    std::ranges::sort(sections.acts, std::greater<>{}, [](const auto& act) { return act.first; });
    Table table("acts", {"Time (UTC)", "Act", "Matter", "Party", "Role", "Clause", "Id"});
    for (std::size_t i = 0; i < std::min(latest_acts_shown, sections.acts.size()); ++i) {
        table.row(std::move(sections.acts[i].second));
    }
    return part_of("acts", "Latest acts", std::move(table), "No act has been recorded yet.");
}

Part peers_of(const delivery::Delivery& delivery) {
    Table table("peers", {"Peer", "Waiting", "Refused", "Last reached (UTC)", "Trouble"});
    for (const auto& [party, status] : delivery.status()) {
        Html trouble("span");
        if (status.unreached_since) {
            trouble = Html("span", {{"class", "late"}});
            trouble.text("not reached since ").add(time_of(*status.unreached_since));
        } else {
            trouble.text(status.last_refusal.empty() ? "none" : "refused: " + status.last_refusal);
        }
        table.row({words(party.text()), words(std::to_string(status.waiting)),
                   words(std::to_string(status.refused)),
                   status.reached ? time_of(*status.reached) : words("not yet"),
                   std::move(trouble)});
    }
    return part_of("peers", "Peers", std::move(table), "No peer has been written to yet.");
}

Part checkpoint_of(const submit::Institution& institution) {
    const auto& signed_head = institution.sequencer().signed_head();
    Html content("div");
    Html note("pre", {{"dir", "ltr"}});
    if (!institution.cosigned().empty()) {
        content.add(words("The newest head of this node's ledger that others attested.", "p"));
        content.add(std::move(note.text(institution.cosigned().back().note)));
    } else {
        content.add(words("Nobody attested this node's ledger yet; nothing of it is sent.", "p"));
        if (signed_head) {
            content.add(std::move(note.text(signed_head->note.encode())));
        }
    }
    return {"checkpoint", "Checkpoint", std::to_string(institution.sequencer().size()) + " leaves",
            std::move(content)};
}

Html header_of(const submit::Institution& institution, const ErasureStatus& erasure,
               base::Instant now, std::size_t late) {
    Html header("header");
    if (institution.settings().realm == base::Realm::exercise) {
        header.add(
            std::move(Html("p", {{"class", "exercise"}})
                          .text("EXERCISE: invented states, invented people, no real data")));
    }
    header.add(words(institution.self().title, "h1"));
    Html line("p");
    line.add(code(institution.settings().party.text()))
        .text(" as of ")
        .add(time_of(now))
        .text(" UTC; load the page again for a newer view");
    header.add(std::move(line));
    if (late > 0) {
        header.add(std::move(
            Html("p", {{"class", "late"}})
                .text(std::to_string(late) + (late == 1 ? " duty is late" : " duties are late"))));
    }
    for (const std::string& alarm : alarm_lines(institution)) {
        header.add(std::move(Html("p", {{"class", "late"}}).text(alarm)));
    }
    for (const casework::Equivocation& one : institution.equivocations()) {
        const casework::Entry entry = one.first.entry();
        header.add(std::move(Html("p", {{"class", "late"}})
                                 .text(casework::author_of(entry).text() +
                                       " signed two entries in one place of matter " +
                                       casework::matter_of(entry).text() +
                                       ": export the evidence (comity ledger equivocations)")));
    }
    if (!erasure.trouble.empty()) {
        header.add(std::move(Html("p", {{"class", "late"}})
                                 .text("What had to be erased is not: " + erasure.trouble)));
    }
    return header;
}

Html contents_of(const std::vector<Part>& parts) {
    Html list("ul");
    for (const Part& part : parts) {
        Html link("a", {{"href", "#" + part.id}});
        link.text(part.title + " (" + part.count + ")");
        list.add(std::move(Html("li").add(std::move(link))));
    }
    return std::move(Html("nav", {{"aria-label", "Parts of this page"}}).add(std::move(list)));
}

}  // namespace

message::Response page(const submit::Institution& institution, const delivery::Delivery& delivery,
                       const ErasureStatus& erasure) {
    const base::Instant now = institution.ports().clock.now();
    Sections sections;
    for (const auto& [id, matter] : institution.matters()) {
        if (matter.state.procedure != nullptr) {
            add_matter(institution, id, matter, now, sections);
        }
    }
    std::vector<Part> parts;
    parts.push_back(
        part_of("duties", "Duties", std::move(sections.duties), "No clock is running."));
    parts.push_back(
        part_of("powers", "Powers", std::move(sections.powers), "Nothing is open to you."));
    parts.push_back(
        part_of("holds", "Held back", std::move(sections.holds), "No ground or hold is open."));
    parts.push_back(
        part_of("items", "Items", std::move(sections.items), "No item has been handed over."));
    parts.push_back(part_of("effects", "Waiting for witnesses", effects_table(institution),
                            "No release and no destruction waits for witnesses."));
    parts.push_back(latest_acts(sections));
    parts.push_back(peers_of(delivery));
    parts.push_back(checkpoint_of(institution));

    Html body("body");
    body.add(header_of(institution, erasure, now, sections.late)).add(contents_of(parts));
    Html main("main");
    for (Part& part : parts) {
        Html section("section", {{"aria-labelledby", part.id}});
        section.add(std::move(Html("h2", {{"id", part.id}}).text(part.title)))
            .add(std::move(part.content));
        main.add(std::move(section));
    }
    body.add(std::move(main));
    message::Response response;
    response.headers.set("content-type", "text/html; charset=utf-8");
    response.headers.set(
        "content-security-policy",
        "default-src 'none'; style-src '" + style_source() + "'; frame-ancestors 'none'");
    response.headers.set("cache-control", "no-store");
    response.body = document(institution.self().title, body);
    return response;
}

}  // namespace comity::service
