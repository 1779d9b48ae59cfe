#include "adapter/pdf/pdf.h"

#include "adapter/pdf/detail/archive.h"
#include "adapter/pdf/detail/pages.h"

namespace comity::pdf {

base::Result<base::Bytes> render(const reporting::Document& document,
                                 std::span<const Attachment> attachments, std::string_view fonts) {
    for (const Attachment& attachment : attachments) {
        if (attachment.bytes.size() > max_attachment_bytes) {
            return base::fail(base::ErrorKind::too_large, "an attachment has at most 64 MiB");
        }
    }
    const base::Bytes pages = COMITY_TRY(detail::lay_out(document, fonts));
    return detail::archive(pages, document, attachments);
}

}  // namespace comity::pdf
