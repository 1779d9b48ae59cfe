#include "app/comity/peers.h"

namespace comity::app {
namespace {

constexpr base::Duration peer_deadline = std::chrono::seconds(10);

}  // namespace

Call calls_to_peers(const OpenNode& node, http::Client& client) {
    return [&node, &client](delivery::Outgoing outgoing, http::Callback callback) {
        const PeerAddress* address = node.config.find(outgoing.peer);
        const casework::PartyEntry* entry = node.annex.find(outgoing.peer);
        if (address == nullptr || entry == nullptr) {
            callback(base::fail(base::ErrorKind::unavailable,
                                "no address of " + outgoing.peer.text() + " is known"));
            return;
        }
        const http::Endpoint endpoint{address->host, static_cast<std::uint16_t>(address->port),
                                      entry->tls};
        client.call(endpoint, std::move(outgoing.request), peer_deadline, std::move(callback));
    };
}

}  // namespace comity::app
