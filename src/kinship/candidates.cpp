#include "kinship/candidates.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "kinship/parallel.h"

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
/// Code of the samples that are paired, malware on one side, libraries and goodware on the other: some 40,000 functions
/// each. In an index of a million functions nearly every sample has a vote, and pairing them is nearly all that a match
/// costs; those with most votes come first, and small indexes never reach it (bench/store).
constexpr std::uint64_t kMaxPairedCode = 8ULL << 20;
/// Samples that are paired whatever their size.
constexpr std::size_t kSamplesOfAnySize = 16;

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

/// The samples with most votes, within the caps; ascending.
std::vector<SampleId> within_caps(const std::vector<Vote>& ranked, const SampleList& known) {
  std::vector<SampleId> chosen;
  std::map<std::string_view, std::size_t> per_family;
  std::uint64_t malware_code = 0, other_code = 0;
  for (const Vote& v : ranked) {
    const SampleRecord& record = *record_of(known, v.sample);
    if (chosen.size() == kMaxSamples) break;
    const bool malware = record.role == SampleRole::kMalware;
    if (malware && ++per_family[record.family] > kMaxSamplesPerMalwareFamily) continue;
    std::uint64_t& code = malware ? malware_code : other_code;
    if (chosen.size() >= kSamplesOfAnySize && record.code_bytes > kMaxPairedCode - std::min(code, kMaxPairedCode)) continue;
    code += record.code_bytes;
    chosen.push_back(v.sample);
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
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
                                             unsigned threads) {
  std::vector<Probe> probes;
  for (const StoredFunction& f : query.functions) {
    Probe probe = make_probe(f.fingerprint, weights);
    if (f.kind == FunctionKind::kFunction && total_weight(probe) >= kLeastProbeWeight) {
      probes.push_back(std::move(probe));
    }
  }
  PROVA_TRY(found, look_up(store, probes, threads));
  std::map<SampleId, double> votes;
  for (std::size_t i = 0; i < found.size(); ++i) {
    vote(found[i], static_cast<double>(total_weight(probes[i])), known, votes);
  }
  std::vector<Vote> ranked;
  for (const auto& [sample, count] : votes) ranked.push_back({sample, count});
  std::sort(ranked.begin(), ranked.end(), [](const Vote& a, const Vote& b) {
    return a.votes != b.votes ? a.votes > b.votes : a.sample < b.sample;
  });
  return within_caps(ranked, known);
}

}  // namespace prova
