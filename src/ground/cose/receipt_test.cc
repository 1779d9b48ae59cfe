#include "ground/cose/receipt.h"

#include <fstream>
#include <gmock/gmock.h>
#include <iterator>
#include <sstream>

#include "adapter/softkeys/softkeys.h"
#include "ground/codec/codec.h"
#include "ground/cose/cbor.h"
#include "ground/ledger/log_for_test.h"

namespace comity::cose {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view name = "log.example";

base::Bytes entry(std::uint64_t i) {
    return base::bytes_of("entry " + std::to_string(i));
}

/// The ledger of the vectors: its key's secret is 00 01 ... 1f.
class Log {
 public:
    Log() : signer_(of_seed()), tree_(ledger::tree_of("entry", 20)) {}

    [[nodiscard]] Issuer issuer() const { return {std::string(name), signer_.public_key()}; }
    [[nodiscard]] const ledger::Tree& tree() const { return tree_; }
    [[nodiscard]] Receipt inclusion(std::uint64_t index, std::uint64_t size) {
        return sign({size, index, tree_.inclusion(index, size).value()}, size);
    }
    [[nodiscard]] Receipt consistency(std::uint64_t old_size, std::uint64_t size) {
        return sign(ConsistencyProof{old_size, size, tree_.consistency(old_size, size).value()},
                    size);
    }
    [[nodiscard]] Receipt sign(LedgerProof proof, std::uint64_t size) {
        Receipt receipt{std::string(name), signer_.public_key().id(), std::move(proof), {}};
        receipt.signature =
            signer_.sign(receipt_signing_input(receipt, tree_.root_at(size))).value();
        return receipt;
    }
    [[nodiscard]] Receipt sign(InclusionProof proof, std::uint64_t size) {
        return sign(LedgerProof(std::move(proof)), size);
    }

 private:
    static softkeys::SoftSigner of_seed() {
        base::Bytes seed;
        for (std::uint8_t i = 0; i < 32; ++i) {
            seed.push_back(i);
        }
        return softkeys::SoftSigner::of_secret(crypto::Algorithm::ed25519,
                                               base::SecretBytes(std::move(seed)))
            .value();
    }

    softkeys::SoftSigner signer_;
    ledger::Tree tree_;
};

struct Vector {
    std::string kind;
    std::uint64_t first = 0;  ///< index, or the old size
    std::uint64_t size = 0;
    base::Digest root;
    base::Bytes receipt;
};

std::vector<Vector> vectors() {
    std::ifstream file(std::string(COMITY_TEST_DATA) + "/cose/receipts.jsonl");
    std::vector<Vector> all;
    for (std::string line; std::getline(file, line);) {
        const codec::Value value = codec::parse(line).value();
        const codec::Object& one = value.get_object();
        const std::string kind(one.at("kind").get_string());
        const char* first = kind == "inclusion" ? "index" : "old";
        all.push_back({kind, static_cast<std::uint64_t>(one.at(first).get_int64()),
                       static_cast<std::uint64_t>(one.at("size").get_int64()),
                       base::Digest::from_hex(one.at("root").get_string()).value(),
                       base::from_hex(one.at("receipt").get_string()).value()});
    }
    EXPECT_EQ(all.size(), 8U);
    return all;
}

TEST(CoseReceipt, has_the_bytes_of_the_vectors_made_by_another_program) {
    Log log;
    for (const Vector& vector : vectors()) {
        const Receipt made = vector.kind == "inclusion"
                                 ? log.inclusion(vector.first, vector.size)
                                 : log.consistency(vector.first, vector.size);
        EXPECT_EQ(base::to_hex(made.encode()), base::to_hex(vector.receipt));
        EXPECT_EQ(Receipt::parse(vector.receipt), made);
    }
}

TEST(CoseReceipt, verifies_each_vector_and_gives_its_root) {
    Log log;
    for (const Vector& vector : vectors()) {
        const Receipt receipt = Receipt::parse(vector.receipt).value();
        const auto root = vector.kind == "inclusion"
                              ? check_inclusion(receipt, entry(vector.first), log.issuer())
                              : check_consistency(receipt, vector.first,
                                                  log.tree().root_at(vector.first), log.issuer());
        EXPECT_EQ(root, vector.root) << (root ? "" : root.error().text());
    }
}

/// Cuts a receipt's bytes by hand, as RFC 9052 and RFC 9942 lay them out, without the CBOR reader.
struct ByHand {
    base::Bytes header;
    std::uint64_t size = 0;
    std::uint64_t index = 0;
    std::vector<base::Digest> path;
    base::Bytes signature;
};

class Cutter {
 public:
    explicit Cutter(base::Bytes bytes) : bytes_(std::move(bytes)) {}

    void expect(std::string_view hex) {
        const base::Bytes wanted = base::from_hex(hex).value();
        for (const std::uint8_t byte : wanted) {
            ASSERT_EQ(bytes_.at(at_), byte) << "at " << at_;
            ++at_;
        }
    }
    /// The number of a head of major type `major`, of one or two bytes.
    std::uint64_t head(unsigned major) {
        const unsigned first = bytes_.at(at_++);
        EXPECT_EQ(first >> 5, major);
        return (first & 31) < 24 ? first & 31 : bytes_.at(at_++);
    }
    base::Bytes take(std::uint64_t count) {
        base::Bytes taken;
        for (; count > 0; --count) {
            taken.push_back(bytes_.at(at_++));
        }
        return taken;
    }
    void expect_end() const { EXPECT_EQ(at_, bytes_.size()); }

 private:
    base::Bytes bytes_;
    std::size_t at_ = 0;
};

ByHand cut_by_hand(const base::Bytes& receipt) {
    ByHand found;
    Cutter outer(receipt);
    outer.expect("d284");  // tag 18, four parts
    found.header = outer.take(outer.head(2));
    outer.expect("a119018ca12081");  // {396: {-1: [
    Cutter proof(outer.take(outer.head(2)));
    EXPECT_EQ(proof.head(4), 3U);
    found.size = proof.head(0);
    found.index = proof.head(0);
    for (std::uint64_t left = proof.head(4); left > 0; --left) {
        proof.expect("5820");
        found.path.push_back(base::Digest::from_bytes(proof.take(32)).value());
    }
    proof.expect_end();
    outer.expect("f65840");  // the payload is null; 64 bytes
    found.signature = outer.take(64);
    outer.expect_end();
    return found;
}

TEST(CoseReceipt, verifies_by_a_plain_reader_that_cuts_its_bytes_by_hand) {
    Log log;
    for (std::uint64_t size = 1; size <= 20; ++size) {
        for (std::uint64_t index = 0; index < size; ++index) {
            const ByHand found = cut_by_hand(log.inclusion(index, size).encode());
            ASSERT_EQ(found.size, size);
            ASSERT_EQ(found.index, index);
            ASSERT_TRUE(crypto::verify_inclusion(crypto::merkle_leaf(entry(index)), index, size,
                                                 found.path, log.tree().root_at(size)));
            // ["Signature1", header, h'', root]
            base::Bytes input = base::from_hex("846a5369676e617475726531").value();
            input.push_back(0x58);
            input.push_back(static_cast<std::uint8_t>(found.header.size()));
            base::append(input, found.header);
            base::append(input, base::Bytes{0x40, 0x58, 0x20});
            base::append(input, log.tree().root_at(size).view());
            ASSERT_TRUE(crypto::verify(log.issuer().key, input, found.signature));
        }
    }
}

TEST(CoseReceipt, proves_growth_between_all_sizes) {
    Log log;
    for (std::uint64_t size = 2; size <= 20; ++size) {
        for (std::uint64_t old_size = 1; old_size < size; ++old_size) {
            const Receipt receipt = log.consistency(old_size, size);
            ASSERT_EQ(
                check_consistency(receipt, old_size, log.tree().root_at(old_size), log.issuer()),
                log.tree().root_at(size))
                << old_size << " to " << size;
            ASSERT_FALSE(
                check_consistency(receipt, old_size, log.tree().root_at(size), log.issuer()));
        }
    }
}

TEST(CoseReceipt, proves_the_same_root_or_nothing_whatever_bit_is_changed) {
    Log log;
    const Receipt made = log.inclusion(3, 7);
    const base::Bytes good = made.encode();
    int other_sizes = 0;
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            base::Bytes bad = good;
            bad[at] = static_cast<std::uint8_t>(bad[at] ^ (1 << bit));
            const auto receipt = Receipt::parse(bad);
            const auto root = receipt ? check_inclusion(*receipt, entry(3), log.issuer())
                                      : std::unexpected(receipt.error());
            if (!root) {
                continue;
            }
            // RFC 9942 signs the root, not the size: one of 5 to 8 leaves has a path of this shape.
            Receipt resized = made;
            std::get<InclusionProof>(resized.proof).size =
                std::get<InclusionProof>(receipt->proof).size;
            ASSERT_EQ(*receipt, resized) << "byte " << at << " bit " << bit;
            ASSERT_EQ(*root, log.tree().root_at(7));
            ++other_sizes;
        }
    }
    EXPECT_EQ(other_sizes, 2);
}

TEST(CoseReceipt, is_not_taken_for_another_entry_place_or_issuer) {
    Log log;
    Receipt receipt = log.inclusion(3, 7);
    const auto kind = [&](const base::Bytes& of, const Issuer& issuer) {
        return check_inclusion(receipt, of, issuer).error().kind;
    };
    EXPECT_EQ(kind(entry(4), log.issuer()), base::ErrorKind::invalid);
    EXPECT_EQ(kind(entry(3), {"other.example", log.issuer().key}), base::ErrorKind::not_proven);
    const auto other = softkeys::SoftSigner::generate(crypto::Algorithm::ed25519).value();
    EXPECT_EQ(kind(entry(3), {std::string(name), other.public_key()}), base::ErrorKind::not_proven);
    receipt.key = other.public_key().id();
    EXPECT_EQ(kind(entry(3), {std::string(name), other.public_key()}), base::ErrorKind::invalid);
    receipt = log.inclusion(3, 7);
    std::get<InclusionProof>(receipt.proof).index = 7;
    EXPECT_EQ(kind(entry(3), log.issuer()), base::ErrorKind::invalid);
    std::get<InclusionProof>(receipt.proof) = {0, 0, {}};
    EXPECT_EQ(kind(entry(3), log.issuer()), base::ErrorKind::invalid);
}

TEST(CoseReceipt, of_growth_begins_where_the_reader_says) {
    Log log;
    const Receipt receipt = log.consistency(3, 7);
    const auto kind = [&](const Receipt& of, std::uint64_t size) {
        return check_consistency(of, size, log.tree().root_at(size), log.issuer()).error().kind;
    };
    EXPECT_EQ(kind(receipt, 4), base::ErrorKind::not_proven);
    EXPECT_EQ(kind(log.inclusion(3, 7), 3), base::ErrorKind::malformed);
    EXPECT_EQ(check_inclusion(receipt, entry(3), log.issuer()).error().kind,
              base::ErrorKind::malformed);
    EXPECT_EQ(kind(log.sign(LedgerProof(ConsistencyProof{7, 7, {}}), 7), 7),
              base::ErrorKind::invalid);
    EXPECT_EQ(kind(log.sign(LedgerProof(ConsistencyProof{0, 7, {}}), 7), 0),
              base::ErrorKind::invalid);
}

/// A receipt with its parts replaced, in deterministic CBOR.
base::Bytes sign1(CborValue header, CborValue unprotected, CborValue payload) {
    return write_cbor(
        cbor_tagged(18, cbor_array({cbor_bytes(write_cbor(header)), std::move(unprotected),
                                    std::move(payload), cbor_bytes(base::Bytes(64, 7))})));
}

CborValue header_with(std::int64_t algorithm, std::int64_t structure) {
    return cbor_map({{cbor_integer(1), cbor_integer(algorithm)},
                     {cbor_integer(4), cbor_bytes(base::Bytes(32, 1))},
                     {cbor_integer(15), cbor_map({{cbor_integer(1), cbor_text(name)}})},
                     {cbor_integer(395), cbor_integer(structure)}});
}

CborValue proofs_with(CborValue proof) {
    return cbor_map({{cbor_integer(396), cbor_map({{cbor_integer(-1), std::move(proof)}})}});
}

CborValue one_proof(CborValue::Array parts) {
    return cbor_array({cbor_bytes(write_cbor(cbor_array(std::move(parts))))});
}

TEST(CoseReceipt, refuses_other_headers_payloads_and_shapes) {
    const CborValue header = header_with(-8, 1);
    const CborValue good =
        proofs_with(one_proof({cbor_integer(1), cbor_integer(0), cbor_array({})}));
    ASSERT_TRUE(Receipt::parse(sign1(header, good, {})));
    const std::vector<std::pair<std::string, base::Bytes>> bad{
        {"ES256", sign1(header_with(-7, 1), good, {})},
        {"another structure", sign1(header_with(-8, 2), good, {})},
        {"an attached payload", sign1(header, good, cbor_bytes(base::Bytes(32, 0)))},
        {"no proofs", sign1(header, cbor_map({}), {})},
        {"an unknown unprotected header",
         sign1(header, cbor_map({{cbor_integer(5), cbor_integer(1)}}), {})},
        {"two proofs",
         sign1(header, proofs_with(cbor_array({cbor_bytes({}), cbor_bytes({})})), {})},
        {"a proof of two parts",
         sign1(header, proofs_with(one_proof({cbor_integer(1), cbor_integer(0)})), {})},
        {"a negative index",
         sign1(header, proofs_with(one_proof({cbor_integer(1), cbor_integer(-1), cbor_array({})})),
               {})},
        {"a short hash", sign1(header,
                               proofs_with(one_proof({cbor_integer(2), cbor_integer(0),
                                                      cbor_array({cbor_bytes(base::Bytes(31))})})),
                               {})},
        {"too long a path", sign1(header,
                                  proofs_with(one_proof({cbor_integer(2), cbor_integer(0),
                                                         cbor_array(CborValue::Array(
                                                             65, cbor_bytes(base::Bytes(32))))})),
                                  {})}};
    for (const auto& [what, bytes] : bad) {
        const auto parsed = Receipt::parse(bytes);
        ASSERT_FALSE(parsed) << what;
        EXPECT_EQ(parsed.error().kind, base::ErrorKind::malformed) << what;
    }
    EXPECT_EQ(Receipt::parse(base::Bytes(max_receipt_bytes + 1)).error().kind,
              base::ErrorKind::too_large);
}

TEST(CoseReceipt, signs_bytes_that_no_note_can_be) {
    Log log;
    const base::Bytes input = receipt_signing_input(log.inclusion(0, 1), log.tree().root_at(1));
    // A note's text is UTF-8 and begins with a name; a UTF-8 text never begins with 84.
    EXPECT_EQ(input.front(), 0x84);
}

}  // namespace
}  // namespace comity::cose
