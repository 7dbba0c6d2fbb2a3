// Every mistake in a case file has a line and a reason. Golden: tests/cases/errors/NAME.yaml -> NAME.txt.
// Regenerate after reading the difference: PROVA_REGENERATE=1 build/release/src/evidence/evidence_test

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "evidence/case.h"

namespace prova {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxGolden = 1 << 20;

TEST(CaseErrors, MatchTheGoldenFiles) {
  std::vector<fs::path> inputs;
  for (const auto& entry : fs::directory_iterator(fs::path(PROVA_SOURCE_DIR) / "tests/cases/errors")) {
    if (entry.path().extension() == ".yaml") inputs.push_back(entry.path());
  }
  std::sort(inputs.begin(), inputs.end());
  ASSERT_GE(inputs.size(), 8U);
  for (const fs::path& input : inputs) {
    const CaseReading reading = read_case(input.string());
    EXPECT_FALSE(reading.parsed) << input;
    const std::string found = to_string(reading.errors, input.filename().string());
    const fs::path golden = fs::path(input).replace_extension(".txt");
    if (std::getenv("PROVA_REGENERATE") != nullptr) {
      std::ofstream(golden) << found;
      continue;
    }
    EXPECT_EQ(found, read_file(golden, kMaxGolden).value_or("(no " + golden.string() + ")")) << input;
  }
}

TEST(CaseErrors, AMissingFileIsOneError) {
  const CaseReading reading = read_case("/nonexistent/case.yaml");
  ASSERT_EQ(reading.errors.size(), 1U);
  EXPECT_EQ(reading.errors[0].line, 0);
}

TEST(CaseErrors, DeepNestingAndAliasBombsEndQuickly) {
  EXPECT_FALSE(parse_case(std::string(100'000, '[')).parsed);
  EXPECT_FALSE(parse_case(std::string(100'000, '{')).parsed);
  EXPECT_EQ(parse_case(std::string(100'001, '[')).errors[0].message, "the file has more than 100000 opening brackets");
  std::string bomb = "schema: prova/case/1\na: &a [x,x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c < 'z'; ++c) {
    const std::string previous = std::string("*") + static_cast<char>(c - 1);
    bomb += std::string(1, c) + ": &" + c + " [" + previous;
    for (int i = 0; i < 9; ++i) bomb += "," + previous;
    bomb += "]\n";
  }
  EXPECT_FALSE(parse_case(bomb + "questions: *y\nevidence: *y\n").parsed);
}

TEST(CaseErrors, PrefixesOfACaseAreReadOrRefused) {
  const std::string text = read_file(fs::path(PROVA_SOURCE_DIR) / "tests/cases/small.yaml", kMaxGolden).value();
  ASSERT_TRUE(parse_case(text).parsed) << to_string(parse_case(text).errors, "small.yaml");
  for (std::size_t n = 0; n < text.size(); n += 5) {
    const CaseReading reading = parse_case(std::string_view(text).substr(0, n));
    EXPECT_EQ(reading.parsed.has_value(), reading.errors.empty()) << n;
  }
}

TEST(CaseErrors, TooManyValuesOrDocumentsAreRefusedBeforeTheyAreBuilt) {
  std::string many;
  while (many.size() < 1'000'000) many += "- a\n";
  EXPECT_EQ(parse_case(many).errors[0].message, "cannot be read: more than 200000 values");
  EXPECT_EQ(parse_case("name: a\n---\nname: b\n").errors[0].message, "cannot be read: a second document begins, expected one");
}

TEST(CaseErrors, AtMostAHundredAreListed) {
  std::string text = "schema: prova/case/1\nname: Many\nevidence:\n";
  for (int i = 0; i < 500; ++i) text += "  - {}\n";
  EXPECT_EQ(parse_case(text).errors.size(), 100U);
}

TEST(CaseErrors, TooLargeAFileIsRefusedBeforeParsing) {
  const CaseReading reading = parse_case(std::string(kMaxCaseBytes + 1, ' '));
  ASSERT_EQ(reading.errors.size(), 1U);
  EXPECT_EQ(reading.errors[0].message, "the file has 2097153 bytes, at most 2097152 accepted");
}

}  // namespace
}  // namespace prova
