#include "node/service/html.h"

#include "ground/base/base.h"
#include "ground/crypto/crypto.h"

namespace comity::service {
namespace {

std::string escaped(std::string_view words) {
    std::string out;
    out.reserve(words.size());
    for (const char c : words) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default: out += c;
        }
    }
    return out;
}

constexpr std::string_view style =
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:70rem;margin:auto;padding:1rem}"
    "table{border-collapse:collapse;inline-size:100%}"
    "th,td{text-align:start;border-block-end:1px solid #999;padding:.25rem .5rem}"
    "pre{overflow:auto;padding:.5rem;border:1px solid #999}"
    ".exercise{border:.25rem dashed #b50;padding:.25rem .5rem;font-weight:bold}"
    ".late{font-weight:bold}";

}  // namespace

Html::Html(std::string_view tag, std::vector<std::pair<std::string_view, std::string>> attributes)
    : tag_(tag), open_("<" + std::string(tag)) {
    for (const auto& [name, value] : attributes) {
        open_ += " " + std::string(name) + "=\"" + escaped(value) + "\"";
    }
    open_ += ">";
}

Html& Html::text(std::string_view words) {
    inner_ += escaped(words);
    return *this;
}

Html& Html::add(Html child) {
    inner_ += child.str();
    return *this;
}

std::string Html::str() const {
    return open_ + inner_ + "</" + tag_ + ">";
}

Html Html::row(std::string_view tag, const std::vector<std::string>& cells) {
    Html row("tr");
    for (const std::string& cell : cells) {
        row.add(std::move(Html(tag).text(cell)));
    }
    return row;
}

std::string style_source() {
    return "sha256-" + base::to_base64(crypto::sha256(style).bytes);
}

std::string document(std::string_view title, const Html& body) {
    return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
           "<meta name=\"viewport\" content=\"width=device-width\"><title>" +
           escaped(title) + "</title><style>" + std::string(style) + "</style></head>" +
           body.str() + "</html>\n";
}

}  // namespace comity::service
