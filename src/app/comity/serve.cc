#include "app/comity/serve.h"

#include "adapter/http/http.h"
#include "app/comity/core.h"
#include "app/comity/node_folder.h"

namespace comity::app {
namespace {

constexpr base::Duration peer_deadline = std::chrono::seconds(10);

/// Wires one listener to the core.
http::Handler handler_for(Core& core, service::Listener listener, base::Realm realm) {
    return [&core, listener, realm](message::Request request, http::Respond respond) {
        (void)core.submit(service::read_request(std::move(request), realm), listener,
                          std::move(respond));
    };
}

}  // namespace

base::Result<void> serve(const std::filesystem::path& folder, std::ostream& out) {
    const std::unique_ptr<OpenNode> node = COMITY_TRY(open_node(folder));
    const http::TlsIdentity identity{folder / "keys" / "tls.crt", folder / "keys" / "tls.key"};
    http::Loop loop;
    http::Client client = COMITY_TRY(http::Client::make(loop, identity));
    std::weak_ptr<Core> receiver;  // weak: an answer may come when the core is gone
    const auto core =
        std::make_shared<Core>(*node->institution, node->clock, [&](delivery::Outgoing outgoing) {
            const PeerAddress* address = node->config.find(outgoing.peer);
            const casework::PartyEntry* entry = node->annex.find(outgoing.peer);
            if (address == nullptr || entry == nullptr) {
                if (const auto live = receiver.lock()) {
                    live->answered(
                        outgoing.token,
                        base::fail(base::ErrorKind::unavailable,
                                   "no address of " + outgoing.peer.text() + " is known"));
                }
                return;
            }
            const http::Endpoint endpoint{address->host, static_cast<std::uint16_t>(address->port),
                                          entry->tls};
            client.call(
                endpoint, std::move(outgoing.request), peer_deadline,
                [receiver, token = outgoing.token](base::Result<message::Response> response) {
                    if (const auto live = receiver.lock()) {
                        live->answered(token, std::move(response));
                    }
                });
        });
    receiver = core;
    const casework::Annex& annex = node->annex;
    http::MutualTls tls{
        identity, [&annex](const base::Digest& key) { return annex.find_tls(key) != nullptr; }};
    http::Server federation = COMITY_TRY(http::Server::listen(
        loop, {"127.0.0.1", static_cast<std::uint16_t>(node->config.federation_port)},
        std::move(tls), {}, handler_for(*core, service::Listener::federation, node->config.realm)));
    http::Server page = COMITY_TRY(http::Server::listen(
        loop, {"127.0.0.1", static_cast<std::uint16_t>(node->config.page_port)}, std::nullopt, {},
        handler_for(*core, service::Listener::page, node->config.realm)));
    core->start();
    const NodeAddresses addresses{node->config.party, federation.port(),
                                  "http://127.0.0.1:" + std::to_string(page.port()) + "/"};
    COMITY_TRY(write_addresses(folder, addresses));
    out << codec::write(addresses) << std::endl;
    loop.stop_on_signals([&] {
        page.close();
        federation.close([&loop] { loop.stop(); });
    });
    loop.run();
    return {};
}

}  // namespace comity::app
