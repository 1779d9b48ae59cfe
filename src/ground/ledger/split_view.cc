#include "ground/ledger/split_view.h"

#include "ground/crypto/crypto.h"
#include "ground/ledger/detail/text.h"

namespace comity::ledger {
namespace {

constexpr std::string_view first_words = "comity/split-view@v1";
constexpr std::string_view log_mark = "log ";
constexpr std::string_view prefix_mark = "prefix ";
constexpr std::string_view older_mark = "older ";
constexpr std::string_view newer_mark = "newer ";
constexpr std::size_t most_hashes = 64;
constexpr std::size_t most_bytes = std::size_t{256} * 1024;

/// The rest of a line that begins with `mark`.
base::Result<detail::Line> marked(std::string_view text, std::string_view mark) {
    detail::Line line = COMITY_TRY(detail::first_line(text));
    if (!line.text.starts_with(mark)) {
        return base::fail(base::ErrorKind::malformed, "the evidence lacks a line",
                          "`" + std::string(mark) + "...` was expected");
    }
    line.text.remove_prefix(mark.size());
    return line;
}

/// A note on one line: notes hold blank lines, so base64 keeps them apart.
base::Result<Note> note_in(std::string_view base64) {
    const base::Bytes note = COMITY_TRY(base::from_base64(base64));
    return Note::parse(base::text_of(note));
}

std::string on_one_line(const Note& note) {
    return base::to_base64(base::view_of(note.encode()));
}

}  // namespace

std::string SplitView::encode() const {
    std::string out = std::string(first_words) + "\n" + std::string(log_mark) + log.vkey() + "\n" +
                      std::string(older_mark) + on_one_line(older) + "\n" +
                      std::string(newer_mark) + on_one_line(newer) + "\n" +
                      std::string(prefix_mark) + base::to_base64(prefix.view()) + "\n";
    for (const base::Digest& hash : proof) {
        out += base::to_base64(hash.view()) + "\n";
    }
    return out;
}

base::Result<SplitView> SplitView::parse(std::string_view text) {
    if (text.size() > most_bytes) {
        return base::fail(base::ErrorKind::too_large, "the evidence has at most 256 KiB");
    }
    detail::Line line = COMITY_TRY(detail::first_line(text));
    if (line.text != first_words) {
        return base::fail(base::ErrorKind::malformed, "this is no evidence of a split view",
                          "it does not begin with " + std::string(first_words));
    }
    line = COMITY_TRY(marked(line.rest, log_mark));
    NoteKey log = COMITY_TRY(NoteKey::parse(line.text));
    line = COMITY_TRY(marked(line.rest, older_mark));
    Note older = COMITY_TRY(note_in(line.text));
    line = COMITY_TRY(marked(line.rest, newer_mark));
    Note newer = COMITY_TRY(note_in(line.text));
    line = COMITY_TRY(marked(line.rest, prefix_mark));
    const base::Digest prefix = COMITY_TRY(detail::parse_hash(line.text));
    SplitView evidence{std::move(log), std::move(older), std::move(newer), prefix, {}};
    while (!line.rest.empty()) {
        if (evidence.proof.size() == most_hashes) {
            return base::fail(base::ErrorKind::too_large,
                              "a consistency proof has too many hashes");
        }
        line = COMITY_TRY(detail::first_line(line.rest));
        evidence.proof.push_back(COMITY_TRY(detail::parse_hash(line.text)));
    }
    return evidence;
}

base::Result<void> check_split_view(const SplitView& evidence, const KeyRecovery& recovery) {
    const Checkpoint older =
        COMITY_TRY(open_checkpoint(evidence.older.encode(), evidence.log, {}, recovery)).checkpoint;
    const Checkpoint newer =
        COMITY_TRY(open_checkpoint(evidence.newer.encode(), evidence.log, {}, recovery)).checkpoint;
    const auto fits = [] {
        return base::fail(base::ErrorKind::not_proven, "these two heads may well fit",
                          "nothing here says that the newer one leaves the older one out");
    };
    if (older.size > newer.size || older.size == 0) {
        return fits();
    }
    if (older.size == newer.size) {
        return older.root == newer.root ? base::Result<void>(fits()) : base::Result<void>{};
    }
    COMITY_TRY(crypto::verify_consistency(older.size, evidence.prefix, newer.size, newer.root,
                                          evidence.proof));
    return evidence.prefix == older.root ? base::Result<void>(fits()) : base::Result<void>{};
}

}  // namespace comity::ledger
