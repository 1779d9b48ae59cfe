#include "app/comity/demo/demo.h"

#include <chrono>
#include <fmt/format.h>
#include <system_error>

#include "adapter/files/files.h"
#include "adapter/records/records.h"
#include "app/comity/demo/story.h"
#include "app/comity/node_folder.h"
#include "domain/prooffile/prooffile.h"

namespace comity::app::demo {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t records_seed = 20261122;
constexpr std::uint64_t records_accounts = 100'000;
constexpr std::uint64_t account_in_question = 4711;
constexpr base::Duration look_every = std::chrono::seconds(2);

/// A folder of its own for a run that nobody named one for.
fs::path fresh_folder() {
    std::error_code error;
    std::array<std::uint8_t, 4> name{};
    clock::SystemRandom().fill(name);
    return fs::temp_directory_path(error) / ("comity-demo-" + base::to_hex(name));
}

base::Result<fs::path> empty_folder(const std::optional<fs::path>& wanted) {
    std::error_code error;
    fs::path folder = wanted.value_or(fresh_folder());
    fs::create_directories(folder, error);
    if (error) {
        return base::fail(base::ErrorKind::failure, "cannot make the folder " + folder.string(),
                          error.message());
    }
    if (!fs::is_empty(folder, error)) {
        return base::fail(base::ErrorKind::conflict,
                          "the folder " + folder.string() + " is not empty",
                          "the demonstration begins with empty nodes", "choose another folder");
    }
    return fs::canonical(folder, error);
}

base::Result<Records> make_records(Stage& stage, const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    const auto start = std::chrono::steady_clock::now();
    const auto made = COMITY_TRY(records::generate_records(folder, records_seed, records_accounts));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    stage.note(fmt::format(
        "the provider's files: {} accounts, {} lines of access log (invented, {:.1f} s)",
        made.accounts, made.log_lines, took.count()));
    return Records{folder, records::generated_account(records_seed, account_in_question)};
}

base::Result<fs::path> save_proof(Stage& stage, std::string_view name,
                                  const base::MatterId& matter) {
    const Cast& cast = stage.cast();
    const Office& office = *cast.institutions.find(prosecution)->second.office;
    const std::string file = COMITY_TRY(office.get_text("/matters/" + matter.text() + "/proof"));
    const fs::path path = cast.folder / (std::string(name) + ".proof");
    COMITY_TRY(files::write_text_file_atomically(path, file, files::Readers::everyone));
    return path;
}

base::Result<void> prove(Stage& stage, const Matters& matters) {
    stage.heading("6. Proof files, verified offline");
    Cast& cast = stage.cast();
    const prooffile::Trust trust = prooffile::trust_from(cast.annex);
    COMITY_TRY(files::write_text_file_atomically(
        cast.folder / "trust", prooffile::write_trust(trust), files::Readers::everyone));
    const std::pair<std::string_view, base::MatterId> proofs[] = {
        {"channel", matters.channel},
        {"preservation", matters.preservation},
        {"disclosure", matters.disclosure}};
    for (const auto& [name, matter] : proofs) {
        const fs::path path = COMITY_TRY(save_proof(stage, name, matter));
        const std::string file =
            COMITY_TRY(files::read_text_file(path, prooffile::max_proof_bytes));
        const auto start = std::chrono::steady_clock::now();
        const prooffile::Report report = prooffile::verify_proof(file, trust);
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - start;
        stage.note(fmt::format("{}: {} ({} bytes, {:.0f} ms)", path.filename().string(),
                               prooffile::name_of(report.answer), file.size(), took.count()));
        if (report.answer != prooffile::Answer::authentic) {
            return base::fail(base::ErrorKind::failure, "a proof file does not verify",
                              path.string());
        }
    }
    stage.note("verify them yourself: comity verify " +
               (cast.folder / "disclosure.proof").string() + " --trust " +
               (cast.folder / "trust").string());
    return {};
}

base::Result<void> tell(Stage& stage, const Options& options) {
    if (options.interrupt) {
        stage.interrupt_nodes();
    }
    stage.after_each_act([&](std::size_t number, const Institution& at) {
        const bool now = options.kill_after_every || options.kill_after.contains(number);
        return now ? stage.kill_and_restart(at.party) : base::Result<void>{};
    });
    Cast& cast = stage.cast();
    COMITY_TRY(start_all(cast));
    const Records records =
        COMITY_TRY(make_records(stage, cast.folder / std::string(provider) / "records"));
    COMITY_TRY(accredit(stage));
    Matters matters;
    matters.channel = COMITY_TRY(inaugurate(stage));
    matters.preservation = COMITY_TRY(preserve(stage, records));
    COMITY_TRY(disclose(stage, records, matters));
    COMITY_TRY(fail_as_due(stage, records, matters));
    COMITY_TRY(stage.settled());
    return prove(stage, matters);
}

base::Result<void> stay(Stage& stage, std::ostream& out) {
    Cast& cast = stage.cast();
    stage.heading("The nodes stay up until Ctrl-C. Their pages:");
    for (const auto& [name, institution] : cast.institutions) {
        const NodeAddresses addresses = COMITY_TRY(read_addresses(institution.folder));
        out << fmt::format("  {:<44} {}\n", institution.title, addresses.page);
    }
    out << std::flush;
    while (!cast.signals.wait(look_every)) {
        COMITY_TRY(cast.children.check());
    }
    return {};
}

}  // namespace

base::Result<void> run(const Options& options, std::ostream& out) {
    const auto start = std::chrono::steady_clock::now();
    const fs::path folder = COMITY_TRY(empty_folder(options.out));
    out << "Comity demonstration: invented states, invented people, realm exercise\n"
        << "five nodes below " << folder.string() << "\n"
        << std::flush;
    const std::unique_ptr<Cast> cast = COMITY_TRY(assemble(folder, options.law));
    Stage stage(*cast, out);
    auto told = tell(stage, options);
    if (!told) {
        if (cast->signals.asked_to_stop()) {
            return {};
        }
        return told;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    out << fmt::format("\nDone: {} acts in {:.1f} s; everything is in {}\n", stage.acts(),
                       took.count(), folder.string())
        << std::flush;
    return options.once ? base::Result<void>{} : stay(stage, out);
}

}  // namespace comity::app::demo
