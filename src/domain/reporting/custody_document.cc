#include "domain/reporting/custody_document.h"

#include <algorithm>
#include <utility>

#include "domain/reporting/words.h"

namespace comity::reporting {
namespace {

/// Digits by which an act is found again in the record.
constexpr std::size_t short_digits = 16;

class Writer {
 public:
    Writer(const CustodyReport& report, Language language)
        : report_(report), language_(language), words_(words_of(language)) {}

    Document write(const base::Digest& record) && {
        document_.language = language_;
        document_.title = text(words_.title) + ", " + report_.matter;
        document_.at = report_.exported_at;
        document_.footer = text(words_.footer) + " " + record.hex();
        heading(1, document_.title);
        paragraph(text(words_.answer) + " " + text(word_for(report_.answer, language_)) + ".");
        paragraph(text(words_.what_it_is));
        summary(record);
        gaps();
        items();
        holdings();
        events();
        accesses();
        return std::move(document_);
    }

 private:
    static std::string text(std::string_view words) { return std::string(words); }
    void heading(int level, std::string words) {
        document_.blocks.emplace_back(Heading{level, std::move(words)});
    }
    void paragraph(std::string words) {
        document_.blocks.emplace_back(Paragraph{std::move(words)});
    }
    [[nodiscard]] std::string item_name(std::size_t item) const {
        return text(words_.item) + " " + std::to_string(item + 1);
    }
    [[nodiscard]] std::string whole(const std::optional<base::Digest>& digest) const {
        return digest ? digest->hex() : text(words_.none);
    }
    void summary(const base::Digest& record) {
        Table table{{text(words_.field), text(words_.value)}, {}};
        const auto row = [&](std::string_view name, std::string value) {
            table.rows.push_back(
                {text(name), value.empty() ? text(words_.not_known) : std::move(value)});
        };
        row(words_.matter, report_.matter);
        row(words_.state, report_.state);
        row(words_.realm, report_.realm);
        row(words_.agreement, report_.agreement);
        row(words_.law, report_.law);
        row(words_.exported, report_.exported_by.text() + ", " + report_.exported_at.text());
        row(words_.proof_digest, report_.proof.hex());
        row(words_.record_digest, record.hex());
        document_.blocks.emplace_back(std::move(table));
    }

    void gaps() {
        heading(2, text(words_.gaps));
        if (report_.gaps.empty()) {
            paragraph(text(words_.gaps_none));
            return;
        }
        paragraph(text(words_.gaps_some));
        Table table{{text(words_.act), text(words_.field), text(words_.value)}, {}};
        for (const CustodyGap& gap : report_.gaps) {
            table.rows.push_back({gap.act ? gap.act->brief() : text(words_.none),
                                  text(word_for(gap.kind, language_)), gap.what});
        }
        document_.blocks.emplace_back(std::move(table));
    }

    void items() {
        heading(2, text(words_.items));
        if (report_.items.empty()) {
            paragraph(text(words_.items_none));
        }
        for (std::size_t i = 0; i < report_.items.size(); ++i) {
            item(i);
        }
    }

    void item(std::size_t place) {
        const CustodyItem& item = report_.items[place];
        heading(3, item_name(place));
        Table table{{text(words_.field), text(words_.value)}, {}};
        const auto row = [&](std::string_view name, std::string value) {
            table.rows.push_back({text(name), std::move(value)});
        };
        row(words_.act, item.act.hex());
        row(words_.handed_over_by, item.from.text());
        if (item.source) {
            row(words_.source, item.source->hex());
        }
        if (item.descriptor) {
            const items::ItemDescriptor& found = *item.descriptor;
            std::string readers = found.reader.text();
            for (const items::ItemReader& more :
                 found.more_readers.value_or(std::vector<items::ItemReader>{})) {
                readers += ", " + more.reader.text();
            }
            row(words_.readers, readers);
            row(words_.kind_and_size, found.media_type + ", " + std::to_string(found.size) + " " +
                                          text(words_.bytes) + ", " + text(words_.tier) + " " +
                                          std::to_string(found.tier));
            row(words_.digest, found.id.hex());
            row(words_.commitment, found.commitment.hex());
            row(words_.ends, found.end.text());
            row(words_.limits, found.use_limits.empty() ? text(words_.none)
                                                        : base::joined(found.use_limits, "; "));
        } else {
            row(words_.digest, text(item.sealed ? words_.not_known : words_.none));
        }
        document_.blocks.emplace_back(std::move(table));
    }

    void holdings() {
        heading(2, text(words_.holders));
        if (report_.holdings.empty()) {
            paragraph(text(words_.items_none));
            return;
        }
        Table table{{text(words_.item), text(words_.holder), text(words_.from), text(words_.until)},
                    {}};
        for (const Holding& holding : report_.holdings) {
            table.rows.push_back(
                {item_name(holding.item), holding.party.text(),
                 holding.from ? holding.from->text() : text(words_.not_known),
                 holding.until ? holding.until->text() + " (" + holding.erasure->brief() + ")"
                               : text(words_.not_ended)});
        }
        document_.blocks.emplace_back(std::move(table));
    }

    void events() {
        heading(2, text(words_.events));
        if (report_.events.empty()) {
            paragraph(text(words_.items_none));
            return;
        }
        Table table{{text(words_.when), text(words_.step), text(words_.holder), text(words_.item)},
                    {}};
        for (const CustodyEvent& one : report_.events) {
            table.rows.push_back({one.at.text(), text(word_for(one.step, language_)),
                                  one.party.text(), items_of(one)});
        }
        document_.blocks.emplace_back(std::move(table));
        for (std::size_t i = 0; i < report_.events.size(); ++i) {
            event(i);
        }
    }

    [[nodiscard]] std::string items_of(const CustodyEvent& event) const {
        std::string items;
        for (const CustodyTouch& one : event.touched) {
            items += (items.empty() ? "" : ", ") + item_name(one.item);
        }
        return items.empty() ? text(words_.not_known) : items;
    }

    /// Everything that is known of one event, digests in full.
    void event(std::size_t place) {
        const CustodyEvent& one = report_.events[place];
        heading(3, text(words_.event) + " " + std::to_string(place + 1) + ": " +
                       text(word_for(one.step, language_)));
        Table table{{text(words_.field), text(words_.value)}, {}};
        const auto row = [&](std::string_view name, std::string value) {
            table.rows.push_back({text(name), std::move(value)});
        };
        row(words_.act, one.act.hex());
        row(words_.when, when(one));
        row(words_.by, who(one));
        row(words_.clause, clause(one));
        row(words_.cited, one.cited.empty() ? text(words_.none) : base::joined(one.cited, "; "));
        if (one.touched.empty()) {
            row(words_.item, text(words_.not_known));
        }
        for (const CustodyTouch& touch : one.touched) {
            row(words_.item, item_name(touch.item));
            row(words_.before, whole(touch.before));
            row(words_.after, whole(touch.after));
        }
        if (!one.places.empty()) {
            row(words_.places, base::joined(one.places, "; "));
        }
        if (!one.notices.empty()) {
            row(words_.notices, base::joined(one.notices, "; "));
        }
        row(words_.proven, text(one.proven ? words_.yes : words_.no));
        document_.blocks.emplace_back(std::move(table));
    }

    [[nodiscard]] std::string who(const CustodyEvent& event) const {
        const std::string person = event.person.empty() ? text(words_.not_known) : event.person;
        return event.party.text() + ", " + person + (event.role.empty() ? "" : ", " + event.role);
    }
    [[nodiscard]] std::string when(const CustodyEvent& event) const {
        return event.at.text() +
               (event.witnessed ? ", " + text(words_.witnessed) + " " + event.witnessed->text()
                                : "");
    }
    [[nodiscard]] std::string clause(const CustodyEvent& event) const {
        const bool french = language_ == Language::french && !event.title_fr.empty();
        return event.clause + " (" + (french ? event.title_fr : event.title) + ")";
    }

    void accesses() {
        heading(2, text(words_.access));
        Table table{{text(words_.when), text(words_.by), text(words_.item), text(words_.act)}, {}};
        for (const CustodyEvent& event : report_.events) {
            if (event.step != CustodyStep::opened) {
                continue;
            }
            table.rows.push_back({event.at.text(), who(event), items_of(event),
                                  event.act.hex().substr(0, short_digits)});
        }
        if (table.rows.empty()) {
            paragraph(text(words_.access_none));
        } else {
            document_.blocks.emplace_back(std::move(table));
        }
    }

    const CustodyReport& report_;
    Language language_;
    const Words& words_;
    Document document_;
};

}  // namespace

Document document_of(const CustodyReport& report, const base::Digest& record, Language language) {
    return Writer(report, language).write(record);
}

}  // namespace comity::reporting
