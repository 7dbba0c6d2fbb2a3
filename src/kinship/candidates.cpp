#include "kinship/candidates.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <queue>
#include <set>

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
/// Pairing costs a few milliseconds per sample. Library archives come as one sample per member, hence the width.
constexpr std::size_t kMaxSamples = 1'024;
constexpr std::size_t kMaxSamplesPerMalwareFamily = 8;
/// Code of the malware that is paired: some 40,000 functions. Those with most votes come first; small indexes never reach it.
constexpr std::uint64_t kMaxMalwareCode = 8ULL << 20;
/// Code of the libraries and goodware that are paired. In an index of a million functions nearly every sample has a vote, and
/// pairing is nearly all that a match costs; chosen for what each explains beyond the others, 2 MB explain nearly as much as
/// 8 MB of those with most votes (docs/benchmarks.md, "Scale").
constexpr std::uint64_t kMaxExplainingCode = 2ULL << 20;
/// What a function's vote is still worth for a sample when another that it voted for is paired already.
constexpr double kWorthOfNext = 0.5;
/// Samples that may be larger than the cap: those with most votes.
constexpr std::size_t kSamplesOfAnySize = 2;
/// All but the first have to be worth their size: one function that points at it buys so much of its code. Among a
/// million functions some compiler of 18 MB has a vote of everybody, and costs as much as two hundred ordinary programs.
constexpr std::uint64_t kCheapCode = 1ULL << 20, kCodePerVote = 64ULL << 10;

/// What one function gives one sample.
struct Vote {
  std::uint32_t function = 0;  ///< Number of the probe.
  double weight = 0;
};
struct Candidacy {
  SampleId sample{};
  const SampleRecord* record = nullptr;
  std::vector<Vote> votes;
  double sum = 0;
};

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

/// Votes of one function: its best sample in each family.
void vote(std::uint32_t function, const std::vector<Candidate>& candidates, double total, const SampleList& known,
          std::map<SampleId, Candidacy>& candidacies) {
  std::set<std::pair<SampleRole, std::string_view>> families;
  for (const Candidate& candidate : candidates) {
    const double share = candidate.exact ? 1.0 : std::min(1.0, static_cast<double>(candidate.weight) / total);
    const SampleRecord* record = record_of(known, candidate.function.sample);
    if (share < kLeastShare || record == nullptr) continue;
    if (!families.insert({record->role, record->family}).second) continue;
    Candidacy& candidacy = candidacies[candidate.function.sample];
    candidacy.sample = candidate.function.sample;
    candidacy.record = record;
    candidacy.votes.push_back({function, share * share});
    candidacy.sum += share * share;
    if (families.size() == kFamiliesPerFunction) break;
  }
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

bool is_worth_its_size(const SampleRecord& record, double votes) {
  return record.code_bytes <= kCheapCode || static_cast<double>(record.code_bytes) <= votes * static_cast<double>(kCodePerVote);
}

/// Samples that are taken one by one until their code is spent.
class Budget {
 public:
  Budget(std::uint64_t code, std::size_t samples) : left_(code), samples_(samples) {}
  [[nodiscard]] bool take(const Candidacy& candidacy) {
    const bool worth = chosen_.empty() || is_worth_its_size(*candidacy.record, candidacy.sum);
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

/// Malware: most votes first, so many of each family.
std::vector<SampleId> choose_malware(std::vector<const Candidacy*> ranked, const ComparisonBudget& limits) {
  std::sort(ranked.begin(), ranked.end(), [](const Candidacy* a, const Candidacy* b) {
    return a->sum != b->sum ? a->sum > b->sum : a->sample < b->sample;
  });
  Budget budget(limits.malware_code, limits.samples);
  std::map<std::string_view, std::size_t> per_family;
  for (const Candidacy* candidacy : ranked) {
    if (++per_family[candidacy->record->family] <= limits.samples_per_family) static_cast<void>(budget.take(*candidacy));
  }
  return budget.chosen();
}

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

Probe make_probe(const Fingerprint& print, const FeatureWeights& weights) {
  Probe probe;
  probe.exact = print.exact;
  for (const FeatureKey key : print.own) probe.own.emplace_back(key, weights.of(key));
  for (const FeatureKey key : print.with_callees) probe.with_callees.emplace_back(key, weights.of(key) / 2);
  return probe;
}

Result<std::vector<SampleId>> choose_samples(const StoredSample& query, const FingerprintStore& store,
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
  for (std::uint32_t i = 0; i < found.size(); ++i) {
    vote(i, found[i], static_cast<double>(total_weight(probes[i])), known, candidacies);
  }
  std::vector<const Candidacy*> malware, others;
  for (const auto& [sample, candidacy] : candidacies) {
    (candidacy.record->role == SampleRole::kMalware ? malware : others).push_back(&candidacy);
  }
  std::vector<SampleId> chosen = choose_malware(std::move(malware), budget);
  const std::vector<SampleId> explaining = choose_explaining(others, probes.size(), budget);
  chosen.insert(chosen.end(), explaining.begin(), explaining.end());
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace prova
