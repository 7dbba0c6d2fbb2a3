#include "web/target.h"

#include <gtest/gtest.h>

namespace prova::web {
namespace {

TEST(Target, PathAndQueryAreDecoded) {
  const auto target = parse_target("/api/cases/a%2Db/assessment?as_of=2022-08-04&without=A01%2CA02&q=two+words#part");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path(), "/api/cases/a-b/assessment");
  EXPECT_EQ(target->value("without"), "A01,A02");
  EXPECT_EQ(target->value("q"), "two words");
  EXPECT_EQ(target->value("nothing"), std::nullopt);
}

TEST(Target, RepeatedAndFinalSlashesAreNoSegments) {
  EXPECT_TRUE(parse_target("/")->segments.empty());
  EXPECT_EQ(parse_target("//api//jobs/")->path(), "/api/jobs");
}

TEST(Target, EveryWayOutOfItsPlaceIsRefused) {
  for (const char* target : {"/../etc/passwd", "/a/..", "/%2e%2e/x", "/%2E./x", "/.%2e/x", "/a%2fb", "/a%5cb", "/a\\b", "/./a", "/a%0ab", "/%2e"}) {
    const auto parsed = parse_target(target);
    ASSERT_FALSE(parsed) << target;
    EXPECT_EQ(parsed.error().code, ErrorCode::kUsage) << target;
  }
}

TEST(Target, TwiceEncodedDotsAreAName) { EXPECT_EQ(parse_target("/%252e%252e")->segments.front(), "%2e%2e"); }

TEST(Target, DamageIsNamed) {
  EXPECT_EQ(parse_target("/%zz").error().message, "the address holds a '%' that is not followed by two hex digits");
  EXPECT_EQ(parse_target("/a%").error().code, ErrorCode::kMalformed);
  EXPECT_EQ(parse_target("/a%00b").error().message, "the address holds a NUL byte");
  EXPECT_EQ(parse_target("http://127.0.0.1/").error().code, ErrorCode::kMalformed);
  EXPECT_EQ(parse_target("").error().code, ErrorCode::kMalformed);
  EXPECT_EQ(parse_target("/" + std::string(kMaxTargetBytes, 'a')).error().code, ErrorCode::kLimit);
  std::string query = "/?";
  for (std::size_t i = 0; i <= kMaxQueryNames; ++i) query += "a&";
  EXPECT_EQ(parse_target(query).error().code, ErrorCode::kLimit);
}

}  // namespace
}  // namespace prova::web
