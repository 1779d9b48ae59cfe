#include "node/submit/body.h"

namespace comity::submit {
namespace {

constexpr std::size_t data_key_bytes = 32;

std::string context_of(const base::Digest& entry) {
    return "comity/body/v1 " + entry.hex();
}

std::string item_context_of(const base::Digest& item) {
    return "comity/item-at-holder/v1 " + item.hex();
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
    if (row.sealed_body.empty()) {
        return base::fail(base::ErrorKind::not_found, "the body of this entry was erased here",
                          "on " + row.erase_on.text());
    }
    const base::SecretBytes data_key = COMITY_TRY(day_keys.unwrap(row.erase_on, row.wrapped_key));
    const base::SecretBytes text =
        COMITY_TRY(crypto::decrypt(data_key, row.sealed_body, context_of(row.id)));
    codec::JsonLimits limits;
    limits.bytes = 16 * 1024 * 1024;
    return codec::read_text<Body>(base::text_of(text.view()), limits);
}

base::Result<ports::StoredItem> keep_item(const casework::ShippedItem& item,
                                          const base::MatterId& matter, base::Date erase_on,
                                          ports::DayKeys& day_keys, crypto::Random& random) {
    base::SecretBytes data_key(data_key_bytes);
    random.fill(data_key.writable());
    ports::StoredItem row;
    row.id = item.id;
    row.matter = matter;
    row.erase_on = erase_on;
    row.sealed =
        crypto::encrypt(data_key, base::view_of(item.sealed), item_context_of(item.id), random);
    row.wrapped = COMITY_TRY(day_keys.wrap_item(erase_on, item.id, data_key));
    return row;
}

base::Result<casework::ShippedItem> kept_item(const ports::StoredItem& row,
                                              ports::DayKeys& day_keys) {
    if (row.sealed.empty()) {
        return base::fail(base::ErrorKind::not_found, "the item was erased here",
                          "item " + row.id.hex());
    }
    if (row.wrapped.empty()) {  // kept by a node that had no keys of items yet
        return casework::ShippedItem{row.id, std::string(base::text_of(row.sealed))};
    }
    const base::SecretBytes data_key =
        COMITY_TRY(day_keys.unwrap_item(row.erase_on, row.id, row.wrapped));
    const base::SecretBytes sealed =
        COMITY_TRY(crypto::decrypt(data_key, row.sealed, item_context_of(row.id)));
    return casework::ShippedItem{row.id, std::string(base::text_of(sealed.view()))};
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
