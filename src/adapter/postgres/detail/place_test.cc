#include "adapter/postgres/detail/place.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace comity::postgres::detail {
namespace {

std::string setting(const Place& place, std::string_view name) {
    const auto found = std::ranges::find(
        place.settings, name, [](const auto& one) { return std::string_view(one.first); });
    return found == place.settings.end() ? "(none)" : found->second;
}

TEST(Place, reads_settings_of_libpq) {
    const auto place = Place::parse("postgres:host=/run/a,/run/b dbname=xa user='a b'");
    ASSERT_TRUE(place.has_value()) << place.error().text();
    EXPECT_EQ(setting(*place, "host"), "/run/a,/run/b");
    EXPECT_EQ(setting(*place, "dbname"), "xa");
    EXPECT_EQ(setting(*place, "user"), "a b");
}

TEST(Place, reads_a_uri) {
    const auto place = Place::parse("postgres://db-1.example,db-2.example:5433/xa?passfile=/etc/p");
    ASSERT_TRUE(place.has_value()) << place.error().text();
    EXPECT_EQ(setting(*place, "host"), "db-1.example,db-2.example");
    EXPECT_EQ(setting(*place, "passfile"), "/etc/p");
}

TEST(Place, reads_a_file_with_settings_and_comments) {
    std::string name = testing::TempDir() + "comity-place-XXXXXX";
    const std::filesystem::path folder = ::mkdtemp(name.data());
    const std::filesystem::path file = folder / "store.conf";
    std::ofstream(file)
        << "# where the store is\nservice = xa-court\n\n  # a host\nhost=db.example\n";
    const auto place = Place::parse("postgres:" + file.string());
    std::filesystem::remove_all(folder);
    ASSERT_TRUE(place.has_value()) << place.error().text();
    EXPECT_EQ(setting(*place, "service"), "xa-court");
    EXPECT_EQ(setting(*place, "host"), "db.example");
    EXPECT_EQ(Place::parse("postgres:" + file.string()).error().kind, base::ErrorKind::failure);
}

TEST(Place, always_verifies_the_server_and_wants_a_host_that_takes_writes) {
    const auto place = Place::parse("postgres:service=xa-court");
    ASSERT_TRUE(place.has_value());
    EXPECT_EQ(setting(*place, "sslmode"), "verify-full");
    EXPECT_EQ(setting(*place, "gssencmode"), "disable");
    EXPECT_EQ(setting(*place, "target_session_attrs"), "read-write");
    EXPECT_EQ(setting(*place, "connect_timeout"), "5");
    EXPECT_EQ(setting(*Place::parse("postgres:connect_timeout=9"), "connect_timeout"), "9");
}

TEST(Place, gives_its_hosts_in_another_order) {
    const auto place = Place::parse("postgres:host=a,b,c port=1,2,3 dbname=x,y");
    ASSERT_TRUE(place.has_value());
    EXPECT_EQ(setting(place->beginning_with(1), "host"), "b,c,a");
    EXPECT_EQ(setting(place->beginning_with(5), "port"), "3,1,2");
    EXPECT_EQ(setting(place->beginning_with(1), "dbname"), "x,y");
    EXPECT_EQ(setting(Place::parse("postgres:host=a port=1")->beginning_with(7), "port"), "1");
}

TEST(Place, refuses_a_password_and_does_not_repeat_it) {
    for (const char* text :
         {"postgres:host=db.example password=hunter2", "postgres://xa:hunter2@db.example/xa",
          "postgres:host=db.example sslpassword=hunter2", "postgres:password='hunter2",
          "postgres://xa:hunter2@db.example/xa?unknown=1"}) {
        const auto place = Place::parse(text);
        ASSERT_FALSE(place.has_value()) << text;
        EXPECT_EQ(place.error().kind, base::ErrorKind::malformed);
        EXPECT_EQ(place.error().text().find("hunter2"), std::string::npos) << place.error().text();
    }
}

TEST(Place, refuses_what_weakens_the_connection) {
    for (const char* text :
         {"postgres:host=db.example sslmode=require", "postgres:host=db.example sslmode=disable",
          "postgres:host=db.example gssencmode=prefer",
          "postgres:host=db.example target_session_attrs=any",
          "postgres:host=db.example replication=database"}) {
        EXPECT_EQ(Place::parse(text).error().kind, base::ErrorKind::malformed) << text;
    }
}

TEST(Place, refuses_what_is_no_place) {
    for (const std::string& text :
         {std::string("sqlite:a"), std::string("postgres"), std::string("postgres:colour=red"),
          "postgres:host=" + std::string(20'000, 'a'), std::string("postgres:host=a\0b=c", 19)}) {
        EXPECT_EQ(Place::parse(text).error().kind, base::ErrorKind::malformed) << text;
    }
    EXPECT_EQ(Place::parse("postgres:/there/is/no/such/file").error().kind,
              base::ErrorKind::failure);
}

TEST(Place, refuses_a_password_in_the_environment) {
    ::unsetenv("PGPASSWORD");
    EXPECT_TRUE(refuse_password_of_environment().has_value());
    ::setenv("PGPASSWORD", "hunter2", 1);
    const auto refused = refuse_password_of_environment();
    ::unsetenv("PGPASSWORD");
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().text().find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace comity::postgres::detail
