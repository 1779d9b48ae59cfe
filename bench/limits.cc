#include "bench/limits.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fcntl.h>
#include <unistd.h>

#include "adapter/softkeys/softkeys.h"
#include "ground/crypto/crypto.h"

namespace comity::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int verifications = 20'000;
constexpr int appends = 500;

class File {
 public:
    explicit File(const std::filesystem::path& path)
        : descriptor_(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() { ::close(descriptor_); }
    [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
    int descriptor_;
};

}  // namespace

base::Result<double> p256_verifications_per_second() {
    softkeys::SoftSigner signer =
        COMITY_TRY(softkeys::SoftSigner::generate(crypto::Algorithm::es256));
    const base::Bytes message(200, 0x42);
    const base::Bytes signature = COMITY_TRY(signer.sign(message));
    const crypto::Verifier verifier = COMITY_TRY(crypto::Verifier::of(signer.public_key()));
    const auto start = Clock::now();
    for (int i = 0; i < verifications; ++i) {
        COMITY_TRY(verifier.verify(message, signature));
    }
    return verifications / std::chrono::duration<double>(Clock::now() - start).count();
}

base::Result<std::vector<double>> fdatasync_seconds(const std::filesystem::path& folder) {
    const File file(folder / "fdatasync-probe");
    const std::array<char, 4096> block{};
    std::vector<double> times;
    for (int i = 0; i < appends; ++i) {
        const auto start = Clock::now();
        if (::write(file.descriptor(), block.data(), block.size()) !=
                static_cast<ssize_t>(block.size()) ||
            ::fdatasync(file.descriptor()) != 0) {
            return base::fail(base::ErrorKind::failure, "cannot append to the probe file");
        }
        times.push_back(std::chrono::duration<double>(Clock::now() - start).count());
    }
    return times;
}

double percentile(std::vector<double> values, double share) {
    if (values.empty()) {
        return 0;
    }
    std::ranges::sort(values);
    const auto index = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
    return values[index];
}

}  // namespace comity::bench
