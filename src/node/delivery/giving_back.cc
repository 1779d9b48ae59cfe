#include "node/delivery/giving_back.h"

#include <algorithm>
#include <iterator>

#include "node/delivery/shipping.h"
#include "node/submit/body.h"
#include "node/submit/restoring.h"

namespace comity::delivery {
namespace {

/// So that one question costs no more than it may, however much of it is left out.
constexpr std::size_t most_entries_looked_at = 4096;

bool is_party(const submit::Matter& matter, const base::PartyId& party) {
    // Of a matter whose bodies are erased the parties are not known any more; who wrote in it was
    // one of them.
    return matter.state.side_of(party).has_value() || !matter.dossier.chain(party).empty();
}

/// An entry as it is kept here, with its openings if they are still readable.
base::Result<casework::ProvenEntry> kept_entry(const submit::Institution& institution,
                                               const casework::EntryId& id) {
    const ports::StoredEntry row = COMITY_TRY(institution.ports().store.entry(id));
    auto body = submit::open_body(row, institution.ports().day_keys);
    if (!body && body.error().kind != base::ErrorKind::not_found) {
        return std::unexpected(std::move(body).error());
    }
    if (row.leaf >= 0 && body) {
        return institution.proven(id);
    }
    const casework::Entry entry = COMITY_TRY(submit::entry_of(row, body ? *body : submit::Body{}));
    casework::ProvenEntry proven;
    if (const auto* act = std::get_if<casework::Act>(&entry)) {
        proven.act = *act;
    } else {
        proven.receipt = std::get<casework::Receipt>(entry);
    }
    if (row.leaf < 0 && !row.transport.empty()) {
        proven.proof = COMITY_TRY(codec::read_text<casework::LeafProof>(row.transport));
    }
    return proven;
}

/// One answer in the making.
class Giving {
 public:
    Giving(const submit::Institution& institution, const base::PartyId& asking,
           const GiveBack& question)
        : institution_(institution), asking_(asking), question_(question) {}

    [[nodiscard]] base::Result<GivenBack> run() {
        for (const auto& [id, matter] : institution_.matters()) {
            if (question_.after && id < question_.after->matter) {
                continue;
            }
            if (is_party(matter, asking_) && !COMITY_TRY(give_chain(id, matter))) {
                return std::move(given_);
            }
        }
        given_.next.reset();
        return std::move(given_);
    }

 private:
    /// False once the answer is full.
    [[nodiscard]] base::Result<bool> give_chain(const base::MatterId& id,
                                                const submit::Matter& matter) {
        const std::vector<casework::EntryId> chain = matter.dossier.chain(question_.author);
        const bool is_begun = question_.after && question_.after->matter == id;
        const std::int64_t first = is_begun ? question_.after->sequence + 1 : 0;
        for (auto i = static_cast<std::size_t>(std::max<std::int64_t>(first, 0)); i < chain.size();
             ++i) {
            if (looked_at_ == most_entries_looked_at ||
                given_.entries.size() == most_entries_given) {
                return false;
            }
            ++looked_at_;
            auto proven = kept_entry(institution_, chain[i]);
            if (!proven && proven.error().kind == base::ErrorKind::try_later) {
                return true;  // of our own, and attested by nobody yet: it is still to be delivered
            }
            if (!proven) {
                return std::unexpected(std::move(proven).error());
            }
            if (!COMITY_TRY(give(matter, std::move(*proven)))) {
                return false;
            }
            given_.next = ChainPlace{id, static_cast<std::int64_t>(i)};
        }
        return true;
    }

    /// False if it does not fit into this answer.
    [[nodiscard]] base::Result<bool> give(const submit::Matter& matter,
                                          casework::ProvenEntry proven) {
        const bool is_proven = !proven.proof.checkpoint.empty();
        const bool is_own = question_.author == asking_;
        if ((is_proven && proven.proof.index < question_.from) || (is_own && !is_proven)) {
            return true;  // left out, as asked, or nothing that the asking party could place
        }
        std::vector<casework::ShippedItem> items;
        if (proven.act) {
            items = COMITY_TRY(items_with(institution_, matter, *proven.act, asking_));
            if (!is_own && !matter.erased) {
                const law::ActKind* kind =
                    COMITY_TRY(casework::kind_of(*matter.state.procedure, *proven.act));
                proven.act = casework::copy_for(*kind, *proven.act,
                                                matter.state.side_of(asking_).value_or(""));
            }
        }
        std::size_t size = codec::write(proven).size();
        for (const casework::ShippedItem& item : items) {
            size += item.sealed.size();
        }
        if (!given_.entries.empty() && bytes_ + size > most_bytes_given) {
            return false;
        }
        bytes_ += size;
        given_.entries.push_back(std::move(proven));
        std::ranges::move(items, std::back_inserter(given_.items));
        return true;
    }

    const submit::Institution& institution_;
    const base::PartyId& asking_;
    const GiveBack& question_;
    GivenBack given_;
    std::size_t looked_at_ = 0;
    std::size_t bytes_ = 0;
};

message::Response refuse(std::string what) {
    return message::error_response(
        base::Error{base::ErrorKind::inadmissible, std::move(what), {}, {}, {}, {}});
}

}  // namespace

base::Result<GivenBack> give_back(const submit::Institution& institution,
                                  const base::PartyId& asking, std::string_view body) {
    const GiveBack question = COMITY_TRY(codec::read_text<GiveBack>(body));
    return Giving(institution, asking, question).run();
}

std::optional<message::Response> answer_give_back(const submit::Institution& institution,
                                                  const base::PartyId& asking,
                                                  const message::Request& request) {
    if (request.method != "POST" || request.path() != give_back_path) {
        return std::nullopt;
    }
    if (asking == institution.settings().party) {
        return refuse("a node gives nothing back to itself");
    }
    const auto given = give_back(institution, asking, request.body);
    return given ? message::json_response(200, codec::write(*given) + "\n")
                 : message::error_response(given.error());
}

std::optional<message::Response> answer_restoration(submit::Institution& institution,
                                                    const base::PartyId& asking,
                                                    const message::Request& request) {
    if (request.method != "POST" || request.path() != deliver_again_path) {
        return answer_give_back(institution, asking, request);
    }
    const auto wanted = codec::read_text<DeliverAgain>(request.body);
    if (!wanted) {
        return message::error_response(wanted.error());
    }
    const auto queued = submit::deliver_again(institution, asking, wanted->entries);
    return queued
               ? message::json_response(
                     200, codec::write(DeliveringAgain{static_cast<std::int64_t>(*queued)}) + "\n")
               : message::error_response(queued.error());
}

}  // namespace comity::delivery
