#include "app/comity/lost_leaves.h"

#include <system_error>

#include "adapter/files/files.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;

std::int64_t number(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

codec::Array view_of(const std::vector<submit::LostLeaf>& lost) {
    codec::Array view;
    for (const submit::LostLeaf& leaf : lost) {
        codec::Object one;
        one["leaf"] = number(leaf.index);
        one["attested"] = leaf.is_attested;
        if (leaf.hash) {
            one["hash"] = leaf.hash->hex();
        }
        view.push_back(std::move(one));
    }
    return view;
}

codec::Array view_of(const std::vector<submit::Waiting>& waiting) {
    codec::Array view;
    for (const submit::Waiting& entry : waiting) {
        codec::Object one;
        one["leaf"] = number(entry.index);
        one["entry"] = entry.entry.hex();
        one["matter"] = entry.matter.text();
        codec::Array holders;
        for (const base::PartyId& holder : entry.holders) {
            holders.emplace_back(holder.text());
        }
        one["holders"] = std::move(holders);
        view.push_back(std::move(one));
    }
    return view;
}

codec::Array view_of(const std::vector<submit::MissingEntry>& missing) {
    codec::Array view;
    for (const submit::MissingEntry& entry : missing) {
        codec::Object one;
        one["entry"] = entry.entry.hex();
        one["matter"] = entry.matter.text();
        one["leaf"] = number(entry.leaf);
        view.push_back(std::move(one));
    }
    return view;
}

codec::Array view_of(const std::vector<submit::LostFields>& lost) {
    codec::Array view;
    for (const submit::LostFields& fields : lost) {
        codec::Object one;
        one["act"] = fields.act.hex();
        one["matter"] = fields.matter.text();
        one["kind"] = fields.kind;
        if (fields.leaf) {
            one["leaf"] = number(*fields.leaf);
        }
        codec::Array names;
        for (const std::string& name : fields.fields) {
            names.emplace_back(name);
        }
        one["fields"] = std::move(names);
        view.push_back(std::move(one));
    }
    return view;
}

codec::Array view_of(const std::vector<submit::LostItem>& lost) {
    codec::Array view;
    for (const submit::LostItem& item : lost) {
        codec::Object one;
        one["item"] = item.item.hex();
        one["act"] = item.act.hex();
        one["matter"] = item.matter.text();
        view.push_back(std::move(one));
    }
    return view;
}

}  // namespace

base::Result<void> check_nothing_lost(const fs::path& folder) {
    std::error_code code;
    const fs::path list = folder / lost_leaves_file;
    if (!fs::exists(list, code)) {
        return {};
    }
    return base::fail(base::ErrorKind::conflict,
                      "leaves of this node's ledger are lost; " + list.string() + " lists them",
                      "what others attested is not all here, so that nothing may be signed",
                      "run comity node restore --dir " + folder.string() +
                          " again when another peer is reached, or put the newest copy of the data "
                          "folder in its place (docs/operations.md, Restore from peers)");
}

codec::Object view_of(const submit::TakenBack& taken) {
    codec::Object view;
    view["complete"] = taken.is_complete();
    view["had"] = number(taken.had);
    view["has"] = number(taken.has);
    view["attested"] = number(taken.target);
    view["acts"] = number(taken.acts);
    view["receipts"] = number(taken.receipts);
    view["others"] = number(taken.others);
    view["items"] = number(taken.items);
    view["lost"] = view_of(taken.lost);
    view["waiting"] = view_of(taken.waiting);
    view["missing"] = view_of(taken.missing);
    view["lost-fields"] = view_of(taken.fields);
    view["lost-items"] = view_of(taken.lost_items);
    codec::Array refused;
    for (const auto& [party, entry] : taken.refused) {
        codec::Object one;
        one["party"] = party.text();
        one["entry"] = entry.hex();
        refused.push_back(std::move(one));
    }
    view["refused"] = std::move(refused);
    return view;
}

base::Result<void> list_lost_leaves(const fs::path& folder, const submit::TakenBack& taken,
                                    const std::set<base::PartyId>& without) {
    const fs::path list = folder / lost_leaves_file;
    if (taken.is_complete()) {
        std::error_code code;
        fs::remove(list, code);
        return code ? base::Result<void>(base::fail(base::ErrorKind::failure,
                                                    "cannot remove " + list.string(),
                                                    code.message()))
                    : base::Result<void>{};
    }
    codec::Object view = view_of(taken);
    view["v"] = 1;
    codec::Array given_up;
    for (const base::PartyId& party : without) {
        given_up.emplace_back(party.text());
    }
    view["given-up"] = std::move(given_up);
    return files::write_text_file_atomically(list, codec::canonical(view) + "\n",
                                             files::Readers::owner);
}

}  // namespace comity::app
