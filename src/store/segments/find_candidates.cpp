#include "store/segments/find_candidates.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/probe_rule.h"
#include "store/segments/key_lookup.h"

namespace prova {
namespace {

/// A fingerprint as the probe at hand weighs it.
struct WeighedPrint {
  bool known = false;
  std::uint64_t exact = 0, weight = 0;
};

/// Fingerprints that were weighed for one probe, by where they lie. One slot each: what another takes is weighed again.
class WeighedPrints {
 public:
  void forget() { ++probe_; }
  /// What is known of the fingerprint at `place` of segment `segment`.
  WeighedPrint& at(std::uint32_t segment, std::uint32_t place) {
    Slot& slot = slots_[mix(segment, place) % kSlots];
    if (slot.probe != probe_ || slot.segment != segment || slot.place != place) slot = {probe_, segment, place, {}};
    return slot.print;
  }

 private:
  /// Twice the fingerprints that one probe may find by features and as exact ones.
  static constexpr std::size_t kSlots = 1024;
  struct Slot {
    std::uint64_t probe = 0;
    std::uint32_t segment = 0, place = 0;
    WeighedPrint print;
  };
  std::vector<Slot> slots_ = std::vector<Slot>(kSlots);
  std::uint64_t probe_ = 0;
};

/// What a probe's keys weigh, by the codes that one segment gives them.
class CodedTerms {
 public:
  [[nodiscard]] bool filled() const { return filled_; }
  void forget() { filled_ = false; }
  void fill(std::vector<std::pair<KeyCode, const ProbeTerm*>>& terms) {
    filled_ = true;
    codes_.clear();
    weights_.clear();
    std::sort(terms.begin(), terms.end());
    for (const auto& [code, term] : terms) {
      codes_.push_back(code);
      weights_.push_back(term->weights);
    }
  }
  /// Sum of what the print's keys weigh. O(terms + keys); without branches that depend on which of the keys the probe
  /// shares, for these are as good as random and this is walked for every candidate.
  [[nodiscard]] std::uint64_t weigh(const Print& print) const {
    std::uint64_t weight = 0;
    const std::size_t terms = codes_.size(), keys = print.ordinals.size();
    for (std::size_t t = 0, k = 0; t < terms && k < keys;) {
      const KeyCode asked = codes_[t], held = print.ordinals[k];
      weight += weights_[t][print.lists[k]] & (asked == held ? ~0ULL : 0ULL);
      t += asked <= held ? 1 : 0;
      k += held <= asked ? 1 : 0;
    }
    return weight;
  }

 private:
  std::vector<KeyCode> codes_;  ///< Ascending.
  std::vector<std::array<std::uint64_t, 4>> weights_;  ///< Parallel to codes_; by lists.
  bool filled_ = false;
};

/// Answers probes one after the other: the rule of kMaxPostings.
class Search {
 public:
  Search(const Snapshot& snapshot, const KeyLookup& lookup, std::size_t limit)
      : snapshot_(snapshot), lookup_(lookup), limit_(limit), coded_terms_(snapshot.segments.size()) {
    std::uint64_t base = 0;
    for (const SnapshotSegment& part : snapshot.segments) {
      bases_.push_back(static_cast<std::uint32_t>(base));
      base += part.segment->functions();
    }
  }

  Result<std::vector<Candidate>> answer(const Probe& probe) {
    probe_ = &probe;
    terms_ = probe_terms(probe, [&](FeatureKey key) { return lookup_.index_of(key); });
    for (CodedTerms& terms : coded_terms_) terms.forget();
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
        PROVA_TRY(exact, part.segment->exact_hash(function));
        if (exact != probe_->exact) continue;
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
    weighed_.forget();
    for (const ScoredFunction& scored : found_) {
      PROVA_TRY(print, weigh(scored.function));
      (probe_->exact != 0 && print.exact == probe_->exact ? exact : others).push_back({print.weight, scored.function});
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

  /// The whole weight of a function, from its fingerprint. Of equal fingerprints that share a place one is read.
  Result<WeighedPrint> weigh(std::uint32_t function) {
    const std::size_t s = segment_of(function);
    const Segment& segment = *snapshot_.segments[s].segment;
    PROVA_TRY(place, segment.print_place(function - bases_[s]));
    WeighedPrint& weighed = weighed_.at(static_cast<std::uint32_t>(s), place);
    if (weighed.known) return weighed;
    PROVA_TRY(segment.read_print(function - bases_[s], print_));
    weighed.known = true;
    weighed.exact = print_.exact;
    weighed.weight = terms_in(s).weigh(print_);
    return weighed;
  }

  const CodedTerms& terms_in(std::size_t s) {
    CodedTerms& coded = coded_terms_[s];
    if (coded.filled()) return coded;
    found_terms_.clear();
    for (const ProbeTerm& term : terms_) {
      const KeyPlace& place = lookup_.place(s, term.index);
      if (place.count > 0) found_terms_.emplace_back(place.code, &term);
    }
    coded.fill(found_terms_);
    return coded;
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
  std::vector<CodedTerms> coded_terms_;    ///< By segment; filled when first asked for.
  SparseSums sums_;
  std::vector<ScoredFunction> found_;         ///< With what they weigh as far as it was walked.
  std::vector<std::pair<KeyCode, const ProbeTerm*>> found_terms_;
  WeighedPrints weighed_;
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
