#pragma once

// The page of a node: duties with clocks, powers, what is held back, items, latest acts, peers,
// checkpoint. Plain HTML without
// script, headers only: no field of an act is shown to whoever can reach the page.

#include "ground/message/message.h"
#include "node/delivery/delivery.h"
#include "node/service/views.h"
#include "node/submit/institution.h"

namespace comity::service {

[[nodiscard]] message::Response page(const submit::Institution& institution,
                                     const delivery::Delivery& delivery,
                                     const ErasureStatus& erasure);

}  // namespace comity::service
