#include "web/jobs.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace prova::web {
namespace {

using std::chrono::seconds;

/// A job whose program is a shell.
JobOrder shell(const std::string& script, const std::string& of = "a") { return {"investigate", of, "tester", "2023-11-14T22:13:20Z", {"-c", script}}; }

JobView ended(const Jobs& jobs, std::uint64_t id) {
  std::uint64_t seen = 0;
  for (;;) {
    const auto view = jobs.wait(id, seen, seconds(20));
    if (!view || view->state != JobState::kRunning) return view.value_or(JobView{});
    if (view->version == seen) return *view;  // Nothing for 20 s: the test fails on the state.
    seen = view->version;
  }
}

TEST(Jobs, ProgressAndTheEndAreTold) {
  Jobs jobs("/bin/sh");
  const auto job = jobs.start(shell(R"(echo '{"schema":"prova/progress/1","stage":"Looking","done":3,"total":7}' >&2; exit 0)"));
  ASSERT_TRUE(job);
  EXPECT_EQ(job->id, 1U);
  const JobView view = ended(jobs, 1);
  EXPECT_EQ(view.state, JobState::kDone);
  EXPECT_EQ(view.step, "Looking");
  EXPECT_EQ(view.done, 3U);
  EXPECT_EQ(view.total, 7U);
  EXPECT_EQ(view.error, "");
}

TEST(Jobs, AFailureCarriesItsLastLine) {
  Jobs jobs("/bin/sh");
  ASSERT_TRUE(jobs.start(shell("echo 'prova: no index' >&2; exit 4")));
  const JobView view = ended(jobs, 1);
  EXPECT_EQ(view.state, JobState::kFailed);
  EXPECT_EQ(view.error, "prova: no index");
}

TEST(Jobs, ACrashIsAFailureOfTheJobAlone) {
  Jobs jobs("/bin/sh");
  ASSERT_TRUE(jobs.start(shell("kill -SEGV $$")));
  EXPECT_EQ(ended(jobs, 1).error, "the process was ended by signal 11 (Segmentation fault)");
  ASSERT_TRUE(jobs.start(shell("exit 0")));
  EXPECT_EQ(ended(jobs, 2).state, JobState::kDone);
}

TEST(Jobs, ACancelledJobEndsWithEverythingItStarted) {
  Jobs jobs("/bin/sh");
  ASSERT_TRUE(jobs.start(shell("sleep 600 & wait")));
  ASSERT_TRUE(jobs.cancel(1));
  EXPECT_EQ(ended(jobs, 1).state, JobState::kCancelled);
  EXPECT_FALSE(jobs.cancel(9));
}

TEST(Jobs, OneJobPerCaseAndFewAtOnce) {
  Jobs jobs("/bin/sh");
  ASSERT_TRUE(jobs.start(shell("sleep 600", "a")));
  EXPECT_EQ(jobs.start(shell("exit 0", "a")).error().message, "this case has a job already (number 1); wait for it or cancel it");
  ASSERT_TRUE(jobs.start(shell("sleep 600", "b")));
  EXPECT_EQ(jobs.start(shell("exit 0", "c")).error().message, "2 jobs are running; wait for one of them");
  EXPECT_EQ(jobs.list().size(), 2U);
  jobs.stop();
  EXPECT_EQ(jobs.find(1)->state, JobState::kCancelled);
  EXPECT_FALSE(jobs.start(shell("exit 0", "d")));
}

TEST(Jobs, AProgramThatIsNotThereIsAnError) {
  Jobs jobs("/nonexistent/prova");
  EXPECT_FALSE(jobs.start(shell("")));
  EXPECT_TRUE(jobs.list().empty());
}

TEST(Jobs, TheJobIsToldWhoStartedIt) {
  Jobs jobs("/bin/sh");
  ASSERT_TRUE(jobs.start(shell("echo \"$PROVA_USER\" >&2; exit 3")));
  EXPECT_EQ(ended(jobs, 1).error, "tester");
}

TEST(Jobs, TheDocumentHasEveryField) {
  JobView view;
  view.id = 3;
  view.kind = "investigate";
  view.case_id = "a";
  view.state = JobState::kFailed;
  view.error = "\xff";
  const auto document = nlohmann::json::parse(job_document(view));
  EXPECT_EQ(document["schema"], "prova/job/1");
  EXPECT_EQ(document["state"], "failed");
  EXPECT_TRUE(document["total"].is_null());
  EXPECT_EQ(document["error"], "\xef\xbf\xbd");
}

}  // namespace
}  // namespace prova::web
