#include "domain/reporting/document.h"

namespace comity::reporting {
namespace {

struct AsText {
    std::string& out;

    void operator()(const Heading& heading) const {
        out += "\n" + std::string(static_cast<std::size_t>(heading.level), '#') + " " +
               heading.text + "\n\n";
    }
    void operator()(const Paragraph& paragraph) const { out += paragraph.text + "\n"; }
    void operator()(const Table& table) const {
        for (const std::vector<std::string>& row : table.rows) {
            if (row.size() == 2) {  // names and what they are
                out += "- " + row[0] + ": " + row[1] + "\n";
                continue;
            }
            for (std::size_t i = 0; i < row.size() && i < table.head.size(); ++i) {
                out += (i == 0 ? "- " : "  ") + table.head[i] + ": " + row[i] + "\n";
            }
        }
    }
};

}  // namespace

std::string plain_text(const Document& document) {
    std::string out;
    for (const Block& block : document.blocks) {
        std::visit(AsText{out}, block);
    }
    out += "\n" + document.footer + "\n";
    return out.substr(out.find_first_not_of('\n'));
}

}  // namespace comity::reporting
