#include "node/simulation/fields.h"

#include <algorithm>

#include "domain/items/items.h"
#include "node/simulation/oracle.h"
#include "node/simulation/silence.h"

namespace comity::simulation {
namespace {

codec::Value word(std::string_view text) {
    return codec::Value(text);
}

class Writer {
 public:
    Writer(const Occasion& occasion, Dice& dice, crypto::Random& random)
        : on_(occasion), dice_(dice), random_(random) {}

    Written write() {
        if (on_.kind.mechanisms.accredits) {
            grant();
        }
        if (on_.kind.tacit) {
            declare_silence(*on_.kind.tacit);
        }
        if (on_.kind.outage) {
            record_outage(*on_.kind.outage);
        }
        for (const law::ActField& field : on_.kind.fields) {
            const bool written = written_.fields.contains(field.name);
            // Whoever is let in can be handed something later.
            const bool party = field.type == law::FieldType::party && on_.cast.deep;
            if (written || (field.optional && !dice_.percent(party ? 85 : 50))) {
                continue;
            }
            codec::Value value = draw(field);
            if (!value.is_null()) {
                written_.fields[field.name] = std::move(value);
            }
        }
        return std::move(written_);
    }

 private:
    [[nodiscard]] bool sensibly() { return dice_.percent(on_.sensible); }

    codec::Value draw(const law::ActField& field) {
        switch (field.type) {
            case law::FieldType::fact: return fact(*on_.library.vocabulary().fact(field.fact));
            case law::FieldType::text:
                return field.fact.empty() ? text(field.limit) : value_of(field);
            case law::FieldType::list:
                return field.fact.empty() ? codec::Value(codec::Array{})
                                          : codec::Value(codec::Array{value_of(field)});
            case law::FieldType::number:
                return field.low +
                       dice_.between(0, std::min<std::int64_t>(field.limit - field.low, 50));
            case law::FieldType::party: return word(party_for(field.side).text());
            case law::FieldType::parties: return parties();
            case law::FieldType::person: return word(on_.author.officials.front().person.text());
            case law::FieldType::role: return word(on_.author.officials.front().role);
            case law::FieldType::realm:
                return word(std::string(base::name_of(base::Realm::exercise)));
            case law::FieldType::key: return some_official().key->public_key().jwk();
            case law::FieldType::sealing: return some_official().sealer->public_key().jwk();
            case law::FieldType::digest: return digest(field);
            case law::FieldType::date:
                return word(base::Date{base::utc_day_of(on_.now).days +
                                       static_cast<std::int32_t>(dice_.below(90))}
                                .text());
            case law::FieldType::instant:
                return word((on_.now + dice_.between(0, 90) * base::Duration(86'400'000)).text());
            case law::FieldType::matter:
                return on_.matter.empty() ? codec::Value() : word(on_.matter.text());
            case law::FieldType::act: return word(some_act(field).hex());
            case law::FieldType::vkey: return word(on_.cast.annex.find(on_.author.party)->ledger);
            case law::FieldType::item: return item();
        }
        std::unreachable();
    }

    codec::Value fact(const law::FactDeclaration& fact) {
        switch (fact.type) {
            // Most yes-or-no facts are grounds against; some are findings that a text asks for.
            case law::FactType::boolean: return dice_.percent(sensibly() ? 4 : 60);
            case law::FactType::enumeration: return word(dice_.pick(fact.values));
            case law::FactType::scale:
                return word(sensibly() ? fact.values.back() : dice_.pick(fact.values));
            case law::FactType::integer:
                return fact.low +
                       dice_.between(0, std::min<std::int64_t>(fact.high - fact.low,
                                                               sensibly() ? 100 : 1'000'000));
            case law::FactType::date: return word(base::utc_day_of(on_.now).text());
            case law::FactType::set: {
                const std::size_t first = sensibly() ? dice_.below((fact.values.size() + 1) / 2)
                                                     : dice_.below(fact.values.size());
                return codec::Array{codec::Value(fact.values[first])};
            }
            case law::FactType::text_party: return word(on_.author.party.text());
        }
        std::unreachable();
    }

    /// The key of an official again, oftener for the same person than not.
    void grant() {
        // Never the key of whom nobody accredits: whoever held it would act as the person named.
        const Official& drawn = some_official();
        const Official& official = drawn.accredited ? drawn : on_.author.officials.front();
        const base::PersonId person = dice_.percent(70)
                                          ? official.person
                                          : base::PersonId::parse("person-of-nowhere").value();
        written_.fields["key"] = official.key->public_key().jwk();
        written_.fields["role"] = word(official.role);
        written_.fields["person"] = word(person.text());
    }

    /// Of a clock that runs, oftener than not of one that has run out; sometimes as if outages did
    /// not count.
    void declare_silence(const law::TacitEffect& effect) {
        const auto running = silences(on_.before, effect, on_.cast, on_.library, on_.now);
        if (running.empty()) {
            return;
        }
        Silence one = dice_.pick(running);
        for (const Silence& other : running) {
            one = other.due < on_.now && sensibly() ? other : one;
        }
        const bool simply = dice_.percent(one.due == one.due_without_outages ? 5 : 40);
        written_.fields[effect.from] = word(one.since.text());
        written_.fields[effect.until] = word((simply ? one.due_without_outages : one.due).text());
    }

    /// The beginning of a clock that the outages of the side stretch, if one runs.
    std::optional<base::Instant> clock_of(const std::string& side) {
        std::vector<base::Instant> begun;
        const base::PartyId* party = on_.before.only(side);
        for (const law::ActKind& kind : on_.procedure.acts) {
            if (!kind.tacit || party == nullptr) {
                continue;
            }
            for (const Silence& one :
                 silences(on_.before, *kind.tacit, on_.cast, on_.library, on_.now)) {
                if (one.bearer == *party && one.since < on_.now) {
                    begun.push_back(one.since);
                }
            }
        }
        return begun.empty() ? std::nullopt : std::optional(dice_.pick(begun));
    }

    void record_outage(const law::OutageRecord& record) {
        // Mostly one that stops a clock.
        const auto since = clock_of(record.side);
        const bool stops = dice_.percent(60);
        if (since && stops) {
            const std::int64_t length = on_.now.milliseconds - since->milliseconds;
            const std::int64_t first = dice_.between(0, length - 1);
            const std::int64_t last = dice_.between(first + 1, length);
            written_.fields[record.from] = word((*since + base::Duration(first)).text());
            written_.fields[record.until] = word((*since + base::Duration(last)).text());
            return;
        }
        const std::int64_t hours = dice_.between(1, 240);
        const std::int64_t later = sensibly() ? dice_.between(1, hours) : -dice_.between(1, 24);
        const base::Instant from = on_.now - hours * base::Duration(3'600'000);
        const base::Instant until =
            from + (later > 0 ? later : hours - later) * base::Duration(3'600'000);
        written_.fields[record.from] = word(from.text());
        written_.fields[record.until] = word(until.text());
    }

    /// Of categories of data oftener the one that the matter is about.
    codec::Value value_of(const law::ActField& field) {
        if (field.fact == law::data_fact && !on_.before.data.empty() && dice_.percent(60)) {
            return word(on_.before.data);
        }
        return word(dice_.pick(on_.library.vocabulary().fact(field.fact)->values));
    }

    /// Mostly an act that the field can mean: one that restricts, or that handed something over.
    base::ActId some_act(const law::ActField& field) {
        if (on_.kind.attended && on_.kind.attended->field == field.name && sensibly()) {
            return some_attendance();
        }
        const bool lifts = on_.kind.lifts && on_.kind.lifts->field == field.name;
        std::vector<base::ActId> meant;
        for (const ModelAct& done : on_.before.done) {
            const law::ActKind& kind = *done.act->kind;
            if (lifts ? std::ranges::find(on_.kind.lifts->of, kind.name) != on_.kind.lifts->of.end()
                      : kind.hands_over()) {
                meant.push_back(done.act->id);
            }
        }
        if (on_.kind.hands_on && sensibly()) {
            std::erase_if(meant, [&](const base::ActId& one) { return !is_granted(one); });
        }
        if (on_.kind.attended) {
            std::erase_if(meant, [&](const base::ActId& one) { return attendances(one).empty(); });
        }
        if (!meant.empty() && sensibly()) {
            return dice_.pick(meant);
        }
        return on_.acts.empty() ? base::ActId{crypto::sha256("none")} : dice_.pick(on_.acts);
    }

    /// The acts that agree to an access to it, whoever took them and used or not.
    [[nodiscard]] std::vector<base::ActId> attendances(const base::ActId& handed) const {
        std::vector<base::ActId> found;
        for (const ModelAct& done : on_.before.done) {
            const std::string& attends = done.act->kind->attends;
            if (!attends.empty() && named_by(*done.act, attends) == handed) {
                found.push_back(done.act->id);
            }
        }
        return found;
    }

    /// To an access to the item that is already written; the newest, mostly.
    base::ActId some_attendance() {
        const codec::Value* handed = written_.fields.if_contains(on_.kind.opened_field);
        const auto item = handed != nullptr && handed->is_string()
                              ? base::ActId::from_hex(std::string_view(handed->get_string()))
                              : base::fail(base::ErrorKind::not_found, "no item");
        const std::vector<base::ActId> found =
            item ? attendances(*item) : std::vector<base::ActId>{};
        if (found.empty()) {
            return base::ActId{crypto::sha256("none")};
        }
        return dice_.percent(70) ? found.back() : dice_.pick(found);
    }

    /// Whether some act lets it be handed on, whoever took it.
    [[nodiscard]] bool is_granted(const base::ActId& handed) const {
        return std::ranges::any_of(on_.before.done, [&](const ModelAct& done) {
            const auto& grants = done.act->kind->grants;
            return grants && named_by(*done.act, grants->of) == handed;
        });
    }

    codec::Value text(std::int64_t limit) {
        std::string words(secret_word);
        words += " " + std::to_string(dice_.below(100000));
        words.resize(std::min<std::size_t>(words.size(), static_cast<std::size_t>(limit)));
        while (words.back() == ' ') {
            words.pop_back();
        }
        return word(words);
    }

    const base::PartyId& any_party() { return dice_.pick(on_.cast.members).party; }

    base::PartyId party_for(const std::string& side) {
        if (side.empty() || !sensibly()) {
            return any_party();
        }
        std::vector<base::PartyId> suited = on_.cast.suited(on_.library, on_.procedure, side);
        const bool others = std::ranges::any_of(
            suited, [&](const base::PartyId& one) { return one != on_.author.party; });
        if (others) {
            std::erase(suited, on_.author.party);
        }
        // A side is for somebody new, or for who stands there already.
        const auto is_on_another = [&](const base::PartyId& one) {
            const auto there = on_.before.side_of(one);
            return there && *there != side;
        };
        if (!std::ranges::all_of(suited, is_on_another)) {
            std::erase_if(suited, is_on_another);
        }
        // A request goes abroad.
        const bool abroad = std::ranges::any_of(suited, [&](const base::PartyId& one) {
            return on_.cast.of(one).jurisdiction != on_.author.jurisdiction;
        });
        if (side == law::requested_side && abroad) {
            std::erase_if(suited, [&](const base::PartyId& one) {
                return on_.cast.of(one).jurisdiction == on_.author.jurisdiction;
            });
        }
        return dice_.pick(suited);
    }

    codec::Value parties() {
        codec::Array some;
        for (const Member& member : on_.cast.members) {
            if (member.party != on_.author.party && dice_.percent(70)) {
                some.emplace_back(member.party.text());
            }
        }
        return some;
    }

    const Official& some_official() { return dice_.pick(on_.author.officials); }

    codec::Value digest(const law::ActField& field) {
        // The names that the engine gives to what a channel pins.
        if (on_.kind.mechanisms.pins && sensibly()) {
            if (field.name == "annex") {
                return word(casework::digest_of(on_.cast.annex).hex());
            }
            if (field.name == "agreement") {
                return word(on_.cast.annex.text.hex());
            }
        }
        return word(crypto::sha256(std::to_string(dice_.next())).hex());
    }

    /// Of the category that the act says, which is the matter's own.
    std::int64_t tier() {
        const law::Vocabulary& vocabulary = on_.library.vocabulary();
        const law::FactDeclaration* data = vocabulary.fact(law::data_fact);
        const law::Possible* about = on_.before.facts.find(law::data_fact);
        if (on_.kind.item_category.empty() || data == nullptr || about == nullptr) {
            return on_.kind.item_tier;
        }
        for (std::size_t i = 0; i < data->values.size(); ++i) {
            if (about->mask == std::uint64_t{1} << i) {
                written_.fields[on_.kind.item_category] = word(data->values[i]);
                return vocabulary.derived_from(law::data_fact, data->values[i]).value_or(0);
            }
        }
        return on_.kind.item_tier;
    }

    /// What is handed on keeps its limits and its end, mostly.
    void set_limits(items::ItemTerms& terms) {
        const auto& onward = on_.kind.hands_on;
        const codec::Value* named = onward ? written_.fields.if_contains(onward->of) : nullptr;
        for (const ModelAct& done : on_.before.done) {
            if (named == nullptr || *named != codec::Value(done.act->id.hex())) {
                continue;
            }
            for (const auto& [name, value] : done.act->fields) {
                const auto item = codec::read<items::ItemDescriptor>(value);
                if (item) {
                    terms.use_limits = item->use_limits;
                    terms.end = sensibly() ? item->end : terms.end;
                }
            }
        }
        if (named != nullptr && !terms.use_limits.empty() && !sensibly()) {
            terms.use_limits.pop_back();
        }
        if (!onward && dice_.percent(70)) {
            terms.use_limits = {"not in court", "for this affair only"};
        }
    }

    codec::Value item() {
        const base::PartyId* reader = on_.before.only(on_.kind.item_reader);
        const base::PartyId to = reader != nullptr ? *reader : any_party();
        const Member& member = on_.cast.of(to);
        items::ItemTerms terms;
        terms.realm = base::Realm::exercise;
        terms.media_type = "text/plain";
        terms.tier = tier();
        // Some end soon, so that their end comes.
        const std::int32_t days =
            dice_.percent(60) ? 90 : static_cast<std::int32_t>(dice_.between(1, 30));
        terms.end = base::Date{base::utc_day_of(on_.now).days + days};
        terms.reader = to;
        set_limits(terms);
        const std::string content = std::string(secret_word) + " of an item";
        const auto sealed = items::seal_item(
            base::view_of(content), terms, member.officials.front().sealer->public_key(), random_);
        COMITY_ENSURE(sealed.has_value());
        written_.items.push_back({sealed->descriptor.id, sealed->sealed});
        return codec::to_value(sealed->descriptor);
    }

    const Occasion& on_;
    Dice& dice_;
    crypto::Random& random_;
    Written written_;
};

}  // namespace

Written write_fields(const Occasion& occasion, Dice& dice, crypto::Random& random) {
    return Writer(occasion, dice, random).write();
}

codec::Object accreditation(const law::ActKind& kind, const Official& official) {
    codec::Object fields;
    fields["person"] = official.person.text();
    fields["role"] = official.role;
    fields["key"] = official.key->public_key().jwk();
    fields["competence"] = codec::Array{};
    fields["from"] = official.from.text();
    fields["until"] = official.until.text();
    fields["realm"] = std::string(base::name_of(base::Realm::exercise));
    if (kind.field("sealing") != nullptr) {
        fields["sealing"] = official.sealer->public_key().jwk();
    }
    return fields;
}

}  // namespace comity::simulation
