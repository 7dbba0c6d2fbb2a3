#include "store/segments/find_candidates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <memory>
#include <new>

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

/// Reading one fingerprint costs as much as walking this many postings: 300 ns against 3 ns.
constexpr std::uint64_t kPrintCost = 100;

/// Answers probes one after the other. The postings of rare keys are walked, rarest first; what common keys add is
/// found out only for functions that can still be among the best ("MaxScore", Turtle and Flood 1995): their partial
/// weight plus all that is missing reaches the weight of the last one in the answer.
class Search {
 public:
  Search(const Snapshot& snapshot, const KeyLookup& lookup, std::span<std::uint64_t> sums, std::size_t limit)
      : snapshot_(snapshot), lookup_(lookup), sums_(sums), limit_(limit) {
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
    missing_ = 0;
    common_.clear();
    PROVA_TRY(find_exact());
    PROVA_TRY(find_by_features());
    auto answer = best();
    for (const std::uint32_t function : touched_) sums_[function] = 0;
    touched_.clear();
    return answer;
  }

 private:
  /// Live functions with the exact hash: the first kMaxPostings of them, and whether there are more.
  Status find_exact() {
    exact_.clear();
    more_exact_ = false;
    if (probe_->exact == 0) return {};
    std::vector<std::uint32_t> functions;
    Print print;
    for (std::size_t s = 0; s < snapshot_.segments.size() && !more_exact_; ++s) {
      const SnapshotSegment& part = snapshot_.segments[s];
      PROVA_TRY(part.segment->find_exact(probe_->exact, functions));
      for (const std::uint32_t function : functions) {
        if (part.is_dead(function)) continue;
        PROVA_TRY(part.segment->read_print(function, print));
        if (print.exact != probe_->exact) continue;
        more_exact_ = exact_.size() == kMaxPostings;
        if (more_exact_) break;
        exact_.push_back(bases_[s] + function);
      }
    }
    return {};
  }

  /// Adds up the weights of all rare keys, rarest first.
  Status find_by_features() {
    std::vector<const Term*> rare;
    for (const Term& term : terms_) {
      if (lookup_.common(term.index)) {
        missing_ += term.weights[kInBoth];
        common_.push_back(&term);
      } else if (lookup_.postings(term.index) > 0) {
        rare.push_back(&term);
      }
    }
    const auto shorter = [&](const Term* a, const Term* b) {
      return lookup_.postings(a->index) < lookup_.postings(b->index);
    };
    std::sort(rare.begin(), rare.end(), shorter);
    std::sort(common_.begin(), common_.end(), shorter);
    for (const Term* term : rare) PROVA_TRY(walk(*term, true));
    return {};
  }

  /// Adds the term's weights to the sums of its functions, or, unless `find`, of those that were found already.
  Status walk(const Term& term, bool find) {
    for (std::size_t s = 0; s < snapshot_.segments.size(); ++s) {
      const KeyPlace& place = lookup_.place(s, term.index);
      if (place.count == 0) continue;
      const SnapshotSegment& part = snapshot_.segments[s];
      std::uint64_t* sums = sums_.data() + bases_[s];
      PROVA_TRY(part.segment->for_each_posting(place, [&](std::uint32_t function, std::uint32_t lists) {
        // One more than the sum, so that 0 means "not seen".
        if (sums[function] == 0) {
          if (!find || (lists & term.asked) == 0 || part.is_dead(function)) return true;
          touched_.push_back(bases_[s] + function);
          sums[function] = 1;
        }
        sums[function] += term.weights[lists];
        return true;
      }));
    }
    return {};
  }

  Result<std::vector<Candidate>> best() {
    std::vector<Scored> exact, others;
    for (const std::uint32_t function : exact_) {
      PROVA_TRY(weight, weigh(function));
      exact.push_back({weight, function});
      sums_[function] = 0;  // Counted already. Not in touched_ unless a feature found it, too.
    }
    for (const std::uint32_t function : touched_) {
      if (sums_[function] != 0) others.push_back({sums_[function] - 1, function});
    }
    if (more_exact_) PROVA_TRY(move_exact(others, exact));
    keep_best(exact, limit_);
    const std::size_t room = limit_ - exact.size();
    if (missing_ > 0) PROVA_TRY(complete(others, room));
    keep_best(others, room);
    std::vector<Candidate> answer;
    answer.reserve(exact.size() + others.size());
    for (const Scored& scored : exact) answer.push_back({ref(scored.function), scored.weight, true});
    for (const Scored& scored : others) answer.push_back({ref(scored.function), scored.weight, false});
    return answer;
  }

  /// Functions beyond the first kMaxPostings with the exact hash are exact as well when features found them.
  Status move_exact(std::vector<Scored>& others, std::vector<Scored>& exact) {
    std::vector<Scored> kept;
    for (const Scored& scored : others) {
      PROVA_TRY(weight, weigh(scored.function));
      (print_.exact == probe_->exact ? exact : kept).push_back({weight, scored.function});
    }
    others = std::move(kept);
    missing_ = 0;
    return {};
  }

  static void keep_best(std::vector<Scored>& scored, std::size_t limit) {
    if (scored.size() > limit) {
      std::nth_element(scored.begin(), scored.begin() + static_cast<std::ptrdiff_t>(limit), scored.end(), better);
      scored.resize(limit);
    }
    std::sort(scored.begin(), scored.end(), better);
  }

  /// Replaces partial weights by whole ones for all that may be among the best `room`, and drops the others. Whichever
  /// is cheaper comes next: walking the shortest list that is missing, which brings all partial weights closer to the
  /// whole ones, or reading the fingerprints of all that are left.
  Status complete(std::vector<Scored>& others, std::size_t room) {
    if (room == 0) others.clear();
    if (others.empty()) return {};
    const std::size_t first = std::min(others.size(), room);
    std::nth_element(others.begin(), others.begin() + static_cast<std::ptrdiff_t>(first) - 1, others.end(), better);
    std::vector<Scored> whole;
    PROVA_TRY(weigh_all(std::span(others).first(first), whole));
    others.erase(others.begin(), others.begin() + static_cast<std::ptrdiff_t>(first));
    for (const Term* term : common_) {
      const std::uint64_t enough = weight_of_last(whole, others, room);
      std::erase_if(others, [&](const Scored& scored) { return scored.weight + missing_ < enough; });
      if (others.size() * kPrintCost <= lookup_.postings(term->index)) {
        PROVA_TRY(weigh_all(others, whole));
        others.clear();
        break;
      }
      PROVA_TRY(walk(*term, false));
      missing_ -= term->weights[kInBoth];
      for (Scored& scored : others) scored.weight = sums_[scored.function] - 1;
    }
    others.insert(others.end(), whole.begin(), whole.end());
    return {};
  }

  Status weigh_all(std::span<const Scored> functions, std::vector<Scored>& whole) {
    for (const Scored& scored : functions) {
      PROVA_TRY(weight, weigh(scored.function));
      whole.push_back({weight, scored.function});
    }
    return {};
  }

  /// What `room` functions are known to weigh at least, or 0 when there are fewer.
  [[nodiscard]] std::uint64_t weight_of_last(const std::vector<Scored>& whole, const std::vector<Scored>& partial,
                                             std::size_t room) {
    if (whole.size() + partial.size() < room) return 0;
    weights_.clear();
    for (const Scored& scored : whole) weights_.push_back(scored.weight);
    for (const Scored& scored : partial) weights_.push_back(scored.weight);
    const auto last = weights_.begin() + static_cast<std::ptrdiff_t>(room) - 1;
    std::nth_element(weights_.begin(), last, weights_.end(), std::greater<>());
    return *last;
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
  std::span<std::uint64_t> sums_;
  std::size_t limit_;
  std::vector<std::uint32_t> bases_;  ///< Number of each segment's first function.
  const Probe* probe_ = nullptr;
  std::vector<Term> terms_;           ///< Ascending by key, no repeats.
  std::vector<std::vector<std::pair<std::uint32_t, const Term*>>> segment_terms_;
  std::vector<std::uint32_t> exact_, touched_;
  bool more_exact_ = false;
  std::vector<const Term*> common_;   ///< Keys that find nothing, shortest list first.
  std::uint64_t missing_ = 0;         ///< Weight of those of them that were not walked.
  std::vector<std::uint64_t> weights_;
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
  // From calloc, so that only the pages that are touched become memory.
  const std::unique_ptr<std::uint64_t, decltype(&std::free)> sums(
      static_cast<std::uint64_t*>(std::calloc(static_cast<std::size_t>(functions) + 1, sizeof(std::uint64_t))), &std::free);
  if (sums == nullptr) throw std::bad_alloc();
  answers.reserve(probes.size());
  for (std::size_t begin = 0; begin < probes.size(); begin += kProbesAtOnce) {
    const auto some = probes.subspan(begin, std::min(kProbesAtOnce, probes.size() - begin));
    PROVA_TRY(lookup, KeyLookup::look_up(snapshot, some));
    Search search(snapshot, lookup, {sums.get(), static_cast<std::size_t>(functions)}, limit);
    for (const Probe& probe : some) {
      PROVA_TRY(answer, search.answer(probe));
      answers.push_back(std::move(answer));
    }
  }
  return answers;
}

}  // namespace prova
