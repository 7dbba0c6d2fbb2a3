#include "store/segments/find_candidates.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/probe_rule.h"
#include "store/segments/key_lookup.h"

namespace prova {
namespace {

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
    terms_ = probe_terms(probe, [&](FeatureKey key) { return lookup_.index_of(key); });
    segment_terms_.assign(snapshot_.segments.size(), {});
    PROVA_TRY(find_by_features());
    sums_.take(found_);
    keep_best(found_, limit_);
    PROVA_TRY(find_exact());
    return weigh_found();
  }

 private:
  /// Walks the rarest features, as many as kMaxPostings allows.
  Status find_by_features() {
    const auto holders = [&](const ProbeTerm& term) { return lookup_.holders(term.index); };
    for (const ProbeTerm* term : finding_terms(terms_, holders)) PROVA_TRY(walk(*term));
    return {};
  }

  Status walk(const ProbeTerm& term) {
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
    std::sort(found_.begin(), found_.end(), [](const ScoredFunction& a, const ScoredFunction& b) { return a.function < b.function; });
    found_.erase(std::unique(found_.begin(), found_.end(), [](const ScoredFunction& a, const ScoredFunction& b) { return a.function == b.function; }),
                 found_.end());
    std::vector<ScoredFunction> exact, others;
    for (const ScoredFunction& scored : found_) {
      PROVA_TRY(weight, weigh(scored.function));
      (probe_->exact != 0 && print_.exact == probe_->exact ? exact : others).push_back({weight, scored.function});
    }
    keep_best(exact, limit_);
    keep_best(others, limit_);
    std::vector<Candidate> answer;
    for (const ScoredFunction& scored : exact) answer.push_back({ref(scored.function), scored.weight, true});
    for (const ScoredFunction& scored : others) {
      if (answer.size() == limit_) break;
      answer.push_back({ref(scored.function), scored.weight, false});
    }
    return answer;
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
  const std::vector<std::pair<std::uint32_t, const ProbeTerm*>>& terms_in(std::size_t s) {
    auto& terms = segment_terms_[s];
    if (terms.empty()) {
      for (const ProbeTerm& term : terms_) {
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
  std::vector<ProbeTerm> terms_;           ///< Ascending by key, no repeats.
  std::vector<std::vector<std::pair<std::uint32_t, const ProbeTerm*>>> segment_terms_;
  SparseSums sums_;
  std::vector<ScoredFunction> found_;         ///< With what they weigh as far as it was walked.
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
