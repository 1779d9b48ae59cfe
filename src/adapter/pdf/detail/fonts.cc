#include "adapter/pdf/detail/fonts.h"

#include <array>
#include <filesystem>
#include <string>

namespace comity::pdf::detail {
namespace {

/// Latin, Greek and Cyrillic first; further scripts as far as they are installed.
constexpr std::array<std::string_view, 10> files{
    "NotoSans-Regular.ttf",         "NotoSans-Bold.ttf",
    "NotoSansArabic-Regular.ttf",   "NotoSansArabic-Bold.ttf",
    "NotoSansHebrew-Regular.ttf",   "NotoSansArmenian-Regular.ttf",
    "NotoSansGeorgian-Regular.ttf", "NotoSansDevanagari-Regular.ttf",
    "NotoSansSymbols-Regular.ttf",  "NotoSansMath-Regular.ttf"};

}  // namespace

base::Result<Fonts> fonts_in(std::string_view folder, std::string_view language) {
    // Its own configuration: no file of the machine, no folder, no rule.
    FontConfig config(FcConfigCreate());
    bool first = true;
    for (const std::string_view file : files) {
        const std::filesystem::path path = std::filesystem::path(folder) / file;
        std::error_code ignored;
        const bool there =
            std::filesystem::is_regular_file(path, ignored) &&
            FcConfigAppFontAddFile(config.get(), reinterpret_cast<const FcChar8*>(path.c_str())) ==
                FcTrue;
        if (first && !there) {
            return base::fail(base::ErrorKind::not_found, "the fonts for PDF are not installed",
                              path.string() + " is not there",
                              "install the package fonts-noto-core");
        }
        first = false;
    }
    // Handed over by way of fontconfig: pango 1.50 never lets go of one that it is given itself.
    FcConfigSetCurrent(config.get());
    Fonts fonts;
    fonts.map.reset(pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT));
    fonts.context.reset(pango_font_map_create_context(fonts.map.get()));
    const FontOptions options(cairo_font_options_create());
    cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(fonts.context.get(), options.get());
    constexpr double points_per_inch = 72;
    pango_cairo_context_set_resolution(fonts.context.get(), points_per_inch);
    pango_context_set_language(fonts.context.get(),
                               pango_language_from_string(std::string(language).c_str()));
    return fonts;
}

}  // namespace comity::pdf::detail
