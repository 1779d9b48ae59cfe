#include "app/comity/witness_desk.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

#include "adapter/files/files.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;

constexpr std::size_t most_note_bytes = std::size_t{64} * 1024;
constexpr std::string_view submission_path = "/add-checkpoint";
constexpr std::string_view monitoring_end = "/checkpoint";

base::Result<int> lock_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    const int lock = ::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (lock < 0) {
        return base::fail(ErrorKind::failure, "the witness's folder cannot be used",
                          std::strerror(errno));
    }
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
        ::close(lock);
        return base::fail(ErrorKind::conflict, "another process holds this witness's folder",
                          folder.string(), "two would cosign two histories: stop the other one");
    }
    return lock;
}

message::Response told(int status, std::string text) {
    return message::text_response(status, std::move(text) + "\n");
}

}  // namespace

base::Result<WitnessDesk> WitnessDesk::open(fs::path folder, std::string_view name,
                                            ports::Signer& signer, ports::Clock& clock,
                                            const std::vector<ledger::NoteKey>& logs,
                                            ledger::KeyRecovery recovery) {
    ledger::NoteKey key = COMITY_TRY(
        ledger::NoteKey::of(name, ledger::NoteKeyType::cosignature, signer.public_key()));
    const int lock = COMITY_TRY(lock_folder(folder));
    WitnessDesk desk(std::move(key), std::move(recovery), signer, clock, lock);
    for (const ledger::NoteKey& log_key : logs) {
        Log log{log_key, folder / ledger::monitored_name(log_key.name()), {}, std::nullopt, {}};
        auto note = files::read_text_file(log.file, most_note_bytes);
        if (!note && note.error().kind != ErrorKind::not_found) {
            return std::unexpected(std::move(note).error());
        }
        if (note) {
            const auto head =
                COMITY_TRY(ledger::open_checkpoint(*note, log_key, {}, desk.recovery_));
            const auto all = COMITY_TRY(ledger::key_changes_in(head.verified.note));
            log.changes = COMITY_TRY(
                ledger::changes_from(log_key, all, desk.recovery_, head.checkpoint.size));
            log.note = *std::move(note);
            log.last = ledger::WitnessedHead{head.checkpoint.size, head.checkpoint.root};
        }
        if (!desk.logs_.emplace(log_key.name(), std::move(log)).second) {
            return base::fail(ErrorKind::malformed, "two logs have one name: " + log_key.name());
        }
    }
    return desk;
}

WitnessDesk::WitnessDesk(WitnessDesk&& other) noexcept
    : key_(std::move(other.key_)),
      recovery_(std::move(other.recovery_)),
      signer_(other.signer_),
      clock_(other.clock_),
      lock_(std::exchange(other.lock_, -1)),
      logs_(std::move(other.logs_)) {
}

WitnessDesk::~WitnessDesk() {
    if (lock_ >= 0) {
        ::close(lock_);
    }
}

message::Response WitnessDesk::answer(const message::Request& request) {
    const std::string_view path = request.path();
    if (path == submission_path) {
        return request.method == "POST" ? add_checkpoint(request.body)
                                        : told(405, "a checkpoint is posted");
    }
    for (const auto& [origin, log] : logs_) {
        if (path == "/" + ledger::monitored_name(origin) + std::string(monitoring_end) &&
            !log.note.empty()) {
            return request.method == "GET" ? message::text_response(200, log.note)
                                           : told(405, "a checkpoint is read with GET");
        }
    }
    return told(404, "nothing is here");
}

message::Response WitnessDesk::add_checkpoint(std::string_view body) {
    const auto request = ledger::AddCheckpoint::parse(body);
    const auto head =
        request ? ledger::Checkpoint::parse(request->note.text) : std::unexpected(request.error());
    if (!head) {
        return told(400, head.error().text());
    }
    const auto log = logs_.find(head->origin);
    if (log == logs_.end()) {
        return told(404, "this witness does not know that log");
    }
    const ledger::WitnessedKeys keys{recovery_, log->second.changes};
    ledger::WitnessDecision decision =
        ledger::decide(*request, log->second.key, log->second.last, keys);
    if (decision.status == 409) {
        message::Response conflict = told(409, std::to_string(decision.size));
        conflict.headers.set("content-type", "text/x.tlog.size");
        return conflict;
    }
    if (decision.status != 200) {
        return told(decision.status, decision.reason);
    }
    const auto signature = cosign(log->second, request->note, std::move(decision));
    return signature ? message::text_response(200, ledger::cosigned_body(*signature))
                     : told(503, "the witness cannot cosign now");
}

base::Result<ledger::NoteSignature> WitnessDesk::cosign(Log& log, const ledger::Note& note,
                                                        ledger::WitnessDecision decision) {
    const base::Instant now{clock_->now().milliseconds / 1000 * 1000};
    const base::Bytes bytes = COMITY_TRY(signer_->sign(
        ledger::note_signing_input(note.text, ledger::NoteKeyType::cosignature, now)));
    const ledger::NoteSignature signature = ledger::note_signature(key_, now, bytes);
    // Of the signatures that came only the log's own is kept: the others were not checked.
    const std::vector<ledger::KeyChange>& changes = decision.changes;
    const ledger::NoteKey& key = changes.empty() ? log.key : changes.back().to;
    ledger::Note cosigned{note.text, {}};
    for (const ledger::NoteSignature& one : note.signatures) {
        if (one.name == key.name() && one.key_id == key.key_id() && cosigned.signatures.empty()) {
            cosigned.signatures.push_back(one);
        }
    }
    for (const ledger::KeyChange& change : changes) {
        cosigned.signatures.push_back(change.line());
    }
    cosigned.signatures.push_back(signature);
    std::string text = cosigned.encode();
    COMITY_TRY(files::write_text_file_atomically(log.file, text, files::Readers::everyone));
    log.note = std::move(text);
    log.last = ledger::WitnessedHead{decision.accepted->size, decision.accepted->root};
    log.changes = std::move(decision.changes);
    return signature;
}

}  // namespace comity::app
