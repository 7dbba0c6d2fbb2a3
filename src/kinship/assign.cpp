#include "kinship/assign.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace prova {
namespace {

/// The two highest totals that a function takes part in.
struct TopTwo {
  double first = 0, second = 0;

  void offer(double total) {
    if (total > first) {
      second = first;
      first = total;
    } else {
      second = std::max(second, total);
    }
  }
  /// Distance of one of the offered totals to the best other one.
  [[nodiscard]] double margin(double total) const { return total - (total == first ? second : first); }
};

void set_margins(const PairTable& table, std::vector<AssignedPair>& chosen) {
  std::vector<TopTwo> rows(table.size());
  std::unordered_map<std::uint32_t, TopTwo> columns;
  for (std::uint32_t a = 0; a < table.size(); ++a) {
    for (const PairScore& score : table[a]) {
      rows[a].offer(score.total);
      columns[score.direct.right].offer(score.total);
    }
  }
  for (AssignedPair& pair : chosen) {
    pair.row_margin = rows[pair.left].margin(pair.score.total);
    pair.column_margin = columns[pair.score.direct.right].margin(pair.score.total);
  }
}

}  // namespace

std::vector<AssignedPair> assign_one_to_one(const PairTable& table, double least) {
  std::vector<AssignedPair> pairs;
  for (std::uint32_t a = 0; a < table.size(); ++a) {
    for (const PairScore& score : table[a]) {
      if (score.total >= least) pairs.push_back({a, score, 0, 0});
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
  set_margins(table, chosen);
  return chosen;
}

}  // namespace prova
