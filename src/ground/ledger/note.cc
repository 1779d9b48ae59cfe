#include "ground/ledger/note.h"

#include <algorithm>
#include <utility>

#include "ground/ledger/detail/text.h"

namespace comity::ledger {

namespace {

constexpr std::size_t longest_note = 64 * 1024;
constexpr std::size_t most_signatures = 64;
constexpr std::size_t key_id_bytes = 4;
constexpr std::size_t time_bytes = 8;
constexpr std::string_view signature_mark = "\xE2\x80\x94 ";  // U+2014 and a space
constexpr std::uint64_t last_second = 253'402'300'799;        // 9999-12-31T23:59:59Z

std::unexpected<base::Error> malformed(std::string what, std::string why = {}) {
    return base::fail(base::ErrorKind::malformed, std::move(what), std::move(why));
}

std::uint64_t big_endian(base::ByteView bytes) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes) {
        value = (value << 8) | byte;
    }
    return value;
}

void append_key_id(base::Bytes& out, std::uint32_t key_id) {
    for (int shift = 24; shift >= 0; shift -= 8) {
        out.push_back(static_cast<std::uint8_t>(key_id >> shift));
    }
}

/// c2sp.org/signed-note: the first four bytes of SHA-256(name LF type key).
std::uint32_t key_id_of(std::string_view name, NoteKeyType type, base::ByteView key) {
    base::Bytes message = base::bytes_of(name);
    message.push_back('\n');
    message.push_back(static_cast<std::uint8_t>(type));
    base::append(message, key);
    const base::Digest digest = crypto::sha256(message);
    return static_cast<std::uint32_t>(big_endian(digest.view().first(key_id_bytes)));
}

std::string key_id_text(std::uint32_t key_id) {
    base::Bytes bytes;
    append_key_id(bytes, key_id);
    return base::to_hex(bytes);
}

base::Result<NoteKeyType> type_from(std::uint8_t byte) {
    switch (byte) {
        case 0x01: return NoteKeyType::ed25519;
        case 0x04: return NoteKeyType::cosignature;
        default:
            return malformed("signature type " + std::to_string(byte) + " is not supported",
                             "a verifier key is of type 1 (Ed25519) or 4 (cosignature)");
    }
}

/// `— name base64(key id, signature)`, without its LF.
base::Result<NoteSignature> parse_signature(std::string_view line) {
    if (!line.starts_with(signature_mark)) {
        return malformed("a signature line does not begin with a dash");
    }
    line.remove_prefix(signature_mark.size());
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || !detail::is_key_name(line.substr(0, space))) {
        return malformed("a signature line names no key");
    }
    const base::Bytes bytes = COMITY_TRY(base::from_base64(line.substr(space + 1)));
    if (bytes.size() <= key_id_bytes) {
        return malformed("a signature is too short");
    }
    const auto key_id =
        static_cast<std::uint32_t>(big_endian(base::ByteView(bytes).first(key_id_bytes)));
    return NoteSignature{std::string(line.substr(0, space)), key_id,
                         base::Bytes(bytes.begin() + key_id_bytes, bytes.end())};
}

/// The time in front of a cosignature, in whole seconds.
base::Result<base::Instant> cosignature_time(base::ByteView signature) {
    if (signature.size() < time_bytes) {
        return base::fail(base::ErrorKind::invalid, "a cosignature carries no time");
    }
    const std::uint64_t seconds = big_endian(signature.first(time_bytes));
    if (seconds > last_second) {
        return base::fail(base::ErrorKind::invalid, "a cosignature's time is out of range");
    }
    return base::Instant{static_cast<std::int64_t>(seconds * 1000)};
}

base::Result<VerifiedNote::By> verify_one(std::string_view text, const NoteSignature& line,
                                          const NoteKey& key) {
    base::ByteView signature = line.signature;
    VerifiedNote::By by{key, std::nullopt};
    base::Instant at;
    if (key.type() == NoteKeyType::cosignature) {
        at = COMITY_TRY(cosignature_time(signature));
        by.at = at;
        signature = signature.subspan(time_bytes);
    }
    COMITY_TRY(crypto::verify(key.key(), note_signing_input(text, key.type(), at), signature));
    return by;
}

bool is_of(const NoteSignature& line, const NoteKey& key) {
    return line.key_id == key.key_id() && line.name == key.name();
}

}  // namespace

base::Result<NoteKey> NoteKey::of(std::string_view name, NoteKeyType type,
                                  const crypto::PublicKey& ed25519) {
    if (!detail::is_key_name(name)) {
        return malformed("this is not a key name: " + std::string(name.substr(0, 80)),
                         "a key name has 1 to 255 bytes of UTF-8 without spaces and '+'");
    }
    if (ed25519.algorithm() != crypto::Algorithm::ed25519) {
        return malformed("a note key is an Ed25519 key");
    }
    NoteKey key;
    key.name_ = std::string(name);
    key.key_id_ = key_id_of(name, type, ed25519.raw());
    key.type_ = type;
    key.key_ = ed25519;
    return key;
}

base::Result<NoteKey> NoteKey::parse(std::string_view vkey) {
    // The name holds no '+', base64 may: so the first two separate.
    const std::size_t first = vkey.find('+');
    const std::size_t second = first == std::string_view::npos ? first : vkey.find('+', first + 1);
    if (second == std::string_view::npos) {
        return malformed("this is not a verifier key", "it has the form name+id+base64");
    }
    const std::string_view id = vkey.substr(first + 1, second - first - 1);
    const base::Bytes bytes = COMITY_TRY(base::from_base64(vkey.substr(second + 1)));
    if (bytes.empty()) {
        return malformed("a verifier key holds no key");
    }
    const NoteKeyType type = COMITY_TRY(type_from(bytes[0]));
    const auto key =
        crypto::PublicKey::from_raw(crypto::Algorithm::ed25519, base::ByteView(bytes).subspan(1));
    if (!key) {
        return malformed("a verifier key holds no Ed25519 key", key.error().what);
    }
    NoteKey parsed = COMITY_TRY(of(vkey.substr(0, first), type, *key));
    if (key_id_text(parsed.key_id_) != id) {
        return malformed("a verifier key's id does not belong to its key",
                         "it says " + std::string(id.substr(0, 16)) + ", the key gives " +
                             key_id_text(parsed.key_id_));
    }
    return parsed;
}

std::string NoteKey::vkey() const {
    base::Bytes typed{static_cast<std::uint8_t>(type_)};
    base::append(typed, key_.raw());
    return name_ + "+" + key_id_text(key_id_) + "+" + base::to_base64(typed);
}

std::string Note::encode() const {
    std::string out = text + "\n";
    for (const NoteSignature& line : signatures) {
        base::Bytes bytes;
        append_key_id(bytes, line.key_id);
        base::append(bytes, base::ByteView(line.signature));
        out += std::string(signature_mark) + line.name + " " + base::to_base64(bytes) + "\n";
    }
    return out;
}

base::Result<Note> Note::parse(std::string_view encoded) {
    if (encoded.size() > longest_note) {
        return base::fail(base::ErrorKind::too_large, "a note has at most 64 KiB");
    }
    if (!detail::is_note_text(encoded)) {
        return malformed("a note is UTF-8 without control characters but LF");
    }
    const std::size_t blank = encoded.rfind("\n\n");
    if (blank == std::string_view::npos || blank + 2 == encoded.size()) {
        return malformed("a note has no signatures", "they stand behind the last blank line");
    }
    Note note{std::string(encoded.substr(0, blank + 1)), {}};
    std::string_view rest = encoded.substr(blank + 2);
    while (!rest.empty()) {
        if (note.signatures.size() == most_signatures) {
            return base::fail(base::ErrorKind::too_large, "a note has at most 64 signatures");
        }
        const detail::Line line = COMITY_TRY(detail::first_line(rest));
        note.signatures.push_back(COMITY_TRY(parse_signature(line.text)));
        rest = line.rest;
    }
    return note;
}

base::Result<VerifiedNote> verify_note(const Note& note, std::span<const NoteKey> known) {
    VerifiedNote verified{note, {}};
    for (const NoteSignature& line : note.signatures) {
        // Four bytes of id may collide; then the signature must hold under one of the keys.
        std::optional<base::Result<VerifiedNote::By>> outcome;
        for (const NoteKey& key : known) {
            if (is_of(line, key) && (!outcome || !outcome->has_value())) {
                outcome = verify_one(note.text, line, key);
            }
        }
        if (!outcome) {
            continue;
        }
        if (!outcome->has_value()) {
            return base::fail(base::ErrorKind::invalid,
                              "the signature of " + line.name + " does not hold",
                              outcome->error().what, "treat the note as forged or damaged");
        }
        VerifiedNote::By by = std::move(*outcome).value();
        if (std::ranges::find(verified.by, by.key, &VerifiedNote::By::key) == verified.by.end()) {
            verified.by.push_back(std::move(by));
        }
    }
    if (verified.by.empty()) {
        return base::fail(base::ErrorKind::not_proven, "no known key signed this note", {},
                          "add the signer's verifier key to the trust file, from another channel");
    }
    return verified;
}

base::Bytes note_signing_input(std::string_view text, NoteKeyType type, base::Instant at) {
    switch (type) {
        case NoteKeyType::ed25519: return base::bytes_of(text);
        case NoteKeyType::cosignature:
            // c2sp.org/tlog-cosignature, "cosignature/v1".
            return base::bytes_of("cosignature/v1\ntime " + std::to_string(at.milliseconds / 1000) +
                                  "\n" + std::string(text));
    }
    std::unreachable();
}

NoteSignature note_signature(const NoteKey& key, base::Instant at,
                             base::ByteView ed25519_signature) {
    NoteSignature line{key.name(), key.key_id(), {}};
    if (key.type() == NoteKeyType::cosignature) {
        base::append_u64(line.signature, static_cast<std::uint64_t>(at.milliseconds / 1000));
    }
    base::append(line.signature, ed25519_signature);
    return line;
}

}  // namespace comity::ledger
