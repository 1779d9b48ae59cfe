#include "adapter/pdf/detail/pages.h"

#include <algorithm>
#include <cairo-pdf.h>

#include "adapter/pdf/detail/fonts.h"
#include "adapter/pdf/pdf.h"

namespace comity::pdf::detail {
namespace {

using base::ErrorKind;
using Surface = std::unique_ptr<cairo_surface_t, Release<cairo_surface_destroy>>;
using Context = std::unique_ptr<cairo_t, Release<cairo_destroy>>;
using Layout = Object<PangoLayout>;

// Lengths in points. A4.
constexpr double page_width = 595.276;
constexpr double page_height = 841.89;
constexpr double margin = 54;
constexpr double footer_height = 24;
constexpr double body_bottom = page_height - margin - footer_height;
constexpr double text_width = page_width - 2 * margin;
constexpr double text_size = 10;
constexpr double table_size = 8;
constexpr double wide_table_size = 6.5;
constexpr double footer_size = 7;
constexpr double cell_gap = 6;
constexpr double row_gap = 3;
constexpr double block_gap = 8;
constexpr std::size_t wide_columns = 5;

enum class Weight { normal, bold };

cairo_status_t append(void* closure, const unsigned char* data, unsigned size) {
    base::append(*static_cast<base::Bytes*>(closure), base::ByteView(data, size));
    return CAIRO_STATUS_SUCCESS;
}

/// One line of a layout on its way to a page.
struct Line {
    PangoLayoutLine* line = nullptr;  // belongs to its layout
    double x = 0;                     ///< of its beginning within the width: text from the right
    double height = 0;
    double baseline = 0;  ///< below its top
};

class Pages {
 public:
    Pages(const reporting::Document& document, const Fonts& fonts, base::Bytes& out)
        : document_(document), fonts_(fonts) {
        surface_.reset(cairo_pdf_surface_create_for_stream(append, &out, page_width, page_height));
        cairo_pdf_surface_restrict_to_version(surface_.get(), CAIRO_PDF_VERSION_1_5);
        // Otherwise cairo writes the time of the run.
        const std::string at = document.at.text();
        cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_CREATE_DATE, at.c_str());
        cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_MOD_DATE, at.c_str());
        context_.reset(cairo_create(surface_.get()));
    }

    base::Result<void> write() && {
        begin("Document");
        for (const reporting::Block& block : document_.blocks) {
            if (const auto* heading = std::get_if<reporting::Heading>(&block)) {
                COMITY_TRY(write_heading(*heading));
            } else if (const auto* paragraph = std::get_if<reporting::Paragraph>(&block)) {
                COMITY_TRY(write_lines("P", paragraph->text, text_size, Weight::normal));
                y_ += block_gap;
            } else {
                COMITY_TRY(write_table(std::get<reporting::Table>(block)));
            }
        }
        COMITY_TRY(end_page());
        end("Document");
        cairo_surface_finish(surface_.get());
        if (cairo_surface_status(surface_.get()) != CAIRO_STATUS_SUCCESS ||
            cairo_status(context_.get()) != CAIRO_STATUS_SUCCESS) {
            return base::fail(ErrorKind::failure, "the pages could not be drawn",
                              cairo_status_to_string(cairo_status(context_.get())));
        }
        return {};
    }

 private:
    void begin(const char* tag) { cairo_tag_begin(context_.get(), tag, nullptr); }
    void end(const char* tag) { cairo_tag_end(context_.get(), tag); }

    [[nodiscard]] base::Result<Layout> layout(const std::string& text, double size, Weight weight,
                                              double width) const {
        Layout layout(pango_layout_new(fonts_.context.get()));
        const Description font(pango_font_description_new());
        pango_font_description_set_family(font.get(), "Noto Sans");
        pango_font_description_set_absolute_size(font.get(), size * PANGO_SCALE);
        pango_font_description_set_weight(
            font.get(), weight == Weight::bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
        pango_layout_set_font_description(layout.get(), font.get());
        pango_layout_set_width(layout.get(), static_cast<int>(width * PANGO_SCALE));
        pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
        pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
        if (pango_layout_get_unknown_glyphs_count(layout.get()) != 0) {
            return base::fail(ErrorKind::malformed,
                              "no font here has a character of the text, so it is not printed",
                              text.substr(0, 80),
                              "install a font of that script, or take another format");
        }
        return layout;
    }

    static std::vector<Line> lines_of(PangoLayout* layout) {
        std::vector<Line> lines;
        PangoLayoutIter* at = pango_layout_get_iter(layout);
        do {
            PangoRectangle extents{};
            int top = 0;
            int bottom = 0;
            pango_layout_iter_get_line_extents(at, nullptr, &extents);
            pango_layout_iter_get_line_yrange(at, &top, &bottom);
            const double baseline = pango_layout_iter_get_baseline(at) - top;
            lines.push_back({pango_layout_iter_get_line_readonly(at),
                             static_cast<double>(extents.x) / PANGO_SCALE,
                             static_cast<double>(bottom - top) / PANGO_SCALE,
                             baseline / PANGO_SCALE});
        } while (pango_layout_iter_next_line(at) != 0);
        pango_layout_iter_free(at);
        return lines;
    }

    void draw(const Line& line, double x, double y) {
        cairo_move_to(context_.get(), x + line.x, y + line.baseline);
        pango_cairo_show_layout_line(context_.get(), line.line);
    }

    /// The footer, outside of every tag: finish() makes such content an artifact.
    base::Result<void> end_page() {
        if (++pages_ > max_pages) {
            return base::fail(ErrorKind::too_large, "the document has more than 1000 pages");
        }
        const Layout footer = COMITY_TRY(layout(document_.footer + "  ·  " + std::to_string(pages_),
                                                footer_size, Weight::normal, text_width));
        double y = page_height - margin;
        for (const Line& line : lines_of(footer.get())) {
            draw(line, margin, y);
            y += line.height;
        }
        cairo_show_page(context_.get());
        y_ = margin;
        return {};
    }

    base::Result<void> make_room(double height) {
        if (y_ + height > body_bottom && y_ > margin) {
            COMITY_TRY(end_page());
        }
        return {};
    }

    /// Text in one tagged element for each page that it is on.
    base::Result<void> write_lines(const char* tag, const std::string& text, double size,
                                   Weight weight) {
        const Layout laid = COMITY_TRY(layout(text, size, weight, text_width));
        const std::vector<Line> lines = lines_of(laid.get());
        std::size_t next = 0;
        while (next < lines.size()) {
            COMITY_TRY(make_room(lines[next].height));
            begin(tag);
            do {
                draw(lines[next], margin, y_);
                y_ += lines[next].height;
                ++next;
            } while (next < lines.size() && y_ + lines[next].height <= body_bottom);
            end(tag);
        }
        return {};
    }

    base::Result<void> write_heading(const reporting::Heading& heading) {
        constexpr double sizes[] = {17, 13, 11};
        const int level = std::clamp(heading.level, 1, 3);
        const double size = sizes[level - 1];
        y_ += y_ > margin ? block_gap : 0;
        constexpr double lines_below = 4;  // no heading stands alone at the end of a page
        COMITY_TRY(make_room(size * lines_below));
        const std::string tag = "H" + std::to_string(level);
        COMITY_TRY(write_lines(tag.c_str(), heading.text, size, Weight::bold));
        y_ += block_gap / 2;
        return {};
    }

    base::Result<void> write_table(const reporting::Table& table) {
        begin("Table");
        const double size = table.head.size() >= wide_columns ? wide_table_size : table_size;
        COMITY_TRY(write_row(table.head, size, Weight::bold));
        for (const std::vector<std::string>& row : table.rows) {
            COMITY_TRY(write_row(row, size, Weight::normal));
        }
        end("Table");
        y_ += block_gap;
        return {};
    }

    static std::vector<double> widths_of(std::size_t columns) {
        if (columns == 2) {
            constexpr double narrow = 0.3;
            return {text_width * narrow - cell_gap, text_width * (1 - narrow) - cell_gap};
        }
        const auto share = text_width / static_cast<double>(columns);
        return std::vector<double>(columns, share - cell_gap);
    }

    /// A row that does not fit goes on on the next page, as a row of its own.
    base::Result<void> write_row(const std::vector<std::string>& cells, double size,
                                 Weight weight) {
        const std::vector<double> widths = widths_of(cells.size());
        std::vector<Layout> layouts;
        std::vector<std::vector<Line>> lines;
        double tallest = 0;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            layouts.push_back(COMITY_TRY(layout(cells[i], size, weight, widths[i])));
            lines.push_back(lines_of(layouts.back().get()));
            double height = 0;
            for (const Line& line : lines.back()) {
                height += line.height;
            }
            tallest = std::max(tallest, height);
        }
        COMITY_TRY(make_room(std::min(tallest, body_bottom - margin)));
        std::vector<std::size_t> next(cells.size(), 0);
        bool more = !cells.empty();
        while (more) {
            more = write_row_part(lines, widths, next, weight == Weight::bold ? "TH" : "TD");
            if (more) {
                COMITY_TRY(end_page());
            }
        }
        y_ += row_gap;
        return {};
    }

    /// As much of a row as fits; true if something is left.
    bool write_row_part(const std::vector<std::vector<Line>>& lines,
                        const std::vector<double>& widths, std::vector<std::size_t>& next,
                        const char* tag) {
        begin("TR");
        double x = margin;
        double lowest = y_;
        bool more = false;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            double y = y_;
            begin(tag);
            while (next[i] < lines[i].size() &&
                   (y + lines[i][next[i]].height <= body_bottom || y <= margin)) {
                draw(lines[i][next[i]], x, y);
                y += lines[i][next[i]].height;
                ++next[i];
            }
            end(tag);
            more = more || next[i] < lines[i].size();
            lowest = std::max(lowest, y);
            x += widths[i] + cell_gap;
        }
        end("TR");
        y_ = lowest;
        return more;
    }

    const reporting::Document& document_;
    const Fonts& fonts_;
    Surface surface_;
    Context context_;
    double y_ = margin;
    std::size_t pages_ = 0;
};

}  // namespace

base::Result<base::Bytes> lay_out(const reporting::Document& document, std::string_view fonts) {
    const Fonts found = COMITY_TRY(fonts_in(fonts, name_of(document.language)));
    base::Bytes bytes;
    COMITY_TRY(Pages(document, found, bytes).write());
    return bytes;
}

}  // namespace comity::pdf::detail
