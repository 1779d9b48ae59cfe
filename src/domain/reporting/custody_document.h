#pragma once

// The custody report in words.

#include "domain/reporting/custody.h"
#include "domain/reporting/document.h"

namespace comity::reporting {

/// `record`: the digest of the record that goes along (custody_record.h).
[[nodiscard]] Document document_of(const CustodyReport& report, const base::Digest& record,
                                   Language language);

}  // namespace comity::reporting
