#include "node/simulation/two_worlds.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "node/simulation/projection.h"
#include "node/simulation/variation.h"
#include "node/simulation/world.h"

namespace comity::simulation {
namespace {

constexpr std::size_t shown_around = 120;  // characters of a difference

/// What reached one observer, in order.
struct Seen {
    Projection projection;
    std::vector<std::string> lines;
};

/// An act that somebody set out to take.
struct Taken {
    base::PartyId author;
    std::string clause;
    base::Instant at;
    std::optional<base::MatterId> matter;  ///< none: it could not be drafted
};

std::size_t size_of(const message::Headers& headers) {
    std::size_t size = 0;
    for (const auto& [name, value] : headers.fields) {
        size += name.size() + value.size();
    }
    return size;
}

std::size_t size_of(const Parcel& parcel) {
    if (parcel.answer) {
        return *parcel.answer ? size_of((*parcel.answer)->headers) + (*parcel.answer)->body.size()
                              : 0;
    }
    return parcel.request->method.size() + parcel.request->target.size() +
           size_of(parcel.request->headers) + parcel.request->body.size();
}

bool is_for_witness(const Parcel& parcel) {
    return parcel.request && parcel.request->path().starts_with("/witness/");
}

/// Writes down what every observer sees of one world.
class Diary final : public Onlooker {
 public:
    /// `first`: the world that the acts repeat; nullptr: this is it.
    Diary(const Diary* first, Varied varied) : first_(first), varied_(std::move(varied)) {}
    /// Before the world is played.
    void meet(const Cast& cast) { variation_.emplace(cast, varied_); }

    void writes(const Member& author, const law::ActKind& kind, Written& written,
                base::Instant now) override {
        const std::size_t place = taken_.size();
        taken_.push_back({author.party, kind.clause, now, std::nullopt});
        if (first_ == nullptr || place >= first_->taken_.size()) {
            return;
        }
        const auto& matter = first_->taken_[place].matter;
        const auto sides = matter ? first_->sides_.find(*matter) : first_->sides_.end();
        variation_->rewrite(author.party, kind,
                            sides == first_->sides_.end() ? Sides{} : sides->second, written);
    }

    void drafted(const base::ActId& id, const base::MatterId& matter) override {
        taken_.back().matter = matter;
        names_.emplace_back(id.digest, "act-" + std::to_string(taken_.size()));
        for (auto& [observer, seen] : seen_) {
            seen.projection.call(id.digest, names_.back().second);
        }
    }

    void sends(const Parcel& parcel, base::Instant now) override {
        const std::string way = now.text() + " " + parcel.from.text() +
                                (parcel.answer ? "<" : ">") + parcel.to.text() + " ";
        of("network").lines.push_back(way + std::to_string(size_of(parcel)));
        const base::PartyId& reader = parcel.answer ? parcel.from : parcel.to;
        for (const std::string& observer :
             {"party " + reader.text(), std::string("operators"), "witness " + reader.text()}) {
            if (observer.starts_with('w') && !is_for_witness(parcel)) {
                continue;
            }
            Seen& seen = of(observer);
            seen.lines.push_back(way + (parcel.answer ? seen.projection.response(*parcel.answer)
                                                      : seen.projection.request(*parcel.request)));
        }
    }

    /// What a mirror of the node's static files serves now.
    void looks_at(Station& station, base::Instant now) override {
        if (!station.up()) {
            return;
        }
        const auto head = file_of(station, "checkpoint");
        if (!head || std::exchange(heads_[station.party()], *head) == *head) {
            return;
        }
        Seen& seen = of("ledgers");
        seen.lines.push_back(now.text() + " " + seen.projection.ledger_file("checkpoint", *head));
    }

    void rests(Station& station) override {
        const submit::Institution& institution = station.institution();
        for (const auto& [id, matter] : institution.matters()) {
            for (const casework::PartyEntry& party : institution.annex().parties) {
                if (const auto side = matter.state.side_of(party.party)) {
                    sides_[id][party.party].insert(*side);
                }
            }
        }
        Seen& disk = of("disk");
        ports::Store& store = institution.ports().store;
        COMITY_ENSURE(store.each_entry([&](const ports::StoredEntry& row) -> base::Result<void> {
            disk.lines.push_back(disk.projection.row(row));
            return {};
        }));
        for (const ports::OutboxRow& row : institution.outbox()) {
            disk.lines.push_back(disk.projection.row(row));
        }
        Seen& ledgers = of("ledgers");
        const ledger::Tree& tree = institution.sequencer().tree();
        for (const ledger::StaticFile& file :
             ledger::files_for_growth(tree, 0, [](std::uint64_t) { return base::Bytes{}; })) {
            const auto content = file_of(station, file.path);
            ledgers.lines.push_back(content ? ledgers.projection.ledger_file(file.path, *content)
                                            : file.path + " is not there");
        }
    }

    [[nodiscard]] const std::vector<Taken>& taken() const { return taken_; }
    [[nodiscard]] const std::vector<std::string>& lines(const std::string& observer) {
        return of(observer).lines;
    }
    [[nodiscard]] const Variation& variation() const { return *variation_; }

 private:
    static base::Result<base::Bytes> file_of(Station& station, std::string_view path) {
        return station.institution().ports().files.read(path);
    }

    Seen& of(const std::string& observer) {
        const auto [seen, is_new] = seen_.try_emplace(observer);
        if (is_new) {
            for (const auto& [digest, name] : names_) {
                seen->second.projection.call(digest, name);
            }
        }
        return seen->second;
    }

    const Diary* first_;
    Varied varied_;
    std::optional<Variation> variation_;
    std::vector<Taken> taken_;
    std::vector<std::pair<base::Digest, std::string>> names_;
    std::map<std::string, Seen> seen_;
    std::map<base::PartyId, base::Bytes> heads_;
    std::map<base::MatterId, Sides> sides_;
};

std::string around(const std::string& line, std::size_t place) {
    const std::size_t first = place > shown_around ? place - shown_around : 0;
    return line.substr(first, 2 * shown_around);
}

/// The first line in which the two differ; none if they are equal.
std::optional<std::string> difference(const std::vector<std::string>& first,
                                      const std::vector<std::string>& second) {
    const auto [one, other] = std::ranges::mismatch(first, second);
    if (one == first.end() && other == second.end()) {
        return std::nullopt;
    }
    const std::string of = " line " + std::to_string(one - first.begin() + 1) + " of " +
                           std::to_string(first.size()) + ": ";
    if (one == first.end() || other == second.end()) {
        return of + "in one world there is more: " + around(one == first.end() ? *other : *one, 0);
    }
    const auto place =
        static_cast<std::size_t>(std::ranges::mismatch(*one, *other).in1 - one->begin());
    return of + "'" + around(*one, place) + "' and '" + around(*other, place) + "'";
}

std::vector<std::string> lines_of(const std::vector<Taken>& taken) {
    std::vector<std::string> lines;
    for (const Taken& one : taken) {
        lines.push_back(one.at.text() + " " + one.author.text() + " " + one.clause +
                        (one.matter ? "" : " (not drafted)"));
    }
    return lines;
}

class Comparing {
 public:
    Comparing(const Setting& setting, Workshop& workshop, const Plan& plan)
        : setting_(setting), workshop_(workshop), plan_(plan), first_(nullptr, {}) {}

    Comparison run() {
        const std::vector<base::PartyId> parties = play(first_);
        const auto with = [&](const std::string& what) {
            std::vector<std::string> all;
            for (const base::PartyId& party : parties) {
                all.push_back(what + party.text());
            }
            return all;
        };
        compare({true, Lengths::equal, {}}, {"network", "disk"});
        compare({false, Lengths::equal, {}}, {"operators"});
        std::vector<std::string> public_eyes = with("witness ");
        public_eyes.emplace_back("ledgers");
        compare({true, Lengths::other, {}}, public_eyes);
        for (const base::PartyId& party : parties) {
            compare({true, Lengths::other, party}, {"party " + party.text()});
        }
        return std::move(comparison_);
    }

 private:
    std::vector<base::PartyId> play(Diary& diary) {
        World world(setting_, workshop_, plan_, &diary);
        diary.meet(world.cast());
        Outcome outcome = world.play();
        ++comparison_.worlds;
        if (outcome.violation && !comparison_.violation) {
            comparison_.violation = std::move(outcome.violation);
        }
        std::vector<base::PartyId> parties;
        for (const Member& member : world.cast().members) {
            parties.push_back(member.party);
        }
        return parties;
    }

    void compare(const Varied& varied, const std::vector<std::string>& observers) {
        if (comparison_.violation) {
            return;
        }
        Diary second(&first_, varied);
        (void)play(second);
        comparison_.varied += second.variation().count();
        comparison_.closed += second.variation().closed();
        if (const auto taken = difference(lines_of(first_.taken()), lines_of(second.taken()))) {
            differs("what is hidden from " + observers.front() + " changes who acts,", *taken);
        }
        for (const std::string& observer : observers) {
            comparison_.compared += first_.lines(observer).size();
            if (const auto seen = difference(first_.lines(observer), second.lines(observer))) {
                differs(observer + " can tell two worlds apart,", *seen);
            }
        }
    }

    void differs(const std::string& who, const std::string& how) {
        if (!comparison_.violation) {
            comparison_.violation = Violation{"DESIGN 6.11", who + how, 0};
        }
    }

    const Setting& setting_;
    Workshop& workshop_;
    const Plan& plan_;
    Diary first_;
    Comparison comparison_;
};

}  // namespace

Comparison compare_worlds(const Setting& setting, Workshop& workshop, Plan plan) {
    plan.without.insert(Fault::liar);
    return Comparing(setting, workshop, plan).run();
}

}  // namespace comity::simulation
