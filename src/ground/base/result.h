#pragma once

// Results and errors: what happened, why, and what to do next.
//
// Every function that can fail for a reason outside our own code returns Result<T>. An Error is a
// value that reaches a person: it names its place (file:line:column, JSON pointer, clause) and the
// next step. Assertions (COMITY_ENSURE) are for our own bugs only; nothing a peer sends may trip
// one.

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace comity::base {

/// What sort of failure it was. The command line maps each kind to one exit code (docs/cli.md),
/// the HTTP server to one status.
enum class ErrorKind {
    failure,       ///< something of our own did not work (disk, socket, library)
    malformed,     ///< input that is not what its format says
    too_large,     ///< input over a named limit; refused before work
    not_found,     ///< the thing named does not exist here
    inadmissible,  ///< an act the law does not allow (exit 4)
    lacks_facts,   ///< an act or request that cannot be assessed yet (exit 5)
    invalid,       ///< a digest, proof or signature that fails (exit 6)
    not_proven,    ///< a link or anchor is missing (exit 7)
    conflict,      ///< already done, or done differently, by someone else (exit 8)
    unavailable,   ///< a peer that does not answer (exit 69)
    try_later,     ///< bounded queue or quota; the same call may go through (exit 75)
};

[[nodiscard]] std::string_view name_of(ErrorKind kind);

struct Error {
    ErrorKind kind = ErrorKind::failure;
    std::string what;    ///< what happened, one sentence
    std::string why;     ///< the reason; may be empty
    std::string next;    ///< what to do next; may be empty
    std::string place;   ///< FILE:LINE:COL, JSON pointer or path; may be empty
    std::string clause;  ///< the clause that decides, e.g. "XA-XB/EE 4(1)(c)"; may be empty

    /// The error as one line for a terminal or log: `PLACE: what: why (clause); next`.
    [[nodiscard]] std::string text() const;

    friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = std::expected<T, Error>;

/// Shorthand for a failed Result. Extra members may be set on the returned Error before it is used.
[[nodiscard]] inline std::unexpected<Error> fail(ErrorKind kind, std::string what,
                                                 std::string why = {}, std::string next = {}) {
    return std::unexpected(Error{kind, std::move(what), std::move(why), std::move(next), {}, {}});
}

/// The same error, found at `place` (a place already known is kept behind the new one).
[[nodiscard]] Error at_place(Error error, std::string_view place);

[[noreturn]] void report_broken_assertion(const char* condition, const char* file, int line);

}  // namespace comity::base

/// Unwraps a Result or returns its error from the enclosing function.
#define COMITY_TRY(...)                                               \
    __extension__({                                                   \
        auto&& comity_result = (__VA_ARGS__);                         \
        if (!comity_result.has_value()) {                             \
            return std::unexpected(std::move(comity_result).error()); \
        }                                                             \
        std::move(comity_result).value();                             \
    })

/// States what must hold if our own code is right; ends the process otherwise.
#define COMITY_ENSURE(condition)                                                     \
    do {                                                                             \
        if (!(condition)) {                                                          \
            ::comity::base::report_broken_assertion(#condition, __FILE__, __LINE__); \
        }                                                                            \
    } while (false)
