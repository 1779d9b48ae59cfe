#include "ground/message/message.h"

#include <gtest/gtest.h>

namespace comity::message {
namespace {

using enum base::ErrorKind;

constexpr std::pair<base::ErrorKind, int> statuses[] = {
    {malformed, 400},   {too_large, 413}, {not_found, 404},  {inadmissible, 403},
    {lacks_facts, 422}, {invalid, 400},   {not_proven, 403}, {conflict, 409},
    {unavailable, 502}, {try_later, 503}, {failure, 500}};

TEST(ErrorResponse, has_the_status_of_its_kind_and_is_read_back) {
    for (const auto& [kind, status] : statuses) {
        const base::Error error{kind, "what", "why", "next", "/place", "XA-XB 4(1)"};
        const Response response = error_response(error);
        EXPECT_EQ(response.status, status);
        EXPECT_EQ(response.headers.get("content-type"), "application/json");
        if (kind != failure) {
            EXPECT_EQ(error_of(response), error);
        }
    }
}

TEST(ErrorResponse, is_canonical_json_without_what_is_empty) {
    EXPECT_EQ(error_response({lacks_facts, "no warrant", "", "attach it", "", "XA 2"}).body,
              R"({"code":"lacks-facts","fix":"attach it","message":"no warrant","ref":"XA 2"})");
}

TEST(ErrorResponse, tells_an_outsider_nothing_of_an_internal_failure) {
    const Response response = error_response({failure, "disk /var/x", "EIO", "call", "/p", "c"});
    EXPECT_EQ(response.body,
              R"({"code":"failure","message":"the request could not be carried out here"})");
    EXPECT_EQ(error_of(response).kind, failure);
}

TEST(ErrorResponse, stays_readable_when_the_error_is_long) {
    std::string what(4095, 'x');
    what += "\xc3\xb6\xc3\xb6";
    const base::Error read =
        error_of(error_response({malformed, what, std::string(100000, '\x01'), "", "", ""}));
    EXPECT_EQ(read.kind, malformed);
    EXPECT_EQ(read.what, std::string(4095, 'x'));
    EXPECT_EQ(read.why.size(), 4096U);
}

TEST(ErrorResponse, stays_readable_when_the_error_quotes_bytes_that_are_no_text) {
    const base::Error read =
        error_of(error_response({malformed, "not a name: \xc3", "", "", "", ""}));
    EXPECT_EQ(read.kind, malformed);
    EXPECT_EQ(read.what, "not a name: ?");
}

TEST(ErrorOf, makes_of_any_other_body_a_peer_that_did_not_answer) {
    const std::string_view body = R"({"code":"malformed","message":"m"})";
    EXPECT_EQ(error_of({400, {}, std::string(body)}).kind, malformed);
    EXPECT_EQ(error_of({403, {}, std::string(body)}).kind, unavailable);  // status and code differ
    for (const std::string_view other :
         {"", "<html>", "{}", "[]", R"({"code":"new","message":"m"})",
          R"({"code":"malformed","message":"m","more":1})", R"({"code":"malformed"})"}) {
        EXPECT_EQ(error_of({400, {}, std::string(other)}).kind, unavailable) << other;
    }
}

TEST(Headers, are_found_whatever_their_case_and_replaced) {
    Headers headers;
    headers.set("Content-Type", "a");
    headers.set("X", "b");
    headers.set("content-type", "c");
    EXPECT_EQ(headers.get("CONTENT-TYPE"), "c");
    EXPECT_EQ(headers.get("x"), "b");
    EXPECT_EQ(headers.get("y"), std::nullopt);
    EXPECT_EQ(headers.fields.size(), 2U);
}

TEST(Request, has_a_path_without_its_query) {
    Request request;
    request.target = "/a/b?c=d?e";
    EXPECT_EQ(request.path(), "/a/b");
    request.target = "/a";
    EXPECT_EQ(request.path(), "/a");
}

}  // namespace
}  // namespace comity::message
