#include "node/simulation/machine.h"

#include <utility>

namespace comity::simulation {
namespace {

std::unexpected<base::Error> broken(std::string why) {
    return base::fail(base::ErrorKind::failure, "the machine failed", std::move(why));
}

}  // namespace

WriteFate Breaker::next() {
    if (dead_) {
        return WriteFate::fails;
    }
    ++writes_;
    if (due_ != 0 && writes_ == due_) {
        due_ = 0;
        return fate_;
    }
    return full_ ? WriteFate::fails : WriteFate::done;
}

base::Result<void> BreakingStore::commit(const ports::Batch& batch) {
    const WriteFate fate = breaker_.next();
    switch (fate) {
        case WriteFate::fails: return broken("nothing was written");
        case WriteFate::torn:
        case WriteFate::dies_before: breaker_.die(); return broken("the process died");
        case WriteFate::done:
        case WriteFate::held_fails:
        case WriteFate::dies_after: break;
    }
    COMITY_TRY(inner_->commit(batch));
    held_(batch);
    if (fate == WriteFate::dies_after) {
        breaker_.die();
        return broken("the process died");
    }
    if (fate == WriteFate::held_fails) {
        return broken("the disk did not say that it is done");
    }
    return {};
}

base::Result<void> BreakingFiles::write(const std::vector<ledger::StaticFile>& files) {
    const WriteFate fate = breaker_.next();
    switch (fate) {
        case WriteFate::fails: return broken("nothing was written");
        case WriteFate::dies_before: breaker_.die(); return broken("the process died");
        case WriteFate::torn:
            tear(files);
            breaker_.die();
            return broken("the process died");
        case WriteFate::done:
        case WriteFate::held_fails:
        case WriteFate::dies_after: break;
    }
    COMITY_TRY(inner_.write(files));
    if (fate == WriteFate::dies_after) {
        breaker_.die();
    }
    return fate == WriteFate::done ? base::Result<void>{} : broken("it is not known to be done");
}

void BreakingFiles::tear(const std::vector<ledger::StaticFile>& files) {
    std::vector<ledger::StaticFile> some(
        files.begin(), files.begin() + static_cast<std::ptrdiff_t>((files.size() + 1) / 2));
    if (!some.empty()) {
        some.back().content.resize(some.back().content.size() / 2);
    }
    COMITY_ENSURE(inner_.write(some).has_value());
}

base::Result<void> BreakingFiles::publish(std::string_view checkpoint_note) {
    const WriteFate fate = breaker_.next();
    switch (fate) {
        case WriteFate::fails: return broken("nothing was written");
        case WriteFate::torn:  // a checkpoint is replaced at once
        case WriteFate::dies_before: breaker_.die(); return broken("the process died");
        case WriteFate::done:
        case WriteFate::held_fails:
        case WriteFate::dies_after: break;
    }
    COMITY_TRY(inner_.publish(checkpoint_note));
    if (fate == WriteFate::dies_after) {
        breaker_.die();
    }
    return fate == WriteFate::done ? base::Result<void>{} : broken("it is not known to be done");
}

base::Result<base::Bytes> WatchedSigner::sign(base::ByteView message) {
    if (breaker_.dead()) {
        return broken("the process died");
    }
    if (failing_ > 0) {
        --failing_;
        return base::fail(base::ErrorKind::unavailable, "the token does not answer");
    }
    auto signature = inner_.sign(message);
    signs_(message);
    return signature;
}

}  // namespace comity::simulation
