#pragma once

// Two heads of a peer's ledger that may not fit (submit::Doubt): the tiles that tell are fetched
// from the peer, which publishes them. Either they show what the newer tree holds in the older
// one's place, as evidence for anyone, or the heads fit, or the peer does not show them: then the
// doubt stays, and it is asked again.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ground/base/base.h"
#include "ground/message/message.h"
#include "node/delivery/pause.h"
#include "node/submit/institution.h"

namespace comity::delivery {

inline constexpr std::string_view ledger_prefix = "/ledger/";

class Inquiries {
 public:
    explicit Inquiries(submit::Institution& institution) : institution_(institution) {}

    struct Wanted {
        base::PartyId from;
        std::string path;  ///< below the ledger's prefix
    };
    /// What to fetch now; each must be answered once.
    [[nodiscard]] std::vector<Wanted> next(base::Instant now);
    void answered(const Wanted& wanted, const base::Result<message::Response>& response,
                  base::Instant now);
    [[nodiscard]] std::optional<base::Instant> wake_at() const;

 private:
    struct Inquiry {
        submit::Doubt doubt;
        std::map<std::string, std::optional<base::Bytes>, std::less<>> files;
        bool asked = false;
        Pause pause;
    };
    /// The file that is needed next; none: there is nothing more to ask now.
    [[nodiscard]] std::optional<std::string> go_on(const base::PartyId& party, Inquiry& inquiry,
                                                   base::Instant now);

    submit::Institution& institution_;
    std::map<base::PartyId, Inquiry> open_;
};

}  // namespace comity::delivery
