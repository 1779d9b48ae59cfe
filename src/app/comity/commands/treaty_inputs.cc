#include "app/comity/commands/treaty_inputs.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <ostream>
#include <system_error>

#include "ground/codec/codec.h"

namespace comity::app {

namespace fs = std::filesystem;

namespace {

/// The law folder that the file belongs to: the nearest parent that holds `vocabulary/`.
fs::path law_folder_of(const fs::path& file) {
    std::error_code error;
    fs::path folder = fs::absolute(file, error).lexically_normal().parent_path();
    while (!folder.empty()) {
        if (fs::is_directory(folder / "vocabulary", error)) {
            return folder;
        }
        if (folder == folder.root_path()) {
            break;
        }
        folder = folder.parent_path();
    }
    return {};
}

std::unexpected<base::Error> refuse(std::string place, std::string what, std::string next = {}) {
    base::Error error{base::ErrorKind::malformed, std::move(what), "", std::move(next), "", ""};
    error.place = std::move(place);
    return std::unexpected(std::move(error));
}

base::Result<std::string> side_of(const codec::Object& object, const std::string& file,
                                  std::string_view name) {
    const codec::Value* member = object.if_contains(name);
    if (member == nullptr || !member->is_string() || member->get_string().size() > 64) {
        return refuse(file + ":/" + std::string(name),
                      "a jurisdiction such as \"XA\" is expected here");
    }
    return std::string(member->get_string());
}

}  // namespace

base::Result<std::string> treaty_text(const fs::path& path, std::uintmax_t most) {
    std::error_code error;
    if (!fs::is_regular_file(path, error)) {
        return base::fail(base::ErrorKind::not_found, "there is no file " + path.string());
    }
    if (fs::file_size(path, error) > most || error) {
        return base::fail(
            base::ErrorKind::too_large,
            "the file is larger than " + std::to_string(most >> 20) + " MiB: " + path.string());
    }
    std::ifstream in(path, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (!in.good() && !in.eof()) {
        return base::fail(base::ErrorKind::failure, "the file cannot be read: " + path.string());
    }
    return text;
}

std::vector<fs::path> files_below(const fs::path& folder, std::string_view extension) {
    std::vector<fs::path> found;
    std::error_code error;
    fs::recursive_directory_iterator at(folder, error);
    for (const fs::recursive_directory_iterator end; !error && at != end; at.increment(error)) {
        if (at->path().extension() == extension && at->is_regular_file(error)) {
            found.push_back(at->path());
        }
    }
    std::ranges::sort(found);
    return found;
}

std::vector<fs::path> treaties_below(const fs::path& folder) {
    return files_below(folder, ".treaty");
}

base::Result<Asked> asked_for(const std::vector<std::string>& names, Beside what) {
    Asked asked;
    std::error_code error;
    for (const std::string& name : names) {
        const fs::path path(name);
        if (fs::is_directory(path, error)) {
            for (fs::path& one : treaties_below(path)) {
                asked.files.push_back(std::move(one));
            }
        } else if (fs::exists(path, error)) {
            asked.files.push_back(path);
        } else {
            return base::fail(base::ErrorKind::not_found, "there is no file " + name);
        }
    }
    const auto same = [&](const fs::path& left, const fs::path& right) {
        return fs::equivalent(left, right, error);
    };
    for (const fs::path& file : asked.files) {
        const fs::path folder = law_folder_of(file);
        const fs::path needed = what == Beside::all_texts ? folder : folder / "vocabulary";
        std::vector<fs::path> found;
        if (!folder.empty()) {
            found = treaties_below(needed);
        }
        for (fs::path& text : found) {
            const auto there = [&](const fs::path& one) { return same(one, text); };
            if (!std::ranges::any_of(asked.files, there) &&
                !std::ranges::any_of(asked.beside, there)) {
                asked.beside.push_back(std::move(text));
            }
        }
    }
    return asked;
}

base::Result<std::vector<law::Source>> sources_of(const Asked& asked) {
    std::vector<law::Source> sources;
    for (const std::vector<fs::path>* paths : {&asked.files, &asked.beside}) {
        for (const fs::path& path : *paths) {
            sources.push_back({path.string(), COMITY_TRY(treaty_text(path))});
        }
    }
    return sources;
}

base::Result<std::optional<law::Library>> library_of(const Asked& asked, bool json,
                                                     std::ostream& out) {
    const std::vector<law::Source> sources = COMITY_TRY(sources_of(asked));
    auto library = law::Library::load(sources);
    if (!library) {
        print_diagnostics(library.error(), json, out);
        return std::nullopt;
    }
    return *std::move(library);
}

void print_diagnostics(const std::vector<law::Diagnostic>& diagnostics, bool json,
                       std::ostream& out) {
    if (!json) {
        for (const law::Diagnostic& one : diagnostics) {
            out << one.text() << "\n";
        }
        return;
    }
    codec::Array findings;
    for (const law::Diagnostic& one : diagnostics) {
        codec::Object finding;
        finding.emplace("file", one.file);
        finding.emplace("line", one.line);
        finding.emplace("column", one.column);
        finding.emplace("what", one.what);
        finding.emplace("expected", one.expected);
        finding.emplace("nearest", one.nearest);
        findings.emplace_back(std::move(finding));
    }
    codec::Object answer;
    answer.emplace("findings", std::move(findings));
    out << codec::canonical(answer) << "\n";
}

void print_known(const std::vector<std::string>& known, const std::vector<std::string>& elapsed,
                 std::ostream& out) {
    for (const std::string& fact : known) {
        out << "    " << fact << "\n";
    }
    for (const std::string& event : elapsed) {
        out << "    " << event << " lies so far back that every hold from it is over\n";
    }
}

base::Result<law::Question> request_at(const law::Library& library, const std::string& file,
                                       const std::string& as_of) {
    const std::string text = COMITY_TRY(treaty_text(file));
    auto parsed = codec::parse(text);
    if (!parsed) {
        return std::unexpected(base::at_place(std::move(parsed).error(), file));
    }
    if (!parsed->is_object()) {
        return refuse(file + ":/", "an object is expected here");
    }
    const codec::Object& object = parsed->get_object();
    for (const auto& member : object) {
        if (member.key() != "requesting" && member.key() != "requested" &&
            member.key() != "facts") {
            return refuse(file + ":/" + std::string(member.key()), "this member is not known",
                          "requesting, requested, facts");
        }
    }
    law::Question question;
    question.requesting = COMITY_TRY(side_of(object, file, "requesting"));
    question.requested = COMITY_TRY(side_of(object, file, "requested"));
    const codec::Value* facts = object.if_contains("facts");
    if (facts == nullptr || !facts->is_object()) {
        return refuse(file + ":/facts", "an object of facts is expected here");
    }
    auto read = law::facts_from(library.vocabulary(), facts->get_object());
    if (!read) {
        return std::unexpected(base::at_place(std::move(read).error(), file));
    }
    question.facts = std::move(*read);
    auto day = base::Date::parse(as_of);
    if (!day) {
        return refuse("--as-of", "this is not a date: " + as_of.substr(0, 40), "YYYY-MM-DD");
    }
    question.as_of = *day;
    return question;
}

}  // namespace comity::app
