#include "adapter/http/detail/loop.h"

#include <csignal>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "adapter/http/http.h"

namespace comity::http {

namespace detail {

void Mailbox::post(std::move_only_function<void()> function) {
    const std::lock_guard lock(mutex_);
    if (io_ != nullptr) {
        asio::post(*io_, std::move(function));
    }
}

bool Mailbox::is_on_loop_thread() const {
    const std::lock_guard lock(mutex_);
    return io_ != nullptr && io_->get_executor().running_in_this_thread();
}

void Mailbox::close() {
    const std::lock_guard lock(mutex_);
    io_ = nullptr;
}

namespace {

void await_signal(LoopState& state) {
    state.signals.async_wait([&state](const boost::system::error_code& error, int) {
        if (error) {
            return;
        }
        await_signal(state);
        const auto callback = state.on_signal;  // it may replace itself
        callback();
    });
}

}  // namespace
}  // namespace detail

Loop::Loop() : state_(std::make_unique<detail::LoopState>()) {
}

Loop::~Loop() {
    state_->mailbox->close();
}

void Loop::run() {
    state_->io.run();
    state_->io.restart();
}

void Loop::stop() {
    state_->io.stop();
}

void Loop::stop_on_signals(std::function<void()> callback) {
    const bool first = !state_->on_signal;
    state_->on_signal = std::move(callback);
    if (first) {
        state_->signals.add(SIGINT);
        state_->signals.add(SIGTERM);
        detail::await_signal(*state_);
    }
}

void Loop::post(std::move_only_function<void()> function) {
    state_->mailbox->post(std::move(function));
}

void Loop::after(base::Duration delay, std::move_only_function<void()> function) {
    const auto due = std::chrono::steady_clock::now() + delay;
    // Posted, because a timer may be set from its own thread only.
    post([&io = state_->io, due, own = std::move(function)]() mutable {
        auto timer = std::make_unique<detail::asio::steady_timer>(io, due);
        auto& waiting = *timer;
        waiting.async_wait([kept = std::move(timer), inner = std::move(own)](
                               const boost::system::error_code& error) mutable {
            if (!error) {
                inner();
            }
        });
    });
}

}  // namespace comity::http
