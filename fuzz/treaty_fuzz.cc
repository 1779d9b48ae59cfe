// The texts that a node executes: reading any bytes must end in a library or in diagnostics, and a
// library that loads must assess.

#include <cstdint>
#include <string>
#include <vector>

#include "domain/law/law.h"

namespace {

constexpr std::string_view vocabulary = R"(language comity-treaty 1
vocabulary core 3
side requesting, requested
body minister, person, consultation
institution court
role judge accredited by court
event receipt, answer, disclosure
silence refuse, escalate
fact action enumeration {share, disclose} file
fact data enumeration {subscriber, content} case
fact emergency boolean case contested by requested decided by requesting as judge
fact max-penalty integer 0 to 1200 months case
fact approval scale none < officer < judge file
fact recipients set {court, defence} case
fact element set {offence, summary} file
fact cleared boolean file
fact tier integer 0 to 4 rung case derived from data subscriber 2, content 4
)";
constexpr std::string_view profile = R"(language comity-treaty 1
vocabulary core 3
jurisdiction XB version 1
in force from 2020-01-01
article 1 "All"
clause 1 permit as issuing
clause 2 permit as executing
)";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    // Alone (it may be a vocabulary), and beside a vocabulary and a profile.
    (void)comity::law::check(std::vector<comity::law::Source>{{"t", text}});
    std::string other(profile);
    other.replace(other.find("XB"), 2, "XA");
    const std::vector<comity::law::Source> sources{
        {"v", std::string(vocabulary)}, {"b", std::string(profile)}, {"a", other}, {"t", text}};
    const auto library = comity::law::Library::load(sources);
    if (!library) {
        return library.error().empty() ? __builtin_trap(), 0 : 0;
    }
    comity::law::Question question;
    question.requesting = "XA";
    question.requested = "XB";
    question.as_of = comity::base::Date{20779};
    const auto assessment = comity::law::assess(*library, question);
    if (assessment) {
        (void)comity::law::to_json(*assessment, true);
        (void)comity::law::sentences(*assessment);
    }
    return 0;
}
