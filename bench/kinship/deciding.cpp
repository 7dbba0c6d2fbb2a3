#include "deciding.h"

#include <algorithm>
#include <set>

#include "kinship/decision.h"
#include "kinship/pair_programs.h"

namespace prova::bench {
namespace {

constexpr std::uint64_t kSeed = 20261125;

bool keeps_counterpart(std::string_view name) { return (hash64(source_name(name), kSeed) >> 32) % 2 == 0; }

}  // namespace

std::vector<Decision> decide_with_absent(const StoredSample& query, const StoredSample& pool, bool order) {
  const auto queries = eligible(query), targets = eligible(pool);
  std::vector<char> keep(pool.functions.size(), 1);
  std::set<std::string_view> asked;
  for (const auto& [name, index] : queries) asked.insert(source_name(name));
  for (std::size_t f = 0; f < keep.size(); ++f) {
    const std::string& name = pool.functions[f].name;
    if (asked.count(source_name(name)) != 0 && !keeps_counterpart(name)) keep[f] = 0;
  }
  const StoredSample rest = subset(pool, keep);
  PairingOptions options;
  if (!order) options.propagation.order = 0;
  const DecidedPairs decided = pair_and_decide(prepare(query), prepare(rest), options);
  std::map<std::uint32_t, std::size_t> partner;
  for (std::size_t i = 0; i < decided.pairs.size(); ++i) partner.emplace(decided.pairs[i].left, i);
  std::vector<Decision> decisions;
  for (const auto& [name, index] : queries) {
    if (targets.count(name) == 0) continue;
    Decision d{keeps_counterpart(name), false, false, 0, name, {}, {}};
    if (const auto at = partner.find(index); at != partner.end()) {
      const AssignedPair& pair = decided.pairs[at->second];
      const Claims& claims = decided.claims[at->second];
      const StoredFunction& found = rest.functions[pair.score.direct.right];
      d.assigned = true;
      d.right = source_name(found.name) == source_name(name);
      d.partner = found.name;
      d.terms = decision_terms(pair, claims, query.functions[index].fingerprint, found.fingerprint);
      d.z = counterpart_log_odds(pair, claims, query.functions[index].fingerprint, found.fingerprint);
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
