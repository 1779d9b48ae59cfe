#include "app/comity/restore.h"

#include <memory>

#include "adapter/http/http.h"
#include "app/comity/asking.h"
#include "app/comity/lost_leaves.h"
#include "app/comity/node_folder.h"
#include "app/comity/peers.h"
#include "node/delivery/restoration.h"

namespace comity::app {
namespace {

/// Asks authors to deliver again, and waits for their answers.
void ask_to_deliver(http::Loop& loop, const Call& call, Restored& restored) {
    auto questions = delivery::ask_to_deliver(restored.taken);
    if (questions.empty()) {
        return;
    }
    const auto open = std::make_shared<std::size_t>(questions.size());
    for (delivery::Outgoing& question : questions) {
        const base::PartyId peer = question.peer;
        call(std::move(question), [open, peer, &loop,
                                   &restored](base::Result<message::Response> response) {
            if (response && response->status == 200) {
                const auto answer = codec::read_text<delivery::DeliveringAgain>(response->body);
                restored.to_be_delivered[peer] +=
                    answer ? static_cast<std::size_t>(answer->queued) : 0;
            } else {
                restored.not_asked = base::at_place(
                    response ? message::error_of(*response) : response.error(), peer.text());
            }
            if (--*open == 0) {
                loop.stop();
            }
        });
    }
    loop.run();
}

}  // namespace

base::Result<Restored> restore(const std::filesystem::path& folder,
                               const std::set<base::PartyId>& without) {
    const std::unique_ptr<OpenNode> node = COMITY_TRY(open_node(folder));
    for (const base::PartyId& party : without) {
        if (node->annex.find(party) == nullptr) {
            return base::fail(base::ErrorKind::not_found,
                              "the annex names no party " + party.text());
        }
    }
    const http::TlsIdentity identity{folder / "keys" / "tls.crt", folder / "keys" / "tls.key"};
    http::Loop loop;
    http::Client client = COMITY_TRY(http::Client::make(loop, identity));
    const Call call = calls_to_peers(*node, client);
    bool is_interrupted = false;
    loop.stop_on_signals([&] {
        is_interrupted = true;
        loop.stop();
    });
    const auto asking =
        ask(loop, delivery::Restoration(*node->institution, without), node->clock, call);
    if (is_interrupted) {
        return base::fail(base::ErrorKind::try_later, "the restoration was interrupted", {},
                          "nothing was changed; run it again");
    }
    const delivery::Restoration& asked = asking->questions();
    COMITY_TRY(asked.outcome());
    Restored restored;
    restored.given = asked.given();
    restored.taken =
        COMITY_TRY(submit::take_back(*node->institution, asked.gathered(), asked.attested()));
    COMITY_TRY(list_lost_leaves(folder, restored.taken, without));
    ask_to_deliver(loop, call, restored);
    return restored;
}

}  // namespace comity::app
