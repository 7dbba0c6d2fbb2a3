#pragma once
// Long work in processes of its own: a job that crashes, or is killed, takes nothing of the server along.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.h"

namespace prova::web {

/// Jobs that run at once: each may take every core.
constexpr std::size_t kMaxRunningJobs = 2;
/// Finished jobs that are still listed.
constexpr std::size_t kMaxKeptJobs = 100;
/// Longest line that is read from a job, and longest message kept. Unit: bytes.
constexpr std::size_t kMaxJobLine = 16U << 10;
/// Between asking a job to stop and ending it.
constexpr std::chrono::seconds kGraceTime{5};

enum class JobState : std::uint8_t { kRunning, kDone, kFailed, kCancelled };
/// "running", "done", "failed", "cancelled".
[[nodiscard]] std::string_view name_of(JobState state);

/// A job as it is at one moment.
struct JobView {
  std::uint64_t id = 0;
  std::string kind, case_id;
  JobState state = JobState::kRunning;
  std::string step;                    ///< What it is at; untrusted.
  std::uint64_t done = 0, total = 0;   ///< Of the step; total 0: not known.
  std::string error;                   ///< Why it failed; untrusted.
  std::string started, ended;          ///< RFC 3339 UTC.
  std::uint64_t version = 0;           ///< Grows with every change.
};
/// `prova/job/1`
[[nodiscard]] std::string job_document(const JobView& job);
/// `prova/jobs/1`
[[nodiscard]] std::string jobs_document(const std::vector<JobView>& jobs);

/// What is run: this program with other arguments.
struct JobOrder {
  std::string kind, case_id, who, started;
  std::vector<std::string> arguments;  ///< After the program's name.
};

/// Thread safety: all members may be called at once. Destruction ends what is running.
class Jobs {
 public:
  /// `program` is the path of prova itself.
  explicit Jobs(std::string program);
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;
  ~Jobs();

  /// Errors: kUsage (this case has a job already, or too many run); kIo (no process).
  [[nodiscard]] Result<JobView> start(const JobOrder& order);
  [[nodiscard]] std::vector<JobView> list() const;   ///< Ascending by id.
  [[nodiscard]] std::optional<JobView> find(std::uint64_t id) const;
  /// Asks a running job to stop, and ends it after kGraceTime. Nothing when there is no such job.
  std::optional<JobView> cancel(std::uint64_t id);
  /// The job once its version is above `seen`, or as it is after `patience`, or when everything stops.
  [[nodiscard]] std::optional<JobView> wait(std::uint64_t id, std::uint64_t seen, std::chrono::milliseconds patience) const;
  /// Whether `stop` was called.
  [[nodiscard]] bool stopping() const { return stopping_.load(); }
  /// Ends every job and waits for it.
  void stop();

 private:
  struct Job;
  void run(Job& job, int output);
  bool read_some(Job& job, int output);
  void take_line(Job& job, std::string_view line);
  void finish(Job& job, int status);
  void drop_oldest();

  std::string program_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::map<std::uint64_t, std::unique_ptr<Job>> jobs_;
  std::uint64_t next_ = 1;
  std::atomic<bool> stopping_{false};
};

}  // namespace prova::web
