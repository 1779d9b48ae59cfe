#include "node/submit/kept_list.h"

#include <charconv>

namespace comity::submit {
namespace {

std::string name_of(const KeptList& list, std::size_t number) {
    return std::string(list.prefix) + "/" + std::to_string(number);
}

std::string count_of(const KeptList& list) {
    return std::string(list.prefix) + "/count";
}

}  // namespace

base::Result<void> KeptList::each(
    ports::Store& store, std::size_t most,
    const std::function<base::Result<void>(std::string text)>& visit) const {
    const auto count = COMITY_TRY(store.setting(count_of(*this)));
    std::size_t total = 0;
    if (count) {
        const auto read = std::from_chars(count->data(), count->data() + count->size(), total);
        if (read.ec != std::errc{} || total > most) {
            return base::fail(base::ErrorKind::failure,
                              "the store's count of " + std::string(many) + " is damaged");
        }
    }
    for (std::size_t number = 0; number < total; ++number) {
        auto text = COMITY_TRY(store.setting(name_of(*this, number)));
        if (!text) {
            return base::fail(base::ErrorKind::failure, std::string(one) + " is missing");
        }
        COMITY_TRY(visit(*std::move(text)));
    }
    return {};
}

void KeptList::append(ports::Batch& batch, std::size_t number, std::string text) const {
    replace(batch, number, std::move(text));
    batch.settings.emplace_back(count_of(*this), std::to_string(number + 1));
}

void KeptList::replace(ports::Batch& batch, std::size_t number, std::string text) const {
    batch.settings.emplace_back(name_of(*this, number), std::move(text));
}

}  // namespace comity::submit
