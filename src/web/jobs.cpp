#include "web/jobs.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "workbench/home.h"
#include "workbench/progress.h"

extern "C" char** environ;

namespace prova::web {
namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;

/// How often a thread looks whether its job was cancelled. Unit: milliseconds.
constexpr int kPollTime = 100;

Json job_fields(const JobView& job) {
  const auto text_or_null = [](const std::string& value) { return value.empty() ? Json(nullptr) : Json(valid_utf8(value)); };
  return Json{{"id", job.id},
              {"kind", job.kind},
              {"case", job.case_id},
              {"state", name_of(job.state)},
              {"step", text_or_null(job.step)},
              {"done", job.done},
              {"total", job.total == 0 ? Json(nullptr) : Json(job.total)},
              {"error", text_or_null(job.error)},
              {"started", text_or_null(job.started)},
              {"ended", text_or_null(job.ended)}};
}

/// The environment of a job: ours, with the name that its custody entries get.
std::vector<std::string> environment_for(const std::string& who) {
  std::vector<std::string> variables;
  for (char** at = environ; *at != nullptr; ++at) {
    if (!std::string_view(*at).starts_with("PROVA_USER=")) variables.emplace_back(*at);
  }
  variables.push_back("PROVA_USER=" + who);
  return variables;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// What posix_spawn needs, freed at the end.
class SpawnPlan {
 public:
  explicit SpawnPlan(int output) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    ::posix_spawnattr_init(&attributes_);
    // A group of its own: Ctrl-C in the terminal is for the server, which then ends its jobs in order.
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    for (const int signal : {SIGINT, SIGTERM, SIGPIPE}) sigaddset(&defaults, signal);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &defaults);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  /// 0, or the reason.
  int spawn(pid_t& pid, const std::string& program, std::vector<std::string> arguments, std::vector<std::string> environment) {
    arguments.insert(arguments.begin(), "prova");
    return ::posix_spawn(&pid, program.c_str(), &actions_, &attributes_, pointers_to(arguments).data(), pointers_to(environment).data());
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

/// Whether the process is over; it stays to be waited for.
bool has_ended(pid_t pid) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == pid;
}

}  // namespace

std::string_view name_of(JobState state) {
  switch (state) {
    case JobState::kRunning: return "running";
    case JobState::kDone: return "done";
    case JobState::kFailed: return "failed";
    case JobState::kCancelled: return "cancelled";
  }
  return "failed";
}

std::string job_document(const JobView& job) {
  Json document{{"schema", "prova/job/1"}};
  document.update(job_fields(job));
  return document.dump() + "\n";
}

std::string jobs_document(const std::vector<JobView>& jobs) {
  Json list = Json::array();
  for (const JobView& job : jobs) list.push_back(job_fields(job));
  return Json{{"schema", "prova/jobs/1"}, {"jobs", std::move(list)}}.dump(2) + "\n";
}

/// One job, its process and the thread that listens to it.
struct Jobs::Job {
  JobView view;
  pid_t pid = -1;
  bool cancelled = false;
  std::string pending;  ///< A line that is not complete yet. Touched by the thread alone.
  std::thread listener;
};

Jobs::Jobs(std::string program) : program_(std::move(program)) {}

Jobs::~Jobs() { stop(); }

Result<JobView> Jobs::start(const JobOrder& order) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return fail(ErrorCode::kUsage, "the server is stopping");
  std::size_t running = 0;
  for (const auto& [id, job] : jobs_) {
    if (job->view.state != JobState::kRunning) continue;
    ++running;
    if (job->view.case_id == order.case_id) return fail(ErrorCode::kUsage, fmt::format("this case has a job already (number {}); wait for it or cancel it", id));
  }
  if (running >= kMaxRunningJobs) return fail(ErrorCode::kUsage, fmt::format("{} jobs are running; wait for one of them", running));
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0) return fail(ErrorCode::kIo, fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  auto job = std::make_unique<Job>();
  SpawnPlan plan(pipe[1]);
  const int reason = plan.spawn(job->pid, program_, order.arguments, environment_for(order.who));
  ::close(pipe[1]);
  if (reason != 0) {
    ::close(pipe[0]);
    return fail(ErrorCode::kIo, fmt::format("cannot start a process: {}", std::strerror(reason)));
  }
  job->view.id = next_++;
  job->view.kind = order.kind;
  job->view.case_id = order.case_id;
  job->view.started = order.started;
  job->view.version = 1;
  drop_oldest();
  Job& kept = *jobs_.emplace(job->view.id, std::move(job)).first->second;
  kept.listener = std::thread([this, &kept, output = pipe[0]] { run(kept, output); });
  return kept.view;
}

/// Reads what the job says until it ends; asks it to stop, and then ends it, when it was cancelled.
void Jobs::run(Job& job, int output) {
  std::optional<Clock::time_point> asked;
  for (bool open = true, over = false; !over;) {
    struct pollfd wanted {open ? output : -1, POLLIN, 0};
    const bool ready = ::poll(&wanted, 1, kPollTime) > 0;
    if (ready) open = read_some(job, output);
    if (!ready || !open) over = has_ended(job.pid);
    const std::lock_guard lock(mutex_);
    if (job.cancelled && !asked) {
      asked = Clock::now();
      ::kill(-job.pid, SIGTERM);
    } else if (asked && Clock::now() - *asked > kGraceTime) {
      ::kill(-job.pid, SIGKILL);
    }
  }
  ::close(output);
  // Its number is still taken (nobody has waited for it yet), so this reaches what it left behind and nothing else.
  ::kill(-job.pid, SIGKILL);
  int status = 0;
  while (::waitpid(job.pid, &status, 0) < 0 && errno == EINTR) {}
  finish(job, status);
}

/// False when nothing more will come.
bool Jobs::read_some(Job& job, int output) {
  char buffer[4096];
  const ssize_t got = ::read(output, buffer, sizeof buffer);
  if (got < 0 && errno == EINTR) return true;
  if (got <= 0) return false;
  job.pending.append(buffer, static_cast<std::size_t>(got));
  for (std::size_t end = job.pending.find('\n'); end != std::string::npos; end = job.pending.find('\n')) {
    take_line(job, std::string_view(job.pending).substr(0, end));
    job.pending.erase(0, end + 1);
  }
  if (job.pending.size() > kMaxJobLine) job.pending.resize(kMaxJobLine);
  return true;
}

void Jobs::take_line(Job& job, std::string_view line) {
  const auto point = read_progress_line(line);
  const std::lock_guard lock(mutex_);
  if (point) {
    job.view.step = point->stage.substr(0, kMaxJobLine);
    job.view.done = point->done;
    job.view.total = point->total;
  } else if (!line.empty()) {
    job.view.error = line.substr(0, kMaxJobLine);
  }
  ++job.view.version;
  changed_.notify_all();
}

void Jobs::finish(Job& job, int status) {
  const std::lock_guard lock(mutex_);
  JobView& view = job.view;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    view.state = JobState::kDone;
    view.error.clear();
  } else if (job.cancelled) {
    view.state = JobState::kCancelled;
    view.error = "cancelled";
  } else {
    view.state = JobState::kFailed;
    if (WIFSIGNALED(status)) view.error = fmt::format("the process was ended by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
    if (view.error.empty()) view.error = fmt::format("the process ended with code {}", WEXITSTATUS(status));
  }
  view.ended = utc_now();
  ++view.version;
  changed_.notify_all();
}

/// REQUIRES: mutex_ is held.
void Jobs::drop_oldest() {
  for (auto at = jobs_.begin(); at != jobs_.end() && jobs_.size() >= kMaxKeptJobs;) {
    const bool over = at->second->view.state != JobState::kRunning;
    if (over) at->second->listener.join();  // It has nothing left to do but return.
    at = over ? jobs_.erase(at) : std::next(at);
  }
}

std::vector<JobView> Jobs::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<JobView> views;
  for (const auto& [id, job] : jobs_) views.push_back(job->view);
  return views;
}

std::optional<JobView> Jobs::find(std::uint64_t id) const {
  const std::lock_guard lock(mutex_);
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? std::nullopt : std::optional(found->second->view);
}

std::optional<JobView> Jobs::cancel(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) return std::nullopt;
  if (found->second->view.state == JobState::kRunning) found->second->cancelled = true;
  return found->second->view;
}

std::optional<JobView> Jobs::wait(std::uint64_t id, std::uint64_t seen, std::chrono::milliseconds patience) const {
  std::unique_lock lock(mutex_);
  const auto newer = [&] {
    const auto found = jobs_.find(id);
    return stopping_ || found == jobs_.end() || found->second->view.version > seen;
  };
  changed_.wait_for(lock, patience, newer);
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? std::nullopt : std::optional(found->second->view);
}

void Jobs::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (auto& [id, job] : jobs_) job->cancelled = true;
    changed_.notify_all();
  }
  for (;;) {  // The listeners need the lock to finish: join them without it, one at a time.
    Job* next = nullptr;
    {
      const std::lock_guard lock(mutex_);
      for (auto& [id, job] : jobs_) {
        if (job->listener.joinable()) next = job.get();
      }
    }
    if (next == nullptr) return;
    next->listener.join();
  }
}

}  // namespace prova::web
