#include "adapter/pdf/pdf.h"

#include <algorithm>
#include <cstdlib>
#include <gmock/gmock.h>
#include <initializer_list>
#include <set>
#include <sstream>

#include "adapter/pdf/detail/artifacts.h"
#include "adapter/pdf/detail/colour.h"
#include "adapter/pdf/detail/qpdf.h"
#include "ground/crypto/crypto.h"

// fontconfig keeps its patterns behind offsets instead of pointers, which the leak checker cannot
// follow: what one font map holds (a few KB, however many documents are rendered) looks lost to it.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libfontconfig\n";
}

namespace comity::pdf {
namespace {

using Handle = detail::File::Handle;
using ::testing::HasSubstr;

const std::string record = "{\"format\":\"an invented record\"}\n";

std::vector<Attachment> attachments() {
    return {{"custody.json", "application/json", "the record", record}};
}

reporting::Document document(int rows = 3) {
    reporting::Document made;
    made.title = "Custody report <& \"one\">";
    made.language = reporting::Language::french;
    made.footer = "Record " + std::string(64, 'a');
    made.at = base::Instant::parse("2027-03-05T09:30:00.000Z").value();
    made.blocks.emplace_back(reporting::Heading{1, "Élément remis à l’autorité"});
    made.blocks.emplace_back(
        reporting::Paragraph{"Αθήνα, Київ, العربية: " + std::string(300, 'x')});
    reporting::Table table{{"Quand", "Quoi", "Empreinte"}, {}};
    for (int i = 0; i < rows; ++i) {
        table.rows.push_back({std::to_string(i), "remis", std::string(64, 'b')});
    }
    made.blocks.emplace_back(std::move(table));
    return made;
}

base::Bytes rendered(const reporting::Document& of) {
    const auto bytes = render(of, attachments());
    EXPECT_TRUE(bytes) << bytes.error().text();
    return bytes.value_or(base::Bytes{});
}

/// The file as libqpdf reads it. It holds on to the bytes.
class Read {
 public:
    explicit Read(base::Bytes bytes)
        : bytes_(std::move(bytes)), file(detail::File::read(bytes_).value()) {}

    [[nodiscard]] Handle at(std::initializer_list<const char*> path) const {
        Handle found = file.root();
        for (const char* key : path) {
            found = file.key(found, key);
        }
        return found;
    }
    [[nodiscard]] std::string name(Handle handle) const {
        return qpdf_oh_is_name(file.get(), handle) != QPDF_FALSE
                   ? qpdf_oh_get_name(file.get(), handle)
                   : "";
    }
    [[nodiscard]] std::string text(Handle handle) const {
        return qpdf_oh_get_utf8_value(file.get(), handle);
    }
    [[nodiscard]] bool is_stream(Handle handle) const {
        return qpdf_oh_is_stream(file.get(), handle) != QPDF_FALSE;
    }
    [[nodiscard]] std::vector<Handle> items(Handle array) const {
        std::vector<Handle> all;
        for (int i = 0; i < qpdf_oh_get_array_n_items(file.get(), array); ++i) {
            all.push_back(qpdf_oh_get_array_item(file.get(), array, i));
        }
        return all;
    }
    /// Every dictionary that stands by itself.
    [[nodiscard]] std::vector<Handle> dictionaries() const {
        std::vector<Handle> all;
        for (int number = 1; number < file.count(); ++number) {
            const Handle object = file.object(number);
            if (qpdf_oh_is_dictionary(file.get(), object) != QPDF_FALSE) {
                all.push_back(object);
            }
        }
        return all;
    }
    [[nodiscard]] std::vector<Handle> pages() const {
        std::vector<Handle> all;
        for (int i = 0; i < qpdf_get_num_pages(file.get()); ++i) {
            all.push_back(qpdf_get_page_n(file.get(), static_cast<std::size_t>(i)));
        }
        return all;
    }

 private:
    base::Bytes bytes_;

 public:
    detail::File file;
};

void collect_tags(const Read& read, Handle element, std::vector<std::string>& tags) {
    if (qpdf_oh_is_array(read.file.get(), element) != QPDF_FALSE) {
        for (const Handle one : read.items(element)) {
            collect_tags(read, one, tags);
        }
    } else if (qpdf_oh_is_dictionary(read.file.get(), element) != QPDF_FALSE &&
               read.file.has(element, "/S")) {
        tags.push_back(read.name(read.file.key(element, "/S")));
        collect_tags(read, read.file.key(element, "/K"), tags);
    }
}

TEST(Pdf, has_the_same_bytes_on_a_second_run_and_under_another_locale) {
    const base::Bytes first = rendered(document(80));
    EXPECT_EQ(first, rendered(document(80)));
    ::setenv("LANG", "ar_EG.UTF-8", 1);
    ::setenv("TZ", "Asia/Tokyo", 1);
    EXPECT_EQ(first, rendered(document(80)));
    ::unsetenv("LANG");
    ::unsetenv("TZ");
}

TEST(Pdf, reads_whole_and_without_a_warning) {
    const Read read(rendered(document(80)));
    EXPECT_GE(read.pages().size(), 2U);
    EXPECT_EQ(qpdf_check_pdf(read.file.get()), QPDF_SUCCESS);
    EXPECT_EQ(qpdf_more_warnings(read.file.get()), QPDF_FALSE);
}

TEST(Pdf, embeds_every_font_and_maps_it_to_unicode) {
    const Read read(rendered(document()));
    const detail::File& file = read.file;
    std::size_t fonts = 0;
    for (const Handle object : read.dictionaries()) {
        if (read.name(file.key(object, "/Type")) != "/Font") {
            continue;
        }
        const std::string kind = read.name(file.key(object, "/Subtype"));
        if (kind != "/Type0") {
            ++fonts;
            const Handle descriptor = file.key(object, "/FontDescriptor");
            EXPECT_TRUE(read.is_stream(file.key(descriptor, "/FontFile2")) ||
                        read.is_stream(file.key(descriptor, "/FontFile3")))
                << read.name(file.key(object, "/BaseFont"));
        }
        if (kind == "/CIDFontType2") {
            EXPECT_EQ(read.name(file.key(object, "/CIDToGIDMap")), "/Identity");
        } else {
            EXPECT_TRUE(read.is_stream(file.key(object, "/ToUnicode")));
        }
        EXPECT_THAT(read.name(file.key(object, "/BaseFont")), HasSubstr("+NotoSans"));
    }
    EXPECT_GE(fonts, 3U);
}

TEST(Pdf, is_tagged_and_marks_the_rest_as_artifacts) {
    const Read read(rendered(document(80)));
    EXPECT_EQ(qpdf_oh_get_bool_value(read.file.get(), read.at({"/MarkInfo", "/Marked"})),
              QPDF_TRUE);
    EXPECT_EQ(read.text(read.at({"/Lang"})), "fr");
    std::vector<std::string> tags;
    collect_tags(read, read.at({"/StructTreeRoot", "/K"}), tags);
    const auto count = [&](std::string_view tag) { return std::ranges::count(tags, tag); };
    EXPECT_EQ(count("/Document"), 1);
    EXPECT_EQ(count("/H1"), 1);
    EXPECT_EQ(count("/P"), 1);
    EXPECT_EQ(count("/Table"), 1);
    EXPECT_EQ(count("/TH"), 3);
    EXPECT_EQ(count("/TR"), 81);
    EXPECT_EQ(count("/TD"), 240);
    for (const Handle page : read.pages()) {
        int depth = 0;
        int untagged = 0;
        int artifacts = 0;
        std::istringstream words(read.file.bytes_of(read.file.key(page, "/Contents")));
        for (std::string word; words >> word;) {
            depth += word == "BDC" || word == "BMC" ? 1 : word == "EMC" ? -1 : 0;
            untagged += word == "BT" && depth == 0 ? 1 : 0;
            artifacts += word == "BMC" ? 1 : 0;
        }
        EXPECT_EQ(depth, 0);
        EXPECT_EQ(untagged, 0);
        EXPECT_EQ(artifacts, 1);
    }
}

TEST(Pdf, says_in_its_metadata_what_it_is_built_to_and_nothing_else_anywhere) {
    const Read read(rendered(document()));
    const Handle metadata = read.at({"/Metadata"});
    EXPECT_FALSE(read.file.has(read.file.dictionary(metadata), "/Filter"));
    const std::string xmp = read.file.bytes_of(metadata);
    EXPECT_THAT(xmp, HasSubstr("<pdfaid:part>3</pdfaid:part>"));
    EXPECT_THAT(xmp, HasSubstr("<pdfaid:conformance>A</pdfaid:conformance>"));
    EXPECT_THAT(xmp, HasSubstr("Custody report &lt;&amp; &quot;one&quot;&gt;"));
    EXPECT_THAT(xmp, HasSubstr("<xmp:CreateDate>2027-03-05T09:30:00.000Z</xmp:CreateDate>"));
    const Handle info = read.file.key(read.file.trailer(), "/Info");
    EXPECT_EQ(read.text(read.file.key(info, "/Title")), document().title);
    EXPECT_EQ(read.text(read.file.key(info, "/CreationDate")), "D:20270305093000Z");
    EXPECT_THAT(xmp,
                HasSubstr("<pdf:Producer>" + read.text(read.file.key(info, "/Producer")) + "<"));
}

TEST(Pdf, carries_the_record_from_which_it_was_made) {
    const Read read(rendered(document()));
    const std::vector<Handle> names = read.items(read.at({"/Names", "/EmbeddedFiles", "/Names"}));
    ASSERT_EQ(names.size(), 2U);
    EXPECT_EQ(read.text(names[0]), "custody.json");
    const Handle stream = read.file.key(read.file.key(names[1], "/EF"), "/F");
    EXPECT_EQ(crypto::sha256(read.file.bytes_of(stream)), crypto::sha256(record));
    EXPECT_EQ(read.name(read.file.key(read.file.dictionary(stream), "/Subtype")),
              "/application/json");
    const std::vector<Handle> associated = read.items(read.at({"/AF"}));
    ASSERT_EQ(associated.size(), 1U);
    EXPECT_EQ(read.name(read.file.key(associated[0], "/AFRelationship")), "/Source");
    EXPECT_EQ(qpdf_oh_get_object_id(read.file.get(), associated[0]),
              qpdf_oh_get_object_id(read.file.get(), names[1]));
}

TEST(Pdf, defines_its_colours_and_is_not_transparent_or_encrypted) {
    const Read read(rendered(document()));
    const Handle intent = read.items(read.at({"/OutputIntents"})).at(0);
    EXPECT_EQ(read.name(read.file.key(intent, "/S")), "/GTS_PDFA1");
    EXPECT_EQ(read.file.bytes_of(read.file.key(intent, "/DestOutputProfile")),
              detail::srgb_profile());
    EXPECT_EQ(qpdf_is_encrypted(read.file.get()), QPDF_FALSE);
    for (const Handle object : read.dictionaries()) {
        EXPECT_FALSE(read.file.has(object, "/SMask"));
        EXPECT_FALSE(read.file.has(object, "/JS"));
        EXPECT_FALSE(read.file.has(object, "/Group"));
        if (read.file.has(object, "/ca")) {
            EXPECT_EQ(qpdf_oh_get_numeric_value(read.file.get(), read.file.key(object, "/ca")), 1);
        }
    }
}

TEST(Pdf, marks_artifacts_by_words_and_not_by_what_stands_in_strings) {
    EXPECT_EQ(detail::with_artifacts("(BT \\) (ET)) Tj /BT <4254> [BTx] BT (EMC) Tj ET"),
              "(BT \\) (ET)) Tj /BT <4254> [BTx] /Artifact BMC\nBT (EMC) Tj ET\nEMC");
    EXPECT_EQ(detail::with_artifacts("/P << /MCID 0 >> BDC BT ET EMC"),
              "/P << /MCID 0 >> BDC BT ET EMC");
}

TEST(Pdf, has_a_profile_whose_parts_lie_where_it_says) {
    const std::string profile = detail::srgb_profile();
    const auto number = [&](std::size_t at) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            value = value << 8 | static_cast<unsigned char>(profile.at(at + i));
        }
        return value;
    };
    EXPECT_EQ(number(0), profile.size());
    EXPECT_EQ(profile.substr(36, 4), "acsp");
    ASSERT_EQ(number(128), 9U);
    std::set<std::string> names;
    for (std::size_t i = 0; i < 9; ++i) {
        names.insert(profile.substr(132 + 12 * i, 4));
        EXPECT_LE(number(136 + 12 * i) + number(140 + 12 * i), profile.size());
        EXPECT_EQ(number(136 + 12 * i) % 4, 0U);
    }
    EXPECT_EQ(names, (std::set<std::string>{"desc", "cprt", "wtpt", "rXYZ", "gXYZ", "bXYZ", "rTRC",
                                            "gTRC", "bTRC"}));
}

TEST(Pdf, refuses_a_script_that_it_has_no_font_for_instead_of_leaving_it_out) {
    reporting::Document made = document();
    made.blocks.emplace_back(reporting::Paragraph{"\xE1\x9A\xA0\xE1\x9A\xA2"});  // runes
    const auto refused = render(made, attachments());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, base::ErrorKind::malformed);
}

TEST(Pdf, refuses_when_its_fonts_are_not_installed) {
    const auto refused = render(document(), attachments(), "/nowhere");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, base::ErrorKind::not_found);
    EXPECT_THAT(refused.error().next, HasSubstr("fonts-noto-core"));
}

TEST(Pdf, carries_a_row_that_is_longer_than_a_page_over_to_the_next) {
    reporting::Document made = document(0);
    std::string words;
    for (int i = 0; i < 4000; ++i) {
        words += "mot ";
    }
    made.blocks.emplace_back(reporting::Table{{"Un", "Deux"}, {{"court", words}}});
    EXPECT_GE(Read(rendered(made)).pages().size(), 4U);
}

TEST(Pdf, says_when_there_are_too_many_pages) {
    reporting::Document made = document();
    made.blocks.assign(60000, reporting::Paragraph{"x"});
    EXPECT_EQ(render(made, {}).error().kind, base::ErrorKind::too_large);
}

}  // namespace
}  // namespace comity::pdf
