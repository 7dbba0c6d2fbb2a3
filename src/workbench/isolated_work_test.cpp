#include "workbench/isolated_work.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <new>
#include <vector>

namespace prova {
namespace {

using Results = std::vector<Result<std::string>>;

Results run(std::size_t count, unsigned processes, const std::function<std::string(std::size_t)>& work,
            const IsolationLimits& limits = {}) {
  Results results;
  const Status status = run_isolated(count, processes, limits, work, [&](std::size_t i, Result<std::string> result) {
    EXPECT_EQ(i, results.size());
    results.push_back(std::move(result));
    return true;
  });
  EXPECT_TRUE(status);
  return results;
}

TEST(IsolatedWork, ResultsComeInOrderWhateverTheProcesses) {
  for (const unsigned processes : {1U, 3U}) {
    const Results results = run(20, processes, [](std::size_t i) { return std::string(i * 10'000, 'x'); });
    ASSERT_EQ(results.size(), 20U);
    for (std::size_t i = 0; i < results.size(); ++i) EXPECT_EQ(results[i].value().size(), i * 10'000);
  }
  EXPECT_TRUE(run(0, 2, [](std::size_t) { return std::string(); }).empty());
}

TEST(IsolatedWork, APieceThatEndsItsProcessFailsAloneAndSaysHow) {
  const Results results = run(5, 2, [](std::size_t i) -> std::string {
    if (i == 1) ::kill(::getpid(), SIGKILL);
    if (i == 2) ::_exit(9);
    if (i == 3) throw std::bad_alloc();
    return "fine";
  });
  ASSERT_EQ(results.size(), 5U);
  EXPECT_EQ(results[0].value(), "fine");
  EXPECT_EQ(results[1].error().message, "the process that analysed it was ended by signal 9 (Killed)");
  EXPECT_EQ(results[1].error().code, ErrorCode::kLimit);
  EXPECT_EQ(results[2].error().message, "the process that analysed it ended with code 9");
  EXPECT_EQ(results[3].error().message, "the process that analysed it ran out of memory");
  EXPECT_EQ(results[4].value(), "fine");
}

TEST(IsolatedWork, APieceThatNeverEndsIsEnded) {
  IsolationLimits limits;
  limits.seconds = 1;
  const Results results = run(2, 1, [](std::size_t i) {
    while (i == 0) ::sleep(1);
    return std::string("fine");
  }, limits);
  EXPECT_EQ(results[0].error().message, "analysis took more than 1 s");
  EXPECT_EQ(results[1].value(), "fine");
}

TEST(IsolatedWork, StopsWhenTold) {
  std::size_t seen = 0;
  const Status status = run_isolated(100, 2, {}, [](std::size_t) { return std::string("x"); },
                                     [&](std::size_t, const Result<std::string>&) { return ++seen < 3; });
  EXPECT_TRUE(status);
  EXPECT_EQ(seen, 3U);
}

}  // namespace
}  // namespace prova
