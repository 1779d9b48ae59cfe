#pragma once

// Names that travel in acts, configuration and paths. A Name is validated once, where it enters;
// afterwards its type says that it is clean.

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "ground/base/result.h"

namespace comity::base {

/// True if `text` is 1 to 64 characters of [a-z0-9-], begins with a letter or digit and does not
/// end with a hyphen.
[[nodiscard]] bool is_plain_name(std::string_view text);

/// A validated plain name of one kind of thing. `Tag` is a phantom type.
template <class Tag>
class Name {
 public:
    Name() = default;

    [[nodiscard]] static Result<Name> parse(std::string_view text) {
        if (!is_plain_name(text)) {
            return fail(ErrorKind::malformed,
                        "this is not a name: " + std::string(text.substr(0, 80)),
                        "a name has 1 to 64 characters of a-z, 0-9 and hyphen");
        }
        return Name(std::string(text));
    }

    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }

    friend auto operator<=>(const Name&, const Name&) = default;

 private:
    explicit Name(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

using PartyId = Name<struct PartyTag>;    ///< an institution, e.g. `xa-prosecution`
using MatterId = Name<struct MatterTag>;  ///< one affair: 32 hexadecimal digits for a random one
using PersonId = Name<struct PersonTag>;  ///< a pseudonym that an accreditation binds to a person

/// live or exercise. There is no default anywhere (DESIGN 5.14).
enum class Realm { live, exercise };
[[nodiscard]] std::string_view name_of(Realm realm);
[[nodiscard]] Result<Realm> realm_from(std::string_view text);

}  // namespace comity::base

template <class Tag>
struct std::hash<comity::base::Name<Tag>> {
    std::size_t operator()(const comity::base::Name<Tag>& name) const noexcept {
        return std::hash<std::string>{}(name.text());
    }
};
