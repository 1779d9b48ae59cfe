// Nothing in a proof file can be altered and still be AUTHENTIC: neither by somebody who does not
// understand it (bits), nor by somebody who does and computes the digest line anew (members).

#include <functional>

#include "domain/prooffile/testing.h"

namespace comity::prooffile {
namespace {

using testing::World;

struct Subject {
    World world;
    Trust trust;
    std::string file;
};

const Subject& subject() {
    static const Subject made = [] {
        Subject one;
        one.world.tell();
        one.trust = one.world.trust();
        one.file = write_proof(one.world.contents()).value();
        return one;
    }();
    return made;
}

Answer answer_to(std::string_view file) {
    return verify_proof(file, subject().trust).answer;
}

TEST(Alteration, every_flipped_bit_is_invalid) {
    std::string file = subject().file;
    ASSERT_EQ(answer_to(file), Answer::authentic);
    for (std::size_t i = 0; i < file.size(); ++i) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            const char kept = file[i];
            file[i] = static_cast<char>(static_cast<unsigned char>(kept) ^ (1U << bit));
            ASSERT_EQ(answer_to(file), Answer::invalid) << "byte " << i << ", bit " << bit;
            file[i] = kept;
        }
    }
}

TEST(Alteration, a_removed_or_doubled_byte_is_invalid) {
    const std::string& file = subject().file;
    for (std::size_t i = 0; i < file.size(); ++i) {
        std::string shorter = file;
        shorter.erase(i, 1);
        ASSERT_EQ(answer_to(shorter), Answer::invalid) << "without byte " << i;
        std::string longer = file;
        longer.insert(i, 1, file[i]);
        ASSERT_EQ(answer_to(longer), Answer::invalid) << "byte " << i << " twice";
    }
}

codec::Value content() {
    const std::string& file = subject().file;
    return codec::parse(std::string_view(file).substr(file.find('\n', 15) + 1)).value();
}

std::string file_of(const codec::Value& value) {
    const std::string body = codec::canonical(value) + "\n";
    return "comity-proof 2\nsha256 " + crypto::sha256(body).hex() + "\n" + body;
}

/// One alteration: applied to the tree, tried, and taken back by its maker.
struct Walk {
    codec::Value root;
    std::size_t tried = 0;
    std::size_t invalid = 0;
    std::size_t not_proven = 0;

    void try_it(const std::string& pointer, const std::string& how) {
        const Answer answer = answer_to(file_of(root));
        ++tried;
        invalid += answer == Answer::invalid ? 1 : 0;
        not_proven += answer == Answer::not_proven ? 1 : 0;
        EXPECT_NE(answer, Answer::authentic) << pointer << " " << how;
    }

    void text(codec::Value& value, const std::string& pointer) {
        const std::string kept(value.get_string());
        const std::size_t step = std::max<std::size_t>(1, kept.size() / 2);
        for (std::size_t i = 0; i < kept.size(); i += step) {
            std::string altered = kept;
            altered[i] = altered[i] == '0'   ? '1'
                         : altered[i] == 'a' ? 'b'
                         : altered[i] == ' ' ? '_'
                                             : '0';
            if (altered != kept) {
                value = altered;
                try_it(pointer, "character " + std::to_string(i));
            }
        }
        value = kept + "0";
        try_it(pointer, "made longer");
        value = kept;
    }

    void array(codec::Value& value, const std::string& pointer) {
        const codec::Array kept = value.get_array();
        for (std::size_t i = 0; i < kept.size(); ++i) {
            codec::Array fewer = kept;
            fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
            value = fewer;
            try_it(pointer + "/" + std::to_string(i), "dropped");
            codec::Array more = kept;
            more.insert(more.begin() + static_cast<std::ptrdiff_t>(i), codec::Value(kept[i]));
            value = more;
            try_it(pointer + "/" + std::to_string(i), "doubled");
            if (i > 0 && kept[i] != kept[i - 1]) {
                codec::Array turned = kept;
                std::swap(turned[i], turned[i - 1]);
                value = turned;
                try_it(pointer + "/" + std::to_string(i), "moved");
            }
        }
        value = kept;
        for (std::size_t i = 0; i < kept.size(); ++i) {
            visit(value.get_array()[i], pointer + "/" + std::to_string(i));
        }
    }

    void object(codec::Value& value, const std::string& pointer) {
        std::vector<std::string> names;
        for (const auto& member : value.get_object()) {
            names.emplace_back(member.key());
        }
        const codec::Object kept = value.get_object();
        for (const std::string& name : names) {
            value.get_object().erase(name);
            try_it(pointer + "/" + name, "dropped");
            value = kept;
        }
        for (const std::string& name : names) {
            visit(value.get_object()[name], pointer + "/" + name);
        }
    }

    void visit(codec::Value& value, const std::string& pointer) {
        if (value.is_string()) {
            text(value, pointer);
        } else if (value.is_array()) {
            array(value, pointer);
        } else if (value.is_object()) {
            object(value, pointer);
        } else if (value.is_int64()) {
            const std::int64_t kept = value.get_int64();
            value = kept + 1;
            try_it(pointer, "plus one");
            value = kept;
        }
    }
};

TEST(Alteration, no_altered_member_is_authentic_even_with_the_digest_computed_anew) {
    Walk walk{content()};
    ASSERT_EQ(file_of(walk.root), subject().file);
    walk.visit(walk.root, "");
    EXPECT_EQ(file_of(walk.root), subject().file) << "the walk takes back what it alters";
    EXPECT_GT(walk.tried, 1000U);
    EXPECT_GT(walk.invalid, walk.not_proven);
}

codec::Value parsed(std::string_view file) {
    return codec::parse(file.substr(file.find('\n', 15) + 1)).value();
}

TEST(Alteration, no_field_is_withheld_without_a_name_or_a_broken_seal) {
    // Whoever redacts may try to hide that something is missing: by saying that the export never
    // opened it, in the act itself or of all acts.
    const ProofContents less =
        redact(read_proof(subject().file).value(), std::vector{read_choice("1:reasons").value()})
            .value();
    const std::string file = write_proof(less).value();
    ASSERT_EQ(verify_proof(file, subject().trust).acts.at(0).withheld.size(), 1U);
    codec::Value value = parsed(file);
    codec::Object& entry = value.at("content").at("matter").at("entries").at(0).get_object();
    entry["opened"] = codec::Array{0, 1, 2};
    const Report hidden = verify_proof(file_of(value), subject().trust);
    EXPECT_EQ(hidden.answer, Answer::not_proven);
    EXPECT_TRUE(hidden.acts.at(0).withheld.empty());
    EXPECT_EQ(hidden.deciding()->what, "wholeness");
    entry.erase("opened");
    EXPECT_EQ(answer_to(file_of(value)), Answer::invalid);
    entry["opened"] = codec::Array{0, 1, 3, 2};
    EXPECT_EQ(answer_to(file_of(value)), Answer::invalid);
    entry["opened"] = codec::Array{0, 1, 2, 3, 4};
    EXPECT_EQ(answer_to(file_of(value)), Answer::invalid);
}

TEST(Alteration, two_hundred_flips_of_a_redacted_file_are_invalid) {
    const ProofContents less =
        redact(read_proof(subject().file).value(), std::vector{read_choice("1:data").value()})
            .value();
    std::string file = write_proof(less).value();
    for (std::size_t flip = 0; flip < 200; ++flip) {
        const std::size_t at = flip * (file.size() * 8 - 1) / 199;
        const char kept = file[at / 8];
        file[at / 8] = static_cast<char>(static_cast<unsigned char>(kept) ^ (1U << (at % 8)));
        ASSERT_EQ(answer_to(file), Answer::invalid) << "bit " << at;
        file[at / 8] = kept;
    }
}

}  // namespace
}  // namespace comity::prooffile
