// The writer and the reader against ECMAScript itself, by which RFC 8785 is defined. Needs `node`;
// without it these tests fail.

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

#include "ground/codec/json.h"

namespace comity::codec {
namespace {

/// What tests/oracle/canonical_json.mjs answers, a line for each line.
std::vector<std::string> ask_node(const std::vector<std::string>& lines, const std::string& name) {
    const std::string path = testing::TempDir() + name + std::to_string(::getpid());
    std::ofstream out(path, std::ios::binary);
    for (const std::string& line : lines) {
        out << line << '\n';
    }
    out.close();
    const std::string command =
        "node '" COMITY_TEST_DATA "/../oracle/canonical_json.mjs' < '" + path + "'";
    std::FILE* pipe = ::popen(command.c_str(), "r");
    std::string answer;
    std::array<char, 65536> buffer{};
    std::size_t size = 0;
    while (pipe != nullptr && (size = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0) {
        answer.append(buffer.data(), size);
    }
    const bool ran = pipe != nullptr && ::pclose(pipe) == 0;
    std::remove(path.c_str());
    EXPECT_TRUE(ran) << "node is needed for this test";
    std::vector<std::string> answers;
    for (std::size_t start = 0; start < answer.size();) {
        const std::size_t end = answer.find('\n', start);
        answers.push_back(answer.substr(start, end - start));
        start = end + 1;
    }
    return answers;
}

std::string hex(std::uint64_t bits) {
    std::array<char, 17> text{};
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(bits));
    return text.data();
}

/// A writer with other habits than ours: spaces, everything escaped, 17 digits.
class LooseWriter {
 public:
    explicit LooseWriter(std::mt19937_64& random) : random_(random) {}

    std::string value(int depth) {
        switch (random_() % (depth == 0 ? 5 : 7)) {
            case 0: return "null";
            case 1: return "true";
            case 2: return integer();
            case 3: return fraction();
            case 4: return string();
            case 5: return list(depth);
            default: return object(depth);
        }
    }

 private:
    std::string integer() {
        const auto number = static_cast<std::int64_t>(random_() >> (11 + random_() % 53));
        return std::to_string(random_() % 2 == 0 ? number : -number);
    }

    std::string fraction() {
        const double number = std::ldexp(static_cast<double>(random_() >> 11) + 0.5,
                                         -60 - static_cast<int>(random_() % 900));
        std::array<char, 64> text{};
        std::snprintf(text.data(), text.size(), random_() % 2 == 0 ? "%.17g" : "-%.20E", number);
        return text.data();
    }

    std::string string() {
        std::string text = "\"";
        const std::size_t length = random_() % 12;
        for (std::size_t i = 0; i < length; ++i) {
            text += character();
        }
        return text + "\"";
    }

    std::string character() {
        std::uint32_t point = 0;
        switch (random_() % 5) {
            case 0: point = static_cast<std::uint32_t>(random_() % 0x80); break;
            case 1: point = static_cast<std::uint32_t>(random_() % 0x800); break;
            case 2: point = 0xe000 + static_cast<std::uint32_t>(random_() % 0x1dd0); break;
            case 3: point = 0xfe00 + static_cast<std::uint32_t>(random_() % 0x1f0); break;
            default: point = 0x10000 + static_cast<std::uint32_t>(random_() % 0xfffe);
        }
        const auto unit = [](std::uint32_t value) {
            std::array<char, 7> text{};
            std::snprintf(text.data(), text.size(), "\\u%04X", value & 0xffff);
            return std::string(text.data());
        };
        if (point < 0x10000) {
            return unit(point);
        }
        point -= 0x10000;
        return unit(0xd800 + (point >> 10)) + unit(0xdc00 + (point & 0x3ff));
    }

    std::string list(int depth) {
        std::string text = "[ ";
        const std::size_t length = random_() % 5;
        for (std::size_t i = 0; i < length; ++i) {
            text += (i == 0 ? "" : " , ") + value(depth - 1);
        }
        return text + " ]";
    }

    std::string object(int depth) {
        std::string text = "{ ";
        const std::size_t length = random_() % 30;
        for (std::size_t i = 0; i < length; ++i) {
            // The number makes names different, as a JSON object needs them.
            const std::string name = string();
            text += (i == 0 ? "" : " , ") + name.substr(0, name.size() - 1) + "\\u0023" +
                    std::to_string(i) + "\" : " + value(depth - 1);
        }
        return text + " }";
    }

    std::mt19937_64& random_;
};

TEST(CanonicalJson, writes_every_double_as_ecmascript_does) {
    std::mt19937_64 random(8785);
    std::vector<std::string> questions;
    std::vector<double> numbers;
    while (numbers.size() < 100'000) {
        // Half of them any bits, half with the few decimal digits that people write.
        double number = std::bit_cast<double>(random());
        if (numbers.size() % 2 == 0) {
            number = static_cast<double>(random() % 1'000'000'000) /
                     std::pow(10.0, static_cast<double>(random() % 25));
        }
        if (std::isfinite(number)) {
            numbers.push_back(number);
            questions.push_back("n " + hex(std::bit_cast<std::uint64_t>(number)));
        }
    }
    const std::vector<std::string> answers = ask_node(questions, "doubles");
    ASSERT_EQ(answers.size(), numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        ASSERT_EQ(canonical(Value(numbers[i])), answers[i]) << questions[i];
    }
}

TEST(CanonicalJson, agrees_with_ecmascript_on_thousands_of_texts) {
    std::mt19937_64 random(7493);
    LooseWriter writer(random);
    std::vector<std::string> questions;
    for (int i = 0; i < 5000; ++i) {
        questions.push_back("v " + writer.value(4));
    }
    const std::vector<std::string> answers = ask_node(questions, "texts");
    ASSERT_EQ(answers.size(), questions.size());
    JsonLimits limits;
    limits.values = 1 << 20;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        const auto value = parse(std::string_view(questions[i]).substr(2), limits);
        ASSERT_TRUE(value.has_value()) << value.error().text() << "\n" << questions[i];
        ASSERT_EQ(canonical(*value), answers[i]);
        ASSERT_TRUE(parse_canonical(answers[i], limits).has_value());
    }
}

}  // namespace
}  // namespace comity::codec
