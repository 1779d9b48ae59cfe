#pragma once

// The colours of sRGB as an ICC profile (ICC.1:2001, version 2), written here: a fixed 1 KiB.

#include <string>

namespace comity::pdf::detail {

[[nodiscard]] std::string srgb_profile();

}  // namespace comity::pdf::detail
