#include <algorithm>
#include <cmath>
#include <queue>
#include <tuple>
#include <unordered_map>

#include "kinship/align_functions.h"

namespace prova {
namespace {

/// How much each kind of feature says about a block: what it does in the data flow and what it refers to survive
/// another compiler, instructions do not.
constexpr double kEffectWeight = 3, kMeaningWeight = 3, kExactWeight = 1, kMnemonicWeight = 0.3;
/// A feature of more blocks than this on either side does not propose pairs; it still counts when pairs are scored.
constexpr std::size_t kMaxSharers = 64;
/// Neighbours followed per block and direction: a switch with a thousand cases says little about each.
constexpr std::size_t kMaxNeighbours = 8;
/// What a matched neighbour adds, and how much of that counts in all.
constexpr double kNeighbourSupport = 0.2, kMaxSupport = 0.6;
/// Below this two blocks stay apart: one neighbour alone does not make a pair, two do.
constexpr double kLeastPair = 0.3;
/// Shared weight at which there is enough to compare (as in similarity_of).
constexpr double kFullWeight = 4;

struct WeightedKey {
  std::uint64_t key = 0;
  double weight = 0;
};
using Bags = std::vector<std::vector<WeightedKey>>;

/// Features of each block, ascending by key; the n-th occurrence is a feature of its own.
Bags bags_of(const FunctionShape& shape, bool same_machine) {
  Bags bags(shape.blocks.size());
  for (std::size_t b = 0; b < bags.size(); ++b) {
    auto& bag = bags[b];
    for (const std::uint64_t effect : shape.effects[b]) bag.push_back({mix(1, effect), kEffectWeight});
    for (const InstructionShape& i : shape.blocks[b]) {
      if (i.operation == Operation::kNop || i.operation == Operation::kPadding) continue;
      if (i.meaning != 0) bag.push_back({mix(2, i.meaning), kMeaningWeight});
      if (same_machine) bag.push_back({mix(3, i.exact), kExactWeight});
      bag.push_back(same_machine ? WeightedKey{mix(4, i.mnemonic), kMnemonicWeight}
                                 : WeightedKey{mix(5, static_cast<std::uint64_t>(i.operation)), kMnemonicWeight});
    }
    std::sort(bag.begin(), bag.end(), [](const auto& x, const auto& y) { return x.key < y.key; });
    std::uint64_t before = 0;
    std::uint64_t repeats = 0;
    for (WeightedKey& one : bag) {
      repeats = one.key == before ? repeats + 1 : 0;
      before = one.key;
      if (repeats > 0) one.key = mix(one.key, repeats);
    }
    std::sort(bag.begin(), bag.end(), [](const auto& x, const auto& y) { return x.key < y.key; });
  }
  return bags;
}

using Postings = std::unordered_map<std::uint64_t, std::vector<std::uint32_t>>;

Postings postings_of(const Bags& bags) {
  Postings postings;
  for (std::uint32_t b = 0; b < bags.size(); ++b) {
    for (const WeightedKey& one : bags[b]) postings[one.key].push_back(b);
  }
  return postings;
}

/// Weights fall with the number of blocks that share the feature, as between programs (DirectScorer).
void damp(Bags& bags, const Postings& left, const Postings& right) {
  const auto count = [](const Postings& postings, std::uint64_t key) {
    const auto it = postings.find(key);
    return it == postings.end() ? std::size_t{0} : it->second.size();
  };
  for (auto& bag : bags) {
    for (WeightedKey& one : bag) {
      const std::size_t most = std::max({count(left, one.key), count(right, one.key), std::size_t{1}});
      one.weight /= 1 + std::log(static_cast<double>(most));
    }
  }
}

double norm(const std::vector<WeightedKey>& bag) {
  double sum = 0;
  for (const WeightedKey& one : bag) sum += one.weight;
  return sum;
}

/// Cosine of two bags, held down by how little is shared.
double likeness(const std::vector<WeightedKey>& a, const std::vector<WeightedKey>& b) {
  double shared = 0;
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    if (i->key == j->key) shared += i->weight, ++i, ++j;
    else if (i->key < j->key) ++i;
    else ++j;
  }
  if (shared <= 0) return 0;
  const double whole = std::sqrt(norm(a) * norm(b));
  return shared / whole * (1 - std::exp(-(shared + (shared >= whole * 0.999 ? kFullWeight : 0)) / kFullWeight));
}

std::vector<std::vector<std::uint32_t>> predecessors(const FunctionShape& shape) {
  std::vector<std::vector<std::uint32_t>> back(shape.blocks.size());
  for (std::uint32_t b = 0; b < shape.successors.size(); ++b) {
    for (const std::uint32_t s : shape.successors[b]) {
      if (s < back.size() && back[s].size() < kMaxNeighbours) back[s].push_back(b);
    }
  }
  return back;
}

struct Proposal {
  double score = 0;
  std::uint32_t left = 0, right = 0;
  /// The better one first out of a priority queue; ties to the smaller indices.
  friend bool operator<(const Proposal& a, const Proposal& b) {
    return std::tuple(a.score, b.left, b.right) < std::tuple(b.score, a.left, a.right);
  }
};

/// Takes the best proposal, lets it support its neighbours, and goes on.
class Matcher {
 public:
  Matcher(const FunctionShape& left, const FunctionShape& right)
      : left_(left), right_(right), left_bags_(bags_of(left, left.arch == right.arch)),
        right_bags_(bags_of(right, left.arch == right.arch)), left_back_(predecessors(left)),
        right_back_(predecessors(right)), left_taken_(left.blocks.size()), right_taken_(right.blocks.size()) {
    const Postings in_left = postings_of(left_bags_), in_right = postings_of(right_bags_);
    damp(left_bags_, in_left, in_right);
    damp(right_bags_, in_left, in_right);
    propose(in_right);
  }

  std::vector<BlockPair> run() {
    std::vector<BlockPair> pairs;
    while (!queue_.empty()) {
      const Proposal best = queue_.top();
      queue_.pop();
      if (left_taken_[best.left] || right_taken_[best.right] || best.score < current(best.left, best.right)) continue;
      left_taken_[best.left] = right_taken_[best.right] = true;
      pairs.push_back({best.left, best.right, std::min(1.0, best.score)});
      support_all(left_.successors[best.left], right_.successors[best.right]);
      support_all(left_back_[best.left], right_back_[best.right]);
    }
    std::sort(pairs.begin(), pairs.end(), [](const auto& a, const auto& b) { return a.left < b.left; });
    return pairs;
  }

 private:
  struct State {
    double likeness = 0, support = 0;
  };

  static std::uint64_t key(std::uint32_t l, std::uint32_t r) { return static_cast<std::uint64_t>(l) << 32U | r; }
  State& state(std::uint32_t l, std::uint32_t r) {
    const auto [it, fresh] = states_.try_emplace(key(l, r));
    if (fresh) it->second.likeness = likeness(left_bags_[l], right_bags_[r]);
    return it->second;
  }
  double current(std::uint32_t l, std::uint32_t r) {
    const State& s = state(l, r);
    return s.likeness + std::min(s.support, kMaxSupport);
  }
  void push(std::uint32_t l, std::uint32_t r) {
    if (const double score = current(l, r); score >= kLeastPair) queue_.push({score, l, r});
  }
  void propose(const Postings& in_right) {
    for (std::uint32_t l = 0; l < left_bags_.size(); ++l) {
      std::vector<std::uint32_t> near;
      for (const WeightedKey& one : left_bags_[l]) {
        const auto it = in_right.find(one.key);
        if (it != in_right.end() && it->second.size() <= kMaxSharers) near.insert(near.end(), it->second.begin(), it->second.end());
      }
      std::sort(near.begin(), near.end());
      near.erase(std::unique(near.begin(), near.end()), near.end());
      for (const std::uint32_t r : near) push(l, r);
    }
    if (left_bags_.empty() || right_bags_.empty()) return;
    state(0, 0).support += 2 * kNeighbourSupport;  // Both functions are entered there.
    push(0, 0);
  }
  void support_all(const std::vector<std::uint32_t>& lefts, const std::vector<std::uint32_t>& rights) {
    for (std::size_t i = 0; i < std::min(lefts.size(), kMaxNeighbours); ++i) {
      for (std::size_t j = 0; j < std::min(rights.size(), kMaxNeighbours); ++j) {
        const std::uint32_t l = lefts[i], r = rights[j];
        if (l >= left_taken_.size() || r >= right_taken_.size() || left_taken_[l] || right_taken_[r]) continue;
        state(l, r).support += kNeighbourSupport;
        push(l, r);
      }
    }
  }

  const FunctionShape& left_;
  const FunctionShape& right_;
  Bags left_bags_, right_bags_;
  std::vector<std::vector<std::uint32_t>> left_back_, right_back_;
  std::vector<bool> left_taken_, right_taken_;
  std::unordered_map<std::uint64_t, State> states_;
  std::priority_queue<Proposal> queue_;
};

}  // namespace

std::vector<BlockPair> match_blocks(const FunctionShape& left, const FunctionShape& right) {
  return Matcher(left, right).run();
}

}  // namespace prova
