#include "domain/prooffile/within.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <set>

#include "domain/prooffile/timestamp.h"
#include "ground/crypto/crypto.h"

namespace comity::prooffile {
namespace {

constexpr std::string_view first_line = "comity-within 1";

std::unexpected<base::Error> wrong(std::string place, std::string what) {
    return std::unexpected(
        base::Error{base::ErrorKind::invalid, std::move(what), {}, {}, std::move(place), {}});
}

/// Leaves begin..end of a tree, of which some are known.
struct Part {
    std::size_t begin = 0;
    std::size_t end = 0;

    /// RFC 9162 2.1.1: the largest power of two smaller than the number of leaves.
    [[nodiscard]] std::size_t middle() const { return begin + std::bit_floor(end - begin - 1); }
};

bool holds_one(const std::vector<std::size_t>& places, Part part) {
    const auto first = std::ranges::lower_bound(places, part.begin);
    return first != places.end() && *first < part.end;
}

/// The roots of the largest subtrees without a place, left to right.
std::vector<base::Digest> others(std::span<const base::Digest> leaves,
                                 const std::vector<std::size_t>& places, Part part) {
    if (!holds_one(places, part)) {
        return {crypto::merkle_root(leaves.subspan(part.begin, part.end - part.begin))};
    }
    if (part.end - part.begin == 1) {
        return {};
    }
    std::vector<base::Digest> left = others(leaves, places, {part.begin, part.middle()});
    const std::vector<base::Digest> right = others(leaves, places, {part.middle(), part.end});
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

/// Computes a root from known leaves and the roots of all other subtrees.
class Rebuild {
 public:
    Rebuild(const std::vector<std::size_t>& places, std::span<const base::Digest> commitments,
            std::span<const base::Digest> tree)
        : places_(places), commitments_(commitments), tree_(tree) {}

    /// None if the hashes do not suffice.
    [[nodiscard]] std::optional<base::Digest> root(Part part) {
        if (!holds_one(places_, part)) {
            return next_of(tree_);
        }
        if (part.end - part.begin == 1) {
            const auto commitment = next_of(commitments_);
            return commitment ? std::optional(crypto::merkle_leaf(commitment->bytes))
                              : std::nullopt;
        }
        const auto left = root({part.begin, part.middle()});
        const auto right = left ? root({part.middle(), part.end}) : std::nullopt;
        return right ? std::optional(crypto::merkle_node(*left, *right)) : std::nullopt;
    }
    [[nodiscard]] bool used_all() const { return commitments_.empty() && tree_.empty(); }

 private:
    static std::optional<base::Digest> next_of(std::span<const base::Digest>& hashes) {
        if (hashes.empty()) {
            return std::nullopt;
        }
        const base::Digest first = hashes.front();
        hashes = hashes.subspan(1);
        return first;
    }

    const std::vector<std::size_t>& places_;
    std::span<const base::Digest> commitments_;
    std::span<const base::Digest> tree_;
};

enum class Side { order, request };

std::vector<std::size_t> places_of(const WithinProof& proof, Side side) {
    std::vector<std::size_t> places;
    places.reserve(proof.shared.size());
    for (const auto& [order, request] : proof.shared) {
        places.push_back(side == Side::order ? order : request);
    }
    return places;
}

std::vector<base::Digest> leaves_of(const casework::Act& act) {
    std::vector<base::Digest> leaves;
    for (const base::Digest& commitment : act.commitments) {
        leaves.push_back(crypto::merkle_leaf(commitment.bytes));
    }
    return leaves;
}

base::Result<void> check_side(const WithinProof& proof, Side side, const base::Digest& root) {
    const bool order = side == Side::order;
    const std::vector<std::size_t> places = places_of(proof, side);
    Rebuild rebuild(places, proof.commitments, order ? proof.order_tree : proof.request_tree);
    const auto found = rebuild.root({0, order ? proof.order_fields : proof.request_fields});
    if (!found || !rebuild.used_all() || *found != root) {
        return wrong(order ? "the order" : "the request",
                     "it does not hold the commitments of the proof");
    }
    return {};
}

/// How many hashes the tree of `fields` leaves needs beside those at `places`.
std::size_t others_count(const std::vector<std::size_t>& places, Part part) {
    if (!holds_one(places, part)) {
        return 1;
    }
    if (part.end - part.begin == 1) {
        return 0;
    }
    return others_count(places, {part.begin, part.middle()}) +
           others_count(places, {part.middle(), part.end});
}

base::Result<void> check_shape(const WithinProof& proof) {
    auto in_range = [](std::size_t fields) {
        return fields >= 1 && fields <= casework::max_fields;
    };
    if (!in_range(proof.order_fields) || !in_range(proof.request_fields) || proof.shared.empty()) {
        return wrong("line 4", "an act has 1 to 64 fields, and they share at least one");
    }
    for (std::size_t i = 0; i < proof.shared.size(); ++i) {
        const auto& [order, request] = proof.shared[i];
        const bool ascends =
            i == 0 || (proof.shared[i - 1].first < order && proof.shared[i - 1].second < request);
        if (!ascends || order >= proof.order_fields || request >= proof.request_fields) {
            return wrong("line 4", "places ascend in both acts, below the number of fields");
        }
    }
    return {};
}

/// A decimal number without leading zeros, at most 64.
std::optional<std::size_t> number_in(std::string_view text) {
    std::size_t value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = code == std::errc{} && end == text.data() + text.size();
    if (!whole || value > casework::max_fields || (text.size() > 1 && text.front() == '0')) {
        return std::nullopt;
    }
    return value;
}

/// Takes the next line, or word, from `text`.
std::string_view take(std::string_view& text, char end) {
    const std::size_t at = text.find(end);
    const std::string_view taken = text.substr(0, at);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
    return taken;
}

base::Result<base::ActId> id_in(std::string_view line, std::string_view word, std::string place) {
    if (!line.starts_with(word)) {
        return wrong(std::move(place), "`" + std::string(word) + "` and an act's id are expected");
    }
    const auto digest = base::Digest::from_hex(line.substr(word.size()));
    if (!digest) {
        return wrong(std::move(place), digest.error().what);
    }
    return base::ActId{*digest};
}

base::Result<void> read_fields(std::string_view line, WithinProof& proof) {
    if (take(line, ' ') != "fields") {
        return wrong("line 4", "`fields`, two numbers and pairs of places are expected");
    }
    const auto order = number_in(take(line, ' '));
    const auto request = number_in(take(line, ' '));
    if (!order || !request) {
        return wrong("line 4", "the numbers of fields are expected");
    }
    proof.order_fields = *order;
    proof.request_fields = *request;
    while (!line.empty()) {
        std::string_view pair = take(line, ' ');
        const auto first = number_in(take(pair, ':'));
        const auto second = number_in(pair);
        if (!first || !second) {
            return wrong("line 4", "a pair of places is expected");
        }
        proof.shared.emplace_back(*first, *second);
    }
    return check_shape(proof);
}

base::Result<void> read_hashes(std::string_view line, WithinProof& proof) {
    const auto bytes = base::from_base64(line);
    const std::size_t order = others_count(places_of(proof, Side::order), {0, proof.order_fields});
    const std::size_t request =
        others_count(places_of(proof, Side::request), {0, proof.request_fields});
    const std::size_t hashes = proof.shared.size() + order + request;
    if (!bytes || bytes->size() != hashes * sizeof(base::Digest::bytes)) {
        return wrong("line 5", std::to_string(hashes) + " hashes in base64 are expected");
    }
    for (std::size_t i = 0; i < hashes; ++i) {
        base::Digest hash;
        std::ranges::copy(base::ByteView(*bytes).subspan(i * hash.bytes.size(), hash.bytes.size()),
                          hash.bytes.begin());
        std::vector<base::Digest>& list = i < proof.shared.size()           ? proof.commitments
                                          : i < proof.shared.size() + order ? proof.order_tree
                                                                            : proof.request_tree;
        list.push_back(hash);
    }
    return {};
}

const ReportedAct* act_in(const Report& report, const base::ActId& id) {
    const auto found = std::ranges::find(report.acts, id, &ReportedAct::id);
    return found == report.acts.end() ? nullptr : &*found;
}

/// Whether `past` is among the acts that `act` knows, directly or through others.
bool knows(const Report& report, const ReportedAct& act, const base::ActId& past) {
    std::set<base::ActId> seen;
    std::vector<base::ActId> open = act.after;
    while (!open.empty()) {
        const base::ActId next = open.back();
        open.pop_back();
        if (next == past) {
            return true;
        }
        const ReportedAct* known = seen.insert(next).second ? act_in(report, next) : nullptr;
        if (known != nullptr) {
            open.insert(open.end(), known->after.begin(), known->after.end());
        }
    }
    return false;
}

/// Whether the order was there before the request, by its past or by the attested times.
bool came_first(const ReportedAct& order, const Report& report, const ReportedAct& request) {
    if (knows(report, request, order.id)) {
        return true;
    }
    if (!order.witnessed || !request.witnessed) {
        return false;
    }
    return std::max(order.at, *order.witnessed) <= std::min(request.at, *request.witnessed);
}

std::string said_of(const ReportedAct& act) {
    return (act.title.empty() ? "act" : act.title) + ", " + act.party.text() + ", " +
           act.at.text() + ", " + act.id.hex();
}

/// Why the two acts prove nothing yet; empty if both hang on the anchors.
std::string unrooted(const std::string& the, const Report& report, const ReportedAct* act) {
    if (act == nullptr) {
        return the + " is not in the file.";
    }
    if (!report.anchored) {
        return the + "'s file is not held by the anchors that were given.";
    }
    return act->rooted ? "" : the + "'s own chain is not proven: verify its file.";
}

/// Why the timestamp beside a file is not proven; empty if it is, or if there is none.
std::string undated(std::string_view which, const Report& report) {
    const auto step = std::ranges::find(report.steps, timestamp_check, &Step::what);
    return step == report.steps.end() || step->finding == Finding::holds
               ? ""
               : std::string(which) +
                     " has a timestamp beside it that is not proven: " + step->detail + ".";
}

}  // namespace

WithinAnswer judge_within(const WithinProof& proof, const Report& order_report,
                          const Report& request_report) {
    WithinAnswer answer;
    if (order_report.answer == Answer::invalid || request_report.answer == Answer::invalid) {
        return {Answer::invalid, "A proof file is INVALID: verify it.", {}, {}, {}};
    }
    const ReportedAct* order = act_in(order_report, proof.order);
    const ReportedAct* request = act_in(request_report, proof.request);
    if (order != nullptr && request != nullptr) {
        auto held = check_within(proof, order->fields, request->fields);
        if (proof.order_fields != order->field_count ||
            proof.request_fields != request->field_count) {
            held = wrong("line 4", "the acts have another number of fields");
        }
        if (!held) {
            return {Answer::invalid, held.error().text(), said_of(*order), said_of(*request), {}};
        }
        answer.order = said_of(*order);
        answer.request = said_of(*request);
        for (const auto& [place, other] : proof.shared) {
            answer.fields.push_back(place < order->paths.size() ? order->paths[place]
                                    : other < request->paths.size()
                                        ? request->paths[other]
                                        : "field " + std::to_string(place));
        }
    }
    answer.detail = unrooted("The order", order_report, order);
    if (answer.detail.empty()) {
        answer.detail = unrooted("The request", request_report, request);
    }
    if (answer.detail.empty()) {
        answer.detail = undated("The order", order_report);
    }
    if (answer.detail.empty()) {
        answer.detail = undated("The request", request_report);
    }
    if (answer.detail.empty() && !came_first(*order, request_report, *request)) {
        answer.detail = "That the order came before the request is not proven.";
    }
    if (answer.detail.empty()) {
        answer.answer = Answer::authentic;
        answer.detail = "The request repeats these fields of the order, and the order came first.";
    }
    return answer;
}

std::vector<SharedField> shared_fields(const casework::Act& order, const casework::Act& request) {
    std::vector<SharedField> shared;
    std::size_t next = 1;
    for (std::size_t i = 1; i < order.commitments.size(); ++i) {
        for (std::size_t j = next; j < request.commitments.size(); ++j) {
            if (order.commitments[i] == request.commitments[j]) {
                shared.emplace_back(i, j);
                next = j + 1;
                break;
            }
        }
    }
    return shared;
}

base::Result<WithinProof> prove_within(const casework::Act& order, const casework::Act& request,
                                       std::vector<SharedField> shared) {
    if (shared.empty()) {
        return base::fail(base::ErrorKind::not_found,
                          "the request repeats no commitment of the order",
                          "it was not drafted from the order, or the values differ");
    }
    std::ranges::sort(shared);
    WithinProof proof{order.id(),
                      request.id(),
                      order.commitments.size(),
                      request.commitments.size(),
                      std::move(shared),
                      {},
                      {},
                      {}};
    COMITY_TRY(check_shape(proof));
    for (const auto& [place, other] : proof.shared) {
        if (order.commitments[place] != request.commitments[other]) {
            return base::fail(base::ErrorKind::not_found, "the request does not repeat this field");
        }
        proof.commitments.push_back(order.commitments[place]);
    }
    proof.order_tree =
        others(leaves_of(order), places_of(proof, Side::order), {0, proof.order_fields});
    proof.request_tree =
        others(leaves_of(request), places_of(proof, Side::request), {0, proof.request_fields});
    return proof;
}

base::Result<void> check_within(const WithinProof& proof, const base::Digest& order_root,
                                const base::Digest& request_root) {
    COMITY_TRY(check_shape(proof));
    COMITY_TRY(check_side(proof, Side::order, order_root));
    return check_side(proof, Side::request, request_root);
}

std::string write_within(const WithinProof& proof) {
    std::string out = std::string(first_line) + "\norder " + proof.order.hex() + "\nrequest " +
                      proof.request.hex() + "\nfields " + std::to_string(proof.order_fields) + " " +
                      std::to_string(proof.request_fields);
    for (const auto& [order, request] : proof.shared) {
        out += " " + std::to_string(order) + ":" + std::to_string(request);
    }
    base::Bytes bytes;
    for (const auto* list : {&proof.commitments, &proof.order_tree, &proof.request_tree}) {
        for (const base::Digest& hash : *list) {
            bytes.insert(bytes.end(), hash.bytes.begin(), hash.bytes.end());
        }
    }
    return out + "\n" + base::to_base64(bytes) + "\n";
}

base::Result<WithinProof> read_within(std::string_view text) {
    if (text.size() > max_within_bytes) {
        return wrong("byte " + std::to_string(max_within_bytes), "the proof is too long");
    }
    if (std::ranges::count(text, '\n') != 5 || !text.ends_with('\n')) {
        return wrong("line 1", "this is not a proof of `comity proof within`: it has five lines");
    }
    const std::string_view whole = text;
    if (take(text, '\n') != first_line) {
        return wrong("line 1", "the first line is `comity-within 1`");
    }
    WithinProof proof;
    proof.order = COMITY_TRY(id_in(take(text, '\n'), "order ", "line 2"));
    proof.request = COMITY_TRY(id_in(take(text, '\n'), "request ", "line 3"));
    COMITY_TRY(read_fields(take(text, '\n'), proof));
    COMITY_TRY(read_hashes(take(text, '\n'), proof));
    if (write_within(proof) != whole) {
        return wrong("line 4", "the proof is written in another way than the one there is");
    }
    return proof;
}

}  // namespace comity::prooffile
