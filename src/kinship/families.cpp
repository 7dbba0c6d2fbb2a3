#include "kinship/families.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <set>
#include <tuple>

#include "kinship/likelihood.h"

namespace prova {
namespace {

/// Samples named per family: the closest ones; the rest are in the function matches.
constexpr std::size_t kMaxSamplesNamed = 10;

struct SampleScore {
  const PairedSample* paired = nullptr;
  double statistic = 0;
  std::uint64_t functions = 0;  ///< Matches that count as evidence.
};

/// What one sample of a malware family shares with the query beyond libraries and goodware.
SampleScore score_sample(const PairedSample& paired, const std::vector<Verdict>& verdicts) {
  SampleScore score{&paired, 0, 0};
  std::vector<double> lrs;
  for (const MatchedFunction& match : paired.matches) {
    const Verdict& verdict = verdicts[match.left];
    if (verdict.role == FunctionRole::kLibrary || verdict.role == FunctionRole::kGoodware) continue;
    // Of k families that have it, each is an equally good origin: 1/k of the likelihood ratio is left.
    const double families = static_cast<double>(std::max<std::size_t>(1, verdict.families.size()));
    lrs.push_back(match.log10_lr - std::log10(families));
    score.functions += match.log10_lr >= kLeastEvidence ? 1U : 0U;
  }
  score.statistic = program_statistic(lrs);
  return score;
}

std::set<std::uint32_t> shared_with(const std::vector<const PairedSample*>& samples,
                                    const std::vector<Verdict>& verdicts, SampleRole role) {
  std::set<std::uint32_t> shared;
  for (const PairedSample* paired : samples) {
    for (const MatchedFunction& match : paired->matches) {
      if (match.log10_lr < kLeastEvidence) continue;
      const FunctionRole found = verdicts[match.left].role;
      const bool counts = role == SampleRole::kMalware   ? !verdicts[match.left].families.empty()
                          : role == SampleRole::kLibrary ? found == FunctionRole::kLibrary
                                                         : found == FunctionRole::kGoodware;
      if (counts) shared.insert(match.left);
    }
  }
  return shared;
}

std::uint64_t bytes_of(const StoredSample& query, const std::set<std::uint32_t>& functions) {
  std::uint64_t bytes = 0;
  for (const std::uint32_t f : functions) bytes += query.functions[f].fingerprint.bytes;
  return bytes;
}

std::uint64_t explained_away(const std::vector<const PairedSample*>& samples, const std::vector<Verdict>& verdicts) {
  std::set<std::uint32_t> explained;
  for (const PairedSample* paired : samples) {
    for (const MatchedFunction& match : paired->matches) {
      const FunctionRole role = verdicts[match.left].role;
      if (match.log10_lr >= kLeastEvidence && (role == FunctionRole::kLibrary || role == FunctionRole::kGoodware)) {
        explained.insert(match.left);
      }
    }
  }
  return explained.size();
}

std::string plural(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

/// What the query has that neither libraries nor goodware account for.
struct Remainder {
  std::uint64_t functions = 0, bytes = 0;
};

void weigh_malware(const StoredSample& query, const std::vector<const PairedSample*>& samples,
                   const std::vector<Verdict>& verdicts, const Remainder& rest, FamilyResult& result) {
  std::vector<SampleScore> scores;
  for (const PairedSample* paired : samples) scores.push_back(score_sample(*paired, verdicts));
  std::sort(scores.begin(), scores.end(), [](const SampleScore& a, const SampleScore& b) {
    if (a.statistic != b.statistic) return a.statistic > b.statistic;
    return std::tie(a.paired->sample.record.sha256, a.paired->sample.record.member) <
           std::tie(b.paired->sample.record.sha256, b.paired->sample.record.member);
  });
  const SampleScore& best = scores.front();
  result.log10_lr = family_log10_lr(best.statistic, rest.functions);
  result.verbal = verbal_support(result.log10_lr);
  if (best.functions > 0) {
    const SampleRecord& record = best.paired->sample.record;
    result.evidence.push_back(
        fmt::format("Closest sample {} ({}...): {} in common that no learned library or goodware explains", record.name,
                    to_hex(record.sha256).substr(0, 12), plural(best.functions, "function")));
    if (record.sha256 == query.record.sha256) {
      result.evidence.push_back("This very file was learned as part of the family");
    }
  }
  std::uint64_t only_here = 0;
  for (const std::uint32_t f : shared_with(samples, verdicts, SampleRole::kMalware)) {
    only_here += verdicts[f].families.size() == 1 ? 1U : 0U;
  }
  if (only_here > 0) {
    result.evidence.push_back(fmt::format("{} known from this family alone", plural(only_here, "function")));
  }
  if (const std::uint64_t explained = explained_away(samples, verdicts); explained > 0) {
    result.evidence.push_back(fmt::format("{} more in common, set aside as library code or goodware",
                                          plural(explained, "function")));
  }
  for (const SampleScore& score : scores) {
    if (score.functions > 0 && result.samples.size() < kMaxSamplesNamed) {
      result.samples.push_back(to_hex(score.paired->sample.record.sha256));
    }
  }
}

bool counts(const PairedSample& paired) {
  return std::any_of(paired.matches.begin(), paired.matches.end(),
                     [](const MatchedFunction& m) { return m.log10_lr >= kLeastEvidence; });
}

}  // namespace

std::vector<FamilyResult> weigh_families(const StoredSample& query, const std::vector<PairedSample>& paired,
                                         const std::vector<Verdict>& verdicts) {
  Remainder rest;
  for (std::size_t f = 0; f < query.functions.size(); ++f) {
    const FunctionRole role = verdicts[f].role;
    if (query.functions[f].kind != FunctionKind::kFunction || role == FunctionRole::kLibrary ||
        role == FunctionRole::kGoodware) continue;
    ++rest.functions;
    rest.bytes += query.functions[f].fingerprint.bytes;
  }
  std::map<std::pair<SampleRole, std::string>, std::vector<const PairedSample*>> families;
  for (const PairedSample& p : paired) {
    if (counts(p)) families[{p.sample.record.role, p.sample.record.family}].push_back(&p);
  }
  std::vector<FamilyResult> results;
  for (const auto& [key, samples] : families) {
    FamilyResult result;
    result.role = key.first;
    result.family = key.second;
    for (const PairedSample* p : samples) {
      const SampleRecord& record = p->sample.record;
      if (result.actor.empty()) result.actor = record.actor;
      const bool earlier = result.first_seen.empty() || record.first_seen < result.first_seen;
      if (!record.first_seen.empty() && earlier) result.first_seen = record.first_seen;
    }
    const auto shared = shared_with(samples, verdicts, key.first);
    result.shared_functions = shared.size();
    result.shared_bytes = bytes_of(query, shared);
    result.of_bytes = key.first == SampleRole::kMalware ? rest.bytes : query.record.code_bytes;
    if (key.first == SampleRole::kMalware) {
      weigh_malware(query, samples, verdicts, rest, result);
    } else {
      for (const PairedSample* p : samples) {
        const std::string hex = to_hex(p->sample.record.sha256);
        const bool named = std::find(result.samples.begin(), result.samples.end(), hex) != result.samples.end();
        if (!named && result.samples.size() < kMaxSamplesNamed) result.samples.push_back(hex);
      }
    }
    results.push_back(std::move(result));
  }
  std::sort(results.begin(), results.end(), [](const FamilyResult& a, const FamilyResult& b) {
    if (a.role != b.role) return a.role < b.role;
    if (a.role == SampleRole::kMalware && a.log10_lr != b.log10_lr) return a.log10_lr > b.log10_lr;
    if (a.shared_bytes != b.shared_bytes) return a.shared_bytes > b.shared_bytes;
    return a.family < b.family;
  });
  return results;
}

}  // namespace prova
