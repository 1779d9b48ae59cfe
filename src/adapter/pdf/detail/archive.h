#pragma once

// What makes pages an archive (ISO 19005-3): metadata, language, colour profile, attachments, and
// whatever is not text marked as such. By libqpdf.

#include <span>

#include "adapter/pdf/pdf.h"
#include "ground/base/base.h"

namespace comity::pdf::detail {

[[nodiscard]] base::Result<base::Bytes> archive(base::ByteView pages,
                                                const reporting::Document& document,
                                                std::span<const Attachment> attachments);

}  // namespace comity::pdf::detail
