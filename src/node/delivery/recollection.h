#pragma once

// recollection: what a node does before it signs anything after a start (DESIGN 5.10). Its own disk
// may be an old copy of itself, and cannot say so; the attesting nodes can. So they are asked what
// they last cosigned of this ledger: so many that one of any quorum is among them.
//
//   asked enough, nobody knows more  -> current: the ledger may be signed
//   somebody knows more, or another history -> behind: nothing may be signed; restore
//   not enough reached -> asking, for as long as it takes
//
// Like Delivery it has no socket. An attesting node that lies can stop a node; it cannot make it
// sign.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ground/base/base.h"
#include "ground/message/message.h"
#include "node/delivery/delivery.h"
#include "node/delivery/pause.h"
#include "node/submit/institution.h"

namespace comity::delivery {

inline constexpr std::string_view last_head_path = "/witness/last-head";

/// The question, and with `size` and `root` the answer: what was last cosigned of a ledger.
struct LastHead {
    std::string origin;     ///< the ledger's name
    std::int64_t size = 0;  ///< leaves; 0: nothing was cosigned
    base::Digest root;      ///< of these leaves; all zero for size 0
};

/// An attesting node's answer to a peer. Kind malformed: `body` is no question; not_found: the
/// annex names no such ledger.
[[nodiscard]] base::Result<LastHead> last_head(const submit::Institution& witness,
                                               std::string_view body);

/// How many attesting nodes besides `self` have to be asked so that one of any quorum is among
/// them.
[[nodiscard]] std::size_t attesting_nodes_to_ask(const casework::Annex& annex,
                                                 const base::PartyId& self);

class Recollection {
 public:
    explicit Recollection(const submit::Institution& institution);

    enum class Verdict { asking, current, behind };
    [[nodiscard]] Verdict verdict() const;
    [[nodiscard]] bool is_over() const { return verdict() != Verdict::asking; }
    /// What was found, or for `asking` who has not answered yet and why.
    [[nodiscard]] base::Error finding() const;

    /// What to send now. Every message must be answered exactly once by answered().
    [[nodiscard]] std::vector<Outgoing> next(base::Instant now);
    void answered(std::uint64_t token, const base::Result<message::Response>& response,
                  base::Instant now);
    /// When next() should be asked again; none while answers are outstanding or nothing is left.
    [[nodiscard]] std::optional<base::Instant> wake_at() const;

 private:
    struct Asked {
        std::uint64_t token = 0;  ///< 0: none under way
        Pause pause;
        std::string trouble = "has not answered yet";
    };
    /// Why an answer shows that this node's data are not the newest; none if it does not.
    [[nodiscard]] std::optional<std::string> contradiction(const LastHead& head) const;
    [[nodiscard]] base::Result<LastHead> read(
        const base::Result<message::Response>& response) const;

    const submit::Institution& institution_;
    std::map<base::PartyId, Asked> open_;  ///< attesting nodes that have not answered
    std::size_t answers_ = 0;
    std::size_t enough_ = 0;
    std::optional<base::Error> behind_;
    std::uint64_t next_token_ = 1;
};

}  // namespace comity::delivery

namespace comity::codec {

template <>
struct Message<delivery::LastHead> {
    using H = delivery::LastHead;
    static constexpr std::string_view name = "last-head";
    static constexpr auto fields =
        std::tuple{field("origin", &H::origin, "the ledger's name", 200),
                   field("size", &H::size, "leaves that were last cosigned; 0: none"),
                   field("root", &H::root, "of these leaves")};
};

}  // namespace comity::codec
