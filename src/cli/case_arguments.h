#pragma once
// What the commands that work on a case have in common.

#include <optional>
#include <string>

#include "cli/console.h"
#include "workbench/investigate.h"

namespace prova::cli {

struct CaseArguments {
  std::string directory, as_of, index, format = "html", output, language = "en", audience = "technical", tlp;
  unsigned threads = 1;
  bool json = false, timeline = false, progress_lines = false;
};

/// The case, or the exit code after its mistakes were printed.
struct CaseOrExit {
  std::optional<Case> input;
  int code = kDone;
};
[[nodiscard]] CaseOrExit read_case_or_complain(const CaseArguments& arguments, const Console& console);
/// The day of --as-of, or kUsage. An empty text is no day.
[[nodiscard]] Result<std::optional<Day>> parse_as_of(const std::string& text);
[[nodiscard]] Result<InvestigateOptions> investigate_options(const CaseArguments& arguments);

}  // namespace prova::cli
