// Sealing and opening large items against the cipher's and the hash's own rates in the same run,
// and the memory that 4 GiB take through the file path.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <openssl/evp.h>
#include <spawn.h>
#include <string_view>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapter/blobs/blobs.h"
#include "adapter/clock/clock.h"
#include "adapter/records/records.h"
#include "domain/items/detail/segments.h"
#include "domain/items/items.h"
#include "ground/crypto/testing.h"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX has it declared by us

namespace {

using namespace comity;
using Clock = std::chrono::steady_clock;

constexpr std::size_t buffer_bytes = std::size_t{128} << 20;
constexpr std::size_t piece_bytes = items::segment_bytes;
constexpr int rounds = 7;
constexpr std::uint64_t large_bytes = std::uint64_t{4} << 30;
constexpr std::size_t read_bytes = std::size_t{1} << 20;

/// Seconds that this thread has had of a core: what else runs on the machine does not count.
double core_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

/// The best of several rounds, in bytes for each second of a core.
struct Best {
    double rate = 0;
    template <class Work>
    void round(Work work) {
        const double start = core_seconds();
        work();
        rate = std::max(rate, static_cast<double>(buffer_bytes) / (core_seconds() - start));
    }
};

void require(bool holds) {
    if (!holds) {
        fmt::print(stderr, "items-bench: a step failed\n");
        std::abort();
    }
}

items::StreamTerms terms_for(const crypto::SealingKey& reader) {
    items::StreamTerms terms;
    terms.media_type = "application/mbox";
    terms.tier = 4;
    terms.end = base::Date{22000};
    terms.readers = {{*base::PartyId::parse("reader"), reader}};
    return terms;
}

/// One AES-256-GCM over all of it, into one piece of memory.
void cipher_alone(base::ByteView buffer, std::span<std::uint8_t> out) {
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
        EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    const std::array<std::uint8_t, 32> key{1};
    const std::array<std::uint8_t, 12> nonce{2};
    require(EVP_EncryptInit_ex2(context.get(), EVP_aes_256_gcm(), key.data(), nonce.data(),
                                nullptr) == 1);
    int written = 0;
    for (; !buffer.empty(); buffer = buffer.subspan(piece_bytes)) {
        require(EVP_EncryptUpdate(context.get(), out.data(), &written, buffer.data(),
                                  static_cast<int>(piece_bytes)) == 1);
    }
}

void hash_alone(base::ByteView buffer) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    require(EVP_DigestInit_ex2(context.get(), EVP_sha256(), nullptr) == 1);
    require(EVP_DigestUpdate(context.get(), buffer.data(), buffer.size()) == 1);
    std::array<std::uint8_t, 32> digest{};
    require(EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1);
}

void seal_alone(base::ByteView buffer, crypto::Random& random, std::span<std::uint8_t> out) {
    items::detail::SegmentCipher cipher(base::SecretBytes(items::file_key_bytes), {});
    for (std::uint64_t index = 0; !buffer.empty(); buffer = buffer.subspan(piece_bytes)) {
        cipher.seal(index++, items::detail::Position::inner, buffer.first(piece_bytes), random,
                    out);
    }
}

void print_ratio(std::string_view what, double ratio, int goal) {
    fmt::print("ratio     {:<44} {:6.1f} %  (goal >= {} %)\n", what, 100 * ratio, goal);
}

base::Bytes filled_buffer() {
    base::Bytes buffer(buffer_bytes);
    for (std::size_t i = 0; i < buffer.size(); ++i) {
        buffer[i] = static_cast<std::uint8_t>(i * 2654435761U >> 13);
    }
    return buffer;
}

/// A stream in memory, for opening.
struct Sealed {
    items::ItemDescriptor descriptor;
    base::SecretBytes file_key;
    base::Bytes bytes;
};

Sealed seal_in_memory(base::ByteView buffer, const items::StreamTerms& terms,
                      crypto::Random& random) {
    Sealed sealed;
    sealed.bytes.reserve(items::sealed_size_of(buffer_bytes));
    auto sealer = items::Sealer::start(terms, random);
    require(sealer.has_value());
    sealed.file_key = sealer->file_key().clone();
    const items::SegmentSink keep = [&](const items::SealedSegment& segment) {
        base::append(sealed.bytes, segment.bytes);
        return base::Result<void>{};
    };
    require(sealer->write(buffer, keep).has_value());
    auto stream = sealer->finish(keep);
    require(stream.has_value());
    sealed.descriptor = std::move(stream->descriptor);
    return sealed;
}

void seal_with_digest(base::ByteView buffer, const items::StreamTerms& terms,
                      crypto::Random& random) {
    const items::SegmentSink drop = [](const items::SealedSegment&) {
        return base::Result<void>{};
    };
    auto sealer = items::Sealer::start(terms, random);
    require(sealer && sealer->write(buffer, drop) && sealer->finish(drop));
}

void open_with_digest(const Sealed& sealed) {
    const items::PlaintextSink drop = [](std::uint64_t, base::ByteView) {
        return base::Result<void>{};
    };
    auto opener = items::Opener::start(sealed.descriptor, sealed.file_key.clone());
    require(opener && opener->write(sealed.bytes, drop) && opener->finish());
}

void measure_rates() {
    clock::SystemRandom random;
    const crypto::HeldSealingKey reader(crypto::Curve::p256, random);
    const items::StreamTerms terms = terms_for(reader.public_key());
    const base::Bytes buffer = filled_buffer();
    const Sealed sealed = seal_in_memory(buffer, terms, random);
    base::Bytes piece(items::sealed_segment_bytes);
    Best cipher;
    Best hash;
    Best sealing;
    Best sealing_with_digest;
    Best opening;
    for (int i = 0; i < rounds; ++i) {
        cipher.round([&] { cipher_alone(buffer, piece); });
        hash.round([&] { hash_alone(buffer); });
        sealing.round([&] { seal_alone(buffer, random, piece); });
        sealing_with_digest.round([&] { seal_with_digest(buffer, terms, random); });
        opening.round([&] { open_with_digest(sealed); });
    }
    const double both = 1 / (1 / cipher.rate + 1 / hash.rate);
    fmt::print("machine   AES-256-GCM, one core                      {:8.0f} MB/s\n",
               cipher.rate / 1e6);
    fmt::print("machine   SHA-256, one core                          {:8.0f} MB/s\n",
               hash.rate / 1e6);
    fmt::print("items     sealing, without and with digest           {:8.0f} MB/s {:8.0f} MB/s\n",
               sealing.rate / 1e6, sealing_with_digest.rate / 1e6);
    fmt::print("items     opening, with digest                       {:8.0f} MB/s\n",
               opening.rate / 1e6);
    print_ratio("sealing / cipher", sealing.rate / cipher.rate, 60);
    print_ratio("sealing with digest / 1/(1/cipher+1/hash)", sealing_with_digest.rate / both, 60);
    print_ratio("opening with digest / 1/(1/cipher+1/hash)", opening.rate / both, 60);
}

/// What a mask makes of a generated mailbox of 50 MB, in bytes of the mailbox a second.
void measure_mask() {
    std::string mailbox;
    const auto made = records::generate_mailbox(2031, "talor.venim@cirrus.example", 50'000'000,
                                                [&](std::string_view mail) {
                                                    mailbox += mail;
                                                    return base::Result<void>{};
                                                });
    require(made.has_value());
    items::MaskSpec spec;
    spec.format = "mbox";
    spec.parts = "without-attachments";
    spec.withhold = {made->counsel};
    const auto mask = items::make_mask(spec, base::SecretBytes(items::mask_salt_bytes));
    require(mask.has_value());
    const double start = core_seconds();
    const items::MaskSink drop = [](base::ByteView) { return base::Result<void>{}; };
    require((*mask)->write(base::view_of(mailbox), drop) && (*mask)->finish(drop));
    const double took = core_seconds() - start;
    fmt::print("items     masking a mailbox of {:.0f} MB                {:8.0f} MB/s\n",
               static_cast<double>(mailbox.size()) / 1e6,
               static_cast<double>(mailbox.size()) / took / 1e6);
}

/// 4 GiB from a file, sealed into blobs, kept, read back and opened. The child's whole life.
int file_path(const std::filesystem::path& folder) {
    clock::SystemRandom random;
    crypto::HeldSealingKey reader(crypto::Curve::p256, random);
    const int source = ::open((folder / "plaintext").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    require(source >= 0 && ::ftruncate(source, static_cast<off_t>(large_bytes)) == 0);
    auto blobs = blobs::FileBlobs::open(folder / "blobs");
    auto sealer = items::Sealer::start(terms_for(reader.public_key()), random);
    require(blobs.has_value() && sealer.has_value());
    const auto upload = *ports::BlobName::parse("upload");
    std::uint64_t size = 0;
    const items::SegmentSink keep = [&](const items::SealedSegment& segment) {
        auto appended = (*blobs)->append(upload, size, segment.bytes);
        size += segment.bytes.size();
        return appended;
    };
    base::Bytes buffer(read_bytes);
    for (ssize_t got = 0; (got = ::read(source, buffer.data(), buffer.size())) > 0;) {
        const auto part = base::ByteView(buffer).first(static_cast<std::size_t>(got));
        require(sealer->write(part, keep).has_value());
    }
    const auto stream = sealer->finish(keep);
    require(stream.has_value());
    require(
        (*blobs)->keep(upload, stream->descriptor.id, ports::BlobCheck::read_again).has_value());
    auto file_key = items::open_box(stream->descriptor, stream->box, reader);
    auto opener = items::Opener::start(stream->descriptor, *std::move(file_key));
    std::uint64_t opened = 0;
    for (std::uint64_t at = 0; at < size; at += buffer.size()) {
        const auto got = (*blobs)->read(stream->descriptor.id, at, buffer);
        require(got.has_value());
        require(opener
                    ->write(base::ByteView(buffer).first(*got),
                            [&](std::uint64_t, base::ByteView bytes) {
                                opened += bytes.size();
                                return base::Result<void>{};
                            })
                    .has_value());
    }
    require(opener->finish().has_value() && opened == large_bytes);
    ::close(source);
    return 0;
}

void measure_memory(const char* program, const std::filesystem::path& folder) {
    std::string name = program;
    std::string option = "--file-path";
    std::string path = folder.string();
    std::array<char*, 4> arguments{name.data(), option.data(), path.data(), nullptr};
    pid_t child = 0;
    const auto start = Clock::now();
    require(::posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, arguments.data(), environ) ==
            0);
    int status = 0;
    rusage used{};
    require(::wait4(child, &status, 0, &used) == child && status == 0);
    const std::chrono::duration<double> took = Clock::now() - start;
    fmt::print("items     4 GiB sealed to a file, kept, opened       {:8.1f} s\n", took.count());
    fmt::print(
        "memory    peak, 4 GiB through the file path          {:8.1f} MB  (goal <= 150 MB)\n",
        static_cast<double>(used.ru_maxrss) * 1024 / 1e6);
}

}  // namespace

int main(int count, char** arguments) {
    if (count == 3 && std::string_view(arguments[1]) == "--file-path") {
        return file_path(arguments[2]);
    }
    const std::filesystem::path folder =
        std::filesystem::current_path() / fmt::format("items-bench-{}", ::getpid());
    std::filesystem::create_directories(folder);
    measure_memory(arguments[0], folder);  // first, while this process is small
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
    measure_rates();
    measure_mask();
    return 0;
}
