#pragma once

// `comity verify` and `comity-verify`: a proof file, held against the anchors that its reader
// trusts.

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

#include "app/command/command.h"
#include "domain/prooffile/prooffile.h"

namespace CLI {
class App;
}

namespace comity::app {

/// The bytes of a plain file of at most so many bytes. Kinds: not_found, too_large, malformed,
/// failure.
using ReadFile =
    std::function<base::Result<std::string>(const std::filesystem::path& file, std::size_t most)>;

/// How much is told.
enum class Detail {
    screen,  ///< one screen
    all,     ///< every check and every act
};

/// Whether the timestamp beside a proof file (FILE.tsr, with FILE.tsq for its nonce) is looked at.
enum class Timestamps {
    looked_at,  ///< if one is there
    left_out,   ///< the file alone is judged
};

struct VerifyRequest {
    std::filesystem::path file;
    std::optional<std::filesystem::path> trust;  ///< none: no anchors, so at best NOT PROVEN
    bool json = false;
    prooffile::Language language = prooffile::Language::english;
    Detail detail = Detail::screen;
    Timestamps timestamps = Timestamps::looked_at;
};

/// The anchors of a trust file; none if no file is named. Kinds as ReadFile, malformed.
[[nodiscard]] base::Result<std::optional<prooffile::Trust>> read_trust_file(
    const std::optional<std::filesystem::path>& file, const ReadFile& read);
/// The text of a proof file. A file too large to be one is kind invalid.
[[nodiscard]] base::Result<std::string> read_proof_file(const std::filesystem::path& file,
                                                        const ReadFile& read);

/// The report on a proof file, with the timestamp beside it. Kinds as ReadFile.
[[nodiscard]] base::Result<prooffile::Report> verified_file(
    const std::filesystem::path& file, const std::optional<prooffile::Trust>& trust,
    Timestamps timestamps, const ReadFile& read);

/// Verifies the file and tells the report on `out`. The exit code: 0 AUTHENTIC, 6 INVALID, 7 NOT
/// PROVEN, 3 if a file is not there, 1 for a trust file that is none.
int run_verify(const VerifyRequest& request, const ReadFile& read, std::ostream& out,
               std::ostream& err);

/// Gives `verify` the options of the command, a subcommand or a program of its own; `name` is how
/// the examples call it.
void be_verify(CLI::App& verify, Run& run, ReadFile read, const std::string& name);
/// Adds the subcommand `verify`.
void add_verify(CLI::App& app, Run& run, ReadFile read);

}  // namespace comity::app
