#include "knowledge/rank.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <numbers>
#include <numeric>

#include "knowledge/countries.h"
#include "knowledge/names.h"
#include "knowledge/rank_reasons.h"

namespace prova::knowledge {
namespace {

/// Fewest techniques of the queries that the model was fitted and measured on.
constexpr std::size_t kMeasuredTechniques = 8;

struct VictimRatio {
  std::size_t groups;  ///< The country is on the lists of at most this many groups.
  double hit, miss;
};

/// Ratios against groups of the same nation, measured on 80 groups with a list (docs/methods/ranking.md); the misses of
/// that measurement, .44 and .38, are raised to 1/2: lists are incomplete and old.
constexpr std::array<VictimRatio, 3> kVictimRatios{{{5, 6.0, 0.64}, {12, 3.0, 0.5}, {static_cast<std::size_t>(-1), 1.8, 0.5}}};
/// Victims of one operation are not independent: all countries together count at most this much.
constexpr double kMaxVictimRatio = 10, kMinVictimRatio = 0.5;

/// The names of a request, resolved, with every mistake collected.
class NameReader {
 public:
  explicit NameReader(const KnowledgeBase& base, const Corpus& corpus) : base_(base), corpus_(corpus) {}

  void technique(const std::string& name, RankingQuery& query) {
    const NameLookup found = base_.find_technique(name);
    const auto id = [&](std::size_t i) { return base_.techniques()[i].id; };
    const auto shown = [&](std::size_t i) { return base_.techniques()[i].id + " " + base_.techniques()[i].name; };
    resolve("technique", name, found, id, shown, query.techniques);
  }
  void software(const std::string& name, RankingQuery& query) {
    const NameLookup found = base_.find_software(name);
    const auto id = [&](std::size_t i) { return base_.software()[i].id; };
    const auto shown = [&](std::size_t i) { return base_.software()[i].id + " " + base_.software()[i].name; };
    resolve("program", name, found, id, shown, query.software);
  }
  void country(const std::string& name, std::vector<std::string>& out) {
    if (const auto code = country_code(name)) {
      out.emplace_back(*code);
      return;
    }
    unknown(fmt::format("no country '{}'", name), nearest_names(name, country_names(), 3));
  }
  /// The first kind of mistake found, with all of its messages.
  Status finish() const {
    if (!unknown_.empty()) return fail(ErrorCode::kNotFound, fmt::format("{}", fmt::join(unknown_, "; ")));
    if (!ambiguous_.empty()) return fail(ErrorCode::kUsage, fmt::format("{}", fmt::join(ambiguous_, "; ")));
    return {};
  }

 private:
  template <typename Id, typename Shown>
  void resolve(std::string_view what, const std::string& name, const NameLookup& found, Id id, Shown shown, std::vector<FeatureIndex>& out) {
    if (const auto only = found.only()) {
      const auto feature = corpus_.by_id.find(id(*only));
      if (feature != corpus_.by_id.end()) out.push_back(feature->second);
      return;
    }
    if (found.hits.empty()) return unknown(fmt::format("no {} '{}' in the knowledge", what, name), found.nearest);
    std::vector<std::string> choices;
    for (const NameHit& hit : found.hits) choices.push_back(shown(hit.index));
    choices.erase(std::unique(choices.begin(), choices.end()), choices.end());
    ambiguous_.push_back(fmt::format("the {} '{}' may be {}: name one by its id", what, name, fmt::join(choices, " or ")));
  }
  void unknown(std::string message, const std::vector<std::string>& nearest) {
    if (!nearest.empty()) message += fmt::format(" (nearest: {})", fmt::join(nearest, ", "));
    unknown_.push_back(std::move(message));
  }

  const KnowledgeBase& base_;
  const Corpus& corpus_;
  std::vector<std::string> unknown_, ambiguous_;
};

template <typename T>
void sort_unique(std::vector<T>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

/// New programs count once each, however they are spelt.
std::size_t distinct(const std::vector<std::string>& names) {
  std::vector<std::string> keys;
  for (const std::string& name : names) {
    if (const std::string key = folded(name); !key.empty()) keys.push_back(key);
  }
  sort_unique(keys);
  return keys.size();
}

/// ln of the victim ratio of each candidate.
std::vector<double> victim_weights(const Corpus& corpus, const std::vector<Candidate>& list, const std::vector<std::string>& countries) {
  std::vector<std::size_t> listing(countries.size(), 0);
  for (const Profile& profile : corpus.profiles) {
    for (std::size_t i = 0; i < countries.size(); ++i) {
      listing[i] += std::binary_search(profile.victims.begin(), profile.victims.end(), countries[i]) ? 1 : 0;
    }
  }
  std::vector<double> weights;
  for (const Candidate& one : list) weights.push_back(std::log(victim_ratio(countries, listing, corpus.profiles[one.profile].victims)));
  return weights;
}

void add_nations(Ranking& ranking) {
  std::map<std::string, double> sums;
  for (const RankedGroup& group : ranking.groups) sums[group.nation] += group.probability;
  for (const auto& [nation, probability] : sums) ranking.nations.push_back({nation, probability});
  std::stable_sort(ranking.nations.begin(), ranking.nations.end(), [](const auto& a, const auto& b) { return a.probability > b.probability; });
}

void add_notes(const RankingQuery& query, const RankRequest& request, Ranking& ranking) {
  if (query.techniques.size() < kMeasuredTechniques) {
    ranking.notes.push_back(fmt::format("{} techniques given; the probabilities were measured on queries of {} and more", query.techniques.size(), kMeasuredTechniques));
  }
  if (!request.victims.empty()) ranking.notes.emplace_back("victims move groups against each other, not the probability of \"none\": their ratios are small samples");
  if (ranking.groups.empty()) ranking.notes.emplace_back("no group has a cited technique or program in this knowledge on that day");
}

Ranking compute(const RankingView& view, const RankingQuery& query, const RankRequest& request, std::vector<std::string> countries, const RankingWeights& weights) {
  const Corpus& corpus = view.corpus();
  Ranking ranking;
  ranking.prior_known = request.prior_known;
  ranking.weights_version = weights.version;
  ranking.new_software = query.new_software;
  for (const FeatureIndex x : query.techniques) ranking.techniques.push_back(corpus.features[x]);
  for (const FeatureIndex x : query.software) ranking.software.push_back(corpus.features[x]);
  const std::vector<Candidate> list = candidates(view, query);
  if (!list.empty()) {
    std::vector<double> z = scores(list, weights);
    const double known = known_probability(known_features(list, z, unseen_software_share(view, query)), weights, request.prior_known);
    const std::vector<double> victims = victim_weights(corpus, list, countries);
    for (std::size_t i = 0; i < z.size(); ++i) z[i] += victims[i];
    const std::vector<double> p = softmax(z);
    const ReasonWriter reasons(view, query, list, victims, weights);
    for (std::size_t i = 0; i < list.size(); ++i) {
      const Profile& profile = corpus.profiles[list[i].profile];
      // (z - ln mean e^z) / ln 10 is log10 of p times the number of candidates.
      const double lr = std::log10(std::max(p[i], 1e-300) * static_cast<double>(list.size()));
      ranking.groups.push_back({profile.id, profile.name, profile.nation, known * p[i], lr, reasons.because(i)});
    }
    ranking.unknown = 1 - known;
  }
  ranking.victims = std::move(countries);
  std::stable_sort(ranking.groups.begin(), ranking.groups.end(), [](const auto& a, const auto& b) { return a.probability > b.probability; });
  add_nations(ranking);
  add_notes(query, request, ranking);
  return ranking;
}

}  // namespace

double victim_ratio(const std::vector<std::string>& countries, const std::vector<std::size_t>& listing, const std::vector<std::string>& group_victims) {
  if (group_victims.empty()) return 1;
  double ratio = 1;
  for (std::size_t i = 0; i < countries.size(); ++i) {
    const auto row = std::find_if(kVictimRatios.begin(), kVictimRatios.end(), [&](const VictimRatio& one) { return listing[i] <= one.groups; });
    const bool hit = std::binary_search(group_victims.begin(), group_victims.end(), countries[i]);
    ratio *= hit ? row->hit : row->miss;
  }
  return std::clamp(ratio, kMinVictimRatio, kMaxVictimRatio);
}

Result<Ranking> rank_groups(const KnowledgeBase& base, const RankRequest& request, const RankingWeights& weights) {
  if (!(request.prior_known > 0 && request.prior_known < 1)) {
    return fail(ErrorCode::kUsage, fmt::format("the prior is {}, expected a number between 0 and 1", request.prior_known));
  }
  const Corpus corpus = build_corpus(base);
  NameReader names(base, corpus);
  RankingQuery query;
  std::vector<std::string> countries;
  for (const std::string& name : request.techniques) names.technique(name, query);
  for (const std::string& name : request.software) names.software(name, query);
  for (const std::string& name : request.victims) names.country(name, countries);
  PROVA_TRY(names.finish());
  sort_unique(query.techniques), sort_unique(query.software), sort_unique(countries);
  query.new_software = distinct(request.new_software);
  if (query.techniques.empty() && query.software.empty()) {
    return fail(ErrorCode::kUsage, "nothing to rank by: name at least one technique or known program");
  }
  const RankingView view(corpus, request.as_of ? reports_before(corpus, *request.as_of) : all_reports(corpus));
  return compute(view, query, request, std::move(countries), weights);
}

}  // namespace prova::knowledge
