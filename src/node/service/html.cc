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

// Colours are the reader's (light, dark, high contrast); the few of our own are checked against
// both grounds: at least 4.5 to 1 for words, 3 to 1 for lines.
constexpr std::string_view style =
    ":root{color-scheme:light dark;--line:#767676;--note:#8a3c00;--note-ground:#fff4e5}"
    "@media(prefers-color-scheme:dark){:root{--line:#8c8c8c;--note:#ffb86b;--note-ground:#2b1d0e}}"
    "*{box-sizing:border-box}"
    "body{font:1rem/1.5 system-ui,sans-serif;max-inline-size:80rem;margin:auto;padding:1rem}"
    "h1{font-size:1.6rem;line-height:1.2;margin-block:1rem .25rem}"
    "h2{font-size:1.2rem;margin-block:2rem .5rem}"
    "p{margin-block:.25rem}"
    "nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;padding:0;list-style:none}"
    "nav a{display:inline-block;padding-block:.25rem}"
    ":focus-visible{outline:.2rem solid;outline-offset:.15rem}"
    "table{border-collapse:collapse;inline-size:100%}"
    "th,td{text-align:start;vertical-align:top;border-block-end:1px solid var(--line);"
    "padding:.35rem 1rem .35rem 0}"
    "th{font-weight:600}"
    "bdi{font-family:ui-monospace,monospace;font-size:.9rem;white-space:nowrap}"
    ".clock{white-space:nowrap}"
    "pre{overflow-wrap:anywhere;white-space:pre-wrap;padding:.5rem;border:1px solid var(--line)}"
    ".exercise,.late{color:var(--note);background:var(--note-ground);font-weight:600}"
    ".exercise{border:.15rem dashed;padding:.35rem .75rem}"
    ".late{padding-inline:.35rem}"
    "@media(max-width:48rem){"
    "table,tbody,tr,td{display:block}thead{position:absolute;clip-path:inset(50%);overflow:hidden;"
    "block-size:1px;inline-size:1px}"
    "tr{border-block-end:1px solid var(--line);padding-block:.5rem}"
    "td{border:0;padding:.1rem 0;display:grid;grid-template-columns:8rem 1fr;gap:.5rem}"
    "td:empty{display:none}"
    "td::before{content:attr(data-head);font-weight:600}}"
    "@media print{nav{display:none}body{max-inline-size:none;padding:0}tr{break-inside:avoid}}";

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

Table::Table(std::string_view label, std::vector<std::string> heads)
    : heads_(std::move(heads)),
      table_("table", {{"role", "table"}, {"aria-labelledby", std::string(label)}}),
      body_("tbody", {{"role", "rowgroup"}}) {
    Html row("tr", {{"role", "row"}});
    for (const std::string& head : heads_) {
        row.add(std::move(Html("th", {{"scope", "col"}, {"role", "columnheader"}}).text(head)));
    }
    table_.add(std::move(Html("thead", {{"role", "rowgroup"}}).add(std::move(row))));
}

void Table::row(std::vector<Html> cells) {
    COMITY_ENSURE(cells.size() == heads_.size());
    Html row("tr", {{"role", "row"}});
    for (std::size_t i = 0; i < cells.size(); ++i) {
        Html cell("td", {{"role", "cell"}, {"data-head", heads_[i]}});
        cell.add(std::move(cells[i]));
        row.add(std::move(cell));
    }
    body_.add(std::move(row));
    ++rows_;
}

Html Table::html() && {
    return std::move(table_.add(std::move(body_)));
}

Html words(std::string_view text, std::string_view tag) {
    return std::move(Html(tag).text(text));
}

Html code(std::string_view text) {
    return std::move(Html("bdi", {{"dir", "ltr"}}).text(text));
}

std::string style_source() {
    return "sha256-" + base::to_base64(crypto::sha256(style).bytes);
}

std::string document(std::string_view title, const Html& body) {
    return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>" +
           escaped(title) + "</title><style>" + std::string(style) + "</style></head>" +
           body.str() + "</html>\n";
}

}  // namespace comity::service
