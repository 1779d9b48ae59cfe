#include "node/submit/body.h"

namespace comity::submit {
namespace {

constexpr std::size_t data_key_bytes = 32;

std::string context_of(const base::Digest& entry) {
    return "comity/body/v1 " + entry.hex();
}

}  // namespace

base::Result<void> seal_body(const Body& body, base::Date erase_on, ports::DayKeys& day_keys,
                             crypto::Random& random, ports::StoredEntry& row) {
    base::SecretBytes data_key(data_key_bytes);
    random.fill(data_key.writable());
    std::string text = codec::write(body);
    row.sealed_body = crypto::encrypt(data_key, base::view_of(text), context_of(row.id), random);
    base::wipe(std::span(reinterpret_cast<std::uint8_t*>(text.data()), text.size()));
    row.wrapped_key = COMITY_TRY(day_keys.wrap(erase_on, data_key));
    row.erase_on = erase_on;
    return {};
}

base::Result<Body> open_body(const ports::StoredEntry& row, ports::DayKeys& day_keys) {
    const base::SecretBytes data_key = COMITY_TRY(day_keys.unwrap(row.erase_on, row.wrapped_key));
    const base::SecretBytes text =
        COMITY_TRY(crypto::decrypt(data_key, row.sealed_body, context_of(row.id)));
    codec::JsonLimits limits;
    limits.bytes = 16 * 1024 * 1024;
    return codec::read_text<Body>(base::text_of(text.view()), limits);
}

ports::StoredEntry row_of(const casework::Entry& entry, base::Instant recorded_at) {
    ports::StoredEntry row;
    row.id = casework::id_of(entry);
    row.matter = casework::matter_of(entry);
    row.author = casework::author_of(entry);
    row.sequence = casework::sequence_of(entry);
    row.recorded_at = recorded_at;
    if (const auto* act = std::get_if<casework::Act>(&entry)) {
        row.kind = ports::EntryKind::act;
        row.header = codec::write(act->header);
        row.attestation =
            codec::write(Attestation{act->commitments, act->signature, act->countersignature});
    } else {
        const auto& receipt = std::get<casework::Receipt>(entry);
        row.kind = ports::EntryKind::receipt;
        row.header = codec::write(receipt.header);
        row.attestation = codec::write(Attestation{{}, receipt.signature, std::nullopt});
    }
    return row;
}

base::Result<casework::Entry> entry_of(const ports::StoredEntry& row, const Body& body) {
    Attestation attestation = COMITY_TRY(codec::read_text<Attestation>(row.attestation));
    if (!attestation.signature ||
        (row.kind == ports::EntryKind::act) != attestation.countersignature.has_value()) {
        return base::fail(base::ErrorKind::failure, "a stored entry lacks a signature");
    }
    if (row.kind == ports::EntryKind::act) {
        casework::Act act;
        act.header = COMITY_TRY(codec::read_text<casework::Header>(row.header));
        act.commitments = std::move(attestation.commitments);
        act.openings = body.openings;
        act.signature = std::move(*attestation.signature);
        act.countersignature = std::move(*attestation.countersignature);
        return act;
    }
    casework::Receipt receipt;
    receipt.header = COMITY_TRY(codec::read_text<casework::ReceiptHeader>(row.header));
    receipt.signature = std::move(*attestation.signature);
    return receipt;
}

}  // namespace comity::submit
