// A stolen key: its own institution suspends it, with the time since when it is not to be trusted.

#include "app/comity/demo/chapters.h"

namespace comity::app::demo {
namespace {

using base::ErrorKind;

constexpr base::Duration accreditation_life = std::chrono::hours(24 * 365);

base::Result<bool> is_suspended(const Institution& at, const crypto::PublicKey& key) {
    const codec::Value officials = COMITY_TRY(at.office->get("/officials"));
    for (const codec::Value& one : officials.get_array()) {
        const codec::Object& official = one.get_object();
        if (codec::canonical(official.at("key")) == codec::canonical(key.jwk())) {
            return official.at("suspended").get_bool();
        }
    }
    return false;
}

base::Result<ActReceipt> suspend(Stage& stage, const base::MatterId& registry,
                                 const Official& robbed, base::Instant stolen_at) {
    return stage.take_as_root(
        prosecution, in_matter(registry, "suspend",
                               {{"key", robbed.key->public_key().jwk()},
                                {"compromised-since", stolen_at.text()},
                                {"reason", "The investigator's device was stolen on a train."}}));
}

}  // namespace

base::Result<void> steal_a_key(Stage& stage, const Records& records, Chapters& chapters) {
    stage.heading("A stolen key: suspended by its own institution, refused everywhere");
    Cast& cast = stage.cast();
    Official& robbed = cast.officials.find(robbed_investigator)->second;
    const Institution& own = cast.institutions.find(prosecution)->second;
    Affair affair(stage);
    const ActReceipt asked = COMITY_TRY(
        affair.take(robbed_investigator, "request", request_fields(records, "subscriber")));
    COMITY_TRY(affair.arrived(central));
    COMITY_TRY(stage.settled());
    const base::Instant stolen_at = cast.clock.now();
    const SignedAct waiting = COMITY_TRY(stage.prepare(
        robbed_investigator,
        in_matter(asked.matter, "withdraw", {{"reasons", "The thief wants the case to end."}})));
    const base::PartyId party = COMITY_TRY(base::PartyId::parse(prosecution));
    const base::MatterId registry = COMITY_TRY(casework::Registry::matter_of(party));
    const ActReceipt suspended = COMITY_TRY(suspend(stage, registry, robbed, stolen_at));
    for (const auto& [name, institution] : cast.institutions) {
        COMITY_TRY(stage.arrived(name, suspended));
        const bool known = COMITY_TRY(is_suspended(institution, robbed.key->public_key()));
        if (!known) {
            return base::fail(ErrorKind::failure, name + " does not know of the suspension");
        }
    }
    stage.note("compromised since " + stolen_at.text() + ": every node of the federation knows");
    COMITY_TRY(stage.expect_refused("what the thief had signed but not yet sent",
                                    ErrorKind::inadmissible, own.office->submit(waiting)));
    COMITY_TRY(stage.expect_refused(
        "what the thief signs now", ErrorKind::inadmissible,
        stage.take(robbed_investigator, {std::nullopt, "disclosure", "request",
                                         request_fields(records, "subscriber")})));
    COMITY_TRY(stage.expect_refused("the thief's act at another institution's door",
                                    ErrorKind::inadmissible,
                                    cast.institutions.find(court)->second.office->submit(waiting)));
    COMITY_TRY(smuggle(stage, asked, waiting,
                       "the thief's act brought past the robbed institution's ledger"));
    COMITY_TRY(affair.take(reviewer, "legal-review",
                           {{"reasons", "What was logged before the theft stands; reviewed."}}));

    robbed.key = std::make_unique<softkeys::SoftSigner>(
        COMITY_TRY(softkeys::SoftSigner::generate(crypto::Algorithm::es256)));
    const base::Instant now = cast.clock.now();
    const ActReceipt renewed = COMITY_TRY(stage.take_as_root(
        prosecution,
        in_matter(registry, "accredit",
                  accreditation(robbed, now - std::chrono::minutes(1), now + accreditation_life))));
    COMITY_TRY(stage.arrived(central, renewed));
    COMITY_TRY(affair.take(robbed_investigator, "withdraw",
                           {{"reasons", "The invented fraud was solved otherwise."}}));
    stage.note("the same person acts again, under a new key");
    chapters.prove("stolen-key", affair);
    return {};
}

}  // namespace comity::app::demo
