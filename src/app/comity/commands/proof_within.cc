// `comity proof within`.

#include <algorithm>
#include <ostream>

#include "adapter/files/files.h"
#include "app/comity/commands/proof.h"
#include "app/command/verify.h"
#include "domain/prooffile/prooffile.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;

base::Result<prooffile::ProofContents> read_contents(const fs::path& file) {
    const std::string text = COMITY_TRY(read_proof_file(file, files::read_text_file));
    return prooffile::read_proof(text);
}

/// The act of the matter that `name` means: its number, or the first digits of its id.
base::Result<casework::Act> act_in(const prooffile::ProofContents& contents,
                                   const std::string& name) {
    std::size_t number = 0;
    for (const casework::ProvenEntry& entry : contents.entries) {
        if (!entry.act) {
            continue;
        }
        ++number;
        const bool meant = name == std::to_string(number) ||
                           (name.size() >= 8 && entry.act->id().hex().starts_with(name));
        if (meant) {
            return *entry.act;
        }
    }
    return std::unexpected(base::Error{
        base::ErrorKind::not_found,
        "the file holds no such act of its matter",
        "an act is named by its number in the report or by the first 8 digits of its id",
        {},
        name,
        {}});
}

/// The names of fields that a copy opens do not matter here: a name stands for the place that it
/// has in an act of either file that opens it.
std::string name_at(const casework::Act& act, std::size_t place) {
    const auto opening = std::ranges::find(act.openings, static_cast<std::int64_t>(place),
                                           &casework::Opening::index);
    return opening == act.openings.end() ? "" : opening->path;
}

std::string name_of(const casework::Act& order, const casework::Act& request,
                    const prooffile::SharedField& shared) {
    const std::string first = name_at(order, shared.first);
    const std::string name = first.empty() ? name_at(request, shared.second) : first;
    return name.empty() ? "field " + std::to_string(shared.first) : name;
}

base::Result<std::vector<prooffile::SharedField>> chosen(const casework::Act& order,
                                                         const casework::Act& request,
                                                         const std::vector<std::string>& fields) {
    std::vector<prooffile::SharedField> all = prooffile::shared_fields(order, request);
    if (fields.empty()) {
        return all;
    }
    std::vector<prooffile::SharedField> kept;
    for (const std::string& field : fields) {
        const auto found = std::ranges::find_if(all, [&](const prooffile::SharedField& shared) {
            return name_of(order, request, shared) == field;
        });
        if (found == all.end()) {
            return std::unexpected(
                base::Error{base::ErrorKind::not_found,
                            "the request does not repeat this field of the order",
                            {},
                            {},
                            field,
                            {}});
        }
        kept.push_back(*found);
    }
    return kept;
}

struct Made {
    std::string text;
    std::vector<std::string> fields;
};

base::Result<Made> make(const WithinRequest& asked) {
    const auto order_file = COMITY_TRY(read_contents(asked.order_file));
    const auto request_file = COMITY_TRY(read_contents(asked.request_file));
    const casework::Act order = COMITY_TRY(act_in(order_file, asked.order));
    const casework::Act request = COMITY_TRY(act_in(request_file, asked.request));
    const auto shared = COMITY_TRY(chosen(order, request, asked.fields));
    const auto proof = COMITY_TRY(prooffile::prove_within(order, request, shared));
    Made made{prooffile::write_within(proof), {}};
    for (const prooffile::SharedField& field : proof.shared) {
        made.fields.push_back(name_of(order, request, field));
    }
    std::error_code ignored;
    if (fs::exists(asked.out, ignored)) {
        return std::unexpected(base::Error{base::ErrorKind::conflict,
                                           "there is such a file already",
                                           {},
                                           "choose another name",
                                           asked.out.string(),
                                           {}});
    }
    COMITY_TRY(files::write_text_file_atomically(asked.out, made.text, files::Readers::everyone));
    return made;
}

}  // namespace

int run_within(const WithinRequest& request, std::ostream& out, std::ostream& err) {
    const auto made = make(request);
    if (!made) {
        return report(made.error(), request.json, out, err);
    }
    if (request.json) {
        codec::Array fields;
        for (const std::string& field : made->fields) {
            fields.emplace_back(field);
        }
        out << codec::canonical(
                   codec::Object{{"file", request.out.string()},
                                 {"bytes", static_cast<std::int64_t>(made->text.size())},
                                 {"fields", std::move(fields)}})
            << "\n";
        return exit_done;
    }
    out << "The request repeats of the order:";
    for (const std::string& field : made->fields) {
        out << " " << field;
    }
    out << "\n" << made->text.size() << " bytes in " << request.out.string() << "\n";
    return exit_done;
}

}  // namespace comity::app
