#include "kinship/surroundings.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace prova {
namespace {

constexpr std::string_view kCalledBy = ", called by it";
constexpr std::string_view kAmong = ", among its functions";

bool explained(const Verdict& verdict) {
  return verdict.role == FunctionRole::kLibrary || verdict.role == FunctionRole::kGoodware;
}

/// The group as matching named it, without what this file adds.
std::string plain_group(const Verdict& verdict) {
  std::string group = verdict.group;
  for (const std::string_view suffix : {kCalledBy, kAmong}) {
    if (group.ends_with(suffix)) group.erase(group.size() - suffix.size());
  }
  return group;
}

/// The group that most explained callers belong to; ties to the first in order.
Verdict of_majority(const std::vector<std::uint32_t>& callers, const std::vector<Verdict>& verdicts) {
  std::map<std::pair<std::string, FunctionRole>, std::size_t> votes;
  for (const std::uint32_t caller : callers) {
    if (!explained(verdicts[caller])) continue;
    ++votes[{plain_group(verdicts[caller]), verdicts[caller].role}];
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

void explain_by_neighbours(const StoredSample& query, std::vector<Verdict>& verdicts) {
  std::vector<std::uint32_t> order;  // Functions are stored by ascending address.
  for (std::uint32_t i = 0; i < query.functions.size(); ++i) {
    if (query.functions[i].kind == FunctionKind::kFunction) order.push_back(i);
  }
  if (order.size() <= 2 * kNeighboursPerSide) return;
  const auto explained_in = [&](std::size_t begin, std::size_t end) {
    std::size_t count = 0;
    for (std::size_t k = begin; k < end; ++k) count += explained(verdicts[order[k]]) ? 1 : 0;
    return count;
  };
  for (int round = 0; round < kMaxSpreadRounds; ++round) {
    std::vector<Verdict> next = verdicts;
    bool changed = false;
    for (std::size_t at = kNeighboursPerSide; at + kNeighboursPerSide < order.size(); ++at) {
      if (explained(verdicts[order[at]])) continue;
      const std::size_t before = explained_in(at - kNeighboursPerSide, at);
      const std::size_t behind = explained_in(at + 1, at + 1 + kNeighboursPerSide);
      if (before < kLeastExplainedPerSide || behind < kLeastExplainedPerSide ||
          before + behind < kLeastExplainedNeighbours) continue;
      std::size_t nearest = at - 1;
      while (!explained(verdicts[order[nearest]])) --nearest;
      const Verdict& of = verdicts[order[nearest]];
      next[order[at]] = {of.role, plain_group(of).append(kAmong), {}};
      changed = true;
    }
    if (!changed) return;
    verdicts = std::move(next);
  }
}

}  // namespace prova
