#include "web/serve.h"

#include <mutex>
#include <thread>

#include "web/http_server.h"
#include "workbench/home.h"

namespace prova::web {

Status serve(const ServeOptions& options, const ServeEvents& events, const std::atomic<bool>& stop) {
  PROVA_TRY(cases, ServedCases::open(options.cases));
  PROVA_TRY(listening, Listening::open(options.address, options.port));
  PROVA_TRY(session, Session::create({options.address, listening.port()}));
  Jobs jobs(options.program);
  std::mutex one_line;
  const auto log = [&](std::string_view line) {
    const std::lock_guard lock(one_line);
    events.log(line);
  };
  Workbench workbench{session, cases, jobs, options.user, options.version, options.index, utc_now, log};
  const Site site(workbench);
  events.ready(session.invitation(), session.secret());
  // Pages that follow a job wait for it: they go only when the jobs are told to stop.
  std::thread stopper([&] {
    while (!stop) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    jobs.stop();
  });
  serve_http(listening, site, stop);
  stopper.join();
  return {};
}

}  // namespace prova::web
