#include "adapter/records/csv_records.h"

#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <sstream>
#include <unistd.h>

#include "adapter/records/records.h"

namespace comity::records {
namespace {

using base::ErrorKind;

constexpr const char* accounts =
    "account,name,registered,street,city,country,phone,recovery_address,status\n"
    "talor.venim@cirrus.example,Talor Venim,2030-01-02T03:04:05.000Z,\"Flat 3, 12 Skori\",Zupo,XB,"
    "+999 1,venim@recovery.example,active\r\n"
    "Riba@Cirrus.Example,Riba,2030-01-05T00:00:00.000Z,,,,,,closed\n";

constexpr const char* log_text =
    "2030-01-02T03:04:05.000Z talor.venim@cirrus.example register 192.0.2.7 40001 \"A\"\n"
    "2030-01-03T00:00:00.000Z other@cirrus.example login 192.0.2.9 40002 \"A\"\n"
    "2030-02-01T00:00:00.000Z talor.venim@CIRRUS.example login 198.51.100.3 40003 \"A \\\"B\\\"\"\n"
    "2030-02-02T00:00:00.000Z talor.venim@cirrus.example failed-login 203.0.113.5 40004 \"A\"\n"
    "2030-02-03T00:00:00.000Z talor.venim@cirrus.example login 2001:db8::5 40005 \"A\"\n";

class CsvRecordsTest : public testing::Test {
 protected:
    CsvRecordsTest() {
        std::string name = testing::TempDir() + "comity-records-XXXXXX";
        folder_ = ::mkdtemp(name.data());
        put("accounts.csv", accounts);
        put("access.log", log_text);
    }
    ~CsvRecordsTest() override {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    void put(const char* name, const std::string& text) {
        std::ofstream(folder_ / name, std::ios::binary) << text;
    }
    void append(const char* name, const std::string& text) {
        std::ofstream(folder_ / name, std::ios::binary | std::ios::app) << text;
    }
    base::Result<ports::RecordAnswer> find(std::string account, std::vector<std::string> data,
                                           const char* from = "2030-02-01T00:00:00.000Z",
                                           const char* until = "2030-02-03T00:00:00.000Z") {
        return CsvRecords(folder_).find({std::move(account), std::move(data),
                                         *base::Instant::parse(from),
                                         *base::Instant::parse(until)});
    }
    std::string document(std::string account, std::vector<std::string> data) {
        const auto answer = find(std::move(account), std::move(data));
        EXPECT_TRUE(answer.has_value()) << answer.error().text();
        return answer ? answer->document : "";
    }
    std::filesystem::path folder_;
};

TEST_F(CsvRecordsTest, answers_with_registration_data_alone) {
    EXPECT_EQ(document("talor.venim@cirrus.example", {"registration"}),
              R"({"account":"talor.venim@cirrus.example","found":true,"registration":)"
              R"({"registered":"2030-01-02T03:04:05.000Z","status":"active"},"version":1})");
}

TEST_F(CsvRecordsTest, answers_with_subscriber_data_and_two_addresses_but_no_traffic) {
    const auto answer = find("talor.venim@cirrus.example", {"subscriber"});
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->document,
              R"({"account":"talor.venim@cirrus.example","found":true,"subscriber":)"
              R"({"city":"Zupo","country":"XB","last_login":{"address":"2001:db8::5",)"
              R"("at":"2030-02-03T00:00:00.000Z","port":40005},"name":"Talor Venim",)"
              R"("phone":"+999 1","recovery_address":"venim@recovery.example",)"
              R"("registered_from":{"address":"192.0.2.7","at":"2030-01-02T03:04:05.000Z",)"
              R"("port":40001},"street":"Flat 3, 12 Skori"},"version":1})");
    EXPECT_EQ(answer->records, 3U);
    EXPECT_EQ(answer->searched, 2U + 5U);
}

TEST_F(CsvRecordsTest, answers_with_traffic_of_the_time_asked_for_alone) {
    EXPECT_EQ(document("talor.venim@cirrus.example", {"traffic"}),
              R"({"account":"talor.venim@cirrus.example","found":true,"traffic":{"access":[)"
              R"({"action":"login","address":"198.51.100.3","agent":"A \"B\"",)"
              R"("at":"2030-02-01T00:00:00.000Z","port":40003},)"
              R"({"action":"failed-login","address":"203.0.113.5","agent":"A",)"
              R"("at":"2030-02-02T00:00:00.000Z","port":40004}],)"
              R"("from":"2030-02-01T00:00:00.000Z","until":"2030-02-03T00:00:00.000Z"},)"
              R"("version":1})");
}

TEST_F(CsvRecordsTest, gives_a_document_that_its_reader_reads) {
    const auto text =
        document("talor.venim@cirrus.example", {"registration", "subscriber", "traffic"});
    const auto read = read_document(text);
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(codec::write(*read), text);
    EXPECT_EQ(read->traffic->access.size(), 2U);
    EXPECT_FALSE(read_document(text + " "));
}

TEST_F(CsvRecordsTest, finds_an_account_whatever_the_case_of_its_domain) {
    EXPECT_TRUE(find("talor.venim@CIRRUS.Example", {"registration"})->found);
    EXPECT_TRUE(find("Riba@cirrus.example", {"registration"})->found);
    EXPECT_FALSE(find("riba@cirrus.example", {"registration"})->found);
    EXPECT_FALSE(find("Talor.Venim@cirrus.example", {"registration"})->found);
}

TEST_F(CsvRecordsTest, says_that_an_account_is_not_there) {
    const auto answer = find("nobody@cirrus.example", {"subscriber", "registration"});
    ASSERT_TRUE(answer);
    EXPECT_FALSE(answer->found);
    EXPECT_EQ(answer->records, 0U);
    EXPECT_EQ(answer->document, R"({"account":"nobody@cirrus.example","found":false,"version":1})");
}

TEST_F(CsvRecordsTest, leaves_out_addresses_that_were_never_logged) {
    const auto read = read_document(document("Riba@cirrus.example", {"subscriber"}));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->subscriber->last_login, std::nullopt);
    EXPECT_EQ(read->subscriber->registered_from, std::nullopt);
}

TEST_F(CsvRecordsTest, refuses_queries_that_make_no_sense) {
    EXPECT_EQ(find("no account", {"subscriber"}).error().kind, ErrorKind::malformed);
    EXPECT_EQ(find("a@b@c", {"subscriber"}).error().kind, ErrorKind::malformed);
    EXPECT_EQ(find("@b", {"subscriber"}).error().kind, ErrorKind::malformed);
    EXPECT_EQ(find("a@b", {}).error().kind, ErrorKind::malformed);
    EXPECT_EQ(find("a@b", {"subscriber", "content"}).error().kind, ErrorKind::not_found);
    EXPECT_EQ(find("a@b", {"traffic"}, "2030-02-01T00:00:00.000Z", "2030-02-01T00:00:00.000Z")
                  .error()
                  .kind,
              ErrorKind::malformed);
}

TEST_F(CsvRecordsTest, names_the_place_of_damage_even_in_another_account) {
    const std::string csv = (folder_ / "accounts.csv").string();
    append("accounts.csv", "x@y,too,few\n");
    EXPECT_EQ(find("talor.venim@cirrus.example", {"registration"}).error().place, csv + ":4");
    put("accounts.csv", "wrong,header\n");
    EXPECT_EQ(find("talor.venim@cirrus.example", {"registration"}).error().place, csv + ":1");
    put("accounts.csv", "");
    EXPECT_EQ(find("talor.venim@cirrus.example", {"registration"}).error().place, csv + ":1");
    std::filesystem::remove(csv);
    EXPECT_EQ(find("talor.venim@cirrus.example", {"registration"}).error().kind,
              ErrorKind::not_found);
}

TEST_F(CsvRecordsTest, names_the_place_of_damage_in_the_log) {
    append("access.log", "2030-02-09T00:00:00.000Z somebody\n");
    const auto refused = find("talor.venim@cirrus.example", {"subscriber"});
    EXPECT_EQ(refused.error().place, (folder_ / "access.log").string() + ":6");
    EXPECT_TRUE(find("talor.venim@cirrus.example", {"registration"}).has_value());
}

TEST_F(CsvRecordsTest, refuses_an_account_that_stands_twice) {
    append("accounts.csv", "talor.venim@cirrus.EXAMPLE,T,2030-01-02T03:04:05.000Z,,,,,,active\n");
    const auto refused = find("talor.venim@cirrus.example", {"registration"});
    EXPECT_EQ(refused.error().what, "the account stands twice");
    EXPECT_EQ(refused.error().why, "first on line 2");
}

TEST_F(CsvRecordsTest, bounds_the_answer) {
    std::string lines;
    for (std::size_t i = 0; i <= max_access_lines; ++i) {
        lines += "2030-02-01T00:00:00.000Z talor.venim@cirrus.example login 192.0.2.1 1 \"A\"\n";
    }
    append("access.log", lines);
    const auto refused = find("talor.venim@cirrus.example", {"traffic"});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, ErrorKind::too_large);
    EXPECT_EQ(refused.error().next, "ask for a shorter time");
    EXPECT_TRUE(find("talor.venim@cirrus.example", {"subscriber"}).has_value());
}

/// Slow twin of the search: whole files in memory, cut by hand.
RecordDocument find_slowly(const std::filesystem::path& folder, const std::string& account) {
    RecordDocument found;
    found.account = account;
    std::ifstream rows(folder / "accounts.csv");
    for (std::string line; std::getline(rows, line);) {
        if (line.starts_with(account + ",")) {
            CsvSplitter splitter;
            const auto fields = *splitter.split(line);
            found.found = true;
            found.registration =
                Registration{*base::Instant::parse(fields[2]), std::string(fields[8])};
            found.subscriber = Subscriber{std::string(fields[1]),
                                          std::string(fields[3]),
                                          std::string(fields[4]),
                                          std::string(fields[5]),
                                          std::string(fields[6]),
                                          std::string(fields[7]),
                                          {},
                                          {}};
        }
    }
    found.traffic = Traffic{base::Instant{0}, generated_until, {}};
    std::ifstream log(folder / "access.log");
    for (std::string line; std::getline(log, line);) {
        std::istringstream words(line);
        std::string at;
        std::string who;
        words >> at >> who;
        if (who != account) {
            continue;
        }
        const AccessLine access = *read_access(*split_access_line(line));
        found.traffic->access.push_back(
            {access.at, access.action, access.address, access.port, access.agent});
        const AddressUse use{access.at, access.address, access.port};
        if (access.action == "register") {
            found.subscriber->registered_from = use;
        }
        if (access.action == "login") {
            found.subscriber->last_login = use;  // the log is in order of time
        }
    }
    return found;
}

TEST_F(CsvRecordsTest, finds_in_generated_records_what_the_slow_twin_finds) {
    ASSERT_TRUE(generate_records(folder_, 5, 300));
    for (const std::uint64_t index : {0U, 1U, 7U, 150U, 299U}) {
        const std::string account = generated_account(5, index);
        const auto answer = CsvRecords(folder_).find({account,
                                                      {"registration", "subscriber", "traffic"},
                                                      base::Instant{0},
                                                      generated_until});
        ASSERT_TRUE(answer) << answer.error().text();
        const RecordDocument expected = find_slowly(folder_, account);
        EXPECT_TRUE(expected.found);
        EXPECT_EQ(answer->document, codec::write(expected)) << account;
        EXPECT_EQ(answer->searched, 300U + 1200U);
    }
}

}  // namespace
}  // namespace comity::records
