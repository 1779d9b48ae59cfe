#include "adapter/records/document.h"

namespace comity::records {

base::Result<RecordDocument> read_document(std::string_view text) {
    codec::JsonLimits limits;
    limits.bytes = std::size_t{16} << 20;
    limits.members = max_access_lines;
    limits.values = 6 * max_access_lines + 64;
    limits.depth = 8;
    const codec::Value value = COMITY_TRY(codec::parse_canonical(text, limits));
    RecordDocument document = COMITY_TRY(codec::read<RecordDocument>(value));
    if (document.version != document_version) {
        return base::fail(base::ErrorKind::malformed,
                          "this version of the records format is not known",
                          "version " + std::to_string(document.version));
    }
    return document;
}

}  // namespace comity::records
