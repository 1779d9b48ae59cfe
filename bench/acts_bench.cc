// Acts accepted end to end into one node, against the machine's own limits in the same run: TLS,
// signature, chain of keys, commitments, law, durable. A node is served as `comity node serve` does
// it; clients come over loopback with mutual TLS and bring acts that were signed beforehand.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <future>
#include <pthread.h>
#include <thread>
#include <time.h>

#include "app/comity/core.h"
#include "app/comity/node_folder.h"
#include "app/comity/office.h"
#include "bench/limits.h"

namespace {

using namespace comity;
using Clock = std::chrono::steady_clock;

constexpr std::size_t clients = 64;
constexpr std::size_t many_acts = 20'000;
constexpr std::size_t single_acts = 1'000;
constexpr std::size_t paced_acts = 6'000;
constexpr base::Duration tick = std::chrono::milliseconds(2);

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// What a CPU clock shows, in seconds.
double cpu_seconds(clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

/// The node of an invented prosecution with one accredited investigator.
struct Bench {
    std::filesystem::path folder;
    std::unique_ptr<app::OpenNode> node;
    std::unique_ptr<softkeys::SoftSigner> root;
    std::unique_ptr<softkeys::SoftSigner> official;
};

base::Result<void> make_parties(const std::filesystem::path& folder, casework::Annex& annex) {
    const std::array<std::array<std::string_view, 3>, 3> plans{
        {{"xa-prosecution", "XA", "prosecution"},
         {"xb-central", "XB", "central-authority"},
         {"cirrus-mail", "XB", "provider-company"}}};
    for (const auto& [party, state, kind] : plans) {
        app::NewNode node;
        node.folder = folder / party;
        node.party = COMITY_TRY(base::PartyId::parse(party));
        node.title = "Invented institution of the benchmark";
        node.jurisdiction = std::string(state);
        node.kind = std::string(kind);
        node.law = COMITY_LAW;
        annex.parties.push_back(COMITY_TRY(app::make_node(node)));
    }
    return {};
}

base::Result<casework::Draft> signed_root_act(Bench& bench, submit::DraftRequest request) {
    request.key = bench.root->public_key().id();
    return bench.node->institution->draft(request);
}

base::Result<void> record(Bench& bench, const casework::Draft& draft, ports::Signer& key) {
    const auto& institution = *bench.node->institution;
    submit::OwnAct act{draft,
                       COMITY_TRY(submit::sign_for(
                           casework::id_of(draft.header).digest, "act", base::Realm::exercise,
                           institution.settings().party, draft.header.at + std::chrono::minutes(5),
                           key, bench.node->random)),
                       {}};
    std::vector<submit::Submission> one;
    one.emplace_back(std::move(act));
    auto results = bench.node->institution->record(std::move(one));
    if (!results.front()) {
        return std::unexpected(results.front().error());
    }
    return {};
}

base::Result<void> accredit(Bench& bench) {
    submit::DraftRequest open;
    open.matter =
        COMITY_TRY(casework::Registry::matter_of(bench.node->institution->settings().party));
    open.procedure = "registry";
    open.kind = "open";
    codec::Object fields;
    fields["institution"] = "Invented institution of the benchmark";
    open.fields = fields;
    const casework::Draft opened = COMITY_TRY(signed_root_act(bench, open));
    COMITY_TRY(record(bench, opened, *bench.root));
    submit::DraftRequest grant;
    grant.matter = open.matter;
    grant.kind = "accredit";
    codec::Object accreditation;
    const base::Instant now = bench.node->clock.now();
    accreditation["person"] = "investigator-ilex";
    accreditation["role"] = "investigator";
    accreditation["key"] = bench.official->public_key().jwk();
    accreditation["competence"] = codec::Array{"registration", "subscriber", "traffic", "content"};
    accreditation["from"] = (now - std::chrono::hours(24)).text();
    accreditation["until"] = (now + std::chrono::hours(24)).text();
    accreditation["realm"] = "exercise";
    grant.fields = accreditation;
    const casework::Draft granted = COMITY_TRY(signed_root_act(bench, grant));
    return record(bench, granted, *bench.root);
}

base::Result<std::unique_ptr<Bench>> make_bench(const std::filesystem::path& folder) {
    auto bench = std::make_unique<Bench>();
    bench->folder = folder / "xa-prosecution";
    casework::Annex annex;
    annex.agreement = "XA-XB/EE";
    const law::Library library = COMITY_TRY(app::read_law(COMITY_LAW));
    annex.text = library.agreement_digest(annex.agreement).value_or(base::TextDigest{});
    annex.skew_seconds = 3600;
    annex.quorum = 1;
    COMITY_TRY(make_parties(folder, annex));
    annex.witnesses = {annex.parties[0].party, annex.parties[1].party};
    COMITY_TRY(app::write_annex(bench->folder, annex));
    bench->node = COMITY_TRY(app::open_node(bench->folder));
    bench->root = std::make_unique<softkeys::SoftSigner>(
        COMITY_TRY(softkeys::SoftSigner::load(bench->folder / "keys" / "root.key")));
    bench->official = std::make_unique<softkeys::SoftSigner>(
        COMITY_TRY(softkeys::SoftSigner::generate(crypto::Algorithm::es256)));
    COMITY_TRY(accredit(*bench));
    return bench;
}

/// The body of POST /acts: a preservation request, each in a matter of its own, so that the law is
/// asked for every one of them.
base::Result<std::string> signed_act(Bench& bench, std::size_t number) {
    submit::DraftRequest request;
    request.procedure = "preservation";
    request.kind = "request";
    request.key = bench.official->public_key().id();
    codec::Object fields;
    fields["requested"] = "xb-central";
    fields["provider"] = "cirrus-mail";
    fields["data"] = "subscriber";
    fields["offence"] = "fraud";
    fields["names-a-person"] = true;
    fields["purpose"] = codec::Array{"stated-case"};
    fields["recipients"] = codec::Array{"requesting-authority"};
    fields["person-or-account"] = fmt::format("account{}@cirrus.example", number);
    fields["data-description"] = "Subscriber data of the account";
    fields["facts-summary"] = "An invented fraud: the account sent the invented invoices.";
    fields["legal-basis"] = "XA-XB/EE 3(4)";
    fields["days"] = 90;
    request.fields = fields;
    const casework::Draft draft = COMITY_TRY(bench.node->institution->draft(request));
    service::SubmittedAct act;
    act.draft = draft;
    act.signature = COMITY_TRY(submit::sign_for(
        casework::id_of(draft.header).digest, "act", base::Realm::exercise,
        bench.node->institution->settings().party, draft.header.at + std::chrono::hours(1),
        *bench.official, bench.node->random));
    return codec::write(act);
}

/// The node served on loopback, as serve() wires it.
class Served {
 public:
    static base::Result<std::unique_ptr<Served>> start(Bench& bench) {
        auto served = std::make_unique<Served>();
        const http::TlsIdentity identity{bench.folder / "keys" / "tls.crt",
                                         bench.folder / "keys" / "tls.key"};
        served->core = std::make_shared<app::Core>(
            *bench.node->institution, bench.node->clock, [core = served.get()](auto outgoing) {
                core->core->answered(outgoing.token,
                                     base::fail(base::ErrorKind::unavailable, "no peers here"));
            });
        const base::Digest self = bench.node->institution->self().tls;
        http::MutualTls tls{identity, [self](const base::Digest& key) { return key == self; }};
        served->server = std::make_unique<http::Server>(COMITY_TRY(http::Server::listen(
            served->loop, {}, std::move(tls), {},
            [core = served->core.get()](message::Request request, http::Respond respond) {
                (void)core->submit(
                    service::read_request(std::move(request), base::Realm::exercise, *core->ring()),
                    service::Listener::federation, std::move(respond));
            })));
        served->endpoint = {"127.0.0.1", served->server->port(), self};
        served->identity = identity;
        served->core->start();
        served->thread = std::thread([loop = &served->loop] { loop->run(); });
        return served;
    }
    ~Served() {
        loop.stop();
        if (thread.joinable()) {
            thread.join();
        }
        server.reset();
    }

    /// Core time of the event loop's thread.
    [[nodiscard]] double loop_seconds() {
        clockid_t clock{};
        return ::pthread_getcpuclockid(thread.native_handle(), &clock) == 0 ? cpu_seconds(clock)
                                                                            : 0;
    }

    http::Loop loop;
    std::shared_ptr<app::Core> core;
    std::unique_ptr<http::Server> server;
    http::Endpoint endpoint;
    http::TlsIdentity identity;
    std::thread thread;
};

/// Core time by who used it: the client's thread, the node's event loop, the rest of the node.
struct CoreTime {
    double client = 0;
    double loop = 0;
    double rest = 0;
};

struct Measured {
    double seconds = 0;
    CoreTime core;
    std::size_t accepted = 0;
    std::size_t refused = 0;
    std::string first_refusal;
    std::vector<double> latencies;  ///< seconds
};

/// Sends all bodies over at most `concurrent` kept-alive connections: each sends its next when it
/// is answered, or, with a `rate`, so many are sent a second whatever the answers do. Latency then
/// counts from when an act was due to be sent, and the rate begins once every connection is open:
/// the first `concurrent` acts open them, and are not measured.
class Load {
 public:
    Load(Served& served, std::vector<std::string> bodies, std::size_t concurrent,
         std::optional<double> rate = std::nullopt)
        : bodies_(std::move(bodies)), concurrent_(concurrent), rate_(rate), served_(served) {}

    base::Result<Measured> run(const http::TlsIdentity& identity) {
        http::ClientLimits limits;
        limits.connections_per_peer = concurrent_;
        http::Client client = COMITY_TRY(http::Client::make(loop_, identity, limits));
        client_ = &client;
        const CoreTime before = core_time();
        start_ = Clock::now();
        for (std::size_t i = 0; i < concurrent_; ++i) {
            send_next(Clock::now());
        }
        loop_.run();
        measured_.seconds = seconds_since(start_);
        const CoreTime after = core_time();
        measured_.core = {after.client - before.client, after.loop - before.loop,
                          after.rest - before.rest};
        client_ = nullptr;
        return std::move(measured_);
    }

 private:
    [[nodiscard]] CoreTime core_time() const {
        const double client = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
        const double loop = served_.loop_seconds();
        return {client, loop, cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - client - loop};
    }
    void send_due() {
        const auto due = concurrent_ + static_cast<std::size_t>(seconds_since(start_) * *rate_);
        while (next_ < std::min(due, bodies_.size())) {
            const std::chrono::duration<double> offset(static_cast<double>(next_ - concurrent_) /
                                                       *rate_);
            send_next(start_ + std::chrono::duration_cast<Clock::duration>(offset));
        }
        if (next_ < bodies_.size()) {
            loop_.after(tick, [this] { send_due(); });
        }
    }
    void send_next(Clock::time_point sent) {
        if (next_ == bodies_.size()) {
            return;
        }
        message::Request request;
        request.method = "POST";
        request.target = "/acts";
        request.body = std::move(bodies_[next_++]);
        client_->call(served_.endpoint, std::move(request), std::chrono::seconds(30),
                      [this, sent](base::Result<message::Response> response) {
                          answered(sent, std::move(response));
                      });
    }
    void answered(Clock::time_point sent, base::Result<message::Response> response) {
        ++answered_;
        if (!rate_ || answered_ > concurrent_) {
            measured_.latencies.push_back(seconds_since(sent));
        }
        if (response && response->status == 200) {
            ++measured_.accepted;
        } else {
            ++measured_.refused;
            if (measured_.first_refusal.empty()) {
                measured_.first_refusal = response ? response->body : response.error().text();
            }
        }
        if (answered_ == bodies_.size()) {
            loop_.stop();
        } else if (!rate_) {
            send_next(Clock::now());
        } else if (answered_ == concurrent_) {
            start_ = Clock::now();
            send_due();
        }
    }

    std::vector<std::string> bodies_;
    std::size_t concurrent_;
    std::optional<double> rate_;
    Clock::time_point start_;
    Served& served_;
    http::Loop loop_;
    http::Client* client_ = nullptr;  // borrowed for run()
    std::size_t next_ = 0;
    std::size_t answered_ = 0;
    Measured measured_;
};

base::Result<std::vector<std::string>> signed_acts(Bench& bench, std::size_t count) {
    std::vector<std::string> bodies;
    bodies.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        bodies.push_back(COMITY_TRY(signed_act(bench, i)));
    }
    return bodies;
}

base::Result<void> measure(const std::filesystem::path& folder) {
    const std::unique_ptr<Bench> bench = COMITY_TRY(make_bench(folder));
    auto many = COMITY_TRY(signed_acts(*bench, many_acts));
    auto single = COMITY_TRY(signed_acts(*bench, single_acts));
    auto paced = COMITY_TRY(signed_acts(*bench, paced_acts));
    const std::unique_ptr<Served> served = COMITY_TRY(Served::start(*bench));
    const double verifications = COMITY_TRY(bench::p256_verifications_per_second());
    const std::vector<double> syncs = COMITY_TRY(bench::fdatasync_seconds(folder));
    const double sync = bench::percentile(syncs, 0.5);

    const Measured one = COMITY_TRY(Load(*served, std::move(single), 1).run(served->identity));
    const Measured all = COMITY_TRY(Load(*served, std::move(many), clients).run(served->identity));
    const double rate = static_cast<double>(all.accepted) / all.seconds;
    const Measured half =
        COMITY_TRY(Load(*served, std::move(paced), clients, rate / 2).run(served->identity));
    if (one.refused + all.refused + half.refused > 0) {
        return base::fail(base::ErrorKind::failure, "acts were refused",
                          one.first_refusal + all.first_refusal + half.first_refusal);
    }
    const double half_p50 = bench::percentile(half.latencies, 0.5);
    const double half_p99 = bench::percentile(half.latencies, 0.99);
    const double p50 = bench::percentile(one.latencies, 0.5);
    fmt::print("machine   P-256 verifications, one core        {:10.0f} /s\n", verifications);
    fmt::print("machine   4 KiB append + fdatasync, p50        {:10.3f} ms   p99 {:.2f} ms\n",
               sync * 1e3, bench::percentile(syncs, 0.99) * 1e3);
    fmt::print(
        "acts      {} clients, {} acts            {:10.0f} /s   p50 {:.2f} ms  p99 {:.2f} ms\n",
        clients, all.accepted, rate, bench::percentile(all.latencies, 0.5) * 1e3,
        bench::percentile(all.latencies, 0.99) * 1e3);
    const double per_act = 1e6 / static_cast<double>(all.accepted);
    fmt::print(
        "acts      core time for one: client {:.0f} us, event loop {:.0f} us, rest {:.0f} us\n",
        all.core.client * per_act, all.core.loop * per_act, all.core.rest * per_act);
    fmt::print("acts      1 client, {} acts, p50             {:10.3f} ms\n", one.accepted,
               p50 * 1e3);
    fmt::print(
        "acts      half load, {} acts              {:10.0f} /s   p50 {:.2f} ms  p99 {:.2f} ms\n",
        half.latencies.size(), rate / 2, half_p50 * 1e3, half_p99 * 1e3);
    fmt::print(
        "ratio     accepted / verifications             {:10.1f} %  (goals >= 15 %, >= 25 %)\n",
        100 * rate / verifications);
    fmt::print("ratio     one client p50 / fdatasync p50       {:10.1f} x  (goal <= 12 x)\n",
               p50 / sync);
    fmt::print("ratio     half load p99 / p50                  {:10.1f} x  (goal <= 5 x)\n",
               half_p99 / half_p50);
    return {};
}

}  // namespace

int main() {
    const std::filesystem::path folder =
        std::filesystem::current_path() / fmt::format("acts-bench-{}", ::getpid());
    std::filesystem::create_directories(folder);
    const auto measured = measure(folder);
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
    if (!measured) {
        fmt::print(stderr, "acts-bench: {}\n", measured.error().text());
        return 1;
    }
    return 0;
}
