#include "ground/cose/cbor.h"

#include <algorithm>
#include <array>
#include <cbor.h>
#include <limits>
#include <optional>

namespace comity::cose {

bool operator==(const CborValue& left, const CborValue& right) {
    return left.is == right.is;
}
bool operator==(const CborValue::Tagged& left, const CborValue::Tagged& right) {
    return left.tag == right.tag && left.value == right.value;
}

namespace {

using base::ErrorKind;

constexpr std::size_t head_bytes = 9;  // the longest head of a value
constexpr auto highest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

std::unexpected<base::Error> malformed(std::string why) {
    return base::fail(ErrorKind::malformed, "this is not CBOR as it is written here",
                      std::move(why));
}

// --- writing

/// A head by one of libcbor's encoders, which choose the shortest form.
template <class Encode>
void append_head(base::Bytes& out, Encode encode) {
    std::array<unsigned char, head_bytes> head{};
    const std::size_t written = encode(head.data(), head.size());
    COMITY_ENSURE(written > 0);
    base::append(out, base::ByteView(head).first(written));
}

void append_value(base::Bytes& out, const CborValue& value);

void append_map(base::Bytes& out, const CborValue::Map& members) {
    append_head(out, [&](unsigned char* to, std::size_t room) {
        return cbor_encode_map_start(members.size(), to, room);
    });
    std::vector<std::pair<base::Bytes, base::Bytes>> encoded;
    for (const auto& [key, value] : members) {
        encoded.emplace_back(write_cbor(key), write_cbor(value));
    }
    std::ranges::sort(encoded);
    for (const auto& [key, value] : encoded) {
        base::append(out, key);
        base::append(out, value);
    }
}

struct Append {
    base::Bytes& out;

    void operator()(const CborValue::Null& /*value*/) const {
        append_head(out,
                    [](unsigned char* to, std::size_t room) { return cbor_encode_null(to, room); });
    }
    void operator()(std::int64_t value) const {
        append_head(out, [&](unsigned char* to, std::size_t room) {
            return value < 0 ? cbor_encode_negint(static_cast<std::uint64_t>(-1 - value), to, room)
                             : cbor_encode_uint(static_cast<std::uint64_t>(value), to, room);
        });
    }
    void operator()(const base::Bytes& bytes) const {
        append_head(out, [&](unsigned char* to, std::size_t room) {
            return cbor_encode_bytestring_start(bytes.size(), to, room);
        });
        base::append(out, bytes);
    }
    void operator()(const std::string& text) const {
        append_head(out, [&](unsigned char* to, std::size_t room) {
            return cbor_encode_string_start(text.size(), to, room);
        });
        base::append(out, text);
    }
    void operator()(const CborValue::Array& items) const {
        append_head(out, [&](unsigned char* to, std::size_t room) {
            return cbor_encode_array_start(items.size(), to, room);
        });
        for (const CborValue& item : items) {
            append_value(out, item);
        }
    }
    void operator()(const CborValue::Map& members) const { append_map(out, members); }
    void operator()(const CborValue::Tagged& tagged) const {
        append_head(out, [&](unsigned char* to, std::size_t room) {
            return cbor_encode_tag(tagged.tag, to, room);
        });
        COMITY_ENSURE(tagged.value.size() == 1);
        append_value(out, tagged.value.front());
    }
};

void append_value(base::Bytes& out, const CborValue& value) {
    std::visit(Append{out}, value.is);
}

// --- reading

/// RFC 3629: no overlong form, no surrogate, nothing beyond U+10FFFF.
bool is_utf8(base::ByteView text) {
    while (!text.empty()) {
        const std::uint8_t lead = text[0];
        const std::size_t length = lead < 0x80                   ? 1
                                   : lead >= 0xC2 && lead < 0xE0 ? 2
                                   : lead >= 0xE0 && lead < 0xF0 ? 3
                                   : lead >= 0xF0 && lead < 0xF5 ? 4
                                                                 : 0;
        if (length == 0 || length > text.size()) {
            return false;
        }
        for (std::size_t i = 1; i < length; ++i) {
            if ((text[i] & 0xC0) != 0x80) {
                return false;
            }
        }
        const bool overlong = (lead == 0xE0 && text[1] < 0xA0) || (lead == 0xF0 && text[1] < 0x90);
        const bool outside = (lead == 0xED && text[1] >= 0xA0) || (lead == 0xF4 && text[1] >= 0x90);
        if (overlong || outside) {
            return false;
        }
        text = text.subspan(length);
    }
    return true;
}

/// What libcbor's decoder says of one head: a value, or the start of one that holds others.
struct Head {
    enum class Kind { none, refused, bad_text, value, array, map, tag };
    Kind kind = Kind::none;
    CborValue value;
    std::uint64_t number = 0;  ///< members of an array or map; the tag
};

Head& head_at(void* context) {
    return *static_cast<Head*>(context);
}

void take_unsigned(void* context, std::uint64_t number) {
    Head& head = head_at(context);
    head.kind = number <= highest ? Head::Kind::value : Head::Kind::refused;
    head.value.is = static_cast<std::int64_t>(number & highest);
}

void take_negative(void* context, std::uint64_t number) {
    Head& head = head_at(context);
    head.kind = number <= highest ? Head::Kind::value : Head::Kind::refused;
    head.value.is = -1 - static_cast<std::int64_t>(number & highest);
}

void start(void* context, Head::Kind kind, std::uint64_t number) {
    Head& head = head_at(context);
    head.kind = kind;
    head.number = number;
}

void refuse(void* context) {
    head_at(context).kind = Head::Kind::refused;
}

cbor_callbacks callbacks() {
    cbor_callbacks all = cbor_empty_callbacks;
    all.uint8 = [](void* c, std::uint8_t n) { take_unsigned(c, n); };
    all.uint16 = [](void* c, std::uint16_t n) { take_unsigned(c, n); };
    all.uint32 = [](void* c, std::uint32_t n) { take_unsigned(c, n); };
    all.uint64 = [](void* c, std::uint64_t n) { take_unsigned(c, n); };
    all.negint8 = [](void* c, std::uint8_t n) { take_negative(c, n); };
    all.negint16 = [](void* c, std::uint16_t n) { take_negative(c, n); };
    all.negint32 = [](void* c, std::uint32_t n) { take_negative(c, n); };
    all.negint64 = [](void* c, std::uint64_t n) { take_negative(c, n); };
    all.byte_string = [](void* c, cbor_data data, std::size_t size) {
        head_at(c).kind = Head::Kind::value;
        head_at(c).value.is = base::Bytes(data, data + size);
    };
    all.string = [](void* c, cbor_data data, std::size_t size) {
        const base::ByteView text(data, size);
        head_at(c).kind = is_utf8(text) ? Head::Kind::value : Head::Kind::bad_text;
        head_at(c).value.is = std::string(base::text_of(text));
    };
    all.null = [](void* c) {
        head_at(c).kind = Head::Kind::value;
        head_at(c).value.is = CborValue::Null{};
    };
    all.array_start = [](void* c, std::size_t n) { start(c, Head::Kind::array, n); };
    all.map_start = [](void* c, std::size_t n) { start(c, Head::Kind::map, n); };
    all.tag = [](void* c, std::uint64_t n) { start(c, Head::Kind::tag, n); };
    all.byte_string_start = refuse;
    all.string_start = refuse;
    all.indef_array_start = refuse;
    all.indef_map_start = refuse;
    all.undefined = refuse;
    all.boolean = [](void* c, bool /*value*/) { refuse(c); };
    all.float2 = [](void* c, float /*value*/) { refuse(c); };
    all.float4 = [](void* c, float /*value*/) { refuse(c); };
    all.float8 = [](void* c, double /*value*/) { refuse(c); };
    all.indef_break = refuse;
    return all;
}

class Reader {
 public:
    explicit Reader(base::ByteView bytes) : bytes_(bytes) {}

    [[nodiscard]] base::ByteView rest() const { return bytes_; }

    // It calls itself, at most max_cbor_depth deep.
    base::Result<CborValue> value(std::size_t depth) {
        if (depth > max_cbor_depth || ++items_ > max_cbor_items) {
            return base::fail(ErrorKind::too_large, "the CBOR value nests too deep or is too long");
        }
        Head head = COMITY_TRY(this->head());
        switch (head.kind) {
            case Head::Kind::value: return std::move(head.value);
            case Head::Kind::array: return array(head.number, depth);
            case Head::Kind::map: return map(head.number, depth);
            case Head::Kind::tag: {
                CborValue inner = COMITY_TRY(value(depth + 1));
                return cbor_tagged(head.number, std::move(inner));
            }
            case Head::Kind::bad_text: return malformed("a text is not UTF-8");
            case Head::Kind::none:
            case Head::Kind::refused: break;
        }
        return malformed("a float, a boolean, a number beyond 63 bits or an open length");
    }

 private:
    base::Result<Head> head() {
        static const cbor_callbacks all = callbacks();
        Head head;
        // libcbor 0.8 takes tags below 24 that it has no use for as errors, COSE_Sign1's among
        // them.
        constexpr std::uint8_t first_tag = 0xC0;
        constexpr std::uint8_t last_short_tag = 0xD7;
        if (!bytes_.empty() && bytes_[0] >= first_tag && bytes_[0] <= last_short_tag) {
            start(&head, Head::Kind::tag, bytes_[0] - first_tag);
            bytes_ = bytes_.subspan(1);
            return head;
        }
        const cbor_decoder_result result =
            cbor_stream_decode(bytes_.data(), bytes_.size(), &all, &head);
        if (result.status != CBOR_DECODER_FINISHED || result.read == 0 ||
            result.read > bytes_.size()) {
            return malformed("it is cut short, or a byte begins no value");
        }
        bytes_ = bytes_.subspan(result.read);
        return head;
    }

    base::Result<CborValue> array(std::uint64_t count, std::size_t depth) {
        CborValue::Array items;
        for (std::uint64_t i = 0; i < count; ++i) {  // ends with the bytes, whatever `count` says
            items.push_back(COMITY_TRY(value(depth + 1)));
        }
        return CborValue{std::move(items)};
    }

    base::Result<CborValue> map(std::uint64_t count, std::size_t depth) {
        CborValue::Map members;
        for (std::uint64_t i = 0; i < count; ++i) {
            CborValue key = COMITY_TRY(value(depth + 1));
            CborValue member = COMITY_TRY(value(depth + 1));
            if (!members.empty() && members.back().key == key) {
                return malformed("a key stands twice");  // apart from each other: not in order
            }
            members.push_back({std::move(key), std::move(member)});
        }
        return CborValue{std::move(members)};
    }

    base::ByteView bytes_;
    std::size_t items_ = 0;
};

}  // namespace

CborValue cbor_map(CborValue::Map members) {
    return CborValue{std::move(members)};
}
CborValue cbor_array(CborValue::Array items) {
    return CborValue{std::move(items)};
}
CborValue cbor_bytes(base::ByteView bytes) {
    return CborValue{base::Bytes(bytes.begin(), bytes.end())};
}
CborValue cbor_text(std::string_view text) {
    return CborValue{std::string(text)};
}
CborValue cbor_integer(std::int64_t value) {
    return CborValue{value};
}
CborValue cbor_tagged(std::uint64_t tag, CborValue value) {
    CborValue::Tagged tagged{tag, {}};
    tagged.value.push_back(std::move(value));
    return CborValue{std::move(tagged)};
}

base::Bytes write_cbor(const CborValue& value) {
    base::Bytes out;
    append_value(out, value);
    return out;
}

base::Result<CborValue> read_cbor(base::ByteView bytes) {
    if (bytes.size() > max_cbor_bytes) {
        return base::fail(ErrorKind::too_large, "a CBOR value has at most 64 KiB here");
    }
    Reader reader(bytes);
    CborValue value = COMITY_TRY(reader.value(1));
    if (!reader.rest().empty()) {
        return malformed("something stands behind the value");
    }
    // libcbor reads longer heads and any order too; only the deterministic bytes come back equal.
    if (!std::ranges::equal(write_cbor(value), bytes)) {
        return malformed("it is not in the deterministic form of RFC 8949, section 4.2.1");
    }
    return value;
}

}  // namespace comity::cose
