#pragma once

// An affair: one matter of the story, in which people of several institutions act in turn. Each act
// waits until its author's node has recorded what came before, as a person at a desk would.

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/comity/demo/stage.h"
#include "domain/items/items.h"
#include "ground/base/base.h"

namespace comity::app::demo {

/// Where the provider's real files lie, and the account that the case is about.
struct Records {
    std::filesystem::path folder;
    std::string account;
};

/// What must be refused: in which words for the reader, with which kind of error, and what the
/// refusal has to say (a clause, a rule).
struct Refusal {
    std::string_view what;
    base::ErrorKind kind = base::ErrorKind::inadmissible;
    std::string_view because;
};

/// Something sealed to the investigator, as the act that hands it over carries it.
struct Parcel {
    items::SealedItem item;
    std::string plaintext;
    codec::Object fields;
    std::vector<casework::ShippedItem> shipped;
};

class Affair {
 public:
    explicit Affair(Stage& stage) : stage_(&stage) {}

    /// The official takes the act, the first one under `procedure`.
    [[nodiscard]] base::Result<ActReceipt> take(std::string_view person, std::string_view kind,
                                                codec::Object fields,
                                                std::vector<casework::ShippedItem> items = {});
    /// The same, and it must be refused.
    [[nodiscard]] base::Result<void> refused(const Refusal& refusal, std::string_view person,
                                             std::string_view kind, codec::Object fields,
                                             std::vector<casework::ShippedItem> items = {});
    [[nodiscard]] base::Result<ActReceipt> take(std::string_view person, const Parcel& parcel);
    [[nodiscard]] base::Result<void> refused(const Refusal& refusal, std::string_view person,
                                             const Parcel& parcel);
    /// The official reads the item that `produced` handed over and takes the act of opening it.
    [[nodiscard]] base::Result<void> open(const Parcel& parcel, const ActReceipt& produced);
    /// Waits until the node of `party` has recorded all acts of the matter so far.
    [[nodiscard]] base::Result<void> arrived(std::string_view party);

    /// A duty that runs in the matter, as the node of `party` shows it.
    struct Duty {
        base::Instant since;
        base::Instant due;
        std::string clause;
    };
    [[nodiscard]] base::Result<std::vector<Duty>> duties(std::string_view party,
                                                         std::string_view what);
    [[nodiscard]] base::Result<std::string> state(std::string_view party);

    [[nodiscard]] const base::MatterId& matter() const { return acts_.front().matter; }
    [[nodiscard]] Stage& stage() { return *stage_; }
    [[nodiscard]] Cast& cast() { return stage_->cast(); }

 private:
    [[nodiscard]] ActRequest request(std::string_view kind, codec::Object fields) const;

    Stage* stage_;
    std::vector<ActReceipt> acts_;
    /// How many of them, from the first, a party's node is known to have.
    std::map<std::string, std::size_t, std::less<>> arrived_;
};

/// Seals `plaintext`, of a data category of the vocabulary with this tier, to the investigator.
[[nodiscard]] base::Result<Parcel> seal(Cast& cast, std::string_view category, std::int64_t tier,
                                        std::string plaintext);
/// What the provider's files hold about the account, of the category subscriber or traffic, sealed.
[[nodiscard]] base::Result<Parcel> find_and_seal(Stage& stage, const Records& records,
                                                 std::string_view category);

/// The field `name` that names an act, and more fields.
[[nodiscard]] codec::Object naming(std::string_view name, const ActReceipt& act,
                                   codec::Object more = {});

/// A request for `data` about the account with the court as a party, reviewed in law.
[[nodiscard]] base::Result<Affair> ask(Stage& stage, const Records& records, std::string_view data,
                                       bool emergency);
/// A request for content, approved by the judge, ordered, accepted, the authority notified.
[[nodiscard]] base::Result<Affair> order_content(Stage& stage, const Records& records);
/// What the requested side alone may state: its own grounds for refusal, here all looked at and
/// none found; and that the offence is one in both states.
[[nodiscard]] codec::Object no_refusal_grounds();
/// Receipts of erasure by everybody who holds an item of the matter; then no such duty is left.
[[nodiscard]] base::Result<void> erase_everywhere(Affair& affair);

}  // namespace comity::app::demo
