#include "report/golden_test_support.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace prova::report {
namespace {

std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string first_difference(const std::string& expected, const std::string& actual) {
  std::istringstream left(expected), right(actual);
  std::string a, b;
  for (int line = 1;; ++line) {
    const bool more_left = static_cast<bool>(std::getline(left, a));
    const bool more_right = static_cast<bool>(std::getline(right, b));
    if (!more_left && !more_right) return "only the line ends differ";
    if (a != b || more_left != more_right) {
      return "line " + std::to_string(line) + "\n  expected: " + (more_left ? a : "(end)") +
             "\n  actual:   " + (more_right ? b : "(end)");
    }
  }
}

}  // namespace

void expect_golden(const std::string& name, const std::string& actual) {
  const auto path = std::filesystem::path(PROVA_SOURCE_DIR) / "tests/cases/report" / name;
  if (std::getenv("PROVA_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << actual;
    return;
  }
  ASSERT_TRUE(std::filesystem::exists(path)) << path << " is missing; see golden_test_support.h";
  const std::string expected = content_of(path);
  EXPECT_TRUE(expected == actual) << path << ": " << first_difference(expected, actual);
}

}  // namespace prova::report
