#pragma once
// How long content work tells its caller how far it is, and is told to stop.

#include <atomic>
#include <cstdint>
#include <functional>
#include <string_view>

namespace prova {

/// Both members may be left empty. `report` is called from one thread at a time.
struct ContentProgress {
  std::function<void(std::string_view stage, std::uint64_t done, std::uint64_t total)> report;
  const std::atomic<bool>* cancelled = nullptr;

  void at(std::string_view stage, std::uint64_t done, std::uint64_t total) const {
    if (report) report(stage, done, total);
  }
  [[nodiscard]] bool stop() const { return cancelled != nullptr && cancelled->load(std::memory_order_relaxed); }
};

}  // namespace prova
