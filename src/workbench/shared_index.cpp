#include "workbench/shared_index.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <set>
#include <thread>

#include "base/file.h"
#include "workbench/analyzed_file.h"
#include "workbench/isolated_work.h"
#include "workbench/opened_file.h"

namespace prova {
namespace {

using Clock = std::chrono::steady_clock;

std::string worker_name() {
  char host[256] = "";
  if (::gethostname(host, sizeof host - 1) != 0) host[0] = '\0';
  return fmt::format("{}:{}", host, ::getpid());
}

/// Digest of a file that can be read, for the question whether it is known; what cannot be read is said by its analysis.
std::optional<Sha256> digest_of(const std::string& path) {
  const auto bytes = read_file(path, kMaxInputBytes);
  if (!bytes) return std::nullopt;
  return sha256(as_bytes(*bytes));
}

/// Whether another attempt may end otherwise: the child died, ran out of memory or time, or the file could not be read.
bool may_pass(const Error& error) { return error.code == ErrorCode::kLimit || error.code == ErrorCode::kIo; }

class Worker {
 public:
  Worker(LearnQueue& queue, const WorkerOptions& options, const Progress& progress)
      : queue_(queue), options_(options), progress_(progress), name_(worker_name()) {}

  Result<WorkerOutcome> run() {
    for (;;) {
      if (progress_.stop()) {
        outcome_.interrupted = true;
        return outcome_;
      }
      PROVA_TRY(taken, queue_.take(kFilesPerTake, name_));
      if (taken.empty()) {
        if (!options_.wait) return outcome_;
        std::this_thread::sleep_for(std::chrono::seconds(options_.poll_seconds));
        continue;
      }
      PROVA_TRY(work_on(taken));
      PROVA_TRY(tell());
    }
  }

 private:
  Status work_on(const std::vector<TakenFile>& taken) {
    if (taken.front().attempts > kMaxAttempts) return give_up(taken.front());
    std::vector<std::set<Sha256>> known(taken.size());
    for (std::size_t i = 0; i < taken.size(); ++i) {
      const auto digest = digest_of(taken[i].file.path);
      if (!digest) continue;
      PROVA_TRY(knows, queue_.knows(*digest, taken[i].file.given));
      if (knows) known[i].insert(*digest);
    }
    std::vector<FinishedFile> finished(taken.size());
    for (std::size_t i = 0; i < taken.size(); ++i) finished[i].id = taken[i].id;
    const auto work = [&](std::size_t i) { return encode(analyze_file(taken[i].file.path, taken[i].file.given, known[i], 1)); };
    const auto done = [&](std::size_t i, const Result<std::string>& bytes) {
      finished[i] = judge(taken[i], decode_analyzed(taken[i].file.path, bytes));
      return !progress_.stop();
    };
    PROVA_TRY(run_isolated(taken.size(), options_.processes, {}, work, done));
    const WorkerOutcome before = outcome_;
    for (const FinishedFile& file : finished) count(file);
    Status written = queue_.finish(finished);
    if (!written) outcome_ = before;
    return written;
  }

  /// A file that was begun so often without an end has taken its workers along, not only its analysis.
  Status give_up(const TakenFile& taken) {
    std::vector<FinishedFile> file(1);
    file[0].id = taken.id;
    file[0].outcome = FinishedFile::Outcome::kSetAside;
    file[0].reason = fmt::format("its worker died {} times", taken.attempts - 1);
    ++outcome_.set_aside;
    return queue_.finish(file);
  }

  static FinishedFile judge(const TakenFile& taken, AnalyzedFile analyzed) {
    FinishedFile file;
    file.id = taken.id;
    if (analyzed.known) {
      file.outcome = FinishedFile::Outcome::kKnown;
    } else if (analyzed.error && may_pass(*analyzed.error) && taken.attempts < kMaxAttempts) {
      file.outcome = FinishedFile::Outcome::kLater;
    } else if (analyzed.error) {
      file.outcome = FinishedFile::Outcome::kSetAside;
      file.reason = analyzed.error->message;
      if (may_pass(*analyzed.error)) file.reason += fmt::format("; tried {} times", taken.attempts);
    } else {
      file.outcome = FinishedFile::Outcome::kLearned;
      file.samples = std::move(analyzed.samples);
    }
    return file;
  }

  void count(const FinishedFile& file) {
    switch (file.outcome) {
      case FinishedFile::Outcome::kLearned: ++outcome_.learned; break;
      case FinishedFile::Outcome::kKnown: ++outcome_.known; break;
      case FinishedFile::Outcome::kSetAside: ++outcome_.set_aside; break;
      case FinishedFile::Outcome::kLater: ++outcome_.again; break;
    }
    outcome_.samples += file.samples.size();
    for (const StoredSample& sample : file.samples) outcome_.functions += sample.functions.size();
  }

  /// How far the whole queue is, and how long it will take at the rate of all workers since this one began.
  Status tell() {
    if (!progress_.report) return {};
    PROVA_TRY(now, queue_.counts());
    const std::uint64_t done = now.learned + now.known + now.set_aside;
    if (!first_) first_ = std::pair(Clock::now(), done);
    const double seconds = std::chrono::duration<double>(Clock::now() - first_->first).count();
    const double rate = seconds > 0 ? static_cast<double>(done - first_->second) / seconds : 0;
    progress_.at(rate > 0 ? fmt::format("Learning queued files, {:.1f} a second, {:.0f} min left", rate, static_cast<double>(now.waiting) / rate / 60)
                          : std::string("Learning queued files"),
                 done, done + now.waiting);
    return {};
  }

  LearnQueue& queue_;
  WorkerOptions options_;
  const Progress& progress_;
  std::string name_;
  WorkerOutcome outcome_;
  std::optional<std::pair<Clock::time_point, std::uint64_t>> first_;
};

}  // namespace

Result<QueueOutcome> queue_files(std::span<const std::string> named, const LearnOptions& options, const std::string& url) {
  PROVA_TRY(check_learn_options(options));
  PROVA_TRY(queue, open_queue(url));
  Inputs inputs = expand_inputs(named);
  QueueOutcome outcome;
  outcome.failed = std::move(inputs.failed);
  QueuedFile file;
  file.given.family = options.family;
  file.given.actor = options.actor;
  file.given.role = options.role;
  file.given.version = options.version;
  file.given.first_seen = options.first_seen;
  std::vector<QueuedFile> files;
  for (const std::filesystem::path& path : inputs.files) {
    std::error_code reason;
    const auto absolute = std::filesystem::absolute(path, reason);
    file.path = reason ? path.string() : absolute.lexically_normal().string();
    files.push_back(file);
  }
  PROVA_TRY(queued, queue->put(files));
  outcome.queued = queued;
  outcome.waiting_already = files.size() - queued;
  return outcome;
}

Result<WorkerOutcome> work_on_queue(const std::string& url, const WorkerOptions& options, const Progress& progress) {
  PROVA_TRY(queue, open_queue(url));
  return Worker(*queue, options, progress).run();
}

Result<MoveOutcome> move_index(const std::string& url, const MoveOrder& order, const Progress& progress) {
  return move_partitions(url, order, [&](std::string_view stage, std::uint64_t done, std::uint64_t total) {
    progress.at(stage, done, total);
    return !progress.stop();
  });
}

}  // namespace prova
