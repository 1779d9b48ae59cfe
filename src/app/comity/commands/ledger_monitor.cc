// `comity ledger monitor`: follows other people's ledgers and raises the alarm.

#include "app/comity/ledger_monitor.h"

#include <chrono>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "adapter/files/files.h"
#include "adapter/http/http.h"
#include "app/comity/commands/ledger_checks.h"
#include "app/comity/commands/ledger_inputs.h"
#include "ground/codec/codec.h"

namespace comity::app {
namespace {

using State = LedgerNews::State;

constexpr std::size_t most_policy_bytes = std::size_t{64} * 1024;

struct MonitorRequest {
    std::string policy;
    std::string dir;
    std::int64_t every = 60;
    bool once = false;
    bool json = false;
    RecoveryOptions recovery;
};

void tell(const LedgerNews& news, bool json) {
    if (json) {
        codec::Object object{{"log", news.log},
                             {"state", std::string(name_of(news.state))},
                             {"size", static_cast<std::int64_t>(news.size)}};
        if (!news.what.empty()) {
            object["what"] = news.what;
        }
        if (!news.saved.empty()) {
            object["evidence"] = news.saved.string();
        }
        std::cout << codec::canonical(codec::Value(object)) << std::endl;
        return;
    }
    std::cout << (news.state == State::fits || news.state == State::unreachable ? "" : "ALARM ")
              << news.log << ": " << name_of(news.state);
    if (news.state == State::fits) {
        std::cout << ", " << news.size << " leaves";
    } else {
        std::cout << ", " << news.what;
    }
    if (!news.saved.empty()) {
        std::cout << "; evidence for anyone: " << news.saved.string();
    }
    std::cout << std::endl;
}

int tell_all(const std::vector<LedgerNews>& all, bool json) {
    int code = exit_done;
    for (const LedgerNews& news : all) {
        tell(news, json);
        if (news.state == State::split_view || news.state == State::doubtful) {
            code = exit_invalid;
        } else if (news.state == State::unreachable && code == exit_done) {
            code = exit_unavailable;
        }
    }
    return code;
}

/// One round after the other until a signal comes.
class Rounds {
 public:
    Rounds(http::Loop& loop, LedgerMonitor& monitor, const MonitorRequest& request)
        : loop_(loop), monitor_(monitor), request_(request) {}

    void run() {
        last_code = tell_all(monitor_.round(), request_.json);
        loop_.after(std::chrono::seconds(request_.every), [this] { run(); });
    }

    int last_code = exit_done;

 private:
    http::Loop& loop_;
    LedgerMonitor& monitor_;
    const MonitorRequest& request_;
};

base::Result<int> monitor(const MonitorRequest& request) {
    ledger::KeyRecovery recovery = COMITY_TRY(recovery_of(request.recovery));
    const std::string text = COMITY_TRY(files::read_text_file(request.policy, most_policy_bytes));
    auto policy = ledger::Policy::parse(text);
    if (!policy) {
        return std::unexpected(base::at_place(std::move(policy).error(), request.policy));
    }
    LedgerMonitor monitor = COMITY_TRY(
        LedgerMonitor::start(*std::move(policy), request.dir, ledger_source, std::move(recovery)));
    if (request.once) {
        return tell_all(monitor.round(), request.json);
    }
    http::Loop loop;
    loop.stop_on_signals([&loop] { loop.stop(); });
    Rounds rounds(loop, monitor, request);
    loop.post([&rounds] { rounds.run(); });
    loop.run();
    return rounds.last_code;
}

}  // namespace

void add_ledger_monitor(CLI::App& ledger, Run& run) {
    const auto request = std::make_shared<MonitorRequest>();
    CLI::App* command = ledger.add_subcommand(
        "monitor", "Follow other ledgers: alarm and evidence if one does not only grow");
    command
        ->add_option("--policy", request->policy,
                     "the ledgers and witnesses with their URLs, and the quorum (tlog-policy)")
        ->required();
    command->add_option("--dir", request->dir, "where the newest heads and the evidence are kept")
        ->required();
    command->add_option("--every", request->every, "seconds between two rounds")
        ->check(CLI::Range(1, 86'400));
    command->add_flag("--once", request->once, "one round: 0 all fits, 6 alarm, 69 unreachable");
    add_recovery_options(*command, request->recovery);
    command->add_flag("--json", request->json, "one JSON object for each ledger and round");
    command->footer(
        "A witness's URL is where the heads that it cosigned are read.\n"
        "Examples:\n"
        "  comity ledger monitor --policy partners.policy --dir watched\n"
        "  comity ledger monitor --policy partners.policy --dir watched --once --json");
    command->callback([request, &run] {
        run.action = [request] {
            const auto code = monitor(*request);
            return code ? *code : report(code.error(), request->json, std::cout, std::cerr);
        };
    });
}

}  // namespace comity::app
