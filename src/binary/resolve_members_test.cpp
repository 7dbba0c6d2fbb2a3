#include "binary/resolve_members.h"

#include <gtest/gtest.h>

namespace prova {
namespace {

BinaryImage member(Arch arch, std::vector<Symbol> symbols, std::vector<Import> imports) {
  BinaryImage image;
  image.arch = arch;
  image.symbols = std::move(symbols);
  image.imports = std::move(imports);
  return image;
}

TEST(ResolveMembers, OnlyGlobalSymbolsOfTheSameMachineResolve) {
  const Symbol shared{"inflate", {}, 0, Symbol::Kind::kFunction, true};
  const Symbol local{"helper", {}, 0, Symbol::Kind::kFunction, false};
  std::vector<BinaryImage> members = {member(Arch::kX64, {shared, local}, {}),
                                      member(Arch::kX64, {}, {{"", "inflate"}, {"", "helper"}, {"", "malloc"}}),
                                      member(Arch::kArm64, {}, {{"", "inflate"}})};
  resolve_members(members);
  EXPECT_TRUE(members[1].imports[0].in_archive);
  EXPECT_FALSE(members[1].imports[1].in_archive);
  EXPECT_FALSE(members[1].imports[2].in_archive);
  EXPECT_FALSE(members[2].imports[0].in_archive);
}

}  // namespace
}  // namespace prova
