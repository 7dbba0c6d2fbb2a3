#include "evidence/corroboration.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace prova {
namespace {

/// Who confirms whom, both ways, by position.
using Links = std::vector<std::vector<std::size_t>>;

Links confirmations(const Case& input) {
  std::unordered_map<std::string_view, std::size_t> index;
  for (std::size_t i = 0; i < input.evidence.size(); ++i) index.emplace(input.evidence[i].id, i);
  Links links(input.evidence.size());
  for (std::size_t i = 0; i < input.evidence.size(); ++i) {
    for (const std::string& id : input.evidence[i].confirms) {
      const auto found = index.find(id);
      if (found == index.end()) continue;
      links[i].push_back(found->second);
      links[found->second].push_back(i);
    }
  }
  return links;
}

/// Ids disproved by anything known by the day.
std::unordered_set<std::string_view> disproved_by(const Case& input, Day day) {
  std::unordered_set<std::string_view> ids;
  for (const EvidenceItem& item : input.evidence) {
    if (item.known_from.last <= day) ids.insert(item.disproves.begin(), item.disproves.end());
  }
  return ids;
}

void add_pools(const Case& input, const EvidenceItem& item, std::set<std::string>& pools) {
  for (const std::string& id : item.roots) {
    const Root* root = input.find_root(id);
    pools.insert(root == nullptr ? id : root->pool_id());
  }
}

std::vector<std::size_t> count_roots(const Case& input, Day day, const Links& links) {
  const auto disproved = disproved_by(input, day);
  std::vector<std::size_t> counts;
  for (std::size_t i = 0; i < input.evidence.size(); ++i) {
    std::set<std::string> pools;
    add_pools(input, input.evidence[i], pools);
    for (const std::size_t j : links[i]) {
      const EvidenceItem& other = input.evidence[j];
      const bool stands = other.known_from.last <= day && other.derived_from.empty() && !disproved.contains(other.id);
      if (stands) add_pools(input, other, pools);
    }
    counts.push_back(pools.size());
  }
  return counts;
}

}  // namespace

std::vector<std::size_t> independent_roots(const Case& input, Day day) {
  return count_roots(input, day, confirmations(input));
}

std::vector<int> computed_credibility(const Case& input, Day day) {
  const Links links = confirmations(input);
  const std::vector<std::size_t> roots = count_roots(input, day, links);
  std::vector<int> credibility;
  for (std::size_t i = 0; i < input.evidence.size(); ++i) {
    const int typed = input.evidence[i].credibility;
    const bool tested = is_tested_in_the_open(input.evidence[i].kind);
    const bool may_be_confirmed = (typed == 1 && !tested) || (typed == 2 && !links[i].empty());
    credibility.push_back(!may_be_confirmed ? typed : roots[i] >= kRootsToConfirm ? 1 : 2);
  }
  return credibility;
}

Case with_computed_credibility(const Case& input, Day day) {
  Case computed = input;
  const std::vector<int> credibility = computed_credibility(input, day);
  for (std::size_t i = 0; i < credibility.size(); ++i) computed.evidence[i].credibility = credibility[i];
  return computed;
}

}  // namespace prova
