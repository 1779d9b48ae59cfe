// Which databases a store takes, and how it reaches them.

#include <arpa/inet.h>
#include <fstream>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/stores/load.h"

namespace comity::stores {
namespace {

using base::ErrorKind;

base::Error refusal(const postgres::Settings& settings) {
    const auto opened = postgres::PostgresStore::open(settings);
    if (opened) {
        ADD_FAILURE() << "the store was opened";
        return {};
    }
    return opened.error();
}

TEST(PostgresAccess, a_server_that_may_lose_what_it_acknowledged_is_refused) {
    const auto server = must(PostgresServer::make());
    postgres::Settings settings{.place = server->place(must(server->new_database())),
                                .owner = "xa-court"};
    const auto set = [&](const std::string& name, const std::string& value) {
        must(server->sql("ALTER SYSTEM SET " + name + " = '" + value + "'"));
        must(server->sql("SELECT pg_reload_conf()"));
        must(server->wait_for("SHOW " + name, value));
    };
    const std::vector<std::pair<std::string, std::string>> lossy{{"synchronous_commit", "off"},
                                                                 {"synchronous_commit", "local"},
                                                                 {"fsync", "off"},
                                                                 {"full_page_writes", "off"}};
    for (const auto& [name, value] : lossy) {
        set(name, value);
        const base::Error refused = refusal(settings);
        EXPECT_EQ(refused.kind, ErrorKind::inadmissible);
        EXPECT_EQ(refused.why, name + " is " + value);
        set(name, "on");
    }
    set("fsync", "off");
    settings.durability = postgres::Durability::as_found;
    EXPECT_TRUE(postgres::PostgresStore::open(settings).has_value());
}

TEST(PostgresAccess, a_database_of_another_kind_owner_or_time_is_refused_and_left_as_it_is) {
    const auto server = must(PostgresServer::make());
    const std::string database = must(server->new_database());
    postgres::Settings settings{.place = server->place(database), .owner = "xa-court"};
    must(server->sql("CREATE SCHEMA comity; CREATE TABLE comity.mine (a int)", database));
    EXPECT_EQ(refusal(settings).what, "this database is not a store of Comity");
    must(server->sql("DROP SCHEMA comity CASCADE", database));

    ASSERT_TRUE(postgres::PostgresStore::open(settings).has_value());
    settings.owner = "xb-central";
    EXPECT_EQ(refusal(settings).kind, ErrorKind::malformed);
    EXPECT_EQ(refusal(settings).why, "it belongs to xa-court");
    settings.owner = "xa-court";
    must(server->sql("INSERT INTO comity.migrations VALUES (99, 'later', '9.9')", database));
    EXPECT_EQ(refusal(settings).what, "the store was written by a newer program");
    EXPECT_EQ(must(server->sql("SELECT count(*) FROM comity.migrations", database)), "2");
}

TEST(PostgresAccess, a_store_says_when_the_database_was_taken_on_by_a_newer_program) {
    const auto server = must(PostgresServer::make());
    const std::string database = must(server->new_database());
    const auto store = open_store(server->place(database), std::chrono::milliseconds(200));
    must(server->sql("INSERT INTO comity.migrations VALUES (99, 'later', '9.9')", database));
    server->stop();
    must(server->start());
    const auto refused = store->commit(link({}, 1));
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().text().find("a newer program"), std::string::npos);
}

TEST(PostgresAccess, a_damaged_value_is_refused_when_it_is_read) {
    const auto server = must(PostgresServer::make());
    const std::string database = must(server->new_database());
    const auto store = open_store(server->place(database));
    ASSERT_TRUE(store->commit(link({}, 1)));
    must(server->sql("UPDATE comity.entries SET matter = 'NO NAME'", database));
    EXPECT_EQ(store->entry(digest(1)).error().kind, ErrorKind::malformed);
    must(server->sql("UPDATE comity.entries SET matter = 'm', kind = 7", database));
    EXPECT_EQ(store->entry(digest(1)).error().kind, ErrorKind::malformed);
    must(server->sql("DELETE FROM comity.head", database));
    EXPECT_EQ(store->head().error().kind, ErrorKind::malformed);
}

/// A port of the loopback that is free now.
std::uint16_t free_port() {
    const int made = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(made, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::getsockname(made, reinterpret_cast<sockaddr*>(&address), &size), 0);
    ::close(made);
    return ::ntohs(address.sin_port);
}

TEST(PostgresAccess, over_tcp_the_server_is_verified_and_the_password_comes_from_a_file) {
    const auto server = must(PostgresServer::make());
    const std::string database = must(server->new_database());
    must(server->sql("ALTER ROLE comity PASSWORD 'not a secret'"));
    const std::string data = server->data_folder().string();
    const std::string port = std::to_string(free_port());
    const std::filesystem::path passwords = server->socket_folder() / "passfile";
    std::ofstream(passwords) << "*:*:*:*:not a secret\n";
    std::filesystem::permissions(passwords, std::filesystem::perms::owner_read);
    const auto place = [&](const std::string& host) {
        return postgres::Settings{
            .place = "postgres:host=" + host + " port=" + port + " user=comity dbname=" + database +
                     " passfile=" + passwords.string() + " sslrootcert=" + data + "/server.crt",
            .owner = "xa-court",
            .patience = std::chrono::milliseconds(2000)};
    };
    server->stop();
    must(server->run({"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                      "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost", "-days", "2",
                      "-keyout", data + "/server.key", "-out", data + "/server.crt"}));
    const ServerSettings listening{"listen_addresses=127.0.0.1", "port=" + port};
    must(server->start(listening));
    EXPECT_NE(refusal(place("localhost")).text().find("does not support SSL"), std::string::npos);

    ServerSettings with_tls = listening;
    with_tls.emplace_back("ssl=on");
    server->stop();
    must(server->start(with_tls));
    EXPECT_TRUE(postgres::PostgresStore::open(place("localhost")).has_value());
    const base::Error other_name = refusal(place("127.0.0.1"));
    EXPECT_NE(other_name.text().find("does not match host name"), std::string::npos)
        << other_name.text();
}

}  // namespace
}  // namespace comity::stores
