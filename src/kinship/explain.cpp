#include "kinship/explain.h"

#include <algorithm>
#include <set>

#include "kinship/common_code.h"

namespace prova {
namespace {

/// Best match of one function among the samples of one role.
struct Best {
  double log10_lr = -1e9, similarity = 0;
  std::string label;  ///< "zlib 1.2.13": of the best match; ties to the smaller one.

  void offer(const MatchedFunction& match, std::string name) {
    const bool better = match.log10_lr != log10_lr ? match.log10_lr > log10_lr
                        : match.similarity != similarity ? match.similarity > similarity
                                                         : name < label;
    if (better) *this = {match.log10_lr, match.similarity, std::move(name)};
  }
  [[nodiscard]] bool explains(const Best& malware) const {
    const double margin = log10_lr >= kLeastEvidence ? kExplainWithinLr : kDoubtWithinLr;
    const bool as_close = log10_lr >= malware.log10_lr - margin ||
                          similarity >= malware.similarity - kExplainWithinSimilarity;
    return as_close && log10_lr >= (malware.log10_lr >= kLeastEvidence ? kLeastDoubt : kLeastEvidence);
  }
};

struct Rivals {
  Best malware, library, goodware;
  std::set<std::string> families;  ///< Malware families with a match that counts.
  bool common = false;             ///< It, or what it matches, is code common to unrelated programs.
};

std::string name_and_version(const SampleRecord& record) {
  return record.version.empty() ? record.family : record.family + ' ' + record.version;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  }
  return text;
}

Verdict verdict_of(const Rivals& rivals) {
  if (rivals.library.explains(rivals.malware)) return {FunctionRole::kLibrary, "library " + rivals.library.label, {}};
  if (rivals.goodware.explains(rivals.malware)) {
    return {FunctionRole::kGoodware, "goodware " + rivals.goodware.label, {}};
  }
  if (rivals.common) return {FunctionRole::kLibrary, kCommonCodeGroup, {}};
  Verdict verdict{FunctionRole::kUnknown, "new", {rivals.families.begin(), rivals.families.end()}};
  if (verdict.families.size() == 1) {
    verdict.role = FunctionRole::kUnique;
    verdict.group = "only in family " + verdict.families.front();
  } else if (!verdict.families.empty()) {
    verdict.role = FunctionRole::kFamily;
    verdict.group = "shared by " + joined(verdict.families);
  }
  return verdict;
}

}  // namespace

std::vector<Verdict> explain(const StoredSample& query, const std::vector<PairedSample>& paired) {
  std::vector<Rivals> rivals(query.functions.size());
  for (std::size_t f = 0; f < rivals.size(); ++f) {
    rivals[f].common = is_common_code(query.functions[f].fingerprint.exact);
  }
  for (const PairedSample& p : paired) {
    for (const MatchedFunction& match : p.matches) {
      Rivals& r = rivals[match.left];
      r.common = r.common || match.common;
      switch (p.sample.record.role) {
        case SampleRole::kMalware:
          r.malware.offer(match, name_and_version(p.sample.record));
          if (match.log10_lr >= kLeastEvidence) r.families.insert(p.sample.record.family);
          break;
        case SampleRole::kLibrary: r.library.offer(match, name_and_version(p.sample.record)); break;
        case SampleRole::kGoodware: r.goodware.offer(match, name_and_version(p.sample.record)); break;
      }
    }
  }
  std::vector<Verdict> verdicts;
  verdicts.reserve(rivals.size());
  for (const Rivals& r : rivals) verdicts.push_back(verdict_of(r));
  return verdicts;
}

}  // namespace prova
