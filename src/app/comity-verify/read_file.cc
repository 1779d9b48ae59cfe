#include "app/comity-verify/read_file.h"

#include <fstream>

namespace comity::app {
namespace {

std::unexpected<base::Error> refuse(base::ErrorKind kind, const std::filesystem::path& file,
                                    std::string what) {
    return std::unexpected(base::Error{kind, std::move(what), {}, {}, file.string(), {}});
}

}  // namespace

base::Result<std::string> read_plain_file(const std::filesystem::path& file, std::size_t most) {
    std::error_code failed;
    const auto status = std::filesystem::status(file, failed);
    if (status.type() == std::filesystem::file_type::not_found) {
        return refuse(base::ErrorKind::not_found, file, "there is no such file");
    }
    if (!std::filesystem::is_regular_file(status)) {
        return refuse(base::ErrorKind::malformed, file, "this is not a plain file");
    }
    std::ifstream in(file, std::ios::binary);
    std::string text;
    std::string part(std::size_t{64} * 1024, '\0');
    while (in.read(part.data(), static_cast<std::streamsize>(part.size())) || in.gcount() > 0) {
        text.append(part, 0, static_cast<std::size_t>(in.gcount()));
        if (text.size() > most) {
            return refuse(base::ErrorKind::too_large, file, "the file is too large");
        }
    }
    if (in.bad() || !in.eof()) {
        return refuse(base::ErrorKind::failure, file, "the file cannot be read");
    }
    return text;
}

}  // namespace comity::app
