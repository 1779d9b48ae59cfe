#pragma once

// Sealed streams between the office's files and its own node, part by part, going on where an
// earlier run stopped.

#include <filesystem>

#include "app/comity/item_files.h"
#include "app/comity/office.h"

namespace comity::app {

/// Brings a sealed stream into the node, as the act that hands it over needs it there. Kinds:
/// invalid (the file is not the item's), and what the node answers.
[[nodiscard]] base::Result<void> upload_item(const Office& office,
                                             const std::filesystem::path& sealed,
                                             const items::ItemDescriptor& item,
                                             const Progress& progress);

/// An item of a matter as its reader's node holds it: descriptor and key box. Kinds: not_found (no
/// such item, or it is erased), malformed (it is no stream).
[[nodiscard]] base::Result<ItemFile> item_of_act(const Office& office, const base::MatterId& matter,
                                                 const base::Digest& act);

/// Brings a sealed stream from the node into `out`, with `OUT.item` beside it, ready for
/// open_file(). Kinds: try_later (the node is still fetching it), conflict (OUT.item is there).
[[nodiscard]] base::Result<void> fetch_item(const Office& office, const ItemFile& item,
                                            const std::filesystem::path& out,
                                            const Progress& progress);

}  // namespace comity::app
