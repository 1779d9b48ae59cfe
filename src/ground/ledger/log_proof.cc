#include "ground/ledger/log_proof.h"

#include "ground/ledger/detail/text.h"

namespace comity::ledger {
namespace {

constexpr std::string_view first_words = "c2sp.org/tlog-proof@v1";
constexpr std::string_view extra_mark = "extra ";
constexpr std::string_view index_mark = "index ";
constexpr std::size_t most_hashes = 64;
constexpr std::size_t most_bytes = std::size_t{256} * 1024;

}  // namespace

std::string LogProof::encode() const {
    std::string out = std::string(first_words) + "\n";
    if (extra) {
        out += std::string(extra_mark) + base::to_base64(*extra) + "\n";
    }
    out += std::string(index_mark) + std::to_string(index) + "\n";
    for (const base::Digest& hash : path) {
        out += base::to_base64(hash.view()) + "\n";
    }
    return out + "\n" + checkpoint.encode();
}

base::Result<LogProof> LogProof::parse(std::string_view text) {
    if (text.size() > most_bytes) {
        return base::fail(base::ErrorKind::too_large, "a log proof has at most 256 KiB");
    }
    detail::Line line = COMITY_TRY(detail::first_line(text));
    if (line.text != first_words) {
        return base::fail(base::ErrorKind::malformed, "this is no log proof",
                          "it does not begin with " + std::string(first_words));
    }
    LogProof proof;
    line = COMITY_TRY(detail::first_line(line.rest));
    if (line.text.starts_with(extra_mark)) {
        proof.extra = COMITY_TRY(base::from_base64(line.text.substr(extra_mark.size())));
        line = COMITY_TRY(detail::first_line(line.rest));
    }
    if (!line.text.starts_with(index_mark)) {
        return base::fail(base::ErrorKind::malformed, "the log proof names no index");
    }
    proof.index = COMITY_TRY(detail::parse_decimal(line.text.substr(index_mark.size())));
    detail::HashLines path = COMITY_TRY(detail::hash_lines(line.rest, most_hashes, "an inclusion"));
    proof.path = std::move(path.hashes);
    proof.checkpoint = COMITY_TRY(Note::parse(path.rest));
    return proof;
}

base::Result<SignedCheckpoint> check_log_proof(const LogProof& proof, base::ByteView entry,
                                               const NoteKey& log, const Policy& policy,
                                               const KeyRecovery& recovery) {
    const std::vector<NoteKey> witnesses = policy.witness_keys();
    SignedCheckpoint signed_head =
        COMITY_TRY(open_checkpoint(proof.checkpoint.encode(), log, witnesses, recovery));
    COMITY_TRY(policy.check_quorum(signed_head.verified));
    COMITY_TRY(crypto::verify_inclusion(crypto::merkle_leaf(entry), proof.index,
                                        signed_head.checkpoint.size, proof.path,
                                        signed_head.checkpoint.root));
    return signed_head;
}

}  // namespace comity::ledger
