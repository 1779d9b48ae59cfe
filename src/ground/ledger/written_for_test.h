#pragma once

// For tests: a ledger on an imagined disk, beside its tree in memory.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "ground/crypto/crypto.h"
#include "ground/ledger/stored_tree.h"
#include "ground/ledger/tiles.h"

namespace comity::ledger {

using Files = std::map<std::string, base::Bytes, std::less<>>;

[[nodiscard]] inline auto reader_of(const Files& files) {
    return [&files](std::string_view path) -> base::Result<base::Bytes> {
        const auto found = files.find(path);
        if (found == files.end()) {
            return base::fail(base::ErrorKind::not_found, "no such file");
        }
        return found->second;
    };
}

[[nodiscard]] inline base::Bytes entry_at(std::uint64_t i) {
    return base::bytes_of("entry " + std::to_string(i * 7919));
}

/// It only ever gets the files of each growth.
struct Written {
    Tree tree;
    Files files;

    void grow_to(std::uint64_t size) {
        const std::uint64_t old_size = tree.size();
        while (tree.size() < size) {
            tree.append(crypto::merkle_leaf(entry_at(tree.size())));
        }
        for (StaticFile& file : files_for_growth(tree, old_size, entry_at)) {
            files[file.path] = std::move(file.content);
        }
    }
    /// Full tiles stand; what was partial once is collected.
    void collect() {
        std::erase_if(files, [&](const auto& file) {
            const std::size_t partial = file.first.find(".p/");
            return partial != std::string::npos && files.contains(file.first.substr(0, partial));
        });
    }
    [[nodiscard]] auto check(std::uint64_t size) const {
        return check_static_ledger(reader_of(files), size, tree.root_at(size));
    }
    [[nodiscard]] StoredTree stored(std::uint64_t size) const { return {reader_of(files), size}; }
};

}  // namespace comity::ledger
