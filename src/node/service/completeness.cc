#include "node/service/completeness.h"

#include <charconv>

namespace comity::service {
namespace {

constexpr std::string_view matters_prefix = "/matters/";
constexpr std::string_view openings_prefix = "/openings/";
constexpr std::string_view completeness_suffix = "/completeness";

base::Result<std::uint64_t> number_in(std::string_view text) {
    std::uint64_t number = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (text.empty() || read.ec != std::errc{} || read.ptr != end) {
        return base::fail(base::ErrorKind::malformed, "this is no leaf's number");
    }
    return number;
}

base::Result<std::string> openings(submit::Institution& institution,
                                   const std::optional<base::MatterId>& matter,
                                   std::string_view from) {
    const std::uint64_t first = COMITY_TRY(number_in(from));
    const auto found = COMITY_TRY(institution.mapping().openings(matter, first, openings_given));
    std::string lines;
    for (const casework::LeafOpening& one : found) {
        lines += codec::write(one) + "\n";
    }
    return lines;
}

message::Response text(const base::Result<std::string>& content) {
    return content ? message::text_response(200, *content)
                   : message::error_response(content.error());
}

base::Result<std::string> proof(submit::Institution& institution, std::string_view matter) {
    const base::MatterId id = COMITY_TRY(base::MatterId::parse(matter));
    const ledger::MatterProof made = COMITY_TRY(institution.mapping().proof(id));
    return std::string(base::text_of(made.encode()));
}

base::Result<std::string> openings_of(submit::Institution& institution, std::string_view matter,
                                      std::string_view from) {
    const base::MatterId id = COMITY_TRY(base::MatterId::parse(matter));
    return openings(institution, id, from);
}

base::Result<std::string> key(submit::Institution& institution) {
    const ledger::MapKey made = COMITY_TRY(institution.mapping().key());
    return base::to_hex(made.view()) + "\n";
}

}  // namespace

std::optional<message::Response> get_completeness(submit::Institution& institution,
                                                  std::string_view path) {
    if (path == "/map-key") {
        return text(key(institution));
    }
    if (path.starts_with(openings_prefix)) {
        return text(openings(institution, std::nullopt, path.substr(openings_prefix.size())));
    }
    if (!path.starts_with(matters_prefix)) {
        return std::nullopt;
    }
    const std::string_view rest = path.substr(matters_prefix.size());
    if (rest.ends_with(completeness_suffix)) {
        auto made = proof(institution, rest.substr(0, rest.size() - completeness_suffix.size()));
        if (!made) {
            return message::error_response(made.error());
        }
        message::Response response;
        response.headers.set("content-type", "application/octet-stream");
        response.body = *std::move(made);
        return response;
    }
    const std::size_t slash = rest.find(openings_prefix);
    if (slash == std::string_view::npos) {
        return std::nullopt;
    }
    return text(openings_of(institution, rest.substr(0, slash),
                            rest.substr(slash + openings_prefix.size())));
}

std::optional<message::Response> post_completeness(submit::Institution& institution,
                                                   std::string_view path) {
    if (path != "/map") {
        return std::nullopt;
    }
    const auto leaf = institution.write_map();
    if (!leaf) {
        return message::error_response(leaf.error());
    }
    return message::json_response(
        200,
        codec::canonical(codec::Value(codec::Object{{"leaf", static_cast<std::int64_t>(*leaf)}})) +
            "\n");
}

}  // namespace comity::service
