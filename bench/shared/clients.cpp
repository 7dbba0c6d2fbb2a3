#include "clients.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <random>
#include <thread>

#include "kinship/match_sample.h"
#include "measure.h"
#include "recorded.h"
#include "store/open.h"

namespace prova {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

/// Measuring a single client takes no longer: some fifty matches.
constexpr double kSecondsAlone = 60;

unsigned processors() { return std::max(1U, std::thread::hardware_concurrency()); }

Status match_once(const AnalyzedSample& query, const FingerprintStore& store) {
  PROVA_TRY(report, match_analyzed(query, store, {}));
  return report.functions.empty() ? fail(ErrorCode::kStore, "a match without functions") : Status{};
}

/// Times and errors of all clients.
class Outcomes {
 public:
  void add(double seconds, const Status& status) {
    const std::lock_guard guard(mutex_);
    times_.push_back(seconds);
    if (!status) errors_.push_back(to_string(status.error()));
  }
  [[nodiscard]] const std::vector<double>& times() const { return times_; }
  [[nodiscard]] std::string errors() const {
    return fmt::format("{} errors{}", errors_.size(), errors_.empty() ? "" : fmt::format(" ({})", errors_.front()));
  }

 private:
  std::mutex mutex_;
  std::vector<double> times_;
  std::vector<std::string> errors_;
};

/// Each client is a program of its own as far as the server can tell: its own store, its own connections, opened and warm before it
/// says so. `work(number, store)` is what it does once all are.
Status with_clients(const Contender& one, std::span<const AnalyzedSample> queries, int clients,
                    const std::function<void(std::size_t, const FingerprintStore&)>& work) {
  std::vector<std::unique_ptr<FingerprintStore>> stores;
  for (int i = 0; i < clients; ++i) {
    PROVA_TRY(store, open_store(one.url, OpenMode::kRead));
    PROVA_TRY(match_once(queries[static_cast<std::size_t>(i) % queries.size()], *store));
    stores.push_back(std::move(store));
  }
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < stores.size(); ++i) threads.emplace_back([&, i] { work(i, *stores[i]); });
  return {};
}

/// What one of `count` matches took of the processors, for a line of the output.
std::string per_match(const ProcessorTime& spent, std::size_t count) {
  const double n = static_cast<double>(count);
  return fmt::format("processor per match: client {:.3f} s, server {:.3f} s", spent.client / n, spent.server / n);
}

/// What each query asks a server whose caches, and the client's, are warm.
Result<std::vector<RecordedMatch>> record(const Contender& one, std::span<const AnalyzedSample> queries) {
  PROVA_TRY(store, open_store(one.url, OpenMode::kRead));
  std::vector<RecordedMatch> matches;
  for (const AnalyzedSample& query : queries) {
    PROVA_TRY(match_once(query, *store));
    StatementRecorder recorder;
    PROVA_TRY(match_once(query, *store));
    matches.push_back(recorder.stop());
  }
  return matches;
}

}  // namespace

Result<SingleClient> measure_single(const Contender& one, std::span<const AnalyzedSample> queries, int runs) {
  PROVA_TRY(store, open_store(one.url, OpenMode::kRead));
  PROVA_TRY(match_once(queries.front(), *store));
  std::vector<double> times;
  const auto before = ProcessorTime::now(one);
  for (int run = 0; run < runs; ++run) {
    for (const AnalyzedSample& query : queries) {
      const auto start = Clock::now();
      PROVA_TRY(match_once(query, *store));
      times.push_back(seconds_since(start));
    }
  }
  const auto spent = ProcessorTime::now(one).since(before);
  fmt::print("one client   {}: {}; {}\n", one.name, p50_and_p99(times), per_match(spent, times.size()));
  const double n = static_cast<double>(times.size());
  return SingleClient{percentile(times, 0.5), {spent.client / n, spent.server / n}};
}

Status measure_closed_loop(const Contender& one, std::span<const AnalyzedSample> queries, const SingleClient& single, int clients,
                           double seconds) {
  Outcomes outcomes;
  const auto before = ProcessorTime::now(one);
  ProcessorTime begun = before;
  std::once_flag first;
  PROVA_TRY(with_clients(one, queries, clients, [&](std::size_t number, const FingerprintStore& store) {
    std::call_once(first, [&] { begun = ProcessorTime::now(one); });
    const auto end = Clock::now() + Seconds(seconds);
    for (std::size_t q = number; Clock::now() < end; ++q) {
      const auto start = Clock::now();
      const Status status = match_once(queries[q % queries.size()], store);
      outcomes.add(seconds_since(start), status);
    }
  }));
  const auto spent = ProcessorTime::now(one).since(begun);
  const double n = static_cast<double>(outcomes.times().size());
  const double floor = clients * (spent.client + spent.server) / n / processors(), p99 = percentile(outcomes.times(), 0.99);
  fmt::print("closed loop  {}: {} at once for {:.0f} s: {:.0f} matches, {}, {}; {}; floor {} * processor / {} = {:.3f} s; p99 is {:.1f} * the single "
             "client's median, {:.2f} * the floor\n", one.name, clients, seconds, n, outcomes.errors(), p50_and_p99(outcomes.times()),
             per_match(spent, outcomes.times().size()), clients, processors(), floor, p99 / single.median, p99 / floor);
  return {};
}

Status measure_own_machines(const Contender& one, std::span<const AnalyzedSample> queries, int clients, double seconds) {
  PROVA_TRY(matches, record(one, queries));
  std::vector<RecordedClient> connected;
  for (int i = 0; i < clients; ++i) {
    PROVA_TRY(client, RecordedClient::connect(one.url));
    PROVA_TRY(client.replay(matches[static_cast<std::size_t>(i) % matches.size()]));
    connected.push_back(std::move(client));
  }
  Outcomes alone, together;
  const auto ask = [&](std::size_t number, double how_long, Outcomes& outcomes) {
    const auto end = Clock::now() + Seconds(how_long);
    for (std::size_t q = number; Clock::now() < end; ++q) {
      const auto start = Clock::now();
      const Status status = connected[number].replay(matches[q % matches.size()]);
      outcomes.add(seconds_since(start), status);
    }
  };
  ask(0, std::min(seconds, kSecondsAlone), alone);
  const auto before = ProcessorTime::now(one);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < connected.size(); ++i) threads.emplace_back(ask, i, seconds, std::ref(together));
  }
  const auto spent = ProcessorTime::now(one).since(before);
  const double p99 = percentile(together.times(), 0.99), median = percentile(alone.times(), 0.5);
  fmt::print("own machines {}: computing of the clients played by sleeping; one {}; {} at once for {:.0f} s: {} matches, {}, {}; {}; p99 is {:.1f} * the single "
             "client's median\n", one.name, p50_and_p99(alone.times()), clients, seconds, together.times().size(), together.errors(),
             p50_and_p99(together.times()), per_match(spent, together.times().size()), p99 / median);
  return {};
}

Status measure_open_loop(const Contender& one, std::span<const AnalyzedSample> queries, const SingleClient& single, int clients, double load,
                         double seconds) {
  const double rate = load * processors() / (single.processor.client + single.processor.server);
  std::mt19937_64 random(20220715);
  std::exponential_distribution<double> gap(rate);
  std::vector<double> arrivals;
  for (double at = gap(random); at < seconds; at += gap(random)) arrivals.push_back(at);
  if (arrivals.empty()) return fail(ErrorCode::kUsage, "too short for one match");
  Outcomes outcomes;
  std::atomic<std::size_t> next = 0;
  ProcessorTime begun;
  Clock::time_point start;
  std::once_flag first;
  PROVA_TRY(with_clients(one, queries, clients, [&](std::size_t, const FingerprintStore& store) {
    std::call_once(first, [&] { begun = ProcessorTime::now(one), start = Clock::now(); });
    for (std::size_t i = next++; i < arrivals.size(); i = next++) {
      const auto arrival = start + std::chrono::duration_cast<Clock::duration>(Seconds(arrivals[i]));
      std::this_thread::sleep_until(arrival);
      const Status status = match_once(queries[i % queries.size()], store);
      outcomes.add(seconds_since(arrival), status);
    }
  }));
  const auto spent = ProcessorTime::now(one).since(begun);
  fmt::print("open loop    {}: {:.2f} matches/s ({:.0f} % of the processors) to {} clients for {:.0f} s: {} matches, {}, {}; {}; p99 is {:.1f} * the "
             "single client's median\n", one.name, rate, load * 100, clients, seconds, outcomes.times().size(), outcomes.errors(),
             p50_and_p99(outcomes.times()), per_match(spent, outcomes.times().size()), percentile(outcomes.times(), 0.99) / single.median);
  return {};
}

}  // namespace prova
