#include "ground/codec/fields.h"

#include <gtest/gtest.h>
#include <optional>
#include <rapidcheck.h>
#include <string>
#include <vector>

#include "ground/codec/scalars.h"
#include "ground/codec/schema.h"
#include "ground/codec/writing.h"

namespace comity::codec {

struct Leg {
    base::PartyId to;
    std::optional<bool> urgent;
    friend bool operator==(const Leg&, const Leg&) = default;
};

struct Trip {
    std::string title;
    std::int64_t cost = 0;
    std::uint8_t seats = 0;
    std::vector<Leg> legs;
    std::optional<std::vector<std::string>> notes;
    base::Instant at;
    std::optional<base::Date> day;
    base::Bytes ticket;
    Value anything;
    friend bool operator==(const Trip&, const Trip&) = default;
};

template <>
struct Message<Leg> {
    static constexpr std::string_view name = "leg";
    static constexpr auto fields =
        std::tuple{field("to", &Leg::to, "who is visited"), field("urgent", &Leg::urgent, "now")};
};

template <>
struct Message<Trip> {
    static constexpr std::string_view name = "trip";
    static constexpr auto fields = std::tuple{
        field("title", &Trip::title, "a title", 8),    field("cost", &Trip::cost, "in cents"),
        field("seats", &Trip::seats, "seats taken"),   field("legs", &Trip::legs, "the legs", 2),
        field("notes", &Trip::notes, "notes"),         field("at", &Trip::at, "departure"),
        field("day", &Trip::day, "the day of return"), field("ticket", &Trip::ticket, "the ticket"),
        field("anything", &Trip::anything, "the rest")};
};

namespace {

const std::string trip_text =
    R"({"anything":{"k":[1]},"at":"2027-03-05T09:30:00.000Z","cost":-5,)"
    R"("legs":[{"to":"xa"},{"to":"xb","urgent":true}],"seats":3,"ticket":"AQI","title":"t"})";

std::string place_of(const std::string& text) {
    const auto trip = read_text<Trip>(text);
    return trip ? "accepted" : trip.error().place;
}

std::string replaced(const std::string& from, const std::string& to) {
    std::string text = trip_text;
    return text.replace(text.find(from), from.size(), to);
}

TEST(Fields, read_and_write_one_text) {
    const Trip trip = read_text<Trip>(trip_text).value();
    EXPECT_EQ(trip.cost, -5);
    EXPECT_EQ(trip.legs[1].urgent, true);
    EXPECT_FALSE(trip.legs[0].urgent.has_value());
    EXPECT_EQ(trip.ticket, (base::Bytes{1, 2}));
    EXPECT_EQ(write(trip), trip_text);
}

TEST(Fields, come_back_for_every_value) {
    EXPECT_TRUE(rc::check("read(write(x)) is x", [] {
        Trip trip;
        trip.title = *rc::gen::container<std::string>(rc::gen::inRange('a', 'z'));
        trip.title.resize(std::min<std::size_t>(trip.title.size(), 8));
        trip.cost = *rc::gen::inRange<std::int64_t>(-9007199254740991, 9007199254740992);
        trip.seats = *rc::gen::arbitrary<std::uint8_t>();
        if (*rc::gen::arbitrary<bool>()) {
            trip.legs.push_back({base::PartyId::parse("xa").value(), *rc::gen::arbitrary<bool>()});
        }
        if (*rc::gen::arbitrary<bool>()) {
            trip.notes = std::vector<std::string>{"a", "b"};
        }
        trip.at = base::Instant{*rc::gen::inRange<std::int64_t>(0, 253402300799999)};
        if (*rc::gen::arbitrary<bool>()) {
            trip.day = base::Date{*rc::gen::inRange(0, 2932896)};
        }
        trip.ticket = *rc::gen::arbitrary<base::Bytes>();
        RC_ASSERT(read_text<Trip>(write(trip)).value() == trip);
        RC_ASSERT(write(trip) == canonical(to_value(trip)));  // the plain twin
    }));
}

TEST(Fields, say_where_they_were_refused) {
    EXPECT_EQ(place_of(replaced("\"xb\"", "\"X\"")), "/legs/1/to");
    EXPECT_EQ(place_of(replaced("true", "1")), "/legs/1/urgent");
    EXPECT_EQ(place_of(replaced("\"seats\":3", "\"seats\":256")), "/seats");
    EXPECT_EQ(place_of(replaced("\"seats\":3", "\"seats\":-1")), "/seats");
    EXPECT_EQ(place_of(replaced("\"seats\":3", "\"seats\":3.5")), "/seats");
    EXPECT_EQ(place_of(replaced("\"t\"", "\"123456789\"")), "/title");
    EXPECT_EQ(place_of(replaced("\"t\"", "null")), "/title");
    EXPECT_EQ(place_of(replaced("\"AQI\"", "\"AQI=\"")), "/ticket");
    EXPECT_EQ(place_of(replaced("[{\"to\":\"xa\"}", "[{\"to\":\"xa\"},{\"to\":\"xa\"}")), "/legs");
    EXPECT_EQ(place_of(replaced("{\"to\":\"xa\"}", "{}")), "/legs/0/to");
    EXPECT_EQ(place_of(replaced("{\"to\":\"xa\"}", "{\"to\":\"xa\",\"a/b~\":1}")),
              "/legs/0/a~1b~0");
    EXPECT_EQ(place_of("[]"), "");
    EXPECT_EQ(place_of(replaced("\"cost\":-5,", "")), "/cost");
    const auto trip = read<Trip>(parse(replaced("\"xb\"", "7")).value(), "/outer");
    EXPECT_EQ(trip.error().place, "/outer/legs/1/to");
    EXPECT_EQ(trip.error().kind, base::ErrorKind::malformed);
}

TEST(Fields, refuse_unknown_members_and_null_for_absent) {
    EXPECT_EQ(place_of(replaced("\"cost\"", "\"price\":1,\"cost\"")), "/price");
    EXPECT_EQ(place_of(replaced("\"cost\"", "\"day\":null,\"cost\"")), "/day");
}

TEST(Fields, describe_what_reader_and_writer_do) {
    const std::vector<FieldDescription> expected = {
        {"title", "text up to 8 bytes", false, "a title"},
        {"cost", "integer from -9007199254740991 to 9007199254740991", false, "in cents"},
        {"seats", "integer from 0 to 255", false, "seats taken"},
        {"legs", "list of up to 2: object leg", false, "the legs"},
        {"notes", "list of up to 256: text up to 1024 bytes", true, "notes"},
        {"at", "instant, RFC 3339 UTC with milliseconds", false, "departure"},
        {"day", "day, YYYY-MM-DD", true, "the day of return"},
        {"ticket", "bytes, base64url without padding", false, "the ticket"},
        {"anything", "any JSON value", false, "the rest"}};
    EXPECT_EQ(describe<Trip>(), expected);
    // What the rows call optional may be left out, and nothing else.
    const Object object = to_value(read_text<Trip>(trip_text).value()).get_object();
    for (const FieldDescription& row : describe<Trip>()) {
        Object without = object;
        without.erase(row.name);
        EXPECT_EQ(read<Trip>(Value(without)).has_value(), row.optional) << row.name;
    }
}

}  // namespace
}  // namespace comity::codec
