#include "cli/case_arguments.h"

#include <fmt/format.h>

#include "prova_version.h"
#include "workbench/home.h"

namespace prova::cli {

CaseOrExit read_case_or_complain(const CaseArguments& arguments, const Console& console) {
  ReadCase reading = read_case_directory(arguments.directory);
  if (reading.parsed) return {std::move(reading.parsed), kDone};
  console.clear_progress();
  fmt::print(stderr, "{}", to_string(reading.errors, reading.file));
  console.complain(fmt::format("{} mistakes in the case; `prova new DIR` shows a valid one", reading.errors.size()));
  return {std::nullopt, kBadInput};
}

Result<std::optional<Day>> parse_as_of(const std::string& text) {
  if (text.empty()) return std::optional<Day>{};
  auto day = parse_day(text);
  if (!day) return fail(ErrorCode::kUsage, "--as-of: " + day.error().message);
  return std::optional<Day>(*day);
}

Result<InvestigateOptions> investigate_options(const CaseArguments& arguments) {
  InvestigateOptions options;
  PROVA_TRY(as_of, parse_as_of(arguments.as_of));
  options.as_of = as_of;
  options.index = arguments.index;
  options.threads = arguments.threads;
  options.who = user_name();
  options.time = utc_now();
  options.tool_version = fmt::format("prova {} ({})", PROVA_VERSION, PROVA_COMMIT);
  return options;
}

}  // namespace prova::cli
