#pragma once

// The report's own words, English and French. Titles of acts come from the procedure texts.

#include <string_view>

#include "domain/reporting/custody.h"
#include "domain/reporting/document.h"

namespace comity::reporting {

struct Words {
    std::string_view title;
    std::string_view what_it_is;  ///< one paragraph: what the report is, and what it is not
    std::string_view answer;
    std::string_view matter;
    std::string_view state;
    std::string_view realm;
    std::string_view agreement;
    std::string_view law;
    std::string_view exported;
    std::string_view proof_digest;
    std::string_view record_digest;
    std::string_view field;
    std::string_view value;
    std::string_view gaps;
    std::string_view gaps_none;
    std::string_view gaps_some;
    std::string_view items;
    std::string_view items_none;
    std::string_view item;
    std::string_view handed_over_by;
    std::string_view readers;
    std::string_view kind_and_size;
    std::string_view digest;
    std::string_view commitment;
    std::string_view ends;
    std::string_view limits;
    std::string_view source;
    std::string_view holders;
    std::string_view holder;
    std::string_view from;
    std::string_view until;
    std::string_view not_ended;
    std::string_view not_known;
    std::string_view events;
    std::string_view step;
    std::string_view when;
    std::string_view by;
    std::string_view clause;
    std::string_view before;
    std::string_view after;
    std::string_view proven;
    std::string_view yes;
    std::string_view no;
    std::string_view none;
    std::string_view witnessed;
    std::string_view event;
    std::string_view cited;
    std::string_view places;
    std::string_view act;
    std::string_view access;
    std::string_view access_none;
    std::string_view footer;
    std::string_view bytes;
    std::string_view tier;
    std::string_view notices;
};

[[nodiscard]] const Words& words_of(Language language);
[[nodiscard]] std::string_view word_for(CustodyStep step, Language language);
[[nodiscard]] std::string_view word_for(GapKind kind, Language language);
[[nodiscard]] std::string_view word_for(prooffile::Answer answer, Language language);

}  // namespace comity::reporting
