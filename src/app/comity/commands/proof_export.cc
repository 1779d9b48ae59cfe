// `comity proof export`.

#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "adapter/files/files.h"
#include "app/comity/commands/proof.h"
#include "app/comity/office.h"
#include "domain/prooffile/prooffile.h"

namespace comity::app {
namespace {

base::Result<std::string> fetch(const ExportRequest& request) {
    const Office office = COMITY_TRY(Office::of(request.dir));
    const base::MatterId matter = COMITY_TRY(base::MatterId::parse(request.matter));
    std::string readers;
    for (const std::string& reader : request.readers) {
        const base::PartyId party = COMITY_TRY(base::PartyId::parse(reader));
        readers += (readers.empty() ? "" : ",") + party.text();
    }
    return office.get_text("/matters/" + matter.text() +
                           (readers.empty() ? "/proof" : "/proof/for/" + readers));
}

base::Result<prooffile::ProofContents> save(const ExportRequest& request) {
    std::error_code ignored;
    if (std::filesystem::exists(request.out, ignored)) {
        return std::unexpected(base::Error{base::ErrorKind::conflict,
                                           "there is such a file already",
                                           {},
                                           "choose another name",
                                           request.out.string(),
                                           {}});
    }
    const std::string text = COMITY_TRY(fetch(request));
    auto contents = COMITY_TRY(prooffile::read_proof(text));
    COMITY_TRY(files::write_text_file_atomically(
        request.out, text,
        request.readers.empty() ? files::Readers::everyone : files::Readers::owner));
    return contents;
}

}  // namespace

int run_export(const ExportRequest& request, std::ostream& out, std::ostream& err) {
    const auto contents = save(request);
    if (!contents) {
        return report(contents.error(), request.json, out, err);
    }
    std::int64_t carried = 0;
    for (const prooffile::ProofItem& item : contents->items) {
        carried += item.sealed ? 1 : 0;
    }
    const auto items = static_cast<std::int64_t>(contents->items.size());
    if (request.json) {
        out << codec::canonical(
                   codec::Object{{"file", request.out.string()},
                                 {"entries", static_cast<std::int64_t>(contents->entries.size())},
                                 {"items", items},
                                 {"carried", carried}})
            << "\n";
        return exit_done;
    }
    out << request.out.string() << ": " << contents->entries.size() << " entries, " << items
        << " items by their digests, " << carried << " of them inside, sealed\n";
    if (carried > 0) {
        out << "A sealed item must be destroyed on its last day in this file too: "
               "comity proof redact --without-items\n";
    }
    out << "Next: comity verify " << request.out.string() << " --trust FILE\n";
    return exit_done;
}

void add_export(CLI::App& proof, Run& run) {
    const auto request = std::make_shared<ExportRequest>();
    CLI::App* command =
        proof.add_subcommand("export", "Write the proof file of a matter at one's own node");
    command->add_option("MATTER", request->matter, "the matter")->required();
    command->add_option("--dir", request->dir, "the node's folder; it must be served")->required();
    command
        ->add_option("--reader", request->readers,
                     "parties, with commas: the items sealed to them go along, sealed")
        ->delimiter(',');
    command->add_option("--out", request->out, "the proof file")->required();
    command->add_flag("--json", request->json, "as JSON");
    command->footer(
        "Examples:\n"
        "  comity proof export 00112233445566778899aabbccddeeff --dir xa-prosecution --out "
        "m.proof\n"
        "  comity proof export 00112233445566778899aabbccddeeff --dir xb-central "
        "--reader xa-prosecution --out m.proof --json");
    command->callback([request, &run] {
        run.action = [request] { return run_export(*request, std::cout, std::cerr); };
    });
}

}  // namespace comity::app
