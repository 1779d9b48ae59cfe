#include "domain/items/detail/json_lines_mask.h"

#include <algorithm>
#include <utility>

#include "domain/items/mail.h"

namespace comity::items::detail {

namespace {

using Path = std::vector<std::string>;

codec::JsonLimits line_limits() {
    codec::JsonLimits limits;
    limits.bytes = max_json_line_bytes;
    limits.depth = 32;
    return limits;
}

/// The value at `path`; objects only, so a number in a pointer is a name.
const codec::Value* find(const codec::Value& value, const Path& path) {
    const codec::Value* at = &value;
    for (const std::string& name : path) {
        if (!at->is_object()) {
            return nullptr;
        }
        const auto found = at->get_object().find(name);
        if (found == at->get_object().end()) {
            return nullptr;
        }
        at = &found->value();
    }
    return at;
}

struct Reduced {
    codec::Object object;
    std::size_t left_out = 0;  ///< members, each counted where it was cut off
};

/// What of `object` the paths name, from their part `depth` on.
Reduced reduce(const codec::Object& object, const std::vector<const Path*>& paths,
               std::size_t depth) {
    Reduced result;
    for (const auto& member : object) {
        std::vector<const Path*> inside;
        bool stays = false;
        for (const Path* path : paths) {
            if ((*path)[depth] == std::string_view(member.key())) {
                stays = stays || path->size() == depth + 1;
                inside.push_back(path);
            }
        }
        if (stays) {
            result.object[member.key()] = member.value();
        } else if (!inside.empty() && member.value().is_object()) {
            Reduced below = reduce(member.value().get_object(), inside, depth + 1);
            result.left_out += below.left_out;
            if (!below.object.empty()) {
                result.object[member.key()] = std::move(below.object);
            }
        } else {
            ++result.left_out;
        }
    }
    return result;
}

/// A value that a row is chosen by, as text: a string itself, everything else as its JSON.
std::string text_of(const codec::Value& value) {
    return value.is_string() ? std::string(value.get_string()) : codec::canonical(value);
}

/// The pointers of a spec that is checked.
Path checked_pointer(const std::string& text) {
    auto path = read_pointer(text);
    COMITY_ENSURE(path.has_value());
    return *std::move(path);
}

}  // namespace

base::Result<std::vector<std::string>> read_pointer(std::string_view text) {
    const auto refuse = [] {
        return base::fail(base::ErrorKind::malformed, "this is no pointer to a member",
                          "a pointer is /NAME or /NAME/NAME, with ~0 for ~ and ~1 for /");
    };
    Path path;
    if (!text.starts_with('/')) {
        return refuse();
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '/') {
            if (path.size() == max_pointer_depth) {
                return refuse();
            }
            path.emplace_back();
        } else if (text[i] == '~') {
            if (++i == text.size() || (text[i] != '0' && text[i] != '1')) {
                return refuse();
            }
            path.back() += text[i] == '0' ? '~' : '/';
        } else {
            path.back() += text[i];
        }
    }
    return path;
}

JsonLinesMask::JsonLinesMask(const MaskSpec& spec, base::SecretBytes salt)
    : spec_(spec), tally_(spec, std::move(salt)) {
    for (const std::string& field : *spec.fields) {
        fields_.push_back(checked_pointer(field));
    }
    if (spec.time_field) {
        time_ = checked_pointer(*spec.time_field);
    }
    if (spec.where) {
        where_ = checked_pointer(spec.where->field);
    }
}

base::Result<void> JsonLinesMask::write(base::ByteView source, const MaskSink& sink) {
    tally_.source(source);
    return lines_.write(source, [&](const LinePiece& piece) { return line(piece, sink); });
}

base::Result<MaskReport> JsonLinesMask::finish(const MaskSink& sink) {
    COMITY_TRY(lines_.finish([&](const LinePiece& piece) { return line(piece, sink); }));
    if (std::exchange(is_too_long_, false)) {
        tally_.withhold_record(LeftOut::unreadable);
    }
    return tally_.finish();
}

base::Result<void> JsonLinesMask::line(const LinePiece& piece, const MaskSink& sink) {
    if (piece.begins && piece.ends) {
        return whole_line(piece.bytes, sink);
    }
    if (piece.begins) {
        tally_.begin_record();
        is_too_long_ = true;
    }
    tally_.record(base::view_of(piece.bytes));
    if (piece.ends) {
        tally_.withhold_record(LeftOut::unreadable);
        is_too_long_ = false;
    }
    return {};
}

std::optional<LeftOut> JsonLinesMask::reason_against(const codec::Value& value) const {
    if (!time_.empty() && (spec_.from || spec_.until)) {
        const codec::Value* field = find(value, time_);
        const auto at = field != nullptr && field->is_string()
                            ? read_log_time(std::string_view(field->get_string()))
                            : base::fail(base::ErrorKind::malformed, "no time");
        if (!at) {
            return LeftOut::unreadable;
        }
        if ((spec_.from && *at < *spec_.from) || (spec_.until && *at >= *spec_.until)) {
            return LeftOut::outside_time;
        }
    }
    if (!where_.empty()) {
        const codec::Value* field = find(value, where_);
        if (field == nullptr ||
            std::ranges::find(spec_.where->values, text_of(*field)) == spec_.where->values.end()) {
            return LeftOut::other_rows;
        }
    }
    return std::nullopt;
}

base::Result<void> JsonLinesMask::whole_line(std::string_view bytes, const MaskSink& sink) {
    const std::string_view text = without_end(bytes);
    if (text.find_first_not_of(" \t\r") == std::string_view::npos) {
        return {};  // an empty line is no record
    }
    tally_.begin_record();
    tally_.record(base::view_of(bytes));
    const auto value = codec::parse(text, line_limits());
    const auto reason = value && value->is_object() ? reason_against(*value) : LeftOut::unreadable;
    if (reason) {
        tally_.withhold_record(*reason);
        return {};
    }
    std::vector<const Path*> paths;
    for (const Path& path : fields_) {
        paths.push_back(&path);
    }
    const Reduced reduced = reduce(value->get_object(), paths, 0);
    tally_.leave_out_fields(reduced.left_out);
    tally_.keep_record(reduced.left_out > 0);
    return tally_.result(base::view_of(codec::canonical(reduced.object) + "\n"), sink);
}

}  // namespace comity::items::detail
