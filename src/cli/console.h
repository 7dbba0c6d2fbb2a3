#pragma once
// What the commands share: printing, progress on a terminal, errors and exit codes.

#include <atomic>
#include <string>
#include <string_view>

#include "base/result.h"
#include "report/terminal.h"
#include "workbench/progress.h"

namespace prova::cli {

constexpr int kDone = 0, kNo = 1, kUsage = 2, kBadInput = 3, kFailed = 4, kInterrupted = 130;

/// The terminal, or what takes its place.
class Console {
 public:
  /// `json`: documents go to stdout and nothing else does. `colour` and progress follow the terminal and NO_COLOR.
  /// `progress_lines`: progress goes to stderr as lines of JSON instead, for a program that started us.
  explicit Console(bool json, bool progress_lines = false);
  [[nodiscard]] bool json() const { return json_; }
  [[nodiscard]] bool colour() const { return colour_; }
  [[nodiscard]] report::TerminalStyle style() const { return {colour_, width_, height_}; }

  /// Text or a document for stdout. Returns kDone, or kFailed when stdout is full or closed.
  int print(std::string_view text) const;
  /// One line on stderr, prefixed "prova: ". The text is escaped.
  void complain(std::string_view text) const;
  /// Prints the error and returns the exit code that fits it.
  int fail(const Error& error) const;
  /// Progress on stderr where that is a terminal, or as lines where they are wanted; stopped by Ctrl-C, and when nobody
  /// reads those lines any more.
  [[nodiscard]] Progress progress() const;
  /// Wipes the progress line.
  void clear_progress() const;

 private:
  bool json_, colour_, progress_, progress_lines_;
  unsigned width_ = 80, height_ = 40;
};

/// kBadInput, kUsage or kFailed.
[[nodiscard]] int exit_code_for(ErrorCode code);
/// From here on Ctrl-C and SIGTERM set a flag that long work looks at; a second one ends the program at once.
void watch_for_interrupts();
[[nodiscard]] bool interrupted();
/// The flag itself, for work that looks at it without a Progress.
[[nodiscard]] const std::atomic<bool>& interrupt_flag();

}  // namespace prova::cli
