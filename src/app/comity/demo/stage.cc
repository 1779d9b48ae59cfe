#include "app/comity/demo/stage.h"

#include <chrono>
#include <fmt/format.h>

namespace comity::app::demo {
namespace {

constexpr base::Duration arrival_limit = std::chrono::seconds(20);
constexpr base::Duration between_looks = std::chrono::milliseconds(5);

double milliseconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
        .count();
}

}  // namespace

ActRequest in_matter(const base::MatterId& matter, std::string_view kind, codec::Object fields) {
    return {matter, {}, std::string(kind), std::move(fields)};
}

void Stage::heading(std::string_view text) {
    out_ << "\n" << ++chapters_ << ". " << text << "\n" << std::flush;
}

void Stage::note(std::string_view text) {
    out_ << "            " << text << "\n" << std::flush;
}

base::Result<ActReceipt> Stage::perform(Institution& institution, ports::Signer& key,
                                        std::string_view who, const ActRequest& request,
                                        std::vector<casework::ShippedItem> items) {
    const auto start = std::chrono::steady_clock::now();
    SignedAct act = COMITY_TRY(institution.office->prepare(request, key, cast_.random));
    act.items = std::move(items);
    ActReceipt receipt = COMITY_TRY(institution.office->submit(act));
    ++acts_;
    out_ << fmt::format("{:7.1f} ms  {}\n            by {} of {}; under {}; leaf {}\n",
                        milliseconds_since(start), receipt.title, who, institution.party,
                        base::joined(receipt.clauses), receipt.leaf)
         << std::flush;
    if (after_act_) {
        COMITY_TRY(after_act_(acts_, institution));
    }
    return receipt;
}

base::Result<ActReceipt> Stage::take(std::string_view person, ActRequest request,
                                     std::vector<casework::ShippedItem> items) {
    Official& official = cast_.officials.find(person)->second;
    Institution& institution = cast_.institutions.find(official.institution)->second;
    return perform(institution, *official.key, official.person + " (" + official.role + ")",
                   request, std::move(items));
}

base::Result<ActReceipt> Stage::take_as_root(std::string_view party, ActRequest request) {
    Institution& institution = cast_.institutions.find(party)->second;
    return perform(institution, *institution.root, "the root key", request, {});
}

base::Result<SignedAct> Stage::prepare(std::string_view person, const ActRequest& request) {
    Official& official = cast_.officials.find(person)->second;
    Institution& institution = cast_.institutions.find(official.institution)->second;
    return institution.office->prepare(request, *official.key, cast_.random);
}

base::Result<bool> Stage::has_recorded(const Institution& institution,
                                       const ActReceipt& act) const {
    auto view = institution.office->get("/matters/" + act.matter.text());
    if (!view) {
        if (view.error().kind == base::ErrorKind::not_found) {
            return false;
        }
        return std::unexpected(std::move(view).error());
    }
    for (const codec::Value& one : view->get_object().at("acts").get_array()) {
        if (one.get_object().at("id").get_string() == act.act.hex()) {
            return true;
        }
    }
    return false;
}

base::Result<void> Stage::arrived(std::string_view party, const ActReceipt& act) {
    const Institution& institution = cast_.institutions.find(party)->second;
    const auto start = std::chrono::steady_clock::now();
    while (milliseconds_since(start) < static_cast<double>(arrival_limit.count())) {
        COMITY_TRY(cast_.children.check());
        if (COMITY_TRY(has_recorded(institution, act))) {
            return {};
        }
        if (cast_.signals.wait(between_looks)) {
            return base::fail(base::ErrorKind::failure, "stopped");
        }
    }
    return base::fail(base::ErrorKind::unavailable,
                      "the act " + act.title + " did not reach " + institution.party,
                      codec::canonical(COMITY_TRY(
                          cast_.institutions.find(prosecution)->second.office->get("/status"))));
}

base::Result<void> Stage::settled() {
    const auto start = std::chrono::steady_clock::now();
    while (milliseconds_since(start) < static_cast<double>(arrival_limit.count())) {
        COMITY_TRY(cast_.children.check());
        std::int64_t waiting = 0;
        for (const auto& [name, institution] : cast_.institutions) {
            const codec::Value status = COMITY_TRY(institution.office->get("/status"));
            for (const codec::Value& peer : status.get_object().at("peers").get_array()) {
                waiting += peer.get_object().at("waiting").get_int64();
            }
            waiting += status.get_object().at("leaves").get_int64() -
                       status.get_object().at("cosigned").get_int64();
        }
        if (waiting == 0) {
            return {};
        }
        if (cast_.signals.wait(between_looks)) {
            return base::fail(base::ErrorKind::failure, "stopped");
        }
    }
    return base::fail(base::ErrorKind::unavailable, "the nodes did not come to rest");
}

base::Result<void> Stage::jump(base::Duration by, std::string_view in_words) {
    COMITY_TRY(settled());
    const auto start = std::chrono::steady_clock::now();
    COMITY_TRY(demo::jump(cast_, by));
    out_ << fmt::format("{:7.1f} ms  the exercise's clock jumps by {}: all nodes restart\n",
                        milliseconds_since(start), in_words)
         << std::flush;
    return {};
}

base::Result<void> Stage::interrupt(std::string_view party) {
    return interrupting_ ? kill_and_restart(party) : base::Result<void>{};
}

base::Result<void> Stage::kill_and_restart(std::string_view party) {
    const Institution& institution = cast_.institutions.find(party)->second;
    const auto start = std::chrono::steady_clock::now();
    COMITY_TRY(cast_.children.kill(institution.folder));
    COMITY_TRY(start_one(cast_, party));
    out_ << fmt::format("{:7.1f} ms  killed (SIGKILL) and started again: {}\n",
                        milliseconds_since(start), institution.party)
         << std::flush;
    return {};
}

base::Result<void> Stage::expect_refused(std::string_view what, base::ErrorKind kind,
                                         const base::Result<ActReceipt>& result) {
    if (result) {
        return base::fail(base::ErrorKind::failure,
                          "this was to be refused and was not: " + std::string(what));
    }
    return expect_refused(what, kind, result.error());
}

base::Result<void> Stage::expect_refused(std::string_view what, base::ErrorKind kind,
                                         const base::Error& error) {
    if (error.kind != kind) {
        return base::fail(base::ErrorKind::failure,
                          "this was refused for another reason: " + std::string(what),
                          std::string(base::name_of(error.kind)) + ": " + error.text());
    }
    out_ << "   refused  " << what << "\n            " << base::name_of(kind) << ": "
         << error.text() << "\n"
         << std::flush;
    return {};
}

}  // namespace comity::app::demo
