#include "domain/prooffile/verify.h"

#include <algorithm>
#include <map>

#include "domain/items/items.h"
#include "domain/prooffile/detail/replay.h"
#include "domain/prooffile/detail/texts.h"
#include "domain/prooffile/proof.h"

namespace comity::prooffile {
namespace {

using detail::step_of;

void check_anchors(const ProofContents& contents, const std::optional<Trust>& trust,
                   Report& report) {
    const Trust found = trust_from(contents.annex);
    if (!trust) {
        report.fingerprints = anchors_of(found);
        report.steps.push_back(
            step_of("anchors", "the annex",
                    base::fail(base::ErrorKind::not_proven, "no trust was given",
                               "what the file says of its own keys proves nothing")));
        return;
    }
    const std::vector<Anchor> differing = differences(*trust, found);
    for (const Anchor& anchor : differing) {
        report.steps.push_back(
            step_of("anchor", anchor.name,
                    base::fail(base::ErrorKind::not_proven,
                               "it is not the one that the trust holds", "here: " + anchor.value)));
    }
    if (differing.empty()) {
        report.anchored = true;
        report.steps.push_back(step_of("anchors", "the annex", {}));
    }
}

/// The texts: read, the agreement among them the one that the annex names, all of them trusted.
std::optional<law::Library> check_law(const ProofContents& contents,
                                      const std::optional<Trust>& trust, Report& report) {
    auto library = detail::library_of(contents);
    if (!library) {
        report.steps.push_back(step_of("law texts", "the file", std::unexpected(library.error())));
        return std::nullopt;
    }
    report.law = library->digest().hex();
    base::Result<void> agreed;
    if (library->agreement_digest(contents.annex.agreement) != contents.annex.text) {
        agreed = base::fail(base::ErrorKind::not_proven,
                            "the texts in the file do not hold the agreement that the annex names",
                            contents.annex.agreement + ", digest " + contents.annex.text.hex());
    }
    report.steps.push_back(step_of("text of the agreement", "the law texts", agreed));
    if (trust && trust->law) {
        base::Result<void> same;
        if (*trust->law != library->digest()) {
            same = base::fail(base::ErrorKind::not_proven,
                              "they are not the ones that the trust holds", "here: " + report.law);
        }
        report.steps.push_back(step_of("anchor", "the law texts", same));
    }
    return *std::move(library);
}

/// The exporting node's word that the content is whole: without it, acts at the end of the matter
/// or openings could be taken away and nobody would see.
void check_seal(const ProofContents& contents, Report& report) {
    const Statement& exported = contents.exported;
    const base::Realm realm = contents.annex.realm;
    const std::string about = "the export by " + exported.party.text();
    const casework::PartyEntry* party = contents.annex.find(exported.party);
    if (party == nullptr) {
        report.steps.push_back(
            step_of("seal", about,
                    base::fail(base::ErrorKind::not_proven, "the annex does not name this party")));
        return;
    }
    report.steps.push_back(
        step_of("seal", about,
                casework::verify(contents.seal, id_of(exported, realm), export_purpose, realm,
                                 exported.at, party->node)));
    base::Result<void> whole;
    if (exported.content != content_digest(contents)) {
        whole =
            base::fail(base::ErrorKind::not_proven, "the content is not whole as it was exported",
                       "something was taken out or put in afterwards");
    }
    report.steps.push_back(step_of("wholeness", about, whole));
}

using ActsById = std::map<base::ActId, const casework::Act*>;

ActsById acts_by_id(const ProofContents& contents) {
    ActsById acts;
    for (const casework::ProvenEntry& entry : contents.entries) {
        if (entry.act) {
            acts.emplace(entry.act->id(), &*entry.act);
        }
    }
    return acts;
}

/// The descriptor of the item that an opened field of its act holds.
std::optional<items::ItemDescriptor> descriptor_in(const ActsById& acts, const ProofItem& item) {
    const auto act = acts.find(item.act);
    if (act == acts.end()) {
        return std::nullopt;
    }
    for (const casework::Opening& opening : act->second->openings) {
        auto descriptor = items::read_descriptor(opening.value);
        if (descriptor && descriptor->id == item.id) {
            return *std::move(descriptor);
        }
    }
    return std::nullopt;
}

base::Result<void> check_item(const ProofItem& item,
                              const std::optional<items::ItemDescriptor>& descriptor) {
    if (!descriptor) {
        return base::fail(base::ErrorKind::not_proven, "no opened field of an act describes it");
    }
    if (!item.sealed) {
        return {};
    }
    if (descriptor->version != items::item_version) {
        return base::fail(base::ErrorKind::invalid, "a stream is not carried in a proof file");
    }
    return items::check_sealed(*descriptor, *item.sealed);
}

void check_items(const ProofContents& contents, Report& report) {
    const ActsById acts = acts_by_id(contents);
    for (const ProofItem& item : contents.items) {
        const std::string about = "item " + item.id.hex().substr(0, 8);
        const auto descriptor = descriptor_in(acts, item);
        report.steps.push_back(step_of("item and its digest", about, check_item(item, descriptor)));
        if (item.carried && !item.sealed) {
            report.steps.push_back(
                step_of("sealed item as it was exported", about,
                        base::fail(base::ErrorKind::not_proven, "it was taken out since the export",
                                   "its digest is here")));
        }
        ReportedItem reported;
        reported.id = item.id;
        reported.act = item.act;
        reported.carried = item.carried;
        reported.inside = item.sealed.has_value();
        if (descriptor) {
            reported.size = descriptor->size;
            reported.tier = descriptor->tier;
            reported.end = descriptor->end.text();
            reported.reader = descriptor->reader.text();
        }
        report.items.push_back(std::move(reported));
    }
}

}  // namespace

Report verify_proof(std::string_view file, const std::optional<Trust>& trust) {
    Report report;
    const auto contents = read_proof(file);
    report.steps.push_back(
        step_of("form and digest line", "the file",
                contents ? base::Result<void>{} : std::unexpected(contents.error())));
    if (!contents) {
        report.decide();
        return report;
    }
    report.matter = contents->matter.text();
    report.realm = std::string(base::name_of(contents->annex.realm));
    report.agreement = contents->annex.agreement;
    report.agreement_text = contents->annex.text.hex();
    report.exported_by = contents->exported.party.text();
    report.exported_at = contents->exported.at.text();
    report.steps.push_back(
        step_of("form of the annex", "the annex", casework::check(contents->annex)));
    check_anchors(*contents, trust, report);
    const auto library = check_law(*contents, trust, report);
    check_seal(*contents, report);
    check_items(*contents, report);

    detail::Replay replay(contents->annex, library ? &*library : nullptr, contents->opened);
    for (const RegistryEntries& registry : contents->registries) {
        replay.replay_registry(registry);
    }
    replay.replay_matter(contents->matter, contents->entries);
    detail::Replay::Found found = std::move(replay).finish();
    report.steps.insert(report.steps.end(), std::make_move_iterator(found.steps.begin()),
                        std::make_move_iterator(found.steps.end()));
    report.registry = std::move(found.registry);
    report.acts = std::move(found.acts);
    report.state = std::move(found.state);
    report.unreviewed.assign(found.unreviewed.begin(), found.unreviewed.end());
    report.decide();
    return report;
}

}  // namespace comity::prooffile
