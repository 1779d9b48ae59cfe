// A stream from node to node, as real processes with real disks do it, against a bare TLS stream
// of as many bytes into a synced file in the same run. Counted from the answer to the act that
// hands it over until the reader's node holds it whole, checked and synced.

#include <charconv>
#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <sstream>

#include "app/comity/demo/chapters.h"
#include "app/comity/item_disk.h"
#include "app/comity/item_transfer.h"
#include "bench/bare_tls.h"

namespace {

using namespace comity;
namespace demo = app::demo;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t default_mib = 1024;
constexpr double mebibyte = 1 << 20;
constexpr base::Duration between_looks = std::chrono::milliseconds(5);
constexpr base::Duration longest_transfer = std::chrono::minutes(10);

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// A file that no compression and no hole makes smaller.
base::Result<fs::path> make_source(demo::Cast& cast, const fs::path& folder, std::uint64_t mib) {
    const fs::path path = folder / "source";
    auto file = COMITY_TRY(app::DiskFile::open(path, app::DiskFile::Mode::make));
    base::Bytes block(std::size_t{1} << 20);
    cast.random.fill(block);
    for (std::uint64_t i = 0; i < mib; ++i) {
        block[i % block.size()] ^= static_cast<std::uint8_t>(i);
        COMITY_TRY(file.write(i << 20, block));
    }
    return path;
}

/// Sealed by the provider and brought into its node; the bytes to carry.
base::Result<app::ItemFile> seal(demo::Cast& cast, const fs::path& source, const fs::path& out) {
    const demo::Official& reader = cast.officials.find(demo::investigator)->second;
    app::SealFile request;
    request.source = source;
    request.out = out;
    request.terms.realm = base::Realm::exercise;
    request.terms.media_type = "application/mbox";
    request.terms.tier = 4;
    request.terms.end = base::Date{base::utc_day_of(cast.clock.now()).days + 180};
    request.terms.readers = {
        {COMITY_TRY(base::PartyId::parse(reader.institution)), reader.sealing->public_key()}};
    const app::SealedFile sealed = COMITY_TRY(app::seal_file(std::move(request), cast.random));
    const app::Office& office = *cast.institutions.find(demo::provider)->second.office;
    COMITY_TRY(app::upload_item(office, out, sealed.descriptor, [](auto, auto) {}));
    return app::read_item_file(out.string() + ".item");
}

/// Seconds from the act until the reader's node holds the stream.
base::Result<double> carry(demo::Affair& affair, const app::ItemFile& item) {
    demo::Cast& cast = affair.cast();
    codec::Object fields;
    fields["item"] = codec::to_value(item.descriptor);
    fields["category"] = "content";
    fields["records"] = 1;
    COMITY_TRY(affair.take(demo::custodian, "produce", std::move(fields),
                           {casework::ShippedItem{item.descriptor.id, item.box}}));
    const app::Office& office = *cast.institutions.find(demo::prosecution)->second.office;
    const auto start = Clock::now();
    while (seconds_since(start) < static_cast<double>(longest_transfer.count()) / 1e3) {
        const codec::Value state =
            COMITY_TRY(office.get("/items/" + item.descriptor.id.hex() + "/upload"));
        if (state.get_object().at("kept").get_bool()) {
            return seconds_since(start);
        }
        COMITY_TRY(cast.children.check());
        (void)cast.signals.wait(between_looks);
    }
    return base::fail(base::ErrorKind::unavailable, "the stream did not arrive");
}

base::Result<void> measure(const fs::path& folder, const fs::path& program, std::uint64_t mib) {
    const std::unique_ptr<demo::Cast> cast = COMITY_TRY(demo::assemble(folder, COMITY_LAW));
    cast->children.use_program(program);
    std::ostringstream quiet;
    demo::Stage stage(*cast, quiet);
    COMITY_TRY(demo::start_all(*cast));
    COMITY_TRY(demo::accredit(stage));
    COMITY_TRY(demo::inaugurate(stage));
    demo::Affair affair =
        COMITY_TRY(demo::order_content(stage, {folder, "account@cirrus.example"}));
    COMITY_TRY(affair.take(demo::central_reviewer, "clear", {}));
    const fs::path source = COMITY_TRY(make_source(*cast, folder, mib));
    const app::ItemFile item = COMITY_TRY(seal(*cast, source, folder / "sealed"));
    const std::uint64_t bytes = items::sealed_size_of(item.descriptor.size);

    const fs::path identity = cast->institutions.find(demo::provider)->second.folder / "keys";
    const double bare = COMITY_TRY(bench::bare_tls_seconds(
        {identity / "tls.crt", identity / "tls.key"}, folder / "sealed", folder / "bare"));
    fs::remove(folder / "bare");
    const double carried = COMITY_TRY(carry(affair, item));
    const double again = COMITY_TRY(bench::bare_tls_seconds(
        {identity / "tls.crt", identity / "tls.key"}, folder / "sealed", folder / "bare"));
    const auto rate = [&](double seconds) {
        return static_cast<double>(bytes) / mebibyte / seconds;
    };
    fmt::print("machine   bare TLS into a synced file, before  {:10.0f} MiB/s\n", rate(bare));
    fmt::print("machine   bare TLS into a synced file, after   {:10.0f} MiB/s\n", rate(again));
    fmt::print("stream    node to node, {:5} MiB              {:10.0f} MiB/s\n", mib,
               rate(carried));
    for (const std::string_view party : {demo::provider, demo::prosecution}) {
        const auto& node = cast->institutions.find(party)->second.folder;
        fmt::print("memory    peak of the node {:<16}    {:10.0f} MiB  (goal <= 150)\n", party,
                   static_cast<double>(COMITY_TRY(cast->children.peak_memory(node))) / mebibyte);
    }
    fmt::print("ratio     node to node / bare TLS              {:10.1f} %  (goal >= 60 %)\n",
               100 * (bare + again) / 2 / carried);
    return {};
}

}  // namespace

int main(int count, char** words) {
    std::uint64_t mib = default_mib;
    if (count > 1) {
        const std::string_view text = words[1];
        const auto read = std::from_chars(text.data(), text.data() + text.size(), mib);
        if (count > 2 || read.ec != std::errc{} || read.ptr != text.data() + text.size() ||
            mib == 0) {
            fmt::print(stderr, "usage: stream-bench [MIB]\n");
            return 2;
        }
    }
    const fs::path folder = fs::current_path() / fmt::format("stream-bench-{}", ::getpid());
    fs::create_directories(folder);
    const fs::path program = fs::canonical("/proc/self/exe").parent_path() / "comity";
    const auto measured = measure(folder, program, mib);
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    if (!measured) {
        fmt::print(stderr, "stream-bench: {}\n", measured.error().text());
        return 1;
    }
    return 0;
}
