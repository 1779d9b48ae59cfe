#pragma once

// Five real nodes and the story of the demonstration, to be disturbed by tests.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "adapter/records/records.h"
#include "app/comity/demo/story.h"
#include "app/comity/node_folder.h"

namespace comity::federation {

namespace fs = std::filesystem;
namespace demo = app::demo;

inline constexpr std::uint64_t records_seed = 20261123;
inline constexpr std::uint64_t records_accounts = 200;

inline std::string content_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// What the nodes hold in the end, in words that are the same for every run: leaves, and of each
/// matter its procedure, state and acts.
using Outline = std::map<std::string, std::multiset<std::string>>;

/// Six nodes below a folder of their own, and the story.
class Theatre {
 public:
    Theatre() {
        std::string name = (fs::temp_directory_path() / "comity-theatre-XXXXXX").string();
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
        auto cast = demo::assemble(folder_, COMITY_LAW);
        EXPECT_TRUE(cast.has_value()) << cast.error().text();
        cast_ = std::move(*cast);
        cast_->children.use_program(COMITY_PROGRAM);
        stage_ = std::make_unique<demo::Stage>(*cast_, told_);
    }
    Theatre(const Theatre&) = delete;
    Theatre& operator=(const Theatre&) = delete;
    ~Theatre() {
        stage_.reset();
        cast_.reset();
        fs::remove_all(folder_);
    }

    [[nodiscard]] demo::Cast& cast() { return *cast_; }
    [[nodiscard]] demo::Stage& stage() { return *stage_; }
    [[nodiscard]] std::string told() const { return told_.str(); }
    [[nodiscard]] fs::path folder(std::string_view party) const { return folder_ / party; }
    [[nodiscard]] const app::Office& office(std::string_view party) {
        return *cast_->institutions.find(party)->second.office;
    }

    /// All nodes up, registers and the channel opened, at rest everywhere.
    [[nodiscard]] base::Result<demo::Records> open() {
        COMITY_TRY(demo::start_all(*cast_));
        demo::Records records = COMITY_TRY(make_records());
        COMITY_TRY(demo::accredit(*stage_));
        COMITY_TRY(demo::inaugurate(*stage_));
        COMITY_TRY(stage_->settled());
        return records;
    }

    /// The first story up to the rest in which nothing waits anywhere.
    [[nodiscard]] base::Result<void> tell() {
        COMITY_TRY(demo::start_all(*cast_));
        const demo::Records records = COMITY_TRY(make_records());
        COMITY_TRY(demo::accredit(*stage_));
        demo::Matters matters;
        matters.channel = COMITY_TRY(demo::inaugurate(*stage_));
        matters.preservation = COMITY_TRY(demo::preserve(*stage_, records));
        COMITY_TRY(demo::disclose(*stage_, records, matters));
        COMITY_TRY(demo::fail_as_due(*stage_, records, matters));
        return stage_->settled();
    }

    [[nodiscard]] base::Result<Outline> outline() {
        Outline outline;
        for (const auto& [name, institution] : cast_->institutions) {
            const codec::Value status = COMITY_TRY(institution.office->get("/status"));
            std::multiset<std::string>& lines = outline[name];
            lines.insert("leaves " + codec::canonical(status.get_object().at("leaves")));
            const codec::Value matters = COMITY_TRY(institution.office->get("/matters"));
            for (const codec::Value& one : matters.get_array()) {
                const std::string id(one.get_object().at("matter").get_string());
                lines.insert(COMITY_TRY(line_of(*institution.office, id)));
            }
        }
        return outline;
    }

    [[nodiscard]] base::Result<demo::Records> make_records() {
        const fs::path place = folder(demo::provider) / "records";
        fs::create_directories(place);
        COMITY_TRY(records::generate_records(place, records_seed, records_accounts));
        return demo::Records{place, records::generated_account(records_seed, 17)};
    }

 private:
    static base::Result<std::string> line_of(const app::Office& office, const std::string& matter) {
        const codec::Value view = COMITY_TRY(office.get("/matters/" + matter));
        const codec::Object& object = view.get_object();
        std::string line = codec::canonical(object.at("procedure")) + " is " +
                           codec::canonical(object.at("state")) + ":";
        for (const codec::Value& act : object.at("acts").get_array()) {
            line += " " + codec::canonical(act.get_object().at("party")) + " " +
                    codec::canonical(act.get_object().at("kind"));
        }
        return line;
    }

    fs::path folder_;
    std::ostringstream told_;
    std::unique_ptr<demo::Cast> cast_;
    std::unique_ptr<demo::Stage> stage_;
};

/// A request by the investigator in a new matter, at rest everywhere.
inline base::Result<void> one_more_request(Theatre& theatre, const demo::Records& records) {
    COMITY_TRY(theatre.stage().take(
        demo::investigator,
        {std::nullopt, "disclosure", "request", demo::request_fields(records, "subscriber")}));
    return theatre.stage().settled();
}

}  // namespace comity::federation
