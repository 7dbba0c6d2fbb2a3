#include "web/routes.h"

#include <fmt/format.h>

#include "report/documents_workbench.h"

namespace prova::web {

void add_routes(Router& router, Workbench& workbench) {
  add_session_routes(router, workbench);
  add_case_routes(router, workbench);
  add_statement_routes(router, workbench);
  add_edit_routes(router, workbench);
  add_job_routes(router, workbench);
  add_kinship_routes(router, workbench);
  add_content_routes(router, workbench);
}

Response cached(Workbench& workbench, const ServedCase& served, const std::string& key, const std::vector<std::filesystem::path>& files,
                const std::function<Result<std::string>()>& make) {
  auto document = workbench.cache.get(fmt::format("{} {}", served.id(), key), files, make);
  return document ? json(*std::move(document)) : refusal(document.error());
}

std::optional<Response> refuse_mistakes(ServedCase& served) {
  const auto snapshot = served.snapshot();
  if (snapshot->parsed) return std::nullopt;
  Response response = json(report::mistakes_document("case.yaml", snapshot->errors));
  response.status = 422;
  return response;
}

Result<std::shared_ptr<const CaseSnapshot>> parsed_case(ServedCase& served) {
  auto snapshot = served.snapshot();
  if (!snapshot->parsed) return fail(ErrorCode::kMalformed, "case.yaml has mistakes; the case document lists them");
  return snapshot;
}

Result<std::optional<Day>> day_of(const Call& call) {
  const auto text = call.query("as_of");
  if (!text || text->empty()) return std::optional<Day>{};
  auto day = parse_day(*text);
  if (!day) return fail(ErrorCode::kUsage, "as_of " + day.error().message);
  return std::optional<Day>(*day);
}

}  // namespace prova::web
