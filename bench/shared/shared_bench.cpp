// The shared index beside the embedded one: same answers, times, bytes per function, many clients at once. One line per figure.
//
//   shared_bench DIRECTORY [SECONDS=60] [THREADS=2]
//
// SECONDS is how long clients with machines of their own ask one server at once; the other ways take a sixth of it, over two shards all take a
// fifth.
// DIRECTORY holds what bench/store/scale_bench leaves: an index and the programs that are the queries. Starts its own servers, whose data stay in
// DIRECTORY/servers: a second run need not fill them again.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "clients.h"
#include "contender.h"
#include "kinship/candidates.h"
#include "kinship/learn.h"
#include "kinship/match_sample.h"
#include "measure.h"
#include "shared_indexes.h"
#include "store/open.h"
#include "store/postgres/connection.h"
#include "workbench/opened_file.h"

namespace prova {
namespace {

using Clock = std::chrono::steady_clock;

/// Functions that are copied in one batch; as `prova learn`.
constexpr std::uint64_t kFunctionsPerBatch = 250'000;
/// Functions fetched per probe; as kCandidates of kinship/candidates.cpp.
constexpr std::size_t kLimit = 200;
constexpr int kRuns = 3;
constexpr int kClients = 20;
/// Of the processors' time, while clients ask as analysts do: above it any queue grows long, whatever is served.
constexpr double kLoad = 0.6;

/// All samples of one store into another, in their order.
Status copy_index(const FingerprintStore& from, const Contender& to) {
  PROVA_TRY(samples, from.samples());
  PROVA_TRY(store, open_store(to.url, OpenMode::kWrite));
  std::vector<StoredSample> batch;
  std::uint64_t waiting = 0, functions = 0;
  double writing = 0;
  const auto flush = [&]() -> Status {
    const auto start = Clock::now();
    PROVA_TRY(store->add(batch));
    writing += seconds_since(start);
    batch.clear();
    waiting = 0;
    return {};
  };
  for (const auto& [id, record] : samples) {
    PROVA_TRY(sample, from.sample(id));
    waiting += sample.functions.size();
    functions += sample.functions.size();
    batch.push_back(std::move(sample));
    if (waiting >= kFunctionsPerBatch) PROVA_TRY(flush());
  }
  PROVA_TRY(flush());
  fmt::print("added        {}: {} functions in {:.1f} s: {:.0f} functions/s\n", to.name, functions, writing, static_cast<double>(functions) / writing);
  return {};
}

/// Tables, indexes and TOAST of the schema, on all servers.
Status print_bytes(const Contender& one) {
  std::int64_t bytes = 0, packed = 0;
  for (const PostgresServer* server : one.servers) {
    PROVA_TRY(connection, PostgresConnection::open(server->url()));
    PROVA_TRY(columns, connection->run("SELECT ((SELECT coalesce(sum(bytes), 0) FROM prova.runs) + (SELECT coalesce(sum(block_bytes), 0) FROM prova.samples))::bigint"));
    packed += columns.number(0, 0);
    PROVA_TRY(rows, connection->run("SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c JOIN pg_namespace n ON "
                                    "n.oid = c.relnamespace WHERE n.nspname = 'prova' AND c.relkind = 'r'"));
    bytes += rows.number(0, 0);
  }
  PROVA_TRY(store, open_store(one.url, OpenMode::kRead));
  PROVA_TRY(info, store->info());
  fmt::print("on disk      {}: {:.0f} bytes per function ({:.0f} of packed columns), {} runs\n", one.name,
             static_cast<double>(bytes) / static_cast<double>(info.functions),
             static_cast<double>(packed) / static_cast<double>(info.functions), info.segments);
  return {};
}

Result<std::vector<AnalyzedSample>> read_queries(const std::string& file) {
  std::vector<AnalyzedSample> queries;
  std::ifstream names(file);
  for (std::string name; std::getline(names, name);) {
    PROVA_TRY(opened, open_file(name));
    SampleRecord record;
    record.sha256 = opened.sha256;
    record.name = name;
    PROVA_TRY(sample, analyze_image(opened.loaded.images.front(), record, 1, true));
    queries.push_back(std::move(sample));
  }
  return queries;
}

std::vector<Probe> probes_of(const AnalyzedSample& query) {
  std::vector<Probe> probes;
  for (const StoredFunction& f : query.stored.functions) {
    if (f.kind == FunctionKind::kFunction) probes.push_back(make_probe(f.fingerprint, FeatureWeights::shipped()));
  }
  return probes;
}

/// Every candidate of every function of every query, and the samples that they lie in.
Status compare_answers(const FingerprintStore& right, const Contender& other, const std::vector<AnalyzedSample>& queries) {
  // The copy has no gaps where samples were replaced; the order is the same.
  PROVA_TRY(listed, right.samples());
  const auto copied = [&](SampleId id) {
    const auto at = std::lower_bound(listed.begin(), listed.end(), id, [](const auto& one, SampleId wanted) { return one.first < wanted; });
    return SampleId{static_cast<std::uint32_t>(at - listed.begin()) + 1};
  };
  PROVA_TRY(store, open_store(other.url, OpenMode::kRead));
  std::uint64_t probes = 0, candidates = 0, samples = 0, different = 0;
  for (const AnalyzedSample& query : queries) {
    const auto asked = probes_of(query);
    PROVA_TRY(expected, right.candidates(asked, kLimit));
    PROVA_TRY(found, store->candidates(asked, kLimit));
    probes += asked.size();
    for (std::size_t i = 0; i < asked.size(); ++i) {
      candidates += expected[i].size();
      for (Candidate& one : expected[i]) one.function.sample = copied(one.function.sample);
      different += expected[i] == found[i] ? 0 : 1;
    }
    if (expected.empty() || expected.front().empty()) continue;
    const SampleId id = expected.front().front().function.sample;
    PROVA_TRY(one, right.sample(listed[raw(id) - 1].first));
    PROVA_TRY(same, store->sample(id));
    ++samples;
    different += one == same ? 0 : 1;
  }
  fmt::print("same answers {}: {} probes, {} candidates, {} samples: {} differ\n", other.name, probes, candidates, samples, different);
  return {};
}

/// Latencies and processor time of look-ups and matches.
class Samples {
 public:
  /// Runs work() and notes what it took.
  template <typename Work>
  Status measure(const Contender& one, const Work& work) {
    const auto before = ProcessorTime::now(one);
    const auto start = Clock::now();
    PROVA_TRY(work());
    seconds_.push_back(seconds_since(start));
    const auto spent = ProcessorTime::now(one).since(before);
    client_ += spent.client;
    server_ += spent.server;
    return {};
  }
  [[nodiscard]] std::string line() const {
    const double n = static_cast<double>(seconds_.size());
    return fmt::format("{} (processor: client {:.3f} s, server {:.3f} s)", p50_and_p99(seconds_), client_ / n, server_ / n);
  }

 private:
  std::vector<double> seconds_;
  double client_ = 0, server_ = 0;
};

Status measure_matches(const Contender& one, const std::vector<AnalyzedSample>& queries, unsigned threads) {
  MatchOptions options;
  options.threads = threads;
  PROVA_TRY(store, open_store(one.url, OpenMode::kRead));
  Samples lookups, matches;
  for (const AnalyzedSample& query : queries) {
    const auto probes = probes_of(query);
    PROVA_TRY(warm_up, match_analyzed(query, *store, options));
    for (int run = 0; run < kRuns; ++run) {
      PROVA_TRY(lookups.measure(one, [&]() -> Status {
        PROVA_TRY(answers, store->candidates(probes, kLimit));
        return {};
      }));
      PROVA_TRY(matches.measure(one, [&]() -> Status {
        PROVA_TRY(report, match_analyzed(query, *store, options));
        return {};
      }));
    }
  }
  fmt::print("look-up      {}: {}\nmatch        {}: {}\n", one.name, lookups.line(), one.name, matches.line());
  return {};
}

/// Copies the embedded index unless an earlier run did.
Status fill(const FingerprintStore& embedded, SharedIndexes& indexes, const Contender& one) {
  PROVA_TRY(wanted, embedded.info());
  {
    PROVA_TRY(store, open_store(one.url, OpenMode::kRead));
    PROVA_TRY(info, store->info());
    if (info.functions == wanted.functions && info.samples == wanted.samples) return {};
  }
  indexes.empty(one.name);
  PROVA_TRY(copy_index(embedded, one));
  for (PostgresServer* server : one.servers) {
    PROVA_TRY(connection, PostgresConnection::open(server->url()));
    PROVA_TRY(connection->execute("VACUUM ANALYZE"));
    PROVA_TRY(connection->execute("CHECKPOINT"));  // The next start has nothing to redo.
  }
  return {};
}

Status measure_clients(const Contender& one, const std::vector<AnalyzedSample>& queries, double seconds) {
  PROVA_TRY(single, measure_single(one, queries, kRuns));
  PROVA_TRY(measure_own_machines(one, queries, kClients, seconds));
  PROVA_TRY(measure_open_loop(one, queries, single, kClients, kLoad, seconds / 6));
  return measure_closed_loop(one, queries, single, kClients, seconds / 6);
}

Status run(const std::string& directory, double seconds, unsigned threads) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  fmt::print("machine      {}\n", machine());
  // What is written is on disk, as with the embedded index.
  SharedIndexes* indexes = SharedIndexes::get({"fsync=on", "shared_buffers=256MB", "max_wal_size=2GB"}, directory + "/servers");
  if (indexes == nullptr) return fail(ErrorCode::kNotFound, "no PostgreSQL server can be started here");
  const Contender embedded{"embedded", directory + "/index", {}};
  std::vector<Contender> shared;
  for (const char* kind : {"postgres", "two_shards"}) shared.push_back({kind, indexes->url(kind, "anna"), indexes->servers(kind)});
  PROVA_TRY(right, open_store(embedded.url, OpenMode::kRead));
  PROVA_TRY(info, right->info());
  fmt::print("embedded     {} functions, {} samples, {} segments, {:.0f} bytes per function\n", info.functions, info.samples, info.segments,
             static_cast<double>(info.bytes_on_disk) / static_cast<double>(info.functions));
  PROVA_TRY(queries, read_queries(directory + "/queries.txt"));
  for (const Contender& one : shared) {
    PROVA_TRY(fill(*right, *indexes, one));
    PROVA_TRY(print_bytes(one));
    PROVA_TRY(compare_answers(*right, one, queries));
  }
  PROVA_TRY(measure_matches(embedded, queries, threads));
  for (const Contender& one : shared) PROVA_TRY(measure_matches(one, queries, threads));
  PROVA_TRY(measure_clients(shared[0], queries, seconds));
  return measure_clients(shared[1], queries, seconds / 5);
}

}  // namespace
}  // namespace prova

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: shared_bench DIRECTORY [SECONDS] [THREADS]\n", stderr);
    return 2;
  }
  const double seconds = argc > 2 ? std::strtod(argv[2], nullptr) : 60;
  const unsigned threads = argc > 3 ? static_cast<unsigned>(std::strtoul(argv[3], nullptr, 10)) : 2;
  if (const auto done = prova::run(argv[1], seconds, threads); !done) {
    fmt::print(stderr, "{}\n", to_string(done.error()));
    return 4;
  }
  return 0;
}
