#include "ranking_measures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <random>

namespace prova::bench {
namespace {

using knowledge::Corpus;
using knowledge::RankingWeights;

constexpr double kClosedShare = 0.97, kFloor = 1e-6;
constexpr std::size_t kBins = 10;

/// Places of the candidates, best first; ties by profile, that is by id.
std::vector<std::size_t> order_of(const std::vector<double>& z) {
  std::vector<std::size_t> order(z.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return z[a] > z[b]; });
  return order;
}

void judge_ranks(const Corpus& corpus, const Asked& asked, const std::vector<double>& z, Answer& out) {
  const auto order = order_of(z);
  if (asked.truth) out.rank = static_cast<std::size_t>(std::find(order.begin(), order.end(), *asked.truth) - order.begin()) + 1;
  const std::string& truth = corpus.profiles[asked.held_out->profile].nation;
  if (truth.empty()) return;
  out.nation_of_first = !order.empty() && corpus.profiles[asked.candidates[order[0]].profile].nation == truth ? 1 : 0;
}

void judge_nation(const Corpus& corpus, const Asked& asked, const std::vector<double>& p, Answer& out) {
  const std::string& truth = corpus.profiles[asked.held_out->profile].nation;
  if (truth.empty()) return;
  std::map<std::string, double> sums;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const std::string& nation = corpus.profiles[asked.candidates[i].profile].nation;
    if (!nation.empty()) sums[nation] += p[i];
  }
  const auto best = std::max_element(sums.begin(), sums.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  out.nation = best != sums.end() && best->first == truth ? 1 : 0;
}

double auroc(std::vector<std::pair<double, bool>> scored) {
  std::sort(scored.begin(), scored.end());
  double positives = 0, negatives = 0, sum = 0;
  for (std::size_t i = 0; i < scored.size();) {  // Ties share the mean rank.
    std::size_t j = i;
    while (j < scored.size() && scored[j].first == scored[i].first) ++j;
    const double rank = (static_cast<double>(i) + static_cast<double>(j) + 1) / 2;
    for (; i < j; ++i) {
      if (scored[i].second) sum += rank, ++positives;
      else ++negatives;
    }
  }
  return positives * negatives == 0 ? 0 : (sum - positives * (positives + 1) / 2) / (positives * negatives);
}

/// The figures that are plain means, in the order of kMeans.
enum Mean { kTop1, kTop3, kTop5, kMrr, kNllClosed, kKeptTop1, kKeptMrr, kNation, kNationFirst, kNllOpen, kMeanCount };
constexpr std::array<const char*, kMeanCount> kMeans{"top1", "top3", "top5", "mrr", "nll_closed", "kept_top1", "kept_mrr",
                                                     "nation", "nation_first", "nll_open"};

/// Sums over answers, each counted `weight` times.
class Sums {
 public:
  void add(const Answer& one, unsigned weight) {
    if (!one.absent) {
      const double reciprocal = one.rank == 0 ? 0 : 1 / static_cast<double>(one.rank);
      const auto within = [&](std::size_t k) { return one.rank >= 1 && one.rank <= k ? 1.0 : 0.0; };
      add(kTop1, within(1), weight), add(kTop3, within(3), weight), add(kTop5, within(5), weight);
      add(kMrr, reciprocal, weight), add(kNllClosed, one.nll_closed, weight);
      if (one.known) add(kKeptTop1, within(1), weight), add(kKeptMrr, reciprocal, weight);
      if (one.nation >= 0) add(kNation, one.nation, weight);
      if (one.nation_of_first >= 0) add(kNationFirst, one.nation_of_first, weight);
    }
    add(kNllOpen, one.nll_open, weight);
    const auto bin = std::min(static_cast<std::size_t>(one.confidence * kBins), kBins - 1);
    bins_[bin][0] += weight, bins_[bin][1] += weight * one.confidence, bins_[bin][2] += one.right ? weight : 0;
    for (unsigned i = 0; i < weight; ++i) scored_.emplace_back(one.known_probability, one.known);
  }
  std::map<std::string, double> means() const {
    std::map<std::string, double> out;
    for (std::size_t i = 0; i < kMeanCount; ++i) out[kMeans[i]] = sums_[i][1] > 0 ? sums_[i][0] / sums_[i][1] : 0;
    double error = 0, total = 0;
    for (const auto& bin : bins_) error += std::abs(bin[1] - bin[2]), total += bin[0];
    out["ece"] = total > 0 ? error / total : 0;
    out["auroc"] = auroc(scored_);
    return out;
  }

 private:
  void add(Mean which, double value, double weight) { sums_[which][0] += weight * value, sums_[which][1] += weight; }
  std::array<std::array<double, 2>, kMeanCount> sums_{};
  std::array<std::array<double, 3>, kBins> bins_{};
  std::vector<std::pair<double, bool>> scored_;
};

std::map<std::string, double> mean_over(const std::vector<std::vector<Answer>>& repeats, const std::vector<unsigned>* weights) {
  std::map<std::string, double> out;
  for (const auto& answers : repeats) {
    Sums sums;
    for (const Answer& one : answers) {
      const unsigned weight = weights == nullptr ? 1 : (*weights)[one.group];
      if (weight > 0) sums.add(one, weight);
    }
    for (const auto& [name, value] : sums.means()) out[name] += value / static_cast<double>(repeats.size());
  }
  return out;
}

}  // namespace

Answer answer(const Corpus& corpus, const Asked& asked, const RankingWeights& weights) {
  Answer out{asked.held_out->profile, asked.absent, asked.known, 0, 0, 0, 0, false, 0, -1, -1};
  const auto z = knowledge::scores(asked.candidates, weights);
  const auto p = knowledge::softmax(z);
  judge_ranks(corpus, asked, z, out);
  judge_nation(corpus, asked, p, out);
  const auto u = knowledge::known_features(asked.candidates, z, asked.unseen_share);
  out.known_probability = p.empty() ? 0 : knowledge::known_probability(u, weights, weights.base_rate);
  const double of_truth = asked.truth ? p[*asked.truth] : 0;
  out.nll_closed = -std::log(kClosedShare * of_truth + (1 - kClosedShare) / static_cast<double>(corpus.profiles.size()));
  const double none = 1 - out.known_probability;
  out.nll_open = -std::log(std::max(out.known ? out.known_probability * of_truth : none, kFloor));
  const auto best = std::max_element(p.begin(), p.end());
  const double first = best == p.end() ? 0 : *best * out.known_probability;
  out.confidence = std::max(first, none);
  out.right = first > none ? out.known && asked.truth && static_cast<std::size_t>(best - p.begin()) == *asked.truth : !out.known;
  return out;
}

Answer answer_bm25(const Corpus& corpus, const Asked& asked) {
  Answer out{asked.held_out->profile, asked.absent, asked.known, 0, 0, 0, 0, false, 0, -1, -1};
  RankingWeights bm25;
  bm25.group[knowledge::kBm25Techniques] = bm25.group[knowledge::kBm25Software] = 1;
  const auto z = knowledge::scores(asked.candidates, bm25);
  judge_ranks(corpus, asked, z, out);
  judge_nation(corpus, asked, knowledge::softmax(z), out);
  out.known_probability = z.empty() ? 0 : *std::max_element(z.begin(), z.end());  // Only its order is used.
  return out;
}

std::map<std::string, double> measure(const std::vector<std::vector<Answer>>& repeats) { return mean_over(repeats, nullptr); }

std::map<std::string, Figure> measure_with_intervals(const std::vector<std::vector<Answer>>& repeats, int draws) {
  std::map<std::string, Figure> out;
  for (const auto& [name, value] : measure(repeats)) out[name] = {value, value, value};
  std::vector<std::size_t> groups;
  for (const auto& answers : repeats) {
    for (const Answer& one : answers) groups.push_back(one.group);
  }
  std::sort(groups.begin(), groups.end());
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  std::mt19937_64 random(1);
  std::map<std::string, std::vector<double>> drawn;
  for (int draw = 0; draw < draws; ++draw) {
    std::vector<unsigned> weights(groups.back() + 1, 0);
    for (std::size_t i = 0; i < groups.size(); ++i) ++weights[groups[random() % groups.size()]];
    for (const auto& [name, value] : mean_over(repeats, &weights)) drawn[name].push_back(value);
  }
  for (auto& [name, values] : drawn) {
    std::sort(values.begin(), values.end());
    out[name].low = values[values.size() * 25 / 1000];
    out[name].high = values[std::min(values.size() - 1, values.size() * 975 / 1000)];
  }
  return out;
}

}  // namespace prova::bench
