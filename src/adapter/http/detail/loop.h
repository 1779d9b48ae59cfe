#pragma once

// The loop's inside: one io_context, and a mailbox through which other threads reach it.

#include <functional>
#include <memory>
#include <mutex>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

namespace comity::http::detail {

namespace asio = boost::asio;

/// The way into the loop for whoever may outlive it: posts to a loop that is gone are dropped.
class Mailbox {
 public:
    explicit Mailbox(asio::io_context& io) : io_(&io) {}

    void post(std::move_only_function<void()> function);
    [[nodiscard]] bool is_on_loop_thread() const;
    /// Nothing reaches the loop any more.
    void close();

 private:
    mutable std::mutex mutex_;
    asio::io_context* io_;  // borrowed until close()
};

struct LoopState {
    asio::io_context io{1};                                            // one thread runs it
    std::shared_ptr<Mailbox> mailbox = std::make_shared<Mailbox>(io);  // shared with every Respond
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    asio::signal_set signals{io};
    std::function<void()> on_signal;
};

}  // namespace comity::http::detail
