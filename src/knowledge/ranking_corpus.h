#pragma once
// The knowledge in the form that ranking counts on: groups as sets of reports, each holding the techniques and programs
// for which it was cited. docs/methods/ranking.md defines every term.

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "knowledge/knowledge_base.h"

namespace prova::knowledge {

using FeatureIndex = std::uint32_t;
using ReportIndex = std::uint32_t;

enum class FeatureKind : std::uint8_t { kTechnique, kSoftware };

/// A technique or a program.
struct RankingFeature {
  FeatureKind kind = FeatureKind::kTechnique;
  std::string id, name;
};

/// One published report, whatever the number of sources and groups that cite it.
struct RankingReport {
  std::string key;
  std::optional<Day> published;  ///< The earliest date that a source gives it.
};

struct CitedFeature {
  FeatureIndex feature = 0;
  std::vector<ReportIndex> reports;  ///< Ascending, at least one.
};

/// One group.
struct Profile {
  std::string id, name, nation;
  std::vector<std::string> victims;
  std::vector<CitedFeature> uses;    ///< Ascending by feature.
};

/// What to do with a relation that cites nothing.
enum class Uncited : std::uint8_t {
  kDrop,      ///< As in the measurements.
  kOneReport  ///< All of one group and source count as one report without a date.
};

struct Corpus {
  std::vector<RankingFeature> features;  ///< Techniques, then programs; ascending by id. Includes what no group uses.
  std::vector<RankingReport> reports;    ///< Ascending by key.
  std::vector<Profile> profiles;         ///< Ascending by id; groups that use nothing are left out.
  std::unordered_map<std::string, FeatureIndex> by_id;
};

/// O(relations x log).
[[nodiscard]] Corpus build_corpus(const KnowledgeBase& base, Uncited uncited = Uncited::kOneReport);

/// Which reports count: one byte per report of the corpus, 0 or 1.
using ReportMask = std::vector<std::uint8_t>;
[[nodiscard]] ReportMask all_reports(const Corpus& corpus);
/// Reports published before `day`. Those without a date do not count: nobody can say that they were known.
[[nodiscard]] ReportMask reports_before(const Corpus& corpus, Day day);

}  // namespace prova::knowledge
