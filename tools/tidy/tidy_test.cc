#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

#include "project.h"
#include "rules.h"
#include "source.h"

namespace comity::tidy {
namespace {

constexpr const char* edges =
    "# bottom to top\n"
    "ground/base:\n"
    "ground/codec: ground/base\n"
    "domain/law: ground/base ground/codec\n"
    "adapter/http: ground/base\n";

Project house_with(std::map<std::string, std::string> files) {
    Project project{std::move(files)};
    project.files.emplace("cmake/edges.txt", edges);
    project.files.emplace("src/ground/base/base.h", "#pragma once\n");
    project.files.emplace("src/ground/base/detail/inner.h", "#pragma once\n");
    project.files.emplace("src/ground/codec/codec.h", "#pragma once\n");
    project.files.emplace("src/domain/law/law.h", "#pragma once\n");
    return project;
}

/// Where the findings are, as `PATH:LINE`.
std::vector<std::string> places(const Findings& findings) {
    std::vector<std::string> out;
    for (const Finding& finding : findings) {
        EXPECT_FALSE(finding.reason.empty());
        EXPECT_FALSE(finding.replacement.empty());
        out.push_back(finding.path + ":" + std::to_string(finding.line));
    }
    return out;
}

using Places = std::vector<std::string>;

TEST(Finding, is_printed_with_place_rule_reason_and_replacement) {
    EXPECT_EQ((Finding{"a.cc", 3, "banned", "it throws", "std::from_chars"}.text()),
              "a.cc:3: banned: it throws: std::from_chars");
}

TEST(Source, blanks_comments_and_literals_and_keeps_lines_and_columns) {
    const Source source = read_source(
        "int a = 1'000; // rand()\n"
        "auto b = \"rand() // \\\" x\";\n"
        "/* rand()\n rand() */ char c = '\"'; char d = '\\'';\n"
        "auto e = R\"x(rand() \")\" \n rand())x\"; rand();\n");
    ASSERT_EQ(source.code.size(), 6);
    EXPECT_EQ(source.code[0], "int a = 1'000;          ");
    EXPECT_FALSE(has_word(source.code[1], "rand"));
    EXPECT_FALSE(has_word(source.code[2], "rand"));
    EXPECT_FALSE(has_word(source.code[3], "rand"));
    EXPECT_FALSE(has_word(source.code[4], "rand"));
    EXPECT_TRUE(has_word(source.code[5], "rand"));
    EXPECT_EQ(source.code[5].find("rand"), source.lines[5].rfind("rand"));
    ASSERT_EQ(source.literals.size(), 2);
    EXPECT_EQ(source.literals[0].line, 2);
    EXPECT_EQ(source.literals[1].line, 5);
}

TEST(Source, does_not_take_an_include_for_a_literal) {
    const Source source = read_source("#include \"a/b.h\"\n#  include <vector>\nauto x = \"y\";\n");
    ASSERT_EQ(source.includes.size(), 2);
    EXPECT_EQ(source.includes[0].path, "a/b.h");
    EXPECT_TRUE(source.includes[0].quoted);
    EXPECT_EQ(source.includes[1].path, "vector");
    ASSERT_EQ(source.literals.size(), 1);
    EXPECT_EQ(source.literals[0].text, "y");
}

TEST(Edges, that_point_upwards_or_between_adapters_are_found) {
    const auto found = [](const char* text) {
        return check_edges(Project{{{"cmake/edges.txt", text}}}).size();
    };
    EXPECT_EQ(found(edges), 0);
    EXPECT_EQ(found("ground/base: ground/codec\nground/codec:\n"), 1);
    EXPECT_EQ(found("ground/base: ground/base\n"), 1);
    EXPECT_EQ(found("adapter/a:\nadapter/b: adapter/a\n"), 1);
}

TEST(Includes, that_follow_the_edges_are_accepted) {
    EXPECT_EQ(places(check_includes(house_with({
                  {"src/ground/base/x.cc",
                   "#include \"ground/base/detail/inner.h\"\n#include <vector>\n"},
                  {"src/domain/law/x.cc",
                   "#include \"ground/base/base.h\"\n#include \"ground/codec/codec.h\"\n"},
                  {"src/app/comity/main.cc", "#include \"domain/law/law.h\"\n"},
              }))),
              Places{});
}

TEST(Includes, that_leave_the_edges_are_found) {
    EXPECT_EQ(places(check_includes(house_with({
                  {"src/ground/base/up.cc", "// up\n#include \"ground/codec/codec.h\"\n"},
                  {"src/domain/law/private.cc", "#include \"ground/base/detail/inner.h\"\n"},
                  {"src/domain/law/short.cc", "#include \"law.h\"\n"},
                  {"src/domain/law/absent.cc", "#include \"domain/law/absent.h\"\n"},
                  {"src/domain/other/x.cc", ""},
                  {"src/app/comity/main.cc", "#include \"ground/base/detail/inner.h\"\n"},
              }))),
              (Places{"src/app/comity/main.cc:1", "src/domain/law/absent.cc:1",
                      "src/domain/law/private.cc:1", "src/domain/law/short.cc:1",
                      "src/domain/other/x.cc:0", "src/ground/base/up.cc:2"}));
}

TEST(Includes, of_a_test_may_follow_its_test_needs) {
    const char* text = "#include \"domain/law/law.h\"\n";
    EXPECT_EQ(places(check_includes(house_with({
                  {"src/ground/base/CMakeLists.txt",
                   "comity_library(ground/base SOURCES a.cc\n"
                   "  TEST_NEEDS domain/law PACKAGES x)\n"},
                  {"src/ground/base/a.cc", text},
                  {"src/ground/base/a_test.cc", text},
              }))),
              Places{"src/ground/base/a.cc:1"});
}

TEST(ThirdParty, headers_stay_where_the_table_puts_them) {
    EXPECT_EQ(
        places(check_third_party(house_with({
            {"src/ground/codec/value.h", "#include <boost/json/value.hpp>\n"},
            {"src/adapter/http/server.cc", "#include <boost/beast/http.hpp>\n"},
            {"src/adapter/http/server_test.cc", "#include <gtest/gtest.h>\n"},
            {"src/adapter/http/unknown.cc", "#include <curl/curl.h>\n"},
            {"src/adapter/http/framework.cc", "#include <gtest/gtest.h>\n"},
            {"src/domain/law/json.cc", "#include <vector>\n#include <boost/json/parse.hpp>\n"},
            {"src/domain/law/disk.cc", "#include <fcntl.h>\n"},
            {"src/domain/law/db.cc", "#include <sqlite3.h>\n"},
            {"src/domain/law/db_test.cc", "#include <sqlite3.h>\n"},
            {"src/domain/law/disk_test.cc", "#include <fcntl.h>\n"},
        }))),
        (Places{"src/adapter/http/framework.cc:1", "src/adapter/http/unknown.cc:1",
                "src/domain/law/db.cc:1", "src/domain/law/db_test.cc:1", "src/domain/law/disk.cc:1",
                "src/domain/law/json.cc:2"}));
}

TEST(Cmake, is_not_allowed_to_link_around_the_house) {
    EXPECT_EQ(places(check_cmake(house_with({
                  {"src/ground/base/CMakeLists.txt",
                   "# no target_link_libraries here\ncomity_library(ground/base)\n"
                   "target_link_libraries(comity_base PUBLIC fmt)\n"},
                  {"src/ground/codec/CMakeLists.txt", "file(GLOB x *.cc)\n"},
                  {"src/app/comity/CMakeLists.txt", "target_link_libraries(comity x)\n"},
              }))),
              (Places{"src/ground/base/CMakeLists.txt:3", "src/ground/codec/CMakeLists.txt:1"}));
}

TEST(Orphans, are_found_and_listed_or_included_files_are_none) {
    Project project{{
        {"src/ground/base/CMakeLists.txt",
         "comity_library(ground/base SOURCES a.cc detail/b.cc)\n"},
        {"src/ground/base/a.cc", "#include \"ground/base/a.h\"\n"},
        {"src/ground/base/a.h", ""},
        {"src/ground/base/detail/b.cc", ""},
        {"src/ground/base/b.cc", ""},
        {"src/ground/base/c.h", "// #include \"ground/base/c.h\"\n"},
    }};
    EXPECT_EQ(places(check_orphans(project)),
              (Places{"src/ground/base/b.cc:0", "src/ground/base/c.h:0"}));
}

Project readme(const std::string& text) {
    return house_with({{"src/domain/law/CMakeLists.txt", ""}, {"src/domain/law/README.md", text}});
}

TEST(Readme, that_is_true_is_accepted_and_any_other_is_found) {
    const std::string what = "# What it is\nLaw.\n";
    const std::string needs = "# Needs\nground/base `ground/codec`\n";
    const std::string rest = "# Never\nA clock.\n# Start at\nlaw.h\n";
    EXPECT_EQ(check_readmes(readme(what + needs + rest)).size(), 0);
    EXPECT_EQ(check_readmes(readme(what + rest)).size(), 1);
    EXPECT_EQ(check_readmes(readme(needs + what + rest)).size(), 1);
    EXPECT_EQ(check_readmes(readme(what + "# Needs\nground/base\n" + rest)).size(), 1);
    EXPECT_EQ(check_readmes(readme(what + "# Needs\nnothing\n" + rest)).size(), 1);
    EXPECT_EQ(check_readmes(readme(what + needs + "# Never\nA clock.\n# Start at\nno.h\n")).size(),
              1);
    EXPECT_EQ(check_readmes(readme(what + std::string(8, '\n') + needs + rest)).size(), 1);
    EXPECT_EQ(check_readmes(house_with({{"src/domain/law/CMakeLists.txt", ""}})).size(), 1);
}

TEST(Includes, of_a_test_that_needs_the_kit_may_be_of_the_kit_and_what_it_links) {
    const char* text = "#include \"tests/kit/kit.h\"\n#include \"domain/law/law.h\"\n";
    EXPECT_EQ(places(check_includes(house_with({
                  {"tests/kit/CMakeLists.txt", "comity_link_libraries(x PUBLIC domain/law)\n"},
                  {"src/ground/base/CMakeLists.txt",
                   "comity_library(ground/base SOURCES a.cc\n  TEST_NEEDS testkit)\n"},
                  {"src/ground/base/a.cc", text},
                  {"src/ground/base/a_test.cc", text},
                  {"src/ground/codec/a_test.cc", text},
              }))),
              (Places{"src/ground/base/a.cc:1", "src/ground/base/a.cc:2",
                      "src/ground/codec/a_test.cc:1", "src/ground/codec/a_test.cc:2"}));
}

TEST(Packages, have_a_reason_and_stand_in_the_page_of_dependencies) {
    Project project{{
        {"tools/packages.txt", "# name, reason\nmake  # builds\ncmake\ngit  # the source\n"},
        {"docs/dependencies.md", "| `make` | `cmake` |\n"},
    }};
    EXPECT_EQ(places(check_packages(project)),
              (Places{"tools/packages.txt:3", "tools/packages.txt:4"}));
}

TEST(NamedTests, in_the_page_of_threats_must_exist) {
    Project project{{
        {"src/ground/base/a_test.cc",
         "\nTEST(Name, is_plain) {}\n\nTEST_F(Long,\n       is_wrapped) {}\n"},
        {"docs/threats.md",
         "`Suite.name`, `file.txt`, `Name.is_plain`\n`Long.is_wrapped` `Name.is_gone`, `open\n"},
    }};
    EXPECT_EQ(places(check_named_tests(project)), Places{"docs/threats.md:2"});
}

TEST(Picture, in_the_architecture_page_must_be_the_one_of_the_edges) {
    Project project = house_with({});
    EXPECT_EQ(check_picture(project).size(), 1);
    project.files["ARCHITECTURE.md"] = "before\n" + picture_of(project.house()) + "after\n";
    EXPECT_EQ(check_picture(project).size(), 0);
    project.files["cmake/edges.txt"] += "adapter/clock: ground/base\n";
    EXPECT_EQ(check_picture(project).size(), 1);
}

TEST(Picture, shows_each_library_once_and_no_edge_that_a_path_shows) {
    const std::string picture = picture_of(house_with({}).house());
    EXPECT_TRUE(picture.contains("    domain_law --> ground_codec\n"));
    EXPECT_FALSE(picture.contains("domain_law --> ground_base"));
    EXPECT_TRUE(picture.contains("    app --> domain_law\n"));
    EXPECT_FALSE(picture.contains("app --> ground_codec"));
    EXPECT_LT(picture.find("subgraph adapter"), picture.find("subgraph ground"));
    EXPECT_TRUE(picture.contains("        ground_base[base]\n"));
}

std::size_t banned_in(const std::string& path, const std::string& code) {
    return check_banned(Project{{{path, code + "\n"}}}).size();
}

TEST(Banned, calls_are_found_with_and_without_std) {
    const std::string path = "src/domain/law/a.cc";
    for (const char* code : {"auto v = boost::json::parse(text);",
                             "x = boost::json::serialize(v);",
                             "std::stoi(s);",
                             "std::stoull(s);",
                             "strcpy(a, b);",
                             "std::sprintf(a, b);",
                             "int r = rand();",
                             "return std::rand();",
                             "::system(command);",
                             "return system(command);",
                             "std::getenv(name);",
                             "auto n = std::chrono::system_clock::now();",
                             "std::chrono::steady_clock::now();",
                             "auto t = time(nullptr);",
                             "std::this_thread::sleep_for(one);",
                             "std::regex r(text);",
                             "thread.detach();",
                             "worker->detach();",
                             "assert(x);",
                             "std::random_device device;"}) {
        EXPECT_EQ(banned_in(path, code), 1) << code;
    }
    EXPECT_EQ(banned_in("src/domain/law/a.h", "using namespace std;"), 1);
}

TEST(Banned, does_not_mistake_other_things_for_the_calls) {
    const std::string path = "src/domain/law/a.cc";
    for (const char* code :
         {"// rand()", "auto s = \"system(x)\";", "brand();", "operand(x);", "generator.rand();",
          "boost::system::error_code code;", "record.time();", "Instant time() const;",
          "base::Result<base::Instant> time(View v);", "detach(view);", "static_assert(true);",
          "my_system(x);", "calendar::time(x);", "codec::parse(text);"}) {
        EXPECT_EQ(banned_in(path, code), 0) << code;
    }
    EXPECT_EQ(banned_in(path, "using namespace std::literals;"), 0);
    EXPECT_EQ(banned_in("src/adapter/clock/clock.cc", "std::chrono::system_clock::now();"), 0);
    EXPECT_EQ(banned_in("src/app/comity/main.cc", "std::getenv(name);"), 0);
    EXPECT_EQ(banned_in("src/domain/law/a_test.cc", "std::stoi(s);"), 0);
    EXPECT_EQ(banned_in("src/domain/law/a_test.cc", "std::this_thread::sleep_for(one);"), 1);
}

TEST(CoAwait, with_a_lambda_or_a_braced_temporary_is_found) {
    const auto found = [](const std::string& code) {
        return check_coawait(Project{{{"src/adapter/http/a.cc", code + "\n"}}}).size();
    };
    EXPECT_EQ(found("co_await post([] { work(); });"), 1);
    EXPECT_EQ(found("auto x = co_await run(executor, [&x]() -> Task {"), 1);
    EXPECT_EQ(found("co_await write(socket, Request{method, target});"), 1);
    EXPECT_EQ(found("co_await write(socket, {first, second});"), 1);
    EXPECT_EQ(found("co_await write(socket, buffers[3]);"), 0);
    EXPECT_EQ(found("if (co_await ready()) {"), 0);
    EXPECT_EQ(found("// co_await post([] {});"), 0);
}

TEST(Lengths, of_lines_are_counted_in_characters) {
    const auto found = [](const std::string& line) {
        return check_lengths(Project{{{"src/a/b/a.cc", line + "\n"}}}).size();
    };
    EXPECT_EQ(found(std::string(100, 'x')), 0);
    EXPECT_EQ(found(std::string(101, 'x')), 1);
    EXPECT_EQ(found(std::string(98, 'x') + "\xE2\x80\x94\xC3\xBC"), 0);
}

TEST(Lengths, of_files_differ_for_sources_and_headers) {
    const auto found = [](const std::string& path, std::size_t lines) {
        return check_lengths(Project{{{path, std::string(lines, '\n')}}}).size();
    };
    EXPECT_EQ(found("src/a/b/a.cc", 500), 0);
    EXPECT_EQ(found("src/a/b/a.cc", 501), 1);
    EXPECT_EQ(found("src/a/b/a.h", 300), 0);
    EXPECT_EQ(found("src/a/b/a.h", 301), 1);
}

std::string function_of(const std::string& head, std::size_t lines) {
    return head + " {\n" + std::string(lines - 2, '\n') + "}\n";
}

TEST(Lengths, of_functions_are_found_wherever_they_stand) {
    for (const std::string head :
         {"int f()", "template <class T>\nT f(T x)", "const auto f = [](int x)",
          "namespace a {\nclass B {\nint f() const", "X::X() : a_{1}, b_{2}", "TEST(A, b)",
          "struct S { int a; };\nint f(S s = {})"}) {
        for (const std::size_t lines : {std::size_t{70}, std::size_t{71}}) {
            const auto found = check_lengths(Project{{{"src/a/b/a.cc", function_of(head, lines)}}});
            EXPECT_EQ(found.size(), lines == 71 ? 1 : 0) << head;
        }
    }
}

TEST(Lengths, of_classes_namespaces_and_tables_are_no_lengths_of_functions) {
    for (const std::string head : {"namespace a", "class A final : public B", "enum class E",
                                   "const std::array table =", "#define F(x) g(x)\nnamespace"}) {
        EXPECT_EQ(check_lengths(Project{{{"src/a/b/a.cc", function_of(head, 90)}}}).size(), 0)
            << head;
    }
}

TEST(Leftovers, are_found_as_whole_words) {
    const auto found = [](const std::string& line) {
        return check_leftovers(Project{{{"src/a/b/a.cc", line + "\n"}}}).size();
    };
    EXPECT_EQ(found("// TODO later"), 1);
    EXPECT_EQ(found("// FIXME(me): this"), 1);
    EXPECT_EQ(found("/* XXX */"), 1);
    EXPECT_EQ(found("auto name = \"/tmp/XXXXXX\";"), 0);
    EXPECT_EQ(found("int todo = 0;"), 0);
}

TEST(Literals, of_the_core_are_no_names_of_the_law) {
    Project project{{
        {"law/procedures/production.treaty",
         "procedure \"production\" version 1\n  act \"ask\" by requester\n    after act "
         "\"other\"\n"},
        {"src/domain/law/a.cc", "auto a = \"ask\";\nauto b = \"asks\"; // \"production\"\n"},
        {"src/node/submit/a.cc", "f(\n  \"production\");\n"},
        {"src/node/submit/b.cc", "f(\"other\");\nfield(\"ask\", &H::ask);\n"},
        {"src/node/submit/a_test.cc", "f(\"production\");\n"},
        {"src/domain/law/detail/parse_procedure.cc", "expect(\"ask\");\n"},
        {"law/procedures/other.treaty", "procedure \"open\" version 1\n"},
        {"src/domain/law/assess.cc", "return \"open\";\nreturn \"ask\";\n"},
        {"src/app/comity/main.cc", "f(\"production\");\n"},
    }};
    EXPECT_EQ(
        places(check_literals(project)),
        (Places{"src/domain/law/a.cc:1", "src/domain/law/assess.cc:2", "src/node/submit/a.cc:2"}));
}

TEST(Tidy, orders_what_it_finds_by_path_and_line) {
    const auto found = places(check_all(house_with({
        {"src/ground/base/z.cc", "\n\nint r = rand();\n// TODO\n"},
        {"src/ground/base/a.cc", "// TODO\n"},
    })));
    EXPECT_TRUE(std::ranges::is_sorted(found));
    EXPECT_TRUE(std::ranges::find(found, "src/ground/base/z.cc:3") != found.end());
}

}  // namespace
}  // namespace comity::tidy
