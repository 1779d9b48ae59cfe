#pragma once

// For tests: a node of the story loses its data and asks the others, without a socket.

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string_view>

#include "node/delivery/restoration.h"
#include "node/submit/story_for_test.h"

namespace comity::delivery {

/// What a peer's answer is on its way; none: it does not answer.
using OnTheWay = std::function<std::optional<message::Response>(
    const base::PartyId& peer, const message::Request& request, message::Response response)>;

class Loss : public submit::Story {
 protected:
    /// The node of `of` with the same keys and nothing else; what it had is still `before`.
    std::unique_ptr<kit::Node> lose(std::string_view of) {
        auto& place = federation.nodes().at(kit::party(of));
        auto before = std::move(place);
        place = std::make_unique<kit::Node>(federation.stage, of, federation.clock);
        return before;
    }

    message::Response answer_of(const base::PartyId& peer, const base::PartyId& asking,
                                const message::Request& request) {
        kit::Node& node = federation.node(peer.text());
        if (request.path() == last_head_path) {
            return message::json_response(200,
                                          codec::write(last_head(*node, request.body).value()));
        }
        return answer_restoration(*node, asking, request).value();
    }

    /// Asks until it is over.
    std::unique_ptr<Restoration> ask_peers(kit::Node& lost, std::set<base::PartyId> without = {},
                                           const OnTheWay& on_the_way = {}) {
        auto restoration = std::make_unique<Restoration>(*lost, std::move(without));
        base::Instant now = federation.clock.now();
        while (!restoration->is_over()) {
            for (const Outgoing& sent : restoration->next(now)) {
                std::optional<message::Response> response =
                    answer_of(sent.peer, lost.party, sent.request);
                if (on_the_way) {
                    response = on_the_way(sent.peer, sent.request, std::move(*response));
                }
                if (response) {
                    restoration->answered(sent.token, *response, now);
                } else {
                    restoration->answered(
                        sent.token,
                        base::fail(base::ErrorKind::unavailable, "the connection was refused"),
                        now);
                }
            }
            now = std::max(now, restoration->wake_at().value_or(now));
        }
        return restoration;
    }
    base::Result<submit::TakenBack> restore(kit::Node& lost, std::set<base::PartyId> without = {},
                                            const OnTheWay& on_the_way = {}) {
        const auto asked = ask_peers(lost, std::move(without), on_the_way);
        COMITY_TRY(asked->outcome());
        return submit::take_back(*lost, asked->gathered(), asked->attested());
    }
    void deliver_again(const kit::Node& lost, const submit::TakenBack& taken) {
        for (const Outgoing& sent : ask_to_deliver(taken)) {
            const message::Response response = answer_of(sent.peer, lost.party, sent.request);
            EXPECT_EQ(response.status, 200) << response.body;
        }
    }

    /// An errand of the prosecution with the central authority, told to its end.
    base::MatterId errand_carried_out() {
        const base::MatterId matter = ask();
        federation.exchange();
        EXPECT_TRUE(xa().act(petra, matter, "", "approve", "{}"));
        federation.exchange();
        EXPECT_TRUE(xb().act(rosa, matter, "", "note", R"({"note":"seen","urgent":true})"));
        EXPECT_TRUE(xa().act(petra, matter, "", "remark", R"({"note":"hurry"})"));
        federation.exchange();
        EXPECT_TRUE(xb().act(rosa, matter, "", "carry", "{}"));
        federation.exchange();
        return matter;
    }
};

}  // namespace comity::delivery
