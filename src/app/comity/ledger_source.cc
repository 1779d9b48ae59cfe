#include "app/comity/ledger_source.h"

#include <chrono>
#include <filesystem>

#include "adapter/files/files.h"
#include "adapter/http/http.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;

constexpr base::Duration patience = std::chrono::seconds(30);
constexpr std::string_view checkpoint_name = "checkpoint";

base::Result<base::Bytes> read_file(const fs::path& folder, std::string_view path) {
    const std::string text =
        COMITY_TRY(files::read_text_file(folder / path, files::max_ledger_file_bytes));
    return base::bytes_of(text);
}

base::Result<base::Bytes> read_url(const http::PublicUrl& url, std::string_view path) {
    const message::Response response =
        COMITY_TRY(http::call_public(url, message::get_request("/" + std::string(path)),
                                     files::max_ledger_file_bytes, patience));
    if (response.status == 200) {
        return base::bytes_of(response.body);
    }
    // A log that has pruned an entry denies it: for a reader that is as if it were not there.
    const bool absent = response.status == 404 || response.status == 403 || response.status == 410;
    return base::fail(absent ? base::ErrorKind::not_found : base::ErrorKind::unavailable,
                      "the log does not serve " + std::string(path),
                      "it answers with status " + std::to_string(response.status));
}

}  // namespace

base::Result<LedgerSource> ledger_source(std::string_view text) {
    if (text.find("://") != std::string_view::npos) {
        return LedgerSource{[url = COMITY_TRY(http::PublicUrl::parse(text))](
                                std::string_view path) { return read_url(url, path); },
                            std::string(text)};
    }
    std::error_code ignored;
    for (const fs::path& folder : {fs::path(text), fs::path(text) / "ledger"}) {
        if (fs::is_regular_file(folder / checkpoint_name, ignored)) {
            return LedgerSource{[folder](std::string_view path) { return read_file(folder, path); },
                                std::string(text)};
        }
    }
    return base::fail(base::ErrorKind::not_found, "there is no ledger in " + std::string(text),
                      "it holds neither `checkpoint` nor `ledger/checkpoint`",
                      "name a folder of static files, a node's folder, or a URL");
}

base::Result<std::string> checkpoint_of(const LedgerSource& source) {
    const base::Bytes note = COMITY_TRY(source.read(checkpoint_name));
    return std::string(base::text_of(note));
}

}  // namespace comity::app
