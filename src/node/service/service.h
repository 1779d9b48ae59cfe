#pragma once

// service: which request asks for which use case, and how the answer looks. Every route names who
// may ask: a peer (its TLS key is in the annex), the office (this institution's own programs, under
// its own TLS key), or anyone (static ledger files, the page).

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "ground/base/base.h"
#include "ground/message/message.h"
#include "node/delivery/delivery.h"
#include "node/delivery/recollection.h"
#include "node/service/views.h"
#include "node/submit/institution.h"
#include "node/submit/mirror.h"

namespace comity::service {

/// The message of POST /acts: a draft as it came from POST /draft, signed by the official.
struct SubmittedAct {
    casework::Draft draft;
    casework::SignatureRecord signature;
    std::vector<casework::ShippedItem> items;
};

/// A request whose body has been read, so that the costly reading can happen on any thread.
struct Inbound {
    message::Request request;
    std::optional<base::Result<submit::Submission>> submission;  ///< for routes that record
};

/// Reads a request; an official's signature under a key of `ring` is verified on the way. Pure; may
/// run on any thread.
[[nodiscard]] Inbound read_request(message::Request request, base::Realm realm,
                                   const casework::KeyRing& ring = {});

/// The answer to delivery::last_head_path: for peers, and given also before this node itself may
/// sign, so that nodes that start together do not wait for each other.
[[nodiscard]] message::Response last_head(const submit::Institution& institution,
                                          std::string_view body);

/// Which listener a request came through.
enum class Listener {
    federation,  ///< mutual TLS: peers and the office
    page,        ///< loopback, without TLS: the page and static ledger files
};

class Service {
 public:
    Service(submit::Institution& institution, delivery::Delivery& delivery)
        : institution_(institution), delivery_(delivery) {}

    /// The answer, or the submission to be recorded (answered by recorded()).
    [[nodiscard]] std::variant<message::Response, submit::Submission> handle(Inbound inbound,
                                                                             Listener listener);
    /// What the last erasure run did, for GET /status.
    void erasure_done(base::Instant at, const submit::Erased& erased);
    void erasure_failed(const base::Error& error);
    /// How the public mirror stands, for GET /mirror.
    void mirror_kept(const submit::Mirror& mirror, const base::Result<void>& outcome);
    /// The answer to a submission.
    [[nodiscard]] static message::Response recorded(const base::Result<submit::Recorded>& result);

 private:
    enum class Asker { stranger, peer, office };
    [[nodiscard]] Asker asker_of(const message::Request& request) const;
    [[nodiscard]] std::variant<message::Response, submit::Submission> take_submission(
        Inbound inbound, Asker asker);
    [[nodiscard]] message::Response get(const message::Request& request, Listener listener,
                                        Asker asker);
    [[nodiscard]] message::Response office_get(std::string_view path);
    [[nodiscard]] message::Response matter_get(std::string_view path);
    [[nodiscard]] message::Response ledger_file(std::string_view path);
    [[nodiscard]] message::Response draft(std::string_view body);
    [[nodiscard]] message::Response witness(std::string_view body);

    submit::Institution& institution_;
    delivery::Delivery& delivery_;
    ErasureStatus erasure_;
    MirrorStatus mirror_;
};

}  // namespace comity::service

namespace comity::codec {

template <>
struct Message<service::SubmittedAct> {
    using S = service::SubmittedAct;
    static constexpr std::string_view name = "submitted-act";
    static constexpr auto fields =
        std::tuple{field("draft", &S::draft, "as the node drafted it"),
                   field("signature", &S::signature, "the official's, purpose act"),
                   field("items", &S::items, "sealed items of the act", 16)};
};

template <>
struct Message<submit::DraftRequest> {
    using D = submit::DraftRequest;
    static constexpr std::string_view name = "draft-request";
    static constexpr auto fields =
        std::tuple{field("matter", &D::matter, "the matter; absent for a new one"),
                   field("procedure", &D::procedure, "for a new matter: its name", 64),
                   field("kind", &D::kind, "the act kind", 64),
                   field("key", &D::key, "thumbprint of the official's key"),
                   field("at", &D::at, "absent: now"),
                   field("fields", &D::fields, "an object: field name to value"),
                   field("within", &D::within, "an act whose commitments are repeated")};
};

}  // namespace comity::codec
