#pragma once

// For the office: effects that wait for witnesses, and ledgers that signed two histories.
//
//   GET  /splits        the evidence, in the order of finding, and who has looked at it
//   POST /splits/look   an official has looked: submit::Look

#include <optional>
#include <string>
#include <string_view>

#include "ground/codec/codec.h"
#include "ground/message/message.h"
#include "node/service/html.h"
#include "node/submit/institution.h"

namespace comity::service {

/// What waits for whom, oldest first: for /status.
[[nodiscard]] codec::Value effects_view(const submit::Institution& institution);
/// The evidence against ledgers and what may become some: for /status (without the files).
[[nodiscard]] codec::Value ledger_alarms_view(const submit::Institution& institution);
/// How an own act's effect stands; none: nothing of it waits.
[[nodiscard]] std::optional<codec::Value> effect_in(const submit::Institution& institution,
                                                    const base::ActId& act);

/// Lines for the head of the page: what is wrong with others' ledgers, what is overdue.
[[nodiscard]] std::vector<std::string> alarm_lines(const submit::Institution& institution);
/// The page's table of effects that wait; none if there are none.
[[nodiscard]] Table effects_table(const submit::Institution& institution);

/// Answers such a GET; none if it is of another kind.
[[nodiscard]] std::optional<message::Response> get_alarms(const submit::Institution& institution,
                                                          std::string_view path);
/// Answers such a POST; none if it is of another kind.
[[nodiscard]] std::optional<message::Response> post_alarms(submit::Institution& institution,
                                                           std::string_view path,
                                                           std::string_view body);

}  // namespace comity::service
