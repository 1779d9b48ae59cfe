#pragma once

// The stage: taking acts through the nodes' own doors, with a line for each, and waiting until the
// other nodes have recorded them.

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "app/comity/demo/cast.h"
#include "app/comity/office.h"
#include "ground/base/base.h"

namespace comity::app::demo {

/// The request of an act in a matter that is open already.
[[nodiscard]] ActRequest in_matter(const base::MatterId& matter, std::string_view kind,
                                   codec::Object fields);

class Stage {
 public:
    /// Called when a node has acknowledged an act, with the act's number in the story, from 1.
    using AfterAct = std::function<base::Result<void>(std::size_t number, const Institution& at)>;

    Stage(Cast& cast, std::ostream& out) : cast_(cast), out_(out) {}
    void after_each_act(AfterAct callback) { after_act_ = std::move(callback); }

    [[nodiscard]] Cast& cast() { return cast_; }
    /// A new chapter, with its number.
    void heading(std::string_view text);
    void note(std::string_view text);

    /// An official takes an act at their institution's node: drafted, compared, signed, recorded.
    [[nodiscard]] base::Result<ActReceipt> take(std::string_view person, ActRequest request,
                                                std::vector<casework::ShippedItem> items = {});
    /// The institution's root key takes an act.
    [[nodiscard]] base::Result<ActReceipt> take_as_root(std::string_view party, ActRequest request);
    /// Drafts and signs an act without sending it.
    [[nodiscard]] base::Result<SignedAct> prepare(std::string_view person,
                                                  const ActRequest& request);

    /// Waits until the node of `party` has recorded the act (20 seconds at most).
    [[nodiscard]] base::Result<void> arrived(std::string_view party, const ActReceipt& act);
    /// Waits until nothing waits in any node's outbox.
    [[nodiscard]] base::Result<void> settled();

    /// The exercise's clock jumps: all nodes come to rest, end, and start again so much later.
    [[nodiscard]] base::Result<void> jump(base::Duration by, std::string_view in_words);

    /// Kills the node and starts it again.
    [[nodiscard]] base::Result<void> kill_and_restart(std::string_view party);
    /// The same, if the demonstration runs with interruptions; once a node.
    [[nodiscard]] base::Result<void> interrupt(std::string_view party);
    void interrupt_nodes() { interrupting_ = true; }

    /// Expects `result` to be refused with `kind`; prints the refusal. Anything else is an error.
    [[nodiscard]] base::Result<void> expect_refused(std::string_view what, base::ErrorKind kind,
                                                    const base::Result<ActReceipt>& result);
    [[nodiscard]] base::Result<void> expect_refused(std::string_view what, base::ErrorKind kind,
                                                    const base::Error& error);
    [[nodiscard]] std::size_t acts() const { return acts_; }

 private:
    [[nodiscard]] base::Result<ActReceipt> perform(Institution& institution, ports::Signer& key,
                                                   std::string_view who, const ActRequest& request,
                                                   std::vector<casework::ShippedItem> items);
    [[nodiscard]] base::Result<bool> has_recorded(const Institution& institution,
                                                  const ActReceipt& act) const;

    Cast& cast_;
    std::ostream& out_;
    AfterAct after_act_;
    std::size_t acts_ = 0;
    std::size_t chapters_ = 0;
    bool interrupting_ = false;
};

}  // namespace comity::app::demo
