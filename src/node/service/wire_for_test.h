#pragma once

// A federation whose messages go through the services of the nodes: requests and responses as they
// are on the wire, without a wire. Messages can be lost, doubled and kept back.

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "node/delivery/delivery.h"
#include "node/service/service.h"
#include "tests/kit/kit.h"

namespace comity::service {

class Wire {
 public:
    explicit Wire(kit::Federation& federation) : federation_(federation) { restart_all(); }
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;
    virtual ~Wire() = default;

    /// Delivery and service of every node anew, as after a restart of the processes.
    void restart_all() {
        for (auto& [id, node] : federation_.nodes()) {
            ends_.insert_or_assign(id, std::make_unique<End>(**node));
        }
    }
    [[nodiscard]] delivery::Delivery& delivery(std::string_view of) {
        return ends_.at(kit::party(of))->delivery;
    }

    /// One request of `from` to `to` through the federation listener.
    [[nodiscard]] message::Response request(const base::PartyId& from, const base::PartyId& to,
                                            message::Request request) {
        request.peer_key = federation_.stage.annex.find(from)->tls;
        End& end = *ends_.at(to);
        auto handled = end.service.handle(read_request(std::move(request), base::Realm::exercise),
                                          Listener::federation);
        if (auto* response = std::get_if<message::Response>(&handled)) {
            return std::move(*response);
        }
        std::vector<submit::Submission> one;
        one.push_back(std::move(std::get<submit::Submission>(handled)));
        return Service::recorded(end.institution.record(std::move(one)).front());
    }

    /// One round: every node sends what it wants to send. `lose` of 100 messages get no answer
    /// (half of them arrive all the same), `doubled` of 100 arrive twice. False if nobody sent
    /// anything.
    bool round(unsigned lose, unsigned doubled) {
        bool sent = false;
        for (auto& [id, end] : ends_) {
            for (delivery::Outgoing& outgoing : end->delivery.next(federation_.clock.now())) {
                sent = true;
                carry(id, *end, outgoing, lose, doubled);
            }
        }
        return sent;
    }
    /// Rounds until nothing waits anywhere, letting time pass in between. False after `most`
    /// rounds.
    bool run(unsigned lose, unsigned doubled, int most) {
        for (int i = 0; i < most; ++i) {
            (void)round(lose, doubled);
            federation_.clock.advance(std::chrono::milliseconds(50));
            const bool at_rest = std::ranges::all_of(
                ends_, [](const auto& end) { return end.second->institution.outbox().empty(); });
            if (at_rest) {
                return true;
            }
        }
        return false;
    }

 protected:
    /// Whether a message gets no answer besides those that are lost by chance.
    [[nodiscard]] virtual bool is_lost(const base::PartyId& /*from*/, const base::PartyId& /*to*/) {
        return false;
    }

 private:
    struct End {
        explicit End(submit::Institution& owner)
            : institution(owner), delivery(owner), service(owner, delivery) {}
        submit::Institution& institution;
        delivery::Delivery delivery;
        Service service;
    };

    void carry(const base::PartyId& from, End& end, const delivery::Outgoing& outgoing,
               unsigned lose, unsigned doubled) {
        const bool cut = is_lost(from, outgoing.peer);
        const bool lost = cut || random_() % 100 < lose;
        base::Result<message::Response> answer =
            base::fail(base::ErrorKind::unavailable, "the message was lost");
        if (!cut && (!lost || random_() % 2 == 0)) {
            auto response = request(from, outgoing.peer, outgoing.request);
            if (random_() % 100 < doubled) {
                response = request(from, outgoing.peer, outgoing.request);
            }
            if (!lost) {
                answer = std::move(response);
            }
        }
        const auto kept = end.delivery.answered(outgoing.token, answer, federation_.clock.now());
        COMITY_ENSURE(kept.has_value());
    }

    kit::Federation& federation_;
    std::map<base::PartyId, std::unique_ptr<End>> ends_;
    std::mt19937 random_{42};
};

}  // namespace comity::service
