#include "app/comity/demo/demo.h"

#include <chrono>
#include <fmt/format.h>
#include <system_error>

#include "adapter/files/files.h"
#include "adapter/records/records.h"
#include "app/comity/demo/chapters.h"
#include "app/comity/demo/story.h"
#include "app/comity/node_folder.h"
#include "domain/prooffile/prooffile.h"

namespace comity::app::demo {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t records_seed = 20261122;
constexpr std::uint64_t records_accounts = 100'000;
constexpr std::uint64_t account_in_question = 4711;
constexpr std::string_view proof_before_erasure = "content-before-erasure.proof";
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

base::Result<void> verify(Stage& stage, const prooffile::Trust& trust, const fs::path& path) {
    const std::string file = COMITY_TRY(files::read_text_file(path, prooffile::max_proof_bytes));
    const auto start = std::chrono::steady_clock::now();
    const prooffile::Report report = prooffile::verify_proof(file, trust);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    stage.note(fmt::format("{}: {} ({} bytes, {:.0f} ms)", path.filename().string(),
                           prooffile::name_of(report.answer), file.size(), took.count()));
    if (report.answer != prooffile::Answer::authentic) {
        return base::fail(base::ErrorKind::failure, "a proof file does not verify", path.string());
    }
    return {};
}

/// Saves and verifies the proof file of every matter in the list.
base::Result<void> prove(Stage& stage, const Matters& matters, const Chapters& chapters) {
    stage.heading("Proof files, verified offline");
    Cast& cast = stage.cast();
    const prooffile::Trust trust = prooffile::trust_from(cast.annex);
    COMITY_TRY(files::write_text_file_atomically(
        cast.folder / "trust", prooffile::write_trust(trust), files::Readers::everyone));
    std::vector<std::pair<std::string, base::MatterId>> proofs{
        {"channel", matters.channel},
        {"preservation", matters.preservation},
        {"disclosure", matters.disclosure}};
    proofs.insert(proofs.end(), chapters.proofs.begin(), chapters.proofs.end());
    for (const auto& [name, matter] : proofs) {
        const fs::path path = COMITY_TRY(save_proof(stage, name, matter));
        COMITY_TRY(verify(stage, trust, path));
    }
    stage.note("saved before the erasure, and verified again after it:");
    COMITY_TRY(verify(stage, trust, cast.folder / proof_before_erasure));
    stage.note("verify them yourself: comity verify " +
               (cast.folder / "disclosure.proof").string() + " --trust " +
               (cast.folder / "trust").string());
    return {};
}

/// The chapters that happen on the first day.
base::Result<void> tell_first_day(Stage& stage, const Records& records, const Matters& matters,
                                  Chapters& chapters) {
    COMITY_TRY(produce_content(stage, records, chapters));
    COMITY_TRY(wait_for_the_hold(stage, records, chapters));
    COMITY_TRY(read_a_mailbox(stage, records, chapters));
    COMITY_TRY(recall(stage, records, chapters));
    COMITY_TRY(contest_emergency(stage, records, matters, chapters));
    COMITY_TRY(refuse_emergency(stage, records, chapters));
    COMITY_TRY(confirm_by_telephone(stage, records, chapters));
    COMITY_TRY(order_before_an_outage(stage, records, chapters));
    return steal_a_key(stage, records, chapters);
}

/// What needs hours and days to pass.
base::Result<void> tell_later_days(Stage& stage, Chapters& chapters) {
    COMITY_TRY(stage.jump(std::chrono::hours(49), "49 hours"));
    COMITY_TRY(lapse_unvalidated(stage, chapters));
    COMITY_TRY(stay_silent_in_an_outage(stage, chapters));
    COMITY_TRY(stage.jump(std::chrono::days(9), "nine days more"));
    COMITY_TRY(lapse_after_the_outage(stage, chapters));
    COMITY_TRY(end_the_hold_by_time(stage, chapters));
    COMITY_TRY(stage.settled());
    COMITY_TRY(save_proof(stage, fs::path(proof_before_erasure).stem().string(),
                          chapters.content->matter()));
    return defend(stage, chapters);
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
    Chapters chapters;
    chapters.subscriber_data = matters.subscriber_data;
    COMITY_TRY(tell_first_day(stage, records, matters, chapters));
    COMITY_TRY(tell_later_days(stage, chapters));
    COMITY_TRY(fail_against_the_past(stage, records, chapters));
    COMITY_TRY(stage.settled());
    return prove(stage, matters, chapters);
}

base::Result<void> stay(Stage& stage, std::ostream& out) {
    Cast& cast = stage.cast();
    out << "\nThe nodes stay up until Ctrl-C. Their pages:\n";
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
        << "six nodes below " << folder.string() << "\n"
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
