#pragma once

// The core: the thread that owns the institution. Others hand it work; it takes everything that has
// queued, records it in one transaction (group commit), answers, and sends what is to be sent.

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "adapter/http/http.h"
#include "node/delivery/delivery.h"
#include "node/delivery/pause.h"
#include "node/service/service.h"
#include "node/submit/institution.h"
#include "node/submit/mirror.h"

namespace comity::app {

class Core {
 public:
    /// Sends one message to a peer; the answer comes back through Core::answered().
    using Send = std::function<void(delivery::Outgoing)>;

    Core(submit::Institution& institution, ports::Clock& clock, Send send);
    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;
    /// Finishes what has queued and ends the thread.
    ~Core();

    void start();
    /// From any thread: the keys of this institution's officials, to verify their signatures with
    /// before an act queues for the core.
    [[nodiscard]] std::shared_ptr<const casework::KeyRing> ring() const;
    /// From any thread. False if too much is queued: the caller answers "try later".
    [[nodiscard]] bool submit(service::Inbound inbound, service::Listener listener,
                              http::Respond respond);
    /// From any thread: what became of a message that was sent.
    void answered(std::uint64_t token, base::Result<message::Response> response);

 private:
    struct Job {
        service::Inbound inbound;
        service::Listener listener = service::Listener::page;
        http::Respond respond;
    };
    struct Answer {
        std::uint64_t token = 0;
        base::Result<message::Response> response;
    };
    void run();
    void work(std::vector<Job> jobs, std::vector<Answer> answers);
    void renew_ring();
    void erase();
    /// Says on the error stream, for the log, what was found against other ledgers.
    void tell_alarms();
    void keep_mirror();
    void wait_for_work(std::unique_lock<std::mutex>& lock);

    submit::Institution& institution_;
    ports::Clock& clock_;
    Send send_;
    delivery::Delivery delivery_;
    service::Service service_;
    submit::Mirror mirror_;
    delivery::Pause erasure_pause_;
    std::size_t told_ = 0;                        ///< of what was found against other ledgers
    std::optional<casework::EntryId> ring_head_;  ///< of the registry that the ring is made from
    mutable std::mutex mutex_;
    std::shared_ptr<const casework::KeyRing> ring_;  // shared: readers keep the one they took
    std::condition_variable wake_;
    std::vector<Job> jobs_;
    std::vector<Answer> answers_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace comity::app
