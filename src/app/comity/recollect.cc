#include "app/comity/recollect.h"

#include "app/comity/asking.h"
#include "node/delivery/giving_back.h"

namespace comity::app {
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
    const auto asked = ask(loop, delivery::Recollection(institution), clock, call);
    const delivery::Recollection& found = asked->questions();
    if (found.verdict() == Verdict::behind) {
        return std::unexpected(found.finding());
    }
    return found.verdict() == Verdict::current;
}

}  // namespace comity::app
