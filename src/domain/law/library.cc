#include "domain/law/library.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "domain/law/detail/parser.h"
#include "domain/law/detail/words.h"
#include "ground/crypto/hash.h"

namespace comity::law {
namespace {

constexpr std::string_view text_tag = "comity/law-text/v1";
constexpr std::string_view library_tag = "comity/law/v1";
constexpr std::size_t max_sources = 4096;

/// A text on its way through reading: which document it turned out to be.
struct Opened {
    detail::Parser parser;
    const Source* source;
    std::string kind;
    std::size_t document = 0;
};

base::TextDigest digest_of(const Source& source) {
    return {crypto::tagged_hash(text_tag, base::view_of(source.text))};
}

/// docs/formats/law.md 6: texts by kind, name and version, so that file names do not count.
base::LawDigest digest_of(const LibraryData& data) {
    std::vector<const Library::DocumentInfo*> documents;
    for (const Library::DocumentInfo& info : data.documents) {
        documents.push_back(&info);
    }
    std::ranges::sort(documents, [](const auto* left, const auto* right) {
        return std::tie(left->kind, left->name, left->version, left->digest) <
               std::tie(right->kind, right->name, right->version, right->digest);
    });
    base::Bytes bytes;
    base::append_u64(bytes, static_cast<std::uint64_t>(semantics));
    base::append_u64(bytes, documents.size());
    for (const Library::DocumentInfo* info : documents) {
        base::append_length_prefixed(bytes, base::view_of(info->kind));
        base::append_length_prefixed(bytes, base::view_of(info->name));
        base::append_u64(bytes, static_cast<std::uint64_t>(info->version));
        base::append(bytes, info->digest.digest.view());
    }
    return {crypto::tagged_hash(library_tag, bytes)};
}

void read_documents(std::vector<Opened>& opened, std::string_view kind, LibraryData& data) {
    for (Opened& one : opened) {
        if (one.kind != kind) {
            continue;
        }
        one.document = data.documents.size();
        if (kind == "vocabulary") {
            one.parser.vocabulary();
        } else if (kind == "procedure") {
            one.parser.procedure();
        } else if (kind == "status") {
            one.parser.status();
        } else {
            one.parser.instrument(kind == "jurisdiction");
        }
        if (data.documents.size() > one.document) {
            const base::TextDigest digest = digest_of(*one.source);
            data.documents.back().digest = digest;
            if (kind == "procedure") {
                data.procedures.back().digest = digest;
            } else if (kind == "agreement" || kind == "jurisdiction") {
                data.instruments.back()->info = data.documents.back();
            }
        }
    }
}

/// Reads all texts into `data`; what is wrong goes to `diagnostics`.
void read_all(LibraryData& data, std::vector<Diagnostic>& diagnostics) {
    const detail::Reading reading{data, diagnostics};
    std::vector<Opened> opened;
    if (data.sources.size() > max_sources) {
        diagnostics.push_back({"", 0, 0, "there are too many texts", "at most 4096", ""});
        return;
    }
    for (const Source& source : data.sources) {
        detail::Tokens tokens = detail::tokens_of(source.name, source.text);
        diagnostics.insert(diagnostics.end(), tokens.diagnostics.begin(), tokens.diagnostics.end());
        opened.push_back({detail::Parser(source, std::move(tokens), reading), &source, "", 0});
    }
    // The vocabulary is read first, whatever the order of the files: everything is checked against
    // it.
    std::size_t vocabularies = 0;
    for (Opened& one : opened) {
        if (one.parser.is_vocabulary()) {
            one.kind = one.parser.head();
            if (++vocabularies > 1) {
                diagnostics.push_back({one.source->name, 1, 1, "this is a second vocabulary",
                                       "one vocabulary in a library", ""});
                one.kind.clear();
            }
        }
    }
    if (vocabularies == 0) {
        diagnostics.push_back(
            {"", 0, 0, "there is no vocabulary among the texts", "a vocabulary", ""});
        return;
    }
    read_documents(opened, "vocabulary", data);
    for (Opened& one : opened) {
        if (!one.parser.is_vocabulary()) {
            one.kind = one.parser.head();
        }
    }
    for (const std::string_view kind : {"agreement", "jurisdiction", "status", "procedure"}) {
        read_documents(opened, kind, data);
    }
    detail::check_library(reading);
}

std::shared_ptr<LibraryData> read(std::span<const Source> sources,
                                  std::vector<Diagnostic>& diagnostics) {
    auto data = std::make_shared<LibraryData>();
    data->sources.assign(sources.begin(), sources.end());
    read_all(*data, diagnostics);
    std::ranges::sort(diagnostics, [](const Diagnostic& left, const Diagnostic& right) {
        return std::tie(left.file, left.line, left.column, left.what) <
               std::tie(right.file, right.line, right.column, right.what);
    });
    data->digest = digest_of(*data);
    return data;
}

}  // namespace

std::string Diagnostic::text() const {
    std::string out = file.empty() ? "law" : file;
    if (line > 0) {
        out += ":" + std::to_string(line) + ":" + std::to_string(column);
    }
    out += ": " + what;
    if (!expected.empty()) {
        out += ", expected " + expected;
    }
    if (!nearest.empty()) {
        out += ", nearest " + nearest;
    }
    return out;
}

std::expected<Library, std::vector<Diagnostic>> Library::load(std::span<const Source> sources) {
    std::vector<Diagnostic> diagnostics;
    auto data = read(sources, diagnostics);
    if (!diagnostics.empty()) {
        return std::unexpected(std::move(diagnostics));
    }
    return Library(std::move(data));
}

std::vector<Diagnostic> check(std::span<const Source> sources) {
    std::vector<Diagnostic> diagnostics;
    (void)read(sources, diagnostics);
    return diagnostics;
}

base::LawDigest Library::digest() const {
    return data_->digest;
}
const std::vector<Source>& Library::sources() const {
    return data_->sources;
}
const Source* Library::source_of(const base::TextDigest& digest) const {
    const auto found = std::ranges::find_if(
        data_->sources, [&](const Source& source) { return digest_of(source) == digest; });
    return found == data_->sources.end() ? nullptr : &*found;
}
const Vocabulary& Library::vocabulary() const {
    return data_->vocabulary;
}
std::vector<Library::DocumentInfo> Library::documents() const {
    return data_->documents;
}

std::optional<base::TextDigest> Library::agreement_digest(std::string_view name) const {
    const DocumentInfo* newest = nullptr;
    for (const DocumentInfo& info : data_->documents) {
        if (info.kind == "agreement" && info.name == name &&
            (newest == nullptr || newest->version < info.version)) {
            newest = &info;
        }
    }
    return newest == nullptr ? std::nullopt : std::optional(newest->digest);
}

const Procedure* Library::procedure(const base::TextDigest& digest) const {
    const auto found = std::ranges::find(data_->procedures, digest, &Procedure::digest);
    return found == data_->procedures.end() ? nullptr : &*found;
}

const Procedure* Library::procedure_named(std::string_view name) const {
    const Procedure* newest = nullptr;
    for (const Procedure& one : data_->procedures) {
        if (one.name == name && (newest == nullptr || newest->version < one.version)) {
            newest = &one;
        }
    }
    return newest;
}

std::vector<const Procedure*> Library::procedures() const {
    std::vector<const Procedure*> list;
    for (const Procedure& one : data_->procedures) {
        list.push_back(&one);
    }
    return list;
}

}  // namespace comity::law
