// What must fail, fails in front of the user, with the clause or the link that lacks.

#include "app/comity/demo/story.h"
#include "app/comity/node_folder.h"

namespace comity::app::demo {
namespace {

using base::ErrorKind;

ActRequest disclosure_request(const Records& records, std::string_view data) {
    return {std::nullopt, "disclosure", "request", request_fields(records, data)};
}

codec::Object order_fields(std::string_view standard) {
    codec::Object fields;
    fields["standard"] = std::string(standard);
    fields["reasons"] = "An attempt of the exercise that must fail.";
    return fields;
}

codec::Object review_fields() {
    codec::Object fields;
    fields["reasons"] = "Reviewed for the exercise.";
    return fields;
}

/// A prosecutor alone asks for content: the agreement wants a judge.
base::Result<void> content_without_a_judge(Stage& stage, const Records& records) {
    const ActReceipt asked =
        COMITY_TRY(stage.take(investigator, disclosure_request(records, "content")));
    auto review = stage.take(reviewer, in_matter(asked.matter, "legal-review", review_fields()));
    if (!review) {
        return stage.expect_refused("a prosecutor orders content: stopped at the legal review",
                                    ErrorKind::inadmissible, review);
    }
    return stage.expect_refused(
        "a prosecutor orders content without a judge", ErrorKind::inadmissible,
        stage.take(prosecutor, in_matter(asked.matter, "order", order_fields("probable-cause"))));
}

/// A key that no institution accredited signs a request.
base::Result<void> key_outside_the_chain(Stage& stage, const Records& records) {
    Cast& cast = stage.cast();
    const Office& office = *cast.institutions.find(prosecution)->second.office;
    softkeys::SoftSigner stranger =
        COMITY_TRY(softkeys::SoftSigner::generate(crypto::Algorithm::es256));
    const SignedAct act = COMITY_TRY(
        office.prepare(disclosure_request(records, "subscriber"), stranger, cast.random));
    return stage.expect_refused("a request signed by a key outside the chain",
                                ErrorKind::not_proven, office.submit(act));
}

}  // namespace

base::Result<delivery::RecordedAnswer> post_envelope(Cast& cast, std::string_view from,
                                                     std::string_view to,
                                                     casework::ProvenEntry entry) {
    const Institution& sender = cast.institutions.find(from)->second;
    const Institution& receiver = cast.institutions.find(to)->second;
    casework::Envelope envelope;
    envelope.realm = base::Realm::exercise;
    envelope.from = COMITY_TRY(base::PartyId::parse(prosecution));
    envelope.to = COMITY_TRY(base::PartyId::parse(to));
    envelope.entries.push_back(std::move(entry));
    const NodeAddresses addresses = COMITY_TRY(read_addresses(receiver.folder));
    const http::Endpoint endpoint{"127.0.0.1", static_cast<std::uint16_t>(addresses.federation),
                                  cast.annex.find(envelope.to)->tls};
    const http::TlsIdentity identity{sender.folder / "keys" / "tls.crt",
                                     sender.folder / "keys" / "tls.key"};
    const message::Response response = COMITY_TRY(http::call_once(
        endpoint, identity, message::post_request(delivery::envelope_path, codec::write(envelope)),
        std::chrono::seconds(10)));
    if (response.status != 200) {
        return std::unexpected(message::error_of(response));
    }
    return codec::read_text<delivery::RecordedAnswer>(response.body);
}

base::Result<void> smuggle(Stage& stage, const ActReceipt& sent, const SignedAct& act,
                           std::string_view what) {
    const Office& own = *stage.cast().institutions.find(prosecution)->second.office;
    const std::string text =
        COMITY_TRY(own.get_text("/matters/" + sent.matter.text() + "/entries/" + sent.act.hex()));
    auto entry = COMITY_TRY(codec::read_text<casework::ProvenEntry>(text));
    entry.act->header = act.draft.header;
    entry.act->commitments = act.draft.commitments;
    entry.act->openings = act.draft.openings;
    entry.act->signature = act.signature;
    const auto answer = post_envelope(stage.cast(), prosecution, central, std::move(entry));
    if (answer) {
        return base::fail(ErrorKind::failure, "a smuggled act was taken");
    }
    return stage.expect_refused(what, ErrorKind::invalid, answer.error());
}

namespace {

/// Somebody between the states changes the account in the order.
base::Result<void> altered_in_transit(Stage& stage, const Matters& matters) {
    casework::ProvenEntry order = *matters.sent_order;
    for (casework::Opening& opening : order.act->openings) {
        if (opening.path == "reasons") {
            opening.value = "\"Another account sent the invoices.\"";
        }
    }
    auto answer = post_envelope(stage.cast(), prosecution, central, std::move(order));
    if (answer) {
        return base::fail(ErrorKind::failure, "an altered order was taken");
    }
    return stage.expect_refused("an order altered in transit", ErrorKind::invalid, answer.error());
}

base::Result<std::int64_t> leaves_of(Cast& cast, std::string_view party) {
    const codec::Value status =
        COMITY_TRY(cast.institutions.find(party)->second.office->get("/status"));
    return codec::read<std::int64_t>(status.get_object().at("leaves"));
}

/// The same order again: by its own sender nothing is recorded a second time, by another it is
/// refused.
base::Result<void> replayed(Stage& stage, const Matters& matters) {
    Cast& cast = stage.cast();
    COMITY_TRY(stage.settled());  // so that nothing else grows the receiver's ledger
    const std::int64_t before = COMITY_TRY(leaves_of(cast, central));
    const auto again = COMITY_TRY(post_envelope(cast, prosecution, central, *matters.sent_order));
    const std::int64_t after = COMITY_TRY(leaves_of(cast, central));
    if (again.known != 1 || !again.entries.empty() || before != after) {
        return base::fail(ErrorKind::failure, "a replay was recorded");
    }
    stage.note("the order replayed over its sender's own line: known already, nothing recorded;");
    stage.note("the receiver's ledger stays at " + std::to_string(after) + " leaves");
    auto stolen = post_envelope(cast, court, central, *matters.sent_order);
    if (stolen) {
        return base::fail(ErrorKind::failure, "a replay over a stranger's line was taken");
    }
    COMITY_TRY(stage.expect_refused("the order replayed over another party's line",
                                    ErrorKind::not_proven, stolen.error()));
    const SignedAct order = [&] {
        SignedAct act;
        act.draft =
            casework::Draft{matters.sent_order->act->header, matters.sent_order->act->commitments,
                            matters.sent_order->act->openings};
        act.signature = matters.sent_order->act->signature;
        return act;
    }();
    return stage.expect_refused("the signed order submitted a second time", ErrorKind::conflict,
                                cast.institutions.find(prosecution)->second.office->submit(order));
}

/// Somebody whose accreditation ended yesterday signs.
base::Result<void> expired_accreditation(Stage& stage, const Records& records) {
    return stage.expect_refused(
        "a request by an official whose accreditation has expired", ErrorKind::inadmissible,
        stage.take(former_prosecutor, disclosure_request(records, "subscriber")));
}

/// A prosecutor orders what the same prosecutor asked for.
base::Result<void> own_request(Stage& stage, const Records& records) {
    const ActReceipt asked =
        COMITY_TRY(stage.take(prosecutor, disclosure_request(records, "subscriber")));
    COMITY_TRY(stage.take(reviewer, in_matter(asked.matter, "legal-review", review_fields())));
    return stage.expect_refused(
        "approval by the requester themself", ErrorKind::inadmissible,
        stage.take(prosecutor,
                   in_matter(asked.matter, "order", order_fields("reasonable-grounds"))));
}

}  // namespace

base::Result<void> fail_as_due(Stage& stage, const Records& records, const Matters& matters) {
    stage.heading("What must fail, fails");
    COMITY_TRY(content_without_a_judge(stage, records));
    COMITY_TRY(key_outside_the_chain(stage, records));
    COMITY_TRY(altered_in_transit(stage, matters));
    COMITY_TRY(replayed(stage, matters));
    COMITY_TRY(expired_accreditation(stage, records));
    return own_request(stage, records);
}

}  // namespace comity::app::demo
