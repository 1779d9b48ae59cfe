#include "app/comity/item_files.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "adapter/files/files.h"
#include "adapter/softkeys/softkeys.h"
#include "app/comity/item_disk.h"

namespace comity::app {

namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using Mode = DiskFile::Mode;

constexpr std::size_t read_bytes = std::size_t{1} << 20;
constexpr std::int64_t segments_between_saves = 64;
constexpr std::size_t max_item_file_bytes = 64 * 1024;

fs::path beside(const fs::path& path, const char* ending) {
    return path.string() + ending;
}

/// ports::DayKeys as items need them.
class Days final : public items::DayWrap {
 public:
    explicit Days(softkeys::FileDayKeys keys) : keys_(std::move(keys)) {}
    base::Result<base::Bytes> wrap(base::Date day, const base::SecretBytes& key) override {
        return keys_.wrap(day, key);
    }
    base::Result<base::SecretBytes> unwrap(base::Date day, base::ByteView wrapped) override {
        return keys_.unwrap(day, wrapped);
    }

 private:
    softkeys::FileDayKeys keys_;
};

/// Hands the bytes of a file to `take`, from `offset` on.
template <class Take>
base::Result<void> read_on(const DiskFile& file, std::uint64_t offset, Take take) {
    base::SecretBytes buffer(read_bytes);
    while (true) {
        const std::size_t got = COMITY_TRY(file.read(offset, buffer.writable()));
        if (got == 0) {
            return {};
        }
        offset += got;
        COMITY_TRY(take(buffer.view().first(got), offset));
    }
}

/// A sealing that writes to its files; may have begun in an earlier run.
class Sealing {
 public:
    static base::Result<Sealing> begin(const SealFile& request, crypto::Random& random) {
        std::unique_ptr<Days> days;
        if (request.days) {
            days = std::make_unique<Days>(
                COMITY_TRY(softkeys::FileDayKeys::open(*request.days, random)));
        }
        const fs::path saved = beside(request.out, ".progress");
        const fs::path item = beside(request.out, ".item");
        std::error_code ignored;
        if (fs::exists(item, ignored)) {
            return std::unexpected(base::Error{
                ErrorKind::conflict, "this is sealed already", {}, {}, item.string(), {}});
        }
        if (days && fs::exists(saved, ignored)) {
            return resume(request, std::move(days), random);
        }
        items::Sealer sealer = COMITY_TRY(items::Sealer::start(request.terms, random));
        DiskFile out = COMITY_TRY(DiskFile::open(request.out, Mode::make));
        Sealing sealing(request.out, std::move(days), std::move(sealer), std::move(out));
        COMITY_TRY(sealing.save());
        return sealing;
    }

    base::Result<void> write(base::ByteView plaintext) {
        COMITY_TRY(sealer_.write(plaintext, sink()));
        if (sealer_.progress().segments >= saved_ + segments_between_saves) {
            return save();
        }
        return {};
    }
    base::Result<items::ItemDescriptor> finish() {
        const items::SealedStream stream = COMITY_TRY(sealer_.finish(sink()));
        COMITY_TRY(out_.sync());
        COMITY_TRY(write_item_file(beside(path_, ".item"), {stream.descriptor, stream.box}));
        std::error_code ignored;
        fs::remove(beside(path_, ".progress"), ignored);
        return stream.descriptor;
    }
    [[nodiscard]] std::int64_t begun_at() const { return begun_at_; }

 private:
    Sealing(fs::path path, std::unique_ptr<Days> days, items::Sealer sealer, DiskFile out)
        : path_(std::move(path)),
          days_(std::move(days)),
          sealer_(std::move(sealer)),
          out_(std::move(out)),
          begun_at_(sealer_.progress().segments),
          saved_(begun_at_) {}

    static base::Result<Sealing> resume(const SealFile& request, std::unique_ptr<Days> days,
                                        crypto::Random& random) {
        const std::string text = COMITY_TRY(
            files::read_text_file(beside(request.out, ".progress"), max_item_file_bytes));
        const codec::Value value = COMITY_TRY(codec::parse_canonical(text));
        const codec::Value* held =
            value.is_object() ? value.get_object().if_contains("held") : nullptr;
        const codec::Value* done =
            value.is_object() ? value.get_object().if_contains("progress") : nullptr;
        if (held == nullptr || done == nullptr) {
            return base::fail(ErrorKind::malformed, "this is no progress of a sealing");
        }
        const auto key = COMITY_TRY(items::read_held_key(codec::canonical(*held)));
        const auto progress = COMITY_TRY(items::read_progress(codec::canonical(*done)));
        base::SecretBytes file_key = COMITY_TRY(days->unwrap(key.day, key.wrapped));
        items::Sealer sealer =
            COMITY_TRY(items::Sealer::resume(request.terms, std::move(file_key), progress, random));
        DiskFile out = COMITY_TRY(DiskFile::open(request.out, Mode::go_on));
        const std::uint64_t size =
            static_cast<std::uint64_t>(progress.segments) * items::sealed_segment_bytes;
        const std::uint64_t present = COMITY_TRY(out.size());
        if (present < size) {
            return base::fail(ErrorKind::invalid, "the sealed stream is shorter than its progress",
                              {}, "remove both and seal anew");
        }
        COMITY_TRY(out.cut(size));
        return Sealing(request.out, std::move(days), std::move(sealer), std::move(out));
    }
    items::SegmentSink sink() {
        return [this](const items::SealedSegment& segment) {
            return out_.write(segment.index * items::sealed_segment_bytes, segment.bytes);
        };
    }
    /// What is sealed so far survives a crash before it is said to be there.
    base::Result<void> save() {
        const items::StreamProgress progress = sealer_.progress();
        saved_ = progress.segments;
        if (!days_) {
            return {};
        }
        COMITY_TRY(out_.sync());
        if (!held_) {
            held_ = COMITY_TRY(items::hold_key(sealer_.unfinished(), sealer_.file_key(), *days_));
        }
        codec::Object object;
        object["held"] = codec::to_value(*held_);
        object["progress"] = codec::to_value(progress);
        return files::write_text_file_atomically(beside(path_, ".progress"),
                                                 codec::canonical(object), files::Readers::owner);
    }

    fs::path path_;
    std::unique_ptr<Days> days_;
    items::Sealer sealer_;
    DiskFile out_;
    std::int64_t begun_at_;
    std::int64_t saved_;
    std::optional<items::HeldKey> held_;
};

/// Drops the first bytes of a view that an earlier run has sealed.
class Skipper {
 public:
    explicit Skipper(std::uint64_t bytes) : left_(bytes) {}
    base::ByteView rest_of(base::ByteView bytes) {
        const auto dropped = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
        left_ -= dropped;
        return bytes.subspan(dropped);
    }
    [[nodiscard]] bool is_done() const { return left_ == 0; }

 private:
    std::uint64_t left_;
};

/// The view is made from its beginning, because a mask is a view of the whole; what is sealed
/// already passes by.
base::Result<items::MaskReport> seal_view(Masking masking, const DiskFile& source,
                                          std::uint64_t begun_at, Sealing& sealing,
                                          const Progress& progress) {
    const auto mask = COMITY_TRY(items::make_mask(masking.spec, std::move(masking.salt)));
    const std::uint64_t all = COMITY_TRY(source.size());
    Skipper skipper(begun_at);
    const items::MaskSink sink = [&](base::ByteView view) {
        const base::ByteView rest = skipper.rest_of(view);
        return rest.empty() ? base::Result<void>{} : sealing.write(rest);
    };
    COMITY_TRY(read_on(source, 0, [&](base::ByteView bytes, std::uint64_t done) {
        progress(done, all);
        return mask->write(bytes, sink);
    }));
    auto report = COMITY_TRY(mask->finish(sink));
    if (!skipper.is_done()) {
        return base::fail(ErrorKind::conflict, "the view is shorter than it was",
                          "its source was changed", "remove what was sealed and seal anew");
    }
    return report;
}

/// An opening that writes to `OUT.part`; may have begun in an earlier run.
class Opening {
 public:
    static base::Result<Opening> begin(const items::ItemDescriptor& descriptor,
                                       base::SecretBytes file_key, const fs::path& path) {
        std::error_code ignored;
        const fs::path part = beside(path, ".part");
        const fs::path saved = beside(path, ".part.progress");
        if (!fs::exists(saved, ignored)) {
            fs::remove(part, ignored);  // nothing is known of what may be in it
            items::Opener opener =
                COMITY_TRY(items::Opener::start(descriptor, std::move(file_key)));
            return Opening(path, std::move(opener), COMITY_TRY(DiskFile::open(part, Mode::make)));
        }
        const std::string text = COMITY_TRY(files::read_text_file(saved, max_item_file_bytes));
        const items::StreamProgress progress = COMITY_TRY(items::read_progress(text));
        items::Opener opener =
            COMITY_TRY(items::Opener::resume(descriptor, std::move(file_key), progress));
        DiskFile out = COMITY_TRY(DiskFile::open(part, Mode::go_on));
        const std::uint64_t present = COMITY_TRY(out.size());
        const std::uint64_t size =
            std::min(static_cast<std::uint64_t>(progress.segments) * items::segment_bytes,
                     static_cast<std::uint64_t>(descriptor.size));
        if (present < size) {
            return base::fail(ErrorKind::invalid, "the opened part is shorter than its progress",
                              {}, "remove both and open anew");
        }
        COMITY_TRY(out.cut(size));
        return Opening(path, std::move(opener), std::move(out));
    }

    base::Result<void> write(base::ByteView sealed) {
        COMITY_TRY(opener_.write(sealed, [this](std::uint64_t index, base::ByteView plaintext) {
            return out_.write(index * items::segment_bytes, plaintext);
        }));
        const items::StreamProgress progress = opener_.progress();
        if (progress.segments < saved_ + segments_between_saves) {
            return {};
        }
        saved_ = progress.segments;
        COMITY_TRY(out_.sync());
        return files::write_text_file_atomically(beside(path_, ".part.progress"),
                                                 codec::write(progress), files::Readers::owner);
    }
    base::Result<void> finish() {
        COMITY_TRY(opener_.finish());
        COMITY_TRY(out_.sync());
        COMITY_TRY(rename_durably(beside(path_, ".part"), path_));
        std::error_code ignored;
        fs::remove(beside(path_, ".part.progress"), ignored);
        return {};
    }
    /// Segments that an earlier run opened; no more than the item has.
    [[nodiscard]] std::uint64_t begun_at() const { return static_cast<std::uint64_t>(begun_at_); }

 private:
    Opening(fs::path path, items::Opener opener, DiskFile out)
        : path_(std::move(path)),
          opener_(std::move(opener)),
          out_(std::move(out)),
          begun_at_(opener_.progress().segments),
          saved_(begun_at_) {}

    fs::path path_;
    items::Opener opener_;
    DiskFile out_;
    std::int64_t begun_at_;
    std::int64_t saved_;
};

}  // namespace

base::Result<SealedFile> seal_file(SealFile request, crypto::Random& random) {
    const DiskFile source = COMITY_TRY(DiskFile::open(request.source, Mode::read));
    Sealing sealing = COMITY_TRY(Sealing::begin(request, random));
    SealedFile sealed;
    sealed.resumed_at = static_cast<std::uint64_t>(sealing.begun_at());
    const std::uint64_t begun_at = sealed.resumed_at * items::segment_bytes;
    if (request.masking) {
        sealed.report = COMITY_TRY(
            seal_view(*std::move(request.masking), source, begun_at, sealing, request.progress));
        COMITY_TRY(files::write_text_file_atomically(
            beside(request.out, ".report"), codec::write(*sealed.report), files::Readers::owner));
    } else {
        const std::uint64_t all = COMITY_TRY(source.size());
        COMITY_TRY(read_on(source, begun_at, [&](base::ByteView bytes, std::uint64_t done) {
            request.progress(done, all);
            return sealing.write(bytes);
        }));
    }
    sealed.descriptor = COMITY_TRY(sealing.finish());
    return sealed;
}

base::Result<void> write_item_file(const fs::path& path, const ItemFile& item) {
    codec::Object object;
    object["version"] = 1;
    object["descriptor"] = codec::to_value(item.descriptor);
    object["box"] = item.box;
    return files::write_text_file_atomically(path, codec::canonical(object), files::Readers::owner);
}

base::Result<ItemFile> read_item_file(const fs::path& path) {
    const std::string text = COMITY_TRY(files::read_text_file(path, max_item_file_bytes));
    const auto refuse = [&path](std::string what) {
        return std::unexpected(
            base::Error{ErrorKind::malformed, std::move(what), {}, {}, path.string(), {}});
    };
    const codec::Value value = COMITY_TRY(codec::parse(text));
    const codec::Object* object = value.if_object();
    if (object == nullptr || object->size() != 3 || !object->contains("version") ||
        !object->contains("descriptor") || !object->contains("box") ||
        !object->at("box").is_string() || object->at("version") != 1) {
        return refuse("this is no item file of version 1");
    }
    auto descriptor = items::read_descriptor(codec::canonical(object->at("descriptor")));
    if (!descriptor) {
        return std::unexpected(base::at_place(std::move(descriptor).error(), path.string()));
    }
    return ItemFile{*std::move(descriptor), std::string(object->at("box").get_string())};
}

base::Result<OpenedFile> open_file(const OpenFile& request, crypto::KeyAgreement& key) {
    const ItemFile item = COMITY_TRY(read_item_file(request.item));
    std::error_code ignored;
    if (fs::exists(request.out, ignored)) {
        return std::unexpected(base::Error{
            ErrorKind::conflict, "there is such a file already", {}, {}, request.out.string(), {}});
    }
    base::SecretBytes file_key = COMITY_TRY(items::open_box(item.descriptor, item.box, key));
    const DiskFile sealed = COMITY_TRY(DiskFile::open(request.sealed, Mode::read));
    const std::uint64_t all = COMITY_TRY(sealed.size());
    Opening opening = COMITY_TRY(Opening::begin(item.descriptor, std::move(file_key), request.out));
    OpenedFile opened{item.descriptor, opening.begun_at()};
    COMITY_TRY(read_on(sealed, opened.resumed_at * items::sealed_segment_bytes,
                       [&](base::ByteView bytes, std::uint64_t done) {
                           request.progress(done, all);
                           return opening.write(bytes);
                       }));
    COMITY_TRY(opening.finish());
    return opened;
}

base::Result<items::ItemDescriptor> check_file(const fs::path& sealed, const fs::path& item,
                                               const Progress& progress) {
    const ItemFile read = COMITY_TRY(read_item_file(item));
    const DiskFile file = COMITY_TRY(DiskFile::open(sealed, Mode::read));
    const std::uint64_t all = COMITY_TRY(file.size());
    items::StreamCheck check = COMITY_TRY(items::StreamCheck::start(read.descriptor));
    COMITY_TRY(read_on(file, 0, [&](base::ByteView bytes, std::uint64_t done) {
        progress(done, all);
        check.write(bytes);
        return base::Result<void>{};
    }));
    COMITY_TRY(check.finish());
    return read.descriptor;
}

base::Result<items::MaskReport> mask_file(const fs::path& source, Masking masking,
                                          const fs::path& out, const Progress& progress) {
    const DiskFile file = COMITY_TRY(DiskFile::open(source, Mode::read));
    const std::uint64_t all = COMITY_TRY(file.size());
    const auto mask = COMITY_TRY(items::make_mask(masking.spec, std::move(masking.salt)));
    std::error_code ignored;
    if (fs::exists(out, ignored)) {
        return std::unexpected(base::Error{
            ErrorKind::conflict, "there is such a file already", {}, {}, out.string(), {}});
    }
    const fs::path part = beside(out, ".part");
    fs::remove(part, ignored);  // a mask is quick: it begins anew
    DiskFile view = COMITY_TRY(DiskFile::open(part, Mode::make));
    std::uint64_t size = 0;
    const items::MaskSink sink = [&](base::ByteView bytes) {
        auto written = view.write(size, bytes);
        size += bytes.size();
        return written;
    };
    COMITY_TRY(read_on(file, 0, [&](base::ByteView bytes, std::uint64_t done) {
        progress(done, all);
        return mask->write(bytes, sink);
    }));
    auto report = COMITY_TRY(mask->finish(sink));
    COMITY_TRY(view.sync());
    COMITY_TRY(rename_durably(part, out));
    return report;
}

base::Result<items::StreamTerms> read_terms_file(const fs::path& path) {
    const std::string text = COMITY_TRY(files::read_text_file(path, max_item_file_bytes));
    const auto read = [&]() -> base::Result<items::StreamTerms> {
        const codec::Value value = COMITY_TRY(codec::parse(text));
        const TermsFile file = COMITY_TRY(codec::read<TermsFile>(value));
        items::StreamTerms terms{file.realm, file.media_type, file.tier,
                                 file.end,   file.use_limits, {}};
        for (const TermsReader& reader : file.readers) {
            terms.readers.push_back({reader.reader, reader.key});
        }
        return terms;
    }();
    if (!read) {
        return std::unexpected(base::at_place(read.error(), path.string()));
    }
    return read;
}

}  // namespace comity::app
