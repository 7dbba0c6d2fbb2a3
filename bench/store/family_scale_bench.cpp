// An index that is mostly families of malware (simulated: family_samples.h): how long a program takes to match, what of it is
// compared, and whether the family that it belongs to is found. One line per figure.
//
//   family_scale_bench REAL_INDEX CORPUS DIRECTORY [FUNCTIONS=1000000] [SWARM=12000] [THREADS=2] [QUERIES=24] [ORACLES=8] [MALWARE_MB CLAIMED_MB]
//
// REAL_INDEX is what scale_bench left (DIRECTORY/index there): its programs become families, its archives the libraries that they
// link. CORPUS is what bench/kinship/build_corpus wrote: its projects are the families that are asked for, known by gcc 12 at O2 and
// asked for with other compilers and levels, at most 200 of their functions within a program of 1,000. Fills DIRECTORY/index unless
// it is there. SWARM samples of one small family are added, as of malware that everybody has. Every query is matched with the
// shipped budget, ORACLES of them without any.

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <set>

#include "../kinship/corpus_programs.h"
#include "family_samples.h"
#include "kinship/match_sample.h"
#include "measure.h"
#include "store/open.h"

namespace prova {
namespace {

namespace fs = std::filesystem;
using bench::CorpusProgram;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kCrowd = 320, kLibraries = 12, kLibrariesPerFamily = 2;
constexpr std::size_t kLeastFunctions = 60, kMostFunctions = 400;
constexpr std::size_t kLeastLibrary = 250, kMostLibrary = 3'000;
constexpr double kKnownOwn = 300, kAskedOwn = 200, kSwarmOwn = 40;
constexpr std::size_t kQueryFunctions = 1'000;
constexpr std::uint64_t kFunctionsPerBatch = 250'000;
constexpr std::string_view kSwarmProject = "mawk", kKnownCompiler = "gcc-12", kKnownLevel = "O2";

struct Options {
  std::string real, corpus;
  fs::path directory;
  std::uint64_t functions = 1'000'000, swarm = 12'000;
  unsigned threads = 2;
  std::size_t queries = 24, oracles = 8;
  ComparisonBudget budget;
  [[nodiscard]] std::string index() const { return (directory / "index").string(); }
};

/// Whether the record is an original: copies that scale_bench made are families with a number behind the name.
bool is_original(const SampleRecord& record) {
  const std::size_t space = record.family.rfind(' ');
  return record.arch == Arch::kX64 && record.format == Format::kElf &&
         (space == std::string::npos || record.family.find_first_not_of("0123456789", space + 1) != std::string::npos);
}

/// Archives of a size that programs link: their members joined.
Result<std::vector<StoredSample>> take_libraries(const FingerprintStore& store, const SampleList& known) {
  std::map<std::string, std::vector<SampleId>> archives;
  for (const auto& [id, record] : known) {
    if (is_original(record) && !record.member.empty()) archives[record.name + to_hex(record.sha256)].push_back(id);
  }
  std::vector<StoredSample> libraries;
  std::set<std::string> names;
  for (const auto& [key, members] : archives) {
    StoredSample whole;
    for (const SampleId id : members) {
      PROVA_TRY(member, store.sample(id));
      if (whole.functions.size() > kMostLibrary) break;
      whole = whole.functions.empty() ? std::move(member) : linked(std::move(whole), member);
    }
    const bool fits = whole.functions.size() >= kLeastLibrary && whole.functions.size() <= kMostLibrary;
    if (!fits || whole.functions.size() < 3 * members.size() || !names.insert(whole.record.name).second) continue;
    whole.record.family = whole.record.name;
    libraries.push_back(std::move(whole));
    if (libraries.size() == kLibraries) break;
  }
  if (libraries.size() < kLibraries) return fail(ErrorCode::kNotFound, "too few archives in the real index");
  return libraries;
}

StoredSample about(const StoredSample& sample, double functions) {
  return bench::subset(sample, bench::choose_by_name(sample, functions / static_cast<double>(sample.functions.size()), 7));
}

bool is_known_build(const CorpusProgram& p) { return p.compiler == kKnownCompiler && p.level == kKnownLevel; }

/// Programs of the distribution, and among them, evenly, the projects that are asked for.
Status take_families(const FingerprintStore& store, const SampleList& known, const std::vector<CorpusProgram>& corpus,
                     const Options& options, SimulatedIndex& index) {
  std::vector<SimulatedFamily> asked;
  for (const CorpusProgram& p : corpus) {
    if (is_known_build(p)) asked.push_back({p.project, about(p.sample, kKnownOwn), {}, 0, true});
  }
  std::set<std::string> names;
  std::size_t next = 0, crowd = 0;
  for (const auto& [id, record] : known) {
    if (crowd == kCrowd) break;
    if (!is_original(record) || !record.member.empty() || names.contains(record.name)) continue;
    PROVA_TRY(sample, store.sample(id));
    if (sample.functions.size() < kLeastFunctions || sample.functions.size() > kMostFunctions) continue;
    names.insert(record.name);
    index.families.push_back({"crowd " + record.name, std::move(sample), {}, 0, true});
    if (++crowd % (kCrowd / asked.size()) == 0 && next < asked.size()) index.families.push_back(std::move(asked[next++]));
  }
  for (SimulatedFamily& family : index.families) {
    for (std::uint64_t i = 0; i < kLibrariesPerFamily; ++i) family.libraries.push_back(hash64(family.name, i) % kLibraries);
    std::sort(family.libraries.begin(), family.libraries.end());
    family.libraries.erase(std::unique(family.libraries.begin(), family.libraries.end()), family.libraries.end());
  }
  for (const CorpusProgram& p : corpus) {
    if (options.swarm == 0 || !is_known_build(p) || p.project != kSwarmProject) continue;
    std::erase_if(index.families, [](const SimulatedFamily& f) { return f.name == kSwarmProject; });
    index.families.insert(index.families.begin(), {p.project, about(p.sample, kSwarmOwn), {}, options.swarm, false});
  }
  return {};
}

Result<SimulatedIndex> simulate(const std::vector<CorpusProgram>& corpus, const Options& options) {
  PROVA_TRY(store, open_store(options.real, OpenMode::kRead));
  PROVA_TRY(known, store->samples());
  SimulatedIndex index;
  PROVA_TRY(libraries, take_libraries(*store, known));
  index.libraries = std::move(libraries);
  PROVA_TRY(take_families(*store, known, corpus, options, index));
  share_out(index, options.functions);
  return index;
}

Status fill(FingerprintStore& store, const SimulatedIndex& index) {
  std::vector<StoredSample> batch;
  std::uint64_t waiting = 0;
  const auto add = [&](StoredSample sample) -> Status {
    waiting += sample.functions.size();
    batch.push_back(std::move(sample));
    if (waiting < kFunctionsPerBatch) return {};
    PROVA_TRY(store.add(batch));
    batch.clear();
    waiting = 0;
    return {};
  };
  PROVA_TRY(add_samples(index, add));
  return batch.empty() ? Status{} : store.add(batch);
}

struct Query {
  std::string family;
  AnalyzedSample sample;
};

/// Another build of each family asked for, filled up with other builds of libraries that the families link.
std::vector<Query> make_queries(const std::vector<CorpusProgram>& corpus, const SimulatedIndex& index) {
  std::vector<Query> queries;
  for (const CorpusProgram& p : corpus) {
    const bool native = p.compiler.starts_with("gcc-") || p.compiler.starts_with("clang-");
    const auto family = std::find_if(index.families.begin(), index.families.end(),
                                     [&](const SimulatedFamily& f) { return f.name == p.project; });
    if (!native || is_known_build(p) || family == index.families.end()) continue;
    const std::uint64_t seed = hash64(p.path);
    std::mt19937_64 random(seed);
    StoredSample whole = about(p.sample, family->linked ? kAskedOwn : kSwarmOwn);
    for (std::uint64_t i = 0; whole.functions.size() < kQueryFunctions && i < 2 * kLibraries; ++i) {
      const StoredSample& library = index.libraries[(seed + i) % kLibraries];
      whole = linked(std::move(whole), next_version(linked_part(library, kQueryFunctions / 5, seed + i), random));
    }
    whole.record.role = SampleRole::kMalware;
    Query query{p.project, {}};
    query.sample.stored = std::move(whole);
    queries.push_back(std::move(query));
  }
  return queries;
}

/// All queries for the family that everybody has, and `count` of the others.
std::vector<Query> evenly(std::vector<Query> all, std::size_t count) {
  std::vector<Query> some;
  const auto others = std::stable_partition(all.begin(), all.end(), [](const Query& query) { return query.family == kSwarmProject; });
  std::move(all.begin(), others, std::back_inserter(some));
  all.erase(all.begin(), others);
  for (std::size_t i = 0; i < count && i < all.size(); ++i) some.push_back(std::move(all[i * all.size() / std::min(count, all.size())]));
  return some;
}

/// Place of the true family among the malware families, 1 is first; 0: not named. Ties count against it.
struct Place {
  std::size_t rank = 0;
  double true_lr = -9, best_wrong_lr = -9;
};

Place place_of(const MatchReport& report, const std::string& family) {
  Place place;
  for (const FamilyResult& f : report.families) {
    if (f.role == SampleRole::kMalware && f.family == family) place.true_lr = f.log10_lr;
  }
  std::size_t before = 0;
  for (const FamilyResult& f : report.families) {
    if (f.role != SampleRole::kMalware || f.family == family) continue;
    place.best_wrong_lr = std::max(place.best_wrong_lr, f.log10_lr);
    before += f.log10_lr >= place.true_lr ? 1U : 0U;
  }
  if (place.true_lr > -9) place.rank = before + 1;
  return place;
}

struct Compared {
  std::size_t samples = 0, families = 0;
  double megabytes = 0;
};

Result<Compared> compared(const AnalyzedSample& query, const FingerprintStore& store, const ComparisonBudget& budget) {
  PROVA_TRY(known, store.records());
  PROVA_TRY(chosen, choose_samples(query.stored, store, *known, FeatureWeights::shipped(), 1, budget));
  std::set<std::string_view> families;
  Compared sum;
  for (const auto& [id, record] : *known) {
    if (record.role != SampleRole::kMalware || !std::binary_search(chosen.ids.begin(), chosen.ids.end(), id)) continue;
    ++sum.samples;
    families.insert(record.family);
    sum.megabytes += static_cast<double>(record.code_bytes) / (1 << 20);
  }
  sum.families = families.size();
  return sum;
}

struct Figures {
  std::vector<double> seconds, processor, choosing, samples, families, megabytes;
  std::size_t queries = 0, first = 0, named = 0, strong = 0, wrong_strong = 0;
  double true_lr = 0;

  void add(const Place& place) {
    ++queries;
    first += place.rank == 1 ? 1 : 0;
    named += place.rank > 0 ? 1 : 0;
    strong += place.true_lr > 2 ? 1 : 0;
    wrong_strong += place.best_wrong_lr > 2 ? 1 : 0;
    true_lr += std::max(0.0, place.true_lr);
  }
  void print(std::string_view what) const {
    if (queries == 0) return;
    fmt::print("{:<12} match {}; processor {}, of which choosing {}\n", what, p50_and_p99(seconds), p50_and_p99(processor),
               p50_and_p99(choosing));
    fmt::print("             malware compared, p50 · most: {:.0f} · {:.0f} samples of {:.0f} · {:.0f} families, {:.2f} · {:.2f} MB\n",
               percentile(samples, .5), percentile(samples, 1), percentile(families, .5), percentile(families, 1),
               percentile(megabytes, .5), percentile(megabytes, 1));
    fmt::print("             true family named {}, first {}, LR > 100 {} of {}; mean log10 LR {:.3f}; a wrong one at LR > 100 in {}\n", named,
               first, strong, queries, true_lr / static_cast<double>(queries), wrong_strong);
  }
};

Status measure(const Query& query, const FingerprintStore& store, const MatchOptions& options, Figures& figures) {
  const auto start = Clock::now();
  const double before = processor_seconds();
  PROVA_TRY(report, match_analyzed(query.sample, store, options));
  figures.seconds.push_back(seconds_since(start));
  figures.processor.push_back(processor_seconds() - before);
  const Place place = place_of(report, query.family);
  figures.add(place);
  const double looking = processor_seconds();
  PROVA_TRY(sum, compared(query.sample, store, options.budget));
  figures.choosing.push_back(processor_seconds() - looking);
  figures.samples.push_back(static_cast<double>(sum.samples));
  figures.families.push_back(static_cast<double>(sum.families));
  figures.megabytes.push_back(sum.megabytes);
  if (place.rank != 1) {
    fmt::print("  {} ({}): rank {}, log10 LR {:.2f}, best other {:.2f}\n", query.family, query.sample.stored.record.name, place.rank,
               place.true_lr, place.best_wrong_lr);
  }
  return {};
}

Status run(const Options& options) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  fmt::print("machine      {}\n", machine());
  PROVA_TRY(entries, bench::read_corpus(options.corpus));
  std::vector<CorpusProgram> corpus = bench::load_programs(entries, options.threads);
  for (CorpusProgram& p : corpus) bench::refingerprint(p, FeatureWeights::shipped());
  PROVA_TRY(index, simulate(corpus, options));
  fs::create_directories(options.directory);
  {
    PROVA_TRY(store, open_store(options.index(), OpenMode::kWrite));
    PROVA_TRY(info, store->info());
    if (info.functions == 0) PROVA_TRY(fill(*store, index));
  }
  PROVA_TRY(store, open_store(options.index(), OpenMode::kRead));
  PROVA_TRY(info, store->info());
  fmt::print("index        {} functions, {} samples, {} families and libraries; largest {} samples\n", info.functions, info.samples,
             info.families, index.families.front().samples);
  const std::vector<Query> queries = evenly(make_queries(corpus, index), options.queries);
  MatchOptions shipped, unlimited;
  shipped.budget = options.budget;
  shipped.threads = unlimited.threads = options.threads;
  constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
  unlimited.budget = {kAll, kAll, kAll, kAll, kAll};
  Figures with, sample, without, swarm;  // The swarm apart: it asks another question.
  for (const Query& query : queries) PROVA_TRY(measure(query, *store, shipped, query.family == kSwarmProject ? swarm : with));
  with.print("budget");
  swarm.print("the swarm");
  for (std::size_t i = 0; i < options.oracles && i < queries.size(); ++i) {
    const Query& query = queries[i * queries.size() / std::min(options.oracles, queries.size())];
    PROVA_TRY(measure(query, *store, shipped, sample));
    PROVA_TRY(measure(query, *store, unlimited, without));
  }
  sample.print("the same few");
  without.print("no budget");
  return {};
}

}  // namespace
}  // namespace prova

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("usage: family_scale_bench REAL_INDEX CORPUS DIRECTORY [FUNCTIONS] [SWARM] [THREADS] [QUERIES] [ORACLES] [MALWARE_MB CLAIMED_MB]\n", stderr);
    return 2;
  }
  prova::Options options;
  options.real = argv[1];
  options.corpus = argv[2];
  options.directory = argv[3];
  if (argc > 4) options.functions = std::strtoull(argv[4], nullptr, 10);
  if (argc > 5) options.swarm = std::strtoull(argv[5], nullptr, 10);
  if (argc > 6) options.threads = static_cast<unsigned>(std::strtoul(argv[6], nullptr, 10));
  if (argc > 7) options.queries = std::strtoull(argv[7], nullptr, 10);
  if (argc > 8) options.oracles = std::strtoull(argv[8], nullptr, 10);
  if (argc > 10) {
    options.budget.malware_code = std::strtoull(argv[9], nullptr, 10) << 20;
    options.budget.claimed_code = std::strtoull(argv[10], nullptr, 10) << 20;
  }
  if (const auto done = prova::run(options); !done) {
    fmt::print(stderr, "{}\n", to_string(done.error()));
    return 4;
  }
  return 0;
}
