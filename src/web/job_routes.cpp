// Long work: started here, done in a process of its own, followed as server-sent events (WHATWG HTML, 9.2).

#include <atomic>
#include <charconv>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "web/routes.h"
#include "workbench/report_origin.h"

namespace prova::web {
namespace {

/// Listeners to jobs at once: each holds a connection.
constexpr int kMaxListeners = 16;
/// A listener hears something at least this often, so that a lost connection is noticed.
constexpr std::chrono::milliseconds kHeartbeat{10'000};

std::optional<std::uint64_t> job_number(const Call& call) {
  const std::string& text = call.at("job");
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return id;
}

Response no_such_job() { return refusal(404, "there is no such job; /api/jobs lists them"); }

Response start_job(Workbench& workbench, ServedCase& served, const Call& call) {
  const auto body = nlohmann::json::parse(call.request.body, nullptr, false);
  if (!body.is_object() || body.value("kind", nlohmann::json()) != "investigate") return refusal(400, "the body is not {\"kind\": \"investigate\"}");
  const std::string index = index_for_case(served.directory(), workbench.index);
  if (const std::string why = why_no_index(served.directory(), index); !why.empty()) return refusal(409, why);
  JobOrder order{"investigate", served.id(), workbench.user, workbench.now(), {"investigate", "--progress-lines", "--index", index, "--", served.directory().string()}};
  const auto job = workbench.jobs.start(order);
  if (!job) return refusal(job.error().code == ErrorCode::kUsage ? 409 : 500, job.error().message);
  Response response = json(job_document(*job));
  response.status = 202;
  return response;
}

std::string event_of(const JobView& job) {
  const std::string_view name = job.state == JobState::kRunning ? std::string_view("progress") : name_of(job.state);
  return fmt::format("event: {}\nid: {}\ndata: {}\n", name, job.version, job_document(job));  // The document ends its line itself.
}

/// Counts who listens, for as long as it lives.
class Listener {
 public:
  explicit Listener(std::atomic<int>& count) : count_(count) { ++count_; }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() { --count_; }

 private:
  std::atomic<int>& count_;
};

std::atomic<int>& listeners() {
  static std::atomic<int> count{0};
  return count;
}

/// Every state of the job from now on, until it is over.
Response follow_job(const Jobs& jobs, std::uint64_t id) {
  if (!jobs.find(id)) return no_such_job();
  if (listeners() >= kMaxListeners) return refusal(503, fmt::format("{} pages follow jobs already; close one of them", kMaxListeners));
  Response response;
  response.content_type = "text/event-stream; charset=utf-8";
  response.headers.emplace_back("X-Accel-Buffering", "no");
  response.stream = [&jobs, id, listener = std::make_shared<Listener>(listeners()), seen = std::uint64_t{0}, over = false](std::string& piece) mutable {
    if (over || jobs.stopping()) return false;
    const auto job = jobs.wait(id, seen, kHeartbeat);
    if (!job) return false;
    piece = job->version == seen ? ": still running\n\n" : event_of(*job) + "\n";
    seen = job->version;
    over = job->state != JobState::kRunning;
    return true;
  };
  return response;
}

}  // namespace

void add_job_routes(Router& router, Workbench& workbench) {
  router.add({"POST", "/api/cases/{id}/jobs", "Start long work on a case: {\"kind\": \"investigate\"}", "prova/job/1", {}, [&workbench](const Call& call) {
                return with_case(workbench, call, [&](ServedCase& served) { return start_job(workbench, served, call); });
              }});
  router.add({"GET", "/api/jobs", "Every job, running and finished", "prova/jobs/1", {},
              [&workbench](const Call&) { return json(jobs_document(workbench.jobs.list())); }});
  router.add({"GET", "/api/jobs/{job}", "One job as it is now", "prova/job/1", {}, [&workbench](const Call& call) {
                const auto id = job_number(call);
                const auto job = id ? workbench.jobs.find(*id) : std::nullopt;
                return job ? json(job_document(*job)) : no_such_job();
              }});
  router.add({"GET", "/api/jobs/{job}/events", "The job as server-sent events: progress, then done, failed or cancelled", "text/event-stream", {},
              [&workbench](const Call& call) {
                const auto id = job_number(call);
                return id ? follow_job(workbench.jobs, *id) : no_such_job();
              }});
  router.add({"DELETE", "/api/jobs/{job}", "Cancel a job", "prova/job/1", {}, [&workbench](const Call& call) {
                const auto id = job_number(call);
                const auto job = id ? workbench.jobs.cancel(*id) : std::nullopt;
                return job ? json(job_document(*job)) : no_such_job();
              }});
}

}  // namespace prova::web
