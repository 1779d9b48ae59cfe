// Against the `jose` command (libjose), which knows the P-256 half of our table. Needs it; without
// it these tests fail. X25519 and the context (JWE "aad") are held against sealing.json, made by
// another program: libjose 11 has no X25519, and authenticates other bytes than RFC 7516 5.1 step
// 14 says as soon as there is an "aad". So these items have no context.

#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <unistd.h>

#include "ground/crypto/sealing.h"
#include "ground/crypto/testing.h"

namespace comity::crypto {
namespace {

class Folder {
 public:
    Folder() : path_(testing::TempDir() + "comity-jose-" + std::to_string(::getpid()) + "-") {}

    [[nodiscard]] std::string path(const std::string& name) const { return path_ + name; }
    void write(const std::string& name, std::string_view text) const {
        std::ofstream(path(name), std::ios::binary) << text;
    }
    [[nodiscard]] std::string read(const std::string& name) const {
        std::ifstream in(path(name), std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        return text.str();
    }

 private:
    std::string path_;
};

int run(const std::string& command) {
    return std::system(command.c_str());
}

std::string private_jwk(const HeldSealingKey& key) {
    codec::Object jwk = key.public_key().jwk().get_object();
    jwk["d"] = base::to_base64url(key.private_key().view());
    return codec::canonical(jwk);
}

TEST(SealingInterop, opens_what_the_jose_command_seals) {
    const Folder folder;
    CountingRandom random(11);
    HeldSealingKey first(Curve::p256, random);
    HeldSealingKey second(Curve::p256, random);
    folder.write("first", codec::canonical(first.public_key().jwk()));
    folder.write("second", codec::canonical(second.public_key().jwk()));
    folder.write("plain", "visibly invented");
    const std::string recipient = R"( -r '{"header":{"alg":"ECDH-ES+A256KW"}}')";
    ASSERT_EQ(run("jose jwe enc -i '{\"protected\":{\"enc\":\"A256GCM\"}}'" + recipient +
                  recipient + " -I '" + folder.path("plain") + "' -k '" + folder.path("first") +
                  "' -k '" + folder.path("second") + "' -o '" + folder.path("jwe") + "'"),
              0)
        << "the jose command is needed for this test";
    for (HeldSealingKey* key : {&first, &second}) {
        const auto opened = open(folder.read("jwe"), "", *key);
        ASSERT_TRUE(opened.has_value()) << opened.error().text();
        EXPECT_EQ(base::text_of(opened->view()), "visibly invented");
    }
    EXPECT_FALSE(open(folder.read("jwe"), "another", first).has_value());
    HeldSealingKey stranger(Curve::p256, random);
    EXPECT_EQ(open(folder.read("jwe"), "", stranger).error().kind, base::ErrorKind::not_found);
}

TEST(SealingInterop, is_opened_by_the_jose_command) {
    const Folder folder;
    CountingRandom random(12);
    const HeldSealingKey first(Curve::p256, random);
    const HeldSealingKey second(Curve::p256, random);
    const HeldSealingKey third(Curve::x25519, random);
    const std::vector<SealingKey> readers{first.public_key(), third.public_key(),
                                          second.public_key()};
    folder.write("sealed", seal(base::view_of("visibly invented"), "", readers, random).value());
    int count = 0;
    for (const HeldSealingKey* key : {&first, &second}) {
        const std::string name = "private" + std::to_string(count++);
        folder.write(name, private_jwk(*key));
        ASSERT_EQ(run("jose jwe dec -i '" + folder.path("sealed") + "' -k '" + folder.path(name) +
                      "' -O '" + folder.path("opened") + "'"),
                  0)
            << "the jose command is needed for this test";
        EXPECT_EQ(folder.read("opened"), "visibly invented");
        folder.write("opened", "");
    }
}

}  // namespace
}  // namespace comity::crypto
