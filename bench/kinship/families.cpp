#include "families.h"

#include <algorithm>

#include "kinship/match_sample.h"
#include "store/open.h"

namespace prova::bench {
namespace {

constexpr double kNotNamed = -9;

std::string build_of(const CorpusProgram& p) { return p.compiler + '-' + p.level; }

StoredSample with_role(const CorpusProgram& program, SampleRole role) {
  StoredSample sample = program.sample;
  sample.record.role = role;
  return sample;
}

FamilyAnswer judge(const MatchReport& report, const std::string& project) {
  FamilyAnswer answer{project, 0, kNotNamed, kNotNamed};
  std::size_t at_least_as_good = 0;
  for (const FamilyResult& f : report.families) {
    if (f.role == SampleRole::kMalware && f.family == project) answer.true_lr = f.log10_lr;
  }
  for (const FamilyResult& f : report.families) {
    if (f.role != SampleRole::kMalware || f.family == project) continue;
    answer.best_wrong_lr = std::max(answer.best_wrong_lr, f.log10_lr);
    at_least_as_good += f.log10_lr >= answer.true_lr ? 1U : 0U;
  }
  if (answer.true_lr > kNotNamed) answer.rank = at_least_as_good + 1;
  return answer;
}

}  // namespace

Result<std::vector<FamilyAnswer>> match_families(const std::vector<CorpusProgram>& projects,
                                                 const std::vector<CorpusProgram>& strangers,
                                                 const std::vector<CorpusProgram>& goodware, const std::string& known,
                                                 const std::filesystem::path& directory, unsigned threads) {
  std::filesystem::remove_all(directory);
  PROVA_TRY(store, open_store(directory.string(), OpenMode::kWrite));
  std::vector<StoredSample> batch;
  for (const CorpusProgram& p : projects) {
    if (build_of(p) == known) batch.push_back(with_role(p, SampleRole::kMalware));
  }
  for (const CorpusProgram& p : goodware) batch.push_back(with_role(p, SampleRole::kGoodware));
  PROVA_TRY(store->add(batch));
  std::vector<FamilyAnswer> answers;
  const auto ask = [&](const CorpusProgram& p, const std::string& project) -> Status {
    AnalyzedSample sample;
    sample.stored = p.sample;
    MatchOptions options;
    options.threads = threads;
    PROVA_TRY(report, match_analyzed(sample, *store, options));
    answers.push_back(judge(report, project));
    return {};
  };
  for (const CorpusProgram& p : projects) {
    if (build_of(p) == known) continue;
    PROVA_TRY(ask(p, p.project));
  }
  for (const CorpusProgram& p : strangers) {
    PROVA_TRY(ask(p, ""));
  }
  return answers;
}

}  // namespace prova::bench
