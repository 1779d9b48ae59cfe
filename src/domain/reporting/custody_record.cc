#include "domain/reporting/custody_record.h"

#include <set>
#include <utility>

#include "ground/codec/codec.h"

namespace comity::reporting {
namespace {

using codec::Array;
using codec::Object;
using codec::Value;

std::int64_t number_of(std::size_t place) {
    return static_cast<std::int64_t>(place) + 1;
}

Array texts(const std::vector<std::string>& list) {
    Array array;
    for (const std::string& one : list) {
        array.emplace_back(one);
    }
    return array;
}

std::vector<std::string> readers_of(const items::ItemDescriptor& descriptor) {
    std::vector<std::string> readers{descriptor.reader.text()};
    for (const items::ItemReader& more :
         descriptor.more_readers.value_or(std::vector<items::ItemReader>{})) {
        readers.push_back(more.reader.text());
    }
    return readers;
}

// --- the record

Object item_as_json(const CustodyItem& item, std::size_t place) {
    Object object{{"item", number_of(place)},
                  {"act", item.act.hex()},
                  {"from", item.from.text()},
                  {"sealed", item.sealed}};
    if (item.source) {
        object["source"] = item.source->hex();
    }
    if (item.descriptor) {
        object["descriptor"] = codec::to_value(*item.descriptor);
    }
    return object;
}

Object event_as_json(const CustodyEvent& event) {
    Object object{{"act", event.act.hex()},     {"at", event.at.text()},
                  {"clause", event.clause},     {"party", event.party.text()},
                  {"person", event.person},     {"proven", event.proven},
                  {"role", event.role},         {"step", std::string(name_of(event.step))},
                  {"cited", texts(event.cited)}};
    if (event.witnessed) {
        object["witnessed"] = event.witnessed->text();
    }
    if (!event.places.empty()) {
        object["places"] = texts(event.places);
    }
    if (!event.notices.empty()) {
        object["notices"] = texts(event.notices);
    }
    Array touched;
    for (const CustodyTouch& one : event.touched) {
        Object touch{{"item", number_of(one.item)}};
        if (one.before) {
            touch["before"] = one.before->hex();
        }
        if (one.after) {
            touch["after"] = one.after->hex();
        }
        touched.push_back(std::move(touch));
    }
    object["items"] = std::move(touched);
    return object;
}

Object holding_as_json(const Holding& holding) {
    Object object{{"item", number_of(holding.item)}, {"party", holding.party.text()}};
    if (holding.from) {
        object["from"] = holding.from->text();
    }
    if (holding.until) {
        object["until"] = holding.until->text();
        object["erasure"] = holding.erasure->hex();
    }
    return object;
}

Object gap_as_json(const CustodyGap& gap) {
    Object object{{"kind", std::string(name_of(gap.kind))}, {"what", gap.what}};
    if (gap.act) {
        object["act"] = gap.act->hex();
    }
    return object;
}

// --- CASE and UCO

/// The names are never fetched: `.example` is reserved, RFC 2606.
constexpr std::string_view own_names = "https://comity.example/ns/custody#";
constexpr std::string_view own_things = "https://comity.example/matter/";

Object context_of(const CustodyReport& report) {
    return {{"kb", std::string(own_things) + report.matter + "/"},
            {"comity", std::string(own_names)},
            {"case-investigation", "https://ontology.caseontology.org/case/investigation/"},
            {"uco-action", "https://ontology.unifiedcyberontology.org/uco/action/"},
            {"uco-core", "https://ontology.unifiedcyberontology.org/uco/core/"},
            {"uco-identity", "https://ontology.unifiedcyberontology.org/uco/identity/"},
            {"uco-observable", "https://ontology.unifiedcyberontology.org/uco/observable/"},
            {"uco-types", "https://ontology.unifiedcyberontology.org/uco/types/"},
            {"uco-vocabulary", "https://ontology.unifiedcyberontology.org/uco/vocabulary/"},
            {"xsd", "http://www.w3.org/2001/XMLSchema#"}};
}

Object reference(std::string id) {
    return {{"@id", std::move(id)}};
}

Object typed(std::string_view type, std::string value) {
    return {{"@type", std::string(type)}, {"@value", std::move(value)}};
}

Object instant(base::Instant at) {
    return typed("xsd:dateTime", at.text());
}

std::string id_of_party(const std::string& party) {
    return "kb:organization-" + party;
}
std::string id_of_item(const CustodyReport& report, std::size_t item) {
    return "kb:item-" + report.items[item].act.hex();
}
std::string id_of_record(const CustodyReport& report, std::size_t item) {
    return "kb:provenance-" + report.items[item].act.hex();
}

/// The sealed bytes: what travels and is kept. Size and media type are of the contents, which
/// nobody here can read, so they stand apart. The id of version 2 is the root of a tree, not a hash
/// of the bytes in the sense of UCO.
Object sealed_bytes(const CustodyReport& report, std::size_t item) {
    const base::Digest& id = report.items[item].descriptor->id;
    return {{"@id", id_of_item(report, item) + "-sealed"},
            {"@type", "uco-observable:ContentDataFacet"},
            {"uco-observable:hash",
             Object{{"@id", id_of_item(report, item) + "-hash"},
                    {"@type", "uco-types:Hash"},
                    {"uco-types:hashMethod", typed("uco-vocabulary:HashNameVocab", "SHA256")},
                    {"uco-types:hashValue", typed("xsd:hexBinary", id.hex())}}}};
}

Object item_as_case(const CustodyReport& report, std::size_t item) {
    const CustodyItem& one = report.items[item];
    Object object{{"@id", id_of_item(report, item)},
                  {"@type", "uco-observable:ObservableObject"},
                  {"uco-core:name", "item " + std::to_string(number_of(item))},
                  {"comity:handedOverBy", one.act.hex()}};
    if (!one.descriptor) {
        object["comity:gap"] = std::string(name_of(GapKind::descriptor_not_opened));
        return object;
    }
    const items::ItemDescriptor& found = *one.descriptor;
    if (found.version == 1) {
        object["uco-core:hasFacet"] = sealed_bytes(report, item);
    }
    object["comity:contentsMediaType"] = found.media_type;
    object["comity:contentsSize"] = found.size;
    object["comity:id"] = found.id.hex();
    object["comity:commitment"] = found.commitment.hex();
    object["comity:tier"] = found.tier;
    object["comity:end"] = typed("xsd:date", found.end.text());
    object["comity:useLimits"] = texts(found.use_limits);
    Array readers;
    for (const std::string& reader : readers_of(found)) {
        readers.push_back(reference(id_of_party(reader)));
    }
    object["comity:sealedTo"] = std::move(readers);
    return object;
}

Object record_as_case(const CustodyReport& report, std::size_t item) {
    Array holders;
    for (const Holding& holding : report.holdings) {
        if (holding.item != item) {
            continue;
        }
        Object held{{"comity:holder", reference(id_of_party(holding.party.text()))}};
        if (holding.from) {
            held["comity:from"] = instant(*holding.from);
        }
        if (holding.until) {
            held["comity:until"] = instant(*holding.until);
        }
        holders.push_back(std::move(held));
    }
    return {{"@id", id_of_record(report, item)},
            {"@type", "case-investigation:ProvenanceRecord"},
            {"case-investigation:exhibitNumber", std::to_string(number_of(item))},
            {"uco-core:object", reference(id_of_item(report, item))},
            {"comity:held", std::move(holders)}};
}

Object action_as_case(const CustodyReport& report, std::size_t place) {
    const CustodyEvent& event = report.events[place];
    Object action{{"@id", "kb:action-" + event.act.hex() + "-" + std::string(name_of(event.step))},
                  {"@type", "case-investigation:InvestigativeAction"},
                  {"uco-core:name", std::string(name_of(event.step))},
                  {"uco-core:description", event.title},
                  {"uco-action:performer", reference(id_of_party(event.party.text()))},
                  {"uco-action:startTime", instant(event.at)},
                  {"comity:act", event.act.hex()},
                  {"comity:clause", event.clause},
                  {"comity:cited", texts(event.cited)},
                  {"comity:person", event.person},
                  {"comity:role", event.role},
                  {"comity:proven", event.proven}};
    if (event.witnessed) {
        action["comity:witnessed"] = instant(*event.witnessed);
    }
    if (!event.places.empty()) {
        action["comity:places"] = texts(event.places);
    }
    if (!event.notices.empty()) {
        action["comity:notices"] = texts(event.notices);
    }
    Array objects;
    Array results;
    Array digests;
    for (const CustodyTouch& one : event.touched) {
        objects.push_back(reference(id_of_item(report, one.item)));
        results.push_back(reference(id_of_record(report, one.item)));
        Object digest{{"comity:item", reference(id_of_item(report, one.item))}};
        if (one.before) {
            digest["comity:before"] = one.before->hex();
        }
        if (one.after) {
            digest["comity:after"] = one.after->hex();
        }
        digests.push_back(std::move(digest));
    }
    action["uco-action:object"] = std::move(objects);
    action["uco-action:result"] = std::move(results);
    action["comity:digests"] = std::move(digests);
    return action;
}

std::vector<std::string> parties_of(const CustodyReport& report) {
    std::set<std::string> parties{report.exported_by.text()};
    for (const CustodyEvent& event : report.events) {
        parties.insert(event.party.text());
    }
    for (const CustodyItem& item : report.items) {
        parties.insert(item.from.text());
        if (item.descriptor) {
            const std::vector<std::string> readers = readers_of(*item.descriptor);
            parties.insert(readers.begin(), readers.end());
        }
    }
    return {parties.begin(), parties.end()};
}

Object investigation_as_case(const CustodyReport& report) {
    Array objects;
    for (std::size_t i = 0; i < report.items.size(); ++i) {
        objects.push_back(reference(id_of_item(report, i)));
    }
    Array gaps;
    for (const CustodyGap& gap : report.gaps) {
        gaps.push_back(gap_as_json(gap));
    }
    return {{"@id", "kb:investigation"},
            {"@type", "case-investigation:Investigation"},
            {"uco-core:name", report.matter},
            {"uco-core:object", std::move(objects)},
            {"comity:agreement", report.agreement},
            {"comity:answer", std::string(prooffile::name_of(report.answer))},
            {"comity:exportedAt", instant(report.exported_at)},
            {"comity:exportedBy", reference(id_of_party(report.exported_by.text()))},
            {"comity:gaps", Object{{"@type", "@json"}, {"@value", std::move(gaps)}}},
            {"comity:law", report.law},
            {"comity:proofFile", report.proof.hex()},
            {"comity:realm", report.realm},
            {"comity:state", report.state}};
}

}  // namespace

std::string custody_record(const CustodyReport& report) {
    Object object{
        {"format", "comity-custody"},
        {"v", custody_version},
        {"agreement", report.agreement},
        {"answer", std::string(prooffile::name_of(report.answer))},
        {"exported", Object{{"at", report.exported_at.text()}, {"by", report.exported_by.text()}}},
        {"law", report.law},
        {"matter", report.matter},
        {"proof", report.proof.hex()},
        {"realm", report.realm},
        {"state", report.state}};
    Array items;
    for (std::size_t i = 0; i < report.items.size(); ++i) {
        items.push_back(item_as_json(report.items[i], i));
    }
    Array events;
    for (const CustodyEvent& event : report.events) {
        events.push_back(event_as_json(event));
    }
    Array holdings;
    for (const Holding& holding : report.holdings) {
        holdings.push_back(holding_as_json(holding));
    }
    Array gaps;
    for (const CustodyGap& gap : report.gaps) {
        gaps.push_back(gap_as_json(gap));
    }
    object["items"] = std::move(items);
    object["events"] = std::move(events);
    object["holdings"] = std::move(holdings);
    object["gaps"] = std::move(gaps);
    return codec::canonical(Value(std::move(object))) + "\n";
}

std::string custody_case(const CustodyReport& report) {
    Array graph;
    graph.push_back(investigation_as_case(report));
    for (const std::string& party : parties_of(report)) {
        graph.push_back(Object{{"@id", id_of_party(party)},
                               {"@type", "uco-identity:Organization"},
                               {"uco-core:name", party}});
    }
    for (std::size_t i = 0; i < report.items.size(); ++i) {
        graph.push_back(item_as_case(report, i));
        graph.push_back(record_as_case(report, i));
    }
    for (std::size_t i = 0; i < report.events.size(); ++i) {
        graph.push_back(action_as_case(report, i));
    }
    Object object{{"@context", context_of(report)}, {"@graph", std::move(graph)}};
    return codec::canonical(Value(std::move(object))) + "\n";
}

}  // namespace comity::reporting
