#include "kinship/assign.h"

#include <algorithm>
#include <unordered_set>

namespace prova {

std::vector<AssignedPair> assign_one_to_one(const PairTable& table, double least) {
  std::vector<AssignedPair> pairs;
  for (std::uint32_t a = 0; a < table.size(); ++a) {
    for (const PairScore& score : table[a]) {
      if (score.total >= least) pairs.push_back({a, score});
    }
  }
  std::sort(pairs.begin(), pairs.end(), [](const AssignedPair& x, const AssignedPair& y) {
    if (x.score.total != y.score.total) return x.score.total > y.score.total;
    return x.left != y.left ? x.left < y.left : x.score.direct.right < y.score.direct.right;
  });
  std::vector<char> left_taken(table.size(), 0);
  std::unordered_set<std::uint32_t> right_taken;
  std::vector<AssignedPair> chosen;
  for (const AssignedPair& pair : pairs) {
    if (left_taken[pair.left] != 0 || !right_taken.insert(pair.score.direct.right).second) continue;
    left_taken[pair.left] = 1;
    chosen.push_back(pair);
  }
  std::sort(chosen.begin(), chosen.end(),
            [](const AssignedPair& x, const AssignedPair& y) { return x.left < y.left; });
  return chosen;
}

}  // namespace prova
