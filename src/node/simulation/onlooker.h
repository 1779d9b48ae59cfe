#pragma once

// Somebody who watches a seed being played and may change what officials write. Nobody does, unless
// two worlds are compared (two_worlds.h).

#include <optional>

#include "node/simulation/cast.h"
#include "node/simulation/fields.h"
#include "node/simulation/network.h"
#include "node/simulation/station.h"

namespace comity::simulation {

class Onlooker {
 public:
    virtual ~Onlooker() = default;

    /// An official of `author` is about to hand this in; what is changed here is what is written.
    virtual void writes(const Member& author, const law::ActKind& kind, Written& written,
                        base::Instant now) = 0;
    /// It was drafted, with this id.
    virtual void drafted(const base::ActId& id, const base::MatterId& matter) = 0;
    /// A request or an answer is sent; whether it arrives is another matter.
    virtual void sends(const Parcel& parcel, base::Instant now) = 0;
    /// The node has done what there was to do at this moment.
    virtual void looks_at(Station& station, base::Instant now) = 0;
    /// Everything has arrived.
    virtual void rests(Station& station) = 0;
};

}  // namespace comity::simulation
