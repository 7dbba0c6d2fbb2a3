#include "workbench/inputs.h"

#include <gtest/gtest.h>

#include <fstream>

namespace prova {
namespace {

namespace fs = std::filesystem;

TEST(Inputs, DirectoriesAreWalkedInOrderAndMissingNamesReported) {
  const fs::path root = fs::temp_directory_path() / "prova-inputs-test";
  fs::remove_all(root);
  fs::create_directories(root / "b");
  for (const char* name : {"z", "a", "b/c"}) std::ofstream(root / name) << name;
  fs::create_symlink("/", root / "loop");
  const std::vector<std::string> named = {(root / "z").string(), root.string(), (root / "missing").string()};
  const Inputs inputs = expand_inputs(named);
  const std::vector<fs::path> expected = {root / "z", root / "a", root / "b/c", root / "z"};
  EXPECT_EQ(inputs.files, expected);
  ASSERT_EQ(inputs.failed.size(), 1U);
  EXPECT_EQ(inputs.failed[0].error.message, "no such file or directory");
  fs::remove_all(root);
}

}  // namespace
}  // namespace prova
