#pragma once
// Independent pieces of work on several threads. Results go into places of their own, so that the outcome does not
// depend on how many threads there were.

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace prova {

/// Calls `work(i)` once for every i below `count`, on up to `threads` threads (this one included). Calls for different
/// i must not touch the same data. REQUIRES: `work` throws nothing but std::bad_alloc, which ends the program when it
/// is thrown on another thread.
template <typename Work>
void parallel_for(std::size_t count, unsigned threads, const Work& work) {
  std::atomic<std::size_t> next{0};
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::jthread> others;
  for (std::size_t t = 1; t < threads && t < count; ++t) others.emplace_back(run);
  run();
}

}  // namespace prova
