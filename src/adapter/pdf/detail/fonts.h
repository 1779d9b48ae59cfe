#pragma once

// The few fonts that pages are set in, and nothing else that the machine may have: so that a
// document looks, and is, the same everywhere. For the .cc files of this library only.

#include <cairo.h>
#include <fontconfig/fontconfig.h>
#include <memory>
#include <pango/pangocairo.h>
#include <string_view>

#include "ground/base/base.h"

namespace comity::pdf::detail {

template <auto release>
struct Release {
    template <class T>
    void operator()(T* object) const {
        release(object);
    }
};
template <class T>
using Object = std::unique_ptr<T, Release<g_object_unref>>;
using FontConfig = std::unique_ptr<FcConfig, Release<FcConfigDestroy>>;
using Description = std::unique_ptr<PangoFontDescription, Release<pango_font_description_free>>;
using FontOptions = std::unique_ptr<cairo_font_options_t, Release<cairo_font_options_destroy>>;

/// A font map over the fonts in `folder`; kind not_found if the first of them is not there.
struct Fonts {
    Object<PangoFontMap> map;
    Object<PangoContext> context;
};
[[nodiscard]] base::Result<Fonts> fonts_in(std::string_view folder, std::string_view language);

}  // namespace comity::pdf::detail
