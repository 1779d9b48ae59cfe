#include "ground/ledger/matter_proof.h"

#include <algorithm>
#include <string_view>

#include "ground/crypto/crypto.h"

namespace comity::ledger {
namespace {

constexpr std::string_view first_words = "comity/matter-proof/v1\n";
constexpr std::size_t most_steps = 256;
constexpr std::size_t most_hashes = 64;

/// What stands in the place of the pseudonym.
enum class Stands : std::uint8_t { itself = 1, nothing = 2, other = 3 };

std::unexpected<base::Error> malformed(std::string why) {
    return base::fail(base::ErrorKind::malformed, "this is no proof of a matter", std::move(why));
}

void append_number(base::Bytes& out, std::uint64_t value) {
    while (value >= 0x80) {
        out.push_back(static_cast<std::uint8_t>(value | 0x80));
        value >>= 7;
    }
    out.push_back(static_cast<std::uint8_t>(value));
}

/// Reads from the front of what is left.
class Reader {
 public:
    explicit Reader(base::ByteView bytes) : left_(bytes) {}

    [[nodiscard]] base::Result<base::ByteView> take(std::size_t count) {
        if (count > left_.size()) {
            return malformed("it is cut off");
        }
        const base::ByteView taken = left_.first(count);
        left_ = left_.subspan(count);
        return taken;
    }
    [[nodiscard]] base::Result<base::Digest> digest() {
        return base::Digest::from_bytes(COMITY_TRY(take(sizeof(base::Digest))));
    }
    [[nodiscard]] base::Result<std::uint8_t> byte() { return COMITY_TRY(take(1)).front(); }
    /// Seven bits a byte, the lowest first, without a superfluous byte; below 2^63.
    [[nodiscard]] base::Result<std::uint64_t> number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 63; shift += 7) {
            const std::uint8_t next = COMITY_TRY(byte());
            value |= static_cast<std::uint64_t>(next & 0x7FU) << shift;
            if (next < 0x80) {
                if (next == 0 && shift != 0) {
                    return malformed("a number is not written the short way");
                }
                return value;
            }
        }
        return malformed("a number is too large");
    }
    [[nodiscard]] std::size_t left() const { return left_.size(); }

 private:
    base::ByteView left_;
};

void append_path(base::Bytes& out, const MapPath& path) {
    const std::size_t depth = path.siblings.size();
    append_number(out, depth);
    base::Bytes full((depth + 7) / 8);
    for (std::size_t i = 0; i < depth; ++i) {
        if (!path.siblings[i].is_zero()) {
            full[i / 8] = static_cast<std::uint8_t>(full[i / 8] | (0x80U >> (i % 8)));
        }
    }
    base::append(out, full);
    for (const base::Digest& sibling : path.siblings) {
        if (!sibling.is_zero()) {
            base::append(out, sibling.view());
        }
    }
}

base::Result<std::vector<base::Digest>> read_siblings(Reader& reader) {
    const std::uint64_t depth = COMITY_TRY(reader.number());
    if (depth > most_steps) {
        return malformed("the way to a pseudonym has at most 256 steps");
    }
    const base::ByteView full = COMITY_TRY(reader.take((depth + 7) / 8));
    std::vector<base::Digest> siblings(depth);
    for (std::size_t i = 0; i < full.size() * 8; ++i) {
        if ((full[i / 8] & (0x80U >> (i % 8))) == 0) {
            continue;
        }
        if (i >= depth) {
            return malformed("a spare bit is set");
        }
        siblings[i] = COMITY_TRY(reader.digest());
        if (siblings[i].is_zero()) {
            return malformed("an empty subtree is written out");
        }
    }
    return siblings;
}

base::Result<std::vector<MatterProof::Act>> read_acts(Reader& reader, std::uint64_t end) {
    const std::uint64_t count = COMITY_TRY(reader.number());
    if (count == 0 || count > max_matter_acts) {
        return malformed("a matter has 1 to 65,536 leaves");
    }
    std::vector<MatterProof::Act> acts;
    std::uint64_t next = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t gap = COMITY_TRY(reader.number());
        if (next >= end || gap >= end - next) {
            return malformed("a leaf of the matter is not before the map leaf");
        }
        acts.push_back({next + gap, COMITY_TRY(reader.digest())});
        next = acts.back().index + 1;
    }
    return acts;
}

base::Result<MapPath::Other> read_other(Reader& reader) {
    MapPath::Other other;
    other.pseudonym = COMITY_TRY(reader.digest());
    other.acts.count = COMITY_TRY(reader.number());
    other.acts.head = COMITY_TRY(reader.digest());
    return other;
}

MatterActs chain_of(const std::vector<MatterProof::Act>& acts) {
    MatterActs chain;
    for (const MatterProof::Act& act : acts) {
        chain = chain.with(act.index, act.hash);
    }
    return chain;
}

bool is_ascending_below(const std::vector<MatterProof::Act>& acts, std::uint64_t end) {
    std::uint64_t next = 0;
    for (const MatterProof::Act& act : acts) {
        if (act.index < next || act.index >= end) {
            return false;
        }
        next = act.index + 1;
    }
    return true;
}

}  // namespace

base::Bytes MatterProof::encode() const {
    base::Bytes out = base::bytes_of(first_words);
    base::append(out, pseudonym.view());
    base::append(out, map.root.view());
    base::append(out, map.key.view());
    append_number(out, map.lost);
    append_number(out, map_leaf);
    append_path(out, path);
    if (!acts.empty()) {
        out.push_back(static_cast<std::uint8_t>(Stands::itself));
        append_number(out, acts.size());
        std::uint64_t next = 0;
        for (const Act& act : acts) {
            append_number(out, act.index - next);
            base::append(out, act.hash.view());
            next = act.index + 1;
        }
    } else if (path.other) {
        out.push_back(static_cast<std::uint8_t>(Stands::other));
        base::append(out, path.other->pseudonym.view());
        append_number(out, path.other->acts.count);
        base::append(out, path.other->acts.head.view());
    } else {
        out.push_back(static_cast<std::uint8_t>(Stands::nothing));
    }
    append_number(out, inclusion.size());
    for (const base::Digest& hash : inclusion) {
        base::append(out, hash.view());
    }
    base::append(out, checkpoint.encode());
    return out;
}

base::Result<MatterProof> MatterProof::parse(base::ByteView bytes) {
    if (bytes.size() > max_matter_proof_bytes) {
        return base::fail(base::ErrorKind::too_large, "a proof of a matter has at most 4 MiB");
    }
    Reader reader(bytes);
    const auto words = reader.take(first_words.size());
    if (!words || base::text_of(*words) != first_words) {
        return malformed("it does not begin with comity/matter-proof/v1");
    }
    MatterProof proof;
    proof.pseudonym = COMITY_TRY(reader.digest());
    proof.map.root = COMITY_TRY(reader.digest());
    proof.map.key = COMITY_TRY(reader.digest());
    proof.map.lost = COMITY_TRY(reader.number());
    proof.map_leaf = COMITY_TRY(reader.number());
    proof.path.siblings = COMITY_TRY(read_siblings(reader));
    const std::uint8_t stands = COMITY_TRY(reader.byte());
    if (stands == static_cast<std::uint8_t>(Stands::itself)) {
        proof.acts = COMITY_TRY(read_acts(reader, proof.map_leaf));
    } else if (stands == static_cast<std::uint8_t>(Stands::other)) {
        proof.path.other = COMITY_TRY(read_other(reader));
    } else if (stands != static_cast<std::uint8_t>(Stands::nothing)) {
        return malformed("it does not say what stands in the place");
    }
    const std::uint64_t hashes = COMITY_TRY(reader.number());
    if (hashes > most_hashes) {
        return malformed("an inclusion proof has at most 64 hashes");
    }
    for (std::uint64_t i = 0; i < hashes; ++i) {
        proof.inclusion.push_back(COMITY_TRY(reader.digest()));
    }
    const base::ByteView note = COMITY_TRY(reader.take(reader.left()));
    proof.checkpoint = COMITY_TRY(Note::parse(base::text_of(note)));
    return proof;
}

base::Result<void> check_matter_paths(const MatterProof& proof, const Checkpoint& head) {
    if (!is_ascending_below(proof.acts, proof.map_leaf)) {
        return base::fail(base::ErrorKind::invalid,
                          "the leaves of the matter do not stand in order before the map leaf");
    }
    COMITY_TRY(verify_map_path(proof.map.root, proof.pseudonym, chain_of(proof.acts), proof.path));
    return crypto::verify_inclusion(crypto::merkle_leaf(proof.map.leaf().encode()), proof.map_leaf,
                                    head.size, proof.inclusion, head.root);
}

base::Result<SignedCheckpoint> check_matter_proof(const MatterProof& proof, const NoteKey& log,
                                                  const Policy& policy) {
    const std::vector<NoteKey> witnesses = policy.witness_keys();
    SignedCheckpoint signed_head =
        COMITY_TRY(open_checkpoint(proof.checkpoint.encode(), log, witnesses));
    COMITY_TRY(check_matter_paths(proof, signed_head.checkpoint));
    COMITY_TRY(policy.check_quorum(signed_head.verified));
    return signed_head;
}

}  // namespace comity::ledger
