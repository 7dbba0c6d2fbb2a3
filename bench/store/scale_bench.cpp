// The embedded index at its full size: what adding costs, and how long a program takes to match. One line per figure.
//
//   scale_bench DIRECTORY [FUNCTIONS=1000000] [REAL=1000000] [THREADS=2]
//
// Fills DIRECTORY/index with REAL functions of the distribution's own programs and libraries, then with perturbed
// copies of them until there are FUNCTIONS; what is there already stays. Programs of 900 to 1,100 functions that are
// left out on the way are the queries. Nothing is downloaded.

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>

#include "base/file.h"
#include "kinship/candidates.h"
#include "kinship/learn.h"
#include "kinship/match_sample.h"
#include "measure.h"
#include "real_samples.h"
#include "store/exchange/exported_sample.h"
#include "store/exchange/index_export.h"
#include "store/open.h"
#include "store/segments/encoding.h"
#include "workbench/isolated_work.h"
#include "workbench/opened_file.h"

namespace prova {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kQueries = 20;
constexpr std::size_t kLeastQueryFunctions = 900, kMostQueryFunctions = 1'100;
/// Times that each query is matched when warm.
constexpr int kRuns = 3;
/// As `prova learn`.
constexpr std::uint64_t kFunctionsPerBatch = 250'000;
/// Functions fetched per probe; as kCandidates of kinship/candidates.cpp.
constexpr std::size_t kLimit = 200;

struct Options {
  fs::path directory;
  std::uint64_t functions = 1'000'000, real = 1'000'000;
  unsigned threads = 2;
  [[nodiscard]] std::string index() const { return (directory / "index").string(); }
  [[nodiscard]] fs::path queries() const { return directory / "queries.txt"; }
};

/// Collects samples into batches and times the adding.
class Adder {
 public:
  explicit Adder(FingerprintStore& store) : store_(store) {}

  Status add(StoredSample sample) {
    functions_ += sample.functions.size();
    waiting_ += sample.functions.size();
    batch_.push_back(std::move(sample));
    return waiting_ >= kFunctionsPerBatch ? flush() : Status{};
  }
  Status flush() {
    if (batch_.empty()) return {};
    const auto start = Clock::now();
    const double before = processor_seconds();
    PROVA_TRY(store_.add(batch_));
    seconds_.push_back(seconds_since(start));
    processor_ += processor_seconds() - before;
    batch_.clear();
    waiting_ = 0;
    return {};
  }
  void print(const char* what) const {
    if (seconds_.empty()) return;
    double sum = 0;
    for (const double s : seconds_) sum += s;
    fmt::print("added        {} {} functions in {:.1f} s ({:.1f} s of processor): {:.0f} functions/s; batches of {}: {}\n",
               functions_, what, sum, processor_, static_cast<double>(functions_) / sum, kFunctionsPerBatch,
               p50_and_p99(seconds_));
  }
  [[nodiscard]] std::uint64_t functions() const { return functions_; }

 private:
  FingerprintStore& store_;
  std::vector<StoredSample> batch_;
  std::uint64_t waiting_ = 0, functions_ = 0;
  std::vector<double> seconds_;
  double processor_ = 0;
};

bool is_query(const std::vector<StoredSample>& samples) {
  return samples.size() == 1 && samples.front().functions.size() >= kLeastQueryFunctions &&
         samples.front().functions.size() <= kMostQueryFunctions;
}

/// The samples of a file as one text: they come from another process.
std::string packed(const std::vector<StoredSample>& samples) {
  std::string all;
  for (const StoredSample& sample : samples) {
    const auto bytes = encode_sample(sample);
    if (bytes) append_text(all, *bytes);
  }
  return all;
}

std::vector<StoredSample> unpacked(std::string_view all) {
  std::vector<StoredSample> samples;
  for (Cursor in(as_bytes(all)); !in.at_end();) {
    auto sample = decode_sample(as_bytes(in.text()), kMaxExportedSample);
    if (!sample) break;
    samples.push_back(*std::move(sample));
  }
  return samples;
}

/// What was learned, and what was left out for the queries.
struct RealInput {
  std::string digests, queries;
  std::size_t files = 0, left_out = 0, failed = 0;
};

Status take_real(Adder& adder, const RealFile& file, std::vector<StoredSample> samples, RealInput& input) {
  if (samples.empty()) return {};
  if (is_query(samples) && input.left_out < kQueries) {
    ++input.left_out;
    input.queries += file.path.string() + '\n';
    return {};
  }
  ++input.files;
  input.digests += to_hex(samples.front().record.sha256);
  for (StoredSample& sample : samples) PROVA_TRY(adder.add(std::move(sample)));
  return {};
}

Status learn_real(FingerprintStore& store, const Options& options) {
  PROVA_TRY(files, real_files());
  Adder adder(store);
  RealInput input;
  Status added;
  const auto start = Clock::now();
  const auto done = [&](std::size_t i, const Result<std::string>& result) {
    if (!result) {
      ++input.failed;
      fmt::print(stderr, "{}: {}\n", files[i].path.string(), result.error().message);
      return true;
    }
    added = take_real(adder, files[i], unpacked(*result), input);
    return added && adder.functions() < options.real;
  };
  PROVA_TRY(run_isolated(files.size(), options.threads, {}, [&](std::size_t i) { return packed(analyze_real(files[i], 1)); }, done));
  PROVA_TRY(added);
  PROVA_TRY(adder.flush());
  fmt::print("input        {} files ({} failed), SHA-256 of their SHA-256s {}; {:.1f} s with analysis\n", input.files,
             input.failed, to_hex(sha256(as_bytes(input.digests))), seconds_since(start));
  adder.print("real");
  return write_file_atomically(options.queries(), input.queries);
}

Status add_copies(FingerprintStore& store, const Options& options) {
  PROVA_TRY(info, store.info());
  PROVA_TRY(known, store.samples());
  std::set<Sha256> present;
  for (const auto& [id, record] : known) present.insert(record.sha256);
  std::mt19937_64 random(20220715);
  Adder adder(store);
  for (std::uint64_t copy = 1; info.functions + adder.functions() < options.functions; ++copy) {
    for (const auto& [id, record] : known) {
      if (info.functions + adder.functions() >= options.functions) break;
      if (is_copy(record) || present.contains(digest_of_copy(record, copy))) continue;
      PROVA_TRY(original, store.sample(id));
      PROVA_TRY(adder.add(perturbed(original, copy, random)));
    }
  }
  PROVA_TRY(adder.flush());
  adder.print("perturbed");
  return {};
}

/// Tells the system to forget the index's pages, as far as nobody maps them.
void forget_pages(const fs::path& directory) {
  for (const auto& entry : fs::directory_iterator(directory)) {
    const int fd = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) continue;
    static_cast<void>(::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED));
    ::close(fd);
  }
}

Result<std::vector<AnalyzedSample>> analyze_queries(const Options& options) {
  std::vector<AnalyzedSample> queries;
  std::ifstream names(options.queries());
  double processor = 0;
  std::uint64_t functions = 0;
  for (std::string name; std::getline(names, name);) {
    const double before = processor_seconds();
    PROVA_TRY(opened, open_file(name));
    SampleRecord record;
    record.sha256 = opened.sha256;
    record.name = name;
    PROVA_TRY(sample, analyze_image(opened.loaded.images.front(), record, 1, true));
    processor += processor_seconds() - before;
    functions += sample.stored.functions.size();
    queries.push_back(std::move(sample));
  }
  if (queries.empty()) return fail(ErrorCode::kNotFound, "no program of about 1,000 functions was found");
  fmt::print("queries      {} programs, {} functions; reading and fingerprinting {:.3f} s of processor per 1,000\n",
             queries.size(), functions, processor * 1000 / static_cast<double>(functions));
  return queries;
}

Status measure_lookups(const Options& options, const std::vector<AnalyzedSample>& queries) {
  std::vector<double> cold, warm, processor;
  std::size_t found = 0;
  for (const AnalyzedSample& query : queries) {
    std::vector<Probe> probes;
    for (const StoredFunction& f : query.stored.functions) {
      if (f.kind == FunctionKind::kFunction) probes.push_back(make_probe(f.fingerprint, FeatureWeights::shipped()));
    }
    forget_pages(options.index());
    const auto start = Clock::now();
    PROVA_TRY(store, open_store(options.index(), OpenMode::kRead));
    PROVA_TRY(first, store->candidates(probes, kLimit));
    cold.push_back(seconds_since(start));
    for (int run = 0; run < kRuns; ++run) {
      const auto again = Clock::now();
      const double before = processor_seconds();
      PROVA_TRY(answers, store->candidates(probes, kLimit));
      warm.push_back(seconds_since(again));
      processor.push_back(processor_seconds() - before);
      for (const auto& answer : answers) found += answer.size();
    }
  }
  fmt::print("look-up      cold (open, candidates) {}; warm {}; processor, warm {}; {} candidates per query\n",
             p50_and_p99(cold), p50_and_p99(warm), p50_and_p99(processor), found / kRuns / queries.size());
  return {};
}

Status measure_matches(const Options& options, const std::vector<AnalyzedSample>& queries) {
  MatchOptions match_options;
  match_options.threads = options.threads;
  std::vector<double> cold, warm, processor;
  std::uint64_t named = 0, functions = 0;
  for (const AnalyzedSample& query : queries) {
    forget_pages(options.index());
    const auto start = Clock::now();
    PROVA_TRY(store, open_store(options.index(), OpenMode::kRead));
    PROVA_TRY(report, match_analyzed(query, *store, match_options));
    cold.push_back(seconds_since(start));
    for (const FunctionResult& f : report.functions) named += f.role == FunctionRole::kUnknown ? 0 : 1;
    functions += report.functions.size();
    for (int run = 0; run < kRuns; ++run) {
      const auto again = Clock::now();
      const double before = processor_seconds();
      PROVA_TRY(same, match_analyzed(query, *store, match_options));
      warm.push_back(seconds_since(again));
      processor.push_back(processor_seconds() - before);
    }
  }
  fmt::print("match        cold {}; warm {}; processor, warm {}\n", p50_and_p99(cold), p50_and_p99(warm),
             p50_and_p99(processor));
  fmt::print("explained    {} of {} functions\n", named, functions);
  return {};
}

Status run(const Options& options) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  fmt::print("machine      {}\n", machine());
  fs::create_directories(options.directory);
  {
    PROVA_TRY(store, open_store(options.index(), OpenMode::kWrite));
    PROVA_TRY(info, store->info());
    if (info.functions == 0) PROVA_TRY(learn_real(*store, options));
    PROVA_TRY(add_copies(*store, options));
    PROVA_TRY(after, store->info());
    fmt::print("on disk      {} functions, {} samples, {} segments: {:.1f} bytes per function\n", after.functions,
               after.samples, after.segments, static_cast<double>(after.bytes_on_disk) / static_cast<double>(after.functions));
    fmt::print("memory       {:.0f} MB peak while adding\n", peak_megabytes());
  }
  PROVA_TRY(queries, analyze_queries(options));
  PROVA_TRY(measure_lookups(options, queries));
  PROVA_TRY(measure_matches(options, queries));
  fmt::print("memory       {:.0f} MB peak, mapped pages included\n", peak_megabytes());
  return {};
}

}  // namespace
}  // namespace prova

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: scale_bench DIRECTORY [FUNCTIONS] [REAL] [THREADS]\n", stderr);
    return 2;
  }
  prova::Options options;
  options.directory = argv[1];
  if (argc > 2) options.functions = std::strtoull(argv[2], nullptr, 10);
  if (argc > 3) options.real = std::strtoull(argv[3], nullptr, 10);
  if (argc > 4) options.threads = static_cast<unsigned>(std::strtoul(argv[4], nullptr, 10));
  if (const auto done = prova::run(options); !done) {
    fmt::print(stderr, "{}\n", to_string(done.error()));
    return 4;
  }
  return 0;
}
