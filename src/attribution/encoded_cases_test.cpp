// Albania 2022 and the eight development cases, as encoded for the prototype, against their expectations. The files lie
// beside the checkout, not in it: PROVA_SHARED, or ../shared next to the source tree. Absent: skipped, visibly.

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "attribution/assess.h"

namespace prova {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

fs::path encoded_directory() {
  if (const char* shared = std::getenv("PROVA_SHARED")) return fs::path(shared) / "cases/encoded";
  return fs::path(PROVA_SOURCE_DIR) / "../shared/cases/encoded";
}

std::string output_of(const std::string& command) {
  std::string out;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  std::array<char, 4096> part{};
  while (const std::size_t n = std::fread(part.data(), 1, part.size(), pipe)) out.append(part.data(), n);
  return pclose(pipe) == 0 ? out : std::string();
}

const QuestionResult& question(const Assessment& assessment, const std::string& id) {
  for (const QuestionResult& q : assessment.questions) {
    if (q.id == id) return q;
  }
  throw std::runtime_error("no question " + id);
}

const HypothesisResult& hypothesis(const QuestionResult& q, const std::string& id) {
  for (const HypothesisResult& h : q.hypotheses) {
    if (h.id == id) return h;
  }
  throw std::runtime_error("no hypothesis " + id);
}

const HypothesisResult& top(const QuestionResult& q) {
  return *std::max_element(q.hypotheses.begin(), std::prev(q.hypotheses.end()),
                           [](const auto& a, const auto& b) { return a.probability.mid < b.probability.mid; });
}

std::string describe(const QuestionResult& q, const HypothesisResult& h) {
  return fmt::format("{} {} {:.3f} [{:.3f} {:.3f}] cond {:.3f} posing {:.2f} {} {}{}", q.id, h.id, h.probability.mid,
                     h.probability.low, h.probability.high, h.conditional.mid, h.posing, name_of(q.confidence.level),
                     q.separable ? "" : "not separable ", q.resolved ? "resolved" : "unresolved");
}

bool holds(const Assessment& assessment, const Json& check) {
  const QuestionResult& q = question(assessment, check["q"]);
  const std::string test = check["test"];
  if (test == "not_assessed") return !q.assessed;
  if (!q.assessed) return test == "unresolved";
  if (test == "unresolved") return !q.resolved;
  const HypothesisResult& h = hypothesis(q, check["h"]);
  if (test == "range") return h.probability.mid >= check["lo"].get<double>() && h.probability.mid <= check["hi"].get<double>();
  if (test == "lead") return top(q).id == h.id;
  if (test == "below") return h.probability.mid < hypothesis(q, check["than"]).probability.mid;
  if (test == "posing") return h.posing >= check["lo"].get<double>();
  if (test == "confidence") {
    for (const Json& level : check["level"]) {
      if (level.get<std::string>() == name_of(q.confidence.level)) return true;
    }
    return false;
  }
  throw std::runtime_error("unknown test " + test);
}

class EncodedCase : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const fs::path file = encoded_directory() / (std::string(GetParam()) + ".json");
    if (!fs::exists(file)) GTEST_SKIP() << "no " << file << " (set PROVA_SHARED)";
    expected_ = Json::parse(std::ifstream(file));
    const std::string yaml =
        output_of(fmt::format("python3 '{}/tests/cases/encoded_to_yaml.py' '{}'", PROVA_SOURCE_DIR, file.string()));
    if (yaml.empty()) GTEST_SKIP() << "python3 could not translate " << file;
    CaseReading reading = parse_case(yaml);
    ASSERT_TRUE(reading.parsed) << to_string(reading.errors, file.string());
    case_ = *std::move(reading.parsed);
  }

  Json expected_;
  Case case_;
};

TEST_P(EncodedCase, MeetsItsExpectations) {
  std::size_t met = 0;
  for (const Json& check : expected_["checks"]) {
    const Assessment assessment = assess(case_, {}, {.as_of = parse_day(check["at"].get<std::string>()).value(), .sensitivity = false});
    const QuestionResult& q = question(assessment, check["q"]);
    const bool met_this = holds(assessment, check);
    EXPECT_TRUE(met_this) << check.dump() << "\n  " << describe(q, check.contains("h") ? hypothesis(q, check["h"]) : top(q));
    met += met_this ? 1 : 0;
    if (std::getenv("PROVA_SHOW") != nullptr) {
      fmt::print("{} {}: {}\n", check["at"].get<std::string>(), met_this ? "ok" : "NO", describe(q, check.contains("h") ? hypothesis(q, check["h"]) : top(q)));
      if (std::string(check["test"]) == "confidence") for (const auto& r : q.confidence.criteria) fmt::print("     {} {} {}\n", r.met, name_of(r.level), r.text);
    }
  }
  RecordProperty("checks_met", static_cast<int>(met));
  RecordProperty("checks", static_cast<int>(expected_["checks"].size()));
}

INSTANTIATE_TEST_SUITE_P(Development, EncodedCase,
                         ::testing::Values("albania", "c01", "c02", "c03", "c06", "c07", "c15", "c16", "c18"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace prova
