// The queue of a shared index: no file is lost and none is learned twice, whoever dies when.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <thread>

#include "child_process.h"
#include "shared_indexes.h"
#include "store/learn_queue.h"
#include "store_under_test.h"

namespace prova {
namespace {

std::unique_ptr<LearnQueue> open_or_fail(const std::string& url) {
  auto queue = open_queue(url);
  EXPECT_TRUE(queue) << to_string(queue.error());
  return queue ? std::move(*queue) : nullptr;
}

QueuedFile queued(const std::string& path, const std::string& family = "family") {
  QueuedFile file;
  file.path = path;
  file.given.family = family;
  return file;
}

std::vector<std::string> paths_of(const std::vector<TakenFile>& taken) {
  std::vector<std::string> paths;
  for (const TakenFile& file : taken) paths.push_back(file.file.path);
  return paths;
}

class SharedQueue : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { url_ = SharedIndexes::get()->empty(GetParam()); }
  std::string url_;
};
INSTANTIATE_TEST_SUITE_P(Servers, SharedQueue, testing::Values("postgres", "two_shards"), [](const auto& name) { return std::string(name.param); });

TEST_P(SharedQueue, WorkersTakeDifferentFilesInTheirOrder) {
  const auto first = open_or_fail(url_), second = open_or_fail(url_);
  EXPECT_EQ(first->put(std::vector{queued("/a"), queued("/b"), queued("/c")}).value(), 3U);
  // What waits already is not queued twice under the same names.
  EXPECT_EQ(first->put(std::vector{queued("/a"), queued("/a", "another family")}).value(), 1U);
  EXPECT_EQ(paths_of(first->take(2, "one").value()), (std::vector<std::string>{"/a", "/b"}));
  EXPECT_EQ(paths_of(second->take(9, "two").value()), (std::vector<std::string>{"/c", "/a"}));
  EXPECT_EQ(first->counts()->waiting, 4U);
}

TEST_P(SharedQueue, TheLastFilesAreSharedOut) {
  const auto first = open_or_fail(url_), second = open_or_fail(url_), third = open_or_fail(url_);
  std::vector<QueuedFile> files;
  for (int i = 0; i < 12; ++i) files.push_back(queued(fmt::format("/samples/{}", i)));
  ASSERT_TRUE(first->put(files));
  EXPECT_EQ(first->take(64, "one")->size(), 4U);
  EXPECT_EQ(second->take(64, "two")->size(), 4U);
  EXPECT_EQ(paths_of(third->take(64, "three").value()), (std::vector<std::string>{"/samples/8", "/samples/9", "/samples/10", "/samples/11"}));
}

TEST_P(SharedQueue, ALongQueueIsTakenInLargePortions) {
  const auto queue = open_or_fail(url_);
  std::vector<QueuedFile> files;
  for (int i = 0; i < 300; ++i) files.push_back(queued(fmt::format("/samples/{}", i)));
  ASSERT_TRUE(queue->put(files));
  EXPECT_EQ(queue->take(64, "worker")->size(), 64U);
}

TEST_P(SharedQueue, SamplesAndBookkeepingAreOneTransaction) {
  const auto queue = open_or_fail(url_);
  ASSERT_TRUE(queue->put(std::vector{queued("/good"), queued("/broken"), queued("/known"), queued("/later")}));
  auto taken = queue->take(4, "worker").value();
  std::vector<FinishedFile> finished(4);
  for (std::size_t i = 0; i < 4; ++i) finished[i].id = taken[i].id;
  finished[0].outcome = FinishedFile::Outcome::kLearned;
  finished[0].samples = {sample_of("/good", {function_with({1})})};
  finished[1].outcome = FinishedFile::Outcome::kSetAside;
  finished[1].reason = "is no program";
  finished[2].outcome = FinishedFile::Outcome::kKnown;
  ASSERT_TRUE(queue->finish(finished));
  const QueueCounts counts = queue->counts().value();
  EXPECT_EQ(counts.learned, 1U);
  EXPECT_EQ(counts.set_aside, 1U);
  EXPECT_EQ(counts.known, 1U);
  EXPECT_EQ(counts.waiting, 1U);
  EXPECT_EQ(queue->set_aside(10).value(), (std::vector<std::pair<std::string, std::string>>{{"/broken", "is no program"}}));
  EXPECT_EQ(prova::open_or_fail(url_, OpenMode::kRead)->samples()->size(), 1U);
  EXPECT_TRUE(queue->knows(identity("/good"), [] { SampleRecord given; given.family = "family"; return given; }()).value());
  EXPECT_FALSE(queue->knows(identity("/good"), SampleRecord{}).value());
  // Samples that are refused take the bookkeeping with them.
  taken = queue->take(4, "worker").value();
  ASSERT_EQ(paths_of(taken), std::vector<std::string>{"/later"});
  EXPECT_EQ(taken[0].attempts, 2U);
  std::vector<FinishedFile> refused(1);
  refused[0] = {taken[0].id, FinishedFile::Outcome::kLearned, "", {sample_of("bad", {function_with({2, 1})})}};
  EXPECT_FALSE(queue->finish(refused));
  EXPECT_EQ(queue->counts()->waiting, 1U);
  EXPECT_EQ(queue->retry().value(), 1U);
  EXPECT_EQ(queue->counts()->waiting, 2U);
}

TEST_P(SharedQueue, KilledWorkersLoseNothingAndLearnNothingTwice) {
  constexpr std::size_t kFiles = 150;
  std::vector<QueuedFile> files;
  for (std::size_t i = 0; i < kFiles; ++i) files.push_back(queued(fmt::format("/samples/{}", i)));
  const auto queue = open_or_fail(url_);
  ASSERT_EQ(queue->put(files).value(), kFiles);
  std::mt19937_64 random(4);
  int kills = 0;
  while (queue->counts()->waiting > 0 && kills < 200) {
    ChildProcess steady({PROVA_QUEUE_WORKER, url_, "steady"}), doomed({PROVA_QUEUE_WORKER, url_, "doomed"});
    std::this_thread::sleep_for(std::chrono::milliseconds((100 + random() % 250) * (1 + static_cast<unsigned>(kills) / 20)));  // A busy machine needs more.
    doomed.kill();
    ++kills;
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 100));
    steady.kill();
  }
  const QueueCounts counts = queue->counts().value();
  EXPECT_EQ(counts.learned, kFiles);
  EXPECT_EQ(counts.waiting + counts.set_aside + counts.known, 0U);
  EXPECT_GT(kills, 1);
  const auto store = prova::open_or_fail(url_, OpenMode::kRead);
  std::map<std::string, int> times;
  const auto samples = store->samples();
  for (const auto& [id, record] : *samples) ++times[record.name];
  EXPECT_EQ(times.size(), kFiles);
  for (const auto& [name, count] : times) EXPECT_EQ(count, 1) << name;
  EXPECT_EQ(store->verify()->problems, std::vector<std::string>{});
}

TEST_P(SharedQueue, AFileThatKillsItsWorkersIsLeftAloneInTheEnd) {
  const auto queue = open_or_fail(url_);
  ASSERT_TRUE(queue->put(std::vector{queued("/1"), queued("/deadly"), queued("/2")}));
  int workers = 0;
  while (queue->counts()->waiting > 0 && workers++ < 20) {
    ChildProcess worker({PROVA_QUEUE_WORKER, url_, "worker"});
    worker.wait();
  }
  EXPECT_EQ(queue->counts()->learned, 2U);
  EXPECT_EQ(queue->set_aside(9)->front().first, "/deadly");
  EXPECT_LE(workers, 6);
}

TEST(SharedQueueUrls, OnlyASharedIndexHasAQueue) {
  EXPECT_EQ(open_queue("/srv/index").error().code, ErrorCode::kUsage);
  EXPECT_EQ(open_queue(SharedIndexes::get()->url("postgres", "rita")).error().code, ErrorCode::kUsage);
}

}  // namespace
}  // namespace prova
