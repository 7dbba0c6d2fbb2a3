#pragma once
// Queries whose answer is known: reports that are left out of the knowledge and then asked for.

#include <optional>
#include <vector>

#include "knowledge/ranking_features.h"

namespace prova::bench {

/// One query and what has to be forgotten before it is asked.
struct HeldOut {
  std::size_t profile = 0;                          ///< The group that the reports are about.
  std::vector<knowledge::ReportIndex> reports;      ///< Left out of every group.
  std::optional<Day> date;                          ///< Past-only knowledge is what was published before it.
  knowledge::RankingQuery query;
};

/// Least number of techniques of a query.
constexpr std::size_t kMinTechniques = 8;

/// LORO: one report that is cited for exactly one group with at least kMinTechniques techniques.
[[nodiscard]] std::vector<HeldOut> leave_one_report_out(const knowledge::Corpus& corpus);
/// YEAR: all reports on one group from one calendar year, two or more, with at least kMinTechniques techniques together.
[[nodiscard]] std::vector<HeldOut> leave_one_year_out(const knowledge::Corpus& corpus);

enum class Knowledge { kAll, kPast };

/// A query as it was asked once: the candidates with their features, and the truth.
struct Asked {
  const HeldOut* held_out = nullptr;
  Knowledge knowledge = Knowledge::kAll;
  bool absent = false;                ///< The group was taken out of the knowledge completely.
  std::vector<knowledge::Candidate> candidates;
  double unseen_share = 0;
  std::optional<std::size_t> truth;   ///< Place of the right group among the candidates.
  bool known = false;                 ///< The group is present and keeps at least 5 features.
};

/// Features that a group has to keep for "known" to be the right answer.
constexpr std::size_t kMinKept = 5;

/// Asks each query twice (with its group, and with the group gone) for each kind of knowledge that its date allows.
[[nodiscard]] std::vector<Asked> ask(const knowledge::Corpus& corpus, const std::vector<HeldOut>& queries);

}  // namespace prova::bench
