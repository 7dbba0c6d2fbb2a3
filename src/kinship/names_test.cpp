#include <gtest/gtest.h>

#include "kinship/match_report.h"

namespace prova {
namespace {

TEST(KinshipNames, EveryRoleReadsBackAsItself) {
  for (const SampleRole role : {SampleRole::kMalware, SampleRole::kLibrary, SampleRole::kGoodware}) {
    EXPECT_EQ(sample_role_from(name_of(role)), role);
  }
  EXPECT_EQ(sample_role_from("Malware"), std::nullopt);
  EXPECT_EQ(sample_role_from(""), std::nullopt);
}

TEST(KinshipNames, FunctionRolesAreSpelledAsDocumented) {
  EXPECT_EQ(name_of(FunctionRole::kUnique), "unique");
  EXPECT_EQ(name_of(FunctionRole::kFamily), "family");
  EXPECT_EQ(name_of(FunctionRole::kLibrary), "library");
  EXPECT_EQ(name_of(FunctionRole::kGoodware), "goodware");
  EXPECT_EQ(name_of(FunctionRole::kUnknown), "unknown");
}

}  // namespace
}  // namespace prova
