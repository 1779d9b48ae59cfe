#include "project.h"

#include <algorithm>
#include <set>

namespace comity::tidy {

namespace {

/// What `library` may reach through what it uses, not through its own lines alone.
std::set<std::string> reach_below(const std::vector<Edges>& house, const std::string& library) {
    std::set<std::string> reached;
    for (const Edges& edges : house) {
        if (edges.library != library) {
            continue;
        }
        for (const std::string& need : edges.needs) {
            const auto below = reach_below(house, need);
            reached.insert(below.begin(), below.end());
            reached.insert(need);
        }
    }
    return reached;
}

/// Mermaid's name of a library: no slash.
std::string id_of(std::string_view library) {
    std::string id(library);
    std::ranges::replace(id, '/', '_');
    return id;
}

std::string layer_of(std::string_view library) {
    return std::string(library.substr(0, library.find('/')));
}

std::string layers_text(const std::vector<Edges>& house) {
    std::string text;
    std::vector<std::string> layers;
    for (const Edges& edges : house) {
        if (std::ranges::find(layers, layer_of(edges.library)) == layers.end()) {
            layers.push_back(layer_of(edges.library));
        }
    }
    std::ranges::reverse(layers);
    for (const std::string& layer : layers) {
        text += "    subgraph " + layer + "\n";
        for (const Edges& edges : house) {
            if (layer_of(edges.library) == layer) {
                text += "        " + id_of(edges.library) + "[" +
                        edges.library.substr(layer.size() + 1) + "]\n";
            }
        }
        text += "    end\n";
    }
    return text;
}

}  // namespace

std::string Finding::text() const {
    return path + ":" + std::to_string(line) + ": " + rule + ": " + reason + ": " + replacement;
}

std::vector<Edges> Project::house() const {
    std::vector<Edges> house;
    const auto found = files.find("cmake/edges.txt");
    if (found == files.end()) {
        return house;
    }
    for (const std::string_view line : lines_of(found->second)) {
        const std::size_t colon = line.find(':');
        if (line.starts_with('#') || colon == std::string_view::npos) {
            continue;
        }
        house.push_back({std::string(line.substr(0, colon)), words_of(line.substr(colon + 1))});
    }
    return house;
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    constexpr std::string_view between = " \t\n,`";
    while (true) {
        const std::size_t begin = text.find_first_not_of(between);
        if (begin == std::string_view::npos) {
            return words;
        }
        text.remove_prefix(begin);
        const std::size_t end = std::min(text.find_first_of(between), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

bool is_header(std::string_view path) {
    return path.ends_with(".h");
}

bool is_cpp(std::string_view path) {
    return path.ends_with(".cc") || is_header(path);
}

bool is_test(std::string_view path) {
    return path.starts_with("tests/") || path.ends_with("_test.cc") ||
           path.ends_with("_for_test.h") || path.ends_with("_for_test.cc") ||
           path.ends_with("/testing.h") || path.ends_with("/testing.cc");
}

std::string library_of(std::string_view path) {
    constexpr std::string_view root = "src/";
    if (!path.starts_with(root)) {
        return {};
    }
    path.remove_prefix(root.size());
    const std::size_t layer = path.find('/');
    const std::size_t end = layer == std::string_view::npos ? layer : path.find('/', layer + 1);
    return end == std::string_view::npos ? std::string() : std::string(path.substr(0, end));
}

std::string picture_of(const std::vector<Edges>& house) {
    std::string text = std::string(picture_begin) + "\n```mermaid\nflowchart TD\n    app[app]\n";
    text += layers_text(house);
    std::set<std::string> used;
    for (const Edges& edges : house) {
        used.insert(edges.needs.begin(), edges.needs.end());
    }
    for (auto edges = house.rbegin(); edges != house.rend(); ++edges) {
        if (!used.contains(edges->library)) {
            text += "    app --> " + id_of(edges->library) + "\n";
        }
    }
    for (auto edges = house.rbegin(); edges != house.rend(); ++edges) {
        for (const std::string& need : edges->needs) {
            // An edge that another path already shows would only darken the picture.
            const bool shown = std::ranges::any_of(edges->needs, [&](const std::string& other) {
                return reach_below(house, other).contains(need);
            });
            if (!shown) {
                text += "    " + id_of(edges->library) + " --> " + id_of(need) + "\n";
            }
        }
    }
    return text + "```\nAn arrow means `may use`, and so does a chain of arrows where " +
           "`cmake/edges.txt` says so; `app` may use everything.\n" + std::string(picture_end) +
           "\n";
}

}  // namespace comity::tidy
