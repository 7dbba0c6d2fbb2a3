#pragma once
// Files that wait to be learned into a shared index, taken by workers on any number of hosts.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kinship/fingerprint_store.h"

namespace prova {

/// A file by its path, which must mean the same file on every worker's host, and the names that its samples get.
struct QueuedFile {
  std::string path;
  SampleRecord given;  ///< family, actor, role, version, first_seen.
};

/// A file that this worker has taken. Nobody else takes it until the worker is done with it, or dead.
struct TakenFile {
  std::int64_t id = 0;
  std::uint64_t attempts = 0;  ///< Begun so far, this one included.
  QueuedFile file;
};

/// What became of a taken file.
struct FinishedFile {
  enum class Outcome : std::uint8_t {
    kLearned,   ///< Its samples are added.
    kKnown,     ///< The index has it already under the same names.
    kSetAside,  ///< It cannot be analysed; `reason` says why. Nobody takes it again.
    kLater,     ///< It goes back to the queue.
  };
  std::int64_t id = 0;
  Outcome outcome = Outcome::kLater;
  std::string reason;
  std::vector<StoredSample> samples;
};

struct QueueCounts {
  std::uint64_t waiting = 0, learned = 0, known = 0, set_aside = 0;
};

/// Thread safety: none; one object per worker. A worker that is killed at any moment leaves its files in the queue.
class LearnQueue {
 public:
  virtual ~LearnQueue() = default;
  /// Queues files, in one transaction; one that waits already under the same names stays as it is. Returns how many are new.
  [[nodiscard]] virtual Result<std::uint64_t> put(std::span<const QueuedFile> files) = 0;
  /// Takes up to `most` waiting files, fewer when few wait (other workers want some, too), in the order in which they were queued; a file that was
  /// begun before comes alone, for it may be what killed its worker. Empty: nothing waits that nobody else has. REQUIRES: the files taken before are finished.
  [[nodiscard]] virtual Result<std::vector<TakenFile>> take(std::size_t most, const std::string& worker) = 0;
  /// Adds the samples and writes down what became of each file, in one transaction: all of it or, on error or crash, none.
  [[nodiscard]] virtual Status finish(std::span<FinishedFile> files) = 0;
  /// Whether the index holds a file with this digest under the names that are given.
  [[nodiscard]] virtual Result<bool> knows(const Sha256& digest, const SampleRecord& given) = 0;
  [[nodiscard]] virtual Result<QueueCounts> counts() = 0;
  /// Files that were set aside, with the reason: at most `most`, in the order in which they were queued.
  [[nodiscard]] virtual Result<std::vector<std::pair<std::string, std::string>>> set_aside(std::size_t most) = 0;
  /// Puts all files that were set aside back into the queue. Returns how many.
  [[nodiscard]] virtual Result<std::uint64_t> retry() = 0;
};

/// The queue of the shared index at `url`. Errors: those of open_store (kWrite); kUsage (no postgresql:// URL).
[[nodiscard]] Result<std::unique_ptr<LearnQueue>> open_queue(const std::string& url);

/// A file is begun at most so often: what kills its analysis, or its worker, three times is not tried for ever.
constexpr std::uint64_t kMaxAttempts = 3;

}  // namespace prova
