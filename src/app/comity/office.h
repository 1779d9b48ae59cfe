#pragma once

// The office: a client of this institution's own node, under the node's own TLS key. What an
// official signs is checked here first: the node drafts, the official's side compares, then signs.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/http/http.h"
#include "domain/casework/casework.h"
#include "ground/base/base.h"
#include "node/ports/ports.h"
#include "node/service/service.h"
#include "node/submit/signing.h"

namespace comity::app {

struct ActRequest {
    std::optional<base::MatterId> matter;
    std::string procedure;  ///< for a new matter
    std::string kind;
    codec::Value fields;                     ///< an object
    std::optional<base::ActId> within = {};  ///< an act whose commitments are repeated
};

/// An act as it goes to the node, ready to be sent, or to be tampered with by a demonstration.
using SignedAct = service::SubmittedAct;

/// What the node answered to a recorded act.
struct ActReceipt {
    base::MatterId matter;
    base::Digest act;
    std::int64_t leaf = 0;
    std::string title;
    std::vector<std::string> clauses;
    std::optional<std::string> waits = std::nullopt;  ///< whose cosignatures its effect waits for
};

class Office {
 public:
    /// The office of the node in `folder`, which is being served.
    [[nodiscard]] static base::Result<Office> of(const std::filesystem::path& folder);

    /// Lets the node draft the act, checks that the draft says what was asked, signs it.
    [[nodiscard]] base::Result<SignedAct> prepare(const ActRequest& request,
                                                  ports::Signer& official,
                                                  crypto::Random& random) const;
    [[nodiscard]] base::Result<ActReceipt> submit(const SignedAct& act) const;
    /// The response to any request of the office, as JSON.
    [[nodiscard]] base::Result<codec::Value> get(std::string_view target) const;
    [[nodiscard]] base::Result<std::string> get_text(std::string_view target) const;
    [[nodiscard]] base::Result<message::Response> post(std::string_view target,
                                                       std::string body) const;

    [[nodiscard]] const base::PartyId& party() const { return party_; }
    [[nodiscard]] base::Realm realm() const { return realm_; }

 private:
    Office(base::PartyId party, base::Realm realm, http::Endpoint endpoint,
           http::TlsIdentity identity)
        : party_(std::move(party)),
          realm_(realm),
          endpoint_(std::move(endpoint)),
          identity_(std::move(identity)) {}

    base::PartyId party_;
    base::Realm realm_;
    http::Endpoint endpoint_;
    http::TlsIdentity identity_;
};

}  // namespace comity::app
