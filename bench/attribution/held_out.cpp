#include "held_out.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

namespace prova::bench {
namespace {

using knowledge::Corpus;
using knowledge::CitedFeature;
using knowledge::FeatureKind;
using knowledge::Profile;
using knowledge::RankingQuery;
using knowledge::ReportIndex;
using knowledge::ReportMask;

/// What `profile` is cited for by any of the reports.
RankingQuery query_of(const Corpus& corpus, const Profile& profile, const std::set<ReportIndex>& reports) {
  RankingQuery query;
  for (const CitedFeature& use : profile.uses) {
    const bool cited = std::any_of(use.reports.begin(), use.reports.end(), [&](ReportIndex r) { return reports.contains(r); });
    if (!cited) continue;
    (corpus.features[use.feature].kind == FeatureKind::kTechnique ? query.techniques : query.software).push_back(use.feature);
  }
  return query;
}

std::map<ReportIndex, std::set<std::size_t>> groups_by_report(const Corpus& corpus) {
  std::map<ReportIndex, std::set<std::size_t>> out;
  for (std::size_t g = 0; g < corpus.profiles.size(); ++g) {
    for (const CitedFeature& use : corpus.profiles[g].uses) {
      for (const ReportIndex report : use.reports) out[report].insert(g);
    }
  }
  return out;
}

Asked ask_once(const Corpus& corpus, const HeldOut& query, Knowledge knowledge, bool absent) {
  ReportMask live = knowledge == Knowledge::kAll ? all_reports(corpus) : reports_before(corpus, *query.date);
  for (const ReportIndex report : query.reports) live[report] = 0;
  const knowledge::RankingView view(corpus, live, absent ? std::optional(query.profile) : std::nullopt);
  Asked asked{&query, knowledge, absent, knowledge::candidates(view, query.query), knowledge::unseen_software_share(view, query.query), {}, false};
  for (std::size_t i = 0; i < asked.candidates.size(); ++i) {
    if (asked.candidates[i].profile == query.profile) asked.truth = i;
  }
  asked.known = view.groups()[query.profile].uses.size() >= kMinKept;
  return asked;
}

}  // namespace

std::vector<HeldOut> leave_one_report_out(const Corpus& corpus) {
  std::vector<HeldOut> out;
  for (const auto& [report, groups] : groups_by_report(corpus)) {
    if (groups.size() != 1) continue;
    HeldOut one{*groups.begin(), {report}, corpus.reports[report].published, {}};
    one.query = query_of(corpus, corpus.profiles[one.profile], {report});
    if (one.query.techniques.size() >= kMinTechniques) out.push_back(std::move(one));
  }
  return out;
}

std::vector<HeldOut> leave_one_year_out(const Corpus& corpus) {
  using std::chrono::year_month_day;
  std::map<std::pair<std::size_t, int>, std::set<ReportIndex>> years;
  for (const auto& [report, groups] : groups_by_report(corpus)) {
    if (!corpus.reports[report].published) continue;
    const int year = static_cast<int>(year_month_day{*corpus.reports[report].published}.year());
    for (const std::size_t group : groups) years[{group, year}].insert(report);
  }
  std::vector<HeldOut> out;
  for (const auto& [key, reports] : years) {
    if (reports.size() < 2) continue;
    const Day begin = std::chrono::sys_days{std::chrono::year{key.second} / std::chrono::January / 1};
    HeldOut one{key.first, {reports.begin(), reports.end()}, begin, query_of(corpus, corpus.profiles[key.first], reports)};
    if (one.query.techniques.size() >= kMinTechniques) out.push_back(std::move(one));
  }
  return out;
}

std::vector<Asked> ask(const Corpus& corpus, const std::vector<HeldOut>& queries) {
  std::vector<Asked> out;
  for (const HeldOut& query : queries) {
    for (const bool absent : {false, true}) {
      out.push_back(ask_once(corpus, query, Knowledge::kAll, absent));
      if (query.date) out.push_back(ask_once(corpus, query, Knowledge::kPast, absent));
    }
  }
  return out;
}

}  // namespace prova::bench
