// A real mailbox under a judge's order: masked to the order's scope, sealed, streamed from node to
// node through a crash, opened; mail with counsel found in it goes to a filter, which decides.

#include <algorithm>
#include <fmt/format.h>
#include <thread>

#include "adapter/files/files.h"
#include "adapter/records/records.h"
#include "app/comity/demo/chapters.h"
#include "app/comity/item_disk.h"
#include "app/comity/item_transfer.h"

namespace comity::app::demo {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;

constexpr std::uint64_t mailbox_seed = 20'261'123;
constexpr std::uint64_t mailbox_bytes = std::uint64_t{52} << 20;
constexpr base::Duration transfer_limit = std::chrono::seconds(60);
constexpr double mebibyte = 1 << 20;

double mib(std::uint64_t bytes) {
    return static_cast<double>(bytes) / mebibyte;
}

Progress silently() {
    return [](std::uint64_t, std::uint64_t) {};
}

struct Mailbox {
    fs::path path;
    fs::path desk;  ///< where officials keep what they work on
    records::GeneratedMailbox contents;
};

base::Result<Mailbox> make_mailbox(Stage& stage, const Records& records) {
    std::error_code error;
    Mailbox mailbox{records.folder / "mailbox.mbox", stage.cast().folder / "desk", {}};
    fs::create_directories(mailbox.desk, error);
    mailbox.contents = COMITY_TRY(records::write_generated_mailbox(mailbox.path, mailbox_seed,
                                                                   records.account, mailbox_bytes));
    stage.note(fmt::format(
        "the provider's mailbox: {:.1f} MiB, {} mails, {} attachments, {} with counsel (invented)",
        mib(mailbox.contents.bytes), mailbox.contents.mails, mailbox.contents.attachments,
        mailbox.contents.privileged + mailbox.contents.hidden_privileged));
    return mailbox;
}

/// What the order's scope leaves of it: a part of its time, without the counsel that is known.
items::MaskSpec scope_of(const Mailbox& mailbox, std::vector<std::string> withhold) {
    items::MaskSpec scope;
    scope.format = "mbox";
    const base::Duration all = mailbox.contents.last - mailbox.contents.first;
    scope.from = mailbox.contents.first + all / 10;
    scope.until = mailbox.contents.last - all / 20;
    scope.dated_by = "header";
    scope.parts = "all";
    if (!withhold.empty()) {
        scope.withhold = std::move(withhold);
    }
    return scope;
}

items::StreamTerms terms_for(Cast& cast, std::string_view reader) {
    const Official& official = cast.officials.find(reader)->second;
    items::StreamTerms terms;
    terms.realm = base::Realm::exercise;
    terms.media_type = "application/mbox";
    terms.tier = 4;
    terms.end = base::Date{base::utc_day_of(cast.clock.now()).days + 180};
    terms.use_limits = {"purpose: stated-case, imminent-threat (XA-XB/EE 7(1))",
                        "no onward transfer without the origin's consent (XA-XB/EE 7(3))"};
    terms.readers = {
        {base::PartyId::parse(official.institution).value(), official.sealing->public_key()}};
    return terms;
}

struct SealedView {
    ItemFile item;
    std::int64_t mails = 0;
};
/// Seals what the mask leaves, and brings it into the provider's node.
base::Result<SealedView> seal_and_upload(Stage& stage, const Mailbox& mailbox,
                                         const items::MaskSpec& scope, std::string_view reader,
                                         const fs::path& out) {
    Cast& cast = stage.cast();
    base::SecretBytes salt(items::mask_salt_bytes);
    cast.random.fill(salt.writable());
    SealFile request;
    request.source = mailbox.path;
    request.terms = terms_for(cast, reader);
    request.out = out;
    request.masking = Masking{scope, std::move(salt)};
    const auto start = std::chrono::steady_clock::now();
    const SealedFile sealed = COMITY_TRY(seal_file(std::move(request), cast.random));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    stage.note(fmt::format(
        "masked to the order: {} of {} mails stay, {} outside its time, {} with counsel withheld",
        sealed.report->kept, sealed.report->read, sealed.report->withheld.outside_time,
        sealed.report->withheld.withheld_correspondents));
    stage.note(fmt::format("sealed to {}: {:.1f} MiB in {} segments ({:.1f} s)", reader,
                           mib(static_cast<std::uint64_t>(sealed.descriptor.size)),
                           items::segments_of(sealed.descriptor.size), took.count()));
    const Office& office = *cast.institutions.find(provider)->second.office;
    COMITY_TRY(upload_item(office, out, sealed.descriptor, silently()));
    return SealedView{COMITY_TRY(read_item_file(out.string() + ".item")), sealed.report->kept};
}

codec::Object for_filter(const ItemFile& item) {
    codec::Object fields;
    fields["item"] = codec::to_value(item.descriptor);
    fields["category"] = "content";
    return fields;
}

codec::Object production_of(const SealedView& view) {
    codec::Object fields = for_filter(view.item);
    fields["records"] = view.mails;
    return fields;
}

std::vector<casework::ShippedItem> shipped(const ItemFile& item) {
    return {casework::ShippedItem{item.descriptor.id, item.box}};
}

/// How the item's copy stands at the node of `party`: coming, here, erased.
base::Result<std::string> copy_at(Stage& stage, std::string_view party,
                                  const ActReceipt& produced) {
    const Office& office = *stage.cast().institutions.find(party)->second.office;
    const codec::Value view = COMITY_TRY(office.get("/matters/" + produced.matter.text()));
    for (const codec::Value& one : view.get_object().at("releases").get_array()) {
        if (one.get_object().at("act") == codec::Value(produced.act.hex())) {
            return std::string(one.get_object().at("copy").get_string());
        }
    }
    return base::fail(ErrorKind::not_found, "that act handed over nothing");
}

base::Result<void> wait_for_copy(Stage& stage, std::string_view party, const ActReceipt& produced) {
    const auto start = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - start < transfer_limit) {
        if (COMITY_TRY(copy_at(stage, party, produced)) == "here") {
            return {};
        }
        if (stage.cast().signals.wait(std::chrono::milliseconds(10))) {
            return base::fail(ErrorKind::failure, "stopped");
        }
        COMITY_TRY(stage.cast().children.check());
    }
    return base::fail(ErrorKind::unavailable, "the stream did not come to " + std::string(party));
}

/// Fetches the item from the reader's own node and opens it with the reader's key.
base::Result<fs::path> open_at_desk(Stage& stage, std::string_view reader,
                                    const ActReceipt& produced, const fs::path& at) {
    Cast& cast = stage.cast();
    const Official& official = cast.officials.find(reader)->second;
    const Office& office = *cast.institutions.find(official.institution)->second.office;
    const ItemFile item = COMITY_TRY(item_of_act(office, produced.matter, produced.act));
    COMITY_TRY(fetch_item(office, item, at, silently()));
    const fs::path out = at.string() + ".mbox";
    const OpenedFile opened =
        COMITY_TRY(open_file({at, at.string() + ".item", out, silently()}, *official.sealing));
    stage.note(fmt::format("{} opens {:.1f} MiB", reader,
                           mib(static_cast<std::uint64_t>(opened.descriptor.size))));
    return out;
}

/// How often `text` stands in a file; memory does not grow with it.
base::Result<std::uint64_t> occurrences(const fs::path& path, std::string_view text) {
    const DiskFile file = COMITY_TRY(DiskFile::open(path, DiskFile::Mode::read));
    std::string window;
    std::uint64_t found = 0;
    for (std::uint64_t offset = 0;;) {
        std::string part(std::size_t{1} << 20, '\0');
        part.resize(COMITY_TRY(file.read(
            offset, std::span(reinterpret_cast<std::uint8_t*>(part.data()), part.size()))));
        if (part.empty()) {
            return found;
        }
        offset += part.size();
        window += part;
        for (std::size_t at = window.find(text); at != std::string::npos;
             at = window.find(text, at + 1)) {
            ++found;
        }
        window.erase(0, window.size() - std::min(window.size(), text.size() - 1));
    }
}

/// Handed over; the provider's node dies while the stream is under way, and it arrives all the
/// same.
base::Result<ActReceipt> hand_over(Affair& affair, const SealedView& view) {
    Stage& stage = affair.stage();
    const ActReceipt produced =
        COMITY_TRY(affair.take(custodian, "produce", production_of(view), shipped(view.item)));
    COMITY_TRY(stage.kill_and_restart(provider));
    const auto start = std::chrono::steady_clock::now();
    COMITY_TRY(affair.arrived(prosecution));
    COMITY_TRY(wait_for_copy(stage, prosecution, produced));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    stage.note(
        fmt::format("the stream is whole at the prosecution's node ({:.1f} s)", took.count()));
    for (const std::string_view party : {provider, prosecution}) {
        const auto& folder = stage.cast().institutions.find(party)->second.folder;
        stage.note(fmt::format("peak memory of the node {}: {:.0f} MiB", party,
                               mib(COMITY_TRY(stage.cast().children.peak_memory(folder)))));
    }
    return produced;
}

/// Mail with counsel is found: set apart, given to a filter, who reports; the judge confirms.
base::Result<void> filter_privileged(Affair& affair, const Mailbox& mailbox,
                                     const ActReceipt& produced) {
    Stage& stage = affair.stage();
    const ActReceipt apart = COMITY_TRY(affair.take(
        investigator, "set-apart",
        naming("item", produced, {{"description", "Forwarded mails of a lawyer (invented)"}})));
    COMITY_TRY(affair.refused({"the investigator goes on reading what was set apart",
                               ErrorKind::inadmissible, "disclosure/set-apart"},
                              investigator, "open-item", naming("item", produced)));
    COMITY_TRY(affair.take(judge, "name-filter", {{"filter", std::string(board)}}));
    const SealedView copy = COMITY_TRY(seal_and_upload(
        stage, mailbox, scope_of(mailbox, {}), auditor, mailbox.desk / "for-filter.sealed"));
    const ActReceipt given = COMITY_TRY(
        affair.take(custodian, "produce-for-filter", for_filter(copy.item), shipped(copy.item)));
    COMITY_TRY(affair.arrived(board));
    COMITY_TRY(wait_for_copy(stage, board, given));
    COMITY_TRY(affair.take(auditor, "open-filtered", naming("item", given)));
    const fs::path read =
        COMITY_TRY(open_at_desk(stage, auditor, given, mailbox.desk / "filter.sealed"));
    const std::uint64_t found = COMITY_TRY(occurrences(read, mailbox.contents.counsel));
    COMITY_TRY(affair.take(
        auditor, "report-privilege",
        naming("item", given,
               {{"finding", fmt::format("The lawyer's address stands in it {} times.", found)}})));
    COMITY_TRY(affair.take(
        judge, "confirm-privilege",
        naming("item", produced,
               {{"reasons", fmt::format("Privileged; act {} stands.", apart.act.hex())}})));
    return {};
}

/// Every copy of the tainted item ends at its holder; the nodes cannot read it any more.
base::Result<void> erase_tainted(Affair& affair, const ActReceipt& produced) {
    Stage& stage = affair.stage();
    COMITY_TRY(affair.take(
        prosecutor, "erase-copy",
        naming("produced", produced,
               {{"places", codec::Array{"disk of the node", "the investigator's desk"}}})));
    if (COMITY_TRY(copy_at(stage, prosecution, produced)) != "erased") {
        return base::fail(ErrorKind::failure, "the receipt was given, the item is still there");
    }
    stage.note("its key is destroyed with the receipt; no back-up of the node opens it");
    return {};
}

}  // namespace

base::Result<void> read_a_mailbox(Stage& stage, const Records& records, Chapters& chapters) {
    stage.heading("A mailbox of 50 MiB under a judge's order, and mail with counsel in it");
    const Mailbox mailbox = COMITY_TRY(make_mailbox(stage, records));
    Affair affair = COMITY_TRY(order_content(stage, records));
    COMITY_TRY(affair.take(central_reviewer, "clear", {}));
    // The provider does not know of the lawyer yet: the mask cuts by time alone.
    const SealedView view = COMITY_TRY(seal_and_upload(
        stage, mailbox, scope_of(mailbox, {}), investigator, mailbox.desk / "mailbox.sealed"));
    const ActReceipt produced = COMITY_TRY(hand_over(affair, view));
    COMITY_TRY(affair.take(investigator, "open-item", naming("item", produced)));
    const fs::path read =
        COMITY_TRY(open_at_desk(stage, investigator, produced, mailbox.desk / "read.sealed"));
    const std::uint64_t tainted = COMITY_TRY(occurrences(read, mailbox.contents.counsel));
    if (tainted == 0) {
        return base::fail(ErrorKind::failure, "the mailbox was to hold mail with counsel");
    }
    COMITY_TRY(filter_privileged(affair, mailbox, produced));
    COMITY_TRY(erase_tainted(affair, produced));

    const SealedView clean =
        COMITY_TRY(seal_and_upload(stage, mailbox, scope_of(mailbox, {mailbox.contents.counsel}),
                                   investigator, mailbox.desk / "clean.sealed"));
    const ActReceipt again =
        COMITY_TRY(affair.take(custodian, "produce", production_of(clean), shipped(clean.item)));
    COMITY_TRY(affair.arrived(prosecution));
    COMITY_TRY(wait_for_copy(stage, prosecution, again));
    COMITY_TRY(affair.take(investigator, "open-item", naming("item", again)));
    const fs::path reread =
        COMITY_TRY(open_at_desk(stage, investigator, again, mailbox.desk / "clean-read.sealed"));
    if (COMITY_TRY(occurrences(reread, mailbox.contents.counsel)) != 0) {
        return base::fail(ErrorKind::failure, "mail with counsel came through the mask");
    }
    stage.note("without counsel this time: the lawyer's address stands in it nowhere");
    chapters.prove("mailbox", affair);
    return {};
}

}  // namespace comity::app::demo
