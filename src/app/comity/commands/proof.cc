#include "app/comity/commands/proof.h"

#include <iostream>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>

#include "adapter/files/files.h"
#include "app/command/check_within.h"
#include "app/command/verify.h"
#include "domain/prooffile/prooffile.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;

base::Result<prooffile::ProofContents> read_contents(const fs::path& file) {
    const std::string text = COMITY_TRY(read_proof_file(file, files::read_text_file));
    auto contents = prooffile::read_proof(text);
    if (!contents) {
        base::Error error = std::move(contents).error();
        error.place = file.string() + ": " + error.place;
        return std::unexpected(std::move(error));
    }
    return contents;
}

base::Result<std::vector<prooffile::FieldChoice>> choices_of(
    const std::vector<std::string>& fields) {
    std::vector<prooffile::FieldChoice> choices;
    for (const std::string& field : fields) {
        choices.push_back(COMITY_TRY(prooffile::read_choice(field)));
    }
    return choices;
}

base::Result<void> write_new(const fs::path& path, std::string_view text) {
    std::error_code ignored;
    if (fs::exists(path, ignored)) {
        return std::unexpected(base::Error{base::ErrorKind::conflict,
                                           "there is such a file already",
                                           {},
                                           "choose another name",
                                           path.string(),
                                           {}});
    }
    return files::write_text_file_atomically(path, text, files::Readers::everyone);
}

/// The paths of the fields that `after` does not open and `before` does, by act.
using Fields = std::map<base::ActId, std::vector<std::string>>;

Fields taken_from(const prooffile::ProofContents& before, const prooffile::ProofContents& after) {
    const prooffile::OpenedFields left = prooffile::opened_in(after);
    Fields taken;
    auto compare = [&](const std::vector<casework::ProvenEntry>& entries) {
        for (const casework::ProvenEntry& entry : entries) {
            if (!entry.act) {
                continue;
            }
            const base::ActId id = entry.act->id();
            for (const casework::Opening& opening : entry.act->openings) {
                if (std::ranges::find(left.at(id), opening.index) == left.at(id).end()) {
                    taken[id].push_back(opening.path);
                }
            }
        }
    };
    for (const prooffile::RegistryEntries& registry : before.registries) {
        compare(registry.entries);
    }
    compare(before.entries);
    return taken;
}

codec::Array to_json(const Fields& fields) {
    codec::Array array;
    for (const auto& [act, paths] : fields) {
        codec::Array list;
        for (const std::string& path : paths) {
            list.emplace_back(path);
        }
        array.push_back(codec::Object{{"act", act.hex()}, {"fields", std::move(list)}});
    }
    return array;
}

void print_fields(std::string_view head, const Fields& fields, std::ostream& out) {
    for (const auto& [act, paths] : fields) {
        out << head << " of act " << act.brief() << ":";
        for (const std::string& path : paths) {
            out << " " << path;
        }
        out << "\n";
    }
}

int tell(const RedactRequest& request, const prooffile::ProofContents& before,
         const prooffile::ProofContents& after, std::ostream& out) {
    const Fields taken = taken_from(before, after);
    const Fields restored = taken_from(after, before);
    if (request.json) {
        codec::Object object;
        object["file"] = request.out.string();
        object["version"] = after.version;
        object["withheld"] = to_json(taken);
        object["restored"] = to_json(restored);
        out << codec::canonical(object) << "\n";
        return exit_done;
    }
    print_fields("Withheld", taken, out);
    print_fields("Restored", restored, out);
    if (after.version == 1) {
        out << "This is a file of version 1: its seal cannot say what was withheld, only that it "
               "is "
               "not whole.\n";
    }
    out << "Next: comity verify " << request.out.string() << " --trust FILE\n";
    return exit_done;
}

base::Result<prooffile::ProofContents> redacted(const RedactRequest& request,
                                                const prooffile::ProofContents& contents) {
    if (request.side) {
        return prooffile::redact_for_side(contents, *request.side);
    }
    if (request.fields.empty() && !request.without_items) {
        return base::fail(base::ErrorKind::malformed, "nothing is said to be taken away", {},
                          "give --fields, --for or --without-items");
    }
    const auto choices = COMITY_TRY(choices_of(request.fields));
    auto after = COMITY_TRY(prooffile::redact(contents, choices));
    return request.without_items ? prooffile::without_items(std::move(after)) : std::move(after);
}

base::Result<prooffile::ProofContents> opened(const RedactRequest& request,
                                              const prooffile::ProofContents& contents) {
    const auto choices = COMITY_TRY(choices_of(request.fields));
    if (!request.from) {
        return prooffile::open_only(contents, choices);
    }
    const prooffile::ProofContents from = COMITY_TRY(read_contents(*request.from));
    return prooffile::reopen(contents, from, choices);
}

template <class Change>
int run_change(const RedactRequest& request, std::ostream& out, std::ostream& err, Change change) {
    const auto before = read_contents(request.file);
    if (!before) {
        return report(before.error(), request.json, out, err);
    }
    const auto after = change(request, *before);
    if (!after) {
        return report(after.error(), request.json, out, err);
    }
    const auto text = prooffile::write_proof(*after);
    const auto written = text ? write_new(request.out, *text) : std::unexpected(text.error());
    return written ? tell(request, *before, *after, out)
                   : report(written.error(), request.json, out, err);
}

/// A name that no item gives: its digest.
std::string item_file(const prooffile::ProofItem& item) {
    return item.id.hex() + ".jwe";
}

base::Result<void> write_items(const prooffile::ProofContents& contents, const fs::path& folder) {
    std::error_code failed;
    fs::create_directories(folder, failed);
    for (const prooffile::ProofItem& item : contents.items) {
        if (item.sealed) {
            COMITY_TRY(write_new(folder / item_file(item), *item.sealed));
        }
    }
    return {};
}

void add_redact(CLI::App& proof, Run& run) {
    const auto request = std::make_shared<RedactRequest>();
    const auto side = std::make_shared<std::string>();
    CLI::App* redact = proof.add_subcommand(
        "redact", "Take fields away; ids, signatures and ledger proofs stay and verify");
    redact->add_option("FILE", request->file, "the proof file")->required();
    auto* fields = redact->add_option("--fields", request->fields,
                                      "PATH or ACT:PATH, with commas; `*`: all fields");
    fields->delimiter(',');
    auto* of_side = redact->add_option(
        "--for", *side, "keep what this side of the matter may read, by the procedure's text");
    fields->excludes(of_side);
    redact->add_flag("--without-items", request->without_items,
                     "take out the sealed items; their digests stay");
    redact->add_option("--out", request->out, "the new file")->required();
    redact->add_flag("--json", request->json, "as JSON");
    redact->footer(
        "Examples:\n"
        "  comity proof redact out/disclosure.proof --fields 1:person-or-account --out "
        "court.proof\n"
        "  comity proof redact out/disclosure.proof --for provider --out provider.proof");
    redact->callback([request, side, &run] {
        run.action = [request, side] {
            if (!side->empty()) {
                request->side = *side;
            }
            return run_redact(*request, std::cout, std::cerr);
        };
    });
}

void add_open(CLI::App& proof, Run& run) {
    const auto request = std::make_shared<RedactRequest>();
    const auto from = std::make_shared<std::string>();
    CLI::App* open = proof.add_subcommand(
        "open",
        "Open only these fields of the matter's acts, or put these back from a fuller copy");
    open->add_option("FILE", request->file, "the proof file")->required();
    open->add_option("--fields", request->fields, "PATH or ACT:PATH, with commas; `*`: all fields")
        ->required()
        ->delimiter(',');
    open->add_option("--from", *from, "a copy that opens them: they are put back into FILE");
    open->add_option("--out", request->out, "the new file")->required();
    open->add_flag("--json", request->json, "as JSON");
    open->footer(
        "Examples:\n"
        "  comity proof open out/disclosure.proof --fields data,offence --out short.proof\n"
        "  comity proof open short.proof --from out/disclosure.proof --fields 1:legal-basis "
        "--out more.proof");
    open->callback([request, from, &run] {
        run.action = [request, from] {
            if (!from->empty()) {
                request->from = *from;
            }
            return run_open(*request, std::cout, std::cerr);
        };
    });
}

void add_within(CLI::App& proof, Run& run) {
    const auto request = std::make_shared<WithinRequest>();
    CLI::App* within = proof.add_subcommand(
        "within", "Prove that a request repeats fields of an order, without opening them");
    within->add_option("ORDER_FILE", request->order_file, "the order's proof file")->required();
    within->add_option("ORDER", request->order, "the order: number, or first digits of its id")
        ->required();
    within->add_option("REQUEST_FILE", request->request_file, "the request's proof file")
        ->required();
    within->add_option("REQUEST", request->request, "the request: number, or first digits")
        ->required();
    within->add_option("--fields", request->fields, "only these, by their names, with commas")
        ->delimiter(',');
    within->add_option("--out", request->out, "the proof")->required();
    within->add_flag("--json", request->json, "as JSON");
    within->footer(
        "Examples:\n"
        "  comity proof within order.proof 1 request.proof 1 --out request.within\n"
        "  comity proof within order.proof 1 request.proof 1 --fields data,offence --out w --json");
    within->callback([request, &run] {
        run.action = [request] { return run_within(*request, std::cout, std::cerr); };
    });
}

void add_check_within(CLI::App& proof, Run& run) {
    CLI::App* check = proof.add_subcommand(
        "check-within", "Check such a proof: PROVEN (0), INVALID (6) or NOT PROVEN (7)");
    be_check_within(*check, run, files::read_text_file, "comity proof check-within");
}

void add_items(CLI::App& proof, Run& run) {
    const auto request = std::make_shared<ItemsRequest>();
    const auto out = std::make_shared<std::string>();
    CLI::App* items = proof.add_subcommand(
        "items", "List the items of a proof file, and take out those that it carries, sealed");
    items->add_option("FILE", request->file, "the proof file")->required();
    items->add_option("--out", *out, "a folder for the sealed items");
    items->add_flag("--json", request->json, "as JSON");
    items->footer(
        "Examples:\n"
        "  comity proof items out/content.proof\n"
        "  comity proof items out/content.proof --out sealed --json");
    items->callback([request, out, &run] {
        run.action = [request, out] {
            if (!out->empty()) {
                request->out = *out;
            }
            return run_items(*request, std::cout, std::cerr);
        };
    });
}

}  // namespace

int run_redact(const RedactRequest& request, std::ostream& out, std::ostream& err) {
    return run_change(request, out, err, redacted);
}

int run_open(const RedactRequest& request, std::ostream& out, std::ostream& err) {
    return run_change(request, out, err, opened);
}

int run_items(const ItemsRequest& request, std::ostream& out, std::ostream& err) {
    const auto contents = read_contents(request.file);
    if (!contents) {
        return report(contents.error(), request.json, out, err);
    }
    if (request.out) {
        const auto written = write_items(*contents, *request.out);
        if (!written) {
            return report(written.error(), request.json, out, err);
        }
    }
    codec::Array list;
    for (const prooffile::ProofItem& item : contents->items) {
        const std::string name = request.out && item.sealed ? item_file(item) : "";
        if (!request.json) {
            out << item.id.hex() << "  act " << item.act.brief() << "  "
                << (item.sealed    ? "sealed, in this file"
                    : item.carried ? "taken out since the export"
                                   : "not in this file")
                << (name.empty() ? "" : "  -> " + name) << "\n";
        }
        list.push_back(codec::Object{{"id", item.id.hex()},
                                     {"act", item.act.hex()},
                                     {"carried", item.carried},
                                     {"inside", item.sealed.has_value()},
                                     {"file", name}});
    }
    if (request.json) {
        out << codec::canonical(codec::Object{{"items", std::move(list)}}) << "\n";
    }
    return exit_done;
}

CLI::App& add_proof(CLI::App& app, Run& run) {
    CLI::App* proof = app.add_subcommand("proof", "Proof files: fewer fields, small proofs, items");
    proof->require_subcommand(1);
    add_redact(*proof, run);
    add_open(*proof, run);
    add_within(*proof, run);
    add_check_within(*proof, run);
    add_items(*proof, run);
    return *proof;
}

}  // namespace comity::app
