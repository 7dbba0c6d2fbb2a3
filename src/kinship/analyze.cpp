// The whole kinship run on one screen.

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "kinship/candidates.h"
#include "kinship/common_code.h"
#include "kinship/explain.h"
#include "kinship/families.h"
#include "kinship/library_versions.h"
#include "kinship/likelihood.h"
#include "kinship/match_sample.h"
#include "kinship/pair_programs.h"
#include "kinship/parallel.h"
#include "kinship/reasons.h"
#include "kinship/surroundings.h"
#include "kinship/toolmarks.h"

namespace prova {
namespace {

/// Pairs the query with one learned sample.
std::vector<MatchedFunction> match_with(const PreparedProgram& query, const StoredSample& other) {
  const PreparedProgram prepared = prepare(other);
  std::vector<MatchedFunction> matches;
  for (const AssignedPair& pair : pair_programs(query, prepared)) {
    const std::uint32_t right = pair.score.direct.right;
    const Fingerprint& a = query.vectors.sample->functions[pair.left].fingerprint;
    const Fingerprint& b = other.functions[right].fingerprint;
    matches.push_back({pair.left, right, similarity_of(pair.score.direct),
                       function_log10_lr(evidence_of(pair.score, a, b)), a.exact != 0 && a.exact == b.exact,
                       is_common_code(a.exact) || is_common_code(b.exact)});
  }
  return matches;
}

Result<std::vector<PairedSample>> pair_with_samples(const StoredSample& query, const std::vector<SampleId>& ids,
                                                    const FingerprintStore& store, unsigned threads) {
  const PreparedProgram prepared = prepare(query);
  std::vector<PairedSample> paired(ids.size());
  std::vector<std::optional<Error>> errors(ids.size());
  parallel_for(ids.size(), threads, [&](std::size_t i) {
    auto sample = store.sample(ids[i]);
    if (!sample) {
      errors[i] = sample.error();
      return;
    }
    paired[i].id = ids[i];
    paired[i].sample = *std::move(sample);
    paired[i].matches = match_with(prepared, paired[i].sample);
  });
  for (const auto& error : errors) {
    if (error) return tl::unexpected<Error>(*error);
  }
  return paired;
}

struct Shown {
  const PairedSample* paired = nullptr;
  const MatchedFunction* match = nullptr;
};

bool shown_before(const Shown& a, const Shown& b) {
  if (a.match->log10_lr != b.match->log10_lr) return a.match->log10_lr > b.match->log10_lr;
  if (a.match->similarity != b.match->similarity) return a.match->similarity > b.match->similarity;
  const SampleRecord& x = a.paired->sample.record;
  const SampleRecord& y = b.paired->sample.record;
  return std::tie(x.family, x.sha256, x.member, a.match->right) < std::tie(y.family, y.sha256, y.member, b.match->right);
}

FunctionMatch describe(const AnalyzedSample& sample, const Shown& shown, const MatchOptions& options) {
  const SampleRecord& record = shown.paired->sample.record;
  const StoredFunction& other = shown.paired->sample.functions[shown.match->right];
  const StoredFunction& mine = sample.stored.functions[shown.match->left];
  return {to_hex(record.sha256),     record.name,           record.family,
          record.role,               other.address,         options.names ? other.name : std::string{},
          shown.match->similarity,   shown.match->exact,    shown.match->log10_lr,
          reasons(sample, mine.fingerprint, other.fingerprint)};
}

std::vector<FunctionResult> describe_functions(const AnalyzedSample& sample, const std::vector<PairedSample>& paired,
                                               const std::vector<Verdict>& verdicts, const MatchOptions& options) {
  std::vector<std::vector<Shown>> shown(sample.stored.functions.size());
  for (const PairedSample& p : paired) {
    for (const MatchedFunction& match : p.matches) {
      if (match.similarity >= options.min_similarity) shown[match.left].push_back({&p, &match});
    }
  }
  std::vector<FunctionResult> results;
  for (std::size_t f = 0; f < shown.size(); ++f) {
    const StoredFunction& function = sample.stored.functions[f];
    if (function.kind != FunctionKind::kFunction) continue;
    FunctionResult result{function.address, function.fingerprint.bytes, options.names ? function.name : std::string{},
                          verdicts[f].role, verdicts[f].group, {}};
    std::sort(shown[f].begin(), shown[f].end(), shown_before);
    for (std::size_t i = 0; i < std::min(shown[f].size(), options.top); ++i) {
      result.matches.push_back(describe(sample, shown[f][i], options));
    }
    results.push_back(std::move(result));
  }
  return results;
}

IndexExtent extent_of(const SampleList& known) {
  std::set<std::pair<SampleRole, std::string>> families;
  for (const auto& [id, record] : known) families.insert({record.role, record.family});
  IndexExtent extent;
  for (const auto& [role, family] : families) {
    ++(role == SampleRole::kMalware ? extent.malware_families
       : role == SampleRole::kLibrary ? extent.libraries
                                      : extent.goodware);
  }
  return extent;
}

MatchReport report_head(const AnalyzedSample& sample) {
  const SampleRecord& record = sample.stored.record;
  MatchReport report;
  report.sha256 = to_hex(record.sha256);
  report.name = record.name;
  report.member = record.member;
  report.format = record.format;
  report.arch = record.arch;
  report.bits = record.bits;
  report.size = record.size;
  report.code_bytes = record.code_bytes;
  report.defects = sample.defects;
  report.capped = sample.capped;
  for (const StoredFunction& f : sample.stored.functions) {
    const bool bare = f.fingerprint.own.empty() && f.fingerprint.exact == 0;
    report.too_small += f.kind == FunctionKind::kFunction && bare ? 1U : 0U;
  }
  return report;
}

}  // namespace

Result<MatchReport> match_sample(const BinaryImage& image, const SampleRecord& identity, const FingerprintStore& store,
                                 const MatchOptions& options) {
  // Disassemble, discover, extract, fingerprint.
  PROVA_TRY(sample, analyze_image(image, identity, options.threads, /*with_labels=*/true));
  return match_analyzed(sample, store, options);
}

Result<MatchReport> match_analyzed(const AnalyzedSample& sample, const FingerprintStore& store,
                                   const MatchOptions& options) {
  const StoredSample& query = sample.stored;
  MatchReport report = report_head(sample);

  // Look up: which learned samples share enough to be compared function by function.
  PROVA_TRY(store.note_match(sample.stored.record.sha256));
  PROVA_TRY(known, store.records());
  PROVA_TRY(chosen, choose_samples(query, store, *known, FeatureWeights::shipped(), options.threads, options.budget));
  // From here on no learned sample is added.
  PROVA_TRY(paired, pair_with_samples(query, chosen.ids, store, options.threads));
  // From here on no match is added; what follows only says what the matches mean.
  std::vector<Verdict> verdicts = explain(query, paired);
  explain_by_callers(query, verdicts);
  explain_by_neighbours(query, verdicts);
  report.functions = describe_functions(sample, paired, verdicts, options);
  for (const FunctionResult& f : report.functions) {
    if (f.role == FunctionRole::kLibrary) report.library_bytes += f.size;
    if (f.role == FunctionRole::kGoodware) report.goodware_bytes += f.size;
  }
  report.families = weigh_families(query, paired, verdicts);
  name_library_versions(paired, verdicts, report.families);
  report.known = extent_of(*known);
  report.not_compared = chosen.not_compared;
  report.toolmarks = compare_toolmarks(sample, *known);
  return report;
}

}  // namespace prova
