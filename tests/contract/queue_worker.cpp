// Takes files from a queue until it is empty or killed; instead of analysing them it makes a sample of each path.
//
//   queue_worker URL NAME
//
// Prints a line per finished take. A path that contains "deadly" kills the worker.

#include <fmt/format.h>
#include <signal.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include "store/learn_queue.h"
#include "store_samples.h"

namespace {

constexpr std::size_t kFilesPerTake = 5;

prova::Result<bool> take_some(prova::LearnQueue& queue, const std::string& name) {
  PROVA_TRY(taken, queue.take(kFilesPerTake, name));
  std::vector<prova::FinishedFile> finished;
  for (const prova::TakenFile& file : taken) {
    if (file.file.path.find("deadly") != std::string::npos) {
      if (file.attempts <= prova::kMaxAttempts) ::raise(SIGKILL);
      finished.push_back({file.id, prova::FinishedFile::Outcome::kSetAside, "its worker died", {}});
      continue;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    finished.push_back({file.id, prova::FinishedFile::Outcome::kLearned, "", {}});
    finished.back().samples.push_back(prova::sample_of(file.file.path, {prova::function_with({1, 2, 3}, 7)}, file.file.given.family));
  }
  PROVA_TRY(queue.finish(finished));
  return !taken.empty();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  auto queue = prova::open_queue(argv[1]);
  if (!queue) return 4;
  for (;;) {
    const auto more = take_some(**queue, argv[2]);
    if (!more) {
      fmt::print("error {}\n", prova::to_string(more.error()));
      return 4;
    }
    if (!*more) return 0;
    fmt::print("finished\n");
    std::fflush(stdout);
  }
}
