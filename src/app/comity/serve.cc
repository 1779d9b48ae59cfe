#include "app/comity/serve.h"

#include "adapter/http/http.h"
#include "app/comity/core.h"
#include "app/comity/lost_leaves.h"
#include "app/comity/node_folder.h"
#include "app/comity/peers.h"
#include "app/comity/recollect.h"

namespace comity::app {
namespace {

/// Where requests go: to the core, as soon as there is one that works. Used on the loop's thread.
struct Door {
    const submit::Institution& institution;
    base::Realm realm;
    Core* core = nullptr;  // borrowed; none while the attesting nodes are asked

    void take(message::Request request, service::Listener listener, http::Respond respond) {
        if (core == nullptr) {
            respond(answer_meanwhile(institution, request, listener));
            return;
        }
        (void)core->submit(service::read_request(std::move(request), realm, *core->ring()),
                           listener, std::move(respond));
    }
    [[nodiscard]] http::Handler handler(service::Listener listener) {
        return [this, listener](message::Request request, http::Respond respond) {
            take(std::move(request), listener, std::move(respond));
        };
    }
};

base::Result<http::Server> listen_to_peers(http::Loop& loop, const OpenNode& node,
                                           const http::TlsIdentity& identity, Door& door) {
    const casework::Annex& annex = node.annex;
    http::MutualTls tls{
        identity, [&annex](const base::Digest& key) { return annex.find_tls(key) != nullptr; }};
    return http::Server::listen(
        loop, {"127.0.0.1", static_cast<std::uint16_t>(node.config.federation_port)},
        std::move(tls), {}, door.handler(service::Listener::federation));
}

}  // namespace

base::Result<void> serve(const std::filesystem::path& folder, base::Duration clock_ahead,
                         std::ostream& out) {
    COMITY_TRY(check_nothing_lost(folder));
    const std::unique_ptr<OpenNode> node = COMITY_TRY(open_node(folder, clock_ahead));
    COMITY_TRY(node->institution->check_published());
    const http::TlsIdentity identity{folder / "keys" / "tls.crt", folder / "keys" / "tls.key"};
    http::Loop loop;
    http::Client client = COMITY_TRY(http::Client::make(loop, identity));
    const Call call = calls_to_peers(*node, client);
    Door door{*node->institution, node->config.realm};
    http::Server federation = COMITY_TRY(listen_to_peers(loop, *node, identity, door));
    http::Server page = COMITY_TRY(http::Server::listen(
        loop, {"127.0.0.1", static_cast<std::uint16_t>(node->config.page_port)}, std::nullopt, {},
        door.handler(service::Listener::page)));
    loop.stop_on_signals([&loop] { loop.stop(); });
    if (!COMITY_TRY(recollect(loop, *node->institution, node->clock, call))) {
        return {};
    }
    std::weak_ptr<Core> receiver;  // weak: an answer may come when the core is gone
    const auto core = std::make_shared<Core>(
        *node->institution, node->clock, [&receiver, &call](delivery::Outgoing outgoing) {
            const std::uint64_t token = outgoing.token;
            call(std::move(outgoing), [receiver, token](base::Result<message::Response> response) {
                if (const auto live = receiver.lock()) {
                    live->answered(token, std::move(response));
                }
            });
        });
    receiver = core;
    door.core = core.get();
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
