#include "workbench/case_view.h"

#include <sys/stat.h>

#include <algorithm>
#include <ctime>
#include <fmt/format.h>

#include "base/file.h"
#include "base/hash.h"
#include "workbench/last_report.h"

namespace prova {
namespace {

namespace fs = std::filesystem;

Day newest_day(const Case& input) {
  Day newest{};
  for (const EvidenceItem& item : input.evidence) newest = std::max(newest, item.known_from.last);
  return newest;
}

}  // namespace

CaseSnapshot read_snapshot(const fs::path& directory) {
  CaseSnapshot snapshot;
  snapshot.file = (directory / "case.yaml").string();
  auto text = read_file(snapshot.file, kMaxCaseBytes);
  if (!text) {
    snapshot.errors.push_back({0, text.error().message});
    return snapshot;
  }
  snapshot.revision = to_hex(sha256(as_bytes(*text)));
  CaseReading reading = parse_case(*text);
  snapshot.parsed = std::move(reading.parsed);
  snapshot.shown = snapshot.parsed ? *snapshot.parsed : std::move(reading.readable);
  snapshot.errors = std::move(reading.errors);
  snapshot.warnings = std::move(reading.warnings);
  return snapshot;
}

Case in_language(const fs::path& directory, const Case& input, report::Language language) {
  LocalizedCase localized = localize_case(directory, input, language);
  return localized.errors.empty() ? std::move(localized.input) : input;
}

std::string reported_at(const fs::path& directory) {
  struct stat info {};
  if (::stat((directory / "report" / "report.json").c_str(), &info) != 0) return {};
  std::tm parts{};
  ::gmtime_r(&info.st_mtim.tv_sec, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

Result<Assessment> assess_without(const fs::path& directory, const Case& input, std::optional<Day> as_of,
                                  const std::vector<std::string>& without) {
  const Day day = as_of.value_or(newest_day(input));
  Case rest = input;
  for (const std::string& id : without) {
    const auto item = std::find_if(rest.evidence.begin(), rest.evidence.end(), [&](const EvidenceItem& one) { return one.id == id; });
    if (item == rest.evidence.end()) return fail(ErrorCode::kUsage, fmt::format("without names '{}', which is no evidence item", id));
    item->known_from.last = day + std::chrono::days(1);  // What becomes known tomorrow is not there today.
  }
  PROVA_TRY(assessment, assess_case(directory, rest, {day, true}));
  for (SilentItem& silent : assessment.silent) {
    if (std::find(without.begin(), without.end(), silent.item) != without.end()) silent.text = "left out";
  }
  return assessment;
}

Result<StatementMaterial> state_case(const fs::path& directory, const Case& input, const StatementRequest& request) {
  LocalizedCase localized = localize_case(directory, input, request.options.language);
  if (!localized.errors.empty()) {
    const CaseError& first = localized.errors.front();
    return tl::unexpected<Error>(Error{ErrorCode::kMalformed, fmt::format("line {}: {}", first.line, first.message), std::nullopt, localized.file});
  }
  InvestigateOptions options;
  options.as_of = request.as_of;
  options.time = request.time;
  options.tool_version = request.tool_version;
  PROVA_TRY(measured, read_measured_artifacts(directory, localized.input));
  PROVA_TRY(result, gather_report(directory, std::move(localized.input), options, std::move(measured)));
  result.untranslated = localized.untranslated;
  if (!request.tlp.empty()) result.tlp = request.tlp;
  report::Statement statement = report::statement_of(result, request.options);
  return StatementMaterial{std::move(result), std::move(statement)};
}

}  // namespace prova
