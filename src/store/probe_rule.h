#pragma once
// The rule of kMaxPostings, shared by the stores that keep postings: which features of a probe find functions, how what
// they find is summed, and which of it is kept. Pure arithmetic; where postings lie is the stores' business.

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "kinship/fingerprint_store.h"

namespace prova {

/// One key of a probe, with what it weighs for functions that hold it in `own` (1), in `with_callees` (2), in both (3).
struct ProbeTerm {
  FeatureKey key = 0;
  std::uint32_t index = 0;                ///< Of the key in the store's look-up.
  std::uint32_t asked = 0;                ///< Lists of the probe that have the key: 1, 2 or 3.
  std::array<std::uint64_t, 4> weights{}; ///< By the lists that the stored function has it in.
};

/// The probe's keys, ascending, without repeats. `index_of(key)` numbers them. O(n log n).
template <typename IndexOf>
[[nodiscard]] std::vector<ProbeTerm> probe_terms(const Probe& probe, const IndexOf& index_of) {
  std::vector<ProbeTerm> terms;
  const auto add = [&](const auto& list, std::uint32_t in_list) {
    for (const auto& [key, weight] : list) {
      ProbeTerm term{key, 0, in_list, {}};
      term.weights[in_list] = term.weights[3] = weight;
      terms.push_back(term);
    }
  };
  add(probe.own, 1);
  add(probe.with_callees, 2);
  std::sort(terms.begin(), terms.end(), [](const ProbeTerm& a, const ProbeTerm& b) { return a.key < b.key; });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    if (kept > 0 && terms[kept - 1].key == terms[i].key) {
      terms[kept - 1].asked |= terms[i].asked;
      for (std::size_t l = 0; l < 4; ++l) terms[kept - 1].weights[l] += terms[i].weights[l];
    } else {
      terms[kept] = terms[i];
      terms[kept++].index = index_of(terms[i].key);
    }
  }
  terms.resize(kept);
  return terms;
}

/// The terms that find functions, rarest first: `holders(term)` live functions hold one.
template <typename Holders>
[[nodiscard]] std::vector<const ProbeTerm*> finding_terms(const std::vector<ProbeTerm>& terms, const Holders& holders) {
  std::vector<const ProbeTerm*> rare;
  for (const ProbeTerm& term : terms) {
    const std::uint64_t count = holders(term);
    if (count > 0 && count <= kMaxPostings) rare.push_back(&term);
  }
  std::sort(rare.begin(), rare.end(), [&](const ProbeTerm* a, const ProbeTerm* b) {
    const std::uint64_t x = holders(*a), y = holders(*b);
    return x != y ? x < y : a->key < b->key;
  });
  std::uint64_t sum = 0;
  std::size_t taken = 0;
  while (taken < rare.size() && (sum += holders(*rare[taken])) <= kMaxPostings) ++taken;
  rare.resize(taken);
  return rare;
}

/// A stored function on its way to be a candidate. `function` numbers the functions of the store in an order that is
/// the order of FunctionRef.
struct ScoredFunction {
  std::uint64_t weight = 0;
  std::uint32_t function = 0;
};

/// Sorts the heaviest `limit` to the front, ties by ascending function, and drops the others.
inline void keep_best(std::vector<ScoredFunction>& scored, std::size_t limit) {
  constexpr auto better = [](const ScoredFunction& a, const ScoredFunction& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.function < b.function;
  };
  if (scored.size() > limit) {
    std::nth_element(scored.begin(), scored.begin() + static_cast<std::ptrdiff_t>(limit), scored.end(), better);
    scored.resize(limit);
  }
  std::sort(scored.begin(), scored.end(), better);
}

/// Sums by function, for the few functions that one probe finds: at most kMaxPostings. Open addressing in a table that
/// stays in the processor's cache, whatever the size of the store.
class SparseSums {
 public:
  SparseSums() : slots_(kSlots) {}

  /// Adds to the function's sum; with `insert` false only if it has one.
  void add(std::uint32_t function, std::uint64_t weight, bool insert) {
    for (std::size_t at = (function * kMultiplier) >> (64 - kSlotBits);; at = (at + 1) % kSlots) {
      Slot& slot = slots_[at];
      if (slot.function == function) {
        slot.sum += weight;
        return;
      }
      if (slot.function != kFree) continue;
      if (!insert) return;
      slot = {function, weight};
      used_.push_back(static_cast<std::uint32_t>(at));
      return;
    }
  }
  /// Everything that was added, in no particular order; the table is empty afterwards.
  void take(std::vector<ScoredFunction>& scored) {
    scored.clear();
    for (const std::uint32_t at : used_) {
      scored.push_back({slots_[at].sum, slots_[at].function});
      slots_[at].function = kFree;
    }
    used_.clear();
  }

 private:
  static constexpr unsigned kSlotBits = 14;
  static constexpr std::size_t kSlots = 1ULL << kSlotBits;
  static_assert(kMaxPostings * 8 < kSlots * 5, "three eighths of the table stay empty, so that few steps find a slot");
  static constexpr std::uint64_t kMultiplier = 0x9e37'79b9'7f4a'7c15;  ///< Fibonacci hashing, Knuth 6.4.
  static constexpr std::uint32_t kFree = ~0U;  ///< No function: stores refuse to number 2^32 of them.
  struct Slot {
    std::uint32_t function = kFree;
    std::uint64_t sum = 0;
  };
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> used_;
};

}  // namespace prova
