// kinship_evaluate CORPUS.tsv UNRELATED.tsv [THREADS]
//
// Prints, as Markdown, recall of the shipped engine on projects that trained nothing: Recall@1 and MRR@10 per pair of
// builds, with 95 % intervals, from own features, with callees' features, with the call graph, with order too; then the
// cost of the shipped likelihood ratios on the projects of set "test".
//
// Protocol: named functions of at least 5 blocks whose name occurs once per build; pool = all such functions of the
// other build; names hidden from the engine; pessimistic ties (a rival of equal score ranks before the truth).

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <list>
#include <map>

#include "held_out.h"
#include "model.h"

namespace prova::bench {
namespace {

constexpr std::uint32_t kLeastBlocks = 5;


/// Functions by name: of at least kLeastBlocks blocks, and only names that occur once.
std::map<std::string, std::uint32_t> eligible(const StoredSample& sample) {
  std::map<std::string, int> times;
  for (const StoredFunction& f : sample.functions) ++times[f.name];
  std::map<std::string, std::uint32_t> functions;
  for (std::uint32_t i = 0; i < sample.functions.size(); ++i) {
    const StoredFunction& f = sample.functions[i];
    if (!f.name.empty() && times[f.name] == 1 && f.kind == FunctionKind::kFunction && f.fingerprint.blocks >= kLeastBlocks) {
      functions.emplace(f.name, i);
    }
  }
  return functions;
}

struct Recall {
  std::size_t queries = 0, pool = 0, first = 0;
  double reciprocal = 0;

  void add(std::size_t rank) {
    ++queries;
    first += rank == 1 ? 1U : 0U;
    if (rank >= 1 && rank <= 10) reciprocal += 1.0 / static_cast<double>(rank);
  }
  [[nodiscard]] double r1() const { return queries == 0 ? 0 : static_cast<double>(first) / static_cast<double>(queries); }
  /// Half width of the Wilson interval would hide its asymmetry: both ends.
  [[nodiscard]] std::pair<double, double> interval() const {
    const double n = static_cast<double>(queries), p = r1(), z = 1.96, z2 = z * z;
    if (queries == 0) return {0, 0};
    const double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
    const double half = z * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
    return {centre - half, centre + half};
  }
};

using Scores = std::vector<std::pair<std::uint32_t, double>>;

/// Rank of `truth` among the eligible, 0 when it has no score above 0.
std::size_t rank_of(std::uint32_t truth, const Scores& scores, const std::vector<char>& in_pool) {
  double own = 0;
  for (const auto& [function, score] : scores) {
    if (function == truth) own = score;
  }
  if (own <= 0) return 0;
  std::size_t rank = 1;
  for (const auto& [function, score] : scores) rank += function != truth && in_pool[function] != 0 && score >= own ? 1U : 0U;
  return rank;
}

std::array<Recall, 4> recall(const StoredSample& query, const StoredSample& pool) {
  const FeatureWeights& weights = FeatureWeights::shipped();
  const PreparedProgram left = prepare(query), right = prepare(pool);
  const DirectScorer scorer(left.vectors, right.vectors, weights);
  PropagationOptions calls;
  calls.order = 0;
  const PairTable by_calls = rank_pairs(left, right, weights, calls);
  const PairTable by_order = rank_pairs(left, right, weights);
  const auto queries = eligible(query), targets = eligible(pool);
  std::vector<char> in_pool(pool.functions.size(), 0);
  for (const auto& [name, index] : targets) in_pool[index] = 1;
  std::array<Recall, 4> results{};
  for (const auto& [name, index] : queries) {
    const auto target = targets.find(name);
    if (target == targets.end()) continue;
    Scores own, callees, graph, order;
    for (const DirectScore& s : scorer.candidates(index, pool.functions.size())) {
      own.emplace_back(s.right, s.own);
      callees.emplace_back(s.right, s.total());
    }
    for (const PairScore& p : by_calls[index]) graph.emplace_back(p.direct.right, p.total);
    for (const PairScore& p : by_order[index]) order.emplace_back(p.direct.right, p.total);
    const Scores* all[] = {&own, &callees, &graph, &order};
    for (std::size_t m = 0; m < 4; ++m) results[m].add(rank_of(target->second, *all[m], in_pool));
  }
  for (Recall& r : results) r.pool = targets.size();
  return results;
}

void print_row(const std::string& label, const std::array<Recall, 4>& results) {
  fmt::print("| {} | {}/{} ", label, results[0].queries, results[0].pool);
  for (const Recall& r : results) {
    const auto [low, high] = r.interval();
    fmt::print("| {:.3f} ({:.3f}–{:.3f}) / {:.3f} ", r.r1(), low, high,
               r.queries == 0 ? 0 : r.reciprocal / static_cast<double>(r.queries));
  }
  fmt::print("|\n");
}

struct BuildPair {
  const char* query;
  const char* pool;
};
constexpr BuildPair kPairs[] = {
    {"gcc-12-O0", "gcc-12-O2"},     {"clang-14-O0", "clang-14-O3"}, {"gcc-12-O0", "clang-14-O3"},
    {"gcc-12-O2", "clang-14-O2"},   {"gcc-12-O2", "gcc-12-Os"},     {"gcc-12-O1", "gcc-12-O2"},
    {"gcc-12-O2", "gcc-12-O3"},     {"clang-19-O0", "gcc-12-O2"},   {"gcc-12-O2", "clang-19-O2"},
    {"clang-19-O0", "clang-19-O2"}, {"x86_64-w64-mingw32-gcc-O2", "gcc-12-O2"},
    {"i686-w64-mingw32-gcc-O2", "gcc-12-O2"}, {"aarch64-linux-gnu-gcc-O2", "gcc-12-O2"},
    {"aarch64-linux-gnu-gcc-O2", "aarch64-linux-gnu-gcc-O0"}, {"arm-linux-gnueabihf-gcc-O2", "gcc-12-O2"}};

/// All builds COMPILER-LEVEL of a set as one program; names carry the project, so that none collide.
StoredSample pooled(const std::vector<CorpusProgram>& programs, const std::string& build) {
  StoredSample all;
  for (const CorpusProgram& p : programs) {
    if (p.compiler + '-' + p.level != build) continue;
    StoredSample one = p.sample;
    for (StoredFunction& f : one.functions) {
      if (!f.name.empty()) f.name = p.project + ':' + f.name;
    }
    all = joined(all, one);
  }
  return all;
}

void recall_table(const std::string& title, const std::vector<CorpusProgram>& programs) {
  fmt::print("\n### {}\n\n| query → pool | queries/pool | own features R1 (95 %) / MRR | + callees' features | + call graph "
             "| + order |\n|---|---|---|---|---|---|\n", title);
  for (const BuildPair& pair : kPairs) {
    const StoredSample query = pooled(programs, pair.query), pool = pooled(programs, pair.pool);
    if (query.functions.empty() || pool.functions.empty()) continue;
    print_row(fmt::format("{} → {}", pair.query, pair.pool), recall(query, pool));
  }
}

void cost_table(const std::vector<CorpusProgram>& programs, const std::vector<CorpusProgram>& unrelated,
                const std::vector<CorpusProgram>& goodware, unsigned threads) {
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
}

Status run(const std::string& corpus, const std::string& list, unsigned threads) {
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
  recall_table("Lua", of_set(entries, "dev", "lua"));
  recall_table("zlib", of_set(entries, "dev", "zlib"));
  const auto test = of_set(entries, "test", "");
  recall_table("All projects of set test in one pool", test);
  auto unrelated = of_set(others, "test", ""), goodware = of_set(others, "goodware", "");
  cost_table(test, unrelated, goodware, threads);
  return {};
}

}  // namespace
}  // namespace prova::bench

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: kinship_evaluate CORPUS.tsv UNRELATED.tsv [THREADS]\n");
    return 2;
  }
  const auto done = prova::bench::run(argv[1], argv[2], argc > 3 ? static_cast<unsigned>(std::stoul(argv[3])) : 2);
  if (!done) fmt::print(stderr, "{}\n", prova::to_string(done.error()));
  return done ? 0 : 4;
}
