// The conformance suite's subject: a new database in the one server of this process.

#include "adapter/postgres/postgres.h"
#include "stores.h"
#include "tests/stores/server.h"

namespace comity::conformance {
namespace {

template <class T>
T must(base::Result<T> result) {
    if (!result) {
        ADD_FAILURE() << result.error().text();
        std::abort();
    }
    return std::move(*result);
}

/// Started when it is first needed, ended with the process.
stores::PostgresServer& server() {
    static const std::unique_ptr<stores::PostgresServer> started =
        must(stores::PostgresServer::make());
    return *started;
}

class PostgresSubject final : public Subject {
 public:
    PostgresSubject() { reopen(); }
    [[nodiscard]] ports::Store& store() override { return *store_; }
    void reopen() override {
        store_.reset();
        store_ = must(postgres::PostgresStore::open(
            {.place = server().place(database_), .owner = "xa-court"}));
    }

 private:
    std::string database_ = must(server().new_database());
    std::unique_ptr<postgres::PostgresStore> store_;
};

}  // namespace

std::vector<Kind> kinds() {
    return {{"postgres", [] { return std::make_unique<PostgresSubject>(); }}};
}

}  // namespace comity::conformance
