#include "deciding.h"

#include <algorithm>

#include "kinship/decision.h"
#include "kinship/pair_programs.h"

namespace prova::bench {
namespace {

constexpr std::uint64_t kSeed = 20261125;

bool keeps_counterpart(const std::string& name) { return (hash64(name, kSeed) >> 32) % 2 == 0; }

}  // namespace

std::vector<Decision> decide_with_absent(const StoredSample& query, const StoredSample& pool, bool order) {
  const auto queries = eligible(query), targets = eligible(pool);
  std::vector<char> keep(pool.functions.size(), 1);
  for (const auto& [name, index] : targets) {
    if (queries.count(name) != 0 && !keeps_counterpart(name)) keep[index] = 0;
  }
  const StoredSample rest = subset(pool, keep);
  PairingOptions options;
  if (!order) options.propagation.order = 0;
  std::map<std::uint32_t, AssignedPair> partner;
  for (const AssignedPair& p : pair_programs(prepare(query), prepare(rest), FeatureWeights::shipped(), options)) {
    partner.emplace(p.left, p);
  }
  std::vector<Decision> decisions;
  for (const auto& [name, index] : queries) {
    if (targets.count(name) == 0) continue;
    Decision d{keeps_counterpart(name), false, false, 0};
    if (const auto at = partner.find(index); at != partner.end()) {
      const StoredFunction& found = rest.functions[at->second.score.direct.right];
      d.assigned = true;
      d.right = found.name == name;
      d.z = counterpart_log_odds(at->second, query.functions[index].fingerprint, found.fingerprint);
    }
    decisions.push_back(d);
  }
  return decisions;
}

Deciding summarise(const std::vector<Decision>& decisions) {
  std::vector<double> wrong;
  for (const Decision& d : decisions) {
    if (d.assigned && !d.right) wrong.push_back(d.z);
  }
  std::sort(wrong.begin(), wrong.end());
  Deciding result;
  result.threshold = wrong.empty() ? -1e9 : wrong[std::min(wrong.size() - 1, wrong.size() * 99 / 100)];
  for (const Decision& d : decisions) {
    result.present += d.present ? 1U : 0U;
    result.found += d.right ? 1U : 0U;
    result.decided += d.right && d.z > result.threshold ? 1U : 0U;
  }
  return result;
}

}  // namespace prova::bench
