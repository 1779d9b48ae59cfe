#pragma once

// For tests: a small law library, so that a whole matter fits in a proof file of less than 20 KB.

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/law/law.h"
#include "ground/base/base.h"

namespace comity::prooffile::testing {

inline constexpr std::string_view vocabulary_text = R"(language comity-treaty 1
vocabulary core 3
title "Words of a test" reviewed by none
side requesting, requested, owner
institution prosecution, central-authority
role investigator accredited by prosecution
role legal-reviewer accredited by central-authority
event issue
fact action enumeration {disclose} file
fact data enumeration {subscriber, content} case asserted by requesting
fact political boolean judgement asserted by requested
)";

inline constexpr std::string_view agreement_text = R"(language comity-treaty 1
vocabulary core 3
agreement "XA-XB/T" version 1
  title "Invented agreement of a test"
  parties XA, XB
  in force from 2027-01-01 until 2037-01-01
  reviewed by none
article 1 "Data"
  clause 1(1) permit
    when action is disclose and data is subscriber
  clause 1(2) forbid
    when political
)";

inline constexpr std::string_view profile_a_text = R"(language comity-treaty 1
vocabulary core 3
jurisdiction XA version 1
  title "Arland" in force from 2027-01-01
  reviewed by none
article "A" "Orders"
  clause "A 1" permit
    as issuing
)";

inline constexpr std::string_view profile_b_text = R"(language comity-treaty 1
vocabulary core 3
jurisdiction XB version 1
  title "Borland" in force from 2027-01-01
  reviewed by none
article "B" "Answers"
  clause "B 1" permit
    as executing
)";

inline constexpr std::string_view registry_text = R"(language comity-treaty 1
vocabulary core 3
procedure "registry" version 1
  title "Register" fr "Registre"
  reviewed by none
  sides owner
  states kept
act "accredit" opens kept
  title "Accredit" fr "Accréditer"
  by owner root
  field person person
  field role role
  field key key
  field from instant
  field until instant
  field realm realm
  accredits
  need none
act "suspend" from kept
  title "Suspend" fr "Suspendre"
  by owner root
  field key key
  field compromised-since instant optional
  suspends
  need none
)";

inline constexpr std::string_view disclosure_text = R"(language comity-treaty 1
vocabulary core 3
procedure "disclosure" version 1
  title "Disclosure" fr "Communication"
  reviewed by none
  sides requesting, requested
  states asked, answered, withdrawn
  final withdrawn
  assume action is disclose
act "request" opens asked
  title "Ask for data" fr "Demander"
  by requesting investigator
  field requested party as requested
  field data fact data
  field reasons text 200
  marks issue
  need open as far as requesting can know
act "answer" from asked to answered
  title "Answer" fr "Répondre"
  by requested root
  field political fact political
  need open
act "deliver" from answered
  title "Deliver" fr "Remettre"
  by requested root
  field item item
  seals item for requesting tier 2
  need none
act "withdraw" from asked, answered to withdrawn
  title "Withdraw" fr "Retirer"
  by requesting investigator
  need none
)";

[[nodiscard]] inline law::Library small_library() {
    const std::vector<law::Source> sources{
        {"core-3.treaty", std::string(vocabulary_text)},
        {"xa-xb-t.treaty", std::string(agreement_text)},
        {"xa.treaty", std::string(profile_a_text)},
        {"xb.treaty", std::string(profile_b_text)},
        {"registry.treaty", std::string(registry_text)},
        {"disclosure.treaty", std::string(disclosure_text)},
    };
    auto library = law::Library::load(sources);
    if (!library) {
        for (const law::Diagnostic& diagnostic : library.error()) {
            ADD_FAILURE() << diagnostic.text();
        }
    }
    return std::move(library).value();
}

[[nodiscard]] inline base::Instant instant(std::string_view text) {
    return base::Instant::parse(text).value();
}

[[nodiscard]] inline base::PartyId party_id(std::string_view text) {
    return base::PartyId::parse(text).value();
}

}  // namespace comity::prooffile::testing
