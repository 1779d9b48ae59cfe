#include "app/comity/demo/story.h"

#include <fmt/format.h>

#include "domain/items/items.h"

namespace comity::app::demo {
namespace {

constexpr base::Duration accreditation_life = std::chrono::hours(24 * 365);
constexpr base::Duration day = std::chrono::hours(24);

codec::Array names(std::initializer_list<std::string_view> list) {
    codec::Array array;
    for (const std::string_view name : list) {
        array.emplace_back(name);
    }
    return array;
}

ActRequest opening(std::string_view procedure, std::string_view kind, codec::Object fields) {
    return {std::nullopt, std::string(procedure), std::string(kind), std::move(fields)};
}

}  // namespace

codec::Object accreditation(const Official& official, base::Instant from, base::Instant until) {
    codec::Object fields;
    fields["person"] = official.person;
    fields["role"] = official.role;
    fields["key"] = official.key->public_key().jwk();
    fields["sealing"] = official.sealing->public_key().jwk();
    fields["name"] = "Invented " + official.role + " of the exercise";
    fields["competence"] = names({"registration", "subscriber", "traffic", "content"});
    fields["from"] = from.text();
    fields["until"] = until.text();
    fields["realm"] = "exercise";
    return fields;
}

namespace {

base::Result<ActReceipt> open_register(Stage& stage, const Institution& institution) {
    codec::Array partners;
    for (const auto& [name, other] : stage.cast().institutions) {
        if (name != institution.party) {
            partners.emplace_back(name);
        }
    }
    codec::Object fields;
    fields["institution"] = institution.title;
    fields["partners"] = std::move(partners);
    ActRequest request = opening("registry", "open", std::move(fields));
    const base::PartyId party = COMITY_TRY(base::PartyId::parse(institution.party));
    request.matter = COMITY_TRY(casework::Registry::matter_of(party));
    return stage.take_as_root(institution.party, std::move(request));
}

}  // namespace

base::Result<void> accredit(Stage& stage) {
    stage.heading("Registers: who acts for whom, under which key, until when");
    const base::Instant now = stage.cast().clock.now();
    for (const auto& [name, institution] : stage.cast().institutions) {
        const ActReceipt opened = COMITY_TRY(open_register(stage, institution));
        ActReceipt last = opened;
        for (const auto& [person, official] : stage.cast().officials) {
            if (official.institution != institution.party) {
                continue;
            }
            const bool former = person == former_prosecutor;
            const base::Instant from = former ? now - 30 * day : now - day;
            const base::Instant until = former ? now - day : now + accreditation_life;
            last = COMITY_TRY(stage.take_as_root(
                institution.party,
                in_matter(opened.matter, "accredit", accreditation(official, from, until))));
        }
        for (const auto& [other, peer] : stage.cast().institutions) {
            if (other != name) {
                COMITY_TRY(stage.arrived(other, last));
            }
        }
    }
    stage.note("The judge was accredited by the court: no prosecution or executive key can.");
    return {};
}

base::Result<base::MatterId> inaugurate(Stage& stage) {
    stage.heading("Channel under XA-XB/EE (invented agreement, reviewed by none)");
    Cast& cast = stage.cast();
    const std::string annex = casework::digest_of(cast.annex).hex();
    codec::Object proposal;
    proposal["accepting"] = std::string(central);
    proposal["partners"] = names({court, provider, board, defence});
    proposal["agreement"] = cast.annex.text.hex();
    proposal["annex"] = annex;
    proposal["agreement-name"] = cast.annex.agreement;
    proposal["purpose"] = "Exercise between two invented states";
    const ActReceipt proposed =
        COMITY_TRY(stage.take_as_root(prosecution, opening("channel", "propose", proposal)));
    COMITY_TRY(stage.arrived(central, proposed));
    COMITY_TRY(stage.interrupt(prosecution));
    codec::Object acceptance;
    acceptance["agreement"] = cast.annex.text.hex();
    acceptance["annex"] = annex;
    ActReceipt last =
        COMITY_TRY(stage.take_as_root(central, in_matter(proposed.matter, "accept", acceptance)));
    for (const std::string_view partner : {court, provider, board, defence}) {
        COMITY_TRY(stage.arrived(partner, last));
        codec::Object joining;
        joining["annex"] = annex;
        last = COMITY_TRY(stage.take_as_root(partner, in_matter(proposed.matter, "join", joining)));
    }
    COMITY_TRY(stage.arrived(prosecution, last));
    COMITY_TRY(stage.arrived(central, last));
    auto compared = [&](std::string_view of) {
        codec::Object fields;
        const auto party = base::PartyId::parse(of);
        fields["fingerprint"] = cast.annex.find(*party)->root.id().hex();
        fields["means"] = "read aloud over a telephone line known from before (played)";
        return fields;
    };
    last = COMITY_TRY(stage.take_as_root(
        prosecution, in_matter(proposed.matter, "compare-fingerprints", compared(central))));
    COMITY_TRY(stage.arrived(central, last));
    last = COMITY_TRY(stage.take_as_root(
        central, in_matter(proposed.matter, "confirm-fingerprints", compared(prosecution))));
    COMITY_TRY(stage.arrived(prosecution, last));
    last =
        COMITY_TRY(stage.take_as_root(prosecution, in_matter(proposed.matter, "inaugurate", {})));
    COMITY_TRY(stage.arrived(central, last));
    return proposed.matter;
}

codec::Object request_fields(const Records& records, std::string_view data) {
    codec::Object fields;
    fields["requested"] = std::string(central);
    fields["provider"] = std::string(provider);
    fields["data"] = std::string(data);
    fields["offence"] = "fraud";
    fields["max-penalty"] = 60;
    fields["emergency"] = false;
    fields["names-a-person"] = true;
    fields["special-category"] = false;
    fields["purpose"] = names({"stated-case"});
    fields["recipients"] = names({"requesting-authority", "trial-court"});
    fields["person-or-account"] = records.account;
    fields["data-description"] = "Subscriber data of the account " + records.account;
    fields["facts-summary"] = "An invented fraud: the account sent the invented invoices.";
    fields["legal-basis"] = "XA-XB/EE 3(2)";
    return fields;
}

namespace {

/// What a preservation needs of it: less than a disclosure.
codec::Object no_grounds_against_preservation() {
    codec::Object fields = no_refusal_grounds();
    fields.erase("dual-criminality");
    fields.erase("privilege-waived");
    return fields;
}

}  // namespace

base::Result<base::MatterId> preserve(Stage& stage, const Records& records) {
    stage.heading("Preservation: nothing is handed over, nothing may be lost");
    codec::Object fields = request_fields(records, "subscriber");
    for (const std::string_view other : {"max-penalty", "emergency"}) {
        fields.erase(other);
    }
    fields["days"] = 90;
    fields["legal-basis"] = "XA-XB/EE 3(4)";
    const ActReceipt asked =
        COMITY_TRY(stage.take(investigator, opening("preservation", "request", std::move(fields))));
    COMITY_TRY(stage.arrived(central, asked));
    COMITY_TRY(stage.interrupt(central));
    const ActReceipt ordered = COMITY_TRY(stage.take(
        central_reviewer, in_matter(asked.matter, "order", no_grounds_against_preservation())));
    COMITY_TRY(stage.arrived(provider, asked));
    COMITY_TRY(stage.arrived(provider, ordered));
    const base::Date until{base::utc_day_of(stage.cast().clock.now()).days + 90};
    codec::Object confirmed;
    confirmed["until"] = until.text();
    confirmed["count"] = 1;
    confirmed["description"] = "One account and its access records are kept.";
    const ActReceipt kept =
        COMITY_TRY(stage.take(custodian, in_matter(asked.matter, "confirm", std::move(confirmed))));
    COMITY_TRY(stage.arrived(prosecution, kept));
    return asked.matter;
}

namespace {

base::Result<void> open_at_the_asker(Stage& stage, const base::MatterId& matter,
                                     const ActReceipt& produced) {
    Cast& cast = stage.cast();
    const Office& office = *cast.institutions.find(prosecution)->second.office;
    const codec::Value view = COMITY_TRY(office.get("/matters/" + matter.text()));
    const codec::Value& first = view.get_object().at("items").get_array().at(0);
    const auto descriptor = COMITY_TRY(items::read_descriptor(codec::canonical(first)));
    const std::string sealed = COMITY_TRY(office.get_text("/items/" + descriptor.id.hex()));
    const base::SecretBytes opened = COMITY_TRY(
        items::open_item(descriptor, sealed, *cast.officials.find(investigator)->second.sealing));
    codec::Object fields;
    fields["item"] = produced.act.hex();
    COMITY_TRY(stage.take(investigator, in_matter(matter, "open-item", std::move(fields))));
    const codec::Value document = COMITY_TRY(codec::parse(base::text_of(opened.view())));
    stage.note("opened: " + codec::canonical(document).substr(0, 160) + " ...");
    return {};
}

}  // namespace

base::Result<void> disclose(Stage& stage, const Records& records, Matters& matters) {
    stage.heading("Subscriber data: asked, reviewed, ordered, accepted, produced, opened");
    codec::Object request = request_fields(records, "subscriber");
    request["preserved-in"] = matters.preservation.text();
    const ActReceipt asked =
        COMITY_TRY(stage.take(investigator, opening("disclosure", "request", std::move(request))));
    matters.disclosure = asked.matter;
    codec::Object review;
    review["reasons"] = "Necessary to identify the account's holder; nothing milder would do.";
    COMITY_TRY(stage.take(reviewer, in_matter(asked.matter, "legal-review", std::move(review))));
    codec::Object order;
    order["standard"] = "reasonable-grounds";
    order["reasons"] = "The invented invoices came from this account.";
    const ActRequest ordering = in_matter(asked.matter, "order", std::move(order));
    Institution& asker = stage.cast().institutions.find(prosecution)->second;
    matters.order = COMITY_TRY(stage.take(prosecutor, ordering));
    COMITY_TRY(stage.arrived(central, *matters.order));
    stage.note("assessed by the sending node before it left, by the receiving node again");
    const std::string order_text = COMITY_TRY(asker.office->get_text(
        "/matters/" + asked.matter.text() + "/entries/" + matters.order->act.hex()));
    matters.sent_order = COMITY_TRY(codec::read_text<casework::ProvenEntry>(order_text));
    codec::Object acceptance = no_refusal_grounds();
    acceptance["cleared"] = true;
    const ActReceipt accepted = COMITY_TRY(
        stage.take(central_reviewer, in_matter(asked.matter, "accept", std::move(acceptance))));
    for (const ActReceipt& known : {asked, *matters.order, accepted}) {
        COMITY_TRY(stage.arrived(provider, known));
    }
    COMITY_TRY(stage.interrupt(provider));
    const Parcel parcel = COMITY_TRY(find_and_seal(stage, records, "subscriber"));
    matters.subscriber_data = parcel.plaintext;
    const ActReceipt produced = COMITY_TRY(
        stage.take(custodian, in_matter(asked.matter, "produce", parcel.fields), parcel.shipped));
    COMITY_TRY(stage.interrupt(board));
    COMITY_TRY(stage.arrived(prosecution, produced));
    COMITY_TRY(stage.interrupt(court));
    return open_at_the_asker(stage, asked.matter, produced);
}

}  // namespace comity::app::demo
