#pragma once

// The replay: every entry of a file is checked as the nodes checked it when they recorded it, over
// a registry that is rebuilt from the file.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "domain/prooffile/proof.h"
#include "domain/prooffile/report.h"

namespace comity::prooffile::detail {

/// What a failed check means for the answer: altered, or a link that lacks.
[[nodiscard]] Finding finding_of(base::ErrorKind kind);
[[nodiscard]] Step step_of(std::string what, std::string about, const base::Result<void>& result);

class Replay {
 public:
    /// `library`: nullptr if the texts could not be read; then nothing is judged. `opened`: what
    /// the export opened.
    Replay(const casework::Annex& annex, const law::Library* library, const OpenedFields& opened)
        : annex_(annex), library_(library), opened_(opened) {}

    /// Registries first, then the matter.
    void replay_registry(const RegistryEntries& registry);
    void replay_matter(const base::MatterId& matter,
                       const std::vector<casework::ProvenEntry>& entries);

    /// What was found; the replay is over.
    struct Found {
        std::vector<Step> steps;
        std::vector<ReportedAct> registry;
        std::vector<ReportedAct> acts;
        std::set<std::string> unreviewed;
        std::string state;  ///< of the matter, if every act of it is proven
    };
    [[nodiscard]] Found finish() && { return std::move(found_); }

 private:
    /// One matter on its way through its entries.
    struct Course {
        casework::Dossier dossier;
        casework::MatterState state;
        bool known = true;  ///< every act so far was admissible, so `state` is the matter's state
        std::string label;  ///< "" or "registry of xa-prosecution, "
        std::vector<ReportedAct>* acts = nullptr;
        std::map<base::ActId, std::size_t> places;  ///< in `acts`
    };
    /// A suspension that a registry in the file holds (DESIGN 5.6).
    struct Suspended {
        base::PartyId party;
        casework::SuspendedKey key;
        std::int64_t sequence = 0;
        base::Instant witnessed;
    };

    void replay_entries(Course& course, const std::vector<casework::ProvenEntry>& entries);
    void replay_act(Course& course, const casework::ProvenEntry& proven);
    void replay_receipt(Course& course, const casework::ProvenEntry& proven);
    void note_withheld(const casework::Act& act, const std::string& about, ReportedAct& reported);
    [[nodiscard]] bool judge_act(Course& course, const casework::Act& act, ReportedAct& reported);
    [[nodiscard]] bool check_effect(const Course& course, const casework::ProvenEntry& proven,
                                    const std::string& about, ReportedAct& reported);
    [[nodiscard]] base::Result<void> apply(Course& course, const casework::Act& act,
                                           const casework::Admitted& admitted,
                                           const ReportedAct& reported);
    [[nodiscard]] bool check_ledger(const casework::ProvenEntry& proven, const std::string& about,
                                    ReportedAct* reported);
    [[nodiscard]] bool check_link(const Course& course, const casework::Entry& entry,
                                  const std::string& about);
    [[nodiscard]] base::Result<casework::Signer> check_signer(const casework::Act& act,
                                                              ReportedAct& reported);
    [[nodiscard]] base::Result<void> check_suspension(const casework::Act& act,
                                                      const casework::Accreditation& used,
                                                      ReportedAct& reported) const;
    [[nodiscard]] const base::Result<ledger::SignedCheckpoint>& checkpoint(
        const base::PartyId& author, const std::string& note);
    [[nodiscard]] casework::World world() const { return {*library_, annex_, registry_}; }
    bool note(std::string what, const std::string& about, const base::Result<void>& result);

    const casework::Annex& annex_;
    const law::Library* library_;
    const OpenedFields& opened_;
    casework::Registry registry_;
    std::vector<Suspended> suspended_;
    std::map<std::pair<base::PartyId, std::string>, base::Result<ledger::SignedCheckpoint>>
        checkpoints_;
    std::map<std::pair<base::PartyId, std::uint64_t>, base::Digest> roots_;
    std::size_t failed_ = 0;  ///< steps that fail
    Found found_;
};

}  // namespace comity::prooffile::detail
