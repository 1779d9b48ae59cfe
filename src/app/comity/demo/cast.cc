#include "app/comity/demo/cast.h"

#include <array>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

#include "app/comity/node_folder.h"

namespace comity::app::demo {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t skew_seconds = 300;
constexpr base::Duration start_limit = std::chrono::seconds(20);
constexpr base::Duration between_looks = std::chrono::milliseconds(10);

struct InstitutionPlan {
    std::string_view party, title, jurisdiction, kind;
};

constexpr std::array<InstitutionPlan, 6> institutions{{
    {prosecution, "Prosecution Service of Arland (invented)", "XA", "prosecution"},
    {court, "District Court of Arland (invented)", "XA", "court"},
    {central, "Central Authority of Borland (invented)", "XB", "central-authority"},
    {provider, "Cirrus Mail, Borland (invented)", "XB", "provider-company"},
    {board, "Joint Oversight Board (invented)", "XB", "oversight"},
    {defence, "Chamber of Defence Counsel of Arland (invented)", "XA", "civil-society"},
}};

struct OfficialPlan {
    std::string_view institution, person, role;
};

constexpr std::array<OfficialPlan, 11> officials{{
    {prosecution, investigator, "investigator"},
    {prosecution, robbed_investigator, "investigator"},
    {prosecution, officer, "officer"},
    {prosecution, prosecutor, "prosecutor"},
    {prosecution, former_prosecutor, "prosecutor"},
    {prosecution, reviewer, "legal-reviewer"},
    {court, judge, "judge"},
    {central, central_reviewer, "legal-reviewer"},
    {provider, custodian, "custodian"},
    {board, auditor, "auditor"},
    {defence, counsel, "counsel"},
}};

class Socket {
 public:
    Socket() : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket() { ::close(descriptor_); }
    [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
    int descriptor_;
};

// Below the ports that Linux gives to outgoing connections (net.ipv4.ip_local_port_range), which
// would take a node's port while it is down.
constexpr std::uint32_t first_port = 10'000;
constexpr std::uint32_t port_count = 22'000;

bool is_free(std::uint16_t port) {
    const Socket socket;
    const int reuse = 1;  // as the nodes listen
    ::setsockopt(socket.descriptor(), SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::bind(socket.descriptor(), reinterpret_cast<const sockaddr*>(&address),
                  sizeof address) == 0;
}

/// A port of loopback that is free now. Held only by the nodes' own bind later, so a node that
/// finds it taken says so.
base::Result<std::int64_t> free_port() {
    clock::SystemRandom random;
    for (int attempt = 0; attempt < 1000; ++attempt) {
        std::array<std::uint8_t, 4> bytes{};
        random.fill(bytes);
        std::uint32_t number = 0;
        std::memcpy(&number, bytes.data(), sizeof number);
        const auto port = static_cast<std::uint16_t>(first_port + number % port_count);
        if (is_free(port)) {
            return port;
        }
    }
    return base::fail(base::ErrorKind::failure, "no free port on loopback");
}

base::Result<void> make_institution(Cast& cast, const InstitutionPlan& plan, const fs::path& law,
                                    std::vector<PeerAddress>& addresses) {
    NewNode node;
    node.folder = cast.folder / plan.party;
    node.party = COMITY_TRY(base::PartyId::parse(plan.party));
    node.realm = base::Realm::exercise;
    node.title = std::string(plan.title);
    node.jurisdiction = std::string(plan.jurisdiction);
    node.kind = std::string(plan.kind);
    node.law = law;
    node.federation_port = COMITY_TRY(free_port());
    node.page_port = COMITY_TRY(free_port());
    cast.annex.parties.push_back(COMITY_TRY(make_node(node)));
    addresses.push_back(PeerAddress{node.party, "127.0.0.1", node.federation_port});
    Institution institution{std::string(plan.party),
                            node.title,
                            node.jurisdiction,
                            node.kind,
                            node.folder,
                            nullptr,
                            nullptr};
    institution.root = std::make_unique<softkeys::SoftSigner>(
        COMITY_TRY(softkeys::SoftSigner::load(node.folder / "keys" / "root.key")));
    cast.institutions.emplace(plan.party, std::move(institution));
    return {};
}

base::Result<void> make_official(Cast& cast, const OfficialPlan& plan) {
    const fs::path folder = cast.folder / "officials";
    const std::string person(plan.person);
    Official official{std::string(plan.institution), person, std::string(plan.role), nullptr,
                      nullptr};
    official.key = std::make_unique<softkeys::SoftSigner>(
        COMITY_TRY(softkeys::SoftSigner::generate(crypto::Algorithm::es256)));
    COMITY_TRY(official.key->save(folder / (person + ".key")));
    official.sealing = std::make_unique<softkeys::SoftSealer>(
        COMITY_TRY(softkeys::SoftSealer::generate(crypto::Curve::p256)));
    COMITY_TRY(official.sealing->save(folder / (person + ".sealing.key")));
    cast.officials.emplace(person, std::move(official));
    return {};
}

}  // namespace

base::Result<std::unique_ptr<Cast>> assemble(const fs::path& folder, const fs::path& law) {
    auto cast = std::make_unique<Cast>();
    cast->folder = folder;
    const law::Library library = COMITY_TRY(read_law(law));
    cast->annex.realm = base::Realm::exercise;
    cast->annex.agreement = "XA-XB/EE";
    const auto text = library.agreement_digest(cast->annex.agreement);
    if (!text) {
        return base::fail(base::ErrorKind::not_found,
                          "the law folder lacks the agreement " + cast->annex.agreement);
    }
    cast->annex.text = *text;
    cast->annex.skew_seconds = skew_seconds;
    cast->annex.quorum = 1;
    std::vector<PeerAddress> addresses;
    for (const InstitutionPlan& plan : institutions) {
        COMITY_TRY(make_institution(*cast, plan, law, addresses));
    }
    for (const std::string_view witness : {board, central}) {
        cast->annex.witnesses.push_back(COMITY_TRY(base::PartyId::parse(witness)));
    }
    for (const auto& [name, institution] : cast->institutions) {
        COMITY_TRY(write_annex(institution.folder, cast->annex));
        NodeConfig config = COMITY_TRY(read_config(institution.folder));
        config.peers = addresses;
        COMITY_TRY(write_config(institution.folder, config));
    }
    std::error_code error;
    fs::create_directories(folder / "officials", error);
    for (const OfficialPlan& plan : officials) {
        COMITY_TRY(make_official(*cast, plan));
    }
    return cast;
}

base::Result<void> launch(Cast& cast, std::string_view party) {
    const Institution& institution = cast.institutions.find(party)->second;
    std::error_code error;
    fs::remove(institution.folder / "addresses.json", error);
    return cast.children.start(institution.folder, cast.clock.ahead());
}

namespace {

base::Result<void> await(Cast& cast, std::string_view party) {
    Institution& institution = cast.institutions.find(party)->second;
    for (base::Duration waited{0}; waited < start_limit; waited += between_looks) {
        COMITY_TRY(cast.children.check());
        if (fs::exists(institution.folder / "addresses.json")) {
            institution.office =
                std::make_unique<Office>(COMITY_TRY(Office::of(institution.folder)));
            return {};
        }
        if (cast.signals.wait(between_looks)) {
            return base::fail(base::ErrorKind::failure, "stopped");
        }
    }
    return base::fail(base::ErrorKind::unavailable,
                      "the node " + institution.party + " does not listen",
                      "see " + (institution.folder / "serve.log").string());
}

}  // namespace

base::Result<void> start_one(Cast& cast, std::string_view party) {
    COMITY_TRY(launch(cast, party));
    return await(cast, party);
}

base::Result<void> start_these(Cast& cast, std::initializer_list<std::string_view> parties) {
    for (const std::string_view party : parties) {
        COMITY_TRY(launch(cast, party));
    }
    for (const std::string_view party : parties) {
        COMITY_TRY(await(cast, party));
    }
    return {};
}

base::Result<void> start_all(Cast& cast) {
    for (const InstitutionPlan& plan : institutions) {
        COMITY_TRY(launch(cast, plan.party));
    }
    for (const InstitutionPlan& plan : institutions) {
        COMITY_TRY(await(cast, plan.party));
    }
    return {};
}

base::Result<void> jump(Cast& cast, base::Duration by) {
    COMITY_TRY(cast.children.end_all());
    cast.clock = clock::AheadClock(base::Realm::exercise, cast.clock.ahead() + by);
    return start_all(cast);
}

}  // namespace comity::app::demo
