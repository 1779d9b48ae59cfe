#include "app/comity/recollect.h"

#include <algorithm>
#include <functional>
#include <memory>

#include "node/delivery/giving_back.h"

namespace comity::app {
namespace {

constexpr base::Duration shortest_wait = std::chrono::milliseconds(10);

/// One asking; it lives as long as an answer or a timer may still come.
class Asking : public std::enable_shared_from_this<Asking> {
 public:
    Asking(http::Loop& loop, const submit::Institution& institution, ports::Clock& clock, Call call)
        : loop_(loop), recollection_(institution), clock_(clock), call_(std::move(call)) {}

    /// Sends what is due, and comes back when more is.
    void step() {
        if (over_) {
            return;
        }
        for (delivery::Outgoing& outgoing : recollection_.next(clock_.now())) {
            const std::uint64_t token = outgoing.token;
            call_(std::move(outgoing),
                  [self = shared_from_this(), token](base::Result<message::Response> response) {
                      self->recollection_.answered(token, response, self->clock_.now());
                      self->step();
                  });
        }
        if (recollection_.verdict() != delivery::Recollection::Verdict::asking) {
            over_ = true;
            loop_.stop();
        } else if (const auto at = recollection_.wake_at()) {
            loop_.after(std::max(*at - clock_.now(), shortest_wait),
                        [self = shared_from_this()] { self->step(); });
        }
    }
    /// Nothing is sent any more, whatever still comes.
    void end() { over_ = true; }
    [[nodiscard]] const delivery::Recollection& recollection() const { return recollection_; }

 private:
    http::Loop& loop_;
    delivery::Recollection recollection_;
    ports::Clock& clock_;
    Call call_;
    bool over_ = false;
};

}  // namespace

message::Response answer_meanwhile(const submit::Institution& institution,
                                   const message::Request& request, service::Listener listener) {
    // The listener of peers lets nobody connect whom the annex does not name.
    if (listener == service::Listener::federation && request.method == "POST" &&
        request.path() == delivery::last_head_path) {
        return service::last_head(institution, request.body);
    }
    const casework::PartyEntry* asking =
        listener == service::Listener::federation && request.peer_key
            ? institution.annex().find_tls(*request.peer_key)
            : nullptr;
    if (asking != nullptr) {
        // A node that is being restored may be one of those that this one waits for.
        if (auto given = delivery::answer_give_back(institution, asking->party, request)) {
            return *std::move(given);
        }
    }
    return message::error_response(
        base::Error{base::ErrorKind::try_later,
                    "this node has just started and asks the attesting nodes whether its data are "
                    "the newest",
                    {},
                    "try again",
                    {},
                    {}});
}

base::Result<bool> recollect(http::Loop& loop, submit::Institution& institution,
                             ports::Clock& clock, const Call& call) {
    using Verdict = delivery::Recollection::Verdict;
    const auto asking = std::make_shared<Asking>(loop, institution, clock, call);  // with timers
    loop.post([asking] { asking->step(); });
    loop.run();
    asking->end();
    const delivery::Recollection& found = asking->recollection();
    if (found.verdict() == Verdict::behind) {
        return std::unexpected(found.finding());
    }
    return found.verdict() == Verdict::current;
}

}  // namespace comity::app
