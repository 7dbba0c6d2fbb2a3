// What the embedded store costs: adding, disk, matching, memory. Prints one line per figure.
//
//   store_bench DIRECTORY [FUNCTIONS=1000000] [SAMPLES_PER_BATCH=10] [LIMIT=100] [SEED=1]

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include "measure.h"
#include "store/open.h"
#include "synthetic_samples.h"

namespace prova {
namespace {

constexpr std::uint32_t kFunctionsPerSample = 1000;
constexpr std::size_t kProbes = 1000;

struct Options {
  std::string directory;
  std::uint64_t functions = 1'000'000;
  std::uint64_t samples_per_batch = 10;
  std::uint64_t limit = 100;
  std::uint64_t seed = 1;
};

Status fill(FingerprintStore& store, const Options& options) {
  SyntheticSamples samples(options.seed);
  double adding = 0;
  double processor = 0;
  double slowest = 0;
  double keys = 0;
  for (std::uint64_t done = 0; done < options.functions;) {
    std::vector<StoredSample> batch;
    for (std::uint64_t i = 0; i < options.samples_per_batch && done < options.functions; ++i, done += kFunctionsPerSample) {
      batch.push_back(samples.next(kFunctionsPerSample));
      for (const StoredFunction& function : batch.back().functions) {
        keys += static_cast<double>(function.fingerprint.own.size() + function.fingerprint.with_callees.size());
      }
    }
    const auto start = std::chrono::steady_clock::now();
    const double before = processor_seconds();
    PROVA_TRY(store.add(batch));
    processor += processor_seconds() - before;
    const double took = seconds_since(start);
    adding += took;
    slowest = std::max(slowest, took);
  }
  PROVA_TRY(info, store.info());
  const auto functions = static_cast<double>(info.functions);
  fmt::print("added        {} functions, {:.1f} keys each, in {:.1f} s ({:.1f} s of processor): {:.0f} functions/s, slowest batch {:.2f} s\n",
             info.functions, keys / functions, adding, processor, functions / adding, slowest);
  fmt::print("on disk      {} bytes in {} segments: {:.1f} bytes per function\n", info.bytes_on_disk, info.segments,
             static_cast<double>(info.bytes_on_disk) / functions);
  fmt::print("memory       {:.0f} MB peak while adding\n", peak_megabytes());
  return {};
}

Status match(const Options& options) {
  auto start = std::chrono::steady_clock::now();
  PROVA_TRY(store, open_store(options.directory, OpenMode::kRead));
  SyntheticSamples source(options.seed);
  for (int i = 0; i < 3; ++i) static_cast<void>(source.next(1));
  std::vector<Probe> probes;
  for (std::size_t i = 0; i < kProbes; ++i) probes.push_back(source.next_probe());
  start = std::chrono::steady_clock::now();
  PROVA_TRY(first, store->candidates(probes, options.limit));
  const double cold = seconds_since(start);
  std::vector<double> times;
  const double before = processor_seconds();
  std::size_t found = 0;
  std::size_t exact = 0;
  for (int run = 0; run < 5; ++run) {
    start = std::chrono::steady_clock::now();
    PROVA_TRY(answers, store->candidates(probes, options.limit));
    times.push_back(seconds_since(start));
    found = exact = 0;
    for (const auto& answer : answers) {
      found += answer.size();
      for (const Candidate& candidate : answer) exact += candidate.exact ? 1 : 0;
    }
  }
  const double processor = (processor_seconds() - before) / 5;
  std::sort(times.begin(), times.end());
  fmt::print("match        {} probes, limit {}: {:.3f} s warm (median of 5; {:.3f} s of processor), {:.3f} s the first time; {} candidates, {} exact\n",
             kProbes, options.limit, times[2], processor, cold, found, exact);
  start = std::chrono::steady_clock::now();
  PROVA_TRY(sample, store->sample(SampleId{1}));
  fmt::print("sample       {} functions read in {:.1f} ms\n", sample.functions.size(), seconds_since(start) * 1000);
  return {};
}

Status run(const Options& options) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  fmt::print("machine      {}\nseed         {}\n", machine(), options.seed);
  {
    PROVA_TRY(store, open_store(options.directory, OpenMode::kWrite));
    PROVA_TRY(info, store->info());
    if (info.functions == 0) PROVA_TRY(fill(*store, options));
  }
  PROVA_TRY(match(options));
  fmt::print("memory       {:.0f} MB peak, mapped pages included\n", peak_megabytes());
  return {};
}

}  // namespace
}  // namespace prova

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: store_bench DIRECTORY [FUNCTIONS] [SAMPLES_PER_BATCH] [LIMIT] [SEED]\n", stderr);
    return 2;
  }
  prova::Options options;
  options.directory = argv[1];
  std::uint64_t* numbers[] = {&options.functions, &options.samples_per_batch, &options.limit, &options.seed};
  for (int i = 2; i < argc && i < 6; ++i) *numbers[i - 2] = std::strtoull(argv[i], nullptr, 10);
  if (const auto done = prova::run(options); !done) {
    fmt::print(stderr, "{}\n", to_string(done.error()));
    return 4;
  }
  return 0;
}
