#include "node/simulation/cast.h"

#include <algorithm>
#include <array>
#include <set>

namespace comity::simulation {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t skew_seconds = 3600;
constexpr std::size_t fewest_members = 3;
constexpr base::Duration day = 24h;
constexpr unsigned deep_percent = 40;
/// The oftener, the more has to come together.
constexpr std::array aims{Aim::handed_over, Aim::handed_over, Aim::handed_on, Aim::handed_on,
                          Aim::elsewhere,   Aim::recalled,    Aim::recalled,  Aim::silence,
                          Aim::answered,    Aim::answered,    Aim::outage,    Aim::outage,
                          Aim::attended,    Aim::attended,    Aim::ended};

/// The roles that some act of the library is for and that the institution may accredit; if there
/// are none, one that nothing is for.
std::vector<std::string> useful_roles(const law::Library& library, const std::string& kind) {
    std::set<std::string> roles;
    for (const law::Procedure* procedure : library.procedures()) {
        for (const law::ActKind& act : procedure->acts) {
            for (const std::string& role : act.by_roles) {
                if (library.vocabulary().may_accredit(kind, role)) {
                    roles.insert(role);
                }
            }
        }
    }
    for (const auto& [role, declared] : library.vocabulary().roles) {
        if (roles.empty() && library.vocabulary().may_accredit(kind, role)) {
            roles.insert(role);
        }
    }
    return {roles.begin(), roles.end()};
}

class Casting {
 public:
    Casting(const Setting& setting, Workshop& workshop, Dice& dice, const Cast& cast)
        : setting_(setting), workshop_(workshop), dice_(dice), cast_(cast) {}

    Member member(const InstitutionPlan& plan) {
        using enum crypto::Algorithm;
        Member one;
        one.party = base::PartyId::parse(plan.party).value();
        one.jurisdiction = plan.jurisdiction;
        one.kind = plan.kind;
        one.origin = "ledger.example/" + plan.party;
        one.root = &workshop_.signer(plan.party + "/root", es256);
        one.node = &workshop_.signer(plan.party + "/node", es256);
        one.ledger = &workshop_.signer(plan.party + "/ledger", ed25519);
        one.witness = &workshop_.signer(plan.party + "/witness", ed25519);
        one.tls = crypto::sha256("tls of " + plan.party);
        add_officials(one);
        return one;
    }

 private:
    void add_officials(Member& one) {
        std::vector<std::string> roles = useful_roles(setting_.library, one.kind);
        if (roles.empty()) {
            return;
        }
        // Some are staffed for everything, some for little.
        const std::size_t few = 2 + dice_.below(3);
        const std::size_t wanted =
            std::min<std::size_t>(roles.size(), dice_.percent(60) ? few + 4 : few);
        while (!cast_.deep && roles.size() > wanted) {
            roles.erase(roles.begin() + static_cast<std::ptrdiff_t>(dice_.below(roles.size())));
        }
        // What takes two persons needs two of a role.
        const std::size_t of_each = cast_.deep && cast_.aim == Aim::attended ? 2 : 1;
        for (const std::string& role : roles) {
            for (std::size_t i = 0; i < of_each; ++i) {
                one.officials.push_back(official(one, one.officials.size(), role));
            }
        }
        // One of them has a second role, under a second key: separations hold per person.
        Official twice = official(one, one.officials.size(), dice_.pick(roles));
        twice.person = dice_.pick(one.officials).person;
        one.officials.push_back(std::move(twice));
        if (dice_.percent(60)) {
            Official brief = official(one, one.officials.size(), dice_.pick(roles));
            brief.until = setting_.begins + dice_.between(10, 240) * 1s;
            one.officials.push_back(std::move(brief));
        }
        if (dice_.percent(40)) {
            Official former = official(one, one.officials.size(), dice_.pick(roles));
            former.from = setting_.begins - 30 * day;
            former.until = setting_.begins - day;
            one.officials.push_back(std::move(former));
        }
        Official stranger = official(one, one.officials.size(), dice_.pick(roles));
        stranger.accredited = false;
        one.officials.push_back(std::move(stranger));
    }

    Official official(const Member& of, std::size_t number, const std::string& role) {
        const std::string name = of.party.text() + "/official-" + std::to_string(number);
        Official one;
        one.person = base::PersonId::parse("person-" + std::to_string(number)).value();
        one.role = role;
        one.key = &workshop_.signer(name, crypto::Algorithm::es256);
        one.sealer = &workshop_.sealer(name);
        one.from = setting_.begins - 30 * day;
        one.until = setting_.begins + 365 * day;
        return one;
    }

    const Setting& setting_;
    Workshop& workshop_;
    Dice& dice_;
    const Cast& cast_;
};

casework::PartyEntry entry_of(const Member& one) {
    using Type = ledger::NoteKeyType;
    casework::PartyEntry entry;
    entry.party = one.party;
    entry.title = one.party.text();
    entry.jurisdiction = one.jurisdiction;
    entry.kind = one.kind;
    entry.root = one.root->public_key();
    entry.node = one.node->public_key();
    entry.ledger = ledger::NoteKey::of(one.origin, Type::ed25519, one.ledger->public_key())->vkey();
    entry.witness = ledger::NoteKey::of("witness.example/" + one.party.text(), Type::cosignature,
                                        one.witness->public_key())
                        ->vkey();
    entry.tls = one.tls;
    return entry;
}

}  // namespace

std::string_view name_of(Aim aim) {
    switch (aim) {
        case Aim::handed_over: return "something is handed over";
        case Aim::attended: return "two persons open something";
        case Aim::handed_on: return "something is handed on";
        case Aim::elsewhere: return "something is handed to another than who asked";
        case Aim::recalled: return "something is called back";
        case Aim::silence: return "a clock runs out";
        case Aim::answered: return "a clock that was answered runs out";
        case Aim::outage: return "a clock that an outage stretches runs out";
        case Aim::ended: return "a matter ends";
    }
    std::unreachable();
}

Official Member::institution() const {
    Official self;
    self.person = base::PersonId::parse(casework::root_role).value();
    self.role = std::string(casework::root_role);
    self.key = root;
    return self;
}

const Member& Cast::of(const base::PartyId& party) const {
    const auto found = std::ranges::find(members, party, &Member::party);
    COMITY_ENSURE(found != members.end());
    return *found;
}

const Member* Cast::origin(std::string_view name) const {
    const auto found = std::ranges::find(members, name, &Member::origin);
    return found == members.end() ? nullptr : &*found;
}

std::vector<base::PartyId> Cast::suited(const law::Library& library,
                                        const law::Procedure& procedure,
                                        std::string_view side) const {
    std::vector<base::PartyId> found;
    for (const Member& member : members) {
        const bool fits = std::ranges::any_of(procedure.acts, [&](const law::ActKind& kind) {
            return kind.by_side == side &&
                   std::ranges::any_of(kind.by_roles, [&](const std::string& role) {
                       return library.vocabulary().may_accredit(member.kind, role);
                   });
        });
        if (fits) {
            found.push_back(member.party);
        }
    }
    if (found.empty()) {
        for (const Member& member : members) {
            found.push_back(member.party);
        }
    }
    return found;
}

const law::Procedure* registry_in(const law::Library& library) {
    for (const law::Procedure* procedure : library.procedures()) {
        if (std::ranges::any_of(procedure->acts, [](const law::ActKind& kind) {
                return kind.mechanisms.accredits;
            })) {
            return procedure;
        }
    }
    return nullptr;
}

const law::ActKind* opening_of(const law::Procedure& procedure) {
    const auto found = std::ranges::find_if(
        procedure.acts, [](const law::ActKind& kind) { return kind.from.empty(); });
    return found == procedure.acts.end() ? nullptr : &*found;
}

Cast assemble(const Setting& setting, Workshop& workshop, const Plan& plan) {
    Dice dice(plan.seed, "cast");
    Dice lying(plan.seed, "who lies");
    Dice depths(plan.seed, "depth");
    Cast cast;
    cast.deep = depths.percent(deep_percent);
    cast.body_days = depths.percent(50) ? 365 : depths.between(2, 40);
    cast.aim = depths.pick(aims);
    if (cast.deep && cast.aim == Aim::ended) {
        cast.body_days = depths.between(2, 20);
    }
    Casting casting(setting, workshop, dice, cast);
    const std::size_t spare = setting.institutions.size() - fewest_members;
    // Three mostly: whatever needs more parties needs them seldom. All where matters get far.
    const bool few = dice.percent(60);
    const bool wide =
        cast.aim == Aim::elsewhere || cast.aim == Aim::handed_on || cast.aim == Aim::attended;
    const bool all = cast.deep && depths.percent(wide ? 90 : 45);
    const std::size_t more = all ? spare : few ? 0 : dice.below(spare + 1);
    for (std::size_t i = 0; i < fewest_members + more; ++i) {
        cast.members.push_back(casting.member(setting.institutions[i]));
    }
    const unsigned lies = cast.deep ? 30 : 60;
    const bool with_liar = lying.percent(lies) && !plan.without.contains(Fault::liar);
    const std::size_t liar = lying.below(cast.members.size());
    casework::Annex& annex = cast.annex;
    annex.realm = base::Realm::exercise;
    annex.agreement = setting.agreement;
    annex.text = setting.library.agreement_digest(setting.agreement).value_or(base::TextDigest{});
    annex.skew_seconds = skew_seconds;
    annex.quorum = 1;
    for (std::size_t i = 0; i < cast.members.size(); ++i) {
        cast.members[i].liar = with_liar && i == liar;
        annex.parties.push_back(entry_of(cast.members[i]));
        // A quorum of one is broken by one witness that lies: the liar is none.
        if (i != liar) {
            annex.witnesses.push_back(cast.members[i].party);
        }
    }
    cast.registry = registry_in(setting.library);
    COMITY_ENSURE(casework::check(annex).has_value());
    return cast;
}

}  // namespace comity::simulation
