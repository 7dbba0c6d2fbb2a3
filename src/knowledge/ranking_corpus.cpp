#include "knowledge/ranking_corpus.h"

#include <algorithm>
#include <map>
#include <set>

namespace prova::knowledge {
namespace {

/// Reports by key while they are collected; indices are given at the end, in the order of the keys.
using ReportDates = std::map<std::string, std::optional<Day>>;
/// Feature id -> keys of the reports that cite it for one group.
using GroupUses = std::map<std::string, std::set<std::string>>;

void collect(const Source& source, const Group& group, const std::vector<Use>& uses, Uncited uncited, ReportDates& dates, GroupUses& out) {
  for (const Use& use : uses) {
    std::set<std::string> keys;
    for (const CitationIndex index : use.citations) keys.insert(source.citations[index].key);
    if (keys.empty() && uncited == Uncited::kOneReport) keys.insert("uncited:" + source.id + ":" + group.id);
    if (keys.empty()) continue;
    for (const std::string& key : keys) dates.try_emplace(key);
    out[use.target].insert(keys.begin(), keys.end());
  }
}

void date_reports(const KnowledgeBase& base, ReportDates& dates) {
  for (const Source& source : base.sources()) {
    for (const Citation& one : source.citations) {
      const auto known = dates.find(one.key);
      if (known == dates.end() || !one.published) continue;
      if (!known->second || *one.published < *known->second) known->second = one.published;
    }
  }
}

void add_features(const KnowledgeBase& base, const std::vector<GroupUses>& uses, Corpus& corpus) {
  std::map<std::string, std::string> techniques, software;
  for (const KnownTechnique& one : base.techniques()) techniques[one.id] = one.name;
  for (const KnownSoftware& one : base.software()) software[one.id] = one.name;
  for (const GroupUses& group : uses) {
    for (const auto& [id, reports] : group) {
      if (!software.contains(id)) techniques.try_emplace(id, id);
    }
  }
  for (const auto& [id, name] : techniques) corpus.features.push_back({FeatureKind::kTechnique, id, name});
  for (const auto& [id, name] : software) corpus.features.push_back({FeatureKind::kSoftware, id, name});
  for (FeatureIndex i = 0; i < corpus.features.size(); ++i) corpus.by_id.emplace(corpus.features[i].id, i);
}

}  // namespace

Corpus build_corpus(const KnowledgeBase& base, Uncited uncited) {
  Corpus corpus;
  ReportDates dates;
  std::vector<GroupUses> uses(base.groups().size());
  for (std::size_t i = 0; i < uses.size(); ++i) {
    for (const GroupPart& part : base.groups()[i].parts) {
      collect(*part.source, *part.group, part.group->techniques, uncited, dates, uses[i]);
      collect(*part.source, *part.group, part.group->software, uncited, dates, uses[i]);
    }
  }
  date_reports(base, dates);
  std::unordered_map<std::string, ReportIndex> report_index;
  for (const auto& [key, published] : dates) {
    report_index.emplace(key, static_cast<ReportIndex>(corpus.reports.size()));
    corpus.reports.push_back({key, published});
  }
  add_features(base, uses, corpus);
  for (std::size_t i = 0; i < uses.size(); ++i) {
    if (uses[i].empty()) continue;
    const KnownGroup& group = base.groups()[i];
    Profile profile{group.id, group.name, group.nation, group.victims, {}};
    for (const auto& [id, keys] : uses[i]) {
      CitedFeature cited{corpus.by_id.at(id), {}};
      for (const std::string& key : keys) cited.reports.push_back(report_index.at(key));
      std::sort(cited.reports.begin(), cited.reports.end());
      profile.uses.push_back(std::move(cited));
    }
    std::sort(profile.uses.begin(), profile.uses.end(), [](const auto& a, const auto& b) { return a.feature < b.feature; });
    corpus.profiles.push_back(std::move(profile));
  }
  return corpus;
}

ReportMask all_reports(const Corpus& corpus) { return ReportMask(corpus.reports.size(), 1); }

ReportMask reports_before(const Corpus& corpus, Day day) {
  ReportMask mask(corpus.reports.size(), 0);
  for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = corpus.reports[i].published && *corpus.reports[i].published < day ? 1 : 0;
  return mask;
}

}  // namespace prova::knowledge
