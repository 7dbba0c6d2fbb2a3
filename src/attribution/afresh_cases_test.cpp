// Three development cases in a second encoding (tests/cases/afresh/README.md): what the accepted answer, the decoy and the
// open questions look like when another hand wrote the evidence down.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fmt/format.h>

#include "attribution/assess.h"

namespace prova {
namespace {

struct Expectation {
  const char* file;
  const char* day;
  const char* question;
  const char* hypothesis;
  double low, high;      ///< Where its probability should lie.
  bool leads, resolved;
};

void PrintTo(const Expectation& e, std::ostream* out) { *out << e.file << " " << e.day << " " << e.hypothesis; }

class AfreshCase : public ::testing::TestWithParam<Expectation> {};

TEST_P(AfreshCase, ComesOutAsThePublicRecordDid) {
  const Expectation& e = GetParam();
  const CaseReading reading = read_case(fmt::format("{}/tests/cases/afresh/{}.yaml", PROVA_SOURCE_DIR, e.file));
  ASSERT_TRUE(reading.parsed) << to_string(reading.errors, e.file);
  const Assessment a = assess(*reading.parsed, {}, {parse_day(e.day).value(), false});
  const auto q = std::find_if(a.questions.begin(), a.questions.end(), [&](const auto& x) { return x.id == e.question; });
  const auto h = std::find_if(q->hypotheses.begin(), q->hypotheses.end(), [&](const auto& x) { return x.id == e.hypothesis; });
  if (std::getenv("PROVA_SHOW") != nullptr) {
    fmt::print("{} {} {} {}: {:.2f} [{:.2f} {:.2f}] {} {}\n", e.file, e.day, e.question, e.hypothesis, h->probability.mid, h->probability.low,
               h->probability.high, name_of(q->confidence.level), q->resolved ? "resolved" : "open");
  }
  EXPECT_GE(h->probability.mid, e.low);
  EXPECT_LE(h->probability.mid, e.high);
  EXPECT_EQ(q->leading == e.hypothesis, e.leads);
  EXPECT_EQ(q->resolved, e.resolved);
}

// The ranges are those that the description of the cases asks for: the accepted answer leads on the day on which it was
// accepted, the decoy never above it after its disproof, and what was unresolved then is unresolved.
INSTANTIATE_TEST_SUITE_P(Afresh, AfreshCase,
                         ::testing::Values(Expectation{"c01", "2018-02-13", "nation", "dprk", 0, .5, false, false},
                                           Expectation{"c01", "2018-02-24", "nation", "russia", .5, 1, true, false},
                                           Expectation{"c01", "2018-03-08", "nation", "dprk", 0, .1, false, true},
                                           Expectation{"c01", "2020-10-19", "organ", "gru", .9, 1, true, true},
                                           Expectation{"c06", "2016-06-15", "who", "lone", 0, .2, false, false},
                                           Expectation{"c06", "2016-10-07", "who", "gru", .8, 1, true, true},
                                           Expectation{"c06", "2018-07-13", "who", "gru", .95, 1, true, true},
                                           Expectation{"c06", "2018-07-13", "who", "insider", 0, .05, false, true},
                                           Expectation{"c18", "2023-12-31", "who", "russia", 0, .75, true, false},
                                           Expectation{"c18", "2024-10-16", "who", "sudan", .5, 1, true, false}));

}  // namespace
}  // namespace prova
