#include "source.h"

#include <algorithm>
#include <cctype>

namespace comity::tidy {

namespace {

bool is_identifier(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Walks over the text once and keeps a blanked copy, in which every line keeps its columns.
class Lexer {
 public:
    explicit Lexer(std::string_view text) : text_(text), code_(text) {}

    void run() {
        while (at_ < text_.size()) {
            if (starts("//")) {
                blank_until(text_.find('\n', at_));
            } else if (starts("/*")) {
                const std::size_t end = text_.find("*/", at_ + 2);
                blank_until(end == std::string_view::npos ? end : end + 2);
            } else if (text_[at_] == '"') {
                string();
            } else if (text_[at_] == '\'' && !is_digit_separator()) {
                character();
            } else {
                step();
            }
        }
    }

    [[nodiscard]] const std::string& code() const { return code_; }
    [[nodiscard]] std::vector<Literal> take_literals() { return std::move(literals_); }

 private:
    [[nodiscard]] bool starts(std::string_view mark) const {
        return text_.substr(at_).starts_with(mark);
    }

    void step() {
        line_ += text_[at_] == '\n' ? 1 : 0;
        ++at_;
    }

    void blank_until(std::size_t end) {
        end = std::min(end, text_.size());
        while (at_ < end) {
            if (text_[at_] != '\n') {
                code_[at_] = ' ';
            }
            step();
        }
    }

    /// In 1'000 the quote stands within a token that begins with a digit.
    [[nodiscard]] bool is_digit_separator() const {
        std::size_t begin = at_;
        while (begin > 0 && (is_identifier(text_[begin - 1]) || text_[begin - 1] == '\'')) {
            --begin;
        }
        return begin < at_ && std::isdigit(static_cast<unsigned char>(text_[begin])) != 0;
    }

    void character() {
        ++at_;
        const std::size_t begin = at_;
        std::size_t end = begin;
        while (end < text_.size() && text_[end] != '\'' && text_[end] != '\n') {
            end += text_[end] == '\\' ? 2 : 1;
        }
        blank_until(end);
        at_ = std::min(end + 1, text_.size());
    }

    void string() {
        const bool raw = at_ > 0 && text_[at_ - 1] == 'R' &&
                         (at_ < 2 || !is_identifier(text_[at_ - 2]) || text_[at_ - 2] == '8' ||
                          text_[at_ - 2] == 'u' || text_[at_ - 2] == 'L');
        const std::size_t line = line_;
        const std::size_t column = at_ - (text_.substr(0, at_).rfind('\n') + 1);
        ++at_;
        const std::size_t begin = at_;
        std::size_t end = begin;
        if (raw) {
            const std::size_t open = std::min(text_.find('(', begin), text_.size());
            const std::string close = ")" + std::string(text_.substr(begin, open - begin)) + "\"";
            end = std::min(text_.find(close, open), text_.size() - close.size()) + close.size() - 1;
        } else {
            while (end < text_.size() && text_[end] != '"' && text_[end] != '\n') {
                end += text_[end] == '\\' ? 2 : 1;
            }
        }
        end = std::min(end, text_.size());
        literals_.push_back({line, column, std::string(text_.substr(begin, end - begin))});
        blank_until(end);
        at_ = std::min(end + 1, text_.size());
    }

    std::string_view text_;
    std::string code_;
    std::vector<Literal> literals_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
};

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

std::vector<Include> includes_of(const std::vector<std::string>& lines) {
    std::vector<Include> includes;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        std::string_view line = trimmed(lines[i]);
        if (!line.starts_with('#') || !trimmed(line.substr(1)).starts_with("include")) {
            continue;
        }
        const std::size_t open = line.find_first_of("<\"");
        if (open == std::string_view::npos) {
            continue;
        }
        const std::size_t close = line.find_first_of(">\"", open + 1);
        includes.push_back(
            {i + 1, line[open] == '"', std::string(line.substr(open + 1, close - open - 1))});
    }
    return includes;
}

/// The code in one piece, preprocessor lines (with their continuations) blanked.
std::string without_preprocessor(const Source& source) {
    std::string text;
    bool continued = false;
    for (const std::string& line : source.code) {
        const bool directive = continued || trimmed(line).starts_with('#');
        continued = directive && line.ends_with('\\');
        text += (directive ? std::string() : line) + "\n";
    }
    return text;
}

enum class Block { container, function, other };

Block block_of(std::string_view head) {
    if (head.contains('(')) {
        return Block::function;
    }
    for (const char* word : {"namespace", "class", "struct", "union", "enum", "extern"}) {
        if (has_word(head, word)) {
            return Block::container;
        }
    }
    return Block::other;
}

/// True if what follows a closing brace goes on with a list of member initialisers.
bool goes_on(std::string_view text, std::size_t at) {
    const std::size_t next = text.find_first_not_of(" \t\n", at + 1);
    return next != std::string_view::npos && (text[next] == ',' || text[next] == '{');
}

}  // namespace

Source read_source(std::string_view text) {
    Lexer lexer(text);
    lexer.run();
    Source source;
    source.lines = split(text);
    source.code = split(lexer.code());
    source.includes = includes_of(source.lines);
    for (Literal& literal : lexer.take_literals()) {
        const bool of_include = std::ranges::find(source.includes, literal.line, &Include::line) !=
                                source.includes.end();
        if (!of_include) {
            source.literals.push_back(std::move(literal));
        }
    }
    return source;
}

std::vector<FunctionLength> functions_of(const Source& source) {
    const std::string text = without_preprocessor(source);
    struct Open {
        Block block;
        std::size_t line;
        std::size_t parentheses;  ///< open ones around the brace
    };
    std::vector<FunctionLength> functions;
    std::vector<Open> open;
    const auto outside = [&open] {
        return std::ranges::all_of(open, [](const Open& o) { return o.block == Block::container; });
    };
    std::size_t head = 0;
    std::size_t line = 1;
    std::size_t parentheses = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n') {
            ++line;
        } else if (text[i] == '(') {
            ++parentheses;
        } else if (text[i] == ')' && parentheses > 0) {
            --parentheses;
        } else if (text[i] == '{') {
            // Within parentheses, `f(S s = {})`, a brace begins no body.
            const Block block = parentheses > 0
                                    ? Block::other
                                    : block_of(std::string_view(text).substr(head, i - head));
            head = outside() && block == Block::container ? i + 1 : head;
            open.push_back({block, line, parentheses});
            parentheses = 0;
        } else if (text[i] == '}' && !open.empty()) {
            const Open closed = open.back();
            open.pop_back();
            parentheses = closed.parentheses;
            if (!outside() || parentheses > 0 ||
                (closed.block == Block::function && goes_on(text, i))) {
                continue;
            }
            if (closed.block == Block::function) {
                functions.push_back({closed.line, line - closed.line + 1});
            }
            head = i + 1;
        } else if (text[i] == ';' && outside()) {
            head = i + 1;
        }
    }
    return functions;
}

bool is_word_at(std::string_view code, std::size_t at, std::string_view word) {
    const bool begins = at == 0 || !is_identifier(code[at - 1]);
    const std::size_t end = at + word.size();
    return code.substr(at).starts_with(word) && begins &&
           (end == code.size() || !is_identifier(code[end]));
}

bool has_word(std::string_view code, std::string_view word) {
    for (std::size_t at = code.find(word); at != std::string_view::npos;
         at = code.find(word, at + 1)) {
        if (is_word_at(code, at, word)) {
            return true;
        }
    }
    return false;
}

}  // namespace comity::tidy
