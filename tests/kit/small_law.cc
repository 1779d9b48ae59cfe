#include <cstdio>

#include "tests/kit/kit.h"

// A law of no state: enough of a procedure to meet every rule of casework once.

namespace comity::kit {
namespace {

constexpr std::string_view vocabulary = R"(language comity-treaty 1
vocabulary core 3

title "Words of a small invented law"
reviewed by none

side requesting, requested, partner, owner
body person
institution prosecution, court, central-authority, provider-company, oversight
role investigator accredited by prosecution
role prosecutor accredited by prosecution
role judge accredited by court
role legal-reviewer accredited by prosecution, central-authority
role custodian accredited by provider-company
role auditor accredited by oversight
event issue, answer
silence refuse, escalate

fact data enumeration {subscriber, content} case asserted by requesting
fact urgent boolean judgement asserted by requested as legal-reviewer
fact approval scale none < prosecutor < judge file
fact tags set {red, green, blue} file
)";

constexpr std::string_view registry = R"(language comity-treaty 1
vocabulary core 3

procedure "registry" version 1
  title "Register" fr "Registre"
  reviewed by none
  sides owner, partner
  states kept, closed
  final closed

act "open" opens kept
  title "Open" fr "Ouvrir"
  by owner root
  field institution text 200
  field partners parties as partner optional
  need none

act "accredit" from kept
  title "Accredit" fr "Accrediter"
  by owner root
  field person person
  field role role
  field key key
  field sealing sealing optional
  field name text 200 optional open to owner
  field competence list 40
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
  field reason text 2000
  suspends
  need none
)";

constexpr std::string_view errand = R"(language comity-treaty 1
vocabulary core 3

procedure "errand" version 1
  title "Errand" fr "Course"
  reviewed by none
  sides requesting, requested, partner
  states asked, agreed, carried, dropped
  final carried, dropped
  assume approval is none

act "ask" opens asked
  title "Ask" fr "Demander"
  by requesting investigator, prosecutor
  field requested party as requested
  field others parties as partner optional
  field data fact data
  field note text 100
  field secret text 100 optional open to requesting, requested
  field count number 1 to 9 optional
  field labels list 20 optional
  sets tags to {red}
  marks issue
  need none

act "approve" from asked to agreed
  title "Approve" fr "Approuver"
  by requesting prosecutor not author of "ask"
  field reasons text 100 optional
  sets approval to prosecutor
  sets tags to {green}
  need none

act "drop" from asked to dropped
  title "Drop" fr "Abandonner"
  by requested legal-reviewer
  field reasons text 100
  need none

act "remark" from asked, agreed, carried, dropped
  title "Remark" fr "Remarquer"
  by requesting investigator, prosecutor
  field note text 100
  need none

act "note" from asked, agreed, carried, dropped
  title "Note" fr "Noter"
  by requested legal-reviewer
  field note text 100
  field urgent fact urgent optional
  need none

act "add" from asked, agreed
  title "Add a partner" fr "Ajouter un partenaire"
  by requesting investigator, prosecutor
  field who party as partner
  need none

act "watch" from asked, agreed, carried, dropped
  title "Watch" fr "Observer"
  by partner custodian, judge, auditor
  field note text 100
  need none

act "hand-over" from asked, agreed
  title "Hand over" fr "Remettre"
  by requested legal-reviewer
  field item item open to requesting, requested
  seals item for requesting tier 2
  need none

act "carry" from agreed to carried
  title "Carry out" fr "Executer"
  by requested legal-reviewer
  after "remark"
  field urgent fact urgent optional
  marks answer
  discharges answer
  need none
)";

}  // namespace

law::Library small_law() {
    const std::vector<law::Source> sources{{"words.treaty", std::string(vocabulary)},
                                           {"registry.treaty", std::string(registry)},
                                           {"errand.treaty", std::string(errand)}};
    auto library = law::Library::load(sources);
    if (!library) {
        std::string wrong;
        for (const law::Diagnostic& one : library.error()) {
            wrong += one.text() + "\n";
        }
        COMITY_ENSURE((std::fputs(wrong.c_str(), stderr), false));
    }
    return *library;
}

}  // namespace comity::kit
