#pragma once

// For tests: a small law whose one procedure, the affair, uses every mechanism of the engine.

#include <cstdio>
#include <string>
#include <string_view>

#include "domain/law/law.h"

namespace comity::casework::testing {

inline constexpr std::string_view affair_words = R"(language comity-treaty 1
vocabulary core 3
title "Words of a small invented law"
reviewed by none
side requesting, requested, provider, approving, owner, partner
institution prosecution, court, central-authority, provider-company, oversight
role prosecutor accredited by prosecution
role judge accredited by court
role legal-reviewer accredited by central-authority
role custodian accredited by provider-company
event issue, validation, answer
silence withdraw-and-delete, escalate
fact data enumeration {subscriber, traffic, content} case asserted by requesting
fact tier integer 0 to 4 rung case derived from data subscriber 2, traffic 3, content 4
fact emergency boolean judgement asserted by requesting as prosecutor
  contested by requested as legal-reviewer decided by approving as judge
fact cost integer 0 to 1000 marks case asserted by requested, provider
  decided by approving as judge
)";

inline constexpr std::string_view affair_registry = R"(language comity-treaty 1
vocabulary core 3
procedure "registry" version 1
  title "Register" fr "Registre"
  reviewed by none
  sides owner, partner
  states kept
act "open" opens kept
  title "Open" fr "Ouvrir"
  by owner root
  field institution text 200
  field partners parties as partner optional
act "accredit" from kept
  title "Accredit" fr "Accrediter"
  by owner root
  field person person
  field role role
  field key key
  field competence list 40
  field from instant
  field until instant
  field realm realm
  accredits
)";

inline constexpr std::string_view affair_text = R"(language comity-treaty 1
vocabulary core 3
procedure "affair" version 1
  title "Affair" fr "Affaire"
  reviewed by none
  sides requesting, requested, provider, approving
  states asked, granted, ended
  final ended

act "ask" opens asked
  title "Ask" fr "Demander"
  by requesting prosecutor
  field requested party as requested
  field provider party as provider
  field court party as approving
  field data fact data
  field emergency fact emergency optional

act "grant" from asked to granted
  title "Grant" fr "Accorder"
  by requested legal-reviewer

act "hand" from granted
  title "Hand over" fr "Remettre"
  by provider custodian
  field item item
  field category value data
  seals item for requesting category category

act "look" from granted
  title "Look" fr "Regarder"
  by requesting prosecutor
  field item act
  opens-item of item

act "finish" from asked, granted to ended
  title "Finish" fr "Finir"
  by requesting prosecutor

act "object" from asked, granted, ended
  title "Object" fr "Objecter"
  by requested legal-reviewer
  field categories values data optional
  restricts release of categories recall within 24 hours

act "object-no-more" from asked, granted, ended
  title "Withdraw the objection" fr "Retirer l'objection"
  by requested legal-reviewer
  field objection act
  lifts objection of "object"

act "overrule" from asked, granted, ended
  title "Overrule" fr "Rejeter l'objection"
  by approving judge
  field objection act
  lifts objection of "object" as authority

act "hold-back" from asked, granted
  title "Hold back" fr "Retenir"
  by approving judge
  restricts release

act "call-back" from granted, ended
  title "Call back" fr "Rappeler"
  by provider custodian
  field handed act
  recalls handed

act "lay-aside" from granted, ended
  title "Lay aside" fr "Mettre de cote"
  by requesting prosecutor
  field handed act
  sets-aside handed

act "keep-apart" from granted, ended
  title "Keep apart" fr "Mettre a part"
  by requesting prosecutor
  field item act
  filters item for approving judge

act "sift" from granted, ended
  title "Sift" fr "Trier"
  by approving judge
  field item act
  opens-item of item

act "pass" from granted, ended
  title "Pass" fr "Laisser passer"
  by approving judge
  field apart act
  lifts apart of "keep-apart" as authority

act "destroy" from granted, ended
  title "Destroy" fr "Detruire"
  by provider custodian
  field handed act optional
  erases handed

act "destroy-copy" from granted, ended
  title "Destroy the copy" fr "Detruire la copie"
  by requesting prosecutor
  field handed act optional
  erases handed

act "retain" from asked, granted, ended
  title "Retain" fr "Conserver"
  by requested legal-reviewer
  restricts erasure

act "retain-no-more" from asked, granted, ended
  title "Retain no more" fr "Ne plus conserver"
  by requested legal-reviewer
  field retained act
  lifts retained of "retain"

act "cut-short" from granted
  title "Cut short" fr "Ecourter"
  by requested legal-reviewer
  ends items within 24 hours

act "doubt" from asked, granted
  title "Doubt" fr "Douter"
  by requested legal-reviewer
  contests emergency

act "claim" from asked, granted
  title "Claim" fr "Affirmer"
  by requesting prosecutor
  field emergency fact emergency

act "decide" from asked, granted
  title "Decide" fr "Decider"
  by approving judge
  field emergency fact emergency optional
  field cost fact cost optional

act "estimate" from asked, granted
  title "Estimate" fr "Estimer"
  by requested legal-reviewer
  field cost fact cost

act "estimate-own" from asked, granted
  title "Estimate one's own" fr "Estimer le sien"
  by provider custodian
  field cost fact cost

act "press" from asked, granted
  title "Press" fr "Presser"
  by requesting prosecutor
  marks issue
  opens duty validation by requested within 48 hours on silence withdraw-and-delete

act "validate" from asked, granted
  title "Validate" fr "Valider"
  by requested legal-reviewer
  discharges validation

act "lapse" from asked, granted to ended
  title "Lapse" fr "Caducite"
  by requesting prosecutor
  field since instant
  field deadline instant
  tacit withdraw-and-delete for validation from since until deadline

act "was-down" from asked, granted
  title "Was down" fr "Etait en panne"
  by requested legal-reviewer
  field from instant
  field until instant
  records outage of requested from from until until
)";

/// `extra`: further lines of acts, by the line of their title that they follow.
[[nodiscard]] inline law::Library affair_law(
    const std::vector<std::pair<std::string, std::string>>& extra = {}) {
    std::string affair(affair_text);
    for (const auto& [after, line] : extra) {
        affair.insert(affair.find('\n', affair.find(after)) + 1, line + "\n");
    }
    const std::vector<law::Source> sources{{"words.treaty", std::string(affair_words)},
                                           {"registry.treaty", std::string(affair_registry)},
                                           {"affair.treaty", std::move(affair)}};
    auto library = law::Library::load(sources);
    if (!library) {
        for (const law::Diagnostic& one : library.error()) {
            std::fputs((one.text() + "\n").c_str(), stderr);
        }
    }
    return library.value();
}

}  // namespace comity::casework::testing
