#include "kinship/candidates.h"

#include <algorithm>
#include <map>
#include <set>

namespace prova {
namespace {

/// Candidates fetched per function. The counterpart was among the first 100 of 28,600 functions in 99.7 % of cases;
/// twice that leaves room for libraries learned in many versions.
constexpr std::size_t kCandidates = 200;
/// Functions lighter than this (in nats, before damping) find half the index and decide nothing.
constexpr std::uint32_t kLeastProbeWeight = 12 * kWeightUnit;
/// A sample in which no function finds this share of its weight has nothing to be paired with.
constexpr double kLeastShare = 0.15;
/// Families that one function may vote for: beyond that it is common code, and the first ones stand for all.
constexpr std::size_t kFamiliesPerFunction = 8;
/// Pairing costs a few milliseconds per sample. Library archives come as one sample per member, hence the width.
constexpr std::size_t kMaxSamples = 1'024;
constexpr std::size_t kMaxSamplesPerMalwareFamily = 8;

struct Vote {
  SampleId sample{};
  double votes = 0;
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
void vote(const std::vector<Candidate>& candidates, double total, const SampleList& known,
          std::map<SampleId, double>& votes) {
  std::set<std::pair<SampleRole, std::string_view>> families;
  for (const Candidate& candidate : candidates) {
    const double share = candidate.exact ? 1.0 : std::min(1.0, static_cast<double>(candidate.weight) / total);
    const SampleRecord* record = record_of(known, candidate.function.sample);
    if (share < kLeastShare || record == nullptr) continue;
    if (!families.insert({record->role, record->family}).second) continue;
    votes[candidate.function.sample] += share * share;
    if (families.size() == kFamiliesPerFunction) break;
  }
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
                                             const SampleList& known, const FeatureWeights& weights) {
  std::vector<Probe> probes;
  for (const StoredFunction& f : query.functions) {
    Probe probe = make_probe(f.fingerprint, weights);
    if (f.kind == FunctionKind::kFunction && total_weight(probe) >= kLeastProbeWeight) {
      probes.push_back(std::move(probe));
    }
  }
  PROVA_TRY(found, store.candidates(probes, kCandidates));
  std::map<SampleId, double> votes;
  for (std::size_t i = 0; i < found.size(); ++i) {
    vote(found[i], static_cast<double>(total_weight(probes[i])), known, votes);
  }
  std::vector<Vote> ranked;
  for (const auto& [sample, count] : votes) ranked.push_back({sample, count});
  std::sort(ranked.begin(), ranked.end(), [](const Vote& a, const Vote& b) {
    return a.votes != b.votes ? a.votes > b.votes : a.sample < b.sample;
  });

  std::vector<SampleId> chosen;
  std::map<std::string_view, std::size_t> per_family;
  for (const Vote& v : ranked) {
    const SampleRecord& record = *record_of(known, v.sample);
    if (chosen.size() == kMaxSamples) break;
    if (record.role == SampleRole::kMalware && ++per_family[record.family] > kMaxSamplesPerMalwareFamily) continue;
    chosen.push_back(v.sample);
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace prova
