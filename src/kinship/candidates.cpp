#include "kinship/candidates.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <queue>
#include <set>

#include "kinship/choose_malware.h"
#include "kinship/parallel.h"

namespace prova {
namespace {

/// Candidates fetched per function. The counterpart was among the first 100 of 28,600 functions in 99.7 % of cases; twice
/// as many cost a third more and explained no more functions (bench/store, a million functions).
constexpr std::size_t kCandidates = 100;
/// Functions lighter than this (in nats, before damping) find half the index and decide nothing.
constexpr std::uint32_t kLeastProbeWeight = 12 * kWeightUnit;
/// A sample in which no function finds this share of its weight has nothing to be paired with.
constexpr double kLeastShare = 0.15;
/// Families that one function may vote for: beyond that it is common code, and the first ones stand for all.
constexpr std::size_t kFamiliesPerFunction = 8;
/// What a function's vote is still worth for a sample when another that it voted for is paired already.
constexpr double kWorthOfNext = 0.5;
/// Samples that may be larger than the cap: those with most votes.
constexpr std::size_t kSamplesOfAnySize = 2;
/// All but the first have to be worth their size: one function that points at it buys so much of its code. Among a
/// million functions some compiler of 18 MB has a vote of everybody, and costs as much as two hundred ordinary programs.
constexpr std::uint64_t kCheapCode = 1ULL << 20, kCodePerVote = 64ULL << 10;

std::uint64_t total_weight(const Probe& probe) {
  std::uint64_t sum = 0;
  for (const auto& [key, weight] : probe.own) sum += weight;
  for (const auto& [key, weight] : probe.with_callees) sum += weight;
  return sum;
}

const SampleRecord* record_of(const SampleList& known, SampleId id) {
  const auto at = std::lower_bound(known.begin(), known.end(), id,
                                   [](const auto& entry, SampleId wanted) { return entry.first < wanted; });
  return at != known.end() && at->first == id ? &at->second : nullptr;
}

/// Votes of one function: for its best sample in each family, and in families of malware for all samples that it found, each once.
/// There the votes would be scattered over hundreds of near duplicates otherwise, and the family seem weak. Malware does not use up
/// what explains: kFamiliesPerFunction of either. Returns the best vote for a library or goodware.
double vote(std::uint32_t function, const std::vector<Candidate>& candidates, double total, const SampleList& known,
            std::map<SampleId, Candidacy>& candidacies) {
  std::set<std::string_view> malware;
  std::set<std::pair<SampleRole, std::string_view>> explaining;
  double explained = 0;
  for (const Candidate& candidate : candidates) {
    const double share = candidate.exact ? 1.0 : std::min(1.0, static_cast<double>(candidate.weight) / total);
    const SampleRecord* record = record_of(known, candidate.function.sample);
    if (share < kLeastShare || record == nullptr) continue;
    if (record->role == SampleRole::kMalware) {
      if (malware.size() == kFamiliesPerFunction && !malware.contains(record->family)) continue;
      malware.insert(record->family);
    } else {
      if (explaining.size() == kFamiliesPerFunction || !explaining.insert({record->role, record->family}).second) continue;
      explained = std::max(explained, share * share);
    }
    Candidacy& candidacy = candidacies[candidate.function.sample];
    if (!candidacy.votes.empty() && candidacy.votes.back().function == function) continue;
    candidacy.sample = candidate.function.sample;
    candidacy.record = record;
    candidacy.votes.push_back({function, share * share});
    candidacy.sum += share * share;
  }
  return explained;
}

/// Looks the probes up, each thread a stretch of them.
Result<std::vector<std::vector<Candidate>>> look_up(const FingerprintStore& store, std::span<const Probe> probes,
                                                    unsigned threads) {
  const std::size_t stretch = (probes.size() + std::max(1U, threads) - 1) / std::max(1U, threads);
  const std::size_t pieces = stretch == 0 ? 0 : (probes.size() + stretch - 1) / stretch;
  std::vector<std::optional<Result<std::vector<std::vector<Candidate>>>>> answers(pieces);
  parallel_for(pieces, threads, [&](std::size_t i) {
    answers[i] = store.candidates(probes.subspan(i * stretch, std::min(stretch, probes.size() - i * stretch)), kCandidates);
  });
  std::vector<std::vector<Candidate>> all;
  for (auto& answer : answers) {
    if (!*answer) return tl::unexpected<Error>(std::move(*answer).error());
    std::move((*answer)->begin(), (*answer)->end(), std::back_inserter(all));
  }
  return all;
}

/// Samples that are taken one by one until their code is spent.
class Budget {
 public:
  Budget(std::uint64_t code, std::size_t samples) : left_(code), samples_(samples) {}
  [[nodiscard]] bool take(const Candidacy& candidacy) {
    const bool worth = chosen_.empty() || is_worth_its_size(candidacy.record->code_bytes, candidacy.sum);
    const bool fits = chosen_.size() < kSamplesOfAnySize || candidacy.record->code_bytes <= left_;
    if (!worth || !fits || chosen_.size() >= samples_) return false;
    left_ -= std::min(left_, candidacy.record->code_bytes);
    chosen_.push_back(candidacy.sample);
    return true;
  }
  [[nodiscard]] const std::vector<SampleId>& chosen() const { return chosen_; }

 private:
  std::uint64_t left_;
  std::size_t samples_;
  std::vector<SampleId> chosen_;
};

/// Libraries and goodware: each time the one that adds most to what the chosen ones explain already. What a sample adds only
/// falls, so the next best is the first whose worth, computed anew, still leads the queue (Minoux 1978).
std::vector<SampleId> choose_explaining(const std::vector<const Candidacy*>& candidacies, std::size_t functions,
                                        const ComparisonBudget& limits) {
  std::vector<double> worth(functions, 1.0);
  const auto added_by = [&worth](const Candidacy& candidacy) {
    double sum = 0;
    for (const Vote& v : candidacy.votes) sum += v.weight * worth[v.function];
    return sum;
  };
  using Entry = std::pair<double, const Candidacy*>;
  const auto later = [](const Entry& a, const Entry& b) {
    return a.first != b.first ? a.first < b.first : a.second->sample > b.second->sample;
  };
  std::priority_queue<Entry, std::vector<Entry>, decltype(later)> queue(later);
  for (const Candidacy* candidacy : candidacies) queue.emplace(candidacy->sum, candidacy);
  Budget budget(limits.explaining_code, limits.samples);
  while (!queue.empty()) {
    const Candidacy* candidacy = queue.top().second;
    queue.pop();
    const double added = added_by(*candidacy);
    if (!queue.empty() && later({added, candidacy}, queue.top())) {
      queue.emplace(added, candidacy);
    } else if (budget.take(*candidacy)) {
      for (const Vote& v : candidacy->votes) worth[v.function] *= kWorthOfNext;
    }
  }
  return budget.chosen();
}

}  // namespace

bool is_worth_its_size(std::uint64_t code_bytes, double functions) {
  return code_bytes <= kCheapCode || static_cast<double>(code_bytes) <= functions * static_cast<double>(kCodePerVote);
}

Probe make_probe(const Fingerprint& print, const FeatureWeights& weights) {
  Probe probe;
  probe.exact = print.exact;
  for (const FeatureKey key : print.own) probe.own.emplace_back(key, weights.of(key));
  for (const FeatureKey key : print.with_callees) probe.with_callees.emplace_back(key, weights.of(key) / 2);
  return probe;
}

Result<ChosenSamples> choose_samples(const StoredSample& query, const FingerprintStore& store,
                                     const SampleList& known, const FeatureWeights& weights,
                                     unsigned threads, const ComparisonBudget& budget) {
  std::vector<Probe> probes;
  for (const StoredFunction& f : query.functions) {
    Probe probe = make_probe(f.fingerprint, weights);
    if (f.kind == FunctionKind::kFunction && total_weight(probe) >= kLeastProbeWeight) {
      probes.push_back(std::move(probe));
    }
  }
  PROVA_TRY(found, look_up(store, probes, threads));
  std::map<SampleId, Candidacy> candidacies;
  std::vector<double> explained(found.size());
  for (std::uint32_t i = 0; i < found.size(); ++i) {
    explained[i] = vote(i, found[i], static_cast<double>(total_weight(probes[i])), known, candidacies);
  }
  std::vector<const Candidacy*> malware, others;
  for (const auto& [sample, candidacy] : candidacies) {
    (candidacy.record->role == SampleRole::kMalware ? malware : others).push_back(&candidacy);
  }
  ChosenSamples chosen = choose_malware(malware, explained, budget);
  const std::vector<SampleId> explaining = choose_explaining(others, probes.size(), budget);
  chosen.ids.insert(chosen.ids.end(), explaining.begin(), explaining.end());
  std::sort(chosen.ids.begin(), chosen.ids.end());
  return chosen;
}

}  // namespace prova
