#pragma once
// How long work tells its caller how far it is, and is told to stop.

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace prova {

/// Handed to every use case that can take longer than a moment. Both members may be left empty.
/// `report` is called from one thread at a time, at most once per finished item.
struct Progress {
  std::function<void(std::string_view stage, std::uint64_t done, std::uint64_t total)> report;
  const std::atomic<bool>* cancelled = nullptr;  ///< Set by a signal handler or another thread.

  void at(std::string_view stage, std::uint64_t done, std::uint64_t total) const {
    if (report) report(stage, done, total);
  }
  [[nodiscard]] bool stop() const { return cancelled != nullptr && cancelled->load(std::memory_order_relaxed); }
};

/// How far a stage is; `total` 0: nobody knows.
struct ProgressPoint {
  std::string stage;
  std::uint64_t done = 0, total = 0;
  friend bool operator==(const ProgressPoint&, const ProgressPoint&) = default;
};
/// `prova/progress/1`: one line of JSON, for a program that started us (docs/formats/web-api.md, "Jobs").
[[nodiscard]] std::string progress_line(const ProgressPoint& point);
/// Nothing when the line is not one of those.
[[nodiscard]] std::optional<ProgressPoint> read_progress_line(std::string_view line);

}  // namespace prova
