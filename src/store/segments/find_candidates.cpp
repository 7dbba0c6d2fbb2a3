#include "store/segments/find_candidates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "store/segments/key_lookup.h"

namespace prova {
namespace {

/// One key of a probe, with what it weighs for functions that hold it in `own`, in `with_callees`, in both.
struct Term {
  FeatureKey key = 0;
  std::uint32_t index = 0;                  ///< In KeyLookup.
  std::uint32_t asked = 0;                  ///< Lists of the probe that have the key.
  std::array<std::uint64_t, 4> weights{};   ///< By the lists that the stored function has it in.
};

/// A stored function on its way to be a candidate. `function` numbers the functions of all segments; this order is
/// the order of FunctionRef.
struct Scored {
  std::uint64_t weight = 0;
  std::uint32_t function = 0;
};
constexpr bool better(const Scored& a, const Scored& b) {
  return a.weight != b.weight ? a.weight > b.weight : a.function < b.function;
}

std::vector<Term> merge_lists(const Probe& probe, const KeyLookup& lookup) {
  std::vector<Term> terms;
  const auto add = [&](const auto& list, std::uint32_t in_list) {
    for (const auto& [key, weight] : list) {
      Term term{key, 0, in_list, {}};
      term.weights[in_list] = term.weights[kInBoth] = weight;
      terms.push_back(term);
    }
  };
  add(probe.own, kInOwn);
  add(probe.with_callees, kInWithCallees);
  std::sort(terms.begin(), terms.end(), [](const Term& a, const Term& b) { return a.key < b.key; });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    if (kept > 0 && terms[kept - 1].key == terms[i].key) {
      terms[kept - 1].asked |= terms[i].asked;
      for (std::size_t l = 0; l < 4; ++l) terms[kept - 1].weights[l] += terms[i].weights[l];
    } else {
      terms[kept] = terms[i];
      terms[kept++].index = lookup.index_of(terms[i].key);
    }
  }
  terms.resize(kept);
  return terms;
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
  void take(std::vector<Scored>& scored) {
    scored.clear();
    for (const std::uint32_t at : used_) {
      scored.push_back({slots_[at].sum, slots_[at].function});
      slots_[at].function = kFree;
    }
    used_.clear();
  }

 private:
  static constexpr unsigned kSlotBits = 15;
  static constexpr std::size_t kSlots = 1ULL << kSlotBits;
  static_assert(kMaxPostings < kSlots / 2, "the table stays half empty, so that few steps find a slot");
  static constexpr std::uint64_t kMultiplier = 0x9e37'79b9'7f4a'7c15;  ///< Fibonacci hashing, Knuth 6.4.
  static constexpr std::uint32_t kFree = ~0U;  ///< No function: find_candidates refuses stores with 2^32 of them.
  struct Slot {
    std::uint32_t function = kFree;
    std::uint64_t sum = 0;
  };
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> used_;
};

/// Answers probes one after the other: the rule of kMaxPostings.
class Search {
 public:
  Search(const Snapshot& snapshot, const KeyLookup& lookup, std::size_t limit)
      : snapshot_(snapshot), lookup_(lookup), limit_(limit) {
    std::uint64_t base = 0;
    for (const SnapshotSegment& part : snapshot.segments) {
      bases_.push_back(static_cast<std::uint32_t>(base));
      base += part.segment->functions();
    }
  }

  Result<std::vector<Candidate>> answer(const Probe& probe) {
    probe_ = &probe;
    terms_ = merge_lists(probe, lookup_);
    segment_terms_.assign(snapshot_.segments.size(), {});
    PROVA_TRY(find_by_features());
    sums_.take(found_);
    keep_best(found_);
    PROVA_TRY(find_exact());
    return weigh_found();
  }

 private:
  /// Walks the rarest features, as many as kMaxPostings allows.
  Status find_by_features() {
    std::vector<const Term*> rare;
    for (const Term& term : terms_) {
      const std::uint64_t holders = lookup_.holders(term.index);
      if (holders > 0 && holders <= kMaxPostings) rare.push_back(&term);
    }
    std::sort(rare.begin(), rare.end(), [&](const Term* a, const Term* b) {
      const std::uint64_t x = lookup_.holders(a->index), y = lookup_.holders(b->index);
      return x != y ? x < y : a->key < b->key;
    });
    std::uint64_t walked = 0;
    for (const Term* term : rare) {
      walked += lookup_.holders(term->index);
      if (walked > kMaxPostings) break;
      PROVA_TRY(walk(*term));
    }
    return {};
  }

  Status walk(const Term& term) {
    for (std::size_t s = 0; s < snapshot_.segments.size(); ++s) {
      const KeyPlace& place = lookup_.place(s, term.index);
      if (place.count == 0) continue;
      const SnapshotSegment& part = snapshot_.segments[s];
      PROVA_TRY(part.segment->for_each_posting(place, [&](std::uint32_t function, std::uint32_t lists) {
        if (part.is_dead(function)) return true;
        sums_.add(bases_[s] + function, term.weights[lists], (lists & term.asked) != 0);
        return true;
      }));
    }
    return {};
  }

  /// Adds the first kMaxExact live functions with the exact hash to found_.
  Status find_exact() {
    if (probe_->exact == 0) return {};
    std::size_t count = 0;
    for (std::size_t s = 0; s < snapshot_.segments.size() && count < kMaxExact; ++s) {
      const SnapshotSegment& part = snapshot_.segments[s];
      PROVA_TRY(part.segment->find_exact(probe_->exact, halves_));
      for (const std::uint32_t function : halves_) {
        if (part.is_dead(function)) continue;
        PROVA_TRY(part.segment->read_print(function, print_));
        if (print_.exact != probe_->exact) continue;
        found_.push_back({0, bases_[s] + function});
        if (++count == kMaxExact) break;
      }
    }
    return {};
  }

  /// What was found, with its whole weight, in the order of the answer.
  Result<std::vector<Candidate>> weigh_found() {
    std::sort(found_.begin(), found_.end(), [](const Scored& a, const Scored& b) { return a.function < b.function; });
    found_.erase(std::unique(found_.begin(), found_.end(), [](const Scored& a, const Scored& b) { return a.function == b.function; }),
                 found_.end());
    std::vector<Scored> exact, others;
    for (const Scored& scored : found_) {
      PROVA_TRY(weight, weigh(scored.function));
      (probe_->exact != 0 && print_.exact == probe_->exact ? exact : others).push_back({weight, scored.function});
    }
    keep_best(exact);
    keep_best(others);
    std::vector<Candidate> answer;
    for (const Scored& scored : exact) answer.push_back({ref(scored.function), scored.weight, true});
    for (const Scored& scored : others) {
      if (answer.size() == limit_) break;
      answer.push_back({ref(scored.function), scored.weight, false});
    }
    return answer;
  }

  void keep_best(std::vector<Scored>& scored) const {
    if (scored.size() > limit_) {
      std::nth_element(scored.begin(), scored.begin() + static_cast<std::ptrdiff_t>(limit_), scored.end(), better);
      scored.resize(limit_);
    }
    std::sort(scored.begin(), scored.end(), better);
  }

  /// The whole weight of a function, from its fingerprint, which is left in print_.
  Result<std::uint64_t> weigh(std::uint32_t function) {
    const std::size_t s = segment_of(function);
    PROVA_TRY(snapshot_.segments[s].segment->read_print(function - bases_[s], print_));
    const auto& terms = terms_in(s);
    std::uint64_t weight = 0;
    auto term = terms.begin();
    for (std::size_t i = 0; i < print_.ordinals.size() && term != terms.end(); ++i) {
      while (term != terms.end() && term->first < print_.ordinals[i]) ++term;
      if (term != terms.end() && term->first == print_.ordinals[i]) weight += term->second->weights[print_.lists[i]];
    }
    return weight;
  }

  /// The probe's terms that segment `s` holds, by ordinal. Keys and ordinals ascend together.
  const std::vector<std::pair<std::uint32_t, const Term*>>& terms_in(std::size_t s) {
    auto& terms = segment_terms_[s];
    if (terms.empty()) {
      for (const Term& term : terms_) {
        const KeyPlace& place = lookup_.place(s, term.index);
        if (place.count > 0) terms.emplace_back(place.ordinal, &term);
      }
    }
    return terms;
  }

  [[nodiscard]] std::size_t segment_of(std::uint32_t function) const {
    return static_cast<std::size_t>(std::upper_bound(bases_.begin(), bases_.end(), function) - bases_.begin()) - 1;
  }
  [[nodiscard]] FunctionRef ref(std::uint32_t function) const {
    const std::size_t s = segment_of(function);
    return snapshot_.segments[s].ref(function - bases_[s]);
  }

  const Snapshot& snapshot_;
  const KeyLookup& lookup_;
  std::size_t limit_;
  std::vector<std::uint32_t> bases_;  ///< Number of each segment's first function.
  const Probe* probe_ = nullptr;
  std::vector<Term> terms_;           ///< Ascending by key, no repeats.
  std::vector<std::vector<std::pair<std::uint32_t, const Term*>>> segment_terms_;
  SparseSums sums_;
  std::vector<Scored> found_;         ///< With what they weigh as far as it was walked.
  std::vector<std::uint32_t> halves_; ///< Functions with the upper half of the exact hash.
  Print print_;
};

}  // namespace

Result<std::vector<std::vector<Candidate>>> find_candidates(const Snapshot& snapshot, std::span<const Probe> probes,
                                                            std::size_t limit) {
  std::vector<std::vector<Candidate>> answers;
  if (limit == 0) {
    answers.resize(probes.size());
    return answers;
  }
  std::uint64_t functions = 0;
  for (const SnapshotSegment& part : snapshot.segments) functions += part.segment->functions();
  if (functions >= 1ULL << 32) {
    return fail(ErrorCode::kLimit, fmt::format("{} functions in the store, fewer than 2^32 expected", functions));
  }
  answers.reserve(probes.size());
  for (std::size_t begin = 0; begin < probes.size(); begin += kProbesAtOnce) {
    const auto some = probes.subspan(begin, std::min(kProbesAtOnce, probes.size() - begin));
    PROVA_TRY(lookup, KeyLookup::look_up(snapshot, some));
    Search search(snapshot, lookup, limit);
    for (const Probe& probe : some) {
      PROVA_TRY(answer, search.answer(probe));
      answers.push_back(std::move(answer));
    }
  }
  return answers;
}

}  // namespace prova
