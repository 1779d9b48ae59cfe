#include "app/comity/commands/casework.h"

#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "adapter/clock/clock.h"
#include "adapter/files/files.h"
#include "adapter/softkeys/softkeys.h"
#include "app/comity/item_files.h"
#include "app/comity/office.h"

namespace comity::app {
namespace {

constexpr std::size_t max_request_bytes = 1 << 20;

/// The file of `comity act submit`.
struct ActFile {
    std::optional<base::MatterId> matter;
    std::optional<std::string> procedure;
    std::string kind;
    codec::Value fields;
    std::optional<base::ActId> within = {};
};

}  // namespace
}  // namespace comity::app

template <>
struct comity::codec::Message<comity::app::ActFile> {
    using A = comity::app::ActFile;
    static constexpr std::string_view name [[maybe_unused]] = "act-file";
    static constexpr auto fields =
        std::tuple{field("matter", &A::matter, "the matter; absent for a new one"),
                   field("procedure", &A::procedure, "for a new matter: its name", 64),
                   field("kind", &A::kind, "the act kind", 64),
                   field("fields", &A::fields, "an object: field name to value"),
                   field("within", &A::within, "an act whose commitments are repeated")};
};

namespace comity::app {
namespace {

void print_matter(const codec::Value& view) {
    const codec::Object& matter = view.get_object();
    auto text = [](const codec::Object& object, std::string_view name) {
        return std::string(object.at(name).get_string());
    };
    std::cout << text(matter, "title") << ": " << text(matter, "state") << "\n  matter "
              << text(matter, "matter") << "\n";
    for (const codec::Value& one : matter.at("acts").get_array()) {
        const codec::Object& act = one.get_object();
        std::cout << "  " << text(act, "at") << "  " << text(act, "title") << " ("
                  << text(act, "clause") << ") by " << text(act, "person") << ", "
                  << text(act, "role") << " of " << text(act, "party")
                  << (act.at("overtaken").get_bool() ? ", overtaken" : "") << "\n";
    }
    std::cout << "Duties:\n";
    for (const codec::Value& one : matter.at("duties").get_array()) {
        const codec::Object& duty = one.get_object();
        std::cout << "  " << text(duty, "what") << " by " << text(duty, "who") << " until "
                  << text(duty, "due") << (duty.at("late").get_bool() ? " LATE" : "") << " ["
                  << text(duty, "clause") << "]\n";
    }
    std::cout << "Powers:\n";
    for (const codec::Value& one : matter.at("powers").get_array()) {
        const codec::Object& power = one.get_object();
        std::cout << "  " << text(power, "title") << " (" << text(power, "clause") << ") for "
                  << text(power, "party") << "\n";
    }
}

base::Result<codec::Value> fetch_matter(const std::string& dir, const std::string& id) {
    const Office office = COMITY_TRY(Office::of(dir));
    if (id.empty()) {
        return office.get("/matters");
    }
    const base::MatterId matter = COMITY_TRY(base::MatterId::parse(id));
    return office.get("/matters/" + matter.text());
}

int run_matter_show(const std::string& dir, const std::string& id, bool json) {
    const auto view = fetch_matter(dir, id);
    if (!view) {
        return report(view.error(), json, std::cout, std::cerr);
    }
    if (json) {
        std::cout << codec::canonical(*view) << "\n";
    } else if (!id.empty()) {
        print_matter(*view);
    } else {
        for (const codec::Value& one : view->get_array()) {
            const codec::Object& matter = one.get_object();
            std::cout << std::string_view(matter.at("matter").get_string()) << "  "
                      << std::string_view(matter.at("procedure").get_string()) << "  "
                      << std::string_view(matter.at("state").get_string()) << "\n";
        }
    }
    return exit_done;
}

struct SubmitOptions {
    std::string dir, key, file, item;
    std::string item_field = "item";
    bool json = false;
    bool dry_run = false;
};

base::Result<ActReceipt> submit(const SubmitOptions& options) {
    const std::string text = COMITY_TRY(files::read_text_file(options.file, max_request_bytes));
    auto read = codec::read_text<ActFile>(text);
    if (!read) {
        return std::unexpected(base::at_place(std::move(read).error(), options.file));
    }
    if (!read->fields.is_object()) {
        return base::fail(base::ErrorKind::malformed, "`fields` is an object of names and values");
    }
    softkeys::SoftSigner key = COMITY_TRY(softkeys::SoftSigner::load(options.key));
    clock::SystemRandom random;
    const Office office = COMITY_TRY(Office::of(options.dir));
    ActRequest request{read->matter, read->procedure.value_or(""), read->kind, read->fields,
                       read->within};
    std::vector<casework::ShippedItem> items;
    if (!options.item.empty()) {
        const ItemFile item = COMITY_TRY(read_item_file(options.item));
        request.fields.get_object()[options.item_field] = codec::to_value(item.descriptor);
        items.push_back({item.descriptor.id, item.box});
    }
    SignedAct act = COMITY_TRY(office.prepare(request, key, random));
    act.items = std::move(items);
    if (options.dry_run) {
        return ActReceipt{
            act.draft.header.matter, casework::id_of(act.draft.header).digest, -1, read->kind, {}};
    }
    return office.submit(act);
}

int run_act_submit(const SubmitOptions& options) {
    const auto receipt = submit(options);
    if (!receipt) {
        return report(receipt.error(), options.json, std::cout, std::cerr);
    }
    if (options.json) {
        codec::Object object;
        object["matter"] = receipt->matter.text();
        object["act"] = receipt->act.hex();
        object["leaf"] = receipt->leaf;
        object["recorded"] = !options.dry_run;
        if (receipt->waits) {
            object["waits"] = *receipt->waits;
        }
        std::cout << codec::canonical(object) << "\n";
        return exit_done;
    }
    std::cout << (options.dry_run ? "Would be signed and submitted: " : "Recorded: ")
              << receipt->title << "\n  matter " << receipt->matter.text() << "\n  act    "
              << receipt->act.hex() << "\n";
    if (receipt->waits) {
        std::cout
            << "  PROVISIONAL: nothing is handed over or destroyed before this act is attested "
               "by "
            << *receipt->waits << "\n";
    }
    if (!options.dry_run) {
        std::cout << "  leaf   " << receipt->leaf << "\nNext: comity matter show --dir "
                  << options.dir << " " << receipt->matter.text() << "\n";
    }
    return exit_done;
}

}  // namespace

void add_matter(CLI::App& app, Run& run) {
    CLI::App* matter = app.add_subcommand("matter", "Matters at a node");
    matter->require_subcommand(1);
    auto dir = std::make_shared<std::string>();
    auto id = std::make_shared<std::string>();
    auto json = std::make_shared<bool>(false);
    CLI::App* show =
        matter->add_subcommand("show", "Show a matter: acts, duties, powers; or list all");
    show->add_option("--dir", *dir, "the node's folder")->required();
    show->add_option("matter", *id, "the matter; none: list all");
    show->add_flag("--json", *json, "as JSON");
    show->footer(
        "Examples:\n"
        "  comity matter show --dir xa-prosecution\n"
        "  comity matter show --dir xa-prosecution registry-xa-court --json");
    show->callback([=, &run] { run.action = [=] { return run_matter_show(*dir, *id, *json); }; });
}

void add_act(CLI::App& app, Run& run) {
    CLI::App* act = app.add_subcommand("act", "Acts at a node");
    act->require_subcommand(1);
    auto options = std::make_shared<SubmitOptions>();
    CLI::App* submitting =
        act->add_subcommand("submit", "Draft, check, sign and submit an act from a file");
    submitting->add_option("--dir", options->dir, "the node's folder")->required();
    submitting->add_option("--key", options->key, "the official's private key (PEM file)")
        ->required();
    submitting
        ->add_option("file", options->file,
                     "JSON: {\"matter\" or \"procedure\", \"kind\", \"fields\": {...}}")
        ->required();
    submitting->add_option("--item", options->item,
                           "item file of `comity item seal`: its descriptor and key box go along");
    submitting->add_option("--item-field", options->item_field, "the act's field for it")
        ->capture_default_str();
    submitting->add_flag("--dry-run", options->dry_run, "draft and check, submit nothing");
    submitting->add_flag("--json", options->json, "as JSON");
    submitting->footer(
        "Examples:\n"
        "  comity act submit --dir xa-prosecution --key ilex.key request.json\n"
        "  comity act submit --dir xa-prosecution --key ilex.key --dry-run --json request.json\n"
        "  comity act submit --dir cirrus --key cornus.key --item mailbox.sealed.item "
        "produce.json");
    submitting->callback(
        [options, &run] { run.action = [options] { return run_act_submit(*options); }; });
}

}  // namespace comity::app
