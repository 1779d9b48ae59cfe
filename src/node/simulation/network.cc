#include "node/simulation/network.h"

namespace comity::simulation {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration patience = 5s;  // until a sender takes a message for lost
constexpr unsigned lost_permille = 60;
constexpr unsigned doubled_permille = 50;
constexpr unsigned late_permille = 80;

base::Result<message::Response> nothing() {
    return base::fail(base::ErrorKind::unavailable, "no answer came");
}

}  // namespace

bool Network::happens(Fault fault, unsigned permille) {
    const bool thrown = dice_.permille(permille);  // thrown in any case: the stream stays the same
    return thrown && !healed_ && !plan_.without.contains(fault);
}

base::Duration Network::delay() {
    const base::Duration usual = dice_.between(1, 40) * 1ms;
    const base::Duration late = dice_.between(100, 20'000) * 1ms;
    return happens(Fault::delay, late_permille) ? late : usual;
}

void Network::put(Parcel parcel, base::Instant at) {
    under_way_.emplace(std::pair(at, order_++), std::move(parcel));
}

void Network::ask(Parcel parcel, base::Instant now) {
    if (hears_) {
        hears_(parcel, now);
    }
    const base::Duration usual = delay();
    const base::Duration again = delay();
    const bool lost = happens(Fault::loss, lost_permille);
    const bool doubled = happens(Fault::doubling, doubled_permille);
    if (lost || is_cut(parcel, now)) {
        parcel.request.reset();
        parcel.answer = nothing();
        put(std::move(parcel), now + patience);
        return;
    }
    if (doubled) {
        Parcel second = parcel;
        second.life = 0;  // nobody waits for the answer to this one
        put(std::move(second), now + again);
    }
    put(std::move(parcel), now + usual);
}

void Network::answer(Parcel parcel, base::Instant now) {
    if (hears_) {
        hears_(parcel, now);
    }
    const base::Duration usual = delay();
    if (happens(Fault::loss, lost_permille) || is_cut(parcel, now)) {
        parcel.answer = nothing();
        put(std::move(parcel), now + patience);
        return;
    }
    put(std::move(parcel), now + usual);
}

std::vector<Parcel> Network::arrived(base::Instant now) {
    std::vector<Parcel> due;
    while (!under_way_.empty() && under_way_.begin()->first.first <= now) {
        due.push_back(std::move(under_way_.begin()->second));
        under_way_.erase(under_way_.begin());
    }
    return due;
}

void Network::cut(std::set<base::PartyId> group, base::Instant until) {
    group_ = std::move(group);
    cut_until_ = until;
}

bool Network::is_cut(const Parcel& parcel, base::Instant now) const {
    return !healed_ && now < cut_until_ &&
           group_.contains(parcel.from) != group_.contains(parcel.to);
}

}  // namespace comity::simulation
