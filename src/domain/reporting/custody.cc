#include "domain/reporting/custody.h"

#include <algorithm>
#include <map>
#include <utility>

namespace comity::reporting {
namespace {

using casework::Act;
using prooffile::ReportedAct;

/// What a copy of an act says in one field.
struct FieldSaid {
    bool opened = false;
    std::optional<codec::Value> value;  ///< none: left out, or not opened
    std::string text;                   ///< its canonical JSON
};

FieldSaid field_said(const Act& act, std::string_view path) {
    const auto found = std::ranges::find(act.openings, path, &casework::Opening::path);
    if (found == act.openings.end()) {
        return {};
    }
    return {true, act.value(path), found->value};
}

std::optional<base::Digest> digest_of(const CustodyItem& item) {
    return item.descriptor ? std::optional(item.descriptor->id) : std::nullopt;
}

class Fold {
 public:
    Fold(const prooffile::ProofContents& contents, const law::Library* library,
         const prooffile::Report& report)
        : contents_(contents), library_(library) {
        report_.answer = report.answer;
        report_.matter = contents.matter.text();
        report_.state = report.state;
        report_.realm = report.realm;
        report_.agreement = report.agreement;
        report_.law = report.law;
        report_.exported_by = contents.exported.party;
        report_.exported_at = contents.exported.at;
        for (const ReportedAct& act : report.acts) {
            verified_.emplace(act.id, &act);
        }
        for (const prooffile::Step& step : report.steps) {
            if (step.finding != prooffile::Finding::holds) {
                gap(GapKind::check_lacks, std::nullopt,
                    step.what + ", " + step.about +
                        (step.detail.empty() ? "" : ": " + step.detail));
            }
        }
    }

    CustodyReport run() && {
        for (const casework::ProvenEntry& entry : contents_.entries) {
            if (entry.act) {
                take(*entry.act);
            } else if (entry.receipt) {
                take(*entry.receipt);
            }
        }
        for (const Holding& holding : report_.holdings) {
            if (!holding.from) {
                gap(GapKind::no_receipt, report_.items[holding.item].act, holding.party.text());
            }
        }
        return std::move(report_);
    }

 private:
    void gap(GapKind kind, std::optional<base::ActId> act, std::string what) {
        if (report_.gaps.size() < max_custody_gaps) {
            report_.gaps.push_back({kind, act, std::move(what)});
        }
    }

    [[nodiscard]] const law::ActKind* kind_of(const Act& act) const {
        const law::Procedure* procedure =
            library_ != nullptr ? library_->procedure(act.header.procedure) : nullptr;
        if (procedure == nullptr) {
            return nullptr;
        }
        const auto kind = casework::kind_of(*procedure, act);
        return kind ? *kind : nullptr;
    }

    void take(const Act& act) {
        const law::ActKind* kind = kind_of(act);
        if (kind == nullptr) {
            gap(GapKind::kind_not_opened, act.id(), act.header.author.text());
            return;
        }
        const std::size_t before = report_.events.size();
        if (kind->hands_over()) {
            hand_over(act, *kind);
        }
        if (kind->grants) {
            concern(act, *kind, CustodyStep::granted, kind->grants->of);
        }
        if (kind->mechanisms.opens_item) {
            open(act, *kind);
        }
        if (!kind->recalls.empty()) {
            concern(act, *kind, CustodyStep::recalled, kind->recalls);
        }
        if (!kind->sets_aside.empty()) {
            concern(act, *kind, CustodyStep::set_aside, kind->sets_aside);
        }
        if (!kind->restrains.binds.empty()) {
            restrict(act, *kind);
        }
        if (kind->lifts) {
            lift(act, *kind);
        }
        if (!kind->erases.empty()) {
            erase(act, *kind);
        }
        const bool concerned = report_.events.size() > before;
        if (concerned && !report_.events.back().proven) {
            gap(GapKind::act_not_proven, act.id(), kind->clause);
        }
    }

    /// A reader's node that receipts the act that hands over has the item from then on.
    void take(const casework::Receipt& receipt) {
        for (Holding& holding : report_.holdings) {
            if (report_.items[holding.item].act == receipt.header.act &&
                holding.party == receipt.header.author && !holding.from) {
                holding.from = receipt.header.at;
            }
        }
    }

    CustodyEvent event(const Act& act, const law::ActKind& kind, CustodyStep step) {
        CustodyEvent event;
        event.act = act.id();
        event.step = step;
        event.at = act.header.at;
        event.party = act.header.author;
        event.clause = kind.clause;
        event.title = kind.title;
        event.title_fr = kind.title_fr;
        const auto verified = verified_.find(event.act);
        if (verified != verified_.end()) {
            event.witnessed = verified->second->witnessed;
            event.person = verified->second->person;
            event.role = verified->second->role;
            event.cited = verified->second->clauses;
            event.notices = verified->second->notices;
            event.proven = verified->second->proven;
        }
        return event;
    }

    /// The field's value, for a field that says something; a gap if this file does not open it.
    std::optional<FieldSaid> said(const Act& act, const std::string& path) {
        FieldSaid field = field_said(act, path);
        if (!field.opened) {
            gap(GapKind::field_not_opened, act.id(), path);
            return std::nullopt;
        }
        return field;
    }

    /// The item that was handed over by the act which `path` names. None: left out. A gap if it is
    /// not opened, or names what this file does not hold.
    struct Named {
        bool known = true;  ///< false: the file does not say which
        std::optional<std::size_t> item;
    };
    Named item_named(const Act& act, const std::string& path) {
        const auto field = said(act, path);
        if (!field) {
            return {false, std::nullopt};
        }
        if (!field->value || !field->value->is_string()) {
            return {};
        }
        const std::string text(field->value->get_string());
        for (std::size_t i = 0; i < report_.items.size(); ++i) {
            if (report_.items[i].act.hex() == text) {
                return {true, i};
            }
        }
        gap(GapKind::act_unknown, act.id(), text);
        return {false, std::nullopt};
    }

    void hand_over(const Act& act, const law::ActKind& kind) {
        CustodyItem item{act.id(), act.header.author, kind.mechanisms.seals_item, {}, {}};
        for (const law::ActField& field : kind.fields) {
            if (field.type != law::FieldType::item) {
                continue;
            }
            const FieldSaid found = field_said(act, field.name);
            auto descriptor = found.value ? items::read_descriptor(found.text)
                                          : base::fail(base::ErrorKind::not_found, "not opened");
            if (descriptor) {
                item.descriptor = *std::move(descriptor);
            }
        }
        if (item.sealed && !item.descriptor) {
            gap(GapKind::descriptor_not_opened, item.act, kind.clause);
        }
        CustodyEvent done = event(act, kind, CustodyStep::handed_over);
        std::optional<base::Digest> before;
        if (kind.hands_on) {
            done.step = CustodyStep::handed_on;
            const Named source = item_named(act, kind.hands_on->of);
            if (source.item) {
                item.source = report_.items[*source.item].act;
                before = digest_of(report_.items[*source.item]);
            }
        }
        const std::size_t place = report_.items.size();
        done.touched.push_back({place, before, digest_of(item)});
        report_.items.push_back(std::move(item));
        hold(place, act);
        report_.events.push_back(std::move(done));
    }

    /// From handing over on: who handed over holds it still, and each reader from its receipt on.
    void hold(std::size_t place, const Act& act) {
        const CustodyItem& item = report_.items[place];
        report_.holdings.push_back({place, item.from, act.header.at, {}, {}});
        if (!item.descriptor) {
            return;
        }
        const auto add = [&](const base::PartyId& reader) {
            if (reader != item.from) {
                report_.holdings.push_back({place, reader, {}, {}, {}});
            }
        };
        add(item.descriptor->reader);
        for (const items::ItemReader& more :
             item.descriptor->more_readers.value_or(std::vector<items::ItemReader>{})) {
            add(more.reader);
        }
    }

    void touch(CustodyEvent& done, std::size_t item) {
        const auto digest = digest_of(report_.items[item]);
        done.touched.push_back(
            {item, digest, done.step == CustodyStep::erased ? std::nullopt : digest});
    }

    [[nodiscard]] bool holds(const base::PartyId& party, std::size_t item) const {
        return std::ranges::any_of(report_.holdings, [&](const Holding& holding) {
            return holding.item == item && holding.party == party && !holding.until;
        });
    }

    /// An act that names one item; with the field left out it concerns all of them.
    void concern(const Act& act, const law::ActKind& kind, CustodyStep step,
                 const std::string& path) {
        CustodyEvent done = event(act, kind, step);
        const Named named = item_named(act, path);
        for (std::size_t i = 0; named.known && i < report_.items.size(); ++i) {
            if (!named.item || *named.item == i) {
                touch(done, i);
            }
        }
        report_.events.push_back(std::move(done));
    }

    void open(const Act& act, const law::ActKind& kind) {
        if (!kind.opened_field.empty()) {
            concern(act, kind, CustodyStep::opened, kind.opened_field);
            return;
        }
        CustodyEvent done = event(act, kind, CustodyStep::opened);
        for (std::size_t i = 0; i < report_.items.size(); ++i) {
            if (holds(act.header.author, i)) {
                touch(done, i);
            }
        }
        report_.events.push_back(std::move(done));
    }

    void restrict(const Act& act, const law::ActKind& kind) {
        const law::ActField* field = kind.field(kind.restrains.field);
        if (field != nullptr && field->type == law::FieldType::act) {
            concern(act, kind, CustodyStep::restricted, kind.restrains.field);
        } else {
            CustodyEvent done = event(act, kind, CustodyStep::restricted);
            for (std::size_t i = 0; i < report_.items.size(); ++i) {
                touch(done, i);
            }
            report_.events.push_back(std::move(done));
        }
        CustodyEvent& done = report_.events.back();
        done.holds_erasure = std::ranges::find(kind.restrains.binds, law::Bound::erasure) !=
                             kind.restrains.binds.end();
        const auto named = field != nullptr ? field_said(act, field->name).value : std::nullopt;
        done.concerns_all =
            field == nullptr || field->type != law::FieldType::act || !named || !named->is_string();
        restricted_[act.id().hex()] = report_.events.size() - 1;
    }

    void lift(const Act& act, const law::ActKind& kind) {
        CustodyEvent done = event(act, kind, CustodyStep::lifted);
        if (const auto field = said(act, kind.lifts->field)) {
            const bool named = field->value && field->value->is_string();
            const std::string text = named ? std::string(field->value->get_string()) : "";
            const auto restriction = restricted_.find(text);
            if (restriction == restricted_.end()) {
                gap(GapKind::act_unknown, act.id(), text);
            } else {
                done.touched = report_.events[restriction->second].touched;
                done.ends = report_.events[restriction->second].act;
            }
        }
        report_.events.push_back(std::move(done));
    }

    void erase(const Act& act, const law::ActKind& kind) {
        CustodyEvent done = event(act, kind, CustodyStep::erased);
        for (const law::ActField& field : kind.fields) {
            if (field.type == law::FieldType::list) {
                add_places(act, field.name, done.places);
            }
        }
        const Named named = item_named(act, kind.erases);
        for (std::size_t i = 0; named.known && i < report_.items.size(); ++i) {
            const bool meant = named.item ? *named.item == i : holds(act.header.author, i);
            if (!meant) {
                continue;
            }
            touch(done, i);
            for (Holding& holding : report_.holdings) {
                if (holding.item == i && holding.party == act.header.author && !holding.until) {
                    holding.until = act.header.at;
                    holding.erasure = act.id();
                }
            }
        }
        report_.events.push_back(std::move(done));
    }

    void add_places(const Act& act, const std::string& path, std::vector<std::string>& places) {
        const auto field = said(act, path);
        if (!field || !field->value || !field->value->is_array()) {
            return;
        }
        for (const codec::Value& place : field->value->get_array()) {
            if (place.is_string()) {
                places.emplace_back(place.get_string());
            }
        }
    }

    const prooffile::ProofContents& contents_;
    const law::Library* library_;
    std::map<base::ActId, const ReportedAct*> verified_;
    std::map<std::string, std::size_t> restricted_;  ///< act -> its place in the events
    CustodyReport report_;
};

std::optional<law::Library> library_of(const prooffile::ProofContents& contents) {
    std::vector<law::Source> sources;
    for (const prooffile::LawText& text : contents.law) {
        sources.push_back({text.name, text.text});
    }
    auto library = law::Library::load(sources);
    return library ? std::optional(*std::move(library)) : std::nullopt;
}

}  // namespace

std::string_view name_of(CustodyStep step) {
    switch (step) {
        case CustodyStep::handed_over: return "handed-over";
        case CustodyStep::handed_on: return "handed-on";
        case CustodyStep::granted: return "granted";
        case CustodyStep::opened: return "opened";
        case CustodyStep::restricted: return "restricted";
        case CustodyStep::lifted: return "lifted";
        case CustodyStep::recalled: return "recalled";
        case CustodyStep::set_aside: return "set-aside";
        case CustodyStep::erased: return "erased";
    }
    std::unreachable();
}

std::string_view name_of(GapKind kind) {
    switch (kind) {
        case GapKind::kind_not_opened: return "kind-not-opened";
        case GapKind::field_not_opened: return "field-not-opened";
        case GapKind::descriptor_not_opened: return "descriptor-not-opened";
        case GapKind::act_unknown: return "act-unknown";
        case GapKind::no_receipt: return "no-receipt";
        case GapKind::act_not_proven: return "act-not-proven";
        case GapKind::check_lacks: return "check-lacks";
    }
    std::unreachable();
}

CustodyReport fold_custody(const prooffile::ProofContents& contents, const law::Library* library,
                           const prooffile::Report& report) {
    return Fold(contents, library, report).run();
}

base::Result<CustodyReport> custody_of(std::string_view file,
                                       const std::optional<prooffile::Trust>& trust) {
    const prooffile::Report verified = prooffile::verify_proof(file, trust);
    if (verified.answer == prooffile::Answer::invalid) {
        const prooffile::Step* step = verified.deciding();
        return base::fail(
            base::ErrorKind::invalid, "the proof file is INVALID",
            step != nullptr ? step->what + ", " + step->about + ": " + step->detail : "",
            "there is no custody to report of an altered file");
    }
    const prooffile::ProofContents contents = COMITY_TRY(prooffile::read_proof(file));
    const std::optional<law::Library> library = library_of(contents);
    CustodyReport report = fold_custody(contents, library ? &*library : nullptr, verified);
    report.proof = crypto::sha256(file);
    return report;
}

}  // namespace comity::reporting
