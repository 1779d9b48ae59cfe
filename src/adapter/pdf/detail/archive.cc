#include "adapter/pdf/detail/archive.h"

#include <algorithm>
#include <vector>

#include "adapter/pdf/detail/artifacts.h"
#include "adapter/pdf/detail/colour.h"
#include "adapter/pdf/detail/qpdf.h"

namespace comity::pdf::detail {
namespace {

using Handle = File::Handle;

constexpr std::string_view producer = "Comity " COMITY_VERSION ", cairo, libqpdf";

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            default: out += c;
        }
    }
    return out;
}

/// XMP (ISO 16684-1), in the words that ISO 19005-3, 6.6 asks for.
std::string metadata_of(const reporting::Document& document) {
    const std::string at = document.at.text();
    const std::string title = escaped(document.title);
    return "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
           "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
           "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
           "<rdf:Description rdf:about=\"\"\n"
           " xmlns:dc=\"http://purl.org/dc/elements/1.1/\"\n"
           " xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"\n"
           " xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\"\n"
           " xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\n"
           "<dc:format>application/pdf</dc:format>\n"
           "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">" +
           title +
           "</rdf:li></rdf:Alt></dc:title>\n"
           "<dc:language><rdf:Bag><rdf:li>" +
           std::string(name_of(document.language)) +
           "</rdf:li></rdf:Bag></dc:language>\n"
           "<xmp:CreateDate>" +
           at + "</xmp:CreateDate>\n<xmp:ModifyDate>" + at + "</xmp:ModifyDate>\n<pdf:Producer>" +
           escaped(producer) +
           "</pdf:Producer>\n"
           "<pdfaid:part>3</pdfaid:part>\n<pdfaid:conformance>A</pdfaid:conformance>\n"
           "</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>";
}

/// D:YYYYMMDDHHMMSSZ.
std::string pdf_date(base::Instant at) {
    std::string digits;
    for (const char c : at.text().substr(0, 19)) {
        if (c >= '0' && c <= '9') {
            digits += c;
        }
    }
    return "D:" + digits + "Z";
}

/// A name as PDF writes it: everything but letters, digits, `.`, `-`, `_` by its number.
std::string name_of(std::string_view text) {
    std::string out = "/";
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
        out +=
            plain ? std::string(1, c) : "#" + base::to_hex(base::view_of(std::string_view(&c, 1)));
    }
    return out;
}

void add_metadata(const File& file, const reporting::Document& document) {
    const Handle root = file.root();
    const Handle metadata = file.stream(metadata_of(document));
    file.set(file.dictionary(metadata), "/Type", file.parse("/Metadata"));
    file.set(file.dictionary(metadata), "/Subtype", file.parse("/XML"));
    file.set(root, "/Metadata", metadata);
    file.set(root, "/Lang", file.text(name_of(document.language)));
    file.set(root, "/MarkInfo", file.parse("<< /Marked true >>"));
    file.set(root, "/ViewerPreferences", file.parse("<< /DisplayDocTitle true >>"));
    // The old place for the same, in the same words as the metadata (ISO 19005-3, 6.6.3).
    const std::string at = "(" + pdf_date(document.at) + ")";
    const Handle info = file.parse("<< /CreationDate " + at + " /ModDate " + at + " >>");
    file.set(info, "/Title", file.text(document.title));
    file.set(info, "/Producer", file.text(producer));
    file.set(file.trailer(), "/Info", file.indirect(info));
}

void add_colours(const File& file) {
    const Handle profile = file.stream(srgb_profile());
    file.set(file.dictionary(profile), "/N", file.parse("3"));
    const Handle intent = file.parse(
        "<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB IEC61966-2.1) "
        "/Info (sRGB IEC61966-2.1) >>");
    file.set(intent, "/DestOutputProfile", profile);
    file.set(file.root(), "/OutputIntents",
             qpdf_oh_wrap_in_array(file.get(), file.indirect(intent)));
}

/// The attachments by name, ascending (ISO 32000-1, 7.11.4), each with what it has to do with the
/// pages (ISO 19005-3, annex E).
void add_attachments(const File& file, std::span<const Attachment> attachments, base::Instant at) {
    std::vector<Attachment> sorted(attachments.begin(), attachments.end());
    std::ranges::sort(sorted, {}, &Attachment::name);
    const Handle names = qpdf_oh_new_array(file.get());
    const Handle associated = qpdf_oh_new_array(file.get());
    const std::string date = "(" + pdf_date(at) + ")";
    for (const Attachment& attachment : sorted) {
        const Handle stream = file.stream(attachment.bytes);
        const Handle dictionary = file.dictionary(stream);
        file.set(dictionary, "/Type", file.parse("/EmbeddedFile"));
        file.set(dictionary, "/Subtype", file.parse(name_of(attachment.media_type)));
        file.set(dictionary, "/Params",
                 file.parse("<< /Size " + std::to_string(attachment.bytes.size()) +
                            " /CreationDate " + date + " /ModDate " + date + " >>"));
        const Handle embedded = file.parse("<< >>");
        file.set(embedded, "/F", stream);
        file.set(embedded, "/UF", stream);
        const Handle specification = file.parse("<< /Type /Filespec /AFRelationship /Source >>");
        file.set(specification, "/F", file.text(attachment.name));
        file.set(specification, "/UF", file.text(attachment.name));
        file.set(specification, "/Desc", file.text(attachment.description));
        file.set(specification, "/EF", embedded);
        const Handle shared = file.indirect(specification);
        qpdf_oh_append_item(file.get(), names, file.text(attachment.name));
        qpdf_oh_append_item(file.get(), names, shared);
        qpdf_oh_append_item(file.get(), associated, shared);
    }
    const Handle tree = file.parse("<< >>");
    file.set(tree, "/Names", names);
    const Handle all = file.parse("<< >>");
    file.set(all, "/EmbeddedFiles", file.indirect(tree));
    file.set(file.root(), "/Names", all);
    file.set(file.root(), "/AF", associated);
}

/// cairo leaves out what is the default, and groups each page as if it were transparent.
void settle_objects(const File& file) {
    for (int number = 1; number < file.count(); ++number) {
        const Handle object = file.object(number);
        if (qpdf_oh_is_dictionary_of_type(file.get(), object, "/Font", "/CIDFontType2") !=
                QPDF_FALSE &&
            !file.has(object, "/CIDToGIDMap")) {
            file.set(object, "/CIDToGIDMap", file.parse("/Identity"));
        }
    }
    const int pages = qpdf_get_num_pages(file.get());
    for (int i = 0; i < pages; ++i) {
        const Handle page = qpdf_get_page_n(file.get(), static_cast<std::size_t>(i));
        qpdf_oh_remove_key(file.get(), page, "/Group");
        file.set(page, "/Tabs", file.parse("/S"));
        const Handle content = file.key(page, "/Contents");
        file.replace(content, with_artifacts(file.bytes_of(content)));
    }
}

base::Result<base::Bytes> written(const File& file) {
    COMITY_TRY(file.check());
    qpdf_init_write_memory(file.get());
    qpdf_set_deterministic_ID(file.get(), QPDF_TRUE);
    qpdf_set_minimum_pdf_version(file.get(), "1.7");
    qpdf_set_object_stream_mode(file.get(), qpdf_o_disable);
    qpdf_set_newline_before_endstream(file.get(), QPDF_TRUE);  // ISO 19005-3, 6.1.7.1
    qpdf_set_stream_data_mode(file.get(), qpdf_s_preserve);
    qpdf_write(file.get());
    COMITY_TRY(file.check());
    const unsigned char* buffer = qpdf_get_buffer(file.get());
    return base::Bytes(buffer, buffer + qpdf_get_buffer_length(file.get()));
}

}  // namespace

base::Result<base::Bytes> archive(base::ByteView pages, const reporting::Document& document,
                                  std::span<const Attachment> attachments) {
    const File file = COMITY_TRY(File::read(pages));
    add_metadata(file, document);
    add_colours(file);
    add_attachments(file, attachments, document.at);
    settle_objects(file);
    return written(file);
}

}  // namespace comity::pdf::detail
