#include "ground/base/names.h"

#include <gtest/gtest.h>

namespace comity::base {
namespace {

TEST(Name, accepts_plain_names_only) {
    for (const std::string& text : {std::string("a"), std::string("xa-prosecution"),
                                    std::string("0"), std::string(64, 'z')}) {
        EXPECT_EQ(PartyId::parse(text)->text(), text);
    }
    for (const std::string& text :
         {std::string(), std::string("-a"), std::string("a-"), std::string("A"), std::string("a b"),
          std::string("a/b"), std::string("a."), std::string("\xc3\xa4"), std::string("a\0b", 3),
          std::string(65, 'z')}) {
        const auto name = PartyId::parse(text);
        ASSERT_FALSE(name.has_value()) << text;
        EXPECT_EQ(name.error().kind, ErrorKind::malformed);
    }
}

TEST(Realm, has_two_names_and_no_default) {
    EXPECT_EQ(realm_from(name_of(Realm::live)).value(), Realm::live);
    EXPECT_EQ(realm_from(name_of(Realm::exercise)).value(), Realm::exercise);
    EXPECT_FALSE(realm_from("").has_value());
    EXPECT_FALSE(realm_from("Live").has_value());
}

}  // namespace
}  // namespace comity::base
