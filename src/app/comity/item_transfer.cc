#include "app/comity/item_transfer.h"

#include <algorithm>

#include "adapter/files/files.h"
#include "app/comity/item_disk.h"
#include "node/delivery/fetching.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;

std::string path_of(const base::Digest& item, std::string_view what) {
    return std::string(delivery::items_prefix) + item.hex() + std::string(what);
}

/// How much of the stream lies in the node, and whether it is whole.
struct AtNode {
    bool kept = false;
    std::uint64_t size = 0;
};

base::Result<AtNode> at_node(const Office& office, const base::Digest& item) {
    const codec::Value state = COMITY_TRY(office.get(path_of(item, "/upload")));
    return AtNode{state.get_object().at("kept").get_bool(),
                  static_cast<std::uint64_t>(state.get_object().at("size").get_int64())};
}

base::Result<void> post(const Office& office, std::string target, std::string body) {
    const message::Response response = COMITY_TRY(office.post(target, std::move(body)));
    if (response.status != 200) {
        return std::unexpected(message::error_of(response));
    }
    return {};
}

}  // namespace

base::Result<void> upload_item(const Office& office, const fs::path& sealed,
                               const items::ItemDescriptor& item, const Progress& progress) {
    const DiskFile file = COMITY_TRY(DiskFile::open(sealed, DiskFile::Mode::read));
    const std::uint64_t size = COMITY_TRY(file.size());
    if (size != items::sealed_size_of(item.size)) {
        return std::unexpected(base::Error{ErrorKind::invalid,
                                           "this is not the sealed stream of the item",
                                           {},
                                           {},
                                           sealed.string(),
                                           {}});
    }
    const AtNode begun = COMITY_TRY(at_node(office, item.id));
    if (begun.kept) {
        return {};
    }
    for (std::uint64_t offset = begun.size; offset < size;) {
        std::string part(std::min<std::uint64_t>(delivery::part_bytes, size - offset), '\0');
        const std::size_t read = COMITY_TRY(file.read(
            offset, std::span(reinterpret_cast<std::uint8_t*>(part.data()), part.size())));
        part.resize(read);
        COMITY_TRY(post(office, delivery::segments_target({item.id, offset}), std::move(part)));
        offset += read;
        progress(offset, size);
    }
    return post(office, path_of(item.id, "/keep"), "");
}

base::Result<ItemFile> item_of_act(const Office& office, const base::MatterId& matter,
                                   const base::Digest& act) {
    const codec::Value view = COMITY_TRY(office.get("/matters/" + matter.text()));
    std::optional<std::string> id;
    for (const codec::Value& one : view.get_object().at("releases").get_array()) {
        const codec::Object& release = one.get_object();
        if (release.at("act") == codec::Value(act.hex()) && release.contains("item")) {
            id = std::string(release.at("item").get_string());
        }
    }
    for (const codec::Value& one : view.get_object().at("items").get_array()) {
        const auto descriptor = items::read_descriptor(codec::canonical(one));
        if (!id || !descriptor || descriptor->id.hex() != *id) {
            continue;
        }
        if (descriptor->version != items::stream_version) {
            return base::fail(ErrorKind::malformed, "the act's item is not a stream");
        }
        return ItemFile{*descriptor, COMITY_TRY(office.get_text(path_of(descriptor->id, "")))};
    }
    return base::fail(ErrorKind::not_found, "that act hands over no item", act.hex());
}

base::Result<void> fetch_item(const Office& office, const ItemFile& item, const fs::path& out,
                              const Progress& progress) {
    const AtNode there = COMITY_TRY(at_node(office, item.descriptor.id));
    if (!there.kept) {
        return base::fail(ErrorKind::try_later, "the node is still fetching the item", {},
                          "try again; GET /status tells how far it is");
    }
    std::error_code ignored;
    const auto mode = fs::exists(out, ignored) ? DiskFile::Mode::go_on : DiskFile::Mode::make;
    DiskFile file = COMITY_TRY(DiskFile::open(out, mode));
    for (std::uint64_t offset = COMITY_TRY(file.size()); offset < there.size;) {
        const std::string part =
            COMITY_TRY(office.get_text(delivery::segments_target({item.descriptor.id, offset})));
        COMITY_TRY(file.write(offset, base::view_of(part)));
        offset += part.size();
        progress(offset, there.size);
    }
    COMITY_TRY(file.sync());
    return write_item_file(out.string() + ".item", item);
}

}  // namespace comity::app
