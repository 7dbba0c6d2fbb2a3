// kinship_evaluate CORPUS.tsv UNRELATED.tsv [THREADS [IMAGES]]
//
// Prints, as Markdown, recall of the shipped engine on projects that trained nothing: Recall@1 and MRR@10 per pair of
// builds, with 95 % intervals, from own features, with callees' features, with the call graph, with order too (the protocol
// is in recall.h); what can be decided when counterparts are missing; partial reuse; families; then the cost of the shipped
// likelihood ratios on the projects of set "test", and, into the folder IMAGES, pictures of them.

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <list>
#include <map>

#include "base/file.h"
#include "deciding.h"
#include "families.h"
#include "held_out.h"
#include "model.h"
#include "plots.h"
#include "recall.h"

namespace prova::bench {
namespace {

void print_row(const std::string& label, const std::array<Recall, kStages>& results) {
  fmt::print("| {} | {}/{} ", label, results[0].queries, results[0].pool);
  for (const Recall& r : results) {
    const auto [low, high] = wilson_interval(r.first, r.queries);
    fmt::print("| {:.3f} ({:.3f}–{:.3f}) / {:.3f} ", r.r1(), low, high, r.mrr());
  }
  fmt::print("|\n");
}

constexpr const char* kStageHeader =
    "own features R1 (95 %) / MRR | + callees' features | + call graph | + order |\n|---|---|---|---|---|---|\n";

void recall_table(const std::string& title, const std::vector<CorpusProgram>& programs) {
  fmt::print("\n### {}\n\n| query → pool | queries/pool | {}", title, kStageHeader);
  for (const BuildPair& pair : kPairs) {
    const StoredSample query = pooled(programs, pair.query), pool = pooled(programs, pair.pool);
    if (query.functions.empty() || pool.functions.empty()) continue;
    print_row(fmt::format("{} → {}", pair.query, pair.pool), recall(query, pool));
  }
}

/// One part of a program inside a foreign host, against another build of the whole.
void partial_table(const std::vector<CorpusProgram>& programs, const StoredSample& host) {
  fmt::print("\n### Part of Lua in a foreign program\n\n| share of Lua gcc-12-O0 → gcc-12-O2 | queries/pool | {}",
             kStageHeader);
  const StoredSample whole = pooled(programs, "gcc-12-O0"), pool = pooled(programs, "gcc-12-O2");
  for (const double share : {1.0, 0.5, 0.3, 0.1}) {
    print_row(fmt::format("{:.0f} %", 100 * share), recall(joined(host, subset(whole, choose_by_name(whole, share, 1))), pool));
  }
}

void deciding_table(const std::vector<std::pair<std::string, const std::vector<CorpusProgram>*>>& sets) {
  fmt::print("\n### Deciding: half of the queries have no counterpart\n\n| query → pool | counterparts | found | found and above the "
             "99th percentile of wrong partners, with the call graph | with order too |\n|---|---|---|---|---|\n");
  const auto share = [](std::size_t n, std::size_t of) { return of == 0 ? 0 : static_cast<double>(n) / static_cast<double>(of); };
  double sum = 0, sum_order = 0;
  std::size_t rows = 0;
  for (const auto& [name, programs] : sets) {
    for (const BuildPair& pair : kPairs) {
      const StoredSample query = pooled(*programs, pair.query), pool = pooled(*programs, pair.pool);
      if (query.functions.empty() || pool.functions.empty()) continue;
      const Deciding calls = summarise(decide_with_absent(query, pool, false));
      const Deciding order = summarise(decide_with_absent(query, pool, true));
      const auto [low, high] = wilson_interval(calls.decided, calls.present);
      fmt::print("| {} {} → {} | {} | {:.3f} | {:.3f} ({:.3f}–{:.3f}) | {:.3f} |\n", name, pair.query, pair.pool, calls.present,
                 share(calls.found, calls.present), share(calls.decided, calls.present), low, high,
                 share(order.decided, order.present));
      sum += share(calls.decided, calls.present);
      sum_order += share(order.decided, order.present);
      ++rows;
    }
  }
  fmt::print("| mean | | | {:.3f} | {:.3f} |\n", sum / static_cast<double>(rows), sum_order / static_cast<double>(rows));
}

Status family_table(const std::vector<CorpusProgram>& projects, const std::vector<CorpusProgram>& strangers,
                    const std::vector<CorpusProgram>& goodware, unsigned threads) {
  PROVA_TRY(answers, match_families(projects, strangers, goodware, "gcc-12-O2",
                                    std::filesystem::temp_directory_path() / "prova-families", threads));
  std::size_t known = 0, first = 0, strong = 0, wrong = 0, asked_wrong = 0, foreign = 0, foreign_wrong = 0;
  for (const FamilyAnswer& a : answers) {
    if (a.project.empty()) {
      ++foreign;
      foreign_wrong += a.best_wrong_lr > 2 ? 1U : 0U;
      continue;
    }
    ++known;
    first += a.rank == 1 ? 1U : 0U;
    strong += a.true_lr > 2 ? 1U : 0U;
    ++asked_wrong;
    wrong += a.best_wrong_lr > 2 ? 1U : 0U;
  }
  const auto [low, high] = wilson_interval(first, known);
  fmt::print("\n### Families\n\nLearned: the build gcc-12-O2 of each project of sets dev and test. Asked: every other build, and "
             "programs of other projects.\n\n| asked | programs | true family first (95 %) | true family at LR > 100 | a wrong family at LR > 100 |\n"
             "|---|---|---|---|---|\n| other builds | {} | {:.3f} ({:.3f}–{:.3f}) | {:.3f} | {} of {} |\n| strangers | {} | | | {} |\n",
             known, static_cast<double>(first) / static_cast<double>(known), low, high,
             static_cast<double>(strong) / static_cast<double>(known), wrong, asked_wrong, foreign, foreign_wrong);
  return {};
}

Status cost_table(const std::vector<CorpusProgram>& programs, const std::vector<CorpusProgram>& unrelated,
                  const std::vector<CorpusProgram>& goodware, unsigned threads, const std::filesystem::path& images) {
  HeldOutPrograms held;
  for (const CorpusProgram& p : programs) held.related.push_back(p.sample);
  for (const CorpusProgram& p : unrelated) held.unrelated.push_back(p.sample);
  for (const CorpusProgram& p : goodware) held.goodware.push_back(p.sample);
  std::list<HeldOut> parts;
  parts.push_back(compare_held_out(std::move(held), FeatureWeights::shipped(), true, threads));
  const auto outcomes = program_outcomes(parts.front(), shipped_model());
  const auto functions = function_scores(parts, shipped_model());
  const auto families = family_scores(outcomes, shipped_model());
  const auto line = [](const char* what, const std::vector<Scored>& scores) {
    std::size_t same = 0, different = 0, wrong = 0, lost = 0;
    for (const Scored& s : scores) {
      (s.same ? same : different) += 1;
      wrong += !s.same && s.z > 2 ? 1U : 0U;
      lost += s.same && s.z < 0 ? 1U : 0U;
    }
    fmt::print("| {} | {} | {} | {:.3f} | {} ({:.2f} %) | {} ({:.1f} %) |\n", what, same, different, cllr(scores), wrong,
               100.0 * static_cast<double>(wrong) / static_cast<double>(std::max<std::size_t>(1, different)), lost,
               100.0 * static_cast<double>(lost) / static_cast<double>(std::max<std::size_t>(1, same)));
  };
  fmt::print("\n### Cost of the likelihood ratios\n\n{} distinct pairs of unrelated projects\n\n"
             "| level | same origin | unrelated | Cllr | unrelated at LR > 100 | same origin at LR < 1 |\n"
             "|---|---|---|---|---|---|\n", distinct_pairs(parts));
  line("function", functions);
  line("family", families);
  for (const double share : {1.0, 0.5, 0.25, 0.1}) {
    std::vector<Scored> part;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      if (!outcomes[i].same || outcomes[i].share == share) part.push_back(families[i]);
    }
    line(fmt::format("family, {:.0f} % of the related program in a foreign host", 100 * share).c_str(), part);
  }
  if (images.empty()) return {};
  const std::vector<PlottedLevel> levels = {{"functions", functions}, {"families", families}};
  PROVA_TRY(write_file_atomically(images / "kinship-tippett.svg", tippett_plot(levels)));
  return write_file_atomically(images / "kinship-calibration.svg", calibration_plot(levels));
}

Status run(const std::string& corpus, const std::string& list, unsigned threads, const std::filesystem::path& images) {
  PROVA_TRY(entries, read_corpus(corpus));
  PROVA_TRY(others, read_corpus(list));
  const auto of_set = [threads](const std::vector<CorpusEntry>& all, std::string_view set, std::string_view project) {
    std::vector<CorpusEntry> chosen;
    for (const CorpusEntry& e : all) {
      if (e.set == set && (project.empty() || e.project == project)) chosen.push_back(e);
    }
    auto programs = load_programs(chosen, threads);
    for (CorpusProgram& p : programs) refingerprint(p, FeatureWeights::shipped());
    return programs;
  };
  const auto lua = of_set(entries, "dev", "lua"), zlib = of_set(entries, "dev", "zlib"), test = of_set(entries, "test", "");
  recall_table("Lua", lua);
  recall_table("zlib", zlib);
  recall_table("All projects of set test in one pool", test);
  auto unrelated = of_set(others, "test", ""), goodware = of_set(others, "goodware", "");
  if (unrelated.empty()) return fail(ErrorCode::kUsage, "none of the unrelated programs is installed");
  partial_table(lua, unrelated.front().sample);
  deciding_table({{"Lua", &lua}, {"zlib", &zlib}, {"test", &test}});
  std::vector<CorpusProgram> projects = of_set(entries, "dev", "");
  for (const CorpusProgram& p : test) projects.push_back(p);
  PROVA_TRY(family_table(projects, unrelated, goodware, threads));
  return cost_table(test, unrelated, goodware, threads, images);
}

}  // namespace
}  // namespace prova::bench

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: kinship_evaluate CORPUS.tsv UNRELATED.tsv [THREADS [IMAGES]]\n");
    return 2;
  }
  const auto done = prova::bench::run(argv[1], argv[2], argc > 3 ? static_cast<unsigned>(std::stoul(argv[3])) : 2,
                                     argc > 4 ? argv[4] : "");
  if (!done) fmt::print(stderr, "{}\n", prova::to_string(done.error()));
  return done ? 0 : 4;
}
