// Ranking: arithmetic that a reader can redo by hand, a slow and obvious oracle, and what must not change the answer.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <random>
#include <set>

#include "knowledge/knowledge_test_support.h"
#include "knowledge/rank.h"

namespace prova::knowledge {
namespace {

using testing::HasSubstr;

/// Two groups. Alpha: report r1 (2020) has T1 and S1, report r2 (2022) has T1 and T2. Beta: report r3 (2021) has T2.
const std::string kTiny = R"(knowledge: 1
id: tiny
citations:
  r1: {url: "https://x.example/1", date: "2020-01-01"}
  r2: {url: "https://x.example/2", date: "2022-01-01"}
  r3: {url: "https://x.example/3", date: "2021-01-01"}
groups:
  - {id: G0001, name: Alpha, nation: IR, victims: [AL], reports: [{cite: r1, techniques: [T0001], software: [S0001]}, {cite: r2, techniques: [T0001, T0002]}]}
  - {id: G0002, name: Beta, nation: IR, reports: [{cite: r3, techniques: [T0002]}]}
software: [{id: S0001, name: Worm, aliases: [Same]}, {id: S0002, name: Other, aliases: [Same]}]
techniques: [{id: T0001, name: One}, {id: T0002, name: Two}]
)";

Corpus tiny_corpus() { return build_corpus(KnowledgeBase(test::sources_from_yaml({kTiny}))); }

TEST(RankingFeatures, ByHand) {
  const Corpus corpus = tiny_corpus();
  const RankingView view(corpus, all_reports(corpus));
  const FeatureIndex t1 = corpus.by_id.at("T0001"), t2 = corpus.by_id.at("T0002"), s1 = corpus.by_id.at("S0001");
  // Two groups have a technique, one has a program. T0001 and S0001 are used by one group, T0002 by two.
  const double i1 = std::log(3 / 1.5), i2 = std::log(3 / 2.5), is = std::log(2 / 1.5);
  EXPECT_DOUBLE_EQ(view.rarity(t1), i1);
  EXPECT_DOUBLE_EQ(view.rarity(t2), i2);
  EXPECT_DOUBLE_EQ(view.rarity(s1), is);
  EXPECT_DOUBLE_EQ(view.mean_size(), 2);  // Alpha has 3 features, Beta 1.
  // Damped counts: Alpha T0001 ln 3 (two reports), T0002 ln 2; Beta T0002 ln 2. beta has half a count more per technique.
  const double l2 = std::log(2), l3 = std::log(3), total = l3 + 2 * l2;
  const double b1 = (l3 + 0.5) / (total + 1);
  EXPECT_DOUBLE_EQ(view.background(t1), b1);

  const auto list = candidates(view, {{t1}, {s1}, 0});
  ASSERT_EQ(list.size(), 2U);
  const FeatureVector& alpha = list[0].features;
  const double factor = 2.2 / (1 + 1.2 * (0.5 + 0.5 * 3 / 2));
  EXPECT_DOUBLE_EQ(alpha[kBm25Techniques], i1 * factor);
  EXPECT_DOUBLE_EQ(alpha[kBm25Software], is * factor);
  EXPECT_DOUBLE_EQ(alpha[kTechniqueCoverage], 1);
  EXPECT_DOUBLE_EQ(alpha[kSoftwareCoverage], 1);
  EXPECT_DOUBLE_EQ(alpha[kExclusiveSoftware], 1);
  EXPECT_DOUBLE_EQ(alpha[kRareSoftware], std::log(2));
  EXPECT_DOUBLE_EQ(alpha[kActivity], std::log(3));
  // Kernel: r1 is the query itself, but norms below 4 count as 4; r2 shares T0001.
  const double norm = std::sqrt(i1 * i1 + is * is);
  const double cos1 = norm * norm / (norm * 4), cos2 = i1 * i1 / (norm * 4);
  EXPECT_DOUBLE_EQ(alpha[kReportKernel], std::log((std::exp(12 * cos1) + std::exp(12 * cos2) + 3) / 5));
  // The nation of Alpha without Alpha is Beta: it has ln 2 in all, nothing of T0001.
  const double pi = 60 * b1 / (l2 + 60);
  EXPECT_DOUBLE_EQ(alpha[kNationMultinomial], std::log((l3 + 60 * pi) / (l3 + l2 + 60) / b1));
  const FeatureVector& beta = list[1].features;
  EXPECT_DOUBLE_EQ(beta[kBm25Techniques], 0);
  EXPECT_DOUBLE_EQ(beta[kReportKernel], 0);
  EXPECT_DOUBLE_EQ(beta[kActivity], std::log(2));
}

TEST(RankingModel, KnownStageByHand) {
  RankingWeights weights;
  weights.known_constant = -0.5;
  weights.known = {1, 0, 0, -1};
  weights.mean = {2, 0, 0, 0};
  weights.spread = {4, 1, 1, 0.5};
  weights.base_rate = 0.4;
  // t = -0.5 + (4 - 2) / 4 - (0.25 / 0.5) = -0.5; at the prior of the fit the logits cancel.
  EXPECT_DOUBLE_EQ(known_probability({4, 0, 0, 0.25}, weights, 0.4), 1 / (1 + std::exp(0.5)));
  // At an even prior the odds grow by .6 / .4.
  EXPECT_NEAR(known_probability({4, 0, 0, 0.25}, weights, 0.5), 1 / (1 + std::exp(0.5) / 1.5), 1e-12);
}

TEST(RankingModel, VictimRatiosAreCapped) {
  const std::vector<std::string> two{"AL", "IL"};
  EXPECT_DOUBLE_EQ(victim_ratio(two, {1, 30}, {}), 1);                      // No list: says nothing.
  EXPECT_DOUBLE_EQ(victim_ratio({"AL"}, {1}, {"AL"}), 6);
  EXPECT_DOUBLE_EQ(victim_ratio({"IL"}, {30}, {"IL"}), 1.8);
  EXPECT_DOUBLE_EQ(victim_ratio({"AL"}, {1}, {"US"}), 0.64);
  EXPECT_DOUBLE_EQ(victim_ratio(two, {1, 1}, {"AL", "IL"}), 10);            // 36, capped.
  EXPECT_DOUBLE_EQ(victim_ratio(two, {7, 30}, {"US"}), 0.5);                // 0.25, raised.
}

/// The features as docs/methods/ranking.md writes them, over maps and sets, without any cleverness.
class Oracle {
 public:
  Oracle(const Corpus& corpus, const ReportMask& live) : corpus_(corpus) {
    for (const Profile& profile : corpus.profiles) {
      std::map<FeatureIndex, std::set<ReportIndex>> uses;
      for (const CitedFeature& use : profile.uses) {
        for (const ReportIndex r : use.reports) {
          if (live[r] != 0) uses[use.feature].insert(r);
        }
      }
      groups_.push_back(uses);
    }
  }
  bool technique(FeatureIndex x) const { return corpus_.features[x].kind == FeatureKind::kTechnique; }
  double c(std::size_t g, FeatureIndex x) const { return groups_[g].contains(x) ? static_cast<double>(groups_[g].at(x).size()) : 0; }
  double df(FeatureIndex x) const {
    double n = 0;
    for (std::size_t g = 0; g < groups_.size(); ++g) n += c(g, x) > 0;
    return n;
  }
  double rarity(FeatureIndex x) const {
    double n = 0;
    for (const auto& group : groups_) n += std::any_of(group.begin(), group.end(), [&](const auto& use) { return technique(use.first) == technique(x); });
    return std::log((n + 1) / (df(x) + 0.5));
  }
  double d(std::size_t g, FeatureIndex x) const { return std::log(1 + c(g, x)); }
  double total(std::size_t g) const {
    double sum = 0;
    for (FeatureIndex x = 0; x < corpus_.features.size(); ++x) sum += technique(x) ? d(g, x) : 0;
    return sum;
  }
  double beta(FeatureIndex x) const {
    double top = 0.5, bottom = 0;
    for (std::size_t g = 0; g < groups_.size(); ++g) top += d(g, x), bottom += total(g);
    for (FeatureIndex y = 0; y < corpus_.features.size(); ++y) bottom += technique(y) ? 0.5 : 0;
    return top / bottom;
  }
  double multinomial(std::size_t g, FeatureIndex x) const {
    double top = 60 * beta(x), bottom = 60;
    for (std::size_t h = 0; h < groups_.size(); ++h) {
      if (h != g && !corpus_.profiles[g].nation.empty() && corpus_.profiles[h].nation == corpus_.profiles[g].nation) top += d(h, x), bottom += total(h);
    }
    return std::log((d(g, x) + 60 * top / bottom) / (total(g) + 60) / beta(x));
  }
  FeatureVector features(std::size_t g, const RankingQuery& q) const {
    FeatureVector f{};
    double size = 0, groups = 0;
    for (const auto& group : groups_) size += static_cast<double>(group.size()), groups += !group.empty();
    const double factor = 2.2 / (1 + 1.2 * (0.5 + 0.5 * static_cast<double>(groups_[g].size()) / (size / groups)));
    std::set<ReportIndex> reports;
    for (const auto& [x, list] : groups_[g]) reports.insert(list.begin(), list.end());
    double ts = 0, ss = 0, tall = 0, sall = 0, rare = 0, norm = 0;
    std::set<FeatureIndex> all(q.techniques.begin(), q.techniques.end());
    all.insert(q.software.begin(), q.software.end());
    for (const FeatureIndex x : all) norm += rarity(x) * rarity(x);
    for (const FeatureIndex x : q.techniques) tall += rarity(x), ts += c(g, x) > 0 ? rarity(x) : 0, f[kNationMultinomial] += multinomial(g, x);
    for (const FeatureIndex x : q.software) {
      sall += rarity(x), ss += c(g, x) > 0 ? rarity(x) : 0;
      if (c(g, x) > 0 && df(x) == 1) f[kExclusiveSoftware] = 1;
      if (df(x) <= 3) rare += c(g, x);
    }
    double kernel = 3;
    for (const ReportIndex r : reports) {
      double common = 0, squares = 0;
      for (const auto& [x, list] : groups_[g]) {
        if (!list.contains(r)) continue;
        squares += rarity(x) * rarity(x);
        common += all.contains(x) ? rarity(x) * rarity(x) : 0;
      }
      kernel += std::exp(12 * common / (std::sqrt(norm) * std::max(std::sqrt(squares), 4.0)));
    }
    f[kReportKernel] = std::log(kernel / (static_cast<double>(reports.size()) + 3));
    f[kBm25Techniques] = ts * factor, f[kBm25Software] = ss * factor;
    f[kTechniqueCoverage] = tall > 0 ? ts / tall : 0, f[kSoftwareCoverage] = sall > 0 ? ss / sall : 0;
    f[kRareSoftware] = std::log(1 + rare), f[kActivity] = std::log(1 + static_cast<double>(reports.size()));
    return f;
  }
  bool empty(std::size_t g) const { return groups_[g].empty(); }

 private:
  const Corpus& corpus_;
  std::vector<std::map<FeatureIndex, std::set<ReportIndex>>> groups_;
};

Corpus random_corpus(std::mt19937& random) {
  const auto below = [&](std::size_t n) { return random() % n; };
  Corpus corpus;
  for (FeatureIndex i = 0; i < 12; ++i) {
    corpus.features.push_back({i < 8 ? FeatureKind::kTechnique : FeatureKind::kSoftware, fmt::format("F{}", i), ""});
    corpus.by_id.emplace(corpus.features.back().id, i);
  }
  for (int i = 0; i < 10; ++i) corpus.reports.push_back({fmt::format("r{}", i), {}});
  for (int g = 0; g < 6; ++g) {
    Profile profile{fmt::format("G{}", g), "", below(3) == 0 ? "" : below(2) == 0 ? "IR" : "RU", {}, {}};
    for (FeatureIndex x = 0; x < 12; ++x) {
      std::set<ReportIndex> reports;
      for (std::size_t k = below(4); k > 0; --k) reports.insert(static_cast<ReportIndex>(below(10)));
      if (!reports.empty()) profile.uses.push_back({x, {reports.begin(), reports.end()}});
    }
    corpus.profiles.push_back(std::move(profile));
  }
  return corpus;
}

TEST(RankingFeatures, TheObviousOracleAgreesOnRandomKnowledge) {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    const Corpus corpus = random_corpus(random);
    ReportMask live(corpus.reports.size());
    for (auto& one : live) one = random() % 4 == 0 ? 0 : 1;
    RankingQuery query;
    for (FeatureIndex x = 0; x < 12; ++x) {
      if (random() % 3 == 0) (x < 8 ? query.techniques : query.software).push_back(x);
    }
    if (query.techniques.empty()) query.techniques.push_back(0);
    const RankingView view(corpus, live);
    const Oracle oracle(corpus, live);
    std::size_t expected = 0;
    for (std::size_t g = 0; g < corpus.profiles.size(); ++g) expected += oracle.empty(g) ? 0 : 1;
    const auto list = candidates(view, query);
    ASSERT_EQ(list.size(), expected);
    for (const Candidate& one : list) {
      const FeatureVector wanted = oracle.features(one.profile, query);
      for (std::size_t j = 0; j < kRankingFeatures; ++j) {
        EXPECT_NEAR(one.features[j], wanted[j], 1e-9) << "round " << round << " " << name_of(static_cast<RankingFeatureName>(j));
      }
      double bm25 = 0, multinomial = 0;
      for (const FeaturePart& part : feature_parts(view, query, one.profile)) bm25 += part.bm25, multinomial += part.multinomial;
      EXPECT_NEAR(bm25, one.features[kBm25Techniques] + one.features[kBm25Software], 1e-9);
      EXPECT_NEAR(multinomial, one.features[kNationMultinomial], 1e-9);
    }
  }
}

TEST(RankingView, AGroupTakenOutIsAsIfItHadNeverBeenKnown) {
  std::mt19937 random(3);
  const Corpus corpus = random_corpus(random);
  Corpus smaller = corpus;
  smaller.profiles.erase(smaller.profiles.begin() + 2);
  const RankingQuery query{{0, 1, 2}, {8, 9}, 0};
  const auto without = candidates(RankingView(corpus, all_reports(corpus), 2), query);
  const auto never = candidates(RankingView(smaller, all_reports(smaller)), query);
  ASSERT_EQ(without.size(), never.size());
  for (std::size_t i = 0; i < never.size(); ++i) {
    for (std::size_t j = 0; j < kRankingFeatures; ++j) EXPECT_DOUBLE_EQ(without[i].features[j], never[i].features[j]);
  }
}

RankRequest request(std::vector<std::string> techniques, std::vector<std::string> software = {}) {
  RankRequest out;
  out.techniques = std::move(techniques);
  out.software = std::move(software);
  return out;
}

TEST(Rank, ProbabilitiesSumToOneWithNone) {
  const KnowledgeBase base(test::sources_from_yaml({kTiny}));
  const auto ranking = rank_groups(base, request({"T0001"}, {"Worm"}));
  ASSERT_TRUE(ranking);
  double sum = ranking->unknown, nations = 0;
  for (const RankedGroup& one : ranking->groups) sum += one.probability;
  for (const RankedNation& one : ranking->nations) nations += one.probability;
  EXPECT_NEAR(sum, 1, 1e-12);
  EXPECT_NEAR(nations + ranking->unknown, 1, 1e-12);
  EXPECT_EQ(ranking->groups.at(0).id, "G0001");
  EXPECT_THAT(ranking->groups[0].because.at(0).text, testing::Not(testing::IsEmpty()));
  EXPECT_THAT(ranking->notes.at(0), HasSubstr("1 techniques given"));
}

TEST(Rank, OrderRepetitionAndSpellingOfTheNamesChangeNothing) {
  const KnowledgeBase base(test::sources_from_yaml({kTiny}));
  const auto a = rank_groups(base, request({"T0001", "T0002"}, {"S0001"}));
  const auto b = rank_groups(base, request({"two", "t0001", "One", "T0002"}, {"WORM", "worm"}));
  ASSERT_TRUE(a && b);
  ASSERT_EQ(a->groups.size(), b->groups.size());
  EXPECT_EQ(a->unknown, b->unknown);
  for (std::size_t i = 0; i < a->groups.size(); ++i) {
    EXPECT_EQ(a->groups[i].id, b->groups[i].id);
    EXPECT_EQ(a->groups[i].probability, b->groups[i].probability);
  }
}

TEST(Rank, ALaterDayKnowsMoreAndADayBeforeEverythingKnowsNothing) {
  const KnowledgeBase base(test::sources_from_yaml({kTiny}));
  RankRequest early = request({"T0001"});
  early.as_of = *parse_day("2019-01-01");
  const auto nothing = rank_groups(base, early);
  ASSERT_TRUE(nothing);
  EXPECT_TRUE(nothing->groups.empty());
  EXPECT_EQ(nothing->unknown, 1);
  early.as_of = *parse_day("2020-06-01");
  EXPECT_EQ(rank_groups(base, early)->groups.size(), 1U);  // Only Alpha's first report.
  early.as_of = *parse_day("2020-01-01");
  EXPECT_TRUE(rank_groups(base, early)->groups.empty());   // "Before that day".
}

TEST(Rank, AHigherPriorAndFewerNewProgramsSpeakForAKnownGroup) {
  const KnowledgeBase base(test::sources_from_yaml({kTiny}));
  RankRequest query = request({"T0001"}, {"Worm"});
  const double plain = rank_groups(base, query)->unknown;
  query.new_software = {"Unheard", "un-heard", "Of"};
  const auto fresh = rank_groups(base, query);
  EXPECT_EQ(fresh->new_software, 2U);
  EXPECT_GT(fresh->unknown, plain);
  query.new_software.clear();
  query.prior_known = 0.9;
  EXPECT_LT(rank_groups(base, query)->unknown, plain);
}

TEST(Rank, VictimsMoveGroupsButNotNone) {
  const KnowledgeBase base(test::sources_from_yaml({kTiny}));
  RankRequest query = request({"T0002"});
  const auto before = rank_groups(base, query);
  query.victims = {"albania"};
  const auto after = rank_groups(base, query);
  const auto alpha = [](const Ranking& ranking) {
    return std::find_if(ranking.groups.begin(), ranking.groups.end(), [](const auto& one) { return one.id == "G0001"; })->probability;
  };
  EXPECT_GT(alpha(*after), alpha(*before));
  EXPECT_EQ(after->unknown, before->unknown);
}

TEST(Rank, EveryUnknownNameIsNamedWithTheNearest) {
  const KnowledgeBase base(test::sources_from_yaml({kTiny}));
  RankRequest query = request({"T0001", "Onne"}, {"Wurm"});
  query.victims = {"Albanja"};
  const auto failed = rank_groups(base, query);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(failed.error().message,
            "no technique 'Onne' in the knowledge (nearest: T0001 One); no program 'Wurm' in the knowledge (nearest: Worm); no country 'Albanja' (nearest: Albania)");
}

TEST(Rank, AnAmbiguousProgramIsAsked) {
  const KnowledgeBase base(test::sources_from_yaml({kTiny}));
  const auto failed = rank_groups(base, request({}, {"same"}));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kUsage);
  EXPECT_THAT(failed.error().message, HasSubstr("S0001 Worm or S0002 Other"));
}

TEST(Rank, NothingToRankByAndImpossiblePriorsAreRefused) {
  const KnowledgeBase base(test::sources_from_yaml({kTiny}));
  EXPECT_EQ(rank_groups(base, {}).error().code, ErrorCode::kUsage);
  RankRequest query = request({"T0001"});
  for (const double prior : {0.0, 1.0, -1.0, std::nan("")}) {
    query.prior_known = prior;
    EXPECT_EQ(rank_groups(base, query).error().code, ErrorCode::kUsage);
  }
}

TEST(Corpus, UncitedRelationsAreOneUndatedReportOrNone) {
  const std::string yaml = "knowledge: 1\nid: u\ngroups:\n  - {id: G1, name: A, reports: [{techniques: [T1, T2]}]}\ntechniques: [{id: T1, name: One}, {id: T2, name: Two}]\n";
  const KnowledgeBase base(test::sources_from_yaml({yaml}));
  EXPECT_TRUE(build_corpus(base, Uncited::kDrop).profiles.empty());
  const Corpus corpus = build_corpus(base);
  EXPECT_EQ(corpus.reports.size(), 1U);
  EXPECT_EQ(reports_before(corpus, *parse_day("2100-01-01")), ReportMask{0});
}

}  // namespace
}  // namespace prova::knowledge
