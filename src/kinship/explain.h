#pragma once
// Matching step 4, "explanation": what each function turned out to be, once what libraries and ordinary software
// account for is set aside.

#include <string>
#include <vector>

#include "kinship/fingerprint_store.h"
#include "kinship/match_report.h"

namespace prova {

/// A function of the query and its partner in one learned sample.
struct MatchedFunction {
  std::uint32_t left = 0, right = 0;
  double similarity = 0, log10_lr = 0;
  bool exact = false;
  bool common = false;  ///< Either of the two is code common to unrelated programs.
};

/// A learned sample, paired with the query. `matches` is one-to-one and ascending by left.
struct PairedSample {
  SampleId id{};
  StoredSample sample;
  std::vector<MatchedFunction> matches;
};

/// Only matches this strong (10 : 1) say what a function is; weaker ones are shown, and nothing else.
constexpr double kLeastEvidence = 1.0;
/// Where malware matches this strongly, a library or goodware match of 2 : 1 is enough to doubt, if it is as close: the
/// question is which of the two the function comes from, and evidence needs that answered.
constexpr double kLeastDoubt = 0.3;
/// How close a library or goodware match must come to the best malware match to explain a function: within a factor of
/// ten when it is evidence itself, of three when it only raises doubt. A malware sample that links the same build of a
/// library is always the closer match, by the compiler that both share, and that must not turn the library's code into
/// the author's.
constexpr double kExplainWithinLr = 1.0;
constexpr double kDoubtWithinLr = 0.5;
/// Or when it is at least as similar, up to the noise of one feature in fifty.
constexpr double kExplainWithinSimilarity = 0.02;

struct Verdict {
  FunctionRole role = FunctionRole::kUnknown;
  std::string group;                  ///< As FunctionResult::group.
  std::vector<std::string> families;  ///< Malware families that it is evidence for; ascending, no repeats.
};

/// One verdict per function of the query. Deterministic whatever the order of `paired`.
[[nodiscard]] std::vector<Verdict> explain(const StoredSample& query, const std::vector<PairedSample>& paired);

}  // namespace prova
