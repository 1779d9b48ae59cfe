#include "app/comity/demo/affair.h"

#include <algorithm>
#include <fmt/format.h>

#include "adapter/records/records.h"
#include "app/comity/demo/story.h"

namespace comity::app::demo {

ActRequest Affair::request(std::string_view kind, codec::Object fields) const {
    if (acts_.empty()) {
        return {std::nullopt, "disclosure", std::string(kind), std::move(fields)};
    }
    return in_matter(matter(), kind, std::move(fields));
}

base::Result<ActReceipt> Affair::take(std::string_view person, std::string_view kind,
                                      codec::Object fields,
                                      std::vector<casework::ShippedItem> items) {
    const std::string& party = cast().officials.find(person)->second.institution;
    COMITY_TRY(arrived(party));
    acts_.push_back(
        COMITY_TRY(stage_->take(person, request(kind, std::move(fields)), std::move(items))));
    arrived_[party] = acts_.size();
    return acts_.back();
}

base::Result<void> Affair::refused(const Refusal& refusal, std::string_view person,
                                   std::string_view kind, codec::Object fields,
                                   std::vector<casework::ShippedItem> items) {
    COMITY_TRY(arrived(cast().officials.find(person)->second.institution));
    const auto result = stage_->take(person, request(kind, std::move(fields)), std::move(items));
    COMITY_TRY(stage_->expect_refused(refusal.what, refusal.kind, result));
    if (result.error().text().find(refusal.because) == std::string::npos) {
        return base::fail(base::ErrorKind::failure,
                          "this was refused under another rule: " + std::string(refusal.what),
                          "expected: " + std::string(refusal.because));
    }
    return {};
}

base::Result<ActReceipt> Affair::take(std::string_view person, const Parcel& parcel) {
    ActReceipt produced = COMITY_TRY(take(person, "produce", parcel.fields, parcel.shipped));
    stage_->note("category: " + std::string(parcel.fields.at("category").get_string()));
    return produced;
}

base::Result<void> Affair::refused(const Refusal& refusal, std::string_view person,
                                   const Parcel& parcel) {
    return refused(refusal, person, "produce", parcel.fields, parcel.shipped);
}

base::Result<void> Affair::open(const Parcel& parcel, const ActReceipt& produced) {
    COMITY_TRY(arrived(prosecution));
    const Office& office = *cast().institutions.find(prosecution)->second.office;
    const items::ItemDescriptor& descriptor = parcel.item.descriptor;
    const std::string sealed = COMITY_TRY(office.get_text("/items/" + descriptor.id.hex()));
    const base::SecretBytes opened = COMITY_TRY(
        items::open_item(descriptor, sealed, *cast().officials.find(investigator)->second.sealing));
    if (base::text_of(opened.view()) != parcel.plaintext) {
        return base::fail(base::ErrorKind::failure, "the opened item is not what was sealed");
    }
    COMITY_TRY(take(investigator, "open-item", naming("item", produced)));
    return {};
}

base::Result<void> Affair::arrived(std::string_view party) {
    std::size_t& known = arrived_[std::string(party)];
    for (; known < acts_.size(); ++known) {
        COMITY_TRY(stage_->arrived(party, acts_[known]));
    }
    return {};
}

namespace {

/// A clause of a procedure names it already: once is enough for a reader.
std::string cited(std::string clause) {
    const std::size_t end = clause.find(' ');
    const bool twice = end != std::string::npos &&
                       clause.compare(end + 1, end + 1, clause.substr(0, end) + "/") == 0;
    return twice ? clause.substr(end + 1) : std::move(clause);
}

}  // namespace

base::Result<std::vector<Affair::Duty>> Affair::duties(std::string_view party,
                                                       std::string_view what) {
    COMITY_TRY(arrived(party));
    const codec::Value view = COMITY_TRY(
        cast().institutions.find(party)->second.office->get("/matters/" + matter().text()));
    std::vector<Duty> found;
    for (const codec::Value& one : view.get_object().at("duties").get_array()) {
        const codec::Object& duty = one.get_object();
        if (duty.at("what").get_string() == what) {
            Duty running;
            running.since = COMITY_TRY(codec::read<base::Instant>(duty.at("since")));
            running.due = COMITY_TRY(codec::read<base::Instant>(duty.at("due")));
            running.clause = cited(std::string(duty.at("clause").get_string()));
            found.push_back(std::move(running));
        }
    }
    return found;
}

base::Result<std::string> Affair::state(std::string_view party) {
    COMITY_TRY(arrived(party));
    const codec::Value view = COMITY_TRY(
        cast().institutions.find(party)->second.office->get("/matters/" + matter().text()));
    return std::string(view.get_object().at("state").get_string());
}

base::Result<Parcel> seal(Cast& cast, std::string_view category, std::int64_t tier,
                          std::string plaintext) {
    items::ItemTerms terms;
    terms.realm = base::Realm::exercise;
    terms.media_type = tier == 4 ? "application/mbox" : "application/json";
    terms.tier = tier;
    terms.end = base::Date{base::utc_day_of(cast.clock.now()).days + 180};
    terms.use_limits = {"purpose: stated-case, imminent-threat (XA-XB/EE 7(1))",
                        "no onward transfer without the origin's consent (XA-XB/EE 7(3))"};
    terms.reader = COMITY_TRY(base::PartyId::parse(prosecution));
    Parcel parcel;
    parcel.item = COMITY_TRY(items::seal_item(
        base::view_of(plaintext), terms,
        cast.officials.find(investigator)->second.sealing->public_key(), cast.random));
    parcel.plaintext = std::move(plaintext);
    parcel.fields["item"] = codec::to_value(parcel.item.descriptor);
    parcel.fields["category"] = category;
    parcel.fields["records"] = 1;
    parcel.shipped = {casework::ShippedItem{parcel.item.descriptor.id, parcel.item.sealed}};
    return parcel;
}

base::Result<Parcel> find_and_seal(Stage& stage, const Records& records,
                                   std::string_view category) {
    records::CsvRecords holder(records.folder);
    ports::RecordQuery query;
    query.account = records.account;
    query.data = {std::string(category)};
    query.from = base::Instant{};
    query.until = stage.cast().clock.now();
    const ports::RecordAnswer answer = COMITY_TRY(holder.find(query));
    if (!answer.found) {
        return base::fail(base::ErrorKind::not_found, "the provider holds no such account");
    }
    stage.note(fmt::format("the provider searched {} records of its files and found {}",
                           answer.searched, answer.records));
    Parcel parcel =
        COMITY_TRY(seal(stage.cast(), category, category == "traffic" ? 3 : 2, answer.document));
    parcel.fields["records"] = static_cast<std::int64_t>(answer.records);
    return parcel;
}

codec::Object naming(std::string_view name, const ActReceipt& act, codec::Object more) {
    more[name] = act.act.hex();
    return more;
}

base::Result<Affair> ask(Stage& stage, const Records& records, std::string_view data,
                         bool emergency) {
    codec::Object request = request_fields(records, data);
    request["court"] = court;
    request["emergency"] = emergency;
    Affair affair(stage);
    COMITY_TRY(affair.take(investigator, "request", std::move(request)));
    COMITY_TRY(affair.take(reviewer, "legal-review",
                           {{"reasons", "Necessary and proportionate; nothing milder would do."}}));
    return affair;
}

base::Result<Affair> order_content(Stage& stage, const Records& records) {
    Affair affair = COMITY_TRY(ask(stage, records, "content", false));
    COMITY_TRY(affair.take(judge, "judicial-approval",
                           {{"reasons", "The invented mails are the only trace of the fraud."},
                            {"standard", "probable-cause"},
                            {"less-intrusive-exhausted", true}}));
    COMITY_TRY(affair.take(prosecutor, "order", {{"reasons", "As the court has approved."}}));
    COMITY_TRY(affair.take(central_reviewer, "accept", no_refusal_grounds()));
    COMITY_TRY(affair.take(central_reviewer, "notify-authority",
                           {{"authority", "Invented executing authority of Borland"}}));
    return affair;
}

codec::Object no_refusal_grounds() {
    codec::Object fields;
    for (const std::string_view fact :
         {"death-penalty-exposure", "purpose-discriminatory", "already-tried",
          "touches-essential-interests", "privileged", "offence-political",
          "prejudices-own-investigation", "privilege-waived"}) {
        fields[fact] = false;
    }
    fields["dual-criminality"] = true;
    fields["estimated-cost"] = 120;
    fields["own-reference"] = "XB-INVENTED-0001";
    return fields;
}

namespace {

/// Of every item that was sealed to the prosecution its node has destroyed the key.
base::Result<void> expect_gone(Affair& affair) {
    const Office& office = *affair.cast().institutions.find(prosecution)->second.office;
    const codec::Value view = COMITY_TRY(office.get("/matters/" + affair.matter().text()));
    std::string said;
    for (const codec::Value& descriptor : view.get_object().at("items").get_array()) {
        const std::string id(descriptor.get_object().at("id").get_string());
        const auto item = office.get_text("/items/" + id);
        if (item) {
            return base::fail(base::ErrorKind::failure, "an erased item can still be read");
        }
        said = item.error().text();
    }
    affair.stage().note("asked for it again, the node of the prosecution says: " + said);
    return {};
}

}  // namespace

base::Result<void> erase_everywhere(Affair& affair) {
    COMITY_TRY(affair.take(prosecutor, "erase-copy",
                           {{"places", codec::Array{"disk of the node", "its back-up"}}}));
    COMITY_TRY(affair.take(custodian, "erase-sealed",
                           {{"places", codec::Array{"outgoing folder of the provider"}}}));
    for (const std::string_view holder : {prosecution, provider}) {
        const auto left = COMITY_TRY(affair.duties(holder, "erasure"));
        if (!left.empty()) {
            return base::fail(base::ErrorKind::failure, "a duty to erase is left");
        }
    }
    affair.stage().note("erased at every holder, each with its receipt in the ledger");
    return expect_gone(affair);
}

}  // namespace comity::app::demo
