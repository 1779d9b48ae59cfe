#pragma once

// Who takes part in the demonstration: six institutions of two invented states, and their people.

#include <array>
#include <filesystem>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/clock/clock.h"
#include "adapter/softkeys/softkeys.h"
#include "app/comity/demo/children.h"
#include "app/comity/office.h"
#include "domain/casework/casework.h"
#include "ground/base/base.h"

namespace comity::app::demo {

/// An official with the keys that, outside an exercise, would be on the official's own device.
struct Official {
    std::string institution;
    std::string person;
    std::string role;
    std::unique_ptr<softkeys::SoftSigner> key;
    std::unique_ptr<softkeys::SoftSealer> sealing;
};

struct Institution {
    std::string party;
    std::string title;
    std::string jurisdiction;
    std::string kind;
    std::filesystem::path folder;
    std::unique_ptr<softkeys::SoftSigner> root;
    std::unique_ptr<Office> office;
};

/// The institutions by party name, their people by person name, and the processes they run as.
struct Cast {
    std::filesystem::path folder;
    casework::Annex annex;
    std::map<std::string, Institution, std::less<>> institutions;
    std::map<std::string, Official, std::less<>> officials;
    clock::AheadClock clock;  ///< as the nodes have it
    clock::SystemRandom random;
    Signals signals;
    Children children;
};

inline constexpr std::string_view prosecution = "xa-prosecution";
inline constexpr std::string_view court = "xa-court";
inline constexpr std::string_view central = "xb-central";
inline constexpr std::string_view provider = "cirrus-mail";
inline constexpr std::string_view board = "oversight-board";
inline constexpr std::string_view defence = "xa-defence";

inline constexpr std::string_view investigator = "investigator-ilex";
inline constexpr std::string_view robbed_investigator = "investigator-hedera";
inline constexpr std::string_view officer = "officer-olea";
inline constexpr std::string_view prosecutor = "prosecutor-prunus";
inline constexpr std::string_view former_prosecutor = "prosecutor-fagus";
inline constexpr std::string_view reviewer = "reviewer-rosa";
inline constexpr std::string_view judge = "judge-juniper";
inline constexpr std::string_view central_reviewer = "reviewer-ribes";
inline constexpr std::string_view custodian = "custodian-cornus";
inline constexpr std::string_view auditor = "auditor-acer";
inline constexpr std::string_view counsel = "counsel-cedrus";

/// Makes the nodes' folders below `folder` with fresh keys, their common annex, their
/// addresses, and the officials' keys. Nothing runs yet.
[[nodiscard]] base::Result<std::unique_ptr<Cast>> assemble(const std::filesystem::path& folder,
                                                           const std::filesystem::path& law);
/// Starts every node, then waits until each is ready: they ask each other before they sign.
[[nodiscard]] base::Result<void> start_all(Cast& cast);
/// Starts one node without waiting for it.
[[nodiscard]] base::Result<void> launch(Cast& cast, std::string_view party);
/// Starts one node and waits until it is ready.
[[nodiscard]] base::Result<void> start_one(Cast& cast, std::string_view party);
/// The same for several at once: they may need each other to become ready.
[[nodiscard]] base::Result<void> start_these(Cast& cast,
                                             std::initializer_list<std::string_view> parties);
/// The exercise's clock jumps: every node ends in order, all at once, and starts again with a clock
/// that is ahead by so much more.
[[nodiscard]] base::Result<void> jump(Cast& cast, base::Duration by);

}  // namespace comity::app::demo
