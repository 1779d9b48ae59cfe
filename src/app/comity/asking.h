#pragma once

// Questions to peers, from the first to the last answer: what Recollection and Restoration have in
// common once there are sockets.

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "adapter/http/http.h"
#include "app/comity/peers.h"
#include "node/delivery/delivery.h"

namespace comity::app {

/// One asking; it lives as long as an answer or a timer may still come. Questions: next(now),
/// answered(token, response, now), wake_at(), is_over().
template <class Questions>
class Asking : public std::enable_shared_from_this<Asking<Questions>> {
 public:
    Asking(http::Loop& loop, Questions questions, ports::Clock& clock, Call call)
        : loop_(loop), questions_(std::move(questions)), clock_(clock), call_(std::move(call)) {}

    /// Sends what is due, comes back when more is, and stops the loop once all is answered.
    void step() {
        if (over_) {
            return;
        }
        const auto self = this->shared_from_this();
        for (delivery::Outgoing& outgoing : questions_.next(clock_.now())) {
            const std::uint64_t token = outgoing.token;
            call_(std::move(outgoing), [self, token](base::Result<message::Response> response) {
                self->questions_.answered(token, response, self->clock_.now());
                self->step();
            });
        }
        if (questions_.is_over()) {
            over_ = true;
            loop_.stop();
        } else if (const auto at = questions_.wake_at(); at && !is_timed_) {
            is_timed_ = true;
            loop_.after(std::max(*at - clock_.now(), shortest_wait_), [self] {
                self->is_timed_ = false;
                self->step();
            });
        }
    }
    /// Nothing is sent any more, whatever still comes.
    void end() { over_ = true; }
    [[nodiscard]] const Questions& questions() const { return questions_; }

 private:
    static constexpr base::Duration shortest_wait_ = std::chrono::milliseconds(10);

    http::Loop& loop_;
    Questions questions_;
    ports::Clock& clock_;
    Call call_;
    bool over_ = false;
    bool is_timed_ = false;
};

/// Asks until all is answered or the loop is stopped; what came of it.
template <class Questions>
[[nodiscard]] std::shared_ptr<const Asking<Questions>> ask(http::Loop& loop, Questions questions,
                                                           ports::Clock& clock, const Call& call) {
    const auto asking =
        std::make_shared<Asking<Questions>>(loop, std::move(questions), clock, call);
    loop.post([asking] { asking->step(); });
    loop.run();
    asking->end();
    return asking;
}

}  // namespace comity::app
