#pragma once

// Reading a text: a cursor over its tokens that reports every error with its place and goes on at
// the next word at which a line may begin anew.

#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/law/detail/lexer.h"
#include "domain/law/detail/model.h"

namespace comity::law::detail {

/// What all documents of one library put together while they are read.
struct Reading {
    LibraryData& data;
    std::vector<Diagnostic>& diagnostics;
};

class Parser {
 public:
    Parser(const Source& source, Tokens tokens, Reading reading);

    /// The kind of the document, by its first lines: vocabulary, agreement, jurisdiction, status,
    /// procedure; empty if the head is wrong (then it is reported).
    [[nodiscard]] std::string head();
    /// Whether the text, by its first lines, is a vocabulary; reads nothing.
    [[nodiscard]] bool is_vocabulary() const;
    void vocabulary();
    void instrument(bool profile);
    void status();
    void procedure();

 private:
    // --- cursor (parser.cc)
    [[nodiscard]] const Token& peek(std::size_t ahead = 0) const;
    const Token& take();
    [[nodiscard]] bool at_word(std::string_view word) const;
    [[nodiscard]] bool at_punctuation(char mark) const;
    [[nodiscard]] bool accept(std::string_view word);
    [[nodiscard]] bool accept_mark(char mark);
    /// All words in a row; an error at the first one that is not there.
    bool expect(std::initializer_list<std::string_view> words);
    bool expect_mark(char mark);
    std::optional<std::string> word(std::string_view what);
    std::optional<std::string> string(std::string_view what);
    std::optional<std::int64_t> number(std::int64_t low, std::int64_t high);
    std::optional<base::Date> date();
    std::optional<Span> span();
    /// A clause or article id: 7(2)(b), 31, CETS-185 or "CCP 88".
    std::optional<std::string> reference();
    std::vector<std::string> references();
    std::optional<std::string> one_of(std::span<const std::string> known, std::string_view what);
    /// One name, a list of names with commas, or a set in braces.
    std::vector<std::string> names_of(std::span<const std::string> known, std::string_view what);
    [[nodiscard]] Place place() const;
    void complain(std::string what, std::string expected = {}, std::string nearest = {});
    void complain_at(const Place& place, std::string what, std::string expected = {},
                     std::string nearest = {});
    /// Skips to the next line that begins with one of the words at which reading may start again.
    void recover(std::span<const std::string_view> restart);

    // --- documents
    bool common_meta(Library::DocumentInfo& info, std::string* title_fr);
    bool reviewed(Library::DocumentInfo& info);
    void vocabulary_line(Vocabulary& vocabulary);
    void fact_line(Vocabulary& vocabulary);
    bool fact_type(FactDeclaration& fact);
    bool fact_tail(FactDeclaration& fact, const Vocabulary& vocabulary);
    bool offices(const Vocabulary& vocabulary, std::vector<std::string>& sides,
                 std::vector<std::string>& roles);
    bool derived(FactDeclaration& fact, const Vocabulary& vocabulary);
    void role_line(Vocabulary& vocabulary);
    void instrument_meta(Instrument& instrument);
    bool replaces(Instrument& instrument);
    bool authentic(Instrument& instrument);
    bool parties(Instrument& instrument);
    bool force(Instrument& instrument);
    bool weekend(Instrument& instrument);
    void article_body(Instrument& instrument);
    void define(Instrument& instrument);
    void reservable(Instrument& instrument, bool closes);
    void table(Instrument& instrument);
    bool table_head(std::vector<std::string>& columns);
    void table_row(Instrument& instrument, const Clause& shared,
                   const std::vector<std::string>& columns);
    void check_complete(const Instrument& instrument, std::size_t first,
                        const std::vector<std::string>& columns, const Place& at);
    std::optional<Expression> cell(const std::string& column);
    void clause(Instrument& instrument);
    bool effect(Instrument& instrument, Clause& clause);
    bool refuse(Clause& clause);
    bool require(Clause& clause);
    bool require_level(Clause& clause, const std::string& fact);
    bool limit(Clause& clause);
    bool deadline(Clause& clause);
    bool hold(Clause& clause);
    bool retain(Clause& clause);
    bool notify(Clause& clause);
    bool review(Clause& clause);
    bool dispute(Clause& clause);
    bool deferral(Clause& clause);
    bool attributes(Instrument& instrument, Clause& clause);
    void guardrail(Instrument& instrument);
    bool guardrail_body(Instrument& instrument, Guardrail& guardrail);
    void keep(Instrument& instrument, Clause clause);
    void status_party(const std::string& agreement);

    // --- procedures (parse_procedure.cc)
    void procedure_meta(Procedure& procedure);
    void act(Procedure& procedure);
    bool act_states(const Procedure& procedure, ActKind& act);
    bool act_line(const Procedure& procedure, ActKind& act);
    bool act_by(const Procedure& procedure, ActKind& act);
    bool act_field(const Procedure& procedure, ActKind& act);
    bool field_type(const Procedure& procedure, ActField& field);
    bool field_values(ActField& field);
    bool act_need(ActKind& act);
    std::optional<FactSetting> setting(std::string_view verb);
    std::vector<std::string> strings(std::string_view what);
    bool act_after(ActKind& act);
    bool act_sets(ActKind& act);

    // --- mechanisms (parse_mechanism.cc)
    bool mechanism(const Procedure& procedure, ActKind& act, std::string_view line);
    bool seals(const Procedure& procedure, ActKind& act);
    bool grants(ActKind& act);
    bool hands_on(ActKind& act);
    bool opens_item(ActKind& act);
    bool restricts(ActKind& act);
    bool filters(const Procedure& procedure, ActKind& act);
    bool lifts(ActKind& act);
    bool contests(ActKind& act);
    bool opens_duty(const Procedure& procedure, ActKind& act);
    bool tacit(ActKind& act);
    bool outage(const Procedure& procedure, ActKind& act);
    bool names_field(std::string& field);
    bool witnessed(ActKind& act);
    bool witness_groups(std::vector<WitnessGroup>& groups);
    std::optional<Span> plain_span();

    // --- what must fit together in a procedure (parse_procedure_check.cc)
    void check_procedure(const Procedure& procedure, const std::vector<Place>& places);
    void check_act(const Procedure& procedure, const ActKind& act, const Place& at);
    void check_facts(const ActKind& act, const Place& at);
    void check_fields_named(const ActKind& act, const Place& at);
    void check_field_named(const ActKind& act, const std::string& name, FieldType type,
                           const Place& at);
    void check_restraint(const Procedure& procedure, const ActKind& act, const Place& at);
    void check_tacit(const ActKind& act, const Place& at);
    void check_onward(const Procedure& procedure, const ActKind& act, const Place& at);
    void check_attendance(const Procedure& procedure, const ActKind& act, const Place& at);
    void check_witnessing(const ActKind& act, const Place& at);
    void check_needed(const ActKind& act, const std::string& name, FieldType type, const Place& at);

    // --- conditions (parse_condition.cc)
    std::optional<Expression> condition(const Instrument& instrument, std::size_t depth = 0);
    std::optional<Expression> unary(const Instrument& instrument, std::size_t depth);
    std::optional<Expression> atom(const Instrument& instrument);
    std::optional<Expression> comparison(const FactDeclaration& fact);
    std::optional<Expression> comparison_is(const FactDeclaration& fact);
    std::optional<Expression> in_set(const FactDeclaration& fact);
    std::optional<Expression> ordered(const FactDeclaration& fact);
    std::optional<std::uint64_t> value_bit(const FactDeclaration& fact);
    std::optional<std::uint64_t> value_set(const FactDeclaration& fact);
    [[nodiscard]] const FactDeclaration* known_fact();

    const Source& source_;
    std::vector<Token> tokens_;
    std::size_t position_ = 0;
    Reading reading_;
    std::size_t errors_here_ = 0;
};

/// The words at which reading starts again after an error.
[[nodiscard]] std::span<const std::string_view> restart_words();

/// A fact by name, as literals over it need it.
[[nodiscard]] Literal literal_on(const FactDeclaration& fact, Literal::Kind kind);
/// All values a fact may take.
[[nodiscard]] std::uint64_t full_mask(const FactDeclaration& fact);
[[nodiscard]] std::vector<std::string> value_names(const FactDeclaration& fact);

/// Resolves references, exceptions, duplicates and replacements once all documents are read.
void check_library(Reading reading);
void check_instrument(Instrument& instrument, Reading reading);

}  // namespace comity::law::detail
