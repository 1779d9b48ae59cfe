#include "app/comity/commands/proof_custody.h"

#include <array>
#include <iostream>
#include <map>
#include <memory>
#include <utility>

#include <CLI/CLI.hpp>

#include "adapter/files/files.h"
#include "adapter/pdf/pdf.h"
#include "app/comity/commands/proof_timestamp.h"
#include "domain/prooffile/prooffile.h"
#include "ground/codec/codec.h"

namespace comity::app {
namespace {

using base::ErrorKind;

base::Result<std::string> text_of_file(const std::filesystem::path& path, std::size_t most_bytes) {
    auto text = files::read_text_file(path, most_bytes);
    if (!text) {
        return std::unexpected(base::at_place(std::move(text).error(), path.string()));
    }
    return text;
}

base::Result<std::optional<prooffile::Trust>> trust_of(const CustodyRequest& request) {
    if (!request.trust) {
        return std::nullopt;
    }
    const std::string text = COMITY_TRY(text_of_file(*request.trust, prooffile::max_trust_bytes));
    auto trust = prooffile::read_trust(text);
    if (!trust) {
        return std::unexpected(base::at_place(std::move(trust).error(), request.trust->string()));
    }
    return *std::move(trust);
}

struct Written {
    reporting::CustodyReport report;
    base::Digest record;
    std::string bytes;
};

base::Result<Written> write_report(const CustodyRequest& request) {
    const auto trust = COMITY_TRY(trust_of(request));
    const std::string file = COMITY_TRY(text_of_file(request.file, prooffile::max_proof_bytes));
    Written written;
    written.report = COMITY_TRY(reporting::custody_of(file, trust));
    const std::string record = reporting::custody_record(written.report);
    written.record = crypto::sha256(record);
    const reporting::Document document =
        reporting::document_of(written.report, written.record, request.language);
    switch (request.format) {
        case CustodyFormat::text: written.bytes = reporting::plain_text(document); break;
        case CustodyFormat::record: written.bytes = record; break;
        case CustodyFormat::case_uco:
            written.bytes = reporting::custody_case(written.report);
            break;
        case CustodyFormat::pdf: {
            const std::array<pdf::Attachment, 1> attachments{
                {{"custody.json", "application/json", document.title, record}}};
            const base::Bytes bytes = COMITY_TRY(pdf::render(document, attachments));
            written.bytes = base::text_of(bytes);
            break;
        }
    }
    return written;
}

codec::Object as_json(const CustodyRequest& request, const Written& written) {
    const auto count = [](const auto& list) { return static_cast<std::int64_t>(list.size()); };
    return {{"answer", std::string(prooffile::name_of(written.report.answer))},
            {"events", count(written.report.events)},
            {"file", request.out},
            {"gaps", count(written.report.gaps)},
            {"items", count(written.report.items)},
            {"matter", written.report.matter},
            {"record", written.record.hex()}};
}

}  // namespace

int run_proof_custody(const CustodyRequest& request, std::ostream& out, std::ostream& err) {
    if (request.out.empty() && (request.format == CustodyFormat::pdf || request.json)) {
        report({ErrorKind::malformed, "the report needs a file", {}, "name one with --out", {}, {}},
               request.json, out, err);
        return exit_usage;
    }
    const auto written = write_report(request);
    if (!written) {
        return report(written.error(), request.json, out, err);
    }
    if (request.out.empty()) {
        out << written->bytes;
        return prooffile::exit_code_of(written->report.answer);
    }
    std::error_code ignored;
    if (std::filesystem::exists(request.out, ignored)) {
        return report({ErrorKind::conflict, request.out + " is there already", {}, {}, {}, {}},
                      request.json, out, err);
    }
    const auto kept =
        files::write_text_file_atomically(request.out, written->bytes, files::Readers::everyone);
    if (!kept) {
        return report(kept.error(), request.json, out, err);
    }
    if (request.json) {
        out << codec::canonical(codec::Value(as_json(request, *written))) << "\n";
    } else {
        out << request.out << ": " << written->report.items.size() << " items, "
            << written->report.events.size() << " events, " << written->report.gaps.size()
            << " gaps; the proof file is " << prooffile::name_of(written->report.answer)
            << "\nrecord " << written->record.hex() << "\n";
    }
    return prooffile::exit_code_of(written->report.answer);
}

namespace {

void add_proof_custody(CLI::App& proof, Run& run) {
    const auto request = std::make_shared<CustodyRequest>();
    const auto trust = std::make_shared<std::string>();
    CLI::App* custody = proof.add_subcommand(
        "custody", "Report who held which item when, under which clause, and every access");
    custody->add_option("file", request->file, "the proof file")->required();
    custody->add_option("--trust", *trust,
                        "the anchors, which you got by another way than the file");
    custody
        ->add_option("--format", request->format,
                     "text, record (canonical JSON), case (CASE/UCO JSON-LD) or pdf")
        ->transform(CLI::CheckedTransformer(
            std::map<std::string, CustodyFormat>{{"text", CustodyFormat::text},
                                                 {"record", CustodyFormat::record},
                                                 {"case", CustodyFormat::case_uco},
                                                 {"pdf", CustodyFormat::pdf}}));
    custody->add_option("--lang", request->language, "en or fr, for text and pdf")
        ->transform(CLI::CheckedTransformer(std::map<std::string, prooffile::Language>{
            {"en", prooffile::Language::english}, {"fr", prooffile::Language::french}}));
    custody->add_option("--out", request->out, "file to write; none: standard output");
    custody->add_flag("--json", request->json, "what was written, as JSON; needs --out");
    custody->footer(
        "Exits with 0 if the file is AUTHENTIC, 7 if it is NOT PROVEN: then the report says so on "
        "its\nfirst page, and what lacks; 6 if it is INVALID: then there is no report.\n"
        "Examples:\n"
        "  comity proof custody out/disclosure.proof --trust out/trust\n"
        "  comity proof custody out/mailbox.proof --trust out/trust --format pdf --lang fr --out "
        "custody.pdf\n"
        "  comity proof custody out/mailbox.proof --trust out/trust --format case --out "
        "custody.jsonld");
    custody->callback([request, trust, &run] {
        run.action = [request, trust] {
            if (!trust->empty()) {
                request->trust = *trust;
            }
            return run_proof_custody(*request, std::cout, std::cerr);
        };
    });
}

}  // namespace

void add_proof_exports(CLI::App& proof, Run& run) {
    add_proof_custody(proof, run);
    add_proof_timestamp(proof, run);
}

}  // namespace comity::app
