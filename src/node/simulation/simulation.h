#pragma once

// simulation: whole federations in memory, from one number.
//
//   run(setting, workshop, plan) -> Outcome
//
//   world.h     one seed: the events in their order, and what runs after every one of them
//   station.h   one node: a process that can die (Institution, Delivery, Service) over a disk that
//               stays, and the boundaries at which it dies or its disk fails (machine.h)
//   network.h   messages under way: lost, late, twice, in another order, cut off
//   cast.h      institutions, officials, their keys and the annex
//   fields.h    what an official might write into an act, from the procedure's own schema
//   liar.h      a node with valid keys that says what it likes
//   depth.h     how far matters come, and which acts lead further
//   silence.h   clocks of silence, reckoned a second time
//   oracle.h    the reference model: a plain second opinion on all that is recorded, signed, sent
//
// The nodes run the same code as the server. Everything that happens follows from the seed: no
// clock, no thread, no address. Signatures on P-256 are random, and nothing depends on their bytes.
// The library knows no procedure and no act kind: it reads them from the texts that it is given.
// docs/simulation.md says what is checked after every step, and what is not checked yet.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "domain/law/law.h"
#include "ground/base/base.h"
#include "ground/crypto/crypto.h"
#include "node/ports/ports.h"

namespace comity::simulation {

/// What a simulated machine keeps over the death of its process.
struct Disk {
    std::unique_ptr<ports::Store> store;
    std::unique_ptr<ports::LedgerFiles> files;
    std::unique_ptr<ports::DayKeys> day_keys;
    std::unique_ptr<ports::Blobs> blobs;
};

/// What the simulation needs of adapters, handed in by whoever may use them.
class Workshop {
 public:
    virtual ~Workshop() = default;
    /// The signer of that name: the same key in every process, so that ids repeat.
    [[nodiscard]] virtual ports::Signer& signer(std::string_view name,
                                                crypto::Algorithm algorithm) = 0;
    [[nodiscard]] virtual crypto::KeyAgreement& sealer(std::string_view name) = 0;
    /// An empty disk. `random` outlives it.
    [[nodiscard]] virtual Disk disk(crypto::Random& random) = 0;
};

struct InstitutionPlan {
    std::string party;
    std::string jurisdiction;
    std::string kind;  ///< an institution of the vocabulary
};

/// What all seeds share.
struct Setting {
    law::Library library;
    std::string agreement;
    base::Instant begins;  ///< an instant at which the agreement is in force
    std::vector<InstitutionPlan>
        institutions;  ///< at least three; the first three always take part
};

/// What can go wrong in a seed. Each has its own chances and can be left out.
enum class Fault {
    loss,
    delay,
    doubling,
    partition,
    crash,
    disk,
    clock,
    signer,
    liar,
    theft,
    rollback,
    night  ///< hours or days pass in which nobody acts
};
[[nodiscard]] std::string_view name_of(Fault fault);
[[nodiscard]] const std::vector<Fault>& all_faults();

struct Plan {
    std::uint64_t seed = 0;
    std::size_t steps = 200;  ///< after which all faults stop and everything must arrive
    std::set<Fault> without;
};

/// Something that must never be.
struct Violation {
    std::string rule;  ///< where the design says so, e.g. `DESIGN 6.10`
    std::string what;
    std::size_t step = 0;
};

/// What a matter can come to, whatever the acts are called that lead there (depth.h).
enum class Mark {
    handed_over,
    elsewhere,  ///< handed to another than who asked
    handed_on,  ///< what was received, by its reader
    opened,
    attended,    ///< opened with a second person's agreement
    restricted,  ///< nothing may be released
    limited,     ///< nothing of some categories
    filtered,    ///< set apart for who filters
    held,        ///< erasure is postponed
    recalled,
    set_aside,
    lifted,  ///< a restriction
    erased,
    contested,
    duty,     ///< begun by an act
    silence,  ///< its effect is declared
    outage,
    answered  ///< an act discharged a duty
};
[[nodiscard]] std::string_view name_of(Mark mark);
[[nodiscard]] const std::vector<Mark>& all_marks();

struct Counters {
    std::uint64_t judgements = 0;  ///< acts handed to a node that did not know them
    std::uint64_t recorded = 0;    ///< acts recorded, at any node
    std::uint64_t refused = 0;     ///< acts refused, at any node
    std::uint64_t entries = 0;     ///< acts and receipts recorded, at any node
    std::uint64_t messages = 0;    ///< requests that reached a node
    std::uint64_t crashes = 0;
    std::uint64_t rollbacks = 0;  ///< starts over an older copy of the data
    std::uint64_t nights = 0;
    std::uint64_t erased = 0;               ///< keys of items and bodies that nodes destroyed
    std::uint64_t lies = 0;                 ///< messages of the liar that no node may believe
    std::uint64_t checks = 0;               ///< comparisons with the reference model
    std::map<Mark, std::uint64_t> reached;  ///< seeds in which some matter came so far

    Counters& operator+=(const Counters& other);
};

struct Outcome {
    Plan plan;
    std::size_t steps = 0;  ///< taken, healing included
    std::optional<Violation> violation;
    std::vector<std::string> trace;  ///< one line an event
    base::Digest fingerprint;        ///< of the whole trace: the same for the same plan
    Counters counters;
};

/// Plays one seed until it ends or something is violated.
[[nodiscard]] Outcome run(const Setting& setting, Workshop& workshop, const Plan& plan);

/// The same violation with as few kinds of fault as possible; `found` unchanged if it has none.
[[nodiscard]] Outcome shrink(const Setting& setting, Workshop& workshop, const Outcome& found);

}  // namespace comity::simulation
