#pragma once
// A shared index and its queue: the use cases behind `prova index init|grant|queue|worker` and `prova learn --queue`.

#include <span>
#include <string>
#include <vector>

#include "store/open.h"
#include "store/learn_queue.h"
#include "store/shards.h"
#include "workbench/inputs.h"
#include "workbench/learn.h"
#include "workbench/progress.h"

namespace prova {

/// Files that a worker takes at once: their samples are one transaction and one run of the index.
constexpr std::size_t kFilesPerTake = 64;

struct QueueOutcome {
  std::uint64_t queued = 0, waiting_already = 0;
  std::vector<FailedInput> failed;  ///< Named things that are not there.
};

/// Queues every file among `named` and below its directories, by its absolute path, to be learned under the names of `options`.
/// Errors: kUsage (options, no shared index); those of the store.
[[nodiscard]] Result<QueueOutcome> queue_files(std::span<const std::string> named, const LearnOptions& options, const std::string& url);

struct WorkerOptions {
  unsigned processes = 1;      ///< Files that are analysed at the same time.
  bool wait = false;           ///< Goes on waiting when the queue is empty.
  unsigned poll_seconds = 2;   ///< How often it then looks.
};

struct WorkerOutcome {
  std::uint64_t learned = 0, known = 0, set_aside = 0, again = 0;  ///< Files. `again`: went back to the queue.
  std::uint64_t samples = 0, functions = 0;
  bool interrupted = false;
};

/// Takes files from the queue until none waits (or, with `wait`, until it is told to stop), analyses each in a process of its own and
/// adds what they became. A file that cannot be analysed is set aside with the reason; one whose analysis dies is tried kMaxAttempts
/// times. May be killed at any moment, and run any number of times on any number of hosts.
/// Errors: those of the store; what was taken then goes back to the queue.
[[nodiscard]] Result<WorkerOutcome> work_on_queue(const std::string& url, const WorkerOptions& options, const Progress& progress = {});

/// move_partitions with progress; interrupted by it between two steps.
[[nodiscard]] Result<MoveOutcome> move_index(const std::string& url, const MoveOrder& order, const Progress& progress = {});

}  // namespace prova
