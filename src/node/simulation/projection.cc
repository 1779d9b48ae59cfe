#include "node/simulation/projection.h"

#include <algorithm>
#include <vector>

#include "ground/ledger/ledger.h"

namespace comity::simulation {
namespace {

constexpr std::size_t shortest_random = 20;  // characters; 16 bytes have 22
constexpr std::size_t shortest_hex = 8;      // what error texts and pages show of a digest
constexpr std::size_t digest_digits = 64;

bool is_hex(char c) {
    return ('0' <= c && c <= '9') || ('a' <= c && c <= 'f');
}

bool is_base64(char c) {
    return ('0' <= c && c <= '9') || ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || c == '-' ||
           c == '_' || c == '+' || c == '/' || c == '=';
}

/// Characters of a word in which random bytes may stand.
bool is_of_word(char c) {
    return is_base64(c);
}

/// Random, and not a name: 20 or more characters with capitals or digits among them, or as many
/// hexadecimal digits as anybody shows of a digest.
bool is_random(std::string_view word) {
    if (word.size() >= shortest_hex && std::ranges::all_of(word, is_hex) &&
        std::ranges::any_of(word, [](char c) { return 'a' <= c; })) {
        return true;
    }
    return word.size() >= shortest_random && std::ranges::all_of(word, is_base64) &&
           std::ranges::any_of(word, [](char c) { return 'A' <= c && c <= 'Z'; });
}

}  // namespace

void Projection::call(const base::Digest& digest, std::string name) {
    names_.insert_or_assign(digest.hex().substr(0, shortest_hex), std::move(name));
}

/// Digests are known by their first digits, which is all that some texts show of them.
std::string Projection::name(std::string_view random) {
    const bool hex = std::ranges::all_of(random, is_hex);
    const std::string key(hex ? random.substr(0, shortest_hex) : random);
    const auto known = names_.find(key);
    const std::string& called =
        known != names_.end()
            ? known->second
            : names_.emplace(key, "#" + std::to_string(names_.size() + 1)).first->second;
    return called + "/" + std::to_string(random.size());
}

std::string Projection::words(std::string_view text) {
    std::string seen;
    while (!text.empty()) {
        std::size_t length = 0;
        while (length < text.size() && is_of_word(text[length])) {
            ++length;
        }
        if (length == 0) {
            seen += text.front();
            text.remove_prefix(1);
            continue;
        }
        const std::string_view word = text.substr(0, length);
        seen += is_random(word) ? name(word) : std::string(word);
        text.remove_prefix(length);
    }
    return seen;
}

std::string Projection::leaf(base::ByteView bytes) {
    const auto leaf = ledger::Leaf::parse(bytes);
    return !leaf ? "no leaf of " + std::to_string(bytes.size())
                 : "leaf of class " + std::to_string(static_cast<int>(leaf->leaf_class)) + " " +
                       name(leaf->commitment.hex()) + " " + leaf->unseal_by.text() + " " +
                       leaf->delete_by.text();
}

std::string Projection::string(std::string_view text, std::string_view member) {
    if (member == "leaf") {
        const auto bytes = base::from_base64url(text);
        return bytes ? leaf(*bytes) : words(text);
    }
    if (member == "sealed") {
        return name(text);
    }
    // An opened value, and a row's columns: JSON in a text.
    const auto inner = text.empty() || member != "value" ? codec::Value() : [&] {
        auto parsed = codec::parse(text);
        return parsed ? std::move(*parsed) : codec::Value();
    }();
    return inner.is_null() ? words(text) : value(inner, "");
}

std::string Projection::array(const codec::Array& array, std::string_view member) {
    std::vector<std::string> members;
    for (const codec::Value& one : array) {
        members.push_back(value(one, member));
    }
    if (member == "after") {
        // By id in the header, so in a random order.
        std::ranges::sort(members);
    }
    std::string seen = "[";
    for (const std::string& one : members) {
        seen += one + ",";
    }
    return seen + "]";
}

std::string Projection::object(const codec::Object& object) {
    std::vector<std::string> members;
    for (const auto& [member, inner] : object) {
        members.emplace_back(member);
    }
    std::ranges::sort(members);
    std::string seen = "{";
    for (const std::string& member : members) {
        seen += words(member) + ":";
        seen += value(object.at(member), member) + ",";
    }
    return seen + "}";
}

std::string Projection::value(const codec::Value& value, std::string_view member) {
    if (value.is_object()) {
        return object(value.get_object());
    }
    if (value.is_array()) {
        return array(value.get_array(), member);
    }
    if (value.is_string()) {
        return '"' + string(std::string_view(value.get_string()), member) + '"';
    }
    return codec::canonical(value);
}

std::string Projection::text(std::string_view text) {
    codec::JsonLimits limits;
    limits.bytes = std::size_t{8} << 20;
    limits.string_bytes = std::size_t{8} << 20;
    std::string_view body = text;
    while (body.ends_with('\n')) {
        body.remove_suffix(1);
    }
    const auto parsed = body.starts_with('{') || body.starts_with('[')
                            ? codec::parse(body, limits)
                            : base::fail(base::ErrorKind::malformed, "no JSON");
    return parsed ? value(*parsed, "") : words(text);
}

std::string Projection::request(const message::Request& request) {
    std::string seen = request.method + " " + words(request.target);
    for (const auto& [member, content] : request.headers.fields) {
        seen += " " + member + "=" + words(content);
    }
    return seen + " " + text(request.body);
}

std::string Projection::response(const base::Result<message::Response>& response) {
    if (!response) {
        return "nothing";
    }
    std::string seen = std::to_string(response->status);
    for (const auto& [member, content] : response->headers.fields) {
        seen += " " + member + "=" + words(content);
    }
    return seen + " " + text(response->body);
}

std::string Projection::ledger_file(std::string_view path, base::ByteView content) {
    std::string seen(path);
    if (path.starts_with("tile/entries/")) {
        const auto entries = ledger::parse_entries(content);
        for (std::size_t i = 0; entries && i < entries->size(); ++i) {
            seen += "; " + leaf((*entries)[i]);
        }
        return seen;
    }
    if (path.starts_with("tile/")) {
        for (std::size_t i = 0; i + digest_digits / 2 <= content.size(); i += digest_digits / 2) {
            seen += " " + name(base::to_hex(content.subspan(i, digest_digits / 2)));
        }
        return seen + " " + std::to_string(content.size());
    }
    return seen + " " + words(base::text_of(content));
}

std::string Projection::row(const ports::StoredEntry& row) {
    // One statement each: numbers are given in this order on every compiler.
    std::string seen = "entry " + name(row.id.hex());
    seen += " " + std::to_string(static_cast<int>(row.kind)) + " " + words(row.matter.text());
    seen += " " + row.author.text() + " " + std::to_string(row.sequence);
    seen += " " + text(row.header);
    seen += " " + text(row.attestation);
    seen += " sealed " + std::to_string(row.sealed_body.size());
    seen += " key " + std::to_string(row.wrapped_key.size());
    seen += " until " + row.erase_on.text() + " leaf " + std::to_string(row.leaf);
    seen += " " + text(row.transport);
    return seen + " at " + row.recorded_at.text();
}

std::string Projection::row(const ports::OutboxRow& row) {
    std::string seen = "outbox " + row.peer.text() + " " + name(row.entry.hex());
    return seen + " " + words(row.refused);
}

}  // namespace comity::simulation
