#include "app/comity/core.h"

#include <algorithm>
#include <iostream>
#include <utility>

namespace comity::app {
namespace {

constexpr std::size_t max_queued = 1024;
constexpr base::Duration shortest_wait = std::chrono::milliseconds(20);
constexpr base::Duration longest_wait = std::chrono::seconds(5);
constexpr base::Duration between_failed_erasures = std::chrono::seconds(5);

}  // namespace

Core::Core(submit::Institution& institution, ports::Clock& clock, Send send)
    : institution_(institution),
      clock_(clock),
      send_(std::move(send)),
      delivery_(institution),
      service_(institution, delivery_),
      mirror_(institution) {
    renew_ring();
}

Core::~Core() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void Core::start() {
    thread_ = std::thread([this] { run(); });
}

bool Core::submit(service::Inbound inbound, service::Listener listener, http::Respond respond) {
    {
        const std::lock_guard lock(mutex_);
        if (jobs_.size() >= max_queued || stopping_) {
            respond(message::error_response(base::Error{base::ErrorKind::try_later,
                                                        "the node has too much to do",
                                                        {},
                                                        "try again",
                                                        {},
                                                        {}}));
            return false;
        }
        jobs_.push_back(Job{std::move(inbound), listener, std::move(respond)});
    }
    wake_.notify_one();
    return true;
}

void Core::answered(std::uint64_t token, base::Result<message::Response> response) {
    {
        const std::lock_guard lock(mutex_);
        answers_.push_back(Answer{token, std::move(response)});
    }
    wake_.notify_one();
}

std::shared_ptr<const casework::KeyRing> Core::ring() const {
    const std::lock_guard lock(mutex_);
    return ring_;
}

void Core::renew_ring() {
    if (ring_ != nullptr && institution_.registry_head() == ring_head_) {
        return;
    }
    submit::Institution::OfficialKeys keys = institution_.official_keys();
    auto fresh = std::make_shared<const casework::KeyRing>(std::move(keys.ring));
    ring_head_ = keys.head;
    const std::lock_guard lock(mutex_);
    ring_ = std::move(fresh);
}

void Core::erase() {
    const base::Instant now = clock_.now();
    if (!institution_.erasure_due(now) || erasure_pause_.runs(now)) {
        return;
    }
    if (const auto erased = institution_.erase_due(); !erased) {
        // What could not be erased is tried again, and told, until it is.
        erasure_pause_.prolong(now, between_failed_erasures, between_failed_erasures);
        service_.erasure_failed(erased.error());
    } else {
        service_.erasure_done(now, *erased);
    }
}

void Core::tell_alarms() {
    for (const std::size_t found = institution_.split_ledgers().found().size(); told_ < found;
         ++told_) {
        const submit::SplitLedger& split = institution_.split_ledgers().found()[told_];
        if (!split.looked) {
            std::cerr << "ALARM: the ledger of " << split.party.text()
                      << " signed two histories; evidence " << split.id().hex()
                      << " (comity ledger splits)" << std::endl;
        }
    }
}

void Core::keep_mirror() {
    const base::Result<void> kept = mirror_.run(clock_.now());
    service_.mirror_kept(mirror_, kept);
}

void Core::wait_for_work(std::unique_lock<std::mutex>& lock) {
    base::Duration wait = longest_wait;
    for (const std::optional<base::Instant>& at : {delivery_.wake_at(), mirror_.wake_at()}) {
        if (at) {
            wait = std::min(wait, std::clamp(*at - clock_.now(), shortest_wait, longest_wait));
        }
    }
    wake_.wait_for(lock, wait, [this] { return stopping_ || !jobs_.empty() || !answers_.empty(); });
}

void Core::run() {
    work({}, {});
    std::unique_lock lock(mutex_);
    while (true) {
        wait_for_work(lock);
        std::vector<Job> jobs = std::exchange(jobs_, {});
        std::vector<Answer> answers = std::exchange(answers_, {});
        const bool last = stopping_;
        lock.unlock();
        work(std::move(jobs), std::move(answers));
        if (last) {
            return;
        }
        lock.lock();
    }
}

void Core::work(std::vector<Job> jobs, std::vector<Answer> answers) {
    keep_mirror();  // first: how much there is to do must not show in when the mirror changes
    for (Answer& answer : answers) {
        // A failure to keep the answer leaves the outbox as it is: the message is sent again.
        (void)delivery_.answered(answer.token, answer.response, clock_.now());
    }
    std::vector<submit::Submission> submissions;
    std::vector<http::Respond> waiting;
    for (Job& job : jobs) {
        auto handled = service_.handle(std::move(job.inbound), job.listener);
        if (auto* response = std::get_if<message::Response>(&handled)) {
            job.respond(std::move(*response));
        } else {
            submissions.push_back(std::move(std::get<submit::Submission>(handled)));
            waiting.push_back(std::move(job.respond));
        }
    }
    std::vector<base::Result<submit::Recorded>> results;
    if (!submissions.empty()) {
        results = institution_.record(std::move(submissions));
    }
    erase();  // before the answers: an act that says "erased" is true when it is acknowledged
    for (std::size_t i = 0; i < results.size(); ++i) {
        waiting[i](service::Service::recorded(results[i]));
    }
    renew_ring();
    tell_alarms();
    for (delivery::Outgoing& outgoing : delivery_.next(clock_.now())) {
        send_(std::move(outgoing));
    }
}

}  // namespace comity::app
