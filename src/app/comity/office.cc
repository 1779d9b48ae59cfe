#include "app/comity/office.h"

#include "app/comity/node_folder.h"

namespace comity::app {
namespace {

constexpr base::Duration call_timeout = std::chrono::seconds(30);
constexpr base::Duration signature_life = std::chrono::minutes(10);

}  // namespace

base::Result<Office> Office::of(const std::filesystem::path& folder) {
    const NodeConfig config = COMITY_TRY(read_config(folder));
    const NodeAddresses addresses = COMITY_TRY(read_addresses(folder));
    const http::TlsIdentity identity{folder / "keys" / "tls.crt", folder / "keys" / "tls.key"};
    const base::Digest pin = COMITY_TRY(softkeys::spki_digest(identity.certificate));
    return Office(config.party, config.realm,
                  {"127.0.0.1", static_cast<std::uint16_t>(addresses.federation), pin}, identity);
}

base::Result<SignedAct> Office::prepare(const ActRequest& request, ports::Signer& official,
                                        crypto::Random& random) const {
    submit::DraftRequest asked;
    asked.matter = request.matter;
    asked.procedure = request.procedure;
    asked.kind = request.kind;
    asked.key = official.public_key().id();
    asked.fields = request.fields;
    asked.within = request.within;
    const message::Response response = COMITY_TRY(post("/draft", codec::write(asked)));
    if (response.status != 200) {
        return std::unexpected(message::error_of(response));
    }
    SignedAct act;
    act.draft = COMITY_TRY(codec::read_text<casework::Draft>(response.body));
    COMITY_TRY(casework::check_draft(act.draft, request.matter.value_or(act.draft.header.matter),
                                     asked.key, request.kind, request.fields.get_object()));
    act.signature =
        COMITY_TRY(submit::sign_for(casework::id_of(act.draft.header).digest, "act", realm_, party_,
                                    act.draft.header.at + signature_life, official, random));
    return act;
}

base::Result<ActReceipt> Office::submit(const SignedAct& act) const {
    const message::Response response = COMITY_TRY(post("/acts", codec::write(act)));
    if (response.status != 200) {
        return std::unexpected(message::error_of(response));
    }
    const auto answer = COMITY_TRY(codec::read_text<delivery::RecordedAnswer>(response.body));
    return ActReceipt{act.draft.header.matter,
                      casework::id_of(act.draft.header).digest,
                      answer.leaves.empty() ? -1 : answer.leaves.front(),
                      answer.title,
                      answer.clauses,
                      answer.waits};
}

base::Result<std::string> Office::get_text(std::string_view target) const {
    message::Response response = COMITY_TRY(
        http::call_once(endpoint_, identity_, message::get_request(target), call_timeout));
    if (response.status != 200) {
        return std::unexpected(message::error_of(response));
    }
    return std::move(response.body);
}

base::Result<codec::Value> Office::get(std::string_view target) const {
    codec::JsonLimits limits;
    limits.bytes = 16 * 1024 * 1024;
    limits.string_bytes = casework::max_item_bytes;
    return codec::parse(COMITY_TRY(get_text(target)), limits);
}

base::Result<message::Response> Office::post(std::string_view target, std::string body) const {
    return http::call_once(endpoint_, identity_, message::post_request(target, std::move(body)),
                           call_timeout);
}

}  // namespace comity::app
