#pragma once

// `comity proof`: proof files with fewer fields or with fields put back, and small proofs that a
// request lies within an order. What is written follows from the files alone; nothing is signed.

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "app/comity/command.h"

namespace CLI {
class App;
}

namespace comity::app {

/// Adds `comity proof` and those of its verbs that need no node; returns it, for the others.
CLI::App& add_proof(CLI::App& app, Run& run);

/// `comity proof redact` and `comity proof open`. Exactly one of `fields` (with or without `only`),
/// `side` and `without_items` says what changes.
struct RedactRequest {
    std::filesystem::path file;
    std::filesystem::path out;
    std::vector<std::string> fields;            ///< `PATH`, `ACT:PATH`, `*`
    std::optional<std::string> side;            ///< redact: keep what this side may read
    std::optional<std::filesystem::path> from;  ///< open: the copy that the fields come from
    bool without_items = false;
    bool json = false;
};
int run_redact(const RedactRequest& request, std::ostream& out, std::ostream& err);
int run_open(const RedactRequest& request, std::ostream& out, std::ostream& err);

/// `comity proof within`: writes the proof that an act of one file repeats fields of an act of
/// another, or of the same.
struct WithinRequest {
    std::filesystem::path order_file;
    std::string order;  ///< the act: its number in the report, or the first digits of its id
    std::filesystem::path request_file;
    std::string request;
    std::vector<std::string> fields;  ///< paths; none: every field that they share
    std::filesystem::path out;
    bool json = false;
};
int run_within(const WithinRequest& request, std::ostream& out, std::ostream& err);

/// `comity proof export`: the proof file of a matter at one's own node, which must be served.
struct ExportRequest {
    std::filesystem::path dir;
    std::string matter;
    std::vector<std::string> readers;  ///< whose sealed items go along; none: digests only
    std::filesystem::path out;
    bool json = false;
};
int run_export(const ExportRequest& request, std::ostream& out, std::ostream& err);
void add_export(CLI::App& proof, Run& run);

/// `comity proof items`: the sealed items that the file carries, each in a file of its own.
struct ItemsRequest {
    std::filesystem::path file;
    std::optional<std::filesystem::path> out;  ///< none: only list them
    bool json = false;
};
int run_items(const ItemsRequest& request, std::ostream& out, std::ostream& err);

}  // namespace comity::app
