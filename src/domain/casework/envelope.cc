#include "domain/casework/envelope.h"

#include <algorithm>

namespace comity::casework {

Entry ProvenEntry::entry() const {
    COMITY_ENSURE(act.has_value() != receipt.has_value());
    if (act) {
        return *act;
    }
    return *receipt;
}

namespace {

base::Result<void> check_skew(const Annex& annex, const Entry& entry, base::Instant witnessed) {
    const base::Duration skew = std::chrono::seconds(annex.skew_seconds);
    const base::Instant at = instant_of(entry);
    if (at < witnessed - skew || witnessed + skew < at) {
        return base::fail(base::ErrorKind::inadmissible,
                          "the entry's time is too far from the witnessed time",
                          "dated " + at.text() + ", first attested at " + witnessed.text() +
                              ", allowed are " + std::to_string(annex.skew_seconds) + " seconds");
    }
    return {};
}

}  // namespace

base::Result<base::Instant> check_proof(const Annex& annex, const ProvenEntry& proven,
                                        const ledger::SignedCheckpoint& checkpoint) {
    const Entry entry = proven.entry();
    const LeafProof& proof = proven.proof;
    const ledger::Leaf leaf = COMITY_TRY(ledger::Leaf::parse(proof.leaf));
    if (leaf.commitment != ledger::leaf_commitment(proof.salt, id_of(entry))) {
        return base::fail(base::ErrorKind::invalid, "the leaf does not commit to this entry");
    }
    const bool is_receipt = leaf.leaf_class == ledger::LeafClass::receipt;
    const bool is_act =
        leaf.leaf_class == ledger::LeafClass::act || leaf.leaf_class == ledger::LeafClass::registry;
    if (proven.act ? !is_act : !is_receipt) {
        return base::fail(base::ErrorKind::invalid, "the leaf is of another class than the entry");
    }
    if (proof.index < 0) {
        return base::fail(base::ErrorKind::malformed, "a leaf's index is not negative");
    }
    COMITY_TRY(crypto::verify_inclusion(
        crypto::merkle_leaf(proof.leaf), static_cast<std::uint64_t>(proof.index),
        checkpoint.checkpoint.size, proof.path, checkpoint.checkpoint.root));
    std::optional<base::Instant> witnessed;
    for (const auto& by : checkpoint.verified.by) {
        if (by.at && (!witnessed || *by.at < *witnessed)) {
            witnessed = by.at;
        }
    }
    if (!witnessed) {
        return base::fail(base::ErrorKind::not_proven, "no attesting node signed the checkpoint");
    }
    COMITY_TRY(check_skew(annex, entry, *witnessed));
    return *witnessed;
}

base::Result<base::Instant> check_proof(const Annex& annex, const ProvenEntry& proven) {
    const Entry entry = proven.entry();
    const ledger::SignedCheckpoint checkpoint =
        COMITY_TRY(open_witnessed(annex, author_of(entry), proven.proof.checkpoint));
    return check_proof(annex, proven, checkpoint);
}

base::Result<Envelope> read_envelope(std::string_view body, base::Realm realm) {
    codec::JsonLimits limits;
    limits.bytes = 8 * 1024 * 1024;
    limits.string_bytes = max_item_bytes;
    Envelope envelope = COMITY_TRY(codec::read_text<Envelope>(body, limits));
    if (envelope.version != envelope_version && envelope.version != quorum_version) {
        return base::fail(base::ErrorKind::malformed, "envelope format version is not known here",
                          {}, "send version 1 or 2");
    }
    if (envelope.realm != realm) {
        return base::fail(base::ErrorKind::inadmissible, "the envelope is of another realm",
                          "this node lives in the realm " + std::string(base::name_of(realm)));
    }
    if (envelope.from == envelope.to) {
        return base::fail(base::ErrorKind::malformed, "nobody sends an envelope to themselves");
    }
    if (envelope.entries.empty()) {
        return base::fail(base::ErrorKind::malformed, "the envelope is empty");
    }
    for (std::size_t i = 0; i < envelope.entries.size(); ++i) {
        const ProvenEntry& proven = envelope.entries[i];
        const std::string place = "/entries/" + std::to_string(i);
        if (proven.act.has_value() == proven.receipt.has_value()) {
            return std::unexpected(base::Error{base::ErrorKind::malformed,
                                               "an entry is an act or a receipt, exactly one",
                                               {},
                                               {},
                                               place,
                                               {}});
        }
        if (proven.quorum && (envelope.version != quorum_version || !proven.act)) {
            return std::unexpected(base::Error{base::ErrorKind::malformed,
                                               "a quorum stands with an act, since version 2",
                                               {},
                                               {},
                                               place + "/quorum",
                                               {}});
        }
        const Entry entry = proven.entry();
        if (author_of(entry) != envelope.from ||
            matter_of(entry) != matter_of(envelope.entries.front().entry())) {
            return std::unexpected(
                base::Error{base::ErrorKind::malformed,
                            "an envelope carries entries of one chain of its sender",
                            {},
                            {},
                            place,
                            {}});
        }
    }
    return envelope;
}

}  // namespace comity::casework
