#include "kinship/library_versions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace prova {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct VersionBefore {
  bool operator()(const std::string& a, const std::string& b) const { return version_before(a, b); }
};
using Votes = std::map<std::string, std::uint64_t, VersionBefore>;

struct BestOfVersion {
  double similarity = 0, log10_lr = 0;
  bool exact = false;
};
/// By function of the query and version: the best match in samples of one library.
using Matches = std::map<std::uint32_t, std::map<std::string, BestOfVersion, VersionBefore>>;

Matches matches_of(const std::string& library, const std::vector<PairedSample>& paired,
                   const std::vector<Verdict>& verdicts) {
  Matches matches;
  for (const PairedSample& p : paired) {
    const SampleRecord& record = p.sample.record;
    if (record.role != SampleRole::kLibrary || record.family != library || record.version.empty()) continue;
    for (const MatchedFunction& m : p.matches) {
      if (verdicts[m.left].role != FunctionRole::kLibrary) continue;
      BestOfVersion& best = matches[m.left][record.version];
      best.exact = best.exact || m.exact;
      best.similarity = std::max(best.similarity, m.similarity);
      best.log10_lr = std::max(best.log10_lr, m.log10_lr);
    }
  }
  return matches;
}

/// Votes of all functions; `voters` counts those that had one.
Votes vote(const Matches& matches, std::uint64_t& voters) {
  Votes votes;
  for (const auto& [function, versions] : matches) {
    BestOfVersion best;
    for (const auto& [version, match] : versions) {
      best.exact = best.exact || match.exact;
      best.similarity = std::max(best.similarity, match.similarity);
      best.log10_lr = std::max(best.log10_lr, match.log10_lr);
    }
    if (best.log10_lr < kLeastEvidence) continue;
    ++voters;
    for (const auto& [version, match] : versions) {
      if (best.exact ? match.exact : match.similarity >= best.similarity - kVersionTie) ++votes[version];
    }
  }
  return votes;
}

/// The versions with most votes, in words. `learned` is ascending.
std::string in_words(const Votes& votes, const std::vector<std::string>& learned) {
  std::uint64_t most = 0;
  for (const auto& [version, count] : votes) most = std::max(most, count);
  std::vector<std::string> winners;
  for (const auto& [version, count] : votes) {
    if (count == most) winners.push_back(version);
  }
  if (winners.size() < 2) return winners.empty() ? std::string{} : winners.front();
  const auto first = std::find(learned.begin(), learned.end(), winners.front());
  const auto last = std::find(learned.begin(), learned.end(), winners.back());
  const bool gapless = static_cast<std::size_t>(last - first) + 1 == winners.size();
  return gapless ? fmt::format("{} to {}", winners.front(), winners.back()) : fmt::format("{}", fmt::join(winners, " or "));
}

std::vector<std::string> learned_versions(const std::string& library, const std::vector<PairedSample>& paired) {
  std::set<std::string, VersionBefore> versions;
  for (const PairedSample& p : paired) {
    const SampleRecord& record = p.sample.record;
    if (record.role == SampleRole::kLibrary && record.family == library && !record.version.empty()) versions.insert(record.version);
  }
  return {versions.begin(), versions.end()};
}

}  // namespace

bool version_before(std::string_view a, std::string_view b) {
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (is_digit(a[i]) && is_digit(b[j])) {
      while (i < a.size() && a[i] == '0') ++i;
      while (j < b.size() && b[j] == '0') ++j;
      std::size_t m = i, n = j;
      while (m < a.size() && is_digit(a[m])) ++m;
      while (n < b.size() && is_digit(b[n])) ++n;
      if (m - i != n - j) return m - i < n - j;
      const int order = a.substr(i, m - i).compare(b.substr(j, n - j));
      if (order != 0) return order < 0;
      i = m, j = n;
    } else {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i, ++j;
    }
  }
  return a.size() - i != b.size() - j ? a.size() - i < b.size() - j : a < b;
}

void name_library_versions(const std::vector<PairedSample>& paired, const std::vector<Verdict>& verdicts,
                           std::vector<FamilyResult>& families) {
  for (FamilyResult& family : families) {
    if (family.role != SampleRole::kLibrary) continue;
    const auto learned = learned_versions(family.family, paired);
    if (learned.empty()) continue;
    std::uint64_t voters = 0;
    const Votes votes = vote(matches_of(family.family, paired, verdicts), voters);
    family.version = in_words(votes, learned);
    if (family.version.empty() || learned.size() < 2) continue;
    std::uint64_t most = 0;
    for (const auto& [version, count] : votes) most = std::max(most, count);
    family.evidence.push_back(fmt::format("{} of {} recognised functions are closest to version {}", most, voters, family.version));
  }
}

}  // namespace prova
