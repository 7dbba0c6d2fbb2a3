// kinship_train CORPUS.tsv UNRELATED.tsv SOURCE_DIR [THREADS]
//
// Learns feature weights from the builds of set "train", calibrates likelihood ratios on the same projects with weights
// that did not see them (four folds by project) and on programs of set "calibration", and writes
//   SOURCE_DIR/src/fingerprint/weights/scheme-N.bin
//   SOURCE_DIR/src/kinship/likelihood_table.h
//   SOURCE_DIR/src/kinship/common_code_table.h
// The table of common code takes effect in the calibration of the next run, after rebuilding: bench/kinship/train runs
// this program twice when it changed.

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <list>
#include <map>
#include <set>

#include "base/file.h"
#include "model.h"
#include "weight_training.h"

namespace prova::bench {
namespace {

constexpr std::size_t kFolds = 4;

std::vector<CorpusEntry> entries_of(const std::vector<CorpusEntry>& all, std::string_view set) {
  std::vector<CorpusEntry> chosen;
  std::copy_if(all.begin(), all.end(), std::back_inserter(chosen), [&](const CorpusEntry& e) { return e.set == set; });
  return chosen;
}

/// Builds of other machines come with the set "train" too; weights and calibration use the native ones and those.
std::map<std::string, std::size_t> folds_of(const std::vector<CorpusProgram>& programs) {
  std::map<std::string, std::size_t> fold;
  for (const CorpusProgram& p : programs) fold.emplace(p.project, 0);
  std::size_t next = 0;
  for (auto& [project, number] : fold) number = next++ % kFolds;
  return fold;
}

std::vector<StoredSample> samples_of(std::vector<CorpusProgram>& programs, const FeatureWeights& weights) {
  std::vector<StoredSample> samples;
  for (CorpusProgram& p : programs) {
    refingerprint(p, weights);
    samples.push_back(p.sample);
  }
  return samples;
}

/// Exact hashes of functions that occur in at least three projects, as a header.
std::string common_code_source(const std::vector<const std::vector<CorpusProgram>*>& sets) {
  constexpr std::size_t kLeastProjects = 3;
  std::map<std::uint64_t, std::set<std::string>> projects;
  for (const auto* set : sets) {
    for (const CorpusProgram& p : *set) {
      for (const FunctionFeatures& f : p.features) {
        if (f.exact_hash != 0) projects[f.exact_hash].insert(p.project);
      }
    }
  }
  std::string hashes;
  std::size_t count = 0;
  for (const auto& [hash, in] : projects) {
    if (in.size() < kLeastProjects) continue;
    hashes += fmt::format("{}{:#018x}", count == 0 ? "" : count % 5 == 0 ? ",\n    " : ", ", hash);
    ++count;
  }
  return fmt::format("#pragma once\n// Written by bench/kinship/train; do not edit. Exact hashes of functions met in at "
                     "least three unrelated projects.\n\n#include <array>\n#include <cstdint>\n\nnamespace prova {{\n\n"
                     "inline constexpr std::array<std::uint64_t, {}> kCommonCode = {{\n    {}}};\n\n}}  // namespace prova\n",
                     count, hashes);
}

Status run(const std::string& corpus, const std::string& list, const std::filesystem::path& source, unsigned threads) {
  PROVA_TRY(entries, read_corpus(corpus));
  PROVA_TRY(others, read_corpus(list));
  std::vector<CorpusProgram> train = load_programs(entries_of(entries, "train"), threads);
  std::vector<CorpusProgram> unrelated = load_programs(entries_of(others, "calibration"), threads);
  std::vector<CorpusProgram> goodware = load_programs(entries_of(others, "goodware"), threads);
  if (train.empty() || unrelated.empty()) return fail(ErrorCode::kUsage, "no builds of set train, or no unrelated programs");

  const TrainedWeights shipped = train_weights(train, std::vector<char>(train.size(), 1));
  PROVA_TRY(write_file_atomically(source / fmt::format("src/fingerprint/weights/scheme-{}.bin", kFingerprintScheme),
                                  shipped.file));
  PROVA_TRY(write_file_atomically(source / "src/kinship/common_code_table.h",
                                  common_code_source({&train, &unrelated, &goodware})));
  fmt::print("weights: {} functions, {} features seen, {} kept, {} bytes\n", shipped.functions, shipped.features,
             shipped.kept, shipped.file.size());
  for (std::uint32_t family = 1; family < 32; ++family) {
    if (shipped.survival[family] > 0) fmt::print("  family {:2}: survival {:.3f}\n", family, shipped.survival[family]);
  }

  // Held-out data, fold by fold. The unrelated programs are in no training set; they are compared among each other once.
  const auto fold_of = folds_of(train);
  std::list<HeldOut> folds;
  for (std::size_t fold = 0; fold < kFolds; ++fold) {
    std::vector<char> use(train.size());
    for (std::size_t i = 0; i < train.size(); ++i) use[i] = fold_of.at(train[i].project) != fold ? 1 : 0;
    const TrainedWeights trained = train_weights(train, use);
    PROVA_TRY(weights, FeatureWeights::parse(as_bytes(trained.file)));
    HeldOutPrograms programs{{}, samples_of(unrelated, weights), samples_of(goodware, weights)};
    for (std::size_t i = 0; i < train.size(); ++i) {
      if (use[i] != 0) continue;
      refingerprint(train[i], weights);
      programs.related.push_back(train[i].sample);
    }
    folds.push_back(compare_held_out(std::move(programs), weights, fold == 0, threads));
    fmt::print("fold {}: {} related, {} unrelated comparisons\n", fold, folds.back().halved.size(),
               folds.back().unrelated.size());
  }

  FittedModel model;
  fit_functions(folds, model);
  fit_decisions(folds, model);
  std::vector<ProgramOutcome> outcomes;
  model.family_curve = {{0, 0}};  // not asked before it is fitted
  for (const HeldOut& fold : folds) {
    const auto more = program_outcomes(fold, model.view());
    outcomes.insert(outcomes.end(), more.begin(), more.end());
  }
  fit_families(outcomes, model);

  const auto functions = function_scores(folds, model.view());
  const std::string provenance = fmt::format(
      "// From {} projects in {} builds and {} programs of the distribution: {} matched function pairs, {} program\n"
      "// comparisons, {} distinct pairs of unrelated projects, which bound every log10 likelihood ratio at {:.2f}.",
      model.related_projects, train.size(), unrelated.size(), functions.size(), outcomes.size(), model.unrelated_pairs,
      std::log10(static_cast<double>(model.unrelated_pairs)));
  PROVA_TRY(write_file_atomically(source / "src/kinship/likelihood_table.h", table_source(model, provenance)));
  fmt::print("{}\n", provenance);
  fmt::print("Cllr on the folds: functions {:.3f}, families {:.3f}\n", cllr(functions),
             cllr(family_scores(outcomes, model.view())));
  return {};
}

}  // namespace
}  // namespace prova::bench

int main(int argc, char** argv) {
  if (argc < 4) {
    fmt::print(stderr, "usage: kinship_train CORPUS.tsv UNRELATED.tsv SOURCE_DIR [THREADS]\n");
    return 2;
  }
  const auto done = prova::bench::run(argv[1], argv[2], argv[3], argc > 4 ? static_cast<unsigned>(std::stoul(argv[4])) : 2);
  if (!done) fmt::print(stderr, "{}\n", prova::to_string(done.error()));
  return done ? 0 : 4;
}
