#include "held_out.h"

#include <algorithm>
#include <set>
#include <string>

#include "kinship/parallel.h"

#include "corpus_programs.h"

namespace prova::bench {
namespace {

constexpr std::size_t kRelatedPairsPerProject = 8;
constexpr std::size_t kNeighbours = 12;
constexpr std::uint64_t kSeed = 20261123;
/// Own cosine from which a goodware match is the same code built otherwise, not a resemblance.
constexpr double kCommonCode = 0.85;
constexpr double kShares[] = {1.0, 0.5, 0.25, 0.1};

/// Which programs to compare, as indices into HeldOut::programs.
struct Plan {
  std::vector<std::pair<std::size_t, std::size_t>> halved, unrelated, shared, goodware;
  std::vector<double> shares;
};

using Indices = std::vector<std::size_t>;

/// Ordered pairs of builds of one project, in an order that depends on nothing but their names.
std::vector<std::pair<std::size_t, std::size_t>> related_pairs(const std::vector<StoredSample>& builds) {
  std::map<std::string, std::vector<std::pair<std::uint64_t, std::pair<std::size_t, std::size_t>>>> by_project;
  for (std::size_t i = 0; i < builds.size(); ++i) {
    for (std::size_t j = 0; j < builds.size(); ++j) {
      if (i == j || builds[i].record.family != builds[j].record.family) continue;
      const std::uint64_t order = hash64(builds[i].record.name + '/' + builds[j].record.name, kSeed);
      by_project[builds[i].record.family].push_back({order, {i, j}});
    }
  }
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (auto& [project, list] : by_project) {
    std::sort(list.begin(), list.end());
    for (std::size_t k = 0; k < std::min(kRelatedPairsPerProject, list.size()); ++k) pairs.push_back(list[k].second);
  }
  return pairs;
}

bool is_typical_build(const StoredSample& s) {
  return s.record.name.ends_with("gcc-12-O2") || s.record.name.ends_with("clang-14-O2");
}

Plan make_plan(const HeldOutPrograms& programs, std::vector<StoredSample>& all, bool unrelated_pairs) {
  Plan plan;
  const auto add = [&all](StoredSample s) {
    all.push_back(std::move(s));
    return all.size() - 1;
  };
  Indices related, unrelated, goodware;
  for (const StoredSample& s : programs.related) related.push_back(add(s));
  for (const StoredSample& s : programs.unrelated) unrelated.push_back(add(s));
  for (const StoredSample& s : programs.goodware) goodware.push_back(add(s));

  std::uint64_t seed = kSeed;
  for (const auto& [l, r] : related_pairs(programs.related)) {
    const StoredSample& left = programs.related[l];
    const StoredSample& right = programs.related[r];
    plan.halved.emplace_back(related[l], add(subset(right, choose_by_name(right, 0.5, ++seed))));
    for (const double share : kShares) {
      std::size_t query = related[l];
      if (share < 1 && !programs.unrelated.empty()) {
        const StoredSample& host = programs.unrelated[hash64(left.record.name, ++seed) % programs.unrelated.size()];
        StoredSample part = joined(host, subset(left, choose_by_name(left, share, seed)));
        part.record.family = left.record.family;
        query = add(std::move(part));
      }
      plan.shared.emplace_back(query, related[r]);
      plan.shares.push_back(share);
    }
  }
  for (std::size_t b = 0; b < programs.related.size(); ++b) {
    if (!is_typical_build(programs.related[b])) continue;
    for (std::size_t u = b % 2; u < unrelated.size(); u += 2) plan.unrelated.emplace_back(related[b], unrelated[u]);
    for (std::size_t c = b + 1; c < programs.related.size(); ++c) {
      if (is_typical_build(programs.related[c]) && programs.related[c].record.family != programs.related[b].record.family) {
        plan.unrelated.emplace_back(related[b], related[c]);
      }
    }
  }
  for (std::size_t i = 0; unrelated_pairs && i < unrelated.size(); ++i) {
    for (std::size_t k = 1; k <= kNeighbours && i + k < unrelated.size(); ++k) {
      plan.unrelated.emplace_back(unrelated[i], unrelated[i + k]);
    }
  }
  std::set<std::size_t> lefts;
  for (const auto& [l, r] : plan.unrelated) lefts.insert(l);
  for (const std::size_t l : lefts) {
    for (const std::size_t g : goodware) plan.goodware.emplace_back(l, g);
  }
  return plan;
}

std::vector<Comparison> carry_out(const std::vector<std::pair<std::size_t, std::size_t>>& pairs,
                                  const ReadyPrograms& programs, unsigned threads) {
  std::vector<Comparison> comparisons(pairs.size());
  parallel_for(pairs.size(), threads, [&](std::size_t i) {
    comparisons[i] = compare(*programs[pairs[i].first], *programs[pairs[i].second]);
  });
  return comparisons;
}

/// A match between unrelated programs that goodware has too, as like or identical, is common code (start-up code, a
/// shared library source): no counterexample, but something that matching explains away.
void set_common_code_aside(HeldOut& data) {
  std::map<const StoredSample*, std::map<std::uint32_t, double>> explained;
  for (const Comparison& c : data.goodware) {
    for (const FunctionOutcome& o : c.outcomes) {
      double& best = explained[c.left][o.left];
      if (o.exact || o.evidence.own >= kCommonCode) best = std::max(best, o.similarity + kExplainWithinSimilarity);
    }
  }
  for (Comparison& c : data.unrelated) {
    const auto& known = explained[c.left];
    for (FunctionOutcome& o : c.outcomes) {
      const auto at = known.find(o.left);
      if (at != known.end() && at->second >= o.similarity) o.same = std::nullopt;
    }
  }
}

}  // namespace

HeldOut compare_held_out(HeldOutPrograms programs, const FeatureWeights& weights, bool unrelated_pairs,
                         unsigned threads) {
  std::vector<StoredSample> all;
  Plan plan = make_plan(programs, all, unrelated_pairs);
  programs = {};
  HeldOut data;
  data.programs = make_ready(std::move(all), weights, threads);
  data.halved = carry_out(plan.halved, data.programs, threads);
  data.unrelated = carry_out(plan.unrelated, data.programs, threads);
  data.shared = carry_out(plan.shared, data.programs, threads);
  data.goodware = carry_out(plan.goodware, data.programs, threads);
  data.shares = std::move(plan.shares);
  set_common_code_aside(data);
  return data;
}

std::vector<ProgramOutcome> program_outcomes(const HeldOut& data, const LikelihoodModel& model) {
  std::map<const StoredSample*, std::vector<const Comparison*>> references;
  for (const Comparison& c : data.goodware) references[c.left].push_back(&c);
  std::vector<ProgramOutcome> outcomes;
  for (std::size_t i = 0; i < data.shared.size(); ++i) {
    outcomes.push_back(program_outcome(data.shared[i], {}, model));
    outcomes.back().share = data.shares[i];
  }
  for (const Comparison& c : data.unrelated) outcomes.push_back(program_outcome(c, references[c.left], model));
  return outcomes;
}

std::size_t distinct_pairs(const std::list<HeldOut>& parts) {
  std::set<std::pair<std::string, std::string>> pairs;
  for (const HeldOut& part : parts) {
    for (const Comparison& c : part.unrelated) {
      pairs.insert(std::minmax(c.left->record.family, c.right->record.family));
    }
  }
  return pairs.size();
}

}  // namespace prova::bench
