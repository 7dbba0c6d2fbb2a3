// A case as it is written, how it is assessed, and what the last investigation found.

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/file.h"
#include "report/documents.h"
#include "report/documents_workbench.h"
#include "web/file_body.h"
#include "web/routes.h"

namespace prova::web {
namespace {

namespace fs = std::filesystem;

/// Items that one question may leave out.
constexpr std::size_t kMaxLeftOut = 200;

/// The language of `language` in the query. Errors: kUsage.
Result<report::Language> language_of(const Call& call) {
  PROVA_TRY(code, call.word("language", {"en", "fr", "sq"}));
  return report::language_from_code(code).value_or(report::Language::kEnglish);
}

Result<std::vector<std::string>> left_out(const Call& call) {
  std::vector<std::string> ids;
  const std::string text = call.query("without").value_or("");
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view id = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), id.size() + 1));
    if (id.empty()) continue;
    if (ids.size() == kMaxLeftOut) return fail(ErrorCode::kLimit, fmt::format("without names more than {} items", kMaxLeftOut));
    ids.emplace_back(id);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

Response assessment(Workbench& workbench, ServedCase& served, const Call& call) {
  if (const auto refused = refuse_mistakes(served)) return *refused;
  const auto day = day_of(call);
  if (!day) return refusal(day.error());
  const auto without = left_out(call);
  if (!without) return refusal(without.error());
  const auto language = language_of(call);
  if (!language) return refusal(language.error());
  const std::string key = fmt::format("assessment {} {} {}", report::code_of(*language), *day ? to_string(**day) : "", fmt::join(*without, ","));
  return cached(workbench, served, key, served.assessed_files(), [&]() -> Result<std::string> {
    PROVA_TRY(snapshot, parsed_case(served));
    const Case input = in_language(served.directory(), *snapshot->parsed, *language);
    PROVA_TRY(answer, assess_without(served.directory(), input, *day, *without));
    return report::assess_document(answer, input);
  });
}

Response timeline(Workbench& workbench, ServedCase& served, const Call& call) {
  if (const auto refused = refuse_mistakes(served)) return *refused;
  const auto language = language_of(call);
  if (!language) return refusal(language.error());
  return cached(workbench, served, fmt::format("timeline {}", report::code_of(*language)), served.assessed_files(), [&]() -> Result<std::string> {
    PROVA_TRY(snapshot, parsed_case(served));
    const Case input = in_language(served.directory(), *snapshot->parsed, *language);
    PROVA_TRY(days, case_timeline(served.directory(), input, std::nullopt));
    return report::timeline_document(input.name, days, report::TimelineDetail::kEveryHypothesis);
  });
}

}  // namespace

Response case_file(Workbench& workbench, ServedCase& served, const Call& call) {
  const auto language = language_of(call);
  if (!language) return refusal(language.error());
  return cached(workbench, served, fmt::format("case {}", report::code_of(*language)), served.reported_files(), [&]() -> Result<std::string> {
    const auto snapshot = served.snapshot();
    const Case shown = snapshot->parsed ? in_language(served.directory(), *snapshot->parsed, *language) : snapshot->shown;
    return report::case_file_document({served.id(), served.directory().string(), snapshot->revision, &shown, snapshot->errors,
                                       snapshot->warnings, reported_at(served.directory())});
  });
}

void add_case_routes(Router& router, Workbench& workbench) {
  const auto add = [&](std::string path, std::string summary, std::string answer, std::vector<QueryName> query, auto handler) {
    router.add({"GET", "/api/cases/{id}" + path, std::move(summary), std::move(answer), std::move(query), [&workbench, handler](const Call& call) {
                  return with_case(workbench, call, [&](ServedCase& served) { return handler(served, call); });
                }});
  };
  const QueryName language{"language", "Texts of the case in en (default: as written), fr or sq, as far as they are translated"};
  add("", "The case as it is written, with its mistakes", "prova/workbench-case/1", {language},
      [&workbench](ServedCase& served, const Call& call) { return case_file(workbench, served, call); });
  add("/assessment", "Every question as it stood on a day", "prova/assess/1",
      {{"as_of", "Only what was known by this day, YYYY-MM-DD"}, {"without", "Ids of evidence items to leave out, separated by commas"}, language},
      [&workbench](ServedCase& served, const Call& call) { return assessment(workbench, served, call); });
  add("/timeline", "The answers on every day on which something became known, with every hypothesis", "prova/timeline/1", {language},
      [&workbench](ServedCase& served, const Call& call) { return timeline(workbench, served, call); });
  add("/report", "What the last investigation found", "prova/investigate/1", {}, [](ServedCase& served, const Call&) {
    return stored_document(served.directory() / "report" / "report.json", "there is no report yet; start the job `investigate`");
  });
}

}  // namespace prova::web
