#include "ground/ledger/note.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "ground/ledger/detail/vectors_for_test.h"

namespace comity::ledger {
namespace {

std::string outcome_of(const std::string& encoded, const std::vector<NoteKey>& known,
                       std::vector<std::string>& signers) {
    const auto note = Note::parse(encoded);
    if (!note) {
        return "malformed";
    }
    EXPECT_EQ(note->encode(), encoded);
    const auto verified = verify_note(*note, known);
    if (!verified) {
        return verified.error().kind == base::ErrorKind::not_proven ? "no-verifiable-signature"
                                                                    : "invalid-signature";
    }
    for (const auto& by : verified->by) {
        signers.push_back(by.key.name());
    }
    return "ok";
}

TEST(Note, verifies_as_in_the_vectors) {
    int cases = 0;
    for (const std::string& line : lines_of(read_data("tlog/notes.jsonl"))) {
        ++cases;
        std::vector<NoteKey> known;
        for (const std::string& vkey : strings(line, "vkeys")) {
            known.push_back(NoteKey::parse(vkey).value());
        }
        const auto encoded = base::from_base64(member(line, "note_b64"));
        ASSERT_TRUE(encoded.has_value());
        std::vector<std::string> signers;
        EXPECT_EQ(outcome_of(std::string(base::text_of(*encoded)), known, signers),
                  member(line, "expect"))
            << member(line, "id");
        EXPECT_EQ(signers, strings(line, "verified")) << member(line, "id");
    }
    EXPECT_EQ(cases, 15);
}

TEST(NoteKey, reads_the_vectors_of_its_own_types_and_refuses_all_others) {
    int cases = 0;
    for (const std::string& line : lines_of(read_data("tlog/vkeys.jsonl"))) {
        ++cases;
        const std::string vkey = member(line, "vkey");
        const auto key = NoteKey::parse(vkey);
        // Valid keys of the types 2 (ECDSA) and 5 (RFC 6962 head) stand in the file. A signature of
        // such a key in a note is skipped as unknown; the key itself we cannot hold.
        const bool ours = member(line, "valid") == "true" && member(line, "type") == "1";
        EXPECT_EQ(key.has_value(), ours) << member(line, "id");
        if (key) {
            EXPECT_EQ(key->vkey(), vkey);
            EXPECT_EQ(NoteKey::of(key->name(), key->type(), key->key()).value(), *key);
        }
    }
    EXPECT_EQ(cases, 9);
}

TEST(NoteKey, refuses_names_that_a_note_could_not_carry) {
    const auto key =
        NoteKey::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
            .value();
    for (const std::string name :
         {"", "a b", "a+b", "a\nb", "a\tb", "\xC2\xA0", "a\xE2\x80\xA9", "\xE3\x80\x80", "\xFF",
          "\xED\xA0\x80", "\xC0\xAF", "\xF4\x90\x80\x80", "\xE2\x80"}) {
        EXPECT_FALSE(NoteKey::of(name, NoteKeyType::ed25519, key.key()).has_value()) << name;
    }
    EXPECT_FALSE(NoteKey::of(std::string(256, 'n'), NoteKeyType::ed25519, key.key()).has_value());
    EXPECT_TRUE(NoteKey::of(std::string(255, 'n'), NoteKeyType::ed25519, key.key()).has_value());
    EXPECT_TRUE(
        NoteKey::of("z\xC3\xBCrich.\xF0\x9F\x8F\x9B", NoteKeyType::ed25519, key.key()).has_value());
}

TEST(NoteKey, refuses_a_vkey_with_parts_missing) {
    for (const char* vkey : {"", "PeterNeumann", "PeterNeumann+c74f20a3", "PeterNeumann+c74f20a3+",
                             "PeterNeumann+c74f20a3+AQ==",
                             "PeterNeumann++ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                             "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                             "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"}) {
        EXPECT_EQ(NoteKey::parse(vkey).error().kind, base::ErrorKind::malformed) << vkey;
    }
}

TEST(Checkpoint, opens_as_in_the_vectors_of_cosignatures) {
    int cases = 0;
    for (const std::string& line : lines_of(read_data("ledger/cosignatures.jsonl"))) {
        ++cases;
        const NoteKey log = NoteKey::parse(member(line, "log")).value();
        const NoteKey witness = NoteKey::parse(member(line, "witness")).value();
        EXPECT_EQ(witness.type(), NoteKeyType::cosignature);
        const auto opened = open_checkpoint(member(line, "note"), log, {&witness, 1});
        const std::string expected = member(line, "expect");
        if (expected != "ok") {
            ASSERT_FALSE(opened.has_value()) << member(line, "id");
            EXPECT_EQ(base::name_of(opened.error().kind), expected) << member(line, "id");
            continue;
        }
        ASSERT_TRUE(opened.has_value()) << opened.error().text();
        EXPECT_EQ(opened->checkpoint, (Checkpoint{log.name(), 3, digest_of(member(line, "root"))}));
        const std::int64_t time = std::stoll(member(line, "time"));
        ASSERT_EQ(opened->verified.by.size(), time == 0 ? 1 : 2) << member(line, "id");
        EXPECT_EQ(opened->verified.by[0].at, std::nullopt);
        if (time != 0) {
            EXPECT_EQ(opened->verified.by[1].at, base::Instant{time * 1000});
        }
    }
    EXPECT_EQ(cases, 8);
}

TEST(Note, is_rebuilt_byte_for_byte_from_the_signatures_that_keys_made) {
    const std::string line = lines_of(read_data("ledger/cosignatures.jsonl"))[0];
    const NoteKey log = NoteKey::parse(member(line, "log")).value();
    const NoteKey witness = NoteKey::parse(member(line, "witness")).value();
    const base::Instant at{std::stoll(member(line, "time")) * 1000};
    const Note note = Note::parse(member(line, "note")).value();
    const base::ByteView cosignature = note.signatures[1].signature;
    const Checkpoint checkpoint{log.name(), 3, digest_of(member(line, "root"))};
    const Note built{checkpoint.text(),
                     {note_signature(log, at, note.signatures[0].signature),
                      note_signature(witness, at, cosignature.subspan(8))}};
    EXPECT_EQ(built.encode(), member(line, "note"));
    const base::Bytes input = note_signing_input(checkpoint.text(), NoteKeyType::cosignature, at);
    EXPECT_TRUE(base::text_of(input).starts_with("cosignature/v1\ntime 1804239000\n" + log.name()));
    EXPECT_TRUE(crypto::verify(witness.key(), input, cosignature.subspan(8)).has_value());
}

TEST(Note, refuses_more_than_64_signatures_and_more_than_64_kib) {
    const std::string line = "\xE2\x80\x94 name AAAAAAA=\n";
    std::string encoded = "text\n\n";
    for (int i = 0; i < 64; ++i) {
        encoded += line;
    }
    EXPECT_TRUE(Note::parse(encoded).has_value());
    EXPECT_EQ(Note::parse(encoded + line).error().kind, base::ErrorKind::too_large);
    const std::string end = "\n\n" + line;
    EXPECT_TRUE(Note::parse(std::string(64 * 1024 - end.size(), 'a') + end).has_value());
    EXPECT_EQ(Note::parse(std::string(64 * 1024 - end.size() + 1, 'a') + end).error().kind,
              base::ErrorKind::too_large);
}

TEST(Note, refuses_signature_lines_in_any_second_form) {
    const std::string dash = "\xE2\x80\x94 ";
    EXPECT_TRUE(Note::parse("text\n\n" + dash + "name AAAAAAA=\n").has_value());
    for (const std::string& line :
         std::vector<std::string>{dash + "name AAAAAAA",    // no padding
                                  dash + "name AAAAAAB=",   // spare bits
                                  dash + "name  AAAAAAA=",  // two spaces
                                  dash + "name AAAAAAA= ",  // a space behind
                                  dash + "name AAAA-AA=",   // base64url
                                  dash + "name AAAAAA==",   // a key id and nothing else
                                  dash + "AAAAAAA=",        // no name
                                  dash + " AAAAAAA=",       // an empty name
                                  "- name AAAAAAA=",        // a hyphen
                                  "name AAAAAAA="}) {
        EXPECT_EQ(Note::parse("text\n\n" + line + "\n").error().kind, base::ErrorKind::malformed)
            << line;
    }
}

TEST(Note, splits_at_the_last_blank_line) {
    const auto note = Note::parse("a\n\nb\n\n\xE2\x80\x94 name AAAAAAA=\n");
    ASSERT_TRUE(note.has_value());
    EXPECT_EQ(note->text, "a\n\nb\n");
}

TEST(Checkpoint, is_read_back_and_refuses_every_other_form) {
    const std::string root = base::to_base64(base::Digest{}.view());
    const auto parsed = Checkpoint::parse("log.example\n7\n" + root + "\nextension\n");
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(parsed->text(), "log.example\n7\n" + root + "\n");
    for (const std::string& text : std::vector<std::string>{
             "", "log.example\n", "log.example\n7\n", "log.example\n7\n" + root,
             "\n7\n" + root + "\n", "log.example\n07\n" + root + "\n",
             "log.example\n+7\n" + root + "\n", "log.example\n-7\n" + root + "\n",
             "log.example\n\n" + root + "\n", "log.example\n18446744073709551616\n" + root + "\n",
             "log.example\n7 \n" + root + "\n", "log.example\n7\nAAAA\n",
             "log.example\n7\n" + base::to_base64(base::Bytes(33)) + "\n",
             "log.example\n7\n" + root + "\n\n", "log.example\n7\n" + root + "\nextension"}) {
        EXPECT_EQ(Checkpoint::parse(text).error().kind, base::ErrorKind::malformed) << text;
    }
}

}  // namespace
}  // namespace comity::ledger
