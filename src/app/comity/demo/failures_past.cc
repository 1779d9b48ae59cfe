// What must fail because of what came before: time, order, and who may vouch for whom.

#include "app/comity/demo/chapters.h"
#include "node/submit/signing.h"

namespace comity::app::demo {
namespace {

using base::ErrorKind;

constexpr base::Duration signature_life = std::chrono::minutes(5);

/// Signs a draft again that was changed by hand, as a dishonest office would.
base::Result<void> sign_again(Cast& cast, std::string_view person, SignedAct& act) {
    Official& official = cast.officials.find(person)->second;
    act.signature = COMITY_TRY(submit::sign_for(
        casework::id_of(act.draft.header).digest, "act", act.draft.header.realm,
        act.draft.header.author, act.draft.header.at + signature_life, *official.key, cast.random));
    return {};
}

const Office& office_of(Cast& cast, std::string_view party) {
    return *cast.institutions.find(party)->second.office;
}

/// An act that the prosecutor may take at any time in an accepted matter.
ActRequest outage_in(Affair& affair) {
    const base::Instant now = affair.cast().clock.now();
    return in_matter(affair.matter(), "record-own-outage",
                     {{"from", (now - std::chrono::minutes(9)).text()},
                      {"until", (now - std::chrono::minutes(8)).text()},
                      {"means", "One minute without a line (invented)."}});
}

/// The prosecution makes a judge of its own.
base::Result<void> judge_of_the_prosecution(Stage& stage) {
    Cast& cast = stage.cast();
    Official own{std::string(prosecution), "judge-of-the-prosecution", "judge", nullptr, nullptr};
    own.key = std::make_unique<softkeys::SoftSigner>(
        COMITY_TRY(softkeys::SoftSigner::generate(crypto::Algorithm::es256)));
    own.sealing = std::make_unique<softkeys::SoftSealer>(
        COMITY_TRY(softkeys::SoftSealer::generate(crypto::Curve::p256)));
    const base::PartyId party = COMITY_TRY(base::PartyId::parse(prosecution));
    const base::MatterId registry = COMITY_TRY(casework::Registry::matter_of(party));
    const base::Instant now = cast.clock.now();
    return stage.expect_refused(
        "a judge accredited by the prosecution: only a court's root key can",
        ErrorKind::inadmissible,
        stage.take_as_root(prosecution, in_matter(registry, "accredit",
                                                  accreditation(own, now - std::chrono::minutes(1),
                                                                now + std::chrono::hours(24)))));
}

/// An act that says it was taken an hour ago, and one that says it was taken before its own past.
base::Result<void> back_dated(Stage& stage, Affair& affair) {
    const Office& office = office_of(stage.cast(), prosecution);
    SignedAct act = COMITY_TRY(stage.prepare(prosecutor, outage_in(affair)));
    const base::Instant now = act.draft.header.at;
    act.draft.header.at = now - std::chrono::hours(1);
    COMITY_TRY(sign_again(stage.cast(), prosecutor, act));
    COMITY_TRY(stage.expect_refused("an act dated an hour back", ErrorKind::inadmissible,
                                    office.submit(act)));
    act.draft.header.at = now - std::chrono::minutes(4);
    COMITY_TRY(sign_again(stage.cast(), prosecutor, act));
    COMITY_TRY(stage.expect_refused("an act dated before what its author did before it",
                                    ErrorKind::inadmissible, office.submit(act)));
    stage.note("an act is dated now, within the annex's five minutes, and never before its past");
    return {};
}

/// An act that is silent about the acceptance, though its author's node gave a receipt for it.
base::Result<void> omitted_past(Stage& stage, Affair& affair, const ActReceipt& order) {
    SignedAct act = COMITY_TRY(stage.prepare(prosecutor, outage_in(affair)));
    act.draft.header.after = {base::ActId{order.act}};
    COMITY_TRY(sign_again(stage.cast(), prosecutor, act));
    COMITY_TRY(stage.expect_refused("an act whose past omits what its author had receipted",
                                    ErrorKind::malformed,
                                    office_of(stage.cast(), prosecution).submit(act)));
    stage.note("the receipt that its own node gave for the acceptance gives it away");
    return {};
}

/// Two acts that both claim to be their author's next one.
base::Result<void> one_number_twice(Stage& stage, Affair& affair) {
    const Office& office = office_of(stage.cast(), prosecution);
    const SignedAct first = COMITY_TRY(stage.prepare(prosecutor, outage_in(affair)));
    const SignedAct second = COMITY_TRY(stage.prepare(prosecutor, outage_in(affair)));
    const ActReceipt recorded = COMITY_TRY(office.submit(first));
    stage.note("two acts signed with one sequence number: the first is recorded");
    COMITY_TRY(stage.expect_refused("the second of two acts with one sequence number",
                                    ErrorKind::conflict, office.submit(second)));
    COMITY_TRY(stage.settled());  // so that the first one has its proof
    return smuggle(stage, recorded, second,
                   "the second one brought to Borland with the proof of the first");
}

/// Both attesting nodes are down: the provider's act is recorded, but nothing leaves its house.
base::Result<void> without_quorum(Stage& stage, Affair& affair,
                                  const std::string& subscriber_data) {
    Cast& cast = stage.cast();
    COMITY_TRY(affair.arrived(provider));
    COMITY_TRY(stage.settled());
    const Parcel parcel = COMITY_TRY(seal(cast, "subscriber", 2, subscriber_data));
    SignedAct act =
        COMITY_TRY(stage.prepare(custodian, in_matter(affair.matter(), "produce", parcel.fields)));
    act.items = parcel.shipped;
    for (const std::string_view witness : {board, central}) {
        COMITY_TRY(cast.children.end(cast.institutions.find(witness)->second.folder));
    }
    const ActReceipt produced = COMITY_TRY(office_of(cast, provider).submit(act));
    const auto released =
        office_of(cast, provider)
            .get_text("/matters/" + affair.matter().text() + "/entries/" + produced.act.hex());
    if (released) {
        return base::fail(ErrorKind::failure, "an act was released that nobody had attested");
    }
    COMITY_TRY(stage.expect_refused("a release while no attesting node answers: it waits",
                                    ErrorKind::try_later, released.error()));
    COMITY_TRY(start_these(cast, {board, central}));
    COMITY_TRY(stage.arrived(prosecution, produced));
    stage.note("one attesting node is enough for this annex (quorum 1): now it has arrived");
    return {};
}

}  // namespace

base::Result<void> fail_against_the_past(Stage& stage, const Records& records,
                                         const Chapters& chapters) {
    stage.heading("What must fail because of what came before");
    COMITY_TRY(judge_of_the_prosecution(stage));
    Affair affair = COMITY_TRY(ask(stage, records, "subscriber", false));
    const ActReceipt order = COMITY_TRY(
        affair.take(prosecutor, "order",
                    {{"standard", "reasonable-grounds"}, {"reasons", "An ordinary case."}}));
    COMITY_TRY(affair.take(central_reviewer, "accept", no_refusal_grounds()));
    COMITY_TRY(affair.arrived(prosecution));
    COMITY_TRY(back_dated(stage, affair));
    COMITY_TRY(omitted_past(stage, affair, order));
    COMITY_TRY(one_number_twice(stage, affair));
    return without_quorum(stage, affair, chapters.subscriber_data);
}

}  // namespace comity::app::demo
