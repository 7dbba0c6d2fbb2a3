#pragma once
// Work on hostile files in processes of their own: a file that kills its process takes nothing else along.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"

namespace prova {

/// What one piece of work may take. Beyond it the process is ended and the piece fails with kLimit.
struct IsolationLimits {
  /// Half of the memory that the index is made for (24 GiB). This cap is ours.
  std::uint64_t memory_bytes = 12ULL << 30;
  /// A file that takes longer than half an hour holds up the collection. This cap is ours.
  unsigned seconds = 1'800;
  /// A result may not be larger than this: what it holds was read from a hostile file.
  std::uint64_t result_bytes = 2ULL << 30;
};

/// Calls `work(i)` for every i below `count` in up to `processes` child processes and hands the results to `done(i, result)`
/// in this process, ascending by i, until it returns false. A child that crashes, runs out of memory or
/// time fails its piece of work (kLimit: which, and how it ended), and another child goes on with the next.
/// Results that are waiting for their turn are held: at most four per process.
/// `work` runs in a copy of this process: what it changes is not seen here. Children hold no open file of this process
/// (so no lock either), ignore Ctrl-C, and end with it.
/// REQUIRES: no other thread of this process holds a lock that `work` takes. Errors: kIo (no process, no pipe).
[[nodiscard]] Status run_isolated(std::size_t count, unsigned processes, const IsolationLimits& limits,
                                  const std::function<std::string(std::size_t)>& work,
                                  const std::function<bool(std::size_t, Result<std::string>)>& done);

}  // namespace prova
