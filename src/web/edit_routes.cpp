// Changes of case.yaml.

#include <nlohmann/json.hpp>

#include "report/documents_workbench.h"
#include "web/edit_body.h"
#include "web/routes.h"

namespace prova::web {
namespace {

Response conflict(const std::string& revision) {
  const nlohmann::ordered_json document{{"schema", "prova/error/1"},
                                        {"error", "the case was changed by somebody else meanwhile; read it again and repeat your change"},
                                        {"revision", revision}};
  Response response = json(document.dump(2) + "\n");
  response.status = 409;
  return response;
}

/// If-Match with or without the quotes of an entity tag (RFC 9110, 13.1.1).
std::string revision_in(const Request& request) {
  std::string_view value = request.header("if-match");
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
  return std::string(value);
}

Response edit(Workbench& workbench, ServedCase& served, const Call& call) {
  const std::string revision = revision_in(call.request);
  if (revision.empty()) return refusal(428, "the header If-Match is missing: the revision of the case that was looked at");
  auto wanted = read_edit(call.request.body);
  if (!wanted) return refusal(wanted.error());
  const auto outcome = edit_case(served.directory(), {*std::move(wanted), revision, workbench.user, workbench.now()});
  if (!outcome) return refusal(outcome.error());
  if (outcome->kind == EditOutcome::Kind::kConflict) return conflict(outcome->revision);
  if (outcome->kind == EditOutcome::Kind::kRefused) {
    Response response = json(report::mistakes_document("the changed case", outcome->errors));
    response.status = 422;
    return response;
  }
  return case_file(workbench, served, call);
}

}  // namespace

void add_edit_routes(Router& router, Workbench& workbench) {
  router.add({"POST", "/api/cases/{id}/edits", "Change the case: evidence, grades, hypotheses, notes. Header If-Match: the revision", "prova/workbench-case/1",
              {}, [&workbench](const Call& call) {
                return with_case(workbench, call, [&](ServedCase& served) { return edit(workbench, served, call); });
              }});
}

}  // namespace prova::web
