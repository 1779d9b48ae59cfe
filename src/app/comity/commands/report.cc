#include "app/comity/commands/report.h"

#include <algorithm>
#include <iostream>
#include <memory>
#include <set>
#include <utility>

#include <CLI/CLI.hpp>

#include "adapter/clock/clock.h"
#include "adapter/files/files.h"
#include "app/command/verify.h"
#include "ground/codec/codec.h"

namespace comity::app {
namespace {

using base::ErrorKind;

constexpr std::size_t most_quarters = 100;

struct Held {
    std::vector<reporting::CustodyReport> reports;
    std::vector<std::string> not_proven;  ///< files
};

/// Every file once: a matter in two files would be counted twice.
base::Result<Held> read_all(const ErasuresRequest& request) {
    const auto trust = COMITY_TRY(read_trust_file(request.trust, files::read_text_file));
    Held held;
    std::set<std::string> matters;
    for (const std::filesystem::path& file : request.files) {
        const std::string text = COMITY_TRY(read_proof_file(file, files::read_text_file));
        auto report = reporting::custody_of(text, trust);
        if (!report) {
            return std::unexpected(base::at_place(std::move(report).error(), file.string()));
        }
        if (!matters.insert(report->matter).second) {
            return base::fail(ErrorKind::conflict, "matter " + report->matter + " is in two files",
                              file.string(), "give each matter once");
        }
        if (report->answer != prooffile::Answer::authentic) {
            held.not_proven.push_back(file.string());
        }
        held.reports.push_back(*std::move(report));
    }
    return held;
}

void tell(const reporting::ErasureStatistics& figures, std::ostream& out) {
    out << "Erasures and openings by " << figures.day.text() << ", exact, in " << figures.matters
        << " matters. Items at a holder, by the quarter of their last day.\n"
        << "quarter    due  in time  late  held  overdue  pending  openings\n";
    for (const auto& [quarter, counts] : figures.quarters) {
        out << quarter.text() << "  " << counts.due() << "  " << counts.in_time << "  "
            << counts.late << "  " << counts.held << "  " << counts.overdue << "  "
            << counts.pending << "  " << counts.openings << "\n";
    }
    if (figures.unknown > 0) {
        out << figures.unknown << " more whose last day the files do not open.\n";
    }
    for (const reporting::Obligation& one : figures.open) {
        out << reporting::name_of(one.state) << " since " << one.last_day.text() << ": item "
            << one.item.hex().substr(0, 16) << " at " << one.holder.text() << ", matter "
            << one.matter.text();
        out << (one.by ? ", held by act " + one.by->hex().substr(0, 8) : std::string()) << "\n";
    }
}

void tell(const std::vector<reporting::PublicErasures>& rows, std::ostream& out) {
    out << "Matters in which something was, by quarter; each quarter as it stood "
        << reporting::publication_delay_days << " days after its end.\n"
        << "quarter    due  erased late  held  overdue  opened\n";
    for (const reporting::PublicErasures& row : rows) {
        out << row.quarter.text() << "  " << row.due.text() << "  " << row.late.text() << "  "
            << row.held.text() << "  " << row.overdue.text() << "  " << row.opened.text() << "\n";
    }
}

int tell_oversight(const ErasuresRequest& request, const Held& held, std::ostream& out) {
    const auto figures = reporting::count_erasures(held.reports, request.day);
    if (request.json) {
        codec::Value json = reporting::to_json(figures);
        codec::Array not_proven;
        for (const std::string& file : held.not_proven) {
            not_proven.emplace_back(file);
        }
        json.get_object()["not-proven"] = std::move(not_proven);
        out << codec::canonical(json) << "\n";
    } else {
        tell(figures, out);
        for (const std::string& file : held.not_proven) {
            out << "NOT PROVEN: " << file << "\n";
        }
    }
    const bool overdue = std::ranges::any_of(figures.open, [](const reporting::Obligation& one) {
        return one.state == reporting::ErasureState::overdue;
    });
    return !held.not_proven.empty() ? exit_not_proven : overdue ? exit_findings : exit_done;
}

int tell_everyone(const ErasuresRequest& request, const Held& held, std::ostream& out,
                  std::ostream& err) {
    if (!held.not_proven.empty()) {
        return report({ErrorKind::not_proven,
                       "nothing is published of what is not proven",
                       held.not_proven.front(),
                       "give --trust, and whole proof files",
                       {},
                       {}},
                      request.json, out, err);
    }
    const auto rows = reporting::public_erasures(held.reports, request.day, request.quarters);
    if (request.json) {
        out << codec::canonical(reporting::to_json(rows)) << "\n";
    } else {
        tell(rows, out);
    }
    return exit_done;
}

void add_erasures(CLI::App& reports, Run& run) {
    const auto request = std::make_shared<ErasuresRequest>();
    const auto trust = std::make_shared<std::string>();
    const auto day = std::make_shared<std::string>();
    const auto for_public = std::make_shared<bool>(false);
    CLI::App* command = reports.add_subcommand(
        "erasures", "Count erasures due, done, held and overdue, and openings, by quarter");
    command->add_option("FILES", request->files, "one proof file for each matter")->required();
    command->add_option("--trust", *trust, "the anchors");
    command->add_option("--day", *day, "as of this day; default today");
    command->add_flag("--public", *for_public,
                      "what the public gets: matters, delayed, in bands; nothing by name");
    command->add_option("--quarters", request->quarters, "with --public: how many, the newest last")
        ->check(CLI::Range(std::size_t{1}, most_quarters))
        ->capture_default_str();
    command->add_flag("--json", request->json, "as JSON");
    command->footer(
        "Exits with 9 if something is overdue, 7 if a file is NOT PROVEN, 6 if one is INVALID.\n"
        "Examples:\n"
        "  comity report erasures out/*.proof --trust out/trust\n"
        "  comity report erasures out/*.proof --trust out/trust --public --quarters 8 --json");
    command->callback([request, trust, day, for_public, &run] {
        run.action = [request, trust, day, for_public] {
            if (!trust->empty()) {
                request->trust = *trust;
            }
            clock::SystemClock clock;
            const auto on = day->empty() ? base::utc_day_of(clock.now()) : base::Date::parse(*day);
            if (!on) {
                (void)report(on.error(), request->json, std::cout, std::cerr);
                return exit_usage;
            }
            request->day = *on;
            request->reader = *for_public ? ReportFor::everyone : ReportFor::oversight;
            return run_report_erasures(*request, std::cout, std::cerr);
        };
    });
}

}  // namespace

int run_report_erasures(const ErasuresRequest& request, std::ostream& out, std::ostream& err) {
    const auto held = read_all(request);
    if (!held) {
        return report(held.error(), request.json, out, err);
    }
    switch (request.reader) {
        case ReportFor::oversight: return tell_oversight(request, *held, out);
        case ReportFor::everyone: return tell_everyone(request, *held, out, err);
    }
    std::unreachable();
}

void add_report(CLI::App& app, Run& run) {
    CLI::App* reports = app.add_subcommand("report", "Figures over many matters, from proof files");
    reports->require_subcommand(1);
    add_erasures(*reports, run);
}

}  // namespace comity::app
