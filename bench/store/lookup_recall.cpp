// What the budget of a look-up costs in recall: how often the true counterpart is among the candidates that the store returns, against
// weighing every function of the index. One line per figure.
//
//   lookup_recall REAL_INDEX CORPUS DIRECTORY [QUERIES=1000]
//
// Makes DIRECTORY/index: REAL_INDEX (what scale_bench left; its segments are linked, not copied) and the builds by gcc 12 at O2 of
// CORPUS (bench/kinship/build_corpus). Asks for functions of the other native builds whose name, of at least five blocks, occurs once
// in both builds. The oracle reads the whole index once and shares no code with the store's look-up.

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <unordered_map>

#include "../kinship/corpus_programs.h"
#include "kinship/candidates.h"
#include "measure.h"
#include "store/open.h"

namespace prova {
namespace {

namespace fs = std::filesystem;
using bench::CorpusProgram;

constexpr std::size_t kLimit = 100;  ///< As kCandidates of kinship/candidates.cpp.
constexpr std::uint32_t kLeastBlocks = 5;

/// A function asked for, and where its counterpart is.
struct Query {
  Probe probe;
  FunctionRef truth;
  std::uint64_t truth_weight = 0;
  bool truth_exact = false;
  std::size_t better = 0;  ///< Functions that come before the truth when all are weighed.

  /// Whether a function comes before the truth, in the order of FingerprintStore::candidates.
  [[nodiscard]] bool is_behind(FunctionRef other, std::uint64_t weight, bool exact) const {
    if (exact != truth_exact) return exact;
    return weight != truth_weight ? weight > truth_weight : other < truth;
  }
};

/// Segments never change, so a second name for them is a copy.
Status link_index(const fs::path& from, const fs::path& to) {
  fs::create_directories(to);
  for (const auto& entry : fs::directory_iterator(from)) {
    const fs::path target = to / entry.path().filename();
    if (entry.path().extension() == ".segment") fs::create_hard_link(entry.path(), target);
    else if (entry.path().filename() == "catalogue.sqlite") fs::copy_file(entry.path(), target);
  }
  PROVA_TRY(store, open_store(to.string(), OpenMode::kWrite));
  return {};
}

bool is_known_build(const CorpusProgram& p) { return p.compiler == "gcc-12" && p.level == "O2"; }
bool is_asked_build(const CorpusProgram& p) {
  return !is_known_build(p) && (p.compiler.starts_with("gcc-") || p.compiler.starts_with("clang-"));
}

/// Functions by source name, those that occur once.
std::map<std::string, std::uint32_t> by_name(const StoredSample& sample) {
  std::map<std::string, std::uint32_t> once;
  std::map<std::string, int> count;
  for (std::uint32_t f = 0; f < sample.functions.size(); ++f) {
    const StoredFunction& function = sample.functions[f];
    if (function.name.empty() || function.fingerprint.blocks < kLeastBlocks) continue;
    if (++count[function.name] == 1) once[function.name] = f;
    else once.erase(function.name);
  }
  return once;
}

std::vector<Query> make_queries(const std::vector<CorpusProgram>& corpus, const SampleList& known, std::size_t wanted) {
  std::vector<Query> all;
  for (const CorpusProgram& truth : corpus) {
    if (!is_known_build(truth)) continue;
    const auto learned = std::find_if(known.begin(), known.end(), [&](const auto& entry) { return entry.second.sha256 == truth.sample.record.sha256; });
    if (learned == known.end()) continue;
    const auto names = by_name(truth.sample);
    for (const CorpusProgram& asked : corpus) {
      if (asked.project != truth.project || !is_asked_build(asked)) continue;
      for (const auto& [name, f] : by_name(asked.sample)) {
        const auto found = names.find(name);
        if (found == names.end()) continue;
        all.push_back({make_probe(asked.sample.functions[f].fingerprint, FeatureWeights::shipped()), {learned->first, found->second}, 0, false, 0});
      }
    }
  }
  std::vector<Query> some;
  for (std::size_t i = 0; i < wanted && i < all.size(); ++i) some.push_back(std::move(all[i * all.size() / std::min(wanted, all.size())]));
  return some;
}

bool is_exact(const Probe& probe, const Fingerprint& print) { return probe.exact != 0 && probe.exact == print.exact; }

/// Weighs every query with one stored function after the other.
class Oracle {
 public:
  explicit Oracle(const std::vector<Query>& queries) : weights_(queries.size()) {
    for (std::uint32_t q = 0; q < queries.size(); ++q) {
      for (const auto& [key, weight] : queries[q].probe.own) own_[key].emplace_back(q, weight);
      for (const auto& [key, weight] : queries[q].probe.with_callees) callees_[key].emplace_back(q, weight);
    }
  }
  /// What each query weighs with the function; those of the others are 0.
  const std::vector<std::uint64_t>& weigh(const Fingerprint& print) {
    std::fill(weights_.begin(), weights_.end(), 0);
    add(own_, print.own);
    add(callees_, print.with_callees);
    return weights_;
  }

 private:
  using Table = std::unordered_map<FeatureKey, std::vector<std::pair<std::uint32_t, std::uint32_t>>>;
  void add(const Table& table, const std::vector<FeatureKey>& keys) {
    for (const FeatureKey key : keys) {
      const auto found = table.find(key);
      if (found == table.end()) continue;
      for (const auto& [query, weight] : found->second) weights_[query] += weight;
    }
  }
  std::vector<std::uint64_t> weights_;
  Table own_, callees_;
};

/// Counts, for every query, the functions of the whole index that come before its truth in the order of the store.
Status scan(const FingerprintStore& store, const SampleList& known, std::vector<Query>& queries) {
  Oracle oracle(queries);
  for (std::size_t q = 0; q < queries.size(); ++q) {
    PROVA_TRY(sample, store.sample(queries[q].truth.sample));
    const Fingerprint& print = sample.functions[queries[q].truth.index].fingerprint;
    queries[q].truth_weight = oracle.weigh(print)[q];
    queries[q].truth_exact = is_exact(queries[q].probe, print);
  }
  for (const auto& [id, record] : known) {
    PROVA_TRY(sample, store.sample(id));
    for (std::uint32_t f = 0; f < sample.functions.size(); ++f) {
      const Fingerprint& print = sample.functions[f].fingerprint;
      const auto& weights = oracle.weigh(print);
      for (std::size_t q = 0; q < queries.size(); ++q) {
        Query& query = queries[q];
        query.better += query.is_behind({id, f}, weights[q], is_exact(query.probe, print)) ? 1 : 0;
      }
    }
  }
  return {};
}

Status compare(const FingerprintStore& store, const std::vector<Query>& queries) {
  std::vector<Probe> probes;
  for (const Query& query : queries) probes.push_back(query.probe);
  const double before = processor_seconds();
  PROVA_TRY(answers, store.candidates(probes, kLimit));
  const double took = processor_seconds() - before;
  std::size_t nothing = 0, whole = 0, budgeted = 0, lost = 0, lost_first = 0, first = 0;
  for (std::size_t q = 0; q < queries.size(); ++q) {
    const bool found = std::any_of(answers[q].begin(), answers[q].end(), [&](const Candidate& c) { return c.function == queries[q].truth; });
    const bool present = queries[q].truth_weight > 0 && queries[q].better < kLimit;
    nothing += queries[q].truth_weight == 0 ? 1 : 0;
    whole += present ? 1 : 0;
    budgeted += found ? 1 : 0;
    lost += present && !found ? 1 : 0;
    first += present && queries[q].better == 0 ? 1 : 0;
    lost_first += present && queries[q].better == 0 && !found ? 1 : 0;
  }
  fmt::print("queries      {}; {} share nothing with their counterpart\n", queries.size(), nothing);
  fmt::print("counterpart among the first {}: {} of all weighed, {} of the look-up ({:.2f} s of processor)\n", kLimit, whole, budgeted, took);
  fmt::print("lost by the budget: {} of {}; of the {} that are first of all: {}\n", lost, whole, first, lost_first);
  return {};
}

Status run(const fs::path& real, const fs::path& list, const fs::path& directory, std::size_t wanted) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  PROVA_TRY(entries, bench::read_corpus(list));
  std::erase_if(entries, [](const auto& e) { return e.compiler.starts_with("x86_64-w64") || e.compiler.starts_with("i686") || e.compiler.starts_with("a"); });
  std::vector<CorpusProgram> corpus = bench::load_programs(entries, 2);
  for (CorpusProgram& p : corpus) bench::refingerprint(p, FeatureWeights::shipped());
  const fs::path index = directory / "index";
  if (!fs::exists(index)) {
    PROVA_TRY(link_index(real, index));
    PROVA_TRY(store, open_store(index.string(), OpenMode::kWrite));
    std::vector<StoredSample> batch;
    for (const CorpusProgram& p : corpus) {
      if (is_known_build(p)) batch.push_back(p.sample);
    }
    PROVA_TRY(store->add(batch));
  }
  PROVA_TRY(store, open_store(index.string(), OpenMode::kRead));
  PROVA_TRY(known, store->samples());
  PROVA_TRY(info, store->info());
  fmt::print("machine      {}\nindex        {} functions, {} samples\n", machine(), info.functions, info.samples);
  std::vector<Query> queries = make_queries(corpus, known, wanted);
  PROVA_TRY(scan(*store, known, queries));
  return compare(*store, queries);
}

}  // namespace
}  // namespace prova

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("usage: lookup_recall REAL_INDEX CORPUS DIRECTORY [QUERIES]\n", stderr);
    return 2;
  }
  if (const auto done = prova::run(argv[1], argv[2], argv[3], argc > 4 ? std::strtoull(argv[4], nullptr, 10) : 1000); !done) {
    fmt::print(stderr, "{}\n", to_string(done.error()));
    return 4;
  }
  return 0;
}
