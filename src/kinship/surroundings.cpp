#include "kinship/surroundings.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace prova {
namespace {

constexpr std::string_view kCalledBy = ", called by it";

bool explained(const Verdict& verdict) {
  return verdict.role == FunctionRole::kLibrary || verdict.role == FunctionRole::kGoodware;
}

/// The group that most explained callers belong to; ties to the first in order.
Verdict of_majority(const std::vector<std::uint32_t>& callers, const std::vector<Verdict>& verdicts) {
  std::map<std::pair<std::string, FunctionRole>, std::size_t> votes;
  for (const std::uint32_t caller : callers) {
    if (!explained(verdicts[caller])) continue;
    std::string group = verdicts[caller].group;
    if (group.ends_with(kCalledBy)) group.erase(group.size() - kCalledBy.size());
    ++votes[{std::move(group), verdicts[caller].role}];
  }
  const auto* best = &*votes.begin();
  for (const auto& vote : votes) {
    if (vote.second > best->second) best = &vote;
  }
  Verdict verdict{best->first.second, best->first.first, {}};
  verdict.group.append(kCalledBy);
  return verdict;
}

}  // namespace

void explain_by_callers(const StoredSample& query, std::vector<Verdict>& verdicts) {
  std::vector<std::vector<std::uint32_t>> callers(query.functions.size());
  for (std::uint32_t i = 0; i < query.functions.size(); ++i) {
    for (const std::uint32_t callee : query.functions[i].callees) {
      if (callee < callers.size() && callee != i) callers[callee].push_back(i);
    }
  }
  for (int round = 0; round < kMaxSpreadRounds; ++round) {
    std::vector<Verdict> next = verdicts;
    bool changed = false;
    for (std::uint32_t i = 0; i < verdicts.size(); ++i) {
      if (explained(verdicts[i])) continue;
      std::size_t count = 0;
      for (const std::uint32_t caller : callers[i]) count += explained(verdicts[caller]) ? 1 : 0;
      if (count < kLeastExplainingCallers || 2 * count <= callers[i].size()) continue;
      next[i] = of_majority(callers[i], verdicts);
      changed = true;
    }
    if (!changed) return;
    verdicts = std::move(next);
  }
}

}  // namespace prova
