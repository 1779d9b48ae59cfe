#include "domain/prooffile/timestamp.h"

#include <utility>

namespace comity::prooffile {
namespace {

using base::ErrorKind;

/// The request's nonce. Kind invalid if it was made for other bytes, or is no request.
base::Result<std::optional<base::Bytes>> nonce_of(const std::optional<std::string>& request,
                                                  const base::Digest& digest) {
    if (!request) {
        return std::nullopt;
    }
    auto read = COMITY_TRY(crypto::read_timestamp_request(base::view_of(*request)));
    if (read.digest != digest) {
        return base::fail(ErrorKind::invalid, "the request beside it is of another file");
    }
    return std::move(read.nonce);
}

/// A file cannot have existed before the date that it says it was exported at.
base::Result<void> check_order(const Report& report, base::Instant at,
                               const std::optional<Trust>& trust) {
    const auto exported = base::Instant::parse(report.exported_at);
    const std::int64_t leeway = 1000 * (1 + (trust ? trust->skew_seconds : 0));  // whole seconds
    if (exported && at.milliseconds + leeway < exported->milliseconds) {
        return base::fail(ErrorKind::not_proven,
                          "it is older than the export: " + report.exported_at);
    }
    return {};
}

base::Result<ReportedTimestamp> checked(const Report& report, std::string_view file,
                                        const TimestampBeside& beside,
                                        const std::optional<Trust>& trust) {
    if (!trust || !trust->timestamps) {
        return base::fail(ErrorKind::not_proven, "the trust names no authority for timestamps");
    }
    const base::Digest digest = crypto::sha256(file);
    const auto nonce = COMITY_TRY(nonce_of(beside.request, digest));
    const crypto::Timestamp timestamp = COMITY_TRY(crypto::verify_timestamp(
        base::view_of(beside.response), digest, *trust->timestamps, nonce));
    COMITY_TRY(check_order(report, timestamp.at, trust));
    return ReportedTimestamp{timestamp.at,     timestamp.authority, timestamp.certificate,
                             timestamp.serial, timestamp.policy,    nonce.has_value()};
}

}  // namespace

Report with_timestamp(Report report, std::string_view file, const TimestampBeside& beside,
                      const std::optional<Trust>& trust) {
    Step step{std::string(timestamp_check), "the timestamp", Finding::holds, {}, {}};
    auto found = checked(report, file, beside, trust);
    if (found) {
        step.detail = found->at.text() + ", " + found->authority;
        report.timestamp = *std::move(found);
    } else {
        step.finding =
            found.error().kind == ErrorKind::not_proven ? Finding::lacks : Finding::fails;
        step.detail = found.error().what;
        step.detail += found.error().why.empty() ? "" : ": " + found.error().why;
    }
    report.steps.push_back(std::move(step));
    report.decide();
    return report;
}

}  // namespace comity::prooffile
