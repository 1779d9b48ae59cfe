#include "adapter/pdf/detail/colour.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

namespace comity::pdf::detail {
namespace {

constexpr std::size_t header_bytes = 128;
constexpr std::size_t tag_entry_bytes = 12;

void append_u16(std::string& out, std::uint32_t value) {
    out += static_cast<char>(value >> 8 & 0xFF);
    out += static_cast<char>(value & 0xFF);
}
void append_u32(std::string& out, std::uint32_t value) {
    append_u16(out, value >> 16);
    append_u16(out, value & 0xFFFF);
}

/// s15Fixed16Number.
void append_fixed(std::string& out, double value) {
    constexpr double one = 65536;
    append_u32(out, static_cast<std::uint32_t>(std::lround(value * one)));
}

std::string xyz(double x, double y, double z) {
    std::string out("XYZ \0\0\0\0", 8);
    append_fixed(out, x);
    append_fixed(out, y);
    append_fixed(out, z);
    return out;
}

std::string text(std::string_view words) {
    return std::string("text\0\0\0\0", 8) + std::string(words) + std::string(1, '\0');
}

std::string description(std::string_view words) {
    std::string out("desc\0\0\0\0", 8);
    append_u32(out, static_cast<std::uint32_t>(words.size() + 1));
    out += words;
    constexpr std::size_t empty_unicode_and_script = 1 + 4 + 4 + 2 + 1 + 67;
    return out + std::string(empty_unicode_and_script, '\0');
}

/// IEC 61966-2-1: from the encoded value to linear light, at 256 points.
std::string curve() {
    constexpr int points = 256;
    std::string out("curv\0\0\0\0", 8);
    append_u32(out, points);
    for (int i = 0; i < points; ++i) {
        const double encoded = static_cast<double>(i) / (points - 1);
        const double linear =
            encoded <= 0.04045 ? encoded / 12.92 : std::pow((encoded + 0.055) / 1.055, 2.4);
        append_u16(out, static_cast<std::uint32_t>(std::lround(linear * 65535)));
    }
    return out;
}

std::string header(std::size_t size) {
    std::string out;
    append_u32(out, static_cast<std::uint32_t>(size));
    append_u32(out, 0);           // no preferred module
    append_u32(out, 0x02100000);  // version 2.1
    out += "mntrRGB XYZ ";
    for (const std::uint32_t part : {2026U, 1U, 1U, 0U, 0U, 0U}) {
        append_u16(out, part);  // a date that says nothing
    }
    out += "acsp";
    out.append(28, '\0');  // platform, flags, maker, model, attributes, intent
    append_fixed(out, 0.9642);
    append_fixed(out, 1.0);
    append_fixed(out, 0.8249);
    out.append(header_bytes - out.size(), '\0');
    return out;
}

}  // namespace

std::string srgb_profile() {
    const std::string shared_curve = curve();
    // The primaries of sRGB, adapted to D50.
    const std::vector<std::pair<std::string_view, std::string>> tags{
        {"desc", description("sRGB (IEC 61966-2-1)")},
        {"cprt", text("no rights are claimed")},
        {"wtpt", xyz(0.9642, 1.0, 0.8249)},
        {"rXYZ", xyz(0.4360747, 0.2225045, 0.0139322)},
        {"gXYZ", xyz(0.3850649, 0.7168786, 0.0971045)},
        {"bXYZ", xyz(0.1430804, 0.0606169, 0.7141733)},
        {"rTRC", shared_curve},
        {"gTRC", shared_curve},
        {"bTRC", shared_curve}};
    std::string table;
    std::string data;
    append_u32(table, static_cast<std::uint32_t>(tags.size()));
    const std::size_t start = header_bytes + 4 + tags.size() * tag_entry_bytes;
    for (const auto& [name, bytes] : tags) {
        table += name;
        append_u32(table, static_cast<std::uint32_t>(start + data.size()));
        append_u32(table, static_cast<std::uint32_t>(bytes.size()));
        data += bytes;
        data.append((4 - data.size() % 4) % 4, '\0');
    }
    return header(start + data.size()) + table + data;
}

}  // namespace comity::pdf::detail
