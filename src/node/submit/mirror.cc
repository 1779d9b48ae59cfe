#include "node/submit/mirror.h"

#include <algorithm>

#include "node/submit/derived.h"

namespace comity::submit {

std::optional<ledger::Leaf> last_with_entry(const Sequencer& sequencer) {
    for (std::uint64_t index = sequencer.size(); index-- > 0;) {
        auto leaf = ledger::Leaf::parse(sequencer.leaf(index));
        if (leaf && ledger::stands_for_entry(leaf->leaf_class)) {
            return *std::move(leaf);
        }
    }
    return std::nullopt;
}

base::Result<base::SecretBytes> Institution::ledger_secret() const {
    if (ports_.ledger_secret != nullptr) {
        return ports_.ledger_secret->clone();
    }
    return submit::ledger_secret(ports_.ledger_key, settings_.origin);
}

base::Result<void> Institution::pad(std::uint64_t count) {
    if (count == 0) {
        return {};
    }
    const base::SecretBytes secret = COMITY_TRY(ledger_secret());
    const base::SecretBytes key = derived_key(secret, padding_secret_tag);
    const std::optional<ledger::Leaf> before = last_with_entry(sequencer_);
    std::vector<base::Bytes> leaves;
    leaves.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) {
        leaves.push_back(ledger::padding_leaf(key, sequencer_.size() + i, before).encode());
    }
    ports::Batch batch;
    return sequencer_.commit(batch, std::move(leaves));
}

base::Result<std::optional<Sequencer::SignedHead>> Institution::head_to_attest(std::uint64_t held,
                                                                               std::uint64_t seen) {
    const auto& newest = sequencer_.signed_head();
    if (!newest || newest->size <= held) {
        return std::nullopt;
    }
    const std::uint64_t boundary =
        settings_.mirror ? settings_.mirror->boundary(newest->size) : newest->size;
    // What lies before the newest change of the ledger's key is not the present key's to sign.
    const auto& changes = sequencer_.key_changes();
    const std::uint64_t before = changes.empty() ? 0 : changes.back().last.size;
    if (boundary <= std::max({held, seen, before}) || boundary == newest->size) {
        return newest;
    }
    return COMITY_TRY(sequencer_.sign_at(boundary));
}

base::Result<void> Mirror::run(base::Instant now) {
    const std::optional<ledger::MirrorRule>& rule = own_.settings().mirror;
    if (!rule || own_.ports().mirror == nullptr) {
        return {};
    }
    if (!next_) {
        next_ = rule->next_time(now);
        return find_shown();
    }
    if (now < *next_) {
        // A clock that was set back must not make the mirror wait for the old time.
        next_ = std::min(*next_, rule->next_time(now));
        return {};
    }
    next_ = rule->next_time(now);
    return step(*rule);
}

base::Result<void> Mirror::find_shown() {
    const auto text = own_.ports().mirror->read("checkpoint");
    if (!text && text.error().kind == base::ErrorKind::not_found) {
        is_found_ = true;
        return {};
    }
    if (!text) {
        return std::unexpected(text.error());
    }
    const ledger::Note note = COMITY_TRY(ledger::Note::parse(base::text_of(*text)));
    const ledger::Checkpoint shown = COMITY_TRY(ledger::Checkpoint::parse(note.text));
    const ledger::Tree& tree = own_.sequencer().tree();
    if (shown.origin != own_.settings().origin || shown.size > tree.size() ||
        shown.root != tree.root_at(shown.size)) {
        return base::fail(base::ErrorKind::conflict,
                          "the public mirror shows another history than this ledger",
                          "its head has " + std::to_string(shown.size) + " leaves",
                          "keep its files as evidence, and name another folder for the mirror");
    }
    status_.size = shown.size;
    is_found_ = true;
    return {};
}

base::Result<void> Mirror::step(const ledger::MirrorRule& rule) {
    if (!is_found_) {
        COMITY_TRY(find_shown());
    }
    const std::vector<Cosigned>& cosigned = own_.cosigned();
    auto first = std::ranges::upper_bound(cosigned, status_.size, {}, &Cosigned::size);
    std::vector<std::uint64_t> attested;
    for (auto one = first; one != cosigned.end(); ++one) {
        attested.push_back(one->size);
    }
    const ledger::MirrorStep next =
        ledger::next_mirror_step(rule, status_.size, own_.sequencer().size(), attested);
    const std::uint64_t before = status_.size;
    status_.grown = 0;
    if (next.publish) {
        const auto head = std::ranges::find(first, cosigned.end(), *next.publish, &Cosigned::size);
        COMITY_TRY(show(head->size, head->note));
        status_.grown = (status_.size - before + rule.batch - 1) / rule.batch;
    }
    return own_.pad(next.pad);
}

base::Result<void> Mirror::show(std::uint64_t size, const std::string& note) {
    ports::LedgerFiles& files = *own_.ports().mirror;
    COMITY_TRY(
        files.write(ledger::mirror_files_for_growth(own_.sequencer().tree(), status_.size, size)));
    COMITY_TRY(files.publish(note));
    status_.size = size;
    return {};
}

}  // namespace comity::submit
