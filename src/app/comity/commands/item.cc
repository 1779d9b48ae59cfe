#include "app/comity/commands/item.h"

#include <iostream>
#include <memory>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "adapter/clock/clock.h"
#include "adapter/files/files.h"
#include "adapter/softkeys/softkeys.h"
#include "app/comity/item_files.h"
#include "app/comity/item_transfer.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;

/// All options of all verbs; each verb offers those that it needs.
struct Options {
    std::string file;
    std::string terms;
    std::string out;
    std::string item;
    std::string key;
    std::string days;
    std::string mask;
    std::string salt;
    std::string report;
    std::string dir;
    std::string matter;
    std::string act;
    bool json = false;
};

/// Percent on a terminal; nothing where nobody looks.
Progress progress_for(const Options& options, std::string verb) {
    if (options.json || ::isatty(STDERR_FILENO) == 0) {
        return [](std::uint64_t, std::uint64_t) {};
    }
    return [verb = std::move(verb), shown = std::uint64_t{101}](std::uint64_t done,
                                                                std::uint64_t all) mutable {
        const std::uint64_t percent = all == 0 ? 100 : done * 100 / all;
        if (percent != shown) {
            shown = percent;
            std::cerr << '\r' << verb << ' ' << percent << " %" << (done >= all ? "\n" : "")
                      << std::flush;
        }
    };
}

/// The salt in hexadecimal, made if the file is not there.
base::Result<base::SecretBytes> salt_of(const std::string& path) {
    std::error_code ignored;
    if (!fs::exists(path, ignored)) {
        clock::SystemRandom random;
        base::SecretBytes salt(items::mask_salt_bytes);
        random.fill(salt.writable());
        COMITY_TRY(files::write_text_file_atomically(path, base::to_hex(salt.view()) + "\n",
                                                     files::Readers::owner));
        return salt;
    }
    const std::string text = COMITY_TRY(files::read_text_file(path, 128));
    auto bytes = base::from_hex(std::string_view(text).substr(0, text.find('\n')));
    if (!bytes || bytes->size() != items::mask_salt_bytes) {
        return std::unexpected(base::Error{
            base::ErrorKind::malformed, "a salt is 64 hexadecimal digits", {}, {}, path, {}});
    }
    return base::SecretBytes(*std::move(bytes));
}

base::Result<Masking> masking_of(const Options& options) {
    const std::string text = COMITY_TRY(files::read_text_file(options.mask, items::max_mask_bytes));
    const auto spec = [&]() -> base::Result<items::MaskSpec> {
        const codec::Value value = COMITY_TRY(codec::parse(text));
        return items::read_mask(codec::canonical(value));
    }();
    if (!spec) {
        return std::unexpected(base::at_place(spec.error(), options.mask));
    }
    return Masking{*spec, COMITY_TRY(salt_of(options.salt))};
}

codec::Object told(const items::ItemDescriptor& descriptor) {
    codec::Object object;
    object["id"] = descriptor.id.hex();
    object["size"] = descriptor.size;
    object["segments"] = static_cast<std::int64_t>(items::segments_of(descriptor.size));
    return object;
}

/// Prints the answer or the error; gives the exit code.
int tell(const base::Result<codec::Object>& answer, const std::string& words,
         const Options& options) {
    if (!answer) {
        return report(answer.error(), options.json, std::cout, std::cerr);
    }
    std::cout << (options.json ? codec::canonical(*answer) : words) << "\n";
    return exit_done;
}

int run_seal(const Options& options) {
    clock::SystemRandom random;
    std::string words;
    const auto sealed = [&]() -> base::Result<codec::Object> {
        SealFile request;
        request.source = options.file;
        request.terms = COMITY_TRY(read_terms_file(options.terms));
        request.out = options.out;
        request.progress = progress_for(options, "sealing");
        if (!options.days.empty()) {
            request.days = options.days;
        }
        if (!options.mask.empty()) {
            request.masking = COMITY_TRY(masking_of(options));
        }
        const SealedFile done = COMITY_TRY(seal_file(std::move(request), random));
        codec::Object object = told(done.descriptor);
        object["resumed_at"] = static_cast<std::int64_t>(done.resumed_at);
        if (done.report) {
            object["report"] = codec::to_value(*done.report);
        }
        words = "sealed " + std::to_string(done.descriptor.size) + " bytes, item " +
                done.descriptor.id.hex();
        return object;
    }();
    return tell(sealed, words, options);
}

int run_open(const Options& options) {
    std::string words;
    const auto opened = [&]() -> base::Result<codec::Object> {
        softkeys::SoftSealer key = COMITY_TRY(softkeys::SoftSealer::load(options.key));
        const OpenedFile done = COMITY_TRY(open_file(
            {options.file, options.item, options.out, progress_for(options, "opening")}, key));
        codec::Object object = told(done.descriptor);
        object["resumed_at"] = static_cast<std::int64_t>(done.resumed_at);
        words = "opened " + std::to_string(done.descriptor.size) + " bytes of item " +
                done.descriptor.id.hex();
        for (const std::string& limit : done.descriptor.use_limits) {
            words += "\n  use limit: " + limit;
        }
        return object;
    }();
    return tell(opened, words, options);
}

int run_check(const Options& options) {
    std::string words;
    const auto checked = [&]() -> base::Result<codec::Object> {
        const auto descriptor =
            COMITY_TRY(check_file(options.file, options.item, progress_for(options, "checking")));
        words = "these are the sealed bytes of item " + descriptor.id.hex();
        return told(descriptor);
    }();
    return tell(checked, words, options);
}

int run_mask(const Options& options) {
    std::string words;
    const auto masked = [&]() -> base::Result<codec::Object> {
        Masking masking = COMITY_TRY(masking_of(options));
        const items::MaskReport made = COMITY_TRY(mask_file(
            options.file, std::move(masking), options.out, progress_for(options, "masking")));
        COMITY_TRY(files::write_text_file_atomically(options.report, codec::write(made) + "\n",
                                                     files::Readers::owner));
        words = "kept " + std::to_string(made.kept) + " of " + std::to_string(made.read) +
                " records, " + std::to_string(made.reduced) + " of them in part";
        return codec::to_value(made).get_object();
    }();
    return tell(masked, words, options);
}

int run_key(const Options& options) {
    std::string words;
    const auto made = [&]() -> base::Result<codec::Object> {
        const softkeys::SoftSealer key =
            COMITY_TRY(softkeys::SoftSealer::generate(crypto::Curve::p256));
        COMITY_TRY(key.save(options.out));
        codec::Object object;
        object["id"] = key.public_key().id().hex();
        object["jwk"] = key.public_key().jwk();
        words = codec::canonical(key.public_key().jwk());
        return object;
    }();
    return tell(made, words, options);
}

int run_upload(const Options& options) {
    std::string words;
    const auto uploaded = [&]() -> base::Result<codec::Object> {
        const Office office = COMITY_TRY(Office::of(options.dir));
        const ItemFile item = COMITY_TRY(read_item_file(options.item));
        COMITY_TRY(
            upload_item(office, options.file, item.descriptor, progress_for(options, "uploading")));
        words = "the node holds item " + item.descriptor.id.hex() +
                "\nNext: comity act submit --item " + options.item + " ...";
        return told(item.descriptor);
    }();
    return tell(uploaded, words, options);
}

int run_fetch(const Options& options) {
    std::string words;
    const auto fetched = [&]() -> base::Result<codec::Object> {
        const Office office = COMITY_TRY(Office::of(options.dir));
        const auto matter = COMITY_TRY(base::MatterId::parse(options.matter));
        const auto act = COMITY_TRY(base::Digest::from_hex(options.act));
        const ItemFile item = COMITY_TRY(item_of_act(office, matter, act));
        COMITY_TRY(fetch_item(office, item, options.out, progress_for(options, "fetching")));
        words = "fetched item " + item.descriptor.id.hex() + "\nNext: comity item open " +
                options.out + " --item " + options.out + ".item --key READER.pem --out FILE";
        return told(item.descriptor);
    }();
    return tell(fetched, words, options);
}

CLI::App* add_verb(CLI::App& item, Run& run, const std::shared_ptr<Options>& options,
                   const char* name, const char* meaning, int (*action)(const Options&)) {
    CLI::App* verb = item.add_subcommand(name, meaning);
    verb->add_flag("--json", options->json, "as JSON");
    verb->callback(
        [options, action, &run] { run.action = [options, action] { return action(*options); }; });
    return verb;
}

void add_seal(CLI::App& item, Run& run, const std::shared_ptr<Options>& options) {
    CLI::App* seal = add_verb(item, run, options, "seal", "Seal a file to its readers", run_seal);
    seal->add_option("file", options->file, "what is sealed")->required();
    seal->add_option("--terms", options->terms, "tier, end, use limits, readers")->required();
    seal->add_option("--out", options->out, "the sealed stream; OUT.item beside it")->required();
    seal->add_option("--days", options->days, "folder of day keys: the sealing can go on later");
    CLI::Option* mask =
        seal->add_option("--mask", options->mask, "seal the view that this mask gives");
    CLI::Option* salt = seal->add_option("--salt", options->salt, "the salt of its report");
    mask->needs(salt);
    salt->needs(mask);
    seal->footer(
        "Examples:\n"
        "  comity item seal mailbox.mbox --terms terms.json --out mailbox.sealed\n"
        "  comity item seal mailbox.mbox --terms terms.json --out mailbox.sealed --days days "
        "--mask order.json --salt order.salt");
}

void add_open(CLI::App& item, Run& run, const std::shared_ptr<Options>& options) {
    CLI::App* open = add_verb(item, run, options, "open", "Open a sealed stream", run_open);
    open->add_option("file", options->file, "the sealed stream")->required();
    open->add_option("--item", options->item, "its item file")->required();
    open->add_option("--key", options->key, "the reader's private key")->required();
    open->add_option("--out", options->out, "where the contents go")->required();
    open->footer(
        "Examples:\n"
        "  comity item open mailbox.sealed --item mailbox.sealed.item --key reader.pem "
        "--out mailbox.mbox\n"
        "  comity item open a.sealed --item a.sealed.item --key reader.pem --out a --json");
    CLI::App* check =
        add_verb(item, run, options, "check", "Check a sealed stream without a key", run_check);
    check->add_option("file", options->file, "the sealed stream")->required();
    check->add_option("--item", options->item, "its item file")->required();
    check->footer(
        "Examples:\n"
        "  comity item check mailbox.sealed --item mailbox.sealed.item\n"
        "  comity item check mailbox.sealed --item mailbox.sealed.item --json");
}

void add_transfers(CLI::App& item, Run& run, const std::shared_ptr<Options>& options) {
    CLI::App* upload = add_verb(item, run, options, "upload",
                                "Bring a sealed stream into one's own node", run_upload);
    upload->add_option("file", options->file, "the sealed stream")->required();
    upload->add_option("--item", options->item, "its item file")->required();
    upload->add_option("--dir", options->dir, "the node's folder; it is being served")->required();
    upload->footer(
        "Examples:\n"
        "  comity item upload mailbox.sealed --item mailbox.sealed.item --dir cirrus\n"
        "  comity item upload a.sealed --item a.sealed.item --dir cirrus --json");
    CLI::App* fetch =
        add_verb(item, run, options, "fetch",
                 "Bring an item that an act handed over out of one's own node", run_fetch);
    fetch->add_option("matter", options->matter, "the matter")->required();
    fetch->add_option("act", options->act, "the act that handed it over")->required();
    fetch->add_option("--dir", options->dir, "the node's folder; it is being served")->required();
    fetch->add_option("--out", options->out, "the sealed stream; OUT.item beside it")->required();
    fetch->footer(
        "Examples:\n"
        "  comity item fetch MATTER ACT --dir prosecution --out mailbox.sealed\n"
        "  comity item fetch MATTER ACT --dir prosecution --out mailbox.sealed --json");
}

}  // namespace

void add_item(CLI::App& app, Run& run) {
    CLI::App* item = app.add_subcommand("item", "Seal, open and mask large files");
    item->require_subcommand(1);
    const auto options = std::make_shared<Options>();
    add_seal(*item, run, options);
    add_open(*item, run, options);
    add_transfers(*item, run, options);
    CLI::App* mask = add_verb(*item, run, options, "mask", "Give a view of a record", run_mask);
    mask->add_option("file", options->file, "the record: mbox, eml, csv or jsonl")->required();
    mask->add_option("--mask", options->mask, "what stays")->required();
    mask->add_option("--out", options->out, "where the view goes")->required();
    mask->add_option("--report", options->report, "where the report goes")->required();
    mask->add_option("--salt", options->salt, "the report's salt; made if it is not there")
        ->required();
    mask->footer(
        "Examples:\n"
        "  comity item mask mailbox.mbox --mask order.json --salt order.salt --out view.mbox "
        "--report view.json\n"
        "  comity item mask access.jsonl --mask order.json --salt order.salt --out view.jsonl "
        "--report view.json --json");
    CLI::App* key = add_verb(*item, run, options, "key",
                             "Make a reader's sealing key and print its public half", run_key);
    key->add_option("out", options->out, "where the private key goes, mode 0600")->required();
    key->footer(
        "Examples:\n"
        "  comity item key reader.pem\n"
        "  comity item key reader.pem --json");
}

}  // namespace comity::app
